"""Units and names of the columns in the tables of the lifecycle pages."""

from shopbook.text import tr

_UNITS = {
    "change": ("slope", "change", "market_change"),
    "share": ("share", "share_before", "margin_share", "source_share", "repurchase", "units_share",
              "amount_share", "back_same_month", "back_next_month", "back_two_months", "back_three_months"),
    "fraction": ("score", "conversion", "rate", "low", "high", "fav_cart_rate", "ad_click_rate"),
    "CNY": ("pay_amount", "profit", "ad_spend", "cut", "tied"),
    "count": ("level", "items", "item_visitors", "needed", "stock_units", "rank", "buyers"),
    "ratio": ("z", "conversion_ratio", "roi", "break_even", "lift", "rating"),
    "days": ("days", "listed"),
    "text": (
        "name", "stage", "since", "badge", "role", "band", "verdict", "source", "free", "stock_end",
        "successor", "entity", "partner", "reasons", "reason", "sell_out", "markdown", "by", "month",
    ),
}  # fmt: skip


def units() -> dict[str, str]:
    """Unit by column."""
    return {name: unit for unit, names in _UNITS.items() for name in names}


def labels() -> dict[str, str]:
    """Name by column, in the run's language."""
    return {
        "name": tr("Item"), "stage": tr("Stage"), "since": tr("Since"), "slope": tr("A week, relative"),
        "z": tr("Trend z"), "level": tr("Visitors a week"), "conversion_ratio": tr("Conversion / shop"),
        "pay_amount": tr("Sales, 4 weeks"), "rank": tr("Rank"), "score": tr("Surely converts"),
        "conversion": tr("Conversion"), "badge": tr("Handbook's rule"), "role": tr("Role"),
        "items": tr("Items"), "share": tr("Share of sales"), "margin_share": tr("Gross margin"),
        "band": tr("Price band"), "units_share": tr("Share of units"), "amount_share": tr("Share of sales"),
        "listed": tr("Listed"), "item_visitors": tr("Visitors, 4 weeks"),
        "fav_cart_rate": tr("Cart + favourite rate"), "ad_click_rate": tr("Ad click rate"),
        "rate": tr("Conversion"), "low": tr("At least"), "high": tr("At most"),
        "verdict": tr("Test"), "needed": tr("Visitors still needed"),
        "stock_units": tr("Stock"), "change": tr("Over 4 weeks"), "market_change": tr("Its market"),
        "source": tr("Main source"), "source_share": tr("Its share of the gain"),
        "free": tr("Search visitors per paid one"), "stock_end": tr("Stock ends"),
        "days": tr("Days of stock"),
        "share_before": tr("4 weeks before"), "rating": tr("Rating"), "successor": tr("Successor"),
        "entity": tr("Rival"), "profit": tr("Profit"), "repurchase": tr("Bought again, 90 days"),
        "partner": tr("Sells best with"), "lift": tr("Lift"), "ad_spend": tr("Ad spend"),
        "roi": tr("Ad ROI"),
        "break_even": tr("Break-even ROI"), "cut": tr("Spend that can go"), "reasons": tr("What went along"),
        "sell_out": tr("Gone by, at this rate"), "markdown": tr("Markdown needed"),
        "tied": tr("Stock at cost"),
        "reason": tr("Why"), "by": tr("To be gone by"),
        "month": tr("First order in"), "buyers": tr("Buyers"), "back_same_month": tr("Again that month"),
        "back_next_month": tr("by the next month"), "back_two_months": tr("by the 2nd month"),
        "back_three_months": tr("by the 3rd month"),
    }  # fmt: skip
