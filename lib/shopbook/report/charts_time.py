"""Charts over time: lines with context, actual against expected, alarms, small multiples."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shopbook import units
from shopbook.report import theme
from shopbook.report.charts_days import Period, cut_events, daily_frame, draw_line, is_forecast, name_periods
from shopbook.report.charts_frame import EndLabel, Words, day_axis, empty, end_labels, finish, value_axis
from shopbook.text import tr


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
    `incomplete_from` on the accent line is dashed and unmarked, and its last whole day carries the figure; a
    context line that begins where the accent line ends is its forecast and dashed. Where `periods` stand so
    high that the other days lie flat, the axis ends above those and a period's name says its highest value.
    """
    daily = daily_frame(frame)
    if daily.dropna(how="all").empty:
        return empty(words)
    fig, axis = _plain(daily.index, unit, band)
    drawn_to = daily[accent].last_valid_index()
    ends = [
        draw_line(
            axis, daily[name], unit,
            accent=name == accent, young=incomplete_from if name == accent else "",
            dashed=name != accent and is_forecast(daily[name], drawn_to),
        )
        for name in _order(daily, accent)
    ]  # fmt: skip
    name_periods(axis, cut_events(axis, daily, periods, accent=accent, unit=unit))
    end_labels(axis, daily.index, [end for end in ends if end], points_high=150)
    if incomplete_from:
        young = tr("dashed: not complete")
        words = replace(words, subtitle=f"{words.subtitle}; {young}" if words.subtitle else young)
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
    Without a day of both nothing is compared, and the chart says so.
    """
    daily = daily_frame(frame)
    if daily.dropna(subset=["actual", "expected"]).empty:
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
    name_periods(axis, periods)
    value_axis(axis, unit)
    day_axis(axis, days)
    named = ((expected, tr("Expected"), theme.MUTED, False), (actual, tr("Actual"), theme.ACCENT, True))
    ends = [
        EndLabel(line.dropna().iloc[-1], text, color, main)
        for line, text, color, main in named
        if line.notna().any()
    ]
    end_labels(axis, days, ends, points_high=150)
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
    daily = daily_frame(series.to_frame("value"))["value"]
    if daily.dropna().empty:
        return empty(words)
    fig, axis = _plain(daily.index, unit, band)
    draw_line(axis, daily, unit, accent=True)
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
    made = {name: daily_frame(series.to_frame("value"))["value"] for name, series in chosen.items()}
    days = pd.DatetimeIndex([day for daily in made.values() for day in daily.index])
    for place, (axis, (name, daily)) in enumerate(zip(axes, made.items(), strict=False)):
        axis.tick_params(labelbottom=place + across >= len(chosen))  # the last panel of each column
        axis.plot(daily.index, daily, color=theme.ACCENT, linewidth=1.6)
        known = daily.dropna()
        if len(known):
            axis.plot(known.index[-1:], known.iloc[-1:], marker="o", markersize=4, color=theme.ACCENT)
        word = f" · {marks[name]}" if marks and name in marks else ""
        axis.set_title(
            theme.drawable(f"{name}{word}", 10 if columns > 2 else 15),
            loc="left",
            size=theme.NOTE + 0.5,
            color=theme.INK,
            pad=3,
        )
        axis.tick_params(labelsize=theme.NOTE)
        value_axis(axis, unit, ticks=3)
        _two_days(axis, days)
    for axis in axes[len(chosen) :]:
        axis.set_axis_off()
    return finish(fig, words)


def _two_days(axis: Axes, days: pd.DatetimeIndex) -> None:
    """A small panel names its first and last day only: those of all panels, which share the axis."""
    if days.nunique() > 1:
        ends = (days.min(), days.max())
        axis.set_xticks(ends, [f"{day:%m-%d}" for day in ends])
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
        low, high = (daily_frame(edge.to_frame("edge"))["edge"] for edge in band)
        axis.fill_between(low.index, low, high, color=theme.BAND, linewidth=0)
    value_axis(axis, unit)
    day_axis(axis, days)
    return fig, axis


def _order(frame: pd.DataFrame, accent: str) -> list[str]:
    """Context first, so the accent line lies on top."""
    return [*(name for name in frame.columns if name != accent), accent]
