"""Items x weeks: level against the others, trend, level and conversion of every item in every week."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from shopbook.analysis.item_panel import Panel, daily_figures
from shopbook.analysis.stage_rules import StageHints, StageRules

REFERENCES = ("market", "category", "shop", "none")
_LEVEL_WEEKS = 4
_FEWEST_OTHERS = 3


class ItemWeeks(NamedTuple):
    """Items x weeks: what the evaluation of a week needs."""

    x: np.ndarray
    slope: np.ndarray
    recent: np.ndarray
    z: np.ndarray
    level: np.ndarray
    total: np.ndarray
    conversion: np.ndarray
    silent: np.ndarray
    age: np.ndarray
    seen: np.ndarray


def item_weeks(
    panel: Panel, market: pd.DataFrame | None, rules: StageRules, hints: StageHints
) -> tuple[ItemWeeks, np.ndarray]:
    count, span = panel.visitors.shape
    category = np.array([hints.category.get(item) or "" for item in panel.items], object)
    log_market, served = _market_reference(panel, market, category)
    days, seen = daily_figures(panel)
    ratio = (np.log(days + 0.5) - log_market).reshape(count, -1, 7)
    days_known = np.isfinite(ratio).sum(axis=2)
    x = np.where(days_known >= 4, _median_of_known(ratio), np.nan)
    level = x
    # Held against the market, an item needs no peers.
    relative, enough = _relative_to_peers(x, category, rules) if not served.all() else (x, np.zeros_like(x))
    x = np.where(served[:, None], x, relative)
    names = np.where(served[:, None], 0, np.where(enough, 1, 2 if count > 1 else 3))
    with np.errstate(invalid="ignore", divide="ignore"):
        week_sum = (
            np.nansum(days.reshape(count, -1, 7), axis=2) * 7 / np.where(days_known, days_known, np.nan)
        )
    silent = _silent(panel, x, rules, hints)
    slope, z = _trend(np.where(silent, np.nan, x), rules.window)
    recent, _ = _trend(np.where(silent, np.nan, x), rules.leave_window)
    recent = np.where(np.isnan(recent), slope, recent)
    few = (names == 2) & (category != "")[:, None] & _few_peers(category)[:, None]
    if few.any():
        beside, beside_z = _trend(np.where(silent, np.nan, _beside_own_kind(level, category)), rules.window)
        slope, z = np.where(few, _weaker(slope, beside), slope), np.where(few, _weaker(z, beside_z), z)
    buyers = np.nansum(panel.buyers.reshape(count, -1, 7), axis=2)
    visits = np.nansum(panel.visitors.reshape(count, -1, 7), axis=2)
    age = np.arange(span // 7) - np.floor_divide(panel.first, 7)[:, None]
    size, conversion = _level(week_sum, silent), _conversion(buyers, visits, panel)
    return ItemWeeks(x, slope, recent, z, size, week_sum, conversion, silent, age, seen), names


def _few_peers(category: np.ndarray) -> np.ndarray:
    """Whether an item's category holds too few others to show its season."""
    return np.array([(category == own).sum() - 1 < _FEWEST_OTHERS for own in category], bool)


def _beside_own_kind(level: np.ndarray, category: np.ndarray) -> np.ndarray:
    """Level in ln less that of the few others of the category; flat where there is none at all."""
    beside = np.where(np.isfinite(level), 0.0, np.nan)
    for name in np.unique(category[category != ""].astype(str)):
        rows = category == name
        if rows.sum() > 1:
            middle, others = _median_of_others(level[rows])
            beside[rows] = np.where(others > 0, level[rows] - middle, beside[rows])
    return beside


def _weaker(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The one nearer to 0 where both point the same way, else 0: a season moves an item, not its lead."""
    return np.where(one * other > 0, np.sign(one) * np.minimum(np.abs(one), np.abs(other)), one * 0.0)


def _market_reference(
    panel: Panel, market: pd.DataFrame | None, category: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """ln of the market's visitors (+.5) by item and day, 0 where the category has none, and who has one."""
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


def _relative_to_peers(
    level: np.ndarray, category: np.ndarray, rules: StageRules
) -> tuple[np.ndarray, np.ndarray]:
    """Level in ln less the cumulated common weekly change of the others, and where the category was enough.

    The middle change, not the sum of visitors: where others are launched and grow, their sum rises and every
    item on a plateau would seem to decline. In a second pass the items that grow or decline drop out of it.
    """
    change = np.diff(level, axis=1, prepend=np.nan)
    common, enough = _common_change(change, category)
    slope, _ = _trend(level - _cumulated(common), rules.window)
    moving = np.abs(np.nan_to_num(slope, nan=1.0)) > rules.enter_slope
    steady, _ = _common_change(np.where(moving, np.nan, change), category)
    return level - _cumulated(np.where(np.isfinite(steady), steady, common)), enough


def _common_change(change: np.ndarray, category: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middle weekly change of the category's other items, else the shop's; NaN where not even 1 is left."""
    everyone, _ = _median_of_others(change)
    common, enough = everyone.copy(), np.zeros(change.shape, bool)
    for name in np.unique(category[category != ""].astype(str)):
        rows = category == name
        middle, others = _median_of_others(change[rows])
        enough[rows] = others >= _FEWEST_OTHERS
        common[rows] = np.where(enough[rows], middle, everyone[rows])
    return common, enough


def _cumulated(change: np.ndarray) -> np.ndarray:
    result: np.ndarray = np.nan_to_num(change).cumsum(axis=1)
    return result


def _median_of_others(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For every cell the median of its column without the cell itself, and of how many; NaN of none."""
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
    return np.where(others > 0, (halves[0] + halves[1]) / 2, np.nan), others


def _median_of_known(values: np.ndarray) -> np.ndarray:
    """Median over the last axis without NaN (np.nanmedian is 20 times slower on short rows)."""
    ordered = np.sort(values, axis=-1)
    n = np.isfinite(values).sum(axis=-1)
    low = np.take_along_axis(ordered, np.maximum((n - 1) // 2, 0)[..., None], -1)[..., 0]
    high = np.take_along_axis(ordered, np.minimum(n // 2, values.shape[-1] - 1)[..., None], -1)[..., 0]
    return np.where(n > 0, (low + high) / 2, np.nan)


def _silent(panel: Panel, x: np.ndarray, rules: StageRules, hints: StageHints) -> np.ndarray:
    """Weeks that do not vote: stock-outs, campaigns, bursts of the shop; at most `most_silent` in a row."""
    count, weeks = x.shape
    events = np.zeros(weeks, bool)
    for day in hints.event_days:
        week = (pd.Timestamp(day) - panel.monday).days // 7
        if 0 <= week < weeks:
            events[week] = True
    events |= _bursts(np.median(np.nansum(panel.visitors, axis=0).reshape(weeks, 7), axis=1), rules.burst)
    wanted = events | (panel.out_of_stock.reshape(count, weeks, 7).sum(axis=2) >= 2) | np.isnan(x)
    silent = np.zeros_like(wanted)
    running = np.zeros(count, int)
    for week in range(weeks):
        silent[:, week] = (wanted[:, week] & (running < rules.most_silent)) | np.isnan(x[:, week])
        running = np.where(silent[:, week], running + 1, 0)
    result: np.ndarray = silent
    return result


def _bursts(shop: np.ndarray, factor: float) -> np.ndarray:
    """Weeks in which the shop's visitors leap over the best ordinary week of the last 4; growth does not."""
    burst = np.zeros(len(shop), bool)
    for week in range(2, len(shop)):
        before = slice(max(week - _LEVEL_WEEKS, 0), week)
        ordinary = shop[before][~burst[before]]
        burst[week] = ordinary.size > 0 and shop[week] >= factor * ordinary.max() > 0
    return burst


def _trend(x: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Theil-Sen slope and Mann-Kendall z of the last `window` weeks, over the weeks there are (4 or more)."""
    count, span = x.shape
    padded = np.pad(x.astype(np.float32), ((0, 0), (window - 1, 0)), constant_values=np.nan)
    pairs = list(combinations(range(window), 2))
    rise = np.empty((count, span, len(pairs)), np.float32)
    for place, (early, late) in enumerate(pairs):
        rise[..., place] = (padded[:, late : late + span] - padded[:, early : early + span]) / (late - early)
    n = sum(np.isfinite(padded[:, back : back + span]).astype(int) for back in range(window))
    score = (rise > 0).sum(axis=-1) - (rise < 0).sum(axis=-1)
    spread = np.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (score - np.sign(score)) / spread
    enough = n >= min(4, window - 1)
    return np.where(enough, _median_of_known(rise).astype(float), np.nan), np.where(enough, z, np.nan)


def _level(week_sum: np.ndarray, silent: np.ndarray) -> np.ndarray:
    """Mean of the last 4 weeks, campaign weeks left out while others are there."""
    quiet, plain = _rolling_mean(np.where(silent, np.nan, week_sum)), _rolling_mean(week_sum)
    return np.where(np.isnan(quiet), plain, quiet)


def _conversion(buyers: np.ndarray, visits: np.ndarray, panel: Panel) -> np.ndarray:
    """4-week conversion over the shop's; 1 where buyers are not known: that must not stand in the way."""
    if panel.basis == "units" or np.isnan(panel.buyers).all():
        return np.ones(buyers.shape)
    bought, came = _rolling_mean(buyers), _rolling_mean(visits)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: np.ndarray = (bought / came) / (np.nansum(bought, axis=0) / np.nansum(came, axis=0))
        return result


def _rolling_mean(values: np.ndarray) -> np.ndarray:
    """Mean of the known ones of the last 4 weeks (pandas rolls column by column: a second at 5,000 items)."""
    padded = np.pad(values, ((0, 0), (_LEVEL_WEEKS - 1, 0)), constant_values=np.nan)
    shifted = [padded[:, back : back + values.shape[1]] for back in range(_LEVEL_WEEKS)]
    known = sum(np.isfinite(part).astype(float) for part in shifted)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: np.ndarray = sum(np.nan_to_num(part) for part in shifted) / np.where(known, known, np.nan)
        return result
