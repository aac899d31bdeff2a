"""The gate: what makes a readable file doubtful for this shop, so that a person says yes before it is stored.

A file is held when it fits another shop of this home better, or contradicts what else is stored of its day.
Size alone never holds a day of an event, a holiday or a campaign, nor a shop of which little is known.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from shopbook.columns import label
from shopbook.days import calendar
from shopbook.errors import WorkbookError
from shopbook.history.ledger import FILE, Ledger
from shopbook.history.store import Store
from shopbook.home import Home
from shopbook.params import campaigns_of
from shopbook.read import ExportTable, Problem
from shopbook.read.problems import warn

_PAST = dt.timedelta(days=70)
_FEWEST_DAYS = 4  # of the same weekday, before a size says whose a file is
_FEWEST_NAMES = 3  # ids or names in a file, before they do
_MEASURES: Mapping[str, tuple[str, ...]] = {
    "shop_daily": ("visitors", "pay_buyers", "pay_amount"),
    "refunds": ("refund_amount",),
}
_NAMES = ("item_id", "cs_agent")
# Logarithms: twice as much is far from the shop's own days, a quarter more or less is near the other's.
_FAR, _NEAR = np.log(2.0), np.log(1.25)
_CONTRADICTS = np.log(3.0)
_FEWEST_ROWS = 20  # usual rows a day, below which fewer of them say nothing


class Gate:
    """What is known of a shop and of the others, asked file by file; each fact is read once an import."""

    def __init__(self, home: Home, shop: str, store: Store, category: str = "") -> None:
        self.home, self.shop, self.store, self.category = home, shop, store, category
        self._read: dict[tuple[str, str], pd.DataFrame] = {}
        self._named: dict[tuple[str, str], set[str]] = {}
        self._medians: dict[tuple[str, str, int, pd.Timestamp | None], pd.Series | None] = {}

    def doubts(self, table: ExportTable) -> list[Problem]:
        """Why a person should look at the file before it is stored; nothing for most files."""
        checks: tuple[Callable[[ExportTable], Problem | None], ...] = (
            self._same_bytes, self._names, self._size, self._other_files, self._rows,
        )  # fmt: skip
        return [problem for check in checks if (problem := check(table)) is not None]

    def notes(self, table: ExportTable) -> list[Problem]:
        """What is told and stops nothing: a market that is not the shop's own."""
        if table.kind != "market" or not self.category:
            return []
        found = {str(name) for name in table.values.get("category", ()) if name}
        if not found or self.category in found:
            return []
        return [
            warn(
                "other_category",
                "a market of another category than the shop's: {found}; it is not used as the shop's market "
                "({own}).",
                found=sorted(found),
                own=self.category,
            )
        ]

    @cached_property
    def others(self) -> list[str]:
        """The other shops of this home that have any history."""
        return [shop for shop in self.store.shops() if shop != self.shop]

    @cached_property
    def _hashes(self) -> dict[str, str]:
        """The shop that took in a file, by its content."""
        return {
            entry.sha256: shop
            for shop in self.others
            for entry in Ledger(self.home.raw / shop / FILE).imports()
        }

    def _same_bytes(self, table: ExportTable) -> Problem | None:
        owner = self._hashes.get(table.provenance.sha256) if self.others else None
        if owner is None or table.kind not in self.store.kinds(self.shop):
            return None  # nothing says yet whose it is
        return warn("other_shop", "held: the same file was taken in for shop {shop}.", shop=owner)

    def _names(self, table: ExportTable) -> Problem | None:
        """Ids or names that this shop never had and another one has."""
        for name in _NAMES if self.others else ():
            found = {str(value) for value in table.values.get(name, ()) if value}
            if len(found) < _FEWEST_NAMES:
                continue
            own = self._known(self.shop, name)
            if len(own) < _FEWEST_NAMES or found & own:
                continue
            for shop in self.others:
                share = len(found & self._known(shop, name)) / len(found)
                if share >= 0.5:
                    return warn(
                        "other_shop",
                        "held: {count} of its {total} ids or names are those of shop {shop}, none are this "
                        "shop's.",
                        count=round(share * len(found)),
                        total=len(found),
                        shop=shop,
                    )
        return None

    def _size(self, table: ExportTable) -> Problem | None:
        """Figures far from this shop's same weekdays and near another's; or far from those stored."""
        stored = self._past(self.shop, table.kind) if table.kind in _MEASURES else None
        days = self._days(table) if stored is not None and len(stored) else None
        if stored is None or days is None:
            return None
        for day, figures in days[~_stands(days, stored)].iterrows():
            when = day.date()
            is_other = day in stored.index and _distance(figures, stored.loc[day]) > _FAR
            own = self._distance(self.shop, table.kind, day, figures)
            if not is_other and (own is None or own <= _FAR or not self.others):
                continue
            if self._is_special(when):
                continue
            if is_other:
                return self._contradiction(when, figures, stored.loc[day])
            for shop in self.others:
                other = self._distance(shop, table.kind, day, figures)
                if other is not None and other < _NEAR:
                    return warn(
                        "other_shop",
                        "held: the figures of {day} are those of a day of shop {shop}, not of this shop.",
                        day=str(when),
                        shop=shop,
                    )
        return None

    def _contradiction(self, day: dt.date, new: pd.Series, old: pd.Series) -> Problem:
        name = next(name for name in new.index if old.get(name, 0) and new[name])
        return warn(
            "contradicts",
            "held: the figures of {day} contradict those stored ({name}: {old} stored, {new} in the file).",
            day=str(day),
            name=label(name),
            old=f"{old[name]:,.10g}",
            new=f"{new[name]:,.10g}",
        )

    def _other_files(self, table: ExportTable) -> Problem | None:
        """The items' sales against the shop's: parts that are three times what they usually are."""
        pair = {"shop_daily": "item_daily", "item_daily": "shop_daily"}
        other = self._past(self.shop, pair[table.kind]) if table.kind in pair else pd.DataFrame()
        days = self._days(table, ("pay_amount",)) if "pay_amount" in other else None
        if days is None:
            return None
        mine, theirs = self._past(self.shop, table.kind), other["pay_amount"]
        shares = (
            _logs(mine["pay_amount"] / theirs).dropna() if "pay_amount" in mine else pd.Series(dtype=float)
        )
        usual = float(shares.drop(days.index, errors="ignore").median()) if len(shares) >= 3 else 0.0
        for day, share in _logs(days["pay_amount"] / theirs.reindex(days.index)).items():
            # Items not all exported are less than their shop; that says nothing.
            excess = share - usual if table.kind == "item_daily" else usual - share
            if excess > _CONTRADICTS:
                return warn(
                    "contradicts",
                    "held: the sales of {day} contradict the day's other file ({new} here, {old} there).",
                    day=str(day.date()),
                    new=f"{days.at[day, 'pay_amount']:,.10g}",
                    old=f"{theirs[day]:,.10g}",
                )
        return None

    def _rows(self, table: ExportTable) -> Problem | None:
        """A text file of a new day with a third of the usual rows may be cut at a line end."""
        if table.provenance.container != "csv" or "date" not in table.values or table.kind != "item_daily":
            return None
        past = self._past(self.shop, table.kind)
        usual = past["rows"].median() if len(past) >= _FEWEST_DAYS else 0
        if usual < _FEWEST_ROWS:
            return None
        counts = pd.Series(pd.DatetimeIndex(table.values["date"])).value_counts()
        few = [day for day, count in counts.items() if day not in past.index and count < usual / 3]
        if not few:
            return None
        return warn(
            "few_rows",
            "held: {day} has {count} rows, usually there are {usual}; the download may be cut off.",
            day=str(few[0].date()),
            count=int(counts[few[0]]),
            usual=round(usual),
        )

    def _is_special(self, day: dt.date) -> bool:
        if calendar(day.year, day.year).is_special(day):
            return True
        return any(first <= day <= last for first, last in self._campaigns)

    @cached_property
    def _campaigns(self) -> list[tuple[dt.date, dt.date]]:
        try:
            found = campaigns_of(self.home, self.shop)
        except WorkbookError:
            return []
        return [phase for each in found for phase in each.phases.values()]

    def _days(self, table: ExportTable, names: tuple[str, ...] = ()) -> pd.DataFrame | None:
        """The sums of a file by day."""
        wanted = [name for name in names or _MEASURES.get(table.kind, ()) if name in table.values]
        if "date" not in table.values or not wanted:
            return None
        frame = pd.DataFrame({name: table.values[name] for name in ("date", *wanted)})
        return frame.groupby("date")[wanted].sum(min_count=1)

    def _past(self, shop: str, kind: str) -> pd.DataFrame:
        """The sums of a kind by day over the last weeks, and how many rows each has."""
        if (shop, kind) not in self._read:
            days = self.store.days(shop, kind)
            names = ["date", *dict.fromkeys([*_MEASURES.get(kind, ()), "pay_amount"])]
            try:
                frame = self.store.read(shop, kind, days[-1] - _PAST, None, names) if days else pd.DataFrame()
            except WorkbookError:  # a damaged day is told elsewhere
                frame = pd.DataFrame()
            if frame.empty:
                self._read[shop, kind] = pd.DataFrame({"rows": pd.Series(dtype=float)})
            else:
                groups = frame.groupby("date")
                self._read[shop, kind] = groups.sum(min_count=1).assign(rows=groups.size())
        return self._read[shop, kind]

    def _known(self, shop: str, name: str) -> set[str]:
        """The ids or names of a shop over the last weeks."""
        if (shop, name) not in self._named:
            found: set[str] = set()
            for kind in ("item_daily", "stock") if name == "item_id" else ("service",):
                days = self.store.days(shop, kind)
                try:
                    frame = self.store.read(shop, kind, days[-1] - _PAST, None, [name]) if days else None
                except WorkbookError:
                    continue
                if frame is not None and name in frame:
                    found |= {str(value) for value in frame[name].dropna().unique() if value}
            self._named[shop, name] = found
        return self._named[shop, name]

    def _distance(self, shop: str, kind: str, day: pd.Timestamp, figures: pd.Series) -> float | None:
        """How far figures lie from a shop's same weekdays; None when too few of them are known."""
        past = self._past(shop, kind)
        if not len(past):
            return None
        usual = self._usual(shop, kind, day.day_of_week, day if day in past.index else None)
        return None if usual is None else _distance(figures, usual)

    def _usual(self, shop: str, kind: str, weekday: int, without: pd.Timestamp | None) -> pd.Series | None:
        """The figures of a shop's same weekdays, a day itself aside; None when too few are known."""
        asked = shop, kind, weekday, without
        if asked not in self._medians:
            past = self._past(shop, kind)
            same = past[past.index.day_of_week == weekday]
            same = same if without is None else same.drop(without)
            self._medians[asked] = same.median() if len(same) >= _FEWEST_DAYS else None
        return self._medians[asked]


def _stands(days: pd.DataFrame, stored: pd.DataFrame) -> pd.Series:
    """The days that say of every figure what is stored: these were judged when they came."""
    known = stored.reindex(index=days.index, columns=days.columns)
    return (days.eq(known) | (days.isna() & known.isna())).all(axis=1)


def _distance(figures: pd.Series, usual: pd.Series) -> float:
    """The mean distance of logarithms over the figures both know; 0 when they know none."""
    ratios = [figures[name] / usual[name] for name in figures.index if name in usual and usual[name] > 0]
    known = [abs(float(np.log(ratio))) for ratio in ratios if ratio > 0]
    return float(np.mean(known)) if known else 0.0


def _logs(values: pd.Series) -> pd.Series:
    return np.log(values.where(values > 0))
