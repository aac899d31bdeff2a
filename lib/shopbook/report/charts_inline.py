"""Word-sized charts for tables, written as SVG by hand: a sparkline and a bar against a target."""

from collections.abc import Sequence
from html import escape

from shopbook import units
from shopbook.text import tr

_WIDE, _HIGH = 96, 20


def sparkline(values: Sequence[float | None], *, name: str, unit: str) -> str:
    """A line without axes, a dot on the last value; unknown days are gaps. Its label tells the range."""
    known = [value for value in values if value is not None and units.known(value)]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    scale = (_HIGH - 6) / (high - low) if high > low else 0.0
    step = (_WIDE - 6) / max(len(values) - 1, 1)
    points = [
        (3 + step * place, _HIGH - 3 - (value - low) * scale if scale else _HIGH / 2)
        if value is not None and units.known(value)
        else None
        for place, value in enumerate(values)
    ]
    last = next(point for point in reversed(points) if point)
    label = tr(
        "{name}, last {count} days: lowest {low}, highest {high}, latest {last}",
        name=name, count=len(values), low=units.figure(low, unit), high=units.figure(high, unit),
        last=units.figure(known[-1], unit),
    )  # fmt: skip
    return (
        f'<svg class="sb-spark" role="img" aria-label="{escape(label)}" width="{_WIDE}" height="{_HIGH}" '
        f'viewBox="0 0 {_WIDE} {_HIGH}"><path d="{_path(points)}" fill="none" stroke="currentColor" '
        f'stroke-width="1.3"/><circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.2"/></svg>'
    )


def target_bar(value: float | None, target: float | None, *, name: str, unit: str) -> str:
    """A bar filled to value ÷ target with a mark at the target; nothing where there is no target."""
    if value is None or not (units.known(value) and units.known(target)) or not target or target <= 0:
        return ""
    share = value / target
    wide = 64
    filled = min(max(share, 0.0), 1.25) / 1.25 * wide
    label = tr(
        "{name}: {share} of the target {target}",
        name=name, share=units.percent(share, 0), target=units.figure(target, unit),
    )  # fmt: skip
    return (
        f'<svg class="sb-bullet" role="img" aria-label="{escape(label)}" width="{wide}" height="12" '
        f'viewBox="0 0 {wide} 12"><rect class="sb-track" y="2" width="{wide}" height="8" rx="2"/>'
        f'<rect class="sb-fill" y="2" width="{filled:.1f}" height="8" rx="2"/>'
        f'<path d="M{wide / 1.25:.1f} 0v12" stroke="currentColor" stroke-width="2"/></svg>'
    )


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    words, drawing = [], False
    for point in points:
        if point:
            words.append(f"{'L' if drawing else 'M'}{point[0]:.1f} {point[1]:.1f}")
        drawing = point is not None
    return "".join(words)
