"""What people answered to actions: done, expected, a false alarm, later (data/actions/<shop>.jsonl)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from filelock import FileLock

from shopbook import state
from shopbook.home import Home

Word = Literal["done", "expected", "false", "later"]
WORDS: tuple[Word, ...] = get_args(Word)


@dataclass(frozen=True)
class Answer:
    """One answer: `action` is the action's id, `rule` the id of its finding, `day` the report answered to.

    `value` is the figure as that report had it; `until` is the day on which "later" comes back.
    """

    action: str
    word: str
    day: str
    at: str
    rule: str = ""
    headline: str = ""
    metric: str = ""
    value: float | None = None
    until: str = ""


def book_of(home: Home, shop: str) -> Path:
    """Where the answers of a shop lie."""
    return home.data / "actions" / f"{shop}.jsonl"


def answers(home: Home, shop: str) -> dict[str, Answer]:
    """The newest answer to each action."""
    return {each.action: each for each in state.read(book_of(home, shop), made)}


def answer(home: Home, shop: str, *given: Answer) -> int:
    """Write answers down; those that say what was said before are left out. Returns how many were new."""
    path = book_of(home, shop)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(path.with_name(f".{path.name}.lock"))):
        known = answers(home, shop)
        new = [each for each in given if not _same(known.get(each.action), each)]
        state.append(path, [asdict(each) for each in new])
    return len(new)


def is_quiet(given: Answer | None, day: dt.date) -> bool:
    """Whether the report of `day` need not bring up an action that was answered so."""
    if given is None or day < dt.date.fromisoformat(given.day):
        return False
    if given.word == "later":
        return day < dt.date.fromisoformat(given.until)
    # What was done needs days to show; what still stands then comes back with the figure before and after.
    return given.word != "done" or day < dt.date.fromisoformat(given.day) + dt.timedelta(days=3)


def precision(given: Iterable[Answer]) -> dict[str, tuple[int, int]]:
    """By rule: how many of its answered actions were no false alarm, and how many were answered."""
    real, total = Counter[str](), Counter[str]()
    for each in given:
        if each.word != "later":
            total[each.rule] += 1
            real[each.rule] += each.word != "false"
    return {rule: (real[rule], total[rule]) for rule in sorted(total)}


def _same(known: Answer | None, new: Answer) -> bool:
    return known is not None and (known.word, known.until, known.day) == (new.word, new.until, new.day)


def made(row: Mapping[str, Any]) -> Answer:
    """An answer from its plain values; raises for a line of another schema."""
    found = Answer(**{name: row[name] for name in Answer.__dataclass_fields__})
    for day in (found.day, *([found.until] if found.until else [])):
        dt.date.fromisoformat(day)
    if found.word not in WORDS:
        raise ValueError(found.word)
    return found
