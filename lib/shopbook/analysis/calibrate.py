"""Indices and ranges: what a platform index says about values, and arithmetic that keeps both ends."""

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

MIN_PAIRS = 20


@dataclass(frozen=True)
class Calibration:
    """`ln(index) = a + kappa ln(value)` with its error, the number of pairs and the newest day used."""

    a: float
    kappa: float
    kappa_error: float
    pairs: int
    fitted_on: dt.date

    def ratio(self, index_ratio: float) -> float:
        """The ratio of values behind a ratio of indices."""
        result: float = index_ratio ** (1 / self.kappa)
        return result


def fit_index(value: pd.Series, index: pd.Series) -> Calibration | None:
    """How the shop's own index follows its own value.

    Parameters
    ----------
    value, index : Series of float > 0, indexed by day
        The shop's own figure (persons, yuan) and its index (交易指数, 流量指数) on the same days.

    Returns
    -------
    Calibration or None
        None with fewer than 20 days on which both are known, or when the value hardly moved: then only
        direction and rank may be used (warning `index_uncalibrated`).

    Raises
    ------
    ValueError
        If the index falls while the value rises: the two are not of the same thing.

    Notes
    -----
    Least squares of ln(index) on ln(value). The platform publishes no formula, so none is built in; a value
    of kappa belongs to one index, one shop and the days it was fitted on. Read as values, indices give the
    wrong sign of a relative change in 13-26% of cases for kappa 0.5-0.8 (docs/methods.md 1c).

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", periods=30)
    >>> value = pd.Series(np.linspace(1000, 2000, 30), days)
    >>> round(fit_index(value, 7 * value**.6).kappa, 3)
    0.6
    """
    pairs = pd.concat({"value": value, "index": index}, axis=1).dropna()
    pairs = pairs[(pairs > 0).all(axis=1)]
    if len(pairs) < MIN_PAIRS:
        return None
    x, y = np.log(pairs["value"].to_numpy(float)), np.log(pairs["index"].to_numpy(float))
    centred = x - x.mean()
    spread = float(centred @ centred)
    if spread < 1e-6:
        return None
    kappa = float(centred @ y) / spread
    rest = y - y.mean() - kappa * centred
    error = math.sqrt(float(rest @ rest) / (len(x) - 2) / spread)
    if kappa + 2 * error < 0:
        raise ValueError(
            f"index falls while the value rises (kappa {kappa:.2f}); they are not of the same thing"
        )
    if kappa < 2 * error or kappa < 0.05:
        return None  # no slope to invert: the ratio of values would be anything
    newest = pd.Timestamp(pairs.index.max()).date()
    return Calibration(float(y.mean() - kappa * x.mean()), kappa, error, len(x), newest)


def deindex(index: pd.Series, calibration: Calibration) -> pd.Series:
    """Values behind indices, in the unit the calibration was fitted in.

    Parameters
    ----------
    index : Series of float
        Index values; 0 or less is not known.
    calibration : Calibration
        From `fit_index`.

    Returns
    -------
    Series of float
        NaN where the index is not known. Use ratios of them; the level holds the shop's own scale.

    Raises
    ------
    ValueError
        If kappa is not positive.

    Notes
    -----
    `value = (index / e^a) ** (1 / kappa)`.

    Examples
    --------
    >>> known = Calibration(a=0.0, kappa=0.5, kappa_error=0.01, pairs=30, fitted_on=dt.date(2026, 11, 1))
    >>> deindex(pd.Series([10., 20.]), known).round(6).tolist()
    [100.0, 400.0]
    """
    if not calibration.kappa > 0:
        raise ValueError(f"kappa {calibration.kappa} is not positive")
    return (index.where(index > 0) / math.exp(calibration.a)) ** (1 / calibration.kappa)


def range_change(now: tuple[float, float], before: tuple[float, float]) -> tuple[float, float]:
    """Relative change between two figures given as ranges.

    Parameters
    ----------
    now, before : (low, high)
        Any unit; equal ends for an exact figure.

    Returns
    -------
    (low, high)
        Fractions: every change the ranges allow. NaN ends where the baseline may be 0 or an end is unknown.

    Raises
    ------
    ValueError
        If a range is upside down.

    Notes
    -----
    Interval arithmetic (Moore 1966). The midpoints of ranges give the wrong sign in 16-32% of cases.

    Examples
    --------
    >>> [round(end, 2) for end in range_change((1000., 1500.), (1000., 1250.))]
    [-0.2, 0.5]
    """
    for low, high in (now, before):
        if low > high:
            raise ValueError(f"range ({low}, {high}) is upside down")
    if not (before[0] > 0 and math.isfinite(before[1])):
        return (math.nan, math.nan)
    return (now[0] / before[1] - 1, now[1] / before[0] - 1)


def relative_range(own: tuple[float, float], market: tuple[float, float]) -> tuple[float, float]:
    """Own change against the market's, both as ranges of relative changes.

    Parameters
    ----------
    own, market : (low, high)
        Fractions, from `range_change`; equal ends for an exact change.

    Returns
    -------
    (low, high)
        Fractions; a range that holds 0 allows no verdict.

    Raises
    ------
    ValueError
        If a range is upside down.

    Notes
    -----
    In logarithms `own_low - market_high .. own_high - market_low`.

    Examples
    --------
    >>> [round(end, 2) for end in relative_range((.1, .1), (-.05, .2))]
    [-0.08, 0.16]
    """
    for low, high in (own, market):
        if low > high:
            raise ValueError(f"range ({low}, {high}) is upside down")
    if not (market[0] > -1 and math.isfinite(market[1])):
        return (math.nan, math.nan)
    return ((1 + own[0]) / (1 + market[1]) - 1, (1 + own[1]) / (1 + market[0]) - 1)
