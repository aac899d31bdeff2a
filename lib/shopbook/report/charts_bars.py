"""Bars: contributions that sum exactly, rankings, bullets against a target."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shopbook import units
from shopbook.report import theme
from shopbook.report.charts_frame import Words, empty, finish, value_axis
from shopbook.text import tr

_ROW = 0.30


def contributions(parts: pd.Series, words: Words, *, unit: str, total: float | None = None) -> Figure:
    """Diverging bars of what each part added or took (index: labels), largest first, then their exact sum.

    A `total` that differs from the sum by more than a billionth is a programming error.
    """
    known = parts.dropna().astype(float)
    if known.empty:
        return empty(words)
    exact = math.fsum(known)
    if total is not None and abs(total - exact) > 1e-9 * max(1.0, abs(total)):
        raise ValueError(f"contributions sum to {exact}, not to {total}")
    rows = _top(known.reindex(known.abs().sort_values(ascending=False).index), 8)
    fig, axis = _rows_figure(len(rows) + 1)
    drawn = [*rows.items(), (tr("Total change"), exact)]
    for row, (_, value) in enumerate(drawn):
        is_sum = row == len(rows)
        part = theme.toward(value) if words.decided else theme.CONTEXT
        axis.barh(row + 0.25 * is_sum, value, height=0.62, color=theme.MUTED if is_sum else part)
        _end_text(axis, row + 0.25 * is_sum, value, units.signed(value, unit), bold=is_sum)
    axis.axhline(len(rows) - 0.38, color=theme.RULE, linewidth=0.8)
    axis.axvline(0, color=theme.INK, linewidth=0.8)
    _row_labels(axis, [name for name, _ in drawn], offsets=[0.0] * len(rows) + [0.25])
    axis.margins(x=0.3)
    axis.xaxis.set_visible(False)
    return finish(fig, words)


def ranked_bars(
    values: pd.Series, words: Words, *, unit: str, accent: Sequence[str] = (), top: int = 8, rest: bool = True
) -> Figure:
    """Horizontal bars from the largest: the first `top`, then one row for the others; `accent` coloured.

    `rest` is for values that can be added; turn it off for rates.
    """
    known = values.dropna().astype(float).sort_values(ascending=False)
    if known.empty:
        return empty(words)
    rows = _top(known, top) if rest else known.head(top)
    fig, axis = _rows_figure(len(rows))
    for row, (name, value) in enumerate(rows.items()):
        chosen = not accent or name in accent
        axis.barh(row, value, height=0.62, color=theme.ACCENT if chosen and row < top else theme.CONTEXT)
        _end_text(axis, row, value, units.figure(value, unit), bold=bool(accent) and name in accent)
    _row_labels(axis, list(rows.index))
    most = max(rows.max(), 0.0)
    # A text hangs left of a bar below none, and needs the room of a text even where the bar is short.
    least = rows.min() - 0.28 * max(most, -rows.min()) if rows.min() < 0 else 0.0
    axis.set_xlim(least, most * 1.28 or (0.1 * -least or 1.0))
    axis.xaxis.set_visible(False)
    return finish(fig, words)


@dataclass(frozen=True)
class Target:
    """One row of a bullet chart: reached, wanted, expected by now; its own unit if any."""

    name: str
    value: float
    target: float
    expected: float | None = None
    unit: str = ""


def bullet(rows: Sequence[Target], words: Words, *, unit: str) -> Figure:
    """Each measure as a share of its target: bar = reached, dark mark = target, grey = expected by now."""
    drawn = [row for row in rows if units.known(row.value) and units.known(row.target) and row.target > 0]
    if not drawn:
        return empty(words)
    fig, axis = _rows_figure(len(drawn))
    for place, row in enumerate(drawn):
        if row.expected is not None and units.known(row.expected):
            axis.barh(place, row.expected / row.target, height=0.74, color=theme.RULE)
        axis.barh(place, row.value / row.target, height=0.34, color=theme.ACCENT)
        axis.plot([1, 1], [place - 0.42, place + 0.42], color=theme.INK, linewidth=2.4)
        text = f"{units.figure(row.value, row.unit or unit)} / {units.figure(row.target, row.unit or unit)}"
        _end_text(axis, place, max(row.value / row.target, 1.0), text, bold=False)
    _row_labels(axis, [row.name for row in drawn])
    axis.set_xlim(0, max(1.0, *(row.value / row.target for row in drawn)) * 1.5)
    value_axis(axis, "fraction", horizontal=True)
    axis.set_xticks([0, 0.5, 1.0])
    return finish(fig, words)


def _top(values: pd.Series, top: int) -> pd.Series:
    """The first rows and one row with the exact sum of the others."""
    if len(values) <= top + 1:
        return values
    others = values.iloc[top:]
    name = tr("{count} others", count=len(others))
    return pd.concat([values.iloc[:top], pd.Series({name: math.fsum(others)})])


def _rows_figure(rows: int) -> tuple[Figure, Axes]:
    fig = theme.new_figure((theme.FULL[0], 0.95 + _ROW * max(rows, 2)))
    axis = fig.subplots()
    axis.grid(False)
    axis.spines["bottom"].set_visible(False)
    axis.invert_yaxis()
    return fig, axis


def _row_labels(axis: Axes, names: list[str], offsets: list[float] | None = None) -> None:
    places = [row + (offsets[row] if offsets else 0.0) for row in range(len(names))]
    axis.set_yticks(places, [theme.drawable(name, 12) for name in names])
    axis.tick_params(axis="y", length=0, labelcolor=theme.INK)


def _end_text(axis: Axes, row: float, value: float, text: str, *, bold: bool) -> None:
    side = -1 if value < 0 else 1
    axis.annotate(
        text,
        (value, row),
        xytext=(4 * side, 0),
        textcoords="offset points",
        va="center",
        ha="left" if side > 0 else "right",
        color=theme.INK,
        weight="bold" if bold else "normal",
    )
