import numpy as np
import pandas as pd
import pytest

from shopbook.metrics.market import market_series, own_market

NAMES = ["date", "category", "metric", "value", "value_low", "value_high", "value_type"]


def market(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=NAMES)
    return frame.assign(date=pd.to_datetime(frame["date"]))


@pytest.mark.parametrize(
    ("categories", "asked", "values"),
    [
        pytest.param(("cups", "tea"), "cups", [0.0], id="the named one"),
        pytest.param(("cups", "tea"), " tea ", [1.0], id="blanks around the name"),
        pytest.param(("cups", "tea"), "", [], id="several and none named"),
        pytest.param(("cups",), "", [0.0], id="the only one"),
        pytest.param(("cups",), "tea", [], id="another one"),
        pytest.param(("", ""), "tea", [0.0, 1.0], id="the file names none"),
        pytest.param((None,), "tea", [0.0], id="an empty cell"),
    ],
)
def test_a_shop_has_the_market_of_its_category(categories, asked, values):
    rows = pd.DataFrame({"category": categories, "value": np.arange(float(len(categories)))})
    assert own_market(rows, asked)["value"].tolist() == values


def test_the_category_with_most_days_is_meant():
    frame = market(
        ("2026-11-02", "tea", "visitors", 2.0, None, None, "value"),
        ("2026-11-01", "tea", "visitors", 1.0, None, None, "value"),
        ("2026-11-01", "coffee", "visitors", 9.0, None, None, "value"),
        ("2026-11-01", "tea", "pay_amount", 7.0, None, None, "index"),
    )
    assert market_series(frame, "visitors")["value"].tolist() == [1.0, 2.0]
    assert market_series(frame, "visitors", category="coffee")["value"].tolist() == [9.0]


def test_a_range_keeps_both_ends_and_has_no_value():
    found = market_series(market(("2026-11-01", "tea", "visitors", None, 1.0, 3.0, "range")), "visitors")
    assert pd.isna(found["value"].iloc[0])
    assert found[["low", "high"]].iloc[0].tolist() == [1.0, 3.0]


def test_no_market_is_an_empty_series():
    assert market_series(pd.DataFrame(), "visitors").empty
    assert market_series(
        market(("2026-11-01", "tea", "pay_amount", 7.0, None, None, "index")), "visitors"
    ).empty


def test_a_day_twice_is_refused():
    row = ("2026-11-01", "tea", "visitors", 1.0, None, None, "value")
    with pytest.raises(ValueError, match="occurs twice"):
        market_series(market(row, row), "visitors")
