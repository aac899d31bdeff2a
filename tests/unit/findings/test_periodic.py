"""The weekly and monthly sheets: what a week adds up to, what a month still needs, against whom."""

import dataclasses
import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from shopbook.days import Calendar, Event
from shopbook.findings.facts import Facts
from shopbook.findings.periodic import appraisal, month, operator_sheet, sheets, targets_month, week
from shopbook.params import CampaignSettings, ShopSettings, rules
from shopbook.text import speaking

SUNDAY = dt.date(2026, 10, 25)  # the newest whole week is that of Monday the 19th
EMPTY = {
    kind: pd.DataFrame() for kind in ("shop_daily", "market", "peers", "flow_source", "item_daily", "rivals")
}
WEEK = pd.Timestamp("2026-10-19")


@pytest.fixture(autouse=True)
def _in_english():
    with speaking("en"):
        yield


def shop(
    day: dt.date = SUNDAY, last_week: float = 1.0, settings: ShopSettings | None = None, **frames
) -> Facts:
    """70 days up to `day` of 1,000 visitors, 50 buyers, 5,000 yuan; the last seven times `last_week`."""
    days = pd.date_range(end=day, periods=70)
    wobble = np.exp(np.random.default_rng(3).normal(0, 0.01, 70)) * np.where(
        np.arange(70) >= 63, last_week, 1.0
    )
    daily = pd.DataFrame(
        {"date": days, "visitors": 1000 * wobble, "pay_buyers": 50 * wobble, "pay_amount": 5000 * wobble,
         "pageviews": 3000.0, "ad_spend": 400.0, "bounce_rate": 0.5, "refund_amount": 100.0}
    )  # fmt: skip
    held = {**EMPTY, "shop_daily": daily, **frames}
    return Facts(settings or ShopSettings(id="t"), day, held, Calendar(()), rules())


def targets(**values: float) -> pd.DataFrame:
    rows = [
        ("2026-10" if "__" not in name else "2026", name.split("__")[0], value)
        for name, value in values.items()
    ]
    return pd.DataFrame(rows, columns=["month", "metric", "target"])


def market(change: float = 1.0) -> pd.DataFrame:
    days = pd.date_range(end=SUNDAY, periods=70)
    values = 1e6 * np.where(np.arange(70) >= 63, change, 1.0)
    return pd.DataFrame(
        {"date": days, "category": "tea", "metric": "visitors", "value": values, "value_type": "value"}
    )


# The week


def test_a_week_runs_from_monday_to_sunday_and_its_ratios_come_from_its_sums():
    table = sheets.periods(shop().own, "week", SUNDAY)
    newest = table.iloc[-1]
    assert table.index[-1] == WEEK
    assert (newest["days"], bool(newest["whole"])) == (7, True)
    assert newest["pay_conversion_rate"] == pytest.approx(newest["pay_buyers"] / newest["visitors"])
    assert newest["ad_spend"] == 2800


def test_a_running_week_is_no_week_and_a_running_month_says_that_it_runs():
    wednesday = SUNDAY + dt.timedelta(days=3)
    assert sheets.periods(shop(wednesday).own, "week", wednesday).index[-1] == WEEK
    month = sheets.periods(shop(wednesday).own, "month", wednesday)
    assert not month.iloc[-1]["whole"]
    assert "not complete" in sheets.sheet(shop(wednesday), "month", 2)[0]["period"]


def test_a_sheet_of_a_shop_without_page_views_has_no_growth_of_them():
    held = shop().frames
    facts = shop(shop_daily=held["shop_daily"].drop(columns="pageviews"))
    newest = sheets.sheet(facts, "week", 2)[0]
    assert newest["pageviews_growth"] is None
    assert newest["visitors_growth"] is not None


def test_a_week_with_a_day_missing_is_not_whole_and_not_judged():
    daily = shop().frames["shop_daily"]
    facts = shop(shop_daily=daily[daily["date"] != pd.Timestamp("2026-10-21")])
    assert sheets.newest_week(facts) == pd.Timestamp("2026-10-12")


@pytest.mark.parametrize(("size", "verdict", "level"), [(0.8, "worse", "watch"), (1.25, "better", "ok")])
def test_a_week_is_judged_against_the_weeks_before_and_its_market(size, verdict, level):
    found = {each.id: each for each in sheets.week_findings(shop(last_week=size, market=market()))}
    visitors = found["weekly.visitors"]
    assert (visitors.verdict, visitors.level, visitors.comparator) == (verdict, level, "market")
    assert visitors.relative == pytest.approx(size - 1, abs=0.02)
    assert found["weekly.conversion"].change == pytest.approx(0.0, abs=0.01)


def test_a_week_that_fell_with_its_market_is_not_behind_it():
    found = {each.id: each for each in sheets.week_findings(shop(last_week=0.8, market=market(0.8)))}
    assert found["weekly.visitors"].verdict != "worse"


def test_the_growth_of_a_month_is_that_of_its_daily_mean():
    rows = sheets.sheet(shop(), "month", 2)
    assert abs(rows[0]["visitors_growth"]) < 0.02
    assert rows[0]["days"] == 25


def test_ad_spend_comes_from_the_ad_report_where_the_shop_sheet_has_none():
    daily = shop().frames["shop_daily"].drop(columns="ad_spend")
    plans = pd.DataFrame({"date": daily["date"], "level": "plan", "ad_spend": 70.0})
    items = plans.assign(level="item")
    facts = shop(shop_daily=daily, ad_report=pd.concat([plans, items]))
    assert sheets.shop_days(facts)["ad_spend"].eq(70.0).all()


# The operator's sheet


def operator(facts: Facts) -> dict[str, dict]:
    return {row["metric"]: row for row in operator_sheet.operator_rows(facts)}


def test_the_operators_week_has_sums_ratios_and_weighted_means():
    daily = shop().frames["shop_daily"]
    bounce = np.where(daily["date"] == pd.Timestamp(SUNDAY), 0.9, 0.5)
    rows = operator(shop(shop_daily=daily.assign(bounce_rate=bounce)))
    week = daily[daily["date"] >= WEEK]
    assert rows["pay_amount"]["value"] == pytest.approx(week["pay_amount"].sum())
    assert rows["avg_order_value"]["value"] == pytest.approx(100)
    assert rows["refund_rate_amount"]["value"] == pytest.approx(700 / week["pay_amount"].sum())
    assert rows["bounce_rate"]["value"] == pytest.approx(0.5 + 0.4 / 7, abs=0.005)
    assert rows["pay_amount"]["change"] == pytest.approx(0.0, abs=0.02)
    assert "sum of days" in rows["visitors"]["name"]
    assert "cart_rate" not in rows


def test_thirty_day_figures_need_thirty_days():
    assert operator(shop())["pay_buyers_30d"]["value"] == pytest.approx(1500, rel=0.01)
    daily = shop().frames["shop_daily"]
    assert "pay_buyers_30d" not in operator(shop(shop_daily=daily.drop(index=60)))


def test_items_that_sold_are_a_share_of_the_items_listed_in_the_week():
    days = pd.date_range(WEEK, SUNDAY)
    items = pd.concat(
        pd.DataFrame({"date": days, "item_id": name, "item_visitors": 10.0, "pay_units": sold})
        for name, sold in (("1", 2.0), ("2", 0.0), ("3", 1.0), ("4", 0.0))
    )
    assert operator(shop(item_daily=items))["active_item_rate"]["value"] == 0.5


def test_a_buyer_of_two_days_came_back_and_one_of_two_orders_on_a_day_did_not():
    lines = pd.DataFrame(
        {"date": pd.to_datetime(["2026-10-01", "2026-10-20", "2026-10-20", "2026-10-20", "2026-08-01"]),
         "buyer": ["a", "a", "b", "b", "b"]}
    )  # fmt: skip
    assert operator(shop(order_lines=lines))["repurchase_rate_30d"]["value"] == 0.5


def test_peers_stand_beside_rates_and_not_beside_sums():
    peers = pd.concat(
        pd.DataFrame({"date": pd.date_range(WEEK, SUNDAY), "metric": metric, "peer_avg": value})
        for metric, value in (("pay_conversion_rate", 0.04), ("visitors", 900.0))
    )
    rows = operator(shop(peers=peers))
    assert rows["pay_conversion_rate"]["peer_avg"] == pytest.approx(0.04)
    assert rows["visitors"]["peer_avg"] is None


def test_a_hand_filled_bounce_rate_stands_in_the_sheet():
    filled = pd.DataFrame({"date": pd.date_range(WEEK, SUNDAY), "metric": "home_bounce_rate", "value": 0.3})
    assert operator(shop(hand_filled=filled))["home_bounce_rate"]["value"] == pytest.approx(0.3)


# The month and its target


def test_weeks_of_an_own_campaign_leave_the_base_and_older_ones_take_their_place():
    sale = CampaignSettings(
        id="fair", name="fair", phases={"peak": (dt.date(2026, 10, 6), dt.date(2026, 10, 15))}, budget=None
    )
    facts = shop()
    before = sheets.base_weeks(facts, WEEK)
    assert [f"{each:%m-%d}" for each in before] == ["09-21", "09-28", "10-05", "10-12"]
    own = dataclasses.replace(facts, campaigns=(sale,))
    assert [f"{each:%m-%d}" for each in sheets.base_weeks(own, WEEK)] == ["09-07", "09-14", "09-21", "09-28"]
    [amount, *_] = sheets.week_findings(own)
    assert amount.baseline_days[0] == "2026-09-07"
    assert any("reach back to 2026-09-07" in each for each in amount.caveats)


def test_without_a_target_there_is_no_month():
    assert targets_month.month_findings(shop()) == []
    assert appraisal.appraisal_table(shop()) == []


@pytest.mark.parametrize(
    ("target", "verdict", "level"),
    [(300_000.0, "worse", "act"), (100_000.0, "better", "ok")],
)
def test_a_month_far_behind_is_acted_on_and_one_ahead_is_fine(target, verdict, level):
    [found] = targets_month.month_findings(shop(targets=targets(pay_amount=target)))
    assert (found.id, found.verdict, found.level) == ("targets.month", verdict, level)
    assert found.value == pytest.approx(25 * 5000, rel=0.01)
    assert (found.owner == "operator") == (level != "ok")


@pytest.mark.parametrize(
    ("low", "high", "forecast", "verdict", "level"),
    [
        (0.80, 0.99, 0.95, "worse", "act"),  # a twentieth short, and nothing of the range reaches it
        (0.80, 0.99, 0.951, "worse", "watch"),
        (0.80, 1.00, 0.90, "unknown", "watch"),  # the range still reaches the target
        (1.00, 1.20, 1.10, "unknown", "ok"),
        (1.01, 1.20, 1.00, "better", "ok"),
        (0.99, 1.20, 0.999, "unknown", "watch"),
    ],
)
def test_a_month_is_acted_on_when_its_whole_range_falls_short_by_more_than_noise(
    monkeypatch, low, high, forecast, verdict, level
):
    facts = shop(targets=targets(pay_amount=200_000.0))
    state = targets_month.progress_of(facts, "pay_amount")
    said = {"low": low * 2e5, "high": high * 2e5, "forecast": forecast * 2e5}
    monkeypatch.setattr(targets_month, "progress_of", lambda *_: state | said)
    [found] = targets_month.month_findings(facts)
    assert (found.verdict, found.level) == (verdict, level)
    assert found.interval == pytest.approx((low - 1, high - 1))


@pytest.mark.parametrize(("missing", "level"), [(20, "act"), (21, "watch")])
def test_a_month_of_four_known_days_is_not_acted_on(monkeypatch, missing, level):
    facts = shop(targets=targets(pay_amount=300_000.0))
    state = targets_month.progress_of(facts, "pay_amount")
    monkeypatch.setattr(targets_month, "progress_of", lambda *_: state | {"missing_days": missing})
    [found] = targets_month.month_findings(facts)
    assert found.level == level


def test_a_month_with_an_event_no_past_shows_has_a_forecast_without_it_and_no_range():
    sale = Event("fair", "年货节", "New Year fair", dt.date(2026, 10, 28), dt.date(2026, 10, 29), "campaign")
    facts = dataclasses.replace(shop(targets=targets(pay_amount=300_000.0)), calendar=Calendar((sale,)))
    [found] = targets_month.month_findings(facts)
    assert (found.verdict, found.level, found.interval, found.change) == ("unknown", "ok", None, None)
    assert "without New Year fair" in found.headline
    assert list(targets_month.month_lines(facts).columns) == ["actual", "forecast"]
    [row] = appraisal.appraisal_table(facts)
    assert (row["state"], row["planned"], row["required"]) == ("cannot tell", None, "–")
    assert appraisal.takes_table(facts) == appraisal.source_table(facts) == []
    assert not any("due" in each.replace("nothing due", "") for each in found.caveats)
    assert month.month_kpis(facts)[0]["note"] == "42% of the target"


def test_an_event_the_past_holds_or_one_that_is_over_leaves_the_range():
    lived = Event("fair", "年货节", "New Year fair", dt.date(2026, 9, 2), dt.date(2026, 9, 3), "campaign")
    again = Event("fair", "年货节", "New Year fair", dt.date(2026, 10, 28), dt.date(2026, 10, 29), "campaign")
    for held in ((lived, again), (lived,)):
        facts = dataclasses.replace(shop(targets=targets(pay_amount=300_000.0)), calendar=Calendar(held))
        assert targets_month.month_findings(facts)[0].interval is not None


def test_after_three_days_a_month_is_watched_and_not_acted_on():
    day = dt.date(2026, 10, 3)
    [found] = targets_month.month_findings(shop(day, targets=targets(pay_amount=300_000.0)))
    assert found.level == "watch"


def test_the_target_of_a_month_is_its_part_of_the_year_less_what_is_locked():
    year = targets(pay_amount__year=1_200_000.0)
    part = targets_month.target_of(shop(targets=year), "pay_amount")
    assert part == pytest.approx(100_000, rel=0.15)
    locked = pd.concat([year, pd.DataFrame([("2026-01", "pay_amount", 650_000.0)], columns=year.columns)])
    assert targets_month.target_of(shop(targets=locked), "pay_amount") == pytest.approx(part / 2, rel=0.15)
    assert (
        targets_month.target_of(shop(targets=targets(pay_conversion_rate__year=0.05)), "pay_conversion_rate")
        is None
    )


def test_a_rate_is_held_against_its_target_as_the_mean_of_the_month():
    sheet = targets(pay_conversion_rate=0.04, bounce_rate=0.4, ad_spend=20_000.0)
    rows = {row["metric"]: row for row in appraisal.appraisal_table(shop(targets=sheet))}
    assert rows["pay_conversion_rate"]["attained"] == pytest.approx(0.05 / 0.04, rel=0.01)
    assert rows["pay_conversion_rate"]["state"] == "on course"
    assert (rows["bounce_rate"]["attained"], rows["bounce_rate"]["state"]) == (pytest.approx(0.8), "behind")
    assert rows["ad_spend"]["value"] == 25 * 400


@pytest.mark.parametrize(
    ("share", "good", "said"),
    [(1.0, "up", "on course"), (0.99, "up", "behind"), (1.0, "down", "on course"), (1.01, "down", "behind"),
     (1.0, "none", "within the plan"), (1.01, "none", "over the plan")],
)  # fmt: skip
def test_what_a_share_of_a_target_is_called(share, good, said):
    assert appraisal._state(share, good) == said


def takes(ad_spend: float) -> dict[str, dict[str, Any]]:
    """What a target of 190,000 takes in the six days left, at a margin of 0.4 and some ad spend a day."""
    daily = shop().frames["shop_daily"].assign(ad_spend=ad_spend)
    facts = shop(targets=targets(pay_amount=190_000.0), shop_daily=daily)
    facts = dataclasses.replace(facts, shop=ShopSettings(id="t", gross_margin=0.4))
    return {row["metric"]: row for row in appraisal.takes_table(facts)}


def test_what_the_rest_of_the_month_takes_in_buyers_visitors_and_ads():
    rows = takes(ad_spend=4000.0)
    assert set(rows) == {"pay_amount", "pay_buyers", "visitors", "ad_spend"}
    more = rows["pay_amount"]["change"]
    assert 0.8 < more < 1.4  # 65,000 yuan in six days that bring 5,000 each
    assert rows["visitors"]["change"] == pytest.approx(more, abs=0.1)
    # A gap of about 5,800 yuan a day carries that much at a break-even ROI of 2.5.
    assert rows["ad_spend"]["change"] == pytest.approx(more * 5000 * 0.4 / 4000, rel=0.1)


def test_a_gap_that_would_multiply_the_ad_budget_is_not_one_for_ads():
    assert "ad_spend" not in takes(ad_spend=100.0)


def test_without_a_known_margin_no_ad_budget_is_named():
    facts = shop(targets=targets(pay_amount=190_000.0))
    assert "ad_spend" not in {row["metric"] for row in appraisal.takes_table(facts)}


def test_sources_carry_the_visitors_needed_at_todays_shares():
    days = pd.date_range(end=SUNDAY, periods=28)
    sources = pd.concat(
        pd.DataFrame({"date": days, "level": 1, "channel": name, "channel_label": name, "channel_detail": "",
                      "visitors": visitors})
        for name, visitors in (("search", 600.0), ("ads", 300.0))
    )  # fmt: skip
    facts = shop(targets=targets(pay_amount=190_000.0), flow_source=sources)
    search, ads = appraisal.source_table(facts)
    assert (search["label"], search["visitors"]) == ("search", 600.0)
    assert search["needed"] / search["visitors"] == pytest.approx(ads["needed"] / ads["visitors"])
    assert search["needed"] > 600


@pytest.mark.parametrize(
    ("cost", "expected"), [(60.0, 0.4), (120.0, None), (None, None)], ids=["known", "below cost", "not known"]
)
def test_the_margin_of_the_shop_comes_from_its_unit_costs(cost, expected):
    items = pd.DataFrame(
        {
            "date": pd.date_range(end=SUNDAY, periods=28),
            "item_id": "1",
            "pay_units": 10.0,
            "pay_amount": 1000.0,
        }
    )
    stock = pd.DataFrame({"date": [pd.Timestamp(SUNDAY)], "item_id": "1", "unit_cost": [cost]}).astype(
        {"unit_cost": float}
    )
    found = appraisal.margin_of(shop(item_daily=items, stock=stock))
    assert found == (None if expected is None else pytest.approx(expected))
    facts = shop(item_daily=items, stock=stock)
    own = dataclasses.replace(facts, shop=ShopSettings(id="t", gross_margin=0.3))
    assert appraisal.margin_of(own) == 0.3


def test_the_lines_of_the_month_end_at_the_day_and_the_plan_at_the_target():
    lines = targets_month.month_lines(shop(targets=targets(pay_amount=150_000.0)))
    assert lines["due"].iloc[-1] == pytest.approx(150_000)
    assert lines["actual"].count() == 25
    assert lines["actual"].dropna().iloc[-1] == pytest.approx(125_000, rel=0.01)


def sources(**last_week: float) -> pd.DataFrame:
    """Two sources over 70 days, 600 and 400 visitors a day; the newest week times what is given."""
    days = pd.date_range(end=SUNDAY, periods=70)
    rows = [
        (day, name, 1, usual * (last_week.get(name, 1.0) if place >= 63 else 1.0))
        for name, usual in (("search", 600.0), ("recommendation", 400.0))
        for place, day in enumerate(days)
    ]
    return pd.DataFrame(rows, columns=["date", "channel", "level", "visitors"]).assign(
        channel_label=lambda t: t["channel"]
    )


def items(**last_week: float) -> pd.DataFrame:
    days = pd.date_range(end=SUNDAY, periods=70)
    rows = [
        (day, name, f"item {name}", 100.0, 500.0 * (last_week.get(name, 1.0) if place >= 63 else 1.0))
        for name in ("a", "b")
        for place, day in enumerate(days)
    ]
    return pd.DataFrame(rows, columns=["date", "item_id", "item_name", "item_visitors", "pay_amount"])


def test_the_weeks_page_shows_the_weeks_own_figures_with_their_verdicts():
    rows = {row["metric"]: row for row in week.week_kpis(shop(last_week=0.7))}
    assert rows["pay_amount"]["value"] == pytest.approx(7 * 5000 * 0.7, rel=0.01)
    assert rows["pay_amount"]["prev_day"] == pytest.approx(7 * 5000, rel=0.01)
    assert rows["visitors"]["verdict"] == "worse"
    assert rows["refund_amount"]["verdict"] == "unknown"
    assert rows["visitors"]["label"] == "Visitors, added up"


def test_no_whole_week_has_no_figures():
    facts = shop()
    young = dataclasses.replace(
        facts, day=SUNDAY, frames={**facts.frames, "shop_daily": facts.own.tail(5).reset_index()}
    )
    assert week.week_kpis(young) == []
    assert week.week_told(young, []) == ""


def test_the_weeks_sentence_begins_with_its_sales_and_names_what_is_decided():
    facts = shop(last_week=0.7)
    said = week.week_told(facts, sheets.week_findings(facts))
    assert said.startswith("Week 10-19 – 10-25: sales ¥24,398, ▼ −30.")
    assert "Visitors" in said
    calm = shop()
    assert "Visitors" not in week.week_told(calm, sheets.week_findings(calm))


def test_sources_and_items_are_set_against_ordinary_weeks_the_largest_change_first():
    facts = shop(flow_source=sources(search=0.5), item_daily=items(b=2.0))
    assert [(row["channel"], row["effect"]) for row in week.week_sources(facts)] == [
        ("search", -2100.0), ("recommendation", 0.0),
    ]  # fmt: skip
    assert [(row["label"], row["effect"], row["visitors"]) for row in week.week_items(facts)] == [
        ("item b", 3500.0, 700.0), ("item a", 0.0, 700.0),
    ]  # fmt: skip


def test_a_week_whose_source_report_misses_a_day_is_not_compared():
    rows = sources()
    late = rows[rows["date"] != pd.Timestamp(SUNDAY)]
    assert week.week_sources(shop(flow_source=late)) == []
    hole = rows[rows["date"] != pd.Timestamp("2026-10-14")]
    assert sorted(row["baseline"] for row in week.week_sources(shop(flow_source=hole))) == [2800.0, 4200.0]


def test_the_month_so_far_stands_beside_its_target_or_the_month_before():
    rows = {row["metric"]: row for row in month.month_kpis(shop(targets=targets(pay_amount=250_000.0)))}
    assert rows["pay_amount"]["value"] == pytest.approx(25 * 5000, rel=0.01)
    assert rows["pay_amount"]["note"].startswith("50% of the target")
    assert rows["visitors"]["note"] == "a day −0.2% on last month"
    assert rows["avg_order_value"]["note"].endswith("0.0% on last month")


def test_a_week_without_peers_claims_nothing_of_them():
    facts = shop()
    with speaking("zh"):
        said = week.week_told(facts, sheets.week_findings(facts))
    assert "同行" not in said


def test_a_month_without_a_target_says_its_sales():
    facts = shop()
    assert month.month_told(facts, []).startswith("2026-10 so far: sales ¥12")
    assert month.month_told(facts, sheets.week_findings(facts)) == ""
