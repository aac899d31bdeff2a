"""Export files read in child processes: what a file does to its reader, it does not do to the import.

Each child has a limit of memory, each file one of time and of size. The children are few and live as long as
the import, so that a file costs a message and not a start. Where a process cannot be forked (Windows, macOS)
they are started anew and the memory is not limited.
"""

import ctypes
import faulthandler
import gc
import multiprocessing
import os
import signal
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any

from shopbook.history.whole import cut
from shopbook.read import ExportTable, FileRefused, Problem, read_export
from shopbook.read.problems import blocking
from shopbook.text import catalogue

MEMORY_MB, SECONDS, FILE_MB, UNPACKED_MB = 1000, 55, 256, 512
_ALREADY_MB = 250  # what a child shares with its parent: programs, tables of names
_AHEAD = 8  # answers kept before they are asked for
_PDEATHSIG = 1
_CAN_FORK = sys.platform == "linux"

Answer = ExportTable | tuple[Problem, ...]


@dataclass(frozen=True)
class Job:
    """A file to read, and what `read_export` is told of it."""

    path: Path
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class _Child:
    """A process, our end of its pipe, the place of the job it works on and when it began."""

    process: multiprocessing.process.BaseProcess
    pipe: Connection
    at: int = -1
    since: float = 0.0

    def stop(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


class Readers:
    """Reads files in the order given, some of them ahead; `seen` is told how many were."""

    def __init__(
        self,
        seen: Callable[[int], None] | None = None,
        *,
        seconds: float = SECONDS,
        memory_mb: int = MEMORY_MB,
    ) -> None:
        self._seen, self._count = seen, 0
        self._context = multiprocessing.get_context("fork" if _CAN_FORK else "spawn")
        self._seconds, self._memory_mb = seconds, memory_mb
        self._children: list[_Child] = []

    def __enter__(self) -> "Readers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._children:
            child.stop()
        self._children = []

    def read(self, jobs: Sequence[Job]) -> Iterator[Answer]:
        """The table of each file, or every reason why there is none."""
        answers: dict[int, Answer] = {}
        started = 0
        for at in range(len(jobs)):
            while at not in answers:
                started = self._start(jobs, started, min(len(jobs), at + _AHEAD), answers)
                self._collect(jobs, answers)
            self._count += 1
            if self._seen is not None:
                self._seen(self._count)
            yield answers.pop(at)
        self._forget()

    def _start(self, jobs: Sequence[Job], first: int, last: int, answers: dict[int, Answer]) -> int:
        """Give jobs to idle children, new ones as far as there are cores; the place of the next job."""
        while first < last:
            if problem := _too_large(jobs[first].path):
                answers[first] = (problem,)
                first += 1
                continue
            child = next((each for each in self._children if each.at < 0), None)
            if child is None and len(self._children) < min(os.cpu_count() or 1, len(jobs)):
                child = self._new()
            if child is None:
                break
            try:
                child.pipe.send(jobs[first])
            except OSError:  # it died while it had nothing to do
                self._drop(child)
                continue
            child.at, child.since = first, time.monotonic()
            first += 1
        return first

    def _collect(self, jobs: Sequence[Job], answers: dict[int, Answer]) -> None:
        """Take what the children have ready, waiting for the first; end those that are over their time."""
        busy = {child.pipe: child for child in self._children if child.at >= 0}
        if not busy:
            return
        left = self._seconds - (time.monotonic() - min(child.since for child in busy.values()))
        ready = wait(list(busy), max(left, 0))
        for pipe, child in busy.items():
            if pipe in ready:
                try:
                    answers[child.at] = child.pipe.recv()
                    child.at = -1
                except (EOFError, OSError):  # killed by its limit or by the file
                    answers[child.at] = (_over_memory(self._memory_mb),)
                    self._drop(child)
            elif time.monotonic() - child.since >= self._seconds:
                answers[child.at] = (_over_time(self._seconds),)
                self._drop(child)

    def _forget(self) -> None:
        """End children that read ahead for a caller who asks no more."""
        for child in [each for each in self._children if each.at >= 0]:
            self._drop(child)

    def _new(self) -> _Child:
        catalogue()  # every child would read it for itself
        ours, theirs = self._context.Pipe()
        limit = self._memory_mb if _CAN_FORK else 0
        process = self._context.Process(target=_serve, args=(theirs, limit, os.getpid()), daemon=True)  # type: ignore[attr-defined]
        process.start()
        theirs.close()
        self._children.append(child := _Child(process, ours))
        return child

    def _drop(self, child: _Child) -> None:
        child.stop()
        self._children.remove(child)


def _serve(pipe: Connection, memory_mb: int, parent: int) -> None:
    """The life of a child: a job in, an answer out, until the parent is gone or memory ran out."""
    gc.freeze()  # what the parent had made is not gone through again, so that its pages stay shared
    _quiet()
    if memory_mb:
        _limit(memory_mb, parent)
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(_answer(job))
        except MemoryError:
            os._exit(1)  # the parent tells why; a process that was short of memory is not used again


def _answer(job: Job) -> Answer:
    try:
        if problem := cut(job.path) or _grows(job.path):
            return (problem,)
        return read_export(job.path, **job.about)
    except FileRefused as refused:
        if any(isinstance(each, MemoryError) for each in _causes(refused)):
            raise MemoryError from refused
        return refused.problems
    except OSError as error:
        return (_not_read(error.strerror or str(error), "no_access"),)
    except MemoryError:
        raise
    except Exception as error:  # a fault of the reader is told for this file and stops no other
        return (_not_read(f"{type(error).__name__}: {error}"),)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _quiet() -> None:
    """No word of a parser on the operator's screen, no signal meant for the parent."""
    faulthandler.disable()
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _limit(memory_mb: int, parent: int) -> None:
    """Bound the memory and die with the parent."""
    import resource

    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())  # the others reserve more than they use
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    used = int(_status("VmData").split()[0]) * 1024
    limit = used + (memory_mb - _ALREADY_MB) * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _status(name: str) -> str:
    text = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return next(line.partition(":")[2] for line in text.splitlines() if line.startswith(f"{name}:"))


def _too_large(path: Path) -> Problem | None:
    with suppress(OSError):
        if (size := path.stat().st_size) > FILE_MB * 2**20:
            return blocking(
                "too_large",
                "the file is larger than any export.\n  Found: {size} MB; the limit is {limit} MB\n  What to "
                "do: download fewer days or columns at a time.",
                size=size // 2**20,
                limit=FILE_MB,
            )
    return None


def _grows(path: Path) -> Problem | None:
    """Whether a workbook says of itself that it unpacks to more than any export holds."""
    try:
        with zipfile.ZipFile(path) as package:
            size = sum(entry.file_size for entry in package.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None  # no zip, or a damaged one: its reader says so
    if size <= UNPACKED_MB * 2**20:
        return None
    return blocking(
        "too_large",
        "the workbook unpacks to more than any export holds.\n  Found: {size} MB; the limit is {limit} MB\n  "
        "What to do: download the report again, fewer days or columns at a time.",
        size=size // 2**20,
        limit=UNPACKED_MB,
    )


def _over_memory(limit: int) -> Problem:
    return blocking(
        "over_memory",
        "reading the file takes more memory than any export needs.\n  Found: more than the limit of {limit} "
        "MB, or bytes that end the reader\n  What to do: download the report again, fewer days at a time; if "
        "it was edited, remove cells far outside the table.",
        limit=limit,
    )


def _over_time(limit: float) -> Problem:
    return blocking(
        "over_time",
        "reading the file takes longer than any export needs.\n  Found: more than the limit of {limit} "
        "seconds\n  What to do: download the report again, fewer days at a time.",
        limit=round(limit),
    )


def _not_read(detail: str, code: str = "unreadable") -> Problem:
    return blocking(
        code,
        "the file cannot be opened.\n  Found: {detail}\n  What to do: download the report again; if it was "
        "edited, save it as xlsx or as CSV in UTF-8.",
        detail=detail,
    )
