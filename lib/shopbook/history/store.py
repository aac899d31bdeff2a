"""The history: one Parquet file per shop, kind and day; the only place that opens data/history."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from shopbook.errors import HistoryError
from shopbook.history import dayfile as files
from shopbook.history import months
from shopbook.history.dayfile import DayNote, Origin
from shopbook.history.restated import Restated, changes, read_restated, write_restated
from shopbook.read import ExportTable
from shopbook.read.exports import KINDS, PARTS, UNDATED

CURRENT = "current"
_SHOP = re.compile(r"[A-Za-z0-9_\-\u3400-\u9fff]+")
_DAY_FILE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Imported:
    """The outcome of a write: days new or changed, days that stayed, days whose figures were replaced."""

    days: tuple[dt.date, ...]
    unchanged: tuple[dt.date, ...]
    restated: tuple[Restated, ...]
    changed: bool

    @property
    def restated_days(self) -> tuple[dt.date, ...]:
        return tuple(row.day for row in self.restated if row.day)


@dataclass(frozen=True)
class SourceRow:
    """One export that days were made from: the fields of a finding's source."""

    kind: str
    file: str
    sha256: str
    rows: int
    first_day: str
    last_day: str


@dataclass(frozen=True)
class Repair:
    """Leftover files removed, and day files that cannot be read."""

    removed: tuple[Path, ...]
    unreadable: tuple[Path, ...]


@dataclass(frozen=True)
class _Day:
    day: dt.date | None
    rows: pa.Table
    content: str


@dataclass(frozen=True)
class _Write:
    path: Path
    table: pa.Table
    note: DayNote
    day: dt.date | None
    old: pa.Table | None


class Store:
    """The days of every shop below one folder. Reading takes no lock: a day file is replaced whole."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)

    def shops(self) -> list[str]:
        """Shops that have any history."""
        return [name for name in _folders(self.root) if self.kinds(name)]

    def kinds(self, shop: str) -> list[str]:
        """Kinds of which `shop` has any day."""
        base = self.root / _shop_id(shop)
        return [name for name in _folders(base) if any((base / name).glob("*.parquet"))]

    def days(self, shop: str, kind: str) -> list[dt.date]:
        """The days of a kind, oldest first; a kind without dates has none."""
        return [day for day, _ in self._files(shop, kind) if day]

    def read(
        self,
        shop: str,
        kind: str,
        first: dt.date | None = None,
        last: dt.date | None = None,
        columns: Iterable[str] | None = None,
    ) -> pd.DataFrame:
        """The rows from `first` to `last` (both included), those of `columns` that exist; empty when none."""
        wanted = None if columns is None else list(columns)
        found = self._files(shop, kind, first, last)
        tables = [files.read_day(path, wanted) for day, path in found if day is None]
        tables += months.read([(day, path) for day, path in found if day], wanted)
        if not tables:
            return pd.DataFrame({"date": pd.Series(dtype="datetime64[ns]")})
        table = files.together(tables)
        order = [name for name in wanted if name in table.column_names] if wanted else table.column_names
        return table.select(order).to_pandas()

    def write(self, shop: str, table: ExportTable, *, now: str = "") -> Imported:
        """Take a table in: every day replaces the one before, or its part of it.

        All days are written under temporary names before the first is renamed.
        """
        folder = self._folder(shop, table.kind)
        folder.mkdir(parents=True, exist_ok=True)
        by_day = list(_by_day(table))
        planned = [self._planned(folder, each, table) for each in by_day]
        due = [plan for plan in planned if plan is not None]
        temporary = [(files.write_temporary(plan.path, plan.table, plan.note), plan.path) for plan in due]
        files.flush([made for made, _ in temporary])
        restated = tuple(
            Restated(
                table.kind, plan.day, now, table.provenance.file, **changes(table.kind, plan.old, plan.table)
            )
            for plan in due
            if plan.old is not None
        )
        write_restated(self.root / shop, restated)
        for made, path in temporary:
            made.replace(path)
        changed_days = {plan.day for plan in due}
        days = [each.day for each in by_day if each.day]
        return Imported(
            days=tuple(day for day in days if day in changed_days),
            unchanged=tuple(day for day in days if day not in changed_days),
            restated=restated,
            changed=bool(due),
        )

    def copy_months(self, shop: str, kind: str) -> None:
        """Bring the month copies of a kind up to date, after its last import of a batch."""
        months.refresh([(day, path) for day, path in self._files(shop, kind) if day])

    def sources(
        self, shop: str, kind: str, first: dt.date | None = None, last: dt.date | None = None
    ) -> list[SourceRow]:
        """The exports the days from `first` to `last` were made from."""
        found: dict[tuple[str, str], list[tuple[dt.date | None, int]]] = {}
        for day, path in self._files(shop, kind, first, last):
            for origin in files.read_note(path).origins:
                found.setdefault((origin.file, origin.sha256), []).append((day, origin.rows))
        return [
            SourceRow(
                kind,
                file,
                sha256,
                sum(rows for _, rows in days),
                str(days[0][0] or ""),
                str(days[-1][0] or ""),
            )
            for (file, sha256), days in found.items()
        ]

    def inputs(
        self, shop: str, kind: str, first: dt.date | None = None, last: dt.date | None = None
    ) -> list[tuple[Path, str]]:
        """The history files of some days and the hash of their bytes."""
        found = [path for _, path in self._files(shop, kind, first, last)]
        return [(path, hashlib.sha256(path.read_bytes()).hexdigest()) for path in found]

    def restated(
        self, shop: str, first: dt.date | None = None, last: dt.date | None = None
    ) -> list[Restated]:
        """Days whose figures a later import replaced, oldest record first."""
        rows = read_restated(self.root / _shop_id(shop))
        return [row for row in rows if row.day is None or _inside(row.day, first, last)]

    def repair(self) -> Repair:
        """Remove leftovers of interrupted imports and name the day files that cannot be read."""
        leftovers = tuple(sorted(self.root.rglob(f".*{files.TEMPORARY}")))
        for path in leftovers:
            path.unlink(missing_ok=True)
        damaged = []
        for path in sorted(self.root.glob("*/*/*.parquet")):
            try:
                files.read_day(path)
            except HistoryError:
                damaged.append(path)
        return Repair(leftovers, tuple(damaged))

    def prune(self, older_than: dt.date) -> list[Path]:
        """Remove the days before `older_than`; what has no date stays."""
        gone = [
            path
            for shop in self.shops()
            for kind in self.kinds(shop)
            for day, path in self._files(shop, kind)
            if day and day < older_than
        ]
        for path in gone:
            path.unlink(missing_ok=True)
        return gone

    def _folder(self, shop: str, kind: str) -> Path:
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is not a kind: {', '.join(KINDS)}")
        return self.root / _shop_id(shop) / kind

    def _files(
        self, shop: str, kind: str, first: dt.date | None = None, last: dt.date | None = None
    ) -> list[tuple[dt.date | None, Path]]:
        folder = self._folder(shop, kind)
        found: list[tuple[dt.date | None, Path]] = []
        for path in sorted(folder.glob("*.parquet")):
            if path.stem == CURRENT:
                found.append((None, path))
            elif _DAY_FILE.fullmatch(path.stem):
                day = dt.date.fromisoformat(path.stem)
                if _inside(day, first, last):
                    found.append((day, path))
        return found

    def _planned(self, folder: Path, new: _Day, table: ExportTable) -> _Write | None:
        """What to write for a day; None when the history already holds exactly that."""
        day, rows, content = new.day, new.rows, new.content
        path = folder / f"{day or CURRENT}.parquet"
        parts = _parts_of(table.kind, rows)
        origin = Origin(
            table.provenance.file, table.provenance.sha256, rows.num_rows, tuple(sorted(set(parts)))
        )
        before = _as_it_was(path)
        if before is None:
            return _Write(path, rows, DayNote(content, (origin,)), day, None)
        note, old = before
        if content == note.content:
            return None
        kept = _other_parts(table.kind, old, set(parts))
        if kept is not None:
            both = files.together([kept, rows])
            rows = files.in_order(both, _parts_of(table.kind, both))
            content = files.Rows(rows).content()
            if content == note.content:
                return None
        others = [_without(entry, set(origin.parts)) for entry in note.origins] if kept is not None else []
        origins = (*(entry for entry in others if entry.parts), origin)
        # A part that the day did not hold before is an addition, nothing was restated.
        is_addition = kept is not None and kept.num_rows == old.num_rows
        return _Write(path, rows, DayNote(content, origins), day, None if is_addition else old)


def _as_it_was(path: Path) -> tuple[DayNote, pa.Table] | None:
    """A day before an import; a damaged one counts as none, so that importing its file again heals it."""
    try:
        return files.read_noted(path) if path.exists() else None
    except HistoryError:
        return None


def _shop_id(shop: str) -> str:
    if not _SHOP.fullmatch(shop):
        raise HistoryError(
            "{found!r} cannot name a shop.\n  What to do: use letters, digits, Chinese characters, - and _.",
            found=shop,
        )
    return shop


def _folders(base: Path) -> list[str]:
    if not base.is_dir():
        return []
    return sorted(path.name for path in base.iterdir() if path.is_dir() and not path.name.startswith("."))


def _inside(day: dt.date, first: dt.date | None, last: dt.date | None) -> bool:
    return (first is None or day >= first) and (last is None or day <= last)


def _by_day(table: ExportTable) -> Iterator[_Day]:
    """The rows of each day; a kind without dates is one piece."""
    rows = files.Rows(files.as_table(table.frame))
    if table.kind in UNDATED:
        yield _Day(None, rows.table, rows.content())
        return
    dates = table.frame["date"].to_numpy().astype("datetime64[D]")
    starts = np.flatnonzero(np.r_[True, dates[1:] != dates[:-1]]) if len(dates) else []
    for start, end in zip(starts, [*starts[1:], len(dates)], strict=True):
        yield _Day(dates[start].item(), rows.table.slice(start, end - start), rows.content(start, end))


def _parts_of(kind: str, rows: pa.Table) -> list[str]:
    """The part of the day each row belongs to."""
    keys = [rows.column(name).to_pylist() for name in PARTS.get(kind, ()) if name in rows.column_names]
    if not keys:
        return [""] * rows.num_rows
    return ["|".join("" if text is None else str(text) for text in row) for row in zip(*keys, strict=True)]


def _other_parts(kind: str, old: pa.Table, replaced: set[str]) -> pa.Table | None:
    """The rows of an old day that a new file says nothing about; None when there are none."""
    if kind not in PARTS:
        return None
    kept = [part not in replaced for part in _parts_of(kind, old)]
    return old.filter(pa.array(kept)) if any(kept) else None


def _without(origin: Origin, parts: set[str]) -> Origin:
    return Origin(
        origin.file, origin.sha256, origin.rows, tuple(part for part in origin.parts if part not in parts)
    )
