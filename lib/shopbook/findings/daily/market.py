"""The market first: is its traffic up or down? Its cart, favourite and conversion figures are only shown."""

from typing import Any

from shopbook import units
from shopbook.analysis.compare import against
from shopbook.columns import label
from shopbook.findings.facts import Facts, lookup
from shopbook.findings.finding import Finding
from shopbook.metrics.ratio import change
from shopbook.text import tr

# Figures with "too much water": shown so that nobody misses them, never decided on.
_ONLY_SHOWN = (
    "cart_buyers",
    "favorite_buyers",
    "pay_conversion_rate",
    "cart_popularity",
    "favorite_popularity",
)


def market_findings(facts: Facts) -> list[Finding]:
    """The market's traffic against its own comparable days."""
    if "visitors" not in facts.market or lookup(facts.market, "visitors", facts.day) is None:
        return []
    found = against(
        facts.market["visitors"].dropna(),
        facts.day,
        kind="count",
        baseline_days=facts.baseline_days,
        skip=facts.special_days,
    )
    words = {"better": tr("rose"), "worse": tr("fell"), "same": tr("is about the same")}
    headline = tr(
        "Market traffic {verdict}: {value} visitors, {change} against the same weekdays",
        verdict=words.get(found.verdict, tr("is not clearly up or down")),
        value=units.count(found.value),
        change=units.change(found.change),
    )
    if found.change is None:
        headline = tr(
            "Market traffic: {value} visitors, too few comparable days to judge",
            value=units.count(found.value),
        )
    return [
        Finding(
            id="market.visitors",
            question=tr("Is the market up or down?"),
            headline=headline,
            level="ok",
            verdict=found.verdict,
            metric="visitors",
            value=found.value,
            baseline=found.baseline,
            baseline_days=tuple(day.isoformat() for day in found.days),
            change=found.change,
            interval=found.interval,
        )
    ]


def market_table(facts: Facts) -> list[dict[str, Any]]:
    """Every market figure of the day beside its comparable days; `decide`: may one decide on it."""
    rows = []
    for metric in [name for name in facts.market.columns if name != "pay_amount"]:
        value = lookup(facts.market, metric, facts.day)
        known = [lookup(facts.market, metric, day) for day in facts.baseline_days]
        base = [each for each in known if each is not None]
        if value is None or not base:
            continue
        mean = sum(base) / len(base)
        rows.append(
            {
                "metric": metric,
                "name": label(metric),
                "value": value,
                "baseline": mean,
                "change": change(value, mean),
                "decide": tr("only shown") if metric in _ONLY_SHOWN else tr("yes"),
            }
        )
    return rows
