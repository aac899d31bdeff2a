"""What the lifecycle rules look at: weekly stages, and one row an item with its last four weeks."""

import copy
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from shopbook.analysis.heroes import HeroRules, conversion_interval, hero_ranking
from shopbook.analysis.roles import item_roles
from shopbook.analysis.stage_outlook import ordinary_weeks, outlook
from shopbook.analysis.stages import STAGES, StageHints, StageRules, latest_stages, weekly_stages
from shopbook.analysis.stock import cover_days
from shopbook.findings.facts import PAST, Facts
from shopbook.findings.finding import DataWarning
from shopbook.findings.product_lifecycle.item_rows import newest_known, once_a_day
from shopbook.lineage import kept
from shopbook.metrics.ads import once_a_level
from shopbook.metrics.frame import within
from shopbook.metrics.margin import margin_rate
from shopbook.metrics.ratio import divide, ratio

WEEK, ONE = pd.Timedelta(weeks=1), pd.Timedelta(days=1)
WINDOW = 4 * WEEK
SUMS = (
    "item_visitors",
    "pay_buyers",
    "pay_units",
    "pay_amount",
    "cart_buyers",
    "favorite_buyers",
    "search_visitors",
    "refund_amount",
)
# What operators write as a stage lock; the English names are accepted too.
LOCKS = {"新生": "new", "成长": "growth", "爆款": "hit", "稳定": "stable", "衰退": "decline"}


@dataclass(frozen=True)
class LifecycleFacts:
    """One shop at the end of a week. `base` holds history up to the report day."""

    base: Facts
    rules: StageRules
    published: tuple[Mapping[str, Any], ...] = ()
    problems: dict[str, list[str]] = field(default_factory=dict)

    def warned(self, warnings: Iterable[DataWarning]) -> "LifecycleFacts":
        """These facts under a page's own `warnings`, sharing what was made of them before."""
        made = copy.copy(self)
        object.__setattr__(made, "base", self.base.warned(warnings))
        return made

    @kept
    def item_days(self) -> pd.DataFrame:
        """Items by day over the whole past, one row each, what stages are made of."""
        return once_a_day(self.reported)

    @kept
    def recent_days(self) -> pd.DataFrame:
        """Items by day over the last nine weeks at least, one row each, with all figures."""
        return once_a_day(self.base.frames["item_daily"])

    @property
    def reported(self) -> pd.DataFrame:
        """The item report over the whole past as it was exported."""
        return self.base.frames.get(PAST, self.base.frames["item_daily"])

    @kept
    def tags(self) -> pd.DataFrame:
        """Hand tags by item; columns that the file lacks are empty text."""
        tags = self.base.frames.get("item_tags", pd.DataFrame())
        columns = ["category", "role", "stage_lock", "replaces"]
        if tags.empty:
            return pd.DataFrame(columns=columns, index=pd.Index([], name="item_id"))
        rows = tags.drop_duplicates("item_id", keep="last").set_index("item_id")
        wide = rows.reindex(columns=columns).astype(object)
        return wide.where(wide.notna(), "").astype(str)

    @kept
    def stock(self) -> pd.DataFrame:
        """The newest stock row of each item."""
        rows = self.base.frames.get("stock", pd.DataFrame())
        columns = ["stock_units", "unit_cost", "listed_on", "season"]
        if rows.empty:
            return pd.DataFrame(columns=columns, index=pd.Index([], name="item_id"))
        return newest_known(rows, columns)

    @kept
    def hints(self) -> StageHints:
        """Tags, listing days, campaign days (also to come) and days without stock, for the stages."""
        locks = {item: lock_stage(text) for item, text in self.tags["stage_lock"].items()}
        listed = pd.to_datetime(self.stock["listed_on"], errors="coerce").dropna()
        replaces = self.tags["replaces"].str.strip()
        return StageHints(
            category={item: name for item, name in self.tags["category"].items() if name},
            listed_on={item: stamp.date() for item, stamp in listed.items()},
            locks={item: stage for item, stage in locks.items() if stage},
            replaces={item: old for item, old in replaces.items() if old},
            event_days=sorted(_campaign_days(self.base, self.item_days)),
            stock_outs=_stock_outs(self.base.frames.get("stock")),
        )

    @kept
    def market(self) -> pd.DataFrame:
        """Visitors of the market, a column a category; no column when there is none."""
        known = market_visitors(self.base)
        return pd.DataFrame() if known is None else known

    @property
    def market_reference(self) -> pd.DataFrame:
        """The market as the stages use it: the shop's own main category serves items without a category."""
        main = self.base.shop.category
        renamed = (
            self.market.rename(columns={main: ""})
            if main in self.market and "" not in self.market
            else self.market
        )
        sold = set(self.hints.category.values())
        return renamed[[name for name in renamed if name == "" or name in sold]]

    @kept
    def weekly(self) -> pd.DataFrame:
        """Stages of every item and whole week up to the report day."""
        days = self.item_days
        known = [name for name in ("item_visitors", "pay_units") if name in days and days[name].notna().any()]
        if not known:
            return weekly_stages(pd.DataFrame({"date": [], "item_id": []}))
        return weekly_stages(
            days, self.market_reference, rules=self.rules, hints=self.hints, last_day=self.base.day
        )

    @kept
    def outlook(self) -> pd.DataFrame:
        """Range of each item's next four weeks, in the unit of its stage; empty where the past is short."""
        return outlook(self.weekly, self.campaign_weeks)

    @property
    def weeks_to_trend(self) -> int:
        """Whole weeks of the item report still to come before a trend can be seen; 0: none."""
        return max(self.rules.window - int(self.weekly["week"].nunique()), 0)

    @property
    def campaign_weeks(self) -> set[pd.Timestamp]:
        """The Mondays of weeks with a platform campaign, past and to come."""
        days = [pd.Timestamp(day) for day in self.hints.event_days]
        return {day - day.day_of_week * ONE for day in days}

    @property
    def weeks_ahead(self) -> list[pd.Timestamp]:
        """The weeks of the next four that the outlook is of."""
        return ordinary_weeks(self.last_sunday - WEEK + ONE, self.campaign_weeks)

    @kept
    def last_sunday(self) -> pd.Timestamp:
        """The end of the newest whole week."""
        return pd.Timestamp(self.base.day) - pd.Timedelta(days=(self.base.day.weekday() + 1) % 7)

    @kept
    def items(self) -> pd.DataFrame:
        """One row an item that is listed today: stage, four-week sums, price, cost, stock, role, rank."""
        stages = latest_stages(self.weekly).set_index("item_id")
        if stages.empty:
            return stages.reindex(columns=[*stages.columns, *_ITEM_COLUMNS])
        rows = stages.join(self.window(0)).join(self.window(4).add_suffix("_before"))
        rows = rows.join(self.stock, how="left").join(self._newest(), how="left")
        rows["category"] = rows.index.map(lambda item: self.hints.category.get(item, ""))
        rows["name"] = rows["item_name"].where(rows["item_name"].notna(), rows.index.to_series()).astype(str)
        rows = _with_ratios(rows.join(self.ads), self.stock_cover)
        rows["share"] = rows["pay_amount"] / max(float(rows["pay_amount"].sum()), 1.0)
        rows["role"] = item_roles(_role_input(rows, self.tags))
        return rows.join(self.heroes.set_index("item_id")[["rank", "score", "badge"]])

    @kept
    def heroes(self) -> pd.DataFrame:
        """Hero ranking of the last four weeks; empty without visitors."""
        sums = self.window(0)
        shown = sums[sums["item_visitors"] > 0]
        if shown.empty:
            return pd.DataFrame(columns=["item_id", "rank", "score", "conversion", "badge"])
        rows = pd.DataFrame(
            {
                "item_id": shown.index,
                "visitors": shown["item_visitors"].to_numpy(),
                "buyers": shown["pay_buyers"].fillna(0).to_numpy(),
                "week_visitors": shown["item_visitors"].to_numpy() / 4,
                "bounce_rate": self._newest()["item_bounce_rate"].reindex(shown.index).to_numpy(),
                "category": [self.hints.category.get(item) for item in shown.index],
            }
        )
        badge = HeroRules(week_visitors=self.rules.hit_level, conversion=self.goal)
        return hero_ranking(rows, rules=badge)

    @kept
    def goal(self) -> float:
        """Conversion of all items together in the last four weeks."""
        sums = self.window(0)[["pay_buyers", "item_visitors"]].sum()
        return float(np.clip(np.nan_to_num(ratio("pay_conversion_rate", sums)), 1e-4, 0.5))

    @kept
    def conversion(self) -> pd.DataFrame:
        """Conversion of each item of the last four weeks with its 90% range."""
        sums = self.window(0)
        if not (sums["item_visitors"] > 0).any():
            return pd.DataFrame(columns=["rate", "low", "high"], index=sums.index)
        return conversion_interval(sums["pay_buyers"].fillna(0), sums["item_visitors"].fillna(0))

    @kept
    def stock_cover(self) -> pd.DataFrame:
        """Cover of each item with a stock row: rate, days, in_stock_days."""
        last = self.base.stamp
        recent = within(self.recent_days, last - pd.Timedelta(days=41), last)
        stock = pd.to_numeric(self.stock["stock_units"], errors="coerce")
        if stock.empty or recent.empty or "pay_units" not in recent:
            return pd.DataFrame(columns=["rate", "days", "in_stock_days"], index=stock.index)
        units = recent.pivot(index="date", columns="item_id", values="pay_units")
        out = self.hints.stock_outs
        assert out is not None  # the hints of a shop always carry them
        day, item = units.index.get_indexer(out["date"]), units.columns.get_indexer(out["item_id"])
        gone: np.ndarray = np.zeros(units.shape, bool)
        gone[day[(day >= 0) & (item >= 0)], item[(day >= 0) & (item >= 0)]] = True
        units = units.mask(gone)
        ordinary = [day.date() not in self.base.special_days for day in units.index]
        return cover_days(stock, units[ordinary] if any(ordinary) else units)

    @kept
    def ads(self) -> pd.DataFrame:
        """Ad figures of each item in the last four weeks: spend, revenue, clicks, impressions, visitors."""
        columns = ["ad_spend", "ad_revenue", "ad_clicks", "ad_impressions", "ad_visitors"]
        rows = self.base.frames.get("ad_report")
        if rows is None or rows.empty or "item_id" not in rows:  # reports of plans alone name no item
            return pd.DataFrame(columns=columns, index=pd.Index([], name="item_id"), dtype=float)
        rows, first = once_a_level(rows), self.last_sunday - WINDOW
        rows = rows[(rows["level"] == "item") & (rows["date"] > first) & (rows["date"] <= self.last_sunday)]
        return (
            rows.groupby("item_id")[[name for name in columns if name in rows]].sum().reindex(columns=columns)
        )

    @kept
    def days_known(self) -> int:
        """The days among those of the last four whole weeks that an item report tells of."""
        return int(
            within(self.recent_days, self.last_sunday - WINDOW + ONE, self.last_sunday)["date"].nunique()
        )

    def window(self, weeks_back: int) -> pd.DataFrame:
        """Four whole weeks of every item, summed, ending `weeks_back` weeks before the newest Sunday."""
        return self.base.once(("window", weeks_back), lambda: self._window(weeks_back))

    def _window(self, weeks_back: int) -> pd.DataFrame:
        last = self.last_sunday - weeks_back * WEEK
        rows = within(self.recent_days, last - WINDOW + ONE, last)
        present = [name for name in SUMS if name in rows]
        return rows.groupby("item_id")[present].sum(min_count=1).reindex(columns=list(SUMS)).astype(float)

    def in_stage(self, *stages: str) -> pd.DataFrame:
        """Items in these stages, largest sales first."""
        return self.items[self.items["stage"].isin(stages)].sort_values("pay_amount", ascending=False)

    def _newest(self) -> pd.DataFrame:
        return self.base.once("newest_words", self._newest_words)

    def _newest_words(self) -> pd.DataFrame:
        rows = within(self.recent_days, self.last_sunday - WINDOW + ONE, self.base.stamp)
        columns = [name for name in ("item_name", "item_bounce_rate") if name in rows]
        newest = (
            rows.groupby("item_id")[columns].last()
            if columns
            else pd.DataFrame(index=rows["item_id"].unique())
        )
        return newest.reindex(columns=["item_name", "item_bounce_rate"])


_ITEM_COLUMNS = [
    *SUMS, "ad_spend", "ad_revenue", "ad_clicks", "ad_impressions", "ad_visitors", "name", "category", "role",
    "rank", "score", "badge", "share", "conversion", "price", "price_before", "unit_cost", "margin_share",
    "profit", "stock_units", "rate", "days", *(f"{name}_before" for name in SUMS),
]  # fmt: skip


def lock_stage(text: str) -> str:
    """The stage a lock names, in Chinese or English; "" for none or for a word that names no stage."""
    word = str(text).strip().removesuffix("期").removesuffix("品")
    return word if word in STAGES else LOCKS.get(word, "")


def market_visitors(facts: Facts) -> pd.DataFrame | None:
    """Real visitors of each category's market by day; indices stay out."""
    rows = facts.frames.get("market")
    if rows is None or rows.empty:
        return None
    known = rows[(rows["value_type"] == "value") & rows["metric"].isin(("visitors", "market_visitors"))]
    if known.empty:
        return None
    return known.pivot_table(index="date", columns="category", values="value", aggfunc="last")


def _campaign_days(facts: Facts, item_days: pd.DataFrame) -> set[dt.date]:
    if item_days.empty:
        return set()
    first = item_days["date"].min().date()
    events = [event for event in facts.calendar.events if event.kind == "campaign"]
    days = {day.date() for event in events for day in pd.date_range(event.first, event.last)}
    return {day for day in days if first <= day}


def _stock_outs(stock: pd.DataFrame | None) -> pd.DataFrame:
    if stock is None or stock.empty:
        return pd.DataFrame({"item_id": pd.Series(dtype="str"), "date": pd.Series(dtype="datetime64[ns]")})
    return stock.loc[stock["stock_units"] <= 0, ["item_id", "date"]]


def _with_ratios(rows: pd.DataFrame, cover: pd.DataFrame) -> pd.DataFrame:
    price = ratio("amount_per_unit", rows)
    cost = pd.to_numeric(rows["unit_cost"], errors="coerce")
    return rows.assign(
        conversion=ratio("pay_conversion_rate", rows),
        price=price,
        price_before=divide(rows["pay_amount_before"], rows["pay_units_before"]),
        unit_cost=cost,
        stock_units=pd.to_numeric(rows["stock_units"], errors="coerce"),
        margin_share=margin_rate(rows["pay_amount"], rows["pay_units"], cost),
        profit=rows["pay_amount"]
        - rows["refund_amount"].fillna(0)
        - cost * rows["pay_units"]
        - rows["ad_spend"].fillna(0),
        rate=cover["rate"].reindex(rows.index).astype(float),
        days=cover["days"].reindex(rows.index).astype(float),
    )


def _role_input(rows: pd.DataFrame, tags: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "visitors": rows["item_visitors"],
            "margin_share": rows["margin_share"],
            "conversion": rows["conversion"],
            "stock_units": rows["stock_units"],
            "role_tag": tags["role"].reindex(rows.index).fillna(""),
        }
    )
