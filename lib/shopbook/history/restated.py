"""The record of restated days: which figures a later import replaced, old and new."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from shopbook import state

FILE = "restated.jsonl"
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
    state.append(folder / FILE, [{**asdict(row), "day": str(row.day or "")} for row in rows])


def read_restated(folder: Path) -> list[Restated]:
    """Every whole record, the same one once: an import that a crash cut off writes it again."""
    rows = state.read(folder / FILE, made)
    return list({(row.kind, row.day, row.file, str(row.figures), row.rows): row for row in rows}.values())


def made(row: dict[str, Any]) -> Restated:
    """A record from its plain values."""
    return Restated(
        kind=row["kind"],
        day=dt.date.fromisoformat(row["day"]) if row["day"] else None,
        when=row["when"],
        file=row["file"],
        rows=(int(row["rows"][0]), int(row["rows"][1])),
        columns=tuple(row["columns"]),
        figures={name: (pair[0], pair[1]) for name, pair in row["figures"].items()},
    )


def _cells(table: pa.Table, name: str) -> list[object]:
    """A column as comparable values: NaN, missing and an absent column are the same."""
    if name not in table.column_names:
        return [None] * table.num_rows
    return [
        None if value in ("", None) or value != value else value for value in table.column(name).to_pylist()
    ]


def _first(table: pa.Table, name: str) -> float | None:
    return next(iter(_cells(table, name)), None)  # type: ignore[return-value]
