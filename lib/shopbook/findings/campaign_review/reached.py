"""What a campaign reached of its plan: targets, ad budget, promoted stock."""

import math
from typing import Any

from shopbook import units
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.findings.campaign_review.tables import sell_through_frame, sold_share, target_rows
from shopbook.findings.finding import Finding, Level
from shopbook.findings.rule import action
from shopbook.text import tr


def todo(facts: CampaignFacts, level: Level, route: str, **names: str) -> dict[str, Any]:
    """A level with the action of its route; nothing is to be done at the level ok."""
    return {"level": level, **(action(facts.rules, facts.day, route, **names) if level != "ok" else {})}


def target_finding(facts: CampaignFacts) -> Finding | None:
    """The campaign's sales against its target."""
    rows = {row["metric"]: row for row in target_rows(facts)}
    main = next((rows[name] for name in ("pay_amount", "net_amount", "visitors") if name in rows), None)
    if main is None or not math.isfinite(main["reached"]):
        return None
    running = facts.windows.gross_open
    enough = facts.threshold("reached_watch")
    short = [row for row in rows.values() if row["metric"] != "ad_spend" and row["reached"] < enough]
    level: Level = "ok" if main["reached"] >= enough or running else "watch"
    if main["reached"] < facts.threshold("reached_act") and not running:
        level = "act"
    names = ", ".join(f"{row['label']} {units.percent(row['reached'], 0)}" for row in short)
    sentence = {
        "label": main["label"],
        "value": units.figure(main["value"], main["unit"]),
        "reached": units.percent(main["reached"], 0),
        "target": units.figure(main["target"], main["unit"]),
    }
    return Finding(
        id="campaign.target",
        question=tr("Were the targets reached?"),
        headline=tr("{label} {value}: {reached} of the target {target}", **sentence)
        + (tr("; not reached: {names}", names=names) if names and main not in short else ""),
        verdict="better" if main["reached"] >= 1 else "unknown" if running else "worse",
        scope={"campaign": facts.campaign.id},
        metric=main["metric"] if main["metric"] != "net_amount" else "pay_amount",
        value=main["value"],
        caveats=(tr("the campaign is still running"),) if running else (),
        **todo(facts, level, "campaign.target", names=names, label=main["label"]),
    )


def budget_finding(facts: CampaignFacts) -> Finding | None:
    """Ad spend of the campaign's days against its budget; nothing within the budget."""
    row = next((row for row in target_rows(facts) if row["metric"] == "ad_spend"), None)
    if row is None or not row["reached"] > 1 + facts.threshold("same_band"):
        return None
    shown = {"spend": units.money(row["value"]), "budget": units.money(row["target"])}
    headline = tr(
        "Ad spend {spend}: {reached} of the budget {budget}",
        reached=units.percent(row["reached"], 0),
        **shown,
    )
    return Finding(
        id="campaign.budget",
        question=tr("Did spending stay within the budget?"),
        headline=headline,
        verdict="worse",
        scope={"campaign": facts.campaign.id},
        metric="ad_spend",
        value=row["value"],
        baseline=row["target"],
        **todo(facts, "watch", "campaign.budget", spend=shown["spend"]),
    )


def sell_through_finding(facts: CampaignFacts) -> Finding | None:
    """How much of the stock of promoted items was sold; what was added to it later is said, not counted."""
    table = sell_through_frame(facts).dropna(subset=["sell_through"])
    if not table["stock"].sum():
        return None
    share = sold_share(table)
    behind = table[table["sell_through"] < table["goal"]]
    level: Level = "ok" if behind.empty or facts.windows.gross_open else "watch"
    worst = [
        tr("{item} ({count} left)", item=str(facts.item_names.get(row.item_id, row.item_id))[:12],
           count=units.count(row.stock - row.sold))
        for row in behind.head(3).itertuples()
    ]  # fmt: skip
    said = [tr("goals of 80% for new and 90% for evergreen items are trade lore")]
    extra = float((table["sold"] - table["stock"]).clip(lower=0.0).sum())
    if extra > 0:
        words = {"count": int((table["sold"] > table["stock"]).sum()), "extra": units.count(extra)}
        said.insert(0, tr("{count} item(s) sold {extra} pieces more than were signed up: counted as sold out",
                          **words))  # fmt: skip
    return Finding(
        id="campaign.sell_through",
        question=tr("Was the stock sold?"),
        headline=tr(
            "Sell-through {share}; {behind} of {count} promoted items stay under their goal",
            share=units.percent(share, 0),
            behind=len(behind),
            count=len(table),
        ),
        verdict="unknown",
        scope={"campaign": facts.campaign.id},
        metric="sell_through",
        value=share,
        caveats=tuple(said),
        **todo(facts, level, "campaign.sell_through", items=", ".join(worst)),
    )
