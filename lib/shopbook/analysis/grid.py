"""A daily history without holes, and every day of it held against its own comparable days."""

import datetime as dt
from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

Kind = Literal["count", "rate", "mean", "sales"]

WEEKS = 12
"""How many weeks back comparable days are looked for."""
NEWEST = 4
"""How many of them are taken."""
HISTORY_DAYS = 26 * 7
WEEK = 7
FEWEST_OF_WEEK = 4
"""Ordinary days a week must have to be judged."""


class Grid(NamedTuple):
    """A daily history without holes: `numerator / denominator` is the metric, NaN where not known."""

    numerator: np.ndarray
    denominator: np.ndarray
    reference: np.ndarray
    days: np.ndarray

    @property
    def level(self) -> np.ndarray:
        """The metric day by day; NaN where there is nothing to divide by."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.denominator > 0, self.numerator / self.denominator, np.nan)

    @property
    def past(self) -> "Grid":
        """Everything before the last day."""
        return Grid(*(array[:-1] for array in self))


class Gaps(NamedTuple):
    """For every day (or week that ends there) the log change against its comparable days; NaN: not known.

    `own` and `market` are log changes, `sampling` the variance that counting alone gives `own`, `spread` what
    a day's own variance counts with: 1/days + 1/comparable days, `lag` how many days lie between the two.
    """

    own: np.ndarray
    market: np.ndarray
    sampling: np.ndarray
    spread: np.ndarray
    lag: np.ndarray

    def before(self, end: int) -> "Gaps":
        """Those of the first days only."""
        return Gaps(*(array[:end] for array in self))


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
    values = own.to_numpy(float).reshape(len(stamps), own.shape[1] if own.ndim == 2 else 1)
    numerator = _placed(values[:, 0], stamps, days)
    denominator = _placed(values[:, 1], stamps, days) if values.shape[1] > 1 else np.ones(len(days))
    against = np.ones(len(days))
    if reference is not None:
        against = _placed(reference.to_numpy(float), day_numbers(reference.index), days)
    numerator[numbered(skip, days) & (days != last)] = np.nan
    return Grid(numerator, denominator, against, days)


def gaps_of(grid: Grid, *, kind: Kind, phi: float = 1.0, window: int = 1) -> Gaps:
    """Every day of a history against its comparable days.

    Parameters
    ----------
    grid : Grid
        A history; `numerator` may have a column a part.
    kind : {"count", "rate", "mean", "sales"}
        What counting alone does to it: phi / V, binomial, or nothing ("mean").
    phi : float
        Over-dispersion of a count, 1 for Poisson.
    window : int, days
        1 for a day; 7 for the sums of the ordinary days among seven.

    Returns
    -------
    Gaps
        Comparable days are the newest four known same weekdays of the twelve weeks before.

    Raises
    ------
    ValueError
        If `kind` is none of the four.
    """
    if kind not in ("count", "rate", "mean", "sales"):
        raise ValueError(f"kind {kind!r} is not one of count, rate, mean, sales")
    known = np.isfinite(grid.numerator) & (grid.denominator > 0) & (grid.reference > 0)
    now = np.stack([np.where(known, array, 0.0) for array in np.broadcast_arrays(*grid[:3])])
    before, weeks, back = comparable(now, known)
    usable = known & (weeks >= 1)
    each = np.where(usable, 1 / np.maximum(weeks, 1), 0.0)
    days = _rolled(usable.astype(float), window)
    inverse = _rolled(each, window)
    lag = _rolled(back * each, window)
    top, bottom, market = (_rolled(np.where(usable, array, 0.0), window) for array in now)
    top0, bottom0, market0 = (_rolled(array * each, window) for array in before)
    with np.errstate(divide="ignore", invalid="ignore"):
        held = days / inverse  # comparable days behind each day, the same weight for every weekday
        top0, bottom0 = top0 * held, bottom0 * held
        add = 0.0 if kind == "mean" else 0.5
        own = np.log((top + add) / (top0 + add)) - np.log(bottom / bottom0)
        moved = np.log(market / market0)
        sampling = _sampling(kind, (top + add, bottom), (top0 + add, bottom0), phi)
        spread = (1.0 + 1.0 / held) / days
    enough = (days >= (1 if window == 1 else FEWEST_OF_WEEK)) & np.isfinite(own) & np.isfinite(moved)
    return Gaps(
        np.where(enough, own, np.nan),
        np.where(enough, moved, np.nan),
        np.where(enough, sampling, 0.0),
        np.where(enough, spread, 0.0),
        np.where(enough, lag / np.maximum(days, 1), 0.0),
    )


def comparable(now: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sums of arrays (stacked first) over every day's comparable days, how many, and how many days back."""
    sums, weeks, days = np.zeros_like(now), np.zeros(known.shape), np.zeros(known.shape)
    for back in range(1, WEEKS + 1):
        taken = np.zeros(known.shape, bool)
        taken[back * WEEK :] = known[: -back * WEEK]
        taken &= weeks < NEWEST
        shifted = np.zeros_like(now)
        shifted[:, back * WEEK :] = now[:, : -back * WEEK]
        sums += np.where(taken, shifted, 0.0)
        weeks += taken
        days += taken * back * WEEK
    return sums, weeks, days


def numbered(days: Iterable[dt.date], among: np.ndarray) -> np.ndarray:
    """Which days of a grid are among `days`."""
    return np.isin(among, np.array([np.datetime64(day, "D").astype(int) for day in days], int))


def day_numbers(index: pd.Index) -> np.ndarray:
    """Days since 1970 of an index of timestamps or dates."""
    return np.asarray(index, dtype="datetime64[D]").astype(int)


def _sampling(
    kind: Kind, now: tuple[np.ndarray, np.ndarray], before: tuple[np.ndarray, np.ndarray], phi: float
) -> np.ndarray:
    """Sampling variance of the log ratio of two windows, each (numerator, denominator)."""
    if kind == "mean":
        return np.zeros_like(now[0])
    if kind == "rate":
        return np.maximum(0.0, 1 / now[0] - 1 / now[1]) + np.maximum(0.0, 1 / before[0] - 1 / before[1])
    return phi / now[0] + phi / before[0]


def _rolled(array: np.ndarray, window: int) -> np.ndarray:
    """Sums over the `window` days that end at each day."""
    if window == 1:
        return array
    sums = np.cumsum(array, axis=0)
    late = np.zeros_like(sums)
    late[window:] = sums[:-window]
    rolled: np.ndarray = np.maximum(sums - late, 0.0)
    return rolled


def _placed(values: np.ndarray, stamps: np.ndarray, days: np.ndarray) -> np.ndarray:
    """`values` at their day in `days`, NaN elsewhere."""
    placed = np.full(len(days), np.nan)
    inside = (stamps >= days[0]) & (stamps <= days[-1])
    placed[stamps[inside] - days[0]] = values[inside]
    return placed
