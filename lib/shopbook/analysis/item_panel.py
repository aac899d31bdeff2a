"""Items x days: daily figures as matrices of whole weeks, histories of replaced items joined."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from shopbook.analysis.stage_rules import StageHints, StageRules

LONG_AGO = -7 * 52
_BEFORE_RUN = 28


class Panel(NamedTuple):
    """Items x days; `first` is each item's first day, or far in the past when it began before the history."""

    items: np.ndarray
    monday: pd.Timestamp
    visitors: np.ndarray
    buyers: np.ndarray
    out_of_stock: np.ndarray
    first: np.ndarray
    basis: str


def item_panel(
    item_days: pd.DataFrame, hints: StageHints, last_day: dt.date | None, rules: StageRules
) -> Panel:
    """The figures as matrices of whole weeks, the histories of replaced items joined."""
    day_of = item_days["date"].to_numpy("datetime64[D]")
    monday = pd.Timestamp(day_of.min()) - pd.Timedelta(days=pd.Timestamp(day_of.min()).day_of_week)
    end = np.datetime64(last_day, "D") if last_day else day_of.max()
    span = max(int((end - monday.to_datetime64().astype("datetime64[D]")).astype(int)) + 1, 0) // 7 * 7
    offset = (day_of - monday.to_datetime64().astype("datetime64[D]")).astype(int)
    ids = item_days["item_id"]
    ids = ids if isinstance(ids.dtype, pd.CategoricalDtype) else ids.astype(str)
    codes, items = pd.factorize(ids, sort=True)
    usable = slice(None) if (offset < span).all() else offset < span
    column, basis = _basis(item_days)
    cell = codes[usable], offset[usable]
    visitors, buyers = np.full((len(items), span), np.nan), np.full((len(items), span), np.nan)
    visitors[cell] = item_days[column].to_numpy(float)[usable]
    if "pay_buyers" in item_days:
        buyers[cell] = item_days["pay_buyers"].to_numpy(float)[usable]
    units = None
    if "pay_units" in item_days:
        units = np.full((len(items), span), np.nan)
        units[cell] = item_days["pay_units"].to_numpy(float)[usable]
    del codes, offset, cell
    out = supply_gaps(units, rules) if units is not None else np.zeros((len(items), span), bool)
    out |= _stock_out_days(hints.stock_outs, pd.Index(items), monday, span)
    items, visitors, buyers, out = _join_replaced(
        np.asarray(items, object), visitors, buyers, out, hints.replaces
    )
    known = ~np.isnan(visitors)
    ever = known.any(axis=1)
    if not ever.all():
        items, visitors, buyers, out = items[ever], visitors[ever], buyers[ever], out[ever]
        known = known[ever]
    if not len(items):
        return Panel(items, monday, visitors[:, :0], buyers, out, np.zeros(0, int), basis)
    first = _listing_days(
        items, known.argmax(axis=1), monday, int(known.any(axis=0).argmax()), hints.listed_on
    )
    return Panel(items, monday, visitors, buyers, out, first, basis)


def _basis(item_days: pd.DataFrame) -> tuple[str, str]:
    if "item_visitors" in item_days and item_days["item_visitors"].notna().any():
        return "item_visitors", "visitors"
    if "pay_units" in item_days and item_days["pay_units"].notna().any():
        return "pay_units", "units"
    raise ValueError(f"item_days has neither item_visitors nor pay_units; columns: {', '.join(item_days)}")


def supply_gaps(units: np.ndarray, rules: StageRules) -> np.ndarray:
    """Days on which a selling item has sold nothing for so long that it must have lacked stock.

    Parameters
    ----------
    units : array of float, pieces
        Items x days; NaN: the item is not in the day's report.
    rules : StageRules
        Lengths of a run without a sale, and the pieces to be expected in it.

    Returns
    -------
    array of bool, items x days
        A day counts once the run up to it is long enough: later days do not change an earlier answer.

    Raises
    ------
    Nothing.

    Notes
    -----
    Expected: the mean of the four weeks before the run, times its length.

    Examples
    --------
    >>> sold = np.array([[2.0] * 28 + [0.0] * 12])
    >>> supply_gaps(sold, StageRules())[0].nonzero()[0].tolist()
    [37, 38, 39]
    """
    count, span = units.shape
    empty = ~(units > 0)
    sold = np.nan_to_num(units)
    total = np.concatenate([np.zeros((count, 1)), sold.cumsum(axis=1)], axis=1)
    days = np.concatenate([np.zeros((count, 1)), np.isfinite(units).cumsum(axis=1)], axis=1)
    gaps = np.zeros((count, span), bool)
    run = np.zeros(count, int)
    for day in range(span):
        run = np.where(empty[:, day], run + 1, 0)
        begin = day + 1 - run
        early = np.maximum(begin - _BEFORE_RUN, 0)
        row = np.arange(count)
        known = np.maximum(days[row, begin] - days[row, early], 1)
        expected = (total[row, begin] - total[row, early]) / known * run
        long = (run >= rules.supply_run) & (run <= rules.supply_last)
        gaps[:, day] = long & (expected >= rules.supply_expected)
    return gaps


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
    if not successor:
        return items, visitors, buyers, out
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
    """First day of each item; one there from the start began earlier, unless its listing is known."""
    began = np.where(first < shop_first + 7, LONG_AGO, first)
    for row, item in enumerate(items):
        listed = listed_on.get(item)
        if listed is not None and not pd.isna(listed):
            began[row] = min((pd.Timestamp(listed) - monday).days, int(first[row]))
    return began


def daily_figures(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Daily visitors, 0 where the shop's file of the day lacks the item, and the weeks an item is seen in."""
    count, span = panel.visitors.shape
    known = ~np.isnan(panel.visitors)
    seen = known.reshape(count, -1, 7).any(axis=2)
    day = np.arange(span)
    alive = (day >= panel.first[:, None]) & known.any(axis=0)
    return np.where(known, panel.visitors, np.where(alive & np.repeat(seen, 7, axis=1), 0.0, np.nan)), seen
