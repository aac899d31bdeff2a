"""Tables of the self-check: what runs out, does not sell, is out of season, listed twice, due or missing."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from shopbook import units
from shopbook.analysis.demand import demand_ahead
from shopbook.analysis.stock import cover_days, no_sale
from shopbook.days import short_day
from shopbook.findings.daily.duplicates import same_listings
from shopbook.findings.facts import Facts
from shopbook.findings.warnings.data import item_names
from shopbook.findings.warnings.found import short
from shopbook.kinds import is_irregular, kind_name, kind_place
from shopbook.metrics.frame import within
from shopbook.text import tr

_STOCK_DAYS = 28
_DEMAND_DAYS = 84
_LATE_DAYS = 2
_CASE_DAYS = 30
# Months in which goods of a season are sold, one month of warming up and running out included.
_SEASONS = {"春": (2, 3, 4, 5), "夏": (4, 5, 6, 7, 8), "秋": (8, 9, 10, 11), "冬": (10, 11, 12, 1, 2)}
_ALL_YEAR = ("四季", "全年", "常年", "通用")
_CASES = "违规|投诉|举报"
_CHECKS = "链接|价格|折扣|优惠"


def stock_table(facts: Facts) -> list[dict[str, Any]]:
    """Items whose stock ends within the wanted cover, sold-out ones with the most sales first."""
    return facts.once("stock_table", lambda: _stock_rows(facts))


def stock_cover(facts: Facts) -> pd.DataFrame:
    """Every item with a stock: stock_units, `rate` (units on a day it could sell), `days` the stock lasts."""
    held, sold = _stock(facts), _could_sell(facts)
    if held.empty or sold.empty:
        return pd.DataFrame(columns=["stock_units", "rate", "days"], dtype=float)
    recent = sold.tail(_STOCK_DAYS)
    # What sells on an ordinary day: a festival's pieces are none of it, as on the lifecycle's pages.
    ordinary = recent[~recent.index.isin([pd.Timestamp(day) for day in facts.special_days])]
    rates = cover_days(held["stock_units"], recent)
    if len(ordinary):  # an item without an ordinary day keeps its rate of all days
        rates = cover_days(held["stock_units"], ordinary).dropna(subset=["rate"]).combine_first(rates)
    return held.join(rates).dropna(subset=["rate"])


def _could_sell(facts: Facts) -> pd.DataFrame:
    """Units by day and item; a day that began sold out is not known."""
    sold, counted = _units(facts, _DEMAND_DAYS), facts.frames["stock"]
    if sold.empty or counted.empty:
        return sold
    empty = counted[counted["stock_units"] <= 0].assign(out=True)
    out = empty.pivot_table(index="date", columns="item_id", values="out", aggfunc="any")
    # A day that began sold out says nothing about demand; the day a count reached zero did sell.
    was_out = out.shift(1).reindex(index=sold.index, columns=sold.columns).notna() & (sold == 0)
    return sold.mask(was_out)


def _stock_rows(facts: Facts) -> list[dict[str, Any]]:
    table = stock_cover(facts)
    if table.empty:
        return []
    sold = _could_sell(facts)
    wanted = facts.threshold("stock_cover_days")
    low = table[(table["rate"] > 0) & (table["days"] < wanted) & ~table.index.isin(_out_of_season(facts))]
    low = low.assign(gone=low["stock_units"] <= 0).sort_values(["gone", "rate"], ascending=False)
    low = low.join(_orders(facts, low["stock_units"], sold[low.index]))
    names = item_names(facts)
    return [
        {
            "item_id": str(item_id),
            "label": names.get(str(item_id), str(item_id)),
            "stock_units": float(row["stock_units"]),
            "rate": float(row["rate"]),
            "stock_days": float(row["days"]),
            "demand": row["demand"],
            "order_units": row["order_units"],
            "order_by": row["order_by"],
        }
        for item_id, row in zip(low.index, low.to_dict("records"), strict=True)
    ]


def _orders(facts: Facts, held: pd.Series, sold: pd.DataFrame) -> pd.DataFrame:
    """What an item will sell, how much of it to order, and by when, from days that were ordinary for it.

    Enough in nine cases of ten until the order after this one could come; by the day on which what is held
    lasts, at the upper end of the range, just until the goods are there.
    """
    lead, ahead = (int(facts.threshold(name)) for name in ("supply_days", "order_days"))
    days = pd.date_range(sold.index.min(), facts.stamp)
    special = sold.index.isin([pd.Timestamp(day) for day in facts.special_days])
    ordinary = sold[~special].reindex(days)
    soon, until = demand_ahead(ordinary, ahead), demand_ahead(ordinary, lead + ahead)
    wait = (held / (soon["high"] / ahead) - lead).clip(lower=0).where(soon["high"] > 0)
    tomorrow = facts.day + dt.timedelta(days=1)
    return pd.DataFrame(
        {
            "demand": [
                tr("{low} ~ {high}", low=units.count(low), high=units.count(high)) if units.known(low) else ""
                for low, high in zip(soon["low"], soon["high"], strict=True)
            ],
            "order_units": np.ceil((until["served"] - held).clip(lower=0)),
            "order_by": [
                short_day(tomorrow + dt.timedelta(days=int(each)), facts.day) if units.known(each) else ""
                for each in wait
            ],
        },
        index=held.index,
    )


def no_sale_table(facts: Facts) -> list[dict[str, Any]]:
    """Items without a sale for 30 days: visitors, units to be expected, and whether that says anything."""
    return facts.once("no_sale_table", lambda: _no_sale_rows(facts))


def no_sale_days(facts: Facts) -> int:
    """The days without a sale after which an item is listed."""
    return int(facts.threshold("no_sale_days"))


def _no_sale_rows(facts: Facts) -> list[dict[str, Any]]:
    items = facts.items
    if items.empty or "pay_units" not in items:
        return []
    days = no_sale_days(facts)
    recent = within(items, facts.stamp - pd.Timedelta(days=days - 1), facts.stamp)
    recent = recent[recent["item_id"].isin(_listed(facts))]
    if recent["date"].nunique() < days - _LATE_DAYS:
        return []  # a month without a month of data would call everything unsold
    # Presale items have orders and no payments: an order is a sale here.
    ordered = recent["order_units"].fillna(0) if "order_units" in recent else 0
    grouped = recent.assign(sold=recent["pay_units"].fillna(0) + ordered).groupby("item_id")
    table = pd.DataFrame({"units": grouped["sold"].sum(), "visitors": grouped["item_visitors"].sum()})
    held = _stock(facts)
    table["stock_units"] = held["stock_units"] if len(held) else float("nan")
    table["listed_days"] = _listed_days(facts, table.index)
    goal = _conversion(recent)
    table["verdict"] = no_sale(table, goal=goal, days=days, least=facts.threshold("no_sale_expected"))
    names = item_names(facts)
    words = {"no_sale": tr("take down or rework"), "too_few_visitors": tr("too few visitors to judge")}
    rows = table[table["verdict"] != ""].sort_values("visitors", ascending=False)
    return [
        {
            "item_id": str(item_id),
            "label": names.get(str(item_id), str(item_id)),
            "item_visitors": float(row["visitors"]),
            "expected": float(row["visitors"] * goal),
            "stock_units": row["stock_units"],
            "verdict": row["verdict"],
            "state": words[row["verdict"]],
        }
        for item_id, row in zip(rows.index, rows.to_dict("records"), strict=True)
    ]


def _out_of_season(facts: Facts) -> set[str]:
    """Items whose season is over: they may sell out, nobody orders them anew."""
    held = _stock(facts)
    if held.empty or "season" not in held:
        return set()
    is_over = held["season"].fillna("").map(lambda text: _over(str(text), facts.day))
    return {str(each) for each in held.index[is_over]}


def season_table(facts: Facts) -> list[dict[str, Any]]:
    """Listed items in stock, sold outside the months of their season; an unknown season is left alone."""
    return facts.once("season_table", lambda: _season_rows(facts))


def _season_rows(facts: Facts) -> list[dict[str, Any]]:
    held = _stock(facts)
    if held.empty or "season" not in held:
        return []
    listed, names = _listed(facts), item_names(facts)
    late = held[held.index.isin(_out_of_season(facts)) & (held["stock_units"] > 0)]
    return [
        {
            "item_id": str(item_id),
            "label": names.get(str(item_id), str(item_id)),
            "season": str(row["season"]),
            "stock_units": float(row["stock_units"]),
        }
        for item_id, row in late.sort_values("stock_units", ascending=False).iterrows()
        if item_id in listed
    ]


def duplicate_table(facts: Facts) -> list[dict[str, Any]]:
    """Pairs of listed items with the same goods number or nearly the same title."""
    return facts.once("duplicate_table", lambda: _duplicate_rows(facts))


def _duplicate_rows(facts: Facts) -> list[dict[str, Any]]:
    items = facts.items
    if items.empty:
        return []
    newest = items.drop_duplicates("item_id", keep="last")
    newest = newest[newest["item_id"].isin(_listed(facts))]
    codes = newest["item_code"].fillna("") if "item_code" in newest else pd.Series("", index=newest.index)
    titles = dict(zip(newest["item_id"].astype(str), newest["item_name"].fillna("").astype(str), strict=True))
    pairs = same_listings(
        titles, dict(zip(titles, codes.astype(str), strict=True)), facts.threshold("duplicate_title")
    )
    words = {"code": tr("same goods number"), "title": tr("nearly the same title")}
    return [
        {"item_id": one, "other": other, "label": short(titles[one]), "state": words[why]}
        for one, other, why in pairs
    ]


def signup_table(facts: Facts) -> list[dict[str, Any]]:
    """Events of the calendar whose sign-up closes within the notice, the next first."""
    last = facts.day + dt.timedelta(days=int(facts.threshold("signup_notice_days")))
    rows = [
        {
            "label": event.label,
            "date": event.signup_until.isoformat(),
            "days_left": (event.signup_until - facts.day).days,
            "first": event.first.isoformat(),
        }
        for event in facts.calendar.events
        if event.signup_until and facts.day <= event.signup_until <= last
    ]
    return sorted(rows, key=lambda row: str(row["date"]))


def case_table(facts: Facts, words: str = f"{_CASES}|{_CHECKS}") -> list[dict[str, Any]]:
    """Hand-filled violations, complaints and checks of links, prices and discounts, each entity's newest."""
    filled = facts.frames.get("hand_filled", pd.DataFrame())
    if filled.empty:
        return []
    since = facts.stamp - pd.Timedelta(days=_CASE_DAYS - 1)
    rows = filled[filled["metric"].str.contains(words) & filled["date"].between(since, facts.stamp)]
    newest = (
        rows.sort_values("date").drop_duplicates(["entity", "metric"], keep="last").dropna(subset=["value"])
    )
    names = item_names(facts)
    return [
        {
            "date": f"{row['date']:%m-%d}",
            "name": str(row["metric"]),
            "label": names.get(str(row["entity"]), short(str(row["entity"]))),
            "value": float(row["value"]),
        }
        for row in newest.sort_values("value", ascending=False).to_dict("records")
    ]


def export_table(facts: Facts, kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    """Every export the suite reads: its newest day, whether it is here, and where it comes from."""
    rows = []
    for kind in kinds:
        frame = facts.frames.get(kind, pd.DataFrame())
        dated = len(frame) > 0 and "date" in frame
        newest = frame["date"].max().date() if dated else None
        late = newest is not None and newest < facts.day and not is_irregular(kind)
        state = tr("missing") if frame.empty else tr("late") if late else tr("here")
        rows.append(
            {
                "name": kind_name(kind),
                "state": state,
                "date": newest.isoformat() if newest else "–",
                "place": kind_place(kind) if frame.empty or late else "",
            }
        )
    order = {tr("missing"): 0, tr("late"): 1, tr("here"): 2}
    return sorted(rows, key=lambda row: order[str(row["state"])])


def _stock(facts: Facts) -> pd.DataFrame:
    """The newest count of each item, by item."""
    return facts.once("stock", lambda: _newest_stock(facts))


def _newest_stock(facts: Facts) -> pd.DataFrame:
    frame = facts.frames.get("stock", pd.DataFrame())
    if frame.empty:
        return pd.DataFrame(columns=["stock_units"])
    known = frame[(frame["date"] <= facts.stamp) & frame["stock_units"].notna()]
    newest = known.sort_values("date", kind="stable").drop_duplicates("item_id", keep="last")
    return newest.set_index("item_id")


def _units(facts: Facts, days: int) -> pd.DataFrame:
    """Units by day and item; 0 where the day's report leaves out an item it had before: nobody came."""
    items = facts.items
    if "pay_units" not in items:
        return pd.DataFrame()
    first = facts.stamp - pd.Timedelta(days=days - 1)
    cells = within(items, first, facts.stamp).groupby(["date", "item_id"])["pay_units"]
    sold, rows = cells.sum(min_count=1).unstack(), cells.size().unstack()
    begun = items.groupby("item_id")["date"].min().reindex(sold.columns)
    left_out = rows.isna().apply(lambda day: day & (begun < day.name), axis=1)
    return sold.mask(left_out, 0.0)


def _listed(facts: Facts) -> set[str]:
    """Items of the newest report that are not off the shelf."""
    return facts.once("listed", lambda: _on_shelf(facts))


def _on_shelf(facts: Facts) -> set[str]:
    items = facts.items
    if items.empty:
        return set()
    newest = within(items, items["date"].max(), items["date"].max())
    if "item_status" in newest:
        newest = newest[~newest["item_status"].fillna("").str.contains("下架|off")]
    return set(newest["item_id"])


def _listed_days(facts: Facts, item_ids: pd.Index) -> pd.Series:
    """Days since listing: from the stock sheet, else since the first report that names the item."""
    first = facts.items.groupby("item_id")["date"].min().reindex(item_ids)
    # An item that was there when the history begins may be much older: not known, so not new.
    first = first.where(first > facts.items["date"].min())
    held = _stock(facts)
    if "listed_on" in held:
        first = pd.to_datetime(held["listed_on"].reindex(item_ids)).fillna(first)
    return (facts.stamp - first).dt.days


def _conversion(recent: pd.DataFrame) -> float:
    """What an ordinary item makes of its visitors: units over visitors of all items."""
    visitors = float(recent["item_visitors"].sum())
    return float(recent["pay_units"].sum()) / visitors if visitors else 0.0


def _over(season: str, day: dt.date) -> bool:
    """Whether goods of a season are out of it on a day; several seasons count together."""
    if any(word in season for word in _ALL_YEAR):
        return False
    months = [month for mark, span in _SEASONS.items() if mark in season for month in span]
    return bool(months) and day.month not in months
