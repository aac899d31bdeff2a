"""What an unknown report could be: kind and columns by name, unit and values, each with its reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache

from shopbook.columns import columns
from shopbook.kinds import kinds
from shopbook.read.cells import MISSING, day, is_unknown, number, texts
from shopbook.read.exports import SPECS
from shopbook.read.find import Header, candidates, is_hinted
from shopbook.read.headers import accepted, canonical, normal, unit_of
from shopbook.read.mapping import OwnLayout, mappable
from shopbook.read.names import file_name
from shopbook.read.sniff import Sheet
from shopbook.read.spec import Spec
from shopbook.text import tr

# Words around a name that change nothing of what it means.
_BEFORE = (
    "店铺",
    "全店",
    "本店",
    "我的",
    "自营",
    "每日",
    "当日",
    "日",
    "数据",
    "统计",
    "业务",
    "总",
    "the",
    "daily",
    "total",
    "shop",
)
_UNITS = {
    "CNY": ("元", "rmb", "cny", "yuan", "¥"),
    "persons": ("人", "位", "名", "人数", "persons", "people"),
    "count": ("次", "个", "件", "笔", "times", "pcs", "units"),
    "fraction": ("%", "百分比"),
    "seconds": ("秒", "s", "seconds"),
    "hours": ("小时", "h", "hours"),
    "days": ("天", "days"),
}
_TAIL = re.compile(r"[(\[【{<_/:-]*(?:单位[:：]?)?([^\d\W]+|%|¥)[)\]】}>]*$")
_CLOSE, _GAP = 0.86, 0.06
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
    """A mapping that could be saved, the reasons for every header, what is missing for the kind."""

    kind: str
    matches: tuple[Match, ...]
    missing: tuple[str, ...]
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
    rank = (fits, is_hinted(spec, file), count - 2 * len(missing), -place, -header.row)
    return rank, Proposal(spec.kind, matches, missing, header.row)


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
        score, column, reason = _by_name(kind, cell)
        if column and (strange := _against(kind, column, values)):
            score, column, reason = 0.0, "", strange
        scored.append((score, Match(cell, column, reason, samples)))
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


def _by_name(kind: str, header: str) -> tuple[float, str, str]:
    """(score, column, reason) of the column a header's words name; "" when nothing is certain."""
    exact = canonical(kind, header)
    if exact is not None:
        column = exact[0] if exact[0] in mappable(kind) else ""
        return 1.0, column, tr("the platform's name") if column else tr("known, not loaded")
    if (near := _near().get(normal(header))) is not None:
        return 0.0, "", tr("like {column}, not the same", column=near)
    for text, unit in _bare(header):
        column = _named(kind, text)
        if column and (not unit or unit in _UNITS.get(unit_of(kind, column), ())):
            return 0.95, column, tr("the same name beside prefix, unit or language")
    return _like(kind, header)


def _bare(header: str) -> list[tuple[str, str]]:
    """A header without a neutral word before it and without a unit after it: (text, unit taken off)."""
    text = normal(header)
    found = [(text, "")]
    if (tail := _TAIL.search(text)) is not None:
        found += [
            (text[: -len(tail[0])] if tail[0] != tail[1] else text.removesuffix(unit), unit)
            for units in _UNITS.values()
            for unit in units
            if tail[1] == unit or (tail[0] == tail[1] and text.endswith(unit))
        ]
    for before in _BEFORE:
        found += [
            (each.removeprefix(before).lstrip("_-:·. "), unit)
            for each, unit in tuple(found)
            if each.startswith(before) and len(each) > len(before) + 1
        ]
    return found


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", normal(text))


@cache
def _names(kind: str) -> dict[str, str]:
    """Every name of a kind's columns without marks, in both languages; what two columns share is left out."""
    own = accepted(kind)
    found: dict[str, set[str]] = {}
    for name, (column, _) in own.items():
        if column in mappable(kind):
            found.setdefault(_plain(name), set()).add(column)
    for each in columns().values():
        column = own.get(normal(each.zh), ("", 0))[0]
        for name in (each.en, each.name) if column else ():
            if column in mappable(kind):
                found.setdefault(_plain(name), set()).add(column)
    for column in kinds()[kind].columns.fields:
        found.setdefault(_plain(column), set()).add(column)
    return {name: next(iter(each)) for name, each in found.items() if len(each) == 1 and name}


def _named(kind: str, text: str) -> str:
    return _names(kind).get(_plain(text), "")


@cache
def _near() -> dict[str, str]:
    """Names that are alike and not the same -> the column they are not."""
    return {normal(name): each.label for each in columns().values() for name in each.near}


def _like(kind: str, header: str) -> tuple[float, str, str]:
    """A Latin name with a slip of the pen; one Chinese letter more or less is another figure."""
    text = _plain(header)
    if not text.isascii() or len(text) < 6:
        return 0.0, "", tr("no name like it")
    ranked: dict[str, float] = {}
    for name, column in _names(kind).items():
        if name.isascii():
            ranked[column] = max(SequenceMatcher(None, text, name).ratio(), ranked.get(column, 0.0))
    best, second, *_ = [
        *sorted(((score, name) for name, score in ranked.items()), reverse=True),
        (0.0, ""),
        (0.0, ""),
    ]
    if best[0] < _CLOSE or best[0] - second[0] < _GAP:
        return 0.0, "", tr("no name like it")
    return 0.9 * best[0], best[1], tr("nearly the same name")


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
