"""What commands print: text for people, one JSON document for programs; text of files is escaped."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from shopbook.errors import WorkbookError
from shopbook.home import Home
from shopbook.run.command.faults import say_last
from shopbook.text import tr

_CONTROL = dict.fromkeys([*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


_MANY = 50  # files worth a bar


@dataclass(frozen=True)
class Session:
    """One command: where things lie, the language asked for, and how to answer."""

    home: Home
    lang: str = ""
    as_json: bool = False

    def using(self, as_json: bool) -> "Session":
        return replace(self, as_json=as_json)

    @property
    def console(self) -> Console:
        """Where people read; silent when a program reads."""
        return Console(quiet=self.as_json, highlight=False, soft_wrap=True)

    def say(self, text: str) -> None:
        """One line for people; control and direction marks of foreign text are dropped."""
        self.console.print(escape(plain(text)))

    def table(self, title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        """A table for people."""
        table = Table(*columns, title=title, title_justify="left")
        for row in rows:
            table.add_row(*(escape(plain(str(cell))) for cell in row))
        self.console.print(table)

    @contextmanager
    def counting(self) -> Iterator[Callable[[int, int], None]]:
        """A bar for work that takes many files; nothing of it is left when it is done.

        It is drawn by the calls alone: a process that forks has no other thread.
        """
        bar = Progress(
            *Progress.get_default_columns()[:3], console=self.console, transient=True, auto_refresh=False
        )
        task = bar.add_task("", total=None)

        def seen(count: int, total: int) -> None:
            if total >= _MANY and (count % 20 == 0 or count == total):
                bar.start()
                bar.update(task, completed=count, total=total, refresh=True)

        try:
            yield seen
        finally:
            bar.stop()

    def end(self, document: dict[str, Any], failed: bool = False) -> NoReturn:
        """The document for programs, and the exit code."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, default=str) + "\n")
        raise SystemExit(1 if failed else 0)


def plain(text: str) -> str:
    """Text without control characters and direction marks; line breaks stay."""
    return "\n".join(line.translate(_CONTROL) for line in text.split("\n"))


def say_error(error: WorkbookError, code: int, *, as_json: bool) -> int:
    """Print an error as an instruction, never as a traceback; returns the exit code."""
    if as_json:
        say_last(json.dumps({"error": str(error), "exit": code}, ensure_ascii=False) + "\n")
    else:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            f"[bold red]{escape(tr('Error'))}[/] {escape(plain(str(error)))}"
        )
    return code
