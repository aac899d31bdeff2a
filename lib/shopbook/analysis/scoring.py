"""How claims turned out: each held against what became known later; pure functions of dated series."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import bdtr

from shopbook.days import ONE_DAY

WEEKS_AFTER = 4
FEWEST_AFTER = 2


@dataclass(frozen=True)
class Truth:
    """What became of a level: how far (log) it lies from the baseline, on how many days that rests."""

    level: float
    days: int


def beta_of(change: float | None, relative: float | None, market: float | None) -> float:
    """The coefficient to the market that a finding was made with.

    Parameters
    ----------
    change, relative, market : float or None
        The finding's own change, its change relative to the market, the market's change (shares).

    Returns
    -------
    float
        1 where the market did not move or one of them is not known.

    Examples
    --------
    >>> round(beta_of(0.1, 1.1 / 1.2**0.5 - 1, 0.2), 6)
    0.5
    """
    known = [each for each in (change, relative, market) if each is not None and each > -1]
    if len(known) < 3 or abs(math.log1p(known[2])) < 1e-9:
        return 1.0
    return (math.log1p(known[0]) - math.log1p(known[1])) / math.log1p(known[2])


def later_level(
    own: pd.Series,
    reference: pd.Series | None,
    baseline: float,
    baseline_days: Sequence[dt.date],
    day: dt.date,
    special: set[dt.date],
    beta: float = 1.0,
) -> Truth | None:
    """Where the same weekdays after `day` lie against the baseline of a claim, less the market.

    Parameters
    ----------
    own, reference : Series by day
        The figure of the shop, and of whom it was held against (None: nobody).
    baseline : float
        The claim's baseline, in the unit of `own`.
    baseline_days : sequence of date
        Its days.
    day : date
        The day the claim was made of.
    special : set of date
        Events, campaigns and stock-outs, which are no evidence.
    beta : float
        The coefficient the claim was made with.

    Returns
    -------
    Truth or None
        None while fewer than two ordinary same weekdays of the next four weeks are known.
    """
    after = [day + 7 * week * ONE_DAY for week in range(1, WEEKS_AFTER + 1)]
    known = [each for each in after if each not in special and _at(own, each) and _has(reference, each)]
    before = [_at(reference, each) for each in baseline_days] if reference is not None else []
    if len(known) < FEWEST_AFTER or baseline <= 0 or (reference is not None and not any(before)):
        return None
    level = math.log(np.mean([_at(own, each) for each in known]) / baseline)
    if reference is not None:
        market = np.mean([_at(reference, each) for each in known]) / np.mean(
            [each for each in before if each]
        )
        level -= beta * math.log(market)
    return Truth(level, len(known))


def covers(low: float, value: float, high: float, truth: Truth, days: int) -> bool:
    """Whether a range of a day reaches the level that followed.

    Parameters
    ----------
    low, value, high : float
        The claim: a relative change (share) and its range; the baseline rests on `days` days.
    truth : Truth
        What followed, against the same baseline.
    days : int
        Days of the baseline.

    Returns
    -------
    bool

    Notes
    -----
    The range allows for the noise of the day and of the baseline; the baseline is the same on both sides and
    the later days have a noise of their own, so it is stretched by sqrt((1 + 1/later) / (1 + 1/baseline)).
    """
    stretch = math.sqrt((1 + 1 / truth.days) / (1 + 1 / days))
    middle, ends = math.log1p(value), (_log(low), _log(high))
    return middle - (middle - ends[0]) * stretch <= truth.level <= middle + (ends[1] - middle) * stretch


def is_opposite(low: float, value: float, high: float, truth: Truth, days: int) -> bool:
    """Whether a decided change turned out to be one in the other direction, beyond what noise allows."""
    reach = (_log(high) - _log(low)) / 2 * math.sqrt((1 / truth.days + 1 / days) / (1 + 1 / days))
    return math.copysign(1.0, value) * truth.level < -reach


def is_worse(right: int, scored: int, promised: float, p: float, overlap: float) -> bool:
    """Whether so few right ones contradict the promised share.

    Parameters
    ----------
    right, scored : int
    promised : float
        The share that was promised.
    p : float
        The chance from which it is said.
    overlap : float
        How many neighbouring claims rest on the same later days and count as one.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_worse(41, 46, 0.9, 0.01, 4.0), is_worse(12, 46, 0.9, 0.01, 4.0)
    (False, True)
    """
    count = math.floor(scored / overlap)
    if not count or right / scored >= promised:
        return False
    return bool(bdtr(math.floor(right / scored * count), count, promised) < p)


def sold_out_after(stock: pd.Series, day: dt.date) -> tuple[int | None, bool]:
    """In how many days the stock of an item ended, and whether it was filled up before.

    Parameters
    ----------
    stock : Series by day
        Units in stock.
    day : date
        From when.

    Returns
    -------
    (days or None, refilled)
    """
    last = _at(stock, day)
    for stamp, units in stock[stock.index > pd.Timestamp(day)].items():
        if last is not None and units > last:
            return None, True
        if units <= 0:
            return (pd.Timestamp(str(stamp)).date() - day).days, False
        last = float(units)
    return None, False


def _at(series: pd.Series | None, day: dt.date) -> float | None:
    stamp = pd.Timestamp(day)
    if series is None or stamp not in series.index:
        return None
    value = float(series[stamp])
    return value if value > 0 else None


def _has(reference: pd.Series | None, day: dt.date) -> bool:
    return reference is None or _at(reference, day) is not None


def _log(share: float) -> float:
    return math.log1p(share) if share > -1 else -math.inf


def quarter(day: str) -> str:
    """The quarter of a day, as 2026-Q4."""
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"
