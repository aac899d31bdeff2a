"""Every exercise of the onboarding notebooks, in the order in which they are met."""

from typing import Any

import pandas as pd

from shopbook.analysis.compare import Comparison
from shopbook.learn import samples
from shopbook.learn import solutions as the
from shopbook.learn.exercise import Exercise
from shopbook.learn.exercises_desk import DESK
from shopbook.learn.exercises_items import ITEMS
from shopbook.metrics.ratio import ratio
from shopbook.params import rules

A, B = samples.SHOPS


def _last(column: str, shop: str = A, back: int = 1) -> float:
    return float(samples.table("days", shop)[column].iloc[-back])


def _mean_28(shop: str) -> float:
    visitors = samples.table("days", shop)["visitors"]
    return float(visitors.iloc[-1] / visitors.iloc[-29:-1].mean() - 1)


def _rate_yesterday(shop: str) -> float:
    rows = samples.table("conversion", shop)
    rate = ratio("pay_conversion_rate", rows)
    return float(rate.iloc[-1] / rate.iloc[-2] - 1)


def _mean_of_rates(shop: str) -> float:
    rows, days = the.conversion_history(shop)
    rate = ratio("pay_conversion_rate", rows)[pd.DatetimeIndex(days)].mean()
    found = the.conversion(shop)
    return float(found.value / rate / (1 + (found.market_change or 0.0)) - 1)


def _difference(found: Comparison) -> float:
    return float(found.change or 0.0) - float(found.market_change or 0.0)


def _conversion(shop: str, name: str) -> Exercise:
    return Exercise(
        f"conversion.{name}",
        "By how much did conversion change against the peers, as a fraction?",
        "share",
        lambda: float(the.conversion(shop).relative or 0.0),
        (
            "First the shop: the day's rate over the rate of its comparable days, less 1.",
            "The usual rate is the sum of buyers over the sum of visitors of the four comparable days.",
            "Then the peers in the same way, and (1 + own) / (1 + peers) - 1; "
            "`compare.against` does all of it.",
        ),
        "The arrow shows what we did; this figure shows what we did that the others did not.",
        0.0005,
        {
            "without_market": lambda: float(the.conversion(shop).change or 0.0),
            "difference": lambda: _difference(the.conversion(shop)),
            "points": lambda: the.conversion(shop).value - the.conversion(shop).baseline,
            "mean_of_ratios": lambda: _mean_of_rates(shop),
            "yesterday": lambda: _rate_yesterday(shop),
        },
    )


_START = (
    Exercise(
        "start.change",
        "By how much did visitors change against the usual same weekday, as a fraction?",
        "share",
        lambda: float(the.visitors(A).change or 0.0),
        (
            "Look at the finding about visitors: its first figure and the change beside it.",
            "The usual level is the mean of the same weekday in the four weeks before.",
            'day.finding("own.visitors").change is the figure itself.',
        ),
        "The same weekday is the fair comparison: a Friday is no Thursday.",
        0.0006,
        {
            "yesterday": lambda: _last("visitors") / _last("visitors", back=2) - 1,
            "long_mean": lambda: _mean_28(A),
        },
    ),
    Exercise(
        "start.source",
        "Which source lost most visitors against its usual level?",
        "text",
        lambda: the.main_cause(A),
        (
            "The headline of the finding about visitors names it.",
            "In the table of sources look at the effect, not at the number of visitors.",
            "The longest bar to the left.",
        ),
        "Now there is somebody to ask and something to look at: the fall has an address.",
        0.0,
        {"biggest_source": lambda: "search"},
    ),
    Exercise(
        "start.owner",
        "Who should act on the fall of visitors?",
        "text",
        lambda: rules().routes["own.visitors"].owner,
        (
            "Every finding with something to do names its owner.",
            "Is the source that fell paid or free?",
            "A free source: whose work are titles, rank, stock and pictures?",
        ),
        "Free sources are the operator's: title, rank, stock and pictures come before any budget.",
        0.0,
        {"paid_owner": lambda: "promotion"},
    ),
    Exercise(
        "start.amount",
        "What did the shop sell on the report day, in yuan?",
        "CNY",
        lambda: _last("pay_amount"),
        (
            "The table of key figures has a row for payments.",
            "Give yuan: the report shows units of ten thousand.",
            'day.why("pay_amount").value',
        ),
        "Reports shorten large sums; your answer and every file hold yuan.",
        5.0,
        {"other_day": lambda: _last("pay_amount", back=2)},
    ),
    Exercise(
        "start.verdict",
        "What is the verdict on conversion: better, worse, same or unknown?",
        "text",
        lambda: the.loaded(A).why("pay_conversion_rate").verdict,
        (
            "The arrow points down, but what does the sentence say?",
            "The interval against the peers: is 0 inside?",
            'day.why("pay_conversion_rate").verdict',
        ),
        "A day's conversion moves by chance. The report says so instead of guessing.",
        0.0,
        {"arrow": lambda: "worse"},
    ),
)


_CONVERSION = (
    _conversion(A, "relative"),
    Exercise(
        "conversion.verdict",
        "Did conversion improve: better, worse, same or unknown?",
        "text",
        lambda: the.conversion(A).verdict,
        (
            "Held against the peers, is the figure above or below 0?",
            "Look at the interval: does it leave 0 out?",
            "An interval on both sides of 0 allows no verdict.",
        ),
        "From 1.1% to 1.2% and still no improvement: the peers rose more, and the sample is small.",
        0.0,
        {"arrow": lambda: "better"},
    ),
    _conversion(B, "second"),
)


def _effect(shop: str, channel: str) -> dict[str, Any]:
    rows = samples.table("channels", shop)
    visitors = rows[rows["channel"] == channel].set_index("date")["visitors"]
    return {
        "yesterday": lambda: float(visitors.iloc[-1] - visitors.iloc[-2]),
        "without_market": lambda: the.source_effect(shop, channel, market=False),
    }


_SOURCES = (
    Exercise(
        "sources.effect",
        "How many visitors did recommendation lose beyond what the market did? Give a signed number.",
        "persons",
        lambda: the.source_effect(A, "recommendation"),
        (
            "Today's visitors of the source less what was to be expected.",
            "To be expected: its usual level, times one plus the market's change.",
            "`decompose.channel_causes` gives the effect of every source; look for recommendation.",
        ),
        "Nearly all of the shop's loss sits in one source: open it, and its items, first.",
        3.0,
        _effect(A, "recommendation"),
    ),
    Exercise(
        "sources.visitors",
        "How many visitors had the shop on the report day?",
        "persons",
        lambda: _last("visitors"),
        (
            "There are two tables: one of sources, one of the shop.",
            "One person may come by search in the morning and by the cart at night.",
            "Only the shop's table counts every person once.",
        ),
        "The sources add up to more. That overlap is no error, and the split shows it as a line of its own.",
        0.5,
        {"summed_visitors": lambda: float(_newest_channels(A)["visitors"].sum())},
    ),
    Exercise(
        "sources.second",
        "Second shop: what is the largest cause of its loss of visitors?",
        "text",
        lambda: the.main_cause(B),
        (
            "Do the same split for demo-b.",
            "Compare the sizes of the effects, whatever their sign.",
            "Not every cause is a source: the first line of the split is one too.",
        ),
        "Every source fell alike: it was the market. Nobody in the shop needs to be woken for it.",
        0.0,
        {
            "one_source": lambda: "recommendation",
            "biggest_source": lambda: "search",
        },
    ),
)


def _newest_channels(shop: str) -> pd.DataFrame:
    rows = samples.table("channels", shop)
    return rows[rows["date"] == rows["date"].max()]


_MARKET = (
    Exercise(
        "market.relative",
        "Shop demo-b: how did visitors change against the market, as a fraction?",
        "share",
        lambda: float(the.visitors(B).relative or 0.0),
        (
            "The shop against its usual Friday, and the market against its own.",
            "The shop fell less than the market: the answer is positive.",
            "(1 + own) / (1 + market) - 1",
        ),
        "Down by itself, slightly ahead of its market: nothing to repair here.",
        0.0001,
        {
            "without_market": lambda: float(the.visitors(B).change or 0.0),
            "difference": lambda: _difference(the.visitors(B)),
            "yesterday": lambda: _last("visitors", B) / _last("visitors", B, 2) - 1,
        },
    ),
    Exercise(
        "market.rival",
        "Shop demo-b: which rival gained most sales this week?",
        "text",
        lambda: the.fastest_rival(B),
        (
            "The table of rivals has one row a shop and one column a figure.",
            "Sales stand in amount_change.",
            "Our own row does not count.",
        ),
        "One rival gains while the market falls: worth a look at its prices, no reason to change ours today.",
        0.0,
        {"gainer_of_value": lambda: the.fastest_rival(B, "visitor_value_change"), "our_shop": lambda: "self"},
    ),
    Exercise(
        "market.second",
        "Second shop (demo): what is the verdict on visitors: better, worse, same or unknown?",
        "text",
        lambda: the.visitors(A).verdict,
        (
            "Do the same comparison for demo.",
            "Its market hardly moved.",
            "Look at the interval: all of it lies below 0.",
        ),
        "Here the market gives no excuse: the fall is our own.",
        0.0,
        {"two_shops": lambda: the.visitors(B).verdict},
    ),
)

EXERCISES: dict[str, Exercise] = {
    each.id: each for each in (*_START, *_CONVERSION, *_SOURCES, *_MARKET, *ITEMS, *DESK)
}
