"""What is run: one realistic notebook again and again, and the suite's own notebooks."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed import morning, notebook

from shopbook.home import Home
from shopbook.run.job import NotebookJob


@dataclass(frozen=True)
class Work:
    """A set of notebooks: how it is built below a folder, its jobs, and how many runs tell the slow ways."""

    title: str
    build: Callable[[Path], Home]
    jobs: Callable[[Home, int], list[NotebookJob]]
    slow_runs: int


WORKS = {
    "notebook": Work(
        "One notebook again and again: 21 cells, one Parquet file of 50,000 rows, six tables, five charts.",
        notebook.build,
        notebook.jobs,
        6,
    ),
    "suite": Work(
        "The suite's daily and lifecycle notebooks on the newest days of the demo shop, 13 notebooks a day.",
        morning.build,
        morning.jobs,
        13,
    ),
}
