"""What the learner has done, in one small file of the data folder; failing to write it is no error."""

import itertools
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shopbook import state
from shopbook.home import find_home

# Whoever answers nothing for so long has left the desk.
_BREAK = 20 * 60
_MOST_MOMENTS = 200


def path() -> Path:
    """Where progress is kept."""
    return find_home().data / ".learn" / "progress.json"


def read() -> dict[str, dict[str, Any]]:
    """By exercise: tries, mistakes, hints, shown, solved (0 or 1) and `at`, the moments of all of them.

    Empty when nothing readable is there.
    """
    return {name: row for name, row in state.read_document(path()).items() if isinstance(row, dict)}


def note(exercise: str, *, now: float | None = None, **changes: int) -> bool:
    """Add to the exercise's record; False when it could not be written."""
    known = read()
    row = known.get(exercise, {})
    for name, step in changes.items():
        row[name] = number(row, name) + step
    row["solved"] = min(number(row, "solved"), 1)
    row["at"] = [*moments(row), round(time.time() if now is None else now)][-_MOST_MOMENTS:]
    known[exercise] = row
    file = path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".tmp")
        draft.write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(file)
    except OSError:
        return False
    return True


def number(row: dict[str, Any], name: str) -> int:
    """A count of a record; 0 when there is none, or something else stands there."""
    found = row.get(name, 0)
    return found if isinstance(found, int) else 0


def moments(row: dict[str, Any]) -> list[float]:
    """When something was done, in seconds; what is no moment is passed over."""
    found = row.get("at", [])
    return [each for each in found if isinstance(each, int | float)] if isinstance(found, list) else []


def minutes(rows: Iterable[dict[str, Any]]) -> float:
    """Time spent on some exercises: from one thing done to the next, breaks left out."""
    at = sorted(moment for row in rows for moment in moments(row))
    gaps = (later - earlier for earlier, later in itertools.pairwise(at))
    return sum(gap for gap in gaps if gap <= _BREAK) / 60
