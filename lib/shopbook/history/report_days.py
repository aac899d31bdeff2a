"""The days a shop can be reported on."""

import datetime as dt

from shopbook.history.store import Store

# Without any shop sheet these carry a report: it says what the sheet would add.
_IN_ITS_PLACE = ("item_daily", "flow_source", "item_flow_source")


def report_days(store: Store, shop: str) -> list[dt.date]:
    """The days with a shop sheet, oldest first; for a shop that has none, those of items and sources."""
    known = store.days(shop, "shop_daily")
    if known:
        return known
    return sorted({day for kind in _IN_ITS_PLACE for day in store.days(shop, kind)})
