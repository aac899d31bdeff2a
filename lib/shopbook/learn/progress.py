"""What the learner has solved, in one small file of the data folder; failing to write it is no error."""

import json
from pathlib import Path

from shopbook import state
from shopbook.home import find_home


def path() -> Path:
    """Where progress is kept."""
    return find_home().data / ".learn" / "progress.json"


def read() -> dict[str, dict[str, int]]:
    """Tries, hints taken and solved (0 or 1) by exercise; empty when nothing readable is there."""
    return {name: row for name, row in state.read_document(path()).items() if isinstance(row, dict)}


def note(exercise: str, **changes: int) -> bool:
    """Add to the exercise's record; False when it could not be written."""
    known = read()
    row = known.get(exercise, {})
    for name, step in changes.items():
        before = row.get(name, 0)
        row[name] = (before if isinstance(before, int) else 0) + step
    row["solved"] = min(int(row.get("solved", 0)), 1)
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
