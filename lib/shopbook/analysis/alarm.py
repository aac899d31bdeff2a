"""Alarms: days on which a series left its course against the market, and days the market itself jumped."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import stdtr

from shopbook.analysis.grid import numbered, on_grid

Level = Literal["act", "watch", "ok", "masked", "unknown"]

K = 3.5
MIN_DAYS = 56
FALSE_ACT_SHARE = 0.015
"""Share of quiet days on which a whole set of series may say `act` without cause (the bar is 2 in 100)."""
_MEMORY = 56
_WARM_UP = 21  # the level and the weekdays are still being found
_HISTORY = 200
_SPEED = 0.10
_CLIP = 3.0
# Residuals of sales series have heavier tails than the normal curve; t with 5 degrees of freedom, scaled to
# the same variance, is what keeps the promised share of false `act` days in benchmarks/accuracy.
_TAIL_DF = 5.0


@dataclass(frozen=True)
class Alarm:
    """One series on one day: how far from its course (z, log change), and what follows from it."""

    series: str
    day: dt.date
    source: Literal["own", "market"]
    z: float
    departure: float
    level: Level
    p_value: float


def course(
    own: pd.Series,
    market: pd.Series | None = None,
    *,
    special: Iterable[dt.date] = (),
    skip: Iterable[dt.date] = (),
    until: dt.date | None = None,
    beta: float = 1.0,
) -> pd.DataFrame:
    """Every day's departure from the course foretold for it the day before.

    Parameters
    ----------
    own : Series of float > 0, indexed by day
        Visitors, amount, ...; 0 and NaN are not known to the logarithm and skipped.
    market : Series of float > 0, indexed by day, optional
        The market's series in any unit. Campaign days are compared with the market on the same day.
    special : iterable of date
        Platform events and holidays: neither judged nor learned from when there is no market.
    skip : iterable of date
        The shop's own campaigns and stock-outs, which no market shares: never judged nor learned from.
    until : date, optional
        Last day.
    beta : float
        The shop's coefficient to its market.

    Returns
    -------
    DataFrame indexed by day; columns `departure` (log points), `scale`, `z`, `masked`
        `z` is NaN in the first eight weeks, on unknown and on masked days.

    Raises
    ------
    ValueError
        If `own` has no days.

    Notes
    -----
    Robust exponential smoothing (Gelper, Fried and Croux 2010) of ln(own) - beta ln(market): the level
    moves by a tenth of the day's departure, clipped at 3 scales, so a shock is not learned; the weekday's
    effect is the median of its departures in the last eight weeks, shrunk when it is no larger than its error
    (James and Stein 1961); the scale is the root mean square of the last 56 departures inside 3.5 robust
    scales. A day is judged by what was known before it.

    Examples
    --------
    >>> days = pd.date_range("2026-06-01", periods=90)
    >>> calm = np.exp(np.random.default_rng(5).normal(0, .05, 90))
    >>> own = pd.Series(1000 * calm, days)
    >>> own.iloc[-1] *= .5
    >>> bool(course(own)["z"].iloc[-1] < -K)
    True
    """
    if own.empty:
        raise ValueError("a series without days has no course")
    grid = on_grid(own, market, until=until, history_days=_HISTORY if until else 10_000)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_level = np.log(np.where(grid.numerator > 0, grid.numerator, np.nan))
        log_level -= beta * np.log(grid.reference)
    masked = numbered([*skip, *(special if market is None else ())], grid.days)
    departure, scale = _followed(np.where(masked, np.nan, log_level))
    index = pd.DatetimeIndex(grid.days.astype("datetime64[D]"), name="date")
    columns = {"departure": departure, "scale": scale, "z": departure / scale, "masked": masked}
    return pd.DataFrame(columns, index=index)


def judge(
    series: Mapping[str, pd.Series],
    day: dt.date,
    *,
    market: pd.Series | Mapping[str, pd.Series] | None = None,
    special: Sequence[dt.date] = (),
    skip: Sequence[dt.date] = (),
    beta: Mapping[str, float] | None = None,
) -> list[Alarm]:
    """The shop's whole set of series on one day, with the number of false `act` held down.

    Parameters
    ----------
    series : mapping of name to Series indexed by day
        Everything that is watched: shop, channels, items.
    day : date
        The day judged.
    market : Series, or mapping of name to Series, optional
        One reference for all, or one by name; names without one are judged alone.
    special, skip : sequence of date
        As in `course`.
    beta : mapping of name to float, optional
        The shop's coefficient to its market, by series; 1 where it is not named.

    Returns
    -------
    list of Alarm
        One per series, strongest first. `watch`: |z| > 3.5. `act`: also significant among all the series of
        the day. `masked`: an own campaign day, or an event without a market. `unknown`: under eight weeks.

    Raises
    ------
    ValueError
        If a series has no days.

    Notes
    -----
    `act` needs the series' p value (t, 5 degrees of freedom) to pass Holm's (1979) step-down test at 1.5%
    over the set, so that about one quiet day in a hundred has a false `act` however many series there are.
    Without a market about 5 false `watch` per 100 days and series are to be expected: say so.

    Examples
    --------
    >>> days = pd.date_range("2026-06-01", periods=90)
    >>> noise = np.exp(np.random.default_rng(5).normal(0, .05, (90, 2)))
    >>> shop = {"search": pd.Series(noise[:, 0], days), "ads": pd.Series(noise[:, 1], days)}
    >>> shop["ads"].iloc[-1] *= .5
    >>> [(alarm.series, alarm.level) for alarm in judge(shop, days[-1].date())]
    [('ads', 'act'), ('search', 'ok')]
    """
    found = []
    for name, own in series.items():
        reference = market.get(name) if isinstance(market, Mapping) else market
        followed = course(
            own, reference, special=special, skip=skip, until=day, beta=(beta or {}).get(name, 1.0)
        )
        found.append(_judged(name, followed, day, "own"))
    return controlled(found)


def market_alarms(
    market: Mapping[str, pd.Series], day: dt.date, *, special: Sequence[dt.date] = ()
) -> list[Alarm]:
    """Market-wide departures of a day: what no single shop is to blame for.

    Parameters
    ----------
    market : mapping of name to Series indexed by day
        The market's own series.
    day : date
        The day judged.
    special : sequence of date
        Campaign days and holidays, on which the market is known to jump; they are masked.

    Returns
    -------
    list of Alarm
        As `judge`, with `source` "market".

    Raises
    ------
    ValueError
        If a series has no days.

    Notes
    -----
    The same filter on ln(market) alone.

    Examples
    --------
    >>> days = pd.date_range("2026-06-01", periods=90)
    >>> calm = pd.Series(np.exp(np.random.default_rng(5).normal(0, .05, 90)), days)
    >>> market_alarms({"visitors": calm}, days[-1].date())[0].level
    'ok'
    """
    return controlled(
        [
            _judged(name, course(own, special=special, until=day), day, "market")
            for name, own in market.items()
        ]
    )


def controlled(alarms: Sequence[Alarm]) -> list[Alarm]:
    """Alarms of one day with their final level (Holm over the set), strongest first."""
    ordered = sorted(alarms, key=lambda alarm: (math.isnan(alarm.z), alarm.p_value, -abs(alarm.z)))
    judged = sum(not math.isnan(alarm.z) for alarm in ordered)
    settled, passing = [], True
    for place, alarm in enumerate(ordered):
        if math.isnan(alarm.z):
            settled.append(alarm)
            continue
        passing = passing and alarm.p_value <= FALSE_ACT_SHARE / (judged - place)
        watched = abs(alarm.z) > K
        level: Level = "act" if passing and watched else "watch" if watched else "ok"
        settled.append(Alarm(**{**vars(alarm), "level": level}))
    return settled


def _judged(name: str, followed: pd.DataFrame, day: dt.date, source: Literal["own", "market"]) -> Alarm:
    """One series on the last day of its course before the control of the set."""
    last = followed.iloc[-1]
    z = float(last["z"])
    level: Level = "masked" if last["masked"] else "unknown" if math.isnan(z) else "ok"
    return Alarm(name, day, source, z, float(last["departure"]), level, tail_probability(z))


def tail_probability(z: float) -> float:
    """How often ordinary noise reaches |z| on either side (t, 5 degrees of freedom); NaN for an unknown z."""
    if math.isnan(z):
        return math.nan
    return float(2 * stdtr(_TAIL_DF, -abs(z) * math.sqrt(_TAIL_DF / (_TAIL_DF - 2))))


def _followed(log_level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One-step departures from a level and weekday followed robustly, and the scale known before each day."""
    size = len(log_level)
    departure, scale = np.full(size, np.nan), np.full(size, np.nan)
    past: list[float] = []  # departures from the level alone: what weekday effects are medians of
    known = log_level[~np.isnan(log_level)]
    level, seen = float(np.median(known[:7])) if len(known) else math.nan, 0
    for at, value in enumerate(log_level.tolist()):
        if seen >= _WARM_UP:
            scale[at] = _scale(departure[max(0, at - _MEMORY) : at])
        width = 0.1 if math.isnan(scale[at]) else float(scale[at])
        effect = _weekday_effect(past[max(0, at - _MEMORY) :][::-1][6::7], width)
        past.append(value - level)
        if math.isnan(value):
            continue
        step = past[at] - effect
        if seen >= _WARM_UP:
            departure[at] = step
        level += _SPEED * min(max(step, -_CLIP * width), _CLIP * width)
        seen += 1
        if seen <= MIN_DAYS:
            scale[at] = math.nan
    return np.where(np.isnan(scale), np.nan, departure), scale


def _scale(departures: np.ndarray) -> float:
    """Root mean square of departures, shocks clipped; NaN with fewer than three weeks of them."""
    known = departures[~np.isnan(departures)]
    if len(known) < 21:
        return math.nan
    robust = np.median(np.abs(known)) / 0.6745
    inside = known[np.abs(known) <= 3.5 * robust]
    return math.sqrt(float(inside @ inside) / len(inside)) if robust > 0 else math.nan


def _weekday_effect(values: list[float], width: float) -> float:
    """Median of the known values, drawn to 0 where it is no larger than its error and so only noise."""
    known = sorted(value for value in values if not math.isnan(value))
    half = len(known) // 2
    if len(known) < 3:
        return 0.0
    middle = known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2
    error2 = 1.57 * width**2 / len(known)  # variance of a median
    return middle * max(0.0, 1 - error2 / middle**2) if middle else 0.0
