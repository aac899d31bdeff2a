"""Reads the published report folders: which notebooks of which shop and day exist, and what they found."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shopbook import state
from shopbook.run.manifest import read_run

LEVELS = ("act", "watch", "ok")
# Raised when more is remembered of a report than before.
_FORM = 4
# Factors of a cause that name nothing somebody could act on.
_NO_THING = ("market", "unexplained", "overlap")
# The order a reader wants the pages in; notebooks not named here follow by name.
_ORDER = [
    "brief",
    "market",
    "own",
    "rivals",
    "promotion",
    "service",
    "checkup",
    "review",
    "uplift",
    "overview",
    "new",
    "growth",
    "hit",
    "stable",
    "decline",
    "weekly",
    "monthly",
    "report_card",
]


@dataclass(frozen=True)
class Sheet:
    """One notebook of a report: its page and the essence of its findings.json."""

    name: str
    status: str = "done"
    error: str = ""
    page: Path | None = None
    findings_file: Path | None = None
    essence: dict[str, Any] = field(default_factory=dict)

    @property
    def level(self) -> str:
        """The worst level of its findings; "" without findings.json."""
        result: str = self.essence.get("level", "")
        return result

    @property
    def headline(self) -> str:
        result: str = self.essence.get("headline", "")
        return result

    @property
    def lang(self) -> str:
        result: str = self.essence.get("lang", "zh")
        return result


@dataclass(frozen=True)
class Entry:
    """One report: the notebooks of one shop, day and family (and campaign)."""

    shop: str
    date: str
    family: str
    campaign: str
    folder: Path
    sheets: tuple[Sheet, ...]

    @property
    def level(self) -> str:
        found = {sheet.level for sheet in self.sheets}
        return next((level for level in LEVELS if level in found), "")

    @property
    def status(self) -> str:
        states = {sheet.status for sheet in self.sheets}
        return next((state for state in ("failed", "held") if state in states), "done")

    @property
    def lead(self) -> Sheet:
        """The sheet that speaks for the report: the first with a headline, else the first with a page."""
        told = [sheet for sheet in self.sheets if sheet.headline]
        shown = [sheet for sheet in self.sheets if sheet.page]
        return (told or shown or list(self.sheets))[0]

    def sheet(self, name: str) -> Sheet | None:
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


class Memory:
    """What was read before, by path, size and time: a publish of a year reads only what is new."""

    def __init__(self, path: Path) -> None:
        self.path = path
        old = _json(path)
        self.old = old if old.get("form") == _FORM else {}
        self.new: dict[str, Any] = {"form": _FORM}

    def get(self, file: Path, make: Any) -> Any:
        """The remembered result for `file` as it is now, else `make(file)`."""
        key, stamp = file.as_posix(), stamp_of(file)
        known = self.old.get(key)
        result = known[1] if known and known[0] == stamp else make(file)
        self.new[key] = [stamp, result]
        return result


def stamp_of(file: Path) -> list[int]:
    """Size and time of a file: another content changes one of them."""
    stat = file.stat()
    return [stat.st_size, stat.st_mtime_ns]


def entries(reports: Path, memory: Memory | None = None) -> list[Entry]:
    """Every report below `reports`, newest day first."""
    memory = memory or Memory(reports / ".no-memory")
    found = [entry for folder in _report_folders(reports) if (entry := _entry(reports, folder, memory))]
    return sorted(found, key=lambda e: (e.date, e.shop, e.family, e.campaign), reverse=True)


def entry_at(reports: Path, shop: str, date: str, family: str, campaign: str = "") -> Entry | None:
    """One report, or None when there is no such folder."""
    folder = reports / shop / date / family / campaign
    return _entry(reports, folder, Memory(reports / ".no-memory")) if folder.is_dir() else None


def previous_of(reports: Path, entry: Entry) -> Entry | None:
    """The report of the same shop, family and campaign on the newest earlier day."""
    days = sorted((d.name for d in (reports / entry.shop).iterdir() if is_day(d.name)), reverse=True)
    earlier = (
        entry_at(reports, entry.shop, day, entry.family, entry.campaign) for day in days if day < entry.date
    )
    return next((found for found in earlier if found), None)


def document(file: Path | None) -> dict[str, Any]:
    """A findings.json; {} when it is absent or no such document."""
    return _json(file) if file else {}


def is_day(text: str) -> bool:
    """Whether a folder name is a day."""
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _report_folders(reports: Path) -> Iterator[Path]:
    """Every <shop>/<date>/<family> folder and its campaign folders."""
    for family in reports.glob("*/*/*"):
        if family.is_dir() and is_day(family.parent.name):
            yield family
            yield from (sub for sub in family.iterdir() if _is_campaign(sub))


def _is_campaign(folder: Path) -> bool:
    return folder.is_dir() and not folder.name.startswith(".") and not folder.name.endswith(".charts")


def _entry(reports: Path, folder: Path, memory: Memory) -> Entry | None:
    shop, date, family, *campaign = folder.relative_to(reports).parts
    states = {name.rsplit("/", 1)[-1]: state for name, state in read_run(folder)["notebooks"].items()}
    present = {p.name for p in folder.iterdir()}
    names = set(states) | {
        name[:-5] for name in present if name.endswith(".html") and not name.startswith(".")
    }
    if not names:
        return None
    sheets = [_sheet(folder, name, states.get(name, {}), present, memory) for name in _in_order(names)]
    return Entry(shop, date, family, campaign[0] if campaign else "", folder, tuple(sheets))


def _sheet(folder: Path, name: str, state: dict[str, Any], present: set[str], memory: Memory) -> Sheet:
    findings = folder / f"{name}.findings.json" if f"{name}.findings.json" in present else None
    return Sheet(
        name=name,
        status=str(state.get("status") or "done"),
        error=str(state.get("error") or ""),
        page=folder / f"{name}.html" if f"{name}.html" in present else None,
        findings_file=findings,
        essence=memory.get(findings, _essence) if findings else {},
    )


def _in_order(names: set[str]) -> list[str]:
    return sorted(names, key=lambda n: (_ORDER.index(n) if n in _ORDER else len(_ORDER), n))


def _essence(file: Path) -> dict[str, Any]:
    """The parts of findings.json that the index, the menus and "since" need; {} of a damaged one."""
    doc = _json(file)
    try:
        return _parts(doc)
    except (KeyError, TypeError, AttributeError):
        return {}


def _parts(doc: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(doc.get("findings"), list):
        return {}
    rows = [[f["id"], scope_key(f), f["level"], f["headline"]] for f in doc["findings"]]
    levels = {row[2] for row in rows}
    kpis = doc.get("tables", {}).get("kpis", [])
    return {
        "version": doc.get("version", ""),
        "lang": doc.get("lang", "zh"),
        "headline": doc.get("headline", ""),
        "level": next((level for level in LEVELS if level in levels), "ok"),
        "blocking": any(w["level"] == "blocking" for w in doc.get("warnings", [])),
        "findings": rows,
        "open": [_open_row(f) for f in doc["findings"] if f["level"] != "ok"],
        "figures": {
            k["metric"]: {name: k.get(name) for name in ("value", "change", "relative", "verdict")}
            for k in kpis
            if k.get("metric") in ("pay_amount", "visitors", "pay_conversion_rate")
        },
        "month": _month(doc.get("tables", {}).get("appraisal") or []),
        "kpis": {k["metric"]: [k.get("value"), k.get("prev_day")] for k in kpis if "metric" in k},
    }


def _month(appraisal: list[dict[str, Any]]) -> list[float] | None:
    """Reached and planned share of the month's sales target; None without one."""
    row = next((row for row in appraisal if row.get("metric") == "pay_amount"), {})
    shares = [share for share in (row.get("attained"), row.get("planned")) if isinstance(share, int | float)]
    return [float(share) for share in shares] if len(shares) == 2 else None


def _open_row(finding: dict[str, Any]) -> dict[str, Any]:
    """What the to-do lists, the search and the follow-up need of a finding."""
    texts = ("id", "level", "headline", "owner", "next_step", "due", "metric")
    row = {name: finding.get(name) or "" for name in texts}
    return {
        **row,
        "scope": finding.get("scope") or {},
        "value": finding.get("value"),
        "cause": main_cause(finding),
        "labels": [c["label"] for c in finding.get("causes") or [] if c.get("label") and _names_thing(c)],
    }


def main_cause(finding: dict[str, Any]) -> str:
    """The scope of the largest cause that names a thing to act on; "" without one."""
    named = [cause for cause in finding.get("causes") or [] if _names_thing(cause)]
    largest = max(named, key=lambda cause: abs(cause["effect"]), default=None)
    return scope_key(largest) if largest else ""


def _names_thing(cause: dict[str, Any]) -> bool:
    return cause["scope"].get("factor") not in _NO_THING


def scope_key(finding: dict[str, Any]) -> str:
    """The scope of a finding as one comparable text."""
    return json.dumps(finding.get("scope") or {}, sort_keys=True, ensure_ascii=False)


def _json(path: Path) -> dict[str, Any]:
    return state.read_document(path)
