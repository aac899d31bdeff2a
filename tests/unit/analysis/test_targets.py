"""The rules of spreading a target over months and days and of following it."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from shopbook.analysis.targets import month_targets, progress, spread
from shopbook.analysis.targets_rest import rest_of_period
from shopbook.analysis.year_shape import _event_days, day_weights, event_days, fit_shape, unseen_events
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


def test_the_largest_remainders_get_the_missing_cents():
    weights = pd.Series([1.0, 2.0, 4.0, 0.0], list("abcd"))
    # Of 1.00: 14.28.., 28.57.., 57.14.. cents; the one cent left goes to the remainder .57
    assert spread(1.0, weights).tolist() == [0.14, 0.29, 0.57, 0.0]
    assert spread(0.02, pd.Series([1.0, 1.0, 1.0])).tolist() == [0.01, 0.01, 0.0]
    locked = spread(1.0, weights, locked=pd.Series({"c": 0.4, "a": np.nan}))
    assert locked.tolist() == [0.2, 0.4, 0.4, 0.0]
    assert spread(1.0, weights[:1], locked=pd.Series({"a": 1.0})).tolist() == [1.0]
    assert spread(0.0, pd.Series([0.0, 0.0])).tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match=r"0\.01 of 0\.01 remain for 1 open parts"):
        spread(0.01, pd.Series([0.0]))
    with pytest.raises(ValueError, match=r"1\.00 of 1\.00 remain for 2 open parts"):
        spread(1.0, pd.Series([0.0, 0.0]))


def test_a_month_with_a_lock_keeps_it():
    days = pd.date_range("2026-01-01", "2026-03-31")
    months = month_targets(100.0, pd.Series(1.0, days), locked=pd.Series({pd.Period("2026-02"): 41.0}))
    assert months.tolist() == [29.5, 41.0, 29.5]


def test_progress_is_counted_by_the_weights_of_the_days():
    days = pd.date_range("2026-11-01", periods=10)
    weights = pd.Series([1.0, 2, 1, 1, 3, 1, 1, 1, 1, 4], days)
    actual = pd.Series([100.0, 260, np.nan, 90, 330, 50], [*days[:5], pd.Timestamp("2026-10-31")])
    state = progress(1600.0, weights, actual)
    rate = 780 / 7
    assert (state["actual"], state["attained"], state["planned"]) == (
        780.0,
        780 / 1600,
        pytest.approx(8 / 16),
    )
    assert (state["current"], state["missing_days"]) == (pytest.approx(rate), 1.0)
    assert state["required"] == pytest.approx((1600 - 780 - rate) / 8)
    assert state["forecast"] == pytest.approx(780 + rate + 8 * rate)
    # Four known days are too few to tell a spread: a quarter is assumed.
    ahead = rate * np.array([1.0, 1, 1, 1, 4])
    error = np.sqrt(((0.25 * ahead) ** 2).sum() + (0.25 / 2 * ahead.sum()) ** 2)
    assert state["high"] - state["forecast"] == pytest.approx(1.645 * error)
    assert state["forecast"] - state["low"] == pytest.approx(1.645 * error)
    assert np.isnan(progress(0.0, weights, actual)["attained"])
    whole = pd.Series([100.0, 260, 0.0, 90, 330, 140], days[:6])
    told = progress(1600.0, weights, whole)
    rate = 920 / 9
    ratio = np.log(np.array([100.0, 130, 90, 110, 140]) / rate)  # a day of nothing has no logarithm
    ahead = rate * np.array([1.0, 1, 1, 4])
    noise = ratio.std(ddof=1)
    error = np.sqrt(((noise * ahead) ** 2).sum() + (noise / np.sqrt(5) * ahead.sum()) ** 2)
    assert told["high"] - told["forecast"] == pytest.approx(1.645 * error)


def test_a_range_never_reaches_below_what_is_there_already():
    days = pd.date_range("2026-11-01", periods=30)
    state = progress(100.0, pd.Series(1.0, days), pd.Series([1.0, 100, 1, 100, 1], days[:5]))
    assert state["low"] == 203.0
    assert state["high"] > state["forecast"] > 203.0


def rest_one_by_one(values: list[float], weights: list[float], left: list[float]):
    """(forecast, low, high, forecasts) by the notes: rolling origins of four forgetting levels."""
    ahead, best = len(left), None
    for share in (0.6, 0.3):
        origins = [
            at
            for at in range(28, len(values) - ahead + 1)
            if np.isfinite(values[at : at + ahead]).sum() / ahead >= share
        ]
        if len(origins) / ahead >= 3:
            break
    else:
        return None
    for alpha in (0.03, 0.07, 0.15, 0.3):
        levels, top, bottom = [], 0.0, 0.0
        for value, weight in zip(values, weights, strict=True):
            if np.isfinite(value):
                top, bottom = top * (1 - alpha) + value / weight, bottom * (1 - alpha) + 1
            levels.append(top / bottom if bottom else np.nan)
        errors = []
        for at in origins:
            known = [each for each in range(at, at + ahead) if np.isfinite(values[each])]
            due = levels[at - 1] * sum(weights[each] for each in known)
            errors.append(np.log(sum(values[each] for each in known) / due))
        rms = float(np.sqrt(np.mean(np.square(errors))))
        if best is None or rms < best[0]:
            best = rms, levels[-1], np.abs(errors)
    half = (stats.t.ppf(0.95, 2 * len(origins) / ahead) * best[0] + np.quantile(best[2], 0.9)) / 2
    middle = best[1] * sum(left)
    return middle, middle * np.exp(-half), middle * np.exp(half), len(origins)


@pytest.mark.parametrize(
    ("size", "ahead", "holes"), [(100, 8, 0.1), (100, 8, 0.55), (59, 8, 0.0), (58, 8, 0.0), (90, 3, 0.2)]
)
def test_the_rest_of_a_month_is_forecast_as_every_earlier_day_would_have(size, ahead, holes):
    rng = np.random.default_rng(size + ahead)
    weights = rng.choice([1.0, 1.5, 0.8], size)
    values = 100 * weights * np.exp(rng.normal(0, 0.2, size) + rng.normal(0, 0.05, size).cumsum())
    values[rng.random(size) < holes] = np.nan
    values[0] = 100.0
    frame = _past(values, weights)
    left = pd.Series(rng.choice([1.0, 2.0], ahead), pd.date_range("2027-01-01", periods=ahead))
    found = rest_of_period(frame["value"], frame["weight"], left)
    wanted = rest_one_by_one(values.tolist(), weights.tolist(), left.tolist())
    if wanted is None:
        assert found is None
    else:
        told = (found.forecast, found.low, found.high, found.forecasts)
        assert told == tuple(pytest.approx(each) for each in wanted)
        assert found.level * left.sum() == pytest.approx(found.forecast)


def test_nothing_left_or_fewer_than_four_weeks_known_or_nothing_sold_has_no_forecast():
    frame = _past(np.full(140, 100.0))
    left = pd.Series(1.0, pd.date_range("2026-09-18", periods=5))
    assert rest_of_period(frame["value"], frame["weight"], left[:0]) is None
    assert rest_of_period(frame["value"] * 0, frame["weight"], left) is None
    for known, given in ((28, True), (27, False)):
        last = frame["value"].where(np.arange(140) >= 140 - known)
        assert (rest_of_period(last, frame["weight"], left) is not None) is given


def test_the_tested_range_is_taken_where_there_is_one():
    days = pd.date_range("2026-09-18", periods=10)
    past = _past(100 * np.exp(np.random.default_rng(2).normal(0, 0.1, 144)))
    actual = past["value"].iloc[-4:]
    state = progress(1000.0, pd.Series(1.0, days), pd.Series(actual.to_numpy(), days[:4]), past=past)
    rest = rest_of_period(past["value"], past["weight"], pd.Series(1.0, days[4:]))
    done = float(actual.sum())
    told = [state[name] for name in ("forecast", "low", "high", "current", "forecasts")]
    assert told == [done + rest.forecast, done + rest.low, done + rest.high, rest.level, rest.forecasts]


def test_a_shape_has_a_season_from_330_days_and_a_trend_from_540_on():
    for length, harmonics in ((329, 0), (330, 2)):
        assert (
            fit_shape(pd.Series(5.0, pd.date_range("2025-01-01", periods=length)), Calendar(())).harmonics
            == harmonics
        )
    days = pd.date_range("2024-01-01", periods=540)
    growing = pd.Series(100 * np.exp(0.5 * np.arange(540) / 365), days)
    weights = day_weights(
        fit_shape(growing, Calendar(())), pd.date_range("2026-01-01", "2026-12-31"), Calendar(())
    )
    assert weights.max() - weights.min() < 0.02  # growth is no season
    short = day_weights(
        fit_shape(growing[:539], Calendar(())), pd.date_range("2026-01-01", "2026-12-31"), Calendar(())
    )
    assert short.max() - short.min() > 0.1


def test_a_season_of_the_year_comes_back_on_its_days():
    days = pd.date_range("2024-01-01", "2025-12-31")
    angle = 2 * np.pi * (days.day_of_year - 1) / 365.25
    daily = pd.Series(np.exp(0.4 * np.sin(angle) - 0.2 * np.cos(2 * angle)), days)
    ahead = pd.date_range("2026-01-01", "2026-12-31")
    angle = 2 * np.pi * (ahead.day_of_year.to_numpy() - 1) / 365.25
    wanted = np.exp(0.4 * np.sin(angle) - 0.2 * np.cos(2 * angle))
    found = day_weights(fit_shape(daily, Calendar(())), ahead, Calendar(()))
    np.testing.assert_allclose(found, wanted / wanted.mean(), rtol=1e-3)
    assert found.mean() == pytest.approx(1.0)


def test_a_weekday_is_drawn_to_the_others_by_a_twentieth_of_a_day():
    """Ten weeks: the ridge of 0.05 stands beside the 10 days of each weekday."""
    days = pd.date_range("2026-06-01", periods=70)
    log = np.where(days.day_of_week == 5, 0.7, 0.0)
    weights = day_weights(fit_shape(pd.Series(np.exp(log), days), Calendar(())), days[:7], Calendar(()))
    effect = np.log(weights.iloc[5] / weights.iloc[0])
    assert effect == pytest.approx(0.7 * 10 / 10.05, rel=1e-6)


@pytest.mark.parametrize("known", [28, 27])
def test_days_of_nothing_are_no_known_days(known):
    daily = pd.Series([5.0] * known + [0.0, np.nan, -1.0], pd.date_range("2026-01-01", periods=known + 3))
    if known == 28:
        assert fit_shape(daily, Calendar(())).harmonics == 0
    else:
        with pytest.raises(ValueError, match="27 known days"):
            fit_shape(daily, Calendar(()))


def event(kind: str, first: str, last: str, name: str = "e") -> Event:
    return Event(name, name, name, dt.date.fromisoformat(first), dt.date.fromisoformat(last), kind)


@pytest.mark.parametrize(
    ("kind", "name", "before", "after"),
    [
        ("campaign", "e", 3, 3),
        ("festival", "e", 7, 2),
        ("festival", "spring", 24, 16),
        ("holiday", "e", 0, -2),
    ],
)
def test_an_event_reaches_so_many_days_around_itself(kind, name, before, after):
    days = pd.date_range("2026-03-01", "2026-06-30")
    marked = event_days(days, Calendar((event(kind, "2026-05-01", "2026-05-03", name),)))
    first, last = pd.Timestamp("2026-05-01"), pd.Timestamp("2026-05-03")
    assert marked[marked].index[[0, -1]].tolist() == [
        first - pd.Timedelta(days=before),
        last + pd.Timedelta(days=after),
    ]
    assert marked.sum() == before + after + 3


def test_the_days_of_an_event_are_named_by_their_distance_and_those_of_spring_in_pairs():
    names = dict(_event_days(event("campaign", "2026-05-01", "2026-05-02")))
    assert list(names) == ["e -3", "e -2", "e -1", "e +0", "e +1", "e +2", "e +3", "e +4"]
    assert names["e +0"] == dt.date(2026, 5, 1)
    spring_days = _event_days(event("festival", "2026-02-17", "2026-02-17", "spring"))
    assert [each for each, _ in spring_days[:4]] == ["spring -24", "spring -24", "spring -22", "spring -22"]
    assert spring_days[24] == ("spring +0", dt.date(2026, 2, 17))
    assert spring_days[-1] == ("spring +16", dt.date(2026, 3, 5))


def test_an_event_the_history_did_not_reach_is_unseen_while_it_lies_ahead():
    past = pd.date_range("2026-01-01", "2026-03-31")
    seen, unseen = (
        event("campaign", "2026-03-08", "2026-03-08", "a"),
        event("campaign", "2026-06-18", "2026-06-18", "b"),
    )
    shape = fit_shape(pd.Series(5.0, past), Calendar((seen, unseen)))
    again = event("campaign", "2026-06-05", "2026-06-05", "a")
    both = Calendar((again, unseen))
    for last, wanted in (("2026-06-15", ["b"]), ("2026-06-14", [])):
        assert [each.id for each in unseen_events(shape, pd.date_range("2026-06-01", last), both)] == wanted
    with pytest.raises(ValueError, match="no day to weigh"):
        day_weights(shape, past[:0], both)
