"""The cells of one notebook, run by the warm engine or by papermill's own; a failure names its cell."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from shopbook.errors import RunError
from shopbook.run import warm_up
from shopbook.run.job import FACADES, STANDARD, Limits, NotebookJob
from shopbook.text import tr

ANALYST = "analyst-only"


def run(notebook: NotebookNode, job: NotebookJob, engine: str, limits: Limits) -> None:
    """Run the cells by the chosen engine; raises RunError that names the notebook and the cell."""
    surroundings = {
        "SHOPBOOK_HOME": str(job.home.root),
        "SHOPBOOK_DATA": str(job.home.data),
        "SHOPBOOK_LANG": job.lang,
    }
    runner = _run_warm if engine == "warm" else _run_standard
    name = f"{job.family}/{job.name}"
    try:
        with _set_aside(notebook, ANALYST):
            runner(notebook, job, surroundings, limits)
    except Exception as error:
        place = _running_cell(notebook)
        raise RunError(
            "Notebook {notebook} stopped in cell {cell}: {reason}",
            notebook=name,
            cell=place,
            reason=_reason(error),
        ) from error
    _raise_for_error(notebook, job)


@contextlib.contextmanager
def _set_aside(notebook: NotebookNode, tag: str) -> Iterator[None]:
    """Cells with `tag` are not run here; the analyst's are run in JupyterLab and by plain papermill."""
    every = notebook.cells
    notebook.cells = [cell for cell in every if tag not in cell.metadata.get("tags", [])]
    try:
        yield
    finally:
        notebook.cells = every


def _run_warm(notebook: NotebookNode, job: NotebookJob, env: dict[str, str], limits: Limits) -> None:
    from papermill_warm.client import ForkingEngine

    ForkingEngine.execute_notebook(
        notebook,
        "python3",
        progress_bar=False,
        env=env,
        cwd=_folder_of(job),
        execution_timeout=limits.cell_seconds,
        notebook_timeout=limits.seconds,
        memory_mb=limits.memory_mb,
        prepare=_shared(job),
        warm_up=warm_up.FUNCTION,
    )


def _shared(job: NotebookJob) -> dict[str, Any] | None:
    """What the notebook's facade prepares for it and for others of its batch; None when it runs alone."""
    if not job.together:
        return None
    own = {name: value for name, value in job.parameters.items() if name not in STANDARD}
    standard = {"shop": job.shop, "date": job.date, "lang": job.lang, "notebooks": list(job.together)}
    return {"function": f"{FACADES[job.family]}:prepare", "arguments": {**standard, **own}}


def _run_standard(notebook: NotebookNode, job: NotebookJob, env: dict[str, str], limits: Limits) -> None:
    from shopbook.run import standard_engine

    standard_engine.run(notebook, _folder_of(job), env, limits)


def _folder_of(job: NotebookJob) -> str:
    return str(job.source.resolve().parent)


def _running_cell(notebook: NotebookNode) -> int:
    """The number of the code cell that was running: the last one with a start and without an end."""
    started = 0
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code" and cell.metadata.get("papermill", {}).get("start_time"):
            started = number
    return started


def _reason(error: Exception) -> str:
    text = _end_in_words(getattr(error, "reason", ""), getattr(error, "values", {})) or str(error)
    if "timed out" in text:
        found = re.search(r"after (\S+) seconds", text)
        return tr(
            "the cell took longer than the {seconds} s allowed", seconds=found.group(1) if found else "?"
        )
    return " ".join(text.split())[:300] or type(error).__name__


def _end_in_words(reason: str, values: dict[str, Any]) -> str:
    """How the warm engine says a notebook ended, in the language of the run; empty for any other error."""
    match reason:
        case "exit":
            return tr("a cell ended the notebook's process (exit code {status})", **values)
        case "memory":
            return tr("the notebook used {used} MB of memory; {most} MB are allowed", **values)
        case "processes":
            return tr("the notebook started {count} processes; {most} are allowed", **values)
        case "signal":
            return tr("the notebook's process was killed ({signal})", **values)
        case "time":
            return tr("the notebook took longer than the {seconds} s allowed", **values)
        case "unknown":
            return tr("the notebook's process died")
        case "warm process":
            return tr("the warm process died, and the notebook's process with it")
    return ""


def _raise_for_error(notebook: NotebookNode, job: NotebookJob) -> None:
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code" or "raises-exception" in cell.metadata.get("tags", []):
            continue
        for output in cell.get("outputs", []):
            if output.output_type == "error" and not _is_clean_exit(output):
                raise RunError(
                    "Notebook {notebook} failed in cell {cell}: {error}: {reason}",
                    notebook=f"{job.family}/{job.name}",
                    cell=number,
                    error=output.ename,
                    reason=" ".join(str(output.evalue).split())[:300],
                )


def _is_clean_exit(output: NotebookNode) -> bool:
    return output.ename == "SystemExit" and output.evalue in ("", "0")
