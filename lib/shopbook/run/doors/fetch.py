"""Go through every door once; what one cannot do stops no other."""

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shopbook.errors import WorkbookError
from shopbook.home import Home
from shopbook.run.doors import folder, mailbox, query
from shopbook.run.doors.parcel import Memory, Parcel, hand_in, memory_of
from shopbook.run.doors.settings import doors_of
from shopbook.run.mail.mail_text import redacted
from shopbook.text import tr

Opened = Callable[[Any, Mapping[str, str], Memory, dt.datetime, list[str]], Iterator[Parcel]]


def fetch(home: Home, now: dt.datetime, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Bring what is new to the inbox. For each door what went wrong there, "" for nothing.

    A file is put into the inbox before it is noted as seen: a power cut between the two brings it twice, and
    the second time it holds nothing new.
    """
    try:
        known = doors_of(home)
    except WorkbookError as error:
        return {"sources.yaml": str(error)}
    told = {"sources.yaml": ""}
    ways: tuple[tuple[Opened, tuple[Any, ...]], ...] = (
        (mailbox.parcels, known.mailboxes),
        (folder.parcels, known.folders),
        (query.parcels, known.queries),
    )
    for parcels, doors in ways:
        for door in doors:
            told[door.name] = through(home, door, parcels, now, environ)
    return told


def through(home: Home, door: Any, parcels: Opened, now: dt.datetime, environ: Mapping[str, str]) -> str:
    """Go through one door: its name with what went wrong, or ""."""
    problems: list[str] = []
    try:
        for parcel in parcels(door, environ, memory_of(home, door.name), now, problems):
            hand_in(home, door.shop, parcel, now)
    except WorkbookError as error:
        problems.append(str(error))
    except Exception as error:  # a server's or a driver's: it is down, or refuses, or talks otherwise
        names = (getattr(door, "password_env", None) or "", *getattr(door, "options_env", {}).values())
        reason = redacted(" ".join(str(error).split())[:300], environ, names)
        problems.append(f"{type(error).__name__}: {reason}")
    return tr("{door}: {problem}", door=door.name, problem="; ".join(problems)) if problems else ""
