"""Own against market: a day of a metric against its comparable days and its market."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from shopbook.analysis.case import (
    MIN_BASELINE_DAYS,
    Case,
    counted,
    dates,
    decided,
    known_days,
    learned_response,
    or_prior,
)
from shopbook.analysis.comparison import Comparison, Good, undecided, verdict_of
from shopbook.analysis.grid import Grid, Kind, gaps_of, numbered, on_grid
from shopbook.analysis.noise import Noise, noise_of, noise_of_average, phi_by_moments, tau2_by_moments
from shopbook.analysis.relative import compare_count, compare_mean, compare_rate

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
    kind : {"count", "rate", "mean", "sales"}
        "count": persons, pieces; "rate": successes of trials; "sales": an amount and its buyers; "mean":
        yuan, basket, seconds, scores.
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
        "small_sample" (fewer than 30 buyers to be expected, or a basket of fewer than 30 buyers: an interval,
        but no verdict).

    Raises
    ------
    ValueError
        If `kind` is unknown, or a day has more successes than trials.

    Notes
    -----
    Baseline days on which the reference is missing are left out on both sides, so that
    `1 + relative = (1 + change) / (1 + market_change)^beta`. With fewer than two such days there is no
    comparator. The coefficient beta is learned from days; rows a week apart are too few, and it is 1.

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
    kind = "mean" if kind == "sales" and own.ndim == 1 else kind
    grid = on_grid(own, reference, skip=skip, until=day)
    known = known_days(grid, kind)
    paired = known & (grid.reference > 0)
    asked = numbered(baseline_days, grid.days)
    asked[-1] = False
    compared = reference is not None and bool(paired[-1]) and (asked & paired).sum() >= MIN_BASELINE_DAYS
    base = asked & (paired if compared else known)
    if not compared:
        grid = grid._replace(reference=np.ones(len(grid.days)))
    used = dates(grid.days[base])
    if not known[-1] or base.sum() < MIN_BASELINE_DAYS:
        short_base = ("short_base",) if known[-1] else ()
        # An amount is itself; its buyers only say how it scatters.
        said = grid._replace(denominator=np.ones(len(grid.days))) if kind == "sales" else grid
        return undecided(float(said.level[-1]), _pooled(said, base), days=used, caveats=short_base)
    gaps = gaps_of(counted(grid, kind), kind=kind).before(len(grid.days) - 1)
    response = learned_response(gaps, known, compared)
    noise = noise_of(gaps, response=response.beta)
    if kind == "mean":
        noise = noise_of_average(grid, base, response=response.beta)
    noise, short = or_prior(noise, grid, 1)
    case = Case(
        (float(grid.numerator[-1]), float(grid.denominator[-1])),
        (float(grid.numerator[base].sum()), float(grid.denominator[base].sum())),
        (1, int(base.sum())),
        float(grid.reference[-1] / grid.reference[base].mean()) if compared else None,
        noise,
        response,
    )
    return decided(case, kind, good, grid, used, short)


def _pooled(grid: Grid, base: np.ndarray) -> float:
    """The metric over some days from sums, NaN over none."""
    return float(grid.numerator[base].sum() / grid.denominator[base].sum()) if base.any() else math.nan
