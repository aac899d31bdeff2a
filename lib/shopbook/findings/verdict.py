"""From a comparison to words and a level: the sentence, the level, the owner with the next step."""

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable

from shopbook import units
from shopbook.analysis.compare import Comparison
from shopbook.analysis.decompose import Part
from shopbook.columns import column
from shopbook.findings.facts import Comparator, Facts
from shopbook.findings.finding import Cause, Finding, Level, Verdict
from shopbook.text import tr


def sentence(metric: str, comparison: Comparison, comparator: Comparator) -> str:
    """One sentence: the figure, its change against the same weekdays, and its standing against the market."""
    meta = column(metric)
    start = tr(
        "{label} {value}, {change} against the same weekdays",
        label=meta.label,
        value=units.figure(comparison.value, meta.unit),
        change=units.change(comparison.change),
    )
    return f"{start}{tr(', ')}{standing(comparison, comparator)}"


def standing(comparison: Comparison, comparator: Comparator) -> str:
    """How the shop stands against its comparator, in words that go no further than the interval."""
    if comparison.interval is None:
        return tr("too few comparable days to judge")
    shown = {
        "whom": {"market": tr("the market"), "peers": tr("the peers"), "none": ""}[comparator],
        "size": units.percent(abs(comparison.relative or comparison.change or 0.0)),
    }
    if comparator == "none":
        return _alone(comparison.verdict, shown)
    if comparison.verdict == "same":
        return tr("level with {whom}", **shown)
    if comparison.verdict == "unknown":
        return tr("cannot tell whether it differs from {whom}", **shown)
    relative = comparison.relative or 0.0
    if (relative > 0) != (comparison.verdict == "better"):  # refunds, complaints: less is better
        if relative > 0:
            return tr("{size} more than {whom}, which is worse", **shown)
        return tr("{size} less than {whom}, which is better", **shown)
    if relative < 0:
        return tr("{size} behind {whom}", **shown)
    return tr("{size} ahead of {whom}", **shown)


def _alone(verdict: Verdict, shown: dict[str, str]) -> str:
    if verdict == "same":
        return tr("as usual; there is no market figure to hold it against", **shown)
    if verdict == "unknown":
        return tr("cannot tell; there is no market figure to hold it against", **shown)
    return tr("clearly unlike usual; there is no market figure to hold it against", **shown)


def level_of(facts: Facts, comparison: Comparison, *, metric: str, comparator: Comparator) -> Level:
    """`act` for a clear loss that the day's alarms confirm, `watch` for a likely one, else `ok`.

    A shop has dozens of figures a day: at 90% each, some look bad by chance. An action needs the verdict
    and an alarm that holds over the whole set of series; without a comparator a loss is only watched.
    """
    size = abs(comparison.relative if comparison.relative is not None else comparison.change or 0.0)
    if comparison.interval is None:
        return "ok"
    enough = size >= facts.threshold("act_change")
    if comparison.verdict == "worse":
        return "act" if enough and comparator != "none" and facts.alarmed(metric) else "watch"
    return "watch" if comparison.verdict == "unknown" and enough else "ok"


def routed(facts: Facts, finding: Finding, route: str = "", **names: str) -> Finding:
    """The finding with owner, next step, due day and proof of `route`; a stopped one loses its verdict."""
    if facts.stopped(finding.id):
        level: Level = "watch" if finding.level == "act" else finding.level
        finding = dataclasses.replace(finding, verdict="unknown", level=level)
    if finding.level == "ok":
        return finding
    rule = facts.rules.routes[route or finding.id]
    due = facts.day + dt.timedelta(days=rule.due_days)
    return dataclasses.replace(
        finding,
        owner=rule.owner,
        next_step=tr(rule.first_step, **names),
        due=due.isoformat(),
        proof=tr(rule.proof, **names),
    )


def causes(parts: Iterable[Part]) -> tuple[Cause, ...]:
    """The parts of a change as causes, factors named in the run's language."""
    return tuple(
        Cause(
            scope=part.scope,
            effect=part.effect,
            share=part.share,
            label=part.label or factor_name(part.scope),
        )
        for part in parts
    )


def factor_name(scope: dict[str, str]) -> str:
    """What an operator calls a factor, channel or item."""
    names = {
        "market": tr("market shift"),
        "visitors": tr("visitors"),
        "conversion": tr("conversion"),
        "basket": tr("basket"),
        "rate": tr("own conversion of each"),
        "mix": tr("mix of traffic"),
        "overlap": tr("counted in several sources"),
        "unexplained": tr("not explained"),
    }
    return names.get(scope.get("factor", ""), "") or next((v for k, v in scope.items() if k != "factor"), "")


def main_cause(finding: Finding) -> Cause | None:
    """The largest cause in the direction of the change, leaving market, overlap and the rest aside."""
    if finding.value is None or finding.baseline is None:
        return None
    direction = math.copysign(1.0, finding.value - finding.baseline)
    named = [c for c in finding.causes if c.scope.get("factor") not in ("market", "overlap", "unexplained")]
    return max((c for c in named if c.effect * direction > 0), key=lambda c: abs(c.effect), default=None)
