"""The figures behind a chart over days, for the page's script: shown on hover or tap, never needed."""

import json
import math
from typing import Any

import matplotlib.dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shopbook import units
from shopbook.report.charts_frame import TickFigures

_MOST_DAYS = 120


def points(fig: Figure) -> str:
    """The days of a figure's single time axis and what each named line says there, as JSON; else nothing.

    `x` are places from 0 (left edge of the picture) to 1; `s` holds a pair (name, texts) a line. The figure
    must have been drawn, so that its axes lie where the picture shows them.
    """
    if len(fig.axes) != 1 or not isinstance(fig.axes[0].xaxis.get_major_formatter(), mdates.DateFormatter):
        return ""
    axis = fig.axes[0]
    named = {name: found for name, found in _lines(axis).items() if found}
    days = sorted({day for found in named.values() for day in found})
    if not 2 <= len(days) <= _MOST_DAYS:
        return ""
    formatter = axis.yaxis.get_major_formatter()
    unit = formatter.unit if isinstance(formatter, TickFigures) else "ratio"
    wide = fig.bbox.width
    data: dict[str, Any] = {
        "x": [round(float(axis.transData.transform((day, 0.0))[0]) / wide, 4) for day in days],
        "d": [f"{mdates.num2date(day):%m-%d}" for day in days],
        "s": [[name, [units.figure(found.get(day), unit) for day in days]] for name, found in named.items()],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _lines(axis: Axes) -> dict[str, dict[float, float]]:
    """Day number -> value of each line that has a name; matplotlib's own names begin with an underscore."""
    found: dict[str, dict[float, float]] = {}
    for line in axis.get_lines():
        name = str(line.get_label())
        if name.startswith("_"):
            continue
        xs, ys = line.get_xdata(orig=False), line.get_ydata(orig=False)
        known = {float(x): float(y) for x, y in zip(xs, ys, strict=True) if math.isfinite(float(y))}  # type: ignore[arg-type]
        found.setdefault(name, {}).update(known)
    return found
