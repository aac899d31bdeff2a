"""What every chart shares: the title that states the finding, the source line, axes, direct labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FixedLocator, Formatter, MaxNLocator, NullLocator

from shopbook import units
from shopbook.report import theme
from shopbook.text import language, tr

_POINTS = 72.0


@dataclass(frozen=True)
class Words:
    """The words around a chart: the finding, the measure with its period, the export it comes from.

    Of a finding without a verdict nothing is `decided`, and no bar takes a colour.
    """

    title: str
    subtitle: str = ""
    source: str = ""
    decided: bool = True


def finish(fig: Figure, words: Words) -> Figure:
    """Write the words and leave the room they need; the last step of every chart."""
    wide, high = fig.get_size_inches() * _POINTS
    title = theme.wrapped(theme.drawable(words.title), wide / theme.TITLE - 0.5)
    subtitle = (
        theme.wrapped(theme.drawable(words.subtitle), wide / theme.SUBTITLE - 0.5) if words.subtitle else ""
    )
    top = _stack(fig, title, 0.0, size=theme.TITLE, weight="bold", color=theme.INK)
    top = _stack(fig, subtitle, top + 2.0, size=theme.SUBTITLE, color=theme.MUTED) if subtitle else top
    bottom = 0.0
    if words.source:
        source = theme.drawable(tr("Source: {source}", source=words.source), int(wide / theme.NOTE))
        fig.text(0.0, 2.0 / high, source, size=theme.NOTE, color=theme.MUTED, va="bottom")
        bottom = theme.NOTE * 1.4 + 5.0
    engine = fig.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0.0, bottom / high, 1.0, 1.0 - (bottom + top + 7.0) / high), w_pad=0.02, h_pad=0.02)
    _fix_ticks(fig)
    return fig


def _fix_ticks(fig: Figure) -> None:
    """Keep the ticks as they are now: laying out and drawing would each look for them several times."""
    for axes in fig.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if not isinstance(axis.get_major_locator(), FixedLocator | NullLocator):
                axis.set_major_locator(FixedLocator([float(at) for at in axis.get_majorticklocs()]))


def _stack(fig: Figure, text: str, top: float, *, size: float, color: str, weight: str = "normal") -> float:
    high = fig.get_size_inches()[1] * _POINTS
    fig.text(0.0, 1 - top / high, text, size=size, color=color, weight=weight, va="top", linespacing=1.2)
    return top + size * 1.36 * (text.count("\n") + 1)


def value_axis(axis: Axes, unit: str, *, horizontal: bool = False, ticks: int = 5) -> None:
    """Format the value axis in the unit of the column, with few ticks."""
    chosen = axis.xaxis if horizontal else axis.yaxis
    chosen.set_major_locator(MaxNLocator(ticks, min_n_ticks=3, integer=unit in ("persons", "count", "rank")))
    chosen.set_major_formatter(TickFigures(unit))


class TickFigures(Formatter):
    """Tick labels in a unit: one decimal for all of them when any of them needs it."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self._digits = 0

    def set_locs(self, locs: list[float]) -> None:
        """Take the places of all ticks, once per drawing."""
        super().set_locs(locs)
        self._digits = int(any(abs(place * 100 - round(place * 100)) > 1e-6 for place in locs))

    def __call__(self, value: float, _place: int | None = None) -> str:
        """The label of one tick."""
        return axis_figure(value, self.unit, digits=self._digits)


def axis_figure(value: float, unit: str, *, digits: int = 1) -> str:
    """A tick label: shorter than a figure in a sentence (4%, 12 万, 2.5k)."""
    if unit == "fraction":
        return units.percent(value, digits)
    if unit in ("CNY", "persons", "count") and abs(value) >= 10_000:
        return _large(value)
    if unit in ("CNY", "persons", "count", "index", "rank", "seconds", "days"):
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:,.1f}".replace("-", "−")


def _large(value: float) -> str:
    text = f"{value / 1e4:,.4g} 万" if language() == "zh" else f"{value / 1e3:,.4g}k"
    return text.replace("-", "−")


def day_axis(axis: Axes, days: pd.DatetimeIndex) -> None:
    """Ticks on Mondays (month starts for long spans), written 11-09."""
    if len(days) == 0:
        return
    span = (days.max() - days.min()).days
    weekly = mdates.WeekdayLocator(byweekday=mdates.MO, interval=max(1, round(span / 42)))
    axis.xaxis.set_major_locator(weekly if span < 200 else mdates.MonthLocator(interval=max(1, span // 200)))
    axis.xaxis.set_major_formatter(mdates.DateFormatter("%m-%d" if span < 200 else "%y-%m"))
    if span < 10:
        axis.xaxis.set_major_locator(mdates.DayLocator(interval=1 if span < 8 else 2))
    if span == 0:  # one day would get four years of axis, and a line of one day is not seen
        axis.set_xlim(days[0] - pd.Timedelta(hours=12), days[0] + pd.Timedelta(hours=12))
        for line in axis.lines:
            line.set_marker("o")
    axis.tick_params(axis="x", length=3)


@dataclass(frozen=True)
class EndLabel:
    """A text at the right end of a line; `day` is the line's last, where it is not the last of the chart."""

    height: float
    text: str
    color: str
    bold: bool = False
    day: pd.Timestamp | None = None


def end_labels(axis: Axes, days: pd.DatetimeIndex, labels: Sequence[EndLabel], *, points_high: float) -> None:
    """Write the labels at the lines' ends, nudged apart; `points_high` is the plot's height.

    A line that ends well before the others has its label below its own end, where nothing else is.
    """
    last = days.max()
    early = [one for one in labels if one.day is not None and (last - one.day) > (last - days.min()) * 0.15]
    for label in early:
        _write(axis, label, label.day, label.height, (4, -5), "top")
    ordered = sorted((one for one in labels if one not in early), key=lambda one: one.height)
    low, high = axis.get_ylim()
    heights = [min(max(one.height, low), high) for one in ordered]
    gap = (high - low) * theme.LABEL * 1.3 / points_high
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + gap) if placed else height)
    over = max(0.0, placed[-1] - (high - gap / 2)) if placed else 0.0
    for index in range(len(placed) - 1, -1, -1):
        ceiling = placed[index + 1] - gap if index + 1 < len(placed) else placed[index] - over
        placed[index] = min(placed[index], ceiling)
    for label, height in zip(ordered, placed, strict=True):
        _write(axis, label, last, height, (6, 0), "center")


def _write(
    axis: Axes,
    label: EndLabel,
    day: object,
    height: float,
    away: tuple[float, float],
    side: Literal["top", "center"],
) -> None:
    axis.annotate(
        theme.drawable(label.text, 16),
        (day, height),
        xytext=away,
        textcoords="offset points",
        va=side,
        color=label.color,
        weight="bold" if label.bold else "normal",
        annotation_clip=False,
    )


def empty(words: Words, size: tuple[float, float] = theme.FULL) -> Figure:
    """A chart without data says so instead of showing empty axes."""
    fig = theme.new_figure((size[0], 1.4))
    axis = fig.subplots()
    axis.set_axis_off()
    axis.text(
        0.0, 0.5, tr("No data for this chart."), color=theme.MUTED, transform=axis.transAxes, va="center"
    )
    return finish(fig, words)
