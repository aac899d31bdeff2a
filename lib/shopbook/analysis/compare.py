"""Own against market: a day, or a week, of a metric against its comparable days and its market."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from shopbook.analysis.comparison import Comparison, Good, undecided, verdict_of
from shopbook.analysis.grid import (
    FEWEST_OF_WEEK,
    NEWEST,
    WEEK,
    WEEKS,
    Gaps,
    Grid,
    Kind,
    gaps_of,
    numbered,
    on_grid,
)
from shopbook.analysis.noise import (
    Noise,
    noise_of,
    noise_of_average,
    phi_by_moments,
    tau2_by_moments,
)
from shopbook.analysis.relative import compare_count, compare_mean, compare_rate
from shopbook.analysis.response import FIXED, Response, response_of
from shopbook.analysis.spending import spread_of_baskets

__all__ = [
    "Comparison",
    "Noise",
    "WeekComparison",
    "against",
    "compare_count",
    "compare_mean",
    "compare_rate",
    "phi_by_moments",
    "tau2_by_moments",
    "verdict_of",
    "week_against",
]

MIN_BASELINE_DAYS = 2
MIN_HISTORY_WEEKS = 6
SMALL_SAMPLE = 30
# With less than six weeks of differences a shop's own noise is not known: 0.1 is the upper half of what the
# ordinary shops of benchmarks/accuracy show, so a young history errs to "cannot tell".
_PRIOR_TAU2 = 0.1**2
_PRIOR_DF = 6.0
_EPOCH = dt.date(1970, 1, 1).toordinal()


class WeekComparison(NamedTuple):
    """The last seven days against the clean weeks before; `ordinary` are the days of the week that count."""

    first: dt.date
    last: dt.date
    ordinary: tuple[dt.date, ...]
    found: Comparison


class _Case(NamedTuple):
    """One window against its comparable days: sums, how many days, the market's ratio, and the noise."""

    now: tuple[float, float]
    before: tuple[float, float]
    days: tuple[int, int]
    market_ratio: float | None
    noise: Noise
    response: Response


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
    known = np.isfinite(grid.numerator) & (grid.denominator > 0)
    paired = known & (grid.reference > 0)
    asked = numbered(baseline_days, grid.days)
    asked[-1] = False
    compared = reference is not None and bool(paired[-1]) and (asked & paired).sum() >= MIN_BASELINE_DAYS
    base = asked & (paired if compared else known)
    if not compared:
        grid = grid._replace(reference=np.ones(len(grid.days)))
    used = _dates(grid.days[base])
    if not known[-1] or base.sum() < MIN_BASELINE_DAYS:
        short_base = ("short_base",) if known[-1] else ()
        return undecided(float(grid.level[-1]), _pooled(grid, base), days=used, caveats=short_base)
    gaps = gaps_of(_counted(grid, kind), kind=kind).before(len(grid.days) - 1)
    response = _response(gaps, known, compared)
    noise = noise_of(gaps, response=response.beta)
    if kind == "mean":
        noise = noise_of_average(grid, base, response=response.beta)
    noise, short = _or_prior(noise, grid, 1)
    case = _Case(
        (float(grid.numerator[-1]), float(grid.denominator[-1])),
        (float(grid.numerator[base].sum()), float(grid.denominator[base].sum())),
        (1, int(base.sum())),
        float(grid.reference[-1] / grid.reference[base].mean()) if compared else None,
        noise,
        response,
    )
    return _decided(case, kind, good, grid, used, short)


def week_against(
    own: pd.Series | pd.DataFrame,
    day: dt.date,
    *,
    kind: Kind,
    reference: pd.Series | None = None,
    good: Good = "up",
    skip: Iterable[dt.date] = (),
) -> WeekComparison | None:
    """The seven days up to `day` against the same weekdays of the clean weeks before (docs/methods.md 7d).

    Parameters
    ----------
    own, kind, reference, good, skip
        As in `against`; days of `skip` are left out of the week too.
    day : date
        The last day of the week judged.

    Returns
    -------
    WeekComparison or None
        Sums over the ordinary days of the week; `value` and `baseline` are means per day. None with fewer
        than four ordinary days, or fewer than two comparable days for one of them. Without the reference on
        one of these days there is no comparator.

    Raises
    ------
    ValueError
        As `against`.

    Notes
    -----
    The estimator of `against` on sums, with the noise of past weeks. They overlap and are few, so the noise
    of a single day, which is never larger than what a week shows, takes part as a floor.

    Examples
    --------
    >>> days = pd.date_range("2026-06-01", periods=150)
    >>> own = pd.Series(np.random.default_rng(0).poisson(300, 150).astype(float), days)
    >>> own.iloc[-7:] = 240
    >>> week_against(own, days[-1].date(), kind="count").found.verdict
    'worse'
    """
    kind = "mean" if kind == "sales" and own.ndim == 1 else kind
    left_out = set(skip)
    grid = on_grid(own, reference, skip=left_out, until=day)
    if day in left_out:
        grid.numerator[-1] = np.nan
    known = np.isfinite(grid.numerator) & (grid.denominator > 0)
    for usable in (known & (grid.reference > 0), known) if reference is not None else (known,):
        if windows := _week_windows(usable):
            break
    else:
        return None
    compared = reference is not None and usable is not known
    if not compared:
        grid = grid._replace(reference=np.ones(len(grid.days)))
    now, base, each = windows
    counted = _counted(grid, kind)
    gaps = gaps_of(counted, kind=kind).before(len(grid.days) - WEEK)
    weeks = gaps_of(counted, kind=kind, window=WEEK).before(len(grid.days) - WEEK)
    response = _response(gaps, known, compared)
    noise, short = _or_prior(_week_noise(gaps, weeks, response.beta), grid, WEEK)
    case = _Case(
        (float(grid.numerator[now].sum()), float(grid.denominator[now].sum())),
        (float(grid.numerator[base].sum()), float(grid.denominator[base].sum())),
        (len(now), len(base)),
        float(grid.reference[now].sum() / grid.reference[base].sum() * each) if compared else None,
        noise,
        response,
    )
    found = _decided(case, kind, good, grid, _dates(grid.days[np.sort(base)]), short)
    return WeekComparison(day - dt.timedelta(days=WEEK - 1), day, _dates(grid.days[now]), found)


def _response(gaps: Gaps, known: np.ndarray, compared: bool) -> Response:
    """The shop's coefficient to its comparator; one to one without one, and for rows that are weeks."""
    return response_of(gaps) if compared and known.mean() > 0.5 else FIXED


def _week_windows(usable: np.ndarray) -> tuple[np.ndarray, np.ndarray, int] | None:
    """Places of the ordinary days of the last week, of their comparable days, and how many each has."""
    size = len(usable)
    found = []
    for at in range(max(size - WEEK, 0), size):
        held = [back for step in range(1, WEEKS + 1) if (back := at - step * WEEK) >= 0 and usable[back]]
        if usable[at] and len(held) >= MIN_BASELINE_DAYS:
            found.append((at, held[:NEWEST]))
    if len(found) < FEWEST_OF_WEEK:
        return None
    each = min(len(held) for _, held in found)
    base = [back for _, held in found for back in held[:each]]
    return np.array([at for at, _ in found]), np.array(base), each


def _week_noise(days: Gaps, weeks: Gaps, beta: float) -> Noise:
    """The noise of a week, in units of one day's variance: that of past weeks, never under that of days."""
    alone, together = noise_of(days, response=beta), noise_of(weeks, response=beta, window=WEEK)
    if not together.df > 0:
        return alone
    return Noise(max(together.tau2, alone.tau2), together.df)


def _counted(grid: Grid, kind: Kind) -> Grid:
    """Sales as a count of buyers whose baskets scatter; every other history as it is."""
    if kind != "sales":
        return grid
    unit = spread_of_baskets(grid)
    return grid._replace(numerator=grid.numerator / unit, denominator=np.ones(len(grid.days)))


def _decided(
    case: _Case, kind: Kind, good: Good, grid: Grid, days: tuple[dt.date, ...], short: bool
) -> Comparison:
    """The comparison of a case with its caveats; a small sample has an interval and no verdict."""
    shared: dict[str, Any] = {**case._asdict(), "good": good}
    (top, bottom), (top0, bottom0) = shared.pop("now"), shared.pop("before")
    buyers, scale = math.inf, 1.0
    if kind == "rate":
        buyers = bottom * top0 / bottom0
        found = compare_rate((top, bottom), (top0, bottom0), **shared)
    elif kind == "mean":
        buyers = bottom if not np.array_equal(grid.denominator, np.ones(len(grid.days))) else math.inf
        found = compare_mean(top / bottom, top0 / bottom0, **shared)
    else:
        if kind == "sales":
            buyers, scale = bottom0 * case.days[0] / case.days[1], spread_of_baskets(grid)
        found = compare_count(top / scale, top0 / scale, **shared)
    few = buyers < SMALL_SAMPLE
    flags = {"no_market": case.market_ratio is None, "short_base": short, "small_sample": few}
    return Comparison(
        **{
            **vars(found),
            "value": found.value * scale,
            "baseline": found.baseline * scale,
            "verdict": "unknown" if few else found.verdict,
            "days": days,
            "caveats": tuple(name for name, holds in flags.items() if holds),
        }
    )


def _or_prior(noise: Noise, grid: Grid, window: int) -> tuple[Noise, bool]:
    """The noise of the past; a wide guess, and True, when the past is too short to tell it."""
    level = grid.level[:-window]
    weeks = (len(level) - np.argmax(np.isfinite(level)) - WEEK) / WEEK
    if weeks >= MIN_HISTORY_WEEKS and noise.df >= MIN_HISTORY_WEEKS - 1:
        return noise, False
    tau2 = np.nanmax([noise.tau2, _PRIOR_TAU2])
    return Noise(float(tau2), max(_PRIOR_DF, noise.df)), True


def _dates(numbers: np.ndarray) -> tuple[dt.date, ...]:
    return tuple(dt.date.fromordinal(int(each) + _EPOCH) for each in numbers)


def _pooled(grid: Grid, base: np.ndarray) -> float:
    """The metric over some days from sums, NaN over none."""
    return float(grid.numerator[base].sum() / grid.denominator[base].sum()) if base.any() else math.nan
