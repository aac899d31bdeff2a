"""Every printed figure is followed to file, sheet and row, and a raw file that says otherwise is named."""

import json
import os
import shutil
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from shopbook.errors import ParamsError
from shopbook.home import Home, find_home
from shopbook.run import trace as tracing
from shopbook.run.command.cli import main
from shopbook.workbook import daily

DAY = "2026-11-20"
OF_THE_SHOP = ("own.visitors", "own.amount", "own.conversion", "own.basket")


@pytest.fixture(scope="module")
def place(demo_data, tmp_path_factory) -> Home:
    """A home over the demo's history with the findings of two of its reports."""
    root = tmp_path_factory.mktemp("trace")
    (root / "params").mkdir()
    (root / "data").mkdir()
    for name in ("history", "raw"):
        (root / "data" / name).symlink_to(demo_data / name)
    home = find_home(root)
    folder = home.reports / "demo" / DAY / "daily"
    folder.mkdir(parents=True)
    for name in ("own", "brief"):
        report = daily.load("demo", DAY, str(root), "zh", notebook=name).report.to_json()
        (folder / f"{name}.findings.json").write_text(json.dumps(report), encoding="utf-8")
    return home


def traced(home: Home, finding: str, notebook: str = "own") -> tuple[tracing.Traced, ...]:
    return tracing.trace(home, tracing.document(home, f"demo/{DAY}/daily/{notebook}"), finding)


@pytest.mark.parametrize("notebook", ["own", "brief"])
@pytest.mark.parametrize("finding", OF_THE_SHOP)
def test_a_figure_of_the_shop_is_computed_again_from_its_raw_rows(place, notebook, finding):
    [found] = traced(place, finding, notebook)
    again = {each.name: each for each in found.figures if each.recomputed is not None}
    assert len(again) == 2
    assert "change" in again
    for one in again.values():
        assert one.equal
        assert one.recomputed == pytest.approx(one.value, rel=1e-9)
    assert found.cells
    assert all(each.equal and each.file and each.row > 0 for each in found.cells if each.column)


def test_every_figure_of_the_brief_leads_to_raw_rows_without_a_mismatch(place, monkeypatch):
    monkeypatch.setattr(tracing, "Followed", cache(tracing.Followed))  # each raw file is read once
    told = tracing.document(place, f"demo/{DAY}/daily/brief")
    ids = dict.fromkeys(each["id"] for each in told["findings"] if each["figures"])
    found = [one for name in ids for one in tracing.trace(place, told, name)]
    assert [(one.finding, cell) for one in found for cell in one.cells if not cell.equal] == []
    assert [(one.finding, each) for one in found for each in one.figures if each.equal is False] == []
    assert sum(len(one.cells) for one in found) > 500


def test_the_markets_visitors_lead_to_the_market_export(place):
    [found] = traced(place, "market.visitors", "brief")
    assert {each.kind for each in found.cells} == {"market"}


def test_one_figure_is_named_by_its_finding_and_name(place):
    [found] = traced(place, "own.visitors:visitors")
    assert [each.name for each in found.figures] == ["visitors"]


@pytest.fixture
def changed(place, tmp_path) -> Home:
    """The same home with a raw folder that a test may change."""
    shutil.copytree(place.root, tmp_path / "home", symlinks=True)
    raw = tmp_path / "home" / "data" / "raw"
    raw.unlink()
    shutil.copytree(place.data / "raw", raw, copy_function=os.link)
    return find_home(tmp_path / "home")


def _file_of(home: Home) -> tuple[tracing.Cell, Path]:
    [found] = traced(home, "own.visitors")
    cell = next(each for each in found.cells if each.day == DAY)
    [path] = [each for each in (home.raw / "demo").iterdir() if each.name.endswith(f"-{cell.file}")]
    return cell, path


def _rewrite(path: Path, cell: tracing.Cell, new: int) -> None:
    """The sheet with another value in one cell of one row."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(cell.sheet).to_python(skip_empty_area=False)
    row = rows[cell.row - 1]
    row[[str(each).replace(",", "").removesuffix(".0") for each in row].index(f"{cell.value:.0f}")] = new
    path.unlink()
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(cell.sheet)
        for number, values in enumerate(rows):
            sheet.write_row(number, 0, [str(each) for each in values])


def test_a_changed_cell_of_a_raw_file_is_named_with_file_sheet_and_row(changed, capsys):
    cell, path = _file_of(changed)
    _rewrite(path, cell, 4321)
    [found] = traced(changed, "own.visitors")
    wrong = [each for each in found.cells if not each.equal]
    assert [(each.day, each.file, each.sheet, each.row, each.raw) for each in wrong] == [
        (DAY, cell.file, cell.sheet, cell.row, 4321.0)
    ]
    assert [each.equal for each in found.figures if each.name == "visitors"] == [False]
    with pytest.raises(SystemExit) as left:
        main(["--home", str(changed.root), "trace", f"demo/{DAY}/daily/own", "own.visitors", "--lang", "en"])
    said = " ".join(capsys.readouterr().out.split())
    assert left.value.code == 1
    assert f"{cell.file} {cell.sheet} row {cell.row}: visitors is 4321.0 in the file" in said


def test_the_command_lists_the_figures_and_their_addresses(place, capsys):
    with pytest.raises(SystemExit) as left:
        main(["--home", str(place.root), "trace", f"demo/{DAY}/daily/own", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert left.value.code == 0
    assert all(figure["sources"] for each in told["findings"] for figure in each["figures"])


def test_a_removed_raw_file_is_named(changed):
    cell, path = _file_of(changed)
    path.unlink()
    [found] = traced(changed, "own.visitors")
    wrong = [each for each in found.cells if not each.equal]
    assert (cell.file, DAY) in {(each.file, each.day) for each in wrong}
    assert all(each.note for each in wrong)
    assert not found.equal


@pytest.mark.parametrize("name", ["demo/1999-01-01/daily/own", "nothing.html"])
def test_a_report_that_is_not_there_is_told(place, name):
    with pytest.raises(ParamsError, match=name.split(".", maxsplit=1)[0]):
        tracing.document(place, name)


def test_a_figure_that_is_not_there_is_answered_with_those_that_are(place):
    with pytest.raises(ParamsError, match=r"own\.visitors"):
        traced(place, "own.nothing")
