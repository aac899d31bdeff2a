"""Where the next visitor is worth most: value of a visitor by source, price and conversion by item."""

from typing import Any

import pandas as pd

from shopbook import units
from shopbook.findings.daily.promotion_data import between, ratio_range
from shopbook.findings.facts import Facts
from shopbook.findings.warnings.found import short
from shopbook.metrics.ratio import ratio

_MOST_ITEMS = 60


def source_worth(facts: Facts) -> list[dict[str, Any]]:
    """A row a source over four weeks: what one visitor brought, with its range; most valuable first."""
    rows = between(facts.channels, facts.day) if len(facts.channels) else facts.channels
    if rows.empty or "pay_amount" not in rows:
        return []
    table = []
    for channel, days in rows.groupby("channel"):
        visitors = float(days["visitors"].sum())
        if visitors < facts.threshold("source_visitors"):
            continue
        value, low, high = ratio_range(days["pay_amount"], days["visitors"])
        table.append(
            {
                "channel": str(channel),
                "label": str(days["label"].iloc[-1]),
                "visitors": visitors,
                "visitor_value": value,
                "low": low,
                "high": high,
                "range": f"{units.figure(low, 'CNY')} ~ {units.figure(high, 'CNY')}",
            }
        )
    return sorted(table, key=lambda row: -row["visitor_value"])


def item_worth(facts: Facts) -> list[dict[str, Any]]:
    """A row an item over four weeks: price paid, conversion, visitors, visitor value; best value first."""
    names = ["item_visitors", "pay_buyers", "pay_units", "pay_amount"]
    if facts.items.empty or not set(names) <= set(facts.items.columns):
        return []
    rows = between(facts.items, facts.day)
    sums = rows.groupby("item_id")[names].sum()
    known = sums[(sums["item_visitors"] >= facts.threshold("source_visitors")) & (sums["pay_units"] > 0)]
    known = known.nlargest(_MOST_ITEMS, "item_visitors")
    shown = rows[rows["item_id"].isin(known.index)]
    titles = shown.drop_duplicates("item_id", keep="last").set_index("item_id")["item_name"]
    table = [
        {
            "item_id": str(item_id),
            "label": short(str(titles[item_id]), 12),
            "price": ratio("amount_per_unit", row),
            "pay_conversion_rate": ratio("pay_conversion_rate", row),
            "visitors": float(row["item_visitors"]),
            "visitor_value": ratio("visitor_value", row),
        }
        for item_id, row in known.iterrows()
    ]
    return sorted(table, key=lambda row: -row["visitor_value"])


def map_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """`item_worth` as the frame of the price and conversion map."""
    frame = pd.DataFrame(rows, columns=["label", "price", "pay_conversion_rate", "visitors"])
    return frame.set_axis(["name", "x", "y", "size"], axis=1)
