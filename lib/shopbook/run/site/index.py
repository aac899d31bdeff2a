"""Builds the index of all reports: one file, readable without script, with a calendar per shop and month."""

import calendar as months
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader

from shopbook import units
from shopbook.columns import label
from shopbook.home import Home
from shopbook.run.mail.mail_text import plain
from shopbook.run.site.labels import family_label, level_label, owner_label, sheet_label
from shopbook.run.site.overview import overview
from shopbook.run.site.published import LEVELS, Entry, Sheet
from shopbook.text import language, tr

# The newest months up to this many pages list every page; older months list their reports and have a page of
# their own that lists all. A year of two shops makes 400 KB this way.
LISTED = 2_000
# From here on a month stands on the index by its name only.
REPORTS = 1_100
# With more shops than this the index begins with their table, and what each has is folded below it.
FEW = 4
# Reports shown at once in the newest month; the rest of it is one click away.
RECENT = 7
# The newest good pages of a notebook of a shop: (day, page), newest first.
LastGood = dict[tuple[str, ...], list[tuple[str, Path]]]


@dataclass(frozen=True)
class Line:
    """One report in a list: a day of a family, with links to its notebooks."""

    date: str
    family: str
    title: str
    level: str
    badge: str
    status: str
    status_text: str
    headline: str
    href: str
    links: tuple[tuple[str, str], ...]
    failed: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Cell:
    """One day of a calendar."""

    day: int
    level: str = ""
    status: str = ""
    href: str = ""
    name: str = ""


@dataclass(frozen=True)
class Month:
    """One month of a shop: its calendar and its reports.

    `depth` is how much of it stands on the index: "full", "lines" (one a report) or "name"; for the last two
    `page` is the month's own page.
    """

    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]
    lines: tuple[Line, ...]
    depth: str = "full"
    page: str = ""


@dataclass(frozen=True)
class ShopShelf:
    """All months of a shop, newest first."""

    id: str
    name: str
    latest: Line | None
    months: tuple[Month, ...]


def index_pages(home: Home, found: list[Entry], names: Mapping[str, str]) -> dict[Path, str]:
    """The index and, when there are too many reports for one page, the pages of older months."""
    reports, depths = home.reports, _depths(found)
    last_good = _last_good(found)
    shops = [
        _shelf(shop, names.get(shop, shop), [e for e in found if e.shop == shop], depths, last_good)
        for shop in sorted({entry.shop for entry in found})
    ]
    page = _template().get_template("index.html.j2")
    common = {
        "lang": "zh-CN" if language() == "zh" else "en",
        "levels": {level: level_label(level) for level in LEVELS},
        "families": {f: family_label(f) for f in sorted({e.family for e in found})},
        "tr": tr,
        "recent": RECENT,
    }
    pages = {
        reports / "index.html": page.render(
            shops=shops,
            total=sum(len(e.sheets) for e in found),
            newest=found[0].date if found else "",
            o=overview(home, found, names) if len(shops) > 1 else None,
            folded=len(shops) > FEW,
            **common,
        )
    }
    month_page = _template().get_template("month.html.j2")
    for shop in shops:
        for month in shop.months:
            if month.page:
                pages[reports / "months" / month.page] = month_page.render(shop=shop, month=month, **common)
    return pages


def _depths(found: Iterable[Entry]) -> dict[str, str]:
    """How much of each month the index shows, so that it stays small: see LISTED and REPORTS."""
    pages, reports = Counter[str](), Counter[str]()
    for entry in found:
        pages[entry.date[:7]] += len(entry.sheets)
        reports[entry.date[:7]] += 1
    depths: dict[str, str] = {}
    listed, told = 0, 0
    for month in sorted(pages, reverse=True):
        listed, told = listed + pages[month], told + reports[month]
        depth = "full" if listed <= LISTED else "lines" if told <= REPORTS else "name"
        depths[month] = depth
    return depths


def _last_good(found: list[Entry]) -> LastGood:
    """The days on which each notebook has a page, newest first."""
    pages: dict[tuple[str, ...], list[tuple[str, Path]]] = {}
    for entry in found:
        for sheet in entry.sheets:
            if sheet.page:
                key = (entry.shop, entry.family, entry.campaign, sheet.name)
                pages.setdefault(key, []).append((entry.date, sheet.page))
    return pages


def _shelf(
    shop: str, name: str, found: list[Entry], depths: dict[str, str], last_good: LastGood
) -> ShopShelf:
    by_month: dict[str, list[Entry]] = {}
    for entry in found:
        by_month.setdefault(entry.date[:7], []).append(entry)
    shown = [
        _month(shop, month, by_month[month], depths[month], last_good)
        for month in sorted(by_month, reverse=True)
    ]
    daily = [line for month in shown for line in month.lines if line.family == "daily"]
    newest = (daily or [line for month in shown for line in month.lines])[:1]
    return ShopShelf(shop, plain(name, 60), newest[0] if newest else None, tuple(shown))


def _month(shop: str, month: str, found: list[Entry], depth: str, last_good: LastGood) -> Month:
    page = "" if depth == "full" else f"{quote(shop, safe='')}-{month}.html"
    ordered = sorted(found, key=lambda e: (e.date, e.family == "daily"), reverse=True)
    lines = tuple(_line(entry, last_good) for entry in ordered)
    return Month(month, _weeks(month, lines), lines, depth, page)


def _line(entry: Entry, last_good: LastGood) -> Line:
    reports = entry.folder.parents[2 if entry.campaign else 1].parent
    shown = [sheet for sheet in entry.sheets if sheet.page]
    links = [(sheet_label(s.name), _href(s.page, reports)) for s in shown if s.page]
    failed = [_failed(sheet, entry, reports, last_good) for sheet in entry.sheets if sheet.status == "failed"]
    title = f"{family_label(entry.family)} {entry.campaign}".strip()
    return Line(
        date=entry.date,
        family=entry.family,
        title="" if entry.family == "daily" else plain(title, 60),
        level=entry.level,
        badge=level_label(entry.level) if entry.level else "",
        status=entry.status,
        status_text={"failed": tr("failed"), "held": tr("held back")}.get(entry.status, ""),
        headline=plain(entry.lead.headline, 80),
        href=links[0][1] if links else "",
        links=tuple(links),
        failed=tuple(failed),
    )


def _failed(sheet: Sheet, entry: Entry, reports: Path, last_good: LastGood) -> tuple[str, str, str]:
    """What failed, and the newest good page of that notebook up to this day: (text, link text, address)."""
    good = last_good.get((entry.shop, entry.family, entry.campaign, sheet.name), [])
    day, page = next(((day, page) for day, page in good if day <= entry.date), ("", None))
    text = f"{sheet_label(sheet.name)} · {tr('failed')}"
    if page is None:
        return text, "", ""
    return text, tr("last good: {date}", date=day[5:]), _href(page, reports)


def _weeks(month: str, lines: tuple[Line, ...]) -> tuple[tuple[Cell | None, ...], ...]:
    by_day: dict[int, Line] = {}
    for line in reversed(lines):  # the daily report comes last in a day, so it wins the cell
        day = int(line.date[8:])
        if line.href and (day not in by_day or line.family == "daily"):
            by_day[day] = line
    year, number = (int(part) for part in month.split("-"))
    return tuple(
        tuple(_cell(day, by_day.get(day)) if day else None for day in week)
        for week in months.Calendar().monthdayscalendar(year, number)
    )


def _cell(day: int, line: Line | None) -> Cell:
    if line is None:
        return Cell(day)
    name = "" if (line.level, line.status) == ("ok", "done") else line.status_text or line.badge
    return Cell(day, line.level, line.status, line.href, name)


def _href(page: Path | None, reports: Path) -> str:
    assert page is not None
    return quote(page.relative_to(reports).as_posix())


def _cny(value: float | None) -> str:
    return units.figure(value, "CNY")


def _from_index(page: Path) -> str:
    """The address of a report's page seen from the index: shop, day, family and file."""
    return quote("/".join(page.parts[-4:]))


def weekday(date: str) -> str:
    """The short weekday of a date."""
    names = tr("Mon Tue Wed Thu Fri Sat Sun").split()
    return names[dt.date.fromisoformat(date).weekday()]


@cache
def _template() -> Environment:
    environment = Environment(
        loader=PackageLoader("shopbook.run.site", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(weekday=weekday, p=plain, cny=_cny, href=_from_index)
    environment.globals.update(tr=tr, label=label, change=units.change, level=level_label, owner=owner_label)
    return environment
