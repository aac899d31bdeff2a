"""The drop folder: every file of data/inbox/<shop>/ into the history, or a reason beside it."""

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock

from shopbook.columns import load_yaml
from shopbook.errors import HistoryError, ParamsError, WorkbookError
from shopbook.history.ledger import Entry, Ledger
from shopbook.history.store import Store
from shopbook.home import Home
from shopbook.read import ExportTable, FileRefused, Problem, read_export
from shopbook.read.exports import PARTS
from shopbook.read.names import file_name
from shopbook.read.problems import blocking, info

Status = Literal["accepted", "refused", "unchanged"]
REASON = ".reason.txt"
_NOT_EXPORTS = (REASON, ".yaml", ".yml", ".tmp", ".part", ".crdownload", ".download")
_LOCK_SECONDS = 600


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
    """A file and its table; no table when it was refused."""

    path: Path
    table: ExportTable | None
    problems: tuple[Problem, ...]

    @property
    def covers(self) -> tuple:
        """Report, days and parts: two files with the same are two downloads of one thing."""
        assert self.table is not None
        frame = self.table.frame
        keys = ["date", *PARTS.get(self.table.kind, ())]
        parts = frame[[name for name in keys if name in frame]].drop_duplicates()
        return self.table.kind, self.table.report, frozenset(map(tuple, parts.to_numpy().tolist()))


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
    groups = _grouped(home, shop, chosen)
    stamp = now.isoformat(timespec="seconds") if now else today.isoformat()
    found: list[Ingested] = []
    for each, paths in sorted(groups.items()):
        found += _Shop(home, each, today, said, stamp).take(paths)
    return found


def _grouped(home: Home, shop: str, files: Sequence[Path]) -> dict[str, list[Path]]:
    """The files of each shop; a file outside the inbox belongs to the named shop."""
    if not files:
        return {name: _waiting(home.inbox / name) for name in ([shop] if shop else _shops(home.inbox))}
    groups: dict[str, list[Path]] = {}
    for path in files:
        owner = shop or _owner(home.inbox, path)
        if not owner:
            raise ParamsError("{file}: say which shop this file belongs to (--shop).", file=path.name)
        if not path.is_file():
            raise ParamsError("{file}: no such file.", file=str(path))
        groups.setdefault(owner, []).append(path)
    return groups


def _shops(inbox: Path) -> list[str]:
    if not inbox.is_dir():
        return []
    return sorted(path.name for path in inbox.iterdir() if path.is_dir() and not path.name.startswith("."))


def _owner(inbox: Path, path: Path) -> str:
    resolved, base = path.resolve(), inbox.resolve()
    return resolved.parent.name if resolved.parent.parent == base else ""


def _waiting(folder: Path) -> list[Path]:
    """The exports of a drop folder; lock files of spreadsheet programs and unfinished downloads are not."""
    if not folder.is_dir():
        return []
    return [
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith((".", "~$")) and not path.name.endswith(_NOT_EXPORTS)
    ]


class _Shop:
    """One shop's intake, under its lock."""

    def __init__(self, home: Home, shop: str, today: dt.date, said: Said, stamp: str) -> None:
        self.home, self.shop, self.today, self.said, self.stamp = home, shop, today, said, stamp
        self.store = Store(home.history)
        self.raw = home.raw / shop
        self.names: tuple[str, ...] = ()

    def take(self, paths: Sequence[Path]) -> list[Ingested]:
        """Every file, oldest download first, so that the newest of one day wins."""
        if not paths:
            return []
        self.store.kinds(self.shop)  # an impossible shop id stops here, before any folder is made
        self.raw.mkdir(parents=True, exist_ok=True)
        with FileLock(self.raw / ".lock", timeout=_LOCK_SECONDS):
            self.ledger = Ledger(self.raw / "ledger.jsonl")
            self.names = self._known_names()
            done: list[Ingested] = []
            for group in _downloads(paths):
                done += self._one(group[0]) if len(group) == 1 else self._copies(group)
            for kind in {each.kind for each in done if each.status == "accepted"}:
                self.store.copy_months(self.shop, kind)
            return done

    def _known_names(self) -> tuple[str, ...]:
        """The names the shop's files carry: learned from its first file, or written in its params file."""
        learned = self.ledger.shop_name
        if not learned:
            return ()
        own = self.home.params(f"shops/{self.shop}.yaml")
        return (learned, str(load_yaml(own).get("name", learned)) if own.is_file() else learned)

    def _one(self, path: Path) -> list[Ingested]:
        return [self._settle(self._read(path))]

    def _copies(self, group: Sequence[Path]) -> list[Ingested]:
        """Downloads that differ in their copy number: of those that cover the same, the newest is used."""
        newest: dict[tuple, _Read] = {}
        done = []
        for each in map(self._read, reversed(group)):
            if each.table is None:
                done.append(self._settle(each))
            elif each.covers in newest:
                used = newest[each.covers].path.name
                note = info("duplicate_download", "an older download of {file}, which was used.", file=used)
                done.append(self._archived(each, "unchanged", problems=(note,)))
            else:
                newest[each.covers] = each
        return [self._settle(each) for each in reversed(newest.values())] + done

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

    def _settle(self, read: _Read) -> Ingested:
        if read.table is None:
            return self._refuse(read)
        try:
            written = self.store.write(self.shop, read.table, now=self.stamp)
        except (WorkbookError, OSError) as error:
            return self._refuse(_Read(read.path, None, (_failed(error),)))
        except Exception as error:  # whatever a table can do to the store, the operator gets a sentence
            return self._refuse(_Read(read.path, None, (_failed(error),)))
        status: Status = "accepted" if written.changed else "unchanged"
        self.names = self.names or tuple(name for name in (read.table.provenance.shop_name,) if name)
        days = written.days if written.changed else written.unchanged
        return self._archived(read, status, days, written.restated_days, read.problems)

    def _refuse(self, read: _Read) -> Ingested:
        """Leave the file and write why beside it."""
        refused = FileRefused(read.path.name, read.problems)
        with suppress(OSError):  # a read-only folder still gets its answer on the screen
            read.path.with_name(read.path.name + REASON).write_text(f"{refused}\n", encoding="utf-8")
        return Ingested(read.path.name, self.shop, "", "refused", problems=read.problems)

    def _archived(
        self,
        read: _Read,
        status: Status,
        days: tuple[dt.date, ...] = (),
        restated: tuple[dt.date, ...] = (),
        problems: tuple[Problem, ...] = (),
    ) -> Ingested:
        """Keep the raw file by its content hash; the ledger is written before the file leaves the inbox."""
        table = read.table
        assert table is not None
        told = table.provenance
        entry = Entry(
            told.sha256,
            read.path.name,
            table.kind,
            tuple(map(str, days)),
            self.stamp,
            len(table.frame),
            status,
            told.shop_name,
        )
        self.ledger.add(entry)
        self._keep(read.path, told.sha256)
        read.path.with_name(read.path.name + REASON).unlink(missing_ok=True)
        return Ingested(read.path.name, self.shop, table.kind, status, days, restated, problems)

    def _keep(self, path: Path, sha256: str) -> None:
        kept = self.raw / f"{sha256[:16]}-{path.name}"
        is_ours = self.home.inbox.resolve() in path.resolve().parents
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


def _downloads(paths: Sequence[Path]) -> list[list[Path]]:
    """Files by download name without copy number, each group and the groups from oldest to newest."""
    ordered = sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name))
    groups: dict[tuple[Path, str], list[Path]] = {}
    for path in ordered:
        groups.setdefault((path.parent, file_name(path.name).stem), []).append(path)
    return list(groups.values())


def _failed(error: Exception) -> Problem:
    detail = str(error) if isinstance(error, HistoryError) else f"{type(error).__name__}: {error}"
    return blocking(
        "not_stored",
        "the file was read and could not be stored ({detail}).\n  Found: the history is "
        "as it was\n  What to do: check "
        "the disk and run shopbook doctor, then import again.",
        detail=detail,
    )
