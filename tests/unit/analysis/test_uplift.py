"""Effects of planted campaigns, and when the answer is "cannot tell"."""

import dataclasses
import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.bsts import Bsts
from shopbook.analysis.campaign_windows import campaign_windows
from shopbook.analysis.synthetic_control import RivalMix
from shopbook.analysis.uplift import best_uplift, uplift
from shopbook.analysis.uplift_effect import Effect

FIRST, BASE, WARM, PEAK, COOL = dt.date(2026, 3, 2), 140, 4, 4, 14
LIFT, DIP, AFTER = math.log(2), math.log(0.8), math.log(0.9)


def _day(at):
    return FIRST + dt.timedelta(days=at)


def _windows(base=BASE, through=None):
    phases = {
        "warm_up": (_day(base), _day(base + WARM - 1)),
        "peak": (_day(base + WARM), _day(base + WARM + PEAK - 1)),
    }
    return campaign_windows(phases, through or _day(base + WARM + PEAK + COOL - 1))


def _shop(*, base=BASE, effect=True, seed=1, surge=0.0, noise=0.04):
    rng = np.random.default_rng(seed)
    size = base + WARM + PEAK + COOL
    market = rng.normal(0, 0.1, size) + 0.1 * np.sin(np.arange(size) / 20)
    market[base + WARM : base + WARM + PEAK] += surge
    without = 10 + market + rng.normal(0, noise, size)
    added = np.repeat([0, DIP, LIFT, AFTER], [base, WARM, PEAK, COOL]) if effect else 0
    index = pd.date_range(FIRST, periods=size)
    frame = pd.DataFrame({"value": np.exp(without + added), "control": np.exp(12 + market)}, index=index)
    return frame, np.exp(without)


def test_gross_and_net_are_found_within_their_ranges():
    frame, without = _shop()
    found = uplift(frame, _windows())
    gap = frame["value"].to_numpy() - without
    gross, net = gap[BASE : BASE + WARM + PEAK].sum(), gap[BASE:].sum()
    assert found.gross.amount_lo <= gross <= found.gross.amount_hi
    assert found.net.amount_lo <= net <= found.net.amount_hi
    assert found.gross.verdict == "better"
    assert found.net.amount < found.gross.amount


def test_a_base_that_holds_the_warm_up_dip_would_overstate_the_net():
    frame, _ = _shop()
    late = campaign_windows({"peak": (_day(BASE + WARM), _day(BASE + WARM + PEAK - 1))}, _windows().net[1])
    assert uplift(frame, late).net.amount > uplift(frame, _windows()).net.amount


def test_an_untreated_shop_is_not_called_better_or_worse():
    frame, _ = _shop(effect=False)
    found = uplift(frame, _windows())
    assert found.gross.verdict in ("same", "unknown")
    assert found.net.verdict in ("same", "unknown")


def test_a_market_outside_its_base_range_leaves_the_verdict_unknown_with_a_range():
    frame, _ = _shop(surge=math.log(6))
    found = uplift(frame, _windows())
    assert found.gross.verdict == "unknown"
    assert "control_range" in found.gross.reasons
    assert found.gross.log_lo < found.gross.log_hi


def test_a_small_effect_among_large_placebo_errors_cannot_be_told():
    frame, _ = _shop(noise=0.6)
    found = uplift(frame, _windows())
    assert "placebo_error" in found.net.reasons
    assert found.net.verdict == "unknown"


def test_few_placebos_double_the_range_and_leave_the_verdict_unknown():
    frame, _ = _shop(base=80)
    found = uplift(frame, _windows(80))
    assert found.net.placebos < 8
    assert found.net.factor == 2.0
    assert "few_placebos" in found.net.reasons
    assert found.gross.log_lo > 0
    assert found.gross.verdict == "unknown"


@pytest.mark.parametrize("slope", [0.005, -0.005])
def test_a_shop_that_drifts_from_its_market_owes_nothing_of_it_to_the_campaign(slope):
    frame, _ = _shop(effect=False)
    drifting = frame.assign(value=frame["value"] * np.exp(slope * np.arange(len(frame))))
    assert uplift(drifting, _windows()).net.log == pytest.approx(uplift(frame, _windows()).net.log, abs=0.02)


def test_another_campaign_in_the_window_leaves_a_range_and_no_verdict():
    frame, _ = _shop()
    found = uplift(frame, dataclasses.replace(_windows(), shared=("net",)))
    assert found.gross.verdict == "better"
    assert found.net.verdict == "unknown"
    assert found.net.reasons == ("overlapping_campaign",)


def test_the_control_that_tracked_the_shop_is_chosen_before_the_window():
    frame, _ = _shop()
    rng = np.random.default_rng(9)
    blind = frame.assign(control=np.exp(rng.normal(12, 0.4, len(frame))))
    name, found = best_uplift({"blind": blind, "market": frame}, _windows())
    assert name == "market"
    assert found.net.log == pytest.approx(uplift(frame, _windows()).net.log)


def test_under_three_weeks_of_base_there_is_no_estimate():
    frame, _ = _shop(base=18)
    found = uplift(frame, _windows(18))
    assert math.isnan(found.gross.log)
    assert found.gross.reasons == ("short_base",)


def test_under_six_weeks_of_base_the_base_is_called_short():
    frame, _ = _shop(base=35)
    assert "short_base" in uplift(frame, _windows(35)).gross.reasons


def test_without_a_market_the_range_is_wider():
    frame, _ = _shop()
    alone, beside = uplift(frame[["value"]], _windows()), uplift(frame, _windows())
    assert not alone.has_control
    assert alone.net.log_hi - alone.net.log_lo > beside.net.log_hi - beside.net.log_lo


def test_a_second_campaign_in_the_base_does_not_move_the_answer():
    frame, _ = _shop()
    spoilt = frame.copy()
    other = [_day(at) for at in range(120, 125)]
    spoilt.loc[pd.DatetimeIndex(other), "value"] *= 3
    clean, kept, left = (
        uplift(frame, _windows()),
        uplift(spoilt, _windows()),
        uplift(spoilt, _windows(), left_out=other),
    )
    assert abs(left.net.log - clean.net.log) < 0.01
    assert abs(left.net.log - clean.net.log) < abs(kept.net.log - clean.net.log)


def test_doubled_money_doubles_the_amounts_and_leaves_the_log():
    frame, _ = _shop()
    once, twice = uplift(frame, _windows()), uplift(frame.assign(value=frame["value"] * 2), _windows())
    assert twice.net.log == pytest.approx(once.net.log, abs=1e-6)
    assert twice.net.amount == pytest.approx(2 * once.net.amount, rel=1e-6)


def test_a_window_without_sales_says_so():
    frame, _ = _shop()
    frame.loc[frame.index >= pd.Timestamp(_day(BASE)), "value"] = 0.0
    assert uplift(frame, _windows()).gross.reasons == ("no_sales",)


def test_most_days_of_the_window_missing_stops_the_verdict():
    frame, _ = _shop()
    frame.loc[pd.Timestamp(_day(BASE + 2)) : pd.Timestamp(_day(BASE + 6)), "value"] = np.nan
    found = uplift(frame, _windows())
    assert found.gross.verdict == "unknown"
    assert "missing_days" in found.gross.reasons


def test_the_path_shows_four_weeks_before_and_the_whole_net_window():
    frame, _ = _shop()
    path = uplift(frame, _windows()).path
    assert path.index[0] == pd.Timestamp(_day(BASE - 28))
    assert path["counterfactual"].notna().sum() == WARM + PEAK + COOL
    assert (path["low"] < path["high"]).loc[path["low"].notna()].all()


def test_the_cross_check_and_the_rivals_see_the_same_campaign():
    frame, _ = _shop()
    rng = np.random.default_rng(9)
    rivals = {f"control_{k}": frame["control"] * np.exp(rng.normal(0, 0.03, len(frame))) for k in range(4)}
    checks = [
        uplift(frame, _windows(), estimator=Bsts),
        uplift(frame[["value"]].assign(**rivals), _windows(), estimator=RivalMix),
    ]
    ours = uplift(frame, _windows()).gross.log
    assert [check.gross.log for check in checks] == pytest.approx([ours, ours], abs=0.05)


def test_amounts_follow_the_log_effect():
    """A total of 200 with an effect of ln 2 would have been 100."""
    effect = Effect(log=math.log(2), log_lo=0.0, log_hi=math.log(4), actual=200.0)
    assert (effect.amount_lo, effect.amount, effect.amount_hi) == pytest.approx((0.0, 100.0, 150.0))
    assert effect.counterfactual == pytest.approx(100.0)


def test_a_frame_without_values_names_its_columns():
    with pytest.raises(ValueError, match="amount"):
        uplift(pd.DataFrame({"amount": [1.0]}, index=pd.date_range(FIRST, periods=1)), _windows())
