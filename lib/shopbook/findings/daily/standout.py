"""The item that stands out: by visitors of the day, conversion of the week, stock, or a presale."""

import math
from dataclasses import replace

import pandas as pd
from scipy.special import ndtr

from shopbook import units
from shopbook.analysis.decompose import channel_causes
from shopbook.analysis.locate import Spot
from shopbook.findings.daily.located import (
    by_conversion,
    by_item,
    item_weeks,
    presale_items,
    ruled_out,
    spot_name,
)
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Cause, Finding
from shopbook.findings.verdict import causes, routed
from shopbook.metrics.ratio import change, divide, pooled
from shopbook.text import tr

_MONTH_WEEKS = 4


def item_findings(facts: Facts) -> list[Finding]:
    """What stands out among items, worst first; one calm sentence when nothing does."""
    stock, conversion, visitors = _sold_out(facts), by_conversion(facts), by_item(facts)
    found = stock + [_conversion(facts, spot, conversion.judged) for spot in conversion.spots[:1]]
    found += [_visitors(facts, spot) for spot in visitors.spots[:1]]
    found += [_presale(facts, item_id) for item_id in sorted(presale_items(facts))[:1]]
    if found or not (visitors.judged or conversion.judged):
        return found
    headline = tr("Nothing stands out among {count} items", count=max(visitors.judged, conversion.judged))
    return [_item(facts, "", headline)]


def _conversion(facts: Facts, spot: Spot, judged: int) -> Finding:
    """An item whose conversion of the week left the others'."""
    item_id, label = spot.scope["item_id"], spot_name(facts, spot.scope)
    weeks = item_weeks(facts)
    own = weeks[weeks["item_id"] == item_id].set_index("back")[["buyers", "visitors"]]
    sums = (own[own.index == 0].sum(), own[(own.index >= 1) & (own.index <= _MONTH_WEEKS)].sum())
    value, baseline = (divide(each["buyers"], each["visitors"]) for each in sums)
    rose = spot.ratio > 1
    headline = tr(
        "{item}: conversion {value} this week, {change} against what the other items did",
        item=label,
        value=units.percent(value, 2),
        change=units.change(spot.ratio - 1),
    )
    shared = value / spot.ratio / baseline - 1 if baseline else None
    parts = channel_causes(
        pd.Series({item_id: value}), pd.Series({item_id: baseline}), (value, baseline),
        market_change=shared, key="item_id", labels={item_id: label},
    )  # fmt: skip
    finding = replace(
        _item(facts, item_id, headline),
        level="ok" if rose or not _seldom(facts, spot, judged) else "watch",
        verdict="better" if rose else "worse",
        metric="pay_conversion_rate",
        value=value,
        baseline=baseline,
        change=change(value, baseline),
        relative=spot.ratio - 1,
        market_change=shared,
        comparator="peers",
        causes=causes(parts),
        caveats=(tr("seven days against the four weeks before, held against the shop's other items"),),
    )
    return routed(facts, finding, "own.item.up" if rose else "own.item", label=label)


def _seldom(facts: Facts, spot: Spot, judged: int) -> bool:
    """Whether chance seldom gives the most extreme of all items so much evidence."""
    return float(2 * ndtr(-math.sqrt(2 * spot.evidence))) * judged <= facts.threshold("watch_p")


def _visitors(facts: Facts, spot: Spot) -> Finding:
    """An item whose visitors of the day left the others', split by source where its file is there."""
    item_id, label = spot.scope["item_id"], spot_name(facts, spot.scope)
    rows = facts.items[facts.items["item_id"] == item_id]
    value = float(rows.loc[rows["date"] == facts.stamp, "item_visitors"].sum())
    days = max(facts.item_days, 1)
    baseline = float(rows.loc[rows["date"].isin(facts.baseline_stamps), "item_visitors"].sum() / days)
    headline = tr(
        "{item}: {effect} visitors against what the other items did",
        item=label,
        effect=units.signed(spot.effect, "persons"),
    )
    rose = spot.effect > 0
    finding = replace(
        _item(facts, item_id, headline),
        level="ok" if rose else "watch",
        verdict="better" if rose else "worse",
        metric="item_visitors",
        value=value,
        baseline=baseline,
        change=change(value, baseline),
        causes=_source_causes(facts, item_id, value, baseline),
    )
    return routed(facts, finding, label=label)


def _sold_out(facts: Facts) -> list[Finding]:
    """The out-of-stock or off-shelf item that cost most sales, when it cost enough to be named."""
    rows = facts.items
    gone = ruled_out(facts)
    if not gone or rows.empty:
        return []
    days = max(facts.item_days, 1)
    base = facts.items_before.groupby("item_id")["pay_amount"].sum() / days
    now = facts.items_today.groupby("item_id")["pay_amount"].sum()
    lost = (now.reindex(base.index).fillna(0) - base)[base.index.isin(gone)].sort_values()
    if lost.empty or -lost.iloc[0] < facts.threshold("item_loss") * base.sum() or base.sum() <= 0:
        return []
    item_id = str(lost.index[0])
    label = spot_name(facts, {"item_id": item_id})
    headline = tr(
        "{item} sold {effect} against usual: it is out of stock or off the shelf",
        item=label,
        effect=units.signed(float(lost.iloc[0]), "CNY"),
    )
    value, baseline = float(now.get(item_id, 0.0)), float(base[item_id])
    finding = replace(
        _item(facts, item_id, headline),
        level="watch",
        verdict="worse",
        metric="pay_amount",
        value=value,
        baseline=baseline,
        change=change(value, baseline),
    )
    route = "own.item.stock" if gone[item_id] == "stock_out" else "own.item"
    return [routed(facts, finding, route, label=label)]


def _presale(facts: Facts, item_id: str) -> Finding:
    """A presale item: its orders are its conversion until the balance is paid; no step."""
    rows = facts.items_today[facts.items_today["item_id"] == item_id]
    label = spot_name(facts, {"item_id": item_id})
    orders, rate = float(rows["order_buyers"].sum()), pooled("order_conversion_rate", rows)
    headline = tr(
        "{item} is in presale: {orders} ordered, none paid yet; order conversion {rate}",
        item=label,
        orders=units.count(orders),
        rate=units.percent(rate) if units.known(rate) else "–",
    )
    return replace(_item(facts, item_id, headline), metric="order_conversion_rate", value=rate)


def _source_causes(facts: Facts, item_id: str, value: float, baseline: float) -> tuple[Cause, ...]:
    """The item's change by source; nothing without its own source file."""
    frame = facts.frames.get("item_flow_source", pd.DataFrame())
    rows = frame[(frame["item_id"] == item_id) & (frame["level"] == 1)] if len(frame) else frame
    days = [day for day in facts.baseline_stamps if len(rows) and (rows["date"] == day).any()]
    if not days or not (rows["date"] == facts.stamp).any():
        return ()
    key = rows["channel"].where(rows["channel"] != "", rows["channel_label"])
    now = rows[rows["date"] == facts.stamp].groupby(key)["visitors"].sum()
    before = rows[rows["date"].isin(days)].groupby(key)["visitors"].sum() / len(days)
    names = dict(zip(key, rows["channel_label"], strict=True))
    market = facts.compare("visitors").shift
    return causes(channel_causes(now, before, (value, baseline), market_change=market, labels=names))


def _item(facts: Facts, item_id: str, headline: str) -> Finding:
    return Finding(
        id="own.item",
        question=tr("Which item stands out?"),
        headline=headline,
        scope={"item_id": item_id} if item_id else {},
        baseline_days=tuple(day.isoformat() for day in facts.baseline_days),
    )
