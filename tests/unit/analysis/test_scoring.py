"""How a claim turned out: what counts as what followed, and from where on it contradicts."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.scoring import (
    Truth,
    beta_of,
    covers,
    is_opposite,
    is_worse,
    later_level,
    quarter,
    sold_out_after,
)

DAY = dt.date(2026, 9, 18)


def weeks(*values: float, first: int = 0) -> pd.Series:
    """A value a week from `first` weeks after the day on."""
    days = [pd.Timestamp(DAY) + pd.Timedelta(weeks=first + at) for at in range(len(values))]
    return pd.Series(values, days, dtype=float)


@pytest.mark.parametrize(
    ("change", "relative", "market", "beta"),
    [
        (0.1, 1.1 / 1.2**0.7 - 1, 0.2, 0.7),
        (0.1, 0.1, 0.0, 1.0),
        (None, 0.1, 0.2, 1.0),
        (-1.0, 0.1, 0.2, 1.0),
        (0.1, 0.1, 0.2, 0.0),
    ],
)
def test_the_coefficient_is_read_back_from_the_claims_three_changes(change, relative, market, beta):
    assert beta_of(change, relative, market) == pytest.approx(beta)


def later(own: pd.Series, reference: pd.Series | None = None, special: tuple[int, ...] = (), **more):
    base = [DAY - dt.timedelta(weeks=back) for back in (2, 1)]
    skip = {DAY + dt.timedelta(weeks=week) for week in special}
    return later_level(own, reference, more.pop("baseline", 100.0), base, DAY, skip, **more)


def test_what_followed_is_the_mean_of_the_ordinary_weekdays_of_four_weeks():
    own = weeks(900.0, 110.0, 130.0, 100.0, 120.0, 900.0)  # the day itself, four weeks, one too late
    assert later(own) == Truth(pytest.approx(math.log(1.15)), 4)
    assert later(own, special=(1, 4)) == Truth(pytest.approx(math.log(1.15)), 2)
    assert later(own, special=(1, 2, 4)) is None
    assert later(weeks(0.0, 110.0, 0.0, 100.0, first=0)) == Truth(pytest.approx(math.log(1.05)), 2)
    assert later(own, baseline=0.0) is None


def test_the_market_is_taken_off_by_the_claims_coefficient():
    own = weeks(110.0, 130.0, 100.0, 120.0, first=1)
    market = pd.concat([weeks(900.0, 1100.0, first=-2), weeks(1.0, 1200.0, 1300.0, 1100.0, 1200.0)])
    assert later(own, market).level == pytest.approx(math.log(1.15) - math.log(1.2))
    assert later(own, market, beta=0.5).level == pytest.approx(math.log(1.15) - 0.5 * math.log(1.2))
    short = market.drop(pd.Timestamp(DAY) + pd.Timedelta(weeks=1))  # a day without the market is no evidence
    assert later(own, short) == Truth(pytest.approx(math.log(350 / 300) - math.log(1.2)), 3)
    assert later(own, market[market.index >= pd.Timestamp(DAY)]) is None
    assert later(own, market.drop(pd.Timestamp(DAY) - pd.Timedelta(weeks=2))).level == pytest.approx(
        math.log(1.15) - math.log(1200 / 1100)
    )


@pytest.mark.parametrize(
    ("low", "high", "after", "level", "holds"),
    [
        # As many days after as before: the range stands as it was said.
        (-0.2, 0.1, 4, math.log(0.8), True),
        (-0.2, 0.1, 4, math.log(0.799), False),
        (-0.2, 0.1, 4, math.log(1.1), True),
        (-0.2, 0.1, 4, math.log(1.101), False),
        # Two days only: stretched by sqrt(1.5 / 1.25) around the claim of -5%.
        (-0.2, 0.1, 2, math.log(0.95) - (math.log(0.95) - math.log(0.8)) * math.sqrt(1.2) + 1e-9, True),
        (-0.2, 0.1, 2, math.log(0.95) - (math.log(0.95) - math.log(0.8)) * math.sqrt(1.2) - 1e-9, False),
        (-0.2, 0.1, 2, math.log(0.95) + (math.log(1.1) - math.log(0.95)) * math.sqrt(1.2) - 1e-9, True),
        (-1.0, 0.1, 4, -9.0, True),  # a range that begins at nothing has no lower end
    ],
)
def test_a_range_covers_what_followed_with_the_noise_of_both_sides(low, high, after, level, holds):
    inside = 1e-12 if holds else 0.0
    moved = level + (inside if level < math.log(0.95) else -inside)
    assert covers(low, -0.05, high, Truth(moved, after), 4) is holds


@pytest.mark.parametrize(("value", "sign"), [(-0.2, 1.0), (0.2, -1.0)])
def test_a_change_is_contradicted_by_one_beyond_noise_in_the_other_direction(value, sign):
    low, high = math.expm1(-0.3), math.expm1(0.1)
    reach = 0.2 * math.sqrt((1 / 2 + 1 / 4) / (1 + 1 / 4))
    assert is_opposite(low, value, high, Truth(sign * reach * 1.001, 2), 4)
    assert not is_opposite(low, value, high, Truth(sign * reach * 0.999, 2), 4)
    assert not is_opposite(low, value, high, Truth(-sign * 5.0, 2), 4)


@pytest.mark.parametrize(
    ("right", "scored", "overlap", "worse"),
    [
        (90, 100, 1.0, False),  # as promised
        (82, 100, 1.0, False),  # by chance two times of a hundred
        (81, 100, 1.0, True),  # less than once
        (81, 100, 4.0, False),  # 25 of their own: 20 are right by chance once in ten
        (0, 3, 4.0, False),  # not one of its own
        (0, 4, 4.0, False),  # one wrong of one: once in ten
        (0, 8, 4.0, False),  # once in a hundred is not under it
        (0, 12, 4.0, True),
    ],
)
def test_so_few_right_ones_contradict_a_promise_of_nine_in_ten(right, scored, overlap, worse):
    assert is_worse(right, scored, 0.9, 0.0099, overlap) is worse


@pytest.mark.parametrize(
    ("units", "found"),
    [
        ([30.0, 20.0, 10.0, 0.0, 50.0], (3, False)),
        ([30.0, 20.0, 21.0, 0.0], (None, True)),
        ([30.0, 20.0, 20.0, 0.0], (3, False)),  # the same again is no filling up
        ([30.0, 1.0, 0.0], (2, False)),
        ([30.0, 20.0, 10.0], (None, False)),
        ([30.0], (None, False)),
    ],
)
def test_a_stock_ends_on_its_first_empty_day_unless_it_was_filled_up_before(units, found):
    stock = pd.Series(units, pd.date_range(DAY, periods=len(units)))
    assert sold_out_after(stock, DAY) == found
    missing = pd.concat([pd.Series([5.0], [pd.Timestamp(DAY) - pd.Timedelta(days=1)]), stock.iloc[1:]])
    if len(units) > 1:  # a day that is not known is held against nothing
        assert sold_out_after(missing, DAY) == found


def test_what_is_filled_up_from_nothing_was_not_seen_to_end():
    stock = pd.Series([np.nan, 5.0, 0.0], pd.date_range(DAY, periods=3))
    assert sold_out_after(stock, DAY) == (2, False)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-01-01", "2026-Q1"),
        ("2026-03-31", "2026-Q1"),
        ("2026-04-01", "2026-Q2"),
        ("2026-12-31", "2026-Q4"),
    ],
)
def test_a_day_is_of_its_quarter(day, name):
    assert quarter(day) == name
