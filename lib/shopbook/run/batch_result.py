"""What a batch shows: one progress line while it runs, one table when it ends."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from shopbook.run.job import NotebookResult
from shopbook.text import tr


@dataclass(frozen=True)
class BatchResult:
    """Every result of a batch, in the order of the jobs given."""

    results: tuple[NotebookResult, ...]

    def count(self, status: str) -> int:
        """How many ended with `status`."""
        return sum(result.status == status for result in self.results)

    @property
    def exit_code(self) -> int:
        """0 = all done, skipped or held; 1 = something failed."""
        return 1 if self.count("failed") else 0

    def table(self) -> Table | str:
        """The summary an operator reads: what failed or was held by name, the rest as numbers."""
        names = ("done", "skipped", "held", "failed")
        counts = " · ".join(f"{_state(name)} {self.count(name)}" for name in names if self.count(name))
        table = Table(title=tr("Run"), show_lines=False)
        for title in (tr("Report"), tr("State"), tr("Seconds"), tr("Reason")):
            table.add_column(title)
        for result in self.results:
            if result.status in ("failed", "held") or len(self.results) <= 12:
                state = _state(result.status)
                table.add_row(result.job.label, state, f"{result.seconds:.1f}", result.error)
        table.caption = counts
        return table if table.rows else counts

    def to_json(self) -> list[dict[str, Any]]:
        """One plain record per notebook."""
        return [
            {
                "shop": result.job.shop,
                "date": result.job.date,
                "family": result.job.family,
                "notebook": result.job.name,
                "campaign": result.job.campaign,
                "status": result.status,
                "seconds": round(result.seconds, 3),
                "error": result.error,
            }
            for result in self.results
        ]


@contextlib.contextmanager
def progress(total: int, console: Console | None) -> Iterator[Callable[[NotebookResult], None]]:
    """One line that counts done and failed notebooks with the time left; silent without a console."""
    note = TextColumn("{task.fields[note]}")
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        note,
        TimeRemainingColumn(),
    )
    failed = 0
    with Progress(*columns, console=console, disable=console is None) as bar:
        task = bar.add_task(tr("Reports"), total=total, note="")

        def show(result: NotebookResult) -> None:
            nonlocal failed
            failed += result.status == "failed"
            bar.update(task, advance=1, note=f"{tr('failed')} {failed} · {result.job.label}")

        yield show


def _state(status: str) -> str:
    names = {"done": tr("done"), "failed": tr("failed"), "held": tr("held back"), "skipped": tr("unchanged")}
    return names[status]
