"""What the lifecycle rules look at, made of typed days: whose days count, what a missing figure leaves."""

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.stages import StageHints, StageRules
from shopbook.days import Calendar, Event
from shopbook.findings.facts import AD_PAST, Facts
from shopbook.findings.product_lifecycle import facts as made
from shopbook.findings.product_lifecycle import rising
from shopbook.findings.product_lifecycle.facts import LifecycleFacts
from shopbook.params import ShopSettings, rules

DAY = dt.date(2026, 9, 23)  # a Wednesday
STAMP, SUNDAY = pd.Timestamp(DAY), pd.Timestamp("2026-09-20")
NAN = math.nan


pytestmark = pytest.mark.usefixtures("english")


def shop(
    events: tuple[Event, ...] = (), rule: StageRules | None = None, **frames: pd.DataFrame
) -> LifecycleFacts:
    names = ("shop_daily", "item_daily", "market", "peers", "rivals", "flow_source", "restated")
    held = {**dict.fromkeys(names, pd.DataFrame()), **frames}
    return LifecycleFacts(
        Facts(ShopSettings(id="t"), DAY, held, Calendar(events), rules()), rule or StageRules()
    )


def days(name: str, *, back: int, count: int = 1, **columns: Any) -> pd.DataFrame:
    """Days of an item from so many days before the newest Sunday on."""
    first = SUNDAY - pd.Timedelta(days=back)
    blank = {"item_id": name, "item_name": f"Cup {name}", "item_visitors": 100.0, "pay_buyers": 2.0,
             "pay_units": 2.0, "pay_amount": 100.0}  # fmt: skip
    return pd.DataFrame({"date": pd.date_range(first, periods=count), **blank | columns})


def event(first: str, last: str, kind: str = "campaign") -> Event:
    return Event("e", "e", "e", dt.date.fromisoformat(first), dt.date.fromisoformat(last), kind)


# -- items


def items_of(
    *frames: pd.DataFrame, stages: dict[str, str] | None = None, **more: pd.DataFrame
) -> LifecycleFacts:
    """A shop of these days whose stages are given."""
    rows = pd.concat(frames)
    known = shop(item_daily=rows, **more)
    names = list(stages or dict.fromkeys(rows["item_id"], "stable"))
    blank = {"week": SUNDAY - pd.Timedelta(days=6), "since": SUNDAY, "growing": False, "basis": "visitors"}
    weekly = pd.DataFrame({"item_id": names, "stage": [(stages or {}).get(each, "stable") for each in names]})
    known.__dict__["weekly"] = weekly.assign(**blank)
    return known


def test_an_item_holds_its_four_weeks_those_before_its_share_and_its_newest_name():
    known = items_of(
        days("a", back=27, count=27), days("a", back=0, item_name="Mug", pay_amount=400.0),
        days("a", back=55, count=28, pay_amount=50.0), days("b", back=0, pay_amount=1000.0, item_name=None),
        days("a", back=56, pay_amount=9e9),
    )  # fmt: skip
    row = known.items.loc["a"]
    assert (row["pay_amount"], row["pay_amount_before"], row["name"]) == (3100.0, 1400.0, "Mug")
    assert row["share"] == pytest.approx(3100 / 4100)
    assert known.items.loc["b", "name"] == "b"
    assert (row["price"], row["price_before"], row["conversion"]) == (pytest.approx(3100 / 56), 25.0, 0.02)


def test_shares_of_a_shop_that_sold_nothing_are_none():
    known = items_of(days("a", back=0, pay_amount=0.0), days("b", back=0, pay_amount=0.0))
    assert known.items["share"].tolist() == [0.0, 0.0]
    assert items_of(days("a", back=0, pay_amount=1.0)).items["share"].tolist() == [1.0]


def test_profit_is_sales_less_refunds_goods_and_ads_and_unknown_without_a_cost():
    stock = pd.DataFrame({"date": STAMP, "item_id": ["a"], "stock_units": 9.0, "unit_cost": 20.0})
    ads = pd.DataFrame({"date": [SUNDAY], "level": "item", "item_id": "a", "ad_spend": 7.0})
    sold = days("a", back=0, refund_amount=5.0)
    known = items_of(sold, days("b", back=0), stock=stock, ad_report=ads)
    row = known.items.loc["a"]
    assert (row["profit"], row["margin_share"]) == (100 - 5 - 2 * 20 - 7, pytest.approx(0.6))
    assert (row["stock_units"], row["unit_cost"]) == (9.0, 20.0)
    assert math.isnan(known.items.loc["b", "profit"])
    alone = items_of(days("a", back=0), stock=stock)
    assert alone.items.loc["a", "profit"] == 60.0


def test_items_of_a_stage_stand_by_their_sales():
    known = items_of(days("a", back=0), days("b", back=0, pay_amount=200.0), days("c", back=0),
                     stages={"a": "hit", "b": "hit", "c": "new"})  # fmt: skip
    assert list(known.in_stage("hit").index) == ["b", "a"]
    assert list(known.in_stage("new", "growth").index) == ["c"]


def test_heroes_are_items_with_visitors_badged_by_their_mean_week():
    rule = StageRules()
    week = rule.hit_level
    enough = days("a", back=0, item_visitors=4 * week, pay_buyers=week)
    few = days("b", back=0, item_visitors=4 * week - 4, pay_buyers=week)
    known = items_of(
        enough,
        few,
        days("c", back=0, item_visitors=0.0, pay_buyers=0.0),
        days("low", back=0, item_visitors=week),
    )
    ranked = known.heroes.set_index("item_id")
    assert ranked["badge"].to_dict() == {"a": True, "b": False, "low": False}
    assert known.items["rank"].isna().to_dict() == {"a": False, "b": False, "c": True, "low": False}
    assert items_of(days("c", back=0, item_visitors=0.0)).heroes.empty


@pytest.mark.parametrize(("buyers", "goal"), [(2.0, 0.02), (0.0, 0.0001), (90.0, 0.5), (NAN, 0.0001)])
def test_the_shops_conversion_as_a_goal_lies_between_one_in_ten_thousand_and_a_half(buyers, goal):
    assert shop(item_daily=days("a", back=0, pay_buyers=buyers)).goal == pytest.approx(goal)


def test_without_a_visitor_no_conversion_is_known():
    assert shop(item_daily=days("a", back=0, item_visitors=0.0)).conversion["rate"].isna().all()
    found = shop(item_daily=days("a", back=0, pay_buyers=NAN)).conversion
    assert found.loc["a", "rate"] == 0.0
    assert found.loc["a", "high"] > 0


# -- stock


def covered(units: np.ndarray, *, out: tuple[int, ...] = (), special: tuple[int, ...] = (), left=100.0):
    """Cover of an item that sold `units` on the days up to the report's; days by how long ago they are."""
    last = pd.date_range(end=STAMP, periods=len(units))
    rows = pd.DataFrame({"date": last, "item_id": "a", "item_visitors": 1.0, "pay_units": units})
    stock = pd.DataFrame({"date": [STAMP], "item_id": "a", "stock_units": left})
    known = shop(item_daily=rows, stock=stock)
    gone = pd.DataFrame({"item_id": "a", "date": [STAMP - pd.Timedelta(days=each) for each in out]})
    known.__dict__["hints"] = StageHints(stock_outs=gone)
    known.base.__dict__["special_days"] = {DAY - dt.timedelta(days=each) for each in special}
    return known.stock_cover.loc["a"]


def test_stock_lasts_at_the_rate_of_ordinary_days_in_stock():
    sold = np.full(42, 2.0)
    assert covered(sold)["days"] == 50.0
    sold[-3:] = (0.0, 9e9, 2.0)
    found = covered(sold, out=(2,), special=(1,))
    assert (found["rate"], found["days"], found["in_stock_days"]) == (2.0, 50.0, 14)


def test_only_the_last_six_weeks_tell_a_rate():
    sold = np.zeros(43)
    sold[0], sold[1] = 9e9, 7.0
    every = tuple(range(41))
    assert covered(sold, out=every)["rate"] == 7.0
    assert math.isnan(covered(sold, out=(*every, 41))["rate"])


def test_when_no_day_is_ordinary_every_day_counts():
    assert covered(np.full(3, 2.0), special=(0, 1, 2, 3))["rate"] == 2.0


def test_without_stock_or_units_no_cover_is_known():
    rows = days("a", back=0)
    assert shop(item_daily=rows).stock_cover.empty
    stock = pd.DataFrame({"date": [STAMP], "item_id": "a", "stock_units": 5.0})
    lacking = shop(item_daily=rows.drop(columns="pay_units"), stock=stock)
    assert lacking.stock_cover["days"].isna().all()
    assert list(lacking.stock_cover.index) == ["a"]


# -- weeks


def test_campaign_weeks_are_those_of_the_platforms_sales_since_the_items_began():
    events = (
        event("2026-09-15", "2026-09-22"),
        event("2026-08-01", "2026-08-02"),
        event("2026-09-30", "2026-09-30", "holiday"),
    )
    known = shop(events, item_daily=days("a", back=10, count=11))
    assert known.campaign_weeks == {pd.Timestamp("2026-09-14"), pd.Timestamp("2026-09-21")}
    assert min(known.hints.event_days) == dt.date(2026, 9, 15)
    began = shop((event("2026-09-09", "2026-09-10"),), item_daily=days("a", back=10, count=11))
    assert began.hints.event_days == [dt.date(2026, 9, 10)]
    assert shop(events).hints.event_days == []


def test_the_weeks_ahead_begin_with_the_monday_after_the_newest_sunday():
    assert [f"{each:%m-%d}" for each in shop().weeks_ahead] == ["09-21", "09-28", "10-05", "10-12"]


@pytest.mark.parametrize(("weeks", "left"), [(1, 5), (5, 1), (6, 0), (9, 0)])
def test_a_trend_is_seen_from_six_whole_weeks_on(weeks, left):
    known = shop(item_daily=days("a", back=7 * weeks - 1, count=7 * weeks))
    assert known.weeks_to_trend == left


@pytest.mark.parametrize(
    ("market", "sold", "columns"),
    [({"": 1.0}, {}, [""]), ({"cups": 1.0}, {"a": "cups"}, ["cups"]), ({"cups": 1.0}, {}, []),
     ({"cups": 1.0, "": 2.0}, {"a": "pots"}, [""])],
)  # fmt: skip
def test_the_market_of_categories_that_are_sold_and_of_none_is_a_reference(market, sold, columns):
    known = shop()
    known.__dict__.update(market=pd.DataFrame([market]), hints=StageHints(category=sold))
    assert list(known.market_reference) == columns


def test_hints_come_from_tags_and_stock():
    stock = pd.DataFrame(
        {"date": STAMP, "item_id": ["a", "b"], "stock_units": 5.0, "listed_on": ["2026-09-01", "soon"]}
    )
    hints = shop(stock=stock).hints
    assert hints.listed_on == {"a": dt.date(2026, 9, 1)}
    assert (hints.category, hints.locks, hints.replaces) == ({}, {}, {})


# -- new items


def trial(**more: Any) -> dict[str, Any]:
    """The test of an item of 400 visitors in a shop of many."""
    usual = days("shop", back=0, item_visitors=10_000.0, pay_buyers=300.0)
    sums = {"item_visitors": 400.0, "pay_buyers": 12.0, "cart_buyers": 30.0, "favorite_buyers": 10.0}
    known = items_of(usual, days("a", back=0, **sums | more), stages={"shop": "stable", "a": "new"})
    [row] = rising.trial_table(known).to_dict("records")
    return row


def test_a_new_items_test_holds_its_rates():
    row = trial()
    assert (row["item_id"], row["rate"], row["fav_cart_rate"]) == ("a", 0.03, 0.1)
    assert row["low"] < 0.03 < row["high"]
    assert math.isnan(row["ad_click_rate"])
    assert row["listed"] == 3  # first seen on Sunday, now it is Wednesday


@pytest.mark.parametrize(("buyers", "verdict"), [(12.0, "unknown"), (100.0, "pass"), (0.0, "fail")])
def test_an_item_passes_or_fails_when_its_whole_range_lies_on_one_side(buyers, verdict):
    assert trial(pay_buyers=buyers)["verdict"] == verdict


def test_an_item_is_listed_since_its_stock_sheet_says_so():
    stock = pd.DataFrame({"date": STAMP, "item_id": ["a"], "stock_units": 7.0, "listed_on": ["2026-09-13"]})
    known = items_of(days("a", back=3), days("b", back=1), stages={"a": "new", "b": "new"}, stock=stock)
    rows = rising.trial_table(known).set_index("item_id")
    assert rows["listed"].to_dict() == {"a": 10, "b": 4}
    assert rows.loc["a", "stock_units"] == 7.0


def test_without_new_items_or_visitors_nothing_is_tested():
    assert rising.trial_table(items_of(days("a", back=0))).empty
    unseen = items_of(days("a", back=0, item_visitors=0.0), stages={"a": "new"})
    assert rising.trial_table(unseen).empty


# -- growing items


def growing(*rows: dict[str, Any]) -> LifecycleFacts:
    blank = {"stage": "stable", "growing": False, "name": "Cup", "slope": 0.1, "days": NAN, "category": "",
             "item_visitors": 100.0, "item_visitors_before": 80.0}  # fmt: skip
    known = shop()
    known.__dict__["items"] = pd.DataFrame([blank | row for row in rows]).set_index("item_id")
    return known


def test_items_in_growth_or_growing_in_another_stage_stand_the_fastest_first():
    known = growing(
        {"item_id": "a", "growing": True}, {"item_id": "b", "stage": "growth", "slope": 0.3},
        {"item_id": "c", "slope": 0.9}, {"item_id": "d", "stage": "hit", "growing": True, "slope": 0.2},
    )  # fmt: skip
    table = rising.growth_table(known)
    assert table["item_id"].tolist() == ["b", "d", "a"]
    assert table["change"].tolist() == [0.25] * 3


def test_the_main_source_of_a_gain_has_its_share_of_all_gains():
    known = growing({"item_id": "a", "stage": "growth"})
    known.base.once(("source_changes", "a"), lambda: pd.Series({"x": 30.0, "y": 10.0, "z": 0.0, "w": -5.0}))
    row = rising.growth_table(known).iloc[0]
    assert (row["source"], row["source_share"]) == ("x", 0.75)
    fell = growing({"item_id": "a", "stage": "growth"})
    fell.base.once(("source_changes", "a"), lambda: pd.Series({"w": -5.0}))
    assert rising.growth_table(fell)["source"].tolist() == [""]
    assert math.isnan(rising.growth_table(fell)["source_share"].iloc[0])


def test_the_market_of_four_weeks_and_of_the_four_before_ends_on_sunday():
    index = pd.date_range(SUNDAY - pd.Timedelta(days=56), SUNDAY + pd.Timedelta(days=1))
    values = [9e9, *[100.0] * 28, *[150.0] * 28, 9e9]
    known = shop()
    known.__dict__["market"] = pd.DataFrame({"cups": values}, index)
    assert rising.market_change(known, "cups") == 0.5


@pytest.mark.parametrize(("known_days", "told"), [(20, True), (19, False)])
def test_each_side_of_the_markets_change_needs_twenty_days(known_days, told):
    index = pd.date_range(SUNDAY - pd.Timedelta(days=55), SUNDAY)
    known = shop()
    values = [NAN] * (28 - known_days) + [100.0] * (28 + known_days)
    known.__dict__["market"] = pd.DataFrame({"": values}, index)
    assert math.isfinite(rising.market_change(known, "cups")) is told


def test_weeks_of_paid_and_free_visitors_run_from_the_week_before_the_first_ad():
    first = SUNDAY - pd.Timedelta(days=20)  # three whole weeks
    ads = pd.DataFrame(
        {"date": pd.date_range(first, periods=24), "level": "item", "item_id": "a", "ad_clicks": 2.0}
    )
    seen = days("a", back=41, count=45, search_visitors=3.0)
    other = days("b", back=41, count=45, search_visitors=9.0)
    known = shop(**{"item_daily": pd.concat([seen, other]), AD_PAST: ads})
    paid, free = rising._visitor_weeks(known)
    assert paid["a"].tolist() == pytest.approx([NAN, 14.0, 14.0, 14.0], nan_ok=True)
    assert free["a"].tolist() == [21.0] * 4
    assert list(free) == ["a"]
    assert paid.index[-1] == SUNDAY - pd.Timedelta(days=6)


def test_pairs_are_of_the_last_sixteen_steps():
    weeks = pd.date_range(end=SUNDAY - pd.Timedelta(days=6), periods=26, freq="7D")
    paid = np.cumsum(np.resize([10.0, -4.0, 7.0], 26))
    old, new = paid[:9] * 5.0, paid[9:] * 0.5
    free = np.concatenate([old, new - new[0] + old[-1]])
    known = shop()
    tables = pd.DataFrame({"a": paid}, weeks), pd.DataFrame({"a": free}, weeks)
    known.base.once("visitor_weeks", lambda: tables)
    slope, low, high = rising.free_per_paid(known, "a")
    assert (slope, low, high) == pytest.approx((0.5, 0.5, 0.5))


def test_a_lock_may_name_its_stage_with_or_without_its_last_sign():
    assert [made.lock_stage(text) for text in ("新生", "成长期", "稳定品", " hit ", "nonsense")] == [
        "new", "growth", "stable", "hit", "",
    ]  # fmt: skip
