"""The parts of the outlook of a stage: pairs, kinds, means, ranges, each against a plain way."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from shopbook.analysis.stage_outlook import (
    _kind_of,
    _means,
    _pairs,
    _spread,
    _stretch,
    ordinary_weeks,
    outlook,
)

MONDAY = pd.Timestamp("2026-01-05")
NAN = float("nan")


def monday(week: int) -> pd.Timestamp:
    return MONDAY + pd.Timedelta(weeks=week)


def table(
    items: dict[str, list[float]], *, level: float | None = 100.0, kind: str = "settled"
) -> pd.DataFrame:
    """One row an item and week; `items` are the weeks' totals."""
    rows = [(item, monday(at), total) for item, weeks in items.items() for at, total in enumerate(weeks)]
    return pd.DataFrame(rows, columns=["item_id", "week", "total"]).assign(level=level, kind=kind)


def test_the_next_four_weeks_are_asked_for():
    assert ordinary_weeks(MONDAY, ()) == [monday(step) for step in (1, 2, 3, 4)]
    assert ordinary_weeks(MONDAY, {MONDAY, monday(4), monday(5)}) == [monday(step) for step in (1, 2, 3)]


def test_a_past_week_is_held_against_the_mean_of_the_four_after_it():
    found = _pairs(table({"a": [10.0, 20, 30, 40, 50, 60], "b": [1.0, 2, 3, 4]}), ())
    assert found["week"].tolist() == [monday(0), monday(1)]
    assert found["later"].tolist() == [35.0, 45.0]
    np.testing.assert_allclose(found["change"], np.log([35.5 / 100.5, 45.5 / 100.5]))


def test_rows_in_any_order_are_the_same_pairs():
    rows = table({"a": [10.0, 20, 30, 40, 50], "b": [1.0, 2, 3, 4, 5]})
    mixed = _pairs(rows.sample(frac=1, random_state=1), ())
    assert mixed[["item_id", "later"]].to_numpy().tolist() == [["a", 35.0], ["b", 3.5]]


@pytest.mark.parametrize(
    ("campaigns", "later"),
    [
        ((1,), [40.0, 45.0]),
        ((1, 2), [45.0, 50.0]),
        ((1, 2, 3), [55.0]),
        ((0, 9), [35.0, 45.0]),
        ((2, 3, 4), []),
    ],
)
def test_campaign_weeks_are_left_out_while_two_ordinary_ones_are_there(campaigns, later):
    """Of week 0 the weeks 1 to 4 follow, of week 1 the weeks 2 to 5."""
    rows = table({"a": [10.0, 20, 30, 40, 50, 60]})
    assert _pairs(rows, [monday(week) for week in campaigns])["later"].tolist() == later


def test_a_week_whose_following_is_not_whole_is_no_pair():
    assert _pairs(table({"a": [10.0, 20, NAN, 40, 50, 60]}), ())["week"].tolist() == []
    assert len(_pairs(table({"a": [10.0, 20, NAN, 40, 50, 60]}), [monday(2)])) == 2
    assert _pairs(table({"a": [10.0, 20, 30, 40, 50]}, level=NAN), ()).empty


def test_a_candidate_stands_for_the_stage_it_may_become_and_hits_are_settled():
    rows = pd.DataFrame(
        {"stage": ["new", "hit", "stable", "stable", "growth"], "candidate": ["", "", "", "decline", "hit"]}
    )
    assert _kind_of(rows).tolist() == ["new", "settled", "settled", "decline", "settled"]


def test_a_kinds_mean_is_drawn_to_the_pooled_one_and_that_to_nothing():
    past = pd.DataFrame({"kind": ["a"] * 8 + ["b"] * 4, "change": [0.6] * 8 + [-0.9] * 4})
    found = _means(past)
    pooled = (8 * 0.6 - 4 * 0.9) / 4 / (12 / 4 + 40)
    assert found["a"] == pytest.approx((8 / 4 * 0.6 + 40 * pooled) / (2 + 40))
    assert found["b"] == pytest.approx((4 / 4 * -0.9 + 40 * pooled) / (1 + 40))


def test_items_are_held_against_those_as_large():
    """180 pairs are three groups by level; the quantiles of each are stretched alike."""
    rng = np.random.default_rng(0)
    level = np.repeat([10.0, 100.0, 1000.0], 60)
    change = rng.normal(0.1, np.repeat([0.4, 0.2, 0.1], 60)) + np.tile(rng.normal(0, 0.3, 20), 9)
    past = pd.DataFrame(
        {"level": level, "change": change, "week": np.tile(pd.date_range(MONDAY, periods=20, freq="7D"), 9)}
    )
    low, high = _spread(past, np.array([5.0, 10.0, 100.0, 2000.0]), 0.1)
    left = past["change"] - 0.1
    stretch = _stretch(left, past["week"])
    assert stretch > 1.1
    for at, group in enumerate([10.0, 10.0, 100.0, 1000.0]):
        ends = np.quantile(left[level == group], [0.05, 0.95]) * stretch
        assert (low[at], high[at]) == (pytest.approx(ends[0]), pytest.approx(ends[1]))
    two, _ = _spread(past[past["level"] < 1000], np.array([10.0, 100.0, 5000.0]), 0.1)
    assert two[1] == two[2] != two[0]
    one, _ = _spread(past[:119], np.array([10.0, 5000.0]), 0.1)
    assert one[0] == one[1]


def test_alike_levels_are_one_group():
    past = pd.DataFrame(
        {
            "level": 5.0,
            "change": np.linspace(-1, 1, 120),
            "week": np.tile(pd.date_range(MONDAY, periods=12, freq="7D"), 10),
        }
    )
    low, high = _spread(past, np.array([1.0, 5.0, 9.0]), 0.0)
    assert len(set(low)) == len(set(high)) == 1


def test_a_range_is_stretched_by_what_moves_all_items_at_once():
    rng = np.random.default_rng(1)
    weeks = np.tile(pd.date_range(MONDAY, periods=16, freq="7D"), 10)
    shared = np.tile(rng.normal(0, 0.3, 16), 10)
    left = pd.Series(shared + rng.normal(0, 0.2, 160))
    by_week = [left[weeks == week] for week in np.unique(weeks)]
    within = np.mean([np.var(each, ddof=1) for each in by_week])
    together = np.var([each.mean() for each in by_week], ddof=1) - within / 10
    share = together / (together + within)
    df = (16 / 4 - 1) / share**2
    wanted = stats.t.ppf(0.95, df) / stats.norm.ppf(0.95) * np.sqrt(1 + share / 4)
    assert share > 0.4
    assert _stretch(left, pd.Series(weeks)) == pytest.approx(wanted)
    assert _stretch(left * 0, pd.Series(weeks)) == pytest.approx(1.0, abs=1e-6)
    apart = pd.Series(rng.normal(0, 0.2, 160) - 0.0)
    apart -= apart.groupby(weeks).transform("mean")  # nothing in common
    assert _stretch(apart, pd.Series(weeks)) == pytest.approx(1.0, abs=1e-6)


def whole(change: np.ndarray) -> pd.DataFrame:
    """Items of level 100 whose weeks lie `change` (items x weeks) around it."""
    rows = {f"{item:02}": list(100 * np.exp(change[item])) for item in range(len(change))}
    return table(rows).drop(columns="kind").assign(stage="stable", candidate="")


def test_the_outlook_is_level_times_the_mean_and_the_ends_of_its_kind():
    rng = np.random.default_rng(2)
    rows = whole(rng.normal(0.2, 0.1, (10, 24)))
    found = outlook(rows)
    past = _pairs(rows.assign(kind="settled"), ())
    mean = _means(past)["settled"]
    low, high = _spread(past, np.full(10, 100.0), mean)
    for name, part in (("expected", 0.0), ("low", low[0]), ("high", high[0])):
        np.testing.assert_allclose(found[name], 100.5 * np.exp(mean + part) - 0.5)
    assert found["level"].tolist() == [100.0] * 10
    assert mean > 0.05


@pytest.mark.parametrize(("shift", "direction"), [(1.5, "rises"), (-1.5, "falls"), (0.0, "open")])
def test_a_direction_is_told_when_the_whole_range_lies_on_one_side(shift, direction):
    rng = np.random.default_rng(3)
    found = outlook(whole(rng.normal(shift, 0.05, (10, 40))))
    assert set(found["direction"]) == {direction}
    assert ((found["low"] > 100) == (direction == "rises")).all()
    assert ((found["high"] < 100) == (direction == "falls")).all()


def test_only_items_with_a_level_in_the_newest_week_have_an_outlook_and_none_is_below_nothing():
    rng = np.random.default_rng(4)
    rows = whole(rng.normal(0, 1.5, (10, 24)))
    rows.loc[(rows["item_id"] == "03") & (rows["week"] == rows["week"].max()), "level"] = NAN
    gone = rows[~((rows["item_id"] == "05") & (rows["week"] == rows["week"].max()))]
    found = outlook(gone)
    assert sorted(found.index) == [f"{item:02}" for item in range(10) if item not in (3, 5)]
    small = outlook(rows.assign(level=0.0, total=rows["total"] - rows["total"].min()))
    assert (small["low"] >= 0).all()


@pytest.mark.parametrize(("campaigns", "given"), [((1, 4), True), ((1, 3, 4), False)])
def test_two_of_the_next_four_weeks_must_be_ordinary(campaigns, given):
    rows = whole(np.random.default_rng(6).normal(0, 0.1, (10, 24)))
    found = outlook(rows, [monday(23 + step) for step in campaigns])
    assert len(found) == (10 if given else 0)


def test_a_kind_with_too_short_a_past_has_no_outlook_beside_one_that_has():
    rng = np.random.default_rng(5)
    rows = whole(rng.normal(0, 0.1, (12, 24)))
    rows.loc[rows["item_id"] >= "10", "stage"] = "growth"  # 2 x 20 pairs
    assert sorted(outlook(rows).index) == [f"{item:02}" for item in range(10)]
    rows.loc[rows["item_id"] >= "09", "stage"] = "growth"  # 3 x 20
    assert len(outlook(rows)) == 12
