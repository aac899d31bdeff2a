"""The report card: every claim that was issued, scored once the truth is known, by rule and quarter."""

import calendar
import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean
from typing import Any

import pandas as pd

from shopbook import units
from shopbook.analysis.scoring import (
    Truth,
    beta_of,
    covers,
    is_opposite,
    is_worse,
    later_level,
    quarter,
    sold_out_after,
)  # fmt: skip
from shopbook.columns import columns, label
from shopbook.days import ONE_DAY
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from shopbook.findings.verdict import routed
from shopbook.history.answers import Answer
from shopbook.history.claims import Claim
from shopbook.text import tr

# How long after an alarm a report has seen the week that follows it.
_WEEK_LATER = (6, 7, 8)
_PROMISED = {
    "range": "promised_cover",
    "forecast": "promised_cover",
    "stage": "promised_cover",
    "sign": "promised_sign",
}


@dataclass(frozen=True)
class Scored:
    """A claim and what became of it; `right` is None while nobody can know."""

    claim: Claim
    question: str
    right: bool | None
    error: float | None = None
    naive: float | None = None
    is_done: bool = False


def scores(facts: Facts, claims: Sequence[Claim], answers: Iterable[Answer] = ()) -> list[Scored]:
    """Every claim with what is asked of it: range, direction, alarm, forecast, date, did acting help."""
    truths = {each.key: truth for each in claims if each.sort == "range" and (truth := _truth(facts, each))}
    by_rule = {(each.rule, each.day): each for each in claims if each.sort == "range" and not each.scope}
    done = {(each.rule, each.day) for each in answers if each.word == "done"}
    found: list[Scored] = []
    for claim in claims:
        if claim.sort == "range":
            found += _ranges(claim, truths.get(claim.key), by_rule)
        elif claim.sort == "forecast":
            found.append(_forecast(facts, claim))
        elif claim.sort == "stage":
            found.append(_stage(facts, claim))
        elif claim.sort == "date":
            found.append(_date(facts, claim))
        else:
            shown = by_rule.get((claim.rule, claim.day))
            truth = truths.get(shown.key) if shown and not claim.scope else None
            found.append(_action(facts, claim, shown, truth, (claim.rule, claim.day) in done))
    return found


def tables(facts: Facts, scored: Sequence[Scored]) -> dict[str, list[dict[str, Any]]]:
    """How many claims were issued, scored and right, and what was promised: by rule, and by quarter."""
    rules = [
        _row(facts, name, each) for name, each in _grouped(scored, lambda one: (one.question, one.claim.rule))
    ]
    quarters = [
        {"quarter": name[2]} | _row(facts, name, each)
        for name, each in _grouped(scored, lambda one: (one.question, one.claim.rule, quarter(one.claim.day)))
    ]
    return {"rules": rules, "quarters": quarters}


def card_findings(facts: Facts, rows: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Which rules do worse than they promise, and how far the month's forecast beats the plain one."""
    found = [each for each in (_kept(facts, rows), _beaten(facts, rows)) if each is not None]
    return [routed(facts, each) for each in found]


def _kept(facts: Facts, rows: Sequence[Mapping[str, Any]]) -> Finding | None:
    judged = [row for row in rows if row["promised"] is not None and row["scored"]]
    if not judged:
        return None
    worse = sorted((row for row in judged if row["worse"]), key=lambda row: row["share"] - row["promised"])
    count, right = sum(row["scored"] for row in judged), sum(row["right"] for row in judged)
    said = tr(
        "{right} of {count} claims whose outcome is known held ({share})",
        right=right, count=count, share=units.percent(right / count, 0),
    )  # fmt: skip
    if worse:
        said = tr(
            "{label} breaks its promise: {question} held {right} of {count} times ({share} of {promised})",
            label=worse[0]["label"], question=question_name(worse[0]["question"]), right=worse[0]["right"],
            count=worse[0]["scored"], share=units.percent(worse[0]["share"], 0),
            promised=units.percent(worse[0]["promised"], 0),
        )  # fmt: skip
    return Finding(
        id="card.promise",
        question=tr("Did our reports keep what they promised?"),
        headline=said,
        level="watch" if worse else "ok",
        verdict="worse" if worse else "unknown",
        value=right / count,
    )


def _beaten(facts: Facts, rows: Sequence[Mapping[str, Any]]) -> Finding | None:
    row = next((each for each in rows if each["question"] == "forecast" and each["scored"]), None)
    if row is None or row["error"] is None or row["naive"] is None:
        return None
    lost = row["error"] > row["naive"] and row["scored"] >= facts.threshold("card_overlap")
    said = tr(
        "The month's forecast was off by {error}, today's pace drawn on by {naive}",
        error=units.percent(row["error"], 1), naive=units.percent(row["naive"], 1),
    )  # fmt: skip
    return Finding(
        id="card.forecast",
        question=tr("Is our forecast better than none?"),
        headline=said,
        level="watch" if lost else "ok",
        verdict="worse" if lost else "unknown",
        value=row["error"],
        baseline=row["naive"],
    )


def question_name(question: str) -> str:
    """What is asked of a claim, in words."""
    names = {
        "range": tr("the range"), "sign": tr("the direction"), "alarm": tr("the alarm"),
        "forecast": tr("the forecast"), "stage": tr("the next four weeks"), "date": tr("the sell-out date"),
        "action": tr("the action"),
    }  # fmt: skip
    return names[question]


def _grouped(
    scored: Sequence[Scored], key: Callable[[Scored], tuple[str, ...]]
) -> list[tuple[tuple[str, ...], list[Scored]]]:
    return [(name, list(each)) for name, each in groupby(sorted(scored, key=key), key)]


def _row(facts: Facts, name: tuple[str, ...], each: Sequence[Scored]) -> dict[str, Any]:
    question, known = name[0], [one for one in each if one.right is not None]
    right, scored = sum(bool(one.right) for one in known), len(known)
    promised = facts.threshold(_PROMISED[question]) if question in _PROMISED else None
    worse = promised is not None and is_worse(
        right, scored, promised, facts.threshold("card_p"), facts.threshold("card_overlap")
    )
    errors = [one.error for one in known if one.error is not None]
    naive = [one.naive for one in known if one.naive is not None]
    return {
        "question": question, "asked": question_name(question),
        "rule": name[1], "label": _label(facts, each[0].claim),
        "issued": len(each), "scored": scored, "right": right, "share": right / scored if scored else None,
        "promised": promised, "worse": worse, "state": _state(promised, scored, worse),
        "error": fmean(errors) if errors else None, "naive": fmean(naive) if naive else None,
        "done": sum(one.is_done for one in each),
        "recovered": sum(one.is_done and bool(one.right) for one in known),
    }  # fmt: skip


def _state(promised: float | None, scored: int, worse: bool) -> str:
    if promised is None or not scored:
        return ""
    return tr("worse than promised") if worse else tr("as promised")


def _ranges(claim: Claim, truth: Truth | None, by_rule: Mapping[tuple[str, str], Claim]) -> Iterator[Scored]:
    if claim.value is None or claim.low is None or claim.high is None or claim.value <= -1:
        return
    ends, days = (claim.low, claim.value, claim.high), len(claim.about["baseline_days"])
    yield Scored(claim, "range", covers(*ends, truth, days) if truth else None)
    if claim.verdict in ("better", "worse"):
        yield Scored(claim, "sign", not is_opposite(*ends, truth, days) if truth else None)
        if claim.level == "act":
            yield Scored(claim, "alarm", _confirmed(claim, by_rule))


def _confirmed(claim: Claim, by_rule: Mapping[tuple[str, str], Claim]) -> bool | None:
    """Whether a report of a week later decided its week in the same direction."""
    day = dt.date.fromisoformat(claim.day)
    later = [by_rule.get((claim.rule, (day + back * ONE_DAY).isoformat())) for back in _WEEK_LATER]
    weeks = [each.about["week"] for each in later if each is not None and each.about["week"]]
    return claim.verdict in weeks if weeks else None


def _truth(facts: Facts, claim: Claim) -> Truth | None:
    """What the same weekdays after it show of a claim about the shop or its market."""
    about, table = claim.about, facts.market if claim.rule == "market.visitors" else facts.own
    if claim.scope or claim.metric not in table or not about["baseline"]:
        return None
    days = [dt.date.fromisoformat(day) for day in about["baseline_days"]]
    against = {"market": facts.market, "peers": facts.peers}.get(about["comparator"])
    reference = against[claim.metric] if against is not None and claim.metric in against else None
    beta = beta_of(about["change"], claim.value, about["market_change"])
    back = (dt.date.fromisoformat(claim.day) - days[-1]).days % 7  # a figure that ripens is of an earlier day
    day = dt.date.fromisoformat(claim.day) - back * ONE_DAY
    return later_level(table[claim.metric], reference, about["baseline"], days, day, facts.special_days, beta)


def _forecast(facts: Facts, claim: Claim) -> Scored:
    """The month's sales once every day of it is known, and today's pace drawn on as the plain forecast."""
    day = dt.date.fromisoformat(claim.day)
    length = calendar.monthrange(day.year, day.month)[1]
    last = day.replace(day=length)
    sales = facts.own.get("pay_amount", pd.Series(dtype=float, index=pd.DatetimeIndex([])))
    month = sales.loc[pd.Timestamp(day.replace(day=1)) : pd.Timestamp(last)].dropna()
    reached = claim.about.get("reached")
    if facts.day < last or len(month) < length or not claim.value or not reached or not month.sum() > 0:
        return Scored(claim, "forecast", None)
    truth = float(month.sum())
    right = claim.low is not None and claim.high is not None and claim.low <= truth <= claim.high
    pace = reached / day.day * length
    return Scored(claim, "forecast", right, abs(math.log(claim.value / truth)), abs(math.log(pace / truth)))


def _stage(facts: Facts, claim: Claim) -> Scored:
    """An item's mean week of those that its range was given for, once they are over."""
    mondays = [pd.Timestamp(week) for week in claim.about.get("weeks", ())]
    days = [day for monday in mondays for day in pd.date_range(monday, periods=7)]
    rows = facts.frames["item_daily"]
    if not days or facts.stamp < max(days) or "item_visitors" not in rows:
        return Scored(claim, "stage", None)
    mine = rows[(rows["item_id"] == claim.scope["item_id"]) & rows["date"].isin(days)]
    values = mine["item_visitors"].dropna()
    if values.empty or claim.low is None or claim.high is None:
        return Scored(claim, "stage", None)
    week = float(values.sum()) / len(mondays)
    error = abs(math.log((week + 1) / ((claim.low + claim.high) / 2 + 1)))
    return Scored(
        claim,
        "stage",
        claim.low <= week <= claim.high,
        error,
        abs(math.log((week + 1) / ((claim.value or 0.0) + 1))),
    )


def _date(facts: Facts, claim: Claim) -> Scored:
    """The day an item's stock ended against the day that was said; one that was filled up proves nothing."""
    rows, day = facts.frames["stock"], dt.date.fromisoformat(claim.day)
    if "stock_units" not in rows or claim.value is None:
        return Scored(claim, "date", None)
    mine = rows[rows["item_id"] == claim.scope["item_id"]].dropna(subset=["stock_units"])
    stock = mine.groupby("date")["stock_units"].last()
    ended, refilled = sold_out_after(stock, day)
    reach = max(1.0, facts.threshold("sellout_near") * claim.value)
    if refilled or (ended is None and (facts.day - day).days <= claim.value + reach):
        return Scored(claim, "date", None)
    if ended is None:
        return Scored(claim, "date", False)
    return Scored(claim, "date", abs(ended - claim.value) <= reach, abs(ended - claim.value))


def _action(facts: Facts, claim: Claim, shown: Claim | None, truth: Truth | None, is_done: bool) -> Scored:
    """Whether what called for an action was made good by what followed."""
    if truth is None or shown is None or shown.value is None or shown.value <= -1:
        return Scored(claim, "action", None, is_done=is_done)
    before = math.log1p(shown.value)
    left = truth.level * math.copysign(1.0, before)
    return Scored(claim, "action", left < facts.threshold("recovered_part") * abs(before), is_done=is_done)


def _label(facts: Facts, claim: Claim) -> str:
    """What a rule is about, in words: the figure that proves its step, the thing left open."""
    routes = facts.rules.routes
    found = next((name for name in routes if name == claim.rule or name.startswith(f"{claim.rule}.")), "")
    if not found:
        return label(claim.metric) if claim.metric in columns() else claim.rule
    item, named = tr("one item"), tr("one item, source or plan")
    holes = {"label": named, "item": item, "rival": tr("one rival"), "measure": label("item_visitors")}
    return tr(routes[found].proof, **holes)
