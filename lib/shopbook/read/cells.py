"""Cells to values: numbers, ids, dates, texts, as exports really write them."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MISSING = frozenset({"", "-", "--", "—", "－", "――", "null", "NULL", "None", "N/A", "#N/A"})
# Words for "not known" that are told: an operator may not expect that a cell says them.
UNKNOWN = frozenset(
    {
        "暂无数据",
        "延迟统计",
        "统计中",
        "待统计",
        "暂无",
        "无数据",
        "无",
        "未知",
        "不详",
        "N",
        "n/a",
        "na",
        "NA",
        "nan",
        "NaN",
        "/",
        "\\",
        "*",
        "**",
    }
    | {
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#ERROR!",
        "inf",
        "-inf",
        "Infinity",
        "-Infinity",
    }
    | {"NaN%", "nan%", "-%", "--%"}
)
_MISSING = pa.array(sorted(MISSING))
_NOISE = (",", "，", "￥", "¥", "元", " ", "\t", "\u3000", "\xa0", "\ufeff")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
# A comma groups three digits (1,234) or four (1,2345); any other is a decimal comma or two numbers.
_ODD_COMMA = re.compile(r"[,，](?!(?:\d{3}|\d{4})(?!\d))|\.\d*[,，]|\d{4}[,，]\d{3}(?!\d)|\d{5}[,，]")
_GAP = re.compile(r"\d[ \t\u3000\xa0]+\d")
# A blank groups three digits (1 234); any other stands between two numbers.
_ODD_GAP = re.compile(r"\d[ \t\u3000\xa0]+(?!\d{3}(?!\d))\d|\d{4}[ \t\u3000\xa0]+\d|\.\d*[ \t\u3000\xa0]+\d")
_BOUNDED = re.compile(
    r"(?:[<>＜＞≤≥≦≧~约]|不足|少于|低于|超过|大于|小于)\s*[=＝]?\s*[\d.,]+\s*[%％万千]?|[\d.,]+\s*[%％万千]?\s*(?:以下|以上|以内|\+)"
)
_COUNTED = re.compile("(?<=[0-9万亿千wW])(?:人次|[人次件个笔])$")  # what a figure counts, written behind it
_PLAUSIBLE = 1e15  # no count and no amount of a shop is larger
_SCALES = {"万": 1e4, "亿": 1e8, "千": 1e3, "w": 1e4, "W": 1e4}
_RANGE = re.compile(r"(.+?)\s*[~～—至]\s*(.+)|([\d.,万亿]+)\s*-\s*([\d.,万亿]+)")
_BLANKS = "\ufeff \t\r\n\u3000\xa0"
_BETWEEN = "\x1f"
_FEW = 60  # below this many cells the plain loop beats the set-up of the column functions


@dataclass(frozen=True)
class Numbers:
    """A column of numbers: `bad` positions hold text that is none, `told` one that says "not known"."""

    values: np.ndarray
    bad: tuple[int, ...] = ()
    percent: np.ndarray | None = None
    told: tuple[int, ...] = ()


def numbers(cells: Sequence[object]) -> Numbers:
    """Every cell as a number; missing marks are NaN, a cell with % is a share."""
    if len(cells) > _FEW and (fast := _fast_numbers(cells)) is not None:
        return fast
    found = [_parsed(cell) if isinstance(cell, str) else (number(cell), False) for cell in cells]
    values = np.array([value for value, _ in found], dtype=float)
    bad = tuple(at for at, (value, _) in enumerate(found) if value is None)
    percent = np.array([percent for _, percent in found], dtype=bool)
    told = tuple(at for at in bad if is_unknown(cells[at]))
    return Numbers(values, tuple(at for at in bad if at not in told), percent, told)


def is_unknown(cell: object) -> bool:
    """Whether a text says "not known": 暂无数据, #DIV/0!, <5."""
    text = str(cell).strip(_BLANKS)
    return text in UNKNOWN or bool(_BOUNDED.fullmatch(text))


def number(cell: object) -> float | None:
    """One cell as a number; NaN when missing, None when it is something else."""
    if isinstance(cell, str):
        return _parsed(cell)[0]
    if not isinstance(cell, (int, float)) or isinstance(cell, bool):
        return None
    return float(cell) if abs(cell) < _PLAUSIBLE or cell != cell else None


@lru_cache(maxsize=65_536)  # small counts, zeros and dashes make up most of an export
def _parsed(text: str) -> tuple[float | None, bool]:
    """A text as a number, and whether it carries a percent sign."""
    text = text.strip(_BLANKS)
    has_percent = text.endswith(("%", "％"))
    if text in MISSING:
        return np.nan, has_percent
    if not text.isascii():
        if _has_mark(text):
            return None, has_percent
        text = unicodedata.normalize("NFKC", text)
    if ("," in text and _ODD_COMMA.search(text)) or _ODD_GAP.search(text):
        return None, has_percent
    for mark in _NOISE:
        if mark in text:
            text = text.replace(mark, "")
    text = _COUNTED.sub("", text)
    share = text.endswith(("%", "％"))
    scale = _SCALES.get(text[-1:], 1.0)
    digits = text[:-1] if share or scale != 1.0 else text
    if text in MISSING:
        return np.nan, has_percent
    if not _NUMBER.fullmatch(digits):
        return None, has_percent
    value = float(digits) / 100 if share else float(digits) * scale
    return (value if abs(value) < _PLAUSIBLE else None), has_percent


def _has_mark(text: str) -> bool:
    """Whether a raised or circled digit stands in a text: a note's mark (1000①), no digit of the number."""
    return any(unicodedata.category(char) == "No" for char in text)


def _fast_numbers(cells: Sequence[object]) -> Numbers | None:
    """`number` for a whole column of plain text or plain numbers; None when it is anything else."""
    if set(map(type, cells)) == {float}:
        plain = np.array(cells, dtype=float)
        is_possible = not (np.abs(plain) >= _PLAUSIBLE).any()
        return Numbers(plain, percent=np.zeros(len(cells), dtype=bool)) if is_possible else None
    joined = _without_noise(cells)
    parts = joined.split(_BETWEEN)
    if len(parts) != len(cells):
        return None
    text = pa.array(parts, pa.string())
    shares = np.zeros(len(parts), dtype=bool)
    if "%" in joined:
        shares = pc.ends_with(text, "%").to_numpy(zero_copy_only=False)
        if joined.count("%") > shares.sum() or "%" in parts:
            return None
        text = pc.replace_substring(text, "%", "")
    values, unknown = _as_floats(text), 0
    if values is None:  # a dash somewhere, or no numbers at all
        missing = pc.is_in(text, value_set=_MISSING)
        values, unknown = _as_floats(pc.if_else(missing, None, text)), pc.sum(missing).as_py()
    if values is None or np.isnan(values).sum() > unknown or (np.abs(values) >= _PLAUSIBLE).any():
        return None  # a text such as nan, which is told, or an impossible number
    return Numbers(np.where(shares, values / 100, values) if shares.any() else values, percent=shares)


def _without_noise(cells: Sequence[object]) -> str:
    """Texts as one, without the marks of numbers; nothing when one is no text or may be two numbers."""
    try:
        joined = _BETWEEN.join(cells)  # type: ignore[arg-type]  # marks are searched in one text, not in each
    except TypeError:
        return ""
    if ("," in joined or "，" in joined) and _ODD_COMMA.search(joined):
        return ""
    if any(mark in joined for mark in " \t\u3000\xa0") and _GAP.search(joined):
        return ""
    for mark in _NOISE:
        if mark in joined:
            joined = joined.replace(mark, "")
    return joined


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
    stripped = [cell.strip(_BLANKS) if type(cell) is str else plain(cell) for cell in cells]
    return (
        stripped if MISSING.isdisjoint(stripped) else ["" if text in MISSING else text for text in stripped]
    )


def plain(cell: object) -> str:
    if type(cell) is str:
        return cell.strip(_BLANKS)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip(_BLANKS)


_DURATION = re.compile(
    r"(?:(\d+(?:\.\d+)?)\s*(?:天|d))?\s*(?:(\d+(?:\.\d+)?)\s*(?:小时|时|h))?\s*"
    r"(?:(\d+(?:\.\d+)?)\s*(?:分钟|分|min|m))?\s*(?:(\d+(?:\.\d+)?)\s*(?:秒钟|秒|s))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}(?:\.\d+)?))?")
_SECONDS = {"seconds": 1, "hours": 3600, "days": 86_400}


def duration(cell: object, unit: str) -> float | None:
    """A cell like 1分5秒 or 00:01:05 in `unit` (seconds, hours, days); None when it is none."""
    if isinstance(cell, dt.time):
        return (cell.hour * 3600 + cell.minute * 60 + cell.second) / _SECONDS[unit]
    if isinstance(cell, dt.timedelta):
        return cell.total_seconds() / _SECONDS[unit]
    text = plain(cell)
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = clock[1], clock[2], clock[3]
        if seconds is None:  # 07:15 is hours and minutes where hours are counted, else minutes and seconds
            hours, minutes, seconds = (hours, minutes, "0") if unit == "hours" else ("0", hours, minutes)
        return (int(hours) * 3600 + int(minutes) * 60 + float(seconds)) / _SECONDS[unit]
    match = _DURATION.fullmatch(text) if text else None
    if match is None or not any(match.groups()):
        return None
    parts = [float(part or 0) for part in match.groups()]
    return (parts[0] * 86_400 + parts[1] * 3600 + parts[2] * 60 + parts[3]) / _SECONDS[unit]
