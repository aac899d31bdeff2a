"""Fills the empty places of report pages: the way to other reports, and what changed since the last one."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import quote

from shopbook.home import Home
from shopbook.run.mail.mail_text import plain
from shopbook.run.site.actions import shop_actions
from shopbook.run.site.files import between_markers, write_if_changed
from shopbook.run.site.labels import sheet_label
from shopbook.run.site.published import Entry, Memory, Sheet, stamp_of
from shopbook.run.site.since import since, since_html
from shopbook.text import speaking, tr

_STYLE = (
    "<style>.site{font-size:14px;line-height:2.1;margin:0 0 12px;display:flex;flex-wrap:wrap;gap:0 14px}"
    ".site a{color:inherit}.site [aria-current]{font-weight:700}.site .held{font-weight:700}"
    ".since p{font-size:14px;margin:8px 0 0}.since ul{margin:2px 0;padding-left:20px}"
    ".since details{border-top:1px solid;border-color:var(--page-rule,#d9dde2);padding:8px 0;margin-top:8px}"
    ".since summary{cursor:pointer;font-size:14px}"
    "@media screen and (max-width:640px){.site{flex-wrap:nowrap;overflow-x:auto;white-space:nowrap;"
    "line-height:1.8;margin:0 0 4px;padding-right:28px;"
    "mask-image:linear-gradient(90deg,#000 88%,transparent)}}"
    "@media print{.site{display:none}}</style>"
)


@dataclass(frozen=True)
class Around:
    """The reports next to a page's, and the actions that have stood since earlier ones."""

    before: list[Entry]
    after: list[Entry]
    standing: tuple[str, ...] = ()


def fill_pages(home: Home, found: Iterable[Entry], memory: Memory) -> list[Path]:
    """Put navigation and "since" into every page that lacks the current ones; the pages written."""
    runs: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in sorted(found, key=lambda e: e.date):
        runs.setdefault((entry.shop, entry.family, entry.campaign), []).append(entry)
    written = []
    for run in runs.values():
        for place, entry in enumerate(run):
            before, after = run[max(0, place - 1) : place], run[place + 1 : place + 2]
            standing = _standing(home, entry, reversed(run[:place]))
            for sheet in entry.sheets:
                around = Around(before, after, standing if sheet is entry.lead else ())
                if sheet.page and _fill(sheet, entry, around, memory):
                    written.append(sheet.page)
    return written


def _standing(home: Home, entry: Entry, before: Iterable[Entry]) -> tuple[str, ...]:
    """The actions that were there before, each with for how long and what became of it."""
    with speaking(entry.lead.lang):
        return tuple(
            f"{plain(action.finding['headline'], 100)} ({action.note})"
            for action in shop_actions(home, entry, before).values()
            if action.note
        )


def _fill(sheet: Sheet, entry: Entry, around: Around, memory: Memory) -> bool:
    page = sheet.page
    assert page is not None
    key, says = f"filled:{page.as_posix()}", _what_it_says(sheet, entry, around)
    if memory.old.get(key) == [stamp_of(page), says]:
        memory.new[key] = memory.old[key]
        return False
    with speaking(sheet.lang):
        nav, changes = _nav(sheet, entry, around), _since(sheet, entry, around)
    filled = between_markers(between_markers(page.read_bytes(), "nav", nav), "since", changes)
    changed = write_if_changed(page, filled)
    memory.new[key] = [stamp_of(page), says]
    return changed


def _what_it_says(sheet: Sheet, entry: Entry, around: Around) -> str:
    """Everything the two fragments are made from, and the code that makes them, as one comparable text."""
    near = [
        (day.date, there)
        for days in (around.before, around.after)
        for day in days
        if (there := day.sheet(sheet.name))
    ]
    parts = [_form(), sheet.lang, sheet.status, sheet.essence.get("version")]
    parts += [f"{date} {there.page is None} {there.essence.get('version')}" for date, there in near]
    parts += [f"{len(around.before)} {len(around.after)}", *around.standing]
    parts += [f"{other.name} {other.page is None}" for other in entry.sheets]
    return hashlib.sha1("|".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


@cache
def _form() -> str:
    """A hash of what turns findings into fragments: an update of the suite renews the pages."""
    here = Path(__file__)
    files = (here, here.with_name("since.py"), here.parents[2] / "locale" / "zh" / "delivery.po")
    return hashlib.sha1(b"".join(f.read_bytes() for f in files), usedforsecurity=False).hexdigest()


def _up(entry: Entry) -> str:
    """The way from a report's folder to the folder of its shop."""
    return "../../../" if entry.campaign else "../../"


def _nav(sheet: Sheet, entry: Entry, around: Around) -> str:
    """Previous day, all reports, next day; then the other notebooks of the day; then what went wrong."""
    ways = [
        _neighbour(sheet, entry, around.before, "prev"),
        f'<a href="../{_up(entry)}index.html">{escape(tr("All reports"))}</a>',
        _neighbour(sheet, entry, around.after, "next"),
    ]
    others = [_other(other, sheet, entry) for other in entry.sheets]
    ways += others if len(others) > 1 else []
    nav = f'<nav class="site" aria-label="{escape(tr("Other days and reports"))}">{"".join(ways)}</nav>'
    return _STYLE + nav + _status(sheet)


def _neighbour(sheet: Sheet, entry: Entry, days: list[Entry], way: str) -> str:
    """A link to the same notebook of the previous or next report; nothing when there is none."""
    there = days[0].sheet(sheet.name) if days else None
    if there is None or there.page is None:
        return ""
    day = days[0].date[5:]
    text = f"← {day}" if way == "prev" else f"{day} →"
    name = tr("Previous report") if way == "prev" else tr("Next report")
    parts = [days[0].date, entry.family, *([entry.campaign] if entry.campaign else []), there.page.name]
    href = _up(entry) + quote("/".join(parts))
    return f'<a rel="{way}" href="{href}" title="{escape(name)}">{text}</a>'


def _other(other: Sheet, sheet: Sheet, entry: Entry) -> str:
    name = escape(sheet_label(other.name))
    if other.name == sheet.name:
        return f'<span aria-current="page">{name}</span>'
    if other.page is None:
        return f"<span>{name} · {escape(tr('failed'))}</span>"
    return f'<a href="{quote(other.page.name)}">{name}</a>'


def _status(sheet: Sheet) -> str:
    if sheet.status == "failed":
        text = tr("The newest run of this report failed; this is the last good one.")
    elif sheet.status == "held":
        text = tr("This report is held back: its data is incomplete. It was not mailed.")
    else:
        return ""
    return f'<p class="site held" role="status">{escape(text)}</p>'


def _since(sheet: Sheet, entry: Entry, around: Around) -> str:
    before = around.before
    there = before[0].sheet(sheet.name) if before else None
    if there is None or not there.essence or not sheet.essence:
        return ""
    return since_html(since(sheet, entry.date, there, before[0].date), around.standing)
