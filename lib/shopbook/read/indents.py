"""Levels that only the shape of one column shows: names set in by blanks or marks below their parents."""

import re
from collections.abc import Sequence

from shopbook.read.cells import plain
from shopbook.read.headers import normal
from shopbook.read.problems import Problem, blocking

LEVELS = ("channel", "channel_detail", "channel_detail_3", "channel_detail_4")
_SET_IN = re.compile("([ \u3000\xa0\t]*(?:[└├│┗┣┃╰┕┖]+[─━—-]*|-{2,}|—{2,})?[ \u3000\xa0\t]*)(.*)", re.DOTALL)
_LEVEL_COLUMN = re.compile("(?:来源|流量|流量来源)?(?:层级|级别|等级)")
_WIDE = {"\u3000": 2, "\t": 4}
_LEAST = 2  # columns: one blank before a name is an accident
_SHOWN = 3


def levelled(
    header: Sequence[str], places: dict[str, int], table: Sequence[Sequence[object]], rows: Sequence[int]
) -> tuple[dict[str, list[str]], list[Problem]]:
    """The labels of every level where one column shows them by how far a name is set in; else nothing.

    A name set in deeper is a part of the last one above it that is not: such rows on one level would add
    parents and children.
    """
    if "channel" not in places:
        return {}, []
    for at, text in enumerate(header):
        if _LEVEL_COLUMN.fullmatch(normal(text)) and len(set(map(plain, table[at]))) > 1:
            return {}, [_unclear(text, [plain(value) for value in table[at][:_SHOWN]], list(rows[:_SHOWN]))]
    others = [places[name] for name in LEVELS[1:] if name in places]
    if any(plain(value) for at in others for value in table[at]):
        return {}, []
    cells = [str(value) for value in table[places["channel"]]]
    depths = [_depth(cell) for cell in cells]
    steps = {depth: level for level, depth in enumerate(sorted(set(depths)))}
    if len(steps) < 2 or max(steps) - min(steps) < _LEAST:
        return {}, []
    levels = [steps[depth] for depth in depths]
    jumps = [at for at, level in enumerate(levels) if level > (levels[at - 1] + 1 if at else 0)]
    if jumps or len(steps) > len(LEVELS):
        shown = jumps[:_SHOWN] or [levels.index(max(levels))]
        named = header[places["channel"]]
        return {}, [_unclear(named, [cells[at] for at in shown], [rows[at] for at in shown])]
    return _labels([_name(cell) for cell in cells], levels), []


def _labels(names: list[str], levels: list[int]) -> dict[str, list[str]]:
    above = [""] * len(LEVELS)
    made: dict[str, list[str]] = {name: [] for name in LEVELS[: max(levels) + 1]}
    for name, level in zip(names, levels, strict=True):
        above[level:] = [name, *[""] * (len(LEVELS) - level - 1)]
        for at, label in enumerate(made):
            made[label].append(above[at])
    return made


def _depth(cell: str) -> int:
    match = _SET_IN.match(cell)
    return sum(_WIDE.get(mark, 1) if mark.isspace() else _LEAST for mark in match[1]) if match else 0


def _name(cell: str) -> str:
    match = _SET_IN.match(cell)
    return match[2].strip() if match else cell.strip()


def _unclear(column: str, found: list[str], rows: list[int]) -> Problem:
    return blocking(
        "levels_unclear",
        "column {column} shows several levels of sources, and not which is a part of which (row {rows}).\n  "
        "Found: {found}\n  What to do: download the report with a column for each level "
        "(一级来源, 二级来源), or keep the rows of one level.",
        column=column,
        rows=rows,
        found=[repr(text) for text in found],
    )
