"""The running month's own key figures: so far against the target, the mean day against the month before."""

from typing import Any

import pandas as pd

from shopbook import units
from shopbook.columns import column, label
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from shopbook.findings.periodic.sheets import periods, shop_days
from shopbook.findings.periodic.targets_month import progress_of, target_of, unseen_ahead
from shopbook.metrics.ratio import change
from shopbook.text import tr

_SHOWN = ("pay_amount", "visitors", "pay_conversion_rate", "avg_order_value", "refund_amount", "ad_spend")
_SPARK_MONTHS = 12


def month_kpis(facts: Facts) -> list[dict[str, Any]]:
    """A row a figure of the month so far, shaped as the daily ones: `prev_day` is the whole month before.

    `change` is that of the mean day (ratios: of the ratio) and carries no verdict; `note` says how the figure
    stands: attainment where the month has a target, else the change.
    """
    table = periods(shop_days(facts), "month", facts.day)
    stamp = pd.Timestamp(facts.day.replace(day=1))
    if stamp not in table.index:
        return []
    before = stamp - pd.DateOffset(months=1)
    rows = []
    for metric in _SHOWN:
        if metric not in table or pd.isna(table.at[stamp, metric]):
            continue
        value = float(table.at[stamp, metric])
        earlier = float(table[metric].get(before, float("nan")))
        added = is_added(metric)
        days = (float(table.at[stamp, "days"]), float(table["days"].get(before, float("nan"))))
        moved = change(value / days[0], earlier / days[1]) if added else change(value, earlier)
        rows.append(
            {
                "metric": metric,
                "label": tr("{label} so far", label=label(metric)) if added else label(metric),
                "value": value,
                "prev_day": None if pd.isna(earlier) else earlier,
                "baseline": None,
                "change": moved,
                "market_change": None,
                "relative": None,
                "verdict": "unknown",
                "target": target_of(facts, metric),
                "spark": [
                    None if pd.isna(each) else float(each) for each in table[metric].tail(_SPARK_MONTHS)
                ],
                "note": _note(facts, metric, moved, earlier == 0),
            }
        )
    return rows


def month_told(facts: Facts, findings: list[Finding]) -> str:
    """Without a target the month so far in one sentence, its change called unjudged; "" with a finding."""
    sales = next((row for row in month_kpis(facts) if row["metric"] == "pay_amount"), None)
    if findings or sales is None:
        return ""
    value = units.money(sales["value"])
    return tr(
        "{month} so far: sales {value}; without a target there is no verdict ({note})",
        month=f"{facts.day:%Y-%m}",
        value=value,
        note=sales["note"],
    )


def _note(facts: Facts, metric: str, moved: float | None, was_none: bool) -> str:
    target, added = target_of(facts, metric), is_added(metric)
    state = progress_of(facts, metric) if target and added else None
    if state is not None:
        reached, due = units.percent(state["attained"], 0), units.percent(state["planned"], 0)
        if unseen_ahead(facts):
            return tr("{reached} of the target", reached=reached)
        return tr("{reached} of the target, {due} due", reached=reached, due=due)
    if moved is None:
        return tr("none last month") if was_none else tr("no month before it")
    shown = f"{moved:+.1%}".replace("-", "−")
    return (
        tr("a day {change} on last month", change=shown)
        if added
        else tr("{change} on last month", change=shown)
    )


def is_added(metric: str) -> bool:
    """Whether a figure of the month is a sum of its days, and no ratio."""
    return column(metric).unit != "fraction" and metric != "avg_order_value"
