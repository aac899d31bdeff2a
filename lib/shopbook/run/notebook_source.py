"""A notebook as written: its parameters read as Python, values injected, its code hashed."""

import ast
import copy
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from shopbook.errors import ParamsError

_NAMED = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}


def load(path: Path) -> NotebookNode:
    """The notebook at `path`, fresh for each run; parsing is done once per version of the file."""
    try:
        stat = path.stat()
    except OSError as error:
        raise ParamsError("There is no notebook {file}.", file=path.name) from error
    return copy.deepcopy(_parsed(path, stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=64)
def _parsed(path: Path, _changed: int, _size: int) -> NotebookNode:
    try:
        result: NotebookNode = load_notebook_node(str(path))
        return result
    except Exception as error:
        raise ParamsError(
            "{file} is not a notebook: {reason}",
            file=path.name,
            reason=f"{type(error).__name__}: {error}"[:200],
        ) from error


def declared(notebook: NotebookNode, name: str) -> dict[str, type]:
    """The parameters of the `parameters` cell with their types; a notebook without such a cell is refused.

    The cell is parsed, not matched line by line: a second `=` in a comment hides nothing.
    """
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if not cells:
        raise ParamsError(
            "Notebook {notebook} has no cell with the tag `parameters`; add one that names shop and date.",
            notebook=name,
        )
    try:
        tree = ast.parse(cells[0].source)
    except SyntaxError as error:
        raise ParamsError(
            "Notebook {notebook}: its parameters cell is not Python (line {line}).",
            notebook=name,
            line=error.lineno,
        ) from error
    found: dict[str, type] = {}
    for statement in tree.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found[statement.target.id] = _NAMED.get(ast.unparse(statement.annotation), object)
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            value = statement.value
            found[statement.targets[0].id] = type(value.value) if isinstance(value, ast.Constant) else object
    return found


def injected(notebook: NotebookNode, values: dict[str, Any]) -> NotebookNode:
    """The notebook with `values` in an `injected-parameters` cell after its parameters cell."""
    plain = {name: value if _plain(value) else str(value) for name, value in values.items()}
    result: NotebookNode = parameterize_notebook(notebook, plain)
    return result


def fitting(values: dict[str, Any], names: dict[str, type], notebook: str) -> dict[str, Any]:
    """`values` as the types the notebook's own cell declares; unknown names and other types are errors."""
    fitted = {}
    for name, value in values.items():
        if name not in names:
            raise ParamsError(
                "Notebook {notebook} has no parameter {name}; it knows {known}.",
                notebook=notebook,
                name=name,
                known=", ".join(names),
            )
        fitted[name] = _as_declared(value, names[name], name, notebook)
    return fitted


def code_hash(notebook: NotebookNode) -> str:
    """A hash of the code cells: prose and saved outputs do not make a report stale."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256("\0".join(code).encode()).hexdigest()


def _as_declared(value: Any, wanted: type, name: str, notebook: str) -> Any:
    """`value`, or the text of the command line read as `wanted`; "007" stays text for a text parameter."""
    if wanted is object or (isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))):
        return value
    if wanted is float and isinstance(value, int):
        return float(value)
    try:
        if isinstance(value, str) and wanted in (int, float):
            return wanted(value)
        if isinstance(value, str) and wanted is bool:
            return {"true": True, "false": False}[value.lower()]
    except (ValueError, KeyError):
        pass
    raise ParamsError(
        "Notebook {notebook}: {name} must be {wanted}, not {found!r}.",
        notebook=notebook,
        name=name,
        wanted=wanted.__name__,
        found=value,
    )


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str, list, dict))
