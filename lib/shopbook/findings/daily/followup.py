"""Yesterday's actions: did the figure that was to show it move? And what is new since the last report."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from shopbook import units
from shopbook.analysis.compare import against
from shopbook.columns import column, columns
from shopbook.days import same_weekdays
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


class Reading(NamedTuple):
    """A figure on one day: its value, where it stood (log) against usual and market, and how sure that is."""

    value: float
    standing: float
    reach: float


def follow_ups(facts: Facts, previous: dict[str, Any] | None, findings: list[Finding]) -> list[FollowUp]:
    """The previous report's actions (its findings.json), each judged by the figure that was to prove it."""
    if previous is None:
        return []
    today = {_key(finding.id, finding.scope, finding.metric): finding for finding in findings}
    actions = [row for row in previous["findings"] if row["level"] in ("act", "watch") and row["next_step"]]
    return [
        FollowUp(
            id=row["id"],
            owner=row["owner"],
            next_step=row["next_step"],
            due=row["due"],
            proof=row["proof"],
            outcome=_outcome(
                facts, row, previous["date"], today.get(_key(row["id"], row["scope"], row.get("metric")))
            ),
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


def _outcome(facts: Facts, row: dict[str, Any], then_day: str, now: Finding | None) -> str:
    """What became of an action, in words: nothing before it is due, then what its figure did."""
    if row["due"] and facts.day < dt.date.fromisoformat(row["due"]):
        return tr("due {day}, not judged before", day=row["due"])
    metric = row.get("metric") or ""
    if metric not in columns():
        return tr("no new figure")
    then, new = _readings(facts, row, dt.date.fromisoformat(then_day), now)
    if then is None or new is None:
        return tr("no new figure")
    unit = columns()[metric].unit
    return _moved(then, new, column(metric).good).format(
        **{"from": units.figure(then.value, unit), "to": units.figure(new.value, unit)}
    )


def _moved(then: Reading, now: Reading, good: str) -> str:
    """Better, worse or unchanged: the difference of two standings against what both may be off by."""
    moved = now.standing - then.standing
    reach = math.hypot(then.reach, now.reach)
    if not math.isfinite(moved) or not math.isfinite(reach) or good == "none":
        return tr("{from} -> {to}, no range to judge it by")
    if abs(moved) <= reach:
        return tr("unchanged within its noise: {from} -> {to}")
    return tr("better: {from} -> {to}") if (moved > 0) == (good == "up") else tr("worse: {from} -> {to}")


def _readings(
    facts: Facts, row: dict[str, Any], day: dt.date, now: Finding | None
) -> tuple[Reading | None, Reading | None]:
    """The proof's figure on the day of the action and today: of the source it names, else of the finding."""
    channel = _source(row)
    if channel and row["metric"] == "visitors":
        rows = facts.channels[facts.channels["channel"] == channel]
        series = rows.set_index("date")["visitors"].astype(float)
        return _of_series(facts, series, day), _of_series(facts, series, facts.day)
    then = _read(row["value"], row["relative"], row["change"], row["interval"])
    if now is not None:
        return then, _read(now.value, now.relative, now.change, now.interval)
    if row["scope"]:
        return then, None
    found = facts.compare(row["metric"])
    return then, _read(found.value, found.relative, found.change, found.interval)


def _source(row: dict[str, Any]) -> str:
    """The source whose visitors the action was about: the largest cause in the direction of the change."""
    if row["value"] is None or row["baseline"] is None:
        return ""
    direction = math.copysign(1.0, row["value"] - row["baseline"])
    mine = [
        cause for cause in row["causes"] if "channel" in cause["scope"] and cause["effect"] * direction > 0
    ]
    return str(max(mine, key=lambda cause: abs(cause["effect"]))["scope"]["channel"]) if mine else ""


def _of_series(facts: Facts, series: pd.Series, day: dt.date) -> Reading | None:
    """A source on one day against its comparable days and the market."""
    known = {stamp.date() for stamp in series.index} - facts.special_days
    base = [each for each in same_weekdays(day, 12) if each in known][-4:]
    found = against(
        series, day, kind="count", baseline_days=base, reference=facts.comparator("visitors")[1],
        skip=facts.special_days,
    )  # fmt: skip
    return _read(found.value, found.relative, found.change, found.interval)


def _read(
    value: float | None,
    relative: float | None,
    change: float | None,
    interval: tuple[float, float] | list[float] | None,
) -> Reading | None:
    """A reading from the fields of a finding; None when the figure is not known."""
    if value is None or not math.isfinite(value):
        return None
    stands = relative if relative is not None else change
    ends = [math.log1p(end) if end > -1 else -math.inf for end in interval] if interval else []
    return Reading(
        value,
        math.log1p(stands) if stands is not None and stands > -1 else math.nan,
        (ends[1] - ends[0]) / 2 if ends else math.nan,
    )


def _key(id_: str, scope: dict[str, str], metric: str | None) -> tuple[str, tuple[tuple[str, str], ...], str]:
    return id_, tuple(sorted(scope.items())), metric or ""
