"""How wrong an estimator is where nothing happened: rolling placebo campaigns in the base."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from shopbook.analysis.local_level import Forecast

FEWEST_PLACEBOS = 8
STEP_DAYS = 7
FEWEST_BASE_ROWS = 42
FULL_SHARE = 0.8
Z90 = 1.6449


class Model(Protocol):
    """Anything that knows a base (ascending day numbers) and can predict from its first rows."""

    @property
    def days(self) -> np.ndarray: ...
    @property
    def y(self) -> np.ndarray: ...
    @property
    def control(self) -> np.ndarray | None: ...
    def forecast(self, rows: int, days: np.ndarray, control: np.ndarray | None = None) -> Forecast: ...


@dataclass(frozen=True)
class LogEffect:
    """ln(actual total / counterfactual total) of a window and its model sd."""

    log: float
    sd: float


@dataclass(frozen=True)
class Calibration:
    """What the placebos say about the model's own sd.

    `count` placebos; `rms` of their effects (log, NaN without placebos); `factor` the model sd is multiplied
    with.
    """

    count: int
    rms: float
    factor: float


def log_effect(forecast: Forecast, actual: np.ndarray) -> LogEffect:
    """The effect on a window's total, in logs.

    Parameters
    ----------
    forecast : Forecast
        ln(value) without the campaign, one entry a day.
    actual : array of float, in the unit of the value
        What was measured on the same days; their sum must be above 0.

    Returns
    -------
    LogEffect
        `log` = ln(sum of actual) - E ln(sum of counterfactual), to second order; `sd` of the latter.

    Raises
    ------
    ValueError
        If the actual total is not above 0.

    Notes
    -----
    Totals, not means of daily logs: a day of the peak counts for what it sold. The noise inside the window
    raises a sum of exponentials; what all days share only shifts it, so half the difference of the two
    variances is added.
    """
    total = float(actual.sum())
    if total <= 0:
        raise ValueError(f"the window's total is {total}, no logarithm of it exists")
    top = float(forecast.mean.max())
    weights = np.exp(forecast.mean - top)
    log_total = top + math.log(weights.sum())
    weights = weights / weights.sum()
    shared = float(weights @ forecast.cov @ weights)
    log_total += (float(weights @ np.diag(forecast.cov)) - shared) / 2
    return LogEffect(math.log(total) - log_total, math.sqrt(shared))


def calibrate(model: Model, *, lead: int, length: int, step: int = STEP_DAYS) -> Calibration:
    """Rolling placebo campaigns in the base, as long as the real window and as far from what is known.

    Parameters
    ----------
    model : Model
        The estimator with its base.
    lead : int, days
        Days between the end of the base and the window's first day.
    length : int, days
        Length of the window.
    step : int, days
        Distance of two placebos.

    Returns
    -------
    Calibration
        `factor` = max(1, RMS(effect / model sd)); 2 when there are fewer than 8 placebos.

    Notes
    -----
    A placebo needs 42 known days before it and four fifths of its own days. Source: in-time placebos of
    Abadie, Diamond, Hainmueller (2015), made a scale factor here.
    """
    found = list(_placebos(model, lead, length, step))
    effects = np.array([effect.log for effect in found])
    scaled = np.array([effect.log / effect.sd for effect in found])
    rms = float(np.sqrt((effects**2).mean())) if found else math.nan
    if len(found) < FEWEST_PLACEBOS:
        return Calibration(len(found), rms, 2.0)
    return Calibration(len(found), rms, max(1.0, float(np.sqrt((scaled**2).mean()))))


def _placebos(model: Model, lead: int, length: int, step: int) -> Iterator[LogEffect]:
    """The effects of campaigns that never were, newest first."""
    days = model.days
    cut = int(days[-1]) + 1 - lead - length
    while (rows := int(np.searchsorted(days, cut))) >= FEWEST_BASE_ROWS:
        inside = (days >= cut + lead) & (days < cut + lead + length)
        if inside.sum() >= FULL_SHARE * length:
            control = None if model.control is None else model.control[inside]
            forecast = model.forecast(rows, days[inside], control)
            yield log_effect(forecast, np.exp(model.y[inside]))
        cut -= step
