"""The second opinion: a mix of rivals that moved like the shop before the campaign."""

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from shopbook.analysis.local_level import Forecast

# The row that makes the weights sum to one weighs this many times the largest donor value.
SUM_ROW = 1_000.0


def donor_weights(treated: pd.Series, donors: pd.DataFrame) -> pd.Series:
    """Non-negative weights, summing to one, of the donors that track `treated` before the intervention.

    Parameters
    ----------
    treated : Series of float
        The treated unit, periods before the intervention only.
    donors : DataFrame of float
        One column a donor, same index and unit; no missing values.

    Returns
    -------
    Series of float, share 0 to 1, indexed by donor

    Raises
    ------
    ValueError
        If a value is missing or there is no donor.

    Notes
    -----
    Abadie, Diamond, Hainmueller (2010), matched on the outcome's own path: least squares under w >= 0 with
    one heavy row for sum(w) = 1.

    Examples
    --------
    >>> donors = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [3.0, 1.0, 0.0]})
    >>> donor_weights(pd.Series([1.0, 2.0, 3.0]), donors).round(3).tolist()
    [1.0, 0.0]
    """
    if donors.shape[1] == 0 or donors.isna().any(axis=None) or treated.isna().any():
        raise ValueError(f"{donors.shape[1]} donors; every value must be known")
    heavy = SUM_ROW * max(float(donors.abs().max(axis=None)), 1e-6)
    rows = np.vstack([donors.to_numpy(float), np.full(donors.shape[1], heavy)])
    weights, _ = nnls(rows, np.append(treated.to_numpy(float), heavy), maxiter=100 * donors.shape[1] + 1000)
    return pd.Series(weights, index=donors.columns)


def synthetic(treated: pd.Series, donors: pd.DataFrame, *, before: pd.Series) -> pd.Series:
    """The treated unit as its donors would have it, for every period of the index.

    Parameters
    ----------
    treated : Series of float
        The treated unit over all periods.
    donors : DataFrame of float
        Donors over the same periods.
    before : Series of bool
        Which periods lie before the intervention.

    Returns
    -------
    Series of float, in the unit of `treated`

    Raises
    ------
    ValueError
        If a value before the intervention is missing.

    Examples
    --------
    >>> donors = pd.DataFrame({"a": [1.0, 2.0, 9.0], "b": [3.0, 1.0, 0.0]})
    >>> synthetic(pd.Series([1.0, 2.0, 3.0]), donors, before=pd.Series([True, True, False])).round(3).tolist()
    [1.0, 2.0, 9.0]
    """
    return donors @ donor_weights(treated[before], donors[before])


class RivalMix:
    """ln(value) as its base mean plus the weighted departures of the rivals' logs from theirs, by weekday.

    Shops differ in size, so levels are taken out first (the de-meaned synthetic control of Ferman and Pinto
    2021); the rest's sd stands for noise that is new every day. The placebos tell how much it understates.
    """

    def __init__(self, days: np.ndarray, y: np.ndarray, control: np.ndarray | None) -> None:
        if control is None:
            raise ValueError("a mix of rivals needs the rivals' values")
        self.days, self.y, self.control = days, y, control

    def forecast(self, rows: int, days: np.ndarray, control: np.ndarray | None = None) -> Forecast:
        """Mean and covariance of ln(value) on `days` given the rivals' logs there (one column a rival)."""
        if control is None:
            raise ValueError("a mix of rivals needs the rivals' values in the window")
        known, donors = self.y[:rows], self.control[:rows]
        middle = donors.mean(axis=0)
        weights = donor_weights(pd.Series(known - known.mean()), pd.DataFrame(donors - middle)).to_numpy()
        rest = known - known.mean() - (donors - middle) @ weights
        weekday = np.array([rest[self.days[:rows] % 7 == day].mean() for day in range(7)])
        noise = float((rest - weekday[self.days[:rows] % 7]).var(ddof=7))
        mean = known.mean() + (control - middle) @ weights + weekday[days % 7]
        # Of the base mean's own error the share of one week's days is kept: neighbouring days are alike.
        return Forecast(mean, noise * (np.eye(len(days)) + 7 / rows))
