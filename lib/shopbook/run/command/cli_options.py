"""What commands share: options that mean the same everywhere, and their code, imported when called."""

import gc
import importlib
from types import ModuleType
from typing import Annotated

import typer

from papermill_warm.quick_import import import_jsonschema

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Shops = Annotated[list[str] | None, typer.Option("--shop", help="Shop id; may be given several times.")]
Shop = Annotated[str, typer.Option("--shop", help="Shop id, the folder name under data/inbox.")]
Day = Annotated[str, typer.Option("--date", help="Report day, YYYY-MM-DD.")]


def module(name: str) -> ModuleType:
    """What commands do, imported when one is called: `--help` does not wait for pandas."""
    import_jsonschema()
    gc.disable()  # imports leave nothing to collect, and looking for it takes a tenth of them
    try:
        return importlib.import_module(f"shopbook.run.command.{name}")
    finally:
        gc.enable()


def commands() -> ModuleType:
    return module("commands")


def taking() -> ModuleType:
    from shopbook.run.command import taking

    return taking


def upkeep() -> ModuleType:
    return module("upkeep")


def mornings() -> ModuleType:
    return module("mornings")


def delivery() -> ModuleType:
    return module("delivery")
