"""California's tobacco programme: the published synthetic control and difference in differences.

Abadie, Diamond, Hainmueller (2010); data and licence in tests/data/prop99/SOURCE.md.
"""

from pathlib import Path

import pandas as pd
import pytest

from shopbook.analysis.did import difference_in_differences
from shopbook.analysis.synthetic_control import donor_weights, synthetic

DATA = Path(__file__).parents[1] / "data" / "prop99"


@pytest.fixture(scope="module")
def sales() -> pd.DataFrame:
    return pd.read_csv(DATA / "california_prop99.csv", index_col="Year")


@pytest.fixture(scope="module")
def gap(sales) -> pd.Series:
    before = pd.Series(sales.index <= 1988, index=sales.index)
    donors = sales.drop(columns="California")
    return sales["California"] - synthetic(sales["California"], donors, before=before)


def test_mean_effect_1989_to_2000_is_minus_19_5_packs(gap):
    assert round(gap.loc[1989:2000].mean(), 1) == -19.5


def test_effect_in_2000_is_minus_26_6_packs(gap):
    assert round(gap.loc[2000], 1) == -26.6


def test_weights_are_not_negative_and_sum_to_one(sales):
    before = sales[sales.index <= 1988]
    weights = donor_weights(before["California"], before.drop(columns="California"))
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-6)


def test_difference_in_differences_is_minus_27_35_packs():
    means = pd.read_csv(DATA / "smoking.csv").groupby(["year", "california"])["cigsale"].mean().unstack()
    after = pd.Series(means.index > 1988, index=means.index)
    assert round(difference_in_differences(means[True], means[False], after=after).value, 2) == -27.35
