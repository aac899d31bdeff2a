"""Which item a merchant's code belongs to: from the shop's item reports and its own list of codes."""

import datetime as dt
from collections import defaultdict

from shopbook.errors import WorkbookError
from shopbook.history.store import Store

_PAST = dt.timedelta(days=70)


def codes_of(store: Store, shop: str) -> dict[str, str]:
    """Code -> item id; the list of codes goes before the reports, a code of two items says nothing."""
    return {
        code: item
        for kind in ("item_daily", "item_codes")
        for code, item in _pairs(store, shop, kind).items()
    }


def _pairs(store: Store, shop: str, kind: str) -> dict[str, str]:
    days = store.days(shop, kind)
    try:
        frame = store.read(shop, kind, days[-1] - _PAST if days else None, None, ["item_id", "item_code"])
    except WorkbookError:  # a damaged day is told elsewhere
        return {}
    items: dict[str, set[str]] = defaultdict(set)
    if {"item_id", "item_code"} <= set(frame.columns):
        for item, code in frame.drop_duplicates().itertuples(index=False):
            if code and item and isinstance(code, str):
                items[code].add(item)
    return {code: next(iter(each)) for code, each in items.items() if len(each) == 1}
