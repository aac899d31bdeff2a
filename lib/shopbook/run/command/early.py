"""What `due` does before it imports what can read a file: its moment, and the warm process begun in time."""

import contextlib
import datetime as dt

from shopbook.errors import ParamsError
from shopbook.home import Home
from shopbook.run import workers
from shopbook.run.morning import glance


def begin(home: Home, now: str) -> None:
    """Let the warm process import while this one does, where there is something to take in."""
    with contextlib.suppress(OSError):  # a folder that cannot be read is told by the morning itself
        if glance.is_waiting(home, moment(now)):
            workers.begin("")


def moment(text: str) -> dt.datetime:
    """`--now` as a moment; without one the clock's."""
    if not text:
        return dt.datetime.now(dt.UTC)
    try:
        found = dt.datetime.fromisoformat(text)
        if not 2000 <= found.year < 2100:
            raise ValueError(text)
    except ValueError as error:
        raise ParamsError(
            "--now {found!r} is not a moment such as 2026-11-21T08:30+08:00.", found=text
        ) from error
    return found if found.tzinfo else found.astimezone()
