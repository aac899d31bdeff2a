"""A loaded campaign: the published report, the live frames, and what charts and tables need."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from shopbook import units
from shopbook.findings.campaign_review import tables as tables
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.findings.finding import Finding, Report
from shopbook.home import Home
from shopbook.kinds import kind_name
from shopbook.labels import headings
from shopbook.report.charts import Period, Words
from shopbook.text import tr

_RANGES = ("label", "gross", "gross_lo", "gross_hi", "net", "net_lo", "net_hi")
_SHOWN = {
    "phases": ("label", "first", "last", "day_amount", "burst", "visitors", "pay_conversion_rate"),
    "sources": ("label", "visitors", "visitors_base", "change", "visitors_previous", "pay_conversion_rate"),
    "items": ("label", "pay_units", "pay_amount", "share", "burst", "discount", "sell_through"),
    "money": ("label", "value", "low", "high"),
    "cohorts": ("label", "paid", "refund_15", "refund_30", "buyers", "again"),
    "plan": ("label", "units_base", "burst", "stock", "folk_low", "folk_high"),
    "effects": _RANGES,
    "opinions": _RANGES,
}
_MONEY = ("gross", "gross_lo", "gross_hi", "net", "net_lo", "net_hi", "value", "low", "high")
_SHARES = ("share", "discount", "refund_15", "refund_30", "again", "sell_through", "goal", "conversion_base")
_COUNTS = ("burst", "buyers", "stock", "folk_low", "folk_high", "units_base")
_UNITS = (
    dict.fromkeys((*_MONEY, "day_amount", "paid", "pay_amount"), "CNY")
    | dict.fromkeys(_SHARES, "share")
    | dict.fromkeys((*_COUNTS, "visitors_base", "visitors_previous"), "count")
    | dict.fromkeys(("label", "first", "last"), "text")
    | {"change": "change"}
)


@dataclass(frozen=True)
class Review:
    """A campaign as a notebook uses it: `report` is what is published, the rest is there to ask."""

    facts: CampaignFacts
    report: Report
    home: Home

    @property
    def shop_name(self) -> str:
        return self.facts.shop.name

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The live tidy frames by kind."""
        return dict(self.facts.frames)

    def frame(self, kind: str) -> pd.DataFrame:
        """One live frame: a kind of history, or a table of the report."""
        return self.frames[kind] if kind in self.frames else self.table(kind)

    def table(self, name: str) -> pd.DataFrame:
        """A table of the report as a frame; empty when its data are missing."""
        return pd.DataFrame(self.report.tables.get(name, []))

    def shown(self, name: str) -> pd.DataFrame:
        """A table of the report with the columns a reader sees, in their order."""
        return self.table(name).reindex(columns=list(_SHOWN[name]))

    @property
    def targets(self) -> pd.DataFrame:
        """Targets against actuals, each figure in its own unit."""
        rows = [
            {
                "label": row["label"],
                "value": units.figure(row["value"], row["unit"]),
                "target": units.figure(row["target"], row["unit"]),
                "reached": units.figure(row["reached"], "fraction"),
            }
            for row in self.report.tables.get("targets", [])
        ]
        return pd.DataFrame(rows, columns=["label", "value", "target", "reached"])

    @property
    def role(self) -> pd.DataFrame:
        """The campaign role's four figures beside ordinary days, then deposits and balances of a presale."""
        chosen = (self.report.tables.get(name, []) for name in ("role", "presale"))
        rows = [
            {
                "label": row["label"],
                "value": units.figure(row["value"], row.get("unit", "fraction")),
                "baseline": units.figure(row.get("baseline"), "fraction"),
            }
            for table in chosen
            for row in table
        ]
        return pd.DataFrame(rows, columns=["label", "value", "baseline"])

    def finding(self, finding_id: str) -> Finding:
        """A finding of this page by its stable id; one that says so when its data are missing."""
        empty = Finding(id=finding_id, question="", headline=tr("No figures for this question yet."))
        return next((each for each in self.report.findings if each.id == finding_id), empty)

    @property
    def path(self) -> pd.DataFrame:
        """Actual and expected sales of the shop by day, four weeks before to the end of the net window."""
        return self.facts.effects["shop"].path.rename(columns={"counterfactual": "expected"})

    @property
    def periods(self) -> list[Period]:
        """The phases as bands of a chart."""
        names = tables.phase_names()
        begun = {name: ends for name, ends in self.facts.phases.items() if ends[0] <= self.facts.day}
        last = self.facts.windows.net[1]
        return [
            Period(first.isoformat(), min(end, last).isoformat(), names[name])
            for name, (first, end) in begun.items()
        ]

    @property
    def path_words(self) -> Words:
        """Title, subtitle and source of the chart of actual against expected sales."""
        subtitle = tr("Sales by day, yuan; grey: expected without the campaign, with its 90% range")
        title = self.finding(
            "campaign.uplift_gross" if self.facts.windows.net_open else "campaign.uplift_net"
        )
        return Words(title.headline, subtitle, self.source("shop_daily", "market", "peers"))

    @property
    def ranges(self) -> pd.DataFrame:
        """Net effect by method and scope as shares, for a chart of ranges."""
        rows = [*self.report.tables.get("opinions", []), *self.report.tables.get("effects", [])[1:]]
        logs = pd.DataFrame(rows).reindex(columns=["label", "net_log", "net_log_lo", "net_log_hi"])
        table = logs.set_axis(["name", "value", "low", "high"], axis=1)
        figures = ["value", "low", "high"]
        return table.assign(**{name: np.expm1(table[name].astype(float)) for name in figures})

    @property
    def range_words(self) -> Words:
        subtitle = tr("Net effect in percent of expected sales, point and 90% range; grey band: unchanged")
        title = tr("The same question, asked in several ways")
        return Words(title, subtitle, self.source("shop_daily", "market", "rivals"))

    def source(self, *kinds: str) -> str:
        """The source line of a chart: exports and the days they cover."""
        used = pd.DataFrame([vars(each) for each in self.report.sources if each.kind in kinds])
        if used.empty:
            return ""
        spans = used.groupby("kind", sort=False).agg({"first_day": "min", "last_day": "max"})
        return "、".join(f"{kind_name(kind)} {first} – {last}" for kind, first, last in spans.itertuples())

    @property
    def units(self) -> dict[str, str]:
        """Units of table columns that are no metric of params/columns.yaml."""
        return _UNITS

    @property
    def labels(self) -> dict[str, str]:
        """Headings of tables."""
        return headings("campaign")
