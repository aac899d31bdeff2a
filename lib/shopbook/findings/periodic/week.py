"""The newest whole week as a page: its sentence, its own key figures, what moved it by source and item."""

from dataclasses import replace
from typing import Any

import pandas as pd

from shopbook import units
from shopbook.columns import column, label
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from shopbook.findings.periodic.sheets import Judged, base_weeks, judged, newest_week, periods, shop_days
from shopbook.findings.verdict import standing
from shopbook.findings.warnings.data import item_names
from shopbook.text import tr

_JUDGED = ("pay_amount", "visitors", "pay_conversion_rate", "avg_order_value")
_BESIDE = ("pay_buyers", "refund_amount", "ad_spend", "visitor_value")
_SPARK_WEEKS = 12
_NAMED = 3
_WEEK = pd.Timedelta(days=7)


def week_kpis(facts: Facts) -> list[dict[str, Any]]:
    """A row a figure of the newest whole week, shaped as the daily ones: `prev_day` is the week before.

    `baseline` is the mean of the ordinary weeks before; a figure without a verdict of its own is "unknown".
    """
    stamp = newest_week(facts)
    if stamp is None:
        return []
    table = periods(shop_days(facts), "week", facts.day)
    table = table[table["whole"]]
    rows = []
    for metric in (*_JUDGED, *_BESIDE):
        if metric not in table or pd.isna(table.at[stamp, metric]):
            continue
        row: dict[str, Any] = {
            "metric": metric,
            "label": _name(metric),
            "value": float(table.at[stamp, metric]),
            "prev_day": _number(table[metric].get(stamp - _WEEK)),
            "spark": [_number(each) for each in table[metric].tail(_SPARK_WEEKS)],
            "target": None,
        }
        rows.append(
            row | (_standing(facts, metric, stamp) if metric in _JUDGED else _usual(facts, table, row))
        )
    return rows


def week_told(facts: Facts, findings: list[Finding]) -> str:
    """The week in one sentence: its sales, how they stand, and the figure that is decided or moved them."""
    stamp, by_id = newest_week(facts), {one.id: one for one in findings}
    sales = by_id.get("weekly.amount")
    if stamp is None or sales is None or sales.value is None or not units.known(sales.value):
        return ""
    found = judged(facts, "pay_amount", stamp)
    week = f"{stamp:%m-%d} – {stamp + _WEEK - pd.Timedelta(days=1):%m-%d}"
    start = tr("Week {week}: sales {value}", week=week, value=units.money(sales.value))
    if found.comparison.verdict != "unknown":
        start = tr("{sentence}, {standing}", sentence=start, standing=_stands(found))
    elif found.comparison.interval is not None:
        whom = {"market": tr("the market"), "peers": tr("the peers"), "none": tr("usual")}[found.comparator]
        start = tr("{sentence}, no difference to {whom} can be told", sentence=start, whom=whom)
    behind = [one for name in ("visitors", "conversion", "basket") if (one := by_id.get(f"weekly.{name}"))]
    decided = [one for one in behind if one.verdict in ("better", "worse")]
    wanted = [one for one in decided if one.verdict == sales.verdict] or decided
    if not wanted:
        return start
    which = wanted[0]
    other = judged(facts, which.metric, stamp)
    return tr(
        "{sentence}; {label} {standing}",
        sentence=start,
        label=label(which.metric),
        standing=_stands(other),
    )


def week_steps(facts: Facts, findings: list[Finding]) -> list[Finding]:
    """The findings of the week, their steps naming the sources or items that lost most, with their losses."""
    makers = {"weekly.amount": week_items, "weekly.visitors": week_sources, "weekly.conversion": _buyers_lost}
    return [
        _with_first(one, makers[one.id](facts)) if one.next_step and one.id in makers else one
        for one in findings
    ]


def _with_first(found: Finding, rows: list[dict[str, Any]]) -> Finding:
    lost = sorted((row for row in rows if row["effect"] < 0), key=lambda row: row["effect"])[:_NAMED]
    if not lost:
        return found
    unit = "CNY" if found.id == "weekly.amount" else "persons"
    things = tr(", ").join(f"{row['label']} {units.signed(row['effect'], unit)}" for row in lost)
    first = tr(" First: {things}", things=things)
    if found.id == "weekly.conversion":
        first = tr(" First, in buyers against their usual conversion: {things}", things=things)
    return replace(found, next_step=f"{found.next_step}{first}")


def _buyers_lost(facts: Facts) -> list[dict[str, Any]]:
    """A row an item: buyers of the week less those that its visitors would be at its usual conversion."""
    bought, names = _moved(facts, facts.items, "item_id", "pay_buyers"), item_names(facts)
    seen = {row["item_id"]: row for row in _moved(facts, facts.items, "item_id", "item_visitors")}
    rows = []
    for row in bought:
        visitors = seen.get(row["item_id"])
        if visitors and visitors["baseline"] > 0:
            wanted = row["baseline"] / visitors["baseline"] * visitors["value"]
            label_of = names.get(row["item_id"], row["item_id"])
            rows.append({**row, "label": label_of, "effect": round(row["value"] - wanted)})
    return rows


def week_sources(facts: Facts) -> list[dict[str, Any]]:
    """A row a source: its visitors of the week, of an ordinary week before, and the difference."""
    return _moved(facts, facts.channels, "channel", "visitors")


def week_items(facts: Facts) -> list[dict[str, Any]]:
    """A row an item: its sales of the week, of an ordinary week before, the difference; visitors beside."""
    names, visitors = item_names(facts), _moved(facts, facts.items, "item_id", "item_visitors")
    seen = {row["item_id"]: row for row in visitors}
    rows = _moved(facts, facts.items, "item_id", "pay_amount")
    return [
        {**row, "label": names.get(row["item_id"], row["item_id"]),
         "visitors": seen.get(row["item_id"], {}).get("value"),
         "visitors_effect": seen.get(row["item_id"], {}).get("effect")}
        for row in rows
    ]  # fmt: skip


def week_split(facts: Facts, top: int = 8) -> pd.Series:
    """The difference of visitors by source, the largest first, the rest as one; names as they read."""
    rows = week_sources(facts)
    effects = pd.Series({row["label"]: row["effect"] for row in rows}, dtype=float).dropna()
    effects = effects.reindex(effects.abs().sort_values(ascending=False).index)
    rest = effects.iloc[top:]
    return (
        effects if rest.empty else pd.concat([effects.iloc[:top], pd.Series({tr("all others"): rest.sum()})])
    )


def _moved(facts: Facts, rows: pd.DataFrame, key: str, metric: str) -> list[dict[str, Any]]:
    """Sums of the week and the mean of the ordinary weeks before, by thing; the largest change first.

    A week counts where every day has its report; what has no row in such a week had none.
    """
    stamp = newest_week(facts)
    if stamp is None or rows.empty or metric not in rows:
        return []
    starts = rows["date"] - pd.to_timedelta(rows["date"].dt.day_of_week, unit="D")
    whole = rows.groupby(starts)["date"].nunique() == _WEEK.days
    base = [week for week in base_weeks(facts, stamp) if whole.get(week, False)]
    if not whole.get(stamp, False) or not base:
        return []
    sums = rows.groupby([starts, key])[metric].sum(min_count=1).unstack(0)
    now, usual = sums[stamp].fillna(0.0), sums[base].fillna(0.0).mean(axis=1)
    table = pd.DataFrame({"value": now, "baseline": usual, "effect": now - usual})
    table = table[(table["value"] != 0) | (table["baseline"] != 0)]
    table = table.reindex(table["effect"].abs().sort_values(ascending=False).index)
    names = rows.drop_duplicates(key, keep="last").set_index(key)["label"] if "label" in rows else {}
    return [
        {key: str(name), "label": str(names[name]) if name in names else str(name),
         "value": float(row["value"]), "baseline": float(row["baseline"]), "effect": float(row["effect"])}
        for name, row in table.iterrows()
    ]  # fmt: skip


def _stands(found: Judged) -> str:
    """How a decided figure stands: against market or peers, else against the shop's own ordinary weeks."""
    if found.comparator == "none":
        return tr("{change} on usual weeks", change=units.change(found.comparison.change))
    return standing(found.comparison, found.comparator)


def _standing(facts: Facts, metric: str, stamp: pd.Timestamp) -> dict[str, Any]:
    found = judged(facts, metric, stamp)
    against, known = found.comparison, found.comparator != "none"
    return {
        "baseline": _number(against.baseline),
        "change": _number(against.change),
        "market_change": _number(against.market_change) if known else None,
        "relative": _number(against.relative) if known else None,
        "verdict": against.verdict,
    }


def _usual(facts: Facts, table: pd.DataFrame, row: dict[str, Any]) -> dict[str, Any]:
    """A figure that is not judged: its change against the ordinary weeks, no verdict."""
    usual = _number(table[row["metric"]].reindex(base_weeks(facts, table.index[-1])).mean())
    change = row["value"] / usual - 1 if usual else None
    return {
        "baseline": usual,
        "change": change,
        "market_change": None,
        "relative": None,
        "verdict": "unknown",
    }


def _name(metric: str) -> str:
    if column(metric).unit == "persons":
        return tr("{label}, added up", label=label(metric))
    return label(metric)


def _number(value: object) -> float | None:
    return None if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type]
