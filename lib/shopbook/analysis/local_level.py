"""The sales there would have been: level, trend, weekday and market effects, integrated out exactly."""

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import solve_triangular

# Level sd as a share of the daily noise sd. The prior falls off like exp(-share / 0.1): a level that moves a
# tenth of the daily noise a day is ordinary, one that moves as much as the noise is not. Chosen on
# benchmarks/accuracy.
LEVEL_SHARES = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1.0)
LEVEL_PRIOR = 0.1
# A shop moves with its market unless the base shows otherwise: coefficient 1, give or take a half.
CONTROL_MEAN, CONTROL_SD = 1.0, 0.5
# A shop keeps its size against its market unless the base shows a trend: 0, give or take .3% a day.
SLOPE_SD = 0.003
FEWEST_ROWS = 14


@dataclass(frozen=True)
class Forecast:
    """The predictive distribution of ln(value) on some days: mean vector and covariance matrix."""

    mean: np.ndarray
    cov: np.ndarray


@dataclass(frozen=True)
class LocalLevel:
    """y = level + slope * day + coefficient * control + weekday + noise, to be cut at any row of its base.

    Parameters
    ----------
    days : array of int
        Day numbers of the base, rising; gaps are allowed (a left-out day tells nothing).
    y : array of float
        ln(value) on these days; all finite.
    control : array of float or None
        ln(market) on these days; all finite. None: there is no market series.

    Notes
    -----
    For a given level share the model is a linear regression with known correlation, so coefficients, slope
    and level are integrated out in closed form; the share is summed over a grid with its marginal likelihood.
    Without the slope a shop that gains half a percent a day on its market would owe 6% to its campaign. It
    answers the same question as Bayesian structural time series (Brodersen et al. 2015, Annals of Applied
    Statistics 9), without sampling noise. A Cholesky factor's leading block is the factor of the leading
    days: one factorisation serves every placebo cut of the base, which is what makes rolling placebos cheap.
    """

    days: np.ndarray
    y: np.ndarray
    control: np.ndarray | None = None
    _white: list[np.ndarray] = field(default_factory=list, repr=False)
    _log_diagonals: list[np.ndarray] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        steps = self._steps(self.days)
        shared = np.minimum.outer(steps, steps)
        # Every later day shares with a known day what that day had moved by then: one column, `steps`, for
        # all.
        rows = np.column_stack([self._design(self.days, self.control), self.y, steps])
        for share in LEVEL_SHARES:
            factor = np.linalg.cholesky(np.eye(len(steps)) + share**2 * shared)
            self._white.append(solve_triangular(factor, rows, lower=True, check_finite=False))
            self._log_diagonals.append(np.log(np.diag(factor)).cumsum())

    def forecast(self, rows: int, days: np.ndarray, control: np.ndarray | None = None) -> Forecast:
        """The distribution of ln(value) on `days` as seen from the first `rows` rows of the base.

        Parameters
        ----------
        rows : int
            How many base rows are known; at least 14.
        days : array of int
            The days to predict, after the known ones.
        control : array of float or None
            ln(market) on `days`; None exactly when the model has no control.

        Returns
        -------
        Forecast
            Mean and covariance of ln(value), the day's own noise included.

        Raises
        ------
        ValueError
            If fewer than 14 rows are known or a control is given on one side only.
        """
        if rows < FEWEST_ROWS:
            raise ValueError(f"{rows} base rows, at least {FEWEST_ROWS} are needed")
        if (control is None) != (self.control is None):
            raise ValueError("a control must stand in the base and in the window, or in neither")
        ahead, steps = self._design(days, control), self._steps(days)
        moved = np.minimum.outer(steps, steps)
        parts = [self._given(index, rows, ahead, moved) for index in range(len(LEVEL_SHARES))]
        weights = _normalised(np.array([weight for _, _, weight in parts]))
        means = np.array([mean for mean, _, _ in parts])
        mean = weights @ means
        away = means - mean
        cov = sum(weight * part for weight, (_, part, _) in zip(weights, parts, strict=True))
        return Forecast(mean, cov + (away * weights[:, None]).T @ away)

    def _given(
        self, index: int, rows: int, ahead: np.ndarray, moved: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, float]:
        """Mean, covariance and log weight of the window, given one level share."""
        step = LEVEL_SHARES[index] ** 2
        white = self._white[index][:rows]
        x, y, reach = white[:, :-2], white[:, -2], step * white[:, -1]
        gram, beta, noise = _regress(x, y, self._priors())
        left = ahead - reach @ x
        own = np.eye(len(ahead)) + step * moved - reach @ reach
        cov = noise * (own + left @ np.linalg.solve(gram, left.T))
        weight = -(rows - x.shape[1]) / 2 * math.log(noise) - self._log_diagonals[index][rows - 1]
        weight -= np.linalg.slogdet(gram)[1] / 2 + LEVEL_SHARES[index] / LEVEL_PRIOR
        return ahead @ beta + reach @ (y - x @ beta), cov, weight

    def _design(self, days: np.ndarray, control: np.ndarray | None) -> np.ndarray:
        """Intercept, trend, control (around base means), weekday effects that sum to zero over the week."""
        weekday = days % 7
        columns = [np.ones(len(days)), days - self.days.mean()]
        if control is not None and self.control is not None:
            columns.append(control - self.control.mean())
        columns += [(weekday == day) * 1.0 - (weekday == 6) for day in range(6)]
        return np.column_stack(columns)

    def _priors(self) -> list[tuple[int, float, float]]:
        """Column, mean and sd of the coefficients something is known of before the data."""
        slope = [(1, 0.0, SLOPE_SD)]
        return slope if self.control is None else [*slope, (2, CONTROL_MEAN, CONTROL_SD)]

    def _steps(self, days: np.ndarray) -> np.ndarray:
        result: np.ndarray = (days - self.days[0]).astype(float)
        return result


def _regress(
    x: np.ndarray, y: np.ndarray, priors: list[tuple[int, float, float]]
) -> tuple[np.ndarray, np.ndarray, float]:
    """Least squares on whitened rows with priors: gram matrix, betas, noise variance."""
    gram = x.T @ x + np.eye(x.shape[1]) * 1e-9  # a weekday missing from a short base keeps effect 0
    moment, freedom = x.T @ y, max(len(y) - x.shape[1], 1)
    beta = np.linalg.solve(gram, moment)
    # A prior's weight is in units of the noise, so the noise is taken once without them.
    noise = max(float(((y - x @ beta) ** 2).sum()) / freedom, 1e-12)
    for column, mean, sd in priors:
        gram[column, column] += noise / sd**2
        moment[column] += noise / sd**2 * mean
    beta = np.linalg.solve(gram, moment)
    misfit = float(((y - x @ beta) ** 2).sum())
    misfit += sum(noise / sd**2 * (beta[column] - mean) ** 2 for column, mean, sd in priors)
    return gram, beta, max(misfit / (freedom + len(priors)), 1e-12)


def _normalised(log_weights: np.ndarray) -> np.ndarray:
    weights = np.exp(log_weights - log_weights.max())
    result: np.ndarray = weights / weights.sum()
    return result
