"""The files of one report: made completely first, then written under temporary names and renamed."""

import contextlib
import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from shopbook.columns import label
from shopbook.errors import RunError
from shopbook.history import claims
from shopbook.run import manifest, page
from shopbook.run.job import NotebookJob, Status


def publish(notebook: NotebookNode, job: NotebookJob, claim: manifest.Claim) -> Status:
    """Write page, notebook, findings and mail charts, all made before a file is replaced; keep its claims."""
    claim.publish(made(notebook, job))
    _remove_old(job, set(page.mail_charts(notebook)))
    report = page.find_report(notebook) or {}
    if report and job.family != "custom":
        claims.record(job.home, job.shop, report)
    warnings = report.get("warnings", [])
    blocking = [each for each in warnings if each.get("level") == "blocking"]
    return "held" if blocking and job.hold_on_blocking else "done"


def made(notebook: NotebookNode, job: NotebookJob) -> dict[str, bytes]:
    """The files of a report by their names under its folder."""
    found = page.find_report(notebook)
    if found is None and job.family != "custom":
        raise RunError(
            "Notebook {notebook} published no findings; its last report cell is `show.publish(day)`.",
            notebook=f"{job.family}/{job.name}",
        )
    files = {
        f"{job.name}.ipynb": nbformat.writes(notebook).encode(),
        f"{job.name}.html": page.render(notebook, lang=job.lang).encode(),
    }
    charts = page.mail_charts(notebook)
    files |= {f"{job.name}.charts/{name}.png": png for name, png in charts.items()}
    if found is not None:
        files[f"{job.name}.findings.json"] = json.dumps(found, ensure_ascii=False, indent=1).encode()
        files |= _sheets(found)
    return files


def _sheets(report: dict[str, Any]) -> dict[str, bytes]:
    """The classic daily sheet as CSV beside the page; the byte order mark makes Excel read its headers."""
    rows = report.get("tables", {}).get("daily_sheet")
    if not rows:
        return {}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([label(name) for name in rows[0]])
    writer.writerows(row.values() for row in rows)
    return {"daily_sheet.csv": text.getvalue().encode("utf-8-sig")}


def _remove_old(job: NotebookJob, charts: set[str]) -> None:
    """Charts this report no longer has, and the kept notebook of an earlier failure."""
    folder = job.folder / f"{job.name}.charts"
    for chart in folder.glob("*.png"):
        if chart.stem not in charts:
            chart.unlink(missing_ok=True)
    if not charts:
        shutil.rmtree(folder, ignore_errors=True)
    _failed_file(job).unlink(missing_ok=True)


def keep_failed(notebook: NotebookNode, job: NotebookJob) -> None:
    """Keep the notebook with its traceback beside the last good report, out of the readers' way."""
    with contextlib.suppress(OSError):
        manifest.write_whole(_failed_file(job), nbformat.writes(notebook).encode())


def _failed_file(job: NotebookJob) -> Path:
    return job.folder / ".failed" / f"{job.name}.ipynb"
