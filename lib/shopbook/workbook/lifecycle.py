"""The facade of the lifecycle notebooks: load a shop's whole weeks once, then ask where each item stands."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from shopbook import days as calendar_days
from shopbook.analysis.stages import StageRules
from shopbook.findings.daily.kpis import kpi_rows
from shopbook.findings.facts import AD_PAST, PAST, Facts
from shopbook.findings.figures import spoken
from shopbook.findings.finding import Finding, Report, Source, read_report, worst_first
from shopbook.findings.product_lifecycle import overview as rules_of
from shopbook.findings.product_lifecycle.decline import decline_findings
from shopbook.findings.product_lifecycle.facts import LifecycleFacts
from shopbook.findings.product_lifecycle.mature import hit_findings, stable_findings
from shopbook.findings.product_lifecycle.rising import growth_findings, new_findings
from shopbook.findings.warnings.lifecycle import changed_since, lifecycle_warnings
from shopbook.history.store import Store
from shopbook.home import Home, find_home
from shopbook.params import campaigns_of, rules, shop_settings, validate
from shopbook.printed import Printed
from shopbook.text import language, set_language, speaking, tr
from shopbook.workbook import prepared
from shopbook.workbook.asked import home_and_shop
from shopbook.workbook.daily import report_day
from shopbook.workbook.item_frames import WHOLE_PAST_WEEKS, LifecycleFrames
from shopbook.workbook.items import Items

_PUBLISHED_REPORTS = 8


@dataclass(frozen=True)
class Page:
    """What one lifecycle notebook holds: the exports it lives on, its findings and tables."""

    kinds: tuple[str, ...]
    findings: Callable[[LifecycleFacts], list[Finding]]
    tables: Callable[[LifecycleFacts], dict[str, list[dict[str, Any]]]]


def load(
    shop: str = "demo",
    date: str = "",
    home: str = "",
    lang: str = "",
    *,
    notebook: str = "overview",
    **values: int,
) -> Items:
    """Load a shop's items for `notebooks/product_lifecycle/<notebook>.ipynb`, up to the report day.

    Raises ParamsError for values that do not hold and HistoryError when the shop has no such day.
    """
    checked = validate(
        "product_lifecycle", {"shop": shop, "date": date, "lang": lang, "home": home, **values}
    )
    place, shop = home_and_shop(home, shop)
    settings = shop_settings(place, shop)
    set_language(lang or settings.lang)
    store = Store(place.history)
    day = report_day(store, shop, date, settings.timezone)
    stage_rules = StageRules(hit_level=float(checked["hit_visitors"]))
    facts = prepared.take(_key(place, shop, day, stage_rules)) or facts_of(place, shop, day, stage_rules)
    facts = facts.warned(lifecycle_warnings(facts, PAGES[notebook].kinds))
    report = _report(facts, store, notebook, lang or settings.lang)
    return Items(report, place, facts, checked["weeks"])


def prepare(
    shop: str, date: str, home: str = "", lang: str = "", *, notebooks: Iterable[str], **values: int
) -> None:
    """Stage a shop's items once for all of `notebooks`, whose `load` runs in forks of this process.

    Raises as `load` does.
    """
    checked = validate(
        "product_lifecycle", {"shop": shop, "date": date, "lang": lang, "home": home, **values}
    )
    place = find_home(home)
    settings = shop_settings(place, shop)
    with speaking(lang or settings.lang):
        day = report_day(Store(place.history), shop, date, settings.timezone)
        stage_rules = StageRules(hit_level=float(checked["hit_visitors"]))
        facts = facts_of(place, shop, day, stage_rules)
        pages = [PAGES[name] for name in notebooks if name in PAGES]
        lifecycle_warnings(facts, tuple({kind: None for page in pages for kind in page.kinds}))
        kpi_rows(facts.base)
        prepared.keep(_key(place, shop, day, stage_rules), facts)


def _key(home: Home, shop: str, day: dt.date, stage_rules: StageRules) -> Hashable:
    return "product_lifecycle", home, shop, day, stage_rules, language()


def facts_of(home: Home, shop: str, day: dt.date, stage_rules: StageRules) -> LifecycleFacts:
    """The shop's items up to `day`, with settings, rules, calendar and what was published before."""
    kinds = (*_ALWAYS, *_ASKED, "peers", PAST, AD_PAST)
    frames = LifecycleFrames(Store(home.history), shop, day, kinds)
    known = calendar_days.calendar(day.year - 3, day.year + 1)
    base = Facts(
        shop_settings(home, shop),
        day,
        frames,
        known,
        rules(),
        newest=frames.newest,
        campaigns=tuple(campaigns_of(home, shop)),
    )
    return LifecycleFacts(base, stage_rules, tuple(published(home, shop, day)))


def published(home: Home, shop: str, day: dt.date) -> list[dict[str, Any]]:
    """The newest published overviews up to `day`: what was said about earlier weeks."""
    found = []
    for folder in sorted((home.reports / shop).glob("????-??-??"), reverse=True):
        path = folder / "product_lifecycle" / "overview.findings.json"
        if folder.name <= day.isoformat() and (told := read_report(path)):
            found.append(told)
        if len(found) == _PUBLISHED_REPORTS:
            break
    return found


def _report(facts: LifecycleFacts, store: Store, notebook: str, lang: str) -> Report:
    page = PAGES[notebook]
    shop, day = facts.base.shop.id, facts.base.day
    warnings = facts.base.warnings
    printed: list[Printed] = facts.base.once("printed", list)
    blocked = any(one.level == "blocking" and one.scope.get("kind") == "item_daily" for one in warnings)
    rule = partial(_with_restated, facts, page)
    found = [] if blocked else worst_first(spoken(rule, facts.base.frames, day, printed))
    first = day - dt.timedelta(weeks=WHOLE_PAST_WEEKS)
    return Report(
        shop=shop,
        date=day.isoformat(),
        notebook=f"product_lifecycle/{notebook}",
        lang=lang,
        headline=_headline(facts, notebook, found),
        findings=tuple(found),
        warnings=warnings,
        tables={"kpis": kpi_rows(facts.base), **page.tables(facts)},
        sources=tuple(
            Source(**vars(row)) for kind in page.kinds for row in store.sources(shop, kind, first, day)
        ),
    )


def _with_restated(facts: LifecycleFacts, page: Page) -> list[Finding]:
    """The page's findings; one about an item whose published stage would be another today says so."""
    found = page.findings(facts)
    changed = {item: day for day, item, _, _ in changed_since(facts)}
    if not changed:
        return found
    made = []
    for one in found:
        day = changed.get(one.scope.get("item_id", ""))
        said = (tr("its figures were restated after the report of {day}", day=day),) if day else ()
        made.append(dataclasses.replace(one, caveats=(*one.caveats, *said)))
    return made


def _headline(facts: LifecycleFacts, notebook: str, found: list[Finding]) -> str:
    if facts.items.empty:
        return tr("No whole week of an item report yet: nothing to stage.")
    if not found:
        return tr("No item of this stage today.")
    if facts.weeks_to_trend:
        return rules_of.too_early(facts)
    if notebook == "overview":
        moved = len(rules_of.changed_items(facts))
        spread = rules_of.stage_counts(facts)
        if not moved:
            return tr("No item changed its stage this week: {spread}", spread=spread)
        return tr("{count} item(s) changed their stage this week; {spread}", count=moved, spread=spread)
    return found[0].headline


def _overview(facts: LifecycleFacts) -> list[Finding]:
    heroes = rules_of.hero_findings(facts)[:2]
    pushed = {each.scope["item_id"] for each in heroes}
    # One thing to do for an item: where it is worth more visitors, its stage has no ads to cut.
    stages = [
        dataclasses.replace(each, owner="", next_step="", due="", proof="")
        if each.scope.get("item_id") in pushed and each.scope.get("stage") == "stable"
        else each
        for each in rules_of.stage_findings(facts)
    ]
    return [*stages, *heroes, *rules_of.clear_findings(facts)[:2]]


def _decline(facts: LifecycleFacts) -> list[Finding]:
    return [*decline_findings(facts), *rules_of.clear_findings(facts)]


def _every_item(facts: LifecycleFacts) -> dict[str, list[dict[str, Any]]]:
    return {**_items_of("")(facts), "heroes": rules_of.hero_table(facts)}


def _items_of(stage: str) -> Callable[[LifecycleFacts], dict[str, list[dict[str, Any]]]]:
    return lambda facts: {
        "stages": rules_of.stage_table(facts, stage),
        "ahead": rules_of.weeks_ahead_table(facts),
    }


# Kinds that rules look at when they are there; a page without them says so only where it lives on them.
_ASKED = (
    "rivals",
    "flow_source",
    "ad_report",
    "order_lines",
    "hand_filled",
    "item_flow_source",
    "change_log",
)
_ALWAYS = ("shop_daily", "item_daily", "stock", "item_tags", "market")
PAGES = {
    "overview": Page(_ALWAYS, _overview, _every_item),
    "new": Page((*_ALWAYS, "ad_report"), new_findings, _items_of("new")),
    "growth": Page((*_ALWAYS, "item_flow_source", "ad_report"), growth_findings, _items_of("growth")),
    "hit": Page((*_ALWAYS, "rivals", "hand_filled"), hit_findings, _items_of("hit")),
    "stable": Page((*_ALWAYS, "ad_report", "order_lines"), stable_findings, _items_of("stable")),
    "decline": Page((*_ALWAYS, "rivals", "hand_filled"), _decline, _items_of("decline")),
}
