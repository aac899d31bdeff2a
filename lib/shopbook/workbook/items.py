"""A shop's loaded items: the published report, the live frames, and what the charts and tables need."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd

from shopbook.analysis.basket import repurchase_cohorts
from shopbook.analysis.roles import price_mix
from shopbook.analysis.stages import STAGES
from shopbook.findings.product_lifecycle import overview as rules_of
from shopbook.findings.product_lifecycle.decline import decline_table, take_down_table
from shopbook.findings.product_lifecycle.facts import LifecycleFacts
from shopbook.findings.product_lifecycle.mature import hit_table, rival_table, stable_table
from shopbook.findings.product_lifecycle.rising import growth_table, source_changes, trial_table
from shopbook.findings.warnings.found import short
from shopbook.metrics.frame import within
from shopbook.report.charts import Words
from shopbook.text import tr
from shopbook.workbook import item_cells
from shopbook.workbook.item_frames import ItemFrames
from shopbook.workbook.view import View

_MOST_RANGES = 24
_COHORTS = 6
# Share of a month's new buyers with a second order by the end of that month, of the next one ...
_RETURNS = ("back_same_month", "back_next_month", "back_two_months", "back_three_months")


@dataclass(frozen=True, repr=False)
class Items(View):
    """The items of a shop as a notebook uses them."""

    facts: LifecycleFacts
    weeks: int = 26

    @property
    def shop_name(self) -> str:
        return self.facts.base.shop.name

    @property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """The live tidy frames: history by kind, weekly stages, items."""
        return ItemFrames(self.facts)

    def _live(self) -> Mapping[str, Callable[[], pd.DataFrame]]:
        names = (
            "stages", "heroes", "roles", "prices", "trials", "growing", "hits", "rivals", "stable", "falling",
            "take_down", "cohorts",
        )  # fmt: skip
        return {name: partial(getattr, self, name) for name in names} | {"clearance": self.clearance}

    @property
    def last_sunday(self) -> pd.Timestamp:
        """The end of the last whole week: every figure of these pages is of whole weeks."""
        return pd.Timestamp(self.facts.last_sunday)

    @property
    def one_day(self) -> pd.Timedelta:
        """A day, to count back from `last_sunday`."""
        return pd.Timedelta(days=1)

    # -- overview

    @cached_property
    def stages(self) -> pd.DataFrame:
        """Each item's stage with the four numbers behind it."""
        rows = self.facts.items
        return pd.DataFrame(
            {
                "name": item_cells.names(rows),
                "stage": item_cells.stage_cells(rows),
                "since": rows["since"].dt.strftime("%m-%d") if len(rows) else [],
                "slope": np.expm1(rows["slope"].astype(float)),
                "z": rows["z"].astype(float),
                "level": rows["level"].astype(float),
                "conversion_ratio": rows["conversion_ratio"].astype(float),
                "pay_amount": rows["pay_amount"].astype(float),
            }
        ).sort_values("pay_amount", ascending=False, ignore_index=True)

    @cached_property
    def stage_points(self) -> pd.DataFrame:
        """Where each product stands: name, stage, value (sales of four weeks), the stage it left."""
        rows = self.facts.items
        previous = rules_of.changed_items(self.facts)["previous"].reindex(rows.index).fillna("")
        names = {stage: rules_of.stage_name(stage) for stage in STAGES}
        return pd.DataFrame(
            {
                "name": item_cells.names(rows),
                "stage": rows["stage"].map(names).astype(object) if len(rows) else [],
                "value": rows["pay_amount"].astype(float),
                "previous": [names.get(stage, "") for stage in previous],
            }
        )

    @property
    def stage_order(self) -> tuple[str, ...]:
        return tuple(rules_of.stage_name(stage) for stage in STAGES)

    @cached_property
    def heroes(self) -> pd.DataFrame:
        """Hero candidates by rank: lower bound, conversion, visitors a week, stage, badge."""
        rows = self.facts.items.dropna(subset=["rank"]).sort_values("rank")
        return pd.DataFrame(
            {
                "rank": rows["rank"].astype(float),
                "name": item_cells.names(rows),
                "stage": [rules_of.stage_name(stage) for stage in rows["stage"]],
                "score": rows["score"].astype(float),
                "conversion": rows["conversion"].astype(float),
                "level": rows["level"].astype(float),
                "badge": ["✓" if badge else "" for badge in rows["badge"]],
            }
        )

    @cached_property
    def roles(self) -> pd.DataFrame:
        """Items, share of sales and margin by role."""
        rows = self.facts.items
        names = {"traffic": tr("traffic item"), "profit": tr("profit item"), "image": tr("image item")}
        role = rows["role"].map(lambda word: names.get(word, tr("no role")))
        grouped = rows.assign(role=role, items=1.0, sold=rows["margin_share"] * rows["pay_amount"])
        sums = grouped.groupby("role")[["items", "share", "sold", "pay_amount"]].sum()
        sums["margin_share"] = sums["sold"] / sums["pay_amount"].where(sums["pay_amount"] > 0)
        table = sums.reset_index()[["role", "items", "share", "margin_share"]]
        return table.sort_values("share", ascending=False, ignore_index=True)

    @cached_property
    def prices(self) -> pd.DataFrame:
        """Share of units and sales in the shop's three price bands."""
        table = price_mix(self.facts.items[["price", "pay_units", "pay_amount"]].astype(float))
        words = {"low": tr("low prices"), "middle": tr("middle prices"), "high": tr("high prices")}
        return table.assign(band=table["band"].map(words))

    # -- one table a stage

    @cached_property
    def trials(self) -> pd.DataFrame:
        """New items and their test."""
        table = trial_table(self.facts)
        words = {"pass": tr("passes"), "fail": tr("fails so far"), "unknown": tr("cannot tell yet")}
        return table.assign(name=table["name"].map(short), verdict=table["verdict"].map(words))

    @cached_property
    def trial_ranges(self) -> pd.DataFrame:
        """Conversion of new items over the shop's, as a relative difference with its range, for the chart.

        The items with most sales: a chart of hundreds is not read.
        """
        table, goal = self.trials.head(_MOST_RANGES), self.facts.goal
        return pd.DataFrame(
            {
                "name": table["name"],
                "value": table["rate"] / goal - 1,
                "low": table["low"] / goal - 1,
                "high": table["high"] / goal - 1,
                "text": table["verdict"],
            }
        )

    @cached_property
    def growing(self) -> pd.DataFrame:
        """Growing items: pace, market, source, free visitors per paid one, stock."""
        table = growth_table(self.facts)
        return table.assign(
            name=table["name"].map(short),
            slope=np.expm1(table["slope"].astype(float)),
            free=[item_cells.free_range(row) for row in table.to_dict("records")],
        )

    @cached_property
    def growth_sources(self) -> pd.Series:
        """Daily visitors by source, two weeks against two, of the fastest grower whose sources are known."""
        for item in growth_table(self.facts)["item_id"]:
            parts = source_changes(self.facts, item)
            if len(parts):
                return parts
        return pd.Series(dtype=float)

    @property
    def growth_source_item(self) -> str:
        """Name of the item `growth_sources` is about."""
        table = growth_table(self.facts)
        for item, name in zip(table["item_id"], table["name"], strict=True):
            if len(source_changes(self.facts, item)):
                return short(name)
        return ""

    @cached_property
    def hits(self) -> pd.DataFrame:
        """Hits: share of sales, margin, rating, stock, successor."""
        table = hit_table(self.facts)
        return table.assign(name=table["name"].map(short), successor=table["successor"].map(short))

    @cached_property
    def shares(self) -> pd.Series:
        """Share of sales by item, for the dependence chart."""
        rows = self.facts.items
        return pd.Series(rows["share"].to_numpy(float), index=item_cells.names(rows))

    @cached_property
    def rivals(self) -> pd.DataFrame:
        """Rival items by the change of their traffic index."""
        table = rival_table(self.facts)
        return table.assign(entity=table["entity"].map(short))

    @cached_property
    def stable(self) -> pd.DataFrame:
        """Stable items: profit, repurchase, partner, ads."""
        table = stable_table(self.facts)
        return table.assign(name=table["name"].map(short), partner=table["partner"].map(short))

    @cached_property
    def cohorts(self) -> pd.DataFrame:
        """Buyers by the month of their first order: how many, and the share that came back by each month."""
        lines = self.facts.base.frames.get("order_lines")
        if lines is None or lines.empty:
            return pd.DataFrame(columns=["month", "buyers", *_RETURNS])
        table = repurchase_cohorts(lines).tail(_COHORTS)
        returned = {name: table.get(months, np.nan) for months, name in enumerate(_RETURNS)}
        made = pd.DataFrame({"month": table.index.astype(str), "buyers": table["buyers"], **returned})
        return made.reset_index(drop=True)

    @cached_property
    def falling(self) -> pd.DataFrame:
        """Declining items and what went along with the fall."""
        table = decline_table(self.facts)
        return table.assign(name=table["name"].map(short))

    def clearance(self, by: str = "") -> pd.DataFrame:
        """Declining items with stock: sell-out day, and markdown to be gone by a day (empty: in 45 days)."""
        table = rules_of.clearance_table(self.facts, dt.date.fromisoformat(by) if by else None)
        gone = [day.isoformat() if day else tr("no date in sight") for day in table["sell_out"]]
        cut = [item_cells.markdown(share) for share in table["markdown"]]
        return table.assign(name=table["name"].map(short), sell_out=gone, markdown=cut)

    @cached_property
    def take_down(self) -> pd.DataFrame:
        """Items to take down, with the reason."""
        table = take_down_table(self.facts)
        return table.assign(name=table["name"].map(short))

    # -- charts

    def weekly_lines(self, *stages: str) -> dict[str, pd.Series]:
        """Visitors a day (7-day mean) of the largest items in these stages; growing hits count as growing."""
        items = self.facts.items
        chosen = items[items["stage"].isin(stages)]
        if "growth" in stages and len(items):
            chosen = items[items["stage"].isin(stages) | items["growing"].astype(bool)]
        largest = chosen.sort_values("pay_amount", ascending=False).head(6)
        last = self.facts.last_sunday
        window = within(self.facts.item_days, last - pd.Timedelta(days=7 * self.weeks - 1), last)
        return {
            short(row["name"], 8): item_cells.smooth(window[window["item_id"] == item])
            for item, row in largest.iterrows()
        }

    def words(self, title: str, subtitle: str, *kinds: str) -> Words:
        """Title, subtitle and source line of a chart."""
        return Words(title=title, subtitle=subtitle, source=self.source(*kinds))

    def chart_words(self, name: str) -> Words:
        """The words of a named chart of the lifecycle pages."""
        last = f"{self.facts.last_sunday:%m-%d}"
        month = tr("four whole weeks to {day}", day=last)
        subtitles = {
            "stages": tr("Sales of an item, {month}; named: changed stage", month=month),
            "trials": tr("Conversion against the shop's, 90% range, {month}", month=month),
            "weekly": tr("units a day, mean of 7 days, to {day}", day=last)
            if (self.facts.items["basis"] == "units").any()
            else tr("visitors a day, mean of 7 days, to {day}", day=last),
            "sources": tr("Visitors a day by source, last two weeks less the two before, to {day}", day=last),
            "shares": tr("Share of the shop's sales, {month}", month=month),
            "profit": tr("Profit after refunds, cost and ads, {month}", month=month),
        }
        said = subtitles[name]
        if name == "trials" and len(self.trials) > _MOST_RANGES:
            said = tr(
                "{what}; {shown} of {count} items", what=said, shown=_MOST_RANGES, count=len(self.trials)
            )
        kinds = {"sources": ("item_flow_source",), "profit": ("item_daily", "stock", "ad_report")}
        return self.words(self._chart_title(name), said, *kinds.get(name, ("item_daily",)))

    def _chart_title(self, name: str) -> str:
        if name == "stages":
            return rules_of.stage_counts(self.facts)
        if name == "weekly":
            stage = rules_of.stage_name(self.report.notebook.split("/")[-1])
            return tr("{stage}: the largest items", stage=stage)
        if name == "sources":
            return tr("What carries {item}", item=self.growth_source_item or "–")
        if name == "shares":
            return self.finding("lifecycle.hit").headline
        return self.report.findings[0].headline if self.report.findings else self.report.headline
