"""A shop's first month: what can be said today, what one more export would add, when there is a verdict."""

import datetime as dt
from typing import Any

from shopbook.findings.facts import MIN_BASELINE_DAYS, Facts
from shopbook.kinds import kind_name, kind_place
from shopbook.text import tr

DAYS = 28
_SHOWN = 4  # exports to get next


def first_month(facts: Facts) -> list[dict[str, Any]]:
    """One row a sentence: `part` is now, next or until; nothing once four weeks of the shop are known."""
    days = [stamp.date() for stamp in facts.own.index]
    if days and (facts.day - min(days)).days >= DAYS - 1:
        return []
    held = [kind for kind in _saying() if len(facts.frames.get(kind, ()))]
    rows = [_row("now", kind_name(kind), _saying()[kind]) for kind in held]
    rows += [_row("until", "", _until(facts, len(days)))]
    lacking = [kind for kind in _adding() if kind not in held]
    rows += [_row("next", kind_name(kind), _adding()[kind], kind_place(kind)) for kind in lacking[:_SHOWN]]
    return rows


def _row(part: str, name: str, text: str, place: str = "") -> dict[str, Any]:
    return {"part": part, "name": name, "text": text, "place": place}


def _until(facts: Facts, known: int) -> str:
    """When a day can be judged, and how to be there at once."""
    weeks = MIN_BASELINE_DAYS + 2
    if not (left := facts.days_to_verdict):
        return tr("A day can be judged now; each further week makes its range narrower.")
    first = facts.day + dt.timedelta(days=left)
    return tr(
        "{known} day(s) known: the first verdict is possible on {day}, in {left} more days. At once, if the "
        "last {weeks} weeks of these exports are downloaded as well.",
        known=known,
        day=first,
        left=left,
        weeks=weeks,
    )


def _saying() -> dict[str, str]:
    """What each export lets the page say from its first day on, before anything can be compared."""
    return {
        "shop_daily": tr("sales, visitors, conversion and basket of the day"),
        "flow_source": tr("where the visitors came from"),
        "item_daily": tr("which items carry the sales, which are looked at and not bought"),
        "market": tr("how large the market was that day"),
        "peers": tr("conversion and basket beside shops of the same layer"),
        "ad_report": tr("which plans earn their money back and which do not"),
        "stock": tr("what runs out, and with unit cost the gross profit"),
        "service": tr("inquiries, answer times and conversion by agent"),
        "refunds": tr("what is sent back, and why"),
        "dsr": tr("the three scores"),
        "rivals": tr("the own rank among the rivals"),
        "search_terms": tr("which words bring buyers, and which of them the titles lack"),
    }


def _adding() -> dict[str, str]:
    """What one more export adds, the most first: verdicts, then causes, then money, then each role's page."""
    return {
        "market": tr("whether visitors moved with the market or against it"),
        "peers": tr("whether conversion, basket and sales moved against shops of the same layer"),
        "flow_source": tr("which source made the change"),
        "item_daily": tr("which items made the change, stages of each item, items without a sale"),
        "ad_report": tr("each plan against the return it must earn"),
        "stock": tr("days of stock left, profit, falls that are only sold-out items"),
        "service": tr("answer times and inquiry conversion against the target"),
        "refunds": tr("refunds for quality by item and reason"),
        "dsr": tr("scores that fall before customers stay away"),
        "rivals": tr("who gains on the shop"),
        "search_terms": tr("words for titles and bids"),
    }
