import pandas as pd
import pytest

from shopbook.metrics import item


@pytest.mark.parametrize(
    ("definition", "part", "whole", "expected"),
    [
        pytest.param(item.cart_rate, 60, 800, 0.075, id="cart_rate"),
        pytest.param(item.favorite_rate, 40, 800, 0.05, id="favorite_rate"),
        pytest.param(item.item_conversion, 24, 800, 0.03, id="item_conversion"),
        pytest.param(item.item_order_conversion, 32, 800, 0.04, id="item_order_conversion"),
        pytest.param(item.search_share, 200, 800, 0.25, id="search_share"),
        pytest.param(item.unit_price, 2400, 30, 80, id="unit_price"),
        pytest.param(item.margin_rate, 960, 2400, 0.4, id="margin_rate"),
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
    "definition",
    [item.cart_rate, item.favorite_rate, item.item_conversion, item.item_order_conversion, item.search_share],
)
def test_a_part_above_its_whole_names_the_day(definition):
    days = pd.DatetimeIndex(["2026-11-10", "2026-11-11"])
    with pytest.raises(ValueError, match=r"2026-11-11.*scopes"):
        definition(pd.Series([1.0, 9.0], index=days), pd.Series([5.0, 5.0], index=days))
