"""What the warm process does for reports before it forks: our modules, words, charts, first page."""

import importlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

FUNCTION = "shopbook.run.warm_up:warm_up"
FAMILIES = "shopbook.run.warm_up:families"
DRAW = "shopbook.run.warm_up:draw"
# A first figure takes as long as it spares the pages of two shops.
_MANY = 14
# What the pages of a family import; the warm process starts with the daily ones, which every morning needs.
_PAGES_OF = {
    "daily": ("workbook.daily",),
    "product_lifecycle": ("workbook.lifecycle",),
    "periodic": ("workbook.periodic", "workbook.card"),
    "campaign_review": ("workbook.review",),
    "custom": ("workbook.custom",),
}
_PAGE = ("nbconvert.exporters", "nbconvert.preprocessors", "filelock")


def warm_up(pause: Callable[[], None] = lambda: None) -> None:
    """Import and use what a report needs; `pause` ends the process when nobody wants it any more."""
    from papermill_warm.warmup import attempt

    for name in _PAGE:
        pause()
        attempt(partial(importlib.import_module, name))
    families(["daily"])
    for name in ("run.page", "run.notebook", "run.report_files"):
        pause()
        attempt(partial(importlib.import_module, f"shopbook.{name}"))
    for step in (_read_tables_of_words, _render_page):
        attempt(step)


def more(asked: Collection[str], notebooks: int) -> list[tuple[str, dict[str, Any]]]:
    """What else the warm process does for a batch: functions and their arguments, by name."""
    others = sorted(set(asked) - {"daily"})
    found: list[tuple[str, dict[str, Any]]] = [(FAMILIES, {"names": others})] if others else []
    return [*found, (DRAW, {})] if notebooks > _MANY else found


def families(names: Iterable[str]) -> None:
    """Import what the pages of these families do; drawing settings stay as every notebook finds them."""
    import matplotlib

    from papermill_warm.warmup import attempt

    with matplotlib.rc_context():
        for name in [module for family in names for module in _PAGES_OF.get(family, ())]:
            attempt(partial(importlib.import_module, f"shopbook.{name}"))


def _read_tables_of_words() -> None:
    """What every report looks up and no shop changes: the files of params/, the calendar, the sentences."""
    import datetime as dt

    from shopbook import columns, days, kinds, labels, params, tables, text

    columns.columns()
    text.catalogue()
    tables.tables()
    tables.computed()
    kinds.kinds()
    params.rules()
    labels.heading("daily", "")
    this_year = dt.date.today().year
    days.calendar(this_year - 1, this_year + 1)


def draw() -> None:
    """One figure as reports draw it, through the canvas class: pyplot would choose the backend."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        theme = importlib.import_module("shopbook.report.theme")
        theme.apply()
        figure = Figure(figsize=(3, 2), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        axes.plot([1, 2], [1, 3], label="visitors")
        axes.barh(["a", "b"], [1, 2])
        common = theme.drawable("0123456789.,%+−▲▼" + _common_characters(120))
        axes.set_title(common, weight="bold")
        axes.set_xlabel(common)
        axes.legend()
        pictures = importlib.import_module("shopbook.report.svg")
        pictures.figure_svg(figure)
        pictures.figure_png(figure)


def _common_characters(count: int) -> str:
    """The characters our Chinese sentences use most: outlines made short once, not in every fork."""
    from shopbook.text import catalogue

    seen = Counter(char for sentence in catalogue().values() for char in sentence if char > "\u2e80")
    return "".join(char for char, _times in seen.most_common(count))


def _render_page() -> None:
    import nbformat

    page = importlib.import_module("shopbook.run.page")
    cell = nbformat.v4.new_code_cell(
        "1", outputs=[nbformat.v4.new_output("display_data", {"text/html": "<p>1</p>"})]
    )
    page.render(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 1"), cell]))
