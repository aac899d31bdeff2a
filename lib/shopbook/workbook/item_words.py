"""Units and names of the columns in the tables of the lifecycle pages."""

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
