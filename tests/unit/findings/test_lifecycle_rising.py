"""New and growing items on typed rows: who passes a test, what carries growth, where ranges begin."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.stages import StageRules
from shopbook.days import Calendar
from shopbook.findings.facts import AD_PAST, Facts
from shopbook.findings.product_lifecycle import rising
from shopbook.findings.product_lifecycle.facts import (
    LifecycleFacts,
    market_visitors,
)
from shopbook.findings.product_lifecycle.item_rows import is_once_a_day, newest_known
from shopbook.params import ShopSettings, rules

DAY = dt.date(2026, 9, 23)  # a Wednesday
SUNDAY = pd.Timestamp("2026-09-20")
NAN = math.nan


pytestmark = pytest.mark.usefixtures("english")


def shop(day=DAY, category="", **frames):
    """A shop with these frames; everything else is empty."""
    names = ("shop_daily", "item_daily", "market", "peers", "rivals", "flow_source", "restated")
    settings = ShopSettings(id="t", category=category)
    base = Facts(settings, day, {**dict.fromkeys(names, pd.DataFrame()), **frames}, Calendar(()), rules())
    return LifecycleFacts(base, StageRules())


def days_of(item, values, *, first, **columns):
    """A row a day of one item."""
    days = pd.date_range(first, periods=len(values))
    return pd.DataFrame({"date": days, "item_id": item, "item_visitors": values, **columns})


# -- the test of a new item


def trial(**row):
    facts = shop()
    facts.__dict__["goal"] = 0.02
    held = {"item_id": "1", "name": "Cup", "rate": 0.03, "low": 0.01, "high": 0.05, "verdict": "unknown",
            "needed": 500.0, "item_visitors": 100.0, "stock_units": NAN}  # fmt: skip
    return rising._tested(facts, held | row)


@pytest.mark.parametrize(
    ("row", "level", "verdict", "owner", "said"),
    [({"verdict": "pass"}, "ok", "better", "promotion", "converts 3.00% (1.00% ~ 5.00%), the shop 2.00%"),
     ({"verdict": "fail"}, "watch", "worse", "design", "fails so far: converts 3.00%"),
     ({}, "watch", "unknown", "promotion", "about 500 more visitors needed"),
     ({"needed": 516.0}, "watch", "unknown", "promotion", "about 520 more visitors needed"),
     ({"needed": 504.9}, "watch", "unknown", "promotion", "about 500 more visitors needed"),
     ({"stock_units": 9.9}, "watch", "unknown", "supply", "9.9 pieces cannot carry a test"),
     ({"stock_units": 10.0}, "watch", "unknown", "promotion", "about 500 more visitors needed"),
     ({"needed": 10_000.0}, "watch", "unknown", "promotion", "about 10,000 more visitors needed"),
     ({"needed": 10_010.0}, "watch", "unknown", "promotion", "no difference from the shop shown"),
     ({"needed": 15_000.0, "item_visitors": 3000.0}, "watch", "unknown", "promotion", "about 15,000 more"),
     ({"needed": 15_010.0, "item_visitors": 3000.0}, "watch", "unknown", "promotion", "no difference"),
     ({"needed": 0.0, "stock_units": 0.0}, "watch", "unknown", "promotion", "no difference"),
     ({"needed": NAN}, "watch", "unknown", "promotion", "no difference from the shop shown")],
)  # fmt: skip
def test_a_test_passes_fails_or_says_what_it_needs(row, level, verdict, owner, said):
    found = trial(**row)
    assert (found.level, found.verdict, found.owner) == (level, verdict, owner)
    assert said in found.headline
    assert (found.value, found.baseline) == (0.03, 0.02)


def test_an_item_nobody_saw_has_no_rate():
    found = trial(rate=NAN, low=NAN, high=NAN)
    assert found.value is None
    assert ", – (" in found.headline


# -- growth


def grows(**row):
    held = {"item_id": "1", "name": "Cup", "slope": math.log(1.1), "source": "", "source_share": NAN,
            "days": NAN, "stock_end": "2026-10-09", "change": 0.5, "market_change": NAN}  # fmt: skip
    facts = shop()
    facts.__dict__["outlook"] = pd.DataFrame()
    return rising._grows(facts, held | row)


@pytest.mark.parametrize(
    ("days", "level", "owner"),
    [(NAN, "watch", "promotion"), (21.0, "watch", "promotion"), (20.9, "watch", "supply"),
     (7.0, "watch", "supply"), (6.9, "act", "supply")],
)  # fmt: skip
def test_a_growing_item_needs_three_weeks_of_stock_and_at_once_under_one(days, level, owner):
    found = grows(days=days)
    assert (found.level, found.owner, found.verdict) == (level, owner, "better")
    assert ("its stock ends on 10-09" in found.headline) == (owner == "supply")


@pytest.mark.parametrize(
    ("buyers", "owner", "said"),
    [(0.0, "operator", "; none of 900 visitors of four weeks bought"), (30.0, "promotion", ""),
     (3.0, "operator", "; it converts 0.33%, surely less than the shop's 3.00%"), (NAN, "promotion", "")],
)  # fmt: skip
def test_no_bids_are_raised_for_a_growing_item_that_few_buy(buyers, owner, said):
    facts = shop()
    sums = pd.DataFrame({"item_visitors": [900.0], "pay_buyers": [buyers]}, index=["1"])
    facts.base.once(("window", 0), lambda: sums)
    ends = pd.DataFrame({"high": [buyers / 900 + 0.005]}, index=["1"])
    facts.__dict__.update(goal=0.03, outlook=pd.DataFrame(), conversion=ends)
    row = {"item_id": "1", "name": "Cup", "slope": math.log(1.1), "source": "", "days": NAN, "change": 0.5,
           "market_change": NAN}  # fmt: skip
    found = rising._grows(facts, row)
    assert found.owner == owner
    assert found.headline == f"Cup rose ▲ +10.0% a week against its reference{said}"


def test_growth_says_its_pace_its_source_and_its_market():
    found = grows(source="search", source_share=0.8, market_change=0.1)
    assert found.headline == "Cup rose ▲ +10.0% a week against its reference, 80% of the gain from search"
    assert (found.comparator, found.market_change, found.change) == ("market", 0.1, 0.5)
    assert found.caveats == ("source shares compare the last two weeks with the two before",)
    alone = grows()
    assert (alone.comparator, alone.market_change) == ("none", None)
    assert "no traffic sources" in alone.caveats[0]


def test_stock_that_lasts_for_ever_or_is_not_known_has_no_end():
    row = {"name": "Cup", "slope": 0.1, "category": "", "item_visitors": 150.0, "item_visitors_before": 100.0}
    ends = [
        rising._growth_row(shop(), "1", row | {"days": days})["stock_end"] for days in (7.9, NAN, math.inf)
    ]
    assert ends == ["2026-09-30", "", ""]
    assert rising._growth_row(shop(), "1", row | {"days": NAN})["change"] == pytest.approx(0.5)


def sources(*lines):
    """(source, first day back from Sunday, days, visitors a day) of item 1."""
    rows = [
        {"date": SUNDAY - pd.Timedelta(days=back - n), "item_id": "1", "device": "all", "level": 1,
         "channel": name, "channel_label": name, "channel_detail": "", "visitors": visitors}
        for name, back, count, visitors in lines
        for n in range(count)
    ]  # fmt: skip
    return shop(item_flow_source=pd.DataFrame(rows))


def test_sources_are_compared_by_day_over_two_weeks_and_the_two_before():
    facts = sources(("a", 27, 28, 10.0), ("b", 13, 14, 4.0), ("c", 27, 14, 6.0), ("a", 34, 7, 900.0))
    assert rising.source_changes(facts, "1").to_dict() == {"b": 4.0, "a": 0.0, "c": -6.0}
    assert list(rising.source_changes(facts, "1").index) == ["b", "a", "c"]
    assert rising.source_changes(facts, "2").empty
    assert rising.source_changes(shop(), "1").empty


def test_a_source_needs_a_week_of_days_on_both_sides():
    assert rising.source_changes(sources(("a", 27, 14, 10.0), ("a", 6, 7, 20.0)), "1").to_dict() == {
        "a": 10.0
    }
    assert rising.source_changes(sources(("a", 27, 14, 10.0), ("a", 5, 6, 20.0)), "1").empty
    assert rising.source_changes(sources(("a", 27, 6, 10.0), ("a", 6, 7, 20.0)), "1").empty


def paired(weeks, **changed):
    """An item whose search visitors rise by half of what its ads add, a week a value of clicks."""
    clicks = np.resize([100.0, 140.0, 90.0, 170.0, 120.0, 80.0], weeks)
    first = SUNDAY - pd.Timedelta(days=7 * weeks - 1)
    days = pd.date_range(first, periods=7 * weeks)
    ads = {"date": days, "item_id": "1", "level": "item", "ad_clicks": clicks.repeat(7)}
    seen = days_of("1", 100.0 + np.zeros(7 * weeks), first=first, search_visitors=50 + clicks.repeat(7) / 2)
    return shop(**{"item_daily": seen, AD_PAST: pd.DataFrame(ads | changed)})


def test_free_visitors_per_paid_one_are_known_from_eight_weekly_steps_on():
    assert rising.free_per_paid(paired(9), "1") == pytest.approx((0.5, 0.5, 0.5))
    assert all(math.isnan(each) for each in rising.free_per_paid(paired(8), "1"))
    assert all(math.isnan(each) for each in rising.free_per_paid(paired(9), "2"))


def test_ads_of_a_plan_and_ads_that_never_change_pair_with_nothing():
    assert all(math.isnan(each) for each in rising.free_per_paid(paired(9, level="plan"), "1"))
    assert all(math.isnan(each) for each in rising.free_per_paid(paired(9, ad_clicks=7.0), "1"))


def test_visitors_of_ads_count_before_clicks_where_they_are_told():
    half = np.resize([100.0, 140.0, 90.0, 170.0, 120.0, 80.0], 9).repeat(7) / 2
    assert rising.free_per_paid(paired(9, ad_visitors=half), "1")[0] == pytest.approx(1.0)


def test_the_running_week_is_no_pair():
    facts = paired(9)
    late = facts.base.frames[AD_PAST].tail(3).assign(date=SUNDAY + pd.to_timedelta([1, 2, 3], unit="D"))
    facts.base.frames[AD_PAST] = pd.concat([facts.base.frames[AD_PAST], late])
    assert len(rising._visitor_weeks(facts)[0]) == 9


# -- market


def market(now, before, *, category="cups", known=28, **changed):
    days = pd.date_range(SUNDAY - pd.Timedelta(days=55), SUNDAY)
    values = [before] * 28 + [NAN] * (28 - known) + [now] * known
    rows = {"date": days, "category": category, "metric": "visitors", "value": values, "value_type": "value"}
    return shop(market=pd.DataFrame(rows | changed))


def test_the_market_moved_by_four_weeks_against_the_four_before():
    assert rising.market_change(market(120.0, 100.0), "cups") == pytest.approx(0.2)
    assert rising.market_change(market(120.0, 100.0, category=""), "pots") == pytest.approx(0.2)
    assert math.isnan(rising.market_change(market(120.0, 100.0), "pots"))
    assert math.isnan(rising.market_change(shop(), "cups"))


@pytest.mark.parametrize(("known", "told"), [(20, True), (19, False)])
def test_the_market_needs_twenty_known_days(known, told):
    assert math.isfinite(rising.market_change(market(120.0, 100.0, known=known), "cups")) is told


@pytest.mark.parametrize(
    ("changed", "known"),
    [({}, True), ({"metric": "market_visitors"}, True), ({"metric": "pay_amount"}, False),
     ({"value_type": "index"}, False)],
)  # fmt: skip
def test_only_real_visitors_of_the_market_are_taken(changed, known):
    assert (market_visitors(market(1.0, 1.0, **changed).base) is not None) is known


def test_the_shops_own_category_serves_items_without_one():
    facts = shop(category="cups")
    facts.__dict__["market"] = pd.DataFrame({"cups": [1.0], "pots": [2.0]})
    assert list(facts.market_reference) == [""]
    other = shop(category="lids")
    other.__dict__["market"] = pd.DataFrame({"cups": [1.0], "": [2.0]})
    assert list(other.market_reference) == [""]


# -- the facts


@pytest.mark.parametrize(
    ("day", "sunday"),
    [("2026-09-20", "2026-09-20"), ("2026-09-21", "2026-09-20"), ("2026-09-26", "2026-09-20")],
)
def test_the_newest_whole_week_ends_on_sunday(day, sunday):
    assert shop(day=dt.date.fromisoformat(day)).last_sunday == pd.Timestamp(sunday)


def test_a_window_is_four_whole_weeks_and_ends_so_many_weeks_back():
    counted = days_of(
        "1", np.arange(70.0), first=SUNDAY - pd.Timedelta(days=66)
    )  # three days of the running week
    facts = shop(item_daily=counted)
    assert facts.window(0).loc["1", "item_visitors"] == np.arange(39.0, 67.0).sum()
    assert facts.window(4).loc["1", "item_visitors"] == np.arange(11.0, 39.0).sum()
    assert math.isnan(facts.window(0).loc["1", "pay_amount"])


def test_the_newest_known_value_of_each_column_stays():
    rows = pd.DataFrame(
        {"date": pd.to_datetime(["2026-09-03", "2026-09-01", "2026-09-02", "2026-09-01"]),
         "item_id": ["1", "1", "1", "2"], "stock_units": [NAN, 1.0, 2.0, 9.0],
         "season": ["夏", "冬", None, None]}
    )  # fmt: skip
    found = newest_known(rows, ["stock_units", "season", "unit_cost"])
    assert found["stock_units"].to_dict() == {"1": 2.0, "2": 9.0}
    assert found.loc["1", "season"] == "夏"
    assert pd.isna(found.loc["2", "season"])
    assert found["unit_cost"].isna().all()


def test_twice_a_day_is_seen_whatever_the_order():
    rows = pd.DataFrame({"date": ["a", "b", "a"], "item_id": ["1", "1", "2"]})
    assert is_once_a_day(rows)
    assert not is_once_a_day(pd.concat([rows, rows.tail(1)]))
    assert not is_once_a_day(rows.assign(item_id=["1", None, "2"]))
    assert not is_once_a_day(rows.assign(date=["a", None, "a"]))


def test_ads_of_items_in_the_four_weeks_count():
    rows = pd.DataFrame(
        {"date": [SUNDAY, SUNDAY - pd.Timedelta(days=27), SUNDAY - pd.Timedelta(days=28),
                  SUNDAY + pd.Timedelta(days=1), SUNDAY],
         "level": ["item"] * 4 + ["plan"], "item_id": "1", "ad_spend": [1.0, 10.0, 100.0, 1000.0, 1e4]}
    )  # fmt: skip
    assert shop(ad_report=rows).ads.loc["1", "ad_spend"] == 11.0
    assert math.isnan(shop(ad_report=rows).ads.loc["1", "ad_clicks"])
    assert shop().ads.empty


def test_hand_tags_name_category_lock_and_what_an_item_replaces():
    tags = pd.DataFrame(
        {"item_id": ["1", "2", "1"], "category": ["old", None, "cups"],
         "stage_lock": ["", "爆款", "nonsense"], "replaces": ["", "", " 9 "]}
    )  # fmt: skip
    hints = shop(item_tags=tags).hints
    assert (hints.category, hints.locks, hints.replaces) == ({"1": "cups"}, {"2": "hit"}, {"1": "9"})
    assert shop().hints.category == {}


def test_no_stock_left_is_a_day_out_of_stock():
    rows = {"date": pd.date_range(SUNDAY, periods=3), "item_id": "1", "stock_units": [0.0, 1.0, -1.0]}
    out = shop(stock=pd.DataFrame(rows)).hints.stock_outs
    assert out["date"].tolist() == [SUNDAY, SUNDAY + pd.Timedelta(days=2)]
