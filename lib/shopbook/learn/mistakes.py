"""The mistakes everyone makes once, each with the sentence that says why the answer is off."""

MISTAKES = {
    "yesterday": (
        "That compares with yesterday. Weekdays differ by themselves: compare with the same weekday "
        "of the last four weeks."
    ),
    "long_mean": (
        "That compares with the mean of the last 28 days, sale days and every weekday in it. Take the"
        " same weekday of the last four weeks."
    ),
    "without_market": (
        "That is the shop's change alone. Take off what the market or the peers did: (1 + own) / (1 +"
        " market) - 1."
    ),
    "difference": "That subtracts one change from the other. Divide: (1 + own) / (1 + market) - 1.",
    "points": (
        "Those are percentage points, one rate less the other. A relative change divides by the usual rate."
    ),
    "mean_of_ratios": (
        "That is a mean of ratios: a quiet day counts as much as a busy one. Divide the sums."
    ),
    "arrow": (
        "An arrow is not a verdict. Look at the interval against the market or the peers: does it "
        "leave 0 out?"
    ),
    "other_day": "That is the day before. The report day is the newest complete day.",
    "orders": "Those are order figures. Some orders are never paid: this question asks for payments.",
    "biggest_source": (
        "That is the largest source, not the one that changed. Hold each source against its own usual level."
    ),
    "paid_owner": "Promotion answers for paid sources. The source that lost most is a free one.",
    "summed_visitors": (
        "That adds up the sources. One person may come by two of them: visitors do not add. Take the "
        "shop's own figure."
    ),
    "one_source": "No single source did it: they all moved together, and that is what the market did.",
    "gainer_of_value": "Each visitor of that rival gained most in value. The question asks for sales.",
    "our_shop": "That is our own row. The question asks for a rival.",
    "unpaid_is_zero": (
        "During a presale nothing is paid yet, so 0 is no answer about demand. Use orders over visitors."
    ),
    "shop_rate": "That is the conversion of the whole shop. The question is about one item.",
    "day_winner": "That wins on a single day, with a handful of buyers. Add up four weeks first.",
    "refunds_counted": "Refunds are still in it. Net sales are payments less refunds.",
    "campaign_in_base": (
        "Campaign days are in your base: they lift what is called ordinary. Leave them out."
    ),
    "gross": (
        "That is the gross effect, warm-up and peak only. Sales pulled forward are missed on the days"
        " after: take the net window."
    ),
    "net": (
        "That is the net effect, the days after the campaign in it. This question asks for warm-up "
        "and peak alone."
    ),
    "before_after": (
        "That takes an ordinary day before the campaign as what would have been. The rest of the "
        "trade moved meanwhile: hold it against the peers."
    ),
    "gross_verdict": (
        "That holds for warm-up and peak. Net of what was only pulled forward the range includes 0."
    ),
    "stock_fall": (
        "Its visitors fell while there was nothing to sell. Days without stock do not count as demand."
    ),
    "healthy": "Its level is fine. Look at the slope against its category, week by week.",
    "present_header": "That column is there. The message names the missing one first.",
    "two_shops": "That is the other shop's answer. Read this shop's table.",
    "rows_with_header": "Banner and header rows were counted too. The reader counts items.",
    "margin_itself": "That is the margin itself. Break-even ROI is one divided by it.",
    "immature": (
        "That takes days that are still growing: sales and payments for them come in later. Take the "
        "newest mature day."
    ),
    "lowest_roi": "That plan has the lowest ROI, but another one below the line spends more.",
    "largest_spend": "That plan spends most, but it is not below break-even.",
    "new_reviews_forgotten": (
        "The new reviews count as well: the sum of stars grows by five each, the number of reviews by one."
    ),
    "few_pieces": "That counts small stocks. What matters is how many days they last.",
    "best_seller": "That item sells most a day, and it still has stock.",
    "all_terms": "That is the conversion of all terms together. The question is about one.",
    "head_of_buyers": "That is their share of the buyers. The question asks for visitors.",
    "whole_month": "That spreads the target over the whole month. What is over is over: divide what is left.",
    "todays_value": "That takes one day's value of a visitor. Use the month's: one day moves by chance.",
}
