"""Words, lines, events and bands of the charts of a day."""

import datetime as dt

import pandas as pd

from shopbook import units
from shopbook.columns import label
from shopbook.days import span
from shopbook.findings.daily.promotion_data import account_days, break_even, gross_margin, mature_until
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from shopbook.metrics.ratio import ratio
from shopbook.report.charts import Period, Words
from shopbook.text import tr

_DAYS = 28
_LEAST_DAYS = 10
_USUAL = (0.1, 0.9)


def item_map_words(table: pd.DataFrame, day: str, source: str) -> Words:
    """The most valuable item is the title of the price and conversion map."""
    title = tr("No items to map yet")
    if len(table):
        best = table.iloc[0]
        value = units.money(best["visitor_value"])
        title = tr("Each visitor brings most at {item}: {value}", item=best["label"], value=value)
    subtitle = tr("Price paid against conversion, four weeks to {day}; dot size: visitors", day=day)
    return Words(title=title, subtitle=subtitle, source=source)


def ad_lines(facts: Facts) -> pd.DataFrame:
    """ROI by day, and break-even where it is known."""
    days = account_days(facts)
    recent = days[days.index > facts.stamp - pd.Timedelta(days=_DAYS)]
    lines = pd.DataFrame({tr("ad ROI"): ratio("ad_roi", recent)})
    need = break_even(gross_margin(facts))
    return lines if need is None else lines.assign(**{tr("break-even"): need})


def ad_words(facts: Facts, found: Finding, source: str) -> Words:
    """Mature ROI against break-even; the young days are dashed."""
    need = break_even(gross_margin(facts))
    value = units.figure(found.value, "ratio")
    title = tr("ROI {value} on mature days", value=value)
    if need is not None:
        title = tr("ROI {value} on mature days, break-even {need}", value=value, need=f"{need:.2f}")
    subtitle = tr("Attributed sales ÷ spend by day, {days} days to {day}", days=_DAYS, day=facts.day)
    return Words(title=title, subtitle=subtitle, source=source)


def growing_from(facts: Facts) -> str:
    """The first day whose attributed sales still grow."""
    return (mature_until(facts) + dt.timedelta(days=1)).isoformat()


def event_periods(facts: Facts, days: int) -> list[Period]:
    """The events of the last `days` days in runs of one name: platform events, holidays, own campaigns."""
    ordinary = facts.ordinary
    runs: list[tuple[str, dt.date, dt.date]] = []
    for day in span(facts.day - dt.timedelta(days=days - 1), facts.day):
        known = [each.label for each in facts.calendar.on(day) if each.kind in ("campaign", "holiday")]
        name = known[0] if known and day in ordinary.events else ordinary.campaigns.get(day, "")
        if not name:
            continue
        if runs and runs[-1][0] == name and (day - runs[-1][2]).days == 1:
            runs[-1] = (name, runs[-1][1], day)
        else:
            runs.append((name, day, day))
    return [Period(first.isoformat(), last.isoformat(), name) for name, first, last in runs]


def usual_range(plain: pd.Series, days: pd.Index) -> tuple[pd.Series, pd.Series] | None:
    """The range of eight of ten ordinary days, level over `days`."""
    if plain.count() < _LEAST_DAYS:
        return None
    low, high = (pd.Series(plain.quantile(share), index=days) for share in _USUAL)
    return low, high


def verdict_title(metric: str, found: Finding) -> str:
    """How the shop's figure stands to its comparator, as the title of a chart."""
    size = units.percent(abs(found.relative or found.change or 0.0))
    names = {"label": label(metric), "size": size}
    whom = tr("the market") if found.comparator == "market" else tr("the peers")
    if found.verdict == "same":
        return tr("{label} moves with {whom}", **names, whom=whom)
    if found.verdict == "unknown" or found.relative is None:
        return tr("{label}: no clear difference yet", **names)
    ahead = (found.relative or 0.0) > 0
    if ahead:
        return tr("{label} runs {size} ahead of {whom}", **names, whom=whom)
    return tr("{label} runs {size} behind {whom}", **names, whom=whom)
