"""Which report a sheet holds and on which row its header stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from shopbook.read.cells import day, number, texts
from shopbook.read.exports import SPECS
from shopbook.read.headers import names_of
from shopbook.read.problems import Problem, blocking
from shopbook.read.sniff import Cells, Sheet
from shopbook.read.spec import Spec

HEADER_ROWS = 15


@dataclass(frozen=True)
class Found:
    """A sheet whose report is known: `row` is the 0-based header row, `depth` its height."""

    sheet: Sheet
    spec: Spec
    row: int
    header: tuple[str, ...]
    depth: int = 1


@dataclass(frozen=True)
class _Header:
    row: int
    cells: tuple[str, ...]
    depth: int = 1


def find(sheet: Sheet, file: str) -> Found | None:
    """The report in `sheet`; of several that fit, one the file name hints at, else the most particular."""
    fitting = [(spec, each) for each in _candidates(sheet.rows) for spec in _fitting(each.cells)]
    if not fitting:
        return None
    hinted = [spec for spec, _ in fitting if is_hinted(spec, file)]
    spec = min(hinted or [spec for spec, _ in fitting], key=SPECS.index)
    headers = [each for other, each in fitting if other is spec]
    best = max(headers, key=lambda each: (spec.known(each.cells), -each.row))
    return Found(sheet, spec, best.row, best.cells, best.depth)


@lru_cache(maxsize=1024)
def _fitting(header: tuple[str, ...]) -> tuple[Spec, ...]:
    """The reports a header row could belong to; the same few headers come every day."""
    return tuple(spec for spec in SPECS if spec.fits(header))


def is_hinted(spec: Spec, file: str) -> bool:
    """Whether the file name speaks of this report."""
    return any(hint.lower() in file.lower() for hint in spec.layout.hints)


def not_found(sheets: Iterable[Sheet], file: str) -> Problem:
    """Why no report was found: the nearest one with what it lacks, else what the file looks like."""
    headers = [each.cells for sheet in sheets for each in _candidates(sheet.rows)]
    pairs = [(spec, header) for spec in SPECS for header in headers if spec.known(header) > 1]
    lacking = [(spec, header) for spec, header in pairs if spec.missing(header)]
    if not lacking:
        return _unknown(headers)
    spec, header = max(lacking, key=lambda pair: _nearness(pair[0], pair[1], file))
    missing = [key.split("|") for key in spec.missing(header)]
    names = [name for parts in missing for part in parts for name in names_of(spec.kind, part)]
    return blocking(
        "missing_column",
        "missing column 「{columns}」 of {kind} (accepted names: {names}).\n  Columns in the file: {found}\n"
        "  What to do: tick these columns when exporting, or add the new name to params/columns.yaml.",
        columns=[names_of(spec.kind, parts[0])[0] for parts in missing],
        kind=spec.kind,
        names=list(dict.fromkeys(names)),
        found=[text for text in header if text],
    )


def _nearness(spec: Spec, header: tuple[str, ...], file: str) -> tuple[bool, int]:
    return is_hinted(spec, file), spec.known(header) - 2 * len(spec.missing(header))


def _unknown(headers: list[tuple[str, ...]]) -> Problem:
    first = max(headers, key=lambda cells: sum(map(bool, cells)), default=())
    return blocking(
        "wrong_file",
        "not a report this suite knows.\n  Found: {found}\n  What to do: download the report again, or fill "
        "a template: shopbook template KIND.",
        found=[text for text in first if text] or ["–"],
    )


def _candidates(rows: Cells) -> list[_Header]:
    """The rows near the top that could be a header: two texts or more, no figure; or two such as one."""
    found = []
    named: tuple[str, ...] = ()
    for at, cells in enumerate(rows[:HEADER_ROWS]):
        above, named = named, _names(cells)
        if not named:
            continue
        found.append(_Header(at, named))
        if above and above[0] and not named[0]:
            found.append(_Header(at - 1, _folded(above, named), 2))
    return found


def _names(cells: Sequence[object]) -> tuple[str, ...]:
    """The cells of a row as texts when it could be a header, else nothing."""
    filled = [cell for cell in cells if cell != ""]
    if len(filled) < 2 or any(_is_figure(cell) for cell in filled):
        return ()
    return tuple(texts(cells))


def _is_figure(cell: object) -> bool:
    if not isinstance(cell, str):
        return True
    return cell[:1].isdigit() and (number(cell) is not None or day(cell) is not None)


def _folded(above: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    """Two header rows as one: the lower name where there is one, under a group name that spans columns."""
    return tuple(low or high for high, low in zip_longest(above, below, fillvalue=""))
