"""Lifecycle stages: weekly, relative to the category, slow to change, and each with the numbers behind it."""

import datetime as dt

import numpy as np
import pandas as pd

from shopbook.analysis.item_panel import Panel, item_panel
from shopbook.analysis.item_weeks import REFERENCES, ItemWeeks, item_weeks
from shopbook.analysis.stage_rules import STAGES, StageHints, StageRules

__all__ = [
    "DECLINE",
    "GROWTH",
    "HIT",
    "NEW",
    "STABLE",
    "STAGES",
    "StageHints",
    "StageRules",
    "latest_stages",
    "weekly_stages",
]

NEW, GROWTH, HIT, STABLE, DECLINE = range(5)
_NONE = -1
_YEAR_WEEKS = 52
_LONG_HISTORY_WEEKS = 60


def weekly_stages(
    item_days: pd.DataFrame,
    market: pd.DataFrame | None = None,
    *,
    rules: StageRules | None = None,
    hints: StageHints | None = None,
    last_day: dt.date | None = None,
) -> pd.DataFrame:
    """Stage of every item in every whole week (Monday to Sunday) up to `last_day`.

    Parameters
    ----------
    item_days : DataFrame
        date (datetime64 day), item_id (text), item_visitors (persons) and, when known, pay_buyers (persons)
        and pay_units (pieces). Without any item_visitors the paid units stand in for them. Source:
        item_daily.
    market : DataFrame of float, optional
        Visitors of the market: one row a day (index), one column a category; "" serves every category.
    rules : StageRules, optional
        Thresholds; slopes in ln per week, levels in visitors (or units) per week.
    hints : StageHints, optional
        Categories, listing days, locks, replacements, campaign days and days without stock.
    last_day : date, optional
        The last day that may be used. Default: the newest of `item_days`.

    Returns
    -------
    DataFrame
        One row an item and week, by item and week: item_id, week (its Monday), stage, since (Monday),
        candidate, candidate_weeks, slope (ln per week, NaN: too few weeks), z (Mann-Kendall), level (per
        week, mean of 4 weeks), total (of this week; NaN: not known), conversion_ratio (4 weeks, over the
        shop's), growing, locked, rule_stage
        (what the rule says under a lock), silent (the week did not vote), relative (median of the daily ln
        ratio), year_index (ratio to the same week of last year, NaN under 60 weeks of history), reference
        ("market", "category", "shop", "none"), basis ("visitors", "units").

    Raises
    ------
    ValueError
        If a lock names no stage, or neither visitors nor units are there.

    Notes
    -----
    Only days up to the end of a week decide about it, so an old week keeps its answer as long as its days
    keep their values. A shop day that lists other items but not this one counts as 0 visitors, unless the
    item is missing for the whole week: then the week is not known. Method: median of the daily ln ratio
    (removes promotions of 1-3 days), reference without the item itself (removes season), Theil-Sen slope
    and Mann-Kendall z over 6 weeks, hysteresis, two votes.

    Examples
    --------
    >>> days = pd.date_range("2026-01-05", periods=70)
    >>> flat = pd.DataFrame({"date": days, "item_id": "1", "item_visitors": 100.0})
    >>> weekly_stages(flat)["stage"].iloc[-1]
    'stable'
    """
    rules, hints = rules or StageRules(), hints or StageHints()
    unknown = sorted(set(hints.locks.values()) - set(STAGES))
    if unknown:
        raise ValueError(f"stage lock {unknown[0]!r} is not one of {', '.join(STAGES)}")
    if item_days.empty:
        return _empty()
    panel = item_panel(item_days, hints, last_day, rules)
    if panel.visitors.shape[1] < 7:
        return _empty()
    weeks, names = item_weeks(panel, market, rules, hints)
    return _long_frame(panel, weeks, names, _evaluate(weeks, rules), hints)


def latest_stages(weekly: pd.DataFrame) -> pd.DataFrame:
    """The newest week of every item that was still seen in the last four weeks.

    Parameters
    ----------
    weekly : DataFrame
        As `weekly_stages` returns it.

    Returns
    -------
    DataFrame
        One row an item, indexed from 0.

    Raises
    ------
    KeyError
        If `weekly` lacks item_id or week.

    Notes
    -----
    An item not seen for four weeks has left the shop; it keeps its weekly rows but has no stage today.

    Examples
    --------
    >>> latest_stages(_empty()).empty
    True
    """
    if weekly.empty:
        return weekly
    recent = weekly["week"] > weekly["week"].max() - pd.Timedelta(weeks=4)
    return weekly[recent].groupby("item_id", sort=True).tail(1).reset_index(drop=True)


def _evaluate(weeks: ItemWeeks, rules: StageRules) -> dict[str, np.ndarray]:
    """The state of each item week by week: stage, since, candidate, candidate_weeks, growing."""
    count, span = weeks.x.shape
    names = ("stage", "since", "candidate", "candidate_weeks", "growing")
    kept = {name: np.zeros((count, span), int) for name in names}
    stage, candidate = np.full(count, _NONE), np.full(count, _NONE)
    since, run, growing = np.zeros(count, int), np.zeros(count, int), np.zeros(count, bool)
    for week in range(span):
        slope, z, age = weeks.slope[:, week], weeks.z[:, week], weeks.age[:, week]
        rising = (slope > rules.enter_slope) & (z > rules.enter_z)
        falling = (slope < -rules.enter_slope) & (z < -rules.enter_z)
        growing = rising | (growing & ~(slope < rules.leave_slope))
        vote = _votes(weeks, week, stage, rules, (rising, falling))
        votes = ~weeks.silent[:, week] | (stage == _NONE)
        new = (age >= 0) & (age < rules.new_weeks)
        run = np.where(votes, np.where(vote == stage, 0, np.where(vote == candidate, run + 1, 1)), run)
        candidate = np.where(votes, np.where(vote == stage, _NONE, vote), candidate)
        at_once = (stage == _NONE) | ((stage == NEW) & votes)
        change = ~new & (candidate != _NONE) & ((run >= rules.votes) | at_once)
        begins = change | (new & (stage != NEW))
        stage = np.where(new, NEW, np.where(change, candidate, stage))
        since = np.where(begins & weeks.seen[:, week].astype(bool), week, since)
        candidate, run = np.where(change | new, _NONE, candidate), np.where(change | new, 0, run)
        for name, value in zip(names, (stage, since, candidate, run, growing), strict=True):
            kept[name][:, week] = value
    return kept


def _votes(
    weeks: ItemWeeks, week: int, stage: np.ndarray, rules: StageRules, trend: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """The stage each item would have if this week alone decided."""
    rising, falling = trend
    recent, level, conversion = weeks.recent[:, week], weeks.level[:, week], weeks.conversion[:, week]
    up = np.where(stage == GROWTH, ~(recent < rules.leave_slope), rising)
    down = np.where(stage == DECLINE, ~(recent > -rules.leave_slope), falling)
    share = np.where(stage == HIT, rules.hit_keep, 1.0)
    big = (level >= share * rules.hit_level) & (conversion >= share)
    return np.select([down, big, up], [DECLINE, HIT, GROWTH], STABLE)


def _long_frame(
    panel: Panel, weeks: ItemWeeks, reference: np.ndarray, state: dict[str, np.ndarray], hints: StageHints
) -> pd.DataFrame:
    item, week = np.nonzero(_shown(weeks))
    mondays = pd.date_range(panel.monday, periods=weeks.x.shape[1], freq="7D").as_unit("ns").to_numpy()
    # Text is taken from a few labels: making strings of 300,000 objects costs half a second.
    label = pd.array([*STAGES, ""], dtype="str")
    lock = np.array(
        [STAGES.index(hints.locks[name]) if hints.locks.get(name) else _NONE for name in panel.items]
    )
    stage, locked = state["stage"][item, week], (lock != _NONE)[item]
    return pd.DataFrame(
        {
            "item_id": pd.array(panel.items, dtype="str").take(item),
            "week": mondays[week],
            "stage": label.take(np.where(locked, lock[item], stage)),
            "since": mondays[state["since"][item, week]],
            "candidate": label.take(np.where(locked, _NONE, state["candidate"][item, week])),
            "candidate_weeks": np.where(locked, 0, state["candidate_weeks"][item, week]),
            "slope": weeks.slope[item, week],
            "z": weeks.z[item, week],
            "level": weeks.level[item, week],
            "total": weeks.total[item, week],
            "conversion_ratio": weeks.conversion[item, week],
            "growing": state["growing"][item, week].astype(bool),
            "locked": locked,
            "rule_stage": label.take(stage),
            "silent": weeks.silent[item, week],
            "relative": weeks.x[item, week],
            "year_index": _year_index(weeks.x)[item, week],
            "reference": pd.array(REFERENCES, dtype="str").take(reference[item, week]),
            "basis": panel.basis,
        }
    )


def _shown(weeks: ItemWeeks) -> np.ndarray:
    """Weeks between the first and the last in which the item was seen."""
    started = np.logical_or.accumulate(weeks.seen, axis=1)
    goes_on = np.logical_or.accumulate(weeks.seen[:, ::-1], axis=1)[:, ::-1]
    return started & goes_on


def _year_index(x: np.ndarray) -> np.ndarray:
    """Relative level against the same week of last year, as a ratio."""
    index = np.full(x.shape, np.nan)
    if x.shape[1] >= _LONG_HISTORY_WEEKS:
        index[:, _YEAR_WEEKS:] = np.exp(x[:, _YEAR_WEEKS:] - x[:, :-_YEAR_WEEKS])
    return index


def _empty() -> pd.DataFrame:
    texts = ("item_id", "stage", "candidate", "rule_stage", "reference", "basis")
    numbers = (
        "candidate_weeks", "slope", "z", "level", "total", "relative", "year_index", "conversion_ratio",
    )  # fmt: skip
    flags = ("growing", "locked", "silent")
    return pd.DataFrame(
        {name: pd.Series(dtype="object") for name in texts}
        | {name: pd.Series(dtype="float") for name in numbers}
        | {name: pd.Series(dtype="bool") for name in flags}
        | {name: pd.Series(dtype="datetime64[ns]") for name in ("week", "since")}
    )
