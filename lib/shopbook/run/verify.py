"""Reruns a published report from what its run recorded, and says whether every byte is the same."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from shopbook.errors import ParamsError, WorkbookError
from shopbook.home import Home
from shopbook.run import manifest, notebook_engines, notebook_source, report_files
from shopbook.run.job import Limits, NotebookJob
from shopbook.run.site.files import between_markers
from shopbook.run.site.published import entries
from shopbook.text import speaking, tr

_BY_THE_SITE = ("nav", "since")
"""The places of a page that the site fills in later, and fills anew with every day."""


@dataclass(frozen=True)
class Verified:
    """What a rerun gave: files that came out other, and recorded inputs or versions that are other now."""

    report: str
    equal: bool
    differs: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def published(home: Home, wanted: list[str], shop: str = "", date: str = "") -> list[NotebookJob]:
    """The reports to verify: those named by page or by shop/day/family/notebook, else each shop's newest.

    A folder of reports stands for every notebook in it.
    """
    names = [_under_reports(home, each).removesuffix(".html") for each in wanted]
    found = [each for each in entries(home.reports) if shop in ("", each.shop)]
    newest = {each.shop: max(other.date for other in found if other.shop == each.shop) for each in found}
    jobs = []
    for entry in found:
        place = entry.folder.relative_to(home.reports).as_posix()
        for sheet in entry.sheets:
            name = f"{place}/{sheet.name}"
            if names:
                chosen = any(name == each or name.startswith(f"{each}/") for each in names)
            else:
                chosen = entry.date == (date or newest[entry.shop])
            if chosen and sheet.page and (entry.folder / f"{sheet.name}.ipynb").is_file():
                job = NotebookJob(home, entry.family, sheet.name, entry.shop, entry.date, entry.campaign)
                jobs.append(job)
    if not jobs:
        raise ParamsError("There is no published report {report}.", report=", ".join(wanted) or shop or "*")
    return jobs


def verify(job: NotebookJob, engine: str = "") -> Verified:
    """Run the cells of a published report again, with its parameters, and compare what comes out.

    Nothing is written. Without `engine` it is the one that made the report.
    """
    record = manifest.read_run(job.folder)
    notebook = _emptied(notebook_source.load(job.folder / f"{job.name}.ipynb"))
    given = notebook.metadata.get("papermill", {}).get("parameters", {})
    told = manifest.read_json(job.folder / f"{job.name}.findings.json")
    lang = str(told.get("lang") or given.get("lang") or "zh")
    again = NotebookJob(job.home, job.family, job.name, job.shop, job.date, job.campaign, job.path, lang=lang)
    changed = tuple(_changed(record, job))
    with speaking(lang):
        try:
            notebook_engines.run(notebook, again, engine or str(record.get("engine") or "warm"), Limits())
            files = report_files.made(notebook, again)
        except WorkbookError as problem:
            return Verified(job.label, False, (str(problem),), changed)
    del files[f"{job.name}.ipynb"]  # it holds the times of the run
    differs = tuple(text for name, made in files.items() if (text := _compared(job.folder / name, made)))
    return Verified(job.label, not differs, differs, changed)


def _under_reports(home: Home, text: str) -> str:
    path = Path(text).absolute()
    return path.relative_to(home.reports).as_posix() if path.is_relative_to(home.reports) else text.strip("/")


def _emptied(notebook: NotebookNode) -> NotebookNode:
    """The executed notebook before it ran: parameters injected, nothing shown."""
    fresh = copy.deepcopy(notebook)
    for cell in fresh.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        cell.metadata.pop("execution", None)
        cell.metadata["papermill"] = {}
    return fresh


def _changed(record: dict[str, Any], job: NotebookJob) -> Iterator[str]:
    """Inputs and versions that are no longer those of the run."""
    before = {each["kind"]: each["sha256"] for each in record.get("inputs") or ()}
    now = {each["kind"]: each["sha256"] for each in manifest.inputs(job.home, job.shop, job.date)}
    for kind in sorted(before.keys() | now.keys()):
        if before.get(kind) != now.get(kind):
            yield tr("the history of {kind} has changed since", kind=kind)
    versions: dict[str, str] = record.get("versions") or {}
    for name, version in manifest.versions().items():
        if versions.get(name, version) != version:
            yield tr("{name} was {old} and is {new}", name=name, old=versions[name], new=version)


def _compared(path: Path, made: bytes) -> str:
    """What differs between a published file and the one made again; empty when nothing does."""
    if not path.is_file():
        return tr("{file} is missing", file=path.name)
    kept = path.read_bytes()
    if path.suffix == ".html":
        kept, made = _bare(kept), _bare(made)
    if kept == made:
        return ""
    if path.suffix != ".json":
        return tr("{file} differs", file=path.name)
    found = sorted(_differences(json.loads(kept), json.loads(made)), key=lambda each: each[0] == "version")
    place, old, new = next(iter(found), ("", "", ""))
    return tr("{file} differs at {place}: {old} → {new}", file=path.name, place=place, old=old, new=new)


def _bare(page: bytes) -> bytes:
    for marker in _BY_THE_SITE:
        page = between_markers(page, marker, "")
    return page


def _differences(old: Any, new: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Every place where two documents differ, with both values."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _differences(old.get(key), new.get(key), f"{place}.{key}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(one, other, f"{place}[{number}]")
    elif old != new:
        yield place, str(old)[:80], str(new)[:80]
