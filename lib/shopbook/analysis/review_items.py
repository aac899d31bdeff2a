"""Items of a campaign: share, sell-through, burst, real discount, stock-outs, and what to stock next time."""

import datetime as dt
from collections.abc import Collection

import numpy as np
import pandas as pd

from shopbook.analysis.campaign_windows import Span
from shopbook.days import span
from shopbook.metrics.ratio import divide, ratio

# Share of the signed-up stock that should be sold, by the item's age or aim. Trade lore.
SELL_THROUGH_GOAL = {"new": 0.80, "evergreen": 0.90, "clearance": 0.95}
NEW_DAYS = 60
SUMS = ["item_visitors", "pay_buyers", "pay_units", "pay_amount"]


def item_table(
    item_days: pd.DataFrame, promoted: Collection[str], window: Span, base: Collection[dt.date]
) -> pd.DataFrame:
    """Every item that sold in the campaign or was promoted, best sellers first.

    Parameters
    ----------
    item_days : DataFrame
        date, item_id, item_visitors, pay_buyers (persons), pay_units (pieces), pay_amount (CNY).
    promoted : collection of str
        Item ids of the campaign.
    window : (date, date)
        First and last day.
    base : collection of date
        The ordinary days.

    Returns
    -------
    DataFrame
        item_id, promoted, item_visitors, pay_units, pay_amount (window sums), share (of the shop's items),
        burst (daily units against the base's, NaN: none sold before), price (CNY a piece), price_base,
        discount (share off the base's price, NaN: not known), units_base (pieces a day).

    Raises
    ------
    Nothing.

    Notes
    -----
    The real discount compares what was paid a piece, not list prices: coupons and gifts are in it.

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", periods=2)
    >>> rows = pd.DataFrame({"date": days, "item_id": "a", "item_visitors": 9,
    ...                      "pay_buyers": [1, 4], "pay_units": [1, 4], "pay_amount": [10.0, 36.0]})
    >>> day = dt.date(2026, 1, 2)
    >>> table = item_table(rows, ["a"], (day, day), [dt.date(2026, 1, 1)])
    >>> table[["burst", "discount"]].round(3).values.tolist()
    [[4.0, 0.1]]
    """
    now, days = _sums(item_days, span(*window))
    before, days_before = _sums(item_days, base)
    wanted = now.index.union(pd.Index(sorted(promoted)))
    table = now.reindex(wanted).fillna(0.0).join(before.reindex(wanted).add_suffix("_base"))
    units, old = table["pay_units"], table["pay_units_base"]
    table = table.assign(
        promoted=table.index.isin(list(promoted)),
        share=table["pay_amount"] / max(float(table["pay_amount"].sum()), 1e-9),
        units_base=old / max(days_before, 1),
        price=ratio("amount_per_unit", table),
        price_base=divide(table["pay_amount_base"], old),
    )
    table["burst"] = units / max(days, 1) / table["units_base"].where(table["units_base"] > 0)
    table["discount"] = 1 - table["price"] / table["price_base"]
    chosen = ["promoted", "item_visitors", "pay_units", "pay_amount", "share", "burst"]
    chosen += ["price", "price_base", "discount", "units_base"]
    return table[chosen].rename_axis("item_id").sort_values("pay_amount", ascending=False).reset_index()


def sell_through(
    items: pd.DataFrame, signed_up: pd.DataFrame, opening: pd.Series, listed_on: pd.Series, start: dt.date
) -> pd.DataFrame:
    """Share of its stock a promoted item sold.

    Parameters
    ----------
    items : DataFrame
        item_id, pay_units (pieces sold in the campaign), promoted.
    signed_up : DataFrame
        item_id, campaign_stock (pieces signed up, NaN: not given), of the campaign items template.
    opening : Series of float, pieces, by item_id
        Stock on the day before the campaign; used where nothing was signed up.
    listed_on : Series of datetime, by item_id
        NaT: not known.
    start : date
        First day of the campaign.

    Returns
    -------
    DataFrame
        item_id, sold, stock (pieces), sell_through (share, above 1 when stock was added; NaN: not known),
        kind (new | evergreen), goal (share), sold_out (bool). Worst first against the goal.

    Raises
    ------
    Nothing.

    Notes
    -----
    An item listed less than 60 days before the campaign is new. Goals 80% new, 90% evergreen are trade lore.

    Examples
    --------
    >>> items = pd.DataFrame({"item_id": ["a"], "pay_units": [40.0], "promoted": [True]})
    >>> signed = pd.DataFrame({"item_id": ["a"], "campaign_stock": [50.0]})
    >>> none = pd.Series(dtype=float)
    >>> sell_through(items, signed, none, none, dt.date(2026, 1, 1))[["sell_through", "goal"]].values.tolist()
    [[0.8, 0.9]]
    """
    chosen = items[items["promoted"]].set_index("item_id")
    given = signed_up.drop_duplicates("item_id", keep="last").set_index("item_id")["campaign_stock"]
    stock = given.reindex(chosen.index).astype(float).fillna(opening.reindex(chosen.index).astype(float))
    listed = pd.to_datetime(listed_on.reindex(chosen.index))
    is_new = (pd.Timestamp(start) - listed).dt.days < NEW_DAYS
    table = pd.DataFrame(
        {
            "sold": chosen["pay_units"],
            "stock": stock,
            "sell_through": divide(chosen["pay_units"], stock),
            "kind": np.where(is_new, "new", "evergreen"),
        }
    )
    table["goal"] = table["kind"].map(SELL_THROUGH_GOAL).astype(float)  # of no item: texts
    table["sold_out"] = table["sell_through"] >= 1
    gap = (table["sell_through"] - table["goal"]).sort_values(kind="stable")
    return table.loc[gap.index].rename_axis("item_id").reset_index()


def next_stock(items: pd.DataFrame, days: int, *, spare: float = 0.2) -> pd.DataFrame:
    """Pieces to have ready for the next campaign of the same kind, by this one's lift.

    Parameters
    ----------
    items : DataFrame
        Of `item_table`; promoted rows are used.
    days : int
        Length of the next campaign's window.
    spare : float, share
        Added on top; trade lore.

    Returns
    -------
    DataFrame
        item_id, units_base (pieces a day), burst, stock (pieces), folk_low, folk_high (3-5x daily sales).

    Raises
    ------
    ValueError
        If `days` is below 1.

    Notes
    -----
    stock = daily base x burst x days x (1 + spare), rounded up; beside it the folk rule of 3-5 times daily
    sales.

    Examples
    --------
    >>> items = pd.DataFrame({"item_id": ["a"], "promoted": [True], "units_base": [10.0], "burst": [2.0]})
    >>> next_stock(items, 3)["stock"].tolist()
    [72.0]
    """
    if days < 1:
        raise ValueError(f"a campaign of {days} days needs no stock")
    rows = items[items["promoted"] & items["burst"].notna()][["item_id", "units_base", "burst"]]
    return rows.assign(
        stock=np.ceil((rows["units_base"] * rows["burst"] * days * (1 + spare)).round(6)),
        folk_low=np.ceil(rows["units_base"] * days * 3),
        folk_high=np.ceil(rows["units_base"] * days * 5),
    ).reset_index(drop=True)


def _sums(item_days: pd.DataFrame, days: Collection[dt.date]) -> tuple[pd.DataFrame, int]:
    """Sums by item over some days, and how many of these days have an export."""
    rows = item_days[item_days["date"].isin(pd.DatetimeIndex(sorted(days)))]
    return rows.groupby("item_id")[SUMS].sum(), int(rows["date"].nunique())
