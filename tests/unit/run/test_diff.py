"""Two reports side by side name every value a reader would see differ; a report beside itself names none."""

import copy
import json

import pytest

from shopbook.errors import ParamsError
from shopbook.findings.finding import Finding
from shopbook.home import Home
from shopbook.run.command.cli import main
from shopbook.run.diff import diff, page
from shopbook.run.page_guard import forbidden

FIGURE = {"name": "visitors", "text": "12,345", "value": 12345.0, "unit": "persons", "sources": []}
FINDING = {
    **vars(Finding("own.visitors", "?", "visitors 12,345", verdict="same", value=12345.0)),
    "baseline_days": ["2026-11-13"], "figures": [FIGURE],
}  # fmt: skip
REPORT = {
    "schema": 2, "shop": "demo", "date": "2026-11-20", "notebook": "daily/own", "headline": "calm",
    "story": ["own.visitors"], "findings": [FINDING], "warnings": [], "sources": [],
    "tables": {"channels": [{"channel": "search", "visitors": 10}, {"channel": "ads", "visitors": 5}]},
}  # fmt: skip


@pytest.fixture
def home(tmp_path) -> Home:
    (tmp_path / "params").mkdir()
    return Home(tmp_path, tmp_path / "data")


def put(home: Home, date: str, report: dict, name: str = "own") -> str:
    folder = home.reports / "demo" / date / "daily"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.findings.json").write_text(json.dumps({**report, "date": date}), encoding="utf-8")
    return f"demo/{date}/daily/{name}"


def changed(**fields: object) -> dict:
    """The report with other fields in its finding."""
    report = copy.deepcopy(REPORT)
    report["findings"][0].update(fields)
    return report


def test_a_report_beside_itself_differs_in_nothing(home):
    one = put(home, "2026-11-20", REPORT)
    found = diff(home, one, one)
    assert found.equal
    assert found.changes == ()
    assert "没有差异" in page(found)


def test_the_day_and_the_files_of_a_report_are_no_difference(home):
    assert diff(home, put(home, "2026-11-19", REPORT), put(home, "2026-11-20", REPORT)).equal


def test_a_verdict_a_level_a_headline_and_a_figure_are_named_with_both_values(home):
    figures = [{**FIGURE, "text": "9,000", "value": 9000.0}]
    other = changed(level="act", verdict="worse", headline="visitors 9,000", figures=figures)
    found = diff(home, put(home, "2026-11-19", REPORT), put(home, "2026-11-20", other))
    assert {each.place[2:]: (each.old, each.new) for each in found.changes} == {
        ("headline",): ("visitors 12,345", "visitors 9,000"),
        ("level",): ("ok", "act"),
        ("verdict",): ("same", "worse"),
        ("figures", "visitors", "text"): ("12,345", "9,000"),
        ("figures", "visitors", "value"): (12345.0, 9000.0),
    }
    assert {each.place[:2] for each in found.changes} == {("findings", "own.visitors")}


def test_rows_of_a_table_are_known_by_their_name_not_their_place(home):
    other = copy.deepcopy(REPORT)
    other["tables"]["channels"].reverse()
    other["tables"]["channels"][0]["visitors"] = 6
    found = diff(home, put(home, "2026-11-19", REPORT), put(home, "2026-11-20", other))
    [only] = found.changes
    assert (only.place, only.old, only.new) == (("tables", "channels", "ads", "visitors"), 5, 6)


def test_a_finding_that_one_side_lacks_is_named(home):
    other = {**REPORT, "findings": []}
    found = diff(home, put(home, "2026-11-19", REPORT), put(home, "2026-11-20", other))
    values = {each.place: (each.old, each.new) for each in found.changes}
    assert values["findings", "own.visitors", "verdict"] == ("same", None)


def test_folders_are_compared_report_by_report(home):
    put(home, "2026-11-19", REPORT)
    put(home, "2026-11-20", changed(verdict="worse"))
    put(home, "2026-11-20", REPORT, "market")
    found = diff(home, "demo/2026-11-19", "demo/2026-11-20")
    assert (found.only_old, found.only_new) == ((), ("daily/market",))
    assert [each.report for each in found.changes] == ["daily/own"]


def test_text_of_a_report_runs_nothing_on_the_page(home):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    other = changed(headline=hostile, id=hostile)
    made = page(diff(home, put(home, "2026-11-19", REPORT), put(home, "2026-11-20", other)))
    assert forbidden(made) == []
    assert "&lt;script&gt;" in made
    assert "default-src 'none'" in made


def test_the_command_writes_a_page_and_one_document(home, capsys):
    put(home, "2026-11-19", REPORT)
    put(home, "2026-11-20", changed(verdict="worse"))
    place = home.root / "diff.html"
    words = [
        "--home",
        str(home.root),
        "diff",
        "demo/2026-11-19",
        "demo/2026-11-20",
        "-o",
        str(place),
        "--json",
    ]
    with pytest.raises(SystemExit) as left:
        main(words)
    told = json.loads(capsys.readouterr().out)
    assert left.value.code == 0
    assert (told["equal"], len(told["changes"])) == (False, 1)
    assert "worse" in place.read_text(encoding="utf-8")


def test_an_empty_folder_is_told(home):
    (home.reports / "demo").mkdir(parents=True)
    with pytest.raises(ParamsError, match="demo"):
        diff(home, "demo", "demo")
