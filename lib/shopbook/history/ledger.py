"""The ledger of a shop's imports: which file, when, what it was, what became of it, what was taken back."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

from shopbook import state

FILE = "ledger.jsonl"
UNDONE = "undone"


@dataclass(frozen=True)
class Entry:
    """One file taken in. `said` is what the operator said of it, `rows_of` how many rows it left by day."""

    sha256: str
    name: str
    kind: str
    days: tuple[str, ...]
    time: str
    rows: int
    status: str
    shop_name: str = ""
    id: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    rows_of: Mapping[str, int] = field(default_factory=dict)


def new_id() -> str:
    """A name for an import."""
    return secrets.token_hex(4)


class _Line(NamedTuple):
    """A line: an import, or the id of one that was taken back."""

    entry: Entry | None
    undone: str = ""


class Ledger:
    """One line of JSON per import, only ever added to, under the lock of the shop."""

    def __init__(self, path: Path) -> None:
        self.path = path
        lines = state.read(path, made)
        gone = {line.undone for line in lines if line.undone}
        # Of every file there was a line for, taken back or not.
        self.hashes = {line.entry.sha256[:16] for line in lines if line.entry}
        self.entries = [line.entry for line in lines if line.entry and (line.entry.id or "-") not in gone]

    @property
    def shop_name(self) -> str:
        """The first shop name a file of this shop stated."""
        return next((entry.shop_name for entry in self.entries if entry.shop_name), "")

    def imports(self) -> list[Entry]:
        """The imports that changed the history and were not taken back, oldest first."""
        return [entry for entry in self.entries if entry.status == "accepted"]

    def add(self, *entries: Entry) -> None:
        """Append entries, before the files they speak of are moved."""
        state.append(self.path, [vars(entry) for entry in entries])
        self.entries += entries
        self.hashes |= {entry.sha256[:16] for entry in entries}

    def take_back(self, entry: Entry, stamp: str) -> None:
        """Say that an import is taken back."""
        state.append(self.path, [{UNDONE: entry.id, "time": stamp}])
        self.entries.remove(entry)


def made(row: dict[str, Any]) -> _Line:
    """A line from its plain values."""
    if UNDONE in row:
        return _Line(None, str(row[UNDONE]))
    known = {each.name for each in fields(Entry)}
    entry = Entry(**{name: value for name, value in row.items() if name in known})
    if not (isinstance(entry.sha256, str) and isinstance(entry.days, list) and isinstance(entry.rows, int)):
        raise TypeError(type(entry).__name__)
    return _Line(Entry(**{**vars(entry), "days": tuple(map(str, entry.days))}))
