"""The words readers know: names of report families, notebooks, levels, roles, tables and their columns."""

from shopbook.columns import columns
from shopbook.text import tr


def family_label(family: str) -> str:
    """The name of a report family as its reader knows it."""
    names = {
        "daily": tr("Shop daily"),
        "campaign_review": tr("Campaign review"),
        "product_lifecycle": tr("Product lifecycle"),
        "periodic": tr("Weekly and monthly"),
        "custom": tr("Own notebooks"),
    }
    return names.get(family, family)


def sheet_label(name: str) -> str:
    """The short name of a notebook in menus."""
    names = {
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
    }
    return names.get(name, name)


def level_label(level: str) -> str:
    """The word of a badge."""
    return {"act": tr("Act"), "watch": tr("Watch"), "ok": tr("Normal")}.get(level, "–")


def owner_label(owner: str) -> str:
    """The role an action goes to."""
    names = {
        "promotion": tr("promotion team"),
        "design": tr("design team"),
        "service": tr("customer service"),
        "quality": tr("quality and logistics"),
        "supply": tr("supply"),
        "operator": tr("operator"),
    }
    return names.get(owner, owner)


def table_label(name: str) -> str:
    """The name of a table as a reader knows it."""
    names = {
        "kpis": tr("Key figures"),
        "channels": tr("Channels"),
        "items": tr("Items"),
        "daily_sheet": tr("Daily sheet"),
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
    return names.get(name, name)


def column_label(name: str) -> str:
    """The heading of a table column; names that are no canonical column have their own sentence."""
    names = {
        "metric": tr("Metric"),
        "value": tr("Value"),
        "prev_day": tr("Day before"),
        "baseline": tr("Baseline"),
        "change": tr("Against baseline"),
        "market_change": tr("Market or peers"),
        "relative": tr("Against market"),
        "verdict": tr("Verdict"),
        "target": tr("Target"),
        "effect": tr("Effect"),
        "share": tr("Share"),
        "label": tr("Name"),
        "channel": tr("Channel"),
        "stage": tr("Stage"),
        "since": tr("Since"),
        "rank": tr("Rank"),
        "score": tr("Score"),
        "badge": tr("Badge"),
        "scope": tr("Scope"),
    }
    known = columns().get(name)
    return names.get(name) or (known.label if known else name)
