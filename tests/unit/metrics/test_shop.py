import pandas as pd
import pytest

from shopbook.metrics import shop


@pytest.mark.parametrize(
    ("definition", "part", "whole", "expected"),
    [
        pytest.param(shop.pay_conversion, 30, 1200, 0.025, id="pay_conversion"),
        pytest.param(shop.order_conversion, 36, 1200, 0.03, id="order_conversion"),
        pytest.param(shop.basket, 3600, 30, 120, id="basket"),
        pytest.param(shop.visitor_value, 3600, 1200, 3, id="visitor_value"),
        pytest.param(shop.pages_per_visitor, 3000, 1200, 2.5, id="pages_per_visitor"),
        pytest.param(shop.returning_share, 6, 30, 0.2, id="returning_share"),
        pytest.param(shop.active_item_share, 45, 60, 0.75, id="active_item_share"),
        pytest.param(shop.refund_share, 90, 3600, 0.025, id="refund_share"),
    ],
)
def test_definition_of_an_ordinary_day_and_of_edges(definition, part, whole, expected):
    found = definition(
        pd.Series([part, 0, 0, None], dtype=float), pd.Series([whole, whole, 0, whole], dtype=float)
    )
    assert found.iloc[0] == pytest.approx(expected)
    assert found.iloc[1] == 0
    assert found.iloc[2:].isna().all()


@pytest.mark.parametrize(
    "definition", [shop.pay_conversion, shop.order_conversion, shop.returning_share, shop.active_item_share]
)
def test_a_part_above_its_whole_names_the_day(definition):
    days = pd.DatetimeIndex(["2026-11-10", "2026-11-11"])
    with pytest.raises(ValueError, match=r"2026-11-11.*scopes"):
        definition(pd.Series([1.0, 9.0], index=days), pd.Series([5.0, 5.0], index=days))
