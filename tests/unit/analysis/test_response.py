"""A shop's own coefficient to its market: learned, drawn to one, and not stretched beyond what was seen."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.compare import against
from shopbook.analysis.grid import Gaps
from shopbook.analysis.response import PRIOR_SD, UNKNOWN, response_of

LAST = dt.date(2026, 11, 20)
BASE = [LAST - dt.timedelta(weeks=back) for back in (4, 3, 2, 1)]


def gaps(beta: float, *, moves: float, noise: float = 0.02, size: int = 120) -> Gaps:
    market = np.random.default_rng(1).normal(0, moves, size)
    own = beta * market + np.random.default_rng(2).normal(0, noise, size)
    return Gaps(own, market, np.zeros(size), np.full(size, 1.25), np.full(size, 17.5))


@pytest.mark.parametrize("beta", [0.6, 1.0, 1.4])
def test_the_coefficient_is_learned_from_a_market_that_moves(beta):
    assert response_of(gaps(beta, moves=0.2)).beta == pytest.approx(beta, abs=0.06)


def test_a_market_that_stands_still_teaches_nothing():
    found = response_of(gaps(0.6, moves=1e-4))
    assert found.beta == pytest.approx(1.0, abs=0.02)
    assert found.variance == pytest.approx(PRIOR_SD**2, rel=0.05)


def test_a_drift_of_the_shop_is_not_the_markets_doing():
    steady = gaps(1.0, moves=0.1)
    drifting = steady._replace(own=steady.own + 0.3)
    assert response_of(drifting).beta == pytest.approx(response_of(steady).beta, abs=1e-6)


def test_nothing_known_is_one_to_one_with_its_doubt():
    assert response_of(gaps(0.6, moves=0.1, size=2)) == UNKNOWN


def test_a_move_beyond_what_was_seen_is_as_before_learning():
    found = response_of(gaps(0.5, moves=0.05))
    near, far = found.at(0.05), found.at(2.0)
    assert near == (found.beta, found.variance)
    assert abs(far[0] - 1) < abs(near[0] - 1)
    assert far[1] > near[1]


def test_a_shop_that_follows_its_market_less_is_no_winner_when_the_market_falls():
    days = pd.date_range(end=LAST, periods=126)
    rng = np.random.default_rng(4)
    shared = rng.normal(0, 0.15, 126)
    shared[-1] = -0.3
    own = pd.Series(rng.poisson(5_000 * np.exp(0.6 * shared)).astype(float), days)
    market = pd.Series(1e6 * np.exp(shared), days)
    found = against(own, LAST, kind="count", baseline_days=BASE, reference=market)
    assert found.verdict in ("same", "unknown")
    assert found.beta == pytest.approx(0.6, abs=0.1)
    assert found.shift == pytest.approx((1 + found.market_change) ** found.beta - 1)
