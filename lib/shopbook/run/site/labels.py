"""The words readers know: names of report families, notebooks, levels, roles, tables and their columns."""

import datetime as dt
from collections.abc import Callable
from functools import wraps

from shopbook.labels import heading
from shopbook.text import language, tr

_Names = Callable[[], dict[str, str]]


def _once_a_language(names: _Names) -> _Names:
    """`names`, made once for each language: a publish asks for thousands of labels."""
    made: dict[str, dict[str, str]] = {}

    @wraps(names)
    def known() -> dict[str, str]:
        if language() not in made:
            made[language()] = names()
        return made[language()]

    return known


def family_label(family: str) -> str:
    """The name of a report family as its reader knows it."""
    return _family_labels().get(family, family)


@_once_a_language
def _family_labels() -> dict[str, str]:
    return {
        "daily": tr("Shop daily"),
        "campaign_review": tr("Campaign review"),
        "product_lifecycle": tr("Product lifecycle"),
        "periodic": tr("Weekly and monthly"),
        "custom": tr("Own notebooks"),
    }


def sheet_label(name: str) -> str:
    """The short name of a notebook in menus."""
    return _sheet_labels().get(name, name)


@_once_a_language
def _sheet_labels() -> dict[str, str]:
    return {
        "brief": tr("Brief"),
        "market": tr("The market"),
        "own": tr("Own shop"),
        "rivals": tr("Rivals"),
        "promotion": tr("Promotion"),
        "service": tr("Service"),
        "checkup": tr("Self-check"),
        "review": tr("Review"),
        "uplift": tr("Uplift"),
        "overview": tr("Overview"),
        "new": tr("New items"),
        "growth": tr("Growing items"),
        "hit": tr("Hit items"),
        "stable": tr("Stable items"),
        "decline": tr("Declining items"),
        "weekly": tr("Weekly"),
        "monthly": tr("Monthly"),
        "report_card": tr("Report card"),
    }


def level_label(level: str) -> str:
    """The word of a badge."""
    return {"act": tr("Act"), "watch": tr("Watch"), "ok": tr("Normal")}.get(level, "–")


def owner_label(owner: str) -> str:
    """The role an action goes to."""
    return _owner_labels().get(owner, owner)


@_once_a_language
def _owner_labels() -> dict[str, str]:
    return {
        "promotion": tr("promotion team"),
        "design": tr("design team"),
        "service": tr("customer service"),
        "quality": tr("quality and logistics"),
        "supply": tr("supply"),
        "operator": tr("operator"),
    }


def day_text(date: str) -> str:
    """A day as its reader writes it: 2026-11-20 周五, Fri 20 Nov 2026."""
    day = dt.date.fromisoformat(date)
    if language() == "zh":
        return f"{date} 周{'一二三四五六日'[day.weekday()]}"
    return f"{day:%a} {day.day} {day:%b %Y}"


def table_label(name: str) -> str:
    """The name of a table as a reader knows it."""
    return _table_labels().get(name, name)


@_once_a_language
def _table_labels() -> dict[str, str]:
    return {
        "kpis": tr("Key figures"),
        "channels": tr("Channels"),
        "items": tr("Items"),
        "daily_sheet": tr("Daily sheet"),
        "first_month": tr("The first month"),
        "rivals": tr("Rivals"),
        "stages": tr("Stages"),
        "heroes": tr("Heroes"),
        "effects": tr("Effects"),
        "plans": tr("Ad plans"),
        "audiences": tr("Audiences"),
        "terms": tr("Search terms"),
        "stock": tr("Stock"),
        "agents": tr("Service agents"),
        "refunds": tr("Refunds"),
        "phases": tr("Phases"),
        "targets": tr("Targets"),
        "actions": tr("Actions"),
        "market": tr("The market"),
        "peers": tr("Peers"),
        "devices": tr("Devices"),
        "weeks": tr("Weeks"),
        "months": tr("Months"),
    }


def column_label(name: str) -> str:
    """The heading of a table column."""
    return heading(name, "site")
