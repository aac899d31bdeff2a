"""What an item's next four weeks may bring: a range shrunk and calibrated on the shop's own past weeks."""

from collections.abc import Collection

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

AHEAD = 4
# Past item-weeks, and weeks that share no day, from which on a range is given.
FEWEST_PAIRS = 60
FEWEST_WEEKS = 3
# Ordinary weeks among the next four from which on their mean is spoken of.
FEWEST_ORDINARY = 2
# A kind's own mean counts as much as the pooled one when it rests on so many item-weeks.
SHRINK = 40.0
_BINS = 3
_SETTLED = "settled"


def ordinary_weeks(monday: pd.Timestamp, campaigns: Collection[pd.Timestamp]) -> list[pd.Timestamp]:
    """The weeks of the next four that hold no platform campaign.

    Parameters
    ----------
    monday : Timestamp
        The Monday of the newest week that is over.
    campaigns : collection of Timestamp
        The Mondays of weeks with a campaign day, past and to come.

    Returns
    -------
    list of Timestamp
        Mondays, oldest first.

    Examples
    --------
    >>> found = ordinary_weeks(pd.Timestamp("2026-10-19"), {pd.Timestamp("2026-11-09")})
    >>> [f"{week:%m-%d}" for week in found]
    ['10-26', '11-02', '11-16']
    """
    ahead = [monday + pd.Timedelta(weeks=step) for step in range(1, AHEAD + 1)]
    return [week for week in ahead if week not in campaigns]


def outlook(weekly: pd.DataFrame, campaigns: Collection[pd.Timestamp] = ()) -> pd.DataFrame:
    """Range of the mean ordinary week of the next four, for every item with a stage in the newest week.

    Parameters
    ----------
    weekly : DataFrame
        As `stages.weekly_stages` returns it: item_id, week, stage, level (per week, mean of the last four
        quiet ones), total (of the week) and candidate ("" or the stage it may be changing to).
    campaigns : collection of Timestamp
        The Mondays of weeks with a platform campaign, past and to come.

    Returns
    -------
    DataFrame
        Indexed by item_id: level, expected, low, high (per week, 90% range) and direction ("rises" or "falls"
        when the whole range lies on one side of the level, else "open"). Without the items whose kind has too
        short a past; empty where fewer than two of the next four weeks are ordinary.

    Raises
    ------
    KeyError
        If a column is missing.

    Notes
    -----
    What counts is ln(mean of the ordinary ones of the next four weeks / level) over all items and past weeks
    whose four weeks are over: the very quantity that is said. What a campaign brings is no part of it: events
    differ too much from one another to stand for the next. New, growing and declining items, and those on
    their way there (`candidate`), are held against their own kind only, since one that moves is no example
    for one that rests; hits and stable ones are one kind. The mean is the kind's, shrunk to the pooled one
    and that one to 0; the range is that of items as large (three groups by level), since small ones swing
    more, stretched for the few separate weeks that a swing of all items together is known from (Student's t,
    its degrees of freedom by Satterthwaite 1946). On 811 real items the weeks after a decline lay higher
    more often than lower: a stage alone forecasts nothing.

    Examples
    --------
    >>> weeks = pd.date_range("2026-01-05", periods=30, freq="7D")
    >>> flat = pd.DataFrame({"item_id": np.repeat(["a", "b", "c"], 30), "week": np.tile(weeks, 3),
    ...                      "stage": "stable", "candidate": "", "level": 100.0, "total": 100.0})
    >>> outlook(flat).loc["a", ["low", "high"]].round(3).tolist()
    [100.0, 100.0]
    """
    columns = ["level", "expected", "low", "high", "direction"]
    nothing = pd.DataFrame(columns=columns, index=pd.Index([], name="item_id"))
    if weekly.empty or len(ordinary_weeks(weekly["week"].max(), campaigns)) < FEWEST_ORDINARY:
        return nothing
    weekly = weekly.assign(kind=_kind_of(weekly))
    now = weekly[(weekly["week"] == weekly["week"].max()) & weekly["level"].notna()].set_index("item_id")
    past = _pairs(weekly, campaigns)
    if past.empty or now.empty:
        return nothing
    means = _means(past)
    mean = now["kind"].map(means).to_numpy(float)
    level = now["level"].to_numpy(float)
    low, high = np.full((2, len(now)), np.nan)
    for kind, mine in past.groupby("kind"):
        if len(mine) >= FEWEST_PAIRS and mine["week"].nunique() / AHEAD >= FEWEST_WEEKS:
            asked = (now["kind"] == kind).to_numpy()
            low[asked], high[asked] = _spread(mine, level[asked], means[kind])
    ends = {name: (level + 0.5) * np.exp(mean + part) - 0.5 for name, part in (("low", low), ("high", high))}
    found = pd.DataFrame(
        {
            "level": level,
            "expected": (level + 0.5) * np.exp(mean) - 0.5,
            "low": np.maximum(ends["low"], 0.0),
            "high": np.maximum(ends["high"], 0.0),
        },
        index=now.index,
    ).dropna(subset=["low", "high"])
    sides = [found["low"] > found["level"] + 1e-9, found["high"] < found["level"] - 1e-9]
    return found.assign(direction=np.select(sides, ["rises", "falls"], "open"))[columns]


def _pairs(weekly: pd.DataFrame, campaigns: Collection[pd.Timestamp]) -> pd.DataFrame:
    """Every past item-week with the log change to the ordinary weeks among the four that followed."""
    rows = weekly.sort_values(["item_id", "week"], kind="stable")
    ordinary = (~rows["week"].isin(list(campaigns))).astype(float)
    by_item = rows.assign(ordinary=ordinary, held=rows["total"].where(ordinary > 0)).groupby("item_id")
    asked, known, later = (pd.Series(0.0, rows.index) for _ in range(3))
    for step in range(1, AHEAD + 1):
        value = by_item["held"].shift(-step)
        asked += by_item["ordinary"].shift(-step).fillna(AHEAD + 1)  # a week to come is never known
        known += value.notna()
        later += value.fillna(0.0)
    rows = rows.assign(later=later / known)
    whole = (known == asked) & (known >= FEWEST_ORDINARY) & rows["level"].notna()
    pairs = rows.loc[whole, ["item_id", "week", "kind", "level", "later"]]
    return pairs.assign(change=np.log((pairs["later"] + 0.5) / (pairs["level"] + 0.5)))


def _kind_of(weekly: pd.DataFrame) -> pd.Series:
    """What an item is an example of: its stage or the one it may be changing to; hits are as stable ones."""
    stage = weekly["candidate"].where(weekly["candidate"] != "", weekly["stage"])
    return stage.replace({"hit": _SETTLED, "stable": _SETTLED})


def _means(past: pd.DataFrame) -> pd.Series:
    """Expected log change by kind. Weeks overlap, so four of them count as one."""
    pooled = past["change"].sum() / AHEAD / (len(past) / AHEAD + SHRINK)
    by_kind = past.groupby("kind")["change"].agg(["sum", "size"]) / AHEAD
    return (by_kind["sum"] + SHRINK * pooled) / (by_kind["size"] + SHRINK)


def _spread(past: pd.DataFrame, level: np.ndarray, mean: float) -> tuple[np.ndarray, np.ndarray]:
    """5% and 95% of what was left of the change among past weeks of items as large."""
    left = past["change"] - mean
    bins = min(_BINS, len(past) // FEWEST_PAIRS)
    edges = np.quantile(past["level"], np.linspace(0, 1, bins + 1)[1:-1])
    group, own = np.searchsorted(edges, past["level"]), np.searchsorted(edges, level)
    held = [left[group == one] if (group == one).any() else left for one in range(bins)]
    ends = np.array([np.quantile(each, [0.05, 0.95]) for each in held]) * _stretch(left, past["week"])
    return ends[own, 0], ends[own, 1]


def _stretch(left: pd.Series, week: pd.Series) -> float:
    """How much further a range reaches: what moves all items at once is known from few separate weeks."""
    by_week, apart = left.groupby(week), week.nunique() / AHEAD
    within = float(by_week.var().mean())
    together = max(float(by_week.mean().var()) - within / float(by_week.size().mean()), 0.0)
    share = together / max(together + within, 1e-300)
    df = (apart - 1) / max(share, 1e-3) ** 2
    return float(stdtrit(df, 0.95) / ndtri(0.95) * np.sqrt(1 + share / apart))
