"""docs/metrics.md is generated, complete and in sync."""

import pytest

from shopbook.columns import column, columns
from shopbook.run.docs import catalogue

# The figures docs/handbook.md names by role, in canonical names.
HANDBOOK = {
    "operator": """pageviews visitors avg_stay_seconds pageviews_per_visitor bounce_rate home_bounce_rate
        pay_buyers_30d pay_amount_30d pay_conversion_rate active_item_rate avg_order_value repurchase_rate_30d
        favorite_buyers shop_favorite_buyers cart_buyers pay_amount pay_units target_amount
        target_attainment visitor_value""",
    "promotion": """ad_impressions ad_clicks ad_click_rate ad_spend ad_cost_per_click ad_cost_per_visitor
        ad_roi ad_quality_score ad_visitors""",
    "campaign": "campaign_click_rate campaign_order_share campaign_conversion_rate sell_through_rate",
    "service": """avg_response_seconds first_response_seconds cs_online_hours served_visitors
        inquiry_conversion_rate refund_rate_amount reviews ship_hours cs_satisfaction_rate reply_rate""",
    "quality": "dsr_description dsr_service dsr_logistics item_rating negative_reviews quality_refund_rate",
    "supply": "stock_days stock_units days_since_last_sale unit_cost gross_margin_rate",
}
NAMES = [(role, name) for role, names in HANDBOOK.items() for name in names.split()]


@pytest.mark.parametrize(("role", "name"), NAMES)
def test_every_handbook_figure_has_a_whole_row(role, name):
    assert name in columns(), f"{role}: {name} is no column"
    row = next(line for line in catalogue.page().splitlines() if line.startswith(f"| `{name}` |"))
    cells = [cell.strip() for cell in row.split("|")[1:-1]]
    assert all(cells[:8]), row
    assert column(name).definition


@pytest.mark.parametrize("name", HANDBOOK["operator"].split())
def test_every_operator_figure_is_shown_by_a_notebook(name):
    assert catalogue.notebooks_of(name)


def test_the_page_is_in_sync():
    assert catalogue.PAGE.read_text(encoding="utf-8") == catalogue.page()


def test_a_figure_without_an_export_is_filled_in_by_hand():
    assert catalogue.exports_of("home_bounce_rate") == ["hand_filled"]
    assert "shop_daily" in catalogue.exports_of("visitors")
    assert "service" in catalogue.exports_of("inquiry_conversion_rate")
