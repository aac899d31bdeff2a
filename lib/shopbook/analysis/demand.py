"""What an item will sell in the weeks ahead, with a range from how wrong its own past forecasts were."""

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

LEVEL_DAYS = 14
"""A level is the mean of so many days, those out of stock left out."""
_FEWEST_OF_LEVEL = 5
_KNOWN = 0.6
_TYPICAL = 4.0  # how many past forecasts the typical item of the shop counts as
_RANGE = (0.05, 0.95)
SERVED = 0.9
"""Share of such periods in which the ordered stock lasts."""


def demand_ahead(units: pd.DataFrame, days: int = 14) -> pd.DataFrame:
    """Units of every item over the next `days` days, as if it were in stock on all of them.

    Parameters
    ----------
    units : DataFrame of float, pieces
        Paid units: one row a day without gaps, oldest first, one column an item. NaN: out of stock or not
        known, and no evidence of what would have been bought.
    days : int
        How far ahead.

    Returns
    -------
    DataFrame, indexed by item
        `middle`, `low` and `high` (90% range), `served` (enough in nine such periods of ten), all in pieces;
        NaN where fewer than five of the last fourteen days are known.

    Raises
    ------
    ValueError
        If `days` is not positive.

    Notes
    -----
    Level: mean of the known days among the last fourteen, two whole weeks. Rolling origins (Tashman 2000):
    the same forecast is made from every earlier day with enough known days before and after it; the mean of
    (actual - forecast)^2 / forecast, at least 1, is how much more a sum scatters than chance, whatever the
    reason. An item's is drawn to the median of the shop, which counts as four of its forecasts that share no
    day. The range is that of a gamma with this mean and scatter: right for few pieces as for many.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> sold = pd.DataFrame({"a": rng.poisson(10, 90).astype(float), "b": rng.poisson(0.5, 90).astype(float)})
    >>> demand_ahead(sold).round(0).astype(int).loc["a"].tolist()
    [149, 123, 177, 170]
    """
    if days <= 0:
        raise ValueError(f"{days} days ahead are none")
    sold = units.to_numpy(float)
    known = np.isfinite(sold)
    sums, counts = (_running(each) for each in (np.nan_to_num(sold), known.astype(float)))
    level = _level(sums, counts, np.array([len(sold)]))[0]
    scatter = _scatter(sums, counts, days)
    middle = level * days
    shape = np.maximum(middle, 1e-9) / scatter
    ends = {
        name: np.where(middle > 0, gammaincinv(shape, share) * scatter, middle)
        for name, share in (("low", _RANGE[0]), ("high", _RANGE[1]), ("served", SERVED))
    }
    return pd.DataFrame({"middle": middle, **ends}, index=units.columns)


def _running(values: np.ndarray) -> np.ndarray:
    """Sums over the days before each row, with a row more than `values`."""
    return np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])


def _level(sums: np.ndarray, counts: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Pieces a day before each of the days `at`; NaN with too few known days."""
    since = np.maximum(at - LEVEL_DAYS, 0)
    sold, known = (each[at] - each[since] for each in (sums, counts))
    return np.where(known >= _FEWEST_OF_LEVEL, sold / np.maximum(known, 1.0), np.nan)


def _scatter(sums: np.ndarray, counts: np.ndarray, days: int) -> np.ndarray:
    """Variance of a period's sum around its forecast, over the forecast, by item."""
    origins = np.arange(LEVEL_DAYS, len(sums) - days)
    if not len(origins):
        return np.ones(sums.shape[1])
    actual, known = (each[origins + days] - each[origins] for each in (sums, counts))
    expected = _level(sums, counts, origins) * known
    used = (known >= _KNOWN * days) & (expected > 0)
    terms = np.where(used, (actual - expected) ** 2 / np.where(used, expected, 1.0), 0.0)
    apart = used.sum(axis=0) / days
    own = terms.sum(axis=0) / np.maximum(used.sum(axis=0), 1)
    typical = float(np.median(own[apart > 0])) if (apart > 0).any() else 1.0
    drawn: np.ndarray = np.maximum((apart * own + _TYPICAL * typical) / (apart + _TYPICAL), 1.0)
    return drawn
