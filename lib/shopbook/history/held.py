"""A day of the history while tables are taken in: what its file says, then what it will say."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from shopbook.errors import HistoryError
from shopbook.history import dayfile as files
from shopbook.history.dayfile import SOURCE, DayNote, Origin
from shopbook.history.merge import BETWEEN, Merge, keys_of, merged, parts_of
from shopbook.read import ExportTable
from shopbook.read.exports import UNDATED


@dataclass(frozen=True)
class NewDay:
    """What a table says about one day: some rows of all of them."""

    day: dt.date | None
    rows: pa.Table
    whole: files.Rows
    start: int = 0
    end: int | None = None

    @cached_property
    def content(self) -> str:
        """The hash of its values."""
        return self.whole.content(self.start, self.end)


class Held:
    """A day while tables are taken in. A damaged one is made anew by `rebuilt`, before anything joins it."""

    def __init__(
        self, path: Path, kind: str, day: dt.date | None, rebuilt: Callable[[], "Held"] | None = None
    ) -> None:
        self.kind, self.day = kind, day
        self.note, self.table = DayNote("", ()), None
        self.is_changed = self.is_healed = False
        # Parts of a day that has no file yet are joined once, not one after the other.
        self._parts: list[pa.Table] = []
        try:
            if path.exists():
                self.note, self.table = files.read_noted(path)
        except HistoryError:
            self.is_changed = self.is_healed = True
            if rebuilt is not None:
                self.table, self.note = rebuilt().joined()

    def take(self, new: NewDay, origin: Origin) -> Merge | None:
        """What `new` does to the day; None when it says nothing new."""
        parts = set(parts_of(self.kind, new.rows))
        if self._parts and all(parts.isdisjoint(parts_of(self.kind, other)) for other in self._parts):
            return self._add(new, origin)
        table, note = self.joined()
        if table is None:
            return self._add(new, origin)
        if new.content == note.content:
            return None
        done = merged(self.kind, table, new.rows)
        if done is not None:
            self._set(done.table, (*note.origins, origin))
        return done

    def joined(self) -> tuple[pa.Table | None, DayNote]:
        """The rows and the note of the day now."""
        if self._parts:
            self.table = self._parts[0]
            if len(self._parts) > 1:
                both = files.together(self._parts)
                self._set(files.in_order(both, keys_of(self.kind, both)), self.note.origins)
            self._parts = []
        return self.table, self.note

    def take_back(self, rows: pa.Table | None, before: pa.Table | None, origins: tuple[Origin, ...]) -> None:
        """The day without some rows and with those that stood there before; no rows leave no table."""
        kept = [table for table in (rows, before) if table is not None and table.num_rows]
        self.is_changed, self.table = True, None
        if kept:
            both = files.together(kept)
            self._set(files.in_order(both, keys_of(self.kind, both)), (*self.note.origins, *origins))

    def _set(self, table: pa.Table, origins: tuple[Origin, ...]) -> None:
        """Other rows; of the origins, those that a row still names."""
        named = sources_in(table)
        kept = {(each.id, each.sha256): each for each in origins if each.id in named}
        self.table, self.is_changed = table, True
        self.note = DayNote(files.content_of(table), tuple(kept.values()))

    def _add(self, new: NewDay, origin: Origin) -> Merge:
        self._parts.append(new.rows)
        self.note = DayNote(new.content, (*self.note.origins, origin))
        self.is_changed = True
        return Merge(new.rows, new.rows.num_rows)


def sources_in(table: pa.Table) -> set[str]:
    """The imports that rows of a day name; "" for rows of an earlier version, which name none."""
    if SOURCE not in table.column_names:
        return {""}
    tokens = table.column(SOURCE).unique().to_pylist()
    return {part.partition(":")[0] for token in tokens for part in (token or "").split(BETWEEN)}


def by_day(table: ExportTable, name: str) -> Iterator[NewDay]:
    """The rows of each day, each with its place in the file; a kind without dates is one piece."""
    rows = files.Rows({**table.values, SOURCE: _places(table, name)})
    if table.kind in UNDATED:
        yield NewDay(None, rows.table, rows)
        return
    dates = np.asarray(table.values["date"]).astype("datetime64[D]")
    starts = np.flatnonzero(np.r_[True, dates[1:] != dates[:-1]][: len(dates)]).tolist()
    for start, end in zip(starts, [*starts[1:], len(dates)], strict=False):
        yield NewDay(dates[start].item(), rows.table.slice(start, end - start), rows, start, end)


def _places(table: ExportTable, name: str) -> list[str]:
    """The import, row and sheet of each row; the import alone where the rest is not known."""
    if len(table.rows) != table.height or len(table.sheets) != table.height:
        return [name] * table.height
    pairs = zip(table.rows.tolist(), table.sheets, strict=True)
    return [f"{name}:{row}:{sheet}" if row > 0 else name for row, sheet in pairs]
