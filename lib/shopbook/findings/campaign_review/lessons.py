"""What went wrong in a campaign and what to change: who, by when, and which figure will show it."""

import math

import numpy as np
import pandas as pd

from shopbook import units
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.findings.campaign_review.money import cohort_rows
from shopbook.findings.campaign_review.tables import (
    actual_figures,
    item_frame,
    plan_rows,
    sell_through_frame,
)
from shopbook.findings.finding import Finding
from shopbook.findings.rule import action
from shopbook.metrics.margin import break_even_roi
from shopbook.text import tr


def lessons(facts: CampaignFacts) -> list[Finding]:
    """What went wrong and what to change: sold-out items, refunds, paid traffic below break-even."""
    return [
        each for each in (_sold_out(facts), _refunds(facts), _ad_return(facts), _flat_discount(facts)) if each
    ]


def _sold_out(facts: CampaignFacts) -> Finding | None:
    table = sell_through_frame(facts)
    gone = table[table["sold_out"].fillna(False).astype(bool)]
    if gone.empty:
        return None
    names = ", ".join(str(facts.item_names.get(item, item))[:12] for item in gone["item_id"].head(3))
    text = tr("{count} promoted item(s) sold more than was signed up: {names}", count=len(gone), names=names)
    wanted = _wanted(facts, gone["item_id"].head(3))
    return _lesson(facts, "campaign.sold_out", tr("Where was stock short?"), text, wanted)


def _wanted(facts: CampaignFacts, items: pd.Series) -> str:
    """Items with the pieces a campaign as long as this one would need; the name alone where nobody knows."""
    plan = {row["item_id"]: row["stock"] for row in plan_rows(facts)}
    names = {item: str(facts.item_names.get(item, item))[:12] for item in items}
    return ", ".join(
        tr("{item} {count} pieces", item=name, count=units.count(plan[item])) if item in plan else name
        for item, name in names.items()
    )


def _refunds(facts: CampaignFacts) -> Finding | None:
    rows = {row["cohort"]: row for row in cohort_rows(facts)}
    now, base = (rows.get(name, {}).get("refund_15", np.nan) for name in ("peak", "base"))
    usual = base * facts.threshold("refunds_after_campaign")
    if not (math.isfinite(now) and base > 0 and now > usual):
        return None
    shown = {"now": units.percent(now), "base": units.percent(base)}
    text = tr("{now} of what was paid on the main days was refunded within 15 days, usually {base}", **shown)
    return _lesson(facts, "campaign.refunds", tr("Were more orders sent back?"), text)


def _ad_return(facts: CampaignFacts) -> Finding | None:
    figures, held = actual_figures(facts, facts.held), facts.profit(facts.held)
    roi, margin = figures["ad_roi"], held.margin
    even = break_even_roi(margin)
    if not roi < even:
        return None
    shown = {"roi": f"{roi:.2f}", "even": f"{even:.2f}"}
    text = tr("Ad ROI {roi} stayed below break-even {even}", **shown)
    return _lesson(facts, "campaign.ads", tr("Did paid traffic pay?"), text)


def _flat_discount(facts: CampaignFacts) -> Finding | None:
    table = item_frame(facts)
    if table.empty:
        return None
    cheaper = table["discount"] > facts.threshold("flat_discount")
    flat = table[table["promoted"] & cheaper & (table["burst"] < facts.threshold("flat_burst"))]
    if flat.empty:
        return None
    names = ", ".join(str(facts.item_names.get(item, item))[:12] for item in flat["item_id"].head(3))
    text = tr("{count} item(s) were cheaper and did not sell faster: {names}", count=len(flat), names=names)
    return _lesson(facts, "campaign.flat_discount", tr("Which discounts moved nothing?"), text, names)


def _lesson(facts: CampaignFacts, finding_id: str, question: str, headline: str, names: str = "") -> Finding:
    return Finding(
        id=finding_id,
        question=question,
        headline=headline,
        level="watch",
        scope={"campaign": facts.campaign.id},
        **action(facts.rules, facts.day, finding_id, names=names),
    )
