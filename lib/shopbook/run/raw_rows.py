"""The rows of the history that a figure comes from, beside the raw files they were read from, read again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shopbook.days import parse_day
from shopbook.errors import ParamsError
from shopbook.history.dayfile import SOURCE
from shopbook.history.ledger import FILE, Entry, Ledger
from shopbook.history.merge import BETWEEN
from shopbook.history.of_shop import of_shop
from shopbook.history.raw import Raw
from shopbook.history.readers import Job, Readers
from shopbook.history.rebuild import about
from shopbook.history.store import Store
from shopbook.home import Home
from shopbook.kinds import kinds
from shopbook.read import ExportTable
from shopbook.read.values import listed
from shopbook.text import tr

Key = tuple[str, ...]
_Rows = dict[tuple[int, str, Key], dict[str, Any]]


@dataclass(frozen=True)
class Cell:
    """A value of the history and what its raw file says; no `column` where a row is all there is."""

    kind: str
    day: str
    key: str
    column: str
    value: Any
    file: str
    sheet: str
    row: int
    raw: Any
    equal: bool
    note: str = ""


@dataclass(frozen=True)
class _Place:
    """The file, row and sheet that a row of the history names; row 0 is not known."""

    entry: Entry | None
    row: int
    sheet: str


class Followed:
    """The history of one shop and its raw files, each read once."""

    def __init__(self, home: Home, shop: str) -> None:
        self.shop, self.store = shop, Store(home.history)
        self.known = of_shop(home, shop, self.store)
        self.raw = Raw(home.raw / shop, home.inbox)
        self.entries = {_name(each): each for each in Ledger(self.raw.folder / FILE).entries}
        self.tables: dict[str, tuple[_Rows, str]] = {}

    def cells(self, source: Mapping[str, Any], days: set[str], about: Mapping[str, str]) -> Iterator[Cell]:
        """The cells of a figure's source: those of its own days, else of all days between first and last.

        Of a source that names columns only the rows that are `about` the figure's thing and metric.
        """
        kind = str(source["kind"])
        if kind not in kinds():
            raise ParamsError("{file} holds no findings of a report.", file=kind)
        grain = [name for name in kinds()[kind].grain if name != "date"]
        wanted = [*dict.fromkeys(["date", *grain, *source["columns"], SOURCE])]
        span = [parse_day(str(source[name])) for name in ("first_day", "last_day")]
        frame = self.store.read(self.shop, kind, span[0], span[1], wanted)
        rows = [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
        if source["columns"]:
            rows = [row for row in rows if _is_about(row, about)]
        if not source["columns"] or len(rows) != source["rows"]:  # days between that the figure leaves out
            rows = [row for row in rows if _day(row) in days] or rows
        places = [[self._place(part) for part in str(row.get(SOURCE) or "").split(BETWEEN)] for row in rows]
        self._read(kind, grain, [each.entry for row in places for each in row if each.entry])
        for row, found in zip(rows, places, strict=True):
            for column in source["columns"] or [""]:
                yield self._cell(kind, row, (_day(row), *_key(row, grain)), column, found)

    def _cell(self, kind: str, row: dict[str, Any], key: Key, column: str, places: list[_Place]) -> Cell:
        """The value of a column, and the raw one of the newest file that says it."""
        value, at, raw, note = _plain(row.get(column)), places[0], None, ""
        for place in places:
            unknown: tuple[_Rows, str] = {}, tr("the history names no file for this row")
            rows, problem = self.tables[_name(place.entry)] if place.entry else unknown
            found = rows.get((place.row, place.sheet, key), {})
            note = note or problem or ("" if found else tr("the row is not in a raw file"))
            if found and (_plain(found.get(column)) is not None or not column):
                at, raw = place, _plain(found.get(column))
                break
        equal = value == raw and not (note and value is not None) if column else not note
        name = at.entry.name if at.entry else ""
        shown = " · ".join(part for part in key[1:] if part)
        return Cell(kind, key[0], shown, column, value, name, at.sheet, at.row, raw, equal, note)

    def _place(self, token: str) -> _Place:
        name, _, rest = token.partition(":")
        row, _, sheet = rest.partition(":")
        return _Place(self.entries.get(name), int(row or 0), sheet)

    def _read(self, kind: str, grain: list[str], entries: list[Entry]) -> None:
        """The raw files once more, as they are now, whatever their hash is."""
        due = {_name(each): each for each in entries if _name(each) not in self.tables}
        paths = {name: self._path(each) for name, each in due.items()}
        there = {name: path for name, path in paths.items() if path is not None}
        with Readers() as readers:
            answers = readers.read([Job(path, about(due[name], self.known)) for name, path in there.items()])
            for name, answer in zip(there, answers, strict=True):
                if isinstance(answer, ExportTable) and answer.kind == kind:
                    self.tables[name] = (_by_place(answer, grain), "")
                else:
                    self.tables[name] = ({}, tr("the raw file cannot be read any more"))
        for name in paths.keys() - there.keys():
            self.tables[name] = ({}, tr("the raw file is missing"))

    def _path(self, entry: Entry) -> Path | None:
        found = [self.raw.path(entry.sha256, entry.name), *self.raw.folder.glob(f"{entry.sha256[:16]}-*")]
        return next((path for path in found if path.is_file()), None)


def _name(entry: Entry) -> str:
    """What the rows of an import are named by."""
    return entry.id or entry.sha256[:8]


def _by_place(table: ExportTable, grain: list[str]) -> _Rows:
    """The rows of a raw file by row, sheet and key; by the key alone too, for rows that name no place."""
    values = {name: listed(column) for name, column in table.values.items() if name != "date"}
    if "date" in table.values:
        values["date"] = [str(day) for day in np.asarray(table.values["date"]).astype("datetime64[D]")]
    found: _Rows = {}
    for at in range(table.height):
        row = {name: column[at] for name, column in values.items()}
        key = (_day(row), *_key(row, grain))
        found[int(table.rows[at]), table.sheets[at], key] = row
        found.setdefault((0, "", key), row)
    return found


def _is_about(row: Mapping[str, Any], about: Mapping[str, str]) -> bool:
    """Whether a row speaks of a thing, by every name of it that the row has."""
    names = {"item_id": "entity"} if "entity" in row else {}  # what a hand-filled row calls an item
    found = [(row.get(names.get(name, name)), text) for name, text in about.items() if text]
    return all(value is None or str(value) == text for value, text in found)


def _day(row: Mapping[str, Any]) -> str:
    return str(row.get("date", ""))[:10]


def _key(row: Mapping[str, Any], grain: list[str]) -> Key:
    return tuple("" if _plain(row.get(name)) is None else str(row[name]) for name in grain)


def _plain(value: Any) -> Any:
    """A value in JSON's types; not known is None, however it is kept."""
    value = value.item() if hasattr(value, "item") else value
    return None if value is None or value == "" or value != value else value
