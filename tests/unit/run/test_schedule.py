"""What is due when: a clock moved over days, missed slots, clock changes and year ends; late exports."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from notebooks.fixtures import cases
from shopbook.errors import ParamsError
from shopbook.home import Home
from shopbook.params import Schedule
from shopbook.run import cron, manifest, schedule
from shopbook.run.plan import Request, plan

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAILY = """\
notebooks: [own, market]
schedule: {cron: "30 8 * * *", timezone: Asia/Shanghai, deadline: "10:30", needs: [shop_daily, market]}
"""


pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home whose own params file is the only family."""
    monkeypatch.setattr(schedule, "FAMILIES", ("daily",))
    (tmp_path / "params").mkdir()
    write(tmp_path, DAILY)
    return Home(tmp_path, tmp_path / "data")


def write(root, text):
    (root / "params" / "daily.yaml").write_text(text, encoding="utf-8")


def at(text, zone=SHANGHAI):
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


def arrive(home, *days, kinds=("shop_daily", "market"), shop="demo"):
    for day in days:
        for kind in kinds:
            cases.history(home, kind, day, shop=shop)


def finish(home, *days, status="done", shop="demo"):
    """Mark every notebook of a day as run."""
    for day in days:
        for job in plan(home, Request("daily", (shop,), day), now=at("2027-01-01T00:00")).jobs:
            manifest.Claim(job.folder, job.name).record({}, {"status": status})


def states(home, now):
    return [(slot.date, slot.state) for slot in schedule.due(home, at(now))]


def test_nothing_is_due_before_its_time(home):
    arrive(home, "2026-11-19", "2026-11-20")
    assert states(home, "2026-11-21T08:29") == [("2026-11-19", "ready")]
    assert states(home, "2026-11-21T08:30") == [("2026-11-19", "ready"), ("2026-11-20", "ready")]


def test_a_done_report_is_not_due_again(home):
    arrive(home, "2026-11-20")
    finish(home, "2026-11-20")
    assert states(home, "2026-11-21T08:35") == []


def test_missed_days_are_caught_up_oldest_first(home):
    arrive(home, "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20")
    assert states(home, "2026-11-21T23:00") == [
        ("2026-11-17", "ready"),
        ("2026-11-18", "ready"),
        ("2026-11-19", "ready"),
        ("2026-11-20", "ready"),
    ]


def test_slots_older_than_a_week_are_let_go(home):
    arrive(home, "2026-11-01", "2026-11-20")
    assert states(home, "2026-11-21T09:00") == [("2026-11-20", "ready")]


def test_a_slot_waits_for_its_exports_and_names_them(home):
    arrive(home, "2026-11-20", kinds=("shop_daily",))
    [slot] = schedule.due(home, at("2026-11-21T09:00"))
    assert (slot.state, slot.missing) == ("waiting", ("market",))
    assert slot.line == "Shop daily 2026-11-20 waits for exports: market sheet"
    arrive(home, "2026-11-20", kinds=("market",))
    assert states(home, "2026-11-21T09:05") == [("2026-11-20", "ready")]


def test_at_the_deadline_a_report_runs_without_what_is_late(home):
    arrive(home, "2026-11-20", kinds=("shop_daily",))
    assert states(home, "2026-11-21T10:29") == [("2026-11-20", "waiting")]
    [slot] = schedule.due(home, at("2026-11-21T10:30"))
    assert (slot.state, slot.missing) == ("late", ("market",))
    finish(home, "2026-11-20")
    assert states(home, "2026-11-21T11:00") == []


def test_without_the_shops_own_export_the_deadline_names_what_is_missing(home):
    arrive(home, "2026-11-19")
    finish(home, "2026-11-19")
    [slot] = schedule.due(home, at("2026-11-21T10:30"))
    assert (slot.state, slot.missing) == ("missing", ("shop_daily", "market"))


def test_a_report_waits_for_files_that_are_still_arriving_until_the_deadline(home):
    arrive(home, "2026-11-20")

    def state(now):
        [slot] = schedule.slots(schedule.View(home, at(now), arriving=("demo",)))
        return slot.state

    assert (state("2026-11-21T10:29"), state("2026-11-21T10:30")) == ("waiting", "ready")


def test_the_first_day_answered_for_is_the_newest_with_data_or_the_newest_report(home):
    arrive(home, "2026-11-17", "2026-11-18", "2026-11-19")
    found = schedule.slots(schedule.View(home, at("2026-11-21T09:00")))
    assert schedule.first_days(home, found) == {"demo/daily": "2026-11-19"}
    finish(home, "2026-11-17")
    assert schedule.first_days(home, found) == {"demo/daily": "2026-11-17"}


def test_days_before_the_first_are_not_due(home):
    arrive(home, "2026-11-18", "2026-11-19", "2026-11-20")
    view = schedule.View(home, at("2026-11-21T09:00"), since={"demo/daily": "2026-11-19"})
    assert [slot.date for slot in schedule.slots(view)] == ["2026-11-19", "2026-11-20"]


def test_exports_that_arrive_after_the_deadline_are_still_reported(home):
    arrive(home, "2026-11-20")
    assert states(home, "2026-11-21T18:00") == [("2026-11-20", "ready")]


def test_a_failed_report_is_tried_again_until_the_deadline(home):
    arrive(home, "2026-11-20")
    finish(home, "2026-11-20", status="failed")
    assert states(home, "2026-11-21T08:35") == [("2026-11-20", "ready")]
    assert states(home, "2026-11-21T10:30") == []


CAMPAIGN = """\
name: 双12
phases: {peak: [2026-11-01, 2026-11-03], encore: [2026-11-04, 2026-11-05]%s}
"""


@pytest.mark.parametrize(
    ("more", "day"),
    [
        pytest.param("", "2026-11-19", id="two weeks after its last phase"),
        pytest.param(", cool_down: [2026-11-06, 2026-11-18]", "2026-11-18", id="the end of its cool-down"),
    ],
)
def test_a_campaign_is_reviewed_once_when_it_is_over(home, tmp_path, monkeypatch, more, day):
    monkeypatch.setattr(schedule, "FAMILIES", ("campaign_review",))
    (tmp_path / "params" / "campaigns").mkdir()
    (tmp_path / "params" / "campaigns" / "d12.yaml").write_text(CAMPAIGN % more, encoding="utf-8")
    arrive(home, "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20", kinds=("shop_daily",))
    (slot,) = [each for each in schedule.due(home, at("2026-11-21T09:30")) if each.campaign == "d12"]
    assert (slot.date, slot.state, slot.key) == (day, "ready", f"demo/{day}/campaign_review/d12")
    for job in plan(home, Request("campaign_review", ("demo",), day, day, campaign="d12")).jobs:
        manifest.Claim(job.folder, job.name).record({}, {"status": "done"})
    assert schedule.due(home, at("2026-11-21T09:30")) == []


def test_a_held_report_is_done(home):
    arrive(home, "2026-11-20")
    finish(home, "2026-11-20", status="held")
    assert states(home, "2026-11-21T08:35") == []


def test_the_report_day_is_the_shops_own_yesterday(home, tmp_path):
    (tmp_path / "params" / "shops").mkdir()
    (tmp_path / "params" / "shops" / "demo.yaml").write_text(
        "timezone: America/Los_Angeles", encoding="utf-8"
    )
    arrive(home, "2026-11-19", "2026-11-20")
    # 08:30 on the 21st in Shanghai is 16:30 on the 20th in Los Angeles: the 19th is complete there.
    assert states(home, "2026-11-21T08:30")[-1] == ("2026-11-19", "ready")


def test_over_the_year_end_the_last_day_of_december_is_reported(home):
    arrive(home, "2026-12-30", "2026-12-31")
    assert states(home, "2027-01-01T08:30") == [("2026-12-30", "ready"), ("2026-12-31", "ready")]


def test_a_clock_that_jumps_back_repeats_nothing(home):
    arrive(home, "2026-11-19", "2026-11-20")
    finish(home, "2026-11-19", "2026-11-20")
    assert states(home, "2026-11-20T12:00") == []
    assert states(home, "2026-11-21T08:31") == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param(
            '{cron: "30 8 * *"}', "daily.yaml: schedule.cron '30 8 * *' is not a cron line", id="four parts"
        ),
        pytest.param('{cron: "61 8 * * *"}', "'61 8 * * *' is not a cron line", id="minute 61"),
        pytest.param(
            '{cron: "30 8 * * *", timezone: Mars/Base}', "'Mars/Base' is not a time zone", id="zone"
        ),
        pytest.param('{cron: "30 8 * * *", deadline: "25:00"}', "'25:00' is not a time", id="deadline"),
    ],
)
def test_a_wrong_schedule_is_named_and_the_others_go_on(home, tmp_path, line, message):
    write(tmp_path, f"notebooks: [own]\nschedule: {line}\n")
    with pytest.raises(ParamsError) as error:
        schedule.due(home, at("2026-11-21T08:30"))
    assert message in str(error.value)
    problems = []
    assert schedule.due(home, at("2026-11-21T08:30"), problems) == []
    assert message in problems[0]


def test_a_broken_shop_file_stops_only_its_shop(home, tmp_path):
    (tmp_path / "params" / "shops").mkdir()
    (tmp_path / "params" / "shops" / "demo-b.yaml").write_text("timezone: Mars/Base", encoding="utf-8")
    arrive(home, "2026-11-20")
    arrive(home, "2026-11-20", shop="demo-b")
    problems = []
    assert [slot.shop for slot in schedule.due(home, at("2026-11-21T08:30"), problems)] == ["demo"]
    assert problems[0].startswith("demo-b: ")


def berlin(line, after, until):
    zone = ZoneInfo("Europe/Berlin")
    found = cron.moments(Schedule(cron=line, timezone="Europe/Berlin"), at(after, zone), at(until, zone))
    return [f"{moment:%m-%d %H:%M %Z}" for moment in found]


def test_a_time_that_summer_time_skips_runs_after_the_gap():
    assert berlin("30 2 * * *", "2026-03-28T12:00", "2026-03-30T12:00") == [
        "03-29 03:30 CEST",
        "03-30 02:30 CEST",
    ]


def test_a_time_that_comes_twice_runs_once():
    assert berlin("30 2 * * *", "2026-10-24T12:00", "2026-10-26T12:00") == [
        "10-25 02:30 CEST",
        "10-26 02:30 CET",
    ]


def test_an_hourly_line_runs_in_both_hours_of_the_same_name():
    assert berlin("0 * * * *", "2026-10-25T00:30", "2026-10-25T04:00") == [
        "10-25 01:00 CEST",
        "10-25 02:00 CEST",
        "10-25 02:00 CET",
        "10-25 03:00 CET",
        "10-25 04:00 CET",
    ]


def test_a_line_for_every_half_hour_stays_in_order_through_the_repeated_hour():
    assert berlin("*/30 */1 * * *", "2026-10-25T01:30", "2026-10-25T03:00") == [
        "10-25 02:00 CEST",
        "10-25 02:30 CEST",
        "10-25 02:00 CET",
        "10-25 02:30 CET",
        "10-25 03:00 CET",
    ]


def test_an_hourly_line_names_the_skipped_hour_once():
    assert berlin("0 * * * *", "2026-03-29T00:30", "2026-03-29T04:00") == [
        "03-29 01:00 CET",
        "03-29 03:00 CEST",
        "03-29 04:00 CEST",
    ]


def test_the_next_times_come_once_each():
    line = Schedule(cron="0 * * * *", timezone="Europe/Berlin")
    now = at("2026-10-25T01:30", ZoneInfo("Europe/Berlin"))
    assert [f"{moment:%H:%M %Z}" for moment in cron.following(line, now)] == [
        "02:00 CEST",
        "02:00 CET",
        "03:00 CET",
    ]


def test_the_wall_clock_time_stays_through_both_changes():
    spring = berlin("30 8 * * *", "2026-03-27T12:00", "2026-03-30T12:00")
    autumn = berlin("30 8 * * *", "2026-10-23T12:00", "2026-10-26T12:00")
    assert spring == ["03-28 08:30 CET", "03-29 08:30 CEST", "03-30 08:30 CEST"]
    assert autumn == ["10-24 08:30 CEST", "10-25 08:30 CET", "10-26 08:30 CET"]


def test_mondays_over_the_year_end():
    line = Schedule(cron="0 9 * * 1")
    found = cron.moments(line, at("2026-12-25T00:00"), at("2027-01-12T00:00"))
    assert [f"{moment:%Y-%m-%d}" for moment in found] == ["2026-12-28", "2027-01-04", "2027-01-11"]


def test_a_line_that_never_comes_gives_no_moment():
    assert cron.following(Schedule(cron="0 9 30 2 *"), at("2026-11-21T08:30")) == []
