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
    order, item, items = _lines(order_lines, "order_id", "item_id")
    total = len(np.unique(order))
    holds = np.bincount(item, minlength=len(items))  # orders with each item
    frequent = holds[item] >= floor
    mine, partner = _pairs(order[frequent], item[frequent])
    pair, both = np.unique(mine * len(items) + partner, return_counts=True)
    pair, both = pair[both >= floor], both[both >= floor]
    mine, partner = np.divmod(pair, len(items))
    found = {
        "item_id": items[mine],
        "partner": items[partner],
        "orders": both,
        "confidence": both / holds[mine],
        "lift": both * total / (holds[mine] * holds[partner]),  # the same digits in both directions
    }
    by = ["lift", "orders", "item_id", "partner"]
    return pd.DataFrame(found).sort_values(by, ascending=[False, False, True, True], ignore_index=True)


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
    buyer, place = _orders(order_lines)
    if not len(buyer):
        return pd.DataFrame({"buyers": pd.Series(dtype=float)})
    days = order_lines["date"].to_numpy("datetime64[D]")
    newest = int((days.max() + 1).astype("datetime64[M]").astype(int)) - 1  # the last month that is over
    months = days[place].astype("datetime64[M]").astype(int)
    begins = np.flatnonzero(np.r_[True, buyer[1:] != buyer[:-1]])
    second = np.minimum(begins + 1, len(buyer) - 1)
    first, again = months[begins], (buyer[second] == buyer[begins]) & (second > begins)
    start = int(first.min())
    cohort, gap = first - start, np.where(again, months[second] - first, -1)
    size = np.bincount(cohort)
    span = max(newest - start, -1) + 1
    back = np.zeros((len(size), max(int(gap.max(initial=0)), span) + 1))
    np.add.at(back, (cohort[again], gap[again]), 1.0)
    share = np.cumsum(back, axis=1) / np.maximum(size, 1)[:, None]
    table = pd.DataFrame({"buyers": size.astype(float)})
    for number in range(span):
        table[number] = np.where(newest - start - table.index >= number, share[:, number], np.nan)
    table.index = pd.PeriodIndex.from_ordinals(start + table.index, freq="M", name="month")
    return table[size > 0]


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
    buyer, buyers = pd.factorize(order_lines["buyer"].where(order_lines["buyer"] != ""))
    named = (item >= 0) & (buyer >= 0)
    stamps = order_lines["date"].to_numpy("datetime64[D]").astype(int)
    newest = stamps.max(initial=0)
    pair, day = (item * len(buyers) + buyer)[named], stamps[named]
    order = np.lexsort((day, pair))
    pair, day = pair[order], day[order]
    begins = np.flatnonzero(np.r_[True, pair[1:] != pair[:-1]]) if len(pair) else np.zeros(0, int)
    first = np.repeat(day[begins], np.diff(np.r_[begins, len(pair)]))
    over = first <= newest - days
    again = over & (day > first) & (day <= first + days)
    owner = pair // len(buyers)
    repeated = np.unique(pair[again])
    return pd.DataFrame(
        {
            "buyers": np.bincount(owner[begins][over[begins]], minlength=len(items)),
            "again": np.bincount(repeated // len(buyers), minlength=len(items)),
        },
        index=pd.Index(items, name="item_id"),
    )


def _lines(rows: pd.DataFrame, group: str, member: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers of the group and member of every line, each pair once, by group; and the members' names.

    Lines without one of them are left out.
    """
    groups, _ = pd.factorize(rows[group])
    members, names = pd.factorize(rows[member])
    known = (groups >= 0) & (members >= 0)
    pair = np.unique(groups[known] * len(names) + members[known])
    return *np.divmod(pair, len(names)), np.asarray(names, object)


def _pairs(group: np.ndarray, member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every member with every other one of its group, both ways; `group` ascends."""
    begins = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(group) else np.zeros(0, int)
    sizes = np.diff(np.r_[begins, len(group)])
    size = np.repeat(sizes, sizes)  # of the group of each line
    left = np.repeat(np.arange(len(group)), size)
    within = np.arange(len(left)) - np.repeat(np.cumsum(size) - size, size)
    right = np.repeat(np.repeat(begins, sizes), size) + within
    return member[left[left != right]], member[right[left != right]]


def _orders(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Every order of a buyer once, by buyer and day: the buyers' numbers, and the place of a line of it."""
    buyer, _ = pd.factorize(rows["buyer"].where(rows["buyer"] != ""))  # sub-orders name none
    order, orders = pd.factorize(rows["order_id"])
    known = np.flatnonzero((buyer >= 0) & (order >= 0))
    _, first = np.unique(buyer[known] * len(orders) + order[known], return_index=True)
    place = known[first]
    place = place[np.lexsort((rows["date"].to_numpy()[place], buyer[place]))]
    return buyer[place], place
