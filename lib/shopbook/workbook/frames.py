"""A shop's history as frames by kind, each read the first time it is asked for."""

import datetime as dt
from collections.abc import Iterator, Mapping

import pandas as pd

from shopbook.findings.facts import ITEM_COLUMNS
from shopbook.history.store import Store
from shopbook.kinds import kinds, lookback
from shopbook.lineage import read
from shopbook.read.exports import KINDS
from shopbook.read.shape import empty_frame


class ShopFrames(Mapping[str, pd.DataFrame]):
    """History of one shop up to a day; a kind the shop lacks is an empty frame."""

    def __init__(self, store: Store, shop: str, day: dt.date, kinds: tuple[str, ...], name: str = "") -> None:
        self._store, self._shop, self._day, self._name = store, shop, day, name
        self._kinds = tuple(dict.fromkeys((*kinds, *store.kinds(shop), "restated")))
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, kind: str) -> pd.DataFrame:
        if kind not in self._kinds and kind not in KINDS:
            raise KeyError(kind)
        read(kind)
        if kind not in self._read:
            self._read[kind] = self._restated() if kind == "restated" else self._frame(kind)
        return self._read[kind]

    def __contains__(self, kind: object) -> bool:
        return kind in self._kinds

    def whole(self, kind: str) -> pd.DataFrame:
        """A kind with every column of its exports; rules are given those they look at."""
        if self.columns(kind) is None:
            return self[kind]
        return self._store.read(self._shop, kind, self.first_day(kind), self._day)

    @property
    def held(self) -> list[str]:
        """The kinds the shop has any day of."""
        return self._store.kinds(self._shop)

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def newest(self, kind: str) -> dt.date | None:
        """The last day a kind is known of up to the day, however long ago; None when there is none."""
        read(kind)
        return max((day for day in self._store.days(self._shop, kind) if day <= self._day), default=None)

    def first_day(self, kind: str) -> dt.date:
        """The first day a kind is read from."""
        return self._day - dt.timedelta(days=lookback(kind))

    def columns(self, kind: str) -> list[str] | None:
        """The columns that rules look at, None for all: the item report is the longest table and wide."""
        if kind != "item_daily":
            return None
        usual = kinds()[kind].columns.usual
        return list(dict.fromkeys((*ITEM_COLUMNS, "shop", *usual)))

    def _frame(self, kind: str) -> pd.DataFrame:
        wanted = self.columns(kind)
        frame = self._store.read(self._shop, kind, self.first_day(kind), self._day, columns=wanted)
        return self._own_among_rivals(frame) if kind == "rivals" and self._name else frame

    def _own_among_rivals(self, rivals: pd.DataFrame) -> pd.DataFrame:
        """Tables copied from the screen write the shop's own row under its name: it is no rival of itself."""
        own = (rivals["entity_type"] == "shop") & (rivals["entity"] == self._name)
        return rivals.assign(entity=rivals["entity"].mask(own, "self")) if own.any() else rivals

    def _restated(self) -> pd.DataFrame:
        since = self._day - dt.timedelta(days=28)
        return pd.DataFrame([vars(row) for row in self._store.restated(self._shop, since, self._day)])


class WholeFrames(Mapping[str, pd.DataFrame]):
    """Every kind with every column, what an analyst asks; one walks over those the shop has."""

    def __init__(self, frames: ShopFrames) -> None:
        self._frames = frames

    def __getitem__(self, kind: str) -> pd.DataFrame:
        if kind not in KINDS:
            raise KeyError(kind)
        return self._frames.whole(kind) if kind in self._frames else empty_frame(kind)

    def __contains__(self, kind: object) -> bool:
        return kind in KINDS

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames.held)

    def __len__(self) -> int:
        return len(self._frames.held)
