"""The sheets of weeks and months on typed days: which days a figure is made of, what is not known."""

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from shopbook.analysis.compare import Comparison
from shopbook.days import Calendar, Event
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from shopbook.findings.periodic import month, operator_sheet, sheets, week
from shopbook.params import ShopSettings, rules
from shopbook.text import speaking

SUNDAY = dt.date(2026, 10, 25)
STAMP = pd.Timestamp(SUNDAY)
WEEK = pd.Timestamp("2026-10-19")
STEP = pd.Timedelta(days=7)
NAN = math.nan


@pytest.fixture(autouse=True)
def _in_english():
    with speaking("en"):
        yield


def facts(daily: pd.DataFrame, day: dt.date = SUNDAY, events: Sequence[Event] = (), **frames) -> Facts:
    kinds = ("market", "peers", "flow_source", "item_daily", "rivals")
    held = {**dict.fromkeys(kinds, pd.DataFrame()), "shop_daily": daily, **frames}
    return Facts(ShopSettings(id="t"), day, held, Calendar(tuple(events)), rules())


def by_week(*values: float, last: dt.date = SUNDAY, **columns: Any) -> pd.DataFrame:
    """Whole weeks up to `last`, the newest first: so many visitors a day, and the columns given."""
    days = pd.date_range(end=last, periods=7 * len(values))
    each = [value for value in reversed(values) for _ in range(7)]
    return pd.DataFrame({"date": days, "visitors": each} | columns)


def operator(daily: pd.DataFrame, **frames: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["metric"]: row for row in operator_sheet.operator_rows(facts(daily, **frames))}


# -- the operator's sheet


def test_a_sum_is_that_of_monday_to_sunday_beside_the_week_before():
    row = operator(by_week(20.0, 10.0, 9e9))["visitors"]
    assert (row["value"], row["previous"], row["change"]) == (140.0, 70.0, 1.0)
    running = by_week(9e9, 20.0, 10.0).iloc[:-4]  # three days of a week that is not over
    held = {row["metric"]: row for row in operator_sheet.operator_rows(facts(running, dt.date(2026, 10, 21)))}
    assert (held["visitors"]["value"], held["visitors"]["previous"]) == (140.0, 70.0)


def test_no_whole_week_has_no_rows_and_an_unknown_figure_none():
    assert operator_sheet.operator_rows(facts(by_week(1.0).iloc[1:])) == []
    assert "pay_amount" not in operator(by_week(1.0, 1.0, pay_amount=NAN, visitors=5.0))


def test_only_persons_that_are_added_up_are_called_so():
    days = by_week(1.0, 1.0, pay_amount=5.0, dsr_service=4.8)
    names = {row["metric"]: row["name"] for row in operator(days).values()}
    summed = {metric for metric, name in names.items() if name.endswith("(sum of days)")}
    assert summed == {"visitors"}
    month_long = pd.DataFrame({"date": pd.date_range(end=SUNDAY, periods=30), "pay_buyers": 1.0})
    assert operator(month_long)["pay_buyers_30d"]["name"].endswith("(sum of days)")


def test_a_mean_is_weighted_by_the_visitors_of_the_days_that_have_one():
    visitors = [1.0, 3.0, 100.0, 1.0, 1.0, 1.0, 1.0]
    stay = [10.0, 50.0, NAN, 0.0, 0.0, 0.0, 0.0]
    days = by_week(0.0, visitors=visitors, avg_stay_seconds=stay)
    assert operator(days)["avg_stay_seconds"]["value"] == pytest.approx((10 + 150) / 8)
    assert "avg_stay_seconds" not in operator(days.assign(avg_stay_seconds=NAN))


def test_a_score_is_the_newest_of_the_week():
    days = by_week(4.9, 4.8, dsr_service=[4.8] * 7 + [4.7, 4.6, 4.5, NAN, NAN, NAN, NAN])
    row = operator(days)["dsr_service"]
    assert (row["value"], row["previous"]) == (4.5, 4.8)
    old = by_week(1.0, 1.0, dsr_service=[4.8] * 7 + [NAN] * 7, visitors=5.0)
    assert "dsr_service" not in operator(old)


def test_thirty_days_are_those_up_to_the_weeks_last():
    days = pd.date_range(end=SUNDAY, periods=31)
    sold = pd.DataFrame({"date": days, "pay_amount": [1e6, *[10.0] * 29, 20.0]})
    assert operator(sold)["pay_amount_30d"]["value"] == 310.0
    assert operator(sold)["pay_amount_30d"]["previous"] is None
    assert "pay_amount_30d" not in operator(sold.iloc[2:])
    assert "pay_buyers_30d" not in operator(sold)


def test_the_share_of_items_that_sold_is_of_the_weeks_reports():
    rows = [("a", WEEK, 1.0), ("b", STAMP, 0.0), ("c", WEEK - pd.Timedelta(days=1), 5.0),
            ("d", STAMP + pd.Timedelta(days=1), 5.0)]  # fmt: skip
    items = pd.DataFrame(rows, columns=["item_id", "date", "pay_units"])
    row = operator(by_week(1.0, 1.0), item_daily=items)["active_item_rate"]
    assert (row["value"], row["previous"], row["change"]) == (0.5, 1.0, -0.5)
    assert "active_item_rate" not in operator(by_week(1.0), item_daily=items.drop(columns="pay_units"))


def test_buyers_of_two_of_the_last_thirty_days_came_back():
    first = STAMP - pd.Timedelta(days=29)
    rows = [("a", first), ("a", STAMP), ("b", first - pd.Timedelta(days=1)), ("b", STAMP), ("", first),
            ("", STAMP), ("c", STAMP), ("d", STAMP), ("d", STAMP + pd.Timedelta(days=1))]  # fmt: skip
    lines = pd.DataFrame(rows, columns=["buyer", "date"])
    assert operator(by_week(1.0), order_lines=lines)["repurchase_rate_30d"]["value"] == 0.25
    assert "repurchase_rate_30d" not in operator(by_week(1.0), order_lines=lines.drop(columns="buyer"))
    stated = by_week(1.0, visitors=5.0, repurchase_rate_30d=0.4)
    assert operator(stated, order_lines=lines)["repurchase_rate_30d"]["value"] == 0.4


def test_peers_are_the_mean_of_the_same_week():
    days = pd.date_range(end=SUNDAY + dt.timedelta(days=1), periods=9)
    peers = pd.DataFrame({"date": days, "metric": "avg_stay_seconds",
                          "peer_avg": [9e9, 10.0, 20.0, 30.0, NAN, 30.0, 20.0, 10.0, 9e9]})  # fmt: skip
    found = operator(by_week(1.0, visitors=1.0, avg_stay_seconds=5.0, bounce_rate=0.5), peers=peers)
    assert found["avg_stay_seconds"]["peer_avg"] == 20.0
    assert found["bounce_rate"]["peer_avg"] is None


def test_a_hand_filled_figure_serves_a_shop_whose_export_lacks_it_and_its_last_row_of_a_day_counts():
    days = pd.DatetimeIndex([*pd.date_range(WEEK, periods=7), STAMP])
    values = [0.2] * 7 + [0.3]
    filled = pd.DataFrame({"date": days, "metric": "home_bounce_rate", "value": values})
    bounce = operator(by_week(1.0), hand_filled=filled)["home_bounce_rate"]["value"]
    assert bounce == pytest.approx((6 * 0.2 + 0.3) / 7)
    stated = by_week(1.0, visitors=1.0, home_bounce_rate=0.9)
    assert operator(stated, hand_filled=filled)["home_bounce_rate"]["value"] == pytest.approx(0.9)
    filled = filled.assign(metric="repurchase_rate_30d")
    assert operator(by_week(1.0), hand_filled=filled)["repurchase_rate_30d"]["value"] == 0.3


# -- weeks and months


def test_periods_add_up_what_is_known_and_say_whether_they_are_whole():
    days = pd.DataFrame({"visitors": 1.0}, pd.date_range("2026-09-28", "2026-10-31"))
    weeks = sheets.periods(days, "week", dt.date(2026, 10, 31))
    assert [f"{each:%m-%d}" for each in weeks.index] == ["09-28", "10-05", "10-12", "10-19"]
    assert weeks["visitors"].tolist() == [7.0] * 4
    assert weeks["whole"].all()
    months = sheets.periods(days, "month", dt.date(2026, 10, 31))
    assert months["visitors"].tolist() == months["days"].tolist() == [3, 31]
    assert months["whole"].tolist() == [False, True]
    assert sheets.periods(days, "month", dt.date(2026, 10, 30))["whole"].tolist() == [False, False]
    assert sheets.periods(days, "week", dt.date(2026, 10, 25)).index[-1] == WEEK
    assert sheets.periods(days, "week", dt.date(2026, 10, 24)).index[-1] == WEEK - pd.Timedelta(days=7)


def test_a_week_is_called_by_its_days_and_a_month_by_its_name():
    assert sheets.period_name(WEEK, "week") == "10-19 – 10-25"
    assert sheets.period_name(pd.Timestamp("2026-10-01"), "month") == "2026-10"
    assert sheets.period_name(WEEK, "week", whole=False) == "10-19 – 10-25 (not complete)"


def test_a_sheet_shows_the_newest_periods_first_with_their_growth_by_day_and_the_markets():
    shop = by_week(30.0, 20.0, 10.0)
    market = by_week(15.0, 10.0, 10.0).rename(columns={"visitors": "value"})
    market = market.assign(category="", metric="visitors", value_type="value")
    rows = sheets.sheet(facts(shop, market=market), "week", 2)
    assert [row["period"] for row in rows] == ["10-19 – 10-25", "10-12 – 10-18"]
    assert [row["visitors"] for row in rows] == [210.0, 140.0]
    assert [row["visitors_growth"] for row in rows] == [0.5, 1.0]
    assert [row["market_growth"] for row in rows] == [0.5, 0.0]
    assert rows[0]["pageviews_growth"] is None
    assert sheets.sheet(facts(shop), "week", 5)[-1]["visitors_growth"] is None


def test_growth_is_by_day_and_unknown_after_a_gap():
    table = pd.DataFrame(
        {"days": [31, 28, 30], "visitors": [310.0, 560.0, 600.0]},
        pd.to_datetime(["2026-01-01", "2026-02-01", "2026-04-01"]),
    )
    assert sheets._growth(table, "month")["visitors"].tolist() == pytest.approx([NAN, 1.0, NAN], nan_ok=True)
    weeks = pd.DataFrame(
        {"days": 7, "visitors": [70.0, 140.0, 280.0]}, [WEEK, WEEK + STEP, WEEK + 3 * STEP]
    )  # the third week is not there
    assert sheets._growth(weeks, "week")["visitors"].tolist() == pytest.approx([NAN, 1.0, NAN], nan_ok=True)


def test_spend_of_the_ad_report_serves_only_where_the_shop_states_none():
    ads = pd.DataFrame({"date": [STAMP], "level": "plan", "ad_spend": 70.0})
    assert sheets.shop_days(facts(by_week(1.0), ad_report=ads))["ad_spend"].loc[STAMP] == 70.0
    stated = by_week(1.0, ad_spend=5.0)
    assert sheets.shop_days(facts(stated, ad_report=ads))["ad_spend"].loc[STAMP] == 5.0
    assert "ad_spend" not in sheets.shop_days(facts(by_week(1.0), ad_report=ads.drop(columns="ad_spend")))


def test_the_comparator_of_a_week_is_the_mean_of_its_days_and_whole_weeks_alone_count():
    table = pd.DataFrame(index=pd.DatetimeIndex([WEEK - pd.Timedelta(days=7), WEEK]))
    line = pd.Series(range(1, 15), pd.date_range(end=SUNDAY, periods=14), dtype=float)
    found = sheets._weekly_reference(line, "visitors", table)
    assert found is not None
    assert found.tolist() == [4.0, 11.0]
    assert sheets._weekly_reference(line.iloc[1:], "visitors", table).tolist() == [11.0]
    assert sheets._weekly_reference(line.iloc[1:-1], "visitors", table) is None
    assert sheets._weekly_reference(None, "visitors", table) is None


@pytest.mark.parametrize(("first", "inside"), [(18, False), (19, True), (25, True), (26, False)])
def test_an_event_of_the_week_is_named_once(first, inside):
    day = dt.date(2026, 10, first)
    fair = Event("fair", "年货节", "fair", day, day, "campaign")
    known = facts(by_week(1.0, 1.0, last=SUNDAY + dt.timedelta(days=7)), events=[fair])
    known.__dict__["special_days"] = {day}
    assert sheets._events(known, WEEK) == ("fair" if inside else "")


# -- a week against the weeks before


def special(known: Facts, *days: str) -> Facts:
    known.__dict__["special_days"] = {dt.date.fromisoformat(f"2026-{day}") for day in days}
    return known


def before(known: Facts) -> list[str]:
    return [f"{each:%m-%d}" for each in sheets.base_weeks(known, WEEK)]


def test_the_newest_four_ordinary_of_the_twelve_weeks_before_are_the_base():
    known = facts(by_week(1.0))
    assert before(known) == ["09-21", "09-28", "10-05", "10-12"]
    assert before(special(known, "10-12", "10-04")) == ["09-07", "09-14", "09-21", "10-05"]
    mondays = [f"{WEEK - back * STEP:%m-%d}" for back in range(1, 12)]
    assert before(special(facts(by_week(1.0)), *mondays)) == [f"{WEEK - 12 * STEP:%m-%d}"]
    assert before(special(facts(by_week(1.0)), *mondays, f"{WEEK - 12 * STEP:%m-%d}")) == []


def judged_by(monkeypatch, found: Comparison, comparator: str = "market") -> Finding:
    known = facts(by_week(1.0))
    return sheets._week_finding(known, sheets.Judged("visitors", found, comparator), WEEK)


def against(**more: Any) -> Comparison:
    held = {"value": 700.0, "baseline": 800.0, "days": (dt.date(2026, 9, 21),), "change": -0.125,
            "market_change": 0.1, "relative": -0.2, "interval": (-0.3, -0.1), "verdict": "worse"}  # fmt: skip
    return Comparison(**held | more)


def test_a_week_behind_is_watched_and_carries_its_comparison(monkeypatch):
    found = judged_by(monkeypatch, against())
    assert (found.id, found.level, found.verdict, found.comparator) == (
        "weekly.visitors", "watch", "worse", "market",
    )  # fmt: skip
    assert (found.market_change, found.relative, found.change) == (0.1, -0.2, -0.125)
    assert found.headline.startswith(
        "Week of 10-19: Visitors (sum of days) 700, ▼ −12.5% against the weeks before"
    )
    assert found.caveats == ()
    alone = judged_by(monkeypatch, against(verdict="better"), "none")
    assert (alone.level, alone.market_change, alone.relative) == ("ok", None, None)


@pytest.mark.parametrize(("first", "said"), [("2026-09-21", False), ("2026-09-20", True)])
def test_a_base_of_more_than_four_weeks_back_is_said(monkeypatch, first, said):
    found = judged_by(monkeypatch, against(days=(dt.date.fromisoformat(first), dt.date(2026, 10, 12))))
    assert bool(found.caveats) is said
    assert judged_by(monkeypatch, against(days=())).caveats == ()


def test_a_week_is_judged_on_the_parts_of_its_figure_against_whole_weeks(monkeypatch):
    asked = {}

    def record(own, day, **more):
        asked.update(own=own, day=day, **more)
        return against()

    monkeypatch.setattr(sheets, "against", record)
    known = facts(by_week(*[10.0] * 6, pay_buyers=1.0).drop(index=[0]))
    sheets.judged(known, "pay_conversion_rate", WEEK)
    assert list(asked["own"]) == ["pay_buyers", "visitors"]
    assert asked["baseline_days"] == [dt.date(2026, 9, 21) + dt.timedelta(weeks=n) for n in range(4)]
    assert asked["own"].index[0] == pd.Timestamp("2026-09-21")  # the oldest week lacks a day
    assert asked["reference"] is None
    assert sheets.judged(known, "visitors", WEEK).comparator == "none"
    assert asked["own"].name == "visitors"


# -- the page of the week


def said(monkeypatch, *findings: tuple[str, str], **by_metric: Comparison) -> str:
    """The week's sentence, of comparisons by figure and findings (id, verdict)."""
    monkeypatch.setattr(
        week, "judged", lambda _, metric, __: sheets.Judged(metric, by_metric[metric], "market")
    )
    metrics = {"amount": "pay_amount", "visitors": "visitors", "conversion": "pay_conversion_rate"}
    made = [
        Finding(f"weekly.{name}", "?", "", verdict=verdict, metric=metrics[name], value=700.0)
        for name, verdict in findings
    ]
    return week.week_told(facts(by_week(1.0)), made)


def test_the_weeks_sentence_says_how_its_sales_stand(monkeypatch):
    start = "Week 10-19 – 10-25: sales ¥700"
    decided = said(monkeypatch, ("amount", "worse"), pay_amount=against())
    assert decided.startswith(f"{start}, ")
    assert "no difference" not in decided
    open_ = against(verdict="unknown")
    assert said(monkeypatch, ("amount", "unknown"), pay_amount=open_) == (
        f"{start}, no difference to the market can be told"
    )
    dark = against(verdict="unknown", interval=None)
    assert said(monkeypatch, ("amount", "unknown"), pay_amount=dark) == start
    assert said(monkeypatch, ("visitors", "worse"), visitors=against()) == ""


def test_without_a_whole_week_or_its_sales_there_is_no_sentence():
    young = facts(by_week(1.0).iloc[1:])
    sales = Finding("weekly.amount", "?", "", metric="pay_amount", value=700.0)
    assert week.week_told(young, [sales]) == ""
    unknown = Finding("weekly.amount", "?", "", metric="pay_amount", value=None)
    assert week.week_told(facts(by_week(1.0)), [unknown]) == ""


def test_the_figure_that_goes_with_the_sales_is_named_before_one_that_goes_against_them(monkeypatch):
    both = (("amount", "worse"), ("visitors", "better"), ("conversion", "worse"))
    more = {"pay_amount": against(), "visitors": against(verdict="better"), "pay_conversion_rate": against()}
    assert "; Conversion" in said(monkeypatch, *both, **more)
    assert "; Visitors" in said(monkeypatch, *both[:2], **more)
    calm = (("amount", "worse"), ("visitors", "unknown"))
    assert ";" not in said(monkeypatch, *calm, **more)


def moved(*rows: tuple[str, int, float]) -> pd.DataFrame:
    """Rows of things by week: (name, weeks before the newest, visitors a day)."""
    made = [
        (name, WEEK - pd.Timedelta(weeks=back) + pd.Timedelta(days=n), value)
        for name, back, value in rows
        for n in range(7)
    ]
    return pd.DataFrame(made, columns=["channel", "date", "visitors"])


WEEKS = [(name, back, 10.0) for name in ("a", "b") for back in range(5)]


def week_rows(rows: pd.DataFrame) -> list[dict[str, Any]]:
    known = facts(by_week(*[100.0] * 8))
    return week._moved(known, rows, "channel", "visitors")


def test_what_a_thing_lacks_in_a_week_that_was_reported_is_none_of_it():
    rows = moved(*WEEKS, ("new", 0, 3.0), ("gone", 2, 8.0), ("still", 0, 0.0))
    found = {row["channel"]: (row["value"], row["baseline"], row["effect"]) for row in week_rows(rows)}
    assert list(found)[:2] == ["new", "gone"]
    assert set(found) == {"new", "gone", "a", "b"}
    assert found["new"] == (21.0, 0.0, 21.0)
    assert found["gone"] == (0.0, 14.0, -14.0)  # 56 of one of four weeks
    assert found["a"] == (70.0, 70.0, 0.0)


def test_without_a_whole_week_or_one_before_nothing_is_set_against_another():
    assert week_rows(moved(*WEEKS).iloc[1:]) != []
    assert week_rows(moved(("a", 0, 1.0))) == []
    assert week_rows(moved(("a", 0, 1.0), ("a", 1, 1.0)).iloc[1:]) == []
    assert week_rows(pd.DataFrame()) == []
    assert week_rows(moved(*WEEKS).drop(columns="visitors")) == []


def test_the_largest_differences_stand_alone_and_the_rest_as_one(monkeypatch):
    effects = [("a", 1.0), ("b", -5.0), ("c", 3.0), ("d", 0.5)]
    rows = [{"label": name, "effect": effect} for name, effect in effects]
    monkeypatch.setattr(week, "week_sources", lambda _: rows)
    known = facts(by_week(1.0))
    assert week.week_split(known, top=2).to_dict() == {"b": -5.0, "c": 3.0, "all others": 1.5}
    assert week.week_split(known, top=4).to_dict() == {"b": -5.0, "c": 3.0, "a": 1.0, "d": 0.5}


def test_a_figure_of_the_week_has_the_week_before_the_last_twelve_and_an_ordinary_one():
    spend = [float(each) for each in range(13, 0, -1)]
    daily = by_week(*[5.0] * 13).assign(ad_spend=by_week(*spend)["visitors"])
    row = {row["metric"]: row for row in week.week_kpis(facts(daily))}["ad_spend"]
    assert (row["value"], row["prev_day"]) == (91.0, 84.0)
    assert row["spark"] == [7.0 * each for each in range(2, 14)]
    # The mean of the four weeks before: 9, 10, 11 and 12 a day.
    assert (row["baseline"], row["change"]) == (73.5, pytest.approx(91 / 73.5 - 1))
    assert (row["verdict"], row["label"]) == ("unknown", "Ad spend")


def test_a_figure_that_was_nothing_in_ordinary_weeks_has_no_change():
    daily = by_week(*[5.0] * 6).assign(ad_spend=by_week(9.0, *[0.0] * 5)["visitors"])
    row = {row["metric"]: row for row in week.week_kpis(facts(daily))}["ad_spend"]
    assert (row["baseline"], row["change"]) == (0.0, None)


# -- the month so far


def months(september: float, october: float, metric: str = "visitors") -> dict[str, dict[str, Any]]:
    """A shop of these figures a day, October up to the 25th."""
    days = pd.date_range("2026-09-01", SUNDAY)
    values = [september if day.month == 9 else october for day in days]
    daily = pd.DataFrame({"date": days, "visitors": 1000.0, "pay_buyers": 10.0, "pay_amount": 1.0})
    found = month.month_kpis(facts(daily.assign(**{metric: values})))
    return {row["metric"]: row for row in found}


def test_the_month_so_far_is_its_sum_and_moves_by_its_mean_day():
    row = months(100.0, 120.0)["visitors"]
    assert (row["value"], row["prev_day"], row["change"]) == (3000.0, 3000.0, pytest.approx(0.2))
    assert (row["note"], row["label"]) == ("a day +20.0% on last month", "Visitors so far")
    assert row["spark"] == [3000.0, 3000.0]
    assert months(100.0, 90.0)["visitors"]["note"] == "a day −10.0% on last month"


def test_a_ratio_of_the_month_moves_as_it_is():
    row = months(10.0, 12.0, "pay_buyers")["pay_conversion_rate"]
    assert (row["value"], row["prev_day"], row["change"]) == (0.012, 0.01, pytest.approx(0.2))
    assert row["note"] == "+20.0% on last month"
    basket = months(1.0, 2.0, "pay_amount")["avg_order_value"]
    assert (basket["value"], basket["change"]) == (pytest.approx(0.2), pytest.approx(1.0))


def test_a_figure_that_was_nothing_last_month_has_no_change():
    row = months(0.0, 5.0, "ad_spend")["ad_spend"]
    assert (row["prev_day"], row["change"], row["note"]) == (0.0, None, "none last month")
    rate = months(0.0, 5.0, "pay_buyers")["pay_conversion_rate"]
    assert (rate["prev_day"], rate["change"], rate["note"]) == (0.0, None, "none last month")


def test_a_first_month_has_none_before_it_and_an_unknown_figure_no_row():
    daily = pd.DataFrame({"date": pd.date_range("2026-10-01", SUNDAY), "visitors": 10.0, "pay_amount": NAN})
    [row] = month.month_kpis(facts(daily))
    assert (row["metric"], row["prev_day"], row["change"]) == ("visitors", None, None)
    assert row["note"] == "no month before it"
    assert month.month_kpis(facts(daily, dt.date(2026, 11, 1))) == []


def test_the_steps_of_a_week_name_what_lost_most():
    """Item b is seen as before and bought by 7 instead of 70; a lost visitors and sales alike."""
    weeks = by_week(100.0, 100.0, 100.0)
    items = pd.concat(
        weeks[["date"]].assign(item_id=name, item_name=f"Cup {name}", item_visitors=visitors, pay_buyers=10.0,
                               pay_amount=90.0)
        for name, visitors in (("a", 200.0), ("b", 100.0))
    )  # fmt: skip
    new = items["date"] >= WEEK
    items.loc[new & (items["item_id"] == "b"), ["pay_buyers", "pay_amount"]] = [1.0, 10.0]
    items.loc[new & (items["item_id"] == "a"), ["item_visitors", "pay_buyers", "pay_amount"]] = [
        160.0,
        8.0,
        72,
    ]
    known = facts(weeks, item_daily=items)
    told = [
        Finding(f"weekly.{name}", "?", "h", next_step="Look.") for name in ("amount", "conversion", "basket")
    ]
    sales, rate, basket = (one.next_step for one in week.week_steps(known, told))
    assert sales == "Look. First: Cup b −¥560, Cup a −¥126"
    assert rate == "Look. First, in buyers against their usual conversion: Cup b −63"
    assert basket == "Look."
    assert week.week_steps(known, [Finding("weekly.amount", "?", "h")])[0].next_step == ""
