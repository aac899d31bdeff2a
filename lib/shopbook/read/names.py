"""What a file name says: days, device, item id, sub-report."""

import datetime as dt
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from shopbook.read.dates import day, span_in

_DATES = re.compile(r"(?<!\d)(20\d{2}[-./]\d{1,2}[-./]\d{1,2}|20\d{2}年\d{1,2}月\d{1,2}日?|20\d{6})(?!\d)")
# When it was downloaded.
_STAMP = re.compile(
    r"(?<!\d)20\d{6}[_-]?\d{6}(?!\d)|(?<!\d)20\d{10}(?!\d)"
    r"|(?<!\d)20\d{2}[-_.]\d{2}[-_.]\d{2}[-_ T]+\d{2}([-_.:：]?)\d{2}\1\d{2}(?!\d)"
    r"|(?:下载|导出|生成)(?:于|时间|日期)?[-_:： ]*20\d{2}[-_./年]?\d{1,2}[-_./月]?\d{1,2}日?"
)
_ATTRIBUTION = (
    ("最后一次", "last"), ("末次", "last"), ("最后访问", "last"), ("第一次", "first"), ("首次访问", "first"),
    ("首次来源", "first"), ("每一次", "every"), ("每次", "every"),
)  # fmt: skip
_SAYS_DAY = re.compile(r"统计|周期|日期|时间|date|period|^[（(]?(?:最近|近|过去)\s*\d", re.IGNORECASE)
_A_MONTH = re.compile(r"(?<!\d)20\d{2}\s*[-/.年]\s*(?:1[0-2]|0?[1-9])(?!\d)\s*月?")
_SAYS_MADE = re.compile(r"下载|导出|生成|更新|export", re.IGNORECASE)
_ITEM = re.compile(r"(?<!\d)(\d{9,15})(?!\d)")
# Control characters, and marks that turn the direction of writing or hide.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_COPY = re.compile(r"\s*[(（]\d+[)）](?=\.\w+$|$)")


@dataclass(frozen=True)
class FileName:
    """The facts in a file name; `stem` is the name without copy number, the same for duplicate downloads.

    `span` is what it says in words about more than a day: 近7天.
    """

    stem: str
    days: tuple[dt.date, ...]
    device: str
    item_id: str
    span: str = ""

    @property
    def period(self) -> tuple[dt.date, dt.date] | None:
        """First and last day when the name spans more than one day."""
        return (min(self.days), max(self.days)) if len(set(self.days)) > 1 else None


def shown(name: str) -> str:
    """A file name as text to print and to store: bytes of GBK read as such, hidden characters out."""
    try:
        name.encode()
    except UnicodeEncodeError:  # the bytes of the name are no UTF-8
        name = os.fsencode(name).decode("gb18030", "replace")
    return _HIDDEN.sub("", name) or "_"


@lru_cache(maxsize=4096)
def file_name(name: str) -> FileName:
    """The facts in `name`."""
    stem = _STAMP.sub(" ", _COPY.sub("", name))
    found = [(text, value) for text in _DATES.findall(stem) if (value := day(text))]
    rest = _DATES.sub(" ", stem)
    item = _ITEM.search(rest)
    return FileName(
        _COPY.sub("", name),
        tuple(value for _, value in found),
        device(stem),
        item[1] if item else "",
        span_in(stem),
    )


def device(text: str) -> str:
    """pc, wireless or "" as a file or sheet name says it."""
    if "无线" in text or "手机" in text:
        return "wireless"
    return "pc" if re.search(r"(?<![A-Za-z])PC(?![A-Za-z])", text, re.IGNORECASE) else ""


def attribution(text: str) -> str:
    """Which visit of a buyer a source report counts (every, first, last); nothing when it is not said."""
    return next((name for words, name in _ATTRIBUTION if words in text), "")


def banner_days(lines: Sequence[str]) -> tuple[dt.date, ...]:
    """The days that lines above a header say the figures are of."""
    return _days_in(_about_time(lines))


def title_days(titles: Sequence[str]) -> tuple[dt.date, ...]:
    """The days that stand in titles."""
    return _days_in([line for line in titles if not _SAYS_MADE.search(line)])


def _days_in(lines: Sequence[str]) -> tuple[dt.date, ...]:
    found = [day(text) for line in lines for text in _DATES.findall(line)]
    return tuple(value for value in found if value)


def banner_span(lines: Sequence[str]) -> str:
    """What lines above a header say in words about more than a day: 统计周期：近7天."""
    return _span_of(_about_time(lines))


def title_span(titles: Sequence[str]) -> str:
    """What titles say in words about more than a day: 2026年第47周 店铺数据."""
    return _span_of([line for line in titles if not _SAYS_MADE.search(line)])


def _span_of(said: Sequence[str]) -> str:
    months = [found[0] for line in said if not _DATES.search(line) and (found := _A_MONTH.search(line))]
    return next((span for line in said if (span := span_in(line))), months[0] if months else "")


def _about_time(lines: Sequence[str]) -> list[str]:
    """The lines that say of when the figures are, not when they were downloaded."""
    return [line for line in lines if _SAYS_DAY.search(line) and not _SAYS_MADE.search(line)]
