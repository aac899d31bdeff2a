"""Declining items: why, by the figures that went along, and what to take down."""

from typing import Any

import numpy as np
import pandas as pd

from shopbook import units
from shopbook.analysis.stock import no_sale
from shopbook.findings.daily.checkup_tables import no_sale_days
from shopbook.findings.finding import Finding
from shopbook.findings.product_lifecycle.facts import WEEK, LifecycleFacts
from shopbook.findings.product_lifecycle.mature import item_ratings, own_index_change, rival_table
from shopbook.findings.product_lifecycle.overview import ahead_words, clearance_table, todo
from shopbook.findings.product_lifecycle.rising import market_change
from shopbook.findings.warnings.found import short
from shopbook.metrics.frame import within
from shopbook.metrics.ratio import divide
from shopbook.text import tr

_SEASONS = {"春": (3, 4, 5), "夏": (6, 7, 8), "秋": (9, 10, 11), "冬": (12, 1, 2)}


def decline_table(facts: LifecycleFacts) -> pd.DataFrame:
    """Each declining item with the reasons its figures show; "none found" is an answer too."""
    return facts.base.once("decline_table", lambda: _decline_table(facts))


def _decline_table(facts: LifecycleFacts) -> pd.DataFrame:
    falling = facts.in_stage("decline")
    rivals = rival_table(facts)
    own = own_index_change(facts)
    gain = rivals["change"] - (0.0 if np.isnan(own) else own)
    closing = rivals[gain > facts.base.threshold("rival_gain")]["entity"].head(1)
    gaining = [tr("rival {rival} gains", rival=short(name)) for name in closing]
    gone = facts.hints.stock_outs
    recent = gone.loc[gone["date"] > facts.last_sunday - 4 * WEEK, "item_id"] if gone is not None else []
    falling = falling.assign(
        rating=item_ratings(facts).reindex(falling.index),
        days_out=pd.Series(recent).value_counts().reindex(falling.index),
        change=falling["item_visitors"] / falling["item_visitors_before"] - 1,
        rise=falling["price"] / falling["price_before"] - 1,
        before=divide(falling["pay_buyers_before"], falling["item_visitors_before"]),
    )
    records = dict(zip(falling.index, falling.to_dict("records"), strict=True))
    named = {item: [*_reasons(facts, row), *gaining] for item, row in records.items()}
    rows = [
        {
            "item_id": item,
            "name": row["name"],
            "change": row["change"],
            "pay_amount": row["pay_amount"],
            "reasons": tr("; ").join(named[item]) or tr("none found in the data"),
            "explained": bool(named[item]),
        }
        for item, row in records.items()
    ]
    return pd.DataFrame(rows, columns=["item_id", "name", "change", "pay_amount", "reasons", "explained"])


def _reasons(facts: LifecycleFacts, row: dict[str, Any]) -> list[str]:
    found = []
    season = market_change(facts, str(row["category"]))
    if season <= -facts.base.threshold("season_fall"):
        found.append(tr("season: its market {change}", change=units.change(season)))
    if out_of_season(str(row["season"]), facts.base.day.month):
        found.append(tr("out of season ({season})", season=str(row["season"])[:4]))
    if row["rating"] < facts.base.threshold("rating_goal"):
        found.append(tr("rating {rating}", rating=f"{row['rating']:.2f}"))
    if row["days_out"] >= facts.base.threshold("decline_days_out"):
        found.append(tr("{days} days without stock", days=int(row["days_out"])))
    if row["rise"] > facts.base.threshold("price_rise"):
        found.append(tr("price {change}", change=units.change(row["rise"])))
    fall = row["conversion"] / row["before"] - 1 if row["before"] else np.nan
    if fall < -facts.base.threshold("conversion_fall"):
        found.append(tr("conversion {change}", change=units.change(fall)))
    return found


def decline_findings(facts: LifecycleFacts) -> list[Finding]:
    """One finding a declining item: how much it lost and what goes along with it."""
    found = []
    cleared = set(clearance_table(facts)["item_id"])
    for row in decline_table(facts).to_dict("records")[:5]:
        name = short(row["name"])
        words = {"item": name, "change": units.change(row["change"]), "reasons": row["reasons"]}
        headline = tr("{item}: visitors {change} over four weeks; {reasons}", **words)
        if row["change"] > 0:
            headline = tr("{item}: visitors {change} over four weeks, less than what it is held against; "
                          "{reasons}", **words)  # fmt: skip
        if ahead := ahead_words(facts, row["item_id"]):
            headline += tr("; the next four weeks {ahead}", ahead=ahead)
        # One thing to do for an item: its clearance says what, where it has stock to clear.
        route = "lifecycle.decline" if row["explained"] else "lifecycle.decline.unknown"
        step = {} if row["item_id"] in cleared else todo(facts, route, item=name)
        found.append(
            Finding(
                id="lifecycle.decline",
                question=tr("Why do items decline?"),
                headline=headline,
                level="watch" if step else "ok",
                verdict="worse",
                scope={"item_id": row["item_id"]},
                metric="item_visitors",
                change=float(row["change"]) if units.known(row["change"]) else None,
                caveats=(tr("what went along with the fall, not a proof of its cause"),),
                **step,
            )
        )
    return found


def take_down_table(facts: LifecycleFacts) -> pd.DataFrame:
    """Items to take down: nothing sold for long, out of season, or declining and sold out."""
    items = facts.items
    columns = ["item_id", "name", "reason", "item_visitors", "stock_units"]
    if items.empty:
        return pd.DataFrame(columns=columns)
    last = facts.base.stamp
    days = no_sale_days(facts.base)
    month = within(facts.recent_days, last - pd.Timedelta(days=days - 1), last)
    sums = month.groupby("item_id")[["pay_units", "item_visitors"]].sum().reindex(items.index).fillna(0.0)
    listed = (pd.Timestamp(facts.base.day) - pd.to_datetime(items["listed_on"], errors="coerce")).dt.days
    verdict = no_sale(
        pd.DataFrame(
            {
                "listed_days": listed,
                "units": sums["pay_units"],
                "visitors": sums["item_visitors"],
                "stock_units": items["stock_units"],
            }
        ),
        goal=facts.goal,
        days=days,
        least=facts.base.threshold("no_sale_expected"),
    )
    late = [out_of_season(str(text), facts.base.day.month) for text in items["season"].fillna("")]
    sold_out = (items["stage"] == "decline") & (items["stock_units"] <= 0)
    reason = np.select(
        [verdict == "no_sale", verdict == "too_few_visitors", np.array(late), sold_out],
        [tr("no sale in {days} days", days=days),
         tr("no sale in {days} days, but too few visitors to judge", days=days),
         tr("out of season"), tr("declining and sold out")],
        "",
    )  # fmt: skip
    rows = items.assign(reason=reason).reset_index()[columns]
    return rows[rows["reason"] != ""].sort_values("item_visitors", ascending=False, ignore_index=True)


def out_of_season(season: str, month: int) -> bool:
    """Whether a season word of the stock file (春 夏 秋 冬) names no part of the running month's season."""
    named = [months for word, months in _SEASONS.items() if word in season]
    return bool(named) and "四季" not in season and not any(month in months for months in named)
