"""Which kinds of export each daily page depends on: a late export makes anew the pages it can change.

A page that is not named here depends on every kind.
"""

from shopbook import plugins

# What every page looks at: comparable days, comparators, the sources and items of its warnings.
_EVERYWHERE = ("shop_daily", "item_daily", "flow_source", "market", "peers", "stock")
READS: dict[str, frozenset[str]] = {
    name: frozenset((*_EVERYWHERE, *more))
    for name, more in {
        "market": (),
        "own": ("ad_report", "affiliate", "change_log", "dsr", "hand_filled", "item_flow_source", "service"),
        "rivals": ("rivals",),
        "promotion": ("ad_report", "change_log", "search_terms"),
        "service": ("dsr", "hand_filled", "refunds", "service", "targets"),
    }.items()
}


def is_read(notebook: str, kind: str) -> bool:
    """Whether the page `notebook` ("own") depends on a kind; another package's rules may look at any."""
    return notebook not in READS or kind in READS[notebook] or bool(plugins.rules_of(notebook))
