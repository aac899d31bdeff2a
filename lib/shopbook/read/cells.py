"""Cells to values: numbers, ids, dates, texts, as exports really write them."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MISSING = frozenset({"", "-", "--", "—", "－", "――", "null", "NULL", "None", "nan", "NaN", "N/A", "#N/A"})
_MISSING = pa.array(sorted(MISSING))
_NOISE = (",", "，", "￥", "¥", "元", " ", "\t", "\u3000", "\xa0", "\ufeff")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_SCALES = {"万": 1e4, "亿": 1e8, "千": 1e3, "w": 1e4, "W": 1e4}
_RANGE = re.compile(r"(.+?)\s*[~～—至]\s*(.+)|([\d.,万亿]+)\s*-\s*([\d.,万亿]+)")
_BLANKS = "\ufeff \t\r\n\u3000\xa0"
_BETWEEN = "\x1f"
_FEW = 60  # below this many cells the plain loop beats the set-up of the column functions
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]+\d{1,2}:\d{2}.*)?")
_SHORT_DAY = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{2})")
_EPOCH = dt.date(1899, 12, 30)
_SERIALS = range(36_526, 73_051)  # 2000-01-01 to 2099-12-31 as Excel counts days


@dataclass(frozen=True)
class Numbers:
    """A column of numbers: `bad` positions hold text that is none, `plain` positions had no % sign."""

    values: np.ndarray
    bad: tuple[int, ...] = ()
    percent: np.ndarray | None = None


def numbers(cells: Sequence[object]) -> Numbers:
    """Every cell as a number; missing marks are NaN, a cell with % is a share."""
    if len(cells) > _FEW and (fast := _fast_numbers(cells)) is not None:
        return fast
    found = [_parsed(cell) if type(cell) is str else (number(cell), False) for cell in cells]
    values = np.array([value for value, _ in found], dtype=float)
    bad = tuple(at for at, (value, _) in enumerate(found) if value is None)
    return Numbers(values, bad, np.array([percent for _, percent in found], dtype=bool))


def number(cell: object) -> float | None:
    """One cell as a number; NaN when missing, None when it is something else."""
    if isinstance(cell, str):
        return _parsed(cell)[0]
    return float(cell) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else None


@lru_cache(maxsize=65_536)  # small counts, zeros and dashes make up most of an export
def _parsed(text: str) -> tuple[float | None, bool]:
    """A text as a number, and whether it carries a percent sign."""
    text = text.strip()
    has_percent = text.endswith(("%", "％"))
    if text in MISSING:
        return np.nan, has_percent
    for mark in _NOISE:
        if mark in text:
            text = text.replace(mark, "")
    share = text.endswith(("%", "％"))
    scale = _SCALES.get(text[-1:], 1.0)
    digits = text[:-1] if share or scale != 1.0 else text
    if text in MISSING:
        return np.nan, has_percent
    if not _NUMBER.fullmatch(digits):
        return None, has_percent
    return float(digits) / 100 if share else float(digits) * scale, has_percent


def _fast_numbers(cells: Sequence[object]) -> Numbers | None:
    """`number` for a whole column of plain text or plain numbers; None when it is anything else."""
    if set(map(type, cells)) == {float}:
        return Numbers(np.array(cells), percent=np.zeros(len(cells), dtype=bool))
    try:
        joined = _BETWEEN.join(cells)  # type: ignore[arg-type]  # marks are searched in one text, not in each
    except TypeError:
        return None
    for mark in _NOISE:
        if mark in joined:
            joined = joined.replace(mark, "")
    parts = joined.split(_BETWEEN)
    if len(parts) != len(cells):
        return None
    text = pa.array(parts, pa.string())
    shares = np.zeros(len(parts), dtype=bool)
    if "%" in joined:
        shares = pc.ends_with(text, "%").to_numpy(zero_copy_only=False)
        text = pc.replace_substring(text, "%", "")
    values = _as_floats(text)
    if values is None:  # a dash somewhere, or no numbers at all
        missing = pc.is_in(text, value_set=_MISSING)
        values = _as_floats(pc.if_else(missing, None, text))
    if values is None or np.isinf(values).any():
        return None
    return Numbers(np.where(shares, values / 100, values) if shares.any() else values, percent=shares)


def _as_floats(text: pa.Array) -> np.ndarray | None:
    try:
        result: np.ndarray | None = text.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return result
    except pa.ArrowInvalid:
        return None


def bounds(cell: object) -> tuple[float, float] | None:
    """Both ends of a range cell like `1万~5万`; None when it is no range."""
    match = _RANGE.fullmatch(str(cell).strip())
    if not match:
        return None
    low, high = (number(end) for end in (match[1] or match[3], match[2] or match[4]))
    if low is None or high is None or np.isnan(low) or np.isnan(high):
        return None
    return low, high


def texts(cells: Sequence[object]) -> list[str]:
    """Every cell as text without surrounding blanks; a missing mark is an empty text."""
    stripped = [cell.strip(_BLANKS) if type(cell) is str else _text(cell) for cell in cells]
    return (
        stripped if MISSING.isdisjoint(stripped) else ["" if text in MISSING else text for text in stripped]
    )


def ids(cells: Sequence[object]) -> tuple[list[str], list[int]]:
    """Every cell as an id text, and the positions of ids a spreadsheet has damaged (6.1E+11)."""
    cleaned = [
        cell if type(cell) is str and cell.isdecimal() else "" if cell in ("", "-") else _id(cell)
        for cell in cells
    ]
    return [text or "" for text in cleaned], [at for at, text in enumerate(cleaned) if text is None]


def _id(cell: object) -> str | None:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else None
    text = _text(cell)
    if text.startswith("="):
        text = text.lstrip("=").strip('"')
    text = re.sub(r"^(?:ID|id|Id)\s*[:：]\s*", "", text.strip("'\" \t"))
    text = text.removesuffix(".0")
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text):
        return None
    return "" if text in MISSING else text


def _text(cell: object) -> str:
    if type(cell) is str:
        return cell.strip(_BLANKS)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip(_BLANKS)


def days(cells: Sequence[object]) -> tuple[np.ndarray, list[int]]:
    """Every cell as a day (NaT when missing), and the positions that hold something else."""
    known = {cell: day(cell) for cell in set(cells)}
    found = np.array(list(known.values()), dtype="datetime64[D]").astype("datetime64[ns]")
    places = dict(zip(known, range(len(known)), strict=True))
    odd = {cell for cell, value in known.items() if value is None and _text(cell) not in MISSING}
    bad = [at for at, cell in enumerate(cells) if cell in odd] if odd else []
    return found[[places[cell] for cell in cells]], bad


def day(cell: object) -> dt.date | None:
    """One cell as a day: text in the listed ways, an Excel serial, YYYYMMDD; None when it is none."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _day_of_number(cell)
    text = _text(cell)
    if text.isdecimal():
        return _day_of_number(int(text))
    if re.fullmatch(r"\d{5}\.\d+|\d{8}\.0", text):
        return _day_of_number(float(text))
    if match := _DAY.fullmatch(text):
        return _date(*match.groups())
    if match := _SHORT_DAY.fullmatch(text):
        month, number_, year = match.groups()
        return _date(f"20{year}", month, number_)
    return None


def is_period(cell: object) -> bool:
    """Whether a cell names two different days: 2026-04-01 ~ 2026-04-07."""
    found = re.findall(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})", _text(cell))
    return len(found) > 1 and len({tuple(map(int, parts)) for parts in found}) > 1


def _day_of_number(value: float) -> dt.date | None:
    whole = int(value)
    if whole in _SERIALS:
        return _EPOCH + dt.timedelta(days=whole)
    if 19_000_101 <= whole <= 21_001_231:
        text = str(whole)
        return _date(text[:4], text[4:6], text[6:])
    return None


def _date(year: str, month: str, number_: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(number_))
    except ValueError:
        return None
