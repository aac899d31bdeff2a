"""The shape of a shop's year: weekday, season and event days, learned from its own past."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shopbook.days import Calendar, Event

_RIDGE = 0.05
_HARMONICS = 2
_HARMONIC_DAYS = 330
_TREND_DAYS = 540
# Days around an event that differ too: carts wait before a sale, parcels stop around Spring Festival.
_AROUND = {"campaign": (3, 3), "festival": (7, 2)}
_SPRING = (24, 16)
_SPRING_STEP = 2


@dataclass(frozen=True)
class Shape:
    """A fitted year: coefficient of each regressor of `_design`, and which of them the history could show."""

    coefficients: pd.Series
    harmonics: int


def fit_shape(daily: pd.Series, calendar: Calendar) -> Shape:
    """Learn weekday, season and event days of a daily series.

    Parameters
    ----------
    daily : Series of float, CNY or counts
        One value a day (DatetimeIndex); NaN and values not above 0 are left out.
    calendar : Calendar
        Events of the years of `daily`: platform campaigns, holidays, solar and lunar festivals.

    Returns
    -------
    Shape
        For `day_weights`.

    Raises
    ------
    ValueError
        If fewer than 28 days are known.

    Notes
    -----
    Ridge regression of ln(y) on weekday, 2 yearly harmonics (from 330 days on), trend (from 540
    days on) and days relative to each event, so that Spring Festival moves with the lunar calendar. A day
    no event of the history reaches has no event effect.

    Examples
    --------
    >>> days = pd.date_range("2026-06-01", periods=56)
    >>> weekend = pd.Series([200.0 if day.weekday() >= 5 else 100.0 for day in days], days)
    >>> shape = fit_shape(weekend, Calendar(()))
    >>> weights = day_weights(shape, pd.date_range("2026-08-03", periods=7), Calendar(()))
    >>> bool(weights.iloc[6] > 1.7 * weights.iloc[0])
    True
    """
    known = daily[daily > 0]
    if len(known) < 28:
        raise ValueError(f"{len(known)} known days are too few to learn a shape; 28 are needed")
    days = pd.DatetimeIndex(known.index)
    span = (days.max() - days.min()).days + 1
    harmonics = _HARMONICS if span >= _HARMONIC_DAYS else 0
    design = _design(days, calendar, harmonics)
    if span >= _TREND_DAYS:
        design["trend"] = (days - days.max()).days.to_numpy() / 365
    goal = np.log(known.to_numpy(float))
    x = design.to_numpy(float)
    penalty = np.where(design.columns.str.startswith(("level", "year", "trend")), 1e-6, _RIDGE)
    solved = np.linalg.solve(x.T @ x + np.diag(penalty), x.T @ goal)
    return Shape(pd.Series(solved, design.columns).drop("trend", errors="ignore"), harmonics)


def day_weights(shape: Shape, days: pd.DatetimeIndex, calendar: Calendar) -> pd.Series:
    """Relative weight of each day by a fitted shape.

    Parameters
    ----------
    shape : Shape
        From `fit_shape`.
    days : DatetimeIndex
        The days to weigh, any year.
    calendar : Calendar
        Events of the years of `days`.

    Returns
    -------
    Series of float
        Mean 1 over `days`.

    Raises
    ------
    ValueError
        If `days` is empty.

    Notes
    -----
    Years whose holidays are not published yet still have campaigns and festivals; say so beside the plan.

    Examples
    --------
    >>> shape = fit_shape(pd.Series(5.0, pd.date_range("2026-06-01", periods=56)), Calendar(()))
    >>> day_weights(shape, pd.date_range("2027-01-01", periods=2), Calendar(())).round(6).tolist()
    [1.0, 1.0]
    """
    if not len(days):
        raise ValueError("no day to weigh")
    design = _design(days, calendar, shape.harmonics)
    effect = design.reindex(columns=shape.coefficients.index, fill_value=0.0) @ shape.coefficients
    weights = np.exp(effect - effect.max())
    return pd.Series(weights / weights.mean(), days)


def unseen_events(shape: Shape, days: pd.DatetimeIndex, calendar: Calendar) -> list[Event]:
    """Events that reach into `days` and whose effect the history of a shape could not show.

    Parameters
    ----------
    shape : Shape
        From `fit_shape`.
    days : DatetimeIndex
        The days to come.
    calendar : Calendar
        Events of their years.

    Returns
    -------
    list of Event
        In the calendar's order; their days have the weight of ordinary ones.

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> shape = fit_shape(pd.Series(5.0, pd.date_range("2026-06-01", periods=56)), Calendar(()))
    >>> unseen_events(shape, pd.date_range("2026-11-01", periods=30), Calendar(()))
    []
    """
    ahead = set(days.date)
    return [
        event
        for event in calendar.events
        if any(day in ahead and name not in shape.coefficients.index for name, day in _event_days(event))
    ]


def event_days(days: pd.DatetimeIndex, calendar: Calendar) -> pd.Series:
    """Whether a day lies in or around an event of the calendar.

    Parameters
    ----------
    days : DatetimeIndex
        Any days.
    calendar : Calendar
        Events of their years.

    Returns
    -------
    Series of bool, indexed by `days`

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> event_days(pd.date_range("2026-01-01", periods=1), Calendar(())).tolist()
    [False]
    """
    named = {day for event in calendar.events for _, day in _event_days(event)}
    return pd.Series([day in named for day in days.date], days, dtype=bool)


def _design(days: pd.DatetimeIndex, calendar: Calendar, harmonics: int) -> pd.DataFrame:
    """One row a day: level, weekday, harmonics of the year, days relative to each event."""
    columns: dict[str, np.ndarray] = {"level": np.ones(len(days))}
    columns |= {f"weekday {day}": (days.day_of_week == day).astype(float) for day in range(7)}
    angle = 2 * np.pi * (days.day_of_year.to_numpy() - 1) / 365.25
    for order in range(1, harmonics + 1):
        columns |= {f"year sin {order}": np.sin(order * angle), f"year cos {order}": np.cos(order * angle)}
    place = {day: row for row, day in enumerate(days.date)}
    for event in calendar.events:
        for name, day in _event_days(event):
            if day in place:
                columns.setdefault(name, np.zeros(len(days)))[place[day]] = 1.0
    return pd.DataFrame(columns, index=days)


def _event_days(event: Event) -> list[tuple[str, dt.date]]:
    """Named days in and around an event; the same name in every year."""
    if event.kind == "holiday":
        return [("holiday", event.first)]
    before, after = _SPRING if event.id == "spring" else _AROUND[event.kind]
    step = _SPRING_STEP if event.id == "spring" else 1
    length = (event.last - event.first).days
    offsets = range(-before, length + after + 1)
    return [
        (f"{event.id} {offset // step * step:+d}", event.first + dt.timedelta(days=offset))
        for offset in offsets
    ]
