"""A sheet with a known header to typed columns: which column is which, which rows are data."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from shopbook.columns import Labelled
from shopbook.columns import label as label_of
from shopbook.kinds import kinds
from shopbook.read import cells as cell
from shopbook.read import dates
from shopbook.read.find import Found
from shopbook.read.headers import IGNORED, canonical, normal, unit_of
from shopbook.read.html import Carried
from shopbook.read.ids import ids
from shopbook.read.indents import levelled
from shopbook.read.odd_cells import bad_days, damaged, european, months, not_numbers
from shopbook.read.periods import beside, spanned
from shopbook.read.problems import Problem, blocking, info, warn
from shopbook.read.repairs import Repairs
from shopbook.read.rows import Table, data_rows
from shopbook.read.shares import Share, settle
from shopbook.read.values import ROW, Column, Values

_SHOWN = 3


@dataclass(frozen=True)
class Columns:
    """Canonical column -> position in the sheet, and the columns kept under their own header."""

    places: dict[str, int]
    extra: dict[str, int]
    unknown: tuple[str, ...]


def typed(found: Found, problems: list[Problem], container: str) -> Values:
    """The data rows of a sheet as typed canonical columns; ROW holds the sheet row of each."""
    header, spec = found.header, found.spec
    chosen, said = _columns(spec.kind, header)
    problems += said
    table, rows = data_rows(found, chosen.places, container, problems)
    needed = frozenset(name for key in spec.layout.keys for name in key.split("|"))
    table = spanned(table, header, chosen.places)
    problems += beside(table, header, spec, chosen.places.get("date", -1))
    problems += _scaled(found) + _contradicting(found, chosen.places, table, needed)
    made = _Made(spec.kind, needed, rows, problems)
    values: Values = {ROW: np.array(rows, dtype=np.int64)}
    for name, at in chosen.places.items():
        is_raw = spec.layout.wide and unit_of(spec.kind, name) not in _LABELS
        values[name] = _raw(header[at], table[at]) if is_raw else made.column(name, header[at], table[at])
    levels, unclear = levelled(header, chosen.places, table, rows)
    values |= levels
    problems += unclear
    values |= {name: cell.texts(table[at]) for name, at in chosen.extra.items()}
    problems += [*made.repairs.told(), *settle(values, made.shares, container)]
    return values


def _raw(header: str, cells: Sequence[object]) -> list[object]:
    """Cells whose unit their row says later; under a header with % figures are percents."""
    if "%" not in normal(header):
        return list(cells)
    plain = [cell.number(value) is not None and "%" not in normal(str(value)) for value in cells]
    named = [cell.plain(value) not in cell.MISSING for value in cells]
    return [
        f"{value}%" if bare and known else value
        for value, bare, known in zip(cells, plain, named, strict=True)
    ]


def _scaled(found: Found) -> list[Problem]:
    """Figures in 万元 would be read as 元."""
    said = next((match[0] for line in found.banner if (match := _SCALE.search(line))), "")
    if not said:
        return []
    return [
        blocking(
            "scaled_units",
            "the figures are not in single units.\n  Found: {found}\n  What to do: download the report with "
            "amounts in yuan and single counts.",
            found=said,
        )
    ]


def _contradicting(
    found: Found, places: dict[str, int], table: Table, needed: frozenset[str]
) -> list[Problem]:
    """Two columns of one header with other figures: which of them is right is not known."""
    odd = []
    for name in places.keys() & needed:
        at = places[name]
        same = [
            other
            for other, text in enumerate(found.header)
            if other != at and text and normal(text) == normal(found.header[at])
        ]
        if any(cell.texts(table[other]) != cell.texts(table[at]) for other in same):
            odd.append(found.header[at])
    if not odd:
        return []
    return [
        blocking(
            "contradicting_columns",
            "two columns of the same name hold different figures: {columns}.\n  Found: a table put together "
            "from two\n  What to do: download the report itself, or remove one of the columns.",
            columns=odd,
        )
    ]


@lru_cache(maxsize=256)  # the same headers come every day
def _columns(kind: str, header: tuple[str, ...]) -> tuple[Columns, tuple[Problem, ...]]:
    """Choose a place for each canonical column; tell what is unknown, doubled or lost."""
    ranked: dict[str, tuple[int, int]] = {}
    unknown: dict[str, int] = {}
    doubled: list[str] = []
    for at, text in enumerate(header):
        if not text:
            continue
        match = canonical(kind, text)
        if match is None:
            unknown.setdefault(text.strip(), at)
        elif match[0] not in (IGNORED, "value_change"):
            name, rank = match
            if name in ranked:
                doubled.append(header[max(ranked[name], (rank, at))[1]])
            ranked[name] = min(ranked.get(name, (rank, at)), (rank, at))
    places = {name: at for name, (_, at) in ranked.items()}
    said = _layout(kind, places, tuple(unknown), doubled)
    rules = kinds()[kind].columns
    keep = rules.keep_others and not rules.only
    return Columns(places, unknown if keep else {}, tuple(unknown)), tuple(said)


def _layout(kind: str, places: dict[str, int], unknown: tuple[str, ...], doubled: list[str]) -> list[Problem]:
    rules = kinds()[kind].columns
    found: list[Problem] = []
    if unknown and rules.only:
        found.append(
            info(
                "columns_left_out",
                "{count} other columns (personal data among them) not loaded.",
                count=len(unknown),
            )
        )
    elif unknown and rules.keep_others:
        found.append(info("extra_columns", "extra columns kept as text: {columns}.", columns=unknown))
    elif unknown:
        found.append(info("layout_changed", "unknown columns, not loaded: {columns}.", columns=unknown))
    lost = [Labelled(name) for name in rules.usual if name not in places]
    if lost:
        found.append(
            warn("layout_changed", "columns that are usually there and are missing: {columns}.", columns=lost)
        )
    if doubled:
        found.append(
            info(
                "doubled_columns",
                "columns that say the same as another, not loaded: {columns}.",
                columns=doubled,
            )
        )
    return found


_SCALE = re.compile(r"单位\s*[:：]?\s*(?:百万|[十百千万亿])\s*[元人件次]?")
_LABELS = ("date", "month", "id text", "text", "category", "measured")
_CODES = ("item_code", "sku_code")
_DURATIONS = ("seconds", "hours", "days")
_TOO_MANY = 0.2  # of the cells of a column the report cannot do without
_COUNTED = ("persons", "count", "CNY")
_THOUSANDS = re.compile(r"(?:^|\x1f)[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?=\x1f|$)")


@dataclass
class _Made:
    """A table being made: what is needed in it, where its rows stand, what was found on the way."""

    kind: str
    needed: frozenset[str]
    rows: list[int]
    problems: list[Problem]
    repairs: Repairs = field(default_factory=Repairs)
    shares: dict[str, Share] = field(default_factory=dict)

    def column(self, name: str, header: str, cells: Sequence[object]) -> Column:
        """One column as its unit asks; damaged cells become problems with their rows."""
        unit = unit_of(self.kind, name)
        if unit == "measured":
            return list(cells)
        if unit == "month":
            return months(cells, header, self.rows, self.problems)
        if unit == "date":
            values, bad = dates.days(cells)
            self.problems += bad_days(cells, bad, header, self.rows)
            return values
        if unit == "id text":
            return self._ids(header, cells)
        if unit in ("text", "category"):
            return cell.texts(self._codes(header, cells) if name in _CODES else cells)
        return self._figures(name, header, cells, unit)

    def _codes(self, header: str, cells: Sequence[object]) -> list[object]:
        """Codes; one that a spreadsheet program took for a day (1-2) is not known any more."""
        days = [at for at, value in enumerate(cells) if isinstance(value, dt.date)]
        for at in days:
            self.repairs.add(header, self.rows[at], cells[at], grave=True)
        return ["" if isinstance(value, dt.date) else value for value in cells] if days else list(cells)

    def _ids(self, header: str, cells: Sequence[object]) -> list[str]:
        found = ids(cells)
        if found.damaged:
            bad = found.damaged
            self.problems.append(damaged(header, [cells[at] for at in bad], [self.rows[at] for at in bad]))
        for at in found.exact:
            self.repairs.add(header, self.rows[at], f"{cells[at]} = {found.texts[at]}")
        return found.texts

    def _figures(self, name: str, header: str, cells: Sequence[object], unit: str) -> np.ndarray:
        found = cell.numbers(cells)
        values, bad = found.values, list(found.bad)
        types = set(map(type, cells))  # asking each cell costs a large sheet a quarter of its time
        is_merged = Carried in types
        merged = [at for at, value in enumerate(cells) if type(value) is Carried] if is_merged else []
        if bad or merged:
            values = values.copy()
            values[merged] = np.nan
        if unit in _DURATIONS:
            for at in list(bad):
                if (seconds := cell.duration(cells[at], unit)) is not None:
                    values[at] = seconds
                    bad.remove(at)
        if unit in _COUNTED and found.percent is not None and found.percent.any():
            bad += [at for at, is_share in enumerate(found.percent) if is_share and not np.isnan(values[at])]
            values = np.where(found.percent, np.nan, values)
        if str in types and _has_thousands_dots(cells, unit):
            self.problems.append(european(header, cells))
        if name in self.needed and len(bad) > _TOO_MANY * len(cells):
            self.problems.append(not_numbers(header, cells, bad, self.rows))
        else:
            for at in sorted({*bad, *found.told, *merged}):
                self.repairs.add(header, self.rows[at], cells[at], grave=name in self.needed)
        if unit == "fraction" and found.percent is not None:
            plain = ~found.percent & ~np.isnan(values)
            self.shares[name] = Share(label_of(name), header, plain)
        return values


def _has_thousands_dots(cells: Sequence[object], unit: str) -> bool:
    """Whether counts are written as 1.000: where a dot groups thousands, one thousand reads as one.

    Of amounts it is certain when there are several and all of them are written so.
    """
    if unit not in _COUNTED:
        return False
    dotted = [value for value in cells if type(value) is str and "." in value]
    found = len(_THOUSANDS.findall("\x1f".join(dotted))) if dotted else 0
    return found > 0 if unit != "CNY" else found == len(dotted) > 1
