"""A module imports its own layer and earlier ones, never a later one."""

import ast
import collections
import graphlib
import re
from pathlib import Path

import pytest

import papermill_warm
import shopbook
from shopbook.home import PROJECT

LIB = Path(shopbook.__file__).parent
ENGINE = Path(papermill_warm.__file__).parent
READ = {".py", ".ipynb", ".yaml", ".j2", ".js", ".sh", ".md"}
ORDER = ["read", "history", "metrics", "analysis", "findings", "report", "workbook", "learn", "demo", "run"]


def layer(module: str) -> int:
    """The place of `shopbook.<package>...` in the flow; ground-floor modules come first."""
    parts = module.replace("shopbook.__main__", "shopbook.run").split(".")
    return ORDER.index(parts[1]) + 1 if len(parts) > 1 and parts[1] in ORDER else 0


def imports(path: Path, package: str = "shopbook") -> set[str]:
    """Every module of `package` a file imports, those inside functions included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name == package or name.startswith(f"{package}.")}


@pytest.mark.parametrize("path", sorted(LIB.rglob("*.py")), ids=lambda path: str(path.relative_to(LIB)))
def test_no_import_goes_up(path):
    own = layer("shopbook." + ".".join(path.relative_to(LIB).with_suffix("").parts))
    upward = {name for name in imports(path) if name != "shopbook" and layer(name) > own}
    assert not upward, f"{path.name} imports a later layer: {sorted(upward)}"


def test_every_folder_is_a_layer():
    folders = {path.name for path in LIB.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {*ORDER, "locale"}


@pytest.mark.parametrize("path", sorted(ENGINE.rglob("*.py")), ids=lambda path: path.name)
def test_the_engine_knows_nothing_of_shopbook(path):
    assert "shopbook" not in path.read_text(encoding="utf-8")


def test_only_the_runner_knows_the_engine():
    users = [path.relative_to(LIB) for path in LIB.rglob("*.py") if imports(path, ENGINE.name)]
    assert {path.parts[0] for path in users} == {"run"}


def test_no_module_imports_itself_over_others():
    """Imports inside functions count as well: a circle put off to run time is still one."""
    files = [path for package in (LIB, ENGINE) for path in package.rglob("*.py")]
    names = {path: ".".join(path.relative_to(LIB.parent).with_suffix("").parts) for path in files}
    modules = {name.removesuffix(".__init__"): path for path, name in names.items()}
    graph = {name: _needed(path, set(modules)) - {name} for name, path in modules.items()}
    assert len(list(graphlib.TopologicalSorter(graph).static_order())) == len(modules) > 150


def _needed(path: Path, modules: set[str]) -> set[str]:
    """The modules a file imports; `from package import module` needs the module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = [(f"{node.module}.{alias.name}", node.module) for alias in node.names]
            found |= {module if module in modules else package for module, package in inside}
    return found & modules


# Called by a library under a name of its own, or by whoever opens an exported table.
CALLED_FROM_OUTSIDE = {
    "_abort_queues", "execute_cell",  # ipykernel, nbclient
    "get_biff_data",  # xlwt
    "_render_traceback_",  # IPython
    "fold_binary",  # email
}  # fmt: skip


def test_every_function_and_class_of_lib_is_used():
    """Named besides where it is made: in lib, a notebook, a parameter file, a script; no test counts."""
    folders = [LIB.parent, *(PROJECT / name for name in ("notebooks", "params", "scripts", "benchmarks"))]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in READ]
    texts = [path.read_text(encoding="utf-8") for path in [*files, PROJECT / "pyproject.toml"]]
    named = collections.Counter(word for text in texts for word in re.findall(r"\w+", text))
    made = {
        node.name
        for path in LIB.parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list
    }
    unused = {name for name in made if named[name] == 1 and not name.startswith("__")}
    assert unused == CALLED_FROM_OUTSIDE
