"""The KPI table of every daily page and the classic daily sheet."""

import datetime as dt
from typing import Any

import pandas as pd

from shopbook.columns import column
from shopbook.findings.facts import Facts, lookup

DAILY = (
    "pay_amount",
    "visitors",
    "pay_conversion_rate",
    "avg_order_value",
    "visitor_value",
    "pay_buyers",
    "cart_rate",
    "refund_amount",
)
_SPARK_DAYS = 28
# The columns of the operators' daily sheet, in their order.
SHEET = (
    "pageviews",
    "visitors",
    "pay_amount",
    "pay_units",
    "pay_conversion_rate",
    "avg_order_value",
    "dsr_description",
    "pageviews_per_visitor",
    "home_bounce_rate",
)


def kpi_rows(facts: Facts) -> list[dict[str, Any]]:
    """One row a figure: value, day before, baseline, changes, standing, target, 28-day spark."""
    return facts.once(("kpis", facts.stops), lambda: _kpi_rows(facts))


def _kpi_rows(facts: Facts) -> list[dict[str, Any]]:
    rows = []
    for metric in DAILY:
        value = facts.value(metric)
        if value is None:
            continue
        found = facts.compare(metric)
        known = facts.comparator(metric)[0] != "none"
        rows.append(
            {
                "metric": metric,
                "value": value,
                "prev_day": facts.previous_day(metric),
                "baseline": found.baseline,
                "change": found.change,
                "market_change": found.market_change if known else None,
                "relative": found.relative if known else None,
                "verdict": found.verdict if _is_judged(facts, metric) else "unknown",
                "target": facts.shop.targets.get(metric),
                "spark": spark(facts, metric),
            }
        )
    return rows


def _is_judged(facts: Facts, metric: str) -> bool:
    """What was spent is as sure as the number of those who spent it: a handful of buyers tells nothing."""
    few = "small_sample" in facts.compare("pay_conversion_rate").caveats
    return not facts.stopped(f"own.{metric}") and not (few and column(metric).over == "pay_amount")


def spark(facts: Facts, metric: str) -> list[float | None]:
    """The last 28 days, oldest first; a day without an export is None."""
    days = [facts.day - dt.timedelta(days=back) for back in range(_SPARK_DAYS - 1, -1, -1)]
    return [lookup(facts.own, metric, day) for day in days]


def daily_sheet(facts: Facts, days: int = 14) -> list[dict[str, Any]]:
    """The operators' classic daily sheet (SHEET) of the last days, newest first."""
    return facts.once(("daily_sheet", days), lambda: _daily_sheet(facts, days))


def _daily_sheet(facts: Facts, days: int) -> list[dict[str, Any]]:
    table = facts.own.join(_hand_filled(facts, "home_bounce_rate"), how="left")
    if "dsr_description" not in table and (dsr := _by_day(facts, "dsr", "dsr_description")) is not None:
        table = table.join(dsr, how="left")
    rows = []
    for back in range(days):
        day = facts.day - dt.timedelta(days=back)
        rows.append({"date": day.isoformat(), **{name: lookup(table, name, day) for name in SHEET}})
    return rows


def _hand_filled(facts: Facts, metric: str) -> pd.Series:
    """A shop-level figure of the hand-filled template by day; empty when nobody filled it in."""
    filled = facts.frames.get("hand_filled", pd.DataFrame())
    if filled.empty:
        return pd.Series(dtype=float, name=metric, index=pd.DatetimeIndex([]))
    rows = filled[filled["metric"] == metric]
    return rows.drop_duplicates("date", keep="last").set_index("date")["value"].rename(metric)


def _by_day(facts: Facts, kind: str, name: str) -> pd.Series | None:
    frame = facts.frames.get(kind, pd.DataFrame())
    return frame.drop_duplicates("date", keep="last").set_index("date")[name] if name in frame else None
