"""The commands that look after the history: what was imported, taking it back, healing what is damaged."""

import dataclasses
from typing import NoReturn

from shopbook import days as calendar_days
from shopbook.history import repair as repairs
from shopbook.history import undo as undoing
from shopbook.kinds import kind_name
from shopbook.run.command.console import Session
from shopbook.text import tr


def undo(session: Session, name: str, shop: str) -> NoReturn:
    """The imports, or one of them taken back."""
    if name:
        done = undoing.undo(session.home, name, stamp=str(calendar_days.today()))
        days = ", ".join(done.days[-5:])
        text = tr("{file} is taken back: {kind} {days} as before.", **_named(done), days=days)
        session.say(text)
        session.end({"undone": dataclasses.asdict(done)})
    found = undoing.imports(session.home, shop)
    rows = [
        (
            each.id,
            each.shop,
            ", ".join(each.files),
            kind_name(each.kind),
            _span(each.days),
            each.rows,
            each.at,
        )
        for each in found
    ]
    columns = (tr("Import"), tr("Shop"), tr("File"), tr("Kind"), tr("Days"), tr("Rows"), tr("When"))
    session.table(tr("Imports that can be taken back: shopbook undo IMPORT"), columns, rows)
    session.end({"imports": [dataclasses.asdict(each) for each in found]})


def repair(session: Session) -> NoReturn:
    """Remove leftovers, put torn lines aside, make damaged days anew from their raw files."""
    found = repairs.repair(session.home, today=calendar_days.today())
    session.say(tr("Removed {count} leftovers.", count=len(found.removed)))
    for path, count in found.lines.items():
        session.say(
            tr("{file}: {count} damaged lines put aside in {file}.torn.", file=path.name, count=count)
        )
    if found.found_again:
        session.say(tr("Files of data/raw/ written down again: {names}", names=", ".join(found.found_again)))
    for each in found.days:
        place = {"shop": each.shop, "kind": kind_name(each.kind), "day": each.day}
        if each.restored:
            session.say(tr("{shop} {kind} {day} was damaged and is made anew from data/raw/.", **place))
        else:
            lost = ", ".join(each.lost) or "–"
            text = tr(
                "{shop} {kind} {day} was damaged; not all of it could be made anew. Missing in data/raw/: "
                "{lost}. Import these files again.",
                **place,
                lost=lost,
            )
            session.say(text)
    session.end(
        {
            "removed": found.removed,
            "lines": {str(path): count for path, count in found.lines.items()},
            "days": [dataclasses.asdict(each) for each in found.days],
            "unreadable": [dataclasses.asdict(each) for each in found.days if not each.restored],
        },
        not found.is_whole,
    )


def _named(done: undoing.Import) -> dict[str, str]:
    return {"file": ", ".join(done.files), "kind": kind_name(done.kind)}


def _span(days: tuple[str, ...]) -> str:
    return " – ".join(dict.fromkeys((days[0], days[-1]))) if days else "–"
