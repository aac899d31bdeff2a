"""The rules of spreading a target over months and days and of following it."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.targets import month_targets, progress, spread
from shopbook.analysis.targets_rest import rest_of_period
from shopbook.analysis.year_shape import day_weights, event_days, fit_shape
from shopbook.days import Calendar, Event

SPRING = {2025: dt.date(2025, 1, 29), 2026: dt.date(2026, 2, 17)}


def spring(year: int) -> Event:
    return Event("spring", "春节", "Spring Festival", SPRING[year], SPRING[year], "festival")


def test_days_add_up_to_the_cent():
    weights = pd.Series(np.linspace(0.3, 1.7, 31), pd.date_range("2026-12-01", periods=31))
    days = spread(1_000_000.01, weights)
    assert (days * 100).round().astype(int).sum() == 100_000_001


def test_locked_days_keep_their_value_and_the_rest_shares_what_is_left():
    days = pd.date_range("2026-11-10", periods=3)
    plan = spread(100.0, pd.Series(1.0, days), locked=pd.Series({days[1]: 60.0}))
    assert plan.tolist() == [20.0, 60.0, 20.0]


@pytest.mark.parametrize(
    ("locked", "message"),
    [
        pytest.param(
            [150.0, np.nan], "-50.00 of 100.00 remain for 1 open parts", id="more locked than there is"
        ),
        pytest.param([40.0, 40.0], "20.00 of 100.00 remain for 0 open parts", id="all locked to another sum"),
    ],
)
def test_locks_that_cannot_hold_are_refused(locked, message):
    with pytest.raises(ValueError, match=message):
        spread(100.0, pd.Series([1.0, 1.0]), locked=pd.Series(locked))


def test_months_share_a_year_by_their_days():
    months = month_targets(1200.0, pd.Series(1.0, pd.date_range("2026-01-01", "2026-12-31")))
    assert months.sum() == pytest.approx(1200.0)
    assert months.loc["2026-02"].item() < months.loc["2026-03"].item()


def test_spring_festival_moves_with_the_lunar_calendar():
    days = pd.date_range("2024-06-01", "2025-12-31")
    distance = np.abs((days - pd.Timestamp(SPRING[2025])).days)
    daily = pd.Series(np.where(distance <= 6, 20.0, 100.0), days)
    shape = fit_shape(daily, Calendar((spring(2025),)))
    weights = day_weights(shape, pd.date_range("2026-01-01", "2026-12-31"), Calendar((spring(2026),)))
    assert weights["2026-02-17"] < 0.4 < 0.8 < weights["2026-01-29"]


def test_a_campaign_day_weighs_more_than_the_day_a_week_before():
    event = Event("1111", "双11", "Double 11", dt.date(2025, 11, 10), dt.date(2025, 11, 11), "campaign")
    days = pd.date_range("2025-09-01", "2025-11-30")
    daily = pd.Series(100.0, days)
    daily["2025-11-10":"2025-11-11"] = 500.0
    weights = day_weights(fit_shape(daily, Calendar((event,))), days, Calendar((event,)))
    assert weights["2025-11-11"] / weights["2025-11-04"] == pytest.approx(5.0, rel=0.15)


def test_four_weeks_are_needed_for_a_shape():
    with pytest.raises(ValueError, match="20 known days are too few"):
        fit_shape(pd.Series(1.0, pd.date_range("2026-01-01", periods=20)), Calendar(()))


def test_a_month_with_a_campaign_ahead_does_not_look_behind():
    days = pd.date_range("2026-11-01", periods=10)
    weights = pd.Series([1.0] * 9 + [11.0], days)
    state = progress(2000.0, weights, pd.Series(100.0, days[:9]))
    assert (state["attained"], state["planned"]) == (0.45, 0.45)
    assert state["required"] == pytest.approx(state["current"])


def test_a_missing_day_is_filled_and_counted():
    days = pd.date_range("2026-11-01", periods=10)
    actual = pd.Series(100.0, days[[0, 1, 3]])
    state = progress(1000.0, pd.Series(1.0, days), actual)
    assert (state["missing_days"], state["forecast"], state["actual"]) == (1.0, 1000.0, 300.0)


def test_the_range_holds_the_forecast_and_closes_at_the_end():
    days = pd.date_range("2026-11-01", periods=10)
    actual = pd.Series([90.0, 110.0, 95.0, 105.0, 100.0, 80.0, 120.0, 100.0, 100.0, 100.0], days)
    half, whole = (progress(1000.0, pd.Series(1.0, days), actual[:length]) for length in (6, 10))
    assert half["low"] < half["forecast"] < half["high"]
    assert (whole["low"], whole["high"]) == (whole["forecast"], whole["forecast"])
    assert np.isnan(whole["required"])


def test_a_period_without_a_known_day_is_refused():
    with pytest.raises(ValueError, match="no day of the period is known"):
        progress(1.0, pd.Series(1.0, pd.date_range("2026-11-01", periods=2)), pd.Series(dtype=float))


def _past(values, weights=1.0):
    days = pd.date_range("2026-05-01", periods=len(values))
    return pd.DataFrame({"value": values, "weight": weights}, index=days)


def test_the_range_is_that_of_the_shops_own_past_forecasts():
    """A shop that swings by weeks gets a wider range than one whose days are as noisy but independent."""
    rng = np.random.default_rng(4)
    swings = np.repeat(rng.normal(0, 0.2, 20), 7)
    days = np.random.default_rng(5).permutation(swings)
    left = pd.Series(1.0, pd.date_range("2026-09-18", periods=10))
    wide, narrow = (
        rest_of_period(_past(100 * np.exp(each))["value"], _past(each)["weight"], left)
        for each in (swings, days)
    )
    assert np.log(wide.high / wide.low) > 1.3 * np.log(narrow.high / narrow.low)


def test_a_shop_that_grows_is_forecast_from_its_last_weeks():
    values = 100 * np.exp(0.01 * np.arange(140))
    left = pd.Series(1.0, pd.date_range("2026-09-18", periods=5))
    found = rest_of_period(_past(values)["value"], _past(values)["weight"], left)
    assert found.level > 0.9 * values[-1]
    assert found.high >= 5 * values[-1]


def test_event_days_are_no_past_forecast():
    quiet = np.full(140, 100.0)
    spoilt = quiet.copy()
    spoilt[60:64] = 900.0
    masked = spoilt.copy()
    masked[60:64] = np.nan
    left = pd.Series(1.0, pd.date_range("2026-09-18", periods=10))
    found = rest_of_period(_past(masked)["value"], _past(masked)["weight"], left)
    assert (found.low, found.high) == (pytest.approx(1000.0), pytest.approx(1000.0))
    assert rest_of_period(_past(spoilt)["value"], _past(spoilt)["weight"], left).high > 1200


def test_a_short_past_gives_no_tested_forecast():
    short = _past(np.full(40, 100.0))
    assert rest_of_period(short["value"], short["weight"], pd.Series(1.0, short.index[:10])) is None
    month = pd.Series(1.0, pd.date_range("2026-06-01", periods=30))
    state = progress(3000.0, month, pd.Series(100.0, month.index[:9]), past=short)
    assert state["forecasts"] == 0


def test_days_around_an_event_are_event_days():
    event = Event("1111", "双11", "Double 11", dt.date(2025, 11, 10), dt.date(2025, 11, 11), "campaign")
    days = pd.date_range("2025-11-01", "2025-11-20")
    marked = event_days(days, Calendar((event,)))
    assert marked["2025-11-07":"2025-11-14"].all()
    assert not marked["2025-11-06"]
