"""One shop's intake, under its lock: read in order, stored together, kept in raw, written in the ledger."""

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shopbook.history.gate import Gate
from shopbook.history.imported import Imported
from shopbook.history.ledger import FILE, Entry, Ledger, new_id
from shopbook.history.lock import locked
from shopbook.history.of_shop import of_shop
from shopbook.history.outcome import Ingested, Said, Status, by_hand, failed, still_written, told_of
from shopbook.history.raw import Raw
from shopbook.history.readers import Answer, Job, Readers
from shopbook.history.rebuild import rebuilder
from shopbook.history.store import Store
from shopbook.history.untouched import untouched
from shopbook.history.waiting import REASON, beside, downloads
from shopbook.home import Home
from shopbook.kinds import kinds
from shopbook.read import ExportTable, FileRefused, Problem
from shopbook.read.export import other_shop
from shopbook.read.exports import PARTS
from shopbook.read.names import shown
from shopbook.read.problems import info
from shopbook.read.spec import OfShop
from shopbook.read.values import listed
from shopbook.yaml_file import load_yaml

# Names of files that may speak of items by the merchant's codes alone.
_CODED = tuple(hint for layout in kinds()["stock"].layouts if layout.report == "erp" for hint in layout.hints)
# Files are stored together up to this many rows, which bounds the memory they take.
_ROWS_AT_ONCE = 300_000


@dataclass(frozen=True)
class _Read:
    """A file and its table; none when it was refused or is held. An older download is kept, not stored."""

    path: Path
    table: ExportTable | None
    problems: tuple[Problem, ...]
    is_older: bool = False
    is_held: bool = False

    @property
    def name(self) -> str:
        return shown(self.path.name)

    @property
    def covers(self) -> tuple[str, str, frozenset[tuple[Any, ...]]]:
        """Report, days and parts: two files with the same are two downloads of one thing."""
        assert self.table is not None
        return self.table.kind, self.table.report, self._rows_by(PARTS.get(self.table.kind, ()))

    @property
    def keys(self) -> frozenset[tuple[Any, ...]]:
        """What its rows are about."""
        assert self.table is not None
        return self._rows_by((*PARTS.get(self.table.kind, ()), *kinds()[self.table.kind].grain))

    def _rows_by(self, names: Sequence[str]) -> frozenset[tuple[Any, ...]]:
        assert self.table is not None
        chosen = [name for name in dict.fromkeys(("date", *names)) if name in self.table.values]
        columns = [listed(self.table.values[name]) for name in chosen]
        return frozenset(zip(*columns, strict=True) if columns else [()])


class ShopIntake:
    """The files of one shop; `done` says what became of each."""

    def __init__(
        self, home: Home, shop: str, today: dt.date, said: Said, stamp: str, readers: Readers
    ) -> None:
        self.home, self.shop, self.today, self.said, self.stamp = home, shop, today, said, stamp
        self.readers = readers
        self.store = Store(home.history)
        self.gate = Gate(home, shop, self.store, of_shop(home, shop).category)
        self.raw = Raw(home.raw / shop, home.inbox)
        self.names: tuple[str, ...] = ()
        self.done: list[Ingested] = []
        # Read and not stored yet: the days of many files are written, flushed and renamed together.
        self.waiting: list[_Read] = []
        self.claimed: dict[str, set[tuple[Any, ...]]] = {}
        self.rows = 0

    def take(self, paths: Sequence[Path]) -> None:
        """Every file, oldest download first, so that the newest of one day wins."""
        if not paths:
            return
        self.store.kinds(self.shop)  # an impossible shop id stops here, before any folder is made
        self.raw.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.raw.folder, self.shop):
            self.ledger = Ledger(self.raw.folder / FILE)
            self.names = self._known_names()
            groups = [group[::-1] for group in downloads(paths)]
            reads = self._read([path for group in groups for path in group])
            for group in groups:
                newest_first = [next(reads) for _ in group]
                if len(group) == 1:
                    self._settle(newest_first[0])
                else:
                    self._copies(newest_first)
            self._store()
            for kind in {each.kind for each in self.done if each.status == "accepted"}:
                self.store.copy_months(self.shop, kind)

    def left(self, paths: Sequence[Path]) -> list[Path]:
        """Files of which nothing was said yet."""
        said = {each.file for each in self.done}
        return [path for path in paths if shown(path.name) not in said]

    def _known_names(self) -> tuple[str, ...]:
        """The names the shop's files carry: learned from its first file, or written in its params file."""
        learned = self.ledger.shop_name
        if not learned:
            return ()
        own = self.home.params(f"shops/{self.shop}.yaml")
        with suppress(Exception):  # a broken shop file is told by the runs that need it, and stops no file
            return (learned, str(load_yaml(own).get("name", learned)) if own.is_file() else learned)
        return (learned,)

    def _read(self, paths: Sequence[Path]) -> Iterator[_Read]:
        """Each file as a table or as the reasons against it, in this order."""
        about = {"shop": of_shop(self.home, self.shop), "today": self.today, **self.said.about}
        coded = {path for path in paths if any(hint in path.name for hint in _CODED)}
        with_codes = about | {"shop": of_shop(self.home, self.shop, self.store)} if coded else about
        before = {path: _look(path) for path in paths}
        answers = self.readers.read([Job(path, with_codes if path in coded else about) for path in paths])
        for path, answer in zip(paths, answers, strict=True):
            if before[path] != _look(path):
                answer = (still_written(),)
            yield self._judged(path, answer)

    def _judged(self, path: Path, answer: Answer) -> _Read:
        if not isinstance(answer, ExportTable):
            return _Read(path, None, answer)
        name = answer.provenance.shop_name
        if name and self.names and name not in (*self.names, self.shop):
            return _Read(path, None, (other_shop(name, self.names),))
        if problem := untouched(answer):
            return _Read(path, None, (problem,))
        if doubts := [] if self.said.yes else self.gate.doubts(answer):
            return _Read(path, None, (*doubts, by_hand()), is_held=True)
        self.names = self.names or ((name,) if name else ())
        return _Read(path, answer, (*answer.problems, *self.gate.notes(answer)))

    def _copies(self, newest_first: Sequence[_Read]) -> None:
        """Downloads that differ in their copy number: of those that cover the same, the newest is used."""
        newest: list[_Read] = []
        others = []
        for each in newest_first:
            used = None if each.table is None else next((one for one in newest if _is_again(each, one)), None)
            if each.table is None:
                others.append(each)
            elif used is not None:
                text = "an older download of {file}, which was used."
                note = info("duplicate_download", text, file=used.name)
                others.append(replace(each, problems=(note,), is_older=True))
            else:
                newest.append(each)
        for each in (*reversed(newest), *others):
            self._settle(each)

    def _settle(self, read: _Read) -> None:
        """Put a file in line; those in line are stored first when it speaks of the same as one of them.

        So the files in line never replace figures of each other, and reading them again after a crash
        finds every day as it is.
        """
        if read.table is not None and not read.is_older:
            kind, _, parts = read.covers
            if not parts.isdisjoint(self.claimed.get(kind, ())):
                self._store()
            self.claimed.setdefault(kind, set()).update(parts)
        self.waiting.append(read)
        self.rows += read.table.height if read.table else 0
        if self.rows > _ROWS_AT_ONCE:
            self._store()

    def _store(self) -> None:
        """Store the files in line: their days, their ledger lines, then the files themselves."""
        reads, self.waiting, self.claimed, self.rows = self.waiting, [], {}, 0
        due = [each for each in reads if each.table is not None and not each.is_older]
        ids = {id(each): new_id() for each in reads}
        try:
            tables = [each.table for each in due if each.table]
            written: list[Imported | Problem] = [*self._written(tables, [ids[id(each)] for each in due])]
        except Exception:  # one of them cannot be stored: alone, each gets its own answer
            written = [self._alone(each, ids[id(each)]) for each in due]
        found = dict(zip(map(id, due), written, strict=True))
        outcomes = [self._outcome(each, found.get(id(each)), ids[id(each)]) for each in reads]
        if entries := [entry for _, entry in outcomes if entry is not None]:
            self.ledger.add(*entries)
        for read, (outcome, entry) in zip(reads, outcomes, strict=True):
            if entry is not None:
                self.raw.keep(read.path, entry.sha256)
                beside(read.path, REASON).unlink(missing_ok=True)
            self.done.append(outcome)

    def _written(self, tables: Sequence[ExportTable], names: Sequence[str]) -> list[Imported]:
        again = rebuilder(self.ledger, self.raw, lambda entry: None, self._known)
        return self.store.write_all(self.shop, tables, now=self.stamp, names=names, rebuilt=again)

    def _known(self) -> OfShop:
        return of_shop(self.home, self.shop, self.store)

    def _alone(self, read: _Read, name: str) -> Imported | Problem:
        assert read.table is not None
        try:
            return self._written([read.table], [name])[0]
        except Exception as error:  # whatever a table can do to the store, the operator gets a sentence
            return failed(error)

    def _outcome(
        self, read: _Read, written: Imported | Problem | None, name: str
    ) -> tuple[Ingested, Entry | None]:
        """What became of a file, and its line of the ledger unless it stays where it is."""
        if isinstance(written, Problem):
            return self._refuse(_Read(read.path, None, (written,))), None
        if read.table is None:
            return self._refuse(read), None
        status: Status = "accepted" if written and written.changed else "unchanged"
        days: tuple[dt.date, ...] = ()
        restated: tuple[dt.date, ...] = ()
        if written:
            days, restated = (written.days if written.changed else written.unchanged), written.restated_days
        told, kind = read.table.provenance, read.table.kind
        problems = (*read.problems, *(told_of(written) if written else ()))
        outcome = Ingested(read.name, self.shop, kind, status, days, restated, problems)
        entry = Entry(
            told.sha256,
            read.name,
            kind,
            tuple(map(str, days)),
            self.stamp,
            read.table.height,
            status,
            told.shop_name,
            name,
            {**self.said.told(), "today": str(self.today)},
            written.rows_of if written else {},
        )
        return outcome, entry

    def _refuse(self, read: _Read) -> Ingested:
        """Leave the file and write why beside it."""
        refused = FileRefused(read.name, read.problems)
        with suppress(OSError):  # a read-only folder still gets its answer on the screen
            reason = beside(read.path, REASON)
            temporary = reason.with_name(f".{os.getpid()}.tmp")
            temporary.write_text(f"{refused}\n", encoding="utf-8")
            temporary.replace(reason)  # a link of that name is replaced, not followed
        status: Status = "held" if read.is_held else "refused"
        return Ingested(read.name, self.shop, "", status, problems=read.problems)


def _is_again(older: _Read, newer: _Read) -> bool:
    """Whether the newer download holds every row and column of the older; a file a scene has its own rows."""
    if older.table is None or newer.table is None or older.covers[:2] != newer.covers[:2]:
        return False
    return older.keys <= newer.keys and set(older.table.values) <= set(newer.table.values)


def _look(path: Path) -> tuple[int, int]:
    """Size and time of a file."""
    with suppress(OSError):
        found = path.stat()
        return found.st_size, found.st_mtime_ns
    return -1, 0
