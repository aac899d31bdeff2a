"""The local level against the same question asked by brute force, and its rules."""

import numpy as np
import pytest

from shopbook.analysis.local_level import LocalLevel


def _base(rows=60, *, control=True, seed=3):
    rng = np.random.default_rng(seed)
    days = np.arange(739_000, 739_000 + rows)
    market = rng.normal(0, 0.1, rows)
    return days, 10 + market + rng.normal(0, 0.05, rows), market if control else None


def test_a_cut_base_answers_like_a_model_that_never_saw_the_rest():
    days, y, market = _base()
    ahead, control = days[50:55], market[50:55]
    whole = LocalLevel(days, y, market).forecast(50, ahead, control)
    alone = LocalLevel(days[:50], y[:50], market[:50]).forecast(50, ahead, control)
    # The control's centre differs between the two; only the intercept takes it up, which has no prior.
    assert whole.mean == pytest.approx(alone.mean, abs=1e-6)
    assert whole.cov == pytest.approx(alone.cov, abs=1e-6)


def test_a_market_that_doubles_doubles_the_expectation_of_a_shop_that_moves_with_it():
    days, y, market = _base(120)
    model = LocalLevel(days, y, market)
    ahead = np.arange(days[-1] + 1, days[-1] + 8)
    still = model.forecast(120, ahead, np.zeros(7)).mean.mean()
    doubled = model.forecast(120, ahead, np.full(7, np.log(2))).mean.mean()
    assert doubled - still == pytest.approx(np.log(2), abs=0.08)


def test_days_further_ahead_are_less_certain():
    days, y, _ = _base(control=False)
    ahead = np.arange(days[-1] + 1, days[-1] + 30)
    sd = np.sqrt(np.diag(LocalLevel(days, y).forecast(60, ahead).cov))
    assert sd[21] > sd[0]


def test_days_left_out_of_the_base_are_allowed():
    days, y, market = _base()
    kept = np.delete(np.arange(60), [20, 21, 22])
    found = LocalLevel(days[kept], y[kept], market[kept]).forecast(57, days[-1:] + 1, np.zeros(1))
    assert found.mean[0] == pytest.approx(10, abs=0.1)


def test_a_weekday_pattern_is_carried_forward():
    days, y, _ = _base(84, control=False)
    saturdays = days % 7 == 6
    model = LocalLevel(days, y + 0.5 * saturdays)
    ahead = np.arange(days[-1] + 1, days[-1] + 8)
    mean = model.forecast(84, ahead).mean
    assert mean[ahead % 7 == 6][0] - mean[ahead % 7 != 6].mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("rows", "with_control", "message"),
    [
        pytest.param(13, True, "13 base rows", id="too few rows"),
        pytest.param(60, False, "in neither", id="control in the base only"),
    ],
)
def test_what_cannot_be_answered_says_why(rows, with_control, message):
    days, y, market = _base()
    with pytest.raises(ValueError, match=message):
        LocalLevel(days, y, market).forecast(rows, days[-1:] + 1, np.zeros(1) if with_control else None)
