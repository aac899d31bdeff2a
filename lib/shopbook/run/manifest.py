"""What a report was made from and how its run ended: fingerprints and run.json, the memory of every rerun."""

import contextlib
import datetime as dt
import hashlib
import importlib.metadata
import json
import os
import platform
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import filelock

from shopbook import state
from shopbook.errors import RunError
from shopbook.home import PROJECT, Home
from shopbook.read.exports import UNDATED

RUN_FILE = "run.json"
_HASHES = ".history-hashes.json"


def inputs(home: Home, shop: str, until: str) -> list[dict[str, Any]]:
    """The history of `shop` up to the day `until`, one entry per kind with a hash over its files.

    Kinds without days of their own count whole: the day of such a file is only the day of its import.
    """
    root = home.history / shop
    known = read_json(home.reports / shop / _HASHES)
    seen: dict[str, list[Any]] = {}
    entries = []
    for kind in sorted(path for path in root.glob("*") if path.is_dir()):
        files = sorted(kind.glob("*.parquet"))
        chosen = [file for file in files if kind.name in UNDATED or file.stem <= until]
        for file in files:
            name = f"{kind.name}/{file.name}"
            stat = file.stat()
            seal = [stat.st_size, stat.st_mtime_ns]
            old = known.get(name)
            seen[name] = old if old and old[:2] == seal else [*seal, file_hash(file)]
        if chosen:
            hashes = [seen[f"{kind.name}/{file.name}"][2] for file in chosen]
            together = hashlib.sha256("".join(hashes).encode()).hexdigest()
            entries.append(
                {
                    "kind": kind.name,
                    "files": len(chosen),
                    "first_day": chosen[0].stem,
                    "last_day": chosen[-1].stem,
                    "sha256": together,
                }
            )
    if seen != known:
        with contextlib.suppress(OSError):  # only a shortcut: without it files are hashed again
            write_json(home.reports / shop / _HASHES, seen)
    return entries


def sources(home: Home) -> str:
    """A hash of the package, the rules and the params files: changed code makes reports stale.

    Where files come from (sources.yaml) is no part of what a report says.
    """
    found = {*(PROJECT / "params").rglob("*.yaml"), *(home.root / "params").rglob("*.yaml")}
    params = sorted(path for path in found if path.name != "sources.yaml")
    return _package() + "".join(file_hash(path) for path in params)


@cache
def _package() -> str:
    folder = Path(__file__).resolve().parents[1]
    wanted = (".py", ".po", ".j2", ".css", ".json", ".yaml")
    files = sorted(path for path in folder.rglob("*") if path.suffix in wanted)
    return hashlib.sha256("".join(file_hash(path) for path in files).encode()).hexdigest()


def fingerprint(*parts: Any) -> str:
    """One hash over everything a report depends on."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """sha256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_current(folder: Path, notebook: str, seal: str, files: Iterable[str]) -> bool:
    """Whether the newest run of `notebook` was good, had the same fingerprint and left its files."""
    entry = read_run(folder)["notebooks"].get(notebook, {})
    good = entry.get("status") in ("done", "held") and entry.get("fingerprint") == seal
    return good and all((folder / name).exists() for name in files)


class Claim:
    """The right of one run to write the report of `notebook`; the next run of it takes the right away.

    A run that was given up but lives on (its batch was killed, it was taken for stuck) writes nothing.
    """

    def __init__(self, folder: Path, notebook: str) -> None:
        self.folder = folder
        self.notebook = notebook
        self._file = folder / ".runs" / notebook
        self._token = uuid.uuid4().hex
        with self._turn():
            write_whole(self._file, self._token.encode())

    def publish(self, files: dict[str, bytes]) -> None:
        """Write `files` of the report, all made before the first is replaced."""
        with contextlib.ExitStack() as stack:
            staged = [stack.enter_context(_staged(self.folder / name, what)) for name, what in files.items()]
            stack.enter_context(self._turn())
            self._check()
            for replace in staged:
                replace()

    def record(self, about: dict[str, Any], entry: dict[str, Any]) -> None:
        """Put how the run ended into the family's run.json; other notebooks may be written meanwhile."""
        with self._turn():
            self._check()
            notebooks = {**read_run(self.folder)["notebooks"], self.notebook: entry}
            document = {"schema": 1, **about, "notebooks": dict(sorted(notebooks.items()))}
            write_json(self.folder / RUN_FILE, document)

    def _turn(self) -> filelock.BaseFileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return filelock.FileLock(str(self.folder / f".{RUN_FILE}.lock"))

    def _check(self) -> None:
        if self._file.read_text(encoding="utf-8") != self._token:
            raise OvertakenError("Another run of this report began meanwhile; this one wrote nothing.")


class OvertakenError(RunError):
    """Raised when a run no longer owns the report it made."""


@cache
def versions() -> dict[str, str]:
    """The versions that decide what a notebook shows."""
    names = ("shopbook", "papermill", "nbconvert", "ipykernel", "pandas", "numpy", "pyarrow", "matplotlib")
    found = {"python": platform.python_version()}
    for name in names:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def read_run(folder: Path) -> dict[str, Any]:
    """run.json of a report folder; of a damaged one what can be read, `notebooks` always records by name."""
    found = read_json(folder / RUN_FILE)
    kept = found.get("notebooks")
    entries = kept.items() if isinstance(kept, dict) else ()
    return {**found, "notebooks": {name: entry for name, entry in entries if isinstance(entry, dict)}}


def write_json(path: Path, content: Any) -> None:
    """Write JSON so that a reader sees the old or the new file, never half of one."""
    write_whole(path, json.dumps(content, ensure_ascii=False, indent=1).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name, flush it and rename it."""
    with _staged(path, content) as replace:
        replace()


@contextlib.contextmanager
def _staged(path: Path, content: bytes) -> Iterator[Callable[[], None]]:
    """`content` under a temporary name, flushed, and the call that renames it; else it is removed again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # The file's mode is the umask's: a report may be for a web server, or for nobody else.
    temporary = path.with_name(f".{path.name[:40]}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield lambda: os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def now() -> str:
    """The running moment, to the second, in UTC."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def read_json(path: Path) -> dict[str, Any]:
    """A document of the machine's own; empty when there is none that can be read."""
    return state.read_document(path)
