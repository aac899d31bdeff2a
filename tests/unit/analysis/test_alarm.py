import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.alarm import Alarm, controlled, course, judge, market_alarms, tail_probability

DAYS = pd.date_range("2026-05-25", periods=150)
LAST = DAYS[-1].date()


def series(seed: int, *, noise: float = 0.04, shared: np.ndarray | float = 0.0) -> pd.Series:
    weekday = np.array([0.0, 0.0, -0.05, 0.0, 0.05, 0.2, 0.15])[DAYS.day_of_week]
    return pd.Series(
        2_000 * np.exp(weekday + shared + np.random.default_rng(seed).normal(0, noise, 150)), DAYS
    )


def test_a_shock_is_an_act_and_the_others_stay_quiet():
    shop = {f"s{at}": series(at) for at in range(6)}
    shop["s3"].iloc[-1] *= 0.55
    found = judge(shop, LAST)
    assert [(alarm.series, alarm.level) for alarm in found[:2]] == [("s3", "act"), (found[1].series, "ok")]
    assert found[0].departure == pytest.approx(np.log(0.55), abs=0.15)


def test_a_campaign_day_that_the_market_had_too_is_no_alarm():
    jump = np.zeros(150)
    jump[-1] = 1.5
    own, market = series(1, shared=jump), series(2, noise=0.01, shared=jump)
    assert judge({"visitors": own}, LAST, market=market)[0].level == "ok"
    assert judge({"visitors": own}, LAST)[0].level == "act"


def test_without_a_market_campaign_days_are_masked_and_not_learned():
    jump = np.zeros(150)
    jump[[-2, -1]] = 1.5
    own = series(1, shared=jump)
    special = [DAYS[-2].date(), LAST]
    assert judge({"visitors": own}, LAST, special=special)[0].level == "masked"
    calm = course(series(1))["z"]
    masked = course(own, special=special)
    assert masked["z"].iloc[-2:].isna().all()
    assert masked["z"].iloc[:-2].equals(calm.iloc[:-2])


def test_the_market_has_its_own_list():
    market = series(3, noise=0.02)
    market.iloc[-1] *= 0.6
    found = market_alarms({"visitors": market}, LAST)
    assert (found[0].source, found[0].level) == ("market", "act")
    assert market_alarms({"visitors": market}, LAST, special=[LAST])[0].level == "masked"


def test_a_shock_is_not_learned_the_day_after():
    own = series(4)
    own.iloc[-2] *= 0.5
    z = course(own)["z"]
    assert z.iloc[-2] < -5
    assert abs(z.iloc[-1]) < 3.5


def test_weekends_are_not_alarms():
    z = course(series(5))["z"].dropna()
    assert (z.abs() > 3.5).sum() <= 1


def test_under_eight_weeks_is_unknown():
    own = series(6).iloc[-50:]
    own.iloc[-1] *= 0.3
    assert judge({"visitors": own}, LAST)[0].level == "unknown"


def test_a_missing_day_is_unknown_and_zero_is_not_an_infinite_alarm():
    own = series(7)
    own.iloc[-1] = 0.0
    assert judge({"visitors": own}, LAST)[0].level == "unknown"


def test_a_series_without_days_is_refused():
    with pytest.raises(ValueError, match="without days"):
        course(pd.Series(dtype=float))


def alarm(name: str, z: float) -> Alarm:
    return Alarm(name, dt.date(2026, 11, 20), "own", z, 0.0, "ok", tail_probability(z))


@pytest.mark.parametrize(
    ("others", "level"),
    [pytest.param(0, "act", id="alone"), pytest.param(60, "watch", id="strongest of 61 quiet series")],
)
def test_the_more_series_the_more_it_takes_to_act(others, level):
    found = controlled([alarm("a", 4.6), *(alarm(f"b{at}", 0.1) for at in range(others))])
    assert found[0].level == level


def test_a_series_under_k_never_acts_and_unknown_ones_come_last():
    found = controlled([Alarm("x", LAST, "own", float("nan"), 0.0, "unknown", float("nan")), alarm("a", 3.4)])
    assert [(each.series, each.level) for each in found] == [("a", "ok"), ("x", "unknown")]
