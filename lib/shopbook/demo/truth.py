"""The planted truth of a shop as records: events, campaigns and the life of every item."""

import datetime as dt
import json
from pathlib import Path

import numpy as np

from shopbook.demo.catalogue import OLD, Item
from shopbook.demo.scenario import Campaign
from shopbook.demo.world import World

_STAGE = {"hit": "hit", "growing": "growth", "declining": "decline", "new": "new"}


def records(world: World) -> list[dict[str, object]]:
    """Every record of the truth file."""
    planted = [event.truth(world.plan.id, world.end) for event in world.planted]
    held = [campaign_record(world, campaign) for campaign in world.campaigns]
    return planted + held + [item_record(world, item) for item in world.plan.items]


def campaign_record(world: World, campaign: Campaign) -> dict[str, object]:
    """True incremental yuan, expected with minus without: gross to the end of the peak, net to the end."""
    days = np.array(world.days)
    starts = min(campaign.phases.get("warm_up", campaign.phases["peak"])[0], campaign.phases["peak"][0])
    parts = {}
    for name, last in (("gross", campaign.phases["peak"][1]), ("net", campaign.phases["cool_down"][1])):
        inside = (days >= starts) & (days <= last)
        extra = float((world.expected - world.expected_without)[inside].sum())
        parts[f"{name}_cny"] = round(extra, 2)
        parts[f"{name}_share"] = round(extra / float(world.expected_without[inside].sum()), 5)
    return {
        **campaign.as_truth(),
        "id": f"{world.plan.id}.campaign.{campaign.id}",
        "campaign": campaign.id,
        "shop": world.plan.id,
        "days": [str(min(campaign.phases.values())[0]), str(max(campaign.phases.values())[1])],
        "what": "campaign",
        "metric": "pay_amount",
        "direction": "up" if campaign.promoted else "none",
        "size": parts["gross_share"],
        **parts,
        "market_too": False,
        "expected_owner": "operator",
        "expected_finding_id": "campaign.uplift_net",
    }


def item_record(world: World, item: Item) -> dict[str, object]:
    """The stage of an item on the newest day, its weekly log slope and the day its present course began."""
    course = {"growing": 84, "declining": 84}.get(item.plot, item.age(world.size))
    finding = {
        "no_sale": "checkup.no_sale",
        "off_season": "checkup.out_of_season",
        "duplicate": "checkup.duplicate",
    }.get(item.plot, "lifecycle.stage_change")
    return {
        "id": f"{world.plan.id}.item.{item.id}",
        "shop": world.plan.id,
        "days": [str(world.end), str(world.end)],
        "what": "item",
        "metric": "lifecycle_stage",
        "direction": {"growing": "up", "new": "up", "declining": "down"}.get(item.plot, "none"),
        "size": {"growing": 0.11, "declining": -0.11}.get(item.plot, 0.0),
        "item": item.id,
        "plot": item.plot,
        "stage": _STAGE.get(item.plot, "stable"),
        "since": str(world.end - dt.timedelta(days=course)) if course < OLD else "",
        "market_too": False,
        "expected_owner": "operator",
        "expected_finding_id": finding,
    }


def write_truth(world: World, folder: Path) -> Path:
    """Write <folder>/<shop>.json."""
    path = folder / f"{world.plan.id}.json"
    path.write_text(
        json.dumps(records(world), ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8"
    )
    return path
