"""Difference in differences by hand."""

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.did import difference_in_differences


def test_the_change_beyond_the_control_is_the_estimate():
    """10 -> 16 against 5 -> 7: (16 - 10) - (7 - 5) = 4."""
    after = pd.Series([False, False, True])
    found = difference_in_differences(pd.Series([9.0, 11, 16]), pd.Series([5.0, 5, 7]), after=after)
    assert found.value == pytest.approx(4.0)


def test_errors_that_last_make_the_estimate_less_certain():
    rng = np.random.default_rng(2)
    fresh = rng.normal(0, 1, 200)
    lasting = pd.Series(fresh).ewm(alpha=0.2).mean().to_numpy()
    lasting = lasting * fresh.std() / lasting.std()
    after = pd.Series(np.arange(200) >= 150)
    errors = [
        difference_in_differences(pd.Series(noise), pd.Series(np.zeros(200)), after=after).error
        for noise in (fresh, lasting)
    ]
    assert errors[1] > 1.5 * errors[0]


def test_both_sides_are_needed():
    with pytest.raises(ValueError, match="0 of 2"):
        difference_in_differences(pd.Series([1.0, 2]), pd.Series([1.0, 2]), after=pd.Series([False, False]))
