"""One day of one kind as a Parquet file: its content hash, its sources, written whole or not at all."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shopbook.errors import HistoryError
from shopbook.history import sealed

_NOTE = b"shopbook"
# Where a row came from: `<import>:<row>:<sheet>`; the newest first where it holds figures of several files.
SOURCE = "source"
TEMPORARY = ".tmp"
_FLUSHERS = 16


@dataclass(frozen=True)
class Origin:
    """A file that a day was made from; `id` names its import in the column `source` of the rows."""

    file: str
    sha256: str
    rows: int
    id: str = ""


@dataclass(frozen=True)
class DayNote:
    """What a day file says about itself."""

    content: str
    origins: tuple[Origin, ...]


class Rows:
    """A table and its columns as plain values, so that many days of one table are hashed without copying."""

    def __init__(self, columns: Mapping[str, Any]) -> None:
        made = {name: _column(values) for name, values in columns.items()}
        self.table = pa.table({name: column for name, (column, _) in made.items()})
        names = [name for name in sorted(made) if name != SOURCE]
        self._columns = [(f"\x1e{name}\x1e".encode(), made[name][1]) for name in names]

    def content(self, start: int = 0, end: int | None = None) -> str:
        """A hash of the values of some rows, the same for any order of columns and from any file."""
        digest = hashlib.sha256()
        for name, values in self._columns:
            part = values[start:end]
            digest.update(name)
            digest.update(part.tobytes() if isinstance(part, np.ndarray) else "\x1f".join(part).encode())
        return digest.hexdigest()


def content_of(table: pa.Table) -> str:
    """The hash of all rows of a table of the history."""
    return Rows(dict(zip(table.column_names, table.columns, strict=True))).content()


def _column(values: Any) -> tuple[pa.Array, np.ndarray | list[str]]:
    """Values as they are stored (texts, days in nanoseconds, figures) and as they are hashed."""
    if isinstance(values, pd.Series):
        is_text = values.dtype == "str" or values.dtype == object
        values = pa.array(values.array, pa.string()).to_pylist() if is_text else values.to_numpy()
    if isinstance(values, list):
        texts = values if None not in values else ["" if text is None else text for text in values]
        return pa.array(values, pa.string()), texts
    if isinstance(values, np.ndarray):
        column = pa.array(values, from_pandas=True)
        if values.dtype.kind == "f":
            return column, _figures(values)
    else:
        column = values
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return column, ["" if text is None else text for text in column.to_pylist()]
    if pa.types.is_timestamp(column.type):
        return column, column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    return column, _figures(column.cast(pa.float64()).to_numpy(zero_copy_only=False))


def _figures(values: np.ndarray) -> np.ndarray:
    """Figures with one kind of NaN and no negative zero."""
    return np.where(np.isnan(values), np.nan, values + 0.0)


def write_temporary(path: Path, table: pa.Table, note: DayNote) -> Path:
    """Write a day beside its final name; the caller flushes and renames it."""
    said = {"content": note.content, "origins": told(note.origins)}
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")
    temporary.write_bytes(sealed.packed(table, _NOTE, said))
    return temporary


def flush(paths: Sequence[Path]) -> None:
    """Bring files to disk; several at once, because each waits for the disk and not for the processor."""
    if len(paths) == 1:
        _flush(paths[0])
    elif paths:
        with ThreadPoolExecutor(min(_FLUSHERS, len(paths))) as pool:
            list(pool.map(_flush, paths))


def _flush(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def read_note(path: Path) -> DayNote:
    """What a day file says about itself, without reading its rows."""
    with _opened(path) as file:
        return _note(file)


def read_noted(path: Path) -> tuple[DayNote, pa.Table]:
    """What a day file says about itself, and its rows."""
    with _opened(path) as file:
        return _note(file), file.read(use_threads=False).replace_schema_metadata(None)


def read_day(path: Path, columns: list[str] | None = None) -> pa.Table:
    """The rows of a day, all columns of the export or those of `columns` it has; missing texts are empty."""
    with _opened(path) as file:
        names = [name for name in file.schema_arrow.names if name != SOURCE or columns is not None]
        wanted = names if columns is None else [name for name in columns if name in names]
        return file.read(columns=wanted, use_threads=False).replace_schema_metadata(None)


def is_sound(path: Path) -> bool:
    """Whether the bytes of a day are those that were written."""
    try:
        read_day(path)
    except HistoryError:
        return False
    return True


def _note(file: pq.ParquetFile) -> DayNote:
    said = json.loads((file.metadata.metadata or {}).get(_NOTE, b"{}"))
    return DayNote(said.get("content", ""), heard(said.get("origins", ())))


def told(origins: Sequence[Origin]) -> list[dict[str, Any]]:
    """Origins as plain values for a note."""
    return [vars(each) for each in origins]


def heard(rows: Sequence[Mapping[str, Any]]) -> tuple[Origin, ...]:
    """Origins from the plain values of a note, of an earlier version too."""
    known = [each.name for each in fields(Origin)]
    return tuple(Origin(**{name: row[name] for name in known if name in row}) for row in rows)


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    """A day file whose bytes are those that were written; any other is damaged, and never used in silence."""
    try:
        data = path.read_bytes()
        is_sealed = sealed.holds(data)
        # Not buffered ahead: that starts threads, and a process that loads a day for its forks has none.
        with pq.ParquetFile(pa.BufferReader(data), pre_buffer=False) as file:
            if not is_sealed:
                _compare(path, file)
            yield file
    except (pa.ArrowException, OSError, ValueError) as error:
        raise unreadable(path, error) from error


def _compare(path: Path, file: pq.ParquetFile) -> None:
    """A file of an earlier version carries no seal, but the hash of its values."""
    note = _note(file)
    if (
        note.content
        and content_of(file.read(use_threads=False).replace_schema_metadata(None)) != note.content
    ):
        raise sealed.Broken(path.name)


def together(tables: list[pa.Table]) -> pa.Table:
    """Days one below the other; a column that a day lacks is missing there, a text column empty."""
    table = pa.concat_tables(tables, promote_options="permissive")
    for at, field in enumerate(table.schema):
        if (pa.types.is_string(field.type) or pa.types.is_large_string(field.type)) and table.column(
            at
        ).null_count:
            table = table.set_column(at, field.name, pc.fill_null(table.column(at), ""))
    return table


def in_order(table: pa.Table, keys: Sequence[Any]) -> pa.Table:
    """Rows by their keys, whatever file came first; columns without a value dropped."""
    kept = [name for name in table.column_names if table.column(name).null_count < table.num_rows]
    return table.select(kept).take(pa.array(sorted(range(len(keys)), key=keys.__getitem__), pa.int64()))


def unreadable(path: Path, error: Exception) -> HistoryError:
    """The error for a damaged day file."""
    return HistoryError(
        "{file}: this day of the history cannot be read ({detail}).\n  What to do: run "
        "shopbook repair, then import "
        "the day's files again from data/raw/.",
        file=path.name,
        detail=str(error).splitlines()[0][:200],
    )
