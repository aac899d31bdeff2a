"""The rows of a sheet that are data: no blanks, notes, repeated headers, totals; merged labels filled."""

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np

from shopbook.read import cells as cell
from shopbook.read.find import Found
from shopbook.read.headers import normal, unit_of
from shopbook.read.problems import Problem, blocking, info, warn
from shopbook.read.totals import adds_up, is_total
from shopbook.read.xlsx import Grid

# Columns whose text says that a row is about all others.
_KEYS = (
    "date", "item_id", "item_name", "search_term", "channel", "ad_plan_id", "ad_plan_name", "ad_audience",
    "ad_scene", "ad_unit_name", "ad_subject_name", "order_id", "refund_id", "entity", "entity_name",
)  # fmt: skip
_LEVELS = ("channel", "channel_detail", "channel_detail_3", "channel_detail_4")
_TAIL = 3  # rows at the end whose strange key may be a total's
_ADDS = ("persons", "count", "CNY")

Table = list[tuple[object, ...]]


def data_rows(
    found: Found, places: dict[str, int], container: str, problems: list[Problem]
) -> tuple[Table, list[int]]:
    """The data rows by column, and the sheet row of each."""
    first = found.row + found.depth
    rows = found.sheet.rows[first:]
    if container == "csv":
        problems += _lengths(found, rows)
    width = max(len(found.header), max(places.values()) + 1)
    table = _filled(_by_column(rows, width), places)
    dropped = _no_data(found, places, rows, table)
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
    if not dropped:
        return table, list(range(first + 1, first + 1 + len(rows)))
    keep = [at for at in range(len(rows)) if at not in dropped]
    return [tuple(column[at] for at in keep) for column in table], [first + at + 1 for at in keep]


def _by_column(rows: Sequence[Sequence[object]], width: int) -> Table:
    table = rows.columns() if isinstance(rows, Grid) else list(zip_longest(*rows, fillvalue=""))
    return table + [("",) * len(rows)] * (width - len(table))


def _lengths(found: Found, rows: Sequence[Sequence[object]]) -> list[Problem]:
    """Rows with more cells than the header are shifted; the end of shorter ones is not known."""
    width, first = len(found.header), found.row + found.depth + 1
    longer = [first + at for at, row in enumerate(rows) if any(value != "" for value in row[width:])]
    if longer:
        return [
            blocking(
                "shifted_rows",
                "rows with more cells than the header (row {rows}): their figures would stand in wrong "
                "columns.\n  Found: {width} headers\n  What to do: download the report again; a comma "
                "inside a cell needs quotes.",
                rows=longer[:_TAIL],
                width=width,
            )
        ]
    shorter = [first + at for at, row in enumerate(rows) if 1 < len(row) < width]
    if not shorter:
        return []
    return [
        warn(
            "short_rows",
            "rows with fewer cells than the header (row {rows}): what is missing is not known.",
            rows=shorter[:_TAIL],
        )
    ]


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
    if not found.spec.layout.totals:
        for name in _KEYS:
            if name not in places:
                continue
            column, heading = table[places[name]], normal(found.header[places[name]])
            odd = {value: kind for value in set(column) if (kind := _odd(value, heading))}
            if odd:
                dropped |= {at: odd[value] for at, value in enumerate(column) if value in odd}
    for at in _thin(list(places.values())[:3], table):
        filled = sum(not _blank(value) for value in rows[at])
        if filled == 0 or (filled == 1 and len(places) > 2):
            dropped[at] = "blank" if filled == 0 else "note"
    if not found.spec.layout.totals:
        _keyless(found, places, table, dropped)
    return dropped


def _odd(value: object, heading: str) -> str:
    """What a key that is none says about its row: "total", "header" or nothing."""
    if not isinstance(value, str) or not value or value[0].isdigit():
        return ""
    text = value.strip()
    if is_total(text):
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
    keys = [name for key in found.spec.layout.keys for name in key.split("|") if name in places]
    for name in keys:
        if unit_of(kind, name) not in ("id text", "text", "category") or name in _LEVELS[1:]:
            continue
        column = table[places[name]]
        empty = [at for at, value in enumerate(column) if not value and at not in dropped]
        empty += [
            at for at, value in enumerate(column) if value in cell.MISSING and value and at not in dropped
        ]
        if empty and len(empty) < height - len(dropped):
            for at in empty:
                dropped[at] = "total" if _sums(found, places, table, at, dropped) else "keyless"
    if "date" not in places:
        return
    dates = table[places["date"]]
    for at in range(max(height - _TAIL, 0), height):
        if at in dropped or cell.day(dates[at]) or cell.is_period(dates[at]):
            continue
        if _sums(found, places, table, at, dropped):
            dropped[at] = "total"


def _sums(found: Found, places: dict[str, int], table: Table, at: int, dropped: dict[int, str]) -> bool:
    """Whether a row is the sum or the mean of the rows that are data."""
    rows = [row for row in range(len(table[0])) if row == at or row not in dropped]
    figures = [
        np.array([_figure(table[place][row]) for row in rows])
        for name, place in places.items()
        if unit_of(found.spec.kind, name) in _ADDS
    ]
    return adds_up(figures, rows.index(at))


def _figure(value: object) -> float:
    found = cell.number(value)
    return np.nan if found is None else found
