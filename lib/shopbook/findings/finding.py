"""The record of docs/contracts.md: what a notebook publishes and every page and mail is built from."""

import dataclasses
import hashlib
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from shopbook import state

SCHEMA = 2
MIME = "application/vnd.shopbook.findings+json"

Level = Literal["ok", "watch", "act"]
Verdict = Literal["better", "worse", "same", "unknown"]
Owner = Literal["promotion", "design", "service", "quality", "supply", "operator"]
Severity = Literal["blocking", "warn", "info"]


@dataclass(frozen=True)
class Cause:
    """One part of a change; the causes of a finding sum to value - baseline."""

    scope: dict[str, str]
    effect: float
    share: float | None = None
    label: str = ""


@dataclass(frozen=True)
class Week:
    """The same question asked of the last seven complete days; `value` and `baseline` are means per day."""

    first_day: str
    last_day: str
    value: float
    baseline: float
    change: float | None
    market_change: float | None
    relative: float | None
    interval: tuple[float, float] | None
    verdict: Verdict


@dataclass(frozen=True)
class FigureSource:
    """The rows of history a figure was computed from."""

    kind: str
    first_day: str
    last_day: str
    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Figure:
    """One number that a finding's sentences show: `text` as it is printed, `low` and `high` its range."""

    name: str
    text: str
    value: float | None
    unit: str
    low: float | None = None
    high: float | None = None
    sources: tuple[FigureSource, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One answer to one question. `headline` is computed from the numbers, never typed."""

    id: str
    question: str
    headline: str
    level: Level = "ok"
    verdict: Verdict = "unknown"
    scope: dict[str, str] = field(default_factory=dict)
    metric: str = ""
    value: float | None = None
    baseline: float | None = None
    baseline_days: tuple[str, ...] = ()
    change: float | None = None
    comparator: Literal["market", "peers", "none"] = "none"
    market_change: float | None = None
    relative: float | None = None
    interval: tuple[float, float] | None = None
    confidence: float = 0.9
    causes: tuple[Cause, ...] = ()
    week: Week | None = None
    figures: tuple[Figure, ...] = ()
    owner: Owner | Literal[""] = ""
    next_step: str = ""
    due: str = ""
    proof: str = ""
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataWarning:
    """Something about the data the reader must know before any number."""

    level: Severity
    code: str
    text: str
    scope: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """One kind of history a report was made from."""

    kind: str
    file: str
    sha256: str
    rows: int
    first_day: str
    last_day: str


@dataclass(frozen=True)
class Report:
    """Everything a report notebook found: the content of findings.json."""

    shop: str
    date: str
    notebook: str
    lang: str
    headline: str
    story: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    warnings: tuple[DataWarning, ...] = ()
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        for each in self.findings:
            if each.level == "act" and not (each.owner and each.next_step and each.due):
                raise ValueError(f"finding {each.id!r} is 'act' but lacks owner, next_step or due")

    def to_json(self) -> dict[str, Any]:
        """The findings.json document: plain JSON types, NaN as null, schema number and content version."""
        body = _plain(vars(self))
        content = json.dumps(body, sort_keys=True, ensure_ascii=False, allow_nan=False)
        version = hashlib.sha256(content.encode()).hexdigest()
        return {"schema": SCHEMA, "version": version, **body}


def read_report(path: Path) -> dict[str, Any] | None:
    """A published findings.json; None when there is none that can be read as one."""
    told = state.read_document(path)
    found = told.get("findings")
    whole = isinstance(found, list) and all(isinstance(one, dict) and one.keys() >= _READ for one in found)
    return told if whole and isinstance(told.get("date"), str) else None


_READ = {each.name for each in dataclasses.fields(Finding)} - {"week", "figures"}  # schema 1 had neither
_RANK = {"act": 0, "watch": 1, "ok": 2}
_VERDICT_RANK = {"worse": 0, "unknown": 1, "better": 2, "same": 3}


def worst_first(findings: tuple[Finding, ...] | list[Finding]) -> list[Finding]:
    """Findings by level: decided losses first, those against a market before those without, then by size."""

    def rank(finding: Finding) -> tuple[int, int, bool, float]:
        size = abs(finding.relative or finding.change or 0.0)
        return _RANK[finding.level], _VERDICT_RANK[finding.verdict], finding.comparator == "none", -size

    return sorted(findings, key=rank)


def _plain(value: Any) -> Any:
    """`value` in JSON types: numpy scalars as Python's, NaN and infinity as None, tuples as lists."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is float:
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if dataclasses.is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
