import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.grid import gaps_of, on_grid
from shopbook.analysis.locate import contributions, scan, shrunk_rates
from shopbook.analysis.noise import noise_of, tau2_of_parts


def cross(channels: int = 5, items: int = 8, level: float = 60.0) -> pd.DataFrame:
    rows = [(f"c{c}", f"i{i}", level * (1 + c)) for c in range(channels) for i in range(items)]
    frame = pd.DataFrame(rows, columns=["channel", "item_id", "before"])
    return frame.assign(now=frame["before"])


def test_the_part_that_fell_alone_stands_out():
    before = pd.Series({"search": 900.0, "ads": 700.0, "live": 400.0, "cart": 300.0})
    table = contributions(before * [0.9, 0.5, 0.9, 0.9], before)
    assert table.index[table["stands_out"]].tolist() == ["ads"]
    assert table.index[0] == "ads"
    assert table.loc["ads", "beyond"] == pytest.approx(-280, abs=5)


def test_a_fall_of_all_parts_alike_is_no_parts_doing():
    before = pd.Series({"search": 900.0, "ads": 700.0, "live": 400.0, "cart": 300.0})
    table = contributions(before * 0.6, before)
    assert not table["stands_out"].any()
    assert table["effect"].sum() == pytest.approx(-0.4 * before.sum())


def test_effects_are_against_the_market():
    before = pd.Series({"search": 100.0, "ads": 100.0})
    table = contributions(before * 0.9, before, market_change=-0.1)
    assert table["effect"].abs().max() == pytest.approx(0, abs=1e-9)


def test_a_part_that_always_jumps_does_not_stand_out():
    days = pd.date_range("2026-06-01", periods=90)
    rng = np.random.default_rng(1)
    noise = np.exp(rng.normal(0, [0.02, 0.02, 0.02, 0.35], (90, 4)))
    history = pd.DataFrame(noise * [900.0, 700.0, 500.0, 400.0], index=days, columns=list("abcd"))
    before = pd.Series({"a": 900.0, "b": 700.0, "c": 500.0, "d": 400.0})
    now = before * [1, 1, 1, 0.7]
    assert contributions(now, before)["stands_out"]["d"]
    assert not contributions(now, before, history=history)["stands_out"]["d"]


def test_a_part_that_appears_is_counted_and_one_twice_is_refused():
    table = contributions(pd.Series({"live": 80.0, "search": 500.0}), pd.Series({"search": 500.0}))
    assert table.loc["live", ["now", "before", "effect"]].tolist() == [80.0, 0.0, 80.0]
    with pytest.raises(ValueError, match="search"):
        contributions(pd.Series([1.0, 2.0], index=["search", "search"]), pd.Series({"search": 1.0}))


def test_nothing_stands_out_and_the_rest_is_all_of_it():
    cells = cross()
    found = scan(cells.assign(now=cells["before"] * 0.8), ["channel", "item_id"], market_change=-0.05)
    assert found.nothing_stands_out
    assert found.shift == pytest.approx(-0.2)
    assert found.rest == pytest.approx(-0.15 * cells["before"].sum())


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param({"channel": "c2"}, id="a whole channel is not named item by item"),
        pytest.param({"item_id": "i3"}, id="an item in every channel"),
        pytest.param({"channel": "c1", "item_id": "i5"}, id="one item of one channel"),
    ],
)
def test_the_set_that_moved_is_named_as_simply_as_possible(scope):
    cells = cross()
    rows = np.all([cells[name].eq(value) for name, value in scope.items()], axis=0)
    cells.loc[rows, "now"] *= 0.3
    found = scan(cells.assign(now=cells["now"] * 1.15), ["channel", "item_id"])
    assert [spot.scope for spot in found.spots] == [scope]
    assert found.spots[0].ratio == pytest.approx(0.3, rel=0.01)
    assert found.shift == pytest.approx(0.15, rel=0.01)


def test_two_causes_are_two_spots_and_everything_adds_up():
    cells = cross()
    one, two = cells["channel"].eq("c4"), cells["channel"].eq("c0") & cells["item_id"].eq("i1")
    cells.loc[one, "now"] *= 0.5
    cells.loc[two, "now"] *= 3
    found = scan(cells, ["channel", "item_id"], market_change=0.02)
    assert [spot.scope for spot in found.spots] == [{"channel": "c4"}, {"channel": "c0", "item_id": "i1"}]
    whole = cells["now"].sum() - cells["before"].sum()
    parts = sum(spot.effect for spot in found.spots) + 0.02 * cells["before"].sum() + found.rest
    assert parts == pytest.approx(whole, rel=1e-9)


def test_over_dispersed_cells_need_more_evidence():
    cells = cross()
    cells.loc[0, "now"] = 100.0
    assert scan(cells, ["channel", "item_id"]).spots
    assert scan(cells, ["channel", "item_id"], phi=20).nothing_stands_out


def test_a_rate_falls_in_one_channel_only():
    rows = [(f"c{at}", 2_000.0, 8_000.0, 240.0) for at in range(6)]
    cells = pd.DataFrame(rows, columns=["channel", "trials", "trials_before", "successes_before"])
    cells["successes"] = [60.0, 60.0, 60.0, 20.0, 60.0, 60.0]
    assert [spot.scope for spot in scan(cells, ["channel"], kind="rate").spots] == [{"channel": "c3"}]


def test_an_unknown_kind_is_refused_and_an_empty_day_finds_nothing():
    with pytest.raises(ValueError, match="median"):
        scan(cross(), ["channel"], kind="median")
    assert scan(cross().assign(now=0.0), ["channel"]).nothing_stands_out


def test_few_trials_are_drawn_to_the_overall_rate():
    found = shrunk_rates(np.array([100.0, 300.0, 1.0, 0.0]), np.array([5_000.0, 5_000.0, 5.0, 0.0]))
    assert found[0] == pytest.approx(0.02, abs=0.002)
    assert found[1] == pytest.approx(0.06, abs=0.002)
    assert found[2] < 0.08
    assert found[3] == pytest.approx(0.04, abs=0.001)
    with pytest.raises(ValueError, match="cell 1"):
        shrunk_rates(np.array([1.0, 9.0]), np.array([5.0, 5.0]))
    assert np.isnan(shrunk_rates(np.zeros(2), np.zeros(2))).all()


def test_the_noise_of_many_parts_is_that_of_each():
    rng = np.random.default_rng(3)
    days = pd.date_range("2026-01-01", periods=80)
    parts = pd.DataFrame(rng.poisson(60, (80, 5)).astype(float), index=days, columns=list("abcde"))
    parts.iloc[10:40, 1] = np.nan
    parts.iloc[:, 4] = np.nan
    parts.iloc[50, 2] = 600.0
    total = parts.sum(axis=1)
    alone = [noise_of(gaps_of(on_grid(parts[name], total), kind="count")).tau2 for name in parts]
    np.testing.assert_allclose(tau2_of_parts(parts, total), alone, rtol=1e-9)
