"""The units of the weeks ahead: ranges from past forecasts, days out of stock no evidence."""

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.demand import demand_ahead


def sold(*rates: float, days: int = 84, seed: int = 0) -> pd.DataFrame:
    drawn = np.random.default_rng(seed).poisson(rates, (days, len(rates))).astype(float)
    return pd.DataFrame(drawn, columns=[f"item {at}" for at in range(len(rates))])


def test_the_range_of_a_steady_item_is_that_of_its_counting():
    found = demand_ahead(sold(20, 20, 20, 20)).mean()
    assert found["middle"] == pytest.approx(280, rel=0.05)
    # sum and level each count about 280 pieces: a spread of 23.7, 1.645 of them on either side
    assert (found["high"] - found["low"]) / 2 == pytest.approx(1.645 * np.sqrt(2 * 280), rel=0.3)


def test_days_out_of_stock_do_not_lower_what_would_have_been_bought():
    units = sold(10, 10, 10)
    gone = units.copy()
    gone.loc[74:79, "item 0"] = np.nan
    kept, cut = (demand_ahead(each).loc["item 0", "middle"] for each in (units, gone))
    assert cut == pytest.approx(kept, rel=0.15)
    zero = demand_ahead(gone.fillna(0.0)).loc["item 0", "middle"]
    assert zero < 0.65 * kept


def test_an_item_that_jumps_has_a_wider_range_than_a_steady_one():
    units = sold(10, 10, 10, 10)
    units["item 0"] *= np.repeat([0.5, 1.5, 0.6, 1.4, 0.5, 1.5], 14)
    found = demand_ahead(units)
    width = (found["high"] - found["low"]) / found["middle"]
    assert width["item 0"] > 1.5 * width["item 1"]


def test_what_hardly_sells_may_sell_nothing_and_what_never_sold_is_expected_not_to():
    found = demand_ahead(sold(0.1, 0.0))
    assert found.loc["item 0", "low"] < found.loc["item 0", "middle"] / 2
    assert found.loc["item 1"].tolist() == [0.0, 0.0, 0.0, 0.0]


def test_fewer_than_five_known_days_are_not_known():
    assert demand_ahead(sold(5, days=4)).isna().all(axis=None)


def test_no_day_ahead_is_refused():
    with pytest.raises(ValueError, match="none"):
        demand_ahead(sold(1), 0)
