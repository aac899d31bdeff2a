"""Writes docs/reference.md: what a notebook can call, from signatures and docstrings."""

import inspect
from collections.abc import Iterator
from typing import Any

from shopbook import learn, workbook
from shopbook.home import PROJECT
from shopbook.report import charts, show
from shopbook.workbook import campaign, custom, daily, lifecycle, periodic
from shopbook.workbook.day import Day
from shopbook.workbook.view import View

FILE = PROJECT / "docs" / "reference.md"
_HEAD = """# Reference of workbook

Made from the docstrings by `python -m shopbook.run.docs.reference`. A notebook begins with one import,
`from shopbook.workbook import charts, daily, show`, and one load; what it returns answers everything below.
"""
_FACADES = {each.__name__.split(".")[-1]: each for each in (daily, campaign, lifecycle, periodic, custom)}


def reference() -> str:
    """The page."""
    parts = [_HEAD]
    parts += ["\n## Loading\n", *(_entry(f"{name}.load", module.load) for name, module in _FACADES.items())]
    parts += ["\n## Asking a loaded page\n", *_members(View, "day")]
    parts += ["\n## Asking a shop's day\n", *_members(Day, "day", without=View)]
    parts += ["\n## A question of your own\n", *_members(custom.OwnDay, "day", without=Day)]
    parts += [_entry("custom.Measure", custom.Measure)]
    parts += ["\n## Showing\n", *(_entry(f"show.{name}", getattr(show, name)) for name in show.__all__)]
    parts += ["\n## Charts\n", *(_entry(f"charts.{name}", getattr(charts, name)) for name in charts.__all__)]
    parts += ["\n## More\n", _entry("workbook.sql", workbook.sql), _entry("workbook.panel", workbook.panel)]
    parts += ["\n## Lessons\n", *(_entry(f"learn.{name}", getattr(learn, name)) for name in learn.__all__)]
    return "".join(parts)


def _members(owner: type, name: str, without: type = object) -> Iterator[str]:
    """The public methods and properties of a class that `without` lacks."""
    for member, thing in inspect.getmembers(owner):
        known = hasattr(without, member) and getattr(without, member) is thing
        if not member.startswith("_") and not known and _is_asked(thing):
            yield _entry(f"{name}.{member}", thing)


def _is_asked(thing: Any) -> bool:
    return inspect.isfunction(thing) or isinstance(thing, property) or hasattr(thing, "func")


def _entry(name: str, thing: Any) -> str:
    """One name: how it is called, and its docstring."""
    target = getattr(thing, "fget", None) or getattr(thing, "func", None)
    said = inspect.getdoc(target or thing) or ""
    call = "" if target else _call(thing)
    return f"\n### {name}\n\n```text\n{name}{call}\n```\n\n{_text(said)}\n"


def _call(thing: Any) -> str:
    """The arguments by name, with their defaults; types stand in the docstring or in the editor."""
    kept = [one.replace(annotation=one.empty) for one in inspect.signature(thing).parameters.values()]
    return str(inspect.Signature([one for one in kept if one.name != "self"]))


def _text(docstring: str) -> str:
    """The sentences as they are; numpy sections and examples as one block, kept apart from the text."""
    first, mark, rest = docstring.partition("\n\nParameters\n")
    if not mark:
        first, mark, rest = docstring.partition("\n\nExamples\n")
    return first + (f"\n\n```text{mark[1:]}{rest}\n```" if mark else "")


if __name__ == "__main__":
    FILE.write_text(reference(), encoding="utf-8")
