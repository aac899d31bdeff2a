import pandas as pd
import pytest

from shopbook.metrics.ratio import pooled, ratio, share


def test_a_longer_period_is_a_ratio_of_sums_not_a_mean_of_ratios():
    assert pooled(pd.Series([10.0, 30.0]), pd.Series([100.0, 900.0])) == 0.04


def test_rows_known_on_one_side_only_are_left_out_of_both():
    assert pooled(pd.Series([10.0, None]), pd.Series([100.0, 900.0])) == 0.1


def test_nothing_to_divide_by_is_not_zero():
    assert pd.isna(pooled(pd.Series([0.0]), pd.Series([0.0])))


@pytest.mark.parametrize("function", [ratio, pooled])
def test_rows_of_different_days_are_refused(function):
    with pytest.raises(ValueError, match="differ"):
        function(pd.Series([1.0]), pd.Series([1.0, 2.0]))


def test_all_of_a_whole_is_one():
    assert share(pd.Series([5.0]), pd.Series([5.0])).tolist() == [1.0]
