"""Profit, refunds and repurchase of a campaign, by hand."""

import datetime as dt
import math

import pandas as pd
import pytest

from shopbook.analysis.review_money import Profit, incremental_profit, profit, refund_cohorts, repurchase
from shopbook.analysis.uplift_effect import Effect

DAY = pd.DatetimeIndex(["2026-10-01"])
FIRST = dt.date(2026, 10, 1)


def _profit(cost):
    return profit(
        DAY,
        shop=pd.DataFrame({"pay_amount": [200.0], "refund_amount": [10.0]}, index=DAY),
        items=pd.DataFrame(
            {"date": DAY.repeat(2), "item_id": ["a", "b"], "pay_units": [4, 5], "pay_amount": [100.0, 100.0]}
        ),
        cost=pd.Series(cost),
        fees=pd.DataFrame({"ad_spend": [20.0], "commission": [5.0]}, index=DAY),
    )


def test_profit_is_sales_less_goods_spend_commission_and_refunds():
    """200 - (4 x 10 + 5 x 8) - 20 - 5 - 10 = 85."""
    assert _profit({"a": 10.0, "b": 8.0}).profit == pytest.approx(85)


def test_items_without_a_cost_are_taken_at_the_others_share():
    found = _profit({"a": 10.0})
    assert (found.goods, found.cost_known) == (pytest.approx(80), pytest.approx(0.5))


def test_without_any_cost_profit_is_not_known():
    assert math.isnan(_profit({}).profit)


def test_a_range_of_sales_becomes_a_range_of_profit():
    """Expected sales 150 to 50 at a margin of 50% less 10 of spend: 65 to 15 would have been made."""
    held, usual = Profit(200, 100, 20, 0, 0, 1), Profit(100, 50, 10, 0, 0, 1)
    effect = Effect(math.log(2), math.log(200 / 150), math.log(4), actual=200)
    assert incremental_profit(effect, held, usual, 1, 1) == pytest.approx((15, 40, 65))


def test_refunds_count_by_day_of_payment():
    refunds = pd.DataFrame(
        {"date": pd.to_datetime(["2026-10-03", "2026-10-20", "2026-10-03"]),
         "pay_date": pd.to_datetime(["2026-10-01", "2026-10-01", "2026-09-28"]),
         "refund_amount": [10.0, 20.0, 99.0]}
    )  # fmt: skip
    paid = pd.Series([100.0], index=DAY)
    table = refund_cohorts(refunds, paid, {"peak": (FIRST, FIRST)}, dt.date(2026, 11, 30))
    assert table.loc[0, ["refund_15", "refund_30"]].tolist() == pytest.approx([0.1, 0.3])


def test_refunds_that_are_not_ripe_are_not_known():
    none = pd.DataFrame({"date": DAY, "pay_date": DAY, "refund_amount": [1.0]})
    table = refund_cohorts(
        none, pd.Series([100.0], index=DAY), {"peak": (FIRST, FIRST)}, dt.date(2026, 10, 20)
    )
    assert table.loc[0, "refund_15"] == pytest.approx(0.01)
    assert math.isnan(table.loc[0, "refund_30"])


def test_two_orders_in_one_sale_are_no_repurchase():
    lines = pd.DataFrame(
        {
            "date": pd.to_datetime(["2026-10-01", "2026-10-02", "2026-10-01", "2026-10-20"]),
            "buyer": list("aabb"),
        }
    )
    table = repurchase(lines, {"peak": (FIRST, dt.date(2026, 10, 2))}, dt.date(2026, 12, 1))
    assert table.loc[0, ["buyers", "again"]].tolist() == [2, 0.5]


def test_a_repurchase_after_the_wait_does_not_count():
    lines = pd.DataFrame({"date": pd.to_datetime(["2026-10-01", "2026-11-20"]), "buyer": ["a", "a"]})
    table = repurchase(lines, {"peak": (FIRST, FIRST)}, dt.date(2026, 12, 1))
    assert table.loc[0, "again"] == 0
