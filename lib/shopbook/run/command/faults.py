"""The one place where what goes wrong becomes a sentence: refusals of the machine, and faults of ours."""

import contextlib
import datetime as dt
import os
import sys
import tempfile
import traceback
from pathlib import Path

from shopbook.errors import RunError, WorkbookError, machine_error
from shopbook.home import Home

LOG = "shopbook-faults.log"
_MOST_BYTES = 1_000_000


def told(problem: Exception, home: Home | None) -> WorkbookError:
    """`problem` as an instruction; a fault of ours says so, and its traceback goes to a log."""
    if isinstance(problem, WorkbookError):
        return problem
    if isinstance(problem, (OSError, UnicodeEncodeError, MemoryError)):
        return machine_error(problem)
    return RunError(
        "This is a fault of shopbook, not of your files: {error}: {reason}. "
        "What its makers need stands in {file}; --debug shows it here.",
        error=type(problem).__name__,
        reason=" ".join(str(problem).split())[:300],
        file=_logged(problem, home),
    )


def hold_streams() -> None:
    """What a scheduler started without input or output gets both from nowhere.

    Else the first files opened, an export's reader among them, take the places where programs write errors.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free place, which is this one


def speak_anywhere() -> None:
    """A terminal that lacks a character gets its code instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def leave_quietly() -> None:
    """Whoever read our output (`| head`) has enough: the rest goes nowhere, and that is no failure."""
    _drop_output()
    sys.exit(0)


def say_last(text: str) -> None:
    """Write a last line for programs; where nothing takes it the exit code says enough."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (AttributeError, OSError):
        _drop_output()


def _drop_output() -> None:
    """What is still to be written goes nowhere, so that the end of the program does not fail on it."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _logged(problem: Exception, home: Home | None) -> Path | str:
    """Where the traceback was written: the data folder, else the folder for temporary files."""
    text = "".join(traceback.format_exception(problem))
    when = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    for folder in ([home.data] if home and home.data.is_dir() else []) + [Path(tempfile.gettempdir())]:
        path = folder / LOG
        with contextlib.suppress(OSError):
            if path.is_symlink():  # another user's, in a shared folder
                continue
            if path.exists() and path.stat().st_size > _MOST_BYTES:
                path.replace(path.with_suffix(".old"))
            with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"{when} shopbook {' '.join(sys.argv[1:])}\n{text}\n")
            return path
    return "-"
