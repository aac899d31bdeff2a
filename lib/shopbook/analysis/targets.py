"""Targets: a sum spread over days or months to the cent, and followed up."""

import numpy as np
import pandas as pd

from shopbook.analysis.targets_rest import Rest, rest_of_period


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
        error = 1.645 * _forecast_error(inside / weights[inside.index], left * rate)
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


def _forecast_error(paces: pd.Series, ahead: pd.Series) -> float:
    """Standard error of the sum of the days ahead, from how the days of weight 1 so far scatter."""
    ratio = np.log(paces.where(paces > 0)).dropna()
    noise = float(ratio.std(ddof=1)) if len(ratio) >= 5 else 0.25
    level = noise / np.sqrt(max(len(ratio), 1))
    return float(np.sqrt((noise * ahead).pow(2).sum() + (level * ahead.sum()) ** 2))
