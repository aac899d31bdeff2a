"""The exercises about promotion, service, the morning self-check, search terms and the month's target."""

from shopbook.learn import samples
from shopbook.learn import solutions_desk as desk
from shopbook.learn.exercise import Exercise

A, B = samples.SHOPS

_PROMOTION = (
    Exercise(
        "promotion.break_even",
        "From which ROI on do ads of this shop pay for themselves?",
        "ratio",
        lambda: 1 / desk.margin(A),
        (
            "Of a sale, only the gross margin is left to pay for the ad.",
            "Gross margin: sales less pieces times unit cost, over sales.",
            "One divided by the gross margin.",
        ),
        "The same line stands in the promotion page: every plan is held against it.",
        0.006,
        {"margin_itself": lambda: desk.margin(A)},
    ),
    Exercise(
        "promotion.roi",
        "What was the ROI of the newest mature week on its ordinary days (seven days to 15 days before)?",
        "ratio",
        lambda: desk.roi(A),
        (
            "Sales attributed to an ad still come in for fifteen days.",
            "Take seven days that end on the newest mature day, without sale and campaign days.",
            "Add up ad_revenue, add up ad_spend, then divide.",
        ),
        "Well above the line: the ads pay, although the newest days look poor.",
        0.006,
        {
            "immature": lambda: desk.roi(A, mature=False),
            "campaign_in_base": lambda: desk.roi(A, ordinary=False),
        },
    ),
    Exercise(
        "promotion.second",
        "Second shop: which plan spends most of those whose mature ROI is below break-even?",
        "text",
        lambda: desk.costly_plan(B),
        (
            "Four weeks up to the newest mature day, plan by plan.",
            "First those below the line, then the largest spend among them.",
            "The promotion page names it.",
        ),
        "Lower its bid or stop it: each yuan brings back less than it costs.",
        0.0,
        {"lowest_roi": lambda: desk.lowest_roi(B), "largest_spend": lambda: desk.largest_spend(B)},
    ),
)


def _answer_change(shop: str, name: str) -> Exercise:
    return Exercise(
        f"service.{name}",
        "By how much did the average answer time change against the comparable days, as a fraction?",
        "share",
        lambda: desk.answer_change(shop),
        (
            "The comparable days are those of the report: `learn.comparable_days`.",
            "The mean of the four days is the usual level.",
            "Today over usual, less one.",
        ),
        "Whoever waits leaves: look at inquiry conversion of the same day next.",
        0.002,
        {
            "yesterday": lambda: desk.answer_yesterday(shop),
            "long_mean": lambda: desk.answer_month(shop),
        },
    )


_SERVICE = (
    Exercise(
        "service.inquiry",
        "What was inquiry conversion on the newest mature day, as a fraction?",
        "share",
        lambda: desk.inquiry(A),
        (
            "Somebody who asks today may pay in three days.",
            "The newest mature day lies four days before the report day.",
            "Buyers over visitors who asked, on that day.",
        ),
        "The same figure and the same day as in the service page.",
        0.0005,
        {"immature": lambda: desk.inquiry(A, back=0)},
    ),
    Exercise(
        "service.rating",
        "An item is rated 4.76 by 500 reviews. How many five-star reviews lift it to 4.80?",
        "count",
        lambda: desk.five_stars(500, 4.76, 4.80),
        (
            "Each new review moves the sum of stars and the number of reviews.",
            "500 x 4.76 + 5 x n = 4.80 x (500 + n)",
            "n = 500 x (4.80 - 4.76) / (5 - 4.80)",
        ),
        "A hundred happy buyers for four hundredths: it is cheaper to mend what the bad reviews say.",
        0.5,
        {"new_reviews_forgotten": lambda: 500 * (4.80 - 4.76)},
    ),
    _answer_change(B, "second"),
)


def _short(shop: str, name: str) -> Exercise:
    return Exercise(
        f"checkup.{name}",
        "How many items last less than seven days, sold-out ones among them?",
        "count",
        lambda: float(desk.short_items(shop)),
        (
            "Pieces alone say nothing: some items sell two a week.",
            "Days that a stock lasts: stock_units over units_a_day.",
            "Count the items below seven.",
        ),
        "These are the rows of the stock table in the self-check page.",
        0.4,
        {"few_pieces": lambda: float(desk.few_pieces(shop))},
    )


_CHECKUP = (
    Exercise(
        "checkup.sold_out",
        "Which item is sold out? Give its item id.",
        "text",
        lambda: desk.sold_out(A),
        (
            "stock_units is 0.",
            "It still sells on days when there is something to sell.",
            "The first row of the stock table in the self-check page.",
        ),
        "Each day without it costs what it usually sells: this is the day's first call.",
        0.0,
        {"best_seller": lambda: desk.best_seller(A)},
    ),
    _short(A, "short"),
    _short(B, "second"),
)


def _rate(shop: str, name: str) -> Exercise:
    return Exercise(
        f"terms.{name}",
        "What is the conversion of the term with most buyers, as a fraction?",
        "share",
        lambda: desk.term_rate(shop),
        (
            "Sort the terms by pay_buyers.",
            "Buyers over visitors, both over four weeks.",
            "The first row of the table of terms in the promotion page.",
        ),
        "Hold it against the other terms with their ranges before you move a title.",
        0.0003,
        {"all_terms": lambda: desk.all_terms(shop)},
    )


_TERMS = (
    _rate(A, "rate"),
    Exercise(
        "terms.head",
        "Which share of the visitors of all terms do the three most visited bring, as a fraction?",
        "share",
        lambda: desk.head_share(A),
        (
            "Sort by visitors and take three.",
            "Their visitors over the visitors of all terms.",
            "nlargest(3) over sum()",
        ),
        "Three words carry much of the search traffic: they stay in the titles, whatever else changes.",
        0.002,
        {"head_of_buyers": lambda: desk.head_share(A, "pay_buyers")},
    ),
    _rate(B, "second"),
)


def _required(shop: str, name: str) -> Exercise:
    return Exercise(
        f"targets.{name}",
        "What must each remaining day of the month bring to reach the sales target, in yuan?",
        "CNY",
        lambda: desk.required(shop),
        (
            "The target less what the month has brought so far.",
            "November has thirty days; the report day is over.",
            "(target - sold) / remaining days",
        ),
        "The same figure as in the monthly page: it is what one has to plan with.",
        10.0,
        {"whole_month": lambda: desk.required(shop, whole=True)},
    )


_TARGETS = (
    _required(A, "required"),
    Exercise(
        "targets.visitors",
        "How many visitors a day does that take at the month's value of a visitor?",
        "persons",
        lambda: desk.visitors_needed(A),
        (
            "Value of a visitor: sales of the month over its visitors.",
            "What each day must bring, over the value of a visitor.",
            "Sums first, then one division.",
        ),
        "Far more than an ordinary day has: it takes another price, mix or budget, or another target.",
        15.0,
        {"todays_value": lambda: desk.visitors_needed(A, today=True)},
    ),
    _required(B, "second"),
)

DESK = (*_PROMOTION, *_SERVICE, *_CHECKUP, *_TERMS, *_TARGETS)
