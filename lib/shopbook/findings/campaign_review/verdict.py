"""A campaign's verdict in three lines: target, what it added, what it earned; the certain ones first."""

import math
from dataclasses import dataclass

from shopbook import units
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.findings.campaign_review.tables import target_rows
from shopbook.findings.finding import Finding
from shopbook.text import tr


@dataclass(frozen=True)
class Line:
    """One line of the verdict: a short clause, the finding it comes from, and whether it is certain."""

    id: str
    text: str
    certain: bool


def verdict_lines(facts: CampaignFacts, findings: list[Finding]) -> list[Line]:
    """Target (with a budget that was overrun), uplift and profit in short clauses, certain ones first."""
    by_id = {each.id: each for each in findings}
    net = "campaign.uplift_gross" if facts.windows.net_open else "campaign.uplift_net"
    lines = [
        _target(facts, by_id.get("campaign.target"), by_id.get("campaign.budget")),
        _uplift(facts, by_id[net]),
        _profit(by_id.get("campaign.profit")),
    ]
    return sorted((line for line in lines if line is not None), key=lambda line: not line.certain)


def _target(facts: CampaignFacts, target: Finding | None, budget: Finding | None) -> Line | None:
    rows = {row["metric"]: row for row in target_rows(facts)}
    said = []
    if target is not None:
        row = rows["net_amount" if target.metric not in rows else target.metric]
        words = {"label": row["label"], "value": units.figure(row["value"], row["unit"])}
        said.append(tr("{label} {value}, {reached} of target", reached=_share(row["reached"]), **words))
    if budget is not None:
        row = rows["ad_spend"]
        said.append(tr("ad spend {reached} of budget", reached=_share(row["reached"])))
    if not said:
        return None
    return Line("campaign.target", tr(", ").join(said), not facts.windows.gross_open)


def _uplift(facts: CampaignFacts, finding: Finding) -> Line:
    certain = finding.verdict != "unknown"
    if finding.value is None or finding.baseline is None or finding.interval is None:
        return Line(finding.id, tr("what it added cannot be told"), False)
    window = effect_window(facts, finding.id.rsplit("_", 1)[1])
    low, high = (finding.value - finding.value / (1 + end) for end in finding.interval)
    if not certain and high - low > finding.value:  # wider than all that was sold
        return Line(finding.id, tr("what it added cannot be told"), False)
    ends = {"low": units.signed(low, "CNY"), "high": units.signed(high, "CNY"), "window": window}
    is_past_none = low * high > 0
    if not certain and is_past_none:  # what stands in the findings keeps it from being a verdict
        return Line(
            finding.id, tr("added {low} to {high} {window}: no verdict, why stands below", **ends), False
        )
    if not certain:
        return Line(finding.id, tr("added {low} to {high} {window}: cannot tell", **ends), False)
    amount = units.signed(finding.value - finding.baseline, "CNY")
    return Line(finding.id, tr("added {amount} {window}", amount=amount, window=window), True)


def _profit(finding: Finding | None) -> Line | None:
    if finding is None or finding.value is None or not math.isfinite(finding.value):
        return None
    amount = units.signed(finding.value, "CNY")
    if finding.verdict == "unknown":
        return Line(
            finding.id, tr("profit after all costs about {amount}: cannot tell", amount=amount), False
        )
    return Line(finding.id, tr("profit after all costs {amount}", amount=amount), True)


def effect_window(facts: CampaignFacts, kind: str) -> str:
    """The window of an effect in words: while it ran, or net within so many days after it."""
    if kind == "gross":
        return tr("gross")
    return tr("net within {days} days after its end", days=facts.windows.days_after)


def _share(value: float) -> str:
    return units.percent(value, 0)
