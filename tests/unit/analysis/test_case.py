"""What is known of one window against its comparable days, and the week as one window."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.case import Case, counted, dates, decided, learned_response, or_prior
from shopbook.analysis.compare import against
from shopbook.analysis.comparison import Comparison
from shopbook.analysis.grid import Gaps, Grid, gaps_of
from shopbook.analysis.noise import Noise, drift_of, noise_of
from shopbook.analysis.relative import compare_count, compare_mean, compare_rate
from shopbook.analysis.response import FIXED, PRIOR_SD, UNKNOWN, Response, _regressed, response_of
from shopbook.analysis.spending import spread_of_baskets
from shopbook.analysis.week import _drawn, _week_noise, _week_windows, week_against, week_against_each

NAN = float("nan")
NOISE = Noise(0.05**2, 40.0)
DAYS = (dt.date(2026, 3, 2), dt.date(2026, 3, 9))


def grid(numerator, denominator=None, reference=None) -> Grid:
    numerator = np.array(numerator, float)
    ones = np.ones(len(numerator))
    given = [ones if each is None else np.array(each, float) for each in (denominator, reference)]
    return Grid(numerator, *given, np.arange(len(numerator)))


def case(now, before, days=(1, 4), market=1.1, noise=NOISE) -> Case:
    return Case(now, before, days, market, noise, FIXED)


def test_a_day_without_a_buyer_is_a_day_of_no_sales_in_every_mean():
    """Sundays of a shop that sells on one in two: zeros count in the day's mean and in the week's."""
    days = pd.date_range("2026-03-02", periods=91)
    sundays = days[days.weekday == 6]
    own = pd.DataFrame({"amount": 900.0, "buyers": 9.0}, days)
    own.loc[sundays[::2]] = 0.0  # the last Sunday, and every second one before
    last, base = days[-1].date(), [day.date() for day in sundays[-5:-1]]
    found = against(own, last, kind="sales", baseline_days=base)
    assert (found.value, found.baseline, found.days) == (0.0, 450.0, tuple(base))
    week = week_against(own, last, kind="sales")
    assert len(week.ordinary) == 7
    assert (week.found.value, week.found.baseline) == (pytest.approx(5400 / 7), pytest.approx(5850 / 7))
    never = against(own * 0.0, last, kind="sales", baseline_days=base)
    assert (never.verdict, never.interval) == ("unknown", None)


def as_told(found: Comparison) -> tuple:
    return found.value, found.baseline, found.interval, found.verdict


def test_a_count_and_a_rate_are_decided_by_their_own_comparison():
    plain = grid([1.0] * 20)
    found = decided(case((80.0, 1.0), (500.0, 4.0)), "count", "down", plain, DAYS, short=True)
    shared = {"market_ratio": 1.1, "noise": NOISE, "days": (1, 4)}
    assert as_told(found) == as_told(compare_count(80.0, 500.0, good="down", **shared))
    assert (found.days, found.caveats) == (DAYS, ("short_base",))
    rate = decided(case((80.0, 900.0), (500.0, 4000.0), market=None), "rate", "up", plain, DAYS, short=False)
    shared["market_ratio"] = None
    assert as_told(rate) == as_told(compare_rate((80.0, 900.0), (500.0, 4000.0), **shared))
    assert rate.caveats == ("no_market",)


@pytest.mark.parametrize(("visitors", "small"), [(300.0, False), (299.0, True)])
def test_a_rate_is_small_under_thirty_buyers_to_be_expected(visitors, small):
    """A tenth of the visitors bought before."""
    found = decided(case((5.0, visitors), (100.0, 1000.0)), "rate", "up", grid([1.0] * 9), DAYS, short=False)
    assert ("small_sample" in found.caveats) is small
    assert (found.verdict == "unknown") is small
    assert found.interval is not None


@pytest.mark.parametrize(("buyers", "small"), [(30.0, False), (29.0, True)])
def test_a_basket_is_small_under_thirty_buyers_and_an_average_without_buyers_never(buyers, small):
    baskets = grid([1.0] * 9, [50.0] * 9)
    moved = case((200 * buyers, buyers), (40_000.0, 400.0))
    found = decided(moved, "mean", "up", baskets, DAYS, short=False)
    assert ("small_sample" in found.caveats) is small
    wanted = compare_mean(200.0, 100.0, market_ratio=1.1, noise=NOISE, days=(1, 4))
    assert (found.value, found.interval) == (wanted.value, wanted.interval)
    alone = decided(case((200.0, 1.0), (400.0, 4.0)), "mean", "up", grid([1.0] * 9), DAYS, short=False)
    assert (alone.caveats, alone.verdict) == ((), "better")


@pytest.mark.parametrize(("buyers", "small"), [(60.0, False), (59.0, True)])
def test_sales_are_buyers_whose_baskets_scatter_told_in_money(buyers, small):
    """In two of four days of the baseline 30 buyers are due."""
    rng = np.random.default_rng(0)
    paying = rng.poisson(40, 90).astype(float) + 1
    sales = grid(rng.gamma(paying, 100.0), paying)
    found = decided(
        case((9000.1, 80.0), (12_000.7, buyers), days=(2, 4)), "sales", "up", sales, DAYS, short=False
    )
    unit = spread_of_baskets(sales)
    counted_ = compare_count(9000.1 / unit, 12_000.7 / unit, market_ratio=1.1, noise=NOISE, days=(2, 4))
    assert (found.value, found.baseline, found.change) == (4500.05, 3000.175, 4500.05 / 3000.175 - 1)
    assert found.interval == counted_.interval
    assert ("small_sample" in found.caveats) is small


def test_sales_against_nothing_have_no_change():
    sales = grid(np.linspace(900, 1100, 90), np.full(90, 10.0))
    found = decided(case((500.0, 5.0), (0.0, 0.0)), "sales", "up", sales, DAYS, short=False)
    assert (found.value, found.baseline, found.change) == (500.0, 0.0, None)


def test_sales_count_in_units_of_a_scattering_basket_and_all_else_as_it_is():
    sales = grid(np.linspace(900, 1100, 90), np.full(90, 10.0))
    made = counted(sales, "sales")
    np.testing.assert_allclose(made.numerator, sales.numerator / spread_of_baskets(sales))
    assert set(made.denominator) == {1.0}
    assert counted(sales, "rate") is sales


def scatter_by_hand(made: Grid) -> float:
    """Squared log differences of the daily basket over 1/N now + 1/N before, without shocks."""
    past = grid(made.numerator[:-1], made.denominator[:-1])
    away = gaps_of(past, kind="mean").own
    units = gaps_of(grid(made.denominator[:-1]), kind="count").sampling
    used = np.isfinite(away) & (units > 0)
    away, units = away[used] - np.median(away[used]), units[used]
    calm = away**2 / units <= 4.5**2 * np.median(away**2 / units) / 0.4549
    return (away[calm] ** 2).sum() / units[calm].sum()


@pytest.mark.parametrize(("shape", "low", "high"), [(1.0, 0.5, 1.5), (50.0, 0.0, 0.1), (0.05, 9.0, 99.0)])
def test_a_unit_of_sales_is_the_mean_basket_times_one_and_its_scatter(shape, low, high):
    rng = np.random.default_rng(5)
    paying = rng.poisson(30, 120).astype(float) + 1
    made = grid(rng.gamma(paying * shape, 100 / shape), paying)
    made.numerator[[40, 90]] = [NAN, 1e6]
    made.numerator[-1] = 5000.0
    scatter = scatter_by_hand(made)
    assert low < scatter < high
    known = np.isfinite(made.numerator)
    basket = made.numerator[known].sum() / made.denominator[known].sum()
    assert spread_of_baskets(made) == pytest.approx(basket * (1 + min(max(scatter, 0.1), 9.0)))


def test_a_basket_of_a_shock_is_no_scatter_beyond_four_and_a_half_sds():
    """Heavy tails: some days lie just inside the limit, some just outside."""
    rng = np.random.default_rng(9)
    paying = rng.poisson(30, 300).astype(float) + 1
    made = grid(paying * 100 * np.exp(0.1 * rng.standard_t(2, 300)), paying)
    basket = made.numerator.sum() / made.denominator.sum()
    scatter = scatter_by_hand(made)
    assert 0.1 < scatter < 9
    assert spread_of_baskets(made) == pytest.approx(basket * (1 + scatter))


@pytest.mark.parametrize(("days", "told"), [(22, True), (21, False)])
def test_fourteen_differences_tell_the_scatter_of_baskets(days, told):
    """The first week has nothing before it and the last day takes no part."""
    rng = np.random.default_rng(2)
    made = grid(rng.gamma(30.0, 100 / 3, days) * 30 / 10, np.full(days, 30.0))
    basket = made.numerator.sum() / made.denominator.sum()
    assert (spread_of_baskets(made) != pytest.approx(2 * basket)) is told


def test_without_a_buyer_there_is_no_unit():
    assert math.isnan(spread_of_baskets(grid([NAN] * 30, [10.0] * 30)))
    assert math.isnan(spread_of_baskets(grid([0.0] * 30, [0.0] * 30)))


@pytest.mark.parametrize(
    ("days", "first", "window", "df", "short"),
    [
        (50, 0, 1, 5.0, False),  # six weeks and the first one
        (49, 0, 1, 5.0, True),
        (50, 1, 1, 5.0, True),
        (56, 0, 7, 5.0, False),
        (55, 0, 7, 5.0, True),
        (80, 0, 1, 4.9, True),
    ],
)
def test_six_weeks_of_differences_tell_a_shops_own_noise(days, first, window, df, short):
    history = grid([NAN] * first + [5.0] * (days - first))
    found, said = or_prior(Noise(0.0001, df), history, window)
    assert said is short
    assert found == (Noise(0.1**2, 6.0) if short else Noise(0.0001, df))


def test_a_short_past_that_is_noisier_than_the_guess_keeps_its_noise():
    young = grid([5.0] * 20)
    assert or_prior(Noise(0.04, 9.0), young, 1) == (Noise(0.04, 9.0), True)
    assert or_prior(Noise(NAN, 0.0), young, 1) == (Noise(0.1**2, 6.0), True)


def test_days_are_dates_again():
    assert dates(np.array([0, 20_514])) == (dt.date(1970, 1, 1), dt.date(2026, 3, 2))


def gaps(size: int = 60, beta: float = 0.6, seed: int = 1) -> Gaps:
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.2, size)
    own = beta * market + rng.normal(0, 0.06, size) + 0.01
    own[[7, 30]] = [1.5, NAN]
    weeks = rng.integers(1, 5, size)
    return Gaps(own, market, rng.uniform(0, 0.002, size), 1 + 1 / weeks, 3.5 + 3.5 * weeks)


def test_a_coefficient_is_learned_only_beside_a_comparator_and_from_days():
    known = np.array([True] * 31 + [False] * 29)
    assert learned_response(gaps(), known, True) == response_of(gaps())
    assert learned_response(gaps(), known, False) == FIXED
    half = np.array([True] * 30 + [False] * 30)
    assert learned_response(gaps(), half, True) == FIXED


def test_the_coefficient_is_the_posterior_of_a_weighted_regression():
    made, noise, start = gaps(), Noise(0.004, 25.0), 0.8
    variance = 0.004 * made.spread + made.sampling
    rest = made.own - start * made.market
    used = [
        at
        for at in range(60)
        if np.isfinite(rest[at]) and abs(rest[at] - np.nanmedian(rest)) <= 4.5 * math.sqrt(variance[at])
    ]
    assert 7 not in used
    weight, lag = 1 / variance[used], made.lag[used]
    own, market = (each[used] - drift_of(each[used], lag, weight) * lag for each in made[:2])
    weight = weight * 25 / len(used)
    precision = (weight * market**2).sum() + 16
    wanted = 1 + (weight * market * (own - market)).sum() / precision
    found = _regressed(made, noise, start)
    assert found.beta == pytest.approx(wanted)
    assert found.variance == pytest.approx(1 / precision)
    assert found.reach == pytest.approx(np.quantile(np.abs(market), 0.95))
    many = _regressed(made, Noise(0.004, 500.0), start)  # never more than there are
    precision = ((1 / variance[used]) * market**2).sum() + 16
    assert many.variance == pytest.approx(1 / precision)


def test_two_steps_lead_to_the_coefficient():
    made, found = gaps(), UNKNOWN
    for _ in range(2):
        found = _regressed(made, noise_of(made, response=found.beta), found.beta)
    assert response_of(made) == found
    assert 0.5 < found.beta < 0.7


def test_without_three_known_differences_nothing_is_learned():
    nothing = Gaps(*(np.where(np.arange(60) < 2, each, NAN) for each in gaps()[:2]), *gaps()[2:])
    assert _regressed(nothing, Noise(0.004, 25.0), 1.0) == UNKNOWN
    assert response_of(nothing) == UNKNOWN
    none = nothing._replace(own=np.full(60, NAN))
    assert _regressed(none, Noise(0.004, 25.0), 1.0) == UNKNOWN
    exact = gaps()._replace(sampling=np.zeros(60))
    assert _regressed(exact, Noise(0.0, 25.0), 1.0) == UNKNOWN


@pytest.mark.parametrize(("move", "seen"), [(0.1, 1.0), (0.2, 1.0), (-0.4, 0.5), (0.8, 0.25), (0.0, 1.0)])
def test_what_lies_beyond_the_reach_is_as_before_learning(move, seen):
    beta, variance = Response(0.6, 0.02, 0.2).at(move)
    assert beta == pytest.approx(seen * 0.6 + (1 - seen))
    assert variance == pytest.approx(seen**2 * 0.02 + (1 - seen) ** 2 * PRIOR_SD**2)


def test_a_week_is_its_days_with_two_comparable_ones_and_each_counts_as_often():
    usable = np.ones(42, bool)
    now, base, each = _week_windows(usable)
    assert (now.tolist(), each) == (list(range(35, 42)), 4)
    assert sorted(base.tolist()) == list(range(7, 35))
    usable[[38, 7, 14, 22]] = False  # 35 has two of its own left, 36 three
    now, base, each = _week_windows(usable)
    assert (now.tolist(), each) == ([35, 36, 37, 39, 40, 41], 2 + 1)
    assert sorted(base[:3].tolist()) == [0, 21, 28]


@pytest.mark.parametrize(("missing", "told"), [((39, 40, 41), True), ((38, 39, 40, 41), False)])
def test_a_week_needs_four_ordinary_days(missing, told):
    usable = np.ones(42, bool)
    usable[list(missing)] = False
    assert (_week_windows(usable) is not None) is told


def test_a_young_shop_has_a_week_from_four_days_with_two_same_weekdays_before_them_on():
    """Of 18 days the last four have one a week and one two weeks before."""
    now, _, each = _week_windows(np.ones(18, bool))
    assert (now.tolist(), each) == ([14, 15, 16, 17], 2)
    assert _week_windows(np.ones(17, bool)) is None
    assert _week_windows(np.ones(3, bool)) is None


def test_comparable_days_of_a_week_are_looked_for_in_twelve_weeks_from_the_first_day_on():
    usable = np.zeros(91, bool)
    usable[84:88] = usable[:14] = True  # eleven and twelve weeks before
    now, base, each = _week_windows(usable)
    assert (now.tolist(), sorted(base.tolist()), each) == ([84, 85, 86, 87], [0, 1, 2, 3, 7, 8, 9, 10], 2)
    assert _week_windows(np.concatenate([[False], usable])) is not None
    late = np.concatenate([usable[:84], np.zeros(7, bool), usable[84:]])  # thirteen weeks are too many
    assert _week_windows(late) is None


def test_a_variance_is_drawn_to_the_typical_one_by_what_both_rest_on():
    assert _drawn(Noise(0.04, 10.0), Noise(0.01, 20.0)) == Noise(pytest.approx(0.02), 30.0)
    assert _drawn(Noise(0.04, 0.5), Noise(0.01, 1.5)) == Noise(pytest.approx(0.0175), 2.0)
    assert _drawn(Noise(NAN, 0.0), Noise(0.01, 20.0)) == Noise(0.01, 20.0)


def test_the_noise_of_a_week_is_never_under_that_of_its_days():
    calm, loud = gaps(beta=1.0, seed=2), gaps(beta=1.0, seed=3)
    loud = loud._replace(own=loud.own * 3 - 2 * loud.market)
    weeks = noise_of(loud, response=1.0, window=7)
    assert _week_noise(calm, loud, 1.0) == weeks
    found = _week_noise(loud, calm, 1.0)
    assert (found.tau2, found.df) == (noise_of(loud).tau2, noise_of(calm, window=7).df)
    none = Gaps(*(each[:2] for each in calm))
    assert _week_noise(calm, none, 1.0) == noise_of(calm)


END = pd.date_range("2026-03-02", periods=126)
BASE = [END[-1].date() - dt.timedelta(weeks=back) for back in (4, 3, 2, 1)]


def series(seed: int, level: float = 3000.0, noise: float = 0.05) -> pd.Series:
    return pd.Series(level * np.exp(np.random.default_rng(seed).normal(0, noise, 126)), END)


def test_a_week_is_held_against_the_market_of_the_same_days():
    own, market = series(1), series(2, 1e6, 0.02)
    last = END[-1].date()
    found = week_against(own, last, kind="mean", reference=market).found
    week, before = slice(119, 126), slice(91, 119)
    assert found.value == pytest.approx(own.iloc[week].mean())
    assert found.baseline == pytest.approx(own.iloc[before].mean())
    assert found.market_change == pytest.approx(market.iloc[week].sum() / market.iloc[before].sum() * 4 - 1)
    assert found.days == tuple(day.date() for day in END[before])
    short = market.copy()
    short.iloc[-5:] = NAN  # two days are no week: there is no comparator
    alone = week_against(own, last, kind="mean", reference=short).found
    assert (alone.comparator, alone.relative) == (False, None)
    left = week_against(own, last, kind="count", skip=[last])
    assert [day.isoformat() for day in left.ordinary] == [f"2026-06-{day:02}" for day in range(29, 31)] + [
        f"2026-07-{day:02}" for day in range(1, 5)
    ]
    assert (left.first, left.last) == (dt.date(2026, 6, 29), last)


def test_rivals_borrow_the_noise_of_the_typical_one_with_twice_its_days():
    own = series(1)
    rivals = pd.DataFrame({name: series(seed) for name, seed in zip("abc", (2, 3, 4), strict=True)})
    last = END[-1].date()
    found = week_against_each(own, last, rivals)
    alone = {name: week_against(own, last, kind="mean", reference=rivals[name]).found for name in rivals}
    noises = []
    for name in rivals:
        made = grid(own, None, rivals[name])
        days = gaps_of(made, kind="mean").before(119)
        weeks = gaps_of(made, kind="mean", window=7).before(119)
        noises.append(_week_noise(days, weeks, 1.0))
    tau2, df = np.median(noises, axis=0)
    for (name, each), noise in zip(found.items(), noises, strict=True):
        assert each.found.tau == pytest.approx(math.sqrt(_drawn(noise, Noise(tau2, 2 * df)).tau2))
        assert each.found.beta == 1.0
        assert each.found.change == pytest.approx(alone[name].change)


def test_an_amount_without_buyers_is_an_average_and_a_count_is_not():
    own, last = series(1), END[-1].date()
    ranges = {kind: week_against(own, last, kind=kind).found.interval for kind in ("sales", "mean", "count")}
    assert ranges["sales"] == ranges["mean"] != ranges["count"]
    days = {
        kind: against(own, last, kind=kind, baseline_days=BASE).interval
        for kind in ("sales", "mean", "count")
    }
    assert days["sales"] == days["mean"] != days["count"]


def test_a_week_of_sales_is_told_in_money_a_day():
    buyers = pd.Series(np.random.default_rng(6).poisson(40, 126) + 1.0, END)
    sales = pd.DataFrame({"pay_amount": buyers * series(5, 100.0), "pay_buyers": buyers})
    found = week_against(sales, END[-1].date(), kind="sales").found
    assert found.value == pytest.approx(sales["pay_amount"].iloc[-7:].mean())
    assert found.baseline == pytest.approx(sales["pay_amount"].iloc[-35:-7].mean())


def test_a_shop_without_a_week_is_held_against_no_rival():
    rivals = pd.DataFrame({"a": series(2), "b": series(3)})
    assert week_against_each(series(1).iloc[-13:], END[-1].date(), rivals) == {}


def test_rivals_of_whom_no_noise_is_known_are_held_against_with_the_wide_guess():
    rivals = pd.DataFrame({"a": series(2).iloc[-21:]})
    found = week_against_each(series(1).iloc[-21:], END[-1].date(), rivals)["a"].found
    assert found.tau == pytest.approx(0.1, rel=0.5)
    assert "short_base" in found.caveats


def test_the_day_itself_is_no_day_of_its_baseline_and_a_skipped_one_not_either():
    own, last = series(1), END[-1].date()
    found = against(own, last, kind="count", baseline_days=[*BASE, last])
    assert found.days == tuple(BASE)
    held = against(own, last, kind="count", baseline_days=BASE, skip=[BASE[0], last])
    assert held.days == tuple(BASE[1:])
    assert held.value == own.iloc[-1]


@pytest.mark.parametrize(("kept", "compared"), [(2, True), (1, False)])
def test_a_comparator_needs_two_baseline_days(kept, compared):
    own, market = series(1), series(2, 1e6)
    for day in BASE[kept:]:
        market[pd.Timestamp(day)] = NAN
    found = against(own, END[-1].date(), kind="count", baseline_days=BASE, reference=market)
    assert found.comparator is compared
    assert found.days == tuple(BASE[:kept] if compared else BASE)
    if compared:
        base = market[pd.DatetimeIndex(BASE[:2])].mean()
        assert found.market_change == pytest.approx(market.iloc[-1] / base - 1)
    market.iloc[-1] = NAN
    assert not against(own, END[-1].date(), kind="count", baseline_days=BASE, reference=market).comparator


def test_a_rate_and_a_basket_are_pooled_over_their_baseline():
    visitors = series(3)
    rate = pd.DataFrame({"buyers": visitors * series(4, 0.05), "visitors": visitors})
    base = rate.loc[pd.DatetimeIndex(BASE)].sum()
    found = against(rate, END[-1].date(), kind="rate", baseline_days=BASE)
    assert found.baseline == pytest.approx(base["buyers"] / base["visitors"])
    assert found.value == pytest.approx(rate["buyers"].iloc[-1] / visitors.iloc[-1])
    alone = against(rate, END[-1].date(), kind="rate", baseline_days=BASE[-1:])
    assert (alone.verdict, alone.baseline) == (
        "unknown",
        pytest.approx(rate["buyers"].loc[str(BASE[-1])] / visitors.loc[str(BASE[-1])]),
    )
    assert math.isnan(against(rate, END[-1].date(), kind="rate", baseline_days=[]).baseline)
