"""Every shipped report notebook keeps the rules of CONTRIBUTING.md."""

import ast
from pathlib import Path

import nbformat
import pytest

from shopbook.home import PROJECT
from shopbook.params import FAMILIES

REPORTS = sorted(
    path
    for family in FAMILIES
    for path in (PROJECT / "notebooks" / family).glob("*.ipynb")
    if not path.name.startswith("scratch_")
)
MOST_CELLS, MOST_LINES = 16, 12
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


def test_prose_leads_every_section_and_types_no_number(report):
    notebook = nbformat.read(report, as_version=4)
    titles = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert titles[0].startswith("# ")
    assert sum(title.startswith("# ") for title in titles) == 1


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
