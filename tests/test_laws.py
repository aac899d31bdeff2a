"""The laws of the house, read off the code: a rule that is half made fails here, at once."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopbook.metrics.ratio import ratios

LIB = Path(__file__).parents[1] / "lib" / "shopbook"

# Functions that divide the parts of a ratio and are no ratio themselves.
NO_RATIO = {("findings/daily/rivals.py", "_value_growth"): "divides the growth of both, not the figures"}


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """The modules of some folders of lib/shopbook by their path, in order."""
    for folder in folders:
        for path in sorted((LIB / folder).rglob("*.py")):
            yield path.relative_to(LIB).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def texts(node: ast.AST) -> set[str]:
    """The names and the text literals of an expression."""
    nodes = list(ast.walk(node))
    literals = {
        each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }
    return literals | {each.id for each in nodes if isinstance(each, ast.Name)}


def test_whatever_divides_the_parts_of_a_ratio_asks_columns_yaml():
    pairs = {(each.over, under) for each in ratios().values() for under in each.under}
    found = [
        f"{path}:{division.lineno} in {function.name}"
        for path, tree in modules("analysis", "findings", "workbook", "learn", "report", "run")
        for function in functions(tree)
        if (path, function.name) not in NO_RATIO
        for division in ast.walk(function)
        if isinstance(division, ast.BinOp) and isinstance(division.op, ast.Div)
        if any(over in texts(division.left) and under in texts(division.right) for over, under in pairs)
    ]
    assert not found, "use shopbook.metrics.ratio.ratio by name:\n" + "\n".join(found)


@pytest.mark.parametrize(("path", "name"), NO_RATIO)
def test_an_exception_of_the_law_still_stands_in_the_code(path, name):
    assert name in {each.name for each in functions(ast.parse((LIB / path).read_text(encoding="utf-8")))}
