"""One day of one kind as a Parquet file: its content hash, its sources, written whole or not at all."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shopbook.errors import HistoryError

_NOTE = b"shopbook"
TEMPORARY = ".tmp"
_FEW = 50  # rows below which a dictionary is larger than what it saves


@dataclass(frozen=True)
class Origin:
    """A file that a day was made from; `parts` are the parts of the day it stands for ("" = the whole day)."""

    file: str
    sha256: str
    rows: int
    parts: tuple[str, ...] = ("",)


@dataclass(frozen=True)
class DayNote:
    """What a day file says about itself."""

    content: str
    origins: tuple[Origin, ...]


def content_hash(table: pa.Table) -> str:
    """A hash of the values, the same for any order of columns."""
    digest = hashlib.sha256()
    for name in sorted(table.column_names):
        column = table.column(name)
        digest.update(f"\x1e{name}\x1e".encode())
        if pa.types.is_large_string(column.type) or pa.types.is_string(column.type):
            digest.update("\x1f".join("" if text is None else text for text in column.to_pylist()).encode())
        elif pa.types.is_timestamp(column.type):
            digest.update(column.cast(pa.int64()).fill_null(0).to_numpy().tobytes())
        else:
            values = column.cast(pa.float64()).to_numpy()
            digest.update(np.where(np.isnan(values), np.nan, values + 0.0).tobytes())
    return digest.hexdigest()


def write_temporary(path: Path, table: pa.Table, note: DayNote) -> Path:
    """Write a day beside its final name, flushed to disk; the caller renames it."""
    text = json.dumps(asdict(note), ensure_ascii=False).encode()
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")
    with temporary.open("wb") as file:
        with pq.ParquetWriter(
            file,
            table.schema,
            compression="zstd",
            write_statistics=False,
            use_dictionary=table.num_rows > _FEW,
            store_schema=False,
        ) as writer:
            writer.write_table(table)
            writer.add_key_value_metadata({_NOTE: text})
        file.flush()
        os.fsync(file.fileno())
    return temporary


def read_note(path: Path) -> DayNote:
    """What a day file says about itself, without reading its rows."""
    try:
        text = (pq.read_metadata(path).metadata or {}).get(_NOTE, b"{}")
    except (pa.ArrowInvalid, OSError) as error:
        raise unreadable(path, error) from error
    said = json.loads(text)
    origins = tuple(Origin(**{**row, "parts": tuple(row["parts"])}) for row in said.get("origins", ()))
    return DayNote(said.get("content", ""), origins)


def read_day(path: Path, columns: list[str] | None = None) -> pa.Table:
    """The rows of a day, all columns or those of `columns` it has; missing texts are empty."""
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            wanted = None if columns is None else [name for name in columns if name in names]
            return file.read(columns=wanted, use_threads=False).replace_schema_metadata(None)
    except (pa.ArrowInvalid, OSError) as error:
        raise unreadable(path, error) from error


def together(tables: list[pa.Table]) -> pa.Table:
    """Days one below the other; a column that a day lacks is missing there, a text column empty."""
    table = pa.concat_tables(tables, promote_options="permissive")
    for at, field in enumerate(table.schema):
        if (pa.types.is_string(field.type) or pa.types.is_large_string(field.type)) and table.column(
            at
        ).null_count:
            table = table.set_column(at, field.name, pc.fill_null(table.column(at), ""))
    return table


def in_order(table: pa.Table) -> pa.Table:
    """Rows in an order that depends on nothing but their values; columns without any value dropped."""
    kept = [name for name in table.column_names if table.column(name).null_count < table.num_rows]
    table = table.select(kept)
    return table.sort_by([(name, "ascending") for name in sorted(kept)])


def unreadable(path: Path, error: Exception) -> HistoryError:
    """The error for a damaged day file."""
    return HistoryError(
        "{file}: this day of the history cannot be read ({detail}).\n  What to do: run shopbook repair, then import "
        "the day's files again from data/raw/.",
        file=path.name,
        detail=str(error).splitlines()[0][:200],
    )
