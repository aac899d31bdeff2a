"""One window of days against its comparable days: what is known of it, and what its interval decides."""

import dataclasses
import datetime as dt
import math
from typing import Any, NamedTuple

import numpy as np

from shopbook.analysis.comparison import Comparison, Good
from shopbook.analysis.grid import WEEK, Gaps, Grid, Kind
from shopbook.analysis.noise import Noise
from shopbook.analysis.relative import compare_count, compare_mean, compare_rate
from shopbook.analysis.response import FIXED, Response, response_of
from shopbook.analysis.spending import spread_of_baskets

MIN_BASELINE_DAYS = 2
MIN_HISTORY_WEEKS = 6
SMALL_SAMPLE = 30
# With less than six weeks of differences a shop's own noise is not known: 0.1 is the upper half of what the
# ordinary shops of benchmarks/accuracy show, so a young history errs to "cannot tell".
_PRIOR_TAU2 = 0.1**2
_PRIOR_DF = 6.0
_EPOCH = dt.date(1970, 1, 1).toordinal()


class Case(NamedTuple):
    """One window against its comparable days: sums, how many days, the market's ratio, and the noise."""

    now: tuple[float, float]
    before: tuple[float, float]
    days: tuple[int, int]
    market_ratio: float | None
    noise: Noise
    response: Response


def learned_response(gaps: Gaps, known: np.ndarray, compared: bool) -> Response:
    """The shop's coefficient to its comparator; one to one without one, and for rows that are weeks."""
    return response_of(gaps) if compared and known.mean() > 0.5 else FIXED


def known_days(grid: Grid, kind: Kind) -> np.ndarray:
    """The days whose figure is known; a day without a buyer has no basket, but its sales are known: none."""
    known: np.ndarray = np.isfinite(grid.numerator) & (grid.denominator > 0)
    if kind == "sales" and known.any():
        known |= np.isfinite(grid.numerator) & (grid.denominator == 0)
    return known


def counted(grid: Grid, kind: Kind) -> Grid:
    """Sales as a count of buyers whose baskets scatter; every other history as it is."""
    if kind != "sales":
        return grid
    unit = spread_of_baskets(grid)
    return grid._replace(numerator=grid.numerator / unit, denominator=np.ones(len(grid.days)))


def decided(
    case: Case, kind: Kind, good: Good, grid: Grid, days: tuple[dt.date, ...], short: bool
) -> Comparison:
    """The comparison of a case with its caveats; a small sample has an interval and no verdict."""
    shared: dict[str, Any] = {**case._asdict(), "good": good}
    (top, bottom), (top0, bottom0) = shared.pop("now"), shared.pop("before")
    buyers = math.inf
    if kind == "rate":
        buyers = bottom * top0 / bottom0
        found = compare_rate((top, bottom), (top0, bottom0), **shared)
    elif kind == "mean":
        buyers = bottom if not np.array_equal(grid.denominator, np.ones(len(grid.days))) else math.inf
        found = compare_mean(top / bottom, top0 / bottom0, **shared)
    elif kind == "sales":
        buyers, unit = bottom0 * case.days[0] / case.days[1], spread_of_baskets(grid)
        found = _as_earned(compare_count(top / unit, top0 / unit, **shared), top, top0, case.days)
    else:
        found = compare_count(top, top0, **shared)
    few = buyers < SMALL_SAMPLE
    flags = {"no_market": case.market_ratio is None, "short_base": short, "small_sample": few}
    return Comparison(
        **{
            **vars(found),
            "verdict": "unknown" if few else found.verdict,
            "days": days,
            "caveats": tuple(name for name, holds in flags.items() if holds),
        }
    )


def _as_earned(found: Comparison, now: float, before: float, days: tuple[int, int]) -> Comparison:
    """The amounts themselves to the last digit: buyers say how they scatter, not how large they are."""
    value, baseline = now / days[0], before / days[1]
    change = value / baseline - 1 if baseline > 0 else None
    return dataclasses.replace(found, value=value, baseline=baseline, change=change)


def or_prior(noise: Noise, grid: Grid, window: int) -> tuple[Noise, bool]:
    """The noise of the past; a wide guess, and True, when the past is too short to tell it."""
    level = grid.level[:-window]
    weeks = (len(level) - np.argmax(np.isfinite(level)) - WEEK) / WEEK
    if weeks >= MIN_HISTORY_WEEKS and noise.df >= MIN_HISTORY_WEEKS - 1:
        return noise, False
    tau2 = np.nanmax([noise.tau2, _PRIOR_TAU2])
    return Noise(float(tau2), max(_PRIOR_DF, noise.df)), True


def dates(numbers: np.ndarray) -> tuple[dt.date, ...]:
    return tuple(dt.date.fromordinal(int(each) + _EPOCH) for each in numbers)
