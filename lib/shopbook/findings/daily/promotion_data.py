"""What the ad reports hold: mature days, sums by plan, item, crowd or keyword, ranges, break-even ROI."""

import datetime as dt
import math

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from shopbook.findings.facts import Facts
from shopbook.metrics import ads
from shopbook.metrics.frame import within
from shopbook.metrics.margin import break_even_roi, margin_rate

# level of an ad report -> (id column, name column); where a report has no id the name is the id
LEVELS = {
    "plan": ("ad_plan_id", "ad_plan_name"),
    "item": ("item_id", "item_name"),
    "audience": ("ad_audience", "ad_audience"),
    "keyword": ("search_term", "search_term"),
    "account": ("ad_scene", "ad_scene"),
    "subject": ("ad_subject_id", "ad_subject_name"),
    ads.BRAND: ("ad_scene", "ad_scene"),
}
SUMS = ("ad_impressions", "ad_clicks", "ad_spend", "ad_revenue", "ad_orders", "ad_visitors")
WINDOW = 28
MIN_DAYS = 7


def ad_rows(facts: Facts, level: str) -> pd.DataFrame:
    """One level of the ad reports: date, key, label, scene and the sums, a row a day and key."""
    return facts.once(("ad_rows", level), lambda: _ad_rows(facts, level))


def _ad_rows(facts: Facts, level: str) -> pd.DataFrame:
    frame = _counted_once(facts)
    rows = frame[_stands_for(frame, level)] if len(frame) else frame
    if rows.empty:
        return pd.DataFrame(columns=["date", "key", "label", "scene", *SUMS])
    key, name = ((rows[each] if each in rows else _blank(rows)).fillna("") for each in LEVELS[level])
    scene = (rows["ad_scene"] if "ad_scene" in rows else _blank(rows)).fillna("")
    rows = rows.assign(key=key.where(key != "", name), label=name.where(name != "", key), scene=scene)
    sums = [each for each in SUMS if each in rows]
    grouped = rows.groupby(["date", "key"], sort=True)
    found = grouped.agg({"label": "last", "scene": "last"})
    return found.join(grouped[sums].sum(min_count=1)).reindex(columns=["label", "scene", *SUMS]).reset_index()


def _stands_for(frame: pd.DataFrame, level: str) -> pd.Series:
    """The rows of a level; units make up the plans of a day on which only units were downloaded."""
    is_level = frame["level"] == level
    if level != "plan":
        return is_level
    return is_level | ((frame["level"] == "unit") & ~frame["date"].isin(set(frame.loc[is_level, "date"])))


def account_days(facts: Facts) -> pd.DataFrame:
    """All ads together, one row a day: each level repeats the same money, so only one is summed."""
    return facts.once("account_days", lambda: _account_days(facts))


def _account_days(facts: Facts) -> pd.DataFrame:
    return ads.account_days(facts.frames.get("ad_report", pd.DataFrame()), list(SUMS))


def _counted_once(facts: Facts) -> pd.DataFrame:
    return facts.once("ads_once", lambda: ads.once_a_level(facts.frames.get("ad_report", pd.DataFrame())))


def attribution_days(facts: Facts) -> int | None:
    """The attribution window the reports were made with; None when nobody wrote it down."""
    frame = facts.frames.get("ad_report", pd.DataFrame())
    if "attribution_days" not in frame or frame["attribution_days"].isna().all():
        return None
    return int(frame["attribution_days"].max())


def mature_until(facts: Facts) -> dt.date:
    """The newest day whose attributed sales no longer grow."""
    longest = int(facts.threshold("immature_ad_days"))
    known = attribution_days(facts)
    return facts.day - dt.timedelta(days=longest if known is None else min(known, longest))


def between(rows: pd.DataFrame, last: dt.date, days: int = WINDOW) -> pd.DataFrame:
    """The rows of the `days` days up to `last`."""
    stamp = pd.Timestamp(last)
    return within(rows, stamp - pd.Timedelta(days=days - 1), stamp)


def ratio_range(top: pd.Series | np.ndarray, bottom: pd.Series | np.ndarray) -> tuple[float, float, float]:
    """A ratio of sums over days with its 90% range; NaN ends with fewer than a week of days.

    The variance is that of a ratio estimator (Cochran 1977, 2.11), from the days' departures.
    """
    over, under = np.asarray(top, float), np.asarray(bottom, float)
    known = (under > 0) & ~np.isnan(over)
    over, under = over[known], under[known]
    if not len(under):
        return math.nan, math.nan, math.nan
    value = float(over.sum() / under.sum())
    if len(under) < MIN_DAYS:
        return value, math.nan, math.nan
    left = over - value * under
    variance = len(under) / (len(under) - 1) * float(left @ left) / float(under.sum()) ** 2
    half = float(stdtrit(len(under) - 1, 0.95)) * math.sqrt(variance)
    return value, max(0.0, value - half), value + half


def unit_costs(facts: Facts) -> pd.Series:
    """The newest known unit cost by item, in yuan."""
    return facts.once("unit_costs", lambda: _unit_costs(facts))


def _unit_costs(facts: Facts) -> pd.Series:
    stock = facts.frames.get("stock", pd.DataFrame())
    if "unit_cost" not in stock:
        return pd.Series(dtype=float)
    known = stock[(stock["date"] <= facts.stamp) & (stock["unit_cost"] > 0)]
    newest = known.sort_values("date", kind="stable").drop_duplicates("item_id", keep="last")
    return newest.set_index("item_id")["unit_cost"].sort_index()


def item_margins(facts: Facts) -> pd.Series:
    """Gross margin by item over four weeks, (amount - units x cost) / amount; only items of known cost."""
    return facts.once("item_margins", lambda: _item_margins(facts))


def _item_margins(facts: Facts) -> pd.Series:
    sold = _sold(facts)
    if sold.empty:
        return pd.Series(dtype=float)
    cost = unit_costs(facts).reindex(sold.index)
    return margin_rate(sold["pay_amount"], sold["pay_units"], cost).dropna()


def gross_margin(facts: Facts) -> float | None:
    """The shop's gross margin: from unit costs where they cover its sales, else as set, else not known."""
    sold, margins = _sold(facts), item_margins(facts)
    if len(margins):
        amount = sold.loc[margins.index, "pay_amount"]
        if amount.sum() >= facts.threshold("cost_known_ads") * sold["pay_amount"].sum() > 0:
            return float((margins * amount).sum() / amount.sum())
    return facts.shop.gross_margin


def break_even(margin: float | None) -> float | None:
    """1 / gross margin; None when the margin is not known or nothing is left of a sale."""
    return break_even_roi(margin) if margin is not None and margin > 0 else None


def _sold(facts: Facts) -> pd.DataFrame:
    """Units and amount by item over the last four weeks."""
    return facts.once("sold", lambda: _sums_sold(facts))


def _sums_sold(facts: Facts) -> pd.DataFrame:
    names = ["pay_units", "pay_amount"]
    if facts.items.empty or not set(names) <= set(facts.items.columns):
        return pd.DataFrame(columns=names, dtype=float)
    return between(facts.items, facts.day).groupby("item_id")[names].sum()


def _blank(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(np.full(len(rows), ""), index=rows.index, dtype=object)
