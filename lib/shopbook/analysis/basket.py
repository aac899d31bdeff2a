"""What is bought together, and who comes back: pairs and cohorts from order lines."""

import numpy as np
import pandas as pd


def pair_lift(order_lines: pd.DataFrame, *, floor: int = 5) -> pd.DataFrame:
    """Pairs of items bought in one order more often than chance (关联销售).

    Parameters
    ----------
    order_lines : DataFrame
        order_id (text), item_id (text); one row a line, repeats of an item in an order count once.
    floor : int, orders
        Fewest orders that must hold both items; under it a lift is chance.

    Returns
    -------
    DataFrame
        item_id, partner, orders (with both), confidence (share of the item's orders that hold the partner),
        lift (ratio to chance), highest lift first; both directions of a pair.

    Raises
    ------
    ValueError
        If `floor` is below 1.

    Notes
    -----
    lift = P(both) / (P(item) P(partner)) over all orders. Only pairs seen are built: no items x items matrix.

    Examples
    --------
    >>> lines = pd.DataFrame({"order_id": ["1", "1", "2", "2", "3"], "item_id": ["a", "b", "a", "b", "c"]})
    >>> pair_lift(lines, floor=2)[["item_id", "partner", "lift"]].values.tolist()
    [['a', 'b', 1.5], ['b', 'a', 1.5]]
    """
    if floor < 1:
        raise ValueError(f"floor {floor} is below one order")
    lines = order_lines[["order_id", "item_id"]].drop_duplicates()
    total = lines["order_id"].nunique()
    orders = lines["item_id"].value_counts()
    frequent = lines[lines["item_id"].isin(orders.index[orders >= floor])]
    pairs = frequent.merge(frequent, on="order_id", suffixes=("", "_partner"), validate="many_to_many")
    pairs = pairs[pairs["item_id"] != pairs["item_id_partner"]].rename(columns={"item_id_partner": "partner"})
    both = pairs.groupby(["item_id", "partner"]).size().rename("orders").reset_index()
    both = both[both["orders"] >= floor]
    both["confidence"] = both["orders"] / both["item_id"].map(orders).astype(float)
    both["lift"] = both["confidence"] / (both["partner"].map(orders).astype(float) / total)
    return both.sort_values(["lift", "orders", "item_id"], ascending=[False, False, True], ignore_index=True)


def repurchase_cohorts(order_lines: pd.DataFrame) -> pd.DataFrame:
    """Share of the buyers of each first month who have bought again by each later month.

    Parameters
    ----------
    order_lines : DataFrame
        date (datetime64 day), buyer (hash), order_id (text).

    Returns
    -------
    DataFrame of float, share
        One row a month of the first order (Period), column "buyers" (count) and columns 0, 1, 2 ... = months
        since; cumulative share with a second order by then. NaN: that month is not over yet in the data.

    Raises
    ------
    KeyError
        If a column is missing.

    Notes
    -----
    Buyers known before the first day of the data look new: the first months overstate first orders.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-09-01", "2026-10-02", "2026-09-05", "2026-10-31"])
    >>> lines = pd.DataFrame({"date": days, "buyer": list("xxyz"), "order_id": list("1234")})
    >>> repurchase_cohorts(lines).loc["2026-09"].tolist()
    [2.0, 0.0, 0.5]
    """
    orders = order_lines[["buyer", "order_id", "date"]].drop_duplicates(["buyer", "order_id"])
    if orders.empty:
        return pd.DataFrame({"buyers": pd.Series(dtype=float)})
    orders = orders.sort_values(["date", "order_id"]).assign(
        month=lambda rows: rows["date"].dt.to_period("M")
    )
    number = orders.groupby("buyer").cumcount()
    first = orders[number == 0].set_index("buyer")["month"]
    second = orders[number == 1].set_index("buyer")["month"].reindex(first.index)
    newest = (orders["date"].max() + pd.Timedelta(days=1)).to_period("M") - 1  # the last that is over
    gap = pd.Series(_months(second) - _months(first), index=first.index).where(second.notna())
    span = int((newest - first.min()).n)
    table = pd.DataFrame({"buyers": first.value_counts().sort_index().astype(float)})
    for months in range(span + 1):
        share = (gap <= months).groupby(first).mean()
        over = [(newest - month).n >= months for month in table.index]
        table[months] = share.reindex(table.index).where(over)
    return table


def repurchase_counts(order_lines: pd.DataFrame, *, days: int = 90) -> pd.DataFrame:
    """Buyers of every item, and how many of them bought it again within `days`.

    Parameters
    ----------
    order_lines : DataFrame
        date (datetime64 day), buyer (hash), item_id (text).
    days : int, days
        Window after each buyer's first order of the item.

    Returns
    -------
    DataFrame of int indexed by item_id
        buyers (persons whose window is over by the newest day), again (of whom bought the item again). An
        item without such buyers has 0 of both.

    Raises
    ------
    KeyError
        If a column is missing.

    Notes
    -----
    Two orders of one day count as one purchase: they are often one basket split by the platform.

    Examples
    --------
    >>> lines = pd.DataFrame({"date": pd.to_datetime(["2026-01-01", "2026-01-20", "2026-08-01"]),
    ...                       "buyer": ["x", "x", "y"], "order_id": ["1", "2", "3"], "item_id": "a"})
    >>> repurchase_counts(lines).loc["a"].tolist()
    [1, 1]
    """
    item, items = pd.factorize(order_lines["item_id"])
    buyer, buyers = pd.factorize(order_lines["buyer"])
    named = (item >= 0) & (buyer >= 0)
    stamps = order_lines["date"].to_numpy("datetime64[D]").astype(int)
    newest = stamps.max(initial=0)
    pair, day = (item * max(len(buyers), 1) + buyer)[named], stamps[named]
    order = np.lexsort((day, pair))
    pair, day = pair[order], day[order]
    begins = np.flatnonzero(np.r_[True, pair[1:] != pair[:-1]]) if len(pair) else np.zeros(0, int)
    first = np.repeat(day[begins], np.diff(np.r_[begins, len(pair)]))
    over = first <= newest - days
    again = over & (day > first) & (day <= first + days)
    owner = pair // max(len(buyers), 1)
    repeated = np.unique(pair[again])
    return pd.DataFrame(
        {
            "buyers": np.bincount(owner[begins][over[begins]], minlength=len(items)),
            "again": np.bincount(repeated // max(len(buyers), 1), minlength=len(items)),
        },
        index=pd.Index(items, name="item_id"),
    )


def _months(period: pd.Series) -> np.ndarray:
    return np.array([np.nan if pd.isna(month) else month.ordinal for month in period], float)
