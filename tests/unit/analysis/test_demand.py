"""The units of the weeks ahead: ranges from past forecasts, days out of stock no evidence."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

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


def forecast_one_by_one(sold: np.ndarray, days: int) -> list[list[float]]:
    """(middle, scatter) of every item by the notes: level of 14 days, past forecasts, drawn to the middle."""

    def level(item: int, end: int) -> float:
        known = [each for each in sold[max(end - 14, 0) : end, item] if not np.isnan(each)]
        return float(np.mean(known)) if len(known) >= 5 else np.nan

    own, apart = [], []
    for item in range(sold.shape[1]):
        terms = []
        for origin in range(14, len(sold) + 1 - days):
            after = [each for each in sold[origin : origin + days, item] if not np.isnan(each)]
            due = level(item, origin) * len(after)
            if len(after) >= 0.6 * days and due > 0:
                terms.append((sum(after) - due) ** 2 / due)
        own.append(float(np.mean(terms)) if terms else 0.0)
        apart.append(len(terms) / days)
    typical = (
        float(np.median([each for each, count in zip(own, apart, strict=True) if count]))
        if any(apart)
        else 1.0
    )
    return [
        [level(item, len(sold)) * days, max((apart[item] * own[item] + 4 * typical) / (apart[item] + 4), 1.0)]
        for item in range(sold.shape[1])
    ]


@pytest.mark.parametrize(("length", "days"), [(60, 14), (60, 5), (27, 14), (28, 14), (29, 14), (6, 14)])
def test_the_range_is_the_gamma_of_the_mean_and_scatter_of_past_forecasts(length, days):
    rng = np.random.default_rng(6)
    units = rng.poisson([20.0, 8.0, 0.3, 4.0], (length, 4)) * np.exp(rng.normal(0, 0.6, (length, 1)))
    units = np.where(rng.random(units.shape) < 0.25, np.nan, units)
    units[:, 3] = np.where(np.arange(length) > 24, units[:, 3], np.nan)
    found = demand_ahead(pd.DataFrame(units), days)
    for item, (middle, scatter) in enumerate(forecast_one_by_one(units, days)):
        row = found.loc[item]
        assert row["middle"] == pytest.approx(middle, nan_ok=True)
        if middle > 0:
            # mean = shape x scale and variance = mean x scatter: the scale is the scatter
            wanted = stats.gamma(middle / scatter, scale=scatter).ppf([0.05, 0.95, 0.9])
            assert row[["low", "high", "served"]].tolist() == pytest.approx(wanted.tolist())
        else:
            assert row[["low", "high", "served"]].tolist() == pytest.approx([middle] * 3, nan_ok=True)


def test_five_known_days_of_the_last_fourteen_are_a_level():
    units = pd.DataFrame({"a": [np.nan] * 20 + [3.0] * 4, "b": [9.0] * 10 + [np.nan] * 10 + [3.0] * 4})
    assert demand_ahead(units).isna().all(axis=None)
    units.loc[24] = [8.0, 8.0]
    assert demand_ahead(units)["middle"].tolist() == pytest.approx([56.0, 56.0])
    with pytest.raises(ValueError, match="-1 days ahead"):
        demand_ahead(units, -1)
