"""Cells and texts to days: one day, or a period that is none."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np

from shopbook.read.cells import MISSING, plain

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]+\d{1,2}:\d{2}.*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+\d{1,2}:\d{2}.*)?")
_WEEKDAY = re.compile(r"\s*[(（]?(?:星期|礼拜|周)[一二三四五六日天][)）]?")
_TO = re.compile(r"\s*(?:~|～|至|到|—|(?<=\d)-(?=20\d{2}[-/.年]))\s*|\s+-\s+")
_SPAN = re.compile(
    r"(?:近|过去)\s*(?:\d\d+|[2-9])\s*(?:天|日|周|个?月)|近\s*1\s*(?:周|个?月)|[上本][周月]|自然[周月]|[周月]报"
    r"|第\s*\d+\s*周|\d{4}-?W\d{1,2}|全年|季度|同期|last \d+ days",
    re.IGNORECASE,
)
# Two ends, the second without its year: 2026-11-18至11-24, 11.18-11.24
_SHORT_END = re.compile(
    r"(?<!\d)(?:20\d{2}\s*[-/.年]\s*)?(\d{1,2}\s*[-/.月]\s*\d{1,2})\s*[日号]?"
    r"\s*(?:~|～|至|到|—|–|(?<=[日号 ])-|-(?=\d{1,2}[./月]))"
    r"\s*(?!20\d{2})(\d{1,2}\s*[-/.月]\s*\d{1,2})(?!\d)"
)
_MONTH = re.compile(r"20\d{2}\s*[-/.年]\s*\d{1,2}\s*月?")
_YEARS = range(2000, 2100)
# A moment of another time zone: its day may be another one where the shop is.
_ELSEWHERE = re.compile(
    r":\d{2}(?:\.\d+)?\s*(?:Z|UTC|GMT|(?:\+|(?<=:\d\d:\d\d)-|(?<=\.\d{3})-)(?!0?8(?::?00)?$)\d{1,2}(?::?\d\d)?)$",
    re.IGNORECASE,
)
_SHORT_DAY = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{2})")
_EPOCH = dt.date(1899, 12, 30)
_SERIALS = range(36_526, 73_051)  # 2000-01-01 to 2099-12-31 as Excel counts days


def days(cells: Sequence[object]) -> tuple[np.ndarray, list[int]]:
    """Every cell as a day (NaT when missing), and the positions that hold something else.

    Where one cell of a column shows whether the month or the day stands first, it says so for all.
    """
    known = {cell: day(cell) for cell in set(cells)}
    known |= _in_order([cell for cell, found in known.items() if found is None], known)
    found = np.array(list(known.values()), dtype="datetime64[D]").astype("datetime64[ns]")
    places = dict(zip(known, range(len(known)), strict=True))
    odd = {cell for cell, value in known.items() if value is None and plain(cell) not in MISSING}
    bad = [at for at, cell in enumerate(cells) if cell in odd] if odd else []
    return found[[places[cell] for cell in cells]], bad


def day(cell: object) -> dt.date | None:
    """One cell as a day: text in the listed ways, an Excel serial, YYYYMMDD; None when it is none."""
    if isinstance(cell, dt.datetime):
        return _possible(cell.date())
    if isinstance(cell, dt.date):
        return _possible(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _day_of_number(cell)
    text = plain(cell)
    if _ELSEWHERE.search(text):
        return None
    if not text.isascii():
        text = _WEEKDAY.sub("", unicodedata.normalize("NFKC", text)).strip()
    if found := _plain_day(text):
        return found
    ends = _TO.split(text)
    if len(ends) == 2 and (first := _plain_day(ends[0].strip())) and first == _plain_day(ends[1].strip()):
        return first
    return None


def _in_order(open_: Sequence[object], known: Mapping[object, dt.date | None]) -> dict[object, dt.date]:
    """Days such as 05/06/2026 by the one order in which every cell of the column is a day."""
    written = {cell: _YEAR_LAST.fullmatch(plain(cell)) for cell in known}
    parts = {cell: (int(match[1]), int(match[2])) for cell, match in written.items() if match}
    day_first, month_first = any(a > 12 for a, _ in parts.values()), any(b > 12 for _, b in parts.values())
    if day_first == month_first:
        return {}
    made = {}
    for cell in open_:
        if match := written[cell]:
            month, number_ = (match[2], match[1]) if day_first else (match[1], match[2])
            if found := _date(match[3], month, number_):
                made[cell] = found
    return made


def _plain_day(text: str) -> dt.date | None:
    """A text that is nothing but a day."""
    if text.isdecimal():
        return _day_of_number(int(text)) if len(text) < 10 else None
    if re.fullmatch(r"\d{5}\.\d+|\d{8}\.0", text):
        return _day_of_number(float(text))
    if match := _DAY.fullmatch(text):
        return _date(*match.groups())
    if match := _SHORT_DAY.fullmatch(text):
        month, number_, year = match.groups()
        return _date(f"20{year}", month, number_)
    if match := _YEAR_LAST.fullmatch(text):
        return _year_last(int(match[1]), int(match[2]), match[3])
    return None


def _year_last(first: int, second: int, year: str) -> dt.date | None:
    """11/24/2026 or 24/11/2026, where only one reading is a day; 05/06/2026 may be either."""
    if first == second or second > 12:
        return _date(year, str(first), str(second))
    return _date(year, str(second), str(first)) if first > 12 else None


def span_in(text: str) -> str:
    """The words of a banner or a file name that mean more than a day: 近7天, 2026-11-18至11-24."""
    if (found := _SPAN.search(text)) is not None:
        return found[0]
    for match in _SHORT_END.finditer(text):
        first, last = (tuple(map(int, re.findall(r"\d+", end))) for end in (match[1], match[2]))
        if first != last and all(1 <= month <= 12 and 1 <= number_ <= 31 for month, number_ in (first, last)):
            return match[0]
    return ""


def is_period(cell: object) -> bool:
    """Whether a cell names more than a day: 2026-04-01 ~ 2026-04-07, 2026-11, 近7天."""
    text = plain(cell)
    if span_in(text) or _MONTH.fullmatch(text):
        return True
    found = re.findall(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})", text)
    return len(found) > 1 and len({tuple(map(int, parts)) for parts in found}) > 1


def is_ambiguous(cell: object) -> bool:
    """Whether a cell is a day that may be read in two ways: 05/06/2026."""
    match = _YEAR_LAST.fullmatch(plain(cell))
    return match is not None and day(cell) is None and int(match[1]) <= 12 and int(match[2]) <= 12


def _day_of_number(value: float) -> dt.date | None:
    whole = int(value) if value == value and abs(value) < 1e9 else 0
    if whole in _SERIALS:
        return _EPOCH + dt.timedelta(days=whole)
    if 20_000_101 <= whole <= 21_001_231:
        text = str(whole)
        return _date(text[:4], text[4:6], text[6:])
    return None


def _date(year: str, month: str, number_: str) -> dt.date | None:
    try:
        return _possible(dt.date(int(year), int(month), int(number_)))
    except ValueError:
        return None


def _possible(day: dt.date) -> dt.date | None:
    """A day that a shop can have; others wrap around where days are counted in nanoseconds."""
    return day if day.year in _YEARS else None
