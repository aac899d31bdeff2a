"""Yesterday's actions: did the figure that was to show it move? And what is new since the last report."""

from dataclasses import dataclass
from typing import Any

from shopbook import units
from shopbook.columns import columns
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from shopbook.text import tr


@dataclass(frozen=True)
class FollowUp:
    """One action of the previous report and what its figure did since."""

    id: str
    owner: str
    next_step: str
    due: str
    proof: str
    outcome: str


def follow_ups(facts: Facts, previous: dict[str, Any] | None, findings: list[Finding]) -> list[FollowUp]:
    """The previous report's actions (its findings.json), each with today's reading of the same finding."""
    if previous is None:
        return []
    today = {(finding.id, _key(finding.scope)): finding for finding in findings}
    actions = [row for row in previous["findings"] if row["level"] in ("act", "watch") and row["next_step"]]
    return [
        FollowUp(
            id=row["id"],
            owner=row["owner"],
            next_step=row["next_step"],
            due=row["due"],
            proof=row["proof"],
            outcome=_outcome(facts, row, today.get((row["id"], _key(row["scope"])))),
        )
        for row in actions
    ]


def since(previous: dict[str, Any] | None, findings: list[Finding]) -> dict[str, list[str]]:
    """Finding ids that are new or cleared against the previous report; empty lists without one."""
    if previous is None:
        return {"new": [], "cleared": []}
    before = {row["id"] for row in previous["findings"] if row["level"] != "ok"}
    now = {finding.id for finding in findings if finding.level != "ok"}
    return {"new": sorted(now - before), "cleared": sorted(before - now)}


def _outcome(facts: Facts, row: dict[str, Any], now: Finding | None) -> str:
    metric = row.get("metric") or ""
    value = now.value if now is not None else facts.value(metric) if not row["scope"] else None
    if value is None or row["value"] is None or metric not in columns():
        return tr("no new figure") if now is None or now.level != "ok" else tr("cleared")
    unit = columns()[metric].unit
    moved = {"from": units.figure(row["value"], unit), "to": units.figure(value, unit)}
    if now is None or now.level == "ok":
        return tr("cleared: {from} -> {to}", **moved)
    return tr("still open: {from} -> {to}", **moved)


def _key(scope: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(scope.items()))
