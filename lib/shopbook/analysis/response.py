"""How far a shop follows its market: its own coefficient, learned, and drawn to one."""

from typing import NamedTuple

import numpy as np

from shopbook.analysis.grid import Gaps
from shopbook.analysis.noise import Noise, drift_of, noise_of

PRIOR_SD = 0.25
_REACH = 0.95
"""Before anything is known of a shop its coefficient lies within 1 +- 0.25, two times of three."""


class Response(NamedTuple):
    """A shop's move for one of its market, in log points, and the variance of that figure.

    `reach` is the largest market move (log points) it was learned from.
    """

    beta: float = 1.0
    variance: float = 0.0
    reach: float = np.inf

    def at(self, move: float) -> tuple[float, float]:
        """Coefficient and variance for a market move: what lies beyond the reach is as before learning."""
        seen = min(1.0, self.reach / max(abs(move), 1e-12))
        beta = seen * self.beta + (1 - seen)
        return beta, seen**2 * self.variance + (1 - seen) ** 2 * PRIOR_SD**2


FIXED = Response()
"""One to one, without doubt: a comparator that is no market, or none."""
UNKNOWN = Response(1.0, PRIOR_SD**2)
"""One to one as long as nothing is known, and the doubt that goes with it."""


def response_of(gaps: Gaps) -> Response:
    """The coefficient of a shop's figure to its market's, from a past of ordinary days.

    Parameters
    ----------
    gaps : Gaps
        Every day's log change against its comparable days, own and market.

    Returns
    -------
    Response
        `UNKNOWN` with fewer than three differences.

    Notes
    -----
    Posterior mean of a linear regression of own on market differences with prior N(1, 0.25^2); weights are
    the inverse of each difference's variance, tau2 x spread + sampling, with tau2 from what the coefficient
    leaves; neighbouring days resemble each other, so their weight is cut to the number of independent ones.
    A drift is taken off both sides: it is not the market's doing. Differences beyond 4.5 robust
    standard deviations are left out. Small moves of a market are partly its own noise, which no shop follows,
    and the coefficient is drawn down; so it speaks of moves of the size seen, up to their 95th percentile.

    Examples
    --------
    >>> market = np.random.default_rng(1).normal(0, .2, 120)
    >>> own = .7 * market + np.random.default_rng(2).normal(0, .02, 120)
    >>> round(response_of(Gaps(own, market, np.zeros(120), np.full(120, 1.25), np.full(120, 17.5))).beta, 1)
    0.7
    """
    found = UNKNOWN
    for _ in range(2):
        noise = noise_of(gaps, response=found.beta)
        if not noise.df > 0:
            return UNKNOWN
        found = _regressed(gaps, noise, found.beta)
    return found


def _regressed(gaps: Gaps, noise: Noise, beta: float) -> Response:
    """One step: own on market differences, weighted by `noise`, without the shocks that `beta` leaves."""
    variance = noise.tau2 * gaps.spread + gaps.sampling
    rest = gaps.own - beta * gaps.market
    known = np.isfinite(rest) & (variance > 0)
    known &= np.abs(rest - np.median(rest[known])) <= 4.5 * np.sqrt(variance) if known.any() else known
    if known.sum() < 3:
        return UNKNOWN
    weight = 1 / variance[known]
    lag = gaps.lag[known]
    own, market = (each[known] - drift_of(each[known], lag, weight) * lag for each in gaps[:2])
    weight *= min(1.0, noise.df / known.sum())
    precision = np.sum(weight * market**2) + 1 / PRIOR_SD**2
    beta = 1 + np.sum(weight * market * (own - market)) / precision
    return Response(float(beta), float(1 / precision), float(np.quantile(np.abs(market), _REACH)))
