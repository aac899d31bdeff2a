"""Profit where unit cost is known: what is left of the day's sales after goods, ads and commission."""

from typing import Any

import numpy as np
import pandas as pd

from shopbook import units
from shopbook.analysis.decompose import channel_causes
from shopbook.findings.daily.promotion_data import account_days, unit_costs
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding, Level
from shopbook.findings.verdict import causes, routed
from shopbook.findings.warnings.found import short
from shopbook.metrics.ratio import change
from shopbook.text import tr


def profit_days(facts: Facts) -> pd.DataFrame:
    """One row a day: amount, covered (share of amount with a known cost), gross_profit, ads, left.

    `gross_profit` is amount - units x unit cost of the items whose cost is known; `left` takes off ad spend
    and affiliate cost. NaN where a part is not known.
    """
    rows = _item_profits(facts)
    if rows.empty:
        return pd.DataFrame(columns=["amount", "covered", "gross_profit", "ads", "left"], dtype=float)
    known = rows["profit"].notna()
    sums = rows[["pay_amount", "profit"]].assign(covered=rows["pay_amount"].where(known))
    sums = sums.groupby(rows["date"]).sum()
    some = sums.index.isin(rows.loc[known, "date"])
    days = pd.DataFrame(
        {
            "amount": sums["pay_amount"],
            "covered": (sums["covered"] / sums["pay_amount"].where(sums["pay_amount"] > 0)).where(some),
            "gross_profit": sums["profit"].where(some),
        }
    )
    days["ads"] = _ad_cost(facts).reindex(days.index)
    return days.assign(left=days["gross_profit"] - days["ads"].fillna(0))


def profit(facts: Facts) -> Finding | None:
    """Gross profit of the day against the same weekdays, by item; None where too few costs are known."""
    days = profit_days(facts)
    if facts.stamp not in days.index or not days.at[facts.stamp, "covered"] >= facts.threshold("cost_known"):
        return None
    gross = days["gross_profit"]
    value, before = float(gross[facts.stamp]), gross.reindex(facts.baseline_stamps)
    usual = float(before.mean())
    moved = change(value, usual) if usual > 0 else None
    # No share of a profit says how far off a loss is: with one, today or before, the day is told, not judged.
    # Nor do a few buyers say what they usually leave.
    few = "small_sample" in facts.compare("pay_amount").caveats
    is_judged = value >= 0 and not (before < 0).any() and not few
    found = facts.compare_series("pay_amount", gross.where(gross >= 0), None) if is_judged else None
    interval = found.interval if found else None
    after_ads = days.at[facts.stamp, "left"]
    lost = [row for row in profit_table(facts) if row["gross_profit"] < 0]
    fell = interval is not None and interval[1] < -facts.threshold("act_change")
    level: Level = "watch" if lost or after_ads < 0 or fell else "ok"
    headline = tr(
        "Gross profit {value} ({margin} of sales), {change} against the same weekdays; {left} after ads",
        value=units.money(value),
        margin=units.percent(value / days.at[facts.stamp, "amount"]),
        change=units.change(moved),
        left=units.money(after_ads),
    )
    finding = Finding(
        id="own.profit",
        question=tr("What is left of the sales?"),
        headline=headline,
        level=level,
        verdict=found.verdict if found else "unknown",
        metric="gross_profit",
        value=value,
        baseline=usual,
        baseline_days=tuple(day.isoformat() for day in facts.baseline_days),
        change=moved,
        interval=interval,
        causes=_causes(facts, value, usual) if interval else (),
        caveats=_caveats(days.loc[facts.stamp], lost),
    )
    return routed(facts, finding)


def profit_findings(facts: Facts) -> list[Finding]:
    """The profit finding, when it can be known."""
    found = profit(facts)
    return [] if found is None else [found]


def profit_table(facts: Facts) -> list[dict[str, Any]]:
    """The day's items of known cost: amount, gross profit, margin; what is sold below cost first."""
    return facts.once("profit_table", lambda: _profit_table(facts))


def _profit_table(facts: Facts) -> list[dict[str, Any]]:
    rows = _item_profits(facts)
    if rows.empty:
        return []
    today = rows[(rows["date"] == facts.stamp) & (rows["pay_amount"] > 0)].dropna(subset=["profit"])
    usual = _usual(facts, rows)
    table = [
        {
            "item_id": str(row["item_id"]),
            "label": short(str(row["item_name"])),
            "pay_amount": float(row["pay_amount"]),
            "gross_profit": float(row["profit"]),
            "margin": float(row["profit"] / row["pay_amount"]),
            "baseline": float(usual.get(row["item_id"], 0.0)),
        }
        for row in today.to_dict("records")
    ]
    return sorted(table, key=lambda row: (row["gross_profit"] >= 0, -row["gross_profit"]))


def _item_profits(facts: Facts) -> pd.DataFrame:
    """Items by day with `profit`; NaN where the item's cost is not known."""
    return facts.once("item_profits", lambda: _with_profit(facts))


def _with_profit(facts: Facts) -> pd.DataFrame:
    cost = unit_costs(facts)
    if cost.empty or facts.items.empty or not {"pay_units", "pay_amount"} <= set(facts.items.columns):
        return pd.DataFrame()
    rows = facts.items[["date", "item_id", "item_name", "pay_units", "pay_amount"]]
    # An item that sold nothing has no profit to know: 0 whatever its cost.
    code, items = pd.factorize(rows["item_id"])
    unit_cost = np.append(cost.reindex(items).to_numpy(float), np.nan)[code]
    spent = (rows["pay_units"] * unit_cost).where(rows["pay_units"] != 0, 0.0)
    return rows.assign(profit=rows["pay_amount"] - spent)


def _usual(facts: Facts, rows: pd.DataFrame) -> pd.Series:
    base = rows[rows["date"].isin(facts.baseline_stamps)]
    return base.groupby("item_id")["profit"].sum(min_count=1) / base["date"].nunique()


def _causes(facts: Facts, value: float, baseline: float) -> tuple[Any, ...]:
    rows = _item_profits(facts)
    today = rows[rows["date"] == facts.stamp].dropna(subset=["profit"]).set_index("item_id")
    names = {item: short(str(name)) for item, name in today["item_name"].items()}
    parts = channel_causes(
        today["profit"],
        _usual(facts, rows).dropna(),
        (value, baseline),
        key="item_id",
        labels=names,
    )
    # Profits add up exactly: what the sums leave is no overlap of persons.
    return causes(part for part in parts if part.scope.get("factor") != "overlap" or part.effect)


def _ad_cost(facts: Facts) -> pd.Series:
    """Ad spend and affiliate cost by day."""
    spend = account_days(facts)["ad_spend"]
    affiliate = facts.frames.get("affiliate", pd.DataFrame())
    name = next((each for each in ("affiliate_cost", "commission_amount") if each in affiliate), "")
    if not name:
        return spend
    return spend.add(affiliate.groupby("date")[name].sum(), fill_value=0.0)


def _caveats(day: pd.Series, lost: list[dict[str, Any]]) -> tuple[str, ...]:
    said = [tr("before refunds, freight and platform fees; costs known for {share} of sales",
               share=units.percent(day["covered"], 0))]  # fmt: skip
    if pd.isna(day["ads"]):
        said.append(tr("no ad spend of the day: nothing is taken off for ads"))
    if lost:
        said.append(tr("sold below cost: {items}", items="、".join(row["label"] for row in lost[:3])))
    return tuple(said)
