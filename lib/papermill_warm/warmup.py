"""What the zygote does once so that no notebook has to: imports, a figure, tables, the caller's own."""

import builtins
import contextlib
import importlib
import io
import os
import pkgutil
import warnings
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace

from papermill_warm.quick_import import import_jsonschema

# What notebooks and their client need, in the order they need it; what is not installed is left out. What
# some need and takes long (seaborn brings scipy.stats: half a second) is left to the caller's warm-up.
MODULES = (
    "numpy", "pandas.io.formats.style", "pandas.io.parquet", "pyarrow.parquet", "pyarrow.dataset",
    "matplotlib", "matplotlib.pyplot", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg",
    "matplotlib.dates", "IPython.display", "IPython.extensions.storemagic",
    "ipykernel.debugger", "IPython.core.completer", "IPython.core.logger", "IPython.core.pylabtools",
    "tornado.platform.asyncio", "sqlite3", "pandas.core.arrays.arrow.extension_types",
    "pandas.io.formats.string",
    "papermill.clientwrap", "papermill.engines", "papermill.parameterize", "papermill.iorw", "nbformat.v4",
)  # fmt: skip


def warm_up(own: str = "", pause: Callable[[], None] = lambda: None) -> None:
    """Import and use what notebooks need, without threads and without choosing a drawing backend.

    `own` names the caller's function as `module:function`; it is called with `pause` and should call that
    between its steps: a client that is gone by then ends the start.
    """
    from papermill_warm.child import INLINE

    os.environ.setdefault("MPLBACKEND", INLINE)  # before matplotlib: it reads the name once, at import
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        attempt(_import_pandas)
        attempt(import_jsonschema)
        for name in MODULES:
            pause()
            attempt(partial(importlib.import_module, name))
        for step in (_draw, _show_tables, _parse_cells):
            attempt(step)
        if own:
            pause()
            attempt(lambda: pkgutil.resolve_name(own)(pause))


def check_single_thread() -> None:
    """A second thread would be missing in every fork, with its locks held: refuse to be a zygote."""
    count = len(os.listdir("/proc/self/task"))
    if count != 1:
        raise RuntimeError(f"the warm process has {count} threads; it must have one to fork")


def attempt(step: Callable[[], object]) -> None:
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


def _draw() -> None:
    """One figure through the canvas classes: pyplot would choose the backend and lose every inline chart."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3, 2), layout="constrained")
    axes = figure.subplots()
    axes.plot([1, 2], [1, 3], label="line")
    axes.set_title("0123456789", weight="bold")
    axes.legend()
    FigureCanvasAgg(figure).draw()


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
