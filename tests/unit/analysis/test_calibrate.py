import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.calibrate import Calibration, deindex, fit_index, range_change, relative_range

DAYS = pd.date_range("2026-09-01", periods=40)


def values(days: int = 40) -> pd.Series:
    return pd.Series(np.exp(np.random.default_rng(0).normal(8, 0.3, days)), index=DAYS[:days])


def test_kappa_and_the_newest_day_are_kept():
    found = fit_index(values(), 12 * values() ** 0.65)
    assert (found.kappa, found.pairs, found.fitted_on) == (pytest.approx(0.65), 40, dt.date(2026, 10, 10))
    assert found.ratio(2**0.65) == pytest.approx(2)


def test_deindexing_gives_the_values_back():
    found = fit_index(values(), 12 * values() ** 0.65)
    assert deindex(12 * values() ** 0.65, found).to_numpy() == pytest.approx(values().to_numpy())
    assert deindex(pd.Series([0.0, -1.0]), found).isna().all()


@pytest.mark.parametrize(
    ("value", "index"),
    [
        pytest.param(values(19), values(19) ** 0.6, id="19 pairs"),
        pytest.param(values(), (values() ** 0.6).iloc[:10], id="known together on 10 days"),
        pytest.param(values() * 0 + 5, values(), id="a value that never moved"),
        pytest.param(values(), values() * 0 + 5, id="an index that never moved"),
    ],
)
def test_too_little_to_calibrate_is_none(value, index):
    assert fit_index(value, index) is None


def test_an_index_that_falls_with_the_value_is_refused():
    with pytest.raises(ValueError, match="falls"):
        fit_index(values(), 1e6 / values())


def test_a_calibration_without_slope_is_refused():
    with pytest.raises(ValueError, match="not positive"):
        deindex(pd.Series([1.0]), Calibration(0.0, 0.0, 0.1, 30, dt.date(2026, 11, 1)))


def test_sign_errors_fall_when_the_index_is_calibrated():
    """docs/methods.md 1c: read as values, indices of kappa 0.5-0.8 give the wrong sign in 13-26% of cases."""
    rng = np.random.default_rng(1)
    wrong = {"as values": 0, "calibrated": 0}
    for _ in range(400):
        kappa = rng.uniform(0.5, 0.8)
        own = pd.Series(np.exp(rng.normal(8, 0.2, 40)), index=DAYS)
        known = fit_index(own, 3 * own**kappa * np.exp(rng.normal(0, 0.01, 40)))
        own_change, market_change = rng.normal(0, 0.2), rng.normal(0, 0.2)
        truth = own_change - market_change
        index_ratio = np.exp(kappa * market_change)
        wrong["as values"] += np.sign(own_change - np.log(index_ratio)) != np.sign(truth)
        wrong["calibrated"] += np.sign(own_change - np.log(known.ratio(index_ratio))) != np.sign(truth)
    assert wrong["calibrated"] <= 0.05 * 400
    assert wrong["as values"] > 2 * wrong["calibrated"]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        pytest.param((1000, 1500), (1000, 1250), (-0.2, 0.5), id="overlapping ranges know no sign"),
        pytest.param((1500, 2000), (500, 1000), (0.5, 3.0), id="apart"),
        pytest.param((110, 110), (100, 100), (0.1, 0.1), id="exact figures"),
        pytest.param((100, 200), (0, 100), (None, None), id="a baseline that may be 0"),
    ],
)
def test_ranges_keep_both_ends(now, before, expected):
    wanted = [float("nan") if end is None else end for end in expected]
    assert list(range_change(now, before)) == pytest.approx(wanted, nan_ok=True)


def test_own_against_a_market_range():
    assert relative_range((0.1, 0.1), (-0.05, 0.2)) == pytest.approx((1.1 / 1.2 - 1, 1.1 / 0.95 - 1))
    assert all(np.isnan(end) for end in relative_range((0.1, 0.1), (-1.0, 0.2)))


@pytest.mark.parametrize("function", [range_change, relative_range])
def test_an_upside_down_range_is_refused(function):
    with pytest.raises(ValueError, match="upside down"):
        function((2.0, 1.0), (1.0, 1.0))
