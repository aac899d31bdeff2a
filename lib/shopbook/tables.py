"""The tables of the report notebooks, from params/tables.yaml: what a row is, what each column means."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from shopbook.columns import columns
from shopbook.home import PROJECT
from shopbook.text import catalogue, language
from shopbook.yaml_file import load_yaml

HIDDEN, MEASURED = "hidden", "measured"
_NO_FIGURES = ("text", "id text", "date", "category", "", HIDDEN)


@dataclass(frozen=True)
class TableColumn:
    """One column of a table: its unit, its label and meaning in both languages."""

    name: str
    unit: str
    zh: str
    en: str
    zh_meaning: str
    en_meaning: str

    @property
    def label(self) -> str:
        """The name a reader sees, in the current language."""
        return self.zh if language() == "zh" else self.en

    @property
    def is_figure(self) -> bool:
        """Whether it holds numbers, NaN where not known."""
        return self.unit not in _NO_FIGURES

    @property
    def meaning(self) -> str:
        """What it holds, in the current language."""
        return self.zh_meaning if language() == "zh" else self.en_meaning


@dataclass(frozen=True)
class Table:
    """One table of a family of notebooks: what a row is and its columns in their order."""

    name: str
    zh_row: str
    en_row: str
    columns: dict[str, TableColumn]

    @property
    def row(self) -> str:
        """What one row is, in the current language."""
        return self.zh_row if language() == "zh" else self.en_row

    @property
    def labels(self) -> dict[str, str]:
        """Label by column, in the current language."""
        return {name: each.label for name, each in self.columns.items()}

    @property
    def units(self) -> dict[str, str]:
        """Unit by column."""
        return {name: each.unit for name, each in self.columns.items()}


def table(family: str, name: str) -> Table | None:
    """A documented table; None when there is none of that name."""
    return tables().get(family, {}).get(name)


@cache
def tables() -> dict[str, dict[str, Table]]:
    """Every documented table by family of notebooks and name."""
    return {
        family: {name: _table(name, entry) for name, entry in entries.items()}
        for family, entries in _file()["tables"].items()
    }


@cache
def computed() -> dict[str, TableColumn]:
    """What notebooks compute in plain pandas, by column name: labels for every table it is added to."""
    return {name: TableColumn(name, *row) for name, row in _file()["computed"].items()}


@cache
def _file() -> dict[str, Any]:
    return load_yaml(PROJECT / "params" / "tables.yaml")


def known_column(name: str) -> TableColumn:
    """A column of params/columns.yaml as a table holds it; an unknown name is its own label."""
    known = columns().get(name)
    if known is None:
        return TableColumn(name, "", name, name, "", "")
    said = catalogue().get(known.definition, known.definition)
    return TableColumn(name, known.unit, known.zh, known.en, said, known.definition)


def _table(name: str, entry: dict[str, Any]) -> Table:
    made = {
        column: known_column(column) if row is None else TableColumn(column, *row)
        for column, row in entry["columns"].items()
    }
    zh_row, en_row = entry["row"]
    return Table(name, zh_row, en_row, made)
