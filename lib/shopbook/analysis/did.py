"""Difference in differences, the common practice the campaign estimator is measured against."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Difference:
    """An estimate with its standard error (NaN when it has none)."""

    value: float
    error: float


def difference_in_differences(treated: pd.Series, control: pd.Series, *, after: pd.Series) -> Difference:
    """How much more `treated` changed than `control`, means before against means after.

    Parameters
    ----------
    treated, control : Series of float
        The same periods of both, same unit (or both in logs).
    after : Series of bool
        Which periods lie after the intervention.

    Returns
    -------
    Difference
        `error`: heteroskedasticity and autocorrelation consistent (Newey and West 1987), 7 lags.

    Raises
    ------
    ValueError
        If there is no period before or none after.

    Notes
    -----
    Equals the interaction coefficient of the saturated two-by-two regression when the panel is balanced.

    Examples
    --------
    >>> after = pd.Series([False, False, True, True])
    >>> difference_in_differences(pd.Series([1.0, 1, 4, 4]), pd.Series([1.0, 1, 2, 2]), after=after).value
    2.0
    """
    if after.all() or not after.any():
        raise ValueError(f"{int(after.sum())} of {len(after)} periods lie after; both sides are needed")
    gap = (treated - control).to_numpy(float)
    late = after.to_numpy(bool)
    value = float(gap[late].mean() - gap[~late].mean())
    rest = gap - np.where(late, gap[late].mean(), gap[~late].mean())
    return Difference(value, float(np.sqrt(_newey_west(rest, late, lags=min(7, len(gap) - 2)))))


def _newey_west(rest: np.ndarray, late: np.ndarray, lags: int) -> float:
    """Variance of the difference of the two means."""
    weight = np.where(late, 1 / late.sum(), -1 / (~late).sum())
    score = weight * rest
    total = float(score @ score)
    for lag in range(1, lags + 1):
        total += 2 * (1 - lag / (lags + 1)) * float(score[lag:] @ score[:-lag])
    return max(total, 0.0)
