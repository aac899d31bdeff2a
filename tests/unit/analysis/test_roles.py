"""The rules of item roles and of the price mix."""

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.roles import item_roles, price_mix


def shop(**columns) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "visitors": [900.0, 500.0, 400.0, 300.0, 200.0, 100.0],
            "margin_share": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
            "conversion": [0.05, 0.01, 0.03, 0.03, 0.03, 0.03],
            "stock_units": [5.0] * 6,
        }
    )
    return rows.assign(**columns)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param(
            {}, ["traffic", "", "", "", "profit", "profit"], id="terciles, and a traffic item must sell"
        ),
        pytest.param(
            {"stock_units": [5, 5, 5, 5, 5, 0]}, ["traffic", "", "", "", "profit", ""], id="out of stock"
        ),
        pytest.param(
            {"role_tag": ["", "形象款", "", "", "引流款", "利润款"]},
            ["traffic", "image", "", "", "traffic", "profit"],
            id="a hand tag wins",
        ),
        pytest.param({"role_tag": [np.nan, "?", "", "", "", ""]}, None, id="an unknown tag is no tag"),
        pytest.param({"margin_share": [0.1] + [np.nan] * 5}, [""] * 6, id="one known margin has no terciles"),
    ],
)
def test_roles(columns, expected):
    found = item_roles(shop(**columns)).tolist()
    assert found == (expected or item_roles(shop()).tolist())


def test_price_bands_hold_a_third_of_the_items_each_and_shares_sum_to_one():
    rows = pd.DataFrame(
        {
            "price": [10.0, 12.0, 20.0, 25.0, 90.0, 95.0],
            "pay_units": [5, 1, 2, 0, 1, 1],
            "pay_amount": [50.0] * 6,
        }
    )
    mix = price_mix(rows)
    assert mix["items"].tolist() == [2, 2, 2]
    assert mix["units_share"].tolist() == [0.6, 0.2, 0.2]
    assert mix["amount_share"].sum() == pytest.approx(1.0)


def test_nothing_sold_has_no_share():
    rows = pd.DataFrame({"price": [10.0, 20.0, 30.0], "pay_units": [0, 0, 0], "pay_amount": [0.0, 0.0, 0.0]})
    assert price_mix(rows)["units_share"].isna().all()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        # Six margins: a third is the second of them, two thirds the fourth.
        (
            {"visitors": [100.0, 900, 500, 300, 200, 400], "conversion": [0.03] * 6},
            ["", "traffic", "", "", "profit", "profit"],
        ),
        (
            {"visitors": [100.0, 500, 900, 300, 200, 400], "conversion": [0.03] * 6},
            ["", "traffic", "", "", "profit", "profit"],
        ),
        (
            {"visitors": [400.0, 100, 900, 500, 200, 300], "conversion": [0.03] * 6},
            ["", "", "", "", "profit", "profit"],
        ),
        ({"conversion": [0.029, 0.03, 0.03, 0.03, 0.03, 0.03]}, ["", "traffic", "", "", "profit", "profit"]),
        ({"conversion": [np.nan] * 6}, ["traffic", "traffic", "", "", "profit", "profit"]),
        ({"stock_units": [5, 5, 5, 5, -1, np.nan]}, ["traffic", "", "", "", "", "profit"]),
        ({"margin_share": [0.1, 0.2, 0.3, 0.4, 0.5, np.nan]}, [""] * 6),
    ],
)
def test_a_role_is_a_third_of_margin_and_of_visitors(columns, expected):
    assert item_roles(shop(**columns)).tolist() == expected


def test_without_stock_and_conversion_columns_nothing_stands_in_the_way_and_tags_are_read_trimmed():
    plain = shop()[["visitors", "margin_share"]]
    assert item_roles(plain).tolist() == ["traffic", "traffic", "", "", "profit", "profit"]
    tagged = plain.assign(role_tag=[" profit ", "推广款", None, "image", "", ""])
    assert item_roles(tagged).tolist() == ["profit", "profit", "", "image", "profit", "profit"]


def test_items_without_a_price_have_no_band_and_equal_prices_go_by_their_place():
    rows = pd.DataFrame(
        {"price": [5.0, 5, 5, np.nan], "pay_units": [1, 2, 3, 9], "pay_amount": [0.0, 0, 0, 0]}
    )
    mix = price_mix(rows)
    assert mix["band"].tolist() == ["low", "middle", "high"]
    assert mix["items"].tolist() == [1, 1, 1]
    assert mix["units_share"].tolist() == [1 / 6, 2 / 6, 3 / 6]
    assert mix["amount_share"].isna().all()
    one = price_mix(rows[:1])
    assert (one["items"].tolist(), one["units_share"].tolist()) == ([0, 0, 1], [0.0, 0.0, 1.0])
