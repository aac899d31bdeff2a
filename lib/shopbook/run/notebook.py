"""Run one notebook: parameters checked, cells run, page and findings written, the end kept in run.json."""

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopbook.errors import ParamsError, WorkbookError, machine_error
from shopbook.findings.daily.reads import is_read
from shopbook.home import PROJECT, Home
from shopbook.params import FAMILIES
from shopbook.run import manifest, notebook_engines, notebook_source
from shopbook.run.job import STANDARD, Limits, NotebookJob, NotebookResult
from shopbook.text import speaking, tr

if TYPE_CHECKING:
    from nbformat import NotebookNode


def execute(job: NotebookJob, *, engine: str = "warm", limits: Limits | None = None) -> NotebookResult:
    """Run the notebook of `job` and write its report; a failure is recorded and returned, never raised.

    Skipped when the newest good report has the same fingerprint: history files, parameters, code, package.
    """
    from shopbook.run import report_files  # nbconvert: a process that only plans does without

    began, start = time.monotonic(), manifest.now()
    seal, claim = "", None
    with speaking(job.lang):
        try:
            notebook, seal = _prepared(job)
            if not job.force and manifest.is_current(job.folder, job.name, seal, _expected(job)):
                return NotebookResult(job, "skipped")
            claim = manifest.Claim(job.folder, job.name)
            notebook_engines.run(notebook, job, engine, limits or Limits())
            status = report_files.publish(notebook, job, claim)
            error = ""
        except Exception as problem:
            status, error = "failed", describe(problem, job)
            if claim is not None:
                report_files.keep_failed(notebook, job)
        result = NotebookResult(job, status, time.monotonic() - began, error)
        return _recorded(engine, result, claim, start, seal)


def _recorded(
    engine: str, result: NotebookResult, claim: manifest.Claim | None, start: str = "", seal: str = ""
) -> NotebookResult:
    """`result`, written down; where that is impossible it is a failure that says so."""
    job = result.job
    try:
        claim = claim or manifest.Claim(job.folder, job.name)
        claim.record(_about(job, engine), _ended(result, start, seal))
    except (OSError, manifest.OvertakenError) as problem:
        return dataclasses.replace(result, status="failed", error=result.error or describe(problem, job))
    return result


def _about(job: NotebookJob, engine: str) -> dict[str, Any]:
    """What run.json says of all notebooks of a family."""
    return {
        "shop": job.shop,
        "date": job.date,
        "family": job.family,
        "campaign": job.campaign,
        "engine": engine,
        "versions": manifest.versions(),
        "inputs": list(_inputs(job)),
        "parameters": manifest.fingerprint(job.parameters),
    }


def _ended(result: NotebookResult, start: str, seal: str) -> dict[str, Any]:
    """What run.json says of one notebook."""
    return {
        "status": result.status,
        "start": start or manifest.now(),
        "end": manifest.now(),
        "error": result.error,
        "fingerprint": seal,
    }


def failure(job: NotebookJob, engine: str, reason: Callable[[], str], attempts: int = 1) -> NotebookResult:
    """Record a run that could not end by itself; `reason` is asked in the language of the run."""
    with speaking(job.lang):
        name = f"{job.family}/{job.name}"
        error = tr("Notebook {notebook} failed: {reason}", notebook=name, reason=reason())
    return _recorded(engine, NotebookResult(job, "failed", 0.0, error, attempts), None)


def is_current(job: NotebookJob) -> bool:
    """Whether the newest report of `job` was made from the same inputs; an unreadable notebook's is not."""
    try:
        _notebook, seal = _prepared(job)
    except WorkbookError:
        return False
    return not job.force and manifest.is_current(job.folder, job.name, seal, _expected(job))


def describe(problem: BaseException, job: NotebookJob) -> str:
    """What went wrong, with the notebook's name, in the language of the run."""
    if isinstance(problem, OSError) and problem.errno:
        problem = machine_error(problem)
    if isinstance(problem, WorkbookError):
        return str(problem)
    reason = " ".join(str(problem).split())[:300]
    return tr(
        "Notebook {notebook} failed: {error}: {reason}",
        notebook=f"{job.family}/{job.name}",
        error=type(problem).__name__,
        reason=reason,
    )


def _prepared(job: NotebookJob) -> tuple["NotebookNode", str]:
    """The notebook with its parameters, and the fingerprint of everything it depends on."""
    notebook = notebook_source.load(job.source)
    names = notebook_source.declared(notebook, f"{job.family}/{job.name}")
    standard = {"shop": job.shop, "date": job.date, "lang": job.lang, "campaign": job.campaign}
    standard = {name: value for name, value in standard.items() if name in names and value}
    own = {name: value for name, value in job.parameters.items() if name not in STANDARD}
    if job.family != "custom":  # a family's model covers all its notebooks; each takes what it names
        own = {name: value for name, value in own.items() if name in names}
    values = {**standard, **notebook_source.fitting(own, names, f"{job.family}/{job.name}")}
    seal = manifest.fingerprint(
        _looked_at(job, notebook),
        values,
        notebook_source.code_hash(notebook),
        job.sources or manifest.sources(job.home),
    )
    return notebook_source.injected(notebook, values), seal


def _inputs(job: NotebookJob) -> tuple[dict[str, Any], ...]:
    if job.inputs is not None:
        return job.inputs
    return tuple(manifest.inputs(job.home, job.shop, job.date))


def _looked_at(job: NotebookJob, notebook: "NotebookNode") -> list[dict[str, Any]]:
    """The inputs a report depends on; all of them where the home's own notebook has other code than ours."""
    shipped = PROJECT / "notebooks" / job.family / f"{job.name}.ipynb"
    is_ours = job.family == "daily" and (
        job.source == shipped
        or notebook_source.code_hash(notebook_source.load(shipped)) == notebook_source.code_hash(notebook)
    )
    return [each for each in _inputs(job) if not is_ours or is_read(job.name, each["kind"])]


def _expected(job: NotebookJob) -> list[str]:
    report = [] if job.family == "custom" else [f"{job.name}.findings.json"]
    return [f"{job.name}.html", f"{job.name}.ipynb", *report]


def job_of_path(home: Home, path: Path, shop: str, date: str, **values: Any) -> NotebookJob:
    """A job for a notebook file: a shipped one keeps its family, any other is `custom`."""
    full = path.resolve()
    if not full.is_file():
        raise ParamsError("There is no notebook {file}.", file=str(path))
    roots = (home.root / "notebooks", PROJECT / "notebooks")
    inside = next(
        (full.relative_to(root.resolve()) for root in roots if full.is_relative_to(root.resolve())), None
    )
    family = inside.parts[0] if inside and inside.parts[0] in FAMILIES else "custom"
    job = NotebookJob(home, family, full.stem, shop, date, path=full)
    return dataclasses.replace(job, **values)
