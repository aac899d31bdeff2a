"""The last seven days against the clean weeks before: one shop's, or held against each of several."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

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
from shopbook.analysis.comparison import Comparison, Good
from shopbook.analysis.grid import FEWEST_OF_WEEK, NEWEST, WEEK, WEEKS, Gaps, Grid, Kind, gaps_of, on_grid
from shopbook.analysis.noise import Noise, noise_of
from shopbook.analysis.response import FIXED, Response


class WeekComparison(NamedTuple):
    """The last seven days against the clean weeks before; `ordinary` are the days of the week that count."""

    first: dt.date
    last: dt.date
    ordinary: tuple[dt.date, ...]
    found: Comparison


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
    framed = _framed(own, day, kind, reference, set(skip))
    return None if framed is None else _concluded(framed, day, good, framed.noise)


def week_against_each(
    own: pd.Series, day: dt.date, rivals: pd.DataFrame, *, skip: Iterable[dt.date] = ()
) -> dict[str, WeekComparison]:
    """The same week of an average or amount against each of several rivals, one to one.

    Parameters
    ----------
    own : Series of float indexed by day
    day : date
        The last day of the week judged.
    rivals : DataFrame of float, days x rivals, in any unit
        NaN: not known that day.
    skip : iterable of date
        As in `against`.

    Returns
    -------
    dict of WeekComparison by rival
        Only rivals whose days suffice.

    Raises
    ------
    ValueError
        If a figure is negative.

    Notes
    -----
    A rival that has grown for weeks makes its own past look noisy and hides in it, so each variance is drawn
    to that of the typical one: `(d s^2 + d0 s0^2) / (d + d0)` (Smyth 2004), s0^2 the median over the
    rivals and d0 twice their median degrees of freedom: they share our own half of the noise.

    Examples
    --------
    >>> days, rng = pd.date_range("2026-06-01", periods=150), np.random.default_rng(0)
    >>> shops = pd.DataFrame(np.exp(rng.normal(0, .05, (150, 6))), days, list("abcdef"))
    >>> shops.loc[days[-7:], "c"] *= 1.3
    >>> found = week_against_each(shops.pop("a"), days[-1].date(), shops)
    >>> [name for name, each in found.items() if each.found.verdict == "worse"]
    ['c']
    """
    left_out = set(skip)
    framed = {str(name): _framed(own, day, "mean", rivals[name].dropna(), left_out, FIXED) for name in rivals}
    known = {name: each for name, each in framed.items() if each is not None and each.compared}
    told = [each.noise for each in known.values() if each.noise.df > 0]
    if not told:
        return {name: _concluded(each, day, "up", each.noise) for name, each in known.items()}
    tau2, df = (float(each) for each in np.median(told, axis=0))
    typical = Noise(tau2, 2 * df)
    return {name: _concluded(each, day, "up", _drawn(each.noise, typical)) for name, each in known.items()}


class _Framed(NamedTuple):
    """A week and its comparable days on their grid; `noise` is what its own past shows."""

    grid: Grid
    kind: Kind
    now: np.ndarray
    base: np.ndarray
    each: int
    compared: bool
    noise: Noise
    response: Response


def _framed(
    own: pd.Series | pd.DataFrame,
    day: dt.date,
    kind: Kind,
    reference: pd.Series | None,
    left_out: set[dt.date],
    response: Response | None = None,
) -> _Framed | None:
    """The week to be judged; with `response` the coefficient to the reference is given, not learned."""
    kind = "mean" if kind == "sales" and own.ndim == 1 else kind
    grid = on_grid(own, reference, skip=left_out, until=day)
    if day in left_out:
        grid.numerator[-1] = np.nan
    known = known_days(grid, kind)
    for usable in (known & (grid.reference > 0), known) if reference is not None else (known,):
        if windows := _week_windows(usable):
            break
    else:
        return None
    compared = usable is not known
    if not compared:
        grid = grid._replace(reference=np.ones(len(grid.days)))
    sums = counted(grid, kind)
    gaps = gaps_of(sums, kind=kind).before(len(grid.days) - WEEK)
    weeks = gaps_of(sums, kind=kind, window=WEEK).before(len(grid.days) - WEEK)
    followed = response or learned_response(gaps, known, compared)
    return _Framed(grid, kind, *windows, compared, _week_noise(gaps, weeks, followed.beta), followed)


def _concluded(framed: _Framed, day: dt.date, good: Good, noise: Noise) -> WeekComparison:
    grid, now, base = framed.grid, framed.now, framed.base
    used, short = or_prior(noise, grid, WEEK)
    case = Case(
        (float(grid.numerator[now].sum()), float(grid.denominator[now].sum())),
        (float(grid.numerator[base].sum()), float(grid.denominator[base].sum())),
        (len(now), len(base)),
        float(grid.reference[now].sum() / grid.reference[base].sum() * framed.each)
        if framed.compared
        else None,
        used,
        framed.response,
    )
    found = decided(case, framed.kind, good, grid, dates(grid.days[np.sort(base)]), short)
    return WeekComparison(day - dt.timedelta(days=WEEK - 1), day, dates(grid.days[now]), found)


def _drawn(noise: Noise, typical: Noise) -> Noise:
    """A variance drawn to the typical one, by the degrees of freedom of both."""
    if not noise.df > 0:
        return typical
    total = noise.df + typical.df
    return Noise((noise.df * noise.tau2 + typical.df * typical.tau2) / total, total)


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
