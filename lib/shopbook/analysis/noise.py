"""How much a daily series moves on its own: the variance that counting alone does not explain."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

LAGS = (7, 14, 21, 28)
"""Days back of the days one day is held against: the same weekday of the last four weeks."""
HISTORY_DAYS = 26 * 7
_CLIP = 4.5


class Noise(NamedTuple):
    """Variance of a day's ln(own) - ln(reference) beyond sampling, and its degrees of freedom."""

    tau2: float = 0.0
    df: float = np.inf


QUIET = Noise()
"""Sampling noise only."""


class Grid(NamedTuple):
    """A daily history without holes: `numerator / denominator` is the metric, NaN where not known."""

    numerator: np.ndarray
    denominator: np.ndarray
    reference: np.ndarray
    days: np.ndarray

    @property
    def level(self) -> np.ndarray:
        """The metric day by day."""
        result: np.ndarray = self.numerator / self.denominator
        return result


def tau2_by_moments(
    own: pd.Series | pd.DataFrame,
    reference: pd.Series | None = None,
    *,
    kind: str = "count",
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
        `tau2` (squared log points, >= 0) and `df`. With fewer than two usable differences `tau2` is NaN and
        `df` 0: not known.

    Raises
    ------
    ValueError
        If `kind` is none of the three.

    Notes
    -----
    Differences have the grain and the lag of the question: a day against the mean of the same weekday in the
    four weeks before (as many as are known). `E d^2 = tau2 (1 + 1/k) + sampling variance` gives tau2 by
    moments (the idea of DerSimonian and Laird 1986); differences beyond 4.5 robust standard deviations, past
    shocks, are left out. `df` is the number of differences over `1 + 2 sum(rho^2)`, because neighbouring days
    resemble each other.

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", periods=180)
    >>> wobble = pd.Series(np.exp(np.random.default_rng(3).normal(0, .1, 180)) * 1e6, index=days)
    >>> round(tau2_by_moments(wobble).tau2 ** .5, 2)
    0.1
    """
    grid = on_grid(own, reference, skip=skip)
    return noise_of(grid, kind=kind, phi=phi)


def noise_of(grid: Grid, *, kind: str, phi: float = 1.0) -> Noise:
    """`tau2_by_moments` of a history already on a grid."""
    gaps, sampling, spread = differences(grid, kind=kind, phi=phi)
    used = np.isfinite(gaps)
    if used.sum() < 2:
        return Noise(np.nan, 0.0)
    typical = np.median(gaps[used] ** 2) / 0.4549  # the median of chi-square with 1 degree of freedom
    scale = np.sqrt(np.maximum(sampling, typical))
    used &= np.abs(gaps) <= _CLIP * scale
    if used.sum() < 2:
        return Noise(np.nan, 0.0)
    excess = np.sum(gaps[used] ** 2 - sampling[used]) / np.sum(spread[used])
    return Noise(max(0.0, float(excess)), _effective(np.where(used, gaps, np.nan)))


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
        Squared log points, >= 0; NaN with fewer than two usable differences.

    Raises
    ------
    ValueError
        If a day stands twice in one index and not in the other.

    Notes
    -----
    The same moments as `tau2_by_moments(kind="count")`, without the degrees of freedom.

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
    gaps, sampling, spread = differences(Grid(counts, ones, market, base.days), kind="count")
    squares = gaps**2
    enough = np.isfinite(gaps).sum(axis=0) >= 2
    typical = np.full(counts.shape[1], np.nan)
    typical[enough] = np.nanmedian(squares[:, enough], axis=0) / 0.4549
    used = np.abs(gaps) <= _CLIP * np.sqrt(np.maximum(sampling, typical))
    excess = np.where(used, squares - sampling, 0.0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        tau2 = np.maximum(0.0, excess / np.where(used, spread, 0.0).sum(axis=0))
    return np.where(enough & (used.sum(axis=0) >= 2), tau2, np.nan)


def noise_of_average(grid: Grid, *, base: np.ndarray) -> Noise:
    """Noise of an average (basket) on the last day of `grid` against the days `base`, from the days before.

    An average over few buyers wanders more than one over many. Whether a shop's past looks like that, or like
    one noise for every day, is decided by the likelihood of its differences.
    """
    past = Grid(*(array[:-1] for array in grid))
    steady = noise_of(past, kind="mean")
    ones = np.ones(len(past.days))
    if not steady.tau2 > 0 or np.array_equal(past.denominator, ones):
        return steady
    gaps, _, spread = differences(past, kind="mean")
    units = differences(Grid(past.denominator, ones, ones, past.days), kind="count")[1]
    used = np.isfinite(gaps) & (units > 0)
    squares = np.minimum(gaps[used] ** 2, (_CLIP**2) * steady.tau2 * spread[used])
    each = squares.sum() / units[used].sum()  # variance of one buyer's share of the average
    even, scaled = steady.tau2 * spread[used], each * units[used]
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


def on_grid(
    own: pd.Series | pd.DataFrame,
    reference: pd.Series | None = None,
    *,
    skip: Iterable[dt.date] = (),
    until: dt.date | None = None,
    history_days: int = HISTORY_DAYS,
) -> Grid:
    """The days of `own` up to `until` as arrays without holes; `skip` days but `until` are unknown."""
    stamps = day_numbers(own.index)
    last = int(np.datetime64(until, "D").astype(int)) if until else int(stamps.max(initial=0))
    first = max(int(stamps.min(initial=last)), last - history_days)
    days = np.arange(first, last + 1)
    values = own.to_numpy(float).reshape(len(stamps), -1)
    numerator = _placed(values[:, 0], stamps, days)
    denominator = _placed(values[:, 1], stamps, days) if values.shape[1] > 1 else np.ones(len(days))
    against = np.ones(len(days))
    if reference is not None:
        against = _placed(reference.to_numpy(float), day_numbers(reference.index), days)
    left_out = np.isin(days, np.array([np.datetime64(day, "D").astype(int) for day in skip], int)) & (
        days != last
    )
    numerator[left_out] = np.nan
    return Grid(numerator, denominator, against, days)


def differences(grid: Grid, *, kind: str, phi: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For every day: the log difference to its lagged mean, its sampling variance, and 1 + 1/k."""
    if kind not in ("count", "rate", "mean"):
        raise ValueError(f"kind {kind!r} is not one of count, rate, mean")
    known = np.isfinite(grid.numerator) & (grid.denominator > 0) & (grid.reference > 0)
    top, bottom = np.where(known, grid.numerator, 0.0), np.where(known, grid.denominator, 0.0)
    market = np.where(known, grid.reference, 0.0)
    lagged = [
        sum(_shifted(array, lag) for lag in LAGS) for array in (top, bottom, market, known.astype(float))
    ]
    top0, bottom0, market0, weeks = lagged
    add = 0.0 if kind == "mean" else 0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.log((top + add) / (top0 + add)) - np.log(bottom / bottom0)
        gap -= np.log(market / (market0 / weeks))
        sampling = _sampling(kind, (top + add, bottom), (top0 + add, bottom0), phi)
        spread = 1.0 + 1.0 / weeks
    usable = known & (weeks >= 1) & np.isfinite(gap)
    return np.where(usable, gap, np.nan), np.where(usable, sampling, 0.0), np.where(usable, spread, 0.0)


def day_numbers(index: pd.Index) -> np.ndarray:
    """Days since 1970 of an index of timestamps or dates."""
    return np.asarray(index, dtype="datetime64[D]").astype(int)


def _sampling(kind: str, now: tuple[Any, ...], before: tuple[Any, ...], phi: float) -> np.ndarray:
    """Sampling variance of the log ratio of two days, each (numerator, denominator)."""
    if kind == "mean":
        return np.zeros_like(now[0])
    if kind == "count":
        result: np.ndarray = phi / now[0] + phi / before[0]
        return result
    result = np.maximum(0.0, 1 / now[0] - 1 / now[1]) + np.maximum(0.0, 1 / before[0] - 1 / before[1])
    return result


def _effective(gaps: np.ndarray) -> float:
    """Degrees of freedom of the mean square of a correlated series with holes."""
    known = np.isfinite(gaps)
    scale = np.nanmean(gaps**2)
    if not scale > 0:
        return float(known.sum())
    inflation = 1.0
    for lag in range(1, 7):
        product = gaps[lag:] * gaps[:-lag]
        if np.isfinite(product).sum() > 10:
            inflation += 2 * (np.nanmean(product) / scale) ** 2
    return float(known.sum() / inflation)


def _placed(values: np.ndarray, stamps: np.ndarray, days: np.ndarray) -> np.ndarray:
    """`values` at their day in `days`, NaN elsewhere."""
    placed = np.full(len(days), np.nan)
    inside = (stamps >= days[0]) & (stamps <= days[-1])
    placed[stamps[inside] - days[0]] = values[inside]
    return placed


def _shifted(array: np.ndarray, lag: int) -> np.ndarray:
    """`array` moved `lag` days later, 0 where there was nothing yet."""
    moved = np.zeros_like(array)
    moved[lag:] = array[:-lag] if lag < len(array) else 0.0
    return moved
