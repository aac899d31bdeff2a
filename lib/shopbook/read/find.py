"""Which report a sheet holds and on which row its header stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from shopbook.read.cells import texts
from shopbook.read.exports import SPECS
from shopbook.read.headers import names_of, normal
from shopbook.read.problems import Problem, blocking
from shopbook.read.sniff import Cells, Sheet
from shopbook.read.spec import Spec

HEADER_ROWS = 15


@dataclass(frozen=True)
class Found:
    """A sheet whose report is known: `row` is the 0-based header row, `header` its cells as text."""

    sheet: Sheet
    spec: Spec
    row: int
    header: tuple[str, ...]


def find(sheet: Sheet, file: str) -> Found | None:
    """The report in `sheet`; of several that fit, the one the file name hints at, else the most particular."""
    headers = _candidates(sheet.rows)
    fitting = [(spec, row, header) for spec in SPECS for row, header in headers if spec.fits(header)]
    if not fitting:
        return None
    hinted = [entry for entry in fitting if is_hinted(entry[0], file)]
    spec = (hinted or fitting)[0][0]
    rows = [(header_known(spec, header), -row, header) for other, row, header in fitting if other is spec]
    _, row, header = max(rows)
    return Found(sheet, spec, -row, header)


def is_hinted(spec: Spec, file: str) -> bool:
    """Whether the file name speaks of this report."""
    return any(hint.lower() in file.lower() for hint in spec.hints)


def header_known(spec: Spec, header: tuple[str, ...]) -> int:
    """How many cells of a header row the report knows."""
    return spec.known(header)


def not_found(sheets: Iterable[Sheet], file: str) -> Problem:
    """Why no report was found: the nearest one with what it lacks, else what the file looks like."""
    headers = [entry for sheet in sheets for entry in _candidates(sheet.rows)]
    nearest = max(
        (
            (is_hinted(spec, file), spec.known(header), spec, header)
            for spec in SPECS
            for _, header in headers
        ),
        key=lambda entry: (entry[0] and entry[1] > 0, entry[1] - 2 * len(entry[2].missing(entry[3]))),
        default=None,
    )
    if nearest is None or nearest[1] < 2 or not nearest[2].missing(nearest[3]):
        return _unknown(headers)
    _, _, spec, header = nearest
    columns = [key.split("|")[0] for key in spec.missing(header)]
    wanted = [names_of(spec.kind, column)[0] for column in columns]
    also = [
        name for key in spec.missing(header) for part in key.split("|") for name in names_of(spec.kind, part)
    ]
    return blocking(
        "missing_column",
        "missing column 「{columns}」 of {kind} (accepted names: {names}).\n  Columns in the file: {found}\n  "
        "What to do: tick these columns when exporting, or add the new name to params/columns.yaml.",
        columns=wanted,
        kind=spec.kind,
        names=list(dict.fromkeys(also)),
        found=[text for text in header if text],
    )


def _unknown(headers: list[tuple[int, tuple[str, ...]]]) -> Problem:
    first = max(headers, key=lambda entry: sum(map(bool, entry[1])), default=(0, ()))[1]
    return blocking(
        "wrong_file",
        "not a report this suite knows.\n  Found: {found}\n  What to do: download the report again, or fill a "
        "template: shopbook template KIND.",
        found=[text for text in first if text] or ["–"],
    )


def _candidates(rows: Cells) -> list[tuple[int, tuple[str, ...]]]:
    """The rows near the top that could be a header: at least two texts."""
    found = []
    for at, cells in enumerate(rows[:HEADER_ROWS]):
        header = tuple(texts(cells))
        if sum(map(bool, header)) > 1 or any(normal(text) == "得分" for text in header):
            found.append((at, header))
    return found
