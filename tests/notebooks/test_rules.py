"""Every shipped report notebook keeps the rules of CONTRIBUTING.md."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from shopbook.home import PROJECT
from shopbook.params import FAMILIES
from shopbook.run.page_language import in_language

REPORTS = sorted(
    path
    for family in FAMILIES
    for path in (PROJECT / "notebooks" / family).glob("*.ipynb")
    if not path.name.startswith("scratch_")
)
MOST_CELLS, MOST_LINES = 16, 12
CHINESE = re.compile("[\u4e00-\u9fff]")
FORBIDDEN = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.With, ast.Lambda)
FORBIDDEN_CALLS = (
    "read_csv",
    "read_excel",
    "read_parquet",
    "to_csv",
    "to_excel",
    "to_parquet",
    "print",
    "open",
)


def cells(path: Path, *, analyst: bool = False) -> list:
    """The code cells of the report; with `analyst` those of the analyst-only section too."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell for cell in code if analyst or "analyst-only" not in cell.metadata.get("tags", [])]


def parameters(path: Path) -> str:
    tagged = [cell for cell in cells(path) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1, f"{path.name} has {len(tagged)} cells tagged `parameters`"
    return tagged[0].source


@pytest.fixture(params=REPORTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def report(request) -> Path:
    return request.param


def test_there_are_report_notebooks():
    assert len(REPORTS) >= 4


def test_cells_are_few_and_short(report):
    code = cells(report)
    assert len(code) <= MOST_CELLS
    long = [cell.source for cell in code if len(cell.source.splitlines()) > MOST_LINES]
    assert not long


def test_no_logic_in_a_report_notebook(report):
    for cell in cells(report):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, FORBIDDEN), f"{type(node).__name__} in {cell.source!r}"
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                assert name not in FORBIDDEN_CALLS, f"{name} in {cell.source!r}"


def test_exactly_one_import_line(report):
    lines = [line for cell in cells(report, analyst=True) for line in cell.source.splitlines()]
    assert len([line for line in lines if line.startswith(("import ", "from "))]) == 1


def test_parameters_are_the_models_fields(report):
    """Cell and model agree in name, type and default; each line has a comment and one equals sign."""
    model = FAMILIES[report.parent.name].model_fields
    found = {}
    for line in parameters(report).splitlines():
        assert line.count("=") == 1, f"papermill drops lines with two equals signs: {line!r}"
        assert "#" in line, f"no comment: {line!r}"
        node = ast.parse(line).body[0]
        assert isinstance(node, ast.AnnAssign)
        found[node.target.id] = (ast.unparse(node.annotation), ast.literal_eval(node.value))
    assert {"shop", "date", "lang", "home"} <= set(found)
    for name, (kind, default) in found.items():
        assert default == model[name].default, name
        assert kind == type(default).__name__, name


def test_prose_in_both_languages_leads_every_code_cell(report):
    """The cell before each code cell is text: a Chinese sentence, then an English one the page can tell."""
    every = nbformat.read(report, as_version=4).cells
    titles = [cell.source for cell in every if cell.cell_type == "markdown" and cell.source.startswith("# ")]
    assert len(titles) == 1
    assert every[0].source == titles[0]
    for before, cell in pairwise(every):
        if cell.cell_type == "code":
            assert before.cell_type == "markdown", cell.source
            assert CHINESE.search(in_language(before.source, "zh").split("\n\n")[-1]), before.source
            english = in_language(before.source, "en")
            assert re.search("[a-z]", english), before.source
            assert not CHINESE.search(english), english


def test_no_number_is_typed_in_prose(report):
    texts = [c.source for c in nbformat.read(report, as_version=4).cells if c.cell_type == "markdown"]
    assert [text for text in texts if re.search(r"\d", text)] == []


def test_each_section_shows_its_work(report):
    """Whatever shows a table or chart of the page's own data first makes it in lines of plain pandas."""
    for cell in cells(report):
        if "show.table(" in cell.source or "show.chart(" in cell.source:
            made = [node for node in ast.parse(cell.source).body if isinstance(node, ast.Assign)]
            assert made, cell.source


def test_a_page_tells_how_a_figure_was_computed(report):
    last = cells(report, analyst=True)[-2:]
    assert "published" in last[0].source
    assert "day.columns(" in last[1].source or "day.path" in last[1].source


def test_no_outputs_and_the_standard_kernel(report):
    notebook = nbformat.read(report, as_version=4)
    assert all(
        not cell.get("outputs") and cell.get("execution_count") is None
        for cell in cells(report, analyst=True)
    )
    assert notebook.metadata.kernelspec.name == "python3"


def test_it_ends_with_publish_and_the_analysts_section(report):
    notebook = nbformat.read(report, as_version=4)
    assert cells(report)[-1].source.startswith("show.publish(")
    assert "analyst-only" in notebook.cells[-1].metadata.tags
