"""A loaded shop's day: the published report, the live frames, and what charts and tables need."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from shopbook import units
from shopbook.columns import column, label
from shopbook.findings.daily.alarms import alarm_summary
from shopbook.findings.daily.followup import FollowUp, follow_ups
from shopbook.findings.daily.visitor_value import map_frame
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from shopbook.findings.verdict import main_cause
from shopbook.report.charts import Period, Words
from shopbook.report.markup import owner_name
from shopbook.text import tr
from shopbook.workbook.day_words import (
    ad_lines,
    ad_words,
    event_periods,
    growing_from,
    item_map_words,
    usual_range,
    verdict_title,
)
from shopbook.workbook.frames import ShopFrames, WholeFrames
from shopbook.workbook.view import View, metric_of, no_figures


@dataclass(frozen=True, repr=False)
class Day(View):
    """A shop's day as a notebook uses it."""

    facts: Facts
    window_days: int = 28
    top_items: int = 8
    previous: dict[str, Any] | None = None

    @property
    def shop_name(self) -> str:
        """The shop's name as its file says."""
        return self.facts.shop.name

    @property
    def own_name(self) -> str:
        """The accent line's name in charts."""
        return tr("our shop")

    @property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """The live tidy frames by kind, each read when it is asked for."""
        frames = self.facts.frames
        return WholeFrames(frames) if isinstance(frames, ShopFrames) else frames

    def why(self, metric: str) -> Finding:
        """The finding about a metric of the own shop; raises NameUnknown for a metric nobody knows."""
        mine = [each for each in self.report.findings if each.id.startswith("own.")]
        own = [each for each in mine if each.metric == metric_of(metric) and not each.scope]
        return own[0] if own else no_figures(f"own.{metric}")

    def split(self, finding_id: str) -> pd.Series:
        """The causes of a finding by name; they sum to value - baseline.

        A finding that was not split gives an empty series whose name says so and which ones were.
        """
        parts = self.finding(finding_id).causes
        name = None if parts else self._unsplit(finding_id)
        return pd.Series({cause.label: cause.effect for cause in parts}, dtype=float, name=name)

    def _unsplit(self, finding_id: str) -> str:
        split = dict.fromkeys(each.id for each in self.report.findings if each.causes)
        return tr("{id} has no parts; split are: {names}", id=finding_id, names=", ".join(split) or "–")

    def series(self, metric: str) -> pd.DataFrame:
        """The shop's figure by day and that of its comparator, named as they shall read."""
        comparator, reference = self.facts.comparator(metric_of(metric))
        whom = tr("market") if comparator == "market" else tr("peers")
        none = pd.Series(dtype=float, index=pd.DatetimeIndex([], name="date"))
        sides = {self.own_name: self.facts.own.get(metric, none)}
        both = pd.DataFrame(sides if reference is None else sides | {whom: reference})
        return both[: self.facts.stamp]

    def ordinary_days(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of a frame by day that no event, holiday or campaign stands in; all rows where none is."""
        special = pd.DatetimeIndex([pd.Timestamp(day) for day in self.facts.ordinary.special])
        plain = frame[~frame.index.isin(special)]
        return plain if len(plain.dropna(how="all")) else frame

    @property
    def events(self) -> list[Period]:
        """Platform events, holidays and own campaigns of the days a chart shows, by name."""
        return event_periods(self.facts, self.window_days)

    def usual_range(self, frame: pd.DataFrame) -> tuple[pd.Series, pd.Series] | None:
        """Where eight of ten ordinary days of the shop lie, as a band; None with fewer than ten of them."""
        return usual_range(self.ordinary_days(frame)[self.own_name], frame.index)

    def line_words(self, metric: str, *kinds: str) -> Words:
        """Title, subtitle and source of a chart over time."""
        names = {"label": label(metric), "days": self.window_days, "day": self.report.date}
        subtitle = tr("{label} by day, {days} days to {day}", **names)
        if column(metric).unit in ("persons", "CNY", "count"):
            subtitle += tr("; each line in percent of its ordinary days")
        if self.usual_range(self.series(metric).tail(self.window_days)):
            subtitle += tr("; grey: where 8 of 10 ordinary days lie")
        title = verdict_title(metric, self.why(metric))
        return Words(title=title, subtitle=subtitle, source=self.source(*kinds))

    def split_words(self, finding_id: str, *kinds: str) -> Words:
        """Title, subtitle and source of a contribution chart."""
        found = self.finding(finding_id)
        subtitle = tr("What changed {label} against the same weekdays", label=label(found.metric))
        decided = found.verdict in ("better", "worse")
        unnamed = found.metric and not decided
        title = verdict_title(found.metric, found) if unnamed else _cause_title(found)
        return Words(title, subtitle, self.source(*kinds), decided)

    @cached_property
    def follow_ups(self) -> list[FollowUp]:
        """The previous report's actions and whether their figures moved."""
        return follow_ups(self.facts, self.previous, list(self.report.findings))

    @property
    def rival_words(self) -> Words:
        """Title, subtitle and source of the chart of rivals."""
        subtitle = tr("Traffic, seven days to {day} against the four weeks before", day=self.report.date)
        headline = self.finding("rivals.traffic").headline
        return Words(title=headline, subtitle=subtitle, source=self.source("rivals"))

    @property
    def follow_up_table(self) -> pd.DataFrame:
        """Yesterday's actions, one a row; empty on the first day."""
        rows = [(owner_name(each.owner), each.next_step, each.outcome) for each in self.follow_ups]
        return pd.DataFrame(rows, columns=[tr("Who"), tr("What"), tr("What became of it")])

    @property
    def item_map(self) -> pd.DataFrame:
        """Items by price paid and conversion over four weeks, dots sized by visitors."""
        return map_frame(self.report.tables.get("item_worth", []))

    @property
    def item_map_accent(self) -> tuple[str, ...]:
        """The item the map's title speaks of."""
        return tuple(self.table("item_worth")["label"].head(1))

    @property
    def item_map_words(self) -> Words:
        """Title, subtitle and source of the map of items."""
        return item_map_words(self.table("item_worth"), self.report.date, self.source("item_daily"))

    @property
    def ad_lines(self) -> pd.DataFrame:
        """ROI by day over the last four weeks beside the ROI that pays for the ads."""
        return ad_lines(self.facts)

    @property
    def ad_accent(self) -> str:
        """The accent line's name in the chart of ROI."""
        return tr("ad ROI")

    @property
    def ad_words(self) -> Words:
        """Title, subtitle and source of the chart of ROI."""
        return ad_words(self.facts, self.finding("promotion.roi"), self.source("ad_report"))

    @property
    def ad_growing_from(self) -> str:
        """The first day whose ROI is still growing."""
        return growing_from(self.facts)

    @property
    def alarm_summary(self) -> str:
        """How many series the day's alarms were judged over."""
        return alarm_summary(self.facts)


def _cause_title(found: Finding) -> str:
    if not found.metric:
        return found.headline
    main = main_cause(found)
    if main is None or not main.share:
        return tr("Nothing stands out in {label}", label=label(found.metric))
    effect = _amount(main.effect, column(found.metric).unit)
    if main.share > 1:
        rest = sum(cause.effect for cause in found.causes) - main.effect
        given = _amount(rest, column(found.metric).unit)
        return tr("{cause} {effect}; all else together {rest}", cause=main.label, effect=effect, rest=given)
    return tr("{cause} {effect}: {share} of the change", cause=main.label, effect=effect,
              share=units.percent(main.share, 0))  # fmt: skip


def _amount(effect: float, unit: str) -> str:
    return units.points(effect) if unit == "fraction" else units.signed(effect, unit)
