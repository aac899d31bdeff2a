"""The columns the suite knows, from params/columns.yaml: label, unit, aggregation, direction, aliases."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from shopbook.home import PROJECT
from shopbook.text import catalogue, language
from shopbook.yaml_file import load_yaml

# How a figure varies by chance: as a count of persons, as a share of them, as what they spent together, or
# only as its own history shows.
Varies = Literal["count", "rate", "sales", "mean"]


@dataclass(frozen=True)
class Column:
    """One canonical column."""

    name: str
    zh: str
    en: str
    unit: str
    grain: str
    aggregate: str
    good: Literal["up", "down", "none"]
    role: str
    definition: str
    status: str
    over: str = ""
    under: tuple[str, ...] = ()
    varies: Varies = "mean"
    aliases: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    notes: str = ""

    @property
    def label(self) -> str:
        """The name an operator reads, in the current language."""
        return self.zh if language() == "zh" else self.en

    @property
    def meaning(self) -> str:
        """Its definition in the current language, other columns by their labels instead of their names."""
        said = catalogue().get(self.definition, self.definition) if language() == "zh" else self.definition
        return re.sub(r"\b[a-z]+(?:_[a-z0-9]+)*\b", lambda name: _named(name[0]), said)


def _named(name: str) -> str:
    """The label of a column named in a definition; any other word as it is."""
    return columns()[name].label if "_" in name and name in columns() else name


@cache
def columns_file() -> dict[str, Any]:
    """The whole of params/columns.yaml."""
    return load_yaml(PROJECT / "params" / "columns.yaml")


_LISTS = ("aliases", "near", "under")


def _names(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@cache
def columns() -> dict[str, Column]:
    """Every canonical column by name."""
    return {
        name: Column(name=name, **{**row, **{part: _names(row.get(part, ())) for part in _LISTS}})
        for name, row in columns_file()["columns"].items()
    }


def column(name: str) -> Column:
    """One column; an unknown name is a programming error."""
    return columns()[name]


@dataclass(frozen=True)
class Labelled:
    """A column that is shown by its label, in the language set when it is shown."""

    name: str

    def __str__(self) -> str:
        """The label."""
        return label(self.name)


def label(name: str) -> str:
    """The label of a column in the current language; an unknown name stands for itself."""
    if known := columns().get(name):
        return known.label
    made = columns_file()["made"].get(name)
    return str(made[language()]) if made else name
