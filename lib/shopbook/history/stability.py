"""Which files of the drop folder are finished: what `due` and `watch` take in with nobody looking on."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from shopbook import state
from shopbook.history.waiting import waiting
from shopbook.history.whole import cut
from shopbook.home import Home
from shopbook.read import Problem
from shopbook.read.names import shown

OLD_ENOUGH = dt.timedelta(minutes=2)
SEEN_TWICE = dt.timedelta(minutes=1)
_SEEN = ".seen.json"


@dataclass(frozen=True)
class InboxFile:
    """A file of the drop folder; `problem` says why it is not whole."""

    shop: str
    path: Path
    is_stable: bool
    problem: Problem | None = None

    @property
    def is_ready(self) -> bool:
        """Whether it may be taken in now."""
        return self.is_stable and self.problem is None


def stable(home: Home, now: dt.datetime) -> list[InboxFile]:
    """Every file waiting in the inbox of any shop, and whether nobody writes it any more.

    A file is stable when it was last changed two minutes before `now`, or when an earlier call, a minute
    before, saw the same size and time. `now` must know its time zone.
    """
    path = home.data / _SEEN
    before, seen = state.read_document(path), {}
    found = []
    for shop, files in sorted(waiting(home).shops.items()):
        for file in files:
            try:
                stat = file.stat()
            except OSError:  # taken in or removed meanwhile
                continue
            key, look = f"{shop}/{shown(file.name)}", [stat.st_size, stat.st_mtime_ns]
            since = _since(before.get(key), look, now)
            seen[key] = [*look, since.isoformat()]
            age = now - dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC)
            is_stable = age >= OLD_ENOUGH or now - since >= SEEN_TWICE
            found.append(InboxFile(shop, file, is_stable, cut(file)))
    if seen != before:
        state.write_document(path, seen)
    return found


def _since(entry: object, look: list[int], now: dt.datetime) -> dt.datetime:
    """When a file was first seen as it is."""
    if isinstance(entry, list) and entry[:2] == look and len(entry) == 3:
        try:
            return min(dt.datetime.fromisoformat(entry[2]), now)
        except (TypeError, ValueError):
            return now
    return now
