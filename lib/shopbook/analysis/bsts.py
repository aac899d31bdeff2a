"""The cross-check of the local level: Bayesian structural time series (bsts-causalimpact)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from causal_impact import CausalImpact, ModelOptions

from shopbook.analysis.local_level import Forecast

LEVEL_SD = 0.1
SEED = 7


@dataclass(frozen=True)
class Bsts:
    """ln(value) with ln(market) and weekday as regressors and a random-walk level, by Gibbs sampling.

    Parameters
    ----------
    days, y, control : arrays
        As in `local_level.LocalLevel`. The package wants an unbroken series: days that are left out are
        closed up.
    level_sd : float
        Prior sd of the level's daily step as a share of the series' sd (the package's default is .01).
    draws : int
        Sampler iterations; half of it again is warm-up.
    weekday : bool
        Whether weekday effects are regressors (not for weekly or yearly series).
    centred : bool
        Whether ln(value / market) is modelled, so that "moves with the market" is the prior, not "does not".
    """

    days: np.ndarray
    y: np.ndarray
    control: np.ndarray | None = None
    level_sd: float = LEVEL_SD
    draws: int = 400
    weekday: bool = True
    centred: bool = True

    def forecast(self, rows: int, days: np.ndarray, control: np.ndarray | None = None) -> Forecast:
        """Mean and covariance of the sampled predictions; parameters as in `LocalLevel.forecast`."""
        draws = self.predictions(rows, days, control)
        return Forecast(draws.mean(axis=0), np.atleast_2d(np.cov(draws.T)))

    def predictions(self, rows: int, days: np.ndarray, control: np.ndarray | None = None) -> np.ndarray:
        """Sampled predictions, one row a draw, one column a day of the window."""
        known = None if self.control is None else self.control[:rows]
        ahead = self._offset(control, len(days))
        response = self.y[:rows] - self._offset(known, rows)
        table = np.column_stack(
            [
                np.concatenate([response, np.full(len(days), response.mean())]),
                self._regressors(np.concatenate([self.days[:rows], days]), known, control),
            ]
        )
        options = ModelOptions(
            niter=self.draws,
            nwarmup=self.draws // 2,
            seed=SEED,
            prior_level_sd=self.level_sd,
            expected_model_size=max(1, table.shape[1] - 1),
        )
        last = rows + len(days) - 1
        impact = CausalImpact(pd.DataFrame(table), [0, rows - 1], [rows, last], model_args=options)
        sampled = np.asarray(impact._samples.predictions)
        result: np.ndarray = sampled * impact._prepared.y_sd + impact._prepared.y_mean + ahead
        return result

    def _offset(self, control: np.ndarray | None, rows: int) -> np.ndarray:
        if self.centred and control is not None and control.ndim == 1:
            return control
        return np.zeros(rows)

    def _regressors(self, days: np.ndarray, known: np.ndarray | None, ahead: np.ndarray | None) -> np.ndarray:
        columns: list[np.ndarray] = []
        if known is not None and ahead is not None:
            joined = np.concatenate([known, ahead])
            columns += [joined] if joined.ndim == 1 else list(joined.T)
        if self.weekday:
            columns += [(days % 7 == day) * 1.0 for day in range(6)]
        return np.column_stack(columns) if columns else np.empty((len(days), 0))
