"""Templates that nobody filled in: their example row is no data."""

import tempfile
from functools import cache
from pathlib import Path

from shopbook.history.dayfile import Rows
from shopbook.kinds import kinds
from shopbook.read import ExportTable, FileRefused, Problem, read_export, template
from shopbook.read.problems import blocking

_MOST_ROWS = 3  # of a template's examples


def untouched(table: ExportTable) -> Problem | None:
    """A template as it was written, its example row taken for data."""
    example = _example(table.kind) if kinds()[table.kind].template and table.height <= _MOST_ROWS else None
    if example is None or Rows(table.values).content() != example:
        return None
    return blocking(
        "untouched_template",
        "this is the template as it was written, with its example row.\n  Found: no row of your own\n  "
        "What to do: put your own figures in the place of the example row.",
    )


@cache
def _example(kind: str) -> str | None:
    """The values of a template's example row, as a hash."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}.csv"
        path.write_text(template(kind), encoding="utf-8")
        try:
            return Rows(read_export(path).values).content()
        except FileRefused:
            return None
