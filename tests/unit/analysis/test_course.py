"""The course of a series against a second reading of its recipe, and the alarms that follow from it."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from shopbook.analysis.alarm import (
    MIN_DAYS,
    Alarm,
    _followed,
    _scale,
    _weekday_effect,
    controlled,
    course,
    judge,
    market_alarms,
    tail_probability,
)
from shopbook.analysis.runs import ended_runs

NAN = float("nan")
DAYS = pd.date_range("2026-05-25", periods=120)


def followed(values: list[float]) -> list[tuple[float, float]]:
    """(departure, scale) of every day by the notes of `course`: level, weekday, clipped step, scale."""
    known = [value for value in values if not math.isnan(value)]
    level, seen = float(np.median(known[:7])), 0
    apart: list[float] = []
    departures: list[float] = []
    found = []
    for at, value in enumerate(values):
        scale = NAN
        if seen >= 21:
            recent = [each for each in departures[max(at - 56, 0) :] if not math.isnan(each)]
            if len(recent) >= 21:
                robust = np.median(np.abs(recent)) / 0.6745
                inside = [each for each in recent if abs(each) <= 3.5 * robust]
                scale = math.sqrt(sum(each**2 for each in inside) / len(inside))
        width = 0.1 if math.isnan(scale) else scale
        same = [apart[back] for back in range(at - 7, max(at - 57, -1), -7) if not math.isnan(apart[back])]
        effect = 0.0
        if len(same) >= 3:
            middle = float(np.median(same))
            effect = middle * max(0.0, 1 - 1.57 * width**2 / len(same) / middle**2) if middle else 0.0
        apart.append(value - level)
        departures.append(NAN)
        if math.isnan(value):
            found.append((NAN, scale))
            continue
        step = value - level - effect
        if seen >= 21:
            departures[-1] = step
        level += 0.1 * min(max(step, -3 * width), 3 * width)
        seen += 1
        found.append((step, scale) if seen > 56 and not math.isnan(scale) else (NAN, NAN))
    return [(departure if not math.isnan(scale) else NAN, scale) for departure, scale in found]


def walk(seed: int, size: int = 150) -> np.ndarray:
    rng = np.random.default_rng(seed)
    weekday = np.tile(rng.normal(0, 0.2, 7), 30)[:size]
    values = 7 + weekday + rng.normal(0, 0.05, size) + rng.normal(0, 0.01, size).cumsum()
    values[rng.integers(60, size, 4)] += rng.choice([-0.8, 0.5], 4)
    values[rng.random(size) < 0.08] = NAN
    values[100:103] += 0.4
    return values


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_course_is_level_weekday_and_scale_known_before_the_day(seed):
    values = walk(seed)
    departure, scale = _followed(values)
    wanted = np.array(followed(values.tolist()))
    np.testing.assert_allclose(departure, wanted[:, 0], atol=1e-12)
    np.testing.assert_allclose(scale, wanted[:, 1], atol=1e-12)
    assert np.isfinite(departure[:MIN_DAYS]).sum() == 0
    assert np.isfinite(departure).sum() > 60


def test_the_first_known_day_after_eight_weeks_is_judged():
    values = np.random.default_rng(0).normal(0, 0.1, 70)
    departure, scale = _followed(values)
    assert np.isfinite(departure).nonzero()[0].tolist() == list(range(56, 70))
    assert np.isfinite(scale).nonzero()[0].tolist() == list(range(56, 70))
    assert np.isnan(_followed(np.full(60, NAN))[0]).all()


def test_a_scale_is_the_root_mean_square_without_shocks():
    calm = np.array([0.1, -0.1] * 10 + [0.1])
    assert _scale(calm) == pytest.approx(0.1)
    assert math.isnan(_scale(calm[:20]))
    assert _scale(np.append(calm, [NAN, 0.5])) == pytest.approx(math.sqrt((21 * 0.01 + 0.25) / 22))
    assert _scale(np.append(calm, [0.1 / 0.6745 * 3.5 + 1e-9])) == pytest.approx(0.1)
    assert math.isnan(_scale(np.zeros(30)))


@pytest.mark.parametrize(
    ("values", "effect"),
    [
        ([0.5, 0.5], 0.0),
        ([0.5, NAN, 0.5], 0.0),
        ([0.5, 0.1, 0.3], 0.3 - 1.57 * 0.01 / 3 / 0.3),
        ([0.5, 0.1, NAN, 0.2, 0.4], 0.3 - 1.57 * 0.01 / 4 / 0.3),
        ([-0.5, -0.1, -0.3], -0.3 + 1.57 * 0.01 / 3 / 0.3),
        ([0.05, 0.06, 0.07], 0.0),  # smaller than its error
        ([0.0, 0.0, 0.0], 0.0),
    ],
)
def test_a_weekdays_effect_is_its_middle_less_what_chance_makes_of_it(values, effect):
    assert _weekday_effect(values, 0.1) == pytest.approx(effect)


@pytest.mark.parametrize("z", [0.0, 1.5, -3.5, 6.0])
def test_a_tail_is_that_of_t_with_the_variance_of_one(z):
    assert tail_probability(z) == pytest.approx(2 * stats.t.sf(abs(z) * math.sqrt(5 / 3), 5))
    assert math.isnan(tail_probability(NAN))


def series(seed: int = 0, level: float = 1000.0) -> pd.Series:
    return pd.Series(level * np.exp(np.random.default_rng(seed).normal(0, 0.05, 120)), DAYS)


def test_a_course_is_held_against_the_market_by_the_shops_coefficient():
    own, market = series(1), series(2, 1e6)
    found = course(own, market, beta=0.6)
    departure, scale = _followed(np.log(own.to_numpy()) - 0.6 * np.log(market.to_numpy()))
    np.testing.assert_allclose(found["departure"], departure)
    np.testing.assert_allclose(found["z"], departure / scale)
    assert found.index.equals(pd.DatetimeIndex(DAYS))
    assert not found["masked"].any()


def test_special_days_are_masked_without_a_market_and_skipped_ones_always():
    own, market = series(1), series(2)
    special, skip = [DAYS[100].date()], [DAYS[110].date()]
    alone = course(own, special=special, skip=skip)
    beside = course(own, market, special=special, skip=skip)
    assert alone["masked"].to_numpy().nonzero()[0].tolist() == [100, 110]
    assert beside["masked"].to_numpy().nonzero()[0].tolist() == [110]
    assert alone["z"].isna().to_numpy()[56:].nonzero()[0].tolist() == [44, 54]


def test_a_day_asked_for_ends_the_course_two_hundred_days_are_enough_for():
    long = pd.Series(1000.0, pd.date_range("2025-01-01", periods=400)) * np.exp(
        np.random.default_rng(3).normal(0, 0.05, 400)
    )
    until = long.index[380].date()
    found = course(long, until=until)
    assert (found.index[0], found.index[-1], len(found)) == (long.index[180], long.index[380], 201)
    assert len(course(long)) == 400


def test_nothing_sold_is_not_known_to_the_logarithm():
    own = series(1)
    own.iloc[[90, 119]] = [0.0, NAN]
    z = course(own)["z"]
    assert z.isna().to_numpy()[56:].nonzero()[0].tolist() == [34, 63]


def test_every_series_is_judged_by_its_own_market_and_coefficient():
    shop = {"a": series(1), "b": series(2), "c": series(3)}
    market = {"a": series(4), "b": series(5)}
    day = DAYS[-1].date()
    found = {each.series: each for each in judge(shop, day, market=market, beta={"a": 0.5})}
    for name, beta in (("a", 0.5), ("b", 1.0), ("c", 1.0)):
        last = course(shop[name], market.get(name), until=day, beta=beta).iloc[-1]
        one = found[name]
        assert (one.z, one.departure) == (pytest.approx(last["z"]), pytest.approx(last["departure"]))
        assert (one.day, one.source, one.p_value) == (day, "own", pytest.approx(tail_probability(last["z"])))
    shared = judge({"a": shop["a"]}, day, market=market["a"])[0]
    assert shared.z == pytest.approx(course(shop["a"], market["a"])["z"].iloc[-1])


def alarm(name: str, z: float, p: float, level: str = "ok") -> Alarm:
    return Alarm(name, dt.date(2026, 9, 21), "own", z, z / 20, level, p)


def test_alarms_come_strongest_first_and_the_unknown_last():
    some = [
        alarm("masked", NAN, NAN, "masked"),
        alarm("weak", 1.0, 0.4),
        alarm("b", -6.0, 1e-5),
        alarm("c", 7.0, 1e-5),
    ]
    found = controlled(some)
    assert [(one.series, one.level) for one in found] == [
        ("c", "act"), ("b", "act"), ("weak", "ok"), ("masked", "masked"),
    ]  # fmt: skip
    assert found[1].departure == -0.3


@pytest.mark.parametrize(("z", "level"), [(3.5, "ok"), (3.51, "act"), (-3.5, "ok"), (-3.51, "act")])
def test_a_series_is_watched_beyond_three_and_a_half(z, level):
    assert controlled([alarm("a", z, 0.001)])[0].level == level


def test_the_unknown_do_not_count_among_those_looked_at():
    unknown = [alarm(f"u{at}", NAN, NAN, "unknown") for at in range(9)]
    assert controlled([alarm("a", 4.0, 0.015), *unknown])[0].level == "act"
    assert controlled([alarm("a", 4.0, 0.0151), *unknown])[0].level == "watch"
    assert controlled([alarm("a", 4.0, 0.01), alarm("b", 0.0, 0.9)])[0].level == "watch"


def test_the_market_is_judged_alone_under_its_own_name():
    day = DAYS[-1].date()
    market = {"visitors": series(1), "amount": series(2)}
    found = market_alarms(market, day, special=[DAYS[80].date()])
    for one in found:
        last = course(market[one.series], special=[DAYS[80].date()], until=day).iloc[-1]
        assert (one.source, one.z) == ("market", pytest.approx(last["z"]))


def ran(z: list[float], departure: list[float] | None = None) -> list[tuple[int, int]]:
    days = pd.date_range("2026-06-01", periods=len(z))
    made = pd.DataFrame({"z": z, "departure": departure or [each / 20 for each in z]}, days)
    return [(first.day - 1, last.day - 1) for first, last in ended_runs(made)]


@pytest.mark.parametrize(
    ("z", "runs"),
    [
        ([0, 4, 4, 0, 0], [(1, 2)]),
        ([0, 4, 0, 0], []),  # one day is no run
        ([0, 3.5, 4, 4, 0], [(2, 3)]),
        ([0, 4, 1, 4, 0], [(1, 3)]),  # a day between two belongs to them
        ([0, 4, NAN, 4, 0], [(1, 3)]),
        ([0, 4, 1, 1, 4, 0], []),
        ([4, 4, 0], [(0, 1)]),
        ([0, 4, 4], []),  # not ended yet
        ([0, 4, 4, NAN, 0], [(1, 2)]),  # the second day after tells
        ([0, 4, 4, NAN, NAN, 0], []),
        ([0, *[4] * 14, 0], [(1, 14)]),
        ([0, *[4] * 15, 0], []),
        ([0, 6, 6, 3, 3, 0], []),  # half of it is left
        ([0, 6, 6, 2.9, 3, 0], [(1, 2)]),
        ([0, 6, 6, 3, 2.9, 0], [(1, 2)]),
        ([0, 4, 4, 0, 0, 5, 5, 5, -1, 0], [(1, 2), (5, 7)]),
    ],
)
def test_a_run_is_two_days_to_a_fortnight_above_and_a_fall_by_half_within_two_days(z, runs):
    assert ran([float(each) for each in z]) == runs
