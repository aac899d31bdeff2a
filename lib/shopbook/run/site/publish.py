"""The static site over data/reports: menus and "since" on every page, Excel beside it, the index of all."""

import json
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from shopbook.errors import WorkbookError
from shopbook.home import Home
from shopbook.params import shop_settings
from shopbook.run.site.excel import write_workbooks
from shopbook.run.site.files import write_if_changed
from shopbook.run.site.index import index_pages
from shopbook.run.site.pages import fill_pages
from shopbook.run.site.published import Entry, Memory, entries


@dataclass(frozen=True)
class Published:
    """The site after a publish; `written` and `workbooks` name only the files whose content changed."""

    index: Path
    pages: int
    written: tuple[Path, ...] = ()
    workbooks: tuple[Path, ...] = ()
    problems: tuple[str, ...] = ()


def publish(home: Home) -> Published:
    """Bring the site up to date with the report folders; what has not changed is not even read."""
    reports = home.reports
    reports.mkdir(parents=True, exist_ok=True)
    with FileLock(reports / ".site.lock"):
        memory = Memory(reports / ".site.json")
        found = entries(reports, memory)
        names, problems = _shop_names(home, found)
        workbooks, refused = write_workbooks(found, memory)
        pages = fill_pages(home, found, memory)
        for path, text in index_pages(home, found, names).items():
            write_if_changed(path, text)
        write_if_changed(memory.path, json.dumps(memory.new, ensure_ascii=False, separators=(",", ":")))
    count = sum(sheet.page is not None for entry in found for sheet in entry.sheets)
    return Published(reports / "index.html", count, tuple(pages), tuple(workbooks), (*problems, *refused))


def _shop_names(home: Home, found: list[Entry]) -> tuple[dict[str, str], list[str]]:
    """The name of each shop; a broken shop file costs its shop the name, not everybody the site."""
    names, problems = {}, []
    for shop in {entry.shop for entry in found}:
        try:
            names[shop] = shop_settings(home, shop).name or shop
        except WorkbookError as error:
            problems.append(str(error))
    return names, problems
