"""The processes of a batch: forked from a warm process on Linux, spawned and pre-imported elsewhere."""

import multiprocessing
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from papermill_warm import zygote_client
from shopbook.errors import ParamsError
from shopbook.run import batch_worker, warm_up
from shopbook.run.job import ENGINES, Limits, NotebookJob, NotebookResult

WORKER = "shopbook.run.batch_worker:work"
LINUX = sys.platform.startswith("linux")
_SPARE_SECONDS = 60.0  # a worker ends its notebook itself; this much later the worker is taken for stuck


def chosen_engine(name: str = "") -> str:
    """The engine asked for; by default `warm` on Linux, else papermill's own in pre-imported workers."""
    if name and name not in ENGINES:
        raise ParamsError("--engine {found!r} is not one of {known}.", found=name, known=", ".join(ENGINES))
    if name == "warm" and not LINUX:
        raise ParamsError("The engine warm needs Linux; use --engine papermill.")
    return name or ("warm" if LINUX else "papermill")


def begin(engine: str) -> None:
    """Let the warm process of a coming batch import while the batch is being planned."""
    if chosen_engine(engine) == "warm":
        zygote_client.begin(warm_up.FUNCTION)


@dataclass
class Worker:
    """One process and the job it has."""

    connection: Any
    process: Any
    job: NotebookJob | None = None
    deadline: float = float("inf")

    def give(self, job: NotebookJob, engine: str, limits: Limits) -> None:
        """Hand over a job; a dead worker is noticed when its end is read."""
        self.job = job
        self.deadline = time.monotonic() + limits.seconds + _SPARE_SECONDS if limits.seconds else float("inf")
        try:
            self.connection.send((job, engine, limits))
        except OSError:
            return

    def close(self) -> None:
        """End the process and whatever it runs."""
        self.connection.close()
        if isinstance(self.process, zygote_client.Fork):
            self.process.close()
        else:
            from shopbook.run.standard_engine import end_tree

            end_tree(self.process.pid)
            self.process.join()


@dataclass
class Pool:
    """Workers that are replaced when they die, and the warm process they come from."""

    engine: str
    size: int
    more: Sequence[tuple[str, Mapping[str, Any]]] = ()
    workers: list[Worker] = field(default_factory=list)
    zygote: zygote_client.Zygote | None = None

    def idle(self) -> list[Worker]:
        """Workers without a job, started up to `size`."""
        while len(self.workers) < self.size:
            self.workers.append(self._start())
        return [worker for worker in self.workers if worker.job is None]

    def ended(self, timeout: float) -> list[tuple[Worker, NotebookResult | None]]:
        """Workers that ended a job within `timeout` seconds, with the result; None when the worker died."""
        busy = {worker.connection: worker for worker in self.workers if worker.job is not None}
        found: list[tuple[Worker, NotebookResult | None]] = []
        for connection in wait(list(busy), timeout):
            worker = busy[connection]
            try:
                found.append((worker, worker.connection.recv()))
            except (EOFError, OSError):
                self.drop(worker)
                found.append((worker, None))
        return found

    def overdue(self) -> list[Worker]:
        """Workers that should have ended their notebook themselves, long ago."""
        now = time.monotonic()
        return [worker for worker in self.workers if worker.job is not None and now > worker.deadline]

    def drop(self, worker: Worker) -> None:
        """End a worker; another takes its place when one is needed."""
        worker.close()
        self.workers.remove(worker)

    def close(self) -> None:
        """End everything."""
        for worker in list(self.workers):
            self.drop(worker)
        if self.zygote is not None:
            self.zygote.close()
            self.zygote = None

    def _start(self) -> Worker:
        if self.engine == "warm":
            return self._fork()
        here, there = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(
            target=batch_worker.work, args=(there,), daemon=True
        )
        process.start()
        there.close()
        return Worker(here, process)

    def _fork(self) -> Worker:
        for attempt in (1, 2):
            if self.zygote is None or not self.zygote.alive:
                self.zygote = zygote_client.start(warm_up.FUNCTION)
                for function, arguments in self.more:
                    self.zygote.call(function, **arguments)
            try:
                fork = self.zygote.fork({"op": "worker", "function": WORKER})
                return Worker(Connection(os.dup(fork.connection.fileno())), fork)
            except zygote_client.WarmProcessError:
                self.zygote.close()
                if attempt == 2:
                    raise
        raise zygote_client.WarmProcessError("the warm process could not be started twice")

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()
