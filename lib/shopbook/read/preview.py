"""What a file is, lacks and would lose, without importing it."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from shopbook.read.export import ExportTable, read_export
from shopbook.read.names import shown
from shopbook.read.problems import FileRefused, Problem
from shopbook.read.spec import OfShop


@dataclass(frozen=True)
class Preview:
    """The answer of `shopbook check`: `kind` is empty for a refused file."""

    file: str
    ok: bool
    kind: str
    report: str
    rows: int
    first_day: str
    last_day: str
    columns: tuple[str, ...]
    problems: tuple[Problem, ...]


def check(
    path: Path | str,
    *,
    shop: str | OfShop = "",
    today: dt.date | None = None,
    item_id: str = "",
    day: dt.date | None = None,
) -> Preview:
    """Read `path` as an import would and tell the outcome; changes nothing."""
    path = Path(path)
    try:
        return preview(path.name, read_export(path, shop=shop, today=today, item_id=item_id, day=day))
    except FileRefused as refused:
        return preview(path.name, refused.problems)


def preview(name: str, found: ExportTable | tuple[Problem, ...]) -> Preview:
    """The answer for a file that was read, or was refused for these problems."""
    if not isinstance(found, ExportTable):
        return Preview(shown(name), False, "", "", 0, "", "", (), found)
    table, days = found, found.values.get("date")
    return Preview(
        file=shown(name),
        ok=True,
        kind=table.kind,
        report=table.report,
        rows=table.height,
        first_day=str(days.min())[:10] if days is not None else "",
        last_day=str(days.max())[:10] if days is not None else "",
        columns=tuple(table.values),
        problems=table.problems,
    )
