"""Plans that ran out of budget: spend at the daily cap that is set, or that the spend itself shows."""

from typing import Any

import pandas as pd

from shopbook import units
from shopbook.findings.daily.promotion_advice import advice_table
from shopbook.findings.daily.promotion_data import ad_rows, between
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from shopbook.findings.verdict import routed
from shopbook.text import tr


def day_cap(facts: Facts, key: str, spend: pd.Series) -> tuple[float | None, bool]:
    """A plan's daily cap and whether it is stated; else the ceiling its spend met on three days or more."""
    stated = facts.shop.ad_day_cap.get(key)
    if stated is not None:
        return stated, True
    recent = spend[spend > 0].round(2)
    ceiling, least = recent.max(), facts.threshold("budget_cap_days")
    return (float(ceiling), False) if (recent == ceiling).sum() >= least else (None, False)


def budget_caps(facts: Facts) -> list[Finding]:
    """Every plan that spent all of its daily cap on the day."""
    losing = {row["ad_plan_id"] for row in advice_table(facts, "plan") if row["advice"] in ("stop", "less")}
    found = []
    for row in ran_out(facts):
        pays, change = row["ad_plan_id"] not in losing, row["impressions_change"]
        # Spent to the cap with as many impressions as ever: the money lasted nearly all day.
        early = change is not None and change <= -facts.threshold("budget_cap_fall")
        headline = tr(
            "{label} spent its whole cap of {cap}, day {count} in a row",
            label=row["label"],
            cap=units.money(row["cap"]),
            count=row["days"],
        )
        if units.known(change):
            headline += tr("; impressions {change}", change=units.change(change))
        finding = Finding(
            id="promotion.budget_cap",
            question=tr("Did a plan run out of budget?"),
            headline=headline,
            level="act" if pays and early else "watch",
            verdict="worse" if pays and early else "unknown",
            scope={"plan": row["ad_plan_id"]},
            metric="ad_spend",
            value=row["ad_spend"],
            caveats=()
            if row["stated"]
            else (tr("the cap is read off the spend: write it into the shop's file"),),
        )
        route = "promotion.budget_cap" if pays else "promotion.budget_cap.losing"
        found.append(routed(facts, finding, route, label=row["label"]))
    return found


def ran_out(facts: Facts) -> list[dict[str, Any]]:
    """A row a plan that spent its cap on the day: plan, cap, days in a row, change of impressions."""
    rows = ad_rows(facts, "plan")
    found = []
    spent = {key: days.set_index("date")["ad_spend"] for key, days in rows.groupby("key")}
    for key, days in between(rows, facts.day).groupby("key"):
        history = days.set_index("date")
        cap, stated = day_cap(facts, str(key), history["ad_spend"])
        if cap is None or facts.stamp not in history.index:
            continue
        full = at_cap(facts, history["ad_spend"], cap)
        if not full[facts.stamp]:
            continue
        before = history[~full & ~history.index.isin([pd.Timestamp(day) for day in facts.special_days])]
        usual, shown = before["ad_impressions"].mean(), history.at[facts.stamp, "ad_impressions"]
        found.append(
            {
                "ad_plan_id": str(key),
                "label": str(days["label"].iloc[-1]),
                "cap": cap,
                "stated": stated,
                "days": _in_a_row(at_cap(facts, spent[key], cap), facts.stamp),
                "ad_spend": float(history.at[facts.stamp, "ad_spend"]),
                "impressions_change": float(shown / usual - 1) if usual > 0 else None,
            }
        )
    return found


def at_cap(facts: Facts, spend: pd.Series, cap: float) -> pd.Series:
    """Whether each day's spend met the cap; far above it the cap was raised."""
    low, high = facts.threshold("budget_cap_share"), facts.threshold("budget_cap_over")
    return (spend >= low * cap) & (spend <= high * cap)


def _in_a_row(full: pd.Series, last: pd.Timestamp) -> int:
    """How many days up to `last` met the cap without a break."""
    count = 0
    while full.get(last - pd.Timedelta(days=count), False):
        count += 1
    return count
