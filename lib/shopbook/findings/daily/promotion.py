"""Paid traffic: spend, mature ROI, the item whose click rate fell, plans that cost or ran out."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pandas as pd

from shopbook import units
from shopbook.analysis.compare import Comparison, against
from shopbook.analysis.decompose import channel_causes, rate_causes
from shopbook.days import short_day
from shopbook.findings.compared import base_fields
from shopbook.findings.daily.budget import budget_caps
from shopbook.findings.daily.click_rates import click_rate, plan_click_rate, weekly
from shopbook.findings.daily.promotion_advice import advice_table
from shopbook.findings.daily.promotion_data import (
    account_days,
    ad_rows,
    attribution_days,
    between,
    break_even,
    gross_margin,
    mature_until,
)
from shopbook.findings.daily.terms import title_gap
from shopbook.findings.facts import Facts
from shopbook.findings.finding import DataWarning, Finding
from shopbook.findings.verdict import causes, routed, sentence
from shopbook.text import tr

# How many plans a step names to move money to.
_PLANS_NAMED = 3


def promotion_findings(facts: Facts) -> list[Finding]:
    """Everything the promotion page says; nothing without an ad report."""
    found = [
        spend(facts),
        roi(facts),
        click_rate(facts),
        plan_click_rate(facts),
        plan(facts),
        *budget_caps(facts),
        title_gap(facts),
    ]
    return [finding for finding in found if finding is not None]


def promotion_warnings(facts: Facts) -> list[DataWarning]:
    """Which days of ROI are still growing, and in which attribution window they were reported."""
    if account_days(facts).empty:
        return []
    window = attribution_days(facts)
    known = (
        tr("attribution window {days} days", days=window)
        if window
        else tr("attribution window not written down: 15 days are assumed")
    )
    text = tr(
        "ROI after {day} is still growing and not judged ({known}).", day=mature_until(facts), known=known
    )
    level = facts.rules.warnings["immature"].level
    return [DataWarning(level=level, code="immature", text=text, scope={"kind": "ad_report"})]


def spend(facts: Facts) -> Finding | None:
    """The day's spend against the same weekdays, split by plan: told, not judged."""
    days = account_days(facts)["ad_spend"].dropna()
    if facts.stamp not in days.index:
        return None
    found = facts.compare_series("ad_spend", days, None)
    finding = Finding(
        id="promotion.spend",
        question=tr("Did the ad spend change, and which plan moved it?"),
        headline=sentence("ad_spend", found, "none"),
        **base_fields(facts, "ad_spend", found, "none"),
    )
    plans = ad_rows(facts, "plan")
    if found.interval is None or plans.empty:
        return routed(facts, finding)
    today = plans[plans["date"] == facts.stamp].set_index("key")["ad_spend"]
    base = plans[plans["date"].isin(facts.baseline_stamps)]
    usual = base.groupby("key")["ad_spend"].sum() / base["date"].nunique()
    parts = channel_causes(today, usual, (found.value, found.baseline), key="plan", labels=_labels(plans))
    return routed(facts, replace(finding, causes=causes(parts)))


def roi(facts: Facts) -> Finding | None:
    """ROI of the newest mature week against the four before, and against what pays for the ads."""
    last = mature_until(facts)
    weeks = weekly(facts, account_days(facts)[["ad_revenue", "ad_spend"]], last)
    if pd.Timestamp(last) not in weeks.index or not weeks["ad_spend"].gt(0).any():
        return None
    base = [stamp.date() for stamp in weeks.index[-5:-1]]
    found = against(weeks, last, kind="mean", baseline_days=base)
    if not units.known(found.value):
        return None
    need = break_even(gross_margin(facts))
    worse = found.verdict == "worse" and found.chance <= facts.threshold("watch_p")
    pays = tr("break-even {value:.2f}", value=need) if need else tr("break-even not known")
    headline = tr(
        "ROI {value:.2f} in the mature week to {day}, {change} against the four weeks before; {pays}",
        value=found.value,
        day=short_day(last, facts.day),
        change=units.change(found.change),
        pays=pays,
    )
    finding = Finding(
        id="promotion.roi",
        question=tr("Does the ad money come back?"),
        headline=headline,
        level="watch" if worse or (need is not None and found.value < need) else "ok",
        verdict=found.verdict,
        causes=_roi_causes(facts, found, last),
        caveats=(tr("held against the shop's own past: there is no market figure for ROI"),),
        **{**base_fields(facts, "ad_roi", found, "none"), "baseline_days": tuple(map(str, base))},
    )
    return routed(facts, finding)


def plan(facts: Facts) -> Finding | None:
    """The plan that costs most beyond what its sales leave, over the four mature weeks."""
    table = advice_table(facts, "plan")
    if not table:
        return None
    losing = [row for row in table if row["advice"] in ("stop", "less")]
    need = break_even(gross_margin(facts))
    question = tr("Which plan gets less, which gets more?")
    if not losing:
        headline = tr("No plan's ROI lies clearly below its line; {count} plans judged", count=len(table))
        return Finding(id="promotion.plan", question=question, headline=headline, metric="ad_roi")
    worst = max(
        losing, key=lambda row: row["ad_spend"] * (1 - row["ad_roi"] / (need or 2 * row["ad_roi"] + 1))
    )
    headline = tr(
        "{label}: ROI {value:.2f} on {spend} of mature spend; {reason}",
        label=worst["label"],
        value=worst["ad_roi"],
        spend=units.money(worst["ad_spend"]),
        reason=worst["reason"],
    )
    finding = Finding(
        id="promotion.plan",
        question=question,
        headline=headline,
        level="watch",
        verdict="worse",
        scope={"plan": worst["ad_plan_id"]},
        metric="ad_roi",
        value=worst["ad_roi"],
        baseline=need,
        caveats=(tr("a plan for new customers may run below break-even on purpose"),),
    )
    days = max(between(ad_rows(facts, "plan"), mature_until(facts))["date"].nunique(), 1)
    spend_a_day = units.money(worst["ad_spend"] / days)
    better = [row for row in table if row["advice"] in ("feed", "more")]
    better.sort(key=lambda row: -row["ad_roi"])
    names = tr(", ").join(row["label"] for row in better[:_PLANS_NAMED])
    route = "promotion.plan" if better else "promotion.plan.alone"
    return routed(facts, finding, route, label=worst["label"], spend=spend_a_day, names=names)


def _roi_causes(facts: Facts, found: Comparison, last: dt.date) -> tuple[Any, ...]:
    """The change of ROI as every plan's own ROI and the mix of spend."""
    rows = ad_rows(facts, "plan")
    if rows.empty or found.interval is None:
        return ()
    ordinary = rows[~rows["date"].isin([pd.Timestamp(day) for day in facts.special_days])]
    names = ["ad_revenue", "ad_spend"]
    now = between(ordinary, last, 7).groupby("key")[names].sum()
    before = between(ordinary, last - dt.timedelta(days=7)).groupby("key")[names].sum()
    return causes(
        rate_causes(now, before, (found.value, found.baseline), key="plan", labels=_labels(rows))
        if len(now) and len(before)
        else ()
    )


def _labels(rows: pd.DataFrame) -> dict[str, str]:
    return dict(zip(rows["key"], rows["label"], strict=True))
