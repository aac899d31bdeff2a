"""The ways to turn notebooks into pages; each is run in a process of its own by `measure`."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from shopbook.run.job import NotebookJob

BIN = Path(sys.executable).parent
Jobs = list[NotebookJob]


def shell(jobs: Jobs, at_once: int = 1) -> None:
    """What people do today: `papermill`, then `jupyter nbconvert`, from the shell."""
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(_shell_one, jobs))


def library(jobs: Jobs, at_once: int = 1) -> None:
    """papermill and nbconvert as libraries, their imports paid once per process."""
    if at_once == 1:
        for job in jobs:
            _library_one(job)
        return
    with ProcessPoolExecutor(at_once, mp_context=get_context("spawn")) as pool:
        list(pool.map(_library_one, jobs))


def workers(jobs: Jobs, at_once: int = 1) -> None:
    """The runner with standard papermill in spawned, pre-imported workers: the default without fork."""
    _batch(jobs, at_once, "papermill")


def warm(jobs: Jobs, at_once: int = 1) -> None:
    """The runner as it is: warm engine, page, findings, run.json."""
    _batch(jobs, at_once, "warm")


def limit(jobs: Jobs, at_once: int = 1) -> None:
    """No runner at all: the cells in one warm process per core, and the page."""
    shares = [jobs[number::at_once] for number in range(at_once)]
    with ProcessPoolExecutor(at_once, mp_context=get_context("spawn")) as pool:
        list(pool.map(_cells_and_pages, shares))


VARIANTS: dict[str, tuple[Callable[[Jobs, int], None], int, str]] = {
    "shell-1": (shell, 1, "papermill + nbconvert from the shell, one after another"),
    "shell-2": (shell, 2, "the same, two at a time"),
    "library-1": (library, 1, "papermill + nbconvert in one process"),
    "library-2": (library, 2, "the same in two processes"),
    "workers-2": (workers, 2, "runner, standard papermill in two pre-imported workers"),
    "warm-1": (warm, 1, "runner, warm engine, one process"),
    "warm-2": (warm, 2, "runner, warm engine, two processes"),
    "limit-2": (limit, 2, "limit: the cells in one warm process per core + page"),
}


def _environment(job: NotebookJob) -> dict[str, str]:
    """What a shell user exports before running the notebook."""
    return {**os.environ, "SHOPBOOK_HOME": str(job.home.root), "SHOPBOOK_DATA": str(job.home.data)}


def _values(job: NotebookJob) -> dict[str, str]:
    return {"shop": job.shop, "date": job.date, "lang": job.lang}


def _shell_one(job: NotebookJob) -> None:
    with tempfile.TemporaryDirectory(dir=job.home.data) as folder:
        out = Path(folder) / f"{job.name}.ipynb"
        values = [text for name, value in _values(job).items() for text in ("-p", name, value)]
        run = [BIN / "papermill", job.source, out, *values, "--no-progress-bar"]
        page = [BIN / "jupyter", "nbconvert", "--to", "html", "--log-level", "ERROR", out]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        for command in (run, page):
            subprocess.run(command, env=_environment(job), check=True, **quiet)
        assert out.with_suffix(".html").stat().st_size > 100_000


def _library_one(job: NotebookJob) -> None:
    import papermill
    from nbconvert.exporters import HTMLExporter

    os.environ.update(_environment(job))
    with tempfile.TemporaryDirectory(dir=job.home.data) as folder, contextlib.redirect_stderr(io.StringIO()):
        out = Path(folder) / f"{job.name}.ipynb"
        papermill.execute_notebook(job.source, out, _values(job), progress_bar=False)
        page, _ = HTMLExporter().from_filename(str(out))
        out.with_suffix(".html").write_text(page, encoding="utf-8")


def _batch(jobs: Jobs, at_once: int, engine: str) -> None:
    from shopbook.run import workers as pool

    pool.begin(engine)  # as the command line does, before it imports what plans a batch
    from shopbook.run.batch import run_batch

    result = run_batch(jobs, jobs_parallel=at_once, engine=engine)
    assert result.count("done") == len(jobs), [each.error for each in result.results if each.error][:3]


def _cells_and_pages(jobs: Jobs) -> None:
    """The notebooks' cells in an IPython shell of this process; then the page of each."""
    os.environ |= {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "OPENBLAS_NUM_THREADS": "1"}
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell

    from shopbook.run import page

    shell = InteractiveShell.instance()
    for job in jobs:
        os.environ.update(_environment(job))
        shell.reset(new_session=False)
        notebook = nbformat.read(job.source, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = _outputs(shell, cell.source)
                if "parameters" in cell.metadata.get("tags", []):
                    shell.user_ns.update(_values(job))
        with tempfile.NamedTemporaryFile("w", dir=job.home.data, suffix=".html", encoding="utf-8") as file:
            file.write(page.render(notebook))


def _outputs(shell: Any, source: str) -> list[Any]:
    """What a cell shows, as the notebook format has it: pictures in base64."""
    from ipykernel.jsonutil import encode_images, json_clean
    from IPython.utils.capture import capture_output
    from nbformat.v4 import new_output

    with capture_output() as captured:
        shell.run_cell(source).raise_error()
    return [
        new_output(
            "display_data",
            json_clean(encode_images(dict(output.data))),
            metadata=json_clean(output.metadata or {}),
        )
        for output in captured.outputs
    ]
