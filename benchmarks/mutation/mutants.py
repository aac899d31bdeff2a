"""Small wrong programs: one operator, number or condition of a module changed, all else as it stands."""

import ast
import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
TURNED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
COUNTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
Change = Callable[[ast.AST], None]


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    path: Path
    function: str
    line: int
    what: str
    source: str


def sample(root: Path, folders: list[str], count: int, seed: int) -> list[Mutant]:
    """`count` changes drawn without replacement from all that the modules of some folders allow."""
    every = [
        (path, *place)
        for folder in folders
        for path in sorted((root / folder).rglob("*.py"))
        for place in places(ast.parse(path.read_text(encoding="utf-8")))
    ]
    chosen = random.Random(seed).sample(every, min(count, len(every)))
    return [made(path, number, which) for path, number, which in chosen]


def places(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """(number of the node in walking order, number of the change) of everything that can be changed."""
    quiet = {id(inner) for node in ast.walk(tree) if _quiet(node) for inner in ast.walk(node)}
    quiet |= {id(digits) for node in ast.walk(tree) if _is_figure(node) for digits in node.args[1:]}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) not in quiet:
            yield from ((number, which) for which, _ in enumerate(changes(node)))


def made(path: Path, number: int, which: int) -> Mutant:
    """The mutant of one place."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = dict(_functions(tree, ""))
    node = list(ast.walk(tree))[number]
    around = [
        name for name, each in functions.items() if each.lineno <= node.lineno <= (each.end_lineno or 0)
    ]
    before = ast.unparse(node)
    changes(node)[which](node)
    what = f"{before}  ->  {ast.unparse(node)}"
    return Mutant(path, around[0] if around else "", node.lineno, what, ast.unparse(tree))


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions and methods by qualified name; what stands inside one belongs to it."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.FunctionDef):
            yield f"{prefix}{each.name}", each
        elif isinstance(each, ast.ClassDef):
            yield from _functions(each, f"{prefix}{each.name}.")


def changes(node: ast.AST) -> list[Change]:
    """What can be done to a node in place."""
    if isinstance(node, ast.Compare):
        known = [table[type(node.ops[0])] for table in (COMPARED, TURNED) if type(node.ops[0]) in table]
        return [_set("ops", lambda each, op=op: [op(), *each.ops[1:]]) for op in known]
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        dropped = [
            _set(
                "values", lambda each, left=left: [v for place, v in enumerate(each.values) if place != left]
            )
            for left in range(len(node.values))
        ]
        return [_set("op", lambda _: other), *dropped]
    if isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        return [_set("op", lambda each: COUNTED[type(each.op)]())]
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        return [_set("test", lambda each: ast.UnaryOp(ast.Not(), each.test))]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        if isinstance(node.op, ast.USub):
            return [_set("op", lambda _: ast.UAdd())]
        return [_set("operand", lambda each: ast.UnaryOp(ast.Not(), each.operand))]
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return [_set("value", lambda each: _another(each.value))]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "where":
        return [_unguarded]
    return []


def _another(number: float) -> float:
    """A whole number one up, a share larger by much; nothing becomes one."""
    return number + 1 if isinstance(number, int) or not number else number * 1.6


def _set(name: str, value: Callable[..., object]) -> Change:
    return lambda node: setattr(node, name, value(node))


def _unguarded(node: ast.AST) -> None:
    """`x.where(guard)` without its guard."""
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Attribute)
    node.args, node.keywords = [copy.deepcopy(node.func.value)], []
    node.func = ast.parse("(lambda same: same)", mode="eval").body


def _is_figure(node: ast.AST) -> TypeGuard[ast.Call]:
    """A figure made for a sentence; how many digits it has is no rule."""
    call = node.func if isinstance(node, ast.Call) else None
    return isinstance(call, ast.Attribute) and getattr(call.value, "id", "") == "units"


def _quiet(node: ast.AST) -> bool:
    """What no test should know: the words of errors and problems, the seed of a draw."""
    if isinstance(node, ast.Assign):
        return any(isinstance(each, ast.Name) and "SEED" in each.id for each in node.targets)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("warn", "blocking")
    return isinstance(node, ast.Raise | ast.Assert)
