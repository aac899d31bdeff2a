"""`<file>.yaml` beside an export: what the file does not say itself (date, item_id, attribution_days)."""

import datetime as dt
import os
from pathlib import Path
from typing import Any

import yaml

from shopbook.days import parse_day
from shopbook.errors import WorkbookError
from shopbook.read.dates import day
from shopbook.read.names import shown
from shopbook.read.problems import FileRefused, Problem, blocking
from shopbook.text import tr

ENDING = ".yaml"
KEYS = ("date", "item_id", "attribution_days")
_WHOLE = "tag:yaml.org,2002:int"
_LARGEST = 4096  # bytes; a handful of lines
_LONGEST_NAME = 255


def sidecar(path: Path) -> dict[str, Any]:
    """What stands beside `path`, checked; FileRefused names the sidecar when it does not hold."""
    note = path.with_name(path.name + ENDING)
    if len(os.fsencode(note.name)) > _LONGEST_NAME or not note.is_file():
        return {}
    said = _loaded(note)
    wrong = [str(key) for key in said if key not in KEYS]
    if wrong:
        raise FileRefused(shown(note.name), [_problem(wrong[0])])
    return {name: _checked(note, name, value) for name, value in said.items() if value is not None}


def _loaded(note: Path) -> dict[Any, Any]:
    if note.stat().st_size > _LARGEST:
        raise FileRefused(shown(note.name), [_problem(f"{note.stat().st_size} bytes")])
    try:
        text = note.read_bytes().decode("utf-8-sig")
        # An alias lets some hundred bytes stand for gigabytes; a note of three keys needs none.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise FileRefused(shown(note.name), [_problem("*")])
        written = yaml.compose(text, Loader=yaml.SafeLoader)
        if _is_doubled(written):
            raise FileRefused(shown(note.name), [_problem(tr("a name that stands twice"))])
        said = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise FileRefused(shown(note.name), [_problem(str(error).splitlines()[0])]) from error
    if said is None:
        return {}
    if not isinstance(said, dict):
        raise FileRefused(shown(note.name), [_problem(type(said).__name__)])
    return said | _as_written(written)


def _as_written(node: yaml.Node | None) -> dict[str, str]:
    """An item id that YAML takes for a number, as it is written: 012 is no 10 and 1:30 no 90 there."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return {key.value: value.value for key, value in pairs if key.value == "item_id" and value.tag == _WHOLE}


def _is_doubled(node: yaml.Node | None) -> bool:
    names = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    return any(name in names[:at] for at, name in enumerate(names))


def _checked(note: Path, name: str, value: Any) -> Any:
    good: Any = None
    if name == "date":
        good = _day(value)
    elif name == "item_id" and isinstance(value, (str, int)) and not isinstance(value, bool):
        good = str(value) if str(value).isprintable() and str(value)[:1] not in ("-", "") else None
    elif name == "attribution_days" and type(value) is int and 0 < value <= 90:
        good = value
    if good is None:
        raise FileRefused(shown(note.name), [_problem(f"{name}: {value}"[:80])])
    return good


def _day(value: Any) -> dt.date | None:
    try:
        found = parse_day(value) if isinstance(value, str) else value
    except WorkbookError:
        return None
    is_day = isinstance(found, dt.date) and not isinstance(found, dt.datetime)
    return day(found) if is_day else None  # none for a day no shop can have, such as 1899-12-31


def _problem(found: str) -> Problem:
    return blocking(
        "bad_note",
        "the note beside the export does not hold.\n  Found: {found}\n  What to do: write lines such as "
        "date: 2026-11-20, item_id: 682000000001 or attribution_days: 15, or remove the note.",
        found=found,
    )
