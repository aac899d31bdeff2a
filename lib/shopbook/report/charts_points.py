"""Points: the price and conversion map, the stage map, intervals of effects, distributions."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shopbook import units
from shopbook.report import theme
from shopbook.report.charts_frame import Words, axis_figure, empty, finish, value_axis
from shopbook.text import tr

_Box = tuple[float, float, float, float]  # left, bottom, right, top
_LABELLED = 8
_DOT = 46.0  # area of a dot, square points
_PLOT = (295.0, 165.0)  # a plot of points without its ticks and words, in points


def item_map(
    frame: pd.DataFrame,
    words: Words,
    *,
    x_unit: str = "CNY",
    y_unit: str = "fraction",
    accent: tuple[str, ...] = (),
) -> Figure:
    """Items by two measures: columns `name`, `x`, `y` and, where given, `size` (area of the dot).

    Dashed lines are the medians; the largest eight and those named in `accent` are labelled.
    """
    known = frame.dropna(subset=["x", "y"])
    if known.empty:
        return empty(words)
    fig = theme.new_figure((theme.FULL[0], 3.8))
    axis = fig.subplots()
    size = known["size"].astype(float) if "size" in known else pd.Series(1.0, index=known.index)
    chosen = known["name"].isin(accent)
    area = _areas(size)
    # One call per size: dots of one size share their outline in the SVG.
    for (dot, mark), group in known.groupby([area, chosen]):
        color = theme.ACCENT if mark else theme.CONTEXT
        axis.scatter(group["x"], group["y"], s=dot, c=color, alpha=0.85, edgecolors="white", linewidths=0.8)
    axis.axvline(known["x"].median(), color=theme.MUTED, linewidth=0.8, linestyle=(0, (3, 3)))
    axis.axhline(known["y"].median(), color=theme.MUTED, linewidth=0.8, linestyle=(0, (3, 3)))
    axis.margins(0.12)
    value_axis(axis, y_unit)
    value_axis(axis, x_unit, horizontal=True)
    largest = known.assign(area=area, size=size, bold=chosen).sort_values(["bold", "size"], ascending=False)
    _name_points(axis, largest.head(_LABELLED), largest)
    return finish(fig, words)


def stage_map(frame: pd.DataFrame, words: Words, *, order: tuple[str, ...], unit: str = "CNY") -> Figure:
    """Where each product stands: columns `name`, `stage`, `value`, `previous` (the stage before, or empty).

    One column of dots per stage in `order`; products that changed stage are coloured and named.
    """
    known = frame[frame["stage"].isin(order)].dropna(subset=["value"])
    if known.empty:
        return empty(words)
    fig = theme.new_figure((theme.FULL[0], 3.6))
    axis = fig.subplots()
    moved = known["previous"].fillna("").ne("") & known["previous"].ne(known["stage"])
    base = known["stage"].map({name: place for place, name in enumerate(order)}).astype(float)
    x = base + _spread(base)
    # Markers of a line, not a scatter: one shape for all, a third of the time where there are thousands.
    for rows, color in ((~moved, theme.CONTEXT), (moved, theme.ACCENT)):
        axis.plot(
            x[rows],
            known["value"][rows],
            linestyle="none",
            marker="o",
            markersize=_DOT**0.5,
            color=color,
            markeredgecolor="white",
            markeredgewidth=0.8,
            zorder=3,
        )
    dots = known.assign(x=x, y=known["value"], bold=True, area=_DOT)
    labelled = dots[moved].sort_values("y", ascending=False).head(_LABELLED)
    counts = known["stage"].value_counts()
    axis.set_xticks(range(len(order)), [f"{name}\n{counts.get(name, 0)}" for name in order])
    axis.set_xlim(-0.5, len(order) - 0.2)
    axis.margins(y=0.12)
    axis.set_ylim(bottom=0)
    value_axis(axis, unit)
    _name_points(axis, labelled, dots)
    return finish(fig, words)


def intervals(frame: pd.DataFrame, words: Words, *, unit: str = "fraction", still: float = 0.05) -> Figure:
    """Point and range per row: columns `name`, `value`, `low`, `high` and, optionally, `text` (the verdict).

    The grey band is the range that counts as unchanged; colour is direction only.
    """
    known = frame.dropna(subset=["value"]).reset_index(drop=True)
    if known.empty:
        return empty(words)
    fig = theme.new_figure((theme.FULL[0], 1.15 + 0.34 * max(len(known), 2)))
    axis = fig.subplots()
    if still:
        axis.axvspan(-still, still, color=theme.BAND, linewidth=0, zorder=0)
    axis.axvline(0, color=theme.INK, linewidth=0.8)
    for place, row in known.iterrows():
        clear = units.known(row["low"]) and units.known(row["high"]) and row["low"] * row["high"] > 0
        color = theme.toward(row["value"]) if clear else theme.MUTED
        axis.plot([row["low"], row["high"]], [place, place], color=color, linewidth=2.4)
        axis.plot(row["value"], place, marker="o", markersize=7, color=color, markeredgecolor="white")
        axis.annotate(
            _interval_text(row, unit),
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=theme.INK if clear else theme.MUTED,
        )
    axis.set_yticks(range(len(known)), [theme.drawable(name, 10) for name in known["name"]])
    axis.tick_params(axis="y", length=0, labelcolor=theme.INK)
    axis.set_ylim(len(known) - 0.5, -0.5)
    axis.grid(True, axis="x")
    axis.grid(False, axis="y")
    value_axis(axis, unit, horizontal=True, ticks=3)
    axis.margins(x=0.08)
    return finish(fig, words)


def _interval_text(row: pd.Series, unit: str) -> str:
    value = row["value"]
    figure = (
        units.change(value) if unit == "fraction" else f"{units.arrow(value)} {units.signed(value, unit)}"
    )
    word = row.get("text", "")
    return f"{figure} {theme.drawable(word, 6)}" if isinstance(word, str) and word else figure


def distribution(values: Mapping[str, pd.Series], words: Words, *, unit: str, bins: int = 24) -> Figure:
    """How one measure is spread: a histogram for one group, a strip of dots per group for several."""
    groups = {name: series.dropna().astype(float) for name, series in values.items() if series.notna().any()}
    if not groups:
        return empty(words)
    fig = theme.new_figure()
    axis = fig.subplots()
    if len(groups) == 1:
        axis.hist(
            next(iter(groups.values())), bins=bins, color=theme.ACCENT, edgecolor="white", linewidth=0.6
        )
        value_axis(axis, "count")
    else:
        tidy = pd.concat(groups, names=["group"]).rename("value").reset_index("group")
        tidy["group"] = tidy["group"].map(lambda name: theme.drawable(name, 10))
        import seaborn as sns  # half a second that no shipped page needs

        # A fixed seed: seaborn draws the jitter from numpy's global generator.
        state = np.random.get_state()
        np.random.seed(7)
        sns.stripplot(
            tidy, x="value", y="group", color=theme.ACCENT, alpha=0.5, size=4, ax=axis, legend=False
        )
        np.random.set_state(state)
        axis.set(xlabel="", ylabel="")
        axis.grid(True, axis="x")
    value_axis(axis, unit, horizontal=True)
    return finish(fig, words)


def _areas(size: pd.Series) -> pd.Series:
    """Five areas from small to large, the largest for the largest value."""
    share = size / size.max() if size.max() > 0 else size * 0 + 1
    return 36 + 66 * np.ceil(share.fillna(0) * 5).clip(0, 5).rename("dot")


def _spread(base: pd.Series) -> pd.Series:
    """A small sideways place per dot of a column, the same on every run."""
    within = base.groupby(base).cumcount()
    of = base.groupby(base).transform("size")
    return ((within + 1) / (of + 1) - 0.5) * 0.7


def _name_points(axis: Axes, points: pd.DataFrame, dots: pd.DataFrame) -> None:
    """Names beside, above or below their points where neither a name nor a dot lies; else left out.

    A bold one is what the chart is about: it may lie on a dot rather than be missing.
    """
    places = [(*_place(axis, row.x, row.y), math.sqrt(row.area) / 2) for row in dots.itertuples()]
    circles = [(x - r, y - r, x + r, y + r) for x, y, r in places]
    taken: list[_Box] = []
    for row in points.itertuples():
        name = theme.drawable(row.name, 9)
        x, y = _place(axis, row.x, row.y)
        away = 3 + math.sqrt(row.area) / 2
        wide, high = theme.width(name) * (theme.NOTE + 0.5), theme.NOTE * 1.4
        boxes = _sides(x, y, away, wide, high)
        free = [
            side for side, box in boxes.items()
            if box[0] >= 0 and box[2] <= _PLOT[0] and box[1] >= 0 and box[3] <= _PLOT[1]
            and not any(_meet(box, other) for other in taken)
        ]  # fmt: skip
        clear = [side for side in free if not any(_meet(boxes[side], dot) for dot in circles)]
        side = next(iter(clear or (free if row.bold else [])), None)
        if side is None:
            continue
        taken.append(boxes[side])
        across = {"left": away, "right": -away, "center": 0.0}[side[0]]
        up = {"bottom": away, "top": -away, "center": 0.0}[side[1]]
        axis.annotate(
            name,
            (row.x, row.y),
            xytext=(across, up),
            textcoords="offset points",
            va=side[1],
            ha=side[0],
            size=theme.NOTE + 0.5,
            color=theme.INK,
            weight="bold" if row.bold else "normal",
            annotation_clip=False,
        )


def _sides(x: float, y: float, away: float, wide: float, high: float) -> dict[tuple[str, str], _Box]:
    """The box a name would fill on each side of its point, by its alignment."""
    return {
        ("left", "center"): (x + away, y - high / 2, x + away + wide, y + high / 2),
        ("right", "center"): (x - away - wide, y - high / 2, x - away, y + high / 2),
        ("center", "bottom"): (x - wide / 2, y + away, x + wide / 2, y + away + high),
        ("center", "top"): (x - wide / 2, y - away - high, x + wide / 2, y - away),
    }


def _place(axis: Axes, x: float, y: float) -> tuple[float, float]:
    """Where a point lies in the plot, in points from its lower left corner."""
    (low_x, high_x), (low_y, high_y) = axis.get_xlim(), axis.get_ylim()
    return (x - low_x) / (high_x - low_x) * _PLOT[0], (y - low_y) / (high_y - low_y) * _PLOT[1]


def _meet(one: _Box, other: _Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    return across > 0 and min(one[3], other[3]) - max(one[1], other[1]) > 0


def heatmap(frame: pd.DataFrame, words: Words, *, unit: str, middle: float | None = None) -> Figure:
    """A table of shades: rows and columns of `frame` as they stand, figures in the cells.

    One hue from light to dark; with a true `middle` (0 for changes) two hues in the colours of direction.
    """
    if frame.dropna(how="all").empty:
        return empty(words)
    shown = frame.iloc[:12, :14].astype(float)
    fig = theme.new_figure((theme.FULL[0], 1.2 + 0.31 * len(shown)))
    axis = fig.subplots()
    import seaborn as sns

    two = sns.blend_palette([theme.direction().down, "#FFFFFF", theme.direction().up], as_cmap=True)
    shade = sns.light_palette(theme.ACCENT, as_cmap=True) if middle is None else two
    cells = shown.map(lambda value: axis_figure(value, unit) if units.known(value) else "")
    sns.heatmap(
        shown,
        ax=axis,
        cmap=shade,
        center=middle,
        annot=cells if shown.shape[1] <= 10 else None,
        fmt="",
        cbar=False,
        linewidths=1.5,
        linecolor="white",
        annot_kws={"size": theme.NOTE},
    )
    axis.grid(False)
    axis.set(xlabel="", ylabel="")
    axis.set_xticklabels([theme.drawable(name, 5) for name in shown.columns], rotation=0)
    axis.set_yticklabels([theme.drawable(name, 10) for name in shown.index], rotation=0)
    axis.tick_params(length=0)
    axis.set_title(
        tr("light = low, dark = high") if middle is None else "",
        loc="right",
        size=theme.NOTE,
        color=theme.MUTED,
    )
    return finish(fig, words)
