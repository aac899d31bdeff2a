"""What an unknown report could be: kind and columns by name, unit and values, each with its reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from shopbook.read.cells import MISSING, is_unknown, number, texts
from shopbook.read.dates import day
from shopbook.read.exports import SPECS
from shopbook.read.find import Header, candidates, is_hinted
from shopbook.read.headers import normal, unit_of
from shopbook.read.likeness import by_name
from shopbook.read.mapping import OwnLayout, mappable
from shopbook.read.names import file_name
from shopbook.read.sniff import Sheet
from shopbook.read.spec import Spec
from shopbook.text import tr

_NO_DAY = re.compile("下载|导出|更新|生成|创建|上架|下架|开始|结束|截止|付款|发货|成交时间|首次|最近")
_A_DAY = re.compile("日|时间|date|day|周期")
_ROWS = 50


@dataclass(frozen=True)
class Match:
    """One header, the column it seems to be (empty: not known), why, and some of its cells."""

    header: str
    column: str
    reason: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """A mapping that could be saved, the reasons for every header, what is missing for the kind.

    `foreign` names columns that are keys of other kinds: its rows may be about something else.
    """

    kind: str
    matches: tuple[Match, ...]
    missing: tuple[str, ...]
    foreign: tuple[str, ...]
    row: int

    def layout(self, name: str) -> OwnLayout:
        """The mapping under a name."""
        mapped = tuple((each.header, each.column) for each in self.matches if each.column)
        others = tuple(each.header for each in self.matches if not each.column)
        return OwnLayout(name, self.kind, mapped, others)


def propose(
    sheets: Sequence[Sheet], file: str, *, kind: str = "", said: Mapping[str, str] | None = None
) -> Proposal | None:
    """The likeliest kind of a file with its columns; `said` (header -> column, "" for none) is not judged.

    Of the kinds whose keys are all there the one the file name hints at, then the one that knows most
    headers, then the most particular; when no kind has its keys, the one nearest to it. None: no header row.
    """
    has_day = bool(file_name(file).days)
    found: list[tuple[tuple[object, ...], Proposal]] = []
    for sheet in sheets:
        for header in candidates(sheet.rows):
            rows = sheet.rows[header.row + header.depth :][:_ROWS]
            found += [
                _judged(spec, at, header, rows, (file, has_day), said or {})
                for at, spec in enumerate(SPECS)
                if spec.whole is None and kind in ("", spec.kind)
            ]
    return max(found, key=lambda each: each[0])[1] if found else None


def _judged(
    spec: Spec,
    place: int,
    header: Header,
    rows: Sequence[Sequence[object]],
    known: tuple[str, bool],
    said: Mapping[str, str],
) -> tuple[tuple[object, ...], Proposal]:
    file, has_day = known
    matches = _matches(spec.kind, header.cells, rows, said)
    have = {each.column for each in matches} | ({"date"} if has_day else set())
    missing = tuple(key for key in spec.layout.keys if not have.intersection(key.split("|")))
    fits = not missing and not have.intersection(spec.layout.without) and _is_marked(spec, header.cells)
    count = sum(bool(each.column) for each in matches)
    foreign = tuple(sorted(have.intersection(_dimensions()) - _own_keys(spec)))
    rank = (fits, not foreign, is_hinted(spec, file), count - 2 * len(missing), -place, -header.row)
    return rank, Proposal(spec.kind, matches, missing, foreign, header.row)


def _own_keys(spec: Spec) -> frozenset[str]:
    return frozenset(
        (*spec.of.grain, *spec.of.parts, *(n for key in spec.layout.keys for n in key.split("|")))
    )


@cache
def _dimensions() -> frozenset[str]:
    """What the rows of some kind are about: its keys that are names or ids."""
    return frozenset(
        key
        for spec in SPECS
        for key in spec.layout.keys
        if unit_of(spec.kind, key) in ("id text", "text", "category")
    )


def _is_marked(spec: Spec, cells: tuple[str, ...]) -> bool:
    have = set(map(normal, cells))
    return not spec.layout.marks or bool(have.intersection(map(normal, spec.layout.marks)))


def _matches(
    kind: str, header: tuple[str, ...], rows: Sequence[Sequence[object]], said: Mapping[str, str]
) -> tuple[Match, ...]:
    """A match for every named header; a column is given once, to the header that says it best."""
    told = {normal(name): column for name, column in said.items()}
    scored: list[tuple[float, Match]] = []
    for at, cell in enumerate(header):
        if not cell:
            continue
        values = [row[at] for row in rows if at < len(row) and str(row[at]).strip() not in MISSING]
        samples = tuple(texts(values[:3]))
        if normal(cell) in told:
            scored.append((2.0, Match(cell, told[normal(cell)], tr("as you said"), samples)))
            continue
        score, column, reason = by_name(kind, cell)
        if column and (strange := _against(kind, column, values)):
            score, column, reason = 0.0, "", strange
        scored.append((score, Match(cell, column, reason, samples)))
    if "date" in mappable(kind) and all(each.column != "date" for _, each in scored):
        scored = _by_days(scored, header, rows, told)
    best = {
        column: max(score for score, each in scored if each.column == column)
        for column in {each.column for _, each in scored}
    }
    taken: set[str] = set()
    matches = []
    for score, each in scored:
        if each.column and (score < best[each.column] or each.column in taken):
            each = replace(each, column="", reason=tr("another header says the same better"))
        taken.add(each.column)
        matches.append(each)
    return tuple(matches)


def _by_days(
    scored: list[tuple[float, Match]],
    header: tuple[str, ...],
    rows: Sequence[Sequence[object]],
    told: Mapping[str, str],
) -> list[tuple[float, Match]]:
    """When no name says the day: the one column whose cells are all days and whose name speaks of time."""
    at_days = [
        at
        for at, cell in enumerate(header)
        if cell and normal(cell) not in told and rows and all(_is_day(row[at : at + 1]) for row in rows)
    ]
    if len(at_days) != 1:
        return scored
    name = header[at_days[0]]
    if not _A_DAY.search(normal(name)) or _NO_DAY.search(name):
        return scored
    found = tr("its cells are days, and no other column's are")
    return [
        (0.8, replace(each, column="date", reason=found)) if each.header == name else (score, each)
        for score, each in scored
    ]


def _is_day(cells: Sequence[object]) -> bool:
    """Whether a cell is written as a day; a plain number could be one and is not said to be."""
    return any(number(cell) is None and day(cell) is not None for cell in cells)


def _against(kind: str, column: str, values: Sequence[object]) -> str:
    """Why cells cannot be of a column; empty when nothing speaks against it."""
    unit = unit_of(kind, column)
    if not values or unit in ("text", "category", "measured", "month"):
        return ""
    known = [value for value in values if not is_unknown(value)]
    if unit == "date":
        return "" if any(day(value) is not None for value in known) else tr("its cells are no days")
    if unit == "id text":
        return ""
    figures = [figure for value in known if (figure := number(value)) is not None]
    if not figures:
        return tr("its cells are no figures")
    if unit in ("persons", "count") and any(figure != int(figure) for figure in figures):
        return tr("its cells hold parts of one")
    if unit in ("persons", "count") and any(
        isinstance(v, str) and v.strip().endswith(("%", "元")) for v in known
    ):
        return tr("its cells carry another unit")
    return ""
