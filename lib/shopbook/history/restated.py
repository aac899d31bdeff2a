"""The record of restated days: which figures of the same key a later import replaced, old and new."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from shopbook import state
from shopbook.history.merge import Merge

FILE, UNDONE = "restated.jsonl", "undone"


@dataclass(frozen=True)
class Restated:
    """A day on which an export replaced figures of the same key: how many, in which columns.

    `figures` are the first of them, old and new, by column; `key` says of which row the first is, `id` which
    import it was.
    """

    kind: str
    day: dt.date | None
    when: str
    file: str
    cells: int = 0
    columns: tuple[str, ...] = ()
    figures: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    key: str = ""
    id: str = ""


def restated_by(
    kind: str, merges: Mapping[dt.date | None, Merge], about: tuple[str, str, str]
) -> tuple[Restated, ...]:
    """The days on which figures of the same key became others; what was not known before adds.

    `about` is when, by which file and by which import.
    """
    when, file, name = about
    return tuple(
        Restated(
            kind,
            day,
            when,
            file,
            merge.restated,
            merge.columns,
            {each.column: (each.old, each.new) for each in reversed(merge.cells)},
            next((each.key for each in merge.cells if each.key), ""),
            name,
        )
        for day, merge in merges.items()
        if merge.restated
    )


def write_restated(folder: Path, rows: Sequence[Restated]) -> None:
    """Add records, flushed to disk."""
    state.append(folder / FILE, [{**asdict(row), "day": str(row.day or "")} for row in rows])


def take_back(folder: Path, name: str) -> None:
    """Say that what the import `name` replaced is as before."""
    state.append(folder / FILE, [{UNDONE: name}])


def read_restated(folder: Path) -> list[Restated]:
    """Every whole record that was not taken back, the same one once: an import cut off writes it again."""
    lines = state.read(folder / FILE, made)
    gone = {line for line in lines if isinstance(line, str)}
    rows = [row for row in lines if isinstance(row, Restated) and (row.id or "-") not in gone]
    return list({(row.kind, row.day, row.file, str(row.figures), row.cells): row for row in rows}.values())


def made(row: dict[str, Any]) -> Restated | str:
    """A record from its plain values, or the import that was taken back."""
    if UNDONE in row:
        return str(row[UNDONE])
    return Restated(
        kind=row["kind"],
        day=dt.date.fromisoformat(row["day"]) if row["day"] else None,
        when=row["when"],
        file=row["file"],
        cells=int(row.get("cells", 0)),
        columns=tuple(row["columns"]),
        figures={name: (pair[0], pair[1]) for name, pair in row["figures"].items()},
        key=str(row.get("key", "")),
        id=str(row.get("id", "")),
    )
