"""What an item's next four weeks may bring: a range shrunk and calibrated on the shop's own past weeks."""

import numpy as np
import pandas as pd

AHEAD = 4
# Past item-weeks, and weeks that share no day, from which on a range is given.
FEWEST_PAIRS = 60
FEWEST_WEEKS = 3
# A stage's own mean counts as much as the pooled one when it rests on so many item-weeks.
SHRINK = 40.0
_BINS = 3


def outlook(weekly: pd.DataFrame) -> pd.DataFrame:
    """Range of the mean week of the next four, for every item with a stage in the newest week.

    Parameters
    ----------
    weekly : DataFrame
        As `stages.weekly_stages` returns it: item_id, week, stage and level (per week, mean of four weeks).

    Returns
    -------
    DataFrame
        Indexed by item_id: level, expected, low, high (per week, 90% range) and direction ("rises" or "falls"
        when the whole range lies on one side of the level, else "open"). Empty where the past is too short.

    Raises
    ------
    KeyError
        If a column is missing.

    Notes
    -----
    What counts is ln(level four weeks later / level) over all items and past weeks whose four weeks are over.
    Its mean is the stage's, shrunk to the pooled one and that one to 0; its range is that of items as large
    (three groups by level), since small ones swing more. On 811 real items the weeks after a decline lay
    higher more often than lower: a stage alone forecasts nothing.

    Examples
    --------
    >>> weeks = pd.date_range("2026-01-05", periods=30, freq="7D")
    >>> flat = pd.DataFrame({"item_id": np.repeat(["a", "b", "c"], 30), "week": np.tile(weeks, 3),
    ...                      "stage": "stable", "level": 100.0})
    >>> outlook(flat).loc["a", ["low", "high"]].round(3).tolist()
    [100.0, 100.0]
    """
    columns = ["level", "expected", "low", "high", "direction"]
    nothing = pd.DataFrame(columns=columns, index=pd.Index([], name="item_id"))
    if weekly.empty:
        return nothing
    now = weekly[(weekly["week"] == weekly["week"].max()) & weekly["level"].notna()].set_index("item_id")
    past = _pairs(weekly)
    apart = past["week"].nunique() / AHEAD
    if len(past) < FEWEST_PAIRS or apart < FEWEST_WEEKS or now.empty:
        return nothing
    mean = now["stage"].map(_means(past)).fillna(0.0).to_numpy(float)
    low, high = _spread(past, now["level"].to_numpy(float))
    level = now["level"].to_numpy(float)
    ends = {name: (level + 0.5) * np.exp(mean + part) - 0.5 for name, part in (("low", low), ("high", high))}
    found = pd.DataFrame(
        {
            "level": level,
            "expected": (level + 0.5) * np.exp(mean) - 0.5,
            "low": np.maximum(ends["low"], 0.0),
            "high": np.maximum(ends["high"], 0.0),
        },
        index=now.index,
    )
    sides = [found["low"] > found["level"] + 1e-9, found["high"] < found["level"] - 1e-9]
    return found.assign(direction=np.select(sides, ["rises", "falls"], "open"))[columns]


def _pairs(weekly: pd.DataFrame) -> pd.DataFrame:
    """Every past item-week with the log change to the level four weeks later."""
    rows = weekly[["item_id", "week", "stage", "level"]].dropna(subset=["level"])
    later = rows[["item_id", "week", "level"]].assign(week=rows["week"] - pd.Timedelta(weeks=AHEAD))
    pairs = rows.merge(later, on=["item_id", "week"], suffixes=("", "_later"), validate="one_to_one")
    return pairs.assign(change=np.log((pairs["level_later"] + 0.5) / (pairs["level"] + 0.5)))


def _means(past: pd.DataFrame) -> pd.Series:
    """Expected log change by stage. Weeks overlap, so four of them count as one."""
    pooled = past["change"].sum() / AHEAD / (len(past) / AHEAD + SHRINK)
    by_stage = past.groupby("stage")["change"].agg(["sum", "size"]) / AHEAD
    return (by_stage["sum"] + SHRINK * pooled) / (by_stage["size"] + SHRINK)


def _spread(past: pd.DataFrame, level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """5% and 95% of what was left of the change among past weeks of items as large."""
    left = (past["change"] - past["stage"].map(_means(past))).to_numpy(float)
    edges = np.quantile(past["level"], np.linspace(0, 1, _BINS + 1)[1:-1])
    group, own = np.searchsorted(edges, past["level"]), np.searchsorted(edges, level)
    ends = np.array(
        [
            np.quantile(left[group == one] if (group == one).any() else left, [0.05, 0.95])
            for one in range(_BINS)
        ]
    )
    return ends[own, 0], ends[own, 1]
