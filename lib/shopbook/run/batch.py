"""Run many notebooks: longest first, in a pool of workers; a failure is a result and the batch goes on."""

import contextlib
import dataclasses
import os
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Any

from rich.console import Console

from shopbook.run import manifest, notebook, warm_up
from shopbook.run.batch_result import BatchResult, progress
from shopbook.run.job import FACADES, Limits, NotebookJob, NotebookResult
from shopbook.run.workers import Pool, Worker, chosen_engine
from shopbook.text import tr

ATTEMPTS = 3  # a worker killed from outside is no fault of the notebook; one that kills every worker is
_DURATIONS = ".durations.json"
_WAIT_SECONDS = 1.0


def run_batch(
    jobs: Iterable[NotebookJob],
    *,
    jobs_parallel: int = 0,
    engine: str = "",
    limits: Limits | None = None,
    console: Console | None = None,
    on_result: Callable[[NotebookResult], None] | None = None,
    meanwhile: Callable[[], object] = tuple,
) -> BatchResult:
    """Run `jobs` in `jobs_parallel` processes (0 = one per core) and return every result.

    `console` gets the progress display; `on_result` is called as each notebook ends, `meanwhile` once, while
    the first notebooks load. Ending this process
    ends its workers; what was finished stays, and a rerun does only the rest.
    """
    order = list(jobs)
    todo = with_inputs(order)
    found: dict[int, NotebookResult] = {}
    with progress(len(order), console) as show:

        def end(number: int, result: NotebookResult) -> None:
            found[number] = result
            show(result)
            if on_result is not None:
                on_result(result)

        for number, job in list(todo.items()):
            if notebook.is_current(job):
                end(number, NotebookResult(todo.pop(number), "skipped"))
        if todo:
            size = min(jobs_parallel or os.cpu_count() or 1, len(todo))
            more = warm_up.more({job.family for job in todo.values()}, len(todo))
            with Pool(chosen_engine(engine), size, more) as pool:
                _Run(pool, limits or Limits(), together(todo), end).loop(meanwhile)
    result = BatchResult(tuple(found[number] for number in range(len(order))))
    _remember_durations(result)
    return result


class _Run:
    """The loop of one batch: give jobs, take results, replace the dead."""

    def __init__(
        self,
        pool: Pool,
        limits: Limits,
        todo: dict[int, NotebookJob],
        end: Callable[[int, NotebookResult], None],
    ) -> None:
        self._pool = pool
        self._limits = limits
        self._end = end
        self._jobs = todo
        self._loads = {number: _loads(job) for number, job in todo.items()}
        self._loaded: dict[int, Hashable] = {}
        self._queue = _in_turn(todo, self._loads)
        self._after = _day_before(todo)
        self._given: dict[int, int] = {}
        self._attempts = dict.fromkeys(todo, 0)

    def loop(self, meanwhile: Callable[[], object] = tuple) -> None:
        """Until every job has ended; `meanwhile` is called once, when the first ones are given."""
        while self._queue or self._given:
            for worker in self._pool.idle() if self._queue else []:
                if ready := self._ready():
                    number = self._next(worker, ready)
                    self._queue.remove(number)
                    self._given[id(worker)] = number
                    self._attempts[number] += 1
                    worker.give(self._jobs[number], self._pool.engine, self._limits)
            meanwhile, this_once = tuple, meanwhile
            this_once()
            for worker, result in self._pool.ended(_WAIT_SECONDS):
                number = self._given.pop(id(worker))
                worker.job = None
                if result is None:
                    self._worker_died(number)
                else:
                    self._end(number, dataclasses.replace(result, attempts=self._attempts[number]))
            for worker in self._pool.overdue():
                self._pool.drop(worker)
                self._fail(self._given.pop(id(worker)), lambda: tr("its worker did not answer any more"))

    def _ready(self) -> list[int]:
        """Jobs that wait for no earlier day of their own: a day looks at what the one before it published."""
        open_jobs = {*self._queue, *self._given.values()}
        return [number for number in self._queue if self._after.get(number) not in open_jobs]

    def _next(self, worker: Worker, ready: list[int]) -> int:
        """A job that loads what the worker's last one did, else what no other worker has; else the first."""
        mine = self._loaded.get(id(worker))
        others = {self._loads[number] for number in self._given.values()}
        same = (number for number in ready if self._loads[number] == mine)
        free = (number for number in ready if self._loads[number] not in others)
        number = next(same, next(free, ready[0]))
        self._loaded[id(worker)] = self._loads[number]
        return number

    def _worker_died(self, number: int) -> None:
        """The job goes back to the end of the queue until it has taken too many workers with it."""
        if self._attempts[number] < ATTEMPTS:
            self._queue.append(number)
        else:
            self._fail(number, lambda: tr("its worker died {count} times", count=ATTEMPTS))

    def _fail(self, number: int, reason: Callable[[], str]) -> None:
        result = notebook.failure(self._jobs[number], self._pool.engine, reason, self._attempts[number])
        self._end(number, result)


def with_inputs(jobs: list[NotebookJob]) -> dict[int, NotebookJob]:
    """Jobs with the hashes of their history, read once per shop and day, and of the package, read once."""
    read: dict[tuple[str, str], tuple[dict[str, Any], ...]] = {}
    sources: dict[Path, str] = {}
    numbered = {}
    for number, job in enumerate(jobs):
        key = (job.shop, job.date)
        if job.inputs is None and key not in read:
            read[key] = tuple(manifest.inputs(job.home, job.shop, job.date))
        if job.home.root not in sources:
            sources[job.home.root] = manifest.sources(job.home)
        inputs = read[key] if job.inputs is None else job.inputs
        numbered[number] = dataclasses.replace(job, inputs=inputs, sources=sources[job.home.root])
    return numbered


def together(jobs: dict[int, NotebookJob]) -> dict[int, NotebookJob]:
    """Jobs that know which others of them load the same."""
    groups: dict[Hashable, list[str]] = {}
    for job in jobs.values():
        groups.setdefault(_loads(job), []).append(job.name)
    return {
        number: dataclasses.replace(job, together=tuple(names))
        if len(names := groups[_loads(job)]) > 1
        else job
        for number, job in jobs.items()
    }


def _loads(job: NotebookJob) -> Hashable:
    """What a job loads: the same for the notebooks of a family, shop and day; else its own."""
    if job.family not in FACADES:
        return job.label
    return job.home, job.family, job.shop, job.date, job.lang, manifest.fingerprint(job.parameters)


def _day_before(jobs: dict[int, NotebookJob]) -> dict[int, int]:
    """For every job the number of the same notebook's newest earlier day among `jobs`."""
    found: dict[int, int] = {}
    newest: dict[Hashable, int] = {}
    for number, job in sorted(jobs.items(), key=lambda entry: entry[1].date):
        key = job.home, job.family, job.name, job.shop, job.campaign
        if key in newest:
            found[number] = newest[key]
        newest[key] = number
    return found


def _in_turn(jobs: dict[int, NotebookJob], loads: dict[int, Hashable]) -> list[int]:
    """Numbers of jobs, those that load the same one after the other; longest first, the groups as well."""
    seconds = {number: _expected_seconds(job) for number, job in jobs.items()}
    whole: dict[Hashable, float] = {}
    for number in jobs:
        whole[loads[number]] = whole.get(loads[number], 0.0) + seconds[number]
    place = {group: rank for rank, group in enumerate(sorted(whole, key=lambda group: -whole[group]))}
    return sorted(jobs, key=lambda number: (place[loads[number]], -seconds[number]))


def _expected_seconds(job: NotebookJob) -> float:
    """How long the notebook took last time; unknown ones come first."""
    return float(manifest.read_json(job.home.reports / _DURATIONS).get(f"{job.family}/{job.name}", 1e9))


def _remember_durations(result: BatchResult) -> None:
    took = {f"{r.job.family}/{r.job.name}": round(r.seconds, 2) for r in result.results if r.status == "done"}
    if took:
        path: Path = result.results[0].job.home.reports / _DURATIONS
        with contextlib.suppress(OSError):  # only for the order of the next run
            manifest.write_json(path, {**manifest.read_json(path), **took})


__all__ = ["BatchResult", "run_batch"]
