"""The wrapper of bsts-causalimpact: same question, same units, repeatable."""

import numpy as np
import pytest

from shopbook.analysis.bsts import Bsts


def _base(rows=80):
    rng = np.random.default_rng(4)
    days, market = np.arange(739_000, 739_000 + rows), rng.normal(12, 0.1, rows)
    return days, market - 2 + rng.normal(0, 0.03, rows), market


def test_it_predicts_in_the_logs_it_was_given():
    days, y, market = _base()
    found = Bsts(days, y, market).forecast(80, days[-1] + np.arange(1, 6), np.full(5, 12.0))
    assert found.mean == pytest.approx(np.full(5, 10.0), abs=0.08)
    assert found.cov.shape == (5, 5)


def test_the_same_question_gets_the_same_answer():
    days, y, market = _base()
    ask = [Bsts(days, y, market).forecast(80, days[-1:] + 1, np.full(1, 12.0)).mean[0] for _ in range(2)]
    assert ask[0] == ask[1]


def test_a_base_without_a_market_is_answered():
    days, y, _ = _base()
    assert Bsts(days, y).forecast(80, days[-1:] + 1).mean[0] == pytest.approx(y.mean(), abs=0.2)
