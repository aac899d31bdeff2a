"""What charts over days share: lines with their gaps and young ends, named periods, events that stand out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from shopbook import units
from shopbook.report import theme
from shopbook.report.charts_frame import EndLabel
from shopbook.text import tr

_STANDS_OUT = 0.5
"""An event that rises above the ordinary days by this share of their spread hides them."""
_DASHES = (0.0, (2.0, 2.0))
_LABEL_HIGH = 0.15
"""The share of a plot's height that a label of the last whole day takes."""


@dataclass(frozen=True)
class Period:
    """A named stretch of days drawn as a light band: a campaign, a phase, a stock-out."""

    first: str
    last: str
    name: str


def daily_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame on every day of its span, so a missing day is a gap in the line; weeks on every week."""
    days = pd.DatetimeIndex(pd.to_datetime(frame.index))
    if len(days) == 0:
        return frame.set_axis(days)
    steps = days.sort_values().to_series().diff().dt.days.dropna()
    weekly = len(steps) > 0 and bool((steps % 7 == 0).all())
    return (
        frame.set_axis(days)
        .sort_index()
        .astype(float)
        .reindex(pd.date_range(days.min(), days.max(), freq="7D" if weekly else "D"))
    )


def draw_line(
    axis: Axes, series: pd.Series, unit: str, *, accent: bool, young: str = "", dashed: bool = False
) -> EndLabel | None:
    """Draw a line and return the label of its end; from the day `young` on its figures still grow."""
    color = theme.ACCENT if accent else theme.CONTEXT
    width = 2.4 if accent else 1.6
    known = series.dropna()
    if known.empty:
        return None
    growing = bool(young) and known.index[-1] >= pd.Timestamp(young)
    if growing:
        day = pd.Timestamp(young)
        tail = series[series.index >= day - pd.Timedelta(days=1)]
        axis.plot(tail, color=color, linewidth=width, linestyle=_DASHES, label=str(series.name))
        series = series[series.index < day]
        _mark_last(axis, series.dropna(), tail, unit, color)
    style = _DASHES if dashed else "-"
    axis.plot(series, color=color, linewidth=width, label=str(series.name), linestyle=style)
    _lone_days(axis, series, color)
    text = f"{series.name} {units.figure(known.iloc[-1], unit)}"
    bold = accent and not growing
    return EndLabel(known.iloc[-1], text, theme.ACCENT if bold else theme.MUTED, bold, known.index[-1])


def is_forecast(series: pd.Series, drawn_to: object) -> bool:
    """Whether a line begins on or after the day another was drawn to."""
    first = series.first_valid_index()
    return first is not None and isinstance(drawn_to, pd.Timestamp) and bool(first >= drawn_to)


def _mark_last(axis: Axes, known: pd.Series, tail: pd.Series, unit: str, color: str) -> None:
    """The last whole day: the newest figure that counts; `tail` is the line from there on."""
    if known.empty:
        return
    value, later = known.iloc[-1], tail.dropna()
    axis.plot(known.index[-1:], known.iloc[-1:], marker="o", markersize=6, color=color)
    above = _room_above(known, later[later.index > known.index[-1]])
    axis.annotate(
        units.figure(value, unit),
        (known.index[-1], value),
        xytext=(0, 9 if above else -9),
        textcoords="offset points",
        ha="center",
        va="bottom" if above else "top",
        color=color,
        weight="bold",
        zorder=5,
        path_effects=[withStroke(linewidth=3.0, foreground=theme.PAPER)],
    )


def _room_above(known: pd.Series, later: pd.Series) -> bool:
    """Whether the last whole day is better labelled above it: the line turns down there, or runs low."""
    value = known.iloc[-1]
    beside = [*known.iloc[-2:-1], *later.iloc[:1]]
    drawn = pd.concat([known, later])
    if beside and value <= min(beside):  # a valley: below, if the axis is far enough
        return bool(value - drawn.min() < _LABEL_HIGH * (drawn.max() - drawn.min()))
    peak = bool(beside) and value >= max(beside)
    return peak or bool(value < (drawn.min() + drawn.max()) / 2)


def _lone_days(axis: Axes, series: pd.Series, color: str) -> None:
    """A day between two gaps has no line to show it: draw a dot."""
    known = series.notna()
    lone = series[known & ~known.shift(1, fill_value=False) & ~known.shift(-1, fill_value=False)]
    axis.plot(lone, linestyle="none", marker="o", markersize=3.5, color=color)


def cut_events(
    axis: Axes, frame: pd.DataFrame, events: Sequence[Period], *, accent: str, unit: str
) -> list[Period]:
    """End the axis above the ordinary days where events hide them; the events, what stands above named.

    The newest day is what the chart is about: where it is an event's, nothing is cut.
    """
    shown = [each for each in events if _of(frame, each).any()]
    special = pd.Series(False, index=frame.index)
    for each in shown:
        special |= _of(frame, each)
    ordinary = frame[~special]
    if not shown or special.iloc[-1] or ordinary[accent].count() < 2:
        return shown
    low, high = float(ordinary.min().min()), float(ordinary.max().max())
    room = (high - low) or abs(high)
    if not frame[special].max().max() > high + _STANDS_OUT * room:
        return shown
    top = high + 0.18 * room
    axis.set_ylim(low - 0.12 * room, top)
    return [_with_height(each, frame.loc[_of(frame, each), accent].max(), top, unit) for each in shown]


def _of(frame: pd.DataFrame, period: Period) -> pd.Series:
    """Which days of the frame lie in a period."""
    inside = (frame.index >= pd.Timestamp(period.first)) & (frame.index <= pd.Timestamp(period.last))
    return pd.Series(inside, index=frame.index)


def _with_height(period: Period, highest: float, top: float, unit: str) -> Period:
    if not highest > top:
        return period
    name = tr("{event} up to {value}", event=period.name, value=units.figure(highest, unit))
    return replace(period, name=name)


def name_periods(axis: Axes, periods: Sequence[Period]) -> None:
    """Light bands with their names above the plot; a name that would meet the one before stands higher."""
    low, high = axis.get_xlim()
    taken: dict[int, float] = {}
    for place, period in enumerate(sorted(periods, key=lambda one: one.first)):
        first, last = pd.Timestamp(period.first), pd.Timestamp(period.last)
        if _day_number(last) < low or _day_number(first) > high:
            continue
        half = pd.Timedelta(hours=12)
        axis.axvspan(
            first - half, last + half, color="#F3E9D7", alpha=0.4 + 0.45 * (place % 2), linewidth=0, zorder=0
        )
        name = theme.drawable(period.name, 12)
        middle, wide = first + (last - first) / 2, theme.width(name) * theme.NOTE
        at = (_day_number(middle) - low) / (high - low) * theme.PLOT_WIDE
        side, begin = _anchored(at, wide)
        row = next((row for row in range(2) if begin > taken.get(row, -theme.NOTE) + theme.NOTE * 0.6), None)
        if row is None:
            continue
        taken[row] = begin + wide
        axis.annotate(
            name,
            (middle, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 1 + row * theme.NOTE * 1.4),
            textcoords="offset points",
            ha=side,
            va="bottom",
            color=theme.MUTED,
            size=theme.NOTE,
        )
    axis.set_xlim(low, high)


def _anchored(at: float, wide: float) -> tuple[Literal["left", "center", "right"], float]:
    """How a name hangs on its place so that it stays over the plot, and where it begins."""
    if at - wide / 2 < 0:
        return "left", at
    if at + wide / 2 > theme.PLOT_WIDE:
        return "right", at - wide
    return "center", at - wide / 2


def _day_number(day: pd.Timestamp) -> float:
    return float(mdates.date2num(day.to_pydatetime()))
