"""The facade of the weekly and monthly sheets: load a shop's periods once, then ask."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from shopbook import days as calendar_days
from shopbook import units
from shopbook.columns import column
from shopbook.findings.facts import Facts
from shopbook.findings.figures import spoken
from shopbook.findings.finding import Finding, Report, Source, worst_first
from shopbook.findings.periodic import appraisal, sheets, targets_month
from shopbook.findings.periodic.month import month_kpis, month_told
from shopbook.findings.periodic.operator_sheet import operator_rows
from shopbook.findings.periodic.week import (
    week_items,
    week_kpis,
    week_sources,
    week_split,
    week_steps,
    week_told,
)
from shopbook.findings.warnings.data import data_warnings
from shopbook.history.store import Store
from shopbook.home import Home
from shopbook.params import campaigns_of, rules, shop_settings, validate
from shopbook.report.charts import Period, Target, Words
from shopbook.text import set_language, tr
from shopbook.workbook.asked import home_and_shop
from shopbook.workbook.daily import report_day
from shopbook.workbook.day import Day
from shopbook.workbook.day_words import event_periods, verdict_title
from shopbook.workbook.frames import ShopFrames
from shopbook.workbook.week_actions import by_role, week_actions

# The shape of a year is learned from as much of the past as there is; sheets show some months of it.
_LONG = ("shop_daily", "market", "peers")
_LONG_DAYS = 800
_ALWAYS = (
    "shop_daily", "market", "peers", "flow_source", "item_daily", "stock", "service", "hand_filled",
    "targets", "order_lines", "ad_report",
)  # fmt: skip


class PeriodFrames(ShopFrames):
    """History of a shop up to a day, with the whole past of the shop's own sheet."""

    def first_day(self, kind: str) -> dt.date:
        return self._day - dt.timedelta(days=_LONG_DAYS) if kind in _LONG else super().first_day(kind)


@dataclass(frozen=True)
class Page:
    """What one sheet holds: the exports it lives on, its findings and tables."""

    kinds: tuple[str, ...]
    findings: Callable[[Facts], list[Finding]]
    tables: Callable[[Home, Facts, int], dict[str, list[dict[str, Any]]]]
    told: Callable[[Facts, list[Finding]], str] = lambda _facts, _found: ""


class Sheet(Day):
    """A shop's weeks or months as a notebook uses them."""

    @property
    def month_lines(self) -> pd.DataFrame:
        """Sales of the month added up, what was due, and the forecast, named as they shall read."""
        names = {"actual": tr("reached"), "due": tr("due"), "forecast": tr("forecast")}
        return targets_month.month_lines(self.facts).rename(columns=names).reindex(columns=[*names.values()])

    @property
    def month_band(self) -> tuple[pd.Series, pd.Series]:
        """The 90% range of the month's sales added up, on the days to come."""
        lines = targets_month.month_lines(self.facts).reindex(columns=["low", "high"])
        return lines["low"], lines["high"]

    @property
    def reached(self) -> str:
        """The accent line's name in the month's chart."""
        return tr("reached")

    @property
    def bullets(self) -> list[Target]:
        """The month's targets as rows of a bullet chart."""
        rows = self.report.tables.get("appraisal", [])
        return [
            Target(row["name"], row["value"], row["target"], _expected(row), _unit(row["metric"]))
            for row in rows
        ]

    @property
    def period_visitors(self) -> pd.DataFrame:
        """Visitors of the shop and its market by week or month, mean day of each."""
        period: sheets.Period = "week" if self.report.notebook.endswith("weekly") else "month"
        days = {self.own_name: self.facts.own, tr("market"): self.facts.market}
        made = {
            name: sheets.periods(each, period, self.facts.day)
            for name, each in days.items()
            if "visitors" in each
        }
        means = {name: each["visitors"] / each["days"] for name, each in made.items()}
        none = pd.Series(dtype=float, index=pd.DatetimeIndex([], name="date"))
        return pd.DataFrame({self.own_name: none} | means).dropna()

    @property
    def events(self) -> list[Period]:
        """The weeks or months that hold an event, at the day their point stands on."""
        freq = "W-SUN" if self.report.notebook.endswith("weekly") else "M"
        shown, found = self.period_visitors.index, dict[str, str]()
        past = (self.facts.stamp - shown.min()).days + 1 if len(shown) else 0
        for each in event_periods(self.facts, past):
            start = pd.Timestamp(each.first).to_period(freq).start_time
            found.setdefault(f"{start:%Y-%m-%d}", each.name)
        return [Period(day, day, name) for day, name in found.items()]

    @property
    def source_split(self) -> pd.Series:
        """What each source brought more or less than in an ordinary week, the largest first."""
        return week_split(self.facts)

    @property
    def source_words(self) -> Words:
        """Title, subtitle and source of the chart of what each source brought."""
        split, found = self.source_split, self.finding("weekly.visitors")
        decided = found.verdict in ("better", "worse")
        moved = _most(split) if decided and not split.empty else verdict_title("visitors", found)
        title = tr("No source can be compared yet") if split.empty else moved
        subtitle = tr("Visitors of the week by source against the ordinary weeks before")
        return Words(title, subtitle, self.source("flow_source"), decided)

    @property
    def growth_words(self) -> Words:
        subtitle = tr("Visitors, mean day of each week; each line in percent of its own mean")
        title = verdict_title("visitors", self.finding("weekly.visitors"))
        return Words(title=title, subtitle=subtitle, source=self.source("shop_daily", "market"))

    @property
    def month_words(self) -> Words:
        return self._words(
            "targets.month", tr("Sales of the month, added up by day"), "shop_daily", "targets"
        )

    def _words(self, finding_id: str, subtitle: str, *kinds: str) -> Words:
        """Title, subtitle and source of a chart of periods."""
        return Words(
            title=_short(self.finding(finding_id).headline), subtitle=subtitle, source=self.source(*kinds)
        )


def load(
    shop: str = "demo",
    date: str = "",
    home: str = "",
    lang: str = "",
    *,
    notebook: str = "weekly",
    periods: int = 8,
) -> Sheet:
    """Load a shop's periods up to the report day for `notebooks/periodic/<notebook>.ipynb`.

    Raises ParamsError for values that do not hold and HistoryError when the shop has no such day.
    """
    validate("periodic", {"shop": shop, "date": date, "lang": lang, "home": home, "periods": periods})
    place, shop = home_and_shop(home, shop)
    settings = shop_settings(place, shop)
    set_language(lang or settings.lang)
    store = Store(place.history)
    day = report_day(store, shop, date, settings.timezone)
    page = PAGES[notebook]
    facts = Facts(
        settings,
        day,
        PeriodFrames(store, shop, day, _ALWAYS),
        calendar_days.calendar(day.year - 3, day.year + 1),
        rules(),
        campaigns=tuple(campaigns_of(place, shop)),
    )
    facts = facts.warned(data_warnings(facts, page.kinds))
    found = worst_first(spoken(lambda: page.findings(facts), facts.frames, day, []))
    report = Report(
        shop=shop,
        date=day.isoformat(),
        notebook=f"periodic/{notebook}",
        lang=lang or settings.lang,
        headline=page.told(facts, found)
        or (found[0].headline if found else tr("No figures for this page yet.")),
        findings=tuple(found),
        warnings=facts.warnings,
        tables=page.tables(place, facts, periods),
        sources=tuple(_sources(store, facts, page.kinds)),
    )
    return Sheet(report, place, facts, 28, periods)


def _sources(store: Store, facts: Facts, kinds: tuple[str, ...]) -> list[Source]:
    first = facts.day - dt.timedelta(days=62)
    return [
        Source(**vars(row)) for kind in kinds for row in store.sources(facts.shop.id, kind, first, facts.day)
    ]


def _weekly(home: Home, facts: Facts, count: int) -> dict[str, list[dict[str, Any]]]:
    week = sheets.newest_week(facts)
    first = facts.day if week is None else week.date()
    asked = week_actions(home, facts.shop.id, first, facts.day)
    return {
        "kpis": week_kpis(facts),
        "moved_sources": week_sources(facts),
        "moved_items": week_items(facts),
        "actions": asked,
        "roles": by_role(asked),
        "weeks": sheets.sheet(facts, "week", count),
        "figures": operator_rows(facts),
    }


def _monthly(home: Home, facts: Facts, count: int) -> dict[str, list[dict[str, Any]]]:
    asked = week_actions(home, facts.shop.id, facts.day.replace(day=1), facts.day)
    return {
        "kpis": month_kpis(facts),
        "roles": by_role(asked),
        "months": sheets.sheet(facts, "month", count),
        "appraisal": appraisal.appraisal_table(facts),
        "takes": appraisal.takes_table(facts),
        "sources_needed": appraisal.source_table(facts),
    }


def _most(split: pd.Series) -> str:
    name = str(split.index[0])
    return tr(
        "Most moved by {name}: {effect} visitors", name=name, effect=units.signed(split.iloc[0], "persons")
    )


def _expected(row: dict[str, Any]) -> float | None:
    return row["target"] * row["planned"] if row["planned"] is not None else None


def _unit(metric: str) -> str:
    return column(metric).unit


def _short(text: str) -> str:
    """The first clause of a headline: a chart's title is one line."""
    return text.split("；")[0].split("; ")[0]


PAGES = {
    "weekly": Page(
        ("shop_daily", "market", "peers", "flow_source", "item_daily"),
        lambda facts: week_steps(facts, sheets.week_findings(facts)),
        _weekly,
        week_told,
    ),
    "monthly": Page(
        ("shop_daily", "targets", "market", "peers"), targets_month.month_findings, _monthly, month_told
    ),
}
