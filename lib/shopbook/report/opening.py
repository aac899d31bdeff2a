"""The first screen of a page: the answer, four key figures, at most two actions, whether the rest is calm."""

from collections.abc import Mapping, Sequence
from typing import Any

from shopbook import units
from shopbook.columns import columns, label
from shopbook.findings.finding import Cause, Finding, Report, worst_first
from shopbook.params import rules
from shopbook.report.markup import (
    MONTH,
    anchor,
    cause_name,
    details,
    directed,
    finding_link,
    owner_name,
    safe,
    section,
    short_verdict,
)
from shopbook.text import tr

MOST_ACTIONS = 2
_FIGURES = ("pay_amount", "visitors", "pay_conversion_rate", "avg_order_value")
_THINGS = 3
_ASIDE = ("market", "overlap", "unexplained", "visitors", "conversion", "basket", "mix", "rate")


def opening(report: Report) -> str:
    """What a phone shows first, without a heading of its own: the headline is it."""
    return section(
        "opening",
        f'<h2 class="sb-headline">{directed(report.headline, 120)}</h2>'
        + _four(report.tables.get("kpis", []))
        + _actions(report)
        + _calm(report)
        + data_notes(report)
        + "<!-- shopbook:since -->"
        + _first_month(report.tables.get("first_month", [])),
    )


def actions_of(report: Report) -> list[Finding]:
    """The findings whose step stands on the first screen, in the order of the page's story."""
    ranked = worst_first(report.findings)
    told = [one for one in ranked if one.level == "act" and one.next_step]
    first = {name: place for place, name in enumerate(report.story)}
    return sorted(told, key=lambda one: first.get(one.id, len(first)))[:MOST_ACTIONS]


def data_notes(report: Report) -> str:
    """What is wrong with the data in one folded line; open when it stops a verdict."""
    rank = {"blocking": 0, "warn": 1, "info": 2}
    found = sorted(report.warnings, key=lambda one: rank[one.level])
    if not found:
        return f'<p class="sb-data-ok">✓ {tr("The data are complete and plausible.")}</p>'
    words = {"blocking": tr("blocking"), "warn": tr("mind"), "info": tr("note")}
    rows = "".join(
        f'<li class="sb-{one.level}"><span class="sb-badge sb-level-{one.level}">{words[one.level]}</span> '
        f"{directed(one.text, 160)}</li>"
        for one in found
    )
    said = tr("{count} data notes: {first}", count=len(found), first=found[0].text)
    folded = details(safe(said, 44), f"<ul>{rows}</ul>", opened=found[0].level == "blocking")
    return f'<div class="sb-data sb-data-{found[0].level}">{folded}</div>'


def _first_month(rows: Sequence[Mapping[str, Any]]) -> str:
    """What can be said today, when there is a verdict, what to get next; unfolded while it is of use."""
    if not rows:
        return ""
    heads = {
        "now": tr("What can be said today"),
        "until": tr("Until a verdict"),
        "next": tr("Worth most next"),
    }
    body = ""
    for part, head in heads.items():
        lines = "".join(f"<li>{_guided(row)}</li>" for row in rows if row["part"] == part)
        body += f"<p><b>{head}</b></p><ul>{lines}</ul>" if lines else ""
    folded = details(tr("The first month"), body, opened=True)
    return f'<div class="sb-data sb-data-info">{folded}</div>'


def _guided(row: Mapping[str, Any]) -> str:
    name = f"<b>{safe(row['name'])}</b>: " if row["name"] else ""
    place = f' <span class="sb-quiet">{safe(row["place"], 80)}</span>' if row["place"] else ""
    return f"{name}{safe(row['text'], 200)}{place}"


def _four(rows: Sequence[Mapping[str, Any]]) -> str:
    """Four key figures, each against usual and against market or peers, or that no difference can be told."""
    by_name = {str(row["metric"]): row for row in rows}
    names = [name for name in _FIGURES if name in by_name] or list(by_name)[:4]
    cells = "".join(_figure(by_name[name]) for name in names)
    return f'<ul class="sb-four">{cells}</ul>' if cells else ""


def _figure(row: Mapping[str, Any]) -> str:
    metric = str(row["metric"])
    unit = columns()[metric].unit if metric in columns() else "count"
    value = row.get("value")
    shown = units.figure(value, unit)
    lines = [f'<span class="sb-quiet">{safe(row.get("label") or label(metric), 8)}</span>', f"<b>{shown}</b>"]
    if units.known(value):
        lines.append(f"<span>{_against(row)}</span>")
    return f"<li>{''.join(lines)}</li>"


def _against(row: Mapping[str, Any]) -> str:
    """How the figure stands: coloured only where a verdict carries it."""
    if row.get("note"):
        return f'<span class="sb-quiet">{safe(row["note"], 30)}</span>'
    verdict, change = str(row.get("verdict") or ""), row.get("change")
    if verdict in ("better", "worse"):
        aside = (
            f' <span class="sb-quiet">{short_verdict(verdict)}</span>'
            if units.known(row.get("relative"))
            else ""
        )
        return f"{directed(units.change(change))}{aside}"
    if verdict == "same":
        return f'<span class="sb-quiet">{tr("as usual")}</span>'
    if not units.known(change):
        return f'<span class="sb-quiet">{tr("nothing to compare with")}</span>'
    return f'<span class="sb-quiet">{units.change(change)[2:]} {tr("not sure")}</span>'


def _actions(report: Report) -> str:
    things = report.tables.get("steps", [])
    cards = [
        _action(report, place, one, [row for row in things if row["finding"] == one.id])
        for place, one in enumerate(actions_of(report), 1)
    ]
    return f'<ol class="sb-todo">{"".join(cards)}</ol>' if cards else ""


def _action(report: Report, place: int, found: Finding, things: Sequence[Mapping[str, Any]]) -> str:
    """One action: who, what, the things that carry it with their amounts, the figure that will show it."""
    name = f"{report.shop}|{report.date}|{anchor(found)}"
    tick = (
        f'<label class="sb-tick" hidden><input type="checkbox" data-tick="{safe(name)}"> {tr("dealt with")} '
        f'<span class="sb-quiet">{tr("(kept in this browser only)")}</span></label>'
    )
    proof = tr("Will show it: {proof}", proof=found.proof) if found.proof else ""
    due = tr("by {day}", day=found.due[-5:]) if found.due else ""
    return (
        f'<li class="sb-card sb-card-{found.level}"><p class="sb-do"><b>{"①②"[place - 1]} '
        f"{owner_name(found.owner)}</b> {safe(_step(found, things), 120)}</p>"
        f"{_bars(found, things)}"
        f'<p class="sb-quiet sb-because">{safe(" · ".join(part for part in (proof, due) if part), 80)} '
        f"{finding_link(report, found, tr('See why'))}</p>{tick}</li>"
    )


def _bars(found: Finding, things: Sequence[Mapping[str, Any]]) -> str:
    """At most three things with their amounts as small bars: those of the step, else the causes."""
    rows = [(str(row["label"]), float(row["amount"]), str(row["unit"])) for row in things] or _causes(found)
    largest = max((abs(amount) for _, amount, _ in rows), default=0.0) or 1.0
    if not rows:
        return ""
    lines = "".join(
        f'<li><span class="sb-thing">{safe(name, 18)}</span>{_bar(amount / largest, unit)}'
        f'<span class="sb-amount">{_amount(amount, unit)}</span></li>'
        for name, amount, unit in rows[:_THINGS]
    )
    return f'<ul class="sb-things">{lines}</ul>'


def _bar(share: float, unit: str) -> str:
    """A change as a bar in the colour of its direction; what is left in stock is no change."""
    if unit == "left":
        return ""
    way = "down" if share < 0 else "up"
    return f'<span class="sb-bar sb-{way}"><i style="width:{abs(share) * 100:.0f}%"></i></span>'


def _amount(amount: float, unit: str) -> str:
    return tr("{count} left", count=units.count(amount)) if unit == "left" else units.signed(amount, unit)


def _step(found: Finding, things: Sequence[Mapping[str, Any]]) -> str:
    """The step without the things it names, where those stand below it."""
    return found.next_step.split(tr(" First: {things}", things=""))[0] if things else found.next_step


def _causes(found: Finding) -> list[tuple[str, float, str]]:
    if found.value is None or found.baseline is None or found.verdict not in ("better", "worse"):
        return []
    unit = columns()[found.metric].unit if found.metric in columns() else "count"
    if unit == "fraction":
        return []
    falls = found.value < found.baseline
    parts: list[Cause] = [
        one
        for one in found.causes
        if one.scope.get("factor") not in _ASIDE and (one.effect < 0) == falls and one.effect
    ]
    parts.sort(key=lambda one: -abs(one.effect))
    return [(cause_name(one), one.effect, unit) for one in parts]


def _calm(report: Report) -> str:
    """Who has nothing to do, and how many other findings are worth a look."""
    acting = actions_of(report)
    rest = [one for one in report.findings if one not in acting]
    watched = sum(one.level in ("act", "watch") for one in rest)
    if not report.findings or _unjudged(report):
        return f'<p class="sb-calm">{tr("Nothing can be judged yet.")}</p>'
    fell = any(one.verdict == "worse" for one in rest)
    alone = tr("Nothing to act on.") if fell else tr("Nothing unusual.")
    calm = tr("Everything else is calm") if acting else alone
    if not watched:
        return f'<p class="sb-calm">✓ {calm}</p>'
    link = f'<a href="#findings">{tr("{count} more to watch", count=watched)} ▸</a>'
    return f'<p class="sb-calm">{link}</p>'


def _unjudged(report: Report) -> bool:
    """Whether none of the shop's figures could be held against anything: no day or month is calm by that.

    On a page of other figures it is whether any of what it asks could be answered.
    """
    mine = [
        one
        for one in report.findings
        if one.id == MONTH or (one.id.startswith("own.") and one.metric in _FIGURES)
    ] or [one for one in report.findings if one.id not in rules().states]
    whole = [one for one in report.findings if one.level != "ok"]
    return (
        bool(mine)
        and not whole
        and all(one.verdict == "unknown" and one.interval is None and one.week is None for one in mine)
    )
