"""The operator's figures of a week against the week before: all that docs/handbook.md names for the role."""

from typing import Any

import pandas as pd

from shopbook.analysis.stock import active_item_rate
from shopbook.columns import column, label
from shopbook.findings.facts import Facts
from shopbook.findings.periodic.sheets import newest_week
from shopbook.metrics.ratio import change, parts, pooled
from shopbook.text import tr

_WEEK = pd.Timedelta(days=7)
_MONTH_DAYS = 30
# How a week is made of days: sums of counts, ratios of sums, means weighted by visitors, the newest snapshot.
_SUMS = (
    "pageviews", "visitors", "pay_amount", "pay_units", "cart_buyers", "favorite_buyers",
    "shop_favorite_buyers",
)  # fmt: skip
_RATIOS = (
    "pay_conversion_rate", "order_conversion_rate", "avg_order_value", "visitor_value",
    "pageviews_per_visitor", "returning_share", "cart_rate", "refund_rate_amount",
)  # fmt: skip
_WEIGHTED = ("avg_stay_seconds", "bounce_rate", "home_bounce_rate")
_SNAPSHOTS = ("repurchase_rate_30d", "dsr_description", "dsr_service", "dsr_logistics")
FIGURES = (
    *_SUMS, *_RATIOS, *_WEIGHTED, "pay_buyers_30d", "pay_amount_30d", "active_item_rate", *_SNAPSHOTS,
)  # fmt: skip


def operator_rows(facts: Facts) -> list[dict[str, Any]]:
    """One row a figure of the newest whole week: value, the week before, the change, the peers' mean."""
    week = newest_week(facts)
    if week is None:
        return []
    table = _with_hand_filled(facts)
    rows = []
    for metric in FIGURES:
        value, before = (_figure(facts, table, metric, start) for start in (week, week - _WEEK))
        if value is None:
            continue
        rows.append(
            {
                "metric": metric,
                "name": _name(metric),
                "value": value,
                "previous": before,
                "change": change(value, before),
                "peer_avg": _peers(facts, metric, week),
            }
        )
    return rows


def _figure(facts: Facts, table: pd.DataFrame, metric: str, week: pd.Timestamp) -> float | None:
    """A figure of the week that begins on `week`; None when its parts are not known."""
    last = week + _WEEK - pd.Timedelta(days=1)
    days = table[week:last]
    value: float | None = None
    if metric in _RATIOS:
        value = pooled(metric, days) if parts(metric, days.columns) else None
    elif metric in _WEIGHTED and metric in days:
        weights = days["visitors"].where(days[metric].notna())
        value = float((days[metric] * weights).sum() / weights.sum()) if weights.sum() else None
    elif metric in ("pay_buyers_30d", "pay_amount_30d"):
        value = _thirty_days(table, metric.removesuffix("_30d"), last)
    elif metric == "active_item_rate":
        value = _active_share(facts, week, last)
    elif metric == "repurchase_rate_30d" and metric not in days:
        value = _repurchase(facts, last)
    elif metric in _SNAPSHOTS and metric in days:
        known = days[metric].dropna()
        value = float(known.iloc[-1]) if len(known) else None
    elif metric in days:
        value = float(days[metric].sum(min_count=1))
    return None if value is None or pd.isna(value) else value


def _name(metric: str) -> str:
    """The figure's name; persons added up over days are called a sum, since one may come twice."""
    name = label(metric)
    if (metric in _SUMS and column(metric).unit == "persons") or metric == "pay_buyers_30d":
        return tr("{label} (sum of days)", label=name)
    return name


def _thirty_days(table: pd.DataFrame, metric: str, last: pd.Timestamp) -> float | None:
    if metric not in table:
        return None
    days = table.loc[last - pd.Timedelta(days=_MONTH_DAYS - 1) : last, metric].dropna()
    return float(days.sum()) if len(days) == _MONTH_DAYS else None


def _active_share(facts: Facts, first: pd.Timestamp, last: pd.Timestamp) -> float | None:
    """Items with a sale in the week over the items the week's reports list."""
    items = facts.items
    if items.empty or "pay_units" not in items:
        return None
    week = items[items["date"].between(first, last)]
    return active_item_rate(week.groupby("item_id")["pay_units"].sum()) if len(week) else None


def _repurchase(facts: Facts, last: pd.Timestamp) -> float | None:
    """Buyers with orders on two or more days of the last 30, from the order lines."""
    lines = facts.frames.get("order_lines", pd.DataFrame())
    if lines.empty or "buyer" not in lines:
        return None
    lines = lines[lines["buyer"] != ""]  # sub-orders name none
    recent = lines[lines["date"].between(last - pd.Timedelta(days=_MONTH_DAYS - 1), last)]
    days = recent.groupby("buyer")["date"].nunique()
    return float((days >= 2).mean()) if len(days) else None


def _peers(facts: Facts, metric: str, week: pd.Timestamp) -> float | None:
    """The peers' mean day of the week; sums of ours have no such counterpart."""
    if metric in _SUMS or metric not in facts.peers:
        return None
    known = facts.peers.loc[week : week + _WEEK - pd.Timedelta(days=1), metric].dropna()
    return float(known.mean()) if len(known) else None


def _with_hand_filled(facts: Facts) -> pd.DataFrame:
    """The shop's days with what only the hand-filled sheet knows."""
    table, filled = facts.own, facts.frames.get("hand_filled", pd.DataFrame())
    for metric in ("home_bounce_rate", "repurchase_rate_30d"):
        rows = filled[filled["metric"] == metric] if len(filled) else filled
        if metric not in table and len(rows):
            values = rows.drop_duplicates("date", keep="last").set_index("date")["value"]
            table = table.assign(**{metric: values.reindex(table.index)})
    return table
