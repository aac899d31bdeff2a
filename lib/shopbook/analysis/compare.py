"""Own against market: a day of a metric against its baseline days and its market, in one call."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from shopbook.analysis.noise import (
    Grid,
    Noise,
    noise_of,
    noise_of_average,
    on_grid,
    phi_by_moments,
    tau2_by_moments,
)
from shopbook.analysis.relative import (
    Comparison,
    Good,
    compare_count,
    compare_mean,
    compare_rate,
    undecided,
    verdict_of,
)

__all__ = [
    "Comparison",
    "Noise",
    "against",
    "compare_count",
    "compare_mean",
    "compare_rate",
    "phi_by_moments",
    "tau2_by_moments",
    "verdict_of",
]

Kind = Literal["count", "rate", "mean"]

MIN_BASELINE_DAYS = 2
MIN_HISTORY_WEEKS = 6
SMALL_SAMPLE = 30
# With less than six weeks of differences a shop's own noise is not known: 0.1 is the upper half of what the
# ordinary shops of benchmarks/accuracy show, so a young history errs to "cannot tell".
_PRIOR_TAU2 = 0.1**2
_PRIOR_DF = 6.0
_EPOCH = dt.date(1970, 1, 1).toordinal()


def against(
    own: pd.Series | pd.DataFrame,
    day: dt.date,
    *,
    kind: Kind,
    baseline_days: Sequence[dt.date],
    reference: pd.Series | None = None,
    good: Good = "up",
    skip: Iterable[dt.date] = (),
) -> Comparison:
    """A day of a daily metric against its baseline days and its market (docs/methods.md 1a).

    Parameters
    ----------
    own : Series of float, or DataFrame with two columns (numerator, denominator), indexed by day
        The history up to `day`: counts, amounts or averages as a Series; a ratio as the sums it is made of,
        (pay_buyers, visitors) or (pay_amount, pay_buyers). Weekly rows stamped with one weekday work too.
    day : date
        The day (or week) judged.
    kind : {"count", "rate", "mean"}
        "count": persons, pieces; "rate": successes of trials; "mean": yuan, basket, seconds, scores.
    baseline_days : sequence of date
        The same weekday of the last weeks without campaign days, holidays and stock-outs.
    reference : Series of float indexed by day, optional
        The market's or peers' series of the same metric, in any unit.
    good : {"up", "down", "none"}
        The metric's good direction.
    skip : iterable of date
        Days that are no evidence of ordinary noise; never counted in the history.

    Returns
    -------
    Comparison
        `value` NaN: not known. `caveats` among "no_market" (the interval is then that of `change`),
        "short_base" (fewer than two baseline days, or less than six weeks of history: a wider interval) and
        "small_sample" (fewer than 30 successes to be expected, or a basket of fewer than 30 buyers: an
        interval, but no verdict).

    Raises
    ------
    ValueError
        If `kind` is unknown, or a day has more successes than trials.

    Notes
    -----
    Baseline days on which the reference is missing are left out on both sides, so that
    `1 + relative = (1 + change) / (1 + market_change)`. With fewer than two such days there is no comparator.

    Examples
    --------
    >>> days = pd.date_range("2026-06-01", periods=120)
    >>> calm = np.exp(np.random.default_rng(0).normal(0, .03, 120))
    >>> own, market = pd.Series(5000 * calm, days), pd.Series(1e6, days)
    >>> own.iloc[-1] = 3500
    >>> base = [(days[-1] - pd.Timedelta(weeks=back)).date() for back in (4, 3, 2, 1)]
    >>> found = against(own, days[-1].date(), kind="count", baseline_days=base, reference=market)
    >>> found.verdict, round(found.relative, 1)
    ('worse', -0.3)
    """
    grid = on_grid(own, reference, skip=skip, until=day)
    known = np.isfinite(grid.numerator) & (grid.denominator > 0)
    paired = known & (grid.reference > 0)
    asked = np.isin(
        grid.days, np.array([np.datetime64(each, "D").astype(int) for each in baseline_days], int)
    )
    asked[-1] = False
    compared = reference is not None and bool(paired[-1]) and (asked & paired).sum() >= MIN_BASELINE_DAYS
    base = asked & (paired if compared else known)
    if not compared:
        grid = grid._replace(reference=np.ones(len(grid.days)))
    used = tuple(dt.date.fromordinal(int(each) + _EPOCH) for each in grid.days[base])
    if not known[-1] or base.sum() < MIN_BASELINE_DAYS:
        short_base = ("short_base",) if known[-1] else ()
        return undecided(float(grid.level[-1]), _pooled(grid, base), days=used, caveats=short_base)
    noise, short = _noise_or_prior(grid, base, kind)
    market_ratio = float(grid.reference[-1] / grid.reference[base].mean()) if compared else None
    shared = {"market_ratio": market_ratio, "noise": noise, "days": (1, int(base.sum())), "good": good}
    found, few = _compared(grid, base, kind, shared)
    flags = {"no_market": not compared, "short_base": short, "small_sample": few}
    caveats = tuple(name for name, holds in flags.items() if holds)
    verdict = "unknown" if few else found.verdict
    return Comparison(**{**vars(found), "verdict": verdict, "days": used, "caveats": caveats})


def _compared(grid: Grid, base: np.ndarray, kind: Kind, shared: dict[str, Any]) -> tuple[Comparison, bool]:
    """The comparison of the last day of `grid` with the days `base`, and whether the sample is small."""
    top, bottom = float(grid.numerator[-1]), float(grid.denominator[-1])
    top0, bottom0 = float(grid.numerator[base].sum()), float(grid.denominator[base].sum())
    if kind == "count":
        return compare_count(top, top0, **shared), False
    if kind == "rate":
        expected = bottom * top0 / bottom0
        return compare_rate((top, bottom), (top0, bottom0), **shared), expected < SMALL_SAMPLE
    is_average = bool((grid.denominator[base] != 1).any())
    return compare_mean(top / bottom, top0 / bottom0, **shared), is_average and bottom < SMALL_SAMPLE


def _noise_or_prior(grid: Grid, base: np.ndarray, kind: Kind) -> tuple[Noise, bool]:
    """Noise from the days before the last one; a wide guess, and True, when they are too few."""
    past = Grid(*(array[:-1] for array in grid))
    noise = noise_of_average(grid, base=base) if kind == "mean" else noise_of(past, kind=kind)
    weeks = (len(past.days) - np.argmax(np.isfinite(past.level)) - 7) / 7
    if weeks >= MIN_HISTORY_WEEKS and noise.df >= MIN_HISTORY_WEEKS - 1:
        return noise, False
    tau2 = np.nanmax([noise.tau2, _PRIOR_TAU2])
    return Noise(float(tau2), max(_PRIOR_DF, noise.df)), True


def _pooled(grid: Grid, base: np.ndarray) -> float:
    """The metric over some days from sums, NaN over none."""
    return float(grid.numerator[base].sum() / grid.denominator[base].sum()) if base.any() else math.nan
