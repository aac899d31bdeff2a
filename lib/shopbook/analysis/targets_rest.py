"""The rest of a month: what the days left will bring, with a range from the shop's own past forecasts."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

# How fast the level forgets; the one that would have forecast best in the shop's own past is taken.
FORGETTING = (0.03, 0.07, 0.15, 0.3)
FEWEST_KNOWN = 28
FEWEST_FORECASTS = 3.0
# Of the days of a past window so many must be known: a sum over fewer is less sure than the one asked for.
KNOWN_SHARES = (0.6, 0.3)


@dataclass(frozen=True)
class Rest:
    """Sum of the days left, its 90% range, a day of weight 1, and how many forecasts the range rests on."""

    forecast: float
    low: float
    high: float
    level: float
    forecasts: int


def rest_of_period(past: pd.Series, weights: pd.Series, left: pd.Series) -> Rest | None:
    """Forecast the days left, and how wrong the same forecast was at every earlier day.

    Parameters
    ----------
    past : Series of float, CNY or counts
        One value a day up to now, without gaps in the index; NaN: not known, or a day of an event.
    weights : Series of float
        Weight of each of these days, as of the days left.
    left : Series of float
        Weight of each day left.

    Returns
    -------
    Rest or None
        None when no day is left, or when the past holds fewer than three forecasts that share no day.

    Raises
    ------
    Nothing.

    Notes
    -----
    Level: exponentially weighted mean of value / weight. Rolling origins (Tashman 2000, International Journal
    of Forecasting 16): the same number of days is forecast from every earlier day, and ln(actual / forecast)
    gives the range. Whatever moves the shop, memory, drift or promotions, has moved these errors too. Half of
    the range is their RMS times a t quantile, too wide where promotions leave heavy tails; half is what held
    nine errors of ten, too narrow where few of them share no day. Overlapping forecasts count for less:
    degrees of freedom are twice the number of those that share no day.

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", periods=120)
    >>> flat = pd.Series(10.0, days)
    >>> left = pd.Series(1.0, pd.date_range("2026-05-01", periods=5))
    >>> found = rest_of_period(flat, pd.Series(1.0, days), left)
    >>> round(found.forecast, 6), found.low <= found.forecast <= found.high
    (50.0, True)
    """
    ahead = len(left)
    known = past.notna().to_numpy()
    if not ahead or known.sum() < FEWEST_KNOWN:
        return None
    weight = np.where(known, weights.reindex(past.index).to_numpy(float), 0.0)
    ratio = past / weights.reindex(past.index)
    every = np.arange(FEWEST_KNOWN, len(past) - ahead + 1)
    held = _window(known.astype(float), every, ahead) / ahead
    tried = (every[held >= share] for share in KNOWN_SHARES)
    origins = next((each for each in tried if len(each) / ahead >= FEWEST_FORECASTS), None)
    if origins is None:
        return None
    apart = len(origins) / ahead
    actual = _window(np.nan_to_num(past.to_numpy(float)), origins, ahead)
    share = _window(weight, origins, ahead)
    best: tuple[float, float, np.ndarray] | None = None
    for alpha in FORGETTING:
        level = ratio.ewm(alpha=alpha, ignore_na=True).mean().to_numpy(float)
        with np.errstate(divide="ignore", invalid="ignore"):
            errors = np.log(actual / (level[origins - 1] * share))
        errors = errors[np.isfinite(errors)]
        rms = float(np.sqrt((errors**2).mean())) if len(errors) else math.inf
        if best is None or rms < best[0]:
            best = rms, float(level[-1]), np.abs(errors)
    assert best is not None
    if not math.isfinite(best[0]) or not best[1] > 0:
        return None
    wide = (float(stdtrit(2 * apart, 0.95)) * best[0] + float(np.quantile(best[2], 0.9))) / 2
    forecast = best[1] * float(left.sum())
    ends = forecast * math.exp(-wide), forecast * math.exp(wide)
    return Rest(forecast, *ends, level=best[1], forecasts=len(origins))


def _window(values: np.ndarray, origins: np.ndarray, ahead: int) -> np.ndarray:
    """Sum of the `ahead` days after each origin."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(total[origins + ahead] - total[origins])
