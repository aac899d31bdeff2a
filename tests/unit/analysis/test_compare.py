import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.compare import (
    Noise,
    against,
    compare_count,
    compare_mean,
    compare_rate,
    phi_by_moments,
    tau2_by_moments,
    verdict_of,
)

LAST = dt.date(2026, 11, 20)


def history(weeks: int = 26, *, seed: int = 0, noise: float = 0.05, level: float = 10_000.0) -> pd.Series:
    days = pd.date_range(end=LAST, periods=weeks * 7)
    weekday = 1 + 0.2 * np.sin(2 * np.pi * np.arange(len(days)) / 7)
    return pd.Series(
        level * weekday * np.exp(np.random.default_rng(seed).normal(0, noise, len(days))), index=days
    )


def baseline(day: dt.date = LAST, weeks: int = 4) -> list[dt.date]:
    return [day - dt.timedelta(weeks=back) for back in range(weeks, 0, -1)]


@pytest.mark.parametrize(
    ("interval", "good", "expected"),
    [
        pytest.param((0.01, 0.03), "up", "same", id="excludes 0 and inside the band: same comes first"),
        pytest.param((-0.05, 0.05), "up", "same", id="the band's edges belong to it"),
        pytest.param((-0.051, 0.05), "up", "unknown", id="just below the band"),
        pytest.param((-0.05, 0.051), "up", "unknown", id="just above the band"),
        pytest.param((0.0, 0.20), "up", "unknown", id="0 itself is not excluded"),
        pytest.param((-0.20, 0.0), "up", "unknown", id="0 itself is not excluded from below"),
        pytest.param((0.01, 0.20), "up", "better", id="above 0"),
        pytest.param((-0.20, -0.01), "up", "worse", id="below 0"),
        pytest.param((0.01, 0.20), "down", "worse", id="a rising refund rate is worse"),
        pytest.param((-0.20, -0.01), "down", "better", id="a falling answer time is better"),
        pytest.param((-0.20, 0.10), "up", "unknown", id="holds 0"),
        pytest.param((0.10, 0.20), "none", "unknown", id="no good direction"),
        pytest.param(None, "up", "unknown", id="nothing known"),
        pytest.param((float("nan"), 0.1), "up", "unknown", id="half known"),
    ],
)
def test_verdict(interval, good, expected):
    assert verdict_of(interval, good=good) == expected


def test_an_interval_of_no_width_is_allowed():
    assert verdict_of((0.2, 0.2)) == "better"


def test_an_upside_down_interval_is_refused():
    with pytest.raises(ValueError, match="upside down"):
        verdict_of((0.2, 0.1))


@pytest.mark.parametrize(
    ("visitors", "relative", "low", "high"),
    [
        pytest.param(20_000, 0.95, 0.81, 1.11, id="20,000"),
        pytest.param(150_000, 0.95, 0.90, 1.003, id="150,000"),
    ],
)
def test_conversion_rose_while_the_peers_rose_more_is_not_known(visitors, relative, low, high):
    """docs/methods.md 1b: 1.1% -> 1.2% while the peer average rose 15%."""
    now, before = (0.012 * visitors, visitors), (0.011 * visitors, visitors)
    found = compare_rate(now, before, market_ratio=1.15, days=(1, 1))
    assert 1 + found.relative == pytest.approx(relative, abs=0.005)
    assert 1 + found.interval[0] == pytest.approx(low, abs=0.005)
    assert 1 + found.interval[1] == pytest.approx(high, abs=0.0015 if high < 1.05 else 0.005)
    assert found.verdict == "unknown"
    wider = compare_rate(now, before, market_ratio=1.15, days=(1, 1), noise=Noise(0.05**2, 60))
    assert wider.interval[0] < found.interval[0] < found.interval[1] < wider.interval[1]
    assert wider.verdict == "unknown"


def test_large_samples_give_the_textbook_interval():
    found = compare_rate((3_000, 100_000), (12_000, 400_000))
    half = 1.6449 * np.sqrt(1 / 3_000 - 1 / 1e5 + 1 / 12_000 - 1 / 4e5)
    assert found.interval == pytest.approx((np.expm1(-half), np.expm1(half)), abs=5e-4)


def test_no_buyer_today_has_an_interval_and_no_infinity():
    found = compare_rate((0, 300), (40, 1_200), market_ratio=1.0)
    assert found.relative == -1
    assert -1 < found.interval[0] < found.interval[1] < 0
    assert found.verdict == "worse"


def test_no_buyers_on_both_sides_is_unknown():
    assert compare_rate((0, 300), (0, 1_200)).verdict == "unknown"


def test_a_rate_near_one_is_precise_where_a_count_would_not_be():
    rate = compare_rate((980, 1_000), (3_920, 4_000))
    count = compare_count(980, 3_920)
    assert rate.interval[1] - rate.interval[0] < (count.interval[1] - count.interval[0]) / 4


def test_more_buyers_than_visitors_are_refused():
    with pytest.raises(ValueError, match="12 successes of 10"):
        compare_rate((12, 10), (5, 10))


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="negative"):
        compare_count(-1, 10)
    with pytest.raises(ValueError, match="negative"):
        compare_mean(-1, 10)


def test_an_average_without_known_noise_is_not_judged():
    assert compare_mean(200.0, 100.0).verdict == "unknown"


def test_tau2_is_zero_for_pure_counting_noise():
    rng = np.random.default_rng(2)
    days = pd.date_range(end=LAST, periods=182)
    counts = pd.Series(rng.poisson(400, 182).astype(float), index=days)
    assert tau2_by_moments(counts, kind="count").tau2 < 0.0004
    assert tau2_by_moments(counts, kind="mean").tau2 > 0.0015


def test_tau2_leaves_campaign_days_and_past_shocks_out():
    own = history(noise=0.03)
    calm = tau2_by_moments(own).tau2
    own.iloc[100] *= 0.3
    assert tau2_by_moments(own).tau2 < 2 * calm
    own.iloc[100] *= 40
    assert tau2_by_moments(own, skip=[own.index[100].date()]).tau2 == pytest.approx(calm, rel=0.1)


def test_weekly_rows_give_the_noise_of_weeks():
    weeks = pd.date_range(end="2026-11-16", periods=60, freq="7D")
    values = pd.Series(1e5 * np.exp(np.random.default_rng(3).normal(0, 0.08, 60)), index=weeks)
    found = against(values, weeks[-1].date(), kind="count", baseline_days=baseline(weeks[-1].date()))
    assert found.tau == pytest.approx(0.08, rel=0.35)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="median"):
        tau2_by_moments(history(), kind="median")


def test_phi_sees_over_dispersion_and_never_below_poisson():
    rng = np.random.default_rng(4)
    mean = rng.gamma(50, 2, 4_000)
    assert phi_by_moments(rng.poisson(100, 4_000), np.full(4_000, 100.0)) < 1.1
    assert phi_by_moments(rng.poisson(mean), np.full(4_000, 100.0)) > 2
    with pytest.raises(ValueError, match="shape"):
        phi_by_moments(np.ones(3), np.ones(2))


def test_a_fall_with_the_market_is_no_fall_of_the_shop():
    own, market = history(noise=0.02), history(noise=0.02, seed=9, level=1e6)
    own.iloc[-1], market.iloc[-1] = own.iloc[-8] * 0.7, market.iloc[-8] * 0.7
    alone = against(own, LAST, kind="count", baseline_days=baseline())
    together = against(own, LAST, kind="count", baseline_days=baseline(), reference=market)
    assert alone.verdict == "worse"
    assert together.verdict in ("same", "unknown")
    assert together.market_change == pytest.approx(-0.3, abs=0.06)
    assert 1 + together.relative == pytest.approx(
        (1 + together.change) / (1 + together.market_change) ** together.beta, rel=1e-12
    )


def test_without_a_market_the_interval_is_of_the_change_and_says_so():
    own = history()
    own.iloc[-1] *= 2
    found = against(own, LAST, kind="count", baseline_days=baseline())
    assert (found.comparator, found.relative, found.market_change) == (False, None, None)
    assert found.interval[0] < found.change < found.interval[1]
    assert "no_market" in found.caveats


def test_baseline_is_the_mean_of_the_days_asked_for():
    own = history()
    days = baseline()[1:]
    found = against(own, LAST, kind="count", baseline_days=days)
    assert found.days == tuple(days)
    assert found.baseline == pytest.approx(own.loc[pd.DatetimeIndex(days)].mean())


def test_a_baseline_day_without_market_is_left_out_on_both_sides():
    own, market = history(), history(seed=5)
    found = against(
        own, LAST, kind="count", baseline_days=baseline(), reference=market.drop(market.index[-8])
    )
    assert len(found.days) == 3
    assert found.baseline == pytest.approx(own.loc[pd.DatetimeIndex(found.days)].mean())


def test_one_baseline_day_is_unknown_but_still_shown():
    own = history()
    found = against(own, LAST, kind="count", baseline_days=baseline(weeks=1))
    assert (found.verdict, found.interval, found.caveats) == ("unknown", None, ("short_base",))
    assert found.change == pytest.approx(own.iloc[-1] / own.iloc[-8] - 1)


def test_a_missing_day_is_unknown():
    own = history().iloc[:-1]
    found = against(own, LAST, kind="count", baseline_days=baseline())
    assert np.isnan(found.value)
    assert found.verdict == "unknown"


def test_a_short_history_widens_the_interval_and_is_flagged():
    own, market = history(noise=0.01), history(noise=0.01, seed=1)
    long = against(own, LAST, kind="count", baseline_days=baseline(), reference=market)
    short = against(own.iloc[-36:], LAST, kind="count", baseline_days=baseline(), reference=market)
    assert "short_base" in short.caveats
    assert "short_base" not in long.caveats
    assert short.interval[1] - short.interval[0] > 2 * (long.interval[1] - long.interval[0])


def test_a_rate_is_pooled_from_sums_and_few_buyers_are_flagged():
    days = pd.date_range(end=LAST, periods=120)
    frame = pd.DataFrame({"buyers": 10.0, "visitors": 1_000.0}, index=days)
    frame.iloc[-8] = (40.0, 8_000.0)
    found = against(frame, LAST, kind="rate", baseline_days=baseline())
    assert found.value == 0.01
    assert found.baseline == pytest.approx(70 / 11_000)
    assert "small_sample" in found.caveats
    assert found.interval is not None
    assert found.verdict == "unknown"


def test_no_buyer_where_forty_were_due_is_no_small_sample():
    days = pd.date_range(end=LAST, periods=120)
    buyers = np.random.default_rng(8).binomial(1_000, 0.04, 120).astype(float)
    buyers[-1] = 0
    found = against(
        pd.DataFrame({"buyers": buyers, "visitors": 1_000.0}, days),
        LAST,
        kind="rate",
        baseline_days=baseline(),
    )
    assert "small_sample" not in found.caveats
    assert found.verdict == "worse"


def test_a_basket_of_few_buyers_is_less_sure_than_one_of_many():
    days = pd.date_range(end=LAST, periods=150)
    rng = np.random.default_rng(9)
    buyers = rng.choice([5.0, 80.0], 150)
    amount = rng.gamma(2 * buyers, 60)
    wide = []
    for today in (5.0, 80.0):
        frame = pd.DataFrame({"amount": amount, "buyers": buyers}, days)
        frame.iloc[-1] = (today * 120, today)
        found = against(frame, LAST, kind="mean", baseline_days=baseline())
        wide.append(found.interval[1] - found.interval[0])
    assert wide[0] > 1.5 * wide[1]


def test_a_basket_comes_from_amount_and_buyers():
    days = pd.date_range(end=LAST, periods=120)
    buyers = np.full(120, 50.0)
    amount = buyers * 100 * np.exp(np.random.default_rng(6).normal(0, 0.03, 120))
    amount[-1] = 50 * 150
    frame = pd.DataFrame({"amount": amount, "buyers": buyers}, index=days)
    found = against(frame, LAST, kind="mean", baseline_days=baseline(), good="up")
    assert found.value == 150
    assert found.verdict == "better"


def test_a_thousand_quiet_weeks_are_rarely_called_better_or_worse():
    """Nominal 10% outside, and the noise is not what the estimator assumes: heavy tails, correlated days."""
    decided = 0
    for seed in range(1_000):
        rng = np.random.default_rng(seed)
        wander = 0.05 * rng.standard_t(4, 120) / np.sqrt(2)
        for at in range(1, 120):
            wander[at] += 0.3 * wander[at - 1]
        days = pd.date_range(end=LAST, periods=120)
        visitors = rng.poisson(5_000, 120)
        rate = np.minimum(0.03 * np.exp(wander), 1)
        frame = pd.DataFrame(
            {"buyers": rng.binomial(visitors, rate), "visitors": visitors}, index=days
        ).astype(float)
        found = against(
            frame, LAST, kind="rate", baseline_days=baseline(), reference=pd.Series(0.03, index=days)
        )
        decided += found.verdict in ("better", "worse")
    assert decided <= 100


def test_a_basket_of_few_buyers_has_no_verdict():
    days = pd.date_range(end=LAST, periods=120)
    frame = pd.DataFrame({"amount": np.random.default_rng(1).gamma(40, 60, 120), "buyers": 20.0}, index=days)
    frame.iloc[-1] = (12_000.0, 20.0)
    found = against(frame, LAST, kind="mean", baseline_days=baseline())
    assert found.caveats == ("no_market", "small_sample")
    assert found.verdict == "unknown"


@pytest.mark.parametrize(
    ("days", "baseline_days", "usual"),
    [pytest.param(1, [], None, id="a first day"), pytest.param(8, baseline(weeks=1), 1600.0, id="one week")],
)
def test_sales_that_cannot_be_judged_are_the_amount_and_not_the_basket(days, baseline_days, usual):
    dates = pd.date_range(end=LAST, periods=days)
    sales = pd.DataFrame({"pay_amount": 1600.0, "pay_buyers": 20.0}, dates)
    sales.loc[dates[-1], "pay_amount"] = 1800.5
    found = against(sales, LAST, kind="sales", baseline_days=baseline_days)
    assert found.value == 1800.5
    assert found.baseline == usual or (usual is None and np.isnan(found.baseline))
    assert found.verdict == "unknown"
