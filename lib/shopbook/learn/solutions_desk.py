"""The answers of the examples on promotion, service, stock, search terms and targets."""

import calendar

import pandas as pd

from shopbook.learn import samples
from shopbook.metrics.margin import break_even_roi
from shopbook.metrics.ratio import pooled, ratio
from shopbook.params import rules

_SHORT_DAYS = 7
_FEW = 50


def margin(shop: str) -> float:
    """Gross margin of the items whose cost is known."""
    rows = samples.table("stock", shop).dropna(subset=["unit_cost", "pay_amount"])
    sales = rows["pay_amount"].sum()
    return float((sales - (rows["pay_units"] * rows["unit_cost"]).sum()) / sales)


def _plans(shop: str, days: int, *, mature: bool = True) -> pd.DataFrame:
    """The plans' rows of some days to the newest mature one."""
    rows = samples.table("ads", shop)
    wait = int(rules().thresholds["immature_ad_days"].value) if mature else 0
    last = rows["date"].max() - pd.Timedelta(days=wait)
    return rows[(rows["date"] <= last) & (rows["date"] > last - pd.Timedelta(days=days))]


def roi(shop: str, *, mature: bool = True, ordinary: bool = True) -> float:
    """ROI of the ordinary days of seven; `ordinary=False` lets sale and campaign days in."""
    rows = _plans(shop, 7, mature=mature)
    special = samples.special_days(shop) if ordinary else []
    return pooled("ad_roi", rows[~rows["date"].isin(pd.DatetimeIndex(special))])


def _by_plan(shop: str) -> pd.DataFrame:
    sums = _plans(shop, 28).groupby("plan")[["ad_revenue", "ad_spend"]].sum()
    return sums.assign(roi=ratio("ad_roi", sums))


def costly_plan(shop: str) -> str:
    """The plan that spends most of those below break-even."""
    plans = _by_plan(shop)
    return str(plans[plans["roi"] < break_even_roi(margin(shop))]["ad_spend"].idxmax())


def lowest_roi(shop: str) -> str:
    """The plan with the lowest ROI."""
    return str(_by_plan(shop)["roi"].idxmin())


def largest_spend(shop: str) -> str:
    """The plan that spends most."""
    return str(_by_plan(shop)["ad_spend"].idxmax())


def _answers(shop: str) -> pd.Series:
    return samples.table("service", shop).set_index("date")["avg_response_seconds"]


def answer_change(shop: str) -> float:
    """The newest day's answer time against its comparable days."""
    seconds = _answers(shop)
    return float(seconds.iloc[-1] / seconds[pd.DatetimeIndex(samples.comparable_days(shop))].mean() - 1)


def answer_yesterday(shop: str) -> float:
    """Against the day before."""
    seconds = _answers(shop)
    return float(seconds.iloc[-1] / seconds.iloc[-2] - 1)


def answer_month(shop: str) -> float:
    """Against the mean of twenty-eight days."""
    seconds = _answers(shop)
    return float(seconds.iloc[-1] / seconds.iloc[-29:-1].mean() - 1)


def inquiry(shop: str, *, back: int | None = None) -> float:
    """Inquiry conversion some days before the report day; the newest mature one when not said."""
    wait = int(rules().thresholds["immature_inquiry_days"].value) if back is None else back
    return float(ratio("inquiry_conversion_rate", samples.table("service", shop).iloc[-1 - wait]))


def five_stars(reviews: int, rating: float, goal: float) -> float:
    """Five-star reviews that lift a rating to its goal."""
    return reviews * (goal - rating) / (5 - goal)


def _lasting(shop: str) -> pd.DataFrame:
    rows = samples.table("stock", shop)
    return rows.assign(days=rows["stock_units"] / rows["units_a_day"].where(rows["units_a_day"] > 0))


def short_items(shop: str) -> int:
    """Items whose stock lasts less than seven days."""
    return int((_lasting(shop)["days"] < _SHORT_DAYS).sum())


def few_pieces(shop: str) -> int:
    """Items with few pieces, however slowly they sell."""
    return int((samples.table("stock", shop)["stock_units"] < _FEW).sum())


def sold_out(shop: str) -> str:
    """The item that sells and has no stock."""
    rows = _lasting(shop)
    return str(rows[rows["stock_units"] == 0].nlargest(1, "units_a_day")["item_id"].iloc[0])


def best_seller(shop: str) -> str:
    """The item that sells most a day."""
    return str(samples.table("stock", shop).nlargest(1, "units_a_day")["item_id"].iloc[0])


def term_rate(shop: str) -> float:
    """Conversion of the term with most buyers."""
    return float(ratio("pay_conversion_rate", samples.table("terms", shop).nlargest(1, "pay_buyers").iloc[0]))


def all_terms(shop: str) -> float:
    """Conversion of all terms together."""
    return pooled("pay_conversion_rate", samples.table("terms", shop))


def head_share(shop: str, figure: str = "visitors") -> float:
    """Share of the three largest terms."""
    values = samples.table("terms", shop)[figure]
    return float(values.nlargest(3).sum() / values.sum())


def _month(shop: str) -> pd.DataFrame:
    days = samples.table("days", shop)
    newest = days["date"].max()
    return days[(days["date"].dt.year == newest.year) & (days["date"].dt.month == newest.month)]


def required(shop: str, *, whole: bool = False) -> float:
    """What each remaining day must bring; `whole`: the target over all days of the month."""
    rows, targets = _month(shop), samples.table("targets", shop).set_index("metric")["target"]
    newest = rows["date"].max()
    days = calendar.monthrange(newest.year, newest.month)[1]
    if whole:
        return float(targets["pay_amount"] / days)
    return float((targets["pay_amount"] - rows["pay_amount"].sum()) / (days - newest.day))


def visitors_needed(shop: str, *, today: bool = False) -> float:
    """Visitors a day at the month's value of a visitor, or at the report day's."""
    rows = _month(shop)
    return required(shop) / pooled("visitor_value", rows.tail(1) if today else rows)
