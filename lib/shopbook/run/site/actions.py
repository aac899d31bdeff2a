"""The actions of a shop: for how many days each has stood, what was answered, what its figure did since."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shopbook import units
from shopbook.columns import columns
from shopbook.history.answers import Answer, answers, is_quiet
from shopbook.home import Home
from shopbook.run.site.published import Entry, entry_at, is_day, main_cause, scope_key
from shopbook.text import tr

# An action that was away for longer than this is a new one.
_GAP_DAYS = 7


@dataclass(frozen=True)
class Action:
    """One finding somebody should act on, as the newest report tells it."""

    id: str
    shop: str
    day: str
    days: int
    level: str
    finding: Mapping[str, Any]
    answer: Answer | None = None

    @property
    def is_quiet(self) -> bool:
        """Whether its answer lets the report pass over it."""
        return is_quiet(self.answer, dt.date.fromisoformat(self.day))

    @property
    def note(self) -> str:
        """How long it has stood and what became of the answer: "third day; done on 11-21: 900 → 950"."""
        said = [tr("day {count} in a row", count=self.days)] if self.days > 1 else []
        given = self.answer
        if given and given.word == "done" and self.day > given.day:
            unit = columns()[given.metric].unit if given.metric in columns() else ""
            moved = f"{units.figure(given.value, unit)} → {units.figure(self.finding.get('value'), unit)}"
            said.append(tr("marked as done on {day}, since then {moved}", day=given.day[5:], moved=moved))
        elif given and not self.is_quiet and given.word == "later":
            said.append(tr("put off until {day}", day=given.until[5:]))
        return tr("; ").join(said)


def action_id(shop: str, finding: Mapping[str, Any]) -> str:
    """The id of an action; another main cause makes another one, so no answer silences a new cause."""
    cause = finding["cause"] if "cause" in finding else main_cause(dict(finding))
    told = f"{shop} {finding['id']} {scope_key(dict(finding))} {cause}"
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def shop_actions(home: Home, entry: Entry, before: Iterable[Entry] | None = None) -> dict[str, Action]:
    """The actions of a report, by id: findings above ok with a next step.

    `before` are the earlier reports of the same kind, newest first; read from the disk when not given.
    """
    given, rows = answers(home, entry.shop), _open(entry)
    days = _streaks(rows, entry.date, _earlier(home, entry) if before is None else before)
    return {
        id: Action(id, entry.shop, entry.date, days[id], row["level"], row, given.get(id))
        for id, row in rows.items()
    }


def _open(entry: Entry) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for sheet in entry.sheets:
        for row in sheet.essence.get("open", []):
            if row["next_step"]:
                found.setdefault(action_id(entry.shop, row), row)
    return found


def _earlier(home: Home, entry: Entry) -> Iterator[Entry]:
    """The reports of the days before, newest first, read as they are asked for."""
    folders = (home.reports / entry.shop).iterdir()
    for day in sorted((path.name for path in folders if is_day(path.name)), reverse=True):
        there = entry_at(home.reports, entry.shop, day, entry.family) if day < entry.date else None
        if there:
            yield there


def _streaks(ids: Iterable[str], day: str, before: Iterable[Entry]) -> dict[str, int]:
    """In how many reports in a row each has stood, this one included."""
    count = dict.fromkeys(ids, 1)
    standing, last = set(count), dt.date.fromisoformat(day)
    for entry in before:
        there = dt.date.fromisoformat(entry.date)
        standing = standing & set(_open(entry)) if (last - there).days <= _GAP_DAYS else set()
        if not standing:
            break
        last = there
        for id in standing:
            count[id] += 1
    return count
