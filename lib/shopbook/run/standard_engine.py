"""Papermill's own engine with the limits of the warm one: whole time, memory, an end with whoever asked."""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import psutil
from nbformat import NotebookNode
from papermill.engines import NBClientEngine
from traitlets.config import Config

from papermill_warm.errors import KernelDiedError, NotebookTimeoutError
from shopbook.run.job import Limits

LINUX = sys.platform.startswith("linux")
if LINUX:
    from papermill_warm.child import adopt_orphans

_CHECK_SECONDS = 0.5
_MB = 1 << 20


def run(notebook: NotebookNode, folder: str, env: dict[str, str], limits: Limits) -> None:
    """Run the cells in a standard kernel; what it started is ended with it, whatever happens."""
    with _environment(env), _Guard(limits) as guard:
        try:
            NBClientEngine.execute_notebook(
                notebook,
                "python3",
                progress_bar=False,
                execution_timeout=limits.cell_seconds or None,
                resources={"metadata": {"path": folder}},
                config=Config(KernelManager={"transport_encryption": "auto"}),
                shutdown_kernel="immediate",
            )
        except Exception as error:
            raise guard.reason or error from error


class _Guard:
    """Watches the processes that the kernel is and starts, in a thread of the worker."""

    def __init__(self, limits: Limits) -> None:
        self.reason: Exception | None = None
        self._limits = limits
        self._until = time.monotonic() + limits.seconds if limits.seconds else float("inf")
        self._parent = os.getppid()
        if LINUX:
            adopt_orphans()  # what a kernel leaves behind becomes ours to end
        self._known = set(_descendants())
        self._seen: set[psutil.Process] = set()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="notebook-limits", daemon=True)

    def __enter__(self) -> "_Guard":
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._done.set()
        self._thread.join()
        self._look()
        _kill(self._seen)

    def _watch(self) -> None:
        while not self._done.wait(_CHECK_SECONDS):
            self._look()
            if os.getppid() != self._parent:  # the batch is gone: nobody waits for this notebook
                _kill(self._seen)
                os._exit(1)
            self.reason = self.reason or self._excess()
            if self.reason is not None:
                _kill(self._seen)

    def _look(self) -> None:
        """Remember what was started: a process whose parent died hides from the next look."""
        self._seen |= set(_descendants()) - self._known

    def _excess(self) -> Exception | None:
        if time.monotonic() >= self._until:
            return NotebookTimeoutError("time", seconds=f"{self._limits.seconds:g}")
        used = sum(_private_bytes(process) for process in self._seen) / _MB
        if self._limits.memory_mb and used > self._limits.memory_mb:
            return KernelDiedError("memory", used=round(used), most=self._limits.memory_mb)
        return None


def end_tree(pid: int) -> None:
    """Kill a process and everything it started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        _kill({process, *process.children(recursive=True)})


def _descendants() -> list[psutil.Process]:
    return list(psutil.Process().children(recursive=True))


def _private_bytes(process: psutil.Process) -> int:
    """Resident memory that is the process's own, 0 for one that has ended; shared libraries do not count."""
    with contextlib.suppress(psutil.Error):
        memory: Any = process.memory_info()
        return int(memory.rss - getattr(memory, "shared", 0))
    return 0


def _kill(processes: set[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Variables a standard kernel inherits; a worker runs one notebook at a time: nobody else sees them."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
