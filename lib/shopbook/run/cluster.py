"""Many machines: a batch over dask.distributed, with a warm process and its workers on every machine.

History and reports lie on a folder every machine sees under the same path. run.json is the manifest: a second
submission runs only what has no good report of the same inputs.
"""

import atexit
import threading
from collections.abc import Callable, Iterable, Iterator
from queue import Queue
from typing import Any

from rich.console import Console

from shopbook.errors import RunError
from shopbook.run import notebook
from shopbook.run.batch import with_inputs
from shopbook.run.batch_result import BatchResult, progress
from shopbook.run.job import Limits, NotebookJob, NotebookResult
from shopbook.run.workers import Pool, chosen_engine
from shopbook.text import tr

ATTEMPTS = 3
CONNECT_SECONDS = 20.0


def run_cluster(
    jobs: Iterable[NotebookJob],
    address: str,
    *,
    engine: str = "",
    limits: Limits | None = None,
    console: Console | None = None,
) -> BatchResult:
    """Run `jobs` on the workers of the scheduler at `address`, such as tcp://host:8786.

    A worker machine that dies gives its notebooks to the others. A notebook that takes `ATTEMPTS` dask
    workers with it ends as failed, by name.
    """
    client = _client(address)
    order = list(jobs)
    found: dict[int, NotebookResult] = {}
    try:
        with progress(len(order), console) as show:
            todo = with_inputs(order)
            for number in [number for number, job in todo.items() if notebook.is_current(job)]:
                found[number] = NotebookResult(todo.pop(number), "skipped")
                show(found[number])
            for number, result in _submitted(client, todo, chosen_engine(engine), limits or Limits()):
                found[number] = result
                show(result)
    finally:
        client.close()
    return BatchResult(tuple(found[number] for number in range(len(order))))


def _submitted(
    client: Any, todo: dict[int, NotebookJob], engine: str, limits: Limits
) -> Iterator[tuple[int, NotebookResult]]:
    """Results as they come; a job whose workers died is failed and recorded here."""
    from distributed import as_completed

    client.run_on_scheduler(_allow_failures, ATTEMPTS - 1)
    futures = {
        client.submit(run_here, job, engine, limits, key=f"{job.label}-{number}", pure=False): number
        for number, job in todo.items()
    }
    for future in as_completed(futures):
        number = futures[future]
        try:
            yield number, future.result()
        except Exception as error:
            yield number, _failed(todo[number], engine, error)


def _failed(job: NotebookJob, engine: str, error: Exception) -> NotebookResult:
    def reason() -> str:
        if type(error).__name__ == "KilledWorker":
            return tr("its worker machine died {count} times", count=ATTEMPTS)
        return f"{type(error).__name__}: {error}"[:300]

    return notebook.failure(job, engine, reason)


def _allow_failures(count: int, dask_scheduler: Any = None) -> None:
    """How many dead workers a task may leave behind; the scheduler's own default is three."""
    dask_scheduler.allowed_failures = count


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise RunError('--cluster needs an extra package: run `pip install "dask[distributed]"`.') from error
    try:
        return Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise RunError(
            "The cluster {address} does not answer: {reason}", address=address, reason=error
        ) from error


class _Local:
    """The pools of one dask worker process, one worker each: threads never share a pool."""

    def __init__(self) -> None:
        self._free: Queue[Pool] = Queue()
        self._turn = threading.Lock()
        self._made: list[Pool] = []

    def with_pool(self, engine: str, use: Callable[[Pool], NotebookResult]) -> NotebookResult:
        with self._turn:
            pool = self._free.get() if not self._free.empty() else self._new(engine)
        try:
            return use(pool)
        finally:
            self._free.put(pool)

    def close(self) -> None:
        for pool in self._made:
            pool.close()

    def _new(self, engine: str) -> Pool:
        zygote = self._made[0].zygote if self._made else None
        pool = Pool(engine, 1, zygote=zygote)
        self._made.append(pool)
        return pool


_local = _Local()
atexit.register(_local.close)


def run_here(job: NotebookJob, engine: str, limits: Limits) -> NotebookResult:
    """Run one notebook on this machine, in a worker forked from its warm process, never from dask's own."""

    def use(pool: Pool) -> NotebookResult:
        for _attempt in range(ATTEMPTS):
            [worker] = pool.idle()
            worker.give(job, engine, limits)
            while not (ended := pool.ended(1.0)):
                for stuck in pool.overdue():
                    pool.drop(stuck)
                    return notebook.failure(job, engine, lambda: tr("its worker did not answer any more"))
            result = ended[0][1]
            if result is not None:
                worker.job = None
                return result
        return notebook.failure(job, engine, lambda: tr("its worker died {count} times", count=ATTEMPTS))

    return _local.with_pool(engine, use)
