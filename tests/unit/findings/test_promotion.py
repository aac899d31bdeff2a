"""Ads: margins, mature days, ranges, caps, plans that cost, search terms outside the titles."""

import datetime as dt
import math

import pandas as pd
import pytest

from shopbook.days import Calendar
from shopbook.findings.daily.budget import at_cap, budget_caps, day_cap, ran_out
from shopbook.findings.daily.click_rates import plan_click_rate
from shopbook.findings.daily.promotion import plan, promotion_findings, promotion_warnings
from shopbook.findings.daily.promotion_advice import advice_table
from shopbook.findings.daily.promotion_data import break_even, gross_margin, mature_until, ratio_range
from shopbook.findings.daily.terms import rate_range, split_term, term_table, title_gap
from shopbook.findings.facts import Facts
from shopbook.params import ShopSettings, rules

DAY = dt.date(2026, 9, 25)
DAYS = pd.date_range(end=DAY, periods=60)


def ads(key: str = "7", spend: float = 100.0, revenue: float = 300.0, clicks: float = 50.0) -> pd.DataFrame:
    wave = [1.0, 0.9, 1.1, 1.0, 0.95] * 12
    figures = {"ad_spend": spend, "ad_revenue": revenue, "ad_clicks": clicks, "ad_impressions": clicks * 25}
    table = pd.DataFrame({name: [value * each for each in wave] for name, value in figures.items()})
    keys = {"ad_plan_id": key, "ad_plan_name": f"plan {key}", "ad_scene": "s", "item_id": "", "item_name": ""}
    return table.assign(date=DAYS, level="plan", ad_orders=1.0, ad_visitors=table["ad_clicks"] * 0.9, **keys)


def shop(*reports: pd.DataFrame, settings: ShopSettings | None = None, **frames: pd.DataFrame) -> Facts:
    items = {
        "date": DAYS,
        "item_id": "1",
        "item_name": "玻璃 保温杯",
        "item_visitors": 900.0,
        "pay_buyers": 20.0,
    }
    empty = pd.DataFrame()
    base = {
        "shop_daily": pd.DataFrame(
            {"date": DAYS, "visitors": 900.0, "pay_buyers": 20.0, "pay_amount": 2000.0}
        ),
        "item_daily": pd.DataFrame({**items, "pay_units": 20.0, "pay_amount": 2000.0}),
        "ad_report": pd.concat(reports) if reports else empty,
        **dict.fromkeys(("market", "peers", "flow_source", "rivals"), empty),
    }
    return Facts(settings or ShopSettings(), DAY, {**base, **frames}, Calendar(()), rules())


def test_margin_comes_from_unit_costs_then_from_the_shop_then_is_unknown():
    stock = pd.DataFrame({"date": DAYS[-1:], "item_id": "1", "unit_cost": 60.0})
    assert gross_margin(shop(stock=stock)) == pytest.approx(0.4)
    assert gross_margin(shop(settings=ShopSettings(gross_margin=0.5))) == 0.5
    assert gross_margin(shop()) is None
    assert break_even(0.4) == 2.5
    assert break_even(None) is None


def test_a_written_attribution_window_shortens_the_wait():
    assert mature_until(shop(ads())) == DAY - dt.timedelta(days=15)
    assert mature_until(shop(ads().assign(attribution_days=3))) == DAY - dt.timedelta(days=3)


def test_young_days_never_move_the_advice():
    young = ads()
    young.loc[young["date"] > DAYS[-16], "ad_revenue"] = 0.0
    settings = ShopSettings(gross_margin=0.5)
    assert advice_table(shop(young, settings=settings), "plan") == advice_table(
        shop(ads(), settings=settings), "plan"
    )


def test_under_200_clicks_there_is_a_range_and_no_advice():
    (row,) = advice_table(shop(ads(clicks=5), settings=ShopSettings(gross_margin=0.5)), "plan")
    assert row["advice"] == "few"


def test_ratio_range_needs_a_week():
    top, bottom = pd.Series([2.0] * 6), pd.Series([1.0] * 6)
    value, low, high = ratio_range(top, bottom)
    assert value == 2
    assert math.isnan(low)
    assert math.isnan(high)
    assert ratio_range(pd.Series([1.0, 3.0] * 5), pd.Series([1.0] * 10))[1] < 2


def test_a_plan_below_break_even_goes_to_promotion():
    found = plan(shop(ads("7", revenue=90.0), ads("8"), settings=ShopSettings(gross_margin=0.5)))
    assert found is not None
    assert (found.scope, found.level, found.owner) == ({"plan": "7"}, "watch", "promotion")


@pytest.mark.parametrize(("days", "said"), [(1, "当日"), (7, "本周")])
def test_a_plan_whose_clicks_fell_is_named_on_its_day_and_in_its_week(days, said):
    fallen = ads("7", clicks=300.0)
    fallen.loc[fallen["date"] > DAYS[-1 - days], "ad_clicks"] *= 0.6
    found = plan_click_rate(shop(fallen, ads("8", clicks=300.0)))
    assert (found.scope, found.verdict, found.level) == ({"plan": "7"}, "worse", "watch")
    assert said in found.headline
    assert plan_click_rate(shop(ads("7", clicks=300.0), ads("8", clicks=300.0))) is None


def test_a_cap_is_stated_or_seen_three_times():
    spend = pd.Series([80.0, 100.0, 100.0, 90.0, 100.0])
    assert day_cap(shop(), "7", spend) == (100.0, False)
    assert day_cap(shop(), "7", spend.head(3)) == (None, False)
    assert day_cap(shop(settings=ShopSettings(ad_day_cap={"7": 120.0})), "7", spend) == (120.0, True)


def test_spend_far_above_the_cap_is_a_raised_cap():
    assert at_cap(shop(), pd.Series([97.0, 98.0, 100.0, 150.0]), 100.0).tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("revenue", "shown", "level"),
    [
        pytest.param(300.0, 0.7, "act", id="pays and ran out early"),
        pytest.param(300.0, 1.0, "watch", id="pays and lasted nearly all day"),
        pytest.param(90.0, 0.7, "watch", id="costs more than it brings"),
    ],
)
def test_a_plan_at_its_cap_is_acted_on_when_it_pays_and_ran_out_early(revenue, shown, level):
    report = ads(revenue=revenue)
    report.loc[report["date"] == DAYS[-1], "ad_impressions"] *= shown
    facts = shop(report, settings=ShopSettings(gross_margin=0.5, ad_day_cap={"7": 95.0}))
    assert [row["days"] for row in ran_out(facts)] == [1]
    assert [found.level for found in budget_caps(facts)] == [level]


def test_without_an_ad_report_there_is_nothing_to_say():
    assert promotion_findings(shop()) == []
    assert promotion_warnings(shop()) == []


def test_a_term_is_cut_by_the_titles_and_the_rest_is_the_gap():
    assert split_term("玻璃保温杯吸管", "玻璃保温杯") == ["玻璃保温杯", "吸管"]
    assert split_term("保温杯 玻璃", "玻璃保温杯") == ["保温杯", "玻璃"]


def test_a_converting_term_outside_the_titles_is_a_gap_for_the_operator():
    rows = [("保温杯", 9000.0, 150.0), ("保温杯吸管", 1000.0, 90.0)]
    terms = pd.DataFrame(rows, columns=["search_term", "visitors", "pay_buyers"]).assign(date=DAYS[-1])
    facts = shop(search_terms=terms)
    assert [row["missing"] for row in term_table(facts)] == ["", "吸管"]
    found = title_gap(facts)
    assert found is not None
    assert (found.scope, found.owner) == ({"term": "保温杯吸管"}, "operator")


def test_a_share_without_trials_may_be_anything():
    assert rate_range(0, 0) == (0.0, 1.0)
