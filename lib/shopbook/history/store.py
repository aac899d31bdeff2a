"""The history: one Parquet file per shop, kind and day; the only place that opens data/history."""

import datetime as dt
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa

from shopbook.errors import HistoryError
from shopbook.history import dayfile as files
from shopbook.history import months
from shopbook.history.befores import Before, keep_befores
from shopbook.history.dayfile import Origin
from shopbook.history.held import Held, by_day
from shopbook.history.imported import Imported
from shopbook.history.merge import Merge
from shopbook.history.repeated import repeated_days
from shopbook.history.restated import Restated, read_restated, restated_by, write_restated
from shopbook.read import ExportTable
from shopbook.read.exports import KINDS
from shopbook.read.shape import completed, empty_frame

CURRENT = "current"
Rebuilt = Callable[[str, dt.date | None], Held]
_SHOP = re.compile(r"[A-Za-z0-9_\-\u3400-\u9fff]+")
_PARQUET = ".parquet"
_DAY_FILE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class SourceRow:
    """One export that days were made from: the fields of a finding's source."""

    kind: str
    file: str
    sha256: str
    rows: int
    first_day: str
    last_day: str


class Store:
    """The days of every shop below one folder. Reading takes no lock: a day file is replaced whole."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        # The days of the last write: the copies of the months need not read them again.
        self._written: dict[Path, months.Written] = {}

    def shops(self) -> list[str]:
        """Shops that have any history."""
        return [name for name in _folders(self.root) if self.kinds(name)]

    def kinds(self, shop: str) -> list[str]:
        """Kinds of which `shop` has any day."""
        base = self.root / _shop_id(shop)
        return [name for name in _folders(base) if _parquet_names(base / name)]

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
        """The rows from `first` to `last` (both included): of `columns` what exists or a kind always has.

        Where there is no day, the columns of the kind and no rows.
        """
        wanted = None if columns is None else list(columns)
        found = self._files(shop, kind, first, last)
        tables = [files.read_day(path, wanted) for day, path in found if day is None]
        tables += months.read([(day, path) for day, path in found if day], wanted)
        if not tables:
            none = empty_frame(kind)
            return none if wanted is None else none[[name for name in wanted if name in none]]
        table = files.together(tables)
        order = [name for name in wanted or table.column_names if name in table.column_names]
        return completed(table.select(order).to_pandas(use_threads=False), kind, wanted)

    def write(self, shop: str, table: ExportTable, *, now: str = "", name: str = "") -> Imported:
        """Take a table in: its rows replace those of the same key; `name` is the id of the import."""
        return self.write_all(shop, [table], now=now, names=[name] if name else None)[0]

    def write_all(
        self,
        shop: str,
        tables: Sequence[ExportTable],
        *,
        now: str = "",
        names: Sequence[str] | None = None,
        rebuilt: Rebuilt | None = None,
    ) -> list[Imported]:
        """Take tables in, one after the other; a day that several of them speak of is written once.

        All days are written under temporary names before the first is renamed. `rebuilt` makes a damaged day
        anew from its raw files.
        """
        held: dict[Path, Held] = {}
        ids = names or [table.provenance.sha256[:8] for table in tables]
        made = [
            self._taken(shop, table, held, (now, name, rebuilt))
            for table, name in zip(tables, ids, strict=True)
        ]
        keep_befores(self.root / shop, {name: each.befores for name, each in zip(ids, made, strict=True)})
        self.put(held, [row for each in made for row in each.restated], shop)
        return made

    def put(self, held: Mapping[Path, Held], restated: Sequence[Restated] = (), shop: str = "") -> None:
        """Write the days of `held` that changed, all of them or none; a day without rows is removed."""
        due = {path: each.joined() for path, each in held.items() if each.is_changed}
        temporary: list[tuple[Path, Path]] = []
        written: dict[Path, tuple[pa.Table, files.DayNote]] = {}
        try:
            for path, (table, note) in due.items():
                if table is not None:
                    written[path] = table, note
                    temporary.append((files.write_temporary(path, table, note), path))
            files.flush([new for new, _ in temporary])
        except BaseException:  # a full disk is not left fuller
            for new, _ in temporary:
                new.unlink(missing_ok=True)
            raise
        if restated:
            write_restated(self.root / shop, restated)
        for new, path in temporary:
            new.replace(path)
        for path in due.keys() - written.keys():
            path.unlink(missing_ok=True)
        self._written = {
            path: months.Written(months.seal(path), table, note.origins)
            for path, (table, note) in written.items()
        }

    def copy_months(self, shop: str, kind: str) -> None:
        """Bring the month copies of a kind up to date, after its last import of a batch."""
        months.refresh([(day, path) for day, path in self._files(shop, kind) if day], self._written)

    def sources(
        self, shop: str, kind: str, first: dt.date | None = None, last: dt.date | None = None
    ) -> list[SourceRow]:
        """The exports the days from `first` to `last` were made from."""
        found: dict[tuple[str, str], list[tuple[dt.date | None, int]]] = {}
        held = self._files(shop, kind, first, last)
        told: list[tuple[dt.date | None, tuple[Origin, ...]]] = [
            (day, files.read_note(path).origins) for day, path in held if day is None
        ]
        told += months.origins([(day, path) for day, path in held if day])
        for day, origins in told:
            for origin in origins:
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

    def day_files(self) -> list[tuple[str, str, dt.date | None, Path]]:
        """Every day file there is, whether it can be read or not: shop, kind, day, path."""
        return [
            (shop, kind, day, path)
            for shop in _folders(self.root)
            if is_shop_id(shop)
            for kind in _folders(self.root / shop)
            if kind in KINDS
            for day, path in self._files(shop, kind)
        ]

    def damaged(self) -> list[tuple[str, str, dt.date | None, Path]]:
        """The day files whose bytes are not those that were written."""
        return [each for each in self.day_files() if not files.is_sound(each[3])]

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
        for name in sorted(_parquet_names(folder)):
            stem = name.removesuffix(_PARQUET)
            if stem == CURRENT:
                found.append((None, folder / name))
            elif str(first or "") <= stem <= str(last or stem) and _DAY_FILE.fullmatch(stem):
                found.append((dt.date.fromisoformat(stem), folder / name))
        return found

    def _taken(
        self, shop: str, table: ExportTable, held: dict[Path, Held], about: tuple[str, str, Rebuilt | None]
    ) -> Imported:
        """What a table changes of the days in `held`, which are read when first met."""
        now, name, rebuilt = about
        folder = self._folder(shop, table.kind)
        folder.mkdir(parents=True, exist_ok=True)
        parts, told = list(by_day(table, name)), table.provenance
        repeated = repeated_days(table.kind, parts, folder, held)
        done: dict[dt.date | None, Merge | None] = {new.day: None for new in parts}
        befores: list[Before] = []
        healed: list[str] = []
        for new in [each for each in parts if each.day not in repeated]:
            path = folder / f"{new.day or CURRENT}.parquet"
            if path not in held:
                again = partial(rebuilt, table.kind, new.day) if rebuilt else None
                held[path] = Held(path, table.kind, new.day, again)
                healed += [str(new.day or CURRENT)] if held[path].is_healed else []
            origins = held[path].note.origins
            merge = held[path].take(new, Origin(told.file, told.sha256, new.rows.num_rows, name))
            done[new.day] = merge
            if merge is not None and merge.before is not None:
                befores.append(Before(str(new.day or CURRENT), merge.before, origins))
        changed = {day: merge for day, merge in done.items() if merge is not None}
        return Imported(
            tuple(day for day in changed if day),
            tuple(day for day in done if day and day not in changed),
            restated_by(table.kind, changed, (now, told.file, name)),
            bool(changed),
            {str(day or CURRENT): merge.touched for day, merge in changed.items()},
            tuple(befores),
            tuple(healed),
            tuple(str(day or "") for day, merge in changed.items() if merge.is_narrower),
        )


def is_shop_id(name: str) -> bool:
    """Whether a folder of this name can be a shop."""
    return bool(_SHOP.fullmatch(name))


def _shop_id(shop: str) -> str:
    if not is_shop_id(shop):
        raise HistoryError(
            "{found!r} cannot name a shop.\n  What to do: use letters, digits, Chinese characters, - and _.",
            found=shop,
        )
    return shop


def _folders(base: Path) -> list[str]:
    if not base.is_dir():
        return []
    return sorted(path.name for path in base.iterdir() if path.is_dir() and not path.name.startswith("."))


def _parquet_names(folder: Path) -> list[str]:
    """The day files of a folder by name: a page asks dozens of folders of hundreds of days."""
    try:
        return [name for name in os.listdir(folder) if name.endswith(_PARQUET)]
    except OSError:
        return []


def _inside(day: dt.date, first: dt.date | None, last: dt.date | None) -> bool:
    return (first is None or day >= first) and (last is None or day <= last)
