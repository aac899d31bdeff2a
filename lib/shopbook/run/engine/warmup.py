"""What the zygote does once so that no notebook has to: imports, first figure, first tables, first page."""

import builtins
import contextlib
import importlib
import io
import os
import pkgutil
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

import shopbook

# In the order a notebook, its client and its page need them.
MODULES = (
    "numpy", "pandas.io.formats.style", "pandas.io.parquet", "pyarrow.parquet", "pyarrow.dataset",
    "matplotlib", "matplotlib.pyplot", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg",
    "matplotlib.dates", "seaborn", "IPython.display", "IPython.extensions.storemagic",
    "ipykernel.debugger", "IPython.core.completer", "IPython.core.logger", "IPython.core.pylabtools",
    "tornado.platform.asyncio", "sqlite3", "pandas.core.arrays.arrow.extension_types",
    "pandas.io.formats.string",
    "papermill.clientwrap", "papermill.engines", "papermill.parameterize", "papermill.iorw", "nbformat.v4",
    "nbconvert.exporters", "nbconvert.preprocessors", "filelock",
)  # fmt: skip
PACKAGES = ("metrics", "analysis", "findings", "history", "report", "workbook")


def warm_up(pause: Callable[[], None] = lambda: None) -> None:
    """Import and use everything a report needs, without threads and without choosing a drawing backend.

    `pause` is called between the steps: a client that is gone by then ends the start.
    """
    from shopbook.run.engine.child import INLINE

    os.environ.setdefault("MPLBACKEND", INLINE)  # before matplotlib: it reads the name once, at import
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _try(_import_pandas)
        for name in MODULES:
            pause()
            _try(lambda name=name: importlib.import_module(name))
        for name in _our_modules():
            pause()
            _try(lambda name=name: _import_without_effect(name))
        for step in (_read_tables_of_words, _draw, _show_tables, _parse_cells, _render_page):
            _try(step)


def check_single_thread() -> None:
    """A second thread would be missing in every fork, with its locks held: refuse to be a zygote."""
    count = len(os.listdir("/proc/self/task"))
    if count != 1:
        raise RuntimeError(f"the warm process has {count} threads; it must have one to fork")


def _try(step: Callable[[], object]) -> None:
    """A step that fails only costs time: the notebook that needs it meets the error itself."""
    with contextlib.suppress(Exception):
        step()


def _import_pandas() -> None:
    """pandas asks once, at import, whether a Jupyter kernel runs, and shows fewer columns when none does."""
    builtins.get_ipython = lambda: SimpleNamespace(kernel=True)  # type: ignore[attr-defined]
    try:
        importlib.import_module("pandas")
    finally:
        del builtins.get_ipython  # type: ignore[attr-defined]


def _import_without_effect(name: str) -> None:
    """Import `name`; if that changed the drawing settings, undo it and let each notebook import it anew.

    `shopbook.workbook` sets the theme when it is imported: notebooks that never import it keep the defaults.
    """
    import matplotlib

    with matplotlib.rc_context():
        before = dict(matplotlib.rcParams)
        importlib.import_module(name)
        changed = dict(matplotlib.rcParams) != before
    if changed:
        del sys.modules[name]


def _our_modules() -> list[str]:
    roots = [f"{folder}/{name}" for folder in shopbook.__path__ for name in PACKAGES]
    packages = [f"shopbook.{name}" for name in PACKAGES]
    inside = [
        f"shopbook.{os.path.basename(root)}.{module.name}"
        for root in roots
        for module in pkgutil.iter_modules([root])
    ]
    return packages + inside + ["shopbook.run.page", "shopbook.run.notebook"]


def _read_tables_of_words() -> None:
    """What every report looks up and no shop changes: columns, the calendar, the Chinese sentences."""
    import datetime as dt

    from shopbook import columns, days, text

    columns.columns()
    text.catalogue()
    this_year = dt.date.today().year
    days.calendar(this_year - 3, this_year + 1)


def _draw() -> None:
    """One figure through the canvas classes: pyplot would choose the backend and lose every inline chart."""
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


def _show_tables() -> None:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    days = pd.date_range("2026-01-01", periods=8)
    frame = pd.DataFrame({"date": days, "item": list("abababab"), "value": [1.5] * 8})
    kept = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, nthreads=1), kept)
    file = pq.ParquetFile(pa.BufferReader(kept.getvalue()), pre_buffer=False)  # else Arrow starts its threads
    frame = file.read(use_threads=False).to_pandas(use_threads=False)
    frame.groupby("item")["value"].agg(["sum", "mean"]).reset_index().merge(frame, on="item").to_html()
    frame.pivot_table(index="date", columns="item", values="value").rolling(3).mean()
    frame.head().style.format({"value": "{:.1f}"}).to_html()


def _parse_cells() -> None:
    """The parts of IPython that are built at first use: input transformers and the formatters' tables."""
    from IPython.core.inputtransformer2 import TransformerManager

    TransformerManager().transform_cell("%time x = 1\n!ls\nawait y\n")


def _render_page() -> None:
    import nbformat

    page = importlib.import_module("shopbook.run.page")
    cell = nbformat.v4.new_code_cell(
        "1", outputs=[nbformat.v4.new_output("display_data", {"text/html": "<p>1</p>"})]
    )
    page.render(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 1"), cell]))
