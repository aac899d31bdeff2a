"""A home's own layouts, params/exports/<name>.yaml: which column each header of an unknown report means."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, field_validator

from shopbook.columns import label
from shopbook.errors import ParamsError
from shopbook.home import Home
from shopbook.kinds import kinds
from shopbook.param_files import checked, values_of
from shopbook.read.headers import accepted, canonical, names_of, normal, unit_of
from shopbook.read.problems import Problem, blocking
from shopbook.read.values import Values
from shopbook.text import tr

FOLDER = "exports"
_OTHER_UNIT = re.compile(r"[(\[【/](分钟?|秒|小时|天|[百千]?万元?|千元?|亿元?)[)\]】]?$")
_OWN = {"秒": "seconds", "小时": "hours", "天": "days"}
# A part and what it is a part of: of these no row can hold more than of those.
_NEVER_MORE = {
    "pay_buyers": ("visitors", "item_visitors", "pay_units"),
    "order_buyers": ("visitors", "item_visitors"),
    "cart_buyers": ("visitors", "item_visitors"),
    "visitors": ("pageviews",),
    "item_visitors": ("item_pageviews",),
    "ad_clicks": ("ad_impressions",),
    "inquiry_buyers": ("inquiry_visitors",),
}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    kind: str
    columns: dict[str, str]
    others: tuple[str, ...] = ()

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in kinds():
            raise ValueError(tr("must be one of {known}", known=", ".join(kinds())))
        return kind


@dataclass(frozen=True)
class OwnLayout:
    """One mapping: header -> canonical column, and the headers that stand beside and mean nothing here."""

    name: str
    kind: str
    columns: tuple[tuple[str, str], ...]
    others: tuple[str, ...] = ()

    @property
    def header_set(self) -> frozenset[str]:
        """Every header of the report, without noise."""
        return frozenset(normal(name) for name in (*dict(self.columns), *self.others) if normal(name))

    def renamed(self, header: tuple[str, ...], *, whole: bool) -> tuple[str, ...] | None:
        """`header` in names the kind knows; None when it is not of this mapping.

        With `whole` the set of headers must equal the saved one, else the mapped ones must all be there.
        Another header that the kind takes for a mapped column is left without a name.
        """
        have = {normal(cell) for cell in header if cell}
        means = {normal(name): column for name, column in self.columns}
        if have != self.header_set if whole else not means.keys() <= have:
            return None
        return tuple(_as(self.kind, cell, means) for cell in header)


def _as(kind: str, cell: str, means: dict[str, str]) -> str:
    column = means.get(normal(cell))
    if column is None:
        known = canonical(kind, cell)
        return "" if known is not None and known[0] in means.values() else cell
    return names_of(kind, column)[0] + _unit_said(kind, column, normal(cell))


def _unit_said(kind: str, column: str, name: str) -> str:
    """The unit at the end of a header that makes its figures other than they stand: %, minutes, 万元."""
    if "%" in name:
        return "(%)"
    said = _OTHER_UNIT.search(name)
    return f"({said[1]})" if said and _OWN.get(said[1]) != unit_of(kind, column) else ""


def mappable(kind: str) -> frozenset[str]:
    """The columns a header of a kind can be mapped to."""
    names = {name for name, _ in accepted(kind).values() if name}
    return frozenset(name for name in names if canonical(kind, names_of(kind, name)[0]) is not None)


def own_layouts(home: Home) -> tuple[OwnLayout, ...]:
    """The mappings saved in a home, by name; a broken one is an error that names its place."""
    return tuple(_loaded(path) for path in sorted((home.root / "params" / FOLDER).glob("*.yaml")))


def _loaded(path: Path) -> OwnLayout:
    stamp = path.stat()
    return _parsed(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=256)
def _parsed(path: Path, _changed: int, _size: int) -> OwnLayout:
    found = checked(_File, values_of(path), path)
    if unknown := sorted(set(found.columns.values()) - mappable(found.kind)):
        raise ParamsError(
            "{file}: {kind} has no column {columns}. Known: {known}.",
            file=f"{FOLDER}/{path.name}",
            kind=found.kind,
            columns=", ".join(unknown),
            known=", ".join(sorted(mappable(found.kind))),
        )
    return OwnLayout(path.stem, found.kind, tuple(found.columns.items()), found.others)


def path_of(home: Home, name: str) -> Path:
    """Where a mapping of that name is saved."""
    return home.root / "params" / FOLDER / f"{name}.yaml"


def as_text(layout: OwnLayout, file: str) -> str:
    """The file of a mapping; every text is written as JSON, which YAML reads as the same text."""

    def quoted(text: object) -> str:
        return json.dumps(text, ensure_ascii=False)

    lines = [f"# Made by `shopbook map` from {quoted(file)}: header -> column; others are not read.",
             "version: 1", f"kind: {layout.kind}", "columns:"]  # fmt: skip
    lines += [f"  {quoted(header)}: {column}" for header, column in layout.columns]
    lines += [f"others: {quoted(list(layout.others))}", ""]
    return "\n".join(lines)


@dataclass(frozen=True)
class _Doubt:
    """A contradiction, shown with the labels of the language then set."""

    column: str
    sign: str
    other: str

    def __str__(self) -> str:
        return f"{label(self.column)} {self.sign} {label(self.other)}"


def doubts(name: str, kind: str, values: Values, problems: Iterable[Problem]) -> list[Problem]:
    """What refuses a mapped file: figures that a right mapping cannot give.

    What is a warning for a report whose header is known is evidence against a mapping made by hand.
    """
    figures = {
        column: each
        for column, each in values.items()
        if isinstance(each, np.ndarray) and each.dtype.kind == "f"
    }
    found = []
    for column, numbers in figures.items():
        unit, known = unit_of(kind, column), numbers[~np.isnan(numbers)]
        if unit in ("persons", "count") and (odd := known[known != np.floor(known)]).size:
            found.append(_Doubt(column, "=", f"{odd[0]:g}"))
        if unit == "fraction" and (odd := known[(known < 0) | (known > 1)]).size:
            found.append(_Doubt(column, "=", f"{odd[0]:.0%}"))
    found += [
        _Doubt(part, ">", whole)
        for part, wholes in _NEVER_MORE.items()
        for whole in wholes
        if part in figures and whole in figures and (figures[part] > figures[whole]).any()
    ]
    for problem in problems:
        if problem.code == "ratio_mismatch":
            found.append(_Doubt(str(problem.values["column"]), "≠", str(problem.values["expected"])))
    if not found:
        return []
    return [
        blocking(
            "wrong_mapping",
            "the figures contradict the mapping {name}.\n  Found: {found}\n  What to do: make it anew with "
            "shopbook map FILE, or remove params/exports/{name}.yaml.",
            name=name,
            found=found,
        )
    ]
