"""The tables of daily/own."""

import math
from typing import Any

from shopbook.findings.daily.alarms import alarm_table
from shopbook.findings.daily.changes import change_table
from shopbook.findings.daily.kpis import daily_sheet
from shopbook.findings.daily.located import located_table, rate_mix_table
from shopbook.findings.daily.own import channel_sides
from shopbook.findings.daily.profit import profit_table
from shopbook.findings.daily.visitor_value import item_worth, source_worth
from shopbook.findings.facts import Facts
from shopbook.findings.warnings.data import item_names
from shopbook.metrics.ratio import ratio


def _channel_table(facts: Facts) -> list[dict[str, Any]]:
    """A row a source: visitors against the comparable days, and what that did beyond the market."""
    now, before, names = channel_sides(facts, "visitors")
    shift = facts.compare("visitors").shift or 0.0
    nothing = [math.nan if side.empty else 0.0 for side in (now, before)]  # a late report is not known
    rows = []
    for channel in now.index.union(before.index):
        value, base = (
            float(side.get(channel, none)) for side, none in zip((now, before), nothing, strict=True)
        )
        rows.append(
            {
                "channel": channel,
                "label": names.get(channel, channel),
                "visitors": value,
                "baseline": base,
                "change": value / base - 1 if base else None,
                "effect": value - base * (1 + shift),
            }
        )
    return sorted(rows, key=lambda row: (row["effect"] != row["effect"], row["effect"]))


def _item_table(facts: Facts, top: int) -> list[dict[str, Any]]:
    """The items whose sales changed most against the comparable days."""
    rows = facts.items
    if rows.empty:
        return []
    names = item_names(facts)
    now = facts.items_today.groupby("item_id")[["item_visitors", "pay_buyers", "pay_amount"]].sum()
    before = facts.items_before.groupby("item_id")[["item_visitors", "pay_buyers", "pay_amount"]].sum()
    before = before / max(facts.item_days, 1)
    both = now.join(before.add_suffix("_base"), how="outer").fillna(0.0)
    if now.empty or before.empty:  # the day's report is late, or there is no usual level yet: not known
        both[list(now if now.empty else before.add_suffix("_base"))] = math.nan
    both["effect"] = both["pay_amount"] - both["pay_amount_base"]
    chosen = both.reindex(both["effect"].abs().sort_values(ascending=False).index).head(top)
    return [
        {
            "item_id": item_id,
            "label": names.get(str(item_id), str(item_id)),
            "visitors": row["item_visitors"],
            "pay_conversion_rate": ratio("pay_conversion_rate", row),
            "pay_amount": row["pay_amount"],
            "baseline": row["pay_amount_base"],
            "effect": row["effect"],
        }
        for item_id, row in chosen.iterrows()
    ]


def own_tables(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    """Sources, items, the daily sheet, alarms and where they sit, worth, profit, changes."""
    return {
        "channels": _channel_table(facts),
        "items": _item_table(facts, 12),
        "daily_sheet": daily_sheet(facts),
        "located": located_table(facts),
        "rate_mix": rate_mix_table(facts),
        "alarms": alarm_table(facts),
        "source_worth": source_worth(facts),
        "item_worth": item_worth(facts),
        "profit": profit_table(facts),
        "changes": change_table(facts),
    }
