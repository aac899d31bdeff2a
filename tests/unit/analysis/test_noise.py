"""The noise of a history against its moments taken step by step."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.grid import Gaps, Grid, gaps_of
from shopbook.analysis.noise import (
    Noise,
    _effective,
    _ordinary,
    drift_of,
    noise_of,
    noise_of_average,
    phi_by_moments,
    tau2_by_moments,
    tau2_of_parts,
)

NAN = float("nan")


def gaps(size: int = 90, *, seed: int = 0, sampling: float = 0.001, holes: float = 0.1) -> Gaps:
    """A shop that follows 0.7 of its market, drifts, wanders from day to day and had two shocks."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.2, size)
    wander = rng.normal(0, 0.05, size)
    wander[1:] += 0.8 * wander[:-1]
    own = 0.7 * market + wander + 0.02
    own[[20, 50]] += [2.0, -1.5]
    own[rng.random(size) < holes] = NAN
    weeks = rng.integers(1, 5, size)
    return Gaps(own, market, np.full(size, sampling), 1 + 1 / weeks, 3.5 + 3.5 * weeks)


def moments(found: Gaps, response: float, lags: int) -> tuple[float, float]:
    """The same by loops: differences without shocks and drift, squares less sampling, days that resemble."""
    rest = {at: own - response * found.market[at] for at, own in enumerate(found.own) if math.isfinite(own)}
    centre = np.median(list(rest.values()))
    typical = np.median([(value - centre) ** 2 for value in rest.values()]) / 0.4549
    for at, value in list(rest.items()):
        if abs(value - centre) > 4.5 * math.sqrt(max(found.sampling[at], typical)):
            del rest[at]
    lag = {at: found.lag[at] for at in rest}
    drift = sum(rest[at] * lag[at] for at in rest) / sum(lag[at] ** 2 for at in rest)
    rest = {at: value - drift * lag[at] for at, value in rest.items()}
    mean_square = sum(value**2 for value in rest.values()) / len(rest)
    resembling = 1.0
    for back in range(1, lags + 1):
        pairs = [rest[at] * rest[at - back] for at in rest if at - back in rest]
        if len(pairs) > 10:
            resembling += 2 * (sum(pairs) / len(pairs) / mean_square) ** 2
    df = len(rest) / resembling - 1
    squares = mean_square * len(rest) * (df + 1) / max(df, 1)
    return max(
        0, (squares - sum(found.sampling[at] for at in rest)) / sum(found.spread[at] for at in rest)
    ), df


@pytest.mark.parametrize(("window", "lags"), [(1, 6), (7, 13)])
@pytest.mark.parametrize("response", [1.0, 0.7])
@pytest.mark.parametrize(("size", "sampling"), [(90, 0.001), (90, 0.2), (30, 0.0), (12, 0.0)])
def test_noise_is_what_the_moments_leave_beyond_counting(window, lags, response, size, sampling):
    found = gaps(max(size, 60), sampling=sampling)
    found = Gaps(*(array[-size:] for array in found))
    tau2, df = moments(found, response, lags)
    noise = noise_of(found, response=response, window=window)
    assert noise.tau2 == pytest.approx(tau2, abs=1e-12)
    assert noise.df == pytest.approx(max(df, 0))


def plain(values: list[float], lag: float = 7.0) -> Gaps:
    own = np.array(values, float)
    return Gaps(own, np.zeros(len(own)), np.zeros(len(own)), np.full(len(own), 1.25), np.full(len(own), lag))


def test_three_differences_are_needed_to_know_a_noise():
    assert noise_of(plain([0.1, -0.1])).df == 0
    assert math.isnan(noise_of(plain([0.1, -0.1, NAN])).tau2)
    found = noise_of(plain([0.1, -0.1, 0.0]))
    assert (found.df, found.tau2) == (2.0, pytest.approx(0.02 * (3 / 2) / 3.75))


def test_a_course_that_stands_still_has_no_noise():
    assert noise_of(plain([0.0] * 20)) == Noise(0.0, 19.0)
    assert noise_of(plain([0.1] * 20)).tau2 == pytest.approx(0.0, abs=1e-12)  # a drift is none


def test_a_drift_is_the_slope_through_nothing():
    rest, lag = np.array([1.0, 2.0, 2.5]), np.array([7.0, 14.0, 21.0])
    assert drift_of(rest, lag) == pytest.approx(np.linalg.lstsq(lag[:, None], rest, rcond=None)[0][0])
    weight = np.array([1.0, 4.0, 0.0])
    assert drift_of(rest, lag, weight) == pytest.approx((7 + 4 * 28) / (49 + 4 * 196))


def test_a_difference_is_a_shock_beyond_four_and_a_half_sds_of_counting_or_of_the_others():
    rest, counting = np.array([0.0, 0, 0, 0, 0.9, -0.91, NAN]), np.full(7, 0.04)
    assert _ordinary(rest, counting).tolist() == [True] * 5 + [False, False]
    # The middle of the squares is 1, that of a chi-square 0.4549: the limit is 4.5 x 1.4827 = 6.67.
    usual = np.array([-1.0, -1, 0, 1, 1, 6.6, -6.7])
    assert _ordinary(usual, np.zeros(7)).tolist() == [True] * 6 + [False]
    assert _ordinary(np.array([0.0, 0.001, 5.0]), np.zeros(3)).tolist() == [True, True, False]
    assert _ordinary(np.array([5.0, NAN, -5.0]), np.zeros(3)).tolist() == [True, False, True]


def test_days_that_resemble_each_other_count_less_from_eleven_pairs_on():
    ones = np.ones(11)
    assert _effective(ones, 1) == 11.0  # ten pairs
    assert _effective(np.ones(12), 1) == pytest.approx(12 / 3)  # eleven that are the same
    assert _effective(np.ones(13), 2) == pytest.approx(13 / 5)
    turning = np.array([1.0, -2.0] * 10)
    assert _effective(turning, 1) == pytest.approx(20 / (1 + 2 * (2 / 2.5) ** 2))
    assert _effective(np.zeros(30), 3) == 30.0
    assert _effective(np.array([NAN, 1.0, -1.0]), 2) == 2.0


def test_parts_are_held_against_the_same_reference_and_rows_before_it_left_out():
    days = pd.date_range("2026-01-01", periods=70)
    rng = np.random.default_rng(1)
    parts = pd.DataFrame(rng.poisson(50, (70, 3)).astype(float), days, list("abc"))
    parts.iloc[30:40, 1] = NAN
    reference = pd.Series(rng.poisson(500, 70).astype(float), days)
    alone = [tau2_by_moments(parts[name], reference).tau2 for name in parts]
    np.testing.assert_allclose(tau2_of_parts(parts, reference), alone, rtol=1e-9)
    late = reference.iloc[10:]
    alone = [tau2_by_moments(parts.iloc[10:][name], late).tau2 for name in parts]
    np.testing.assert_allclose(tau2_of_parts(parts, late), alone, rtol=1e-9)


def averages(buyers: np.ndarray, seed: int = 0, one: float = 0.6, even: float = 0.0) -> Grid:
    """Baskets of 100 whose daily mean scatters by one / sqrt(buyers), or as much on every day."""
    rng = np.random.default_rng(seed)
    away = rng.normal(0, 1, len(buyers)) * (one / np.sqrt(buyers) + even)
    market = np.exp(rng.normal(0, 0.1, len(buyers)))
    return Grid(buyers * 100 * np.exp(away) * market**0.8, buyers, market, np.arange(len(buyers)))


def grid_of(amount: np.ndarray, buyers: np.ndarray) -> Grid:
    return Grid(amount, buyers, np.ones(len(buyers)), np.arange(len(buyers)))


def last_base(size: int) -> np.ndarray:
    base = np.zeros(size, bool)
    base[[-8, -15, -22]] = True
    return base


def test_an_average_that_scatters_by_its_buyers_has_the_noise_of_the_days_asked_for():
    buyers = np.tile([4.0, 400.0], 70)
    grid = averages(buyers)
    base = last_base(140)
    found = noise_of_average(grid, base, response=0.8)
    past = gaps_of(grid.past, kind="mean")
    steady = noise_of(past, response=0.8)
    counts = gaps_of(Grid(buyers[:-1], np.ones(139), np.ones(139), np.arange(139)), kind="count").sampling
    rest = past.own - 0.8 * past.market
    used = np.isfinite(rest) & (counts > 0)
    centred = rest[used] - drift_of(rest[used], past.lag[used]) * past.lag[used]
    # Squares as far as they are no shock, over the counting variance of as many buyers.
    squares = np.minimum(centred**2, 4.5**2 * steady.tau2 * past.spread[used])
    one = squares.sum() / counts[used].sum()
    unit = 1 / buyers[-1] + 1 / buyers[base].sum()
    assert found.tau2 == pytest.approx(one * unit / (1 + 1 / 3))
    assert found.df == steady.df
    assert one == pytest.approx(0.36, rel=0.35)


def test_an_average_that_scatters_alike_on_all_days_keeps_its_steady_noise():
    grid = averages(np.tile([4.0, 400.0], 70), one=0.0, even=0.05)
    steady = noise_of(gaps_of(grid.past, kind="mean"))
    assert noise_of_average(grid, last_base(140)) == steady
    alone = grid._replace(denominator=np.ones(140), numerator=grid.numerator / grid.denominator)
    assert noise_of_average(alone, last_base(140)) == noise_of(gaps_of(alone.past, kind="mean"))


def test_an_average_that_never_moved_has_no_noise_however_its_buyers_do():
    buyers = np.tile([4.0, 400.0], 70)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = noise_of_average(grid_of(buyers * 100, buyers), last_base(140))
    assert found.tau2 == 0.0


def test_an_average_of_too_short_a_past_has_no_known_noise():
    grid = averages(np.tile([4.0, 400.0], 5))
    found = noise_of_average(grid, np.zeros(10, bool))
    assert (math.isnan(found.tau2), found.df) == (True, 0.0)


def test_over_dispersion_is_the_mean_square_without_the_largest_percent():
    counts = np.full(200, 14.0)
    counts[:2] = 1000.0  # one in a hundred is a shock
    assert phi_by_moments(counts, np.full(200, 10.0)) == pytest.approx(1.6)
    assert phi_by_moments(np.array([14.0, 6.0, 5.0]), np.array([10.0, 10.0, 0.0])) == pytest.approx(1.6)
    assert phi_by_moments(np.array([NAN, 14.0]), np.array([10.0, 10.0])) == pytest.approx(1.6)
    assert phi_by_moments(np.array([2.0]), np.array([0.5])) == pytest.approx(4.5)
    assert phi_by_moments(np.array([5.0]), np.array([0.0])) == 1.0
    assert phi_by_moments(np.array([11.0]), np.array([10.0])) == 1.0
