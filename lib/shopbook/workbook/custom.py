"""The facade of a notebook of one's own: load a day, judge a question as the suite judges, publish it."""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from shopbook import units
from shopbook.analysis.compare import Comparison, against
from shopbook.columns import Varies, column, label
from shopbook.findings.figures import spoken
from shopbook.findings.finding import Finding, Owner, worst_first
from shopbook.findings.verdict import caveats_of, standing
from shopbook.history.store import Store
from shopbook.text import tr
from shopbook.workbook import daily
from shopbook.workbook.day import Day
from shopbook.workbook.view import metric_of


@dataclass(frozen=True)
class Measure:
    """What an own figure is called and how it is read; `varies` as in params/columns.yaml."""

    label: str
    unit: str = "count"
    varies: Varies = "mean"
    good: Literal["up", "down", "none"] = "up"


@dataclass(frozen=True, repr=False)
class OwnDay(Day):
    """A day whose findings and tables are the notebook's own."""

    @property
    def shops(self) -> list[str]:
        """The shops that have a history."""
        return Store(self.home.history).shops()

    def text(self, zh: str, en: str) -> str:
        """The one of both texts that is in the page's language."""
        return zh if self.report.lang == "zh" else en

    def label(self, metric: str) -> str:
        """What a figure of params/columns.yaml is called in the page's language."""
        return label(metric)

    def names(self) -> pd.DataFrame:
        """The newest title of every item, in the column `label`, by item id."""
        rows = self.frame("item_daily").sort_values("date")
        named = rows.drop_duplicates("item_id", keep="last").set_index("item_id")["item_name"]
        return named.rename("label").to_frame()

    def state(self, name: str, sentence: str, **shown: tuple[float, str] | str) -> Finding:
        """A finding `custom.<name>` that says what is so and judges nothing.

        `sentence` holds `{names}`; each is a text, or a number with its unit such as `(0.13, "fraction")`,
        printed as everywhere in the report.
        """

        def said() -> list[Finding]:
            texts = {key: one if isinstance(one, str) else units.figure(*one) for key, one in shown.items()}
            return [Finding(id=f"custom.{name}", question="", headline=sentence.format(**texts))]

        return spoken(said, self.facts.frames, self.facts.day, [])[0]

    def judge(
        self,
        name: str,
        by_day: pd.Series | pd.DataFrame,
        measure: str | Measure,
        reference: pd.Series | None = None,
        *,
        owner: Owner = "operator",
        next_step: str = "",
    ) -> Finding:
        """The report day of an own figure against its comparable days: the finding `custom.<name>`.

        Parameters
        ----------
        name : str
            What the question is called among this notebook's: letters, digits, `-` and `_`.
        by_day : Series of float, or DataFrame with two columns (numerator, denominator), indexed by day
            The figure's history; a ratio as the sums it is made of. Days that are not known are left out.
        measure : str or Measure
            A name of params/columns.yaml, or label, unit and direction of a figure that is not there.
        reference : Series of float indexed by day, optional
            The same figure of the market, the peers or the other items, in any unit.
        owner, next_step : str
            Who looks at a fall, and what is done first; they stand in the report only when it is decided.

        Returns
        -------
        Finding
            `watch` when the day is decidedly worse, else `ok`: one series alone never makes an `act`.

        Raises
        ------
        NameUnknown
            If `measure` is a name nobody knows.
        """
        metric = "" if isinstance(measure, Measure) else metric_of(measure)
        known = measure if isinstance(measure, Measure) else _known(metric)
        facts = self.facts
        found = against(
            by_day.dropna().sort_index(),
            facts.day,
            kind=known.varies,
            baseline_days=facts.baseline_days,
            reference=reference,
            good=known.good,
            skip=facts.special_days,
        )
        asked = Finding(
            id=f"custom.{name}",
            question=known.label,
            headline="",
            metric=metric,
            value=found.value,
            baseline=found.baseline,
            baseline_days=tuple(day.isoformat() for day in found.days),
            change=found.change,
            comparator="peers" if found.comparator else "none",
            market_change=found.market_change,
            relative=found.relative,
            interval=found.interval,
            verdict=found.verdict,
        )
        step = (owner, next_step) if next_step and self._is_watched(found) else None
        return spoken(lambda: [self._told(asked, found, known, step)], facts.frames, facts.day, [])[0]

    def reporting(self, *findings: Finding, **tables: pd.DataFrame) -> "OwnDay":
        """This day with findings and tables of its own: what page, mail and index show."""
        ranked = worst_first(findings)
        rows = {name: _rows(frame) for name, frame in tables.items()}
        report = dataclasses.replace(
            self.report,
            headline=ranked[0].headline if ranked else self.report.headline,
            story=tuple(each.id for each in ranked[:1]),
            findings=tuple(ranked),
            tables={**self.report.tables, **rows},
        )
        return dataclasses.replace(self, report=report)

    def _is_watched(self, found: Comparison) -> bool:
        return found.verdict == "worse" and found.chance <= self.facts.threshold("watch_p")

    def _told(
        self, asked: Finding, found: Comparison, known: Measure, step: tuple[Owner, str] | None
    ) -> Finding:
        """The finding with its sentence, and with its step where there is something to look at."""
        start = tr(
            "{label} {value}, {change} against the same weekdays",
            label=known.label,
            value=units.figure(found.value, known.unit),
            change=units.change(found.change),
        )
        said = dataclasses.replace(
            asked,
            headline=f"{start}{tr(', ')}{standing(found, asked.comparator)}",
            level="watch" if self._is_watched(found) else "ok",
            caveats=caveats_of(self.facts, found, None),
        )
        if step is None:
            return said
        due = (self.facts.day + dt.timedelta(days=1)).isoformat()
        return dataclasses.replace(said, owner=step[0], next_step=step[1], due=due, proof=known.label)


def load(
    shop: str = "demo",
    date: str = "",
    home: str = "",
    lang: str = "",
    *,
    notebook: str,
    kinds: tuple[str, ...] = ("shop_daily",),
) -> OwnDay:
    """Load a shop's day for `notebooks/custom/<notebook>.ipynb`, which lives on the exports `kinds`.

    Raises ParamsError for values that do not hold and HistoryError when the shop has no such day.
    """
    page = daily.Page(tuple(kinds), (), view=OwnDay)
    day = daily.of_page(page, f"custom/{notebook}", {"shop": shop, "date": date, "lang": lang, "home": home})
    assert isinstance(day, OwnDay)
    return day


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame as the rows of findings.json, its named index as a column, days as 2026-11-20."""
    flat = frame.reset_index(drop=frame.index.name is None)
    days = flat.select_dtypes("datetime").columns
    made = flat.assign(**{name: flat[name].dt.strftime("%Y-%m-%d") for name in days})
    found: list[dict[str, Any]] = made.rename(columns=str).to_dict("records")
    return found


def _known(metric: str) -> Measure:
    known = column(metric)
    return Measure(known.label, known.unit, known.varies, known.good)
