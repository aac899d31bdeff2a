"""Intervals of relative changes against the formulas they come from, taken from scipy's distributions."""

import dataclasses
import math

import pytest
from scipy import stats

from shopbook.analysis.comparison import Comparison, undecided
from shopbook.analysis.noise import QUIET, Noise
from shopbook.analysis.relative import compare_count, compare_mean, compare_rate
from shopbook.analysis.response import FIXED, Response

NOISE = Noise(0.04**2, 12.0)
LEARNED = Response(0.8, 0.1**2, 0.5)
Z = stats.norm.ppf(0.95)


def wander(noise: Noise, days: tuple[int, int]) -> float:
    return math.sqrt(noise.tau2 / days[0] + noise.tau2 / days[1]) * stats.t.ppf(0.95, noise.df)


def logit_ends(now: float, before: float) -> tuple[float, float]:
    """Jeffreys: of all that were counted, how many fall into the first window; as log odds."""
    return tuple(math.log(q / (1 - q)) for q in stats.beta(now + 0.5, before + 0.5).ppf([0.05, 0.95]))


@pytest.mark.parametrize(("now", "before"), [(40.0, 300.0), (0.0, 300.0), (40.0, 0.0)])
@pytest.mark.parametrize(("market", "response"), [(None, FIXED), (1.3, FIXED), (0.7, LEARNED)])
def test_a_count_reaches_as_far_as_counting_noise_and_the_coefficient_allow(now, before, market, response):
    days = (3, 5)
    found = compare_count(now, before, market_ratio=market, noise=NOISE, days=days, response=response)
    moved = math.log(market or 1)
    ends = logit_ends(now, before)
    centre = math.log(max(now, 0.5) / max(before, 0.5))
    beyond = wander(NOISE, days), math.sqrt(response.variance) * moved * Z
    middle = centre - math.log(3 / 5) - response.beta * moved
    low = middle - math.hypot(centre - ends[0], *beyond)
    high = middle + math.hypot(ends[1] - centre, *beyond)
    assert found.interval == pytest.approx((math.expm1(low), math.expm1(high)))
    assert (found.value, found.baseline) == (now / 3, before / 5)
    half = (ends[1] - ends[0]) / 2
    share = beyond[0] ** 2 / (half**2 + beyond[0] ** 2 + beyond[1] ** 2)
    assert found.df == pytest.approx(min(NOISE.df / share**2, 1e6))
    assert found.tau == pytest.approx(0.04)
    change = now / 3 / (before / 5) - 1 if before else None
    assert found.change == (pytest.approx(change) if before else None)
    if market is None:
        assert (found.relative, found.market_change, found.beta) == (None, None, 1.0)
        assert (found.comparator, found.caveats) == (False, ("no_market",))
    else:
        assert found.relative == (pytest.approx((1 + change) / market**response.beta - 1) if before else None)
        assert (found.market_change, found.beta) == (pytest.approx(market - 1), response.beta)
        assert (found.comparator, found.caveats) == (True, ())


@pytest.mark.parametrize("now", [(60.0, 100.0), (100.0, 100.0)])
def test_a_rate_has_the_reach_of_a_count_cut_by_what_its_trials_fix(now):
    before = (300.0, 400.0)
    found = compare_rate(now, before, market_ratio=1.1, noise=NOISE, days=(2, 3))
    x1, n1, x0, n0 = (each + 0.5 for each in (*now, *before))
    cut = math.sqrt((1 / x1 - 1 / n1 + 1 / x0 - 1 / n0) / (1 / x1 + 1 / x0))
    centre, ends = math.log(now[0] / before[0]), logit_ends(now[0], before[0])
    middle = math.log(now[0] / now[1] / 0.75) - math.log(1.1)
    low = middle - math.hypot((centre - ends[0]) * cut, wander(NOISE, (2, 3)))
    high = middle + math.hypot((ends[1] - centre) * cut, wander(NOISE, (2, 3)))
    assert found.interval == pytest.approx((math.expm1(low), math.expm1(high)))
    assert (found.value, found.baseline) == (now[0] / now[1], 0.75)


def test_an_average_has_the_noise_of_its_own_history_only():
    found = compare_mean(120.0, 100.0, market_ratio=1.05, noise=NOISE, days=(2, 6), response=LEARNED)
    moved = math.log(1.05)
    reach = math.hypot(wander(NOISE, (2, 6)), 0.1 * moved * Z)
    middle = math.log(1.2) - 0.8 * moved
    assert found.interval == pytest.approx((math.expm1(middle - reach), math.expm1(middle + reach)))
    assert (found.value, found.baseline, found.change) == (120.0, 100.0, pytest.approx(0.2))


@pytest.mark.parametrize(
    "made",
    [
        lambda: compare_mean(0.0, 100.0, noise=NOISE),
        lambda: compare_mean(100.0, 0.0, noise=NOISE),
        lambda: compare_mean(100.0, 90.0, noise=QUIET),
        lambda: compare_count(0.0, 0.0, noise=NOISE),
        lambda: compare_count(5.0, 9.0, noise=Noise(math.nan, 0.0)),
        lambda: compare_count(5.0, 9.0, market_ratio=0.0),
        lambda: compare_count(5.0, 9.0, market_ratio=math.nan),
        lambda: compare_rate((0.0, 0.0), (5.0, 100.0)),
        lambda: compare_rate((5.0, 100.0), (0.0, 0.0)),
        lambda: compare_rate((0.0, 10.0), (0.0, 100.0)),
    ],
)
def test_what_cannot_be_held_against_anything_has_no_interval(made):
    found = made()
    assert (found.interval, found.verdict, found.comparator) == (None, "unknown", False)


def test_the_smallest_figures_are_held_against_each_other():
    assert compare_mean(0.5, 0.8, noise=NOISE).interval is not None
    assert compare_rate((0.0, 1.0), (1.0, 1.0)).value == 0.0
    assert compare_count(0.0, 0.5).interval is not None
    assert compare_count(5.0, 1.0, market_ratio=0.5, days=(1, 2)).change == 9.0


def test_what_is_undecided_still_shows_its_figures():
    found = compare_rate((0.0, 0.0), (5.0, 100.0))
    assert math.isnan(found.value)
    assert (found.baseline, found.change) == (0.05, None)
    assert compare_rate((5.0, 100.0), (0.0, 0.0)).value == 0.05
    assert compare_count(6.0, 9.0, market_ratio=0.0, days=(1, 3)).change == 1.0
    assert compare_mean(0.0, 100.0, noise=NOISE).change == -1.0
    assert undecided(3.0, 0.0).change is None
    plain = undecided(3.0, 0.0)
    assert (plain.beta, plain.df, plain.looks, plain.comparator) == (1.0, 1e6, 1, False)
    assert undecided(3.0, 2.0, caveats=("short_base",)).change == 0.5


def test_none_and_all_are_allowed_and_less_or_more_are_not():
    assert compare_mean(0.0, 0.0).verdict == "unknown"
    assert compare_rate((10.0, 10.0), (5.0, 10.0)).interval is not None
    for now, before in (((11.0, 10.0), (5.0, 10.0)), ((5.0, 10.0), (11.0, 10.0))):
        with pytest.raises(ValueError, match=r"11\.0 successes of 10\.0"):
            compare_rate(now, before)


def test_what_is_only_counted_is_as_good_as_normal():
    assert compare_count(50.0, 100.0).df == 1e6
    assert compare_count(50.0, 100.0, noise=Noise(1e-14, 5.0)).df == 1e6
    assert compare_mean(50.0, 100.0, noise=Noise(0.01, 5.0)).df == pytest.approx(5.0)


def test_a_direction_is_judged_by_what_is_good():
    high = {
        good: compare_mean(150.0, 100.0, noise=NOISE, good=good).verdict for good in ("up", "down", "none")
    }
    assert high == {"up": "better", "down": "worse", "none": "unknown"}
    assert compare_count(900.0, 400.0, good="down").verdict == "worse"
    assert compare_rate((500.0, 900.0), (100.0, 900.0), good="down").verdict == "worse"


def ranged(low: float, high: float, df: float = 9.0, looks: int = 1) -> Comparison:
    return Comparison(
        1.0, 1.0, 0.0, 0.1, 0.0, (math.expm1(low), math.expm1(high)), "unknown", df=df, beta=0.5, looks=looks
    )


@pytest.mark.parametrize("looks", [1, 4])
@pytest.mark.parametrize(("low", "high"), [(0.05, 0.25), (-0.25, -0.05), (-0.1, 0.2)])
def test_chance_is_the_two_sided_tail_of_t_times_the_looks(low, high, looks):
    reach = stats.t.ppf(1 - 0.05 / looks, 9.0)
    away = abs(low + high) / (high - low) * reach
    wanted = min(1.0, 2 * looks * stats.t.sf(away, 9.0))
    assert ranged(low, high, looks=looks).chance == pytest.approx(wanted)


def test_chance_without_an_interval_is_one_and_with_an_endless_one_none():
    assert undecided(1.0, 1.0).chance == 1.0
    assert dataclasses.replace(ranged(0, 0.1), interval=(-1.0, -0.5)).chance == 0.0


def test_one_of_many_is_judged_by_the_wider_interval():
    found = ranged(0.01, 0.3)
    half = 0.145 * stats.t.ppf(1 - 0.05 / 3, 9.0) / stats.t.ppf(0.95, 9.0)
    wide = found.best_of(3)
    assert wide.interval == pytest.approx((math.expm1(0.155 - half), math.expm1(0.155 + half)))
    assert (wide.verdict, wide.looks) == ("unknown", 3)
    assert ranged(0.2, 0.3).best_of(2).verdict == "better"
    assert ranged(0.2, 0.3).best_of(2, "down").verdict == "worse"
    for same in (undecided(1.0, 1.0), dataclasses.replace(found, interval=(-1.0, -0.5))):
        assert same.best_of(3) is same


def test_the_market_alone_would_have_moved_the_baseline_by_the_shops_coefficient():
    assert ranged(0.0, 0.1).shift == pytest.approx(math.sqrt(1.1) - 1)
    assert undecided(1.0, 1.0).shift is None
