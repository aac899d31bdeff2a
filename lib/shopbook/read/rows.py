"""The rows of a sheet that are data: no blanks, notes, repeated headers, totals; merged labels filled."""

import re
from collections.abc import Sequence
from itertools import zip_longest

import numpy as np

from shopbook.read import cells as cell
from shopbook.read import dates
from shopbook.read.find import Found
from shopbook.read.headers import canonical, normal, unit_of
from shopbook.read.ids import is_no_id
from shopbook.read.problems import Problem, blocking, info, warn
from shopbook.read.totals import adds_up, is_total
from shopbook.read.xlsx import Grid

# Columns whose text says that a row is about all others.
_KEYS = (
    "date", "item_id", "item_name", "search_term", "channel", "ad_plan_id", "ad_plan_name", "ad_audience",
    "ad_scene", "ad_unit_name", "ad_subject_name", "order_id", "refund_id", "entity", "entity_name",
)  # fmt: skip
# A name says that its row is a total only where the id beside it is empty: a plan may be called 全店.
_ID_OF = {
    "item_name": "item_id", "ad_plan_name": "ad_plan_id", "ad_unit_name": "ad_unit_id",
    "ad_subject_name": "ad_subject_id", "ad_audience": "ad_plan_id", "search_term": "ad_plan_id",
}  # fmt: skip
_A_PLAN = "全店"  # what a plan may be called: without ids it is a total where it adds up the others
_EVERY = re.compile("全部|所有|全店|整体")  # a crowd may be called 全部人群
_FREE_TEXT = ("search_term", "ad_audience", "entity", "entity_name")
_NOTE = re.compile(
    r"(?:数据来源|数据说明|(?:下载|导出|生成|更新|统计)(?:时间|日期)|统计周期|制表人?|温馨提示|备注|说明|注)\s*(?:[:：]|$)"
)
_SUM_OF_DAYS = re.compile("(?:合计|总计|小计|汇总|总和|共计)$")
_LEVELS = ("channel", "channel_detail", "channel_detail_3", "channel_detail_4")
_LABELLED = ("date", "month", "id text", "text", "category")
_ITEM_HEADER = "商品ID"
_LARGEST = 500  # rows of a table whose first and last row are added up
_TAIL = 3  # rows at the end whose strange key may be a total's
_ADDS = ("persons", "count", "CNY")

Table = list[tuple[object, ...]]


def data_rows(
    found: Found, places: dict[str, int], container: str, problems: list[Problem]
) -> tuple[Table, list[int]]:
    """The data rows by column, and the sheet row of each."""
    first = found.row + found.depth
    rows = found.sheet.rows[first:]
    if container in ("csv", "html"):
        problems += _lengths(found, rows, container)
    width = max(len(found.header), max(places.values()) + 1)
    table = _filled(_spanned(found, _by_column(rows, width), places), places)
    dropped = _no_data(found, places, rows, table)
    problems += _other_headers(found, places, table, dropped)
    totals = [at for at, reason in dropped.items() if reason == "total"]
    keyless = [first + at + 1 for at, reason in dropped.items() if reason == "keyless"]
    if totals:
        problems.append(
            info("totals_left_out", "{count} rows of totals and averages left out.", count=len(totals))
        )
    if keyless:
        problems.append(
            warn("rows_without_key", "rows without the id they are about left out: {rows}.", rows=keyless)
        )
    examples = [first + at + 1 for at, reason in dropped.items() if reason == "example"]
    if examples:
        problems.append(
            warn("example_row", "the example row of the template left out (row {rows}).", rows=examples)
        )
    if not dropped:
        return table, list(range(first + 1, first + 1 + len(rows)))
    keep = [at for at in range(len(rows)) if at not in dropped]
    return [tuple(column[at] for at in keep) for column in table], [first + at + 1 for at in keep]


def _other_headers(
    found: Found, places: dict[str, int], table: Table, dropped: dict[int, str]
) -> list[Problem]:
    """A second header of other columns or another order: two downloads one below the other."""
    kind, first = found.spec.kind, found.row + found.depth + 1
    for at in [at for at, reason in dropped.items() if reason in ("header", "note")]:
        for name, place in places.items():
            text = _label(table[place][at])
            if text and (match := canonical(kind, text)) and match[0] not in (name, ""):
                return [
                    blocking(
                        "other_header",
                        "row {row} is a second header with other columns than the first: the figures below "
                        "it would stand in wrong columns.\n  Found: {found} under {header}\n  What to do: "
                        "import the downloads one by one, as they were downloaded.",
                        row=first + at,
                        found=text,
                        header=found.header[place],
                    )
                ]
    return []


def _by_column(rows: Sequence[Sequence[object]], width: int) -> Table:
    table = rows.columns() if isinstance(rows, Grid) else list(zip_longest(*rows, fillvalue=""))
    return table + [("",) * len(rows)] * (width - len(table))


def _lengths(found: Found, rows: Sequence[Sequence[object]], container: str) -> list[Problem]:
    """Rows with more cells than the header are shifted; the end of shorter ones is not known.

    A page leaves no cell out: there a shorter row means that a header cell spans columns.
    """
    width, first = len(found.header), found.row + found.depth + 1
    longer = [first + at for at, row in enumerate(rows) if any(value != "" for value in row[width:])]
    shorter = [first + at for at, row in enumerate(rows) if 1 < len(row) < width]
    if longer or (container == "html" and len(shorter) == len(rows)):
        return [
            blocking(
                "shifted_rows",
                "rows with more or fewer cells than the header (row {rows}): their figures would stand in "
                "wrong columns.\n  Found: {width} headers\n  What to do: download the report again; a comma "
                "inside a cell needs quotes.",
                rows=(longer or shorter)[:_TAIL],
                width=width,
            )
        ]
    if not shorter:
        return []
    return [
        warn(
            "short_rows",
            "rows with fewer cells than the header (row {rows}): what is missing is not known.",
            rows=shorter[:_TAIL],
        )
    ]


def _spanned(found: Found, table: Table, places: dict[str, int]) -> Table:
    """Labels of merged cells in every row they span; a merged figure is of its first row alone."""
    first, kind = found.row + found.depth, found.spec.kind
    named = {at for name, at in places.items() if unit_of(kind, name) in _LABELLED}
    made = list(table)
    for top, last, at in found.sheet.merged:
        if at in named and top >= first:
            cells = list(made[at])
            below = range(top - first + 1, min(last - first + 1, len(cells)))
            for row in [row for row in below if _blank(cells[row])]:
                cells[row] = cells[top - first]
            made[at] = tuple(cells)
    return made


def _filled(table: Table, places: dict[str, int]) -> Table:
    """Labels that stand only in the first row of their group carried down, level by level."""
    levels = [places[name] for name in _LEVELS if name in places]
    if len(levels) < 2 or not any(_blank(value) for value in table[levels[0]][1:]):
        return table
    above = [""] * len(levels)
    filled: list[list[object]] = [[] for _ in levels]
    for at in range(len(table[0])):
        labels = [_label(table[place][at]) for place in levels]
        deepest = max((step for step, text in enumerate(labels) if text), default=-1)
        for step in range(len(levels)):
            if labels[step]:
                above[step:] = [labels[step], *[""] * (len(levels) - step - 1)]
            elif step < deepest or (step == 0 and deepest >= 0):
                labels[step] = above[step]
            filled[step].append(labels[step])
    carried = dict(zip(levels, map(tuple, filled), strict=True))
    return [carried.get(at, column) for at, column in enumerate(table)]


def _label(value: object) -> str:
    return "" if _blank(value) else str(value).strip()


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _no_data(
    found: Found, places: dict[str, int], rows: Sequence[Sequence[object]], table: Table
) -> dict[int, str]:
    """Rows that are not data, by position: blank, header, total, keyless or note."""
    dropped: dict[int, str] = {}
    names = ("date",) if found.spec.layout.totals else _KEYS
    for name in [name for name in names if name in places]:
        dropped |= _odd_keys(name, places, table, normal(found.header[places[name]]))
    first = table[min(places.values())]
    notes = {value for value in set(first) if isinstance(value, str) and _NOTE.match(value)}
    dropped |= {at: "note" for at, value in enumerate(first) if value in notes} if notes else {}
    for at in _thin(list(places.values())[:3], table):
        filled = sum(not _blank(value) for value in rows[at])
        if filled == 0 or (filled == 1 and len(places) > 2):
            dropped[at] = "blank" if filled == 0 else "note"
    dropped |= _examples(found, table, dropped)
    if not found.spec.layout.totals:
        _keyless(found, places, table, dropped)
    return dropped


def _examples(found: Found, table: Table, dropped: dict[int, str]) -> dict[int, str]:
    """The example row that a template came with, where own rows stand beside it; its item is nobody's."""
    made = found.spec.of.template
    if made is None or found.spec.report or normal(_ITEM_HEADER) not in map(normal, made.header):
        return {}
    asked = dict(zip(map(normal, made.header), made.example, strict=True))
    here = [(at, asked[normal(text)]) for at, text in enumerate(found.header) if normal(text) in asked]
    same = {
        at: "example"
        for at in range(len(table[0]))
        if len(here) == len(asked) and all(_same(table[place][at], text) for place, text in here)
    }
    return same if len(same) + len(dropped.keys() - same.keys()) < len(table[0]) else {}


def _same(value: object, text: str) -> bool:
    when, known = dates.day(text) if "-" in text else None, cell.number(text)
    if when is not None:
        return dates.day(value) == when
    return cell.plain(value) == text or (known is not None and cell.number(value) == known)


def _odd_keys(name: str, places: dict[str, int], table: Table, heading: str) -> dict[int, str]:
    """The rows whose key is none, by position."""
    column = table[places[name]]
    odd = {value: kind for value in set(column) if (kind := _odd(value, heading, name))}
    if not odd:
        return {}
    beside = table[places[_ID_OF[name]]] if _ID_OF.get(name) in places else None

    def is_named(at: int, value: object) -> bool:
        may_be_a_name = name not in _FREE_TEXT or bool(_EVERY.match(str(value)))
        return beside is not None and may_be_a_name and _is_filled_id(beside[at])

    return {
        at: odd[value]
        for at, value in enumerate(column)
        if value in odd
        and (odd[value] == "header" or not is_named(at, value))
        and not (beside is None and name in _ID_OF and str(value).startswith(_A_PLAN))
    }


def _is_filled_id(value: object) -> bool:
    text = _label(value)
    return text not in cell.MISSING and text != "0" and not is_no_id(text)


def _odd(value: object, heading: str, name: str) -> str:
    """What a key that is none says about its row: "total", "header" or nothing."""
    if not isinstance(value, str) or not value:
        return ""
    text = value.strip()
    if value[0].isdigit() and name != "item_id" and (name != "date" or not _SUM_OF_DAYS.search(text)):
        return ""
    if is_total(text, loosely=name not in _FREE_TEXT):
        return "total"
    return "header" if len(text) < len(heading) + 4 and normal(text) == heading else ""


def _thin(places: list[int], table: Table) -> set[int]:
    """Rows worth counting cell by cell: an empty or very long key, or a key and nothing else."""
    first, *others = places
    found = {
        at
        for at, value in enumerate(table[first])
        if value == "" or (isinstance(value, str) and (len(value) > 20 or not value.strip()))
    }
    if others:
        found |= {
            at
            for at, value in enumerate(table[others[0]])
            if not value and not any(table[place][at] for place in others)
        }
    return found


def _keyless(found: Found, places: dict[str, int], table: Table, dropped: dict[int, str]) -> None:
    """Rows whose id is empty are totals or of nothing; so is a row at the end that adds up the others."""
    kind, height = found.spec.kind, len(table[0])
    keys = [name for name in found.spec.layout.keys if name in places]  # of `a|b` either may be empty
    for name in [name for name in keys if name != "buyer"]:  # who may be hidden
        if unit_of(kind, name) not in ("id text", "text", "category") or name in _LEVELS[1:]:
            continue
        column, is_id = table[places[name]], unit_of(kind, name) == "id text"
        none = {value for value in set(column) if _is_no_key(value, is_id=is_id)}
        empty = [at for at, value in enumerate(column) if value in none and at not in dropped] if none else []
        if empty and len(empty) < height - len(dropped):
            for at in empty:
                dropped[at] = "total" if _sums(found, places, table, at, dropped) else "keyless"
    for name in [name for name in _ID_OF if name in places and _ID_OF[name] not in places]:
        for at in [at for at, value in enumerate(table[places[name]]) if str(value).startswith(_A_PLAN)]:
            if (
                at not in dropped
                and is_total(str(table[places[name]][at]))
                and _sums(found, places, table, at, dropped)
            ):
                dropped[at] = "total"
    days = table[places["date"]] if "date" in places else ()
    for at in range(max(len(days) - _TAIL, 0), len(days)):
        if at not in dropped and _is_dateless(days[at]) and _sums(found, places, table, at, dropped):
            dropped[at] = "total"
    _unnamed(found, places, table, dropped)


def _is_no_key(value: object, *, is_id: bool) -> bool:
    if isinstance(value, str) and not value.isdecimal():
        return not value.strip() or value in cell.MISSING or (is_id and is_no_id(value.strip()))
    return not value


def _is_dateless(value: object) -> bool:
    """Whether a cell of a day column says no day at all, not even one that can be read in two ways."""
    return not (dates.day(value) or dates.is_period(value) or dates.is_ambiguous(value))


def _unnamed(found: Found, places: dict[str, int], table: Table, dropped: dict[int, str]) -> None:
    """The first or last row of a table keyed by words, when it certainly adds up all others."""
    if len(table[0]) > _LARGEST or not {*_FREE_TEXT, "ad_spend"} & places.keys() or "item_type" in places:
        return
    kept = [at for at in range(len(table[0])) if at not in dropped]
    for at in {kept[0], kept[-1]} if len(kept) > _TAIL else ():
        if _sums(found, places, table, at, dropped, certainly=True):
            dropped[at] = "total"


def _sums(
    found: Found,
    places: dict[str, int],
    table: Table,
    at: int,
    dropped: dict[int, str],
    *,
    certainly: bool = False,
) -> bool:
    """Whether a row is the sum or the mean of the rows that are data."""
    rows = [row for row in range(len(table[0])) if row == at or row not in dropped]
    figures = [
        np.array([_figure(table[place][row]) for row in rows])
        for name, place in places.items()
        if unit_of(found.spec.kind, name) in _ADDS
    ]
    return adds_up(figures, rows.index(at), certainly=certainly)


def _figure(value: object) -> float:
    found = cell.number(value)
    return np.nan if found is None else found
