"""Change one cell of one raw file: exactly the figures that trace to it change, and no other."""

import csv
import datetime as dt
import io
import os
import random
import shutil
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from shopbook.history.inbox import ingest
from shopbook.history.ledger import FILE, Ledger
from shopbook.home import Home
from shopbook.run.raw_rows import Cell, Followed
from shopbook.run.trace import cells_of
from shopbook.workbook import daily, lifecycle, periodic

DAY, TODAY = "2026-11-20", dt.date(2026, 11, 21)
BRIEF = ((daily.load, "brief"),)
EVERY = (
    *((daily.load, name) for name in ("brief", "own", "market", "rivals", "promotion", "service", "checkup")),
    *((periodic.load, name) for name in ("weekly", "monthly")),
    *((lifecycle.load, name) for name in ("overview", "decline")),
)
# Kinds whose raw files a test can rewrite: text and xlsx.
KINDS = ("shop_daily", "market", "peers", "hand_filled", "stock")


def figures(home: Home, monkeypatch, pages) -> dict[tuple, tuple[dict, dict]]:
    """The figures of some pages by page, finding, scope, name and place."""
    monkeypatch.setenv("SHOPBOOK_DATA", str(home.data))
    seen: Counter[tuple] = Counter()
    found = {}
    for load, page in pages:
        for finding in load("demo", DAY, lang="zh", notebook=page).report.to_json()["findings"]:
            for figure in (one for one in finding["figures"] if one["unit"] != "constant"):
                about = (page, finding["id"], str(sorted(finding["scope"].items())), figure["name"])
                seen[about] += 1
                found[*about, seen[about]] = (finding, figure)
    return found


def printed(demo_data, pages):
    """The demo, the figures of its pages, and the cells of the narrow ones by figure."""
    with pytest.MonkeyPatch.context() as patch:
        home = Home(demo_data, demo_data)
        known = figures(home, patch, pages)
    follow = Followed(home, "demo")
    cells: dict[tuple, set[Cell]] = {}
    for key, (finding, figure) in known.items():
        if all(source["columns"] for source in figure["sources"]):
            cells[key] = {one for each in cells_of(follow, DAY, finding, figure) for one in each}
    return home, pages, known, cells


def changed_home(home: Home, cell: Cell, root: Path) -> Home:
    """The same history but for one kind, made anew from its raw files with one cell changed."""
    made = Home(root, root / "data")
    made.history.mkdir(parents=True)
    for shop in home.history.iterdir():
        (made.history / shop.name).mkdir()
        for kind in shop.iterdir():
            if (shop.name, kind.name) != ("demo", cell.kind) and kind.is_dir():
                (made.history / shop.name / kind.name).symlink_to(kind)
    inbox = made.inbox / "demo"
    inbox.mkdir(parents=True)
    folder = home.raw / "demo"
    for number, entry in enumerate(Ledger(folder / FILE).imports()):
        [path] = list(folder.glob(f"{entry.sha256[:16]}-*{Path(entry.name).suffix}"))[:1]
        if entry.kind == cell.kind:
            target = inbox / entry.name
            target = target if not target.exists() else inbox / f"{number}_{entry.name}"
            shutil.copy(path, target)
            if entry.name == cell.file:
                rewrite(target, cell)
    taken = ingest(made, shop="demo", today=TODAY)
    assert {each.status for each in taken} <= {"accepted", "unchanged"}, taken
    return made


def raw_rows(path: Path, sheet: str) -> list[list]:
    """The rows of a raw file as another library reads them."""
    if path.suffix == ".csv":
        return list(csv.reader(io.StringIO(path.read_bytes().decode(encoding_of(path)))))
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def encoding_of(path: Path) -> str:
    return "utf-8-sig" if path.read_bytes().startswith(b"\xef\xbb\xbf") else "gb18030"


def rewrite(path: Path, cell: Cell) -> None:
    """The file with another number in the cell: a little more of what stands there."""
    rows, more = raw_rows(path, cell.sheet), cell.value + max(1.0, round(cell.value * 0.01))
    text = f"{more:.0f}" if float(cell.value).is_integer() else f"{more:.2f}"
    rows[cell.row - 1][places(rows, cell)[0]] = text
    if path.suffix == ".csv":
        with path.open("w", encoding=encoding_of(path), newline="") as file:
            csv.writer(file).writerows(rows)
        return
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(cell.sheet)
        for number, values in enumerate(rows):
            sheet.write_row(number, 0, [str(each) for each in values])


def places(rows: list[list], cell: Cell) -> list[int]:
    """Where in its row the value stands; nowhere if the reader made it of several columns."""
    texts = [str(each).replace(",", "").strip() for each in rows[cell.row - 1]]
    return [at for at, text in enumerate(texts) if _is(text, float(cell.value))]


def _is(text: str, value: float) -> bool:
    try:
        return abs(float(text) - value) <= 1e-9
    except ValueError:
        return False


def traces_to(figure: dict, cell: Cell) -> bool:
    return any(
        source["kind"] == cell.kind
        and source["first_day"] <= cell.day <= source["last_day"]
        and (not source["columns"] or cell.column in source["columns"])
        for source in figure["sources"]
    )


def candidates(home: Home, cells: dict[tuple, set[Cell]]) -> list[Cell]:
    """Cells that stand once in a row of a file a test can rewrite, in a fixed order."""
    read = cache(lambda name, sheet: raw_rows(next((home.raw / "demo").glob(f"*-{name}")), sheet))
    found = {
        cell
        for each in cells.values()
        for cell in each
        if cell.kind in KINDS and cell.value and cell.value > 20 and cell.file.endswith((".csv", ".xlsx"))
    }
    return sorted((cell for cell in found if len(places(read(cell.file, cell.sheet), cell)) == 1), key=str)


def check(base, cell: Cell, root: Path, monkeypatch) -> tuple[int, int]:
    """How many figures changed and how many narrow ones had to; asserts that both are as traced."""
    home, pages, known, cells = base
    now = figures(changed_home(home, cell, root), monkeypatch, pages)

    def shown(one):
        return None if one is None else tuple(one[1][name] for name in ("text", "value", "low", "high"))

    changed = {key for key in known.keys() | now.keys() if shown(known.get(key)) != shown(now.get(key))}
    stray = [key for key in changed if not traces_to((known.get(key) or now[key])[1], cell)]
    assert stray == [], cell
    due = {key for key, each in cells.items() if cell in each}
    assert due, cell
    assert due <= changed, (cell, due - changed)
    return len(changed), len(due)


def test_exactly_the_figures_that_trace_to_a_changed_cell_change(demo_data, tmp_path, monkeypatch):
    base, wanted = printed(demo_data, BRIEF), ("shop_daily", "visitors", DAY)
    cell = next(one for one in candidates(base[0], base[-1]) if (one.kind, one.column, one.day) == wanted)
    changed, due = check(base, cell, tmp_path, monkeypatch)
    assert changed >= due >= 2


@pytest.mark.nightly
def test_so_it_is_for_cells_all_over_the_raw_files_and_every_page(demo_data, tmp_path, monkeypatch, capsys):
    base = printed(demo_data, EVERY)
    chosen = random.Random(20).sample(candidates(base[0], base[-1]), 24)
    counts = [check(base, cell, tmp_path / str(at), monkeypatch) for at, cell in enumerate(chosen)]
    with capsys.disabled():
        print(f"\ncells changed: {len(counts)}, figures that changed: {sum(each[0] for each in counts)}, "
              f"of them narrow and due: {sum(each[1] for each in counts)}, strays: 0")  # fmt: skip
    assert os.environ["SHOPBOOK_DATA"]
