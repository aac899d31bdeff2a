"""Copies of whole months, made after an import: a quarter is read from four files instead of ninety.

The day files stay the truth. A copy names the size and time of every day file it was made from; when one of
them differs, the day files are read instead, so a copy that is late or lost costs time and nothing else.
"""

import contextlib
import datetime as dt
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shopbook.errors import HistoryError
from shopbook.history import dayfile as files
from shopbook.history import sealed

FOLDER = ".months"
_NOTE = b"shopbook-days"
# Below this many days of a month its day files are read as fast.
FEWEST_DAYS = 4

Dated = tuple[dt.date, Path]


@dataclass(frozen=True)
class Day:
    """What a copy says of a day file: its size and time, its columns, the exports it was made from."""

    seal: list[int]
    columns: list[str]
    origins: tuple[files.Origin, ...]


@dataclass(frozen=True)
class Written:
    """A day file just written, which need not be read again while its seal holds."""

    seal: list[int]
    table: pa.Table
    origins: tuple[files.Origin, ...]


def read(days: Iterable[Dated], columns: list[str] | None) -> list[pa.Table]:
    """The rows of `days` (oldest first), from the copy of a month where it is up to date."""
    tables: list[pa.Table] = []
    for month, group in groupby(days, key=lambda each: each[0].strftime("%Y-%m")):
        rows = list(group)
        copied = _copied(rows, month, columns) if len(rows) >= FEWEST_DAYS else None
        tables += [copied] if copied is not None else [files.read_day(path, columns) for _, path in rows]
    return tables


def origins(days: Iterable[Dated]) -> list[tuple[dt.date, tuple[files.Origin, ...]]]:
    """The exports each of `days` was made from: from the copy of its month where that knows the day file."""
    found = []
    for month, group in groupby(days, key=lambda each: each[0].strftime("%Y-%m")):
        rows = list(group)
        known = _note(_path(rows[0][1], month)) if len(rows) >= FEWEST_DAYS else {}
        for day, path in rows:
            told = known.get(day.isoformat())
            current = told is not None and told.seal == seal(path)
            found.append((day, told.origins if told and current else files.read_note(path).origins))
    return found


def refresh(days: Iterable[Dated], written: Mapping[Path, Written] | None = None) -> None:
    """Bring the copies of all months of `days` up to date; a month of few days has none.

    `written` holds days that need not be read from their files.
    """
    for month, group in groupby(days, key=lambda each: each[0].strftime("%Y-%m")):
        rows = list(group)
        copy = _path(rows[0][1], month)
        known = {day: each.seal for day, each in _note(copy).items()}
        if len(rows) < FEWEST_DAYS or known == {day.isoformat(): seal(path) for day, path in rows}:
            continue
        with contextlib.suppress(HistoryError, OSError):  # without a copy the day files are read
            _write(copy, rows, written or {})


def _copied(rows: list[Dated], month: str, columns: list[str] | None) -> pa.Table | None:
    """The rows of some days of a month from its copy; None when the copy is not exactly that."""
    copy = _path(rows[0][1], month)
    note = _note(copy)
    asked = [note[day.isoformat()] for day, _ in rows if day.isoformat() in note]
    if [each.seal for each in asked] != [seal(path) for _, path in rows]:
        return None
    held = {name for each in asked for name in each.columns}
    try:
        with copy.open("rb") as data, pq.ParquetFile(data, pre_buffer=False) as file:
            names = file.schema_arrow.names
            asked_for = [name for name in names if name != files.SOURCE] if columns is None else columns
            wanted = [name for name in names if name in held and name in asked_for]
            chosen = list(dict.fromkeys([*wanted, "date"]))
            table = file.read(columns=chosen, use_threads=False).replace_schema_metadata(None)
    except (pa.ArrowInvalid, OSError):
        return None
    if len(rows) < len(note):
        days = pa.array(np.array([day for day, _ in rows], "datetime64[ns]"), table.column("date").type)
        table = table.filter(pc.is_in(table.column("date"), value_set=days))
    return table.select(wanted)


def _write(copy: Path, rows: list[Dated], written: Mapping[Path, Written]) -> None:
    note, tables = {}, []
    for day, path in rows:
        own, known = seal(path), written.get(path)
        if known is None or known.seal != own:
            told, table = files.read_noted(path)
            known = Written(own, table, told.origins)
        tables.append(known.table)
        note[day.isoformat()] = [own, known.table.column_names, files.told(known.origins)]
    table = pa.concat_tables(tables, promote_options="permissive")
    copy.parent.mkdir(exist_ok=True)
    temporary = copy.with_name(f".{copy.name}.{os.getpid()}{files.TEMPORARY}")
    temporary.write_bytes(sealed.packed(table, _NOTE, {"days": note}, compression="zstd"))
    temporary.replace(copy)


def _note(copy: Path) -> dict[str, Day]:
    """What a copy says of each day it was made from; empty without a readable copy."""
    with contextlib.suppress(OSError):
        return _noted(copy, (*seal(copy), copy.stat().st_ino))
    return {}


@lru_cache(maxsize=512)  # rows and sources of a page ask the same copies
def _noted(copy: Path, _seal: tuple[int, ...]) -> dict[str, Day]:
    with contextlib.suppress(pa.ArrowException, OSError, ValueError, KeyError):
        if sealed.file_holds(copy):
            said = json.loads((pq.read_metadata(copy).metadata or {})[_NOTE])["days"]
            return {day: Day(seal, names, files.heard(rows)) for day, (seal, names, rows) in said.items()}
    return {}


def seal(path: Path) -> list[int]:
    """Size and time of a day file: when they differ, the file is another one."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]


def _path(day_file: Path, month: str) -> Path:
    return day_file.parent / FOLDER / f"{month}.parquet"
