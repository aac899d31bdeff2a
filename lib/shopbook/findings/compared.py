"""A comparison as the fields of a finding, in the names of the contract."""

from typing import Any

from shopbook.analysis.compare import Comparison
from shopbook.analysis.week import WeekComparison
from shopbook.findings.facts import Comparator, Facts
from shopbook.findings.finding import Week


def base_fields(
    facts: Facts,
    metric: str,
    comparison: Comparison,
    comparator: Comparator,
    week: WeekComparison | None = None,
) -> dict[str, Any]:
    """The fields every comparing finding shares, in the names of the contract."""
    return {
        "metric": metric,
        "value": comparison.value,
        "baseline": comparison.baseline,
        "baseline_days": tuple(day.isoformat() for day in facts.baseline_days),
        "change": comparison.change,
        "comparator": comparator,
        "market_change": comparison.market_change if comparator != "none" else None,
        "relative": comparison.relative if comparator != "none" else None,
        "interval": comparison.interval,
        "week": week_record(week, comparator),
    }


def week_record(week: WeekComparison | None, comparator: Comparator) -> Week | None:
    """The week of a finding; None without one, or where another comparator than the day's is known for it."""
    if week is None or week.found.interval is None or week.found.comparator != (comparator != "none"):
        return None
    found = week.found
    return Week(
        week.first.isoformat(), week.last.isoformat(), found.value, found.baseline, found.change,
        found.market_change, found.relative, found.interval, found.verdict,
    )  # fmt: skip
