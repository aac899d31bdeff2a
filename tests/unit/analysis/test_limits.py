"""Where a rule begins and ends: each is asked on its limit and one step to either side."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.alarm import FALSE_ACT_SHARE, Alarm, K, controlled
from shopbook.analysis.comparison import Comparison
from shopbook.analysis.heroes import beta_prior
from shopbook.analysis.item_panel import item_panel, supply_gaps
from shopbook.analysis.item_weeks import _bursts
from shopbook.analysis.noise import Noise
from shopbook.analysis.placebo import FEWEST_PLACEBOS, Placebos, calibration
from shopbook.analysis.relative import compare_count, compare_mean
from shopbook.analysis.response import Response
from shopbook.analysis.roles import price_mix
from shopbook.analysis.stage_outlook import outlook
from shopbook.analysis.stage_rules import StageHints, StageRules
from shopbook.analysis.stock import no_sale
from shopbook.analysis.targets import spread
from shopbook.analysis.uplift_effect import SAME_BAND, Effect, control_in_range, judged

SMALL = 1e-9


@pytest.mark.parametrize(
    ("low", "high", "reasons", "verdict"),
    [
        (-SAME_BAND + SMALL, SAME_BAND - SMALL, (), "same"),
        (-SAME_BAND, SAME_BAND - SMALL, (), "unknown"),
        (-SAME_BAND + SMALL, SAME_BAND, (), "unknown"),
        (0.0, 0.2, (), "unknown"),
        (SMALL, 0.2, (), "better"),
        (-0.2, 0.0, (), "unknown"),
        (-0.2, -SMALL, (), "worse"),
        (0.1, 0.2, ("placebo_error",), "unknown"),
        (-0.2, -0.1, ("placebo_error",), "unknown"),
        (0.1, 0.2, ("short_base",), "better"),
        (0.1, 0.2, ("few_placebos",), "unknown"),
        (0.1, 0.2, ("overlapping_campaign",), "unknown"),
    ],
)
def test_an_effect_is_judged_by_where_its_whole_range_lies(low, high, reasons, verdict):
    assert judged(Effect(log=(low + high) / 2, log_lo=low, log_hi=high), reasons).verdict == verdict


def test_a_placebo_error_is_no_reason_where_the_effect_is_nothing():
    same = judged(Effect(log=0.0, log_lo=-0.01, log_hi=0.01), ("placebo_error", "short_base"))
    assert same.reasons == ("short_base",)
    assert judged(Effect(log=0.2, log_lo=-0.1, log_hi=0.5), ("placebo_error",)).reasons == ("placebo_error",)


@pytest.mark.parametrize(("day", "inside"), [(0.25, True), (0.26, False), (-0.05, True), (-0.06, False)])
def test_a_control_may_leave_its_base_by_half_its_range(day, inside):
    assert control_in_range(np.array([0.0, 0.2]), np.array([0.1, day])) is inside


@pytest.mark.parametrize(("count", "factor"), [(FEWEST_PLACEBOS - 1, 2.0), (FEWEST_PLACEBOS, 5.0)])
def test_eight_placebos_are_needed_to_believe_them(count, factor):
    found = Placebos(np.arange(float(count)), np.full(count, 0.5), np.full(count, 0.1))
    assert calibration(found).factor == pytest.approx(factor)


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ({"listed_days": 30}, "no_sale"),
        ({"listed_days": 29}, ""),
        ({"listed_days": np.nan}, "no_sale"),
        ({"units": 1}, ""),
        ({"stock_units": 0}, ""),
        ({"stock_units": 1}, "no_sale"),
        ({"stock_units": np.nan}, "no_sale"),
        ({"visitors": 100}, "no_sale"),  # three units were to be expected
        ({"visitors": 99}, "too_few_visitors"),
        ({"visitors": np.nan}, "too_few_visitors"),
    ],
)
def test_thirty_days_without_a_sale_on_their_limits(row, verdict):
    item = {"listed_days": 90, "units": 0, "visitors": 900, "stock_units": 5, **row}
    assert no_sale(pd.DataFrame([item]), goal=0.03).tolist() == [verdict]


def test_a_target_may_be_locked_to_the_last_cent_and_no_further():
    whole = pd.Series([60.0, 40.0])
    assert spread(100.0, pd.Series([1.0, 1.0]), locked=whole).tolist() == [60.0, 40.0]
    with pytest.raises(ValueError, match=r"-0\.01"):
        spread(99.99, pd.Series([1.0, 1.0]), locked=whole)


def test_bands_of_seven_prices_are_cut_at_their_thirds():
    shop = pd.DataFrame(
        {"price": [7.0, 1, 2, 3, 4, 5, 6], "pay_units": 1.0, "pay_amount": [7.0, 1, 2, 3, 4, 5, 6]}
    )
    mix = price_mix(shop).set_index("band")
    assert mix["items"].to_dict() == {"low": 2, "middle": 2, "high": 3}
    assert mix["amount_share"].round(6).tolist() == [round(3 / 28, 6), round(7 / 28, 6), round(18 / 28, 6)]


def test_half_a_buyer_is_taken_where_nobody_bought():
    alpha, beta = beta_prior(pd.Series([0.0, 0.0]), pd.Series([400.0, 600.0]))
    assert alpha / (alpha + beta) == pytest.approx(0.5 / 1000)


def test_an_item_weighs_at_most_five_times_the_middle_one():
    buyers, visitors = pd.Series([10.0, 5.0, 2.0, 6e4]), pd.Series([100.0, 100.0, 100.0, 1e6])
    weights = np.array([100, 100, 100, 500])
    between = weights @ (np.array([0.1, 0.05, 0.02, 0.06]) - 0.06) ** 2 / 800
    sampling = weights @ (0.06 * 0.94 / visitors.to_numpy()) / 800
    assert sum(beta_prior(buyers, visitors)) == pytest.approx(
        0.06 * 0.94 / (between - sampling) - 1, rel=1e-3
    )


def test_none_is_a_count_and_less_is_not():
    assert compare_count(0.0, 400.0, market_ratio=1.0, noise=Noise(0.05**2, 60)).verdict == "worse"
    with pytest.raises(ValueError, match="negative"):
        compare_count(-1.0, 400.0)
    with pytest.raises(ValueError, match="negative"):
        compare_mean(5.0, -1.0)


def test_a_sum_of_one_day_is_held_against_the_mean_of_four():
    even = compare_count(100.0, 400.0, market_ratio=1.0, noise=Noise(0.05**2, 60))
    assert (even.value, even.baseline, even.change) == (100.0, 100.0, 0.0)
    one, four = (compare_mean(120.0, 100.0, noise=Noise(0.05**2, 60), days=(1, days)) for days in (1, 4))
    assert compare_mean(120.0, 100.0, noise=Noise(0.05**2, 60)).interval == four.interval
    assert one.interval[0] < four.interval[0] < four.interval[1] < one.interval[1]


def test_the_range_of_one_picked_out_of_ten_reaches_as_far_as_that_of_all_ten():
    alone = dataclasses.replace(
        compare_mean(120.0, 100.0, noise=Noise(0.01**2, 1e9), days=(1, 1)), df=1e9
    )  # normal: 1.645 standard errors alone, 2.576 among ten
    picked = alone.best_of(10)
    middle, half = math.log(1.2), (math.log1p(alone.interval[1]) - math.log(1.2)) * 2.5758 / 1.6449
    assert math.log1p(picked.interval[1]) == pytest.approx(middle + half, rel=1e-3)
    assert math.log1p(picked.interval[0]) == pytest.approx(middle - half, rel=1e-3)
    assert picked.looks == 10
    assert alone.best_of(1) is alone
    assert alone.best_of(2).looks == 2


def test_chance_is_even_where_nothing_changed_and_a_tenth_on_the_edge_of_the_range():
    def found(low: float, high: float) -> Comparison:
        interval = math.expm1(low), math.expm1(high)
        return Comparison(1.0, 1.0, 0.0, 0.0, 0.0, interval, "unknown", df=30.0)

    assert found(-0.1, 0.1).chance == pytest.approx(1.0)
    assert found(0.0, 0.2).chance == pytest.approx(0.1)
    assert found(0.1, 0.2).chance < 0.01


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_of_three_series_the_strongest_must_pass_a_third_and_a_miss_stops_the_rest(order):
    def alarm(name: str, z: float, p_value: float) -> Alarm:
        made = Alarm(name, None, "own", z, 0.0, "ok", p_value)
        return made

    share = FALSE_ACT_SHARE
    limit = [alarm("a", K + 1, share / 3), alarm("b", K + 1, share / 2), alarm("c", K + 1, share)]
    assert [one.level for one in controlled([limit[at] for at in order])] == ["act"] * 3
    missed = [limit[0], alarm("b", K + 1, share / 2 * 1.01), limit[2]]
    assert [one.level for one in controlled([missed[at] for at in order])] == ["act", "watch", "watch"]
    weak = [alarm("a", K, share / 3), limit[1], limit[2]]
    assert [one.level for one in controlled([weak[at] for at in order])] == ["ok", "act", "act"]


def test_a_response_is_believed_up_to_its_reach():
    learned = Response(0.5, 0.01, reach=0.1)
    assert learned.at(0.1) == (0.5, 0.01)
    beta, variance = learned.at(-0.2)
    assert beta == pytest.approx(0.75)
    assert variance == pytest.approx(0.25 * 0.01 + 0.25 * 0.25**2)


@pytest.mark.parametrize(
    ("sold", "empty", "first"),
    [
        (1.0, 12, 37),  # the tenth day without a sale, ten pieces were due
        (0.625, 12, 39),  # seven and a half on the twelfth
        (0.3, 21, None),
    ],
)
def test_a_selling_item_lacked_stock_from_the_day_on_which_seven_pieces_were_due(sold, empty, first):
    gaps = supply_gaps(np.array([[sold] * 28 + [0.0] * empty]), StageRules())[0].nonzero()[0].tolist()
    assert gaps == (list(range(first, 28 + empty)) if first else [])


def test_a_gap_in_supply_is_not_told_for_longer_than_three_weeks():
    gaps = supply_gaps(np.array([[2.0] * 28 + [0.0] * 30]), StageRules())[0].nonzero()[0].tolist()
    assert gaps == list(range(37, 49))


def test_what_was_due_counts_the_four_weeks_before_and_only_the_days_listed():
    long_ago = [50.0] * 28 + [0.5] * 28
    assert not supply_gaps(np.array([long_ago + [0.0] * 13]), StageRules()).any()
    assert supply_gaps(np.array([long_ago + [0.0] * 14]), StageRules())[0].nonzero()[0].tolist() == [69]
    half = [np.nan] * 14 + [0.7] * 14
    assert supply_gaps(np.array([half + [0.0] * 10]), StageRules())[0].nonzero()[0].tolist() == [37]


def _days(item: str, first: str, count: int, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"date": pd.date_range(first, periods=count), "item_id": item, **columns})


def test_a_panel_holds_whole_weeks_from_the_first_monday_to_the_last_day():
    wednesday = _days("1", "2026-01-07", 14, item_visitors=np.arange(14.0), pay_buyers=1.0)
    panel = item_panel(wednesday, StageHints(), pd.Timestamp("2026-01-18").date(), StageRules())
    assert panel.monday == pd.Timestamp("2026-01-05")
    assert panel.visitors.shape == (1, 14)
    assert panel.visitors[0, 2:].tolist() == list(range(12))
    shorter = item_panel(wednesday, StageHints(), pd.Timestamp("2026-01-17").date(), StageRules())
    assert shorter.visitors.shape == (1, 7)
    assert shorter.visitors[0, 2:].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_an_item_is_there_from_the_start_when_it_is_seen_in_the_first_seven_days():
    rows = [_days("old", "2026-01-05", 28), _days("6", "2026-01-11", 22), _days("7", "2026-01-12", 21)]
    days = pd.concat(rows).assign(item_visitors=5.0)
    listed = StageHints(listed_on={"7": pd.Timestamp("2026-01-10").date()})
    for hints, firsts in ((StageHints(), {"6": -364, "7": 7}), (listed, {"6": -364, "7": 5})):
        panel = item_panel(days, hints, None, StageRules())
        first = dict(zip(panel.items, panel.first.tolist(), strict=True))
        assert {item: first[item] for item in firsts} == firsts


def test_days_without_stock_are_those_of_the_items_inside_the_weeks():
    days = _days("1", "2026-01-05", 14, item_visitors=5.0)
    known = [
        ("1", "2026-01-05"),
        ("1", "2026-01-18"),
        ("1", "2026-01-19"),
        ("1", "2026-01-04"),
        ("9", "2026-01-06"),
    ]
    outs = pd.DataFrame(known, columns=["item_id", "date"]).astype({"date": "datetime64[ns]"})
    panel = item_panel(days, StageHints(stock_outs=outs), None, StageRules())
    assert panel.out_of_stock[0].nonzero()[0].tolist() == [0, 13]


@pytest.mark.parametrize(
    ("weeks", "bursts"),
    [
        ([100, 100, 150, 100], [2]),
        ([100, 100, 149, 100], []),
        ([100, 150, 100], []),  # of the first two weeks nothing is ordinary yet
        ([100, 100, 200, 160, 100], [2, 3]),  # a burst is no ordinary week
        ([0, 0, 0], []),
        ([200, 100, 100, 100, 100, 160], [5]),  # the best of the last four, not of all
        ([1, 1, 2, 4, 8, 16, 32], [2, 3, 4, 5]),  # after four bursts no week is known to be ordinary
    ],
)
def test_a_week_bursts_at_half_more_than_the_best_ordinary_one_of_four(weeks, bursts):
    assert _bursts(np.array(weeks, float), 1.5).nonzero()[0].tolist() == bursts


@pytest.mark.parametrize(("items", "weeks", "given"), [(5, 16, True), (4, 18, False), (6, 15, False)])
def test_an_outlook_needs_sixty_past_weeks_of_items_and_three_that_share_no_day(items, weeks, given):
    """Pairs are items x (weeks - 4); weeks apart are (weeks - 4) / 4."""
    flat = pd.DataFrame(
        {
            "item_id": np.repeat([str(number) for number in range(items)], weeks),
            "week": np.tile(pd.date_range("2026-01-05", periods=weeks, freq="7D"), items),
            "stage": "stable",
            "candidate": "",
            "level": 100.0,
            "total": 100.0,
        }
    )
    told = outlook(flat)
    assert len(told) == (items if given else 0)
    assert set(told["direction"]) <= {"open"}
