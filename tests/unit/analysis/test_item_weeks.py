"""Items x weeks: every matrix against the same figure found cell by cell in a plain way."""

import datetime as dt
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.stats import theilslopes

from shopbook.analysis.item_panel import LONG_AGO, Panel
from shopbook.analysis.item_weeks import (
    _beside_own_kind,
    _common_change,
    _conversion,
    _cumulated,
    _few_peers,
    _level,
    _market_reference,
    _median_of_known,
    _median_of_others,
    _relative_to_peers,
    _rolling_mean,
    _silent,
    _trend,
    _weaker,
    item_weeks,
)
from shopbook.analysis.stage_rules import StageHints, StageRules

MONDAY = pd.Timestamp("2026-01-05")
NAN = float("nan")
RULES = StageRules()
NAMES = {0: "market", 1: "category", 2: "shop", 3: "none"}


def panel(visitors, *, buyers=None, out=None, first=None, basis="visitors") -> Panel:
    visitors = np.array(visitors, float)
    buyers = np.full(visitors.shape, NAN) if buyers is None else np.array(buyers, float)
    out = np.zeros(visitors.shape, bool) if out is None else out
    first = np.full(len(visitors), LONG_AGO) if first is None else np.array(first)
    items = np.array([f"i{row}" for row in range(len(visitors))], object)
    return Panel(items, MONDAY, visitors, buyers, out, first, basis)


def daily(*weeks: float) -> list[float]:
    return [value for value in weeks for _ in range(7)]


def holey(shape: tuple[int, ...], seed: int = 0, share: float = 0.25) -> np.ndarray:
    """Whole numbers of few kinds, so that some are equal, and holes."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(shape) < share, NAN, rng.integers(-4, 5, shape).astype(float))


def middle(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else NAN


@pytest.mark.parametrize("share", [0.1, 0.7])
@pytest.mark.parametrize("rows", [1, 2, 5, 6])
def test_the_middle_of_the_others_leaves_the_cell_itself_and_the_unknown_ones_out(rows, share):
    values = holey((rows, 40), rows, share)
    found, others = _median_of_others(values)
    rest = [[np.delete(values[:, week], row) for week in range(40)] for row in range(rows)]
    np.testing.assert_array_equal(found, [[middle(each) for each in row] for row in rest])
    np.testing.assert_array_equal(others, [[np.isfinite(each).sum() for each in row] for row in rest])


@pytest.mark.parametrize("days", [1, 2, 7])
def test_the_middle_of_a_week_is_that_of_its_known_days(days):
    values = holey((6, 20, days), days, 0.5)
    wanted = [[middle(week) for week in item] for item in values]
    np.testing.assert_array_equal(_median_of_known(values), wanted)


@pytest.mark.parametrize("window", [4, 6])
def test_a_trend_is_theil_sen_and_mann_kendall_over_the_known_weeks(window):
    x = holey((6, 30), window, 0.3)
    x[0] = np.arange(30.0)
    slope, z = _trend(x, window)
    fewest = {4: 3, 6: 4}[window]
    for row, week in np.ndindex(x.shape):
        at = np.arange(max(week - window + 1, 0), week + 1)
        at = at[np.isfinite(x[row, at])]
        if len(at) < fewest:
            assert np.isnan([slope[row, week], z[row, week]]).all()
            continue
        n, y = len(at), x[row, at]
        score = sum(np.sign(y[late] - y[early]) for late in range(n) for early in range(late))
        assert slope[row, week] == pytest.approx(theilslopes(y, at).slope, abs=1e-6)
        sd = np.sqrt(n * (n - 1) * (2 * n + 5) / 18)
        assert z[row, week] == pytest.approx((score - np.sign(score)) / sd)


def test_means_of_four_weeks_are_those_of_the_known_ones():
    values = holey((5, 30), 3, 0.6)
    plain = pd.DataFrame(values.T).rolling(4, min_periods=1).mean().T.to_numpy()
    np.testing.assert_allclose(_rolling_mean(values), plain, atol=1e-12)


def test_a_level_leaves_silent_weeks_out_while_others_are_there():
    week_sum = np.array([[100.0, 200.0, 900.0, 300.0, 400.0, 500.0, 600.0]])
    silent = np.array([[False, False, True, True, True, True, False]])
    assert _level(week_sum, silent)[0].tolist() == [100, 150, 150, 150, 200, (900 + 300 + 400 + 500) / 4, 600]


def test_conversion_is_the_items_over_the_shops_in_four_weeks():
    visitors, buyers = np.array([[100.0, 100, 300, 100, 100]] * 2), np.array([[1.0, 3, 8, 0, 5], [9] * 5])
    known = panel(np.ones((2, 35)), buyers=np.ones((2, 35)))
    found = _conversion(buyers, visitors, known)
    assert found[0, 3] == pytest.approx((12 / 600) / (48 / 1200))
    assert found[1, 4] == pytest.approx((36 / 600) / ((16 + 36) / 1200))
    assert (_conversion(buyers, visitors, known._replace(basis="units")) == 1).all()
    assert (_conversion(buyers, visitors, panel(np.ones((2, 35)))) == 1).all()
    half = panel(np.ones((2, 35)), buyers=[[1.0] * 34 + [NAN], [NAN] * 35])
    assert _conversion(buyers, visitors, half)[0, 3] == pytest.approx(0.5)


def test_under_three_others_are_few_peers():
    category = np.array(["tea"] * 4 + ["cups"] * 3 + ["one"], object)
    assert _few_peers(category).tolist() == [False] * 4 + [True] * 4


def test_beside_its_own_kind_an_item_is_held_against_the_others_there_are():
    level = np.array([[1.0, 2, NAN, 4], [5, 6, 7, 8], [0, NAN, NAN, 9], [3, 3, 3, NAN], [2, 2, 2, 2]])
    category = np.array(["tea", "tea", "tea", "", "one"], object)
    wanted = [
        [1 - 2.5, 2 - 6, NAN, 4 - 8.5],
        [5 - 0.5, 6 - 2, 0, 8 - 6.5],  # where no other is known it lies where it lies
        [0 - 3, NAN, NAN, 9 - 6],
        [0, 0, 0, NAN],
        [0, 0, 0, 0],
    ]
    np.testing.assert_array_equal(_beside_own_kind(level, category), wanted)


def test_two_items_are_a_kind_of_their_own():
    found = _beside_own_kind(np.array([[1.0], [4.0]]), np.array(["tea", "tea"], object))
    assert found.tolist() == [[-3.0], [3.0]]


@pytest.mark.parametrize(
    ("one", "other", "weaker"),
    [(3, 2, 2), (2, 3, 2), (-3, -2, -2), (-3, 2, 0), (0.5, -2, 0), (0, 2, 0), (NAN, 2, NAN), (2, NAN, NAN)],
)
def test_of_two_trends_the_weaker_holds_and_none_where_they_disagree(one, other, weaker):
    found = _weaker(np.array([one], float), np.array([other], float))
    if not np.isnan(other):
        np.testing.assert_array_equal(found, [weaker])


def test_a_market_of_the_category_replaces_the_one_of_all():
    days = pd.date_range(MONDAY - pd.Timedelta(days=3), periods=17)
    market = pd.DataFrame({"tea": np.arange(17.0), "": 100.0 + np.arange(17)}, index=days)
    category = np.array(["tea", "cups", ""], object)
    found, served = _market_reference(panel(np.ones((3, 14))), market, category)
    assert served.all()
    np.testing.assert_allclose(found[0], np.log(np.arange(3, 17) + 0.5))
    np.testing.assert_allclose(found[1:], [np.log(np.arange(103, 117) + 0.5)] * 2)
    found, served = _market_reference(panel(np.ones((3, 14))), market[["tea"]], category)
    assert served.tolist() == [True, False, False]
    assert (found[1:] == 0).all()


def test_without_a_market_nobody_is_served():
    for market in (None, pd.DataFrame({"": []}, index=pd.DatetimeIndex([]))):
        found, served = _market_reference(panel(np.ones((2, 7))), market, np.array(["", ""], object))
        assert not served.any()
        assert (found == 0).all()


@pytest.mark.parametrize(
    ("known", "first", "served"),
    [
        (range(8, 35), [0, 0], False),
        (range(28), [0, 0], False),  # 28 of 35 are four of five, not more
        (range(29), [0, 0], True),
        (range(12, 35), [LONG_AGO, 12], False),  # the first item was there from the start
        (range(12, 35), [12, 20], True),  # before the first item no day is missed
        (range(12, 31), [12, 20], True),  # 19 of 23
        (range(12, 30), [12, 20], False),  # 18 of 23
    ],
)
def test_a_market_serves_from_more_than_four_of_five_days_since_the_first_item(known, first, served):
    market = pd.DataFrame({"": 5.0}, index=[MONDAY + pd.Timedelta(days=day) for day in known])
    _, found = _market_reference(panel(np.ones((2, 35)), first=first), market, np.array(["", ""], object))
    assert found.tolist() == [served, served]


def test_the_common_change_is_that_of_the_category_from_three_others_on():
    change = holey((9, 40), 8, 0.3)
    category = np.array(["tea"] * 5 + ["cups"] * 2 + [""] * 2, object)
    common, enough = _common_change(change, category)
    for row, week in np.ndindex(change.shape):
        mine = [each for each in range(9) if each != row and category[each] == category[row] != ""]
        others = change[mine, week][np.isfinite(change[mine, week])]
        assert enough[row, week] == (len(others) >= 3)
        wanted = others if len(others) >= 3 else np.delete(change[:, week], row)
        np.testing.assert_equal(common[row, week], middle(wanted))


def test_a_change_that_is_not_known_adds_nothing():
    assert _cumulated(np.array([[NAN, 1.0, NAN, 2.0]]))[0].tolist() == [0, 1, 1, 3]


def test_items_that_move_themselves_drop_out_of_what_all_have_in_common():
    """Four of nine grow by 0.1 a week; half of the others of each of the rest do, the middle one at 0.05."""
    week = np.arange(12)
    season = 0.03 * week + 0.01 * np.sin(week)
    grow = np.array([0.1] * 4 + [0.0] * 5)
    level = 3 + season + grow[:, None] * week
    found, enough = _relative_to_peers(level, np.array([""] * 9, object), RULES)
    assert not enough.any()
    np.testing.assert_allclose(np.diff(found[:, 5:], axis=1), np.tile(grow[:, None], 6), atol=1e-9)


def test_where_everything_moves_the_middle_of_all_others_is_common():
    week = np.arange(10)
    level = np.outer([0.3, -0.4, 0.5], week)
    found, _ = _relative_to_peers(level, np.array([""] * 3, object), RULES)
    others = np.array([(-0.4 + 0.5) / 2, (0.3 + 0.5) / 2, (0.3 - 0.4) / 2])
    np.testing.assert_allclose(
        np.diff(found[:, 5:], axis=1), np.tile(np.array([[0.3], [-0.4], [0.5]]) - others[:, None], 4)
    )


def test_a_week_with_an_event_two_days_without_stock_or_no_level_is_silent():
    visitors = [daily(*[10.0] * 6)] * 3
    out = np.zeros((3, 42), bool)
    out[1, [13, 14]] = out[2, [20, 19]] = True  # over two weeks, and in one
    x = np.zeros((3, 6))
    x[0, 5] = NAN
    events = [dt.date(2026, 1, 4), dt.date(2026, 1, 11), dt.date(2026, 2, 15), dt.date(2026, 2, 16)]
    found = _silent(panel(visitors, out=out), x, RULES, StageHints(event_days=events))
    assert [row.nonzero()[0].tolist() for row in found] == [[0, 5], [0, 5], [0, 2, 5]]


def test_the_week_in_which_the_shop_bursts_is_silent_by_its_middle_day():
    """One loud day is no burst; four are. An item that is not seen counts as none."""
    visitors = np.array([daily(*[10.0] * 6), daily(*[10.0] * 6)])
    visitors[:, 21] = 500.0
    visitors[:, 31:35] = 15.0
    visitors[1, 35:] = NAN
    found = _silent(panel(visitors), np.zeros((2, 6)), RULES, StageHints())
    assert [row.nonzero()[0].tolist() for row in found] == [[4], [4]]


def test_after_three_silent_weeks_one_votes_but_never_one_without_a_level():
    out = np.ones((2, 70), bool)
    x = np.zeros((2, 10))
    x[1, [3, 4]] = NAN
    found = _silent(panel(np.full((2, 70), 10.0), out=out), x, RULES, StageHints())
    assert (~found[0]).nonzero()[0].tolist() == [3, 7]
    assert (~found[1]).nonzero()[0].tolist() == [5, 9]


def test_a_week_is_its_middle_day_from_four_known_ones_on_and_its_sum_is_carried_to_seven():
    visitors = np.full((1, 21), NAN)
    visitors[0, :3] = [10.0, 20.0, 30.0]
    visitors[0, 7:11] = [10.0, 20.0, 60.0, 30.0]
    visitors[0, 14:] = [7.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    found, names = item_weeks(panel(visitors), None, RULES, StageHints())
    middle_of = (np.log(20.5) + np.log(30.5)) / 2
    np.testing.assert_allclose(found.x, [[NAN, middle_of, np.log(4.5)]])
    np.testing.assert_allclose(found.total, [[60 * 7 / 3, 120 * 7 / 4, 28.0]])
    assert found.seen.all()
    assert NAMES[names[0, 0]] == "none"


def test_an_item_served_by_a_market_is_held_against_it_and_another_against_its_peers():
    rng = np.random.default_rng(1)
    visitors = np.round(100 * np.exp(rng.normal(0, 0.3, (7, 70))))
    days = pd.date_range(MONDAY, periods=70)
    market = pd.DataFrame({"tea": 1000 * np.exp(rng.normal(0, 0.3, 70))}, index=days)
    category = ["tea", "cups", "cups", "cups", "cups", "", "few"]
    hints = StageHints(category={f"i{row}": name for row, name in enumerate(category) if name})
    found, names = item_weeks(panel(visitors), market, RULES, hints)
    assert [NAMES[name] for name in names[:, -1]] == ["market", *["category"] * 4, "shop", "shop"]
    ratio = np.log(visitors[0] + 0.5) - np.log(market["tea"].to_numpy() + 0.5)
    np.testing.assert_allclose(found.x[0], np.median(ratio.reshape(10, 7), axis=1))
    assert not np.allclose(found.x[1], np.median(np.log(visitors[1] + 0.5).reshape(10, 7), axis=1))


def test_every_item_on_a_market_needs_no_peers():
    visitors = np.array([daily(*(10.0 * 2**week for week in range(8))), daily(*[10.0] * 8)])
    market = pd.DataFrame({"": 9.5}, index=pd.date_range(MONDAY, periods=56))
    found, _ = item_weeks(panel(visitors), market, RULES, StageHints())
    np.testing.assert_allclose(found.x[1], np.log(10.5 / 10))
    np.testing.assert_allclose(found.x[0], np.log((10.0 * 2 ** np.arange(8) + 0.5) / 10))


def test_the_age_is_counted_in_weeks_from_the_one_of_the_first_day():
    found, _ = item_weeks(panel(np.ones((3, 21)), first=[LONG_AGO, 7, 13]), None, RULES, StageHints())
    assert found.age.tolist() == [[52, 53, 54], [-1, 0, 1], [-1, 0, 1]]


def test_the_recent_trend_is_that_of_four_weeks_and_the_longer_one_where_they_are_not_there():
    ups = [100, 130, 169, 219, 219, 219, 219, 219, 219, 219]
    visitors = np.array([daily(*ups), daily(*ups)])
    out = np.zeros(visitors.shape, bool)
    out[1, 28:42] = True  # weeks 4 and 5
    market = pd.DataFrame({"": 9.5}, index=pd.date_range(MONDAY, periods=70))
    found, _ = item_weeks(panel(visitors, out=out), market, RULES, StageHints())
    # Of six pairs of weeks three are flat; the smallest of the others is a third of the last rise.
    assert found.recent[0, 5] == pytest.approx(np.log(219.5 / 169.5) / 3 / 2, abs=1e-6)
    assert found.slope[0, 5] > 0.1
    assert found.recent[1, 5] == found.slope[1, 5] > 0.25
    assert np.isnan(found.slope[0, 2])
    assert np.isfinite(found.recent[0, 2])


def test_the_conversion_of_an_item_counts_the_buyers_of_whole_weeks():
    buyers = np.array([daily(2.0, 2.0), daily(1.0, 1.0)])
    buyers[0, 3] = NAN
    found, _ = item_weeks(panel(np.full((2, 14), 10.0), buyers=buyers), None, RULES, StageHints())
    assert found.conversion[0, 1] == pytest.approx((13 / 70) / (20 / 140))


def test_an_item_of_a_small_category_moves_only_where_it_leaves_its_own_kind_too():
    """Two of a season that swings while the shop stands: neither leads it; alone it would be a trend."""
    week = np.arange(10)
    season = np.round(1000 * np.exp(0.2 * week))
    still = [daily(*[1000.0 + row] * 10) for row in range(4)]
    lines = np.array([daily(*season), daily(*np.round(1000 * np.exp(0.3 * week))), *still])
    hints = StageHints(category={"i0": "s", "i1": "s"})
    found, names = item_weeks(panel(lines), None, RULES, hints)
    assert NAMES[names[0, -1]] == "shop"
    assert found.slope[0, -1] == pytest.approx(0.0, abs=1e-6)  # against its own kind it falls by 0.1
    assert found.slope[1, -1] == pytest.approx(0.1, abs=0.002)
    assert found.z[0, -1] == 0
    assert found.z[1, -1] == pytest.approx(14 / np.sqrt(6 * 5 * 17 / 18))
    alone, _ = item_weeks(panel(lines), None, RULES, StageHints())
    assert alone.slope[0, -1] == pytest.approx(0.2, abs=0.002)


def test_no_warning_reaches_an_operator_where_nothing_is_known():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        item_weeks(panel(np.array([daily(0.0, 0.0), [NAN] * 7 + [1.0] * 7])), None, RULES, StageHints())
