"""The scan over crossed dimensions, step by step: candidates, evidence, refitting, choice."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from shopbook.analysis.locate import _part_noise, _shared_shift, _surprise, contributions, family_chance
from shopbook.analysis.noise import tau2_by_moments
from shopbook.analysis.scan import (
    _candidates,
    _cell_sums,
    _evidence,
    _left_over,
    _moved,
    _needed,
    _refitted,
    _simplest,
    _spots,
    deviance,
    scan,
)
from shopbook.analysis.shrunk import shrunk_rates


def cells(channels: int = 2, items: int = 3, level: float = 100.0) -> pd.DataFrame:
    """The rows go c0-i0, c0-i1, ..., c1-i0, ..."""
    rows = [(f"c{c}", f"i{i}", level, level) for c in range(channels) for i in range(items)]
    return pd.DataFrame(rows, columns=["channel", "item", "now", "before"])


SETS = _candidates(cells(), ["channel", "item"])
BOTH = [{"channel": f"c{c}", "item": f"i{i}"} for c in range(2) for i in range(3)]


def number(**scope: str) -> int:
    return SETS.scopes.index(scope)


def poisson(seen: float, due: float) -> float:
    return (seen * math.log(seen / due) if seen else 0.0) - (seen - due)


def test_candidates_are_the_elements_of_every_dimension_and_their_crossings():
    scopes = [*({"channel": f"c{c}"} for c in range(2)), *({"item": f"i{i}"} for i in range(3)), *BOTH]
    assert list(SETS.scopes) == scopes
    assert SETS.sums(np.array([1.0, 2, 4, 8, 16, 32])).tolist() == [7, 56, 9, 18, 36, 1, 2, 4, 8, 16, 32]
    assert SETS.rows(number(item="i1")).tolist() == [False, True, False, False, True, False]
    assert SETS.rows(number(channel="c1")).tolist() == [False] * 3 + [True] * 3
    only = _candidates(cells().drop(index=4), ["channel", "item"])
    assert len(only.scopes) == 10  # what does not occur is no candidate


def test_the_deviance_of_counts_is_that_of_poisson_and_of_rates_binomial():
    seen, due = np.array([5.0, 0.0, 10.0, -1.0, 0.0]), np.array([10.0, 2.0, 10.0, 2.0, 0.0])
    found = deviance(seen, due, None)
    assert found[:4].tolist() == pytest.approx([poisson(5, 10), 2.0, 0.0, 2.0])
    assert found[4] == pytest.approx(0, abs=1e-9)
    rate = deviance(
        np.array([5.0, 20.0, 0.0, 30.0]), np.array([10.0, 10.0, 5.0, 10.0]), np.array([20.0, 20, 20, 20])
    )
    wanted = [
        5 * math.log(0.5) + 15 * math.log(1.5),
        20 * math.log(2),
        20 * math.log(20 / 15),
        30 * math.log(3),
    ]
    assert rate.tolist() == pytest.approx(wanted)
    assert deviance(np.array([20.0]), np.array([20.0]), np.array([20.0]))[0] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("rate", [False, True])
def test_evidence_is_inside_and_outside_against_one_ratio_for_all(rate):
    observed = np.array([20.0, 110, 90, 100, 120, 105])
    fitted = np.array([100.0, 90, 110, 95, 100, 120])
    trials = np.array([900.0, 800, 1000, 700, 900, 1000]) if rate else None
    found = _evidence(SETS, observed, fitted, trials)
    scaled = fitted * observed.sum() / fitted.sum()
    for at in range(len(SETS.scopes)):
        rows = SETS.rows(at)
        parts = [(observed[part].sum(), scaled[part].sum(), part) for part in (rows, ~rows)]
        wanted = 0.0
        for seen, due, part in parts:
            if rate:
                n = trials[part].sum()
                wanted += seen * math.log(seen / due) + (n - seen) * math.log((n - seen) / (n - due))
            else:
                wanted += poisson(seen, due)
        assert found[at] == pytest.approx(wanted)


def test_the_larger_part_is_the_rest_and_never_the_spot():
    five = pd.DataFrame({"channel": ["a", "a", "a", "b", "c"], "item": list("vwxyz")})
    sets = _candidates(five, ["channel"])
    observed = np.array([10.0, 10, 10, 40, 40])
    assert _evidence(sets, observed, np.full(5, 20.0), None)[0] > 0  # three of five
    assert _evidence(sets, observed, np.array([21.0, 20, 20, 20, 20]), None)[0] == 0
    assert _evidence(sets, observed, np.array([20.0, 20, 20, 0, 20]), None)[1] == 0  # nothing was due
    assert _evidence(sets, observed, np.array([20.0, 20, 20, 0.5, 20]), None)[1] > 0


def test_what_is_left_over_is_the_pearson_dispersion_of_binomial_cells():
    observed, fitted, trials = np.array([30.0, 70, 55, 90]), np.full(4, 50.0), np.full(4, 200.0)
    terms = [(each - 50) ** 2 / (50 * 0.75) for each in (30, 70, 55)]  # the largest is left out
    assert _left_over(observed, fitted, trials) == pytest.approx(np.mean(terms))
    assert _left_over(observed, fitted, None) == pytest.approx(np.mean(terms) * 0.75)
    assert _left_over(np.array([50.0, 51, 60]), fitted[:3], fitted[:3]) == pytest.approx(
        np.mean([0, 1 / 50 / 1e-3])
    )


def test_a_set_moves_down_where_it_has_less_than_its_expectation():
    observed, fitted = np.array([1.0, 2, 3, 4, 5, 6]), np.array([1.0, 3, 2, 4, 5, 6])
    wanted = [
        "fall" if at in (number(item="i1"), number(channel="c0", item="i1")) else "rise" for at in range(11)
    ]
    assert _moved(SETS, observed, fitted).tolist() == wanted


def test_of_nearly_as_good_sets_the_simplest_then_the_best_then_the_smallest_is_taken():
    fitted = np.array([1.0, 2, 3, 4, 5, 6])
    evidence = np.zeros(11)
    cell, item, other = number(channel="c1", item="i2"), number(item="i2"), number(item="i0")
    evidence[cell] = 10.0
    evidence[item] = 8.5
    assert _simplest(SETS, evidence, fitted, 0.85) == item
    assert _simplest(SETS, evidence, fitted, 0.86) == cell
    evidence[other] = 8.6
    assert _simplest(SETS, evidence, fitted, 0.85) == other
    evidence[item] = 8.6 + 1e-8
    assert _simplest(SETS, evidence, fitted, 0.85) == other  # 1 + 4 are fewer than 3 + 6
    assert _simplest(SETS, evidence, fitted[::-1], 0.85) == item


def test_one_chosen_set_is_refitted_to_its_own_ratio_against_the_rest():
    observed, expected = np.array([20.0, 110, 110, 110, 110, 110]), np.full(6, 100.0)
    fitted, ratios = _refitted(SETS, [number(channel="c0", item="i0")], observed, expected)
    np.testing.assert_allclose(fitted, observed)
    assert ratios == pytest.approx([20 / 110])
    plain, none = _refitted(SETS, [], observed, expected)
    np.testing.assert_allclose(plain, 570 / 6)
    assert none == []


def test_two_sets_that_overlap_are_refitted_to_both_their_sums():
    observed = np.array([30.0, 120, 130, 60, 110, 90])
    expected = np.array([100.0, 90, 110, 120, 100, 80])
    chosen = [number(item="i0"), number(channel="c0")]
    fitted, ratios = _refitted(SETS, chosen, observed, expected)
    assert fitted.sum() == pytest.approx(observed.sum())
    for at in chosen:
        rows = SETS.rows(at)
        assert fitted[rows].sum() == pytest.approx(observed[rows].sum(), rel=1e-3)
    # One ratio for every set: it is the same in the two channels.
    common = fitted / expected
    assert common[0] / common[1] == pytest.approx(common[3] / common[4])
    assert ratios == pytest.approx([common[3] / common[4], common[1] / common[4]], rel=1e-6)


def test_a_set_that_lost_all_counts_as_half_a_piece():
    observed, expected = np.array([0.0, 100, 100, 100, 100, 100]), np.full(6, 100.0)
    _, ratios = _refitted(SETS, [number(channel="c0", item="i0")], observed, expected)
    assert ratios[0] < 0.01
    _, once = _refitted(SETS, [number(channel="c0")], np.array([0.0, 0, 0, 100, 100, 100]), expected)
    assert 0 < once[0] < 0.01


def test_a_spot_that_later_ones_have_made_unnecessary_is_dropped():
    observed, expected = np.array([20.0, 20, 20, 100, 100, 100]), np.full(6, 100.0)
    cell, channel = number(channel="c0", item="i0"), number(channel="c0")
    data = observed, expected, None
    assert _needed(SETS, [cell, channel], data, scale=1.0, bound=3.0) == [channel]
    deeper = np.array([1.0, 60, 60, 100, 100, 100]), expected, None
    assert _needed(SETS, [cell, channel], deeper, scale=1.0, bound=3.0) == [cell, channel]
    assert _needed(SETS, [cell, channel], deeper, scale=100.0, bound=3.0) == [channel]
    assert _needed(SETS, [channel, cell], data, scale=1.0, bound=3.0) == [channel, cell]


def test_every_spot_but_the_newest_may_have_become_unnecessary():
    sets = _candidates(cells(4, 3), ["channel", "item"])
    observed, expected = np.repeat([20.0, 50, 100, 100], 3), np.full(12, 100.0)
    one, cell, two = (
        sets.scopes.index(scope)
        for scope in ({"channel": "c0"}, {"channel": "c1", "item": "i0"}, {"channel": "c1"})
    )
    assert _needed(sets, [one, cell, two], (observed, expected, None), scale=1.0, bound=3.0) == [one, two]


def test_effects_add_up_from_the_shared_level_and_evidence_is_against_the_other_spots():
    observed = np.array([30.0, 120, 130, 60, 110, 90])
    expected = np.array([100.0, 90, 110, 120, 100, 80])
    chosen = [number(item="i0"), number(channel="c0")]
    found = _spots(SETS, chosen, (observed, expected, None), scale=2.0)
    fitted, ratios = _refitted(SETS, chosen, observed, expected)
    assert [spot.scope for spot in found] == [{"item": "i0"}, {"channel": "c0"}]
    assert [spot.ratio for spot in found] == ratios
    shared = fitted[4] / expected[4]  # no spot holds this cell
    first = (expected[0] + expected[3]) * shared * (ratios[0] - 1)
    second = (expected[0] * ratios[0] + expected[1] + expected[2]) * shared * (ratios[1] - 1)
    assert [spot.effect for spot in found] == pytest.approx([first, second])
    for spot, other in zip(found, reversed(chosen), strict=True):
        alone, _ = _refitted(SETS, [other], observed, expected)
        at = SETS.scopes.index(spot.scope)
        assert spot.evidence == pytest.approx(_evidence(SETS, observed, alone, None)[at] / 2)


def test_a_rate_is_expected_from_its_shrunk_baseline():
    table = pd.DataFrame(
        {
            "successes": [5.0, 9],
            "trials": [100.0, 300],
            "successes_before": [10.0, 90],
            "trials_before": [400.0, 900],
        }
    )
    for kind in ("rate", "fall", "rise"):
        observed, expected, trials = _cell_sums(table, kind)
        assert (observed.tolist(), trials.tolist()) == ([5.0, 9.0], [100.0, 300.0])
        rates = shrunk_rates(np.array([10.0, 90.0]), np.array([400.0, 900.0]))
        np.testing.assert_allclose(expected, [100 * rates[0], 300 * rates[1]])
    counts = _cell_sums(cells().assign(now=7.0), "count")
    assert (set(counts[0]), set(counts[1]), counts[2]) == ({7.0}, {100.0}, None)


def test_one_cell_that_fell_alone_is_told_to_the_last_digit():
    table = cells(4, 5)
    table["now"] = 110.0
    table.loc[7, "now"] = 20.0
    found = scan(table, ["channel", "item"], days=(1, 2), phi=1.2, market_change=0.04)
    (spot,) = found.spots
    assert spot.scope == {"channel": "c1", "item": "i2"}
    assert (spot.ratio, spot.effect) == (pytest.approx(20 / 110), pytest.approx(-90))
    assert (found.shift, found.rest) == (pytest.approx(0.1), pytest.approx(0.06 * 2000))
    assert (found.candidates, found.bound) == (4 + 5 + 20, pytest.approx(1.5 * math.log(29)))
    whole = 20 + 19 * 110
    evidence = poisson(20, whole / 20) + poisson(19 * 110, whole * 19 / 20)
    assert spot.evidence == pytest.approx(evidence / (1.2 * 1.5))
    assert scan(table, ["channel", "item"], phi=evidence / 1.25 / found.bound * 0.999).spots
    assert scan(table, ["channel", "item"], phi=evidence / 1.25 / found.bound * 1.001).nothing_stands_out


def test_one_cell_alone_has_the_bound_of_two():
    one = scan(cells(1, 1), ["channel"])
    assert (one.bound, one.candidates) == (pytest.approx(1.5 * math.log(2)), 1)
    assert scan(cells().assign(now=1 / 6), ["channel"]).candidates == 2
    assert scan(cells().assign(before=1 / 6), ["channel"]).candidates == 2
    nothing = scan(cells().assign(before=0.0), ["channel"])
    assert (nothing.spots, nothing.shift, nothing.bound, nothing.candidates) == ((), 0.0, math.inf, 0)


def test_no_more_spots_are_named_than_asked_for():
    table = cells(6, 6)
    table.loc[[0, 8, 22], "now"] = [5.0, 8.0, 11.0]
    found = scan(table, ["channel", "item"])
    assert len(found.spots) == 3
    change = table["now"].sum() - table["before"].sum()
    assert found.rest == pytest.approx(change - sum(spot.effect for spot in found.spots))
    assert len(scan(table, ["channel", "item"], limit=2).spots) == 2
    assert scan(table, ["channel", "item"], limit=1).spots[0].scope == {"channel": "c0", "item": "i0"}


def rates(*successes: float) -> pd.DataFrame:
    """Channels of 2,000 visitors of whom 3% buy."""
    return pd.DataFrame(
        {
            "channel": [f"c{at:02}" for at in range(len(successes))],
            "successes": successes,
            "trials": 2000.0,
            "successes_before": 240.0,
            "trials_before": 8000.0,
        }
    )


def named(table: pd.DataFrame, kind: str) -> list[str]:
    return [spot.scope["channel"] for spot in scan(table, ["channel"], kind=kind).spots]


def test_in_one_direction_only_what_moved_that_way_is_named():
    table = rates(60, 60, 10, 60, 140, 60, 60, 60)
    assert sorted(named(table, "rate")) == ["c02", "c04"]
    assert named(table, "fall") == ["c02"]
    assert named(table, "rise") == ["c04"]


def test_a_second_fall_must_stand_out_from_what_the_first_has_left():
    calm = rates(5, 25, *[60.0] * 10)
    restless = rates(5, 25, *[35.0, 90.0] * 5)
    assert named(calm, "fall") == ["c00", "c01"]
    assert named(restless, "fall") == ["c00"]


def test_in_one_direction_a_whole_channel_is_named_before_its_worst_cell_from_four_fifths_of_the_evidence():
    def table(others: float) -> pd.DataFrame:
        rows = [(f"c{c}", f"i{i}", 60.0) for c in range(5) for i in range(2)]
        made = pd.DataFrame(rows, columns=["channel", "item", "successes"])
        made.loc[[0, 1], "successes"] = [10.0, others]
        return made.assign(trials=2000.0, successes_before=240.0, trials_before=8000.0)

    def evidence(made: pd.DataFrame) -> float:
        sets = _candidates(made, ["channel", "item"])
        observed, expected, trials = _cell_sums(made, "fall")
        found = _evidence(sets, observed, expected, trials)
        return found[sets.scopes.index({"channel": "c0"})] / found.max()

    near, far = table(38.0), table(40.0)
    assert 0.8 < evidence(near) < 0.85
    assert 0.75 < evidence(far) < 0.8
    assert scan(near, ["channel", "item"], kind="fall").spots[0].scope == {"channel": "c0"}
    assert scan(near, ["channel", "item"], kind="rate").spots[0].scope == {"channel": "c0", "item": "i0"}
    assert scan(far, ["channel", "item"], kind="fall").spots[0].scope == {"channel": "c0", "item": "i0"}


def test_a_rate_shrinks_to_the_overall_one_by_its_moments():
    successes, trials = np.array([10.0, 60.0, 2.0, 0.0]), np.array([500.0, 1000.0, 20.0, 0.0])
    overall = 72 / 1520
    noise = overall * (1 - overall)
    squares = sum((s - n * overall) ** 2 / n for s, n in zip(successes[:3], trials[:3], strict=True))
    between = (squares - 2 * noise) / (1520 - (500**2 + 1000**2 + 20**2) / 1520)
    weight = noise / between - 1
    assert 10 < weight < 100
    np.testing.assert_allclose(
        shrunk_rates(successes, trials), (successes + weight * overall) / (trials + weight)
    )
    even = shrunk_rates(np.array([50.0, 0.0]), np.array([1000.0, 10.0]))
    np.testing.assert_allclose(even, 50 / 1010, rtol=1e-5)
    apart = shrunk_rates(np.array([10.0, 0.0]), np.array([10.0, 10.0]))  # more than binomial can be
    np.testing.assert_allclose(apart, 0.5, rtol=1e-5)
    assert shrunk_rates(np.array([5.0]), np.array([5.0])).tolist() == [1.0]


def test_the_shared_shift_is_the_weighted_mean_of_the_calm_parts_around_the_weighted_middle():
    before = np.array([100.0, 100, 100, 100, 0])
    now = np.array([110.0, 90, 100, 10, 50])
    variance = np.array([0.01, 0.01, 0.02, 0.01, 0.01])
    changes = np.log((now[:4] + 0.5) / 100.5)
    weights = 1 / variance[:4]
    # In order -2.3, -0.1, 0, 0.1 with weights 100, 100, 50, 100 of 350: half is reached at the second.
    calm = np.abs(changes - changes[1]) <= 2.5 * np.sqrt(variance[:4])
    assert calm.tolist() == [True, True, True, False]
    assert _shared_shift(now, before, variance) == pytest.approx(
        np.average(changes[calm], weights=weights[calm])
    )
    assert _shared_shift(np.ones(2), np.zeros(2), np.ones(2)) == 0.0


def test_a_part_at_two_and_a_half_sds_is_still_calm():
    variance = np.full(3, 0.01)

    def now(log: float) -> np.ndarray:
        return np.array([100.0, 100.0, 100.5 * math.exp(log) - 0.5])

    assert _shared_shift(now(0.2499), np.full(3, 100.0), variance) == pytest.approx(0.2499 / 3)
    assert _shared_shift(now(0.2501), np.full(3, 100.0), variance) == pytest.approx(0.0)


def test_surprise_is_the_signed_root_of_the_deviance_over_its_dispersion():
    found = _surprise(np.array([5.0, 20.0, 10.0, 11.0]), np.full(4, 10.0), np.array([1.0, 4.0, 1.0, 1.0]))
    assert found.tolist() == pytest.approx(
        [
            -math.sqrt(2 * poisson(5, 10)),
            math.sqrt(2 * poisson(20, 10) / 4),
            0.0,
            math.sqrt(2 * poisson(11, 10)),
        ]
    )


def test_the_chance_of_the_largest_of_many_is_bonferroni_with_the_tails_of_t():
    z = np.array([0.5, -3.0, 4.0])
    wanted = [min(1.0, 2 * 6 * t.sf(abs(each) * math.sqrt(8 / 6), 8)) for each in z]
    assert family_chance(z, 6).tolist() == pytest.approx(wanted)
    assert family_chance(z, 1).tolist() == family_chance(z, 2).tolist()


def test_a_part_of_too_short_a_past_has_the_noise_of_the_middle_one():
    days = pd.date_range("2026-06-01", periods=70)
    rng = np.random.default_rng(0)
    levels = np.exp(rng.normal(0, [0.05, 0.1, 0.2], (70, 3))) * 500
    history = pd.DataFrame(levels, days, list("abc")).assign(d=np.nan)
    found = _part_noise(history, pd.Index(["c", "a", "new", "d", "b"]))
    own = [tau2_by_moments(history[name], history.sum(axis=1)).tau2 for name in "abc"]
    np.testing.assert_allclose(found, [own[2], own[0], np.median(own), np.median(own), own[1]])
    for nothing in (None, history[:0]):
        assert _part_noise(nothing, pd.Index(["a", "b"])).tolist() == [0.0, 0.0]
    assert _part_noise(history[:5], pd.Index(["a", "b"])).tolist() == [0.0, 0.0]


def test_contributions_are_told_against_the_market_and_the_shared_shift():
    now, before = (
        pd.Series({"a": 80.0, "b": 95.0, "new": 5.0}),
        pd.Series({"a": 100.0, "b": 100.0, "c": 10.0}),
    )
    table = contributions(now, before, market_change=-0.1, phi=1.5, days=(1, 3))
    one, zero = np.array([80.0, 95, 5, 0]), np.array([100.0, 100, 0, 10])
    spread = 1 + 1 / 3
    shift = _shared_shift(one, zero, 1.5 / np.maximum(zero, 1) * spread)
    expected = zero * math.exp(shift)
    wanted = pd.DataFrame(
        {"effect": one - 0.9 * zero, "beyond": one - expected, "z": _surprise(one, expected, 1.5 * spread)},
        index=["a", "b", "new", "c"],
    )
    assert table.index.tolist() == ["a", "c", "b", "new"]
    pd.testing.assert_frame_equal(
        table[["effect", "beyond", "z"]], wanted.loc[table.index], check_names=False
    )
    assert (table["stands_out"] == (family_chance(table["z"].to_numpy(), 4) <= 0.05)).all()
