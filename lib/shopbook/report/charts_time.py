"""Charts over time: lines with context, actual against expected, alarms, small multiples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shopbook import units
from shopbook.report import theme
from shopbook.report.charts_frame import EndLabel, Words, day_axis, empty, end_labels, finish, value_axis
from shopbook.text import tr


@dataclass(frozen=True)
class Period:
    """A named stretch of days drawn as a light band: a campaign, a phase, a stock-out."""

    first: str
    last: str
    name: str


def lines(
    frame: pd.DataFrame,
    words: Words,
    *,
    unit: str,
    accent: str,
    band: tuple[pd.Series, pd.Series] | None = None,
    periods: Sequence[Period] = (),
    incomplete_from: str = "",
) -> Figure:
    """One accent line among grey context; columns of `frame` (index: days) are named as they shall read.

    `band` is the expected range (low, high) on the same days; missing days are gaps, not zeros; from the day
    `incomplete_from` on the accent line is dashed.
    """
    daily = _daily(frame)
    if daily.dropna(how="all").empty:
        return empty(words)
    fig, axis = _plain(daily.index, unit, band)
    ends = [
        _line(axis, daily[name], unit, accent=name == accent, dashed=incomplete_from)
        for name in _order(daily, accent)
    ]
    _name_periods(axis, periods)
    last = daily.index.max()
    end_labels(axis, last, [end for end in ends if end], points_high=150)
    if incomplete_from:
        dashed = tr("dashed: not complete")
        words = replace(words, subtitle=f"{words.subtitle} · {dashed}" if words.subtitle else dashed)
    return finish(fig, words)


def counterfactual(
    frame: pd.DataFrame,
    words: Words,
    *,
    unit: str,
    periods: Sequence[Period] = (),
    low: str = "low",
    high: str = "high",
) -> Figure:
    """Actual against expected: columns `actual`, `expected` and, where known, the range `low`..`high`.

    Days above the expectation are shaded in the colour of "up", days below in the colour of "down".
    """
    daily = _daily(frame)
    if daily.dropna(how="all").empty:
        return empty(words)
    fig = theme.new_figure()
    axis = fig.subplots()
    days, actual, expected = daily.index, daily["actual"], daily["expected"]
    if low in daily and high in daily:
        axis.fill_between(days, daily[low], daily[high], color=theme.CONTEXT, alpha=0.3, linewidth=0)
    for over, color in ((True, theme.direction().up), (False, theme.direction().down)):
        where = (actual >= expected) if over else (actual < expected)
        axis.fill_between(
            days, actual, expected, where=where, interpolate=True, color=color, alpha=0.16, linewidth=0
        )
    axis.plot(days, expected, color=theme.MUTED, linewidth=1.5, linestyle=(0, (4, 2)), label=tr("Expected"))
    axis.plot(days, actual, color=theme.ACCENT, label=tr("Actual"))
    _name_periods(axis, periods)
    value_axis(axis, unit)
    day_axis(axis, days)
    named = ((expected, tr("Expected"), theme.MUTED, False), (actual, tr("Actual"), theme.ACCENT, True))
    ends = [
        EndLabel(line.dropna().iloc[-1], text, color, main)
        for line, text, color, main in named
        if line.notna().any()
    ]
    end_labels(axis, days.max(), ends, points_high=150)
    return finish(fig, words)


def alarm_timeline(
    series: pd.Series,
    words: Words,
    *,
    unit: str,
    alarms: Mapping[str, str],
    band: tuple[pd.Series, pd.Series] | None = None,
) -> Figure:
    """One measure by day with its alarms: `alarms` maps a day (2026-11-09) to the word at its mark."""
    daily = _daily(series.to_frame("value"))["value"]
    if daily.dropna().empty:
        return empty(words)
    fig, axis = _plain(daily.index, unit, band)
    _line(axis, daily, unit, accent=True, dashed="")
    middle = np.nanmedian(series.to_numpy(dtype=float))
    for day, word in alarms.items():
        value = daily.get(pd.Timestamp(day))
        if not units.known(value):
            continue
        color = theme.toward(value - middle)
        axis.plot(
            [pd.Timestamp(day)], [value], marker="o", markersize=8, color=color, markeredgecolor="white"
        )
        above = value >= middle
        axis.annotate(
            theme.drawable(word, 12),
            (pd.Timestamp(day), value),
            xytext=(0, 9 if above else -9),
            textcoords="offset points",
            ha="center",
            va="bottom" if above else "top",
            color=color,
            weight="bold",
        )
    axis.margins(y=0.2)
    return finish(fig, words)


def small_multiples(
    frames: Mapping[str, pd.Series],
    words: Words,
    *,
    unit: str,
    columns: int = 3,
    marks: Mapping[str, str] | None = None,
) -> Figure:
    """One small panel per thing on the same scale: `frames` maps a name to its series by day; nine at most.

    `marks` maps a name to a short word (a stage, a verdict) written after the name.
    """
    chosen = dict(list(frames.items())[:9])
    if not chosen:
        return empty(words)
    across = min(columns, len(chosen))
    down = -(-len(chosen) // across)
    fig = theme.new_figure((theme.SMALL[0] * columns, 1.0 + 1.25 * down))
    axes = np.atleast_1d(fig.subplots(down, across, sharex=True, sharey=True)).ravel()
    for place, (axis, (name, series)) in enumerate(zip(axes, chosen.items(), strict=False)):
        axis.tick_params(labelbottom=place + across >= len(chosen))  # the last panel of each column
        daily = _daily(series.to_frame("value"))["value"]
        axis.plot(daily.index, daily, color=theme.ACCENT, linewidth=1.6)
        known = daily.dropna()
        if len(known):
            axis.plot(known.index[-1:], known.iloc[-1:], marker="o", markersize=4, color=theme.ACCENT)
        word = f" · {marks[name]}" if marks and name in marks else ""
        axis.set_title(
            theme.drawable(f"{name}{word}", 14), loc="left", size=theme.NOTE + 0.5, color=theme.INK, pad=3
        )
        axis.tick_params(labelsize=theme.NOTE)
        value_axis(axis, unit, ticks=3)
        _two_days(axis, daily.index)
    for axis in axes[len(chosen) :]:
        axis.set_axis_off()
    return finish(fig, words)


def _two_days(axis: Axes, days: pd.DatetimeIndex) -> None:
    """A small panel names its first and last day only."""
    if len(days) > 1:
        axis.set_xticks([days[0], days[-1]], [f"{day:%m-%d}" for day in (days[0], days[-1])])
        sides: tuple[Literal["left", "right"], ...] = ("left", "right")
        for tick, side in zip(axis.get_xticklabels(), sides, strict=False):  # a shared axis shows none
            tick.set_horizontalalignment(side)


def _plain(
    days: pd.DatetimeIndex, unit: str, band: tuple[pd.Series, pd.Series] | None
) -> tuple[Figure, Axes]:
    """A figure with a value axis over days and, where known, the expected range."""
    fig = theme.new_figure()
    axis = fig.subplots()
    if band is not None:
        low, high = (_daily(edge.to_frame("edge"))["edge"] for edge in band)
        axis.fill_between(low.index, low, high, color=theme.BAND, linewidth=0)
    value_axis(axis, unit)
    day_axis(axis, days)
    return fig, axis


def _daily(frame: pd.DataFrame) -> pd.DataFrame:
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


def _order(frame: pd.DataFrame, accent: str) -> list[str]:
    """Context first, so the accent line lies on top."""
    return [*(name for name in frame.columns if name != accent), accent]


def _line(axis: Axes, series: pd.Series, unit: str, *, accent: bool, dashed: str) -> EndLabel | None:
    color = theme.ACCENT if accent else theme.CONTEXT
    width = 2.4 if accent else 1.6
    known = series.dropna()
    if known.empty:
        return None
    if dashed and accent:
        day = pd.Timestamp(dashed)
        axis.plot(
            series[series.index >= day - pd.Timedelta(days=1)],
            color=color,
            linewidth=width,
            linestyle=(0, (2, 2)),
            label=str(series.name),
        )
        series = series[series.index < day]
    axis.plot(series, color=color, linewidth=width, label=str(series.name))
    _lone_days(axis, series, color)
    text = f"{series.name} {units.figure(known.iloc[-1], unit)}"
    return EndLabel(known.iloc[-1], text, theme.ACCENT if accent else theme.MUTED, bold=accent)


def _lone_days(axis: Axes, series: pd.Series, color: str) -> None:
    """A day between two gaps has no line to show it: draw a dot."""
    known = series.notna()
    lone = series[known & ~known.shift(1, fill_value=False) & ~known.shift(-1, fill_value=False)]
    axis.plot(lone, linestyle="none", marker="o", markersize=3.5, color=color)


def _name_periods(axis: Axes, periods: Sequence[Period]) -> None:
    for place, period in enumerate(periods):
        first, last = pd.Timestamp(period.first), pd.Timestamp(period.last)
        half = pd.Timedelta(hours=12)
        axis.axvspan(
            first - half, last + half, color="#F3E9D7", alpha=0.4 + 0.45 * (place % 2), linewidth=0, zorder=0
        )
        axis.annotate(
            theme.drawable(period.name, 8),
            (first + (last - first) / 2, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 1),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=theme.MUTED,
            size=theme.NOTE,
        )
