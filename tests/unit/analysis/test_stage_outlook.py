"""The range of an item's next four weeks: calibrated, shrunk, and silent where the past is too short."""

import numpy as np
import pandas as pd

from shopbook.analysis.stage_outlook import outlook


def _weekly(items=60, weeks=60, seed=3, sd=0.15, stage="stable"):
    """Levels that walk: nothing about them can be forecast but how far they get."""
    rng = np.random.default_rng(seed)
    walk = np.exp(5 + rng.normal(0, 1, (items, 1)) + rng.normal(0, sd, (items, weeks)).cumsum(axis=1))
    days = pd.date_range("2026-01-05", periods=weeks, freq="7D")
    return pd.DataFrame(
        {
            "item_id": np.repeat([f"{number:03}" for number in range(items)], weeks),
            "week": np.tile(days, items),
            "stage": stage,
            "level": walk.ravel(),
        }
    )


def test_nine_of_ten_items_end_up_inside_their_range():
    whole = _weekly()
    last = whole["week"].max()
    told = outlook(whole[whole["week"] <= last - pd.Timedelta(weeks=4)])
    truth = whole[whole["week"] == last].set_index("item_id")["level"]
    inside = (truth >= told["low"]) & (truth <= told["high"])
    assert 0.8 <= inside.mean() <= 1.0


def test_a_stage_that_says_nothing_of_the_future_leaves_the_direction_open():
    rows = _weekly()
    rows["stage"] = np.where(np.arange(len(rows)) % 3, "decline", "growth")
    assert set(outlook(rows)["direction"]) == {"open"}


def test_items_that_all_keep_falling_are_said_to_fall():
    rows = _weekly(sd=0.001)
    week = (rows["week"] - rows["week"].min()).dt.days / 7
    rows["level"] *= np.exp(-0.1 * week)
    assert set(outlook(rows.assign(stage="decline"))["direction"]) == {"falls"}


def test_a_rare_stage_borrows_from_all_the_others():
    rows = _weekly(sd=0.05)
    rows.loc[rows.index[:1], "stage"] = "hit"
    rows.loc[rows["week"] == rows["week"].max(), "stage"] = "hit"
    told = outlook(rows)
    assert np.log(told["expected"] / told["level"]).abs().max() < 0.05


def test_a_short_past_gives_no_range():
    assert outlook(_weekly(weeks=10)).empty
    assert outlook(_weekly(items=1, weeks=40)).empty
    assert outlook(_weekly().iloc[:0]).empty
