"""The item that stands out: by visitors of the day, conversion of the week, stock, or a presale."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import ndtr

from shopbook import units
from shopbook.analysis.decompose import channel_causes
from shopbook.analysis.locate import Spot, family_chance
from shopbook.findings.daily.located import (
    Found,
    by_conversion,
    by_item,
    by_source,
    days_in,
    item_conversions,
    looks_of,
    presale_items,
    ruled_out,
    spot_name,
    window_sums,
)
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Cause, Finding
from shopbook.findings.verdict import causes, routed
from shopbook.metrics.frame import channel_rows, within
from shopbook.metrics.ratio import change, divide, pooled
from shopbook.text import tr

_WEEK, _MONTH = 7, 28
# Sources that are paid for; what they lose is looked for in budgets and bids.
PAID = ("paid_search", "paid_display", "paid_site", "affiliate", "offsite")


def item_findings(facts: Facts) -> list[Finding]:
    """What stands out among items, worst first; one calm sentence when nothing does."""
    stock = _sold_out(facts)
    if facts.items_today.empty:  # the report of the items is late: what they did is not known
        return stock
    conversion, visitors = by_conversion(facts), by_item(facts)
    found = [*stock, _conversion(facts, conversion)] if conversion.spots else stock
    # What is new is told before what the item has been doing for a week already.
    spots = sorted(visitors.spots, key=lambda spot: not _is_new(facts, spot))
    found += [_visitors(facts, spot, visitors.judged) for spot in spots[:1]]
    found += [_presale(facts, item_id) for item_id in _ordered(facts)[:1]]
    if found or not (visitors.judged or conversion.judged):
        return found
    headline = tr("Nothing stands out among {count} items", count=max(visitors.judged, conversion.judged))
    return [_item(facts, "", headline)]


def _ordered(facts: Facts) -> list[str]:
    """The presale items that somebody ordered on the day."""
    rows = facts.items_today
    ordered = rows.loc[rows["order_buyers"] > 0, "item_id"] if "order_buyers" in rows else ()
    return sorted(presale_items(facts) & set(ordered))


def _conversion_headline(days: int, names: dict[str, str]) -> str:
    return {
        1: tr("{item}: conversion {value} on the day, {change} against what the other items did", **names),
        3: tr("{item}: conversion {value} in three days, {change} against what the other items did", **names),
    }.get(days) or tr(
        "{item}: conversion {value} this week, {change} against what the other items did", **names
    )


def _conversion(facts: Facts, located: Found) -> Finding:
    """An item whose conversion left the others', over the days on which that shows best."""
    spot, days, judged = located.spots[0], located.days[0], located.judged
    item_id, label = spot.scope["item_id"], spot_name(facts, spot.scope)
    rows = item_conversions(facts)
    windows = ((0, days), (_WEEK, _WEEK + _MONTH))
    sums = tuple(window_sums(rows, first, until).loc[item_id] for first, until in windows)
    now, before = sums
    value, baseline = (divide(each["buyers"], each["visitors"]) for each in (now, before))
    rose = spot.ratio > 1
    names = {"item": label, "value": units.percent(value, 2), "change": units.change(spot.ratio - 1)}
    # What the others' shift alone would have made of it; where nobody bought, by effect = due x (ratio - 1).
    due = value / spot.ratio if value else divide(spot.effect / (spot.ratio - 1), now["visitors"])
    shared = due / baseline - 1 if baseline else None
    parts = channel_causes(
        pd.Series({item_id: value}), pd.Series({item_id: baseline}), (value, baseline),
        market_change=shared, key="item_id", labels={item_id: label},
    )  # fmt: skip
    finding = replace(
        _item(facts, item_id, _conversion_headline(days, names)),
        level="ok" if rose or not _seldom(facts, spot, judged * looks_of(days)) else "watch",
        verdict="better" if rose else "worse",
        metric="pay_conversion_rate",
        value=value,
        baseline=baseline,
        change=change(value, baseline),
        relative=spot.ratio - 1,
        market_change=shared,
        comparator="peers",
        causes=causes(parts),
        caveats=(
            tr(
                "{days} day(s) against the {count} ordinary days of the four weeks before this one, held "
                "against the shop's other items",
                days=days,
                count=days_in(rows, _WEEK, _WEEK + _MONTH),
            ),
        ),
    )
    return routed(facts, finding, "own.item.up" if rose else "own.item", label=label)


def _seldom(facts: Facts, spot: Spot, looks: int) -> bool:
    """Whether chance seldom gives the most extreme of so many looks so much evidence."""
    return float(2 * ndtr(-math.sqrt(2 * spot.evidence))) * looks <= facts.threshold("watch_p")


def _rare(facts: Facts, spot: Spot, judged: int) -> bool:
    """Whether the largest of so many parts seldom moves as far on a quiet day."""
    chance = family_chance(np.array([math.sqrt(2 * spot.evidence)]), judged)
    return bool(chance[0] <= facts.threshold("watch_p"))


def source_findings(facts: Facts) -> list[Finding]:
    """The source that fell furthest below what the others did on the day; nothing when none did."""
    located = by_source(facts)
    fallen = [spot for spot in located.spots if spot.effect < 0]
    if not fallen:
        return []
    spot = fallen[0]
    channel, label = spot.scope["channel"], spot_name(facts, spot.scope)
    rows = facts.channels[facts.channels["channel"] == channel]
    value = float(rows.loc[rows["date"] == facts.stamp, "visitors"].sum())
    days = facts.channels.loc[facts.channels["date"].isin(facts.baseline_stamps), "date"].nunique()
    base = rows.loc[rows["date"].isin(facts.baseline_stamps), "visitors"]
    baseline = float(base.sum() / max(days, 1))
    finding = Finding(
        id="own.source",
        question=tr("Which source stands out?"),
        headline=tr(
            "{source}: {effect} visitors against what the other sources did",
            source=label,
            effect=units.signed(spot.effect, "persons"),
        ),
        level="watch" if _rare(facts, spot, located.judged) else "ok",
        verdict="worse",
        scope=spot.scope,
        metric="visitors",
        value=value,
        baseline=baseline,
        baseline_days=tuple(day.isoformat() for day in facts.baseline_days),
        change=change(value, baseline),
    )
    return [routed(facts, finding, "own.visitors.paid" if channel in PAID else "own.source", label=label)]


def _visitors(facts: Facts, spot: Spot, judged: int) -> Finding:
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
    rose, is_new = spot.effect > 0, _is_new(facts, spot)
    finding = replace(
        _item(facts, item_id, headline),
        level="watch" if not rose and is_new and _rare(facts, spot, judged) else "ok",
        caveats=() if is_new else (tr("most of it was there in the seven days before already"),),
        verdict="better" if rose else "worse",
        metric="item_visitors",
        value=value,
        baseline=baseline,
        change=change(value, baseline),
        causes=_source_causes(facts, item_id, value, baseline),
    )
    return routed(facts, finding, label=label)


def _is_new(facts: Facts, spot: Spot) -> bool:
    """Whether most of an item's move against the others is younger than a week: a season is no news.

    Its share of all items' visitors on the day is held against that of the seven days before.
    """
    before = within(facts.items, facts.stamp - pd.Timedelta(days=_WEEK), facts.stamp - pd.Timedelta(days=1))
    share, usual = (
        divide(
            rows.loc[rows["item_id"] == spot.scope["item_id"], "item_visitors"].sum(),
            rows["item_visitors"].sum(),
        )
        for rows in (facts.items_today, before)
    )
    if not (units.known(share) and units.known(usual)):
        return True
    old = spot.ratio ** (1 - facts.threshold("news_part"))
    return bool(share >= usual * old) if spot.effect > 0 else bool(usual > 0 and share <= usual * old)


def _sold_out(facts: Facts) -> list[Finding]:
    """The out-of-stock or off-shelf item that cost most sales, when it cost enough to be named."""
    rows = facts.items
    gone = ruled_out(facts)
    if not gone or rows.empty:
        return []
    base = facts.items_before.groupby("item_id")["pay_amount"].sum() / facts.item_days
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
    rows = channel_rows(frame[frame["item_id"] == item_id]) if len(frame) else frame
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
