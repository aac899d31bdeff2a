"""A loaded campaign: the published report, the live frames, and what charts and tables need."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from shopbook.findings.campaign_review import tables as tables
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.report.charts import Period, Words
from shopbook.text import tr
from shopbook.workbook.view import View


@dataclass(frozen=True, repr=False)
class Review(View):
    """A campaign as a notebook uses it."""

    facts: CampaignFacts

    @property
    def shop_name(self) -> str:
        return self.facts.shop.name

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The live tidy frames by kind."""
        return dict(self.facts.frames)

    @property
    def path(self) -> pd.DataFrame:
        """Actual and expected sales of the shop by day, four weeks before to the end of the net window."""
        if not self.is_begun:
            return pd.DataFrame(columns=["actual", "expected", "low", "high"], index=pd.DatetimeIndex([]))
        return self.facts.effects["shop"].path.rename(columns={"counterfactual": "expected"})

    @property
    def net_window(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """The days the net effect is added up over: warm-up and peak, and what comes after."""
        if not self.is_begun:
            return pd.Timestamp(self.facts.day), pd.Timestamp(self.facts.day)
        first, last = self.facts.windows.net
        return pd.Timestamp(first), pd.Timestamp(last)

    @property
    def is_begun(self) -> bool:
        """Whether there is a campaign to review."""
        return bool(self.facts.campaign.id)

    @property
    def periods(self) -> list[Period]:
        """The phases as bands of a chart."""
        if not self.is_begun:
            return []
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
        open_yet = self.is_begun and self.facts.windows.net_open
        title = self.finding("campaign.uplift_gross" if open_yet else "campaign.uplift_net")
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
