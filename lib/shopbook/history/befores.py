"""What an import replaced, kept so that it can be taken back: data/history/<shop>/.undo/<import>.parquet."""

import datetime as dt
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shopbook.history import dayfile as files
from shopbook.history import sealed
from shopbook.history.dayfile import Origin

FOLDER = ".undo"
_NOTE, _DAY = b"shopbook-undo", "day_of_import"


@dataclass(frozen=True)
class Before:
    """The rows of a day that an import replaced, and the origins of the day then."""

    day: str
    rows: pa.Table
    origins: tuple[Origin, ...]


def keep_befores(folder: Path, imports: Mapping[str, Sequence[Before]]) -> None:
    """Write what each import replaces, before it does; nothing for one that only adds."""
    for name, befores in imports.items():
        if not befores:
            continue
        tables = [
            each.rows.append_column(_DAY, pa.array([each.day] * each.rows.num_rows)) for each in befores
        ]
        note = {"days": {each.day: files.told(each.origins) for each in befores}}
        path = folder / FOLDER / f"{name}.parquet"
        path.parent.mkdir(exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}{files.TEMPORARY}")
        try:
            temporary.write_bytes(sealed.packed(files.together(tables), _NOTE, note))
            files.flush([temporary])
            temporary.replace(path)
        except BaseException:  # a full disk is not left fuller
            temporary.unlink(missing_ok=True)
            raise


def befores_of(folder: Path, name: str) -> dict[str, Before]:
    """What an import replaced, by day."""
    path = folder / FOLDER / f"{name}.parquet"
    if not path.exists():
        return {}
    try:
        sealed.file_holds(path)
        table = pq.read_table(pa.BufferReader(path.read_bytes()))
        days = json.loads((table.schema.metadata or {})[_NOTE])["days"]
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise files.unreadable(path, error) from error
    table = table.replace_schema_metadata(None)
    labels = table.column(_DAY).to_pylist()
    return {day: Before(day, _on(table, labels, day), files.heard(origins)) for day, origins in days.items()}


def _on(table: pa.Table, labels: Sequence[str], day: str) -> pa.Table:
    rows = table.filter(pa.array([label == day for label in labels])).drop_columns([_DAY])
    kept = [name for name in rows.column_names if rows.column(name).null_count < rows.num_rows]
    return rows.select(kept)


def day_of(name: str) -> dt.date | None:
    """A day as it is named in an import; None for a kind without days."""
    try:
        return dt.date.fromisoformat(name)
    except ValueError:
        return None
