"""Stock: how long it lasts, what does not sell, what must be marked down to be gone by a day."""

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd

COVER_DAYS = 14


def cover_days(
    stock_units: pd.Series, units: pd.DataFrame, *, day_weights: pd.Series | None = None
) -> pd.DataFrame:
    """Days the stock on hand lasts at the recent rate of sale.

    Parameters
    ----------
    stock_units : Series of float, pieces
        On hand by item, newest count.
    units : DataFrame of float, pieces
        Paid units: one row a day (index: date), one column an item. NaN: out of stock or not known that day.
    day_weights : Series of float, optional
        Relative weight of each day (mean 1), from the targets' calendar; a campaign day has more.

    Returns
    -------
    DataFrame
        By item: rate (pieces an ordinary day, NaN: no in-stock day), days (NaN: not known; infinity: nothing
        sold), in_stock_days (count used).

    Raises
    ------
    ValueError
        If `units` has no row.

    Notes
    -----
    Mean of the last 14 in-stock days, corrected for the calendar: rate = sum(units) /
    sum(weights).

    Examples
    --------
    >>> sold = pd.DataFrame({"a": [2.0, 4.0]}, index=pd.date_range("2026-11-01", periods=2))
    >>> cover_days(pd.Series({"a": 30.0}), sold)["days"].tolist()
    [10.0]
    """
    if units.empty:
        raise ValueError("units has no day")
    weights = (
        pd.Series(1.0, index=units.index)
        if day_weights is None
        else day_weights.reindex(units.index).fillna(1.0)
    )
    in_stock = units.notna()
    recent = in_stock & (in_stock[::-1].cumsum() <= COVER_DAYS)
    sold = units.where(recent).sum(min_count=1)
    days_used = recent.sum()
    rate = (sold / recent.mul(weights, axis=0).sum()).reindex(stock_units.index)
    with np.errstate(divide="ignore", invalid="ignore"):
        days = (stock_units / rate).where(~((stock_units <= 0) & (rate == 0)), 0.0)
    return pd.DataFrame(
        {"rate": rate, "days": days, "in_stock_days": days_used.reindex(stock_units.index).fillna(0)}
    )


def no_sale(items: pd.DataFrame, *, goal: float, days: int = 30, least: float = 3.0) -> pd.Series:
    """What `days` without a sale mean for each item.

    Parameters
    ----------
    items : DataFrame
        One row an item: listed_days (days, NaN: not known), units (pieces), visitors (persons, summed
        days), stock_units (pieces, NaN: not known).
    goal : float, share 0 to 1
        Conversion of the shop: what an ordinary item would make of these visitors.
    days : int
        The days `units` and `visitors` are summed over; an item listed later is new.
    least : float, pieces
        Expected units from which none is evidence.

    Returns
    -------
    Series of str, indexed like `items`
        "no_sale", "too_few_visitors" (fewer than `least` expected) or "" (sold, new, out of stock).

    Raises
    ------
    KeyError
        If a column is missing.

    Notes
    -----
    Zero sales from 60 visitors say nothing when the shop converts 3%: 1.8 units were to be
    expected.

    Examples
    --------
    >>> shop = pd.DataFrame({"listed_days": [90, 90], "units": [0, 0], "visitors": [900, 20],
    ...                      "stock_units": [5, 5]})
    >>> no_sale(shop, goal=0.03).tolist()
    ['no_sale', 'too_few_visitors']
    """
    candidate = ~(items["listed_days"] < days) & (items["units"] == 0) & ~(items["stock_units"] <= 0)
    few = items["visitors"].fillna(0.0) * goal < least
    verdict = np.select([candidate & few, candidate], ["too_few_visitors", "no_sale"], "")
    return pd.Series(verdict, index=items.index, dtype="object")


def sell_through(sold: pd.Series, opening: pd.Series, received: pd.Series | float = 0.0) -> pd.Series:
    """Share of the committed stock that was sold since the campaign began (售罄率).

    Parameters
    ----------
    sold, opening : Series of float, pieces
        Units sold since the start and units on hand at the start, by item.
    received : Series of float or float, pieces
        Units that came in since.

    Returns
    -------
    Series of float, share
        NaN where nothing was there to sell. Above 1: more was sold than counted; the count is wrong.

    Raises
    ------
    TypeError
        If `sold` and `opening` are not numbers.

    Notes
    -----
    Sold / (opening + received).

    Examples
    --------
    >>> sell_through(pd.Series([8.0]), pd.Series([10.0])).tolist()
    [0.8]
    """
    there = opening + received
    return sold / there.where(there > 0)


def active_item_rate(units: pd.Series) -> float:
    """Share of the listed items with a sale (动销率).

    Parameters
    ----------
    units : Series of float, pieces
        Paid units in the period, one row a listed item.

    Returns
    -------
    float
        Share 0 to 1; NaN when nothing is listed.

    Raises
    ------
    TypeError
        If `units` is not numeric.

    Notes
    -----
    Handbook: items with a sale / all listed items. The platform's own figure uses items on sale now and can
    exceed 1.

    Examples
    --------
    >>> active_item_rate(pd.Series([1, 0, 3, 0]))
    0.5
    """
    return float((units > 0).mean()) if len(units) else float("nan")


def clearance(
    stock_units: float, rate: float, *, today: dt.date, by: dt.date, elasticity: float = 1.5
) -> dict[str, Any]:
    """Sell-out day at today's rate, and the markdown that clears the stock by a day.

    Parameters
    ----------
    stock_units : float, pieces
        On hand.
    rate : float, pieces a day
        Recent rate of sale.
    today, by : date
        Today and the day the stock should be gone.
    elasticity : float
        Relative change of units for a relative change of price, as a positive number. A parameter of the
        shop, assumed here and said so.

    Returns
    -------
    dict
        sell_out (date, None: never at this rate or later than 3 years), needed_rate (pieces a day), markdown
        (share of the price, 0 when none is needed, None when no markdown up to 70% would do).

    Raises
    ------
    ValueError
        If `by` is not after `today` or `elasticity` is not positive.

    Notes
    -----
    Constant elasticity: rate x (1 - markdown)^-elasticity = needed rate. The elasticity is the weak point.

    Examples
    --------
    >>> clearance(100, 10, today=dt.date(2026, 11, 20), by=dt.date(2026, 12, 20))["markdown"]
    0.0
    """
    if by <= today:
        raise ValueError(f"clear by {by} is not after {today}")
    if elasticity <= 0:
        raise ValueError(f"elasticity {elasticity} is not positive")
    needed = stock_units / (by - today).days
    last = stock_units / rate if rate > 0 else math.inf
    sell_out = today + dt.timedelta(days=math.ceil(last)) if last <= 3 * 365 else None
    if needed <= rate or stock_units <= 0:
        return {"sell_out": sell_out, "needed_rate": needed, "markdown": 0.0}
    markdown = 1 - (rate / needed) ** (1 / elasticity) if rate > 0 else math.inf
    return {"sell_out": sell_out, "needed_rate": needed, "markdown": markdown if markdown <= 0.7 else None}
