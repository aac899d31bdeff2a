"""What the rules of a campaign review look at: its windows, its ordinary days, its control, its effects."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from shopbook.analysis import review, review_items, review_money
from shopbook.analysis.bsts import Bsts
from shopbook.analysis.campaign_windows import (
    PHASES,
    Doubt,
    Span,
    Windows,
    apart_from,
    campaign_windows,
    phase_doubts,
)
from shopbook.analysis.synthetic_control import RivalMix
from shopbook.analysis.uplift import Uplift, best_uplift, uplift
from shopbook.days import ONE_DAY, Calendar, span
from shopbook.lineage import kept
from shopbook.metrics import frame as days_of
from shopbook.metrics.ads import account_days
from shopbook.metrics.market import own_market
from shopbook.params import CampaignSettings, Rules, ShopSettings

SCOPES = ("shop", "promoted", "rest")
# What a shop's sales may be held against; the one with the smallest placebo error is taken.
_MARKET_AMOUNTS = ("pay_amount", "trade_index", "visitors")
_COVERED = 0.8


@dataclass(frozen=True)
class CampaignFacts:
    """One campaign of one shop as known on `day`; `frames` holds nothing later."""

    shop: ShopSettings
    campaign: CampaignSettings
    day: dt.date
    frames: Mapping[str, pd.DataFrame]
    calendar: Calendar
    rules: Rules
    others: tuple[CampaignSettings, ...] = ()
    file_items: tuple[str, ...] = ()

    def threshold(self, name: str) -> float:
        """A threshold of params/rules.yaml; the shop's file wins."""
        return self.rules.threshold(name, self.shop)

    @kept
    def windows(self) -> Windows:
        """Base, gross and net window; the net one ends before the shop's next campaign."""
        return self._apart[0]

    @kept
    def _apart(self) -> tuple[Windows, list[Doubt]]:
        return apart_from(campaign_windows(self.phases, self.day), self.other_windows)

    @property
    def phases(self) -> dict[str, Span]:
        """The phases by name, in the order of a campaign."""
        return {name: self.campaign.phases[name] for name in PHASES if name in self.campaign.phases}

    @property
    def previous(self) -> CampaignSettings | None:
        """The campaign this one is held against."""
        return next((each for each in self.others if each.id == self.campaign.previous), None)

    @kept
    def own(self) -> pd.DataFrame:
        """The shop, one row a day."""
        days = days_of.shop_days(self.frames["shop_daily"])
        return days if len(days) else days.reindex(columns=["pay_amount", "refund_amount"])

    @kept
    def items(self) -> pd.DataFrame:
        """Items, a row an item and day."""
        rows = self.frames["item_daily"]
        names = ["date", "item_id", "item_name", *review_items.SUMS]
        return rows.reindex(columns=[*names, "order_buyers"]) if rows.empty else rows

    @kept
    def other_windows(self) -> dict[str, Windows]:
        """The windows of the shop's other campaigns that began before the report day."""
        begun = {each.name or each.id: each for each in self.others if _first(each) <= self.day}
        return {name: campaign_windows(each.phases, self.day) for name, each in begun.items()}

    @kept
    def left_out(self) -> set[dt.date]:
        """Days of the base that are no ordinary days: other campaigns to their cool-down, platform events."""
        first = min((stamp.date() for stamp in self.own.index), default=self.day)
        base = span(first, self.windows.base_last) if first <= self.windows.base_last else []
        platform = {day for day in base if any(event.kind == "campaign" for event in self.calendar.on(day))}
        held = (
            span(*sorted((window.base_last + ONE_DAY, window.net[1])))
            for window in self.other_windows.values()
        )
        return platform | {day for days in held for day in days if day <= self.windows.base_last}

    @kept
    def base(self) -> list[dt.date]:
        """The four weeks before the campaign, without other campaigns' days."""
        return review.base_days(self.windows.base_last, self.left_out)

    @kept
    def held(self) -> list[dt.date]:
        """The days targets are held against: warm-up and main days so far."""
        return span(*self.windows.gross)

    @kept
    def doubts(self) -> list[Doubt]:
        return phase_doubts(self.phases) + self._apart[1]

    @kept
    def promoted(self) -> tuple[str, ...]:
        """Item ids of the campaign: its file, its list of items, else the campaign items template."""
        if self.campaign.items or self.file_items:
            return tuple(dict.fromkeys((*self.campaign.items, *self.file_items)))
        return tuple(self.signed_up["item_id"].astype(str).unique())

    @kept
    def signed_up(self) -> pd.DataFrame:
        """Rows of the campaign items template that name this campaign."""
        rows = self.frames.get("campaign_items", pd.DataFrame())
        if rows.empty:
            return pd.DataFrame(
                columns=["campaign", "item_id", "campaign_price", "list_price", "campaign_stock"]
            )
        return rows[rows["campaign"].isin([self.campaign.id, self.campaign.name])]

    @kept
    def unknown_items(self) -> list[str]:
        """Promoted items that the item report does not know; none where there is no such report."""
        known = set(self.items["item_id"].astype(str))
        return [item for item in self.promoted if known and item not in known]

    @kept
    def item_names(self) -> pd.Series:
        """The newest name of each item."""
        return self.items.drop_duplicates("item_id", keep="last").set_index("item_id")["item_name"]

    def amounts(self, scope: str) -> pd.Series:
        """Sales by day of the shop, its promoted items, or everything else."""
        shop = self.own["pay_amount"].asfreq("D") if len(self.own) else _no_days()
        if scope == "shop":
            return shop
        mine = self.items[self.items["item_id"].isin(self.promoted)]
        items = mine.groupby("date")["pay_amount"].sum().reindex(shop.index)
        return items if scope == "promoted" else (shop - items).clip(lower=0.0)

    @kept
    def controls(self) -> dict[str, pd.Series]:
        """Series the shop's sales can be held against, by metric; `peers` is the peers' mean of sales."""
        found = {}
        peers = days_of.peer_days(self.frames.get("peers", pd.DataFrame()))
        if "pay_amount" in peers:
            found["peers"] = peers["pay_amount"]
        market = days_of.metric_days(
            own_market(self.frames.get("market", pd.DataFrame()), self.shop.category)
        )
        found |= {metric: market[metric].dropna() for metric in _MARKET_AMOUNTS if metric in market}
        wanted = pd.DatetimeIndex(span(*self.windows.net)).union(self.own.index)
        return {name: line for name, line in found.items() if line.reindex(wanted).notna().mean() >= _COVERED}

    @kept
    def _best(self) -> tuple[str, Uplift]:
        beside = {name: self._series("shop", name) for name in self.controls or ("",)}
        return best_uplift(beside, self.windows, left_out=self.left_out)

    @property
    def control(self) -> str:
        """The control with the smallest placebo error; "" without any. The effect plays no part in it."""
        return self._best[0]

    @kept
    def effects(self) -> dict[str, Uplift]:
        """The campaign's effect on the shop, on its promoted items and on the rest."""
        scopes = SCOPES if self.promoted and len(self.items) else SCOPES[:1]
        rest = {scope: self._uplift(scope, self.control) for scope in scopes[1:]}
        return {"shop": self._best[1], **rest}

    @kept
    def opinions(self) -> dict[str, Uplift]:
        """The same question asked to other methods: BSTS with the same control, a mix of rivals."""
        found = {"bsts": self._uplift("shop", self.control, estimator=Bsts)}
        rivals = self.rivals
        if rivals.shape[1] >= 2:
            series = rivals.add_prefix("control_").assign(value=self.amounts("shop").reindex(rivals.index))
            found["rivals"] = uplift(series, self.windows, left_out=self.left_out, estimator=RivalMix)
        return found

    @kept
    def rivals(self) -> pd.DataFrame:
        """Sales (index) of the rival shops by day; rivals without a value on every day are left out."""
        rows = days_of.rival_days(self.frames.get("rivals", pd.DataFrame()))
        metric = next((name for name in ("pay_amount", "trade_index") if name in rows), None)
        if metric is None:
            return pd.DataFrame(index=self.own.index)
        table = days_of.wide(rows[rows["entity"] != "self"], "entity", metric).reindex(self.own.index)
        return table.loc[:, (table.notna() & (table > 0)).all()]

    @kept
    def cost(self) -> pd.Series:
        """Newest known unit cost by item."""
        stock = self.frames.get("stock", pd.DataFrame())
        if stock.empty or "unit_cost" not in stock:
            return pd.Series(dtype=float)
        return (
            stock.dropna(subset=["unit_cost"])
            .drop_duplicates("item_id", keep="last")
            .set_index("item_id")["unit_cost"]
        )

    @kept
    def fees(self) -> pd.DataFrame:
        """Ad spend and affiliate commission by day: of the shop sheet, else of the reports of these."""
        unknown = pd.Series(dtype=float)
        affiliate = self.frames.get("affiliate", pd.DataFrame())
        paid = next((name for name in ("affiliate_cost", "commission_amount") if name in affiliate), "")
        by_day = affiliate.groupby("date")[paid].sum(min_count=1) if paid else unknown
        return pd.DataFrame(
            {
                "ad_spend": self.own.get("ad_spend", unknown).combine_first(self.ads["ad_spend"]),
                "commission": self.own.get("commission_amount", unknown).combine_first(by_day),
            }
        )

    def profit(self, days: list[dt.date]) -> review_money.Profit:
        """Profit of some days."""
        index = pd.DatetimeIndex(days)
        return review_money.profit(
            index, shop=self._with_refunds, items=self.items, cost=self.cost, fees=self.fees
        )

    @kept
    def _with_refunds(self) -> pd.DataFrame:
        """The shop by day; where its sheet has no refunds, with those that the refund orders finished."""
        rows = self.frames.get("refunds", pd.DataFrame())
        if rows.empty or self.own.get("refund_amount", pd.Series(dtype=float)).notna().any():
            return self.own
        return self.own.assign(
            refund_amount=days_of.finished_refunds(rows).groupby("date")["refund_amount"].sum()
        )

    @kept
    def ads(self) -> pd.DataFrame:
        """Ad plans, sums by day."""
        rows = self.frames.get("ad_report", pd.DataFrame())
        names = ["ad_impressions", "ad_clicks", "ad_spend", "ad_revenue"]
        return account_days(rows, names)

    def _uplift(self, scope: str, control: str, **options: type) -> Uplift:
        return uplift(self._series(scope, control), self.windows, left_out=self.left_out, **options)

    def _series(self, scope: str, control: str) -> pd.DataFrame:
        """Sales of a scope by day beside a control, where there is one."""
        series = self.amounts(scope).rename("value").to_frame()
        return series.assign(control=self.controls[control].reindex(series.index)) if control else series


def _no_days() -> pd.Series:
    return pd.Series(dtype=float, index=pd.DatetimeIndex([], name="date"))


def _first(campaign: CampaignSettings) -> dt.date:
    return min(first for first, _ in campaign.phases.values())
