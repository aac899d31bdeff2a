"""Weights of the rivals, by hand."""

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.synthetic_control import RivalMix, donor_weights, synthetic


def test_a_mix_of_two_donors_is_found():
    """y = 0.25 a + 0.75 b, exactly."""
    donors = pd.DataFrame({"a": [4.0, 8, 0, 4], "b": [0.0, 4, 4, 8]})
    weights = donor_weights(0.25 * donors["a"] + 0.75 * donors["b"], donors)
    assert weights.tolist() == pytest.approx([0.25, 0.75], abs=1e-6)


def test_a_donor_that_moves_against_gets_no_weight():
    donors = pd.DataFrame({"with": [1.0, 2, 3, 4], "against": [4.0, 3, 2, 1]})
    assert donor_weights(pd.Series([1.1, 2.1, 3.1, 4.1]), donors)["against"] == pytest.approx(0, abs=1e-6)


def test_what_happens_after_does_not_move_the_weights():
    donors = pd.DataFrame({"a": [1.0, 2, 100], "b": [2.0, 1, 0]})
    before = pd.Series([True, True, False])
    assert synthetic(pd.Series([1.0, 2, 0]), donors, before=before).tolist()[2] == pytest.approx(
        100, rel=1e-4
    )


def test_a_missing_value_is_refused():
    with pytest.raises(ValueError, match="every value must be known"):
        donor_weights(pd.Series([1.0, 2]), pd.DataFrame({"a": [1.0, np.nan]}))


def test_rivals_of_another_size_follow_their_changes():
    days = np.arange(739_000, 739_060)
    shape = np.sin(np.arange(61) / 5)
    rivals = np.column_stack([20 + shape, 3 - shape])
    model = RivalMix(days, 10 + shape[:60], rivals[:60])
    ahead = model.forecast(60, np.array([739_060]), rivals[60:])
    assert ahead.mean[0] == pytest.approx(10 + shape[60], abs=0.05)


def test_a_mix_without_rivals_in_the_window_is_refused():
    days = np.arange(50)
    with pytest.raises(ValueError, match="rivals"):
        RivalMix(days, np.zeros(50), np.zeros((50, 2))).forecast(50, days[:1] + 50)
