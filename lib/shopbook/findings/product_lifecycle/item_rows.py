"""Rows of items and days: one of each day, and the newest figure that is known."""

import numpy as np
import pandas as pd


def once_a_day(rows: pd.DataFrame) -> pd.DataFrame:
    """One row an item and day, the last one."""
    if rows.empty:
        return pd.DataFrame({"date": pd.Series(dtype="datetime64[ns]"), "item_id": pd.Series(dtype="str")})
    return rows if is_once_a_day(rows) else rows.drop_duplicates(["date", "item_id"], keep="last")


def is_once_a_day(rows: pd.DataFrame) -> bool:
    """Whether no item stands twice in a day: told from a grid of days x items, without sorting them."""
    item, items = pd.factorize(rows["item_id"])
    day, days = pd.factorize(rows["date"])
    if (item < 0).any() or (day < 0).any():
        return False
    cells = np.zeros(len(days) * len(items), bool)
    cells[day * len(items) + item] = True
    return int(cells.sum()) == len(rows)


def newest_known(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The last known value of each of `columns` by item; rows may come in any order of days."""
    if not rows["date"].is_monotonic_increasing:
        rows = rows.sort_values("date", kind="stable")
    code, items = pd.factorize(rows["item_id"], sort=True)
    found = {}
    for name in (name for name in columns if name in rows):
        known = np.flatnonzero((rows[name].notna() & (code >= 0)).to_numpy())
        place = np.full(len(items), -1)
        place[code[known]] = known  # the last one stays
        found[name] = rows[name].reset_index(drop=True).reindex(place).array
    made = pd.DataFrame(found, index=pd.Index(items, name="item_id"))
    return made.reindex(columns=columns)
