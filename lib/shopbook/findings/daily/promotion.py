"""Paid traffic: spend, mature ROI, the item whose click rate fell, plans that cost or ran out."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from shopbook import units
from shopbook.analysis.alarm import judge
from shopbook.analysis.compare import Comparison, against
from shopbook.analysis.decompose import channel_causes, rate_causes
from shopbook.analysis.grid import day_numbers
from shopbook.findings.compared import base_fields
from shopbook.findings.daily.budget import budget_caps
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
from shopbook.findings.finding import DataWarning, Finding, Level
from shopbook.findings.verdict import causes, routed, sentence
from shopbook.findings.warnings.data import item_names
from shopbook.metrics.ratio import ratio
from shopbook.text import tr

_WEEK = pd.Timedelta(days=7)
# Only items with money behind them are watched for their pictures.
_MOST_ITEMS = 30


def promotion_findings(facts: Facts) -> list[Finding]:
    """Everything the promotion page says; nothing without an ad report."""
    found = [spend(facts), roi(facts), click_rate(facts), plan(facts), *budget_caps(facts), title_gap(facts)]
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
    """The day's spend against the same weekdays, split by plan."""
    days = account_days(facts)["ad_spend"].dropna()
    if facts.stamp not in days.index:
        return None
    found = facts.compare_series("ad_spend", days, None)
    moved = found.interval is not None and not found.interval[0] <= 0 <= found.interval[1]
    level: Level = "watch" if moved and abs(found.change or 0) >= facts.threshold("act_change") else "ok"
    finding = Finding(
        id="promotion.spend",
        question=tr("Did the ad spend change, and which plan moved it?"),
        headline=sentence("ad_spend", found, "none"),
        level=level,
        **base_fields(facts, "ad_spend", found, "none"),
    )
    plans = ad_rows(facts, "plan")
    if found.interval is None or plans.empty:
        return routed(facts, finding)
    today = plans[plans["date"] == facts.stamp].set_index("key")["ad_spend"]
    base = plans[plans["date"].isin(facts.baseline_stamps)]
    known = max(base["date"].nunique(), 1)
    usual = base.groupby("key")["ad_spend"].sum() / known
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
    need = break_even(gross_margin(facts))
    worse = found.verdict == "worse" and abs(found.change or 0) >= facts.threshold("act_change")
    pays = tr("break-even {value:.2f}", value=need) if need else tr("break-even not known")
    headline = tr(
        "ROI {value:.2f} in the mature week to {day}, {change} against the four weeks before; {pays}",
        value=found.value,
        day=f"{last:%m-%d}",
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


def click_rate(facts: Facts) -> Finding | None:
    """The item whose click rate fell most over a week against the other items' click rate."""
    fallen = sorted(item_click_rates(facts), key=lambda row: row["relative"])
    if not fallen:
        return None
    worst = fallen[0]
    found: Comparison = worst["comparison"]
    item_id, label = worst["item_id"], worst["label"]
    clear = found.verdict == "worse" and -worst["relative"] >= facts.threshold("act_change")
    level: Level = "act" if clear and item_id in _alarmed_items(facts) else "watch" if clear else "ok"
    finding = Finding(
        id="promotion.click_rate",
        question=tr("Whose main picture lost its clicks?"),
        headline=tr(
            "{label}: click rate {value} this week, {relative} against the other items",
            label=label,
            value=units.percent(found.value, 2),
            relative=units.change(found.relative),
        )
        if clear
        else tr("No item's click rate fell clearly against the others; {count} judged", count=len(fallen)),
        level=level,
        verdict=found.verdict if clear else "unknown",
        scope={"item_id": item_id} if clear else {},
        causes=_one_item(found, item_id, label) if clear else (),
        caveats=_logged(facts, item_id) if clear else (),
        **(
            {**base_fields(facts, "ad_click_rate", found, "peers"), "baseline_days": _iso(found)}
            if clear
            else {}
        ),
    )
    return routed(facts, finding, label=label)


def item_click_rates(facts: Facts) -> list[dict[str, Any]]:
    """A row an advertised item with enough clicks: this week against four, held against the other items."""
    return facts.once("item_click_rates", lambda: _item_click_rates(facts))


def _item_click_rates(facts: Facts) -> list[dict[str, Any]]:
    rows = ad_rows(facts, "item")
    if rows.empty:
        return []
    names = item_names(facts)
    week = between(rows, facts.day, 7).groupby("key")[["ad_clicks", "ad_spend"]].sum()
    month = between(rows, facts.day - dt.timedelta(days=7)).groupby("key")["ad_clicks"].sum()
    least = facts.threshold("min_clicks")
    chosen = week[(week["ad_clicks"] >= least) & (month.reindex(week.index) >= least)]
    total = rows.groupby("date")[["ad_clicks", "ad_impressions"]].sum()
    found = []
    largest = list(chosen["ad_spend"].nlargest(_MOST_ITEMS).index)
    each = dict(list(rows[rows["key"].isin(largest)].groupby("key")))
    for key in largest:
        own = each[key].set_index("date")[["ad_clicks", "ad_impressions"]]
        rest = (total - own.reindex(total.index).fillna(0)).clip(lower=0)
        weeks, others = weekly(facts, own, facts.day), weekly(facts, rest, facts.day)
        shared = ratio("ad_click_rate", others).dropna()
        base = [stamp.date() for stamp in weeks.index[-5:-1]]
        comparison = against(weeks, facts.day, kind="rate", baseline_days=base, reference=shared)
        if comparison.interval is None or comparison.relative is None:
            continue
        label = names.get(key) or str(each[key]["label"].iloc[-1])
        found.append(
            {"item_id": key, "label": label, "relative": comparison.relative, "comparison": comparison}
        )
    return found


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
    return routed(facts, finding, label=worst["label"])


def weekly(facts: Facts, days: pd.DataFrame, last: dt.date) -> pd.DataFrame:
    """Sums of whole weeks ending on `last`'s weekday, special days left out; an incomplete first week too."""
    stamps, end = day_numbers(days.index), int(day_numbers(pd.Index([pd.Timestamp(last)]))[0])
    special = facts.once("special_numbers", lambda: day_numbers(pd.Index(sorted(facts.special_days))))
    ordinary = ~np.isin(stamps, special) & (stamps <= end)
    weeks, back = np.unique((end - stamps[ordinary]) // 7, return_inverse=True)
    values = days.to_numpy(float)[ordinary]
    known = np.isfinite(values)
    sums, counts = np.zeros((len(weeks), days.shape[1])), np.zeros((len(weeks), days.shape[1]))
    np.add.at(sums, back, np.where(known, values, 0.0))
    np.add.at(counts, back, known)
    index = pd.DatetimeIndex([pd.Timestamp(last) - _WEEK * int(each) for each in weeks[::-1]], name="date")
    made = np.where(counts > 0, sums, np.nan)[::-1]
    return pd.DataFrame(made, index=index, columns=days.columns).iloc[1:]


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


def _one_item(found: Comparison, item_id: str, label: str) -> tuple[Any, ...]:
    """What the other items' click rate did, and what the item did beyond it."""
    return causes(
        channel_causes(
            pd.Series({item_id: found.value}),
            pd.Series({item_id: found.baseline}),
            (found.value, found.baseline),
            market_change=found.market_change,
            key="item_id",
            labels={item_id: label},
        )
    )


def _alarmed_items(facts: Facts) -> set[str]:
    """Items whose click rate of the day departed downward, judged as one set."""
    rows = ad_rows(facts, "item")
    total = rows.groupby("date")[["ad_clicks", "ad_impressions"]].sum()
    series, others = {}, {}
    for key in (row["item_id"] for row in item_click_rates(facts)):
        own = rows[rows["key"] == key].set_index("date")[["ad_clicks", "ad_impressions"]]
        rest = (total - own.reindex(total.index).fillna(0)).clip(lower=0)
        rate = ratio("ad_click_rate", own).dropna()
        if facts.stamp in rate.index:
            series[key] = rate
            others[key] = ratio("ad_click_rate", rest).dropna()
    found = judge(series, facts.day, market=others, special=sorted(facts.special_days)) if series else []
    return {alarm.series for alarm in found if alarm.level == "act" and alarm.z < 0}


def _logged(facts: Facts, item_id: str) -> tuple[str, ...]:
    """A logged change of the item in the last four weeks: it went along with the fall."""
    log = facts.frames.get("change_log", pd.DataFrame())
    if log.empty:
        return ()
    rows = between(log[log["item_id"] == item_id], facts.day)
    return tuple(
        tr("went along with the logged change of {day}: {change}", day=f"{row.date:%m-%d}", change=row.change)
        for row in rows.tail(1).itertuples()
    )


def _labels(rows: pd.DataFrame) -> dict[str, str]:
    return dict(zip(rows["key"], rows["label"], strict=True))


def _iso(found: Comparison) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in found.days)
