"""What is run: one realistic notebook again and again, and the suite's own notebooks."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed import notebook, suite

from shopbook.home import Home
from shopbook.run.job import NotebookJob


@dataclass(frozen=True)
class Work:
    """A set of notebooks: how it is built below a folder, its jobs, and how many runs tell the slow ways."""

    title: str
    about: str
    build: Callable[[Path], Home]
    jobs: Callable[[Home, int], list[NotebookJob]]
    slow_runs: int


WORKS = {
    "notebook": Work(
        "one notebook again and again",
        "A notebook of 21 cells: one Parquet file of 50,000 rows, six tables, five charts.",
        notebook.build,
        notebook.jobs,
        6,
    ),
    "suite": Work(
        "the suite's own",
        "The daily and lifecycle notebooks of the demo shop, 13 a day, on its newest days.",
        suite.build,
        suite.jobs,
        13,
    ),
}
