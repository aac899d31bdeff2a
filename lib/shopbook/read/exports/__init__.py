"""Every report the suite reads, most particular first: the first that fits a header row is the kind."""

from shopbook.read.exports import (
    ad_report,
    affiliate,
    audience_item,
    campaign_items,
    change_log,
    dsr,
    flow_source,
    hand_filled,
    item_daily,
    item_flow_source,
    item_tags,
    market,
    order_lines,
    peers,
    refunds,
    rivals,
    search_terms,
    service,
    shop_daily,
    stock,
    targets,
)
from shopbook.read.spec import Spec

SPECS: tuple[Spec, ...] = (
    *rivals.SPECS,
    *market.SPECS,
    *peers.SPECS,
    *hand_filled.SPECS,
    *targets.SPECS,
    *change_log.SPECS,
    *campaign_items.SPECS,
    *order_lines.SPECS,
    *refunds.SPECS,
    *dsr.SPECS,
    *service.SPECS,
    *stock.SPECS,
    *audience_item.SPECS,
    *search_terms.SPECS,
    *ad_report.SPECS,
    *affiliate.SPECS,
    *item_flow_source.SPECS,
    *flow_source.SPECS,
    *item_daily.SPECS,
    *item_tags.SPECS,
    *shop_daily.SPECS,
)
KINDS: tuple[str, ...] = tuple(dict.fromkeys(spec.kind for spec in SPECS))
# Several files can make up one day of these kinds; a file replaces only its own part of the day.
PARTS: dict[str, tuple[str, ...]] = {
    "service": ("report",),
    "ad_report": ("level",),
    "flow_source": ("device",),
    "item_flow_source": ("item_id", "device"),
    "market": ("category", "metric"),
    "peers": ("metric",),
    "rivals": ("entity_type", "entity", "metric"),
    "hand_filled": ("entity", "metric"),
    "campaign_items": ("campaign",),
}
UNDATED = ("item_tags", "targets", "campaign_items")
