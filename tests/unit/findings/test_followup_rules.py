"""Actions of yesterday and the story of the day: what moved, whose figure is read, which sentence is said."""

import datetime as dt
import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from shopbook.days import Calendar, Event
from shopbook.findings.daily import followup, story
from shopbook.findings.daily.followup import Reading
from shopbook.findings.finding import Cause, DataWarning, Finding, Week
from shopbook.findings.ordinary import Ordinary
from shopbook.params import CampaignSettings, rules
from typed import DAY, compared, daily, facts, judged, last, table

NAN, INF = float("nan"), math.inf


pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("then", "now", "good", "said"),
    [
        ((0.0, 0.3), (0.51, 0.4), "up", "better"),  # both may be off by 0.3 and 0.4: together by 0.5
        ((0.0, 0.3), (0.49, 0.4), "up", "unchanged"),
        ((0.0, 0.0), (0.5, 0.5), "up", "unchanged"),
        ((0.0, 0.3), (-0.51, 0.4), "up", "worse"),
        ((0.0, 0.3), (-0.51, 0.4), "down", "better"),
        ((0.0, 0.3), (0.51, 0.4), "down", "worse"),
        ((0.0, 0.3), (0.51, 0.4), "none", "no range"),
        ((NAN, 0.3), (0.51, 0.4), "up", "no range"),
        ((0.0, INF), (0.51, 0.4), "up", "no range"),
        ((0.0, 0.3), (0.51, NAN), "up", "no range"),
    ],
)
def test_a_figure_moved_when_its_standings_differ_by_more_than_both_may_be_off(then, now, good, said):
    assert said in followup._moved(Reading(1.0, *then), Reading(2.0, *now), good)


def test_a_reading_is_a_figures_place_in_logs_and_half_its_range():
    read = followup._read(5.0, 0.5, 9.0, [0.0, math.e - 1])
    assert (read.value, read.standing, read.reach) == (5.0, pytest.approx(math.log(1.5)), pytest.approx(0.5))
    assert followup._read(5.0, None, 0.5, None).standing == pytest.approx(math.log(1.5))
    assert math.isnan(followup._read(5.0, None, 0.5, None).reach)
    assert math.isnan(followup._read(5.0, None, None, None).standing)
    assert math.isnan(followup._read(5.0, -1.0, None, None).standing)
    assert followup._read(5.0, 0.1, None, (-1.0, 0.5)).reach == INF
    assert followup._read(5.0, 0.1, None, (-0.5, 0.0)).reach == pytest.approx(math.log(2) / 2)
    for value in (None, NAN, INF):
        assert followup._read(value, 0.1, 0.1, (0.0, 0.1)) is None


def action(**values: Any) -> dict[str, Any]:
    row = {
        "id": "own.basket", "scope": {}, "metric": "avg_order_value", "level": "watch", "value": 90.0,
        "baseline": 100.0, "change": -0.1, "relative": None, "interval": (-0.15, -0.05), "causes": [],
        "owner": "operator", "next_step": "look", "due": DAY.isoformat(), "proof": "basket",
    }  # fmt: skip
    return {**row, **values}


def outcome(now: Finding | None = None, **values: Any) -> str:
    better = compared(110.0, 100.0, "better", interval=(0.05, 0.15))
    given = facts(known=judged({"avg_order_value": better, "visitors": compared(1.0, 1.0)}))
    return followup._outcome(given, action(**values), "2026-09-24", now)


def test_an_action_without_a_finding_of_today_is_read_off_the_shops_figure():
    assert outcome().startswith("better: ¥90")
    assert outcome(scope={"item_id": "7"}) == "no new figure"
    assert outcome(metric="of nobody") == "no new figure"
    assert outcome(metric=None) == "no new figure"
    assert outcome(value=None) == "no new figure"


def test_an_action_is_judged_from_the_day_it_is_due():
    assert outcome(due=(DAY + dt.timedelta(days=1)).isoformat()).startswith("due 2026-09-26")
    assert outcome(due=DAY.isoformat()).startswith("better")
    assert outcome(due="").startswith("better")


def test_the_finding_of_today_with_the_same_thing_and_figure_answers():
    now = Finding(
        "own.basket", "?", "…", metric="avg_order_value", value=80.0, change=-0.2, interval=(-0.22, -0.18)
    )
    assert outcome(now).startswith("worse")
    previous = {"date": "2026-09-24", "findings": [action(), action(level="ok"), action(next_step="")]}
    [only] = followup.follow_ups(facts(), previous, [now])
    assert (only.id, only.owner, only.due, only.outcome[:5]) == (
        "own.basket",
        "operator",
        DAY.isoformat(),
        "worse",
    )
    assert followup.follow_ups(facts(), None, [now]) == []
    acted = {**previous, "findings": [action(level="act")]}
    assert len(followup.follow_ups(facts(), acted, [replace(now, metric="visitors")])) == 1


def test_what_is_new_and_what_is_cleared_is_told_by_id():
    before = {
        "findings": [{"id": "a", "level": "act"}, {"id": "b", "level": "watch"}, {"id": "c", "level": "ok"}]
    }
    now = [
        Finding(name, "?", "…", level=level)
        for name, level in (("b", "act"), ("c", "watch"), ("d", "ok"), ("a", "ok"))
    ]
    assert followup.since(before, now) == {"new": ["c"], "cleared": ["a"]}
    assert followup.since(None, now) == {"new": [], "cleared": []}


def cause(effect: float, **scope: str) -> dict[str, Any]:
    return {"scope": scope, "effect": effect}


def test_the_source_of_an_action_is_the_largest_in_the_direction_of_its_change():
    causes = [
        cause(-9.0, factor="x"),
        cause(-5.0, channel="a"),
        cause(-7.0, channel="b"),
        cause(8.0, channel="c"),
    ]
    assert followup._source(action(causes=causes)) == "b"
    assert followup._source(action(causes=causes, value=110.0)) == "c"
    assert followup._source(action(causes=causes[:1])) == ""
    assert followup._source(action(causes=causes, value=None)) == ""
    assert followup._source(action(causes=causes, baseline=None)) == ""
    assert followup._source(action(causes=[cause(0.0, channel="a")])) == ""


def test_a_source_is_followed_only_by_its_visitors():
    """The basket of an action whose main cause is a source is the shop's."""
    causes = [cause(-5.0, channel="a")]
    assert outcome(causes=causes).startswith("better")
    days = last(60)
    flow = pd.DataFrame(
        {"date": days, "channel": "a", "channel_label": "A", "visitors": [100.0] * 59 + [130.0]}
    )
    flow = flow.assign(level=1, device="x", channel_detail="")
    given = facts(frames={"flow_source": flow, "shop_daily": daily(60)})
    then, now = followup._readings(
        given, action(metric="visitors", causes=causes), DAY - dt.timedelta(days=1), None
    )
    assert (then.value, now.value) == (100.0, 130.0)
    assert now.standing == pytest.approx(math.log(1.3))


def sales(
    verdict: str = "worse", value: float | None = 900.0, baseline: float | None = 1000.0, **values: Any
) -> Finding:
    parts = (Cause({"factor": "visitors"}, -60.0), Cause({"factor": "conversion"}, -40.0))
    given = {"metric": "pay_amount", "causes": parts, "interval": (-0.2, 0.1), **values}
    return Finding("own.amount", "?", "…", verdict=verdict, value=value, baseline=baseline, **given)


def behind(name: str, verdict: str = "worse", **values: Any) -> Finding:
    given = {"metric": "visitors", "value": 90.0, "baseline": 100.0, "change": -0.1, **values}
    return Finding(name, "?", f"{name} said; more", verdict=verdict, **given)


PLAIN = Ordinary()


def told(*found: Finding, days: int = 0, ordinary: Ordinary = PLAIN) -> str:
    known = {"day": DAY, "days_to_verdict": days, "ordinary": ordinary, "rules": rules(), "warnings": ()}
    known["calendar"] = Calendar((Event("1111", "双11", "Double 11", DAY, DAY, "campaign"),))
    known["threshold"] = rules().threshold
    known["campaigns"] = (CampaignSettings(id="c", name="Member week", phases={"peak": (DAY, DAY)}),)
    if not ordinary.campaigns:
        known["campaigns"] = ()
    return story.told(SimpleNamespace(**known), list(found))


WEEK = Week("2026-09-19", "2026-09-25", 1.0, 1.0, -0.2, None, None, None, "worse")
ACT = {"level": "act", "owner": "operator", "next_step": "look", "due": "2026-09-26"}


def test_a_decided_day_tells_the_gap_on_its_side():
    assert told(sales()) == "Sales ¥900, ¥100 less than on a usual Friday"
    assert told(sales("better", 1100.0)) == "Sales ¥1,100, ¥100 more than on a usual Friday"
    assert told(sales("worse", 1000.0)) == "Sales ¥1,000, ¥0 more than on a usual Friday"


def test_a_day_of_an_event_is_named_and_called_neither_calm_nor_like_a_usual_day():
    event, campaign = Ordinary(events=frozenset({DAY})), Ordinary(campaigns={DAY: "Member week"})
    tripled = sales("unknown", 3000.0, change=2.0)
    assert told(tripled, ordinary=event) == "Sales ¥3,000 (Double 11), ▲ +200.0% against a usual Friday"
    assert "Member week" in told(tripled, ordinary=campaign)
    assert told(replace(tripled, week=WEEK), ordinary=event).endswith(
        "against a usual Friday; the ordinary days of the week ▼ −20.0%"
    )
    assert told(sales(), ordinary=event).startswith("Sales ¥900, ¥100 less than")


def test_a_watched_loss_makes_no_calm_day_but_states_and_rivals_do():
    calm = "Nothing unusual today: Sales ¥900, as far as can be told like a usual Friday"
    watched = behind("own.visitors", level="watch")
    assert told(sales("unknown"), watched) == calm.split(": ")[1] + "; own.visitors said"
    for quiet in ("rivals.traffic", "promotion.plan"):
        assert told(sales("unknown"), behind(quiet, level="watch")) == calm
    assert told(sales("unknown"), behind("own.visitors", "better", level="watch")) == calm
    assert told(sales("unknown"), behind("own.item", metric="item_visitors", level="watch")) == calm
    by_week = behind("own.visitors", "unknown", level="watch", week=WEEK)
    assert told(sales("unknown"), by_week).endswith("usual Friday; Visitors: more")


def test_a_fall_of_conversion_by_an_item_that_is_sold_out_is_no_riddle():
    gone = DataWarning("warn", "stock_out", "…", {"item_id": "1"})
    facts = SimpleNamespace(warnings=(gone,))
    facts.threshold = rules().threshold
    only = sales(causes=(Cause({"factor": "conversion"}, -100.0),))
    item = behind("own.conversion", causes=(Cause({"item_id": "1"}, -9.0, label="cup"),))
    by_id = {"own.amount": only, "own.conversion": item}
    assert story._because(facts, by_id, "worse") == "cup is sold out"
    few = replace(item, causes=(Cause({"item_id": "1"}, -1.0, label="cup"),))  # of a fall of ten
    assert story._because(facts, {**by_id, "own.conversion": few}, "worse") == "Visitors ▼ −10.0%"


def test_what_cannot_be_judged_says_in_how_many_days_it_can():
    later = "Sales ¥900; nothing can be judged yet: in 3 more days"
    assert told(sales("unknown", baseline=None), days=3) == later
    assert told(sales("unknown", baseline=NAN), days=3) == later
    assert told(sales("unknown", baseline=None)) == "Sales ¥900; nothing to compare with yet"
    assert told(sales("unknown", interval=None), days=3) == later
    assert told(sales("unknown", interval=None)).startswith("Nothing unusual today")
    assert told(sales("unknown"), days=3).startswith("Nothing unusual today")
    assert told(sales("worse", interval=None), days=3) == "Sales ¥900, ¥100 less than on a usual Friday"
    assert told(sales("unknown", interval=None), behind("quality.dsr", **ACT), days=3).endswith(
        "; quality.dsr said"
    )
    assert told(sales(value=None)) == ""
    assert told(behind("own.visitors")) == ""


def test_a_week_that_is_decided_is_told_where_its_day_is_not():
    assert told(sales("unknown", week=WEEK)) == "Sales ¥900; the last 7 days ▼ −20.0%, that is decided"
    calm = replace(WEEK, verdict="same")
    assert told(sales("unknown", week=calm)).startswith(
        "Nothing unusual today: Sales ¥900, as far as can be told"
    )
    assert told(sales("same", week=WEEK)).startswith("Nothing unusual today")


def test_the_first_action_that_is_not_of_sales_ends_a_sentence_without_a_cause():
    acted = replace(sales(), **ACT)
    assert told(acted, behind("quality.dsr", **ACT), behind("checkup.stock", **ACT)).endswith(
        "; quality.dsr said"
    )
    assert told(sales("unknown"), behind("quality.dsr", **ACT)) == (
        "Sales ¥900, as far as can be told like a usual Friday; quality.dsr said"
    )
    assert told(acted) == "Sales ¥900, ¥100 less than on a usual Friday"


def test_the_factor_is_the_largest_one_that_is_decided_the_same_way():
    by_id = {
        "own.amount": sales(),
        "own.visitors": behind("own.visitors"),
        "own.conversion": behind("own.conversion"),
    }
    assert story._factor(by_id, "worse") == "visitors"
    assert (
        story._factor({**by_id, "own.visitors": behind("own.visitors", "unknown")}, "worse") == "conversion"
    )
    assert (
        story._factor({**by_id, "own.visitors": behind("own.visitors", "unknown", week=WEEK)}, "worse")
        == "visitors"
    )
    assert story._factor(by_id, "better") == ""
    rise = sales(
        "better", causes=(Cause({"factor": "visitors"}, 60.0), Cause({"factor": "conversion"}, -40.0))
    )
    better = behind("own.visitors", "better")
    assert story._factor({**by_id, "own.amount": rise, "own.visitors": better}, "better") == "visitors"
    nothing = sales(causes=(Cause({"factor": "visitors"}, 0.0),))
    assert story._factor({**by_id, "own.amount": nothing}, "worse") == ""


def test_what_moved_sales_is_said_by_its_nearest_cause():
    source = behind("own.visitors", causes=(Cause({"channel": "a"}, -10.0, label="Search"),))
    assert told(sales(), source).endswith(": Search −10 visitors")
    assert told(sales(), behind("own.visitors")).endswith(": Visitors ▼ −10.0%")
    only = sales(causes=(Cause({"factor": "conversion"}, -100.0),))
    item = behind(
        "own.conversion", metric="pay_conversion_rate", causes=(Cause({"item_id": "1"}, -9.0, label="cup"),)
    )
    assert told(only, item).endswith(": conversion of cup")
    assert told(only, replace(item, owner="service")).endswith("service answers more slowly")
    assert told(sales(), replace(source, owner="service")).endswith(": Search −10 visitors")
    by_week = replace(source, verdict="unknown", week=WEEK)  # its cause is the day's, which is not decided
    assert told(sales(), by_week).endswith(": Visitors ▼ −10.0%")


def test_what_tells_is_a_level_or_a_loss():
    assert [story._tells(behind("x", "same", level=level)) for level in ("act", "watch", "ok")] == [
        True,
        True,
        False,
    ]
    assert story._tells(behind("x", "worse")) is True
    assert story._tells(behind("x", "unknown", week=WEEK)) is True


@pytest.mark.parametrize(("day", "name"), [(dt.date(2026, 9, 21 + n), name) for n, name in enumerate(
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))])  # fmt: skip
def test_a_weekday_has_its_name(day, name):
    assert story.weekday(day) == name


def test_things_moved_against_the_mean_of_the_comparable_days_that_have_a_report():
    rows = table(
        "date item_id item_visitors",
        (0, "1", 10.0),
        (0, "2", 5.0),
        (7, "1", 30.0),
        (14, "1", 50.0),
        (7, "3", 8.0),
    )
    given = facts(frames={"item_daily": rows})
    fell = Finding("own.visitors", "?", "…", verdict="worse", metric="visitors")
    assert story._moved(given, "item_visitors", fell).to_dict() == {"1": -30.0, "2": 5.0, "3": -4.0}
    assert story._moved(given, "pay_amount", fell).empty
    assert story._moved(facts(frames={"item_daily": rows[:2]}), "item_visitors", fell).empty


def test_things_of_a_week_that_fell_are_those_of_its_days_not_of_a_good_last_one():
    """A day of an event may stand above its usual while the days before it lost a third."""
    seen = [90.0] * 28 + [60.0] * 6 + [150.0]
    rows = pd.DataFrame({"date": last(35), "item_id": "1", "item_visitors": seen})
    week = SimpleNamespace(ordinary=[day.date() for day in last(7)[:6]],
                           found=SimpleNamespace(days=[day.date() for day in last(14)[:7]]))  # fmt: skip
    given = facts(frames={"item_daily": rows}, known={("week", "visitors", DAY): week})
    fell = Finding("own.visitors", "?", "…", verdict="unknown", metric="visitors")
    assert story._moved(given, "item_visitors", fell).to_dict() == {"1": -30.0}


def test_a_step_about_stock_names_what_is_left():
    step = Finding("checkup.stock", "?", "…", next_step="Order.")
    rows = [{"finding": "checkup.stock", "label": name, "amount": left, "unit": "left"} for name, left in
            (("cup", 3.0), ("pot", 0.0), ("pan", 2.0), ("jar", 1.0))]  # fmt: skip
    [named] = story.naming([step], rows)
    assert named.next_step == "Order. First: cup (3 left), pot (0 left), pan (2 left)"
    assert story.naming([replace(step, next_step="")], rows)[0].next_step == ""
    assert story.naming([step], [])[0] is step


def test_steps_of_stock_and_of_a_loss_have_their_things():
    held = [{"item_id": str(n), "label": f"item {n}", "stock_units": float(n)} for n in range(20)]
    given = facts(known={"stock_table": held})
    step = Finding("checkup.stock", "?", "…", next_step="Order.")
    rows = story.steps(given, [step])
    assert [(row["item_id"], row["amount"], row["unit"]) for row in rows] == [
        (str(n), float(n), "left") for n in range(12)
    ]
    assert story.steps(given, [replace(step, next_step="")]) == []
