"""A damaged day made anew from the raw files that made it."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shopbook.days import ONE_DAY, parse_day
from shopbook.history.dayfile import Origin
from shopbook.history.held import Held, by_day
from shopbook.history.ledger import Entry, Ledger
from shopbook.history.raw import Raw
from shopbook.history.readers import Job, Readers
from shopbook.read import ExportTable
from shopbook.read.spec import OfShop

NOWHERE = Path("-")


def rebuilder(
    ledger: Ledger, raw: Raw, lost: Callable[[Entry], None], shop: Callable[[], OfShop]
) -> Callable[[str, dt.date | None], Held]:
    """What makes a day anew: its raw files read again in their order; `lost` is told of those not there.

    `shop` says what is known of the shop; it is asked only when a day is made.
    """

    def rebuilt(kind: str, day: dt.date | None) -> Held:
        named = [each for each in ledger.imports() if each.kind == kind and _speaks_of(each, day)]
        made = Held(NOWHERE, kind, day)
        with Readers() as readers:
            found = {id(each): raw.find(each.sha256, each.name) for each in named}
            there = [each for each in named if found[id(each)] is not None]
            known = shop()
            jobs = [Job(path, about(each, known)) for each in there if (path := found[id(each)]) is not None]
            answers = dict(zip(map(id, there), readers.read(jobs), strict=True))
        for each in named:
            table = answers.get(id(each))
            if isinstance(table, ExportTable):
                _take(made, table, each)
            else:
                lost(each)
        return made

    return rebuilt


def about(entry: Entry, shop: OfShop) -> dict[str, Any]:
    """What `read_export` was told when the file was first read; of the shop what is known now."""
    said = {name: str(value) for name, value in entry.said.items()}
    return {
        "name": entry.name,
        "shop": shop,
        # The shop's day then; a line without it names the day of another time zone, perhaps the one before.
        "today": parse_day(said["today"]) if "today" in said else parse_day(entry.time[:10]) + ONE_DAY,
        "item_id": said.get("item_id", ""),
        "day": parse_day(said["day"]) if "day" in said else None,
        "attribution_days": int(said["attribution_days"]) if "attribution_days" in said else None,
    }


def _speaks_of(entry: Entry, day: dt.date | None) -> bool:
    return day is None or str(day) in entry.days


def _take(held: Held, table: ExportTable, entry: Entry) -> None:
    name = entry.id or entry.sha256[:8]
    for new in by_day(table, name):
        if new.day == held.day:
            told = table.provenance
            held.take(new, Origin(entry.name, told.sha256, new.rows.num_rows, name))
