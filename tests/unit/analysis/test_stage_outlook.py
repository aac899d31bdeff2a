"""The range of an item's next four weeks: calibrated, shrunk, and silent where the past is too short."""

import numpy as np
import pandas as pd

from shopbook.analysis.stage_outlook import ordinary_weeks, outlook


def _weekly(items=60, weeks=60, seed=3, sd=0.15, stage="stable", lift=None):
    """Levels that walk: nothing about them can be forecast but how far they get.

    `lift` raises the visitors of some weeks (by number) and leaves the level of quiet weeks as it is.
    """
    rng = np.random.default_rng(seed)
    walk = np.exp(5 + rng.normal(0, 1, (items, 1)) + rng.normal(0, sd, (items, weeks)).cumsum(axis=1))
    days = pd.date_range("2026-01-05", periods=weeks, freq="7D")
    return pd.DataFrame(
        {
            "item_id": np.repeat([f"{number:03}" for number in range(items)], weeks),
            "week": np.tile(days, items),
            "stage": stage,
            "candidate": "",
            "level": walk.ravel(),
            "total": (walk * [(lift or {}).get(week, 1.0) for week in range(weeks)]).ravel(),
        }
    )


def _ahead(whole, campaigns=()):
    """What was told four weeks before the end, and the mean ordinary week that came."""
    last = whole["week"].max()
    told = outlook(whole[whole["week"] <= last - pd.Timedelta(weeks=4)], campaigns)
    weeks = ordinary_weeks(last - pd.Timedelta(weeks=4), campaigns)
    return told, whole[whole["week"].isin(weeks)].groupby("item_id")["total"].mean()


def test_nine_of_ten_items_end_up_inside_their_range():
    told, truth = _ahead(_weekly())
    inside = (truth >= told["low"]) & (truth <= told["high"])
    assert 0.8 <= inside.mean() <= 1.0


def test_a_campaign_among_the_next_weeks_is_no_part_of_the_range_nor_of_the_truth():
    quiet, sale = _weekly(), _weekly(lift={10: 2.0, 30: 2.0, 57: 4.0})
    campaigns = {sale["week"].min() + pd.Timedelta(weeks=week) for week in (10, 30, 57)}
    told, truth = _ahead(sale, campaigns)
    inside = (truth >= told["low"]) & (truth <= told["high"])
    assert 0.8 <= inside.mean() <= 1.0
    width, usual = (np.log(each["high"] / each["low"]).mean() for each in (told, _ahead(quiet)[0]))
    assert width < usual * 1.1


def test_next_weeks_that_are_mostly_campaigns_get_no_range():
    rows = _weekly()
    last = rows["week"].max()
    campaigns = {last + pd.Timedelta(weeks=step) for step in (1, 2, 4)}
    assert ordinary_weeks(last, campaigns) == [last + pd.Timedelta(weeks=3)]
    assert outlook(rows, campaigns).empty


def test_a_stage_that_says_nothing_of_the_future_leaves_the_direction_open():
    rows = _weekly()
    rows["stage"] = np.where(np.arange(len(rows)) % 3, "decline", "growth")
    assert set(outlook(rows)["direction"]) == {"open"}


def test_items_that_all_keep_falling_are_said_to_fall():
    rows = _weekly(sd=0.001)
    week = (rows["week"] - rows["week"].min()).dt.days / 7
    rows[["level", "total"]] *= np.exp(-0.1 * week.to_numpy())[:, None]
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
