"""How much a daily series moves on its own: the variance that counting alone does not explain."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from shopbook.analysis.grid import Gaps, Grid, Kind, day_numbers, gaps_of, on_grid

_CLIP = 4.5
# The largest lag at which neighbouring differences may resemble each other: windows of a week share six days.
_LAGS = {1: 6, 7: 13}


class Noise(NamedTuple):
    """Variance of a day's ln(own) - ln(reference) beyond sampling, and its degrees of freedom."""

    tau2: float = 0.0
    df: float = np.inf


QUIET = Noise()
"""Sampling noise only."""


def tau2_by_moments(
    own: pd.Series | pd.DataFrame,
    reference: pd.Series | None = None,
    *,
    kind: Kind = "count",
    skip: Iterable[dt.date] = (),
    phi: float = 1.0,
) -> Noise:
    """Variance of one day's ln(own) - ln(reference) beyond sampling noise, by the method of moments.

    Parameters
    ----------
    own : Series of float, or DataFrame with two columns (numerator, denominator), indexed by day
        The metric's history; a frame for a ratio of sums (buyers, visitors). One row a day, or one row a week
        stamped with the same weekday.
    reference : Series of float indexed by day, optional
        The market's or peers' series of the same metric, in any unit.
    kind : {"count", "rate", "mean"}
        What is subtracted as sampling variance: phi / V, binomial, or nothing.
    skip : iterable of date
        Campaign days, holidays and stock-outs, which are no evidence of ordinary noise.
    phi : float
        Over-dispersion of a count, 1 for Poisson.

    Returns
    -------
    Noise
        `tau2` (squared log points, >= 0) and `df`. With fewer than three usable differences `tau2` is NaN and
        `df` 0: not known.

    Raises
    ------
    ValueError
        If `kind` is none of the three.

    Notes
    -----
    Differences have the grain and the lag of the question: a day against the mean of its comparable days. A
    steady drift is no noise and taken off: so many log points for each day between the two. `E d^2 = tau2
    (1 + 1/k) + sampling variance` gives tau2 by moments (the idea of DerSimonian and Laird 1986);
    differences beyond 4.5 robust standard deviations, past shocks, are left out. `df` is the number of
    differences over `1 + 2 sum(rho^2)`, because neighbouring days resemble each other, less the one of the
    drift.

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", periods=180)
    >>> wobble = pd.Series(np.exp(np.random.default_rng(3).normal(0, .1, 180)) * 1e6, index=days)
    >>> round(tau2_by_moments(wobble).tau2 ** .5, 2)
    0.1
    """
    return noise_of(gaps_of(on_grid(own, reference, skip=skip), kind=kind, phi=phi))


def noise_of(gaps: Gaps, *, response: float = 1.0, window: int = 1) -> Noise:
    """`tau2_by_moments` of differences already made; `response` is the shop's coefficient to its market."""
    rest = gaps.own - response * gaps.market
    used = _ordinary(rest, gaps.sampling)
    count = int(used.sum())
    if count < 3:
        return Noise(np.nan, 0.0)
    centred = np.where(used, rest - drift_of(rest[used], gaps.lag[used]) * gaps.lag, np.nan)
    df = _effective(centred, _LAGS[window]) - 1
    # The drift takes a part of the squares with it: as much as one of the differences that are independent.
    squares = np.nansum(centred**2) * (df + 1) / max(df, 1.0)
    excess = (squares - np.sum(gaps.sampling[used])) / np.sum(gaps.spread[used])
    return Noise(max(0.0, float(excess)), max(df, 0.0))


def drift_of(rest: np.ndarray, lag: np.ndarray, weight: np.ndarray | float = 1.0) -> float:
    """Log points a day by which a series moves away from its comparable days, `lag` days before."""
    return float(np.sum(weight * rest * lag) / np.sum(weight * lag**2))


def tau2_of_parts(parts: pd.DataFrame, reference: pd.Series) -> np.ndarray:
    """`tau2_by_moments` of many counts at once, each against the same reference.

    Parameters
    ----------
    parts : DataFrame of float, days x parts, persons or pieces
        NaN: not known that day.
    reference : Series of float indexed by day
        The same days as `parts`, in any unit.

    Returns
    -------
    array of float, one a part
        Squared log points, >= 0; NaN with fewer than three usable differences.

    Raises
    ------
    ValueError
        If a day stands twice in one index and not in the other.

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", periods=60)
    >>> both = pd.DataFrame({"a": np.arange(60.0) + 50, "b": np.full(60, 80.0)}, index=days)
    >>> alone = [tau2_by_moments(both[name], both.sum(axis=1)).tau2 for name in both]
    >>> bool(np.allclose(tau2_of_parts(both, both.sum(axis=1)), alone))
    True
    """
    base = on_grid(reference)
    stamps = day_numbers(parts.index)
    inside = stamps >= base.days[0]
    counts = np.full((len(base.days), parts.shape[1]), np.nan)
    counts[stamps[inside] - base.days[0]] = parts.to_numpy(float)[inside]
    market, ones = base.numerator[:, None], base.denominator[:, None]
    gaps = gaps_of(Grid(counts, ones, market, base.days), kind="count")
    return np.array([noise_of(Gaps(*(array[:, at] for array in gaps))).tau2 for at in range(parts.shape[1])])


def noise_of_average(grid: Grid, base: np.ndarray, *, response: float = 1.0) -> Noise:
    """Noise of an average (basket) on the last day of `grid` against the days `base`, from the days before.

    An average over few buyers wanders more than one over many. Whether a shop's past looks like that, or like
    one noise for every day, is decided by the likelihood of its differences.
    """
    past = grid.past
    gaps = gaps_of(past, kind="mean")
    steady = noise_of(gaps, response=response)
    ones = np.ones(len(past.days))
    if not steady.tau2 > 0 or np.array_equal(past.denominator, ones):
        return steady
    units = gaps_of(Grid(past.denominator, ones, ones, past.days), kind="count").sampling
    rest = gaps.own - response * gaps.market
    used = np.isfinite(rest)
    centred = rest[used] - drift_of(rest[used], gaps.lag[used]) * gaps.lag[used]
    squares = np.minimum(centred**2, (_CLIP**2) * steady.tau2 * gaps.spread[used])
    each = squares.sum() / units[used].sum()  # variance of one buyer's share of the average
    even, scaled = steady.tau2 * gaps.spread[used], each * units[used]
    if np.sum(np.log(even) + squares / even) <= np.sum(np.log(scaled) + squares / scaled):
        return steady
    unit = 1 / grid.denominator[-1] + 1 / grid.denominator[base].sum()
    return Noise(float(each * unit / (1 + 1 / base.sum())), steady.df)


def phi_by_moments(counts: pd.Series | np.ndarray, expected: pd.Series | np.ndarray) -> float:
    """Over-dispersion of counts around their expectation (Pearson), 1 when they are Poisson.

    Parameters
    ----------
    counts : Series or array of float, persons
        What was counted.
    expected : Series or array of float, persons
        What was to be expected, same shape; cells without expectation are left out.

    Returns
    -------
    float
        At least 1; 1 when there is nothing to judge by.

    Raises
    ------
    ValueError
        If the shapes differ.

    Notes
    -----
    `phi = mean((x - e)^2 / e)` (McCullagh and Nelder 1989, section 4.5), with the largest percent of the
    terms left out so that the shock one looks for does not hide itself.

    Examples
    --------
    >>> phi_by_moments(np.array([8., 14., 9., 9.]), np.array([10., 10., 10., 10.]))
    1.0
    """
    counts, expected = np.asarray(counts, float), np.asarray(expected, float)
    if counts.shape != expected.shape:
        raise ValueError(f"counts {counts.shape} and expected {expected.shape} differ in shape")
    known = np.isfinite(counts) & (expected > 0)
    terms = (counts[known] - expected[known]) ** 2 / expected[known]
    if not terms.size:
        return 1.0
    return max(1.0, float(terms[terms <= np.quantile(terms, 0.99)].mean()))


def _ordinary(rest: np.ndarray, sampling: np.ndarray) -> np.ndarray:
    """Which differences are known and no shock."""
    known: np.ndarray = np.isfinite(rest)
    if known.sum() < 3:
        return known
    away = np.abs(rest - np.median(rest[known]))
    typical = np.median(away[known] ** 2) / 0.4549  # the median of chi-square with 1 degree of freedom
    known &= away <= _CLIP * np.sqrt(np.maximum(sampling, typical))
    return known


def _effective(gaps: np.ndarray, lags: int) -> float:
    """Degrees of freedom of the mean square of a correlated series with holes."""
    known = np.isfinite(gaps)
    scale = np.nanmean(gaps**2)
    if not scale > 0:
        return float(known.sum())
    inflation = 1.0
    for lag in range(1, lags + 1):
        product = gaps[lag:] * gaps[:-lag]
        if np.isfinite(product).sum() > 10:
            inflation += 2 * (np.nanmean(product) / scale) ** 2
    return float(known.sum() / inflation)
