"""The ratios of the daily tables are the definitions of the metric families, not a second opinion."""

import pandas as pd
import pytest

from shopbook.metrics import ads, item, quality, service, shop
from shopbook.metrics.frame import RATIOS, with_ratios
from shopbook.metrics.ratio import ratio

DEFINED = {
    "pay_conversion_rate": shop.pay_conversion,
    "order_conversion_rate": shop.order_conversion,
    "avg_order_value": shop.basket,
    "visitor_value": shop.visitor_value,
    "pageviews_per_visitor": shop.pages_per_visitor,
    "returning_share": shop.returning_share,
    "refund_rate_amount": shop.refund_share,
    "cart_rate": item.cart_rate,
    "favorite_rate": item.favorite_rate,
    "units_per_buyer": ratio,  # a plain ratio without limits of its own
    "inquiry_conversion_rate": service.inquiry_conversion,
    "ad_click_rate": ads.click_rate,
    "ad_cost_per_click": ads.cost_per_click,
    "ad_roi": ads.roi,
    "ad_cost_share": ads.cost_share,
    "positive_review_rate": quality.positive_review_rate,
}


def test_every_ratio_of_the_tables_has_its_definition():
    assert DEFINED.keys() == RATIOS.keys()


@pytest.mark.parametrize("name", RATIOS)
def test_the_table_says_what_the_definition_says(name):
    over, under = RATIOS[name]
    frame = pd.DataFrame({over: [30.0, 0.0, 0.0, None], under: [1200.0, 40.0, 0.0, 10.0]})
    expected = DEFINED[name](frame[over], frame[under])
    pd.testing.assert_series_equal(with_ratios(frame)[name], expected, check_names=False)
