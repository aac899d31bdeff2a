"""Targets: the year's shape aligned on festivals, spread over days to the cent, and followed up."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shopbook.analysis.targets_rest import Rest, rest_of_period
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


def spread(total: float, weights: pd.Series, *, locked: pd.Series | None = None) -> pd.Series:
    """Divide a target over days (or months) by weight, to the cent.

    Parameters
    ----------
    total : float, CNY
        The target of the whole period.
    weights : Series of float
        Relative weight of each part, 0 or more.
    locked : Series of float, CNY, optional
        Parts with a fixed value, by the same index (days that are over, campaign days with their own target).

    Returns
    -------
    Series of float, CNY
        Whole cents that add up to `total`; locked parts keep their value.

    Raises
    ------
    ValueError
        If the locked parts exceed the total, all parts are locked to another sum, or no weight is left.

    Notes
    -----
    Largest remainder: no part is a cent further from its exact share than needed.

    Examples
    --------
    >>> spread(100.0, pd.Series([1.0, 1.0, 1.0])).tolist()
    [33.34, 33.33, 33.33]
    """
    fixed = pd.Series(dtype=float) if locked is None else locked.dropna()
    cents = pd.Series(0, weights.index, dtype="int64")
    cents[fixed.index] = (fixed * 100).round().astype("int64")
    rest = round(total * 100) - int(cents.sum())
    open_parts = weights.drop(fixed.index)
    if rest < 0 or (rest > 0 and not open_parts.sum() > 0):
        raise ValueError(f"{rest / 100:.2f} of {total:.2f} remain for {len(open_parts)} open parts")
    if rest:
        exact = rest * open_parts / open_parts.sum()
        floor = np.floor(exact)
        missing = int(rest - floor.sum())
        extra = (exact - floor).sort_values(ascending=False, kind="stable").index[:missing]
        floor[extra] += 1
        cents[open_parts.index] = floor.astype("int64")
    return cents / 100


def month_targets(year_total: float, weights: pd.Series, *, locked: pd.Series | None = None) -> pd.Series:
    """Divide a year's target over its months by the weights of their days.

    Parameters
    ----------
    year_total : float, CNY
        Target of the year.
    weights : Series of float
        Weight of each day of the year (DatetimeIndex).
    locked : Series of float, CNY, optional
        Months with their own target, by Period ("2026-11").

    Returns
    -------
    Series of float, CNY
        By month (PeriodIndex), whole cents that add up to `year_total`.

    Raises
    ------
    ValueError
        As `spread`.

    Notes
    -----
    Months then go to days with `spread` and the weights of their own days.

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", "2026-12-31")
    >>> float(month_targets(365.0, pd.Series(1.0, days)).iloc[0])
    31.0
    """
    months = weights.groupby(pd.DatetimeIndex(weights.index).to_period("M")).sum()
    return spread(year_total, months, locked=locked)


def progress(
    target: float, weights: pd.Series, actual: pd.Series, *, past: pd.DataFrame | None = None
) -> dict[str, float]:
    """Where a month (or year) stands: attainment, required and current run rate, forecast.

    Parameters
    ----------
    target : float, CNY or counts
        Target of the period.
    weights : Series of float
        Weight of each day of the period (DatetimeIndex).
    actual : Series of float, CNY or counts
        Complete days so far; a missing day inside the period is filled by its weight and counted in
        `missing_days`.
    past : DataFrame, optional
        Every day up to now, before the period too: `value` (NaN: not known, or a day of an event) and
        `weight` (on the scale of `weights`).

    Returns
    -------
    dict of str to float
        actual, attained (share of target), planned (share of target due by now), current (a day of weight 1
        at today's pace), required (a day of weight 1 from now; NaN when no day is left), forecast, low, high
        (90% range), missing_days (count), forecasts (past forecasts behind the range; 0: too short a past).

    Raises
    ------
    ValueError
        If no day of the period is known.

    Notes
    -----
    Run rates are per day of weight 1, so a month with 双11 ahead does not look behind. The range is that of
    the shop's own past forecasts, see `targets_rest.rest_of_period`; where the past is too short,
    from the spread of ln(actual / expected) of the days so far (at least 5 days, else 25% is assumed).

    Examples
    --------
    >>> days = pd.date_range("2026-11-01", periods=10)
    >>> state = progress(1000.0, pd.Series(1.0, days), pd.Series(90.0, days[:5]))
    >>> state["attained"], state["current"], state["required"], state["forecast"]
    (0.45, 90.0, 110.0, 900.0)
    """
    inside = actual[actual.index.isin(weights.index)].dropna()
    if inside.empty:
        raise ValueError("no day of the period is known")
    done = weights[weights.index <= inside.index.max()]
    left = weights[weights.index > inside.index.max()]
    rate = float(inside.sum() / weights[inside.index].sum())
    so_far = float(inside.sum() + rate * done.drop(inside.index).sum())
    rest = None if past is None else rest_of_period(past["value"], past["weight"], left)
    if rest is None:
        middle = rate * float(left.sum())
        error = 1.645 * _forecast_error(inside, weights[inside.index] * rate, left * rate)
        rest = Rest(middle, max(middle - error, 0.0), middle + error, level=rate, forecasts=0)
    return {
        "actual": float(inside.sum()),
        "attained": float(inside.sum() / target) if target else float("nan"),
        "planned": float(done.sum() / weights.sum()),
        "current": rest.level,
        "required": (target - so_far) / float(left.sum()) if len(left) else float("nan"),
        "forecast": so_far + rest.forecast,
        "low": so_far + rest.low,
        "high": so_far + rest.high,
        "forecasts": float(rest.forecasts),
        "missing_days": float(len(done) - len(inside)),
    }


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


def _forecast_error(actual: pd.Series, expected: pd.Series, ahead: pd.Series) -> float:
    """Standard error of the sum of the days ahead."""
    ratio = np.log((actual / expected).where(actual > 0)).dropna()
    noise = float(ratio.std(ddof=1)) if len(ratio) >= 5 else 0.25
    level = noise / np.sqrt(max(len(ratio), 1))
    return float(np.sqrt((noise * ahead).pow(2).sum() + (level * ahead.sum()) ** 2))


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
