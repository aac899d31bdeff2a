"""The exercises about items, campaigns, exports and one's own question."""

import pandas as pd

from shopbook.learn import samples
from shopbook.learn import solutions as the
from shopbook.learn.exercise import Exercise
from shopbook.metrics.ratio import pooled, ratio

A, B = samples.SHOPS
_HINTS_PRESALE = (
    "Which item has orders but no payment?",
    "Order conversion is buyers who ordered over visitors of the item.",
    "`item.item_order_conversion(order_buyers, item_visitors)`",
)


def _shop_rate(shop: str) -> float:
    rows = the.newest_items(shop)
    return pooled("order_conversion_rate", rows)


def _presale(shop: str, name: str) -> Exercise:
    return Exercise(
        f"presale.{name}",
        "What is the order conversion of the presale item, as a fraction?",
        "share",
        lambda: the.presale_rate(shop),
        _HINTS_PRESALE,
        "People do want it. Its pay conversion stays 0 until the balance is due.",
        0.0002,
        {"unpaid_is_zero": lambda: 0.0, "shop_rate": lambda: _shop_rate(shop)},
    )


_PRESALE = (
    Exercise(
        "presale.item",
        "Which item is on presale? Give its item id.",
        "text",
        lambda: str(the.presale_item(A)["item_id"]),
        (
            "Look for orders without a payment.",
            "Sort the items without a payment by order_buyers.",
            "The warning above the report names it.",
        ),
        "Its 0 is not a failure but a calendar: the balance is not due yet.",
        0.0,
        {"orders": lambda: str(the.newest_items(A).nlargest(1, "order_buyers")["item_id"].iloc[0])},
    ),
    _presale(A, "rate"),
    _presale(B, "second"),
)


def _day_winner(shop: str) -> str:
    rows = samples.table("item_days", shop)
    rows = rows[rows["date"] == rows["date"].max()]
    return str(rows.loc[ratio("pay_conversion_rate", rows).idxmax(), "item_id"])


def _hero_rows(shop: str) -> pd.DataFrame:
    rows = samples.table("item_weeks", shop)
    return rows[rows["item_id"] == str(the.heroes(shop)["item_id"].iloc[0])]


def _hero(shop: str, name: str) -> Exercise:
    return Exercise(
        f"hero.{name}",
        "Which item would sell most to the next thousand visitors? Give its item id.",
        "text",
        lambda: str(the.heroes(shop)["item_id"].iloc[0]),
        (
            "Add up four weeks before you divide.",
            "A few buyers say little: rank by the conversion an item almost surely has.",
            "`heroes.hero_ranking` puts it first.",
        ),
        "Its rate rests on thousands of visitors: send the next ones there.",
        0.0,
        {"day_winner": lambda: _day_winner(shop)},
    )


_HERO = (
    _hero(A, "item"),
    Exercise(
        "hero.conversion",
        "What is its conversion over the four weeks, as a fraction?",
        "share",
        lambda: float(the.heroes(A)["conversion"].iloc[0]),
        (
            "Buyers of four weeks over visitors of four weeks.",
            "Do not take the mean of the weekly rates.",
            "The column conversion of the ranking.",
        ),
        "Weeks with more visitors weigh more, as they should.",
        0.0002,
        {
            "mean_of_ratios": lambda: float(ratio("pay_conversion_rate", _hero_rows(A)).mean()),
            "shop_rate": lambda: float(the.item_sums(A)["buyers"].sum() / the.item_sums(A)["visitors"].sum()),
        },
    ),
    _hero(B, "second"),
)


def _naive_gain(shop: str, window: str) -> float:
    """Sales of a window less as many ordinary days: no market in it."""
    first, last = getattr(samples.windows(shop), window)
    days = samples.table("days", shop).set_index("date")["pay_amount"].loc[str(first) : str(last)]
    return float(days.sum() - len(days) * the.base_sales(shop))


_CAMPAIGN = (
    Exercise(
        "campaign.base",
        "What did the shop sell on an ordinary day before the campaign, in yuan?",
        "CNY",
        lambda: the.base_sales(A),
        (
            "The base ends before the campaign touched anything, build-up included.",
            "Leave sale days and holidays out.",
            "`review.base_days` lists the days; take the mean of their payments.",
        ),
        "A clean base makes the campaign neither larger nor smaller than it was.",
        15.0,
        {"campaign_in_base": lambda: the.base_sales(A, until="end")},
    ),
    Exercise(
        "campaign.sales",
        "What were net sales of warm-up and peak together, in yuan?",
        "CNY",
        lambda: the.net_sales(A),
        (
            "The window is called gross in the table of windows.",
            "Payments less refunds.",
            "Add pay_amount - refund_amount over the days of the window.",
        ),
        "Refunds come late: two weeks on this figure will be smaller.",
        60.0,
        {"refunds_counted": lambda: the.net_sales(A, refunds=True)},
    ),
    Exercise(
        "campaign.net",
        "How much did the campaign add, net of what was only pulled forward, in yuan?",
        "CNY",
        lambda: the.campaign_effect(A).net.amount,
        (
            "Against what would have been, not against zero.",
            "The net window runs on through the cool-down.",
            "`uplift.uplift(series, windows).net.amount`",
        ),
        "The best guess; its range is wide, and the range belongs to the answer.",
        60.0,
        {"gross": lambda: the.campaign_effect(A).gross.amount, "before_after": lambda: _naive_gain(A, "net")},
    ),
    Exercise(
        "campaign.verdict",
        "Net of pull-forward, did the campaign work: better, worse, same or unknown?",
        "text",
        lambda: the.campaign_effect(A).net.verdict,
        (
            "Look at the range of the net effect.",
            "Is 0 inside the range?",
            "The verdict of `.net`, not of `.gross`.",
        ),
        "The peak was real; whether anything was left after the cool-down, these days cannot tell.",
        0.0,
        {"gross_verdict": lambda: "better" if the.campaign_effect(A).gross.log_lo > 0 else "same"},
    ),
    Exercise(
        "campaign.second",
        "Second shop: how much did its campaign add in warm-up and peak (gross), in yuan?",
        "CNY",
        lambda: the.campaign_effect(B).gross.amount,
        ("Do the same with demo-b.", "This time take `.gross`.", "The sign matters: read the range too."),
        "About nothing, with 0 well inside the range: no coupon week to repeat.",
        60.0,
        {"net": lambda: the.campaign_effect(B).net.amount, "before_after": lambda: _naive_gain(B, "gross")},
    ),
)


def _weaker(shop: str, name: str) -> Exercise:
    return Exercise(
        f"decline.{name}",
        "Which of the three items is really declining? Give its item id.",
        "text",
        lambda: the.weaker_item(shop),
        (
            "A fall of some days is not a trend.",
            "Look at the slope against the category.",
            "`stages.weekly_stages` knows the stage decline.",
        ),
        "It loses to its category week after week: clear the stock before it is worth less.",
        0.0,
        {"stock_fall": lambda: the.weaker_item(shop, raw=True), "healthy": lambda: _steady(shop)},
    )


def _steady(shop: str) -> str:
    return next(str(item) for item in the.life_stages(shop).index
                if item not in (the.weaker_item(shop), the.weaker_item(shop, raw=True)))  # fmt: skip


_DECLINE = (
    _weaker(A, "item"),
    Exercise(
        "decline.stage",
        "In which stage is the item that was out of stock?",
        "text",
        lambda: str(the.life_stages(A).loc[the.weaker_item(A, raw=True), "stage"]),
        (
            "Its row in the table of stages.",
            "Was it the demand that fell, or the stock?",
            "Before and after the gap its level is the same.",
        ),
        "Refill it; do not mark it down.",
        0.0,
        {"stock_fall": lambda: "decline"},
    ),
    _weaker(B, "second"),
)

_EXPORT = (
    Exercise(
        "export.column",
        "Which column does the refused file lack?",
        "text",
        lambda: the.missing_header(the.broken_export(A)),
        (
            "Read the first line of the message.",
            "The missing name stands in quotation marks.",
            "Without it nobody knows which item a row is about.",
        ),
        "The message says what to do: tick that column and export again.",
        0.0,
        {"present_header": lambda: "商品名称"},
    ),
    Exercise(
        "export.rows",
        "How many items does the right file hold?",
        "count",
        lambda: float(the.repaired_rows()),
        ("Read the right file with read_export.", "One row is one item.", "len(table.frame)"),
        "Accepted: in the history the same command replaces the day, twice does no harm.",
        0.4,
        {"rows_with_header": lambda: float(the.repaired_rows() + 5)},
    ),
    Exercise(
        "export.second",
        "Second shop: which column does its market sheet lack?",
        "text",
        lambda: the.missing_header(the.broken_export(B)),
        (
            "Check the second file in the same way.",
            "The missing name stands in quotation marks.",
            "Without it nobody knows which day a row is about.",
        ),
        "Two files, one habit: read the message before you touch the file.",
        0.0,
        {"present_header": lambda: "指标", "two_shops": lambda: "商品ID"},
    ),
)


def _mean_basket(shop: str) -> float:
    rows = the.own_days(shop)
    rows = rows[rows["date"].dt.day_of_week >= 5]
    return float(ratio("avg_order_value", rows).mean())


def _own(shop: str, name: str) -> Exercise:
    return Exercise(
        f"own.{name}",
        "What is the basket (amount per buyer) on ordinary weekend days, in yuan?",
        "CNY",
        lambda: the.basket_of(shop, weekend=True),
        (
            "Keep Saturdays and Sundays, leave sale days and holidays out.",
            "Add up the amounts, add up the buyers, then divide.",
            '`ratio("avg_order_value", sums)` on the two sums.',
        ),
        "Weekend and working days hardly differ: an idea less, at the price of five minutes.",
        0.02,
        {
            "mean_of_ratios": lambda: _mean_basket(shop),
            "campaign_in_base": lambda: the.basket_of(shop, weekend=True, ordinary=False),
        },
    )


ITEMS = (*_PRESALE, *_HERO, *_CAMPAIGN, *_DECLINE, *_EXPORT, _own(A, "basket"), _own(B, "second"))
