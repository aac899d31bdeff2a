"""Which files of the drop folder can be taken in now, which are still being written, which broke off."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from shopbook.history.waiting import Odd, waiting
from shopbook.history.whole import cut
from shopbook.home import Home
from shopbook.run import manifest
from shopbook.run.morning.notes import Notes

OLD_ENOUGH = dt.timedelta(minutes=2)
APART = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Arrivals:
    """The new files of one shop: `ready` to be taken in, `settling` (just written), `broken` off."""

    shop: str
    ready: tuple[Path, ...] = ()
    settling: tuple[Path, ...] = ()
    broken: tuple[Path, ...] = ()

    @property
    def incomplete(self) -> tuple[Path, ...]:
        """What a report should wait for."""
        return self.settling + self.broken


@dataclass
class Doorkeeper:
    """Looks at the drop folders at one moment; what it sees now decides what it sees next time."""

    home: Home
    now: dt.datetime
    notes: Notes
    odd: list[Odd] = field(default_factory=list)

    def arrivals(self) -> list[Arrivals]:
        """The new files of every shop, refused ones that have not changed left aside; `odd` is no file."""
        self.forget()
        found = waiting(self.home)
        self.odd = found.odd
        groups = sorted(found.shops.items())
        return [self._sorted(shop, paths) for shop, paths in groups if paths]

    def forget(self) -> None:
        """Files that are gone from the drop folders need no note."""
        for book in (self.notes.seen, self.notes.refused):
            for gone in [key for key in book if not (self.home.inbox / key).exists()]:
                del book[gone]

    def refuse(self, paths: Iterable[Path]) -> None:
        """Files that were refused wait for another content or other rules, not for the next call."""
        for path in paths:
            if path.exists():
                self.notes.refused[self._key(path)] = [*_stamp(path), self._rules]

    def _sorted(self, shop: str, paths: list[Path]) -> Arrivals:
        ready: list[Path] = []
        settling: list[Path] = []
        broken: list[Path] = []
        for path in sorted(paths):
            try:
                if self._is_refused(path):
                    continue
                stable = self._is_stable(path)
                whole = stable and cut(path) is None
            except FileNotFoundError:  # somebody moved it away while we looked
                continue
            (ready if whole else broken if stable else settling).append(path)
        return Arrivals(shop, tuple(ready), tuple(settling), tuple(broken))

    def _is_stable(self, path: Path) -> bool:
        """Two minutes old, or the same as a minute ago."""
        stamp, key = _stamp(path), self._key(path)
        known = self.notes.seen.get(key)
        if not known or known[:2] != stamp:
            known = [*stamp, self.now.isoformat()]
            self.notes.seen[key] = known
        changed = dt.datetime.fromtimestamp(stamp[1] / 1e9, dt.UTC)
        return self.now - changed >= OLD_ENOUGH or self.now - dt.datetime.fromisoformat(known[2]) >= APART

    def _is_refused(self, path: Path) -> bool:
        known = self.notes.refused.get(self._key(path))
        return bool(known) and known == [*_stamp(path), self._rules]

    @cached_property
    def _rules(self) -> str:
        """A hash of what decides whether a file is accepted: an update or a new layout tries it again."""
        return manifest.fingerprint(manifest.sources(self.home))

    def _key(self, path: Path) -> str:
        return f"{path.parent.name}/{path.name}"


def _stamp(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]
