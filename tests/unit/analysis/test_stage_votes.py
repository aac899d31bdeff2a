"""The weekly vote and the memory of the stages, against the rule followed item by item on its limits."""

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.item_panel import Panel
from shopbook.analysis.item_weeks import ItemWeeks
from shopbook.analysis.stages import (
    DECLINE,
    GROWTH,
    HIT,
    NEW,
    STABLE,
    StageHints,
    StageRules,
    _evaluate,
    _long_frame,
    _shown,
    _votes,
    _year_index,
    latest_stages,
)

RULES = StageRules()
NAN = float("nan")
NONE = -1


def drawn(count: int, weeks: int, seed: int) -> ItemWeeks:
    """Figures that often lie exactly on a limit."""
    rng = np.random.default_rng(seed)
    shape = (count, weeks)
    slopes = [-0.07, -0.06, -0.05, -0.04, -0.03, 0.0, 0.03, 0.04, 0.05, 0.06, 0.07, 0.07, -0.07, NAN]
    slope, recent = rng.choice(slopes, shape), rng.choice(slopes, shape)
    # What holds for one week often holds for the next: else nothing ever gets its two votes.
    for week in range(1, weeks):
        stays = rng.random(count) < 0.7
        slope[stays, week] = slope[stays, week - 1]
    z = np.where(np.isnan(slope), NAN, np.sign(slope) * rng.choice([1.2, 1.3, 1.4, 2.0, 2.0, 2.0], shape))
    return ItemWeeks(
        x=np.zeros(shape),
        slope=slope,
        recent=recent,
        z=z,
        level=rng.choice([1000.0, 2099.0, 2100.0, 2999.0, 3000.0, 4000.0, NAN], shape),
        total=np.zeros(shape),
        conversion=rng.choice([0.69, 0.7, 0.99, 1.0, 1.2], shape),
        silent=rng.random(shape) < 0.15,
        age=rng.choice([-2, 0, 1, 10, 60], (count, 1)) + np.arange(weeks),
        seen=rng.random(shape) < 0.9,
    )


def vote(weeks: ItemWeeks, at: tuple[int, int], stage: int) -> int:
    """What this week alone says."""
    slope, z, recent = weeks.slope[at], weeks.z[at], weeks.recent[at]
    share = 0.7 if stage == HIT else 1.0
    falls = not recent > -0.04 if stage == DECLINE else slope < -0.06 and z < -1.3
    if falls:
        return DECLINE
    if weeks.level[at] >= share * 3000 and weeks.conversion[at] >= share:
        return HIT
    grows = not recent < 0.04 if stage == GROWTH else slope > 0.06 and z > 1.3
    return GROWTH if grows else STABLE


def followed(weeks: ItemWeeks, item: int) -> list[tuple[int, int, int, int, bool]]:
    """(stage, since, candidate, candidate weeks, growing) of every week."""
    stage, since, candidate, run, growing, kept = NONE, 0, NONE, 0, False, []
    for week in range(weeks.x.shape[1]):
        at = item, week
        if weeks.slope[at] > 0.06 and weeks.z[at] > 1.3:
            growing = True
        elif weeks.slope[at] < 0.04:
            growing = False
        before = stage
        if stage == NONE or not weeks.silent[at]:
            said = vote(weeks, at, stage)
            if said == stage:
                candidate, run = NONE, 0
            else:
                candidate, run = said, run + 1 if said == candidate else 1
        if 0 <= weeks.age[at] < 4:
            stage, candidate, run = NEW, NONE, 0
        elif candidate != NONE and (run >= 2 or stage == NONE or (stage == NEW and not weeks.silent[at])):
            stage, candidate, run = candidate, NONE, 0
        if stage != before and weeks.seen[at]:
            since = week
        kept.append((stage, since, candidate, run, growing))
    return kept


@pytest.mark.parametrize("seed", [0, 1])
def test_the_memory_of_all_items_is_that_of_each_alone(seed):
    weeks = drawn(60, 30, seed)
    state = _evaluate(weeks, RULES)
    names = ("stage", "since", "candidate", "candidate_weeks", "growing")
    for item in range(60):
        told = list(zip(*(state[name][item].tolist() for name in names), strict=True))
        assert told == followed(weeks, item)
    assert set(state["stage"].ravel()) == {NEW, GROWTH, HIT, STABLE, DECLINE}


@pytest.mark.parametrize("stage", [NONE, NEW, GROWTH, HIT, STABLE, DECLINE])
def test_every_stage_is_kept_more_easily_than_it_is_taken(stage):
    weeks = drawn(400, 1, 3)
    rising = (weeks.slope[:, 0] > 0.06) & (weeks.z[:, 0] > 1.3)
    falling = (weeks.slope[:, 0] < -0.06) & (weeks.z[:, 0] < -1.3)
    found = _votes(weeks, 0, np.full(400, stage), RULES, (rising, falling))
    assert found.tolist() == [vote(weeks, (item, 0), stage) for item in range(400)]


def test_weeks_are_shown_from_the_first_to_the_last_one_seen():
    weeks = drawn(3, 5, 0)._replace(seen=np.array([[0, 1, 0, 0, 1], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]], bool))
    assert _shown(weeks).astype(int).tolist() == [[0, 1, 1, 1, 1], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]]


def test_the_index_of_a_year_is_the_ratio_to_52_weeks_before_from_60_weeks_on():
    x = np.log(np.arange(1.0, 61.0))[None]
    index = _year_index(x)
    assert np.isnan(index[0, :52]).all()
    np.testing.assert_allclose(index[0, 52:], [(week + 52) / week for week in range(1, 9)])
    assert np.isnan(_year_index(x[:, :59])).all()


def test_a_row_holds_its_own_week_and_a_lock_hides_the_rule_but_not_its_stage():
    weeks = drawn(2, 3, 4)._replace(seen=np.array([[1, 1, 1], [0, 1, 1]], bool))
    panel = Panel(
        np.array(["a", "b"], object), pd.Timestamp("2026-01-05"), *[np.zeros((2, 21))] * 4, "visitors"
    )
    state = {
        "stage": np.array([[NEW, GROWTH, GROWTH], [STABLE, STABLE, HIT]]),
        "since": np.array([[0, 1, 1], [0, 1, 2]]),
        "candidate": np.array([[NONE, NONE, STABLE], [NONE, HIT, NONE]]),
        "candidate_weeks": np.array([[0, 0, 1], [0, 1, 0]]),
        "growing": np.array([[0, 1, 1], [0, 0, 1]]),
    }
    reference = np.array([[0, 1, 2], [3, 2, 1]])
    table = _long_frame(panel, weeks, reference, state, StageHints(locks={"b": "decline", "a": ""}))
    monday = pd.Timestamp("2026-01-05") + pd.to_timedelta([0, 1, 2], unit="W")
    assert table["item_id"].tolist() == ["a", "a", "a", "b", "b"]
    assert table["week"].tolist() == [*monday, *monday[1:]]
    assert table["stage"].tolist() == ["new", "growth", "growth", "decline", "decline"]
    assert table["rule_stage"].tolist() == ["new", "growth", "growth", "stable", "hit"]
    assert table["since"].tolist() == [*monday[[0, 1, 1]], *monday[[1, 2]]]
    assert table["candidate"].tolist() == ["", "", "stable", "", ""]
    assert table["candidate_weeks"].tolist() == [0, 0, 1, 0, 0]
    assert table["growing"].tolist() == [False, True, True, False, True]
    assert table["locked"].tolist() == [False] * 3 + [True] * 2
    assert table["reference"].tolist() == ["market", "category", "shop", "shop", "category"]
    assert set(table["basis"]) == {"visitors"}
    for name in ("slope", "z", "level", "silent"):
        own = getattr(weeks, name)
        np.testing.assert_array_equal(table[name], [*own[0], *own[1, 1:]])


def test_an_item_last_seen_three_weeks_ago_still_has_a_stage_and_one_of_four_weeks_ago_has_none():
    weeks = pd.to_datetime(["2026-01-05", "2026-01-12", "2026-02-02"])
    weekly = pd.DataFrame({"item_id": ["gone", "there", "now"], "week": weeks, "n": [1, 2, 3]})
    more = pd.concat([weekly, weekly.assign(week=weeks - pd.Timedelta(weeks=1), n=0)]).sort_values(
        ["item_id", "week"]
    )
    assert latest_stages(more)[["item_id", "n"]].to_numpy().tolist() == [["now", 3], ["there", 2]]
    assert latest_stages(more).index.tolist() == [0, 1]
