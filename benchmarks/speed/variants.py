"""The ways to turn notebooks into pages; each is run in a process of its own by `measure`."""

import contextlib
import dataclasses
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.speed import fixture

from shopbook.home import Home

BIN = Path(sys.executable).parent


def shell(home: Home, runs: int, at_once: int = 1) -> None:
    """What people do today: `papermill`, then `jupyter nbconvert`, from the shell."""
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(lambda number: _shell_one(home, number), range(runs)))


def library(home: Home, runs: int, at_once: int = 1) -> None:
    """papermill and nbconvert as libraries, their imports paid once per process."""
    if at_once == 1:
        for number in range(runs):
            _library_one(home, number)
        return
    with ProcessPoolExecutor(at_once, mp_context=get_context("spawn")) as pool:
        list(pool.map(_library_one, [home] * runs, range(runs)))


def workers(home: Home, runs: int, at_once: int = 1) -> None:
    """The runner with standard papermill in spawned, pre-imported workers: the default without fork."""
    _batch(home, runs, at_once, "papermill")


def warm(home: Home, runs: int, at_once: int = 1) -> None:
    """The runner as it is: warm engine, page, findings, run.json."""
    _batch(home, runs, at_once, "warm")


def limit(home: Home, runs: int, at_once: int = 1) -> None:
    """No runner at all: the cells in one warm process per core, and the page."""
    share = [runs // at_once + (number < runs % at_once) for number in range(at_once)]
    with ProcessPoolExecutor(at_once, mp_context=get_context("spawn")) as pool:
        list(pool.map(_cells_and_page, [home] * at_once, share))


VARIANTS: dict[str, tuple[Callable[[Home, int, int], None], int, str]] = {
    "shell-1": (shell, 1, "papermill + nbconvert from the shell, one after another"),
    "shell-2": (shell, 2, "the same, two at a time"),
    "library-1": (library, 1, "papermill + nbconvert in one process"),
    "library-2": (library, 2, "the same in two processes"),
    "workers-2": (workers, 2, "runner, standard papermill in two pre-imported workers"),
    "warm-1": (warm, 1, "runner, warm engine, one process"),
    "warm-2": (warm, 2, "runner, warm engine, two processes"),
    "limit-2": (limit, 2, "limit: the cells in one warm process per core + page"),
}


def _shell_one(home: Home, number: int) -> None:
    with tempfile.TemporaryDirectory(dir=home.root) as folder:
        out = Path(folder) / f"{number}.ipynb"
        env = fixture.environment(home)
        source = home.notebook(f"{fixture.FAMILY}/{fixture.NAME}.ipynb")
        values = ["-p", "shop", fixture.SHOP, "-p", "date", fixture.DATE]
        run = [BIN / "papermill", source, out, *values, "--no-progress-bar"]
        page = [BIN / "jupyter", "nbconvert", "--to", "html", "--log-level", "ERROR", out]
        for command in (run, page):
            subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert out.with_suffix(".html").stat().st_size > 100_000


def _library_one(home: Home, number: int) -> None:
    import papermill
    from nbconvert.exporters import HTMLExporter

    os.environ.update(fixture.environment(home))
    with tempfile.TemporaryDirectory(dir=home.root) as folder, contextlib.redirect_stderr(io.StringIO()):
        out = Path(folder) / f"{number}.ipynb"
        source = home.notebook(f"{fixture.FAMILY}/{fixture.NAME}.ipynb")
        values = {"shop": fixture.SHOP, "date": fixture.DATE}
        papermill.execute_notebook(source, out, values, progress_bar=False)
        page, _ = HTMLExporter().from_filename(str(out))
        out.with_suffix(".html").write_text(page, encoding="utf-8")


def _batch(home: Home, runs: int, at_once: int, engine: str) -> None:
    from shopbook.run import workers as pool

    pool.begin(engine)  # as the command line does, before it imports what plans a batch
    from shopbook.run.batch import run_batch
    from shopbook.run.job import NotebookJob

    job = NotebookJob(home, fixture.FAMILY, fixture.NAME, fixture.SHOP, fixture.DATE, lang="en", force=True)
    jobs = [dataclasses.replace(job, campaign=f"copy-{number}") for number in range(runs)]
    result = run_batch(jobs, jobs_parallel=at_once, engine=engine)
    assert result.count("done") == runs, [each.error for each in result.results if each.error][:3]


def _cells_and_page(home: Home, runs: int) -> None:
    """The notebook's cells in an IPython shell of this process; then the page of the executed notebook."""
    os.environ |= {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "OPENBLAS_NUM_THREADS": "1"}
    os.environ.update(fixture.environment(home))
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    from shopbook.run import page

    shell = InteractiveShell.instance()
    for number in range(runs):
        shell.reset(new_session=False)
        notebook = fixture.notebook()
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            source = (
                f"shop, date, lang = {fixture.SHOP!r}, {fixture.DATE!r}, 'en'" if index == 1 else cell.source
            )
            with capture_output() as captured:
                result = shell.run_cell(source)
            result.raise_error()
            outputs = [_plain(output) for output in captured.outputs]
            new = nbformat.v4.new_output
            cell.outputs = [new("display_data", output["data"], metadata={}) for output in outputs]
        (home.root / f"limit-{os.getpid()}-{number}.html").write_text(page.render(notebook), encoding="utf-8")


def _plain(output: object) -> dict:
    """A captured output as the notebook format has it: pictures in base64."""
    from ipykernel.jsonutil import encode_images, json_clean

    return {"data": json_clean(encode_images(dict(output.data)))}  # type: ignore[attr-defined]
