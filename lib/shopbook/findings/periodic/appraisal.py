"""The month's appraisal sheet (月度考核表): what each target has reached, and what the rest of it takes."""

from typing import Any

import pandas as pd

from shopbook import units
from shopbook.columns import column, label
from shopbook.findings.daily.service import service_days
from shopbook.findings.facts import Facts
from shopbook.findings.periodic.sheets import shop_days
from shopbook.findings.periodic.targets_month import (
    ORDINARY_DAYS,
    adds_up,
    month_of,
    progress_of,
    target_of,
    unseen_ahead,
)
from shopbook.metrics.margin import break_even_roi, margin_rate
from shopbook.metrics.ratio import change, ratio
from shopbook.text import tr


def appraisal_table(facts: Facts) -> list[dict[str, Any]]:
    """A row a target of the month: reached, wanted, attainment, due by now, forecast, run rate."""
    sheet = facts.frames.get("targets", pd.DataFrame())
    if sheet.empty:
        return []
    names = sheet.loc[sheet["month"].isin([f"{facts.day:%Y-%m}", f"{facts.day:%Y}"]), "metric"].unique()
    rows = [_added(facts, str(name)) if adds_up(str(name)) else _rated(facts, str(name)) for name in names]
    return [row for row in rows if row is not None]


def takes_table(facts: Facts) -> list[dict[str, Any]]:
    """What the rest of the month takes a day: sales, buyers, visitors, the ad budget the gap can carry.

    Empty while an event lies ahead that no past shows: what it brings need not come from the other days.
    Empty too once the target is reached: no shop should plan with no visitors.
    """
    if unseen_ahead(facts):
        return []
    state = progress_of(facts, "pay_amount")
    usual = _ordinary(facts)
    if state is None or usual is None or not state["needed_day"] > 0:
        return []
    needed = state["needed_day"]
    conversion, basket = ratio("pay_conversion_rate", usual), ratio("avg_order_value", usual)
    rows = [
        ("pay_amount", needed, state["current_day"]),
        ("pay_buyers", needed / basket, usual["pay_buyers"]),
        ("visitors", needed / (conversion * basket), usual["visitors"]),
    ]
    margin = margin_of(facts)
    spend = usual.get("ad_spend")
    if margin is not None and spend is not None and pd.notna(spend):
        gap = max(needed - state["current_day"], 0.0)
        # Each yuan of ads must bring back its break-even ROI: the gap carries no more than this.
        wanted = spend + gap / break_even_roi(margin)
        # No budget grows many times over within a month: such a gap is not one for ads.
        if wanted <= spend * facts.threshold("ad_budget_growth"):
            rows.append(("ad_spend", wanted, spend))
    return [
        {
            "metric": metric,
            "name": label(metric),
            "needed": units.figure(need, column(metric).unit),
            "now": units.figure(now, column(metric).unit),
            "change": change(need, now),
        }
        for metric, need, now in rows
    ]


def source_table(facts: Facts, top: int = 8) -> list[dict[str, Any]]:
    """The visitors a day still needed, by source at today's shares."""
    rows = takes_table(facts)
    state, usual = progress_of(facts, "pay_amount"), _ordinary(facts)
    if not rows or state is None or usual is None or facts.channels.empty:
        return []
    factor = state["needed_day"] / usual["pay_amount"]
    recent = facts.channels[facts.channels["date"] > facts.stamp - pd.Timedelta(days=ORDINARY_DAYS)]
    days = recent["date"].nunique()
    names = recent.drop_duplicates("channel", keep="last").set_index("channel")["label"]
    means = (recent.groupby("channel")["visitors"].sum() / days).sort_values(ascending=False).head(top)
    return [
        {"label": str(names[channel]), "visitors": float(mean), "needed": float(mean * factor)}
        for channel, mean in means.items()
    ]


def margin_of(facts: Facts) -> float | None:
    """Gross margin: the shop file's, else from unit costs and the sales of the last four weeks."""
    if facts.shop.gross_margin is not None:
        return facts.shop.gross_margin
    stock, items = facts.frames.get("stock", pd.DataFrame()), facts.items
    if stock.empty or "unit_cost" not in stock or items.empty or "pay_units" not in items:
        return None
    cost = (
        stock.dropna(subset=["unit_cost"])
        .drop_duplicates("item_id", keep="last")
        .set_index("item_id")["unit_cost"]
    )
    recent = items[items["date"] > facts.stamp - pd.Timedelta(days=ORDINARY_DAYS)]
    sold = recent.groupby("item_id")[["pay_units", "pay_amount"]].sum()
    sold = sold.join(cost, how="inner")
    cost_sold = float((sold["pay_units"] * sold["unit_cost"]).sum())
    margin = margin_rate(float(sold["pay_amount"].sum()), 1.0, cost_sold)
    return margin if 0 < margin < 1 else None


def _added(facts: Facts, metric: str) -> dict[str, Any] | None:
    target, state = target_of(facts, metric), progress_of(facts, metric)
    if target is None or state is None:
        return None
    unit, unseen = column(metric).unit, bool(unseen_ahead(facts))
    return {
        "metric": metric,
        "name": label(metric),
        "value": state["actual"],
        "target": target,
        "actual": units.figure(state["actual"], unit),
        "goal": units.figure(target, unit),
        "attained": state["attained"],
        "planned": None if unseen else state["planned"],
        "forecast": "–" if unseen else units.figure(state["forecast"], unit),
        "required": "–" if unseen else units.figure(state["needed_day"], unit),
        "state": tr("cannot tell") if unseen else _state(state["forecast"] / target, column(metric).good),
    }


def _rated(facts: Facts, metric: str) -> dict[str, Any] | None:
    """A target that is no sum (a rate, seconds): the mean of the month so far against it."""
    target, value = target_of(facts, metric), _mean_of_month(facts, metric)
    if target is None or value is None:
        return None
    unit, good = column(metric).unit, column(metric).good
    attained = target / value if good == "down" else value / target
    return {
        "metric": metric,
        "name": label(metric),
        "value": value,
        "target": target,
        "actual": units.figure(value, unit),
        "goal": units.figure(target, unit),
        "attained": attained,
        "planned": None,
        "forecast": "–",
        "required": "–",
        "state": _state(value / target, good),
    }


def _state(share: float, good: str) -> str:
    """Words for a figure at a share of its target; spending less than planned is neither good nor bad."""
    if good == "none":
        return tr("within the plan") if share <= 1 else tr("over the plan")
    reached = share <= 1 if good == "down" else share >= 1
    return tr("on course") if reached else tr("behind")


def _mean_of_month(facts: Facts, metric: str) -> float | None:
    first, _ = month_of(facts)
    service = service_days(facts.frames.get("service", pd.DataFrame()))
    for table in (shop_days(facts), service):
        if metric not in table:
            continue
        days = table.loc[pd.Timestamp(first) : facts.stamp]
        weights = days.get("inquiry_visitors", days.get("visitors", pd.Series(1.0, days.index)))
        known = days[metric].notna() & weights.notna()
        if weights[known].sum() > 0:
            return float((days.loc[known, metric] * weights[known]).sum() / weights[known].sum())
    return None


def _ordinary(facts: Facts) -> dict[str, float] | None:
    """Mean of the last four weeks' ordinary days: what the shop does without events."""
    table = shop_days(facts)
    names = [name for name in ("visitors", "pay_buyers", "pay_amount", "ad_spend") if name in table]
    recent = table.loc[facts.stamp - pd.Timedelta(days=ORDINARY_DAYS - 1) : facts.stamp, names]
    ordinary = recent[~recent.index.isin([pd.Timestamp(day) for day in facts.special_days])]
    means = ordinary.mean()
    if ordinary.empty or not {"visitors", "pay_buyers"} <= set(names) or not means["pay_buyers"] > 0:
        return None
    return {str(name): float(value) for name, value in means.items()}
