"""The effects R's CausalImpact prints for its own series (tests/data/causalimpact/SOURCE.md)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.bsts import Bsts

DATA = Path(__file__).parents[1] / "data" / "causalimpact"
PACKAGE_DEFAULT_LEVEL_SD = 0.01


def _series(name: str) -> pd.DataFrame:
    table = pd.read_csv(DATA / f"{name}_data.csv", sep=" " if name == "volks" else ",")
    return table.drop(columns=["date", "Date"], errors="ignore")


@pytest.mark.parametrize(
    ("name", "base_rows", "effect", "low", "high"),
    [
        pytest.param("arma", 70, 0.89, 0.27, 1.5, id="arma"),
        pytest.param("google", 61, 27, 18, 36, id="google"),
        pytest.param("volks", 246, -44, -55, -33, id="volks: weeks before 2015-09-20"),
    ],
)
def test_effect_and_interval_are_within_5_percent_of_the_published_width(name, base_rows, effect, low, high):
    series = _series(name)
    y, controls, days = series.iloc[:, 0].to_numpy(), series.iloc[:, 1:].to_numpy(), np.arange(len(series))
    model = Bsts(
        days[:base_rows],
        y[:base_rows],
        controls[:base_rows],
        level_sd=PACKAGE_DEFAULT_LEVEL_SD,
        draws=4_000,
        weekday=False,
        centred=False,
    )
    draws = model.predictions(base_rows, days[base_rows:], controls[base_rows:])
    means = (y[base_rows:] - draws).mean(axis=1)
    # The published figures are rounded to two digits; rounding is added to the allowed 5% of the width.
    rounding = 0.005 if name == "arma" else 0.5
    allowed = 0.05 * (high - low) + rounding
    assert means.mean() == pytest.approx(effect, abs=allowed)
    assert np.percentile(means, 2.5) == pytest.approx(low, abs=allowed)
    assert np.percentile(means, 97.5) == pytest.approx(high, abs=allowed)


def test_the_base_of_volks_ends_before_2015_09_20():
    dates = pd.read_csv(DATA / "volks_data.csv", sep=" ")["Date"]
    assert dates.iloc[245] < "2015-09-20" <= dates.iloc[246]
