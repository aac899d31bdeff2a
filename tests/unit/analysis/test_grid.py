"""A history without holes, and every day and week of it against comparable days found one by one."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.grid import Gaps, Grid, comparable, day_numbers, gaps_of, numbered, on_grid

FIRST = dt.date(2026, 3, 2)
NAN = float("nan")


def series(*values: float, first: dt.date = FIRST) -> pd.Series:
    return pd.Series(values, pd.date_range(first, periods=len(values)), dtype=float)


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


def test_a_history_is_laid_out_day_by_day_with_holes_unknown():
    own = series(1, 2, 3, 4, 5).drop(pd.Timestamp(day(2)))
    grid = on_grid(own)
    assert grid.days.tolist() == list(range(day_numbers(own.index)[0], day_numbers(own.index)[0] + 5))
    np.testing.assert_array_equal(grid.numerator, [1, 2, NAN, 4, 5])
    assert grid.denominator.tolist() == grid.reference.tolist() == [1.0] * 5
    np.testing.assert_array_equal(on_grid(own, until=day(3)).numerator, [1, 2, NAN, 4])
    np.testing.assert_array_equal(on_grid(own, until=day(6)).numerator, [1, 2, NAN, 4, 5, NAN, NAN])


def test_a_frame_is_numerator_and_denominator_and_the_reference_is_laid_on_the_same_days():
    own = pd.DataFrame({"buyers": [1.0, 2, 3], "visitors": [10.0, 20, 30]}, series(1, 2, 3).index)
    reference = series(7, 8, 9, 10, first=day(-1))
    grid = on_grid(own, reference, until=day(3))
    np.testing.assert_array_equal(grid.denominator, [10, 20, 30, NAN])
    np.testing.assert_array_equal(grid.reference, [8, 9, 10, NAN])
    np.testing.assert_array_equal(grid.level, [0.1, 0.1, 0.1, NAN])
    assert on_grid(own["buyers"].to_frame()).denominator.tolist() == [1.0, 1.0, 1.0]


def test_days_to_skip_are_unknown_but_never_the_last():
    grid = on_grid(series(1, 2, 3, 4), skip=[day(1), day(3), day(9)])
    np.testing.assert_array_equal(grid.numerator, [1, NAN, 3, 4])
    np.testing.assert_array_equal(on_grid(series(1, 2, 3, 4), skip=[day(3)], until=day(4)).numerator[3], NAN)


def test_a_history_reaches_back_so_many_days():
    own = series(*range(200))
    assert len(on_grid(own, until=day(199)).days) == 26 * 7 + 1
    assert on_grid(own, until=day(190), history_days=5).numerator.tolist() == [185, 186, 187, 188, 189, 190]
    assert on_grid(own, history_days=500).numerator[0] == 0


def test_no_day_at_all_is_one_unknown_day():
    empty = pd.Series([], pd.DatetimeIndex([]), dtype=float)
    grid = on_grid(empty, until=FIRST)
    assert (len(grid.days), np.isnan(grid.numerator[0])) == (1, True)


def test_a_level_is_known_where_there_is_something_to_divide_by():
    grid = Grid(np.array([1.0, 2, NAN]), np.array([4.0, 0, 5]), np.ones(3), np.arange(3))
    np.testing.assert_array_equal(grid.level, [0.25, NAN, NAN])
    assert [array.tolist() for array in grid.past][1:] == [[4.0, 0.0], [1.0, 1.0], [0, 1]]
    gaps = Gaps(*(np.arange(5.0) + at for at in range(5)))
    assert [array.tolist() for array in gaps.before(2)] == [[at, at + 1] for at in range(5)]


def test_days_are_numbered_from_1970_and_found_among_others():
    assert day_numbers(pd.DatetimeIndex(["1970-01-03"])).tolist() == [2]
    assert day_numbers(pd.Index([dt.date(1970, 1, 1), dt.date(1969, 12, 31)])).tolist() == [0, -1]
    assert numbered([dt.date(1970, 1, 3)], np.arange(4)).tolist() == [False, False, True, False]
    assert not numbered([], np.arange(4)).any()


def test_comparable_days_are_the_newest_four_of_twelve_weeks():
    known = np.zeros(100, bool)
    known[[8, 15, 22, 29, 36, 92, 99]] = True
    values = np.arange(100.0)[None]
    sums, weeks, back = comparable(values, known)
    assert (sums[0, 99], weeks[99], back[99]) == (92 + 36 + 29 + 22, 4, 7 + 63 + 70 + 77)
    assert (sums[0, 92], weeks[92]) == (36 + 29 + 22 + 15, 4)
    assert (sums[0, 22], weeks[22], back[22]) == (15 + 8, 2, 21)
    assert (sums[0, 8], weeks[8]) == (0, 0)
    lone = np.zeros(100, bool)
    lone[14] = True
    assert comparable(values, lone)[1].nonzero()[0].tolist() == list(range(21, 99, 7))


def drawn(days: int = 130, seed: int = 0) -> Grid:
    rng = np.random.default_rng(seed)
    visitors = rng.integers(20, 60, days).astype(float)
    buyers = rng.binomial(visitors.astype(int), 0.2).astype(float)
    market = np.exp(rng.normal(3, 0.2, days))
    buyers[rng.random(days) < 0.2] = NAN
    visitors[rng.random(days) < 0.05] = 0.0
    market[rng.random(days) < 0.1] = NAN
    market[[40, 41]] = 0.0
    buyers[60:66] = NAN
    return Grid(buyers, visitors, market, np.arange(days))


def usable_days(grid: Grid) -> dict[int, list[int]]:
    """Every known day with its comparable days, where it has some."""
    known = [
        bool(math.isfinite(top) and bottom > 0 and market > 0)
        for top, bottom, market in zip(*grid[:3], strict=True)
    ]
    held = {}
    for at in range(len(known)):
        back = [at - 7 * week for week in range(1, 13) if at >= 7 * week and known[at - 7 * week]][:4]
        if known[at] and back:
            held[at] = back
    return held


def gap(grid: Grid, days: dict[int, list[int]], kind: str, phi: float) -> list[float]:
    """The definition for one day or the days of one week: what is asked over what is due by their pasts."""
    count = len(days)
    weight = count / sum(1 / len(back) for back in days.values())  # comparable days behind a day
    now = [sum(array[at] for at in days) for array in grid[:3]]
    due = [sum(np.mean(array[back]) for back in days.values()) for array in grid[:3]]
    add = 0.0 if kind == "mean" else 0.5
    top, top0 = now[0] + add, due[0] * weight + add
    sampling = {
        "mean": 0.0,
        "rate": max(1 / top - 1 / now[1], 0) + max(1 / top0 - 1 / (due[1] * weight), 0),
    }.get(kind, phi / top + phi / top0)
    return [
        math.log(top / top0) - math.log(now[1] / (due[1] * weight)) if top > 0 and top0 > 0 else NAN,
        math.log(now[2] / due[2]),
        sampling,
        (1 + 1 / weight) / count,
        float(np.mean([np.mean([at - each for each in back]) for at, back in days.items()])),
    ]


@pytest.mark.parametrize(
    ("kind", "phi"), [("count", 1.0), ("count", 2.5), ("rate", 1.0), ("mean", 1.0), ("sales", 1.0)]
)
@pytest.mark.parametrize("window", [1, 7])
def test_every_day_and_week_is_held_against_its_own_comparable_days(kind, phi, window):
    grid = drawn()
    found = gaps_of(grid, kind=kind, phi=phi, window=window)
    held = usable_days(grid)
    told = 0
    for at in range(len(grid.days)):
        days = {each: back for each, back in held.items() if at - window < each <= at}
        wanted = [NAN, NAN, 0.0, 0.0, 0.0]
        if len(days) >= (1 if window == 1 else 4):
            wanted = gap(grid, days, kind, phi)
            if math.isnan(wanted[0]):
                wanted = [NAN, NAN, 0.0, 0.0, 0.0]
        told += math.isfinite(wanted[0])
        np.testing.assert_allclose([array[at] for array in found], wanted, atol=1e-10)
    assert told > 60


def test_counts_of_nothing_have_a_gap_and_averages_of_nothing_have_none():
    grid = Grid(np.zeros(15), np.ones(15), np.ones(15), np.arange(15))
    assert gaps_of(grid, kind="count").own[14] == pytest.approx(math.log(0.5 / 0.5) + math.log(2))
    with np.errstate(divide="ignore", invalid="ignore"):
        assert np.isnan(gaps_of(grid, kind="mean").own).all()


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="'median' is not one of count, rate, mean, sales"):
        gaps_of(drawn(), kind="median")
