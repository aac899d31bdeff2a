"""Whether the drop folders hold anything to take in: asked before what can read it is imported."""

import datetime as dt
import os
from collections.abc import Iterator

from shopbook import state
from shopbook.home import Home

# Younger files may still be being written; the call that takes them in looks closer.
_SETTLED = dt.timedelta(minutes=1)


def is_waiting(home: Home, now: dt.datetime) -> bool:
    """Whether a file lies there that is no longer being written and was not refused as it is.

    It decides only how early the warm process begins, so it may be wrong both ways.
    """
    refused = state.read_document(home.data / ".due.json").get("refused")
    known = refused if isinstance(refused, dict) else {}
    for key, stat in _files(home):
        changed = dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC)
        if now - changed >= _SETTLED and (known.get(key) or [])[:2] != [stat.st_size, stat.st_mtime_ns]:
            return True
    return False


def _files(home: Home) -> Iterator[tuple[str, os.stat_result]]:
    for folder in home.inbox.glob("*/"):
        for entry in os.scandir(folder):
            if entry.is_file() and not entry.name.startswith(".") and not entry.name.endswith(".reason.txt"):
                yield f"{folder.name}/{entry.name}", entry.stat()
