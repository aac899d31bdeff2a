"""One story a day: findings that are one chain, a sentence that starts with money, each step's things."""

import datetime as dt
import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from shopbook import units
from shopbook.columns import label
from shopbook.findings.daily.checkup_tables import stock_table
from shopbook.findings.daily.located import ruled_out
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Cause, Finding
from shopbook.findings.verdict import main_cause
from shopbook.findings.warnings.comparable import occasions
from shopbook.findings.warnings.data import item_names
from shopbook.metrics.frame import channel_rows
from shopbook.text import tr

_MOST_THINGS = 12
_SHOWN = 3
# What may stand behind a fall of each factor of sales: the next links of the chain, nearest first.
_BEHIND = {
    "visitors": (
        "own.visitors",
        "own.source",
        "promotion.plan",
        "promotion.budget_cap",
        "checkup.stock",
        "own.item",
    ),
    "conversion": ("own.conversion", "service.inquiry_conversion", "service.answer_time", "own.item"),
    "basket": ("own.basket",),
}
_FACTORS = {"visitors": "own.visitors", "conversion": "own.conversion", "basket": "own.basket"}


def story(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The ids that make one chain, the first carries the page's headline; empty on a calm day.

    Sales come first where they are decided; then the figure that made most of their change and is decided
    too, then what is known behind that figure. Without decided sales the first action tells the story.
    """
    by_id: dict[str, Finding] = {}
    for one in findings:
        by_id.setdefault(one.id, one)
    sales = by_id.get("own.amount")
    if sales is None or _verdict(sales) != "worse":
        acting = [one.id for one in by_id.values() if one.level == "act"]
        return tuple(acting[:1])
    factor = _factor(by_id, "worse")
    behind = [name for name in _BEHIND.get(factor, ()) if name in by_id and _tells(by_id[name])]
    return ("own.amount", *behind)


def told(facts: Facts, findings: list[Finding]) -> str:
    """The day in one sentence that starts with money and holds the verdict; "" where sales are not known."""
    by_id = {one.id: one for one in reversed(findings)}
    sales = by_id.get("own.amount")
    if sales is None or sales.value is None or not units.known(sales.value):
        return ""
    value, first, verdict = units.money(sales.value), _loudest(facts, findings), _verdict(sales)
    days = facts.days_to_verdict
    if sales.baseline is None or math.isnan(sales.baseline):
        if not days:
            return tr("Sales {value}; nothing to compare with yet", value=value)
        return tr("Sales {value}; nothing can be judged yet: in {days} more days", value=value, days=days)
    if sales.interval is None and verdict == "unknown" and days and first is None:
        return tr("Sales {value}; nothing can be judged yet: in {days} more days", value=value, days=days)
    start = _sales(facts, sales, sales.value, sales.baseline)
    if verdict in ("unknown", "same") and first is None and not occasions(facts):
        # A loss of the week that is watched no more still stands: such a day is not called calm.
        first = next((one for name in _FACTORS.values() if (one := by_id.get(name)) and _lost(one)), None)
        if first is None:
            return tr("Nothing unusual today: {sentence}", sentence=start)
    if because := _because(facts, by_id, verdict):
        return f"{start}{tr(': ')}{because}"
    # What must be done is no cause of the sales: a clause of its own, its first one.
    return f"{start}{tr('; ')}{_clause(first)}" if first else start


def _sales(facts: Facts, sales: Finding, value: float, baseline: float) -> str:
    """The sales of the day as far as they are decided; a day of an event is named, and judged by nothing."""
    names = tr(", ").join(occasions(facts))
    shown = {"value": units.money(value), "weekday": weekday(facts.day), "names": names}
    if sales.verdict in ("better", "worse"):
        gap = units.money(abs(value - baseline))
        if value < baseline:
            return tr("Sales {value}, {gap} less than on a usual {weekday}", gap=gap, **shown)
        return tr("Sales {value}, {gap} more than on a usual {weekday}", gap=gap, **shown)
    is_decided = _verdict(sales) in ("better", "worse") and sales.week is not None
    if names:
        start = tr("Sales {value} ({names})", **shown)
        if units.known(sales.change):
            start = tr("Sales {value} ({names}), {change} against a usual {weekday}",
                       change=units.change(sales.change), **shown)  # fmt: skip
        if not is_decided or sales.week is None:
            return start
        week = tr("the ordinary days of the week {change}", change=units.change(sales.week.change))
        return f"{start}{tr('; ')}{week}"
    if is_decided and sales.week is not None:
        change = units.change(sales.week.change)
        return tr("Sales {value}; the last 7 days {change}, that is decided", change=change, **shown)
    return tr("Sales {value}, as far as can be told like a usual {weekday}", **shown)


def _loudest(facts: Facts, findings: list[Finding]) -> Finding | None:
    """What a sentence on the day must not leave out: the first action, else the first loss that is watched.

    States that last, what rivals did and where traffic went are no news of the day; the page lists them.
    """
    told_of = [one for one in findings if one.id != "own.amount"]
    acting = next((one for one in told_of if one.level == "act"), None)
    lost = (one for one in told_of if one.level == "watch" and _lost(one))
    news = (one for one in lost if one.id not in facts.rules.states and not _is_elsewhere(one))
    return acting or next(news, None)


def _lost(found: Finding) -> bool:
    return _verdict(found) == "worse"


def _is_elsewhere(found: Finding) -> bool:
    """Whether a loss is that of one item's traffic, which its season takes, or what a rival gained."""
    return found.id.startswith("rivals.") or found.metric == "item_visitors"


def _clause(found: Finding) -> str:
    """The part of a headline that is decided: its first clause, or the week's where the day is not."""
    first, *more = found.headline.split(tr("; "))
    if found.verdict == "unknown" and _verdict(found) != "unknown" and more:
        return f"{label(found.metric)}{tr(': ')}{more[0]}"
    return first


def steps(facts: Facts, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """The things each step is about: finding, item_id, label, amount, unit ("left": units in stock)."""
    makers: dict[str, Callable[[Facts, Finding], pd.Series]] = {
        "own.visitors": _visitors_lost,
        "own.amount": lambda facts, found: _moved(facts, "pay_amount", found),
    }
    names, rows = item_names(facts), []
    for one in findings:
        if one.id in makers and _verdict(one) == "worse" and not facts.items_today.empty:
            unit = "CNY" if one.id == "own.amount" else "persons"
            moved = makers[one.id](facts, one).nsmallest(_MOST_THINGS)
            rows += [
                {"finding": one.id, "item_id": str(item), "label": names.get(str(item), str(item)),
                 "amount": float(amount), "unit": unit}
                for item, amount in moved[moved < 0].items()
            ]  # fmt: skip
        elif one.id == "checkup.stock" and one.next_step:
            rows += [
                {"finding": one.id, "item_id": row["item_id"], "label": row["label"],
                 "amount": row["stock_units"], "unit": "left"}
                for row in stock_table(facts)[:_MOST_THINGS]
            ]  # fmt: skip
    return rows


def naming(findings: Iterable[Finding], things: Iterable[dict[str, Any]]) -> list[Finding]:
    """The findings, their steps naming the first things they are about, so that they can be done."""
    by_finding: dict[str, list[dict[str, Any]]] = {}
    for row in things:
        by_finding.setdefault(row["finding"], []).append(row)
    return [_naming(one, by_finding.get(one.id, [])[:_SHOWN]) for one in findings]


def _naming(found: Finding, things: list[dict[str, Any]]) -> Finding:
    if not things or not found.next_step:
        return found
    if found.id == "checkup.stock":
        each = [
            tr("{item} ({count} left)", item=row["label"], count=f"{row['amount']:.0f}") for row in things
        ]
    else:
        each = [f"{row['label']} {units.signed(row['amount'], row['unit'])}" for row in things]
    first = tr(" First: {things}", things=tr(", ").join(each))
    return replace(found, next_step=f"{found.next_step}{first}", figures=())


def weekday(day: dt.date) -> str:
    """The weekday as an operator says it."""
    names = (tr("Monday"), tr("Tuesday"), tr("Wednesday"), tr("Thursday"), tr("Friday"), tr("Saturday"))
    return (*names, tr("Sunday"))[day.weekday()]


def _verdict(found: Finding) -> str:
    """The day's verdict, else the week's: whichever is decided."""
    return found.verdict if found.verdict != "unknown" or found.week is None else found.week.verdict


def _tells(found: Finding) -> bool:
    return found.level in ("act", "watch") or _verdict(found) == "worse"


def _because(facts: Facts, by_id: dict[str, Finding], verdict: str) -> str:
    """What made the change of sales: the source or item behind visitors or conversion that is decided too."""
    if verdict not in ("better", "worse") or by_id["own.amount"].verdict not in ("better", "worse"):
        return ""
    factor = _factor(by_id, verdict)
    behind = by_id.get(_FACTORS.get(factor, ""))
    nearer = _named(facts, behind) if behind is not None and behind.verdict == verdict else None
    if nearer is not None and factor == "visitors":
        change = units.signed(nearer.effect, "persons")
        return tr("{cause} {effect} visitors", cause=nearer.label, effect=change)
    if behind is not None and factor == "conversion" and behind.owner == "service":
        return tr("conversion {change}, service answers more slowly", change=units.change(behind.change))
    if nearer is not None and ruled_out(facts).get(nearer.scope.get("item_id", "")) == "stock_out":
        return tr("{item} is sold out", item=nearer.label)
    if nearer is not None and factor == "conversion":
        return tr("conversion of {cause}", cause=nearer.label)
    return (
        tr("{label} {change}", label=label(behind.metric), change=units.change(behind.change))
        if behind
        else ""
    )


def _named(facts: Facts, found: Finding) -> Cause | None:
    """The main cause of a change, where it made enough of it to be named: of a fall of all items none did."""
    main = main_cause(found)
    if main is None or found.value is None or found.baseline is None:
        return None
    return main if main.effect / (found.value - found.baseline) >= facts.threshold("named_cause") else None


def _factor(by_id: dict[str, Finding], verdict: str) -> str:
    """The factor with the largest part in the change of sales that has a verdict of its own; "" for none."""
    sign = 1 if verdict == "better" else -1
    parts = [(one.effect * sign, one.scope.get("factor", "")) for one in by_id["own.amount"].causes]
    decided = [(part, factor) for part, factor in parts if part > 0 and _decided(by_id, factor, verdict)]
    return max(decided)[1] if decided else ""


def _decided(by_id: dict[str, Finding], factor: str, verdict: str) -> bool:
    behind = by_id.get(_FACTORS.get(factor, ""))
    return behind is not None and _verdict(behind) == verdict


def _moved(facts: Facts, metric: str, found: Finding) -> pd.Series:
    """Change of a figure by item, a day: the day, or the week where only that is decided, against usual."""
    now, before = facts.items_today, facts.items_before
    week = facts.week(found.metric) if found.verdict != "worse" else None
    if week is not None:
        now, before = (_of_days(facts.items, days) for days in (week.ordinary, week.found.days))
    if metric not in now or now.empty or before.empty:
        return pd.Series(dtype=float)
    was, is_now = (each.groupby("item_id")[metric].sum() / each["date"].nunique() for each in (before, now))
    return is_now.sub(was, fill_value=0.0)


def _of_days(items: pd.DataFrame, days: Iterable[dt.date]) -> pd.DataFrame:
    return items[items["date"].isin([pd.Timestamp(day) for day in days])]


def _visitors_lost(facts: Facts, found: Finding) -> pd.Series:
    """Change of visitors by item: in the source that fell where items' own source reports are there."""
    main = main_cause(found)
    rows = facts.frames["item_flow_source"] if "item_flow_source" in facts.frames else pd.DataFrame()
    if found.verdict != "worse" or main is None or "channel" not in main.scope or rows.empty:
        return _moved(facts, "item_visitors", found)
    inside = channel_rows(rows)
    inside = inside[inside["channel"] == main.scope["channel"]]
    now = inside[inside["date"] == facts.stamp].groupby("item_id")["visitors"].sum()
    base = inside[inside["date"].isin(facts.baseline_stamps)]
    if len(now) < _SHOWN or base.empty:
        return _moved(facts, "item_visitors", found)
    return now.sub(base.groupby("item_id")["visitors"].sum() / base["date"].nunique(), fill_value=0.0)
