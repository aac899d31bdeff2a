"""What is wrong with a campaign's dates, items and data, and what that does to the answer."""

from shopbook.analysis.placebo import FEWEST_BASE_ROWS
from shopbook.days import span
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.findings.campaign_review.tables import phase_names
from shopbook.findings.finding import DataWarning
from shopbook.findings.warnings.found import Found, some
from shopbook.kinds import kind_name
from shopbook.text import tr


def campaign_warnings(facts: CampaignFacts) -> list[DataWarning]:
    """Every warning of the review, blocking first."""
    found = [each for check in (_dates, _base, _market, _items, _exports, _days) for each in check(facts)]
    made = [DataWarning(facts.rules.warnings[code].level, code, text, scope) for code, text, scope in found]
    order = {"blocking": 0, "warn": 1, "info": 2}
    return sorted(made, key=lambda warning: order[warning.level])


def _dates(facts: CampaignFacts) -> Found:
    for doubt in facts.doubts:
        values = doubt.values
        if doubt.code == "overlapping_campaign":
            text = _neighbour(values)
            yield "overlapping_campaign", text, {"campaign": facts.campaign.id}
        elif doubt.code == "overlapping_phases":
            text = tr(
                "{phase} and {other} share {days} day(s): in the table by phase they count for {other}.",
                phase=phase_names()[str(values["phase"])],
                other=phase_names()[str(values["other"])],
                days=values["days"],
            )
            yield "overlapping_campaign", text, {"campaign": facts.campaign.id, "phase": str(values["phase"])}
        elif doubt.code == "reversed_dates":
            text = tr(
                "{phase} begins {first} after it ends {last}: the two days were exchanged.",
                phase=phase_names()[str(values["phase"])],
                first=values["first"],
                last=values["last"],
            )
            yield "missing_attribute", text, {"campaign": facts.campaign.id, "phase": str(values["phase"])}


def _neighbour(values: dict[str, object]) -> str:
    """What a campaign too near does to the answer."""
    name = values["campaign"]
    if values["into"] == "after":
        return tr(
            "{campaign} begins {days} day(s) after this campaign: what came later is not counted.",
            campaign=name,
            days=int(str(values["after"])) + 1,
        )
    if values["into"] == "net":
        return tr(
            "{campaign} shares {days} day(s) with the weeks around the sale: no verdict on what is left.",
            campaign=name,
            days=values["days"],
        )
    return tr(
        "{campaign} shares {days} day(s) with this campaign's windows: "
        "nothing tells the two apart, there is no verdict.",
        campaign=name,
        days=values["days"],
    )


def _base(facts: CampaignFacts) -> Found:
    rows = facts.effects["shop"].net.base_rows
    if rows < FEWEST_BASE_ROWS:
        text = tr(
            "Only {count} ordinary day(s) before the campaign, six weeks are needed: "
            "ranges are doubled or missing.",
            count=rows,
        )
        yield "short_base", text, {"campaign": facts.campaign.id}


def _market(facts: CampaignFacts) -> Found:
    if not facts.control:
        text = tr("No market series: what the market did in these weeks is counted as the campaign's effect.")
        yield "no_market", text, {"campaign": facts.campaign.id}


def _items(facts: CampaignFacts) -> Found:
    if not facts.promoted:
        text = tr(
            "No items are named for the campaign: there is no effect on promoted items and on the rest."
        )
        yield "missing_attribute", text, {"campaign": facts.campaign.id}
    if unknown := facts.unknown_items:
        text = tr(
            "Items of the campaign that are not in the item report, their sales stand under the rest of the "
            "shop: {items}.",
            items=some(unknown),
        )
        yield "missing_attribute", text, {"kind": "item_daily"}


def _exports(facts: CampaignFacts) -> Found:
    for kind, frame in facts.frames.items():
        if frame.empty:
            text = tr("No {kind} for these weeks: its part of the review stays empty.", kind=kind_name(kind))
            yield "missing_export", text, {"kind": kind}


def _days(facts: CampaignFacts) -> Found:
    first, last = facts.windows.net
    known = {stamp.date() for stamp in facts.own.index}
    lacking = sum(day not in known for day in span(first, last) if day <= facts.day)
    if lacking:
        text = tr(
            "{count} day(s) of the campaign have no shop daily sheet: they are left out on both sides.",
            count=lacking,
        )
        yield "missing_days", text, {"kind": "shop_daily"}
    if facts.windows.net_open:
        text = tr(
            "The net window runs to {days} more day(s): figures are interim.", days=facts.windows.missing_days
        )
        yield "immature", text, {"campaign": facts.campaign.id}
