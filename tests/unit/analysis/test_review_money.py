"""Profit, refunds and repurchase of a campaign, by hand."""

import datetime as dt
import math
from unittest.mock import ANY

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


def test_a_margin_is_what_stays_before_spend_and_none_of_nothing():
    assert Profit(200, 80, 50, 9, 20, 1).margin == pytest.approx(0.5)
    assert math.isnan(Profit(0, 0, 0, 0, 0, 1).margin)


def test_goods_are_carried_to_the_sales_of_the_shop_and_other_days_do_not_count():
    days = pd.DatetimeIndex(["2026-10-01", "2026-10-02"])
    items = pd.DataFrame(
        {
            "date": [*days, pd.Timestamp("2026-10-03")],
            "item_id": ["a", "a", "a"],
            "pay_units": [2, 3, 99],
            "pay_amount": [40.0, 60.0, 999.0],
        }
    )
    shop = pd.DataFrame({"pay_amount": [100.0, 150.0, 7.0]}, [*days, pd.Timestamp("2026-10-03")])
    fees = pd.DataFrame({"ad_spend": [5.0, 7.0, 999.0]}, shop.index)
    found = profit(days, shop=shop, items=items, cost=pd.Series({"a": 8.0}), fees=fees)
    assert found == Profit(250.0, pytest.approx(40 * 250 / 100), 12.0, ANY, ANY, pytest.approx(0.4))
    assert math.isnan(found.commission)  # no report of it: not known, and no 0
    assert math.isnan(found.refunds)
    assert found.lacking == ("refund_amount",)
    assert found.profit == pytest.approx(250 - 100 - 12)
    assert math.isnan(
        profit(days, shop=shop * 0, items=items, cost=pd.Series({"a": 8.0}), fees=fees).cost_known
    )


def test_the_usual_fees_of_a_day_are_taken_for_every_day_of_the_window():
    held, usual = Profit(600, 300, 50, 10, 20, 1), Profit(1000, 400, 30, 10, 100, 1)
    effect = Effect(math.log(1.5), math.log(1.2), math.log(2), actual=600)
    # 400 would have been sold at a margin of half, with 40 / 10 x 3 of spend and commission.
    wanted = [220 - (600 / ratio * 0.5 - 12) for ratio in (1.2, 1.5, 2)]
    assert incremental_profit(effect, held, usual, 3, 10) == pytest.approx(tuple(wanted))
    with pytest.raises(ValueError, match="no base day"):
        incremental_profit(effect, held, usual, 3, 0)


@pytest.mark.parametrize(
    ("through", "ripe"),
    [("2026-10-15", (False, False)), ("2026-10-16", (True, False)), ("2026-10-31", (True, True))],
)
def test_a_cohort_is_ripe_when_its_last_day_is_old_enough(through, ripe):
    done = FIRST + dt.timedelta(days=15)
    refunds = pd.DataFrame(
        {"date": [pd.Timestamp(done)], "pay_date": [pd.Timestamp(FIRST)], "refund_amount": [25.0]}
    )
    table = refund_cohorts(
        refunds, pd.Series([100.0], index=DAY), {"peak": (FIRST, FIRST)}, dt.date.fromisoformat(through)
    )
    assert [value == 0.25 for value in table.loc[0, ["refund_15", "refund_30"]]] == list(ripe)
    assert [not math.isnan(value) for value in table.loc[0, ["refund_15", "refund_30"]]] == list(ripe)
    late = refunds.assign(date=refunds["date"] + pd.Timedelta(days=16))
    told = refund_cohorts(late, pd.Series([100.0], index=DAY), {"peak": (FIRST, FIRST)}, dt.date(2026, 12, 1))
    assert told.loc[0, ["refund_15", "refund_30"]].tolist() == [0.0, 0.0]  # on the 31st day
    unpaid = refund_cohorts(
        refunds, pd.Series([0.0], index=DAY), {"peak": (FIRST, FIRST)}, dt.date(2026, 12, 1)
    )
    assert unpaid.loc[0, ["refund_15", "refund_30"]].isna().all()


@pytest.mark.parametrize(
    ("again", "through", "share"),
    [("2026-10-31", "2026-11-05", 1.0), ("2026-11-01", "2026-11-05", 0.0), ("2026-10-31", "2026-10-31", 1.0)],
)
def test_a_buyer_comes_back_within_thirty_days_of_the_last_order(again, through, share):
    lines = pd.DataFrame(
        {"date": pd.to_datetime(["2026-09-29", "2026-10-01", again, again]), "buyer": ["a", "a", "a", ""]}
    )
    table = repurchase(lines, {"peak": (dt.date(2026, 9, 28), FIRST)}, dt.date.fromisoformat(through))
    assert table.loc[0, ["buyers", "again"]].tolist() == [1, share]


def test_a_wait_that_is_not_over_and_a_span_without_buyers_are_not_known():
    lines = pd.DataFrame(
        {"date": pd.to_datetime(["2026-10-01", "2026-10-05", "2026-10-09"]), "buyer": ["a", "a", "b"]}
    )
    spans = {"peak": (FIRST, FIRST), "none": (dt.date(2026, 10, 2), dt.date(2026, 10, 4))}
    table = repurchase(lines, spans, dt.date(2026, 10, 30))
    assert table["buyers"].tolist() == [1, 0]
    assert table["again"].isna().all()
    assert repurchase(lines, spans, dt.date(2026, 10, 10), days=3)["again"].iloc[0] == 0.0
    assert repurchase(lines, spans, dt.date(2026, 10, 10), days=4)["again"].iloc[0] == 1.0
