"""What a door hands in: whole files, put into the inbox once; and what a door remembers."""

import datetime as dt
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shopbook.errors import WorkbookError
from shopbook.home import Home
from shopbook.run import manifest

# As old as a file must be to be taken in at once: what a door hands in is whole.
_SETTLED = dt.timedelta(minutes=2)
_LONGEST = 120


class DoorError(WorkbookError):
    """Raised when a door cannot be gone through, with what to do."""


@dataclass(frozen=True)
class Parcel:
    """One file: its place at the door, its name, its bytes, when it was sent or last changed."""

    id: str
    name: str
    content: bytes
    changed: dt.datetime


@dataclass
class Memory:
    """What was handed in before by id, and what a door noted for its next call; losing it doubles nothing."""

    path: Path
    seen: dict[str, str] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    def save(self) -> None:
        """Write it down, whole."""
        manifest.write_json(self.path, {"seen": self.seen, "notes": self.notes})


def memory_of(home: Home, door: str) -> Memory:
    """What the door of this name remembers."""
    path = home.data / "doors" / f"{door}.json"
    kept = manifest.read_json(path)
    seen, notes = kept.get("seen"), kept.get("notes")
    return Memory(path, seen if isinstance(seen, dict) else {}, notes if isinstance(notes, dict) else {})


def hand_in(home: Home, shop: str, parcel: Parcel, now: dt.datetime) -> Path:
    """Put the file into the inbox of `shop` under its own name, whole; the same bytes are put there once.

    A file of another content that still waits under this name stays; this one gets a mark of its bytes.
    """
    folder = home.inbox / shop
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / safe_name(parcel.name)
    if target.exists() and target.read_bytes() != parcel.content:
        mark = hashlib.sha256(parcel.content).hexdigest()[:8]
        target = target.with_name(f"{target.stem} {mark}{target.suffix}")
    temporary = folder / f".{parcel_mark(parcel)}.tmp"
    temporary.write_bytes(parcel.content)
    changed = min(parcel.changed, now - _SETTLED).timestamp()
    os.utime(temporary, (changed, changed))
    os.replace(temporary, target)
    return target


def parcel_mark(parcel: Parcel) -> str:
    """A short name of a parcel that no other has."""
    return hashlib.sha256(parcel.id.encode()).hexdigest()[:16]


def safe_name(name: str) -> str:
    """The last part of a name without what a file system or a terminal could take for something else."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*').strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:_LONGEST]}{dot}{ending[:8]}" if stem else kept[:_LONGEST] or "file"
