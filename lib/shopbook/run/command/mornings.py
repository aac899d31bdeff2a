"""What `due`, `watch` and `schedule` do: the morning called once, in a loop, by another program."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NoReturn

from shopbook.errors import WorkbookError
from shopbook.home import Home
from shopbook.run import schedule_lines, workers
from shopbook.run.batch import run_batch
from shopbook.run.batch_result import BatchResult
from shopbook.run.command.console import Session
from shopbook.run.command.early import moment
from shopbook.run.doors.fetch import fetch
from shopbook.run.job import NotebookJob
from shopbook.run.mail import outbox_all
from shopbook.run.mail.outbox import Sending
from shopbook.run.mail.owner_mail import deliver_overviews
from shopbook.run.mail.report_mail import get_ready
from shopbook.run.morning.morning import Hands, morning
from shopbook.run.morning.told import Outcome
from shopbook.run.plan import Request, plan
from shopbook.run.site.publish import publish
from shopbook.run.site.published import Entry, Memory, entries
from shopbook.text import tr


def due(session: Session, now: str) -> NoReturn:
    """The morning, once."""
    outcome = _morning(session, moment(now))
    if session.console.is_terminal:  # a timer asks again by itself and need not hear it
        _answer(session, outcome)
    session.end(outcome.to_json(), outcome.failed)


def _answer(session: Session, outcome: Outcome) -> None:
    """A person who called hears something in any case."""
    if outcome.settling:
        session.say(
            tr(
                "{count} files were written just now: a call in two minutes takes them in",
                count=outcome.settling,
            )
        )
    elif not outcome.lines:
        session.say(tr("Nothing to do: no new file, no report due."))


def watch(session: Session) -> NoReturn:
    """The morning whenever a file arrives, and every five minutes, until Ctrl-C."""
    from shopbook.run.morning import watching

    session.say(tr("Watching {folder}; end it with Ctrl-C.", folder=session.home.inbox))
    for _ in watching.calls(session.home.inbox):
        try:
            _morning(session, dt.datetime.now(dt.UTC))
        except WorkbookError as error:  # a params file being edited: the next call reads it whole
            session.say(str(error))
    session.end({})


def schedule(session: Session) -> NoReturn:
    """The lines for cron, systemd and Windows, and the next times."""
    text = schedule_lines.printed(session.home, dt.datetime.now(dt.UTC))
    session.say(text)
    session.end({"schedule": text})


def _morning(session: Session, now: dt.datetime) -> Outcome:
    outcome = morning(session.home, now, hands(session, now))
    for line in outcome.lines:
        session.say(line)
    return outcome


def hands(session: Session, now: dt.datetime) -> Hands:
    """The real notebooks, site and mails."""
    home = session.home

    def run(requests: Sequence[Request]) -> BatchResult:
        jobs: list[NotebookJob] = []
        for request in requests:
            asked: Any = {"lang": session.lang} if session.lang else {}
            made = plan(home, Request(**{**vars(request), **asked}), now=now)
            jobs += made.jobs
        return run_batch(jobs, meanwhile=get_ready)

    return Hands(
        fetch=lambda: fetch(home, now),
        run=run,
        publish=lambda: publish(home).problems,
        warm_up=lambda: workers.begin(""),
        overview=lambda: deliver_overviews(home, _shelf(home), Sending(now=now)),
        deliver=lambda entries: outbox_all.deliver_all(home, entries, Sending(now=now)),
    )


def _shelf(home: Home) -> list[Entry]:
    """Every report, as the site remembers them."""
    return entries(home.reports, Memory(home.reports / ".site.json"))
