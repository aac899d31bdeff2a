"""From a comparison to words and a level: the sentence, the level, the owner with the next step."""

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable

from shopbook import units
from shopbook.analysis.compare import Comparison
from shopbook.analysis.decompose import Part
from shopbook.analysis.week import WeekComparison
from shopbook.columns import column
from shopbook.findings.facts import MIN_BASELINE_DAYS, WATCHED, Comparator, Facts
from shopbook.findings.finding import Cause, Finding, Level, Verdict
from shopbook.findings.rule import action
from shopbook.text import tr

# An interval that reaches further than double says nothing that would help to decide.
_SAYS_NOTHING = 1.0
# A coefficient that rounds to one needs no words.
_PRINTED_BETA = 0.05
_USUAL_REACH = 28


def sentence(
    metric: str, comparison: Comparison, comparator: Comparator, week: WeekComparison | None = None
) -> str:
    """The figure, its change against the same weekdays, and its standing: the day's or the week's, whichever
    is decided; a bound where neither is.
    """
    meta = column(metric)
    start = against_usual(meta.label, units.figure(comparison.value, meta.unit), comparison.change)
    if comparison.verdict != "unknown" or week is None or week.found.interval is None:
        return f"{start}{tr(', ')}{standing(comparison, comparator)}"
    return f"{start}{tr('; ')}{_of_week(metric, week.found, comparator)}"


def against_usual(label: str, value: str, change: float | None) -> str:
    """A figure and its change against the same weekdays, where there are such days."""
    if change is None:
        return f"{label} {value}"
    return tr(
        "{label} {value}, {change} against the same weekdays",
        label=label,
        value=value,
        change=units.change(change),
    )


def _of_week(metric: str, found: Comparison, comparator: Comparator) -> str:
    """The last seven days as the second half of a sentence whose day could not be decided."""
    if found.verdict == "unknown":
        return tr("last 7 days: {standing}", standing=standing(found, comparator))
    return tr(
        "last 7 days {value} a day, {change}: {standing}",
        value=units.figure(found.value, column(metric).unit),
        change=units.change(found.change),
        standing=standing(found, comparator),
    )


def standing(comparison: Comparison, comparator: Comparator) -> str:
    """How the shop stands against its comparator, in words that go no further than the interval."""
    if comparison.value == 0 and comparison.baseline == 0 and len(comparison.days) >= MIN_BASELINE_DAYS:
        return tr("none, as usual")
    if comparison.interval is None:
        return tr("too few comparable days to judge")
    shown = {
        "whom": {"market": tr("the market"), "peers": tr("the peers"), "none": tr("usual")}[comparator],
        "size": units.percent(abs(moved(comparison))),
    }
    if comparison.verdict == "unknown":
        return _bound(comparison.interval, shown["whom"])
    if comparator == "none":
        return _alone(comparison.verdict, shown)
    if comparison.verdict == "same":
        return tr("level with {whom}", **shown)
    rose, better = moved(comparison) > 0, comparison.verdict == "better"
    if rose and better:
        return tr("{size} ahead of {whom}", **shown)
    if rose:  # refunds, complaints: less is better
        return tr("{size} more than {whom}, which is worse", **shown)
    if better:
        return tr("{size} less than {whom}, which is better", **shown)
    return tr("{size} behind {whom}", **shown)


def moved(comparison: Comparison) -> float:
    """How far a figure moved against its comparator, without one against usual; 0 where neither is known."""
    known = comparison.change if comparison.relative is None else comparison.relative
    return known or 0.0


def _bound(interval: tuple[float, float], whom: str) -> str:
    """What an interval that decides nothing still rules out."""
    low, high = interval
    if high > _SAYS_NOTHING or not units.is_sayable(low, high):
        return tr("too little data to hold it against {whom}", whom=whom)
    if low > 0 or high < 0:  # a difference, of a figure without a good side or of too few buyers to judge
        return tr("{range} against {whom}", range=units.interval(low, high), whom=whom)
    return tr(
        "within {range} of {whom}: no difference can be told", range=units.interval(low, high), whom=whom
    )


def _alone(verdict: Verdict, shown: dict[str, str]) -> str:
    if verdict == "same":
        return tr("as usual; there is no market figure to hold it against", **shown)
    return tr("clearly unlike usual; there is no market figure to hold it against", **shown)


def level_of(
    facts: Facts,
    comparison: Comparison,
    *,
    metric: str,
    comparator: Comparator,
    week: WeekComparison | None = None,
) -> Level:
    """`act` for a decided loss of the day that its alarms confirm, `watch` for one that chance seldom makes.

    A shop has dozens of figures a day: at 90% each, some look bad by chance. An action needs the day's
    verdict and an alarm that holds over the whole set of series; without a comparator a loss is only watched.
    To be watched, a loss of the day or the week must be far rarer among ordinary ones than 1 in 10; that of a
    week is watched on the day it shows, not again each day it lasts. What is not decided is never watched.
    """
    # Without a market an event or holiday is all that such a day shows, and nothing to look into.
    if comparison.verdict == "worse" and (comparator != "none" or facts.day not in facts.ordinary.events):
        enough = abs(moved(comparison)) >= facts.threshold("act_change")
        if enough and comparator != "none" and facts.alarmed(metric):
            return "act"
        if _seldom(facts, metric, "day", comparison):
            return "watch"
    return "watch" if week is not None and _new_loss(facts, metric, week) else "ok"


def _new_loss(facts: Facts, metric: str, week: WeekComparison) -> bool:
    """Whether a week is a rare loss that the week up to the day before was not."""
    if week.found.verdict != "worse" or not _seldom(facts, metric, "week", week.found):
        return False
    before = facts.week(metric, facts.day - dt.timedelta(days=1))
    return (
        before is None or before.found.verdict != "worse" or before.found.chance > facts.threshold("watch_p")
    )


def _seldom(facts: Facts, metric: str, look: str, comparison: Comparison) -> bool:
    """Whether chance seldom makes such a loss: the shop's own figures together, any other on its own."""
    if metric not in WATCHED:
        return comparison.chance <= facts.threshold("watch_p")
    return (metric, look) in facts.once("seldom", lambda: _seldom_own(facts))


def _seldom_own(facts: Facts) -> set[tuple[str, str]]:
    """The looks at the shop's figures, day and week, that pass Benjamini and Hochberg's (1995) bound."""
    looks: dict[tuple[str, str], float] = {}
    for metric in WATCHED:
        looks[metric, "day"] = facts.compare(metric).chance
        week = facts.week(metric)
        looks[metric, "week"] = 1.0 if week is None else week.found.chance
    ranked = sorted(looks, key=looks.__getitem__)
    share = facts.threshold("watch_share")
    passing = [at for at, each in enumerate(ranked, start=1) if looks[each] <= at * share / len(ranked)]
    return set(ranked[: max(passing, default=0)])


def caveats_of(facts: Facts, comparison: Comparison, week: WeekComparison | None) -> tuple[str, ...]:
    """What a reader must know of a comparison: how sure it can be, and which days it was made with."""
    texts = {
        "no_market": tr("no market figure for the day: held against the shop's own past only"),
        "short_base": tr("short history: the range is wide on purpose"),
        "small_sample": tr("fewer than 30 buyers: the range says more than the figure"),
    }
    found = [texts[code] for code in comparison.caveats]
    if comparison.comparator and abs(comparison.beta - 1) >= _PRINTED_BETA:
        found.append(
            tr("the shop's own coefficient to this comparator is {beta}", beta=f"{comparison.beta:.2f}")
        )
    if facts.baseline_days and (facts.day - facts.baseline_days[0]).days > _USUAL_REACH:
        found.append(
            tr(
                "comparable days reach back to {day}: events, own campaigns and stock-outs in between do not"
                " count",
                day=facts.baseline_days[0],
            )
        )
    if week is not None and len(week.ordinary) < 7:
        found.append(tr("{count} ordinary days of the week count", count=len(week.ordinary)))
    return tuple(found)


def decided(finding: Finding) -> bool:
    """Whether the day or the week allows a verdict."""
    return finding.verdict != "unknown" or (finding.week is not None and finding.week.verdict != "unknown")


def routed(facts: Facts, finding: Finding, route: str = "", **names: str) -> Finding:
    """The finding with owner, next step, due day and proof of `route`; a stopped one loses its verdict.

    At level `ok` only a decided finding on a calm route has a step.
    """
    if facts.stopped(finding.id):
        finding = dataclasses.replace(finding, verdict="unknown", week=None)
    if not decided(finding) and finding.id not in facts.rules.states:
        finding = dataclasses.replace(finding, level="ok")
    name = route or finding.id
    if finding.level == "ok" and not (decided(finding) and facts.rules.routes[name].calm):
        return finding
    return dataclasses.replace(finding, **action(facts.rules, facts.day, name, **names))


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
