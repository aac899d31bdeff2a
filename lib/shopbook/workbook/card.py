"""The facade of the report card: a shop's claims and what became of them."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from shopbook import days as calendar_days
from shopbook.findings.daily.kpis import kpi_rows
from shopbook.findings.facts import Facts
from shopbook.findings.figures import spoken
from shopbook.findings.finding import Report, Source, worst_first
from shopbook.findings.periodic import card as scoring
from shopbook.findings.warnings.data import data_warnings
from shopbook.history.answers import answers
from shopbook.history.claims import Claim, claims
from shopbook.history.store import Store
from shopbook.params import campaigns_of, rules, shop_settings, validate
from shopbook.text import set_language, tr
from shopbook.workbook.asked import home_and_shop
from shopbook.workbook.daily import report_day
from shopbook.workbook.day import Day
from shopbook.workbook.frames import ShopFrames

KINDS = ("shop_daily",)
_HELD_AGAINST = (*KINDS, "market", "peers", "item_daily", "stock")
_YEAR = 400


class CardFrames(ShopFrames):
    """A year of what claims are held against."""

    def first_day(self, kind: str) -> dt.date:
        return self._day - dt.timedelta(days=_YEAR) if kind in _HELD_AGAINST else super().first_day(kind)


@dataclass(frozen=True, repr=False)
class Card(Day):
    """The report card as a notebook uses it."""

    issued: tuple[Claim, ...] = ()

    @property
    def claims(self) -> pd.DataFrame:
        """Every claim of the last year, one row each."""
        return pd.DataFrame([vars(each) for each in self.issued], columns=list(Claim.__dataclass_fields__))


def load(shop: str = "demo", date: str = "", home: str = "", lang: str = "", *, periods: int = 8) -> Card:
    """Load the claims of a shop's reports up to the report day for `notebooks/periodic/report_card.ipynb`.

    Raises ParamsError for values that do not hold and HistoryError when the shop has no such day.
    """
    validate("periodic", {"shop": shop, "date": date, "lang": lang, "home": home, "periods": periods})
    place, shop = home_and_shop(home, shop)
    settings = shop_settings(place, shop)
    set_language(lang or settings.lang)
    store = Store(place.history)
    day = report_day(store, shop, date, settings.timezone)
    facts = Facts(
        settings,
        day,
        CardFrames(store, shop, day, _HELD_AGAINST),
        calendar_days.calendar(day.year - 2, day.year + 1),
        rules(),
        campaigns=tuple(campaigns_of(place, shop)),
    )
    facts = facts.warned(data_warnings(facts, KINDS))
    first = (day - dt.timedelta(days=_YEAR)).isoformat()
    issued = tuple(each for each in claims(place, shop, day) if each.day >= first)
    scored = scoring.scores(facts, issued, answers(place, shop).values())
    tables = scoring.tables(facts, scored)
    found = worst_first(spoken(lambda: scoring.card_findings(facts, tables["rules"]), facts.frames, day, []))
    report = Report(
        shop=shop,
        date=day.isoformat(),
        notebook="periodic/report_card",
        lang=lang or settings.lang,
        headline=found[0].headline if found else tr("No claim's outcome is known yet."),
        findings=tuple(found),
        warnings=facts.warnings,
        tables={"kpis": kpi_rows(facts), **tables},
        sources=tuple(_sources(store, shop, day)),
    )
    return Card(report, place, facts, 28, periods, issued=issued)


def _sources(store: Store, shop: str, day: dt.date) -> list[Source]:
    first = day - dt.timedelta(days=62)
    return [
        Source(**vars(row)) for kind in _HELD_AGAINST[:3] for row in store.sources(shop, kind, first, day)
    ]
