"""What reading every export in a child with limits costs: the same in the import's own process beside it.

`python -m benchmarks.bulkheads` takes in the exports of a demo shop (120 days) and runs whole mornings
(`due`: taken in, made, published, mailed), each with children and without, in turn, so that other work on the
machine weighs on both. Processor seconds of the process and its children. Writes results/bulkheads.md.
"""

import argparse
import os
import resource
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.ingest import TODAY
from benchmarks.morning import NOW, before_the_day

from shopbook.demo import generate_shop
from shopbook.history import inbox, readers
from shopbook.home import PROJECT, Home

RESULT = Path(__file__).parent / "results" / "bulkheads.md"
ALLOWED = 0.10


class Here:
    """`Readers` without children: what a file does to its reader, it does to the import."""

    def __init__(self, seen: Callable[[int], None] | None = None) -> None:
        self._seen = seen

    def __enter__(self) -> "Here":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def read(self, jobs: Sequence[readers.Job]) -> Iterator[readers.Answer]:
        """The table of each file, read by this process."""
        for number, job in enumerate(jobs, start=1):
            if self._seen is not None:
                self._seen(number)
            yield readers._answer(job)


def taken_in(source: Path) -> None:
    """All exports of a folder, into a new history."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(PROJECT, Path(folder))
        shutil.copytree(source, home.inbox / "demo")
        done = inbox.ingest(home, shop="demo", today=TODAY)
        assert {each.status for each in done} == {"accepted"}


def morning(source: Path) -> None:
    """One call of `due` on a shop that lacks its newest day."""
    from shopbook.run.command import cli

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "home"
        shutil.copytree(source, place, copy_function=shutil.copy2)
        os.chdir(place)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 0
        try:
            cli.main(["--home", str(place), "due", "--now", NOW.format("30")])
        except SystemExit as left:
            code = int(left.code or 0)
        assert code == 0


def spent(work: Callable[[], None], reader: Any) -> float:
    """Processor seconds of some work in a fork of this process and in all that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    pid = os.fork()
    if pid == 0:
        inbox.Readers = reader  # type: ignore[misc]
        work()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def row(name: str, work: Callable[[], None], pairs: int) -> tuple[str, bool]:
    """A line of the table; whether the price is within what is allowed."""
    spent(work, readers.Readers)  # what the first of all finds cold
    found = [(spent(work, readers.Readers), spent(work, Here)) for _ in range(pairs)]
    one, other = (statistics.median(each) for each in zip(*found, strict=True))
    price = statistics.median(inside / alone for inside, alone in found) - 1
    return f"| {name} | {pairs} | {one:.2f} | {other:.2f} | {price:+.1%} |", price <= ALLOWED


def main() -> int:
    """Measure, write the table; 1 when the price is too high."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=7)
    pairs = parser.parse_args().pairs
    with tempfile.TemporaryDirectory() as folder:
        exports = Path(folder) / "exports"
        generate_shop(exports, "demo", days=120)
        count = len(list((exports / "demo").iterdir()))
        start, of_the_day = before_the_day(Path(folder) / "start")
        lines = [
            row(f"ingest of {count} exports", lambda: taken_in(exports / "demo"), pairs),
            row(f"a morning (`due`) with {of_the_day} exports", lambda: morning(start.root), pairs),
        ]
    text = (
        "# What the children cost that read the exports\n\nProcessor seconds, medians; the price is the "
        f"median of the pairs. Allowed: {ALLOWED:.0%}. `python -m benchmarks.bulkheads`\n\n"
        "| what | pairs | with children | in one process | price |\n|---|---|---|---|---|\n"
    )
    text += "\n".join(line for line, _ in lines) + "\n"
    RESULT.write_text(text, encoding="utf-8")
    print(text)
    return 0 if all(held for _, held in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
