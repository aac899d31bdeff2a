"""The facade of the daily notebooks: load a shop's day once, then ask."""

import datetime as dt
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from shopbook import days as calendar_days
from shopbook import plugins, units
from shopbook.columns import column, label
from shopbook.errors import HistoryError
from shopbook.findings.daily.changes import change_findings
from shopbook.findings.daily.checkup import KINDS as CHECKUP_KINDS
from shopbook.findings.daily.checkup import checkup_findings
from shopbook.findings.daily.first_month import first_month
from shopbook.findings.daily.kpis import daily_sheet, kpi_rows
from shopbook.findings.daily.market import market_findings, market_table
from shopbook.findings.daily.own import own_findings
from shopbook.findings.daily.profit import profit_findings
from shopbook.findings.daily.promotion import promotion_findings, promotion_warnings
from shopbook.findings.daily.promotion_tables import promotion_tables
from shopbook.findings.daily.quality import quality_findings
from shopbook.findings.daily.reads import is_read
from shopbook.findings.daily.refunds import refund_findings
from shopbook.findings.daily.rivals import rival_findings, rival_table, rival_warnings
from shopbook.findings.daily.service import service_findings
from shopbook.findings.daily.story import naming, steps, story, told
from shopbook.findings.facts import Facts
from shopbook.findings.figures import spoken
from shopbook.findings.finding import DataWarning, Finding, Report, Source, read_report, worst_first
from shopbook.findings.warnings.data import EVERY_DAY, data_warnings
from shopbook.history.report_days import report_days
from shopbook.history.store import Store
from shopbook.home import Home, find_home
from shopbook.params import campaigns_of, rules, shop_settings, validate
from shopbook.text import language, set_language, speaking, tr
from shopbook.workbook import prepared
from shopbook.workbook.asked import home_and_shop
from shopbook.workbook.checkup import Checkup, checkup_tables, service_tables
from shopbook.workbook.day import Day
from shopbook.workbook.frames import ShopFrames
from shopbook.workbook.own_tables import own_tables

# The pages whose headline is the story of the whole day.
_WHOLE_DAY = ("daily/brief", "daily/own")


@dataclass(frozen=True)
class Page:
    """What one daily notebook holds: its exports, the rules that find something, and tables."""

    kinds: tuple[str, ...]
    rules: tuple[Callable[[Facts], list[Finding]], ...]
    tables: Callable[[Facts], dict[str, list[dict[str, Any]]]] = lambda facts: {}
    warnings: Callable[[Facts], list[DataWarning]] = lambda facts: []
    view: type[Day] = Day

    def findings(self, facts: Facts) -> list[Finding]:
        """What its rules find, worst first; a rule that another page of the day asked is not asked again."""
        asked = [facts.once((rule, facts.stops), partial(_answers, rule, facts)) for rule in self.rules]
        return worst_first([one for found in asked for one in found])


def _answers(rule: Callable[[Facts], list[Finding]], facts: Facts) -> tuple[Finding, ...]:
    return spoken(lambda: rule(facts), facts.frames, facts.day, facts.once("printed", list))


def load(
    shop: str = "demo",
    date: str = "",
    home: str = "",
    lang: str = "",
    *,
    notebook: str = "brief",
    **values: int,
) -> Day:
    """Load a shop's day for `notebooks/daily/<notebook>.ipynb`.

    Raises ParamsError for values that do not hold and HistoryError when the shop has no such day.
    """
    asked = {"shop": shop, "date": date, "lang": lang, "home": home, **values}
    return of_page(PAGES[notebook], f"daily/{notebook}", asked)


def of_page(page: Page, notebook: str, asked: dict[str, Any]) -> Day:
    """The day that a page shows, under the values `asked` for."""
    checked = validate("daily", asked)
    place, shop = home_and_shop(checked["home"], checked["shop"])
    settings = shop_settings(place, shop)
    lang = checked["lang"] or settings.lang
    set_language(lang)
    store = Store(place.history)
    day = report_day(store, shop, checked["date"], settings.timezone)
    facts = prepared.take(_key(place, shop, day)) or facts_of(place, store, shop, day)
    facts = facts.warned(_concerning(notebook, data_warnings(facts, page.kinds) + page.warnings(facts)))
    found, things = _done_with(facts, page.findings(facts))
    report = Report(
        shop=shop,
        date=day.isoformat(),
        notebook=notebook,
        lang=lang,
        headline=(told(facts, found) if notebook in _WHOLE_DAY else "") or headline(found),
        story=story(found),
        findings=tuple(found),
        warnings=facts.warnings,
        tables={"kpis": kpi_rows(facts), **page.tables(facts), "steps": things},
        sources=tuple(sources(store, facts, page.kinds)),
    )
    previous = previous_report(place, shop, day, notebook)
    return page.view(report, place, facts, checked["window_days"], checked["top_items"], previous)


def _concerning(notebook: str, warnings: list[DataWarning]) -> list[DataWarning]:
    """Warnings without corrections of exports that the page does not look at."""
    return [each for each in warnings if each.code != "restated" or is_read(notebook, each.scope["kind"])]


def _done_with(facts: Facts, found: list[Finding]) -> tuple[list[Finding], list[dict[str, Any]]]:
    """The findings with steps that name their things, and the table of those things."""
    things: list[dict[str, Any]] = []

    def named() -> list[Finding]:
        things.extend(steps(facts, found))
        return naming(found, things)

    said = spoken(named, facts.frames, facts.day, facts.once("printed", list), found)
    return list(said), things


def prepare(
    shop: str, date: str, home: str = "", lang: str = "", *, notebooks: Iterable[str], **values: int
) -> None:
    """Load a shop's day once for all of `notebooks`, whose `load` runs in forks of this process.

    Makes what several of them ask: the history, its warnings, the key figures, and with the brief among them
    every finding. Raises as `load` does.
    """
    validate("daily", {"shop": shop, "date": date, "lang": lang, "home": home, **values})
    place = find_home(home)
    settings = shop_settings(place, shop)
    with speaking(lang or settings.lang):
        store = Store(place.history)
        facts = facts_of(place, store, shop, report_day(store, shop, date, settings.timezone))
        pages = [PAGES[name] for name in notebooks if name in PAGES]
        # Rules look at the warnings, and all pages of a day have the same ones about its items and figures.
        kinds = tuple({kind: None for page in pages for kind in page.kinds})
        seen = facts.warned(data_warnings(facts, kinds))
        kpi_rows(seen)
        if PAGES["brief"] in pages:
            PAGES["brief"].findings(seen)
        prepared.keep(_key(place, shop, facts.day), seen.warned(()))  # with all that was made under them


def _key(home: Home, shop: str, day: dt.date) -> Hashable:
    return "daily", home, shop, day, language()


def report_day(store: Store, shop: str, date: str, timezone: str) -> dt.date:
    """The asked day, or the newest complete one; an error says which days there are."""
    known = report_days(store, shop)
    if date:
        day = calendar_days.parse_day(date)
        if day in known:
            return day
        raise HistoryError(
            "Shop {shop} has no shop daily sheet for {date}; there are {count} days, the newest {newest}. "
            "Put the export into data/inbox/{shop}/ and run `shopbook ingest`.",
            shop=shop,
            date=date,
            count=len(known),
            newest=max(known, default="–"),
        )
    newest = calendar_days.newest_complete_day(known, calendar_days.today(timezone))
    if newest is None:
        raise HistoryError(
            "Shop {shop} has no history yet. Put its exports into data/inbox/{shop}/ "
            "and run `shopbook ingest`.",
            shop=shop,
        )
    return newest


def facts_of(home: Home, store: Store, shop: str, day: dt.date) -> Facts:
    """The shop's history up to `day`, with settings, rules and calendar."""
    settings = shop_settings(home, shop)
    frames = ShopFrames(store, shop, day, EVERY_DAY, settings.name)
    calendar = calendar_days.calendar(day.year - 1, day.year + 1)
    return Facts(
        settings,
        day,
        frames,
        calendar,
        rules(),
        newest=frames.newest,
        campaigns=tuple(campaigns_of(home, shop)),
    )


def headline(findings: list[Finding]) -> str:
    """The page in one sentence: the worst finding, or that nothing stands out."""
    if not findings:
        return tr("No figures for this page yet.")
    calm = [each for each in findings if each.id in ("own.amount", "own.visitors", "rivals.rank")]
    if findings[0].level == "ok" and calm:
        return tr("Nothing unusual today: {sentence}", sentence=calm[0].headline)
    first = findings[0]
    if (
        first.level == "ok"
        and not first.id.startswith("market.")  # a figure of the market is named by its headline
        and first.verdict in ("unknown", "same")
        and first.value is not None
        and first.metric
    ):
        figure = units.figure(first.value, column(first.metric).unit)
        return tr("Nothing unusual today: {sentence}", sentence=f"{label(first.metric)} {figure}")
    return first.headline


def sources(store: Store, facts: Facts, kinds: tuple[str, ...]) -> list[Source]:
    """Provenance of the kinds a page lives on: the comparable weeks and the day itself."""
    first = facts.day - dt.timedelta(weeks=calendar_days.BASELINE_WEEKS)
    shop = facts.shop.id
    return [Source(**vars(row)) for kind in kinds for row in store.sources(shop, kind, first, facts.day)]


def previous_report(home: Home, shop: str, day: dt.date, notebook: str) -> dict[str, Any] | None:
    """The newest earlier findings.json of the same notebook, at most a week back."""
    family, name = notebook.split("/")
    for back in range(1, 8):
        folder = home.reports / shop / (day - dt.timedelta(days=back)).isoformat() / family
        if told := read_report(folder / f"{name}.findings.json"):
            return told
    return None


def _guide(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    """The guide through a shop's first month, as long as it lasts."""
    rows = first_month(facts)
    return {"first_month": rows} if rows else {}


def _checkup_acts(facts: Facts) -> list[Finding]:
    return [each for each in checkup_findings(facts) if each.level == "act"]


_OWN = (own_findings, profit_findings, change_findings)
_SERVICE = (service_findings, quality_findings, refund_findings)
_SHIPPED = {
    "market": Page(
        ("market", "peers", "shop_daily"), (market_findings,), lambda facts: {"market": market_table(facts)}
    ),
    "own": Page(("shop_daily", "flow_source", "item_daily", "market", "peers"), _OWN, own_tables),
    "rivals": Page(
        ("rivals", "shop_daily"),
        (rival_findings,),
        lambda facts: {"rivals": rival_table(facts)},
        rival_warnings,
    ),
    "promotion": Page(
        ("ad_report", "search_terms", "shop_daily"),
        (promotion_findings,),
        promotion_tables,
        promotion_warnings,
    ),
    "service": Page(
        ("service", "refunds", "dsr", "shop_daily"),
        _SERVICE,
        service_tables,
    ),
    "checkup": Page(CHECKUP_KINDS, (checkup_findings,), checkup_tables, view=Checkup),
    "brief": Page(
        EVERY_DAY,
        (market_findings, *_OWN, rival_findings, promotion_findings, *_SERVICE, _checkup_acts),
        lambda facts: {"daily_sheet": daily_sheet(facts), **_guide(facts)},
        rival_warnings,
    ),
}


def _with_added(name: str, page: Page) -> Page:
    """A page with the rules that packages add to it; the brief has those of every page."""
    pages = _SHIPPED if name == "brief" else (name,)
    rules = [rule for each in pages for rule in plugins.rules_of(each)]
    return replace(page, rules=(*page.rules, *rules))


PAGES = {name: _with_added(name, page) for name, page in _SHIPPED.items()}
