"""What the warm process does for reports before it forks: our modules, words, charts, first page."""

import importlib
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import shopbook

FUNCTION = "shopbook.run.warm_up:warm_up"
PACKAGES = ("metrics", "analysis", "findings", "history", "report", "workbook")
_PAGE = ("nbconvert.exporters", "nbconvert.preprocessors", "filelock")


def warm_up(pause: Callable[[], None] = lambda: None) -> None:
    """Import and use what a report needs; `pause` ends the process when nobody wants it any more."""
    from papermill_warm.warmup import attempt, import_without_effect

    for name in _PAGE:
        pause()
        attempt(partial(importlib.import_module, name))
    for name in _our_modules():
        pause()
        attempt(partial(import_without_effect, name))
    for step in (_read_tables_of_words, _draw, _render_page):
        attempt(step)


def _our_modules() -> list[str]:
    """The modules notebooks use, then page and runner."""
    root = Path(shopbook.__file__).parent
    files = [path.relative_to(root) for name in PACKAGES for path in sorted((root / name).rglob("*.py"))]
    inside = [".".join(path.with_suffix("").parts) for path in files if path.name != "__init__.py"]
    return [f"shopbook.{name}" for name in (*PACKAGES, *inside, "run.page", "run.notebook")]


def _read_tables_of_words() -> None:
    """What every report looks up and no shop changes: columns, the calendar, the Chinese sentences."""
    import datetime as dt

    from shopbook import columns, days, text

    columns.columns()
    text.catalogue()
    this_year = dt.date.today().year
    days.calendar(this_year - 3, this_year + 1)


def _draw() -> None:
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
