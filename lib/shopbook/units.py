"""The only number formatter: every figure an operator reads is made here, by the unit of its column."""

import math

from shopbook.text import language

UP, DOWN, FLAT = "▲", "▼", "■"
_MINUS = "−"


def figure(value: float | None, unit: str) -> str:
    """A figure in its unit: 12.3 万, ¥115.6, 3.12%, 4.86; "–" when it is not known."""
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


def money(value: float) -> str:
    """Yuan: ¥115.6 below a thousand, ¥8,310 below ten thousand, then 12.3 万 (zh) or ¥123.4k (en)."""
    size = abs(value)
    if size < 1_000:
        return _signless(f"¥{size:,.1f}", value)
    if size < 10_000:
        return _signless(f"¥{size:,.0f}", value)
    if language() == "zh":
        return _signless(f"{size / 1e8:,.2f} 亿元" if size >= 1e8 else f"{size / 1e4:,.1f} 万元", value)
    return _signless(f"¥{size / 1e6:,.2f}M" if size >= 1e6 else f"¥{size / 1e3:,.1f}k", value)


def count(value: float) -> str:
    """Persons and pieces: 12,345; from a million in 万 (zh) or k (en)."""
    size = abs(value)
    if size < 1e6:
        digits = 0 if size >= 10 or float(size).is_integer() else 1
        return _signless(f"{size:,.{digits}f}", value)
    return _signless(f"{size / 1e4:,.1f} 万" if language() == "zh" else f"{size / 1e3:,.0f}k", value)


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage without direction mark: 3.1%."""
    return _signless(f"{abs(share) * 100:,.{digits}f}%", share)


def change(share: float | None, digits: int = 1) -> str:
    """A relative change with direction mark and sign: ▲ +12.3%; "–" when it is not known."""
    if not known(share):
        return "–"
    assert share is not None
    mark = arrow(share, 0.5 * 10 ** -(digits + 2))
    sign = {UP: "+", DOWN: _MINUS, FLAT: ""}[mark]
    return f"{mark} {sign}{abs(share) * 100:,.{digits}f}%"


def arrow(value: float, still: float = 0.0) -> str:
    """▲ above `still`, ▼ below its negative, ■ between."""
    return UP if value > still else DOWN if value < -still else FLAT


def signed(value: float | None, unit: str) -> str:
    """A difference in its unit with a sign: +1.2 万元, −1,310."""
    if not known(value):
        return "–"
    assert value is not None
    text = figure(abs(value), unit)
    return f"{'+' if value > 0 else _MINUS if value < 0 else ''}{text}"


def points(value: float | None, digits: int = 2) -> str:
    """A difference of shares in percentage points: −0.31 pp."""
    if not known(value):
        return "–"
    assert value is not None
    sign = "+" if value > 0 else _MINUS if value < 0 else ""
    return f"{sign}{abs(value) * 100:.{digits}f} {'个百分点' if language() == 'zh' else 'pp'}"


def interval(low: float | None, high: float | None, digits: int = 1) -> str:
    """A range of relative changes: −14.0% ~ −6.0%."""
    if not (known(low) and known(high)):
        return "–"
    assert low is not None
    assert high is not None
    return " ~ ".join(f"{'+' if end > 0 else ''}{percent(end, digits)}" for end in (low, high))


def _signless(text: str, value: float = 0.0) -> str:
    return f"{_MINUS}{text}" if value < 0 else text.replace("-", _MINUS)
