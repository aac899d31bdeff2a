"""The shop's self-check: stock, slow and out-of-season items, duplicates, deadlines, cases."""

import dataclasses
from typing import Any

from shopbook import units
from shopbook.findings.daily.checkup_tables import (
    case_table,
    duplicate_table,
    no_sale_days,
    no_sale_table,
    season_table,
    signup_table,
    stock_table,
)
from shopbook.findings.daily.quality import rating
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding, Level, Verdict
from shopbook.findings.verdict import routed
from shopbook.text import tr

KINDS = ("item_daily", "stock", "hand_filled")


def checkup_findings(facts: Facts) -> list[Finding]:
    """What the morning's round through the shop turns up."""
    found = [stock(facts), no_sale_items(facts), out_of_season(facts), duplicate(facts), signup(facts)]
    return [finding for finding in [*found, rating(facts), cases(facts)] if finding is not None]


def stock(facts: Facts) -> Finding | None:
    """Items that ran out or will within the cover the shop wants."""
    rows = stock_table(facts)
    if not rows:
        return None
    gone = [row for row in rows if row["stock_units"] <= 0]
    first, sells = rows[0], rows[0]["rate"] >= facts.threshold("stock_sale_rate")
    said = (
        tr("{item} is sold out: it sold {rate} a day", item=first["label"], rate=units.count(first["rate"]))
        if gone
        else tr("{item} lasts {days} days", item=first["label"], days=units.count(first["stock_days"]))
    )
    more = _more(len(gone), len(rows) - len(gone))
    level: Level = "act" if gone and sells else "watch"
    finding = Finding(
        id="checkup.stock",
        question=tr("Does the stock last?"),
        headline=said + more + _order(facts, first),
        level=level,
        metric="stock_units",
        value=first["stock_units"],
    )
    return _listing(facts, finding, rows, first["label"])


def _more(gone: int, low: int) -> str:
    """How many items are sold out and how many run low; nothing where the first one is all there is."""
    if gone and low:
        return tr("; {gone} item(s) sold out, {low} running low", gone=gone, low=low)
    if gone > 1:
        return tr("; {count} items are sold out", count=gone)
    return tr("; {count} items are running low", count=low) if low > 1 else ""


def _order(facts: Facts, row: dict[str, Any]) -> str:
    """How much of the first item to order and by when; nothing where its demand is not known."""
    if not row["order_by"] or not row["order_units"] > 0:
        return ""
    days = facts.threshold("supply_days") + facts.threshold("order_days")
    return tr(
        "; order {count} by {day}: enough for {days} days in nine cases of ten",
        count=units.count(row["order_units"]),
        day=row["order_by"],
        days=units.count(days),
    )


def no_sale_items(facts: Facts) -> Finding | None:
    """Items in stock that sold nothing for so long although enough visitors came to expect sales."""
    rows = [row for row in no_sale_table(facts) if row["verdict"] == "no_sale"]
    few = len(no_sale_table(facts)) - len(rows)
    if not rows and not few:
        return None
    days = no_sale_days(facts)
    said = tr("{count} item(s) without a sale for {days} days", count=len(rows), days=days)
    if few and not rows:
        said = tr(
            "{few} item(s) without a sale for {days} days had too few visitors to judge", few=few, days=days
        )
    elif few:
        said += tr("; {few} more had too few visitors to judge", few=few)
    finding = Finding(
        id="checkup.no_sale",
        question=tr("Which items do not sell?"),
        headline=said,
        level="watch" if rows else "ok",
        value=float(len(rows)),
    )
    return _listing(facts, finding, rows, "")


def out_of_season(facts: Facts) -> Finding | None:
    """Listed items in stock whose season is over."""
    rows = season_table(facts)
    if not rows:
        return None
    said = tr(
        "{count} item(s) out of season are still listed, {item} first", count=len(rows), item=rows[0]["label"]
    )
    finding = Finding(
        id="checkup.out_of_season",
        question=tr("What is out of season?"),
        headline=said,
        level="watch",
        value=float(len(rows)),
    )
    return _listing(facts, finding, rows, rows[0]["label"])


def duplicate(facts: Facts) -> Finding | None:
    """Listings that are the same goods twice."""
    rows = duplicate_table(facts)
    if not rows:
        return None
    said = tr("{count} pair(s) of listings look the same: {item}", count=len(rows), item=rows[0]["label"])
    finding = Finding(
        id="checkup.duplicate",
        question=tr("Is anything listed twice?"),
        headline=said,
        level="watch",
        value=float(len(rows)),
    )
    return _listing(facts, finding, rows, rows[0]["label"])


def signup(facts: Facts) -> Finding | None:
    """Campaign sign-ups whose deadline nears."""
    rows = signup_table(facts)
    if not rows:
        return None
    said = tr("Sign-up for {event} closes on {day}", event=rows[0]["label"], day=rows[0]["date"])
    finding = Finding(
        id="checkup.signup",
        question=tr("Which sign-up closes soon?"),
        headline=said,
        level="watch",
        value=float(rows[0]["days_left"]),
    )
    return _listing(facts, finding, rows, rows[0]["label"])


def cases(facts: Facts) -> Finding | None:
    """Violations, complaints and reports that were filled in by hand."""
    rows = [row for row in case_table(facts) if row["value"] > 0]
    if not rows:
        return None
    said = tr("{count} entries of violations or complaints: {name}", count=len(rows), name=rows[0]["name"])
    finding = Finding(
        id="checkup.violation",
        question=tr("Are there violations or complaints?"),
        headline=said,
        level="watch",
        value=float(sum(row["value"] for row in rows)),
    )
    return _listing(facts, finding, rows, rows[0]["label"])


def _listing(facts: Facts, finding: Finding, rows: list[dict[str, Any]], label: str) -> Finding:
    """A finding about a list, routed: it carries the first one's id, the rest stand in the table."""
    scope = {"item_id": str(rows[0]["item_id"])} if rows and "item_id" in rows[0] else {}
    verdict: Verdict = "worse" if finding.level != "ok" else "unknown"
    return routed(facts, dataclasses.replace(finding, scope=scope, verdict=verdict), label=label)
