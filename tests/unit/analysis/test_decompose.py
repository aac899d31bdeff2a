import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.decompose import (
    Funnel,
    channel_causes,
    gmv_causes,
    gmv_factors,
    lmdi,
    rate_causes,
    rate_mix,
)


@pytest.mark.parametrize(
    ("now", "before", "carrier"),
    [
        pytest.param(Funnel(1200, 24, 2400), Funnel(1000, 20, 2000), "visitors", id="more visitors"),
        pytest.param(Funnel(1000, 30, 3000), Funnel(1000, 20, 2000), "conversion", id="better conversion"),
        pytest.param(Funnel(1000, 20, 2600), Funnel(1000, 20, 2000), "basket", id="bigger basket"),
        pytest.param(Funnel(1000, 0, 0), Funnel(1000, 20, 2000), "conversion", id="nobody bought today"),
        pytest.param(Funnel(1000, 20, 2000), Funnel(1000, 0, 0), "conversion", id="nobody bought before"),
        pytest.param(Funnel(1000, 20, 2000), Funnel(0, 0, 0), "visitors", id="a new item"),
        pytest.param(Funnel(0, 0, 0), Funnel(1000, 20, 2000), "visitors", id="taken off the shelf"),
    ],
)
def test_the_factor_that_changed_carries_the_effect(now, before, carrier):
    effects = gmv_factors(now, before)
    change = now.amount - before.amount
    assert effects[carrier] == pytest.approx(change, rel=1e-9)
    assert sum(effects.values()) == pytest.approx(change, rel=1e-9)


def test_conversion_carries_most_when_visitors_moved_and_nobody_bought():
    effects = gmv_factors(Funnel(2000, 0, 0), Funnel(1000, 20, 2000))
    assert effects["conversion"] < -1950
    assert effects["basket"] == 0
    assert sum(effects.values()) == pytest.approx(-2000)


def test_no_buyers_on_both_sides_is_no_effect():
    assert set(gmv_factors(Funnel(1000, 0, 0), Funnel(500, 0, 0)).values()) == {0.0}


def test_an_unknown_figure_is_unknown_not_zero():
    assert all(
        np.isnan(effect) for effect in gmv_factors(Funnel(1000, np.nan, 10), Funnel(500, 5, 10)).values()
    )


@pytest.mark.parametrize("funnel", [Funnel(0, 5, 100), Funnel(100, 0, 100)])
def test_buyers_without_visitors_are_refused(funnel):
    with pytest.raises(ValueError, match="without"):
        gmv_factors(funnel, Funnel(100, 5, 100))


def test_negative_factors_are_refused():
    with pytest.raises(ValueError, match="-1"):
        lmdi(np.array([-1.0, 2.0]), np.array([1.0, 2.0]))


def test_factors_that_cancel_still_have_effects():
    assert lmdi(np.array([2.0, 50.0]), np.array([1.0, 100.0])).tolist() == pytest.approx(
        [69.3147, -69.3147], rel=1e-4
    )


def test_money_times_two_leaves_shares_alone():
    one = gmv_causes(Funnel(900, 20, 1900), Funnel(1000, 25, 2000), market=-0.03)
    two = gmv_causes(Funnel(900, 20, 3800), Funnel(1000, 25, 4000), market=-0.03)
    assert [part.share for part in one] == pytest.approx([part.share for part in two])


def test_gmv_causes_take_the_market_out_of_its_own_factor():
    parts = gmv_causes(Funnel(1000, 20, 2400), Funnel(1000, 20, 2000), market={"basket": 0.1})
    effects = {part.scope["factor"]: part.effect for part in parts}
    assert effects["market"] == pytest.approx(200)
    assert effects["basket"] == pytest.approx(200)
    assert sum(effects.values()) == pytest.approx(400, abs=1e-9)


def test_a_group_in_line_with_the_market_has_no_effect():
    before = pd.Series({"search": 600.0, "ads": 400.0})
    now = pd.Series({"search": 540.0, "ads": 200.0})
    parts = channel_causes(now, before, (740.0, 1000.0), market_change=-0.1)
    effects = {"".join(part.scope.values()): part.effect for part in parts}
    assert effects == {"market": -100.0, "ads": -160.0, "search": 0.0, "unexplained": 0.0}


def test_channels_above_the_shop_end_with_an_overlap_row():
    before = pd.Series({"search": 70.0, "ads": 50.0})
    now = pd.Series({"search": 70.0, "ads": 30.0})
    parts = channel_causes(now, before, (90.0, 100.0))
    effects = {"".join(part.scope.values()): part.effect for part in parts}
    assert effects == {"ads": -20.0, "search": 0.0, "overlap": 10.0, "unexplained": 0.0}


def test_what_no_channel_covers_is_unexplained():
    before = pd.Series({"search": 70.0})
    parts = channel_causes(pd.Series({"search": 70.0}), before, (80.0, 100.0))
    assert {"".join(part.scope.values()): part.effect for part in parts} == {
        "search": 0.0,
        "unexplained": -20.0,
    }


def test_small_channels_beyond_the_limit_go_to_unexplained():
    before = pd.Series({f"c{at}": 10.0 for at in range(10)})
    now = pd.Series({f"c{at}": 10.0 + at for at in range(10)})
    parts = channel_causes(now, before, (145.0, 100.0), limit=2)
    assert [part.effect for part in parts] == [9.0, 8.0, 28.0]


def test_a_new_channel_is_a_cause_by_its_label():
    parts = channel_causes(
        pd.Series({"live": 20.0}), pd.Series({"search": 0.0}), (20.0, 0.0), labels={"live": "直播"}
    )
    assert (parts[0].label, parts[0].effect, parts[0].share) == ("直播", 20.0, 1.0)


def test_a_channel_twice_is_refused():
    with pytest.raises(ValueError, match="search"):
        channel_causes(pd.Series([1.0, 2.0], index=["search", "search"]), pd.Series(dtype=float), (3.0, 0.0))


def groups(**rows: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index", columns=["buyers", "visitors"])


def test_a_pure_mix_shift_is_all_mix():
    split = rate_mix(groups(search=(15, 500), video=(7.5, 1500)), groups(search=(30, 1000), video=(5, 1000)))
    assert split["rate"].abs().sum() == pytest.approx(0, abs=1e-12)
    assert split["mix"].sum() == pytest.approx(0.01125 - 0.0175)
    assert (split["mix"] < 0).all()


def test_a_group_that_vanished_is_mix_not_rate():
    split = rate_mix(groups(search=(30, 1000)), groups(search=(30, 1000), video=(5, 1000)))
    assert split.loc["video", "rate"] == 0
    assert split.to_numpy().sum() == pytest.approx(0.03 - 0.0175)


def test_no_traffic_at_all_is_unknown():
    assert rate_mix(groups(search=(0, 0)), groups(search=(30, 1000))).isna().all(axis=None)


def test_rate_causes_sum_to_the_shops_change_and_keep_the_market():
    now, before = groups(search=(20, 1000), ads=(10, 900)), groups(search=(30, 1000), ads=(10, 1000))
    parts = rate_causes(now, before, (0.016, 0.021), market_change=-0.1)
    assert parts[0].effect == pytest.approx(-0.0021)
    assert parts[1].scope == {"channel": "search", "factor": "rate"}
    assert sum(part.effect for part in parts) == pytest.approx(-0.005, abs=1e-12)


def log_mean(a: float, b: float) -> float:
    return a if a == b else (a - b) / np.log(a / b)


def test_lmdi_is_the_log_mean_times_the_log_of_each_factor():
    now, before = (
        np.array([[120.0, 0.04, 90.0], [50.0, 0.05, 40.0]]),
        np.array([[100.0, 0.05, 80.0], [50.0, 0.05, 40.0]]),
    )
    found = lmdi(now, before)
    level = log_mean(120 * 0.04 * 90, 100 * 0.05 * 80)
    np.testing.assert_allclose(found[0], level * np.log(now[0] / before[0]))
    assert found[1].tolist() == [0.0, 0.0, 0.0]


def test_a_factor_of_nothing_on_both_sides_has_no_effect_and_on_one_side_all_of_it():
    assert lmdi(np.array([0.0, 5.0]), np.array([0.0, 3.0])).tolist() == [0.0, pytest.approx(0.0, abs=1e-9)]
    gone = lmdi(np.array([0.0, 5.0]), np.array([2.0, 3.0]))
    assert gone.sum() == pytest.approx(-6)
    assert gone[0] < -5.9
    with pytest.raises(ValueError, match="must not be negative"):
        lmdi(np.array([1.0]), np.array([-1.0]))


def test_factors_that_nearly_cancel_keep_the_level_of_both_sides():
    found = lmdi(np.array([2.0, 8.0]), np.array([4.0, 4.0]))
    np.testing.assert_allclose(found, [16 * np.log(0.5), 16 * np.log(2)])


def test_a_basket_is_taken_from_the_side_that_has_buyers():
    effects = gmv_factors(Funnel(1000, 0, 0), Funnel(800, 20, 2000))
    assert effects["basket"] == 0
    assert effects["visitors"] == pytest.approx(2000 / np.log(1e-20 / 0.025) * -np.log(1.25), rel=0.01)
    came = gmv_factors(Funnel(1000, 20, 2000), Funnel(0, 0, 0))
    assert came == {"visitors": pytest.approx(2000.0), "conversion": 0.0, "basket": 0.0}
    assert gmv_factors(Funnel(0, 0, 0), Funnel(0, 0, 0)) == {
        "visitors": 0.0,
        "conversion": 0.0,
        "basket": 0.0,
    }


def test_a_rate_is_split_at_the_mean_weights_and_rates():
    now, before = groups(a=(30, 600), b=(40, 400)), groups(a=(20, 500), b=(10, 500))
    split = rate_mix(now, before)
    w1, w0, r1, r0 = np.array([0.6, 0.4]), np.array([0.5, 0.5]), np.array([0.05, 0.1]), np.array([0.04, 0.02])
    overall = (0.07 + 0.03) / 2
    np.testing.assert_allclose(split["rate"], (w1 + w0) / 2 * (r1 - r0))
    np.testing.assert_allclose(split["mix"], (w1 - w0) * ((r1 + r0) / 2 - overall))
    assert split.to_numpy().sum() == pytest.approx(0.04)


def test_a_group_without_trials_on_either_side_is_nothing():
    split = rate_mix(groups(a=(30, 600), none=(0, 0)), groups(a=(20, 500), none=(0, 0)))
    assert split.loc["none"].tolist() == [0.0, 0.0]
    assert rate_mix(groups(a=(30, 600)), groups(a=(0, 0))).isna().all(axis=None)
    with pytest.raises(ValueError, match="'a' occurs twice"):
        rate_mix(pd.concat([groups(a=(1, 2))] * 2), groups(a=(1, 2)))


def told(parts) -> dict[str, float]:
    return {"/".join(part.scope.values()): part.effect for part in parts}


def test_what_each_factor_of_the_market_did_is_taken_off_its_own_factor():
    now, before = Funnel(1200, 30, 4000), Funnel(1000, 20, 2000)
    market = {"visitors": 0.1, "conversion": 0.2, "basket": -0.1}
    effects = told(gmv_causes(now, before, market=market))
    expected = Funnel(1100, 1.1 * 1.2 * 20, 1.1 * 1.2 * 0.9 * 2000)
    assert effects["market"] == pytest.approx(expected.amount - 2000)
    wanted = gmv_factors(now, expected)
    assert {name: effects[name] for name in wanted} == pytest.approx(wanted)
    assert effects["unexplained"] == pytest.approx(0, abs=1e-9)
    alone = told(gmv_causes(now, before, market=0.1))
    assert alone["market"] == pytest.approx(200)
    assert "market" not in told(gmv_causes(now, before))
    assert told(gmv_causes(now, Funnel(0, 0, 0), market=0.5))["market"] == 0.0


def test_an_unknown_figure_leaves_all_of_the_change_unexplained():
    parts = gmv_causes(Funnel(1200, np.nan, 4000), Funnel(1000, 20, 2000), market=-0.1)
    assert told(parts) == {
        "market": -200.0,
        "visitors": 0.0,
        "conversion": 0.0,
        "basket": 0.0,
        "unexplained": 2200.0,
    }
    assert [part.share for part in parts] == [-0.1, 0.0, 0.0, 0.0, 1.1]


def test_what_did_not_change_has_no_shares():
    assert {part.share for part in gmv_causes(Funnel(900, 20, 2000), Funnel(1000, 20, 2000))} == {None}


def test_the_overlap_moves_with_the_market_before_it_is_held_against_its_baseline():
    before = pd.Series({"search": 80.0, "ads": 60.0})
    now = pd.Series({"search": 70.0, "ads": 50.0})
    parts = channel_causes(now, before, (90.0, 100.0), market_change=-0.2)
    assert told(parts) == {
        "market": -20.0, "search": pytest.approx(6.0), "ads": pytest.approx(2.0),
        "overlap": pytest.approx(40 * 0.8 - 30), "unexplained": pytest.approx(0.0),
    }  # fmt: skip
    only_now = channel_causes(pd.Series({"search": 95.0}), pd.Series({"search": 90.0}), (90.0, 100.0))
    assert told(only_now) == {"search": 5.0, "overlap": -5.0, "unexplained": -10.0}


def test_eight_parts_are_named_and_the_largest_first():
    before = pd.Series({f"c{at}": 10.0 for at in range(12)})
    now = before + pd.Series({f"c{at}": float((-1) ** at * at) for at in range(12)})
    parts = channel_causes(now, before, (now.sum(), 120.0), labels={"c11": "x"}, key="plan")
    assert [part.scope for part in parts[:8]] == [{"plan": f"c{at}"} for at in range(11, 3, -1)]
    assert [part.label for part in parts[:2]] == ["x", ""]
    assert parts[0].effect == -11.0


def test_groups_of_a_rate_are_expected_to_move_with_the_market():
    now, before = groups(a=(30, 600), b=(40, 400)), groups(a=(20, 500), b=(10, 500))
    parts = rate_causes(
        now, before, (0.075, 0.035), market_change=0.2, key="item_id", labels={"a": "A"}, limit=1
    )
    split = rate_mix(now, before)
    effects = {(part.scope.get("item_id"), part.scope["factor"]): part.effect for part in parts}
    assert effects == {
        (None, "market"): pytest.approx(0.035 * 0.2),
        ("b", "rate"): pytest.approx(split.loc["b", "rate"] - 0.5 * 0.02 * 0.2),
        (None, "mix"): pytest.approx(split["mix"].sum()),
        (None, "unexplained"): pytest.approx(
            0.04 - 0.007 - (split.loc["b", "rate"] - 0.002) - split["mix"].sum()
        ),
    }
    named = rate_causes(now, before, (0.075, 0.035), labels={"a": "A"})
    assert {part.scope.get("channel"): part.label for part in named} == {"a": "A", "b": "", None: ""}
    nothing = rate_causes(now, groups(a=(0, 0)), (0.075, 0.0))
    assert {part.effect for part in nothing[:-1]} == {0.0}


def test_one_visitor_a_side_is_traffic():
    assert rate_mix(groups(a=(1, 1)), groups(a=(0, 1))).loc["a"].tolist() == [1.0, 0.0]


def test_a_group_that_is_new_is_expected_nothing_of():
    now, before = groups(a=(30, 600), new=(8, 400)), groups(a=(20, 500))
    split = rate_mix(now, before)
    for market in (None, 0.2):
        effects = told(rate_causes(now, before, (0.038, 0.04), market_change=market))
        assert effects["new/rate"] == pytest.approx(split.loc["new", "rate"])
        assert effects["a/rate"] == pytest.approx(split.loc["a", "rate"] - 0.04 * (market or 0.0))
