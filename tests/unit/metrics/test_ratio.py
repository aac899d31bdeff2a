import pandas as pd
import pytest

from shopbook.columns import columns
from shopbook.metrics.frame import with_ratios
from shopbook.metrics.ratio import change, divide, parts, pooled, ratio, ratios


def test_a_longer_period_is_a_ratio_of_sums_not_a_mean_of_ratios():
    rows = pd.DataFrame({"pay_buyers": [10.0, 30.0], "visitors": [100.0, 900.0]})
    assert pooled("pay_conversion_rate", rows) == 0.04


def test_rows_known_on_one_side_only_are_left_out_of_both():
    rows = pd.DataFrame({"pay_buyers": [10.0, None, 5.0], "visitors": [100.0, 900.0, None]})
    assert pooled("pay_conversion_rate", rows) == 0.1


@pytest.mark.parametrize("whole", [0.0, -5.0, float("nan")])
def test_nothing_to_divide_by_is_not_zero(whole):
    assert pd.isna(divide(3.0, whole))
    assert divide(pd.Series([3.0]), pd.Series([whole])).isna().all()
    assert pd.isna(pooled("ad_roi", pd.DataFrame({"ad_revenue": [3.0], "ad_spend": [whole]})))


def test_a_part_or_a_whole_that_is_not_known_gives_no_ratio():
    assert pd.isna(divide(None, 3.0))
    assert pd.isna(divide(3.0, None))
    assert pd.isna(divide(None, None))


def test_a_whole_of_less_than_one_divides_too():
    assert divide(1.0, 0.5) == 2.0
    assert divide(pd.Series([1.0]), pd.Series([0.5])).tolist() == [2.0]


def test_none_of_a_whole_is_zero():
    assert divide(0.0, 5.0) == 0.0
    assert divide(pd.Series([0.0]), pd.Series([5.0])).tolist() == [0.0]


def test_rows_of_different_days_are_refused():
    with pytest.raises(ValueError, match="differ"):
        divide(pd.Series([1.0]), pd.Series([1.0, 2.0]))


@pytest.mark.parametrize("name", ratios())
def test_every_ratio_is_made_of_two_columns_the_suite_knows_and_has_edges(name):
    found = ratios()[name]
    assert {found.over, *found.under} <= set(columns())
    frame = pd.DataFrame({found.over: [30.0, 0.0, 0.0, None], found.under[0]: [1200.0, 40.0, 0.0, 10.0]})
    assert with_ratios(frame)[name].iloc[:2].tolist() == [0.025, 0.0]
    assert with_ratios(frame)[name].iloc[2:].isna().all()


@pytest.mark.parametrize(
    ("name", "over", "under", "expected"),
    [
        ("pay_conversion_rate", {"pay_buyers": 30}, {"visitors": 1200}, 0.025),
        ("avg_order_value", {"pay_amount": 3600}, {"pay_buyers": 30}, 120),
        ("visitor_value", {"pay_amount": 3600}, {"visitors": 1200}, 3),
        ("ad_cost_per_click", {"ad_spend": 180}, {"ad_clicks": 90}, 2),
        ("ad_roi", {"ad_revenue": 540}, {"ad_spend": 180}, 3),
        ("refund_rate_amount", {"refund_amount": 90}, {"pay_amount": 3600}, 0.025),
        ("inquiry_conversion_rate", {"inquiry_buyers": 24}, {"inquiry_visitors": 40}, 0.6),
        ("sell_through_rate", {"pay_units": 45}, {"campaign_stock": 60}, 0.75),
    ],
)
def test_the_figures_operators_know_are_what_the_platform_says(name, over, under, expected):
    assert ratio(name, {**over, **under}) == pytest.approx(expected)


def test_an_item_is_divided_by_its_own_visitors_and_a_shop_by_its_own():
    assert ratio("pay_conversion_rate", {"pay_buyers": 24, "item_visitors": 800}) == 0.03
    assert ratio("pay_conversion_rate", {"pay_buyers": 24, "visitors": 1200, "item_visitors": 800}) == 0.02


def test_a_table_without_a_part_is_named_and_keeps_what_it_states():
    with pytest.raises(KeyError, match=r"pay_conversion_rate.*pay_buyers"):
        ratio("pay_conversion_rate", {"visitors": 1200})
    stated = pd.DataFrame({"pay_conversion_rate": [0.03], "visitors": [1200]})
    assert with_ratios(stated)["pay_conversion_rate"].tolist() == [0.03]
    assert parts("pay_conversion_rate", stated.columns) is None
    assert parts("pay_amount", ["pay_amount"]) is None


@pytest.mark.parametrize(
    ("value", "base", "expected"),
    [(110.0, 100.0, 0.1), (90.0, 100.0, -0.1), (0.0, 100.0, -1.0), (5.0, 0.0, None), (None, 5.0, None),
     (5.0, None, None), (float("nan"), 5.0, None), (5.0, float("nan"), None)],
)  # fmt: skip
def test_a_change_is_a_share_of_its_base_and_not_known_without_one(value, base, expected):
    assert change(value, base) == (None if expected is None else pytest.approx(expected))
