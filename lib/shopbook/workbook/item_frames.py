"""History for the lifecycle pages: stages need the whole past, everything else some weeks of it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from shopbook.findings.facts import AD_PAST, PAST
from shopbook.findings.product_lifecycle.facts import LifecycleFacts
from shopbook.workbook.frames import ShopFrames, WholeFrames

# An item's stage is the outcome of every week before.
WHOLE_PAST_WEEKS = 160
# Days of other kinds: whole months where a page compares months, else the weeks its tables show. Of the item
# report those are twice four whole weeks and the running one.
_BACK = {"item_daily": 63, "order_lines": 182, "rivals": 70, "flow_source": 35, "ad_report": 42, AD_PAST: 140}
_COLUMNS = {
    "item_daily": [
        "date", "item_id", "item_name", "item_visitors", "pay_buyers", "pay_units", "pay_amount",
        "cart_buyers", "favorite_buyers", "search_visitors", "refund_amount", "item_bounce_rate",
        "order_buyers", "item_status",
    ],
    PAST: ["date", "item_id", "item_visitors", "pay_buyers", "pay_units", "search_visitors"],
    "stock": ["date", "item_id", "stock_units", "unit_cost", "listed_on", "season"],
}  # fmt: skip
_STOCK_DAYS = 35


class LifecycleFrames(ShopFrames):
    """History of a shop up to a day; `item_past` is the item report over the whole past, for the stages."""

    def first_day(self, kind: str) -> dt.date:
        if kind in (PAST, "stock", "market"):
            return self._day - dt.timedelta(weeks=WHOLE_PAST_WEEKS)
        if kind in _BACK:
            return self._day - dt.timedelta(days=_BACK[kind])
        return super().first_day(kind)

    def columns(self, kind: str) -> list[str] | None:
        return _COLUMNS.get(kind)

    def _frame(self, kind: str) -> pd.DataFrame:
        if kind == AD_PAST:
            return self._store.read(self._shop, "ad_report", self.first_day(kind), self._day)
        if kind not in (PAST, "stock"):
            return super()._frame(kind)
        # Years of thousands of items never lie in memory as they were exported: they are read in steps.
        made = _past(self._steps("item_daily", kind)) if kind == PAST else self._stock()
        return made if len(made) else pd.DataFrame({"date": pd.Series(dtype="datetime64[ns]")})

    def _steps(self, kind: str, wanted: str) -> Iterator[pd.DataFrame]:
        """The rows of a kind two months at a time, newest first."""
        first = self.first_day(wanted)
        days = [day for day in self._store.days(self._shop, kind) if first <= day <= self._day]
        for _, step in groupby(reversed(days), key=lambda day: (day.year, (day.month - 1) // 2)):
            inside = list(step)
            yield self._store.read(self._shop, kind, inside[-1], inside[0], columns=self.columns(wanted))

    def _stock(self) -> pd.DataFrame:
        """The last five weeks of stock; of the days before only what is known no newer, and empty shelves."""
        recent = pd.Timestamp(self._day) - pd.Timedelta(days=_STOCK_DAYS)
        kept, ids = [], _Ids()
        known: dict[str, Any] = {}
        for rows in self._steps("stock", "stock"):
            needed = (rows["date"] > recent).to_numpy() | (rows["stock_units"] <= 0).to_numpy()
            item = ids.of(rows["item_id"])
            for name in rows.columns.difference(["date", "item_id"]):
                there = np.flatnonzero(rows[name].notna())
                newest = np.full(len(ids), -1)
                newest[item[there]] = there  # the last one stays
                newer = known.get(name, np.zeros(0, bool))
                newer = np.r_[newer, np.zeros(len(ids) - len(newer), bool)]
                needed[newest[(newest >= 0) & ~newer]] = True
                known[name] = newer | (newest >= 0)
            kept.append(rows[needed])
        return pd.concat(kept[::-1], ignore_index=True) if kept else pd.DataFrame()


class ItemFrames(Mapping[str, pd.DataFrame]):
    """The history of the lifecycle pages by kind, and what is made of it: items, their weekly stages."""

    _MADE = ("weekly_stages", "items")

    def __init__(self, facts: LifecycleFacts) -> None:
        self._facts = facts
        frames = facts.base.frames
        self._frames = WholeFrames(frames) if isinstance(frames, ShopFrames) else frames

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name == "weekly_stages":
            return self._facts.weekly
        return self._facts.items.reset_index() if name == "items" else self._frames[name]

    def __contains__(self, name: object) -> bool:
        return name in self._MADE or name in self._frames

    def __iter__(self) -> Iterator[str]:
        return iter((*self._frames, *self._MADE))

    def __len__(self) -> int:
        return len(self._frames) + len(self._MADE)


class _Ids(dict[str, int]):
    """A number for every id, in the order they are met."""

    def of(self, ids: pd.Series) -> np.ndarray:
        """The numbers of `ids`."""
        code, met = pd.factorize(ids)
        result: np.ndarray = np.array([self.setdefault(name, len(self)) for name in met.tolist()], np.int32)[
            code
        ]
        return result


def _past(steps: Iterator[pd.DataFrame]) -> pd.DataFrame:
    """The steps one below the other, oldest first, each item id kept once."""
    names = _Ids()
    parts: dict[str, list[np.ndarray]] = {}
    for rows in steps:
        parts.setdefault("item_id", []).append(names.of(rows["item_id"]))
        for name in rows.columns.drop("item_id"):
            parts.setdefault(name, []).append(rows[name].to_numpy(copy=True))
    if not parts:
        return pd.DataFrame()
    # Column by column, each step let go as it is joined: the whole never lies in memory twice.
    made = {name: np.concatenate(parts.pop(name)[::-1]) for name in list(parts)}
    order = np.argsort(np.array(list(names), object))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order))
    made["item_id"] = pd.Categorical.from_codes(rank[made["item_id"]], categories=sorted(names))
    return pd.DataFrame(made, copy=False)
