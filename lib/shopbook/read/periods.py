"""What columns beside the day, and the days themselves, say about more than a day or less than one."""

import datetime as dt
import re
from collections.abc import Sequence

import numpy as np

from shopbook.read import dates
from shopbook.read.cells import MISSING, plain
from shopbook.read.headers import canonical, normal
from shopbook.read.odd_cells import period
from shopbook.read.problems import Problem
from shopbook.read.spec import Spec

_STARTS = re.compile("(?:统计|数据)?(?:开始|起始)(?:日期|时间|日)")
_ENDS = re.compile("(?:统计|数据)?(?:结束|截止|终止)(?:日期|时间|日)")
_OF_TIME = re.compile("(?:统计|数据|查询)?(?:日期|时间|周期|区间)(?:范围|周期|区间|段)?")
_STEP = re.compile("粒度")
_DAILY = ("日", "天", "按日", "按天", "每日", "自然日", "day", "daily")
_CLOCK = re.compile(r"(.*\d)[ T]+(\d{1,2}:\d{2}(?::\d{2})?)(?!.*[~～至-])")
_LOOKED_AT = 50
_WEEK = np.timedelta64(7, "D")

Table = list[tuple[object, ...]]


def spanned(table: Table, header: Sequence[str], places: dict[str, int]) -> Table:
    """Days given by their first and their last: one day where both are the same, else a period."""
    start = places.get("date", -1)
    if start < 0 or not _STARTS.fullmatch(normal(header[start])):
        return table
    end = _place(_ENDS, header)
    if end < 0:
        return table
    said = [_between(first, last) for first, last in zip(table[start], table[end], strict=True)]
    return [tuple(said) if at == start else column for at, column in enumerate(table)]


def beside(table: Table, header: Sequence[str], spec: Spec, day_at: int) -> list[Problem]:
    """The refusal where a column that is not the day's says another span: 统计周期 近7天, 粒度 周."""
    if spec.of.dated != "day":
        return []
    start, end = _place(_STARTS, header), _place(_ENDS, header)
    if start != day_at and min(start, end) >= 0:
        for first, last in zip(table[start], table[end], strict=True):
            if not _is_missing(first) and not _is_missing(last) and _between(first, last) != first:
                return [period(f"{plain(first)} ~ {plain(last)}")]
    for at, text in enumerate(header):
        name = normal(text)
        if at == day_at or not name:
            continue
        for value in set(table[at]) if _OF_TIME.fullmatch(name) or _STEP.search(name) else ():
            if dates.is_period(value) or (_STEP.search(name) and not _is_daily(value)):
                return [period(plain(value))]
    return []


def _place(names: re.Pattern[str], header: Sequence[str]) -> int:
    return next((at for at, text in enumerate(header) if names.fullmatch(normal(text))), -1)


def _between(first: object, last: object) -> object:
    return first if not last or dates.day(first) == dates.day(last) else f"{first} ~ {last}"


def _is_missing(value: object) -> bool:
    return plain(value) in MISSING


def _is_daily(value: object) -> bool:
    return _is_missing(value) or plain(value).lower() in _DAILY


def are_apart(days: np.ndarray) -> bool:
    """Whether every day lies a week or more from the next: the rows are of weeks or months."""
    found = np.unique(days)
    return len(found) > 1 and bool((np.diff(found) >= _WEEK).all())


def by_hours(spec: Spec, header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """The header of the day's column where a day stands in it under several times; else nothing."""
    if "date" not in spec.of.grain or spec.of.running_day:
        return ""
    found = (
        at for at, text in enumerate(header) if text and (canonical(spec.kind, text) or " ")[0] == "date"
    )
    at = next(found, -1)
    if at < 0 or not any(_clock(row[at]) for row in rows[:_LOOKED_AT] if at < len(row)):
        return ""
    times: dict[object, object] = {}
    for row in rows:
        if at < len(row) and (clock := _clock(row[at])) and times.setdefault(clock[0], clock[1]) != clock[1]:
            return header[at]
    return ""


def _clock(cell: object) -> tuple[object, object] | None:
    """The day and the time of a cell that holds both."""
    if isinstance(cell, dt.datetime):
        return cell.date(), cell.time()
    match = _CLOCK.match(cell) if isinstance(cell, str) else None
    return (match[1], match[2]) if match else None
