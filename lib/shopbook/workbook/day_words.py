"""Words, units and lines of the tables and charts of daily/own and daily/promotion."""

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
# What a page shows of a table, by view: (table, columns); the rest stands in findings.json.
_ADVICE = ("label", "ad_spend", "ad_clicks", "ad_roi", "range", "do", "reason")
_PERIOD = (
    "period", "visitors", "pay_conversion_rate", "avg_order_value", "pay_amount", "refund_amount", "ad_spend",
)  # fmt: skip
VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "agents": (
        "agents",
        ("label", "inquiry_visitors", "inquiry_conversion_rate", "range", "standing",
         "avg_response_seconds", "cs_satisfaction_rate"),
    ),
    "weeks": ("weeks", _PERIOD),
    "weeks_growth": (
        "weeks",
        ("period", "visitors_growth", "market_growth", "pageviews_growth", "pay_amount_growth", "new_buyers",
         "returning_buyers"),
    ),
    "months": ("months", _PERIOD),
    "months_growth": (
        "months",
        ("period", "visitors_growth", "market_growth", "pageviews_growth", "pay_amount_growth", "new_buyers",
         "returning_buyers"),
    ),
    "alarms": ("alarms", ("label", "whose", "departure", "state")),
    "located": ("located", ("dimension", "label", "effect", "ratio")),
    "rate_mix": ("rate_mix", ("label", "rate", "mix")),
    "source_worth": ("source_worth", ("label", "visitors", "visitor_value", "range")),
    "profit": ("profit", ("label", "pay_amount", "gross_profit", "margin", "baseline")),
    "changes": (
        "changes",
        ("date", "label", "change_text", "days_after", "click_rate_change", "click_rate_said",
         "conversion_change", "conversion_said"),
    ),
    "ad_days": (
        "ad_days",
        ("date", "ad_spend", "ad_clicks", "ad_click_rate", "ad_cost_per_click", "ad_roi", "state",
         "paid_share"),
    ),
    "plans": ("plans", ("label", "ad_spend", "ad_roi", "range", "break_even", "do", "reason")),
    "plan_costs": (
        "plans",
        ("label", "ad_clicks", "ad_click_rate", "ad_cost_per_click", "ad_cost_per_visitor", "cap",
         "capped_days"),
    ),
    "ad_items": (
        "ad_items",
        ("label", "ad_spend", "ad_roi", "range", "click_rate_week", "click_rate_change", "do"),
    ),
    "audiences": ("audiences", _ADVICE),
    "keywords": ("keywords", _ADVICE),
    "terms": (
        "terms",
        ("search_term", "visitors", "pay_buyers", "pay_conversion_rate", "kinds", "where", "missing"),
    ),
}  # fmt: skip


def desk_units() -> dict[str, str]:
    """Units of the tables' columns that are no metric of params/columns.yaml."""
    changes = ("departure", "click_rate_change", "conversion_change", "ratio")
    return dict.fromkeys(changes, "change") | {
        "price": "CNY",
        "cap": "CNY",
        "gross_profit": "CNY",
        "capped_days": "count",
        "days_after": "count",
        "break_even": "ratio",
        "roi_low": "ratio",
        "roi_high": "ratio",
        "margin": "share",
        "paid_share": "share",
        "click_rate_week": "fraction",
        "rate": "fraction",
        "mix": "fraction",
    }


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
