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
