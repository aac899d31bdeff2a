"""The drop folder: every file of data/inbox/<shop>/ into the history, or a reason beside it."""

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from shopbook.columns import load_yaml
from shopbook.errors import HistoryError
from shopbook.history.ledger import Entry, Ledger
from shopbook.history.store import Imported, Store
from shopbook.history.waiting import REASON, downloads, grouped
from shopbook.home import Home
from shopbook.read import ExportTable, FileRefused, Problem, read_export
from shopbook.read.exports import PARTS
from shopbook.read.problems import blocking, info
from shopbook.read.values import listed

Status = Literal["accepted", "refused", "unchanged"]
_LOCK_SECONDS = 600
# Files are stored together up to this many rows, which bounds the memory they take.
_ROWS_AT_ONCE = 300_000


@dataclass(frozen=True)
class Ingested:
    """What became of one file."""

    file: str
    shop: str
    kind: str
    status: Status
    days: tuple[dt.date, ...] = ()
    restated_days: tuple[dt.date, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Read:
    """A file and its table; no table when it was refused. An older download is kept and not stored."""

    path: Path
    table: ExportTable | None
    problems: tuple[Problem, ...]
    is_older: bool = False

    @property
    def covers(self) -> tuple[str, str, frozenset[tuple[Any, ...]]]:
        """Report, days and parts: two files with the same are two downloads of one thing."""
        assert self.table is not None
        keys = ["date", *PARTS.get(self.table.kind, ())]
        parts = [listed(self.table.values[name]) for name in keys if name in self.table.values]
        return self.table.kind, self.table.report, frozenset(zip(*parts, strict=True) if parts else [()])


@dataclass(frozen=True)
class Said:
    """What the operator says about files that do not say it themselves."""

    item_id: str = ""
    day: dt.date | None = None
    attribution_days: int | None = None


def ingest(
    home: Home,
    *,
    shop: str = "",
    files: Iterable[Path | str] = (),
    today: dt.date,
    said: Said = Said(),
    now: dt.datetime | None = None,
) -> list[Ingested]:
    """Take in the files of the inbox (of `shop`, else of every shop) or `files`; refusals touch no history.

    An accepted file of the inbox moves to data/raw/<shop>/, one from elsewhere is copied there. The
    ledger carries `now`.
    """
    chosen = [Path(file) for file in files]
    groups = grouped(home, shop, chosen)
    stamp = now.isoformat(timespec="seconds") if now else today.isoformat()
    found: list[Ingested] = []
    for each, paths in sorted(groups.items()):
        found += _Shop(home, each, today, said, stamp).take(paths)
    return found


class _Shop:
    """One shop's intake, under its lock."""

    def __init__(self, home: Home, shop: str, today: dt.date, said: Said, stamp: str) -> None:
        self.home, self.shop, self.today, self.said, self.stamp = home, shop, today, said, stamp
        self.store = Store(home.history)
        self.raw = home.raw / shop
        self.inbox = home.inbox.resolve()
        self.names: tuple[str, ...] = ()
        self.done: list[Ingested] = []
        # Read and not stored yet: the days of many files are written, flushed and renamed together.
        self.waiting: list[_Read] = []
        self.claimed: dict[str, set[tuple[Any, ...]]] = {}
        self.rows = 0

    def take(self, paths: Sequence[Path]) -> list[Ingested]:
        """Every file, oldest download first, so that the newest of one day wins."""
        if not paths:
            return []
        self.store.kinds(self.shop)  # an impossible shop id stops here, before any folder is made
        self.raw.mkdir(parents=True, exist_ok=True)
        with FileLock(self.raw / ".lock", timeout=_LOCK_SECONDS):
            self.ledger = Ledger(self.raw / "ledger.jsonl")
            self.names = self._known_names()
            for group in downloads(paths):
                if len(group) == 1:
                    self._settle(self._read(group[0]))
                else:
                    self._copies(group)
            self._store()
            for kind in {each.kind for each in self.done if each.status == "accepted"}:
                self.store.copy_months(self.shop, kind)
            return self.done

    def _known_names(self) -> tuple[str, ...]:
        """The names the shop's files carry: learned from its first file, or written in its params file."""
        learned = self.ledger.shop_name
        if not learned:
            return ()
        own = self.home.params(f"shops/{self.shop}.yaml")
        return (learned, str(load_yaml(own).get("name", learned)) if own.is_file() else learned)

    def _copies(self, group: Sequence[Path]) -> None:
        """Downloads that differ in their copy number: of those that cover the same, the newest is used."""
        newest: dict[tuple[Any, ...], _Read] = {}
        others = []
        for each in map(self._read, reversed(group)):
            if each.table is None:
                others.append(each)
            elif each.covers in newest:
                used = newest[each.covers].path.name
                note = info("duplicate_download", "an older download of {file}, which was used.", file=used)
                others.append(replace(each, problems=(note,), is_older=True))
            else:
                newest[each.covers] = each
        for each in (*reversed(newest.values()), *others):
            self._settle(each)

    def _read(self, path: Path) -> _Read:
        try:
            table = read_export(
                path,
                shop=self.shop,
                today=self.today,
                item_id=self.said.item_id,
                day=self.said.day,
                attribution_days=self.said.attribution_days,
                shop_names=self.names,
            )
        except FileRefused as refused:
            return _Read(path, None, refused.problems)
        except OSError as error:
            return _Read(path, None, (_failed(error),))
        return _Read(path, table, table.problems)

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
            self.names = self.names or tuple(name for name in (read.table.provenance.shop_name,) if name)
        self.waiting.append(read)
        self.rows += read.table.height if read.table else 0
        if self.rows > _ROWS_AT_ONCE:
            self._store()

    def _store(self) -> None:
        """Store the files in line: their days, their ledger lines, then the files themselves."""
        reads, self.waiting, self.claimed, self.rows = self.waiting, [], {}, 0
        due = [each for each in reads if each.table is not None and not each.is_older]
        try:
            tables = [each.table for each in due if each.table]
            written: list[Imported | Problem] = [*self.store.write_all(self.shop, tables, now=self.stamp)]
        except Exception:  # one of them cannot be stored: alone, each gets its own answer
            written = [self._alone(each) for each in due]
        found = dict(zip(map(id, due), written, strict=True))
        outcomes = [self._outcome(each, found.get(id(each))) for each in reads]
        if entries := [entry for _, entry in outcomes if entry is not None]:
            self.ledger.add(*entries)
        for read, (outcome, entry) in zip(reads, outcomes, strict=True):
            if entry is not None:
                self._keep(read.path, entry.sha256)
                read.path.with_name(read.path.name + REASON).unlink(missing_ok=True)
            self.done.append(outcome)

    def _alone(self, read: _Read) -> Imported | Problem:
        assert read.table is not None
        try:
            return self.store.write(self.shop, read.table, now=self.stamp)
        except Exception as error:  # whatever a table can do to the store, the operator gets a sentence
            return _failed(error)

    def _outcome(self, read: _Read, written: Imported | Problem | None) -> tuple[Ingested, Entry | None]:
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
        outcome = Ingested(read.path.name, self.shop, kind, status, days, restated, read.problems)
        entry = Entry(
            told.sha256,
            read.path.name,
            kind,
            tuple(map(str, days)),
            self.stamp,
            read.table.height,
            status,
            told.shop_name,
        )
        return outcome, entry

    def _refuse(self, read: _Read) -> Ingested:
        """Leave the file and write why beside it."""
        refused = FileRefused(read.path.name, read.problems)
        with suppress(OSError):  # a read-only folder still gets its answer on the screen
            read.path.with_name(read.path.name + REASON).write_text(f"{refused}\n", encoding="utf-8")
        return Ingested(read.path.name, self.shop, "", "refused", problems=read.problems)

    def _keep(self, path: Path, sha256: str) -> None:
        """Keep the raw file by its content hash."""
        kept = self.raw / f"{sha256[:16]}-{path.name}"
        is_ours = self.inbox in path.resolve().parents
        beside = path.with_name(
            path.name + ".yaml"
        )  # what it says belongs to this download, not to the next one
        if is_ours and beside.is_file():
            beside.replace(kept.with_name(kept.name + ".yaml"))
        if kept.exists() and hashlib.sha256(kept.read_bytes()).hexdigest() == sha256:
            if is_ours:
                path.unlink()
        elif is_ours:
            with suppress(OSError):
                os.replace(path, kept)
                return
            shutil.move(path, kept)
        else:
            shutil.copy2(path, kept)


def _failed(error: Exception) -> Problem:
    detail = str(error) if isinstance(error, HistoryError) else f"{type(error).__name__}: {error}"
    return blocking(
        "not_stored",
        "the file was read and could not be stored ({detail}).\n  Found: the history is "
        "as it was\n  What to do: check "
        "the disk and run shopbook doctor, then import again.",
        detail=detail,
    )
