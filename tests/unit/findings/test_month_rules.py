"""The month and its target on a shop of even days: what is due, needed and forecast is plain division."""

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from shopbook.days import Calendar, Event
from shopbook.findings.facts import Facts
from shopbook.findings.periodic import appraisal, month, targets_month
from shopbook.params import ShopSettings, rules
from shopbook.text import speaking

DAY = dt.date(2026, 10, 21)  # 21 of 31 days are over
STAMP = pd.Timestamp(DAY)
NAN = math.nan


@pytest.fixture(autouse=True)
def _in_english():
    with speaking("en"):
        yield


def even(day: dt.date = DAY, count: int = 80, **columns: Any) -> pd.DataFrame:
    """Days of 1,000 visitors, 50 buyers, 5,000 yuan."""
    days = pd.date_range(end=day, periods=count)
    return pd.DataFrame(
        {"date": days, "visitors": 1000.0, "pay_buyers": 50.0, "pay_amount": 5000.0} | columns
    )


def facts(
    *targets: tuple[str, str, float],
    day: dt.date = DAY,
    daily: pd.DataFrame | None = None,
    events: Sequence[Event] = (),
    margin: float | None = None,
    **frames: pd.DataFrame,
) -> Facts:
    kinds = ("market", "peers", "flow_source", "item_daily", "rivals")
    sheet = pd.DataFrame(targets, columns=["month", "metric", "target"])
    held = {**dict.fromkeys(kinds, pd.DataFrame()), "shop_daily": even(day) if daily is None else daily}
    settings = ShopSettings(id="t", gross_margin=margin)
    return Facts(settings, day, {**held, "targets": sheet, **frames}, Calendar(tuple(events)), rules())


def october(target: float, metric: str = "pay_amount") -> tuple[str, str, float]:
    return "2026-10", metric, target


# -- the target


def test_the_last_target_of_the_month_counts_and_no_other_months():
    sheet = [october(1.0), october(2.0), ("2026-09", "pay_amount", 3.0), ("2026-11", "pay_amount", 4.0),
             october(5.0, "visitors")]  # fmt: skip
    assert targets_month.target_of(facts(*sheet), "pay_amount") == 2.0
    assert targets_month.target_of(facts(*sheet), "pay_buyers") is None
    assert targets_month.target_of(facts(), "pay_amount") is None


def test_a_years_target_goes_to_its_months_by_their_days_less_what_is_set():
    year = ("2026", "pay_amount", 365_000.0)
    old = ("2025", "pay_amount", 9e9)
    assert targets_month.target_of(facts(old, year), "pay_amount") == pytest.approx(31_000.0)
    # 335 days share what January leaves; a month of another year takes nothing.
    locked = [("2026-01", "pay_amount", 30_000.0), ("2025-12", "pay_amount", 9e9)]
    assert targets_month.target_of(facts(year, *locked), "pay_amount") == pytest.approx(31_000.0, rel=0.1)
    part = targets_month.target_of(facts(year, *locked), "pay_amount")
    assert part == pytest.approx(335_000 * 31 / 334)
    assert targets_month.target_of(facts(("2026", "bounce_rate", 0.5)), "bounce_rate") is None
    assert targets_month.target_of(facts(year, daily=even(count=27)), "pay_amount") is None


@pytest.mark.parametrize(
    ("day", "last"), [("2026-12-05", 31), ("2028-02-01", 29), ("2026-02-28", 28), ("2026-04-30", 30)]
)
def test_a_month_ends_on_its_last_day(day, last):
    given = dt.date.fromisoformat(day)
    first, end = targets_month.month_of(facts(day=given, daily=even()))
    assert (first, end) == (given.replace(day=1), given.replace(day=last))


@pytest.mark.parametrize(("known", "told"), [(28, True), (27, False)])
def test_four_weeks_with_sales_show_the_shape_of_a_shop(known, told):
    daily = even(count=28 + 7).assign(pay_amount=[0.0] * (35 - known) + [5000.0] * known)
    assert (targets_month.progress_of(facts(october(1e5), daily=daily), "pay_amount") is not None) is told


# -- where the month stands


def state(target: float, **more: Any) -> dict[str, float]:
    found = targets_month.progress_of(facts(october(target), **more), "pay_amount")
    assert found is not None
    return found


def test_of_an_even_month_what_is_due_needed_and_forecast_is_plain_division():
    found = state(200_000.0)
    expected = {
        "actual": 105_000, "attained": 0.525, "planned": 21 / 31, "forecast": 155_000, "missing_days": 0,
        "needed_day": 9_500, "current_day": 5_000,  # 95,000 in ten days
    }  # fmt: skip
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-3)
    assert state(100_000.0)["needed_day"] == 0.0  # reached already


def test_a_day_without_an_export_is_estimated_and_one_after_the_newest_is_still_to_come():
    hole = even()[lambda days: days["date"] != pd.Timestamp("2026-10-10")]
    found = state(200_000.0, daily=hole)
    assert (found["missing_days"], found["actual"]) == (1, 100_000)
    assert found["needed_day"] == pytest.approx(9_500, rel=1e-3)
    late = state(200_000.0, daily=even().iloc[:-1])
    assert (late["missing_days"], late["actual"]) == (0, 100_000)
    assert late["needed_day"] == pytest.approx(100_000 / 11, rel=1e-3)


def test_before_the_months_first_day_is_known_nothing_is():
    assert (
        targets_month.progress_of(facts(october(1e5), daily=even(dt.date(2026, 9, 30))), "pay_amount") is None
    )


def finding(monkeypatch, **more: Any) -> Any:
    known = facts(october(100.0))
    held = {"actual": 50.0, "attained": 0.5, "planned": 0.4, "forecast": 90.0, "low": 80.0, "high": 95.0,
            "missing_days": 0.0, "needed_day": 5.0, "current_day": 4.0, "forecasts": 0.0} | more  # fmt: skip
    monkeypatch.setattr(targets_month, "progress_of", lambda *_: held)
    return targets_month.month(known)


def test_a_month_is_held_against_what_was_due_by_now(monkeypatch):
    found = finding(monkeypatch)
    assert (found.value, found.baseline, found.change) == (50.0, 40.0, pytest.approx(0.25))
    assert finding(monkeypatch, planned=0.0).change is None
    assert found.caveats[0] == (
        "¥50.00 so far, 50.0% of the target, 40.0% was due; "
        "each day left must bring ¥5.00, at today's pace ¥4.00"
    )


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(80.0, 99.9, "worse"), (80.0, 100.0, "unknown"), (100.0, 120.0, "unknown"), (100.1, 120.0, "better")],
)
def test_a_month_is_decided_when_its_whole_range_lies_on_one_side(monkeypatch, low, high, verdict):
    assert finding(monkeypatch, low=low, high=high).verdict == verdict


@pytest.mark.parametrize(
    ("forecast", "level"), [(100.0, "ok"), (99.9, "watch"), (95.0, "act"), (95.1, "watch")]
)
def test_a_month_a_twentieth_short_is_acted_on(monkeypatch, forecast, level):
    assert finding(monkeypatch, forecast=forecast).level == level


def test_a_month_that_is_short_but_not_decided_is_watched(monkeypatch):
    assert finding(monkeypatch, forecast=80.0, high=100.0).level == "watch"


@pytest.mark.parametrize(("missing", "level"), [(16.0, "act"), (17.0, "watch")])
def test_five_days_of_the_month_must_be_known_to_act(monkeypatch, missing, level):
    assert finding(monkeypatch, missing_days=missing).level == level


def test_what_a_month_lacks_is_said(monkeypatch):
    rough = finding(monkeypatch)
    assert any("the range is a rough one" in each for each in rough.caveats)
    assert any("less than a year of history" in each for each in rough.caveats)
    tested = finding(monkeypatch, forecasts=12.0, missing_days=2.0, needed_day=NAN)
    assert any("that of 12 past forecasts" in each for each in tested.caveats)
    assert any("2 day(s) without an export" in each for each in tested.caveats)
    assert not any("must bring" in each for each in tested.caveats)
    year = facts(october(1e5), daily=even(count=330))
    assert targets_month._gaps(year, {"missing_days": 0.0}) == []
    assert len(targets_month._gaps(facts(daily=even(count=329)), {"missing_days": 0.0})) == 1


@pytest.mark.parametrize(
    ("day", "ahead"), [("10-21", False), ("10-22", True), ("10-31", True), ("11-01", False)]
)
def test_an_event_lies_ahead_from_tomorrow_to_the_months_end(day, ahead):
    first = dt.date.fromisoformat(f"2026-{day}")
    feast = Event("feast", "节", "feast", first, first, "holiday")
    assert bool(targets_month.unseen_ahead(facts(october(2e5), events=[feast]))) is ahead
    assert targets_month.unseen_ahead(facts(daily=even(count=20), events=[feast])) == []


def test_the_lines_of_a_month_part_at_the_day_of_the_report():
    lines = targets_month.month_lines(facts(october(155_000.0)))
    assert lines["due"].tolist() == pytest.approx([5000.0 * n for n in range(1, 32)], rel=1e-3)
    assert lines["actual"].iloc[:21].tolist() == [5000.0 * n for n in range(1, 22)]
    assert lines["actual"].iloc[21:].isna().all()
    assert lines["forecast"].iloc[:20].isna().all()
    ahead = [105_000.0 + 5000 * n for n in range(11)]
    assert lines["forecast"].iloc[20:].tolist() == pytest.approx(ahead, rel=1e-3)
    assert lines["low"].iloc[20] == lines["high"].iloc[20] == 105_000
    assert lines["low"].iloc[-1] <= lines["forecast"].iloc[-1] <= lines["high"].iloc[-1]
    assert targets_month.month_lines(facts()).empty


def test_days_of_an_event_are_no_evidence_of_the_month_to_come():
    past = Event("old", "old", "old", dt.date(2026, 9, 9), dt.date(2026, 9, 10), "campaign")
    known = facts(october(2e5), events=[past])
    weights = targets_month.weights_of(known, "pay_amount", *targets_month.month_of(known))
    found = targets_month._past(known, "pay_amount", weights)
    gone = found.index[found["value"].isna()]
    assert {pd.Timestamp("2026-09-09"), pd.Timestamp("2026-09-10")} <= set(gone)
    assert found.loc["2026-09-20":, "value"].eq(5000.0).all()
    assert found.index[-1] == STAMP
    assert found.loc["2026-10-01":, "weight"].tolist() == pytest.approx(weights.iloc[:21].tolist())


# -- the appraisal sheet


def rows(*targets: tuple[str, str, float], **more: Any) -> dict[str, dict[str, Any]]:
    return {row["metric"]: row for row in appraisal.appraisal_table(facts(*targets, **more))}


def test_a_row_a_target_of_the_month_or_the_year_and_none_of_another_month():
    found = rows(october(200_000.0), ("2026", "pay_buyers", 18_200.0), ("2026-09", "visitors", 9.0))
    assert set(found) == {"pay_amount", "pay_buyers"}
    row = found["pay_amount"]
    assert (row["value"], row["target"], row["state"]) == (105_000, 200_000, "behind")
    assert (row["attained"], row["planned"]) == (0.525, pytest.approx(21 / 31, rel=1e-3))
    assert row["required"] == "¥9,500"
    assert found["pay_buyers"]["state"] == "on course"  # 31 days of 50, four less are asked for


@pytest.mark.parametrize(
    ("metric", "value", "target", "attained", "state"),
    [("pay_conversion_rate", 0.05, 0.04, 1.25, "on course"),
     ("pay_conversion_rate", 0.05, 0.1, 0.5, "behind"),
     ("bounce_rate", 0.5, 0.4, 0.8, "behind"), ("bounce_rate", 0.5, 0.5, 1.0, "on course")],
)  # fmt: skip
def test_a_rate_is_held_against_its_target_in_its_good_direction(metric, value, target, attained, state):
    row = rows(october(target, metric), daily=even(bounce_rate=0.5))[metric]
    assert (row["value"], row["attained"]) == (pytest.approx(value), pytest.approx(attained))
    assert row["state"] == state


def test_a_rate_of_the_month_is_weighted_by_its_visitors_from_the_first_day_on():
    daily = even().assign(bounce_rate=0.9).set_index("date")
    daily.loc["2026-10-01":, "bounce_rate"] = NAN
    daily.loc["2026-10-01", ["bounce_rate", "visitors"]] = 0.2, 1000.0
    daily.loc["2026-10-21", ["bounce_rate", "visitors"]] = 0.6, 3000.0
    known = facts(daily=daily.reset_index())
    assert appraisal._mean_of_month(known, "bounce_rate") == pytest.approx(0.5)
    assert appraisal._mean_of_month(known, "home_bounce_rate") is None
    daily["bounce_rate"] = NAN
    assert appraisal._mean_of_month(facts(daily=daily.reset_index()), "bounce_rate") is None


def test_a_service_figure_is_weighted_by_inquiries_and_one_without_weights_is_a_plain_mean():
    agents = pd.DataFrame({"date": pd.to_datetime(["2026-09-30", "2026-10-01", "2026-10-02"]), "row": "agent",
                           "report": "performance", "cs_agent": "a", "inquiry_visitors": [9e9, 10.0, 30.0],
                           "avg_response_seconds": [1.0, 20.0, 60.0]})  # fmt: skip
    assert appraisal._mean_of_month(facts(service=agents), "avg_response_seconds") == pytest.approx(50.0)
    bare = even().drop(columns="visitors").assign(bounce_rate=0.5)
    bare.loc[bare.index[-1], "bounce_rate"] = 0.71
    assert appraisal._mean_of_month(facts(daily=bare), "bounce_rate") == pytest.approx(0.51)


@pytest.mark.parametrize(
    ("metric", "note"),
    [("pay_conversion_rate", "0.0% on last month"), ("pay_amount", "52% of the target, 68% due")],
)
def test_only_a_figure_that_adds_up_is_due_by_now(metric, note):
    known = facts(october(200_000.0), october(0.04, "pay_conversion_rate"))
    row = {row["metric"]: row for row in month.month_kpis(known)}[metric]
    assert row["note"].removeprefix("+") == note


# -- what the rest of the month takes


def takes(target: float, **more: Any) -> dict[str, dict[str, Any]]:
    return {row["metric"]: row for row in appraisal.takes_table(facts(october(target), **more))}


def test_the_rest_takes_sales_buyers_and_visitors_at_todays_conversion_and_basket():
    found = takes(200_000.0)  # 9,500 a day instead of 5,000
    assert {name: row["needed"] for name, row in found.items()} == {
        "pay_amount": "¥9,500", "pay_buyers": "95", "visitors": "1,900",
    }  # fmt: skip
    assert {name: row["now"] for name, row in found.items()} == {
        "pay_amount": "¥5,000", "pay_buyers": "50", "visitors": "1,000",
    }  # fmt: skip
    assert all(row["change"] == pytest.approx(0.9, rel=1e-3) for row in found.values())


@pytest.mark.parametrize(
    ("spend", "budget"),
    # 4,500 yuan a day more carry 1,800 of ads at a margin of 0.4; no more than twice the budget.
    [(3000.0, 4800.0), (1801.0, 3601.0), (1799.0, None)],
)
def test_ads_carry_the_gap_at_break_even_and_at_most_twice_their_budget(spend, budget):
    found = takes(200_000.0, daily=even(ad_spend=spend), margin=0.4).get("ad_spend")
    assert (found is None) == (budget is None)
    if found is not None:
        assert found["change"] == pytest.approx(budget / spend - 1, abs=1e-3)


def test_without_a_gap_ads_stay_as_they_are_and_without_a_margin_or_spend_they_are_not_named():
    found = takes(110_000.0, daily=even(ad_spend=100.0), margin=0.4)
    assert found["ad_spend"]["change"] == 0.0
    assert "ad_spend" not in takes(110_000.0, daily=even(ad_spend=100.0))
    assert "ad_spend" not in takes(110_000.0, margin=0.4)
    assert "ad_spend" not in takes(110_000.0, daily=even(ad_spend=NAN), margin=0.4)


def test_an_ordinary_day_is_the_mean_of_four_weeks_without_events():
    daily = even().set_index("date")
    daily.loc[STAMP - pd.Timedelta(days=28), "visitors"] = 9e9
    daily.loc[STAMP - pd.Timedelta(days=27), "visitors"] = 3800.0
    daily.loc[STAMP - pd.Timedelta(days=5), "visitors"] = 9e9
    known = facts(daily=daily.reset_index())
    known.__dict__["special_days"] = {DAY - dt.timedelta(days=5)}
    assert appraisal._ordinary(known)["visitors"] == pytest.approx((26 * 1000 + 3800) / 27)
    known.__dict__["special_days"] = {DAY - dt.timedelta(days=back) for back in range(28)}
    assert appraisal._ordinary(known) is None
    for lacking in (even(pay_buyers=0.0), even(pay_buyers=NAN), even().drop(columns="visitors")):
        assert appraisal._ordinary(facts(daily=lacking)) is None


def flows(*sources: tuple[str, float], first: int = 27) -> pd.DataFrame:
    """Visitors a day of sources over the last days."""
    days = pd.date_range(STAMP - pd.Timedelta(days=first), STAMP)
    return pd.concat(
        pd.DataFrame({"date": days, "level": 1, "channel": name, "channel_label": name.upper(),
                      "channel_detail": "", "visitors": visitors})
        for name, visitors in sources
    )  # fmt: skip


def test_sources_bring_the_visitors_needed_at_their_shares_the_largest_first():
    old = flows(("ads", 9e9), first=28).drop_duplicates("channel")  # one day too old
    now = flows(("ads", 300.0), ("search", 600.0))
    known = facts(october(200_000.0), flow_source=pd.concat([old, now]))
    found = appraisal.source_table(known)
    assert [(row["label"], row["visitors"]) for row in found] == [("SEARCH", 600.0), ("ADS", 300.0)]
    assert [row["needed"] for row in found] == pytest.approx([1140.0, 570.0], rel=1e-3)
    assert len(appraisal.source_table(known, top=1)) == 1
    assert appraisal.source_table(facts(october(200_000.0))) == []
    assert appraisal.source_table(facts(flow_source=now)) == []


def sold(*lines: tuple[str, int, float, float]) -> pd.DataFrame:
    """Sales of items: (item, days back, units, amount)."""
    made = [(name, STAMP - pd.Timedelta(days=back), units, amount) for name, back, units, amount in lines]
    return pd.DataFrame(made, columns=["item_id", "date", "pay_units", "pay_amount"])


def test_the_margin_is_that_of_the_items_whose_cost_is_known_over_four_weeks():
    items = sold(("a", 0, 10.0, 1000.0), ("a", 27, 10.0, 1000.0), ("a", 28, 9e9, 1.0), ("b", 0, 5.0, 500.0))
    cost = pd.DataFrame({"item_id": ["a", "a", "a", "b"], "unit_cost": [10.0, 60.0, NAN, NAN]})
    assert appraisal.margin_of(facts(item_daily=items, stock=cost)) == pytest.approx(0.4)
    free = cost.assign(unit_cost=0.0)
    assert appraisal.margin_of(facts(item_daily=items, stock=free)) is None
    at_cost = cost.assign(unit_cost=100.0)
    assert appraisal.margin_of(facts(item_daily=items, stock=at_cost)) is None
    for lacking in (
        {"stock": cost.drop(columns="unit_cost")}, {"item_daily": items.drop(columns="pay_units")},
        {"stock": pd.DataFrame()}, {"item_daily": pd.DataFrame()},
    ):  # fmt: skip
        assert appraisal.margin_of(facts(**{"item_daily": items, "stock": cost} | lacking)) is None
    assert appraisal.margin_of(facts(item_daily=items, stock=cost, margin=0.3)) == 0.3


def test_a_target_reached_or_a_month_that_is_over_has_no_forecast_of_it():
    reached = targets_month.month(facts(october(100_000.0)))
    assert reached.headline.startswith(
        "2026-10 has reached its target ¥100.0k: ¥105.0k so far; forecast ¥155.0k"
    )
    assert not any("each day left" in each for each in reached.caveats)
    last = dt.date(2026, 10, 31)
    missed = targets_month.month(facts(october(200_000.0), day=last))
    assert missed.headline == "2026-10 has missed its target ¥200.0k: ¥155.0k"
    over = targets_month.month(facts(october(150_000.0), day=last))
    assert over.headline == "2026-10 has reached its target ¥150.0k: ¥155.0k so far"


def test_a_target_that_is_reached_takes_nothing_more():
    assert appraisal.takes_table(facts(october(100_000.0))) == []
    assert appraisal.source_table(facts(october(100_000.0))) == []


def test_a_month_without_a_target_is_told_as_not_judged():
    told = month.month_told(facts(), [])
    assert told.startswith("2026-10 so far: sales ¥105.0k; without a target there is no verdict (a day ")
