import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

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


def test_an_index_is_fitted_by_least_squares_of_logs():
    value = values()
    index = 12 * value**0.65 * np.exp(np.random.default_rng(1).normal(0, 0.05, 40))
    found = fit_index(value, index)
    line = stats.linregress(np.log(value), np.log(index))
    assert (found.kappa, found.a) == (pytest.approx(line.slope), pytest.approx(line.intercept))
    assert found.kappa_error == pytest.approx(line.stderr)


def test_twenty_days_known_on_both_sides_are_enough():
    value = values(22)
    value.iloc[[0, 1]] = [0.0, np.nan]
    index = 3 * values(22) ** 0.6
    assert fit_index(value, index).pairs == 20
    index.iloc[5] = 0.0
    assert fit_index(value, index) is None


@pytest.mark.parametrize(("swing", "known"), [(2e-4, True), (1e-4, False)])
def test_a_value_that_hardly_moved_teaches_nothing(swing, known):
    """40 days at +-swing have squares of 40 x swing^2; a millionth is the limit."""
    value = pd.Series(1000 * np.exp(np.tile([swing, -swing], 20)), DAYS)
    assert (fit_index(value, value**0.6) is not None) is known


@pytest.mark.parametrize(("kappa", "known"), [(0.051, True), (0.049, False)])
def test_a_slope_under_a_twentieth_cannot_be_turned_round(kappa, known):
    assert (fit_index(values(), 12 * values() ** kappa) is not None) is known


def test_a_slope_must_be_twice_its_error_and_may_not_be_surely_negative():
    x = values()
    steps = np.log(x) - np.log(x).mean()
    noise = np.random.default_rng(3).normal(0, 1, 40)
    noise -= noise.mean() + steps.to_numpy() * (noise @ steps) / (steps @ steps)
    error = np.sqrt(noise @ noise / 38 / (steps @ steps))  # of a slope beside this noise

    def index(slope_errors: float) -> pd.Series:
        return np.exp(0.1 * (slope_errors * steps + noise / error))

    assert fit_index(x, index(2.01)).kappa == pytest.approx(0.201)
    assert fit_index(x, index(1.99)) is None
    assert fit_index(x, index(-1.99)) is None
    with pytest.raises(ValueError, match="falls while the value rises"):
        fit_index(x, index(-2.01))


def test_values_come_back_from_an_index_by_the_same_line():
    known = Calibration(a=1.0, kappa=0.5, kappa_error=0.01, pairs=30, fitted_on=dt.date(2026, 11, 1))
    assert deindex(pd.Series([np.e * 3]), known).tolist() == pytest.approx([9.0])
    assert known.ratio(3.0) == pytest.approx(9.0)
    with pytest.raises(ValueError, match="not positive"):
        deindex(pd.Series([1.0]), Calibration(0.0, -0.1, 0.1, 30, dt.date(2026, 11, 1)))


def test_exact_figures_are_ranges_of_no_width_and_unknown_ends_allow_nothing():
    assert range_change((5.0, 5.0), (4.0, 4.0)) == (0.25, 0.25)
    assert all(np.isnan(end) for end in range_change((5.0, 6.0), (4.0, np.inf)))
    assert all(np.isnan(end) for end in range_change((5.0, 6.0), (0.0, 4.0)))
    assert relative_range((0.0, 0.0), (0.0, 0.0)) == (0.0, 0.0)
    assert all(np.isnan(end) for end in relative_range((0.1, 0.2), (-0.1, np.inf)))
    assert relative_range((0.1, 0.3), (-0.5, 0.5)) == pytest.approx((1.1 / 1.5 - 1, 1.3 / 0.5 - 1))
