"""What is left of a campaign in money, and what came after: profit, refunds, repurchase."""

from typing import Any

import numpy as np
import pandas as pd

from shopbook.analysis import review_money
from shopbook.analysis.campaign_windows import Span
from shopbook.days import span
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.findings.campaign_review.tables import phase_names
from shopbook.text import tr

Rows = list[dict[str, Any]]


def money_rows(facts: CampaignFacts) -> Rows:
    """What was added and what is left of it, with ranges where there are any."""
    shop, held = facts.effects["shop"], facts.profit(span(*facts.windows.net))
    low, middle, high = (np.nan,) * 3 if lacking_costs(facts) else profit_range(facts)
    rows = [
        ("gross", tr("Added sales, gross"), shop.gross.amount, shop.gross.amount_lo, shop.gross.amount_hi),
        (
            "net",
            tr("Added sales, net of pull-forward"),
            shop.net.amount,
            shop.net.amount_lo,
            shop.net.amount_hi,
        ),
        ("profit", tr("Added profit after all costs"), middle, low, high),
        ("amount", tr("Sales of the net window"), held.amount, np.nan, np.nan),
        ("goods", tr("- cost of goods"), held.goods, np.nan, np.nan),
        ("ad_spend", tr("- ad spend"), held.ad_spend, np.nan, np.nan),
        ("commission", tr("- commission"), held.commission, np.nan, np.nan),
        ("refunds", tr("- refunds"), held.refunds, np.nan, np.nan),
        ("contribution", tr("= contribution"), np.nan if held.lacking else held.profit, np.nan, np.nan),
    ]
    return [dict(zip(("measure", "label", "value", "low", "high"), row, strict=True)) for row in rows]


def lacking_costs(facts: CampaignFacts) -> tuple[str, ...]:
    """The costs not known of the net window or of the base: what was added needs both sides."""
    sides = (facts.profit(span(*facts.windows.net)), facts.profit(facts.base))
    return tuple(dict.fromkeys(name for side in sides for name in side.lacking))


def profit_range(facts: CampaignFacts) -> tuple[float, float, float]:
    """Low, estimate and high of what the campaign added to profit over its net window."""
    net = span(*facts.windows.net)
    held, ordinary = facts.profit(net), facts.profit(facts.base)
    effect = facts.effects["shop"].net
    if not facts.base or not np.isfinite(effect.log):
        return np.nan, np.nan, np.nan
    low, middle, high = review_money.incremental_profit(effect, held, ordinary, len(net), len(facts.base))
    return low, middle, high


def cohort_rows(facts: CampaignFacts) -> Rows:
    """Refunds and repurchase by day of payment: the week before, then each phase that takes money."""
    spans: dict[str, Span] = {"base": (facts.base[-7:][0], facts.base[-1])} if facts.base else {}
    paying = ("presale", "warm_up", "peak", "encore", "cool_down")
    spans |= {name: ends for name, ends in facts.phases.items() if name in paying and ends[0] <= facts.day}
    refunds, lines = (facts.frames.get(kind, pd.DataFrame()) for kind in ("refunds", "order_lines"))
    table = pd.DataFrame({"cohort": list(spans)})
    if len(refunds):
        payments = facts.own["pay_amount"]
        found = review_money.refund_cohorts(refunds, payments, spans, facts.day)
        table = table.merge(found, on="cohort", validate="one_to_one")
    if len(lines):
        found = review_money.repurchase(lines, spans, facts.day)
        table = table.merge(found, on="cohort", validate="one_to_one")
    return [
        {**row, "label": phase_names().get(row["cohort"], row["cohort"])} for row in table.to_dict("records")
    ]
