"""A day of the history while tables are taken in: parts joined, replaced, or found to be there already."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from shopbook.errors import HistoryError
from shopbook.history import dayfile as files
from shopbook.history.dayfile import DayNote, Origin
from shopbook.read import ExportTable
from shopbook.read.exports import PARTS, UNDATED


@dataclass(frozen=True)
class NewDay:
    """What a table says about one day."""

    day: dt.date | None
    rows: pa.Table
    content: str


class Held:
    """A day while tables are taken in: what its file says, then what it will say."""

    def __init__(self, path: Path, day: dt.date | None) -> None:
        self.day = day
        before = _as_it_was(path)
        self.note = before[0] if before else DayNote("", ())
        self.table = before[1] if before else None
        self.is_changed = False
        # Parts of a day that has no file yet are joined once, not one after the other.
        self._parts: list[tuple[pa.Table, list[str]]] = []

    def take(self, kind: str, new: NewDay, origin: Origin, parts: list[str]) -> tuple[bool, pa.Table | None]:
        """Whether `new` changes the day, and the rows it replaces (None when it only adds)."""
        if self._parts and not any(set(parts) & set(other) for _, other in self._parts):
            self._add(new, origin, parts)
            return True, None
        self.joined()
        if self.table is None:
            self._add(new, origin, parts)
            return True, None
        if new.content == self.note.content:
            return False, None
        old, rows, content = self.table, new.rows, new.content
        kept = _other_parts(kind, old, set(parts))
        if kept is not None:
            both = files.together([kept, rows])
            rows = files.in_order(both, parts_of(kind, both))
            content = files.content_of(rows)
            if content == self.note.content:
                return False, None
        others = (
            [_without(entry, set(origin.parts)) for entry in self.note.origins] if kept is not None else []
        )
        origins = (*(entry for entry in others if entry.parts), origin)
        self.table, self.note, self.is_changed = rows, DayNote(content, origins), True
        # A part that the day did not hold before is an addition, nothing was restated.
        return True, None if kept is not None and kept.num_rows == old.num_rows else old

    def joined(self) -> tuple[pa.Table | None, DayNote]:
        """The rows and the note of the day now."""
        if self._parts:
            tables, parts = (
                [rows for rows, _ in self._parts],
                [part for _, own in self._parts for part in own],
            )
            self.table = tables[0]
            if len(tables) > 1:
                self.table = files.in_order(files.together(tables), parts)
                self.note = DayNote(files.content_of(self.table), self.note.origins)
            self._parts = []
        return self.table, self.note

    def _add(self, new: NewDay, origin: Origin, parts: list[str]) -> None:
        self._parts.append((new.rows, parts))
        self.note = DayNote(new.content, (*self.note.origins, origin))
        self.is_changed = True


def _as_it_was(path: Path) -> tuple[DayNote, pa.Table] | None:
    """A day before an import; a damaged one counts as none, so that importing its file again heals it."""
    try:
        return files.read_noted(path) if path.exists() else None
    except HistoryError:
        return None


def by_day(table: ExportTable) -> Iterator[NewDay]:
    """The rows of each day; a kind without dates is one piece."""
    rows = files.Rows(table.values)
    if table.kind in UNDATED:
        yield NewDay(None, rows.table, rows.content())
        return
    dates = np.asarray(table.values["date"]).astype("datetime64[D]")
    starts = np.flatnonzero(np.r_[True, dates[1:] != dates[:-1]]).tolist() if len(dates) else []
    for start, end in zip(starts, [*starts[1:], len(dates)], strict=True):
        yield NewDay(dates[start].item(), rows.table.slice(start, end - start), rows.content(start, end))


def parts_of(kind: str, rows: pa.Table) -> list[str]:
    """The part of the day each row belongs to."""
    keys = [rows.column(name).to_pylist() for name in PARTS.get(kind, ()) if name in rows.column_names]
    if not keys:
        return [""] * rows.num_rows
    return ["|".join("" if text is None else str(text) for text in row) for row in zip(*keys, strict=True)]


def _other_parts(kind: str, old: pa.Table, replaced: set[str]) -> pa.Table | None:
    """The rows of an old day that a new file says nothing about; None when there are none."""
    if kind not in PARTS:
        return None
    kept = [part not in replaced for part in parts_of(kind, old)]
    return old.filter(pa.array(kept)) if any(kept) else None


def _without(origin: Origin, parts: set[str]) -> Origin:
    return Origin(
        origin.file, origin.sha256, origin.rows, tuple(part for part in origin.parts if part not in parts)
    )
