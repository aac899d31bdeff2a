"""What the rules of one day look at: the shop's frames up to that day, comparable days, comparators."""

import copy
import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import pandas as pd

from shopbook.analysis.alarm import Alarm, judge
from shopbook.analysis.compare import Comparison, against
from shopbook.analysis.grid import NEWEST, WEEKS
from shopbook.analysis.week import WeekComparison, week_against
from shopbook.columns import column
from shopbook.days import ONE_DAY, Calendar, same_weekdays
from shopbook.findings.finding import DataWarning
from shopbook.findings.ordinary import Ordinary, ordinary_of
from shopbook.lineage import kept, noting, read
from shopbook.metrics import frame as days_of
from shopbook.metrics.market import own_market
from shopbook.metrics.ratio import parts
from shopbook.params import CampaignSettings, Rules, ShopSettings

Made = TypeVar("Made")
Comparator = Literal["market", "peers", "none"]
# The figures whose day is watched for alarms, beside every source of some size.
WATCHED = ("visitors", "pay_conversion_rate", "avg_order_value", "pay_amount")
# Sales are read with the buyers who made them.
_SALES = ("pay_amount", "pay_buyers")
# The figures in which a campaign that nobody wrote down shows.
_RUNS = ("visitors", "pay_amount")
MIN_BASELINE_DAYS = 2
# The frame of the item report over the whole past, where a page reads it; `item_daily` holds the last weeks.
PAST = "item_past"
# The ad report over twenty weeks, where a page reads it; `ad_report` holds the last ones.
AD_PAST = "ad_past"
# What the rules of a day read of the item report: a large shop's other columns are never copied.
ITEM_COLUMNS = (
    "date", "item_id", "item_name", "item_status", "item_code", "item_visitors", "order_buyers",
    "order_units", "pay_buyers", "pay_units", "pay_amount",
)  # fmt: skip


def _not_known(_kind: str) -> dt.date | None:
    return None


@dataclass(frozen=True)
class Facts:
    """One shop on one day. `frames` holds history by kind, nothing later than `day`.

    `newest` says the last day a kind is known of, also when that lies before what `frames` look back over.
    """

    shop: ShopSettings
    day: dt.date
    frames: Mapping[str, pd.DataFrame]
    calendar: Calendar
    rules: Rules
    warnings: tuple[DataWarning, ...] = ()
    newest: Callable[[str], dt.date | None] = field(default=_not_known, repr=False, compare=False)
    campaigns: tuple[CampaignSettings, ...] = ()
    _made: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def warned(self, warnings: Iterable[DataWarning]) -> "Facts":
        """These facts under a page's own `warnings`; what was made before is shared."""
        made = copy.copy(self)
        object.__setattr__(made, "warnings", tuple(warnings))
        return made

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once: several rules of a page look at the same table."""
        if key not in self._made:
            with noting() as kinds:
                made = make()
            self._made[key] = made, tuple(kinds)
        found: tuple[Made, tuple[str, ...]] = self._made[key]
        read(*found[1])
        return found[0]

    @kept
    def own(self) -> pd.DataFrame:
        """The shop, one row a day, ratios recomputed."""
        return days_of.shop_days(self.frames["shop_daily"])

    @kept
    def market(self) -> pd.DataFrame:
        """Real values of the market of the shop's category by day."""
        return days_of.market_days(own_market(self.frames["market"], self.shop.category))

    @kept
    def peers(self) -> pd.DataFrame:
        """Average of the shops of the same category and layer by day."""
        return days_of.peer_days(self.frames["peers"])

    @kept
    def channels(self) -> pd.DataFrame:
        """First-level channels, a row a channel and day."""
        return days_of.channel_days(self.frames["flow_source"])

    @kept
    def items(self) -> pd.DataFrame:
        """Items, a row an item and day, the columns the rules read."""
        rows = self.frames["item_daily"]
        return rows[[name for name in ITEM_COLUMNS if name in rows]]

    @property
    def sales(self) -> pd.DataFrame:
        """Items by day as far back as they were read: date, item_id, pay_units and what else there is."""
        return self.frames.get(PAST, self.items)

    @kept
    def items_today(self) -> pd.DataFrame:
        """The items of the day."""
        return days_of.within(self.items, self.stamp, self.stamp) if len(self.items) else self.items

    @kept
    def items_before(self) -> pd.DataFrame:
        """The items of the comparable days."""
        return self.items[self.items["date"].isin(self.baseline_stamps)] if len(self.items) else self.items

    @kept
    def rival_shops(self) -> pd.DataFrame:
        """Rival shops and our own, a row a shop and day, a column a metric."""
        return days_of.rival_days(self.frames["rivals"], "shop")

    @kept
    def alarms(self) -> dict[str, Alarm]:
        """The shop's whole set of series judged on the day, by name; sources are `channel:<id>`.

        The set is judged together: a quiet day seldom has a false `act`, however many series there are.
        """
        visitors, least = self.comparator("visitors")[1], self.threshold("source_visitors")
        series = {name: self.own[name].dropna() for name in WATCHED if name in self.own}
        market = {name: self.comparator(name)[1] for name in series}
        for channel, values in days_of.wide(self.channels, "channel", "visitors").items():
            if values.get(self.stamp, 0) >= least or values.mean() >= least:
                series[f"channel:{channel}"] = values.dropna()
                market[f"channel:{channel}"] = visitors
        known = {name: values for name, values in series.items() if self.stamp in values.index}
        if not known:
            return {}
        found = judge(
            known,
            self.day,
            market={name: each for name, each in market.items() if each is not None},
            special=sorted(self.ordinary.events),
            skip=sorted(self.ordinary.own),
            beta={name: self.compare(name if name in WATCHED else "visitors").beta for name in known},
        )
        return {alarm.series: alarm for alarm in found}

    def alarmed(self, metric: str) -> bool:
        """Whether a metric, or for visitors one of its sources, departed clearly in its bad direction."""
        names = [
            metric,
            *(name for name in self.alarms if metric == "visitors" and name.startswith("channel:")),
        ]
        bad = 1.0 if column(metric).good == "down" else -1.0
        found = [self.alarms[name] for name in names if name in self.alarms]
        return any(alarm.level == "act" and alarm.z * bad > 0 for alarm in found)

    @kept
    def ordinary(self) -> Ordinary:
        """Which days of the history are no evidence of an ordinary day, and why."""
        return ordinary_of(
            self.day,
            self.calendar,
            self.campaigns,
            figures={name: self.own[name].dropna() for name in _RUNS if name in self.own},
            references={
                name: table[name].dropna()
                for name, table in zip(_RUNS, (self.market, self.peers), strict=True)
                if name in table
            },
            shelves=(self.frames.get("stock", pd.DataFrame()), lambda: self.items),
            share=self.threshold("stock_out_share"),
        )

    @kept
    def special_days(self) -> set[dt.date]:
        """Platform events, holidays, own campaigns and stock-outs of the history."""
        return self.ordinary.special

    @kept
    def baseline_days(self) -> list[dt.date]:
        """The newest four clean same weekdays of the last twelve weeks that have an export, oldest first."""
        return self.usual_days(self.day)

    def usual_days(self, day: dt.date) -> list[dt.date]:
        """The comparable days of any day: an ad figure is judged on the newest day that is mature."""
        known = {stamp.date() for stamp in self.own.index} - self.special_days
        return [each for each in same_weekdays(day, WEEKS) if each in known][-NEWEST:]

    @property
    def days_to_verdict(self) -> int:
        """In how many days two comparable days will be known, if every day's export comes; 0: they are."""
        known = {stamp.date() for stamp in self.own.index} - self.special_days
        coming = [self.day + ahead * ONE_DAY for ahead in range(WEEKS * 7)]
        held = [sum(e in known or e > self.day for e in same_weekdays(day, WEEKS)) for day in coming]
        return next((at for at, count in enumerate(held) if count >= MIN_BASELINE_DAYS), len(held))

    @kept
    def item_days(self) -> int:
        """How many of the comparable days have an item report; 0: an item's usual level is not known."""
        return int(self.items_before["date"].nunique()) if len(self.items) else 0

    @property
    def stamp(self) -> pd.Timestamp:
        return pd.Timestamp(self.day)

    @property
    def baseline_stamps(self) -> list[pd.Timestamp]:
        return [pd.Timestamp(day) for day in self.baseline_days]

    def value(self, metric: str, day: dt.date | None = None) -> float | None:
        """The shop's figure of a day; None when it is not known."""
        return lookup(self.own, metric, day or self.day)

    def previous_day(self, metric: str) -> float | None:
        return self.value(metric, self.day - ONE_DAY)

    def comparator(self, metric: str) -> tuple[Comparator, pd.Series | None]:
        """Whom a metric is held against: visitors the market, everything else the peers."""
        if metric == "visitors" and self._covers(self.market, metric):
            return "market", self.market[metric].dropna()
        if self._covers(self.peers, metric):
            return "peers", self.peers[metric].dropna()
        return "none", None

    def compare(self, metric: str) -> Comparison:
        """The shop's day against its comparable days and its comparator (METHODS 1a in docs/methods.md)."""
        return self.once(
            ("compare", metric, self.day),
            lambda: self.compare_series(metric, self._history(metric), self.comparator(metric)[1]),
        )

    def compare_series(
        self, metric: str, own: pd.Series | pd.DataFrame, reference: pd.Series | None
    ) -> Comparison:
        """Any daily history of `metric` against a reference, on this day's comparable days."""
        meta = column(metric)
        return against(
            own,
            self.day,
            kind=meta.varies,
            baseline_days=self.baseline_days,
            reference=reference,
            good=meta.good,
            skip=self.special_days,
        )

    def week(self, metric: str, day: dt.date | None = None) -> WeekComparison | None:
        """The seven days up to the day (or to an earlier one) against the clean weeks before."""
        asked = day or self.day
        return self.once(
            ("week", metric, asked),
            lambda: self.week_series(metric, self._history(metric), self.comparator(metric)[1], asked),
        )

    def week_series(
        self, metric: str, own: pd.Series | pd.DataFrame, reference: pd.Series | None, day: dt.date
    ) -> WeekComparison | None:
        """`compare_series` of seven days."""
        meta = column(metric)
        return week_against(
            own, day, kind=meta.varies, reference=reference, good=meta.good, skip=self.special_days
        )

    def threshold(self, name: str) -> float:
        return self.rules.threshold(name, self.shop)

    @property
    def stops(self) -> tuple[str, ...]:
        """What the blocking warnings stop: ids of findings, `family.*`, or `*`."""
        codes = {warning.code for warning in self.warnings if warning.level == "blocking"}
        return tuple(sorted({stop for code in codes for stop in self.rules.warnings[code].stops}))

    def stopped(self, finding_id: str) -> bool:
        """Whether a blocking warning stops the verdict of a finding."""
        family = finding_id.split(".")[0] + ".*"
        return any(stop in ("*", family, finding_id) for stop in self.stops)

    def _history(self, metric: str) -> pd.Series | pd.DataFrame:
        made_of = _SALES if column(metric).varies == "sales" else parts(metric, self.own.columns)
        if made_of and set(made_of) <= set(self.own.columns):
            return self.own[list(made_of)].dropna()
        return self.own[metric].dropna() if metric in self.own else pd.Series(dtype=float)

    def _covers(self, table: pd.DataFrame, metric: str) -> bool:
        """Whether a comparator knows the day and at least two comparable days."""
        if metric not in table or lookup(table, metric, self.day) is None:
            return False
        known = [lookup(table, metric, day) for day in self.baseline_days]
        return sum(value is not None for value in known) >= MIN_BASELINE_DAYS


def lookup(table: pd.DataFrame, metric: str, day: dt.date) -> float | None:
    """One cell of a day table; None when the column, the day or the figure is missing."""
    stamp = pd.Timestamp(day)
    if metric not in table or stamp not in table.index:
        return None
    value = table.at[stamp, metric]
    return None if pd.isna(value) else float(value)
