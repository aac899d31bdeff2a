"""The commands that take exports in or look at them, without the machinery that makes reports."""

import dataclasses
import datetime as dt
import sys
from pathlib import Path
from typing import Any, NoReturn

from shopbook import days as calendar_days
from shopbook.errors import ParamsError
from shopbook.history import inbox, typed
from shopbook.history.store import Store
from shopbook.kinds import kind_name
from shopbook.params import shop_settings
from shopbook.read import Preview
from shopbook.read import template as read_template
from shopbook.read.mapping import own_layouts
from shopbook.run import typing_sheet
from shopbook.run.answering import take_waiting
from shopbook.run.command.console import Session
from shopbook.text import language, tr


def ingest(session: Session, files: list[Path], *, shop: str, about: dict[str, Any]) -> NoReturn:
    """Take exports in and say what became of each."""
    said = inbox.Said(
        item_id=about["item_id"],
        day=calendar_days.parse_day(about["day"]) if about["day"] else None,
        attribution_days=about["attribution_days"] or None,
        yes=bool(about["yes"]),
    )
    for sheet in [] if files else take_waiting(session.home, dt.datetime.now(dt.UTC)):
        session.say(f"{sheet.shop}: {'; '.join([sheet.line, *sheet.problems])}")
    today, now = calendar_days.today(), dt.datetime.now(dt.UTC).astimezone()
    with session.counting() as seen:
        taken = inbox.ingest(session.home, shop=shop, files=files, today=today, said=said, now=now, seen=seen)
    refused = [each for each in taken if each.status == "refused"]
    session.say(counted(taken))
    if held := [each.file for each in taken if each.status == "held"]:
        session.say(tr("{count} held back as doubtful: {names}", count=len(held), names=", ".join(held)))
    for each in taken:
        for problem in each.problems if each.status in ("refused", "held") or len(taken) <= 20 else ():
            session.say(f"{each.shop}/{each.file}: {problem.text}")
        if each.restated_days:
            days = ", ".join(map(str, each.restated_days[-5:]))
            session.say(tr("{file}: replaced the figures of {days}", file=each.file, days=days))
    session.end({"files": [_document(each) for each in taken]}, bool(refused))


def check(session: Session, files: list[Path]) -> NoReturn:
    """What each file is, what it lacks, what will be ignored."""
    found = inbox.check(files, today=calendar_days.today(), own_layouts=own_layouts(session.home))
    for each in found:
        what = kind_name(each.kind) if each.ok else tr("not accepted")
        session.say(f"{each.file}: {what} · {each.rows} · {each.first_day} – {each.last_day}")
        for problem in each.problems:
            session.say(f"  {problem.text}")
    documents = [
        {**dataclasses.asdict(each), "problems": [problem.text for problem in each.problems]}
        for each in found
    ]
    session.end({"files": documents}, any(not each.ok for each in found))


def template(session: Session, kind: str, output: Path | None, *, shop: str, date: str) -> NoReturn:
    """A template to the file, or to the screen; the sheet of all that is typed in a morning to a file."""
    if kind == "morning":
        _typing_sheet(session, shop, date, output)
    text = read_template(kind)
    if output is None:
        if not session.as_json:
            sys.stdout.write(text)
        session.end({"kind": kind, "template": text})
    if output.suffix.lower() in (".xlsx", ".xls"):  # Excel opens no text under that name
        raise ParamsError(
            "A template is a CSV file, which Excel opens too: name it {name}.",
            name=output.with_suffix(".csv"),
        )
    # A byte order mark makes Excel on Windows read the Chinese headers right.
    output.write_text(text, encoding="utf-8-sig", newline="")
    session.say(tr("Wrote {file}", file=output))
    session.end({"kind": kind, "file": output})


def _typing_sheet(session: Session, shop: str, date: str, output: Path | None) -> NoReturn:
    known = shop or ", ".join(Store(session.home.history).shops()[:2])
    if not known or "," in known:
        raise ParamsError("Say whose figures are typed: shopbook template morning --shop ID")
    yesterday = calendar_days.today(shop_settings(session.home, known).timezone) - calendar_days.ONE_DAY
    day = calendar_days.parse_day(date) if date else yesterday
    file = output or Path(f"{typed.NAMES[0 if language() == 'zh' else 1]}-{known}-{day}.xlsx")
    file.write_bytes(typing_sheet.sheet(session.home, known, day))
    session.say(tr("Wrote {file}", file=file))
    session.end({"kind": "morning", "shop": known, "date": str(day), "file": file})


def counted(taken: list[inbox.Ingested]) -> str:
    """How many files were taken in, unchanged, refused."""

    def count(status: str) -> int:
        return sum(each.status == status for each in taken)

    return tr(
        "{accepted} files taken in, {unchanged} unchanged, {refused} refused",
        accepted=count("accepted"),
        unchanged=count("unchanged"),
        refused=count("refused"),
    )


def _document(each: inbox.Ingested | Preview) -> dict[str, Any]:
    return {**dataclasses.asdict(each), "problems": [problem.text for problem in each.problems]}
