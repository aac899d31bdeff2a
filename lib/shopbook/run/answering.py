"""Answers on their way in: from the command line, and from to-do lists dropped into the inbox."""

import dataclasses
import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from shopbook.days import parse_day
from shopbook.errors import ParamsError
from shopbook.history.answers import WORDS, Answer, answer
from shopbook.home import Home
from shopbook.run.mail.action_sheet import is_action_sheet, read_answers
from shopbook.run.site.actions import Action, shop_actions
from shopbook.run.site.published import Entry, Memory, entries
from shopbook.text import tr


@dataclass(frozen=True)
class Answered:
    """What a to-do list said: how many answers were new, what was not understood."""

    shop: str
    file: str
    count: int
    problems: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        return tr("{count} answers noted from {file}", count=self.count, file=self.file)


def known_actions(home: Home, shop: str = "") -> list[Action]:
    """The actions of the newest report of each shop and family, acts and the longest standing first."""
    newest: dict[tuple[str, str], Entry] = {}
    for entry in entries(home.reports, Memory(home.reports / ".site.json")):
        if not entry.campaign and shop in ("", entry.shop):
            newest.setdefault((entry.shop, entry.family), entry)
    found: dict[str, Action] = {}
    for entry in newest.values():
        for id, action in shop_actions(home, entry).items():
            found.setdefault(id, action)
    return sorted(found.values(), key=lambda action: (action.level != "act", action.shop, -action.days))


def settle(home: Home, id: str, word: str, until: str, now: dt.datetime) -> Action:
    """Note an answer to the action `id`."""
    if word not in WORDS:
        raise ParamsError(
            "{found!r} is no answer; choose one of {known}.", found=word, known=", ".join(WORDS)
        )
    if word == "later" and not until:
        raise ParamsError("Say until when: shopbook actions {id} later --until 2026-11-25", id=id)
    action = next((each for each in known_actions(home) if each.id == id), None)
    if action is None:
        raise ParamsError("There is no open action {found}; `shopbook actions` lists them.", found=id)
    day = str(parse_day(until, "--until")) if until else ""
    given = Answer(id, word, action.day, now.isoformat(), until=day)
    answer(home, action.shop, _completed(given, action))
    return dataclasses.replace(action, answer=given)


def take_waiting(home: Home, now: dt.datetime) -> list[Answered]:
    """The to-do lists that wait in the inbox of any shop."""
    folders = sorted(path for path in home.inbox.glob("*") if path.is_dir())
    return take_sheets(home, {folder.name: sorted(folder.glob("*.xlsx")) for folder in folders}, now)


def take_sheets(home: Home, files: dict[str, list[Path]], now: dt.datetime) -> list[Answered]:
    """Read the to-do lists among `files` (by shop), take them out of it and keep them in data/raw/."""
    found = []
    for folder, paths in files.items():
        for path in [path for path in paths if is_action_sheet(path)]:
            shop, given, problems = read_answers(path, now)
            known = {action.id: action for action in known_actions(home, shop)}
            filled = [
                _completed(each, known[each.action]) if each.action in known else each for each in given
            ]
            found.append(Answered(shop, path.name, answer(home, shop, *filled), tuple(problems)))
            paths.remove(path)
            _keep(home, folder, path, now)
    return found


def _completed(given: Answer, action: Action | None) -> Answer:
    if action is None:
        return given
    told = action.finding
    return dataclasses.replace(
        given, rule=told["id"], headline=told["headline"], metric=told["metric"], value=told["value"]
    )


def _keep(home: Home, shop: str, path: Path, now: dt.datetime) -> None:
    folder = home.raw / shop
    folder.mkdir(parents=True, exist_ok=True)
    os.replace(path, folder / f"{now:%Y%m%dT%H%M%S}-{path.name}")
