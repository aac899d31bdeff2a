"""The record of restated days: which figures a later import replaced, old and new."""

import datetime as dt
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

_FILE = "restated.jsonl"
_HEADLINE = (
    "visitors",
    "pageviews",
    "pay_buyers",
    "pay_amount",
    "order_buyers",
    "order_amount",
    "refund_amount",
)


@dataclass(frozen=True)
class Restated:
    """A day replaced by other content: rows, columns, and the shop's headline figures old -> new."""

    kind: str
    day: dt.date | None
    when: str
    file: str
    rows: tuple[int, int] = (0, 0)
    columns: tuple[str, ...] = ()
    figures: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)


def changes(kind: str, old: pa.Table | None, new: pa.Table) -> dict[str, Any]:
    """The rows, columns and headline figures that differ between two versions of a day."""
    if old is None:
        return {}
    both = sorted(set(old.column_names) | set(new.column_names))
    changed = tuple(name for name in both if _cells(old, name) != _cells(new, name))
    figures = {}
    if kind == "shop_daily":
        named = [name for name in _HEADLINE if name in changed]
        figures = {name: (_first(old, name), _first(new, name)) for name in named}
    return {"rows": (old.num_rows, new.num_rows), "columns": changed, "figures": figures}


def write_restated(folder: Path, rows: Sequence[Restated]) -> None:
    """Add records, flushed to disk."""
    if not rows:
        return
    with (folder / _FILE).open("a", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps({**asdict(row), "day": str(row.day or "")}, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_restated(folder: Path) -> list[Restated]:
    """Every whole record; a line cut off by a crash is left out."""
    path = folder / _FILE
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        found.append(
            Restated(
                kind=row["kind"],
                day=dt.date.fromisoformat(row["day"]) if row["day"] else None,
                when=row["when"],
                file=row["file"],
                rows=tuple(row["rows"]),
                columns=tuple(row["columns"]),
                figures={name: tuple(pair) for name, pair in row["figures"].items()},
            )
        )
    return list({(row.kind, row.day, row.file, str(row.figures), row.rows): row for row in found}.values())


def _cells(table: pa.Table, name: str) -> list[object]:
    """A column as comparable values: NaN, missing and an absent column are the same."""
    if name not in table.column_names:
        return [None] * table.num_rows
    return [
        None if value in ("", None) or value != value else value for value in table.column(name).to_pylist()
    ]


def _first(table: pa.Table, name: str) -> float | None:
    return next(iter(_cells(table, name)), None)  # type: ignore[return-value]
