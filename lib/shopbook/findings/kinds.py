"""What an operator calls each export, and where it is downloaded or kept by hand."""

from shopbook.text import tr

# Kinds without a row a day: filled in when something happens, or without any date.
SPORADIC = (
    "hand_filled",
    "targets",
    "item_tags",
    "change_log",
    "campaign_items",
    "order_lines",
    "audience_item",
)


def kind_name(kind: str) -> str:
    """The export's name an operator knows, in the run's language."""
    names = {
        "shop_daily": tr("shop daily sheet"),
        "item_daily": tr("item report"),
        "flow_source": tr("traffic sources"),
        "item_flow_source": tr("traffic sources of items"),
        "market": tr("market sheet"),
        "peers": tr("peers sheet"),
        "rivals": tr("rivals sheet"),
        "ad_report": tr("ad report"),
        "affiliate": tr("affiliate report"),
        "audience_item": tr("item audience report"),
        "service": tr("service report"),
        "dsr": tr("DSR sheet"),
        "refunds": tr("refund orders"),
        "search_terms": tr("search terms"),
        "stock": tr("stock sheet"),
        "hand_filled": tr("hand-filled sheet"),
        "item_tags": tr("item tags"),
        "targets": tr("targets sheet"),
        "change_log": tr("change log"),
        "order_lines": tr("order lines"),
        "campaign_items": tr("campaign items"),
    }
    return names.get(kind, kind)


def kind_place(kind: str) -> str:
    """Where an export comes from, in words an operator can follow."""
    statistics, template = tr("Business Advisor (生意参谋)"), tr("`shopbook template {kind}`", kind=kind)
    places = {
        "shop_daily": tr("{site} > own reports > shop, by day", site=statistics),
        "item_daily": tr("{site} > items > item ranking, by day", site=statistics),
        "flow_source": tr("{site} > traffic > sources, by day", site=statistics),
        "item_flow_source": tr("{site} > items > single item > sources", site=statistics),
        "search_terms": tr("{site} > traffic > search terms", site=statistics),
        "service": tr("{site} > service > own reports > agent performance", site=statistics),
        "dsr": tr("{site} > service > DSR of the shop", site=statistics),
        "refunds": tr("seller centre > refunds > download"),
        "ad_report": tr("the ad platform > reports > download by day"),
        "affiliate": tr("the affiliate platform > reports > by day"),
        "audience_item": tr("the audience platform > items > by day"),
    }
    return places.get(kind, template)
