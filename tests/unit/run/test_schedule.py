"""What is due when: a clock moved over days, missed slots, clock changes and year ends; late exports."""

import datetime as dt
from zoneinfo import ZoneInfo

import filelock
import pytest

from notebooks.fixtures import cases
from shopbook.errors import ParamsError
from shopbook.home import Home
from shopbook.params import Schedule
from shopbook.run import cron, manifest, schedule
from shopbook.run.batch_result import BatchResult
from shopbook.run.job import NotebookResult
from shopbook.run.plan import plan
from shopbook.text import speaking

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAILY = """\
notebooks: [own, market]
schedule: {cron: "30 8 * * *", timezone: Asia/Shanghai, deadline: "10:30", needs: [shop_daily, market]}
"""


@pytest.fixture(autouse=True)
def _english():
    with speaking("en"):
        yield


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


def finish(job, status="done"):
    manifest.record(job.folder, {}, job.name, {"status": status})
    return NotebookResult(job, status)


def runner(home, now, status="done", asked=None):
    """A `go` that marks every notebook of a request with `status` instead of running it."""

    def go(request):
        if asked is not None:
            asked.append((request.job, request.shops, request.first))
        return BatchResult(tuple(finish(job, status) for job in plan(home, request, now=now).jobs))

    return go


def states(home, now):
    return [(slot.date, slot.state) for slot in schedule.due(home, at(now))]


def test_nothing_is_due_before_its_time(home):
    arrive(home, "2026-11-19", "2026-11-20")
    assert states(home, "2026-11-21T08:29") == [("2026-11-19", "ready")]
    assert states(home, "2026-11-21T08:30") == [("2026-11-19", "ready"), ("2026-11-20", "ready")]


def test_a_done_report_is_not_due_again(home):
    arrive(home, "2026-11-20")
    now, asked = at("2026-11-21T08:30"), []
    assert not schedule.run_due(home, now, runner(home, now, asked=asked)).failed
    assert asked == [("daily", ("demo",), "2026-11-20")]
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
    assert slot.line == "demo 2026-11-20 daily waits for exports: market"
    arrive(home, "2026-11-20", kinds=("market",))
    assert states(home, "2026-11-21T09:05") == [("2026-11-20", "ready")]


def test_at_the_deadline_a_report_runs_without_what_is_late(home):
    arrive(home, "2026-11-20", kinds=("shop_daily",))
    assert states(home, "2026-11-21T10:29") == [("2026-11-20", "waiting")]
    now = at("2026-11-21T10:30")
    outcome = schedule.run_due(home, now, runner(home, now))
    assert outcome.lines == ["demo 2026-11-20 daily runs without exports that are late: market"]
    assert not outcome.failed
    assert states(home, "2026-11-21T11:00") == []


def test_without_the_shops_own_export_the_deadline_names_what_is_missing(home):
    arrive(home, "2026-11-19")
    now = at("2026-11-21T10:30")
    for job in plan(home, schedule.Request("daily", ("demo",), "2026-11-19"), now=now).jobs:
        finish(job)
    outcome = schedule.run_due(home, now, runner(home, now))
    assert outcome.lines == ["demo 2026-11-20 daily was not made, exports are missing: shop_daily, market"]
    assert outcome.failed


def test_exports_that_arrive_after_the_deadline_are_still_reported(home):
    arrive(home, "2026-11-20")
    assert states(home, "2026-11-21T18:00") == [("2026-11-20", "ready")]


def test_a_failed_report_is_tried_again_until_the_deadline(home):
    arrive(home, "2026-11-20")
    now = at("2026-11-21T08:30")
    assert schedule.run_due(home, now, runner(home, now, "failed")).failed
    assert states(home, "2026-11-21T08:35") == [("2026-11-20", "ready")]
    assert states(home, "2026-11-21T10:30") == []


def test_a_held_report_is_done(home):
    arrive(home, "2026-11-20")
    now = at("2026-11-21T08:30")
    schedule.run_due(home, now, runner(home, now, "held"))
    assert states(home, "2026-11-21T08:35") == []


def test_shops_of_one_day_run_in_one_batch(home):
    arrive(home, "2026-11-20")
    arrive(home, "2026-11-20", shop="demo-b")
    now, asked = at("2026-11-21T08:30"), []
    schedule.run_due(home, now, runner(home, now, asked=asked))
    assert asked == [("daily", ("demo", "demo-b"), "2026-11-20")]


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
    now = at("2026-11-21T08:30")
    schedule.run_due(home, now, runner(home, now))
    assert states(home, "2026-11-20T12:00") == []
    assert states(home, "2026-11-21T08:31") == []


def test_two_schedulers_never_run_at_once(home):
    arrive(home, "2026-11-20")
    home.data.mkdir(exist_ok=True)
    asked = []
    with filelock.FileLock(str(home.data / ".due.lock")):
        outcome = schedule.run_due(home, at("2026-11-21T08:30"), runner(home, None, asked=asked))
    assert (asked, outcome.failed) == ([], False)
    assert outcome.lines == ["Another `shopbook due` is running; this one does nothing."]


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
    outcome = schedule.run_due(home, at("2026-11-21T08:30"), runner(home, None))
    assert outcome.failed
    assert message in outcome.lines[0]


def test_a_broken_shop_file_stops_only_its_shop(home, tmp_path):
    (tmp_path / "params" / "shops").mkdir()
    (tmp_path / "params" / "shops" / "demo-b.yaml").write_text("timezone: Mars/Base", encoding="utf-8")
    arrive(home, "2026-11-20")
    arrive(home, "2026-11-20", shop="demo-b")
    now, asked = at("2026-11-21T08:30"), []
    outcome = schedule.run_due(home, now, runner(home, now, asked=asked))
    assert asked == [("daily", ("demo",), "2026-11-20")]
    assert outcome.lines[0].startswith("demo-b: ")
    assert outcome.failed


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


def test_the_printed_schedule_has_each_systems_line_and_the_next_times(home):
    text = schedule.printed(home, at("2026-12-31T09:00"))
    for part in (
        "*/5 * * * *",
        "OnCalendar=*:0/5",
        "schtasks /Create",
        str(home.root),
        "2027-01-01 08:30 CST",
    ):
        assert part in text
