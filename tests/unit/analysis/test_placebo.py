"""Placebo campaigns: where they lie, what they say about a model's own sd."""

from dataclasses import dataclass

import numpy as np
import pytest

from shopbook.analysis.local_level import Forecast
from shopbook.analysis.placebo import Placebos, calibration, crossed, log_effect, placebos


@dataclass
class FlatModel:
    """Expects ln(value) 0 with a given daily sd, and remembers what it was asked."""

    days: np.ndarray
    y: np.ndarray
    sd: float
    control = None

    def __post_init__(self):
        self.asked = []

    def forecast(self, rows, days, control=None):
        self.asked.append((rows, int(days[0]), len(days)))
        return Forecast(np.zeros(len(days)), np.eye(len(days)) * self.sd**2)


def calibrate(model, **options):
    return calibration(placebos(model, **options))


def _model(rows=120, sd=0.1, noise=0.1):
    return FlatModel(np.arange(1000, 1000 + rows), np.random.default_rng(5).normal(0, noise, rows), sd)


def test_placebos_are_as_long_as_the_window_and_as_far_ahead():
    model = _model()
    calibrate(model, lead=5, length=10)
    assert model.asked[0] == (105, 1110, 10)
    assert model.asked[1] == (98, 1103, 10)


def test_every_placebo_has_six_weeks_before_it():
    model = _model()
    calibrate(model, lead=0, length=10)
    assert min(rows for rows, _, _ in model.asked) >= 42


def test_a_model_twice_too_sure_gets_about_twice_its_sd():
    assert calibrate(_model(400, sd=0.05), lead=0, length=10).factor == pytest.approx(2, rel=0.3)


def test_a_model_too_careful_keeps_its_sd():
    assert calibrate(_model(400, sd=0.3), lead=0, length=10).factor == 1.0


def test_fewer_than_8_placebos_double_the_model_interval():
    few = calibrate(_model(80), lead=0, length=10)
    assert few.count < 8
    assert few.factor == 2.0


def test_no_room_for_a_placebo_leaves_the_error_unknown():
    none = calibrate(_model(45), lead=0, length=10)
    assert none.count == 0
    assert np.isnan(none.rms)


def test_a_placebo_window_with_left_out_days_is_skipped():
    model = _model()
    kept = (model.days < 1100) | (model.days > 1105)
    calibrate(FlatModel(model.days[kept], model.y[kept], 0.1), lead=0, length=10)
    asked = FlatModel(model.days[kept], model.y[kept], 0.1)
    calibrate(asked, lead=0, length=10)
    assert all(length >= 8 for _, _, length in asked.asked)


def test_the_effect_is_that_of_the_total_not_the_mean_of_days():
    """Days of 100 and 300 against 100 and 100: the total doubled; the mean of logs would say x 1.73."""
    expected = Forecast(np.log([100.0, 100.0]), np.zeros((2, 2)))
    assert np.exp(log_effect(expected, np.array([100.0, 300.0])).log) == pytest.approx(2.0)


def test_noise_within_the_window_raises_an_expected_total_but_a_shared_error_does_not():
    own = log_effect(Forecast(np.zeros(50), np.eye(50) * 0.04), np.ones(50))
    shared = log_effect(Forecast(np.zeros(50), np.full((50, 50), 0.04)), np.ones(50))
    assert own.log == pytest.approx(-0.02, abs=0.001)
    assert shared.log == pytest.approx(0.0, abs=1e-9)
    assert (own.sd, shared.sd) == (pytest.approx(0.2 / np.sqrt(50)), pytest.approx(0.2))


def test_a_window_without_sales_has_no_log_effect():
    with pytest.raises(ValueError, match=r"0\.0"):
        log_effect(Forecast(np.zeros(2), np.eye(2)), np.zeros(2))


def _found(*errors):
    return Placebos(np.arange(len(errors) * 7.0, 0.0, -7.0), np.array(errors), np.full(len(errors), 0.1))


def test_the_best_model_is_held_against_the_half_that_did_not_choose_it():
    """`lucky` shines in the newer half only: chosen there, it answers for the older one."""
    lucky, steady = _found(0.0, 0.0, 0.4, 0.4), _found(0.3, 0.3, 0.3, 0.3)
    both = {"lucky": lucky, "steady": steady}
    name, honest = crossed(both, both)
    assert name == "lucky"
    assert honest.log.tolist() == [0.3, 0.3, 0.4, 0.4]


def test_one_model_alone_keeps_all_its_placebos():
    only = {"only": _found(0.1, -0.2, 0.3)}
    assert crossed(only, only)[1].log.tolist() == [0.1, -0.2, 0.3]


def test_a_choice_made_on_one_window_is_held_against_the_placebos_of_the_other():
    chosen = {"a": _found(0.1, 0.1, 0.1, 0.1), "b": _found(0.5, 0.5, 0.5, 0.5)}
    judged = {"a": _found(0.7, 0.7, 0.7), "b": _found(0.9, 0.9, 0.9)}
    assert crossed(chosen, judged)[1].log.tolist() == [0.7, 0.7, 0.7]


def test_without_a_placebo_the_first_model_is_taken():
    assert crossed({"a": _found(), "b": _found()}, {"a": _found(), "b": _found()})[0] == "a"
