"""The only number formatter: every figure an operator reads is made here, by the unit of its column."""

import math

from shopbook.printed import note, remembered
from shopbook.text import language, tr

UP, DOWN, FLAT = "▲", "▼", "■"
_MINUS = "−"
# A range whose ends lie further apart than this many times says nothing.
_WIDEST = 10.0


@remembered()
def figure(value: float | None, unit: str) -> str:
    """A figure in its unit: 20,610 元, 12,345, 3.12%, 4.86; "–" when it is not known."""
    if not known(value):
        return "–"
    assert value is not None
    if unit == "fraction":
        return percent(value, 2 if abs(value) < 0.1 else 1)
    if unit == "CNY":
        return money(value)
    if unit in ("persons", "count", "index", "rank"):
        return count(value)
    if unit == "seconds":
        return f"{value:,.0f} {'秒' if language() == 'zh' else 's'}"
    if unit == "days":
        return f"{value:,.0f} {'天' if language() == 'zh' else 'days'}"
    if unit == "hours":
        return f"{value:,.1f} {'小时' if language() == 'zh' else 'h'}"
    return _signless(f"{value:,.2f}")


def known(value: float | None) -> bool:
    """Whether there is a figure at all: None and NaN mean "not known"."""
    return value is not None and math.isfinite(value)


@remembered("CNY")
def money(value: float) -> str:
    """Yuan as the back office shows them: 74.14 元 below a hundred, 20,610 元, from 100,000 on 12.3 万元.

    In English ¥74.14, ¥20,610, ¥123.4k.
    """
    size, chinese = abs(value), language() == "zh"
    if size < 100_000:
        return _signless(f"{_yuan(size)} 元" if chinese else f"¥{_yuan(size)}", value)
    if chinese:
        return _signless(f"{size / 1e8:,.2f} 亿元" if size >= 1e8 else f"{size / 1e4:,.1f} 万元", value)
    return _signless(f"¥{size / 1e6:,.2f}M" if size >= 1e6 else f"¥{size / 1e3:,.1f}k", value)


def cell(value: float | None, unit: str) -> str:
    """A figure of a table whose header names the unit: 20,610 and never shortened, 74.14, 48, 3.12%."""
    if not known(value):
        return "–"
    assert value is not None
    if unit == "CNY":
        return _signless(_yuan(abs(value)), value)
    if unit in ("persons", "count"):
        return _signless(
            f"{abs(value):,.{0 if abs(value) >= 10 or float(value).is_integer() else 1}f}", value
        )
    if unit in ("seconds", "days"):
        return _signless(f"{abs(value):,.0f}", value)
    if unit == "hours":
        return _signless(f"{abs(value):,.1f}", value)
    return figure(value, unit)


def header(unit: str) -> str:
    """What a table's header adds for the unit of its cells: （元）, (days); nothing where a cell says it."""
    names = {"CNY": ("元", "¥"), "seconds": ("秒", "s"), "days": ("天", "days"), "hours": ("小时", "h")}
    if unit not in names:
        return ""
    chinese, english = names[unit]
    return f"（{chinese}）" if language() == "zh" else f" ({english})"


def _yuan(size: float) -> str:
    """Two decimals below a hundred yuan, where they matter, none above; none to write for a whole zero."""
    return f"{size:,.2f}" if 0 < size < 100 else f"{size:,.0f}"


@remembered("count")
def count(value: float) -> str:
    """Persons and pieces: 12,345; from a million in 万 (zh) or k (en)."""
    size = abs(value)
    if size < 1e6:
        digits = 0 if size >= 10 or float(size).is_integer() else 1
        return _signless(f"{size:,.{digits}f}", value)
    return _signless(f"{size / 1e4:,.1f} 万" if language() == "zh" else f"{size / 1e3:,.0f}k", value)


@remembered("fraction")
def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage without direction mark: 3.1%."""
    return _signless(f"{abs(share) * 100:,.{digits}f}%", share)


@remembered("fraction")
def change(share: float | None, digits: int = 1) -> str:
    """A relative change with direction mark and sign: ▲ +12.3%, ▲ ×38 from eleven times on; "–" unknown."""
    if not known(share):
        return "–"
    assert share is not None
    if share >= _WIDEST:  # of a figure that was next to nothing no percentage says anything
        return f"{UP} ×{1 + share:,.0f}"
    mark = arrow(share, 0.5 * 10 ** -(digits + 2))
    sign = {UP: "+", DOWN: _MINUS, FLAT: ""}[mark]
    return f"{mark} {sign}{abs(share) * 100:,.{digits}f}%"


def arrow(value: float, still: float = 0.0) -> str:
    """▲ above `still`, ▼ below its negative, ■ between."""
    return UP if value > still else DOWN if value < -still else FLAT


@remembered()
def signed(value: float | None, unit: str) -> str:
    """A difference in its unit with a sign: +1.2 万元, −1,310."""
    if not known(value):
        return "–"
    assert value is not None
    text = figure(abs(value), unit)
    return f"{'+' if value > 0 else _MINUS if value < 0 else ''}{text}"


@remembered("fraction")
def points(value: float | None, digits: int = 2) -> str:
    """A difference of shares in percentage points: −0.31 pp."""
    if not known(value):
        return "–"
    assert value is not None
    sign = "+" if value > 0 else _MINUS if value < 0 else ""
    return f"{sign}{abs(value) * 100:.{digits}f} {'个百分点' if language() == 'zh' else 'pp'}"


def is_sayable(low: float, high: float) -> bool:
    """Whether a range of relative changes is narrow enough to say anything."""
    return 1 + high <= _WIDEST * (1 + low)


def interval(low: float | None, high: float | None, digits: int = 1) -> str:
    """A range of relative changes: −14.0% ~ −6.0%; one from a tenth to more than the whole cannot be said."""
    if not (known(low) and known(high)):
        return "–"
    assert low is not None
    assert high is not None
    if not is_sayable(low, high):
        return tr("cannot be said")
    ends = (0.0 if abs(end) < 0.5 * 10 ** -(digits + 2) else end for end in (low, high))
    text = " ~ ".join(f"{'+' if end > 0 else ''}{percent(end, digits)}" for end in ends)
    return note(text, None, "fraction", low=low, high=high)


def _signless(text: str, value: float = 0.0) -> str:
    return f"{_MINUS}{text}" if value < 0 else text.replace("-", _MINUS)
