"""Are printed figures what the raw files say? Traced to their rows and computed again, figure by figure.

`python -m benchmarks.figures --figures 10000` ingests the demo's exports, then counts over days, shops and
notebooks: every figure with an address; the cells of each narrow address against the raw file, opened with
another library than the reader's, and its arithmetic in plain Python; every figure against the same report
made from a second history, built from the raw files alone in another order. Writes results/figures.md.
"""

import argparse
import collections
import contextlib
import csv
import datetime as dt
import itertools
import math
import os
import random
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl

from shopbook.history.inbox import ingest
from shopbook.history.ledger import FILE, Ledger
from shopbook.history.raw import Raw
from shopbook.home import Home
from shopbook.run import intake
from shopbook.run.raw_rows import Cell, Followed
from shopbook.run.trace import cells_of, recomputed
from shopbook.workbook import daily, lifecycle, periodic, prepared

RESULT = Path(__file__).parent / "results" / "figures.md"
TODAY = dt.date(2026, 11, 21)
PAGES: list[tuple[Callable[..., Any], str]] = [
    *((daily.load, name) for name in ("brief", "own", "market", "rivals", "promotion", "service", "checkup")),
    *((periodic.load, name) for name in ("weekly", "monthly")),
    *((lifecycle.load, name) for name in ("overview", "new", "growth", "hit", "stable", "decline")),
]
_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?")
Key = tuple[str, str, str, str, int]


def main() -> None:
    """Count until so many figures were checked and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=182)
    parser.add_argument("--data", type=Path, help="an ingested demo data folder instead of a new one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder), given.data or Path(folder) / "data")
        if given.data is None:
            intake.demo_shops(home, shops=2, days=given.days, today=TODAY)
        other = rebuilt(home, Path(folder) / "again")
        found: collections.Counter[str] = collections.Counter()
        wrong: list[str] = []
        for shop, day in _days(home):
            if found["figures"] >= given.figures:
                break
            wrong += checked(home, other, shop, day, found)
            print(shop, day, dict(found), len(wrong), flush=True)
            RESULT.write_text(table(found, wrong), encoding="utf-8")


def rebuilt(home: Home, root: Path) -> Home:
    """A second home whose history is made from the raw files of the first alone, in another order."""
    made = Home(root, root / "data")
    for shop in sorted(path.name for path in home.raw.iterdir() if path.is_dir()):
        raw = Raw(home.raw / shop, home.inbox)
        entries = Ledger(raw.folder / FILE).imports()
        random.Random(shop).shuffle(entries)
        inbox = made.inbox / shop
        inbox.mkdir(parents=True)
        for number, entry in enumerate(entries):
            path = raw.find(entry.sha256, entry.name)
            if path is not None:
                target = inbox / entry.name
                shutil.copy(path, target if not target.exists() else inbox / f"{number} {entry.name}")
                note = path.with_name(f"{path.name}.yaml")
                if note.exists():
                    shutil.copy(note, f"{target}.yaml")
        ingest(made, shop=shop, today=TODAY)
    return made


def checked(home: Home, other: Home, shop: str, day: dt.date, found: collections.Counter[str]) -> list[str]:
    """Every figure of a shop's day over all pages; what differs is described."""
    wrong, follow = [], Followed(home, shop)
    made = [list(_reports(place, shop, day)) for place in (home, other)]
    for (_, name), told, again in zip(PAGES, *made, strict=True):
        twins = dict(_figures(again))
        for key, (finding, figure) in _figures(told):
            found["figures"] += 1
            found["with an address"] += bool(figure["sources"])
            place = f"{shop} {day} {name} {key}"
            if figure["sources"] and all(source["columns"] for source in figure["sources"]):
                found["computed again from raw cells"] += 1
                wrong += [f"{place}: {text}" for text in _narrow(follow, home, told, finding, figure, found)]
            twin = twins.get(key)
            found["equal in a report made from the raw files alone"] += twin is not None and _same(
                figure, twin[1]
            )
            if twin is None or not _same(figure, twin[1]):
                wrong.append(f"{place}: {figure['text']} against {twin and twin[1]['text']}")
    return wrong


def _narrow(
    follow: Followed, home: Home, told: Any, finding: Any, figure: Any, found: collections.Counter[str]
) -> Iterator[str]:
    cells = cells_of(follow, told["date"], finding, figure)
    for cell in (one for each in cells for one in each):
        found["raw cells compared"] += 1
        if not cell.equal:
            yield f"{cell.file} row {cell.row} {cell.column}: {cell.raw} is {cell.value} in the history"
        elif cell.value is not None:
            seen = _in_file(home.raw / told["shop"], cell)
            found["raw cells seen in the file with another library"] += seen is True
            if seen is False:
                yield f"{cell.file} row {cell.row}: {cell.column} {cell.value} does not stand there"
    value = recomputed(figure["value"], cells)
    if value is None or not math.isclose(value, figure["value"], rel_tol=1e-9, abs_tol=1e-12):
        yield f"{figure['text']} is {value} from the raw cells"


def _in_file(folder: Path, cell: Cell) -> bool | None:
    """Whether the row of the file holds the number, read by csv or openpyxl; None for another format."""
    row = _rows(str(folder), cell.file, cell.sheet).get(cell.row)
    if row is None:
        return None
    numbers = [
        float(text.replace(",", ""))
        for each in row
        for text in _NUMBER.findall(str(each))
        if text.strip(",-")
    ]
    value = float(cell.value)
    if any(_near(one, each) for one in numbers for each in (value, value * 100, -value)):
        return True
    added = (sum(each) for count in (2, 3) for each in itertools.combinations(sorted(set(numbers)), count))
    return None if any(_near(each, value) for each in added) else False  # a column the reader adds up


def _near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)


@cache
def _rows(folder: str, name: str, sheet: str) -> dict[int, list[Any]]:
    path = next(iter(sorted(Path(folder).glob(f"*-{name}"))), None)
    if path is None or path.suffix not in (".csv", ".xlsx"):
        return {}
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        page = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
        return {number: list(row) for number, row in enumerate(page.iter_rows(values_only=True), 1)}
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):
        with contextlib.suppress(UnicodeError):
            return dict(enumerate(csv.reader(data.decode(encoding).splitlines()), 1))
    return {}


def _reports(home: Home, shop: str, day: dt.date) -> Iterator[dict[str, Any]]:
    """The reports of all pages; those of a family share what was loaded, as they do in a morning."""
    os.environ["SHOPBOOK_DATA"] = str(home.data)
    with mock.patch.object(prepared, "take", prepared._kept.get):
        for facade in (daily, lifecycle):
            names = [name for load, name in PAGES if load is facade.load]
            facade.prepare(shop, day.isoformat(), lang="zh", notebooks=names)
        for load, name in PAGES:
            yield load(shop, day.isoformat(), lang="zh", notebook=name).report.to_json()
    prepared._kept.clear()


def _figures(told: dict[str, Any]) -> Iterator[tuple[Key, tuple[Any, Any]]]:
    """The figures of a report that come from data, each by finding, scope, name and place."""
    seen: collections.Counter[tuple[str, str, str]] = collections.Counter()
    for finding in told["findings"]:
        for figure in finding["figures"]:
            if figure["unit"] == "constant":
                continue
            about = (finding["id"], str(sorted(finding["scope"].items())), figure["name"])
            seen[about] += 1
            yield (told["notebook"], *about, seen[about]), (finding, figure)


def _same(one: Any, other: Any) -> bool:
    names = ("text", "value", "low", "high")
    return all(one[name] == other[name] for name in names)


def _days(home: Home) -> Iterator[tuple[str, dt.date]]:
    for back in range(60):
        for shop in sorted(path.name for path in home.history.iterdir() if path.is_dir()):
            yield shop, TODAY - dt.timedelta(days=1 + back)


def table(found: collections.Counter[str], wrong: list[str]) -> str:
    """The counts as a table."""
    rows = "\n".join(f"| {name} | {count:,} |" for name, count in found.items())
    told = "".join(f"\n- {line}" for line in wrong[:20])
    return f"""# Printed figures against the raw files

The demo's two shops, all notebooks, newest days first. Constants of a sentence ("90%", "four weeks") are not
counted. `python -m benchmarks.figures --figures 10000`

| | |
|---|---|
{rows}
| mismatches | {len(wrong)} |
{told}
"""


if __name__ == "__main__":
    main()
