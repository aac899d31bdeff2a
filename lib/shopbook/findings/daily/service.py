"""Customer service: inquiry conversion, answer times and agents against the shops of the same layer."""

import dataclasses
import datetime as dt
from typing import Any

import pandas as pd
from scipy.special import betaincinv

from shopbook import units
from shopbook.analysis.alarm import Alarm, judge
from shopbook.analysis.compare import Comparison
from shopbook.analysis.week import WeekComparison
from shopbook.columns import label
from shopbook.findings.compared import base_fields
from shopbook.findings.facts import Comparator, Facts, lookup
from shopbook.findings.finding import Finding, Level
from shopbook.findings.verdict import against_usual, moved, routed, sentence, standing
from shopbook.metrics.frame import with_ratios
from shopbook.metrics.ratio import divide
from shopbook.text import tr

_SUMS = ("inquiry_visitors", "inquiry_buyers", "inquiry_amount", "served_visitors", "consult_visitors")
_SECONDS = ("avg_response_seconds", "first_response_seconds")
_SHARES = ("cs_satisfaction_rate", "reply_rate")
_AGENT_DAYS = 7
# What the service table of the page shows, in its order.
SHOWN = (
    "inquiry_visitors",
    "inquiry_conversion_rate",
    "first_response_seconds",
    "avg_response_seconds",
    "cs_satisfaction_rate",
    "reply_rate",
    "three_min_reply_rate",
    "served_visitors",
    "consult_visitors",
    "cs_online_hours",
    "inquiry_amount",
)


def service_days(service: pd.DataFrame) -> pd.DataFrame:
    """The whole shop's service by day: sums of the agents, times weighted by whom they answered."""
    if service.empty:
        return pd.DataFrame(index=pd.DatetimeIndex([], name="date"))
    agents = service[(service["row"] == "agent") & (service["report"] == "performance")]
    sums = agents.groupby("date")[[name for name in _SUMS if name in agents]].sum()
    answered = _answered(agents)
    for name in (*_SECONDS, *_SHARES):
        if name in agents:
            weights = answered.where(agents[name].notna())
            sums[name] = (agents[name] * weights).groupby(agents["date"]).sum() / weights.groupby(
                agents["date"]
            ).sum()
    return with_ratios(sums)


def _answered(agents: pd.DataFrame) -> pd.Series:
    """How many persons each agent answered: inquiries, else all served (赤兔 counts no inquiries)."""
    found = pd.Series(float("nan"), agents.index)
    for name in ("inquiry_visitors", "served_visitors"):
        if name in agents:
            found = found.fillna(agents[name])
    return found.fillna(1.0)


def service_findings(facts: Facts) -> list[Finding]:
    """Inquiry conversion of the newest settled day, and the day's answer time."""
    found = [inquiry_conversion(facts), answer_time(facts)]
    return [finding for finding in found if finding is not None]


def benchmark(facts: Facts, metric: str, row: str = "peer_avg") -> pd.Series | None:
    """A figure of the shops of the same layer by day: the export's own rows, else the peers sheet."""
    frame = facts.frames.get("service", pd.DataFrame())
    if metric in frame:
        rows = frame[(frame["row"] == row) & frame[metric].notna()]
        if len(rows):
            return rows.drop_duplicates("date", keep="last").set_index("date")[metric]
    if row == "peer_avg" and metric in facts.peers:
        return facts.peers[metric].dropna()
    return None


def settled(facts: Facts) -> Facts:
    """The newest day whose inquiries had time to be paid: a payment within some days still counts."""
    return dataclasses.replace(facts, day=facts.day - dt.timedelta(days=_waiting(facts)))


def inquiry_conversion(facts: Facts) -> Finding | None:
    """Paid inquiries of the newest settled day against the peers; younger days are only shown."""
    day, table = settled(facts), _days(facts)
    metric, parts = "inquiry_conversion_rate", ["inquiry_buyers", "inquiry_visitors"]
    if not set(parts) <= set(table) or lookup(table, metric, day.day) is None:
        return None
    peers = benchmark(facts, metric)
    found = day.compare_series(metric, table[parts].dropna(), peers)
    whom: Comparator = "peers" if found.comparator else "none"
    week = day.week_series(metric, table[parts].dropna(), peers, day.day)
    said = sentence(metric, found, whom, week)
    named = tr("{day} (newest settled day): {sentence}", day=day.day, sentence=said)
    finding = Finding(
        id="service.inquiry_conversion",
        question=tr("Are inquiries paid as often as at the peers?"),
        headline=named + _beside(peers, metric, day.day),
        level=_level(facts, found, week, _alarm(day, metric, table[metric], peers)),
        verdict=found.verdict,
        caveats=(
            tr("the last {days} days are still being paid: shown, not judged", days=_waiting(facts)),
            *((tr("fewer than 30 buyers: the range says more than the figure"),) * _is_small(found)),
        ),
        **base_fields(day, metric, found, whom, week),
    )
    return routed(facts, finding)


def answer_time(facts: Facts) -> Finding | None:
    """The day's mean answer time against the peers and the shop's target."""
    table, metric = _days(facts), "avg_response_seconds"
    value = lookup(table, metric, facts.day)
    if value is None:
        return None
    peers = benchmark(facts, metric)
    found = facts.compare_series(metric, table[metric].dropna(), peers)
    whom: Comparator = "peers" if found.comparator else "none"
    week = facts.week_series(metric, table[metric].dropna(), peers, facts.day)
    level = _level(facts, found, week, _alarm(facts, metric, table[metric], peers))
    goal = target_of(facts, metric, facts.threshold("answer_seconds"))
    late = value > goal * (1 + facts.threshold("same_band"))
    first = lookup(table, "first_response_seconds", facts.day)
    said = {"sentence": _time_sentence(metric, found), "goal": units.figure(goal, "seconds")}
    headline = (
        tr("{sentence}; target {goal}", **said)
        if first is None
        else tr(
            "{sentence}; first answer {first}, target {goal}", first=units.figure(first, "seconds"), **said
        )
    )
    finding = Finding(
        id="service.answer_time",
        question=tr("How fast do we answer?"),
        headline=headline,
        level="watch" if late and level == "ok" else level,
        verdict=found.verdict,
        **base_fields(facts, metric, found, whom, week),
    )
    return routed(facts, finding)


def target_of(facts: Facts, metric: str, otherwise: float) -> float:
    """The goal of a figure: the shop file's, else the month's in the targets sheet, else `otherwise`."""
    if metric in facts.shop.targets:
        return facts.shop.targets[metric]
    sheet = facts.frames.get("targets", pd.DataFrame())
    if len(sheet):
        mine = sheet[(sheet["metric"] == metric) & (sheet["month"] == f"{facts.day:%Y-%m}")]
        if len(mine):
            return float(mine["target"].iloc[-1])
    return otherwise


def service_table(facts: Facts) -> list[dict[str, Any]]:
    """A row a figure: the day, its usual value, the peers' mean and best, the target."""
    table = _with_hand_filled(facts)
    rows = []
    for metric in SHOWN:
        value = lookup(table, metric, facts.day) if metric in table else None
        if value is None:
            continue
        usual = [known for day in facts.baseline_days if (known := lookup(table, metric, day)) is not None]
        young = metric == "inquiry_conversion_rate"
        rows.append(
            {
                "metric": metric,
                "name": label(metric) + (tr(" (still being paid)") if young else ""),
                "value": value,
                "baseline": sum(usual) / len(usual) if usual else None,
                "peer_avg": _on(benchmark(facts, metric), facts.day),
                "peer_top": _on(benchmark(facts, metric, "peer_top"), facts.day),
                "target": facts.shop.targets.get(metric),
            }
        )
    return rows


def agent_table(facts: Facts) -> list[dict[str, Any]]:
    """Each agent over a settled week: conversion with its 90% range; few inquiries are marked."""
    frame, last = facts.frames.get("service", pd.DataFrame()), settled(facts).stamp
    if frame.empty or not {"inquiry_buyers", "inquiry_visitors"} <= set(frame):
        return []
    week = frame["date"].between(last - pd.Timedelta(days=_AGENT_DAYS - 1), last)
    rows = frame[(frame["row"] == "agent") & (frame["report"] == "performance") & week]
    peers = benchmark(facts, "inquiry_conversion_rate")
    usual = (
        float(peers[last - pd.Timedelta(days=_AGENT_DAYS - 1) : last].mean()) if peers is not None else None
    )
    return [_agent(facts, str(name), each, usual) for name, each in rows.groupby("cs_agent")]


def _agent(facts: Facts, name: str, rows: pd.DataFrame, usual: float | None) -> dict[str, Any]:
    asked, paid = float(rows["inquiry_visitors"].sum()), float(rows["inquiry_buyers"].sum())
    low, high = share_interval(paid, asked)
    standing = tr("cannot tell")
    if asked < facts.threshold("min_buyers"):
        standing = tr("few inquiries")
    elif usual and high < usual:
        standing = tr("below the peers")
    elif usual and low > usual:
        standing = tr("above the peers")
    means = {
        metric: float((rows[metric] * rows["inquiry_visitors"]).sum() / asked)
        for metric in ("avg_response_seconds", "cs_satisfaction_rate")
        if metric in rows and asked
    }
    return {
        "label": name,
        "inquiry_visitors": asked,
        "inquiry_conversion_rate": divide(paid, asked),
        "range": f"{units.percent(low)} ~ {units.percent(high)}" if asked else "–",
        "peer_avg": usual,
        "standing": standing,
        **means,
    }


def share_interval(successes: float, trials: float, confidence: float = 0.9) -> tuple[float, float]:
    """The Jeffreys interval of a share; (0, 1) when nobody was counted."""
    if not trials:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    a, b = successes + 0.5, max(trials - successes, 0.0) + 0.5
    return float(betaincinv(a, b, tail)), float(betaincinv(a, b, 1 - tail))


def _time_sentence(metric: str, found: Comparison) -> str:
    """The figure, its change, and whether it is slower or quicker than the peers: more seconds are worse."""
    start = against_usual(label(metric), units.figure(found.value, "seconds"), found.change)
    if found.verdict not in ("better", "worse") or not found.comparator:
        return f"{start}{tr(', ')}{standing(found, 'peers' if found.comparator else 'none')}"
    size = units.percent(abs(moved(found)))
    than = (
        tr("{size} slower than the peers' change", size=size)
        if found.verdict == "worse"
        else tr("{size} quicker than the peers' change", size=size)
    )
    return f"{start}{tr(', ')}{than}"


def _days(facts: Facts) -> pd.DataFrame:
    return service_days(facts.frames.get("service", pd.DataFrame()))


def _with_hand_filled(facts: Facts) -> pd.DataFrame:
    """Service by day with what the reception report adds and what only the hand-filled sheet knows."""
    table, frame = _days(facts), facts.frames.get("service", pd.DataFrame())
    for name in ("three_min_reply_rate", "served_visitors", "consult_visitors"):
        if name in frame and (rows := frame[(frame["report"] == "reception") & frame[name].notna()]).size:
            table[name] = rows.drop_duplicates("date", keep="last").set_index("date")[name]
    filled = facts.frames.get("hand_filled", pd.DataFrame())
    if len(filled) and len(table):
        hours = filled[filled["metric"] == "cs_online_hours"].drop_duplicates("date", keep="last")
        table["cs_online_hours"] = hours.set_index("date")["value"]
    return table


def _waiting(facts: Facts) -> int:
    return int(facts.threshold("immature_inquiry_days"))


def _on(series: pd.Series | None, day: dt.date) -> float | None:
    return None if series is None else lookup(series.to_frame("value"), "value", day)


def _beside(peers: pd.Series | None, metric: str, day: dt.date) -> str:
    value = _on(peers, day)
    if value is None:
        return ""
    return tr(
        "; peers {peer}", peer=units.figure(value, "fraction" if metric.endswith("rate") else "seconds")
    )


def _is_small(found: Comparison) -> bool:
    return "small_sample" in found.caveats


def _alarm(facts: Facts, metric: str, own: pd.Series, reference: pd.Series | None) -> Alarm | None:
    """Whether the day left the course of the series; None when it is too short to know."""
    known = own.dropna()
    if facts.stamp not in known.index:
        return None
    found = judge(
        {metric: known}, facts.day, market={metric: reference} if reference is not None else None,
        special=sorted(facts.special_days),
    )  # fmt: skip
    return found[0] if found else None


def _level(facts: Facts, found: Comparison, week: WeekComparison | None, alarm: Alarm | None) -> Level:
    """`act` for a clear loss against the peers whose alarm is rarer than chance allows, else `watch` or `ok`.

    A loss of the day or the week that chance seldom makes is watched.

    These series are judged beside the shop's main set, so their own bar is far stricter than the set's.
    """
    looks = [found, *([week.found] if week is not None else [])]
    seldom = any(each.verdict == "worse" and each.chance <= facts.threshold("watch_p") for each in looks)
    if found.verdict != "worse":
        return "watch" if seldom else "ok"
    rare = alarm is not None and alarm.level == "act" and alarm.p_value < facts.threshold("service_alarm_p")
    if rare and found.comparator and abs(moved(found)) >= facts.threshold("act_change"):
        return "act"
    return "watch" if seldom else "ok"
