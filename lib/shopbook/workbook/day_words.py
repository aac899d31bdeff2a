"""Words and lines of the charts of daily/own and daily/promotion."""

import datetime as dt

import pandas as pd

from shopbook import units
from shopbook.findings.daily.promotion_data import account_days, break_even, gross_margin, mature_until
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from shopbook.metrics.ratio import ratio
from shopbook.report.charts import Words
from shopbook.text import tr

_DAYS = 28


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
