"""How wrong an estimator is where nothing happened: rolling placebo campaigns in the base."""

import math
from collections.abc import Iterator, Mapping
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
class Placebos:
    """Campaigns that never were, newest first: first day, effect (log), the model's sd of it."""

    first: np.ndarray
    log: np.ndarray
    sd: np.ndarray


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


def placebos(model: Model, *, lead: int, length: int, step: int = STEP_DAYS) -> Placebos:
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
    Placebos
        A placebo needs 42 known days before it and four fifths of its own days.

    Raises
    ------
    Nothing.

    Notes
    -----
    In-time placebos of Abadie, Diamond, Hainmueller (2015).
    """
    found = list(_rolling(model, lead, length, step))
    first, log, sd = (np.array(part, float) for part in zip(*found, strict=True)) if found else ([], [], [])
    return Placebos(np.asarray(first), np.asarray(log), np.asarray(sd))


def calibration(found: Placebos) -> Calibration:
    """What placebo campaigns say about the model's own sd.

    Parameters
    ----------
    found : Placebos

    Returns
    -------
    Calibration
        `factor` = max(1, RMS(effect / model sd)); 2 when there are fewer than 8 placebos.

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> calibration(Placebos(np.arange(8.0), np.full(8, 0.75), np.full(8, 0.25))).factor
    3.0
    """
    count = len(found.log)
    rms = float(np.sqrt((found.log**2).mean())) if count else math.nan
    if count < FEWEST_PLACEBOS:
        return Calibration(count, rms, 2.0)
    return Calibration(count, rms, max(1.0, float(np.sqrt(((found.log / found.sd) ** 2).mean()))))


def crossed(candidates: Mapping[str, Placebos], judged: Mapping[str, Placebos]) -> tuple[str, Placebos]:
    """The best of several models, and placebos that had no part in its choice.

    Parameters
    ----------
    candidates : mapping of name to Placebos
        What the choice is made on.
    judged : mapping of name to Placebos
        What the choice is then held against; the same ones, or those of another window.

    Returns
    -------
    tuple of str and Placebos
        The name with the smallest RMS effect. Of `judged`: the newer half by the model that was best in the
        older half of `candidates`, and the older half by the one that was best in the newer half.

    Raises
    ------
    ValueError
        If there is no candidate.

    Notes
    -----
    The best of four looks better than it is where it was chosen; chosen on one half and scaled by the other
    it does not, and no placebo is lost.

    Examples
    --------
    >>> days = np.array([14.0, 7.0])
    >>> a = Placebos(days, np.array([0.3, 0.0]), np.ones(2))
    >>> b = Placebos(days, np.array([0.1, 0.2]), np.ones(2))
    >>> name, kept = crossed({"a": a, "b": b}, {"a": a, "b": b})
    >>> name, kept.log.tolist()
    ('b', [0.3, 0.2])
    """
    known = [name for name, found in candidates.items() if len(found.log)]
    if not known:
        name = next(iter(candidates))
        return name, judged[name]
    middle = float(np.median(np.concatenate([candidates[name].first for name in known])))
    older = _smallest({name: candidates[name].log[candidates[name].first <= middle] for name in known})
    newer = _smallest({name: candidates[name].log[candidates[name].first > middle] for name in known})
    parts = (
        _where(judged[older], judged[older].first > middle),
        _where(judged[newer], judged[newer].first <= middle),
    )
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in ("first", "log", "sd")]
    return _smallest({name: candidates[name].log for name in known}), Placebos(*columns)


def _smallest(effects: Mapping[str, np.ndarray]) -> str:
    """The name with the smallest RMS; one without a placebo comes last."""
    return min(effects, key=lambda name: float((effects[name] ** 2).mean()) if len(effects[name]) else np.inf)


def _where(found: Placebos, kept: np.ndarray) -> Placebos:
    return Placebos(found.first[kept], found.log[kept], found.sd[kept])


def _rolling(model: Model, lead: int, length: int, step: int) -> Iterator[tuple[float, float, float]]:
    """First day, effect and model sd of campaigns that never were, newest first."""
    days = model.days
    cut = int(days[-1]) + 1 - lead - length
    while (rows := int(np.searchsorted(days, cut))) >= FEWEST_BASE_ROWS:
        inside = (days >= cut + lead) & (days < cut + lead + length)
        if inside.sum() >= FULL_SHARE * length:
            control = None if model.control is None else model.control[inside]
            effect = log_effect(model.forecast(rows, days[inside], control), np.exp(model.y[inside]))
            yield float(cut + lead), effect.log, effect.sd
        cut -= step
