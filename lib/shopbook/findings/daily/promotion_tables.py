"""Tables of the promotion page: its key figures, the days with their maturity, the paid share of visitors."""

import datetime as dt
from typing import Any

import pandas as pd

from shopbook.analysis.compare import against
from shopbook.columns import column
from shopbook.findings.daily.anomalies import PAID
from shopbook.findings.daily.budget import day_cap, ran_out
from shopbook.findings.daily.click_rates import item_click_rates
from shopbook.findings.daily.promotion_advice import advice_table
from shopbook.findings.daily.promotion_data import account_days, ad_rows, between, mature_until
from shopbook.findings.daily.terms import term_table
from shopbook.findings.facts import Facts, lookup
from shopbook.metrics.frame import wide
from shopbook.metrics.ratio import divide, parts, ratio, ratios
from shopbook.text import tr

_FIGURES = ("ad_spend", "ad_clicks", "ad_click_rate", "ad_cost_per_click", "ad_cost_per_visitor", "ad_roi")
_SPARK_DAYS = 28


def promotion_tables(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    """Every table of the page, by name."""
    capped = {row["ad_plan_id"]: row["days"] for row in ran_out(facts)}
    return {
        "kpis": promotion_kpis(facts),
        "plans": [_with_cap(facts, row, capped) for row in advice_table(facts, "plan")],
        "ad_items": _item_table(facts),
        "audiences": advice_table(facts, "audience"),
        "keywords": advice_table(facts, "keyword"),
        "terms": term_table(facts),
        "ad_days": ad_day_table(facts),
    }


def promotion_kpis(facts: Facts) -> list[dict[str, Any]]:
    """The KPI rows of the ads; ROI is that of the newest mature day and says so."""
    days = account_days(facts)
    rows = []
    for metric in _FIGURES:
        day = mature_until(facts) if metric == "ad_roi" else facts.day
        history = days[list(parts(metric, days.columns) or (metric,))].dropna()
        if pd.Timestamp(day) not in history.index:
            continue
        value = ratio(metric, days) if metric in ratios() else days[metric]
        found = against(
            history,
            day,
            kind=column(metric).varies,
            baseline_days=facts.usual_days(day),
            good=column(metric).good,
            skip=facts.special_days,
        )
        label = tr("ROI of {day} (mature)", day=f"{day:%m-%d}") if metric == "ad_roi" else ""
        rows.append(
            {
                "metric": metric,
                "label": label,
                "value": found.value,
                "prev_day": lookup(value.to_frame(metric), metric, day - dt.timedelta(days=1)),
                "baseline": found.baseline,
                "change": found.change,
                "market_change": None,
                "relative": None,
                "verdict": found.verdict,
                "target": facts.shop.targets.get(metric),
                "spark": [
                    lookup(value.to_frame(metric), metric, day - dt.timedelta(days=back))
                    for back in range(_SPARK_DAYS - 1, -1, -1)
                ],
            }
        )
    return rows


def ad_day_table(facts: Facts) -> list[dict[str, Any]]:
    """The last four weeks of ads day by day, newest first; a young day's ROI is marked as growing."""
    days = account_days(facts)
    paid = paid_share(facts)
    last = mature_until(facts)
    rows = []
    for stamp, row in days[days.index > facts.stamp - pd.Timedelta(days=_SPARK_DAYS)].iloc[::-1].iterrows():
        mature = stamp.date() <= last
        rows.append(
            {
                "date": stamp.date().isoformat(),
                "ad_spend": row["ad_spend"],
                "ad_clicks": row["ad_clicks"],
                "ad_click_rate": ratio("ad_click_rate", row),
                "ad_cost_per_click": ratio("ad_cost_per_click", row),
                "ad_roi": ratio("ad_roi", row),
                "mature": mature,
                "state": tr("mature") if mature else tr("still growing"),
                "paid_share": paid.get(stamp),
            }
        )
    return rows


def paid_share(facts: Facts) -> pd.Series:
    """Visitors by paid sources over the shop's visitors by day; ad reports stand in for missing sources."""
    visitors = facts.own["visitors"] if "visitors" in facts.own else pd.Series(dtype=float)
    if len(facts.channels):
        table = wide(facts.channels, "channel", "visitors")
        paid = table[[name for name in PAID if name in table]].sum(axis=1, min_count=1)
    else:
        paid = account_days(facts)["ad_visitors"]
    return divide(paid.reindex(visitors.index), visitors).dropna()


def _with_cap(facts: Facts, row: dict[str, Any], capped: dict[str, int]) -> dict[str, Any]:
    """A plan's row with its cap and how many days it has been running out."""
    plans = ad_rows(facts, "plan")
    spend = between(plans[plans["key"] == row["ad_plan_id"]], facts.day).set_index("date")["ad_spend"]
    cap, _ = day_cap(facts, row["ad_plan_id"], spend)
    days = capped.get(row["ad_plan_id"], 0)
    return row | {"cap": cap, "capped_days": days}


def _item_table(facts: Facts) -> list[dict[str, Any]]:
    """Advertised items: the advice, and this week's click rate against the other items."""
    judged = {row["item_id"]: row for row in item_click_rates(facts)}
    rows = []
    for row in advice_table(facts, "item"):
        known = judged.get(row["item_id"])
        found = known["comparison"] if known else None
        rows.append(
            row
            | {
                "label": known["label"] if known else row["label"],
                "click_rate_week": found.value if found else None,
                "click_rate_change": found.relative if found else None,
                "click_rate_verdict": found.verdict if found else "unknown",
            }
        )
    return rows
