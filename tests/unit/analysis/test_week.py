"""The last seven days against the clean weeks before; sales as buyers whose baskets scatter."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.compare import Comparison, against
from shopbook.analysis.week import week_against, week_against_each

LAST = dt.date(2026, 11, 20)
DAYS = pd.date_range(end=LAST, periods=126)
BASE = [LAST - dt.timedelta(weeks=back) for back in (4, 3, 2, 1)]


def visitors(size: float = 300, *, week: float = 1.0, seed: int = 0) -> pd.Series:
    mean = np.full(126, float(size))
    mean[-7:] *= week
    return pd.Series(np.random.default_rng(seed).poisson(mean).astype(float), DAYS)


def test_a_week_decides_what_a_day_cannot():
    own = visitors(week=0.85, seed=3)
    assert against(own, LAST, kind="count", baseline_days=BASE).verdict == "unknown"
    assert week_against(own, LAST, kind="count").found.verdict == "worse"


def test_a_week_is_told_as_means_per_day():
    own = visitors()
    found = week_against(own, LAST, kind="count")
    assert (found.first, found.last) == (LAST - dt.timedelta(days=6), LAST)
    assert found.found.value == pytest.approx(own.iloc[-7:].mean())
    assert found.found.baseline == pytest.approx(own.iloc[-35:-7].mean())


def test_event_days_of_the_week_and_before_it_do_not_count():
    own = visitors()
    event = [LAST - dt.timedelta(days=back) for back in (1, 2, 9, 10)]
    own.loc[pd.DatetimeIndex(event)] *= 3
    found = week_against(own, LAST, kind="count", skip=event)
    assert len(found.ordinary) == 5
    assert not set(event) & {*found.ordinary, *found.found.days}
    assert found.found.verdict in ("same", "unknown")


def test_a_week_of_fewer_than_four_ordinary_days_is_none():
    event = [LAST - dt.timedelta(days=back) for back in range(4)]
    assert week_against(visitors(), LAST, kind="count", skip=event) is None


def test_a_young_shop_has_no_week():
    assert week_against(visitors().iloc[-13:], LAST, kind="count") is None


def sales(buyers: float, *, last: float = 1.0, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    mean = np.full(126, float(buyers))
    mean[-1] *= last
    paying = np.maximum(rng.poisson(mean), 1).astype(float)
    return pd.DataFrame({"pay_amount": rng.gamma(paying * 1.5, 60.0), "pay_buyers": paying}, DAYS)


def test_sales_of_few_buyers_have_a_range_and_no_verdict():
    found = against(sales(12, last=0.2), LAST, kind="sales", baseline_days=BASE)
    assert "small_sample" in found.caveats
    assert found.verdict == "unknown"
    assert found.interval is not None


def test_sales_keep_their_unit():
    own = sales(80)
    found = against(own, LAST, kind="sales", baseline_days=BASE)
    assert found.value == own["pay_amount"].iloc[-1]
    assert found.baseline == pytest.approx(own["pay_amount"].loc[pd.DatetimeIndex(BASE)].mean())


def test_the_buyers_change_the_range_of_sales_and_not_a_digit_of_the_sales():
    few, more = sales(80), sales(80)
    more["pay_buyers"] += 7.0
    one, other = (against(each, LAST, kind="sales", baseline_days=BASE) for each in (few, more))
    assert (one.value, one.baseline, one.change) == (other.value, other.baseline, other.change)
    assert one.interval != other.interval


def test_the_range_of_sparse_sales_reaches_further_up_than_down():
    found = against(sales(8, seed=5), LAST, kind="sales", baseline_days=BASE)
    low, high = (np.log1p(end) for end in found.interval)
    assert high - np.log1p(found.change) < np.log1p(found.change) - low or high > abs(low)


def test_a_drift_is_no_noise():
    steady = visitors(5_000)
    growing = (steady * np.exp(0.01 * np.arange(126))).round()
    widths = [
        np.ptp(against(own, LAST, kind="count", baseline_days=BASE).interval) for own in (steady, growing)
    ]
    assert widths[1] < 1.5 * widths[0]


def test_comparable_days_are_looked_for_in_twelve_weeks():
    own = visitors(5_000)
    campaign = [LAST - dt.timedelta(weeks=back) for back in (1, 2, 3, 4, 5)]
    own.loc[pd.DatetimeIndex(campaign)] *= 2.5
    found = week_against(own, LAST, kind="count", skip=campaign)
    assert found.found.verdict in ("same", "unknown")
    assert min(found.found.days) < LAST - dt.timedelta(weeks=5)


def test_the_most_extreme_of_many_has_the_interval_they_share():
    found = against(visitors(5_000, seed=1), LAST, kind="count", baseline_days=BASE)
    wider = found.best_of(10)
    assert wider.interval[0] < found.interval[0] < found.interval[1] < wider.interval[1]
    assert found.best_of(1) is found
    assert wider.chance == pytest.approx(min(1.0, 10 * found.chance))


def test_a_small_past_makes_an_odd_week_less_rare():
    surely, hardly = (Comparison(1, 1, 0.2, None, None, (0.05, 0.4), "better", df=df) for df in (1e6, 4))
    assert surely.chance < hardly.chance < 0.1


def rivals(sizes: dict[str, float]) -> pd.DataFrame:
    """Rivals of 9,000 visitors a day, each with the noise of its own."""
    rng = np.random.default_rng(5)
    return pd.DataFrame({name: 9_000 * np.exp(rng.normal(0, sd, 126)) for name, sd in sizes.items()}, DAYS)


def test_a_rival_that_grows_for_weeks_does_not_hide_in_the_noise_it_makes():
    shops = rivals({"ours": 0.05, **dict.fromkeys("abcdefgh", 0.05)})
    shops.loc[DAYS[-21:], "c"] *= np.exp(np.linspace(0, 0.35, 21))
    ours = shops.pop("ours")
    found = {name: each.found.best_of(8) for name, each in week_against_each(ours, LAST, shops).items()}
    assert [name for name, each in found.items() if each.verdict == "worse"] == ["c"]
    assert found["c"].chance < 0.01
    alone = week_against(ours, LAST, kind="mean", reference=shops["c"])
    assert found["c"].chance < alone.found.best_of(8).chance


def test_a_noisy_rival_keeps_more_of_its_noise_than_the_others():
    shops = rivals({"ours": 0.05, **dict.fromkeys("abcdefgh", 0.05), "loud": 0.2})
    found = week_against_each(shops.pop("ours"), LAST, shops)
    assert found["loud"].found.tau > 1.3 * max(found[name].found.tau for name in "abcdefgh")


def test_a_rival_without_days_is_left_out():
    shops = rivals({"ours": 0.05, "a": 0.05, "b": 0.05})
    shops["b"] = np.nan
    assert list(week_against_each(shops.pop("ours"), LAST, shops)) == ["a"]
