"""What other packages add by entry points: kinds of exports, rules and notebooks (docs/plugins.md).

Nothing is added when no such package is installed. One that does not load is left out and named by
`shopbook doctor`: another package's fault stops no morning.
"""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

KINDS, RULES, NOTEBOOKS = "shopbook.kinds", "shopbook.rules", "shopbook.notebooks"


@dataclass(frozen=True)
class Added:
    """One entry point: the package it comes from, what it loads to, or why it does not."""

    group: str
    name: str
    package: str
    thing: Any = None
    fault: str = ""


@cache
def added(group: str) -> tuple[Added, ...]:
    """The entry points of a group by name, those that do not load among them."""
    return tuple(_loaded(each) for each in sorted(entry_points(group=group), key=lambda each: each.name))


def things(group: str) -> dict[str, Any]:
    """What the entry points of a group load to, by name."""
    return {each.name: each.thing for each in added(group) if not each.fault}


def rules_of(page: str) -> tuple[Any, ...]:
    """The rules that packages add to a daily page: entry points named like it, or `<page>.<any name>`."""
    return tuple(rule for name, rule in things(RULES).items() if name.split(".")[0] == page)


def notebook(name: str) -> Path | None:
    """The file of `<entry point>/<notebook>.ipynb` in the package that adds it."""
    place, _, file = name.partition("/")
    package = things(NOTEBOOKS).get(place)
    path = Path(package.__file__).parent / file if package is not None and file else None
    return path if path is not None and path.is_file() else None


def _loaded(point: Any) -> Added:
    package = point.dist.name if point.dist else ""
    try:
        return Added(point.group, point.name, package, point.load())
    except Exception as error:  # whatever another package raises when it is imported
        return Added(point.group, point.name, package, fault=f"{type(error).__name__}: {error}")
