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


def test_the_market_is_taken_off_one_to_one_when_it_is_one_line_and_the_model_is_centred():
    days, y, market = _base(10)
    assert Bsts(days, y, market)._offset(market, 10) is market
    for model, control in (
        (Bsts(days, y, market, centred=False), market),
        (Bsts(days, y), None),
        (Bsts(days, y), np.column_stack([market, market])),
    ):
        assert model._offset(control, 4).tolist() == [0.0] * 4


def test_regressors_are_the_market_and_six_weekdays():
    days, y, market = _base(14)
    weekdays = np.array([[float(day % 7 == at) for at in range(6)] for day in days])
    both = np.column_stack([market, market * 2])
    model = Bsts(days, y, market)
    np.testing.assert_array_equal(
        model._regressors(days, market[:9], market[9:]), np.column_stack([market, weekdays])
    )
    np.testing.assert_array_equal(
        model._regressors(days, both[:9], both[9:]), np.column_stack([both, weekdays])
    )
    np.testing.assert_array_equal(model._regressors(days, None, None), weekdays)
    assert Bsts(days, y, weekday=False)._regressors(days, None, None).shape == (14, 0)


def test_predictions_come_one_row_a_draw():
    days, y, _ = _base(30)
    model = Bsts(days, y, draws=40, weekday=False)
    draws = model.predictions(30, days[-1] + np.arange(1, 4))
    assert draws.shape == (40, 3)
    found = model.forecast(30, days[-1] + np.arange(1, 4))
    np.testing.assert_allclose(found.mean, draws.mean(axis=0))
    np.testing.assert_allclose(found.cov, np.cov(draws.T))
