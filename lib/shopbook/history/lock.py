"""The lock of a shop's imports: one at a time, whoever started it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from shopbook.errors import HistoryError

_LOCK_SECONDS = 600


@contextmanager
def locked(folder: Path, shop: str) -> Iterator[None]:
    """Hold the lock of a shop's imports."""
    lock = filelock.FileLock(folder / ".lock", timeout=_LOCK_SECONDS)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise HistoryError(
            "{shop}: another import of this shop is still running.\n  What to do: wait for it, then try "
            "again.",
            shop=shop,
        ) from error
    try:
        yield
    finally:
        lock.release()
