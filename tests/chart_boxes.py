"""Where the texts of a drawn chart lie, and which of them a reader cannot tell apart."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

TOUCH = 1.0
"""Points that two boxes may share: a box is a little larger than its letters."""


def texts(fig: Figure) -> list[tuple[str, Bbox]]:
    """Every text a reader sees, ticks' labels too, with its box in points as drawn."""
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    scale = 72.0 / fig.dpi
    hidden = {id(label) for axes in fig.axes for label in _unseen(axes)}
    found = []
    for text in fig.findobj(Text):
        said = text.get_text().strip()
        if not said or not text.get_visible() or id(text) in hidden:
            continue
        box = text.get_window_extent(canvas.get_renderer())
        found.append((said, Bbox(box.get_points() * scale)))
    return found


def _unseen(axes) -> list[Text]:
    """Labels matplotlib holds but does not draw: ticks outside the view or of an axis that is off."""
    labels = []
    for axis in (axes.xaxis, axes.yaxis):
        shown = {id(tick) for tick in axis._update_ticks()} if axes.axison and axis.get_visible() else set()
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            for label in (tick.label1, tick.label2):
                if id(tick) not in shown or not label.get_visible():
                    labels.append(label)
    return labels


def overlaps(fig: Figure) -> list[str]:
    """Pairs of texts that lie on one another, and texts that leave the picture."""
    wide, high = (side * 72.0 for side in fig.get_size_inches())
    placed = texts(fig)
    found = [
        f"outside: {said}"
        for said, box in placed
        if box.x0 < -TOUCH or box.y0 < -TOUCH or box.x1 > wide + TOUCH or box.y1 > high + TOUCH
    ]
    for number, (said, box) in enumerate(placed):
        for other, their in placed[number + 1 :]:
            across = min(box.x1, their.x1) - max(box.x0, their.x0)
            up = min(box.y1, their.y1) - max(box.y0, their.y0)
            if across > TOUCH and up > TOUCH:
                found.append(f"{said} / {other}")
    return found
