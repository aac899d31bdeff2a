"""Lifecycle stages: weekly, relative to the category, slow to change, and each with the numbers behind it."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

STAGES = ("new", "growth", "hit", "stable", "decline")
NEW, GROWTH, HIT, STABLE, DECLINE = range(5)
_NONE = -1
_LEVEL_WEEKS = 4
_YEAR_WEEKS = 52
_LONG_HISTORY_WEEKS = 60
_GROUP_ITEMS = 4


@dataclass(frozen=True)
class StageRules:
    """The thresholds of the rule; visitors are per week, slopes are ln per week."""

    hit_level: float = 3000.0
    hit_keep: float = 0.7
    enter_slope: float = 0.06
    enter_z: float = 1.3
    leave_slope: float = 0.04
    new_weeks: int = 4
    window: int = 6
    leave_window: int = 4
    votes: int = 2
    burst: float = 1.5
    most_silent: int = 3


@dataclass(frozen=True)
class StageHints:
    """What is known beside the daily figures: tags, listing days, campaign days, days without stock."""

    category: Mapping[str, str] = field(default_factory=dict)
    listed_on: Mapping[str, dt.date] = field(default_factory=dict)
    locks: Mapping[str, str] = field(default_factory=dict)
    replaces: Mapping[str, str] = field(default_factory=dict)
    event_days: Collection[dt.date] = ()
    stock_outs: pd.DataFrame | None = None


class _Panel(NamedTuple):
    """Items x days; `first` is each item's first day, or far in the past when it began before the history."""

    items: np.ndarray
    monday: pd.Timestamp
    visitors: np.ndarray
    buyers: np.ndarray
    out_of_stock: np.ndarray
    first: np.ndarray
    last: np.ndarray
    basis: str


class _Weeks(NamedTuple):
    """Items x weeks: what the evaluation of a week needs."""

    x: np.ndarray
    slope: np.ndarray
    recent: np.ndarray
    z: np.ndarray
    level: np.ndarray
    conversion: np.ndarray
    silent: np.ndarray
    age: np.ndarray
    seen: np.ndarray


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
        date (datetime64 day), item_id (text), item_visitors (persons) and, when known, pay_buyers (persons) and
        pay_units (pieces). Without any item_visitors the paid units stand in for them. Source: item_daily.
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
        One row an item and week, by item and week: item_id, week (its Monday), stage, since (Monday), candidate,
        candidate_weeks, slope (ln per week, NaN: too few weeks), z (Mann-Kendall), level (per week, mean of 4
        weeks), conversion_ratio (4 weeks, over the shop's), growing, locked, rule_stage (what the rule says under a lock), silent (the week did
        not vote), relative (median of the daily ln ratio), year_index (ratio to the same week of last year, NaN
        under 60 weeks of history), reference ("market", "category", "shop", "none"), basis ("visitors", "units").

    Raises
    ------
    ValueError
        If a lock names no stage, or neither visitors nor units are there.

    Notes
    -----
    Only days up to the end of a week decide about it, so an old week keeps its answer as long as its days keep
    their values. A shop day that lists other items but not this one counts as 0 visitors, unless the item is
    missing for the whole week: then the week is not known. METHODS: median of the daily ln ratio (removes
    promotions of 1-3 days), reference without the item itself (removes season), Theil-Sen slope and Mann-Kendall
    z over 6 weeks, hysteresis, two votes.

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
    panel = _panel(item_days, hints, last_day)
    if panel.visitors.shape[1] < 7:
        return _empty()
    weeks, names = _weeks(panel, market, rules, hints)
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


def _panel(item_days: pd.DataFrame, hints: StageHints, last_day: dt.date | None) -> _Panel:
    """The figures as matrices of whole weeks, the histories of replaced items joined."""
    day_of = item_days["date"].to_numpy("datetime64[D]")
    monday = pd.Timestamp(day_of.min()) - pd.Timedelta(days=pd.Timestamp(day_of.min()).weekday())
    end = np.datetime64(last_day, "D") if last_day else day_of.max()
    span = max(int((end - monday.to_datetime64().astype("datetime64[D]")).astype(int)) + 1, 0) // 7 * 7
    offset = (day_of - monday.to_datetime64().astype("datetime64[D]")).astype(int)
    codes, items = pd.factorize(item_days["item_id"].astype(str), sort=True)
    usable = offset < span
    column, basis = _basis(item_days)
    cell = codes[usable], offset[usable]
    visitors, buyers = np.full((2, len(items), span), np.nan)
    visitors[cell] = item_days[column].to_numpy(float)[usable]
    if "pay_buyers" in item_days:
        buyers[cell] = item_days["pay_buyers"].to_numpy(float)[usable]
    out = _stock_out_days(hints.stock_outs, pd.Index(items), monday, span)
    items, visitors, buyers, out = _join_replaced(
        np.asarray(items, object), visitors, buyers, out, hints.replaces
    )
    known = ~np.isnan(visitors)
    ever = known.any(axis=1)
    items, visitors, buyers, out, known = items[ever], visitors[ever], buyers[ever], out[ever], known[ever]
    if not len(items):
        return _Panel(items, monday, visitors[:, :0], buyers, out, np.zeros(0, int), np.zeros(0, int), basis)
    first, last = known.argmax(axis=1), span - 1 - known[:, ::-1].argmax(axis=1)
    first = _listing_days(items, first, monday, int(known.any(axis=0).argmax()), hints.listed_on)
    return _Panel(items, monday, visitors, buyers, out, first, last, basis)


def _basis(item_days: pd.DataFrame) -> tuple[str, str]:
    if "item_visitors" in item_days and item_days["item_visitors"].notna().any():
        return "item_visitors", "visitors"
    if "pay_units" in item_days and item_days["pay_units"].notna().any():
        return "pay_units", "units"
    raise ValueError(f"item_days has neither item_visitors nor pay_units; columns: {', '.join(item_days)}")


def _stock_out_days(
    stock_outs: pd.DataFrame | None, items: pd.Index, monday: pd.Timestamp, span: int
) -> np.ndarray:
    out = np.zeros((len(items), span), bool)
    if stock_outs is not None and len(stock_outs):
        row = items.get_indexer(stock_outs["item_id"].astype(str))
        day = (stock_outs["date"] - monday).dt.days.to_numpy()
        inside = (row >= 0) & (day >= 0) & (day < span)
        out[row[inside], day[inside]] = True
    return out


def _join_replaced(
    items: np.ndarray, visitors: np.ndarray, buyers: np.ndarray, out: np.ndarray, replaces: Mapping[str, str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Add the days of a replaced item to its newest successor; a day both have is their sum."""
    row = {item: index for index, item in enumerate(items)}
    successor = {old: new for new, old in replaces.items() if old in row and new in row and old != new}
    keep = np.ones(len(items), bool)
    for old, new in successor.items():
        passed = {old}
        while new in successor and new not in passed:
            passed.add(new)
            new = successor[new]
        if new in passed:
            continue  # a circle of replacements joins nothing
        to, source = row[new], row[old]
        for matrix in (visitors, buyers):
            both_unknown = np.isnan(matrix[to]) & np.isnan(matrix[source])
            matrix[to] = np.where(
                both_unknown, np.nan, np.nan_to_num(matrix[to]) + np.nan_to_num(matrix[source])
            )
        out[to] |= out[source]
        keep[source] = False
    return items[keep], visitors[keep], buyers[keep], out[keep]


def _listing_days(
    items: np.ndarray,
    first: np.ndarray,
    monday: pd.Timestamp,
    shop_first: int,
    listed_on: Mapping[str, dt.date],
) -> np.ndarray:
    """First day of each item; one already there on the shop's first days began earlier, unless its listing is known."""
    began = np.where(first < shop_first + 7, -7 * _YEAR_WEEKS, first)
    for row, item in enumerate(items):
        listed = listed_on.get(item)
        if listed is not None and not pd.isna(listed):
            began[row] = min((pd.Timestamp(listed) - monday).days, int(first[row]))
    return began


def _market_reference(
    panel: _Panel, market: pd.DataFrame | None, category: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """ln of the market's visitors (+.5) for each item and day, 0 where the category has none, and who has one."""
    count, span = panel.visitors.shape
    reference, served = np.zeros((count, span)), np.zeros(count, bool)
    if market is None or market.empty:
        return reference, served
    days = pd.date_range(panel.monday, periods=span)
    for label in sorted(market.columns):  # "" first: a category's own series then replaces it
        rows = (category == label) | (label == "")
        series = np.log(market[label].reindex(days).to_numpy(float) + 0.5)
        if np.isfinite(series[panel.first.clip(0).min() :]).mean() > 0.8:
            reference[rows], served[rows] = series, True
    return reference, served


def _relative_to_peers(level: np.ndarray, groups: np.ndarray, rules: StageRules) -> np.ndarray:
    """Level in ln less the cumulated common weekly change of the other items of the group.

    The middle change, not the sum of visitors: where others are launched and grow, their sum rises and every
    item on a plateau would seem to decline. In a second pass the items that grow or decline drop out of it.
    """
    x = level - _common_level(level, groups)
    slope, _ = _trend(x, rules.window)
    moving = np.abs(np.nan_to_num(slope, nan=1.0)) > rules.enter_slope
    return level - _common_level(np.where(moving, np.nan, level), groups, level)


def _common_level(level: np.ndarray, groups: np.ndarray, spare: np.ndarray | None = None) -> np.ndarray:
    """Cumulated middle weekly change of the others; `spare` stands in where fewer than 3 are left."""
    change = np.diff(level, axis=1, prepend=np.nan)
    common = np.zeros_like(change)
    for group in np.unique(groups):
        rows = groups == group
        common[rows] = _median_of_others(change[rows])
        if spare is not None:
            few = np.isfinite(change[rows]).sum(axis=0) <= 3
            whole = _median_of_others(np.diff(spare[rows], axis=1, prepend=np.nan))
            common[rows] = np.where(few, whole, common[rows])
    return np.nan_to_num(common).cumsum(axis=1)


def _median_of_others(values: np.ndarray) -> np.ndarray:
    """For every cell the median of its column without the cell itself; NaN where nothing is left."""
    order = np.argsort(values, axis=0, kind="stable")
    ordered = np.take_along_axis(values, order, axis=0)
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(len(values))[:, None] + np.zeros_like(order), axis=0)
    known = np.isfinite(values)
    others = known.sum(axis=0) - known
    halves = []
    for place in ((others - 1) // 2, others // 2):
        skip = (place >= rank) & known
        halves.append(np.take_along_axis(ordered, np.clip(place + skip, 0, len(values) - 1), axis=0))
    return np.where(others > 0, (halves[0] + halves[1]) / 2, np.nan)


def _weeks(
    panel: _Panel, market: pd.DataFrame | None, rules: StageRules, hints: StageHints
) -> tuple[_Weeks, np.ndarray]:
    count, span = panel.visitors.shape
    category = np.array([hints.category.get(item) or "" for item in panel.items], object)
    log_market, served = _market_reference(panel, market, category)
    days, seen = _daily_figures(panel)
    ratio = (np.log(days + 0.5) - log_market).reshape(count, -1, 7)
    days_known = np.isfinite(ratio).sum(axis=2)
    x = np.where(days_known >= 4, _median_of_known(ratio), np.nan)
    groups, names = _groups(category, served)
    alone = served | (names == "none")
    x = np.where(alone[:, None], x, _relative_to_peers(x, groups, rules))
    with np.errstate(invalid="ignore", divide="ignore"):
        week_sum = (
            np.nansum(days.reshape(count, -1, 7), axis=2) * 7 / np.where(days_known, days_known, np.nan)
        )
    silent = _silent(panel, x, rules, hints)
    slope, z = _trend(np.where(silent, np.nan, x), rules.window)
    recent, _ = _trend(np.where(silent, np.nan, x), rules.leave_window)
    recent = np.where(np.isnan(recent), slope, recent)
    buyers = np.nansum(panel.buyers.reshape(count, -1, 7), axis=2)
    visits = np.nansum(panel.visitors.reshape(count, -1, 7), axis=2)
    age = np.arange(span // 7) - np.floor_divide(panel.first, 7)[:, None]
    level, conversion = _level(week_sum, silent), _conversion(buyers, visits, panel)
    return _Weeks(x, slope, recent, z, level, conversion, silent, age, seen), names


def _daily_figures(panel: _Panel) -> tuple[np.ndarray, np.ndarray]:
    """Daily visitors with 0 where the shop's file of the day lacks the item, and the weeks an item is seen in."""
    count, span = panel.visitors.shape
    known = ~np.isnan(panel.visitors)
    seen = known.reshape(count, -1, 7).any(axis=2)
    day = np.arange(span)
    alive = (day >= panel.first[:, None]) & (day <= panel.last[:, None]) & known.any(axis=0)
    return np.where(known, panel.visitors, np.where(alive & np.repeat(seen, 7, axis=1), 0.0, np.nan)), seen


def _groups(category: np.ndarray, served: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whose other items serve as reference: the category's from 4 items on, else the shop's."""
    codes, _ = pd.factorize(category)
    own_group = (np.bincount(codes)[codes] >= _GROUP_ITEMS) & (category != "")
    names = np.where(own_group, "category", "shop" if len(category) > 1 else "none").astype(object)
    names[served] = "market"
    return np.where(own_group, codes, -1), names


def _median_of_known(values: np.ndarray) -> np.ndarray:
    """Median over the last axis without NaN (np.nanmedian is 20 times slower on short rows)."""
    ordered = np.sort(values, axis=-1)
    n = np.isfinite(values).sum(axis=-1)
    low = np.take_along_axis(ordered, np.maximum((n - 1) // 2, 0)[..., None], -1)[..., 0]
    high = np.take_along_axis(ordered, np.minimum(n // 2, values.shape[-1] - 1)[..., None], -1)[..., 0]
    return np.where(n > 0, (low + high) / 2, np.nan)


def _silent(panel: _Panel, x: np.ndarray, rules: StageRules, hints: StageHints) -> np.ndarray:
    """Weeks that do not vote: stock-outs, campaigns, bursts of the shop; at most `most_silent` in a row."""
    count, weeks = x.shape
    events = np.zeros(weeks, bool)
    for day in hints.event_days:
        week = (pd.Timestamp(day) - panel.monday).days // 7
        if 0 <= week < weeks:
            events[week] = True
    total = np.nansum(panel.visitors, axis=0).reshape(weeks, 7)
    shop = pd.Series(np.median(total, axis=1))
    before = shop.shift().rolling(_LEVEL_WEEKS, min_periods=2).median()
    events |= (shop >= rules.burst * before).to_numpy()
    wanted = events | (panel.out_of_stock.reshape(count, weeks, 7).sum(axis=2) >= 2) | np.isnan(x)
    silent = np.zeros_like(wanted)
    running = np.zeros(count, int)
    for week in range(weeks):
        silent[:, week] = (wanted[:, week] & (running < rules.most_silent)) | np.isnan(x[:, week])
        running = np.where(silent[:, week], running + 1, 0)
    return silent


def _trend(x: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Theil-Sen slope and Mann-Kendall z of the last `window` weeks, over the weeks there are (at least 4)."""
    padded = np.pad(x, ((0, 0), (window - 1, 0)), constant_values=np.nan)
    view = np.lib.stride_tricks.sliding_window_view(padded, window, axis=1)
    pairs = list(combinations(range(window), 2))
    rise = np.stack([view[..., late] - view[..., early] for early, late in pairs], axis=-1)
    gap = np.array([late - early for early, late in pairs], float)
    n = np.isfinite(view).sum(axis=-1)
    score = np.nansum(np.sign(rise), axis=-1)
    spread = np.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (score - np.sign(score)) / spread
    enough = n >= np.minimum(4, window - 1)
    return np.where(enough, _median_of_known(rise / gap), np.nan), np.where(enough, z, np.nan)


def _level(week_sum: np.ndarray, silent: np.ndarray) -> np.ndarray:
    """Mean of the last 4 weeks, campaign weeks left out while others are there."""
    quiet, plain = _rolling_mean(np.where(silent, np.nan, week_sum)), _rolling_mean(week_sum)
    return np.where(np.isnan(quiet), plain, quiet)


def _conversion(buyers: np.ndarray, visits: np.ndarray, panel: _Panel) -> np.ndarray:
    """4-week conversion over the shop's; 1 where buyers are not known, so that they do not stand in the way."""
    if panel.basis == "units" or np.isnan(panel.buyers).all():
        return np.ones(buyers.shape)
    bought, came = _rolling_mean(buyers), _rolling_mean(visits)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (bought / came) / (np.nansum(bought, axis=0) / np.nansum(came, axis=0))


def _rolling_mean(values: np.ndarray) -> np.ndarray:
    """Mean of the known ones among the last 4 weeks (pandas rolls column by column: a second at 5,000 items)."""
    padded = np.pad(values, ((0, 0), (_LEVEL_WEEKS - 1, 0)), constant_values=np.nan)
    shifted = [padded[:, back : back + values.shape[1]] for back in range(_LEVEL_WEEKS)]
    known = sum(np.isfinite(part).astype(float) for part in shifted)
    with np.errstate(invalid="ignore", divide="ignore"):
        return sum(np.nan_to_num(part) for part in shifted) / np.where(known, known, np.nan)


def _evaluate(weeks: _Weeks, rules: StageRules) -> dict[str, np.ndarray]:
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
    weeks: _Weeks, week: int, stage: np.ndarray, rules: StageRules, trend: tuple[np.ndarray, np.ndarray]
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
    panel: _Panel, weeks: _Weeks, reference: np.ndarray, state: dict[str, np.ndarray], hints: StageHints
) -> pd.DataFrame:
    item, week = np.nonzero(_shown(weeks))
    mondays = pd.date_range(panel.monday, periods=weeks.x.shape[1], freq="7D").to_numpy()
    label = np.array([*STAGES, ""], object)
    rule_stage = label[state["stage"][item, week]]
    lock = np.array([hints.locks.get(name) or "" for name in panel.items], object)[item]
    locked = lock != ""
    return pd.DataFrame(
        {
            "item_id": panel.items[item],
            "week": mondays[week],
            "stage": np.where(locked, lock, rule_stage),
            "since": mondays[state["since"][item, week]],
            "candidate": np.where(locked, "", label[state["candidate"][item, week]]),
            "candidate_weeks": np.where(locked, 0, state["candidate_weeks"][item, week]),
            "slope": weeks.slope[item, week],
            "z": weeks.z[item, week],
            "level": weeks.level[item, week],
            "conversion_ratio": weeks.conversion[item, week],
            "growing": state["growing"][item, week].astype(bool),
            "locked": locked,
            "rule_stage": rule_stage,
            "silent": weeks.silent[item, week],
            "relative": weeks.x[item, week],
            "year_index": _year_index(weeks.x)[item, week],
            "reference": reference[item],
            "basis": panel.basis,
        }
    )


def _shown(weeks: _Weeks) -> np.ndarray:
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
    numbers = ("candidate_weeks", "slope", "z", "level", "relative", "year_index", "conversion_ratio")
    flags = ("growing", "locked", "silent")
    return pd.DataFrame(
        {name: pd.Series(dtype="object") for name in texts}
        | {name: pd.Series(dtype="float") for name in numbers}
        | {name: pd.Series(dtype="bool") for name in flags}
        | {name: pd.Series(dtype="datetime64[ns]") for name in ("week", "since")}
    )
