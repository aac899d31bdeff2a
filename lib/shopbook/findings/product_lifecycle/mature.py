"""Hits and stable items: what the shop depends on, its successor, who closes in, what pays, what to cut."""

from typing import Any

import numpy as np
import pandas as pd

from shopbook import units
from shopbook.analysis.basket import pair_lift, repurchase_counts
from shopbook.findings.finding import Finding
from shopbook.findings.product_lifecycle.facts import WEEK, WINDOW, LifecycleFacts
from shopbook.findings.product_lifecycle.overview import todo
from shopbook.findings.warnings.found import short
from shopbook.metrics.margin import break_even_roi
from shopbook.metrics.ratio import ratio
from shopbook.text import tr


def hit_table(facts: LifecycleFacts) -> pd.DataFrame:
    """Each hit: share of sales and its change, margin, price, rating, stock, successor."""
    return facts.base.once("hit_table", lambda: _hit_table(facts))


def _hit_table(facts: LifecycleFacts) -> pd.DataFrame:
    hits = facts.in_stage("hit")
    columns = [
        "item_id",
        "name",
        "share",
        "share_before",
        "margin_share",
        "rating",
        "days",
        "stock_units",
        "growing",
        "successor",
    ]
    if hits.empty:
        return pd.DataFrame(columns=columns)
    before = facts.window(4)["pay_amount"]
    ratings = item_ratings(facts)
    return pd.DataFrame(
        {
            "item_id": hits.index,
            "name": hits["name"].to_numpy(),
            "share": hits["share"].to_numpy(),
            "share_before": (before.reindex(hits.index) / max(float(before.sum()), 1.0)).to_numpy(),
            "margin_share": hits["margin_share"].to_numpy(),
            "rating": ratings.reindex(hits.index).to_numpy(),
            "days": hits["days"].to_numpy(),
            "stock_units": hits["stock_units"].to_numpy(),
            "growing": hits["growing"].to_numpy(),
            "successor": [successor(facts, row) for _, row in hits.iterrows()],
        },
        columns=columns,
    )


def successor(facts: LifecycleFacts, hit: pd.Series) -> str:
    """The best ranked item of the hit's category (else of the shop) that is no hit and does not decline."""
    able = facts.items[facts.items["stage"].isin(("new", "growth", "stable")) & facts.items["rank"].notna()]
    able = able[~(able["stock_units"] <= 0)]
    same = able[able["category"] == hit["category"]]
    chosen = same if len(same) and hit["category"] else able
    if chosen.empty:
        return ""
    # A growing candidate goes before a better converting one that stands still.
    return str(
        chosen.assign(order=~chosen["growing"].astype(bool)).sort_values(["order", "rank"])["name"].iloc[0]
    )


def rival_table(facts: LifecycleFacts) -> pd.DataFrame:
    """Rival items by the change of their traffic index over four weeks: direction only, it is an index."""
    return facts.base.once("rival_items", lambda: _rival_table(facts))


def _rival_table(facts: LifecycleFacts) -> pd.DataFrame:
    change = _index_change(facts, "item", "traffic_index").sort_values(ascending=False)
    return pd.DataFrame({"entity": change.index, "change": change.to_numpy()}, columns=["entity", "change"])


def own_index_change(facts: LifecycleFacts) -> float:
    """Change of our shop's traffic index over the same four weeks; NaN when it is not known."""
    return float(_index_change(facts, "shop", "traffic_index").get("self", np.nan))


def _index_change(facts: LifecycleFacts, entity_type: str, metric: str) -> pd.Series:
    rows = facts.base.frames.get("rivals")
    if rows is None or rows.empty:
        return pd.Series(dtype=float)
    rows = rows[(rows["entity_type"] == entity_type) & (rows["metric"] == metric)]
    end = facts.last_sunday
    now = rows[(rows["date"] <= end) & (rows["date"] > end - 4 * WEEK)].groupby("entity")["value"].mean()
    old = rows[(rows["date"] <= end - 4 * WEEK) & (rows["date"] > end - 8 * WEEK)]
    return (now / old.groupby("entity")["value"].mean() - 1).dropna()


def hit_findings(facts: LifecycleFacts) -> list[Finding]:
    """What the shop depends on, whether its rank holds, and which rival closes in."""
    table = hit_table(facts)
    found = [_depends(facts, row) for row in table.to_dict("records")]
    rivals, own = rival_table(facts), own_index_change(facts)
    closing = rivals[rivals["change"] - (0.0 if np.isnan(own) else own) > facts.base.threshold("rival_gain")]
    if len(table) and len(closing):
        found.append(_closing(facts, closing.iloc[0], own, short(table["name"].iloc[0])))
    return found + _rank(facts)


def _closing(facts: LifecycleFacts, row: pd.Series, own: float, item: str) -> Finding:
    rival = short(row["entity"])
    headline = tr(
        "{rival} closes in: its traffic index {change} over four weeks, ours {own}",
        rival=rival, change=units.change(row["change"]), own=units.change(own),
    )  # fmt: skip
    return Finding(
        id="lifecycle.rival", question=tr("Which rival closes in?"), headline=headline, level="watch",
        verdict="worse", scope={"rival": str(row["entity"])}, metric="traffic_index",
        change=float(row["change"]), caveats=(tr("an index gives direction, not size"),),
        **todo(facts, "lifecycle.rival", rival=rival, item=item),
    )  # fmt: skip


def _rank(facts: LifecycleFacts) -> list[Finding]:
    """The shop's rank, this week against four weeks before; nothing when it is not known."""
    rows = facts.base.frames.get("rivals")
    if rows is None or rows.empty:
        return []
    own = (
        rows[(rows["entity"] == "self") & (rows["metric"] == "rank")].set_index("date")["value"].sort_index()
    )
    end = facts.last_sunday
    now, before = (
        own[(own.index <= last) & (own.index > last - WEEK)].median() for last in (end, end - 4 * WEEK)
    )
    if pd.isna(now) or pd.isna(before):
        return []
    lost = now - before >= facts.base.threshold("rank_places")
    headline = tr(
        "The shop ranks {now}, four weeks before {before}", now=f"{now:.0f}", before=f"{before:.0f}"
    )
    return [
        Finding(
            id="lifecycle.rank",
            question=tr("Does our rank hold?"),
            headline=headline,
            metric="rank",
            value=float(now),
            baseline=float(before),
            level="watch" if lost else "ok",
            verdict="worse" if lost else "unknown",
            **(todo(facts, "lifecycle.rank") if lost else {}),
        )
    ]


def _depends(facts: LifecycleFacts, row: dict[str, Any]) -> Finding:
    name, heir = short(row["name"]), short(row["successor"]) if row["successor"] else tr("nobody yet")
    headline = tr(
        "{item} makes {share} of sales (four weeks before {before}); successor: {heir}",
        item=name, share=units.percent(row["share"]), before=units.percent(row["share_before"]), heir=heir,
    )  # fmt: skip
    goal = facts.base.threshold("rating_goal")
    low = row["rating"] < goal
    if low:
        headline += tr("; rated {rating}, goal {goal}", rating=f"{row['rating']:.2f}", goal=f"{goal:.1f}")
    is_gone = row["stock_units"] <= 0
    if is_gone:
        headline += tr("; it is sold out")
    dependent = row["share"] > facts.base.threshold("hit_dependence")
    route = "lifecycle.hit" if row["successor"] else "lifecycle.hit.alone"
    route = "lifecycle.hit.stock" if is_gone else "lifecycle.hit.rating" if low else route
    return Finding(
        id="lifecycle.hit", question=tr("What does the shop depend on?"), headline=headline,
        level="watch" if dependent or low or is_gone else "ok", scope={"item_id": row["item_id"]},
        metric="pay_amount", value=None, change=None,
        caveats=(tr("over a third of sales with one item is a risk (folk)"),) if dependent else (),
        **(todo(facts, route, item=name, heir=heir) if dependent or low or is_gone else {}),
    )  # fmt: skip


def stable_table(facts: LifecycleFacts) -> pd.DataFrame:
    """Each stable item: profit, repurchase, best partner, ads against break-even, spend that can go."""
    return facts.base.once("stable_table", lambda: _stable_table(facts))


def _stable_table(facts: LifecycleFacts) -> pd.DataFrame:
    stable = facts.in_stage("stable")
    columns = ["item_id", "name", "pay_amount", "profit", "repurchase", "partner", "lift", "ad_spend", "roi",
               "break_even", "cut"]  # fmt: skip
    if stable.empty:
        return pd.DataFrame(columns=columns)
    lines = facts.base.frames.get("order_lines")
    lines = pd.DataFrame() if lines is None else lines
    partners = _partners(facts, lines)
    spend = stable["ad_spend"].astype(float).fillna(0.0)
    roi = ratio("ad_roi", stable.astype({"ad_revenue": float, "ad_spend": float}))
    break_even = break_even_roi(stable["margin_share"])
    return pd.DataFrame(
        {
            "item_id": stable.index,
            "name": stable["name"].to_numpy(),
            "pay_amount": stable["pay_amount"].to_numpy(),
            "profit": stable["profit"].to_numpy(),
            "repurchase": _repurchase(facts, lines).reindex(stable.index).to_numpy(),
            "partner": [partners.get(str(item), ("", np.nan))[0] for item in stable.index],
            "lift": [partners.get(str(item), ("", np.nan))[1] for item in stable.index],
            "ad_spend": spend.to_numpy(),
            "roi": roi.to_numpy(),
            "break_even": break_even.to_numpy(),
            "cut": spend.where((roi < break_even) & (spend > 0), 0.0).to_numpy(),
        },
        columns=columns,
    )


def _partners(facts: LifecycleFacts, lines: pd.DataFrame) -> dict[str, tuple[str, float]]:
    if lines.empty:
        return {}
    recent = lines[lines["date"] > facts.last_sunday - 12 * WEEK]
    pairs = pair_lift(recent, floor=int(facts.base.threshold("pair_orders")))
    pairs = pairs.query("lift > 1").drop_duplicates("item_id")
    names = facts.items["name"]
    return {
        row.item_id: (str(names.get(row.partner, row.partner)), float(row.lift)) for row in pairs.itertuples()
    }


def _repurchase(facts: LifecycleFacts, lines: pd.DataFrame) -> pd.Series:
    """Share of each item's buyers who bought it again within 90 days; NaN with few buyers."""
    if lines.empty:
        return pd.Series(dtype=float)
    counts = repurchase_counts(lines)
    return (counts["again"] / counts["buyers"]).where(counts["buyers"] >= facts.base.threshold("min_buyers"))


def stable_findings(facts: LifecycleFacts) -> list[Finding]:
    """Ads of stable items that cost more than they bring, what they earn, and the strongest pair."""
    table = stable_table(facts)
    if table.empty:
        return []
    waste = table[table["cut"] > 0].sort_values("cut", ascending=False)
    pairs = table[table["lift"] > 1].sort_values("lift", ascending=False)
    found = [_wasteful(facts, waste) if len(waste) else _earning(facts, table)]
    return [*found, _bundle(facts, pairs.iloc[0])] if len(pairs) else found


def _wasteful(facts: LifecycleFacts, waste: pd.DataFrame) -> Finding:
    worst = waste.iloc[0]
    headline = tr(
        "{money} of ads on {count} stable item(s) stay under break-even; "
        "most on {item} (ROI {roi}, needs {need})",
        money=units.money(float(waste["cut"].sum())), count=len(waste), item=short(worst["name"]),
        roi=f"{worst['roi']:.2f}", need=f"{worst['break_even']:.2f}",
    )  # fmt: skip
    return Finding(
        id="lifecycle.stable", question=tr("Which ads of stable items can be cut?"), headline=headline,
        level="watch", metric="ad_spend", value=float(waste["cut"].sum()),
        caveats=(tr("ad revenue of the newest 15 days is not complete yet"),),
        **todo(facts, "lifecycle.stable"),
    )  # fmt: skip


def _earning(facts: LifecycleFacts, table: pd.DataFrame) -> Finding:
    """What stable items bring, their sales where costs are not known; of ads only what a report tells."""
    days = facts.days_known
    known = table["profit"].notna().any()
    words = {
        "count": len(table),
        "span": tr("4 weeks") if days == WINDOW.days else tr("{days} day(s)", days=days),
        "sales": units.money(float(table["pay_amount"].sum())),
        "profit": units.money(float(table["profit"].sum())),
    }
    headline = tr("{count} stable item(s) sold {sales} in {span}", **words)
    if known:
        headline = tr("{count} stable item(s) made {profit} in {span} of {sales}", **words)
    if len(facts.ads):
        headline += tr("; no ads to cut")
    return Finding(
        id="lifecycle.stable", question=tr("Which ads of stable items can be cut?"), headline=headline,
        metric="pay_amount", value=float(table["pay_amount"].sum()),
    )  # fmt: skip


def _bundle(facts: LifecycleFacts, best: pd.Series) -> Finding:
    words = {"item": short(best["name"]), "partner": short(best["partner"])}
    headline = tr(
        "{item} and {partner} are bought together {lift} times as often as by chance",
        lift=f"{best['lift']:.1f}", **words,
    )  # fmt: skip
    return Finding(
        id="lifecycle.bundle", question=tr("Which items belong in a bundle?"), headline=headline, level="ok",
        scope={"item_id": str(best["item_id"])}, **todo(facts, "lifecycle.bundle", **words),
    )  # fmt: skip


def item_ratings(facts: LifecycleFacts) -> pd.Series:
    """The newest hand-filled rating of each item."""
    rows = facts.base.frames.get("hand_filled")
    if rows is None or rows.empty:
        return pd.Series(dtype=float)
    known = rows[rows["metric"] == "item_rating"].sort_values("date")
    return known.groupby("entity")["value"].last().astype(float)
