"""What `publish` and `mail` do."""

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import NoReturn

from shopbook.errors import ParamsError
from shopbook.run.command.console import Session
from shopbook.run.mail import outbox, outbox_all
from shopbook.run.site.publish import publish as publish_site
from shopbook.run.site.published import Entry, entries
from shopbook.text import tr


def publish(session: Session) -> NoReturn:
    """Rebuild the static site."""
    site = publish_site(session.home)
    session.say(tr("{count} reports, index {index}", count=site.pages, index=site.index))
    for problem in site.problems:
        session.say(problem)
    session.end(dataclasses.asdict(site), bool(site.problems))


def mail(session: Session, *, shop: str, date: str, dry_run: bool, resend: str) -> NoReturn:
    """Send the reports of a day (default: each shop's newest); with `resend` those of any day whose fate is
    unknown."""
    chosen = [each for each in entries(session.home.reports) if not shop or each.shop == shop]
    newest = {each.shop: max(e.date for e in chosen if e.shop == each.shop) for each in chosen}
    unknown = _unknown_reports(session, resend)
    wanted = [
        each
        for each in chosen
        if each.date == (date or newest[each.shop]) or (each.shop, _report(each)) in unknown
    ]
    if not wanted:
        raise ParamsError(
            "There is no report to send for shop {shop} on {date}; run it first.",
            shop=shop or "*",
            date=date or "-",
        )
    sent = deliver_all(session, wanted, outbox.Sending(dry_run=dry_run, resend=resend))
    rows = [(each.shop, each.recipient, each.state, each.detail) for each in sent]
    session.table(tr("Mail"), (tr("Shop"), tr("To"), tr("State"), tr("Reason")), rows)
    session.end({"mails": [dataclasses.asdict(each) for each in sent]}, any(not each.ok for each in sent))


def confirm(session: Session, id: str) -> NoReturn:
    """The reader has the mail of unknown fate."""
    settled = outbox.settle(session.home, id, now=dt.datetime.now(dt.UTC))
    session.say(tr("Noted as arrived: {report} to {who}", report=settled.report, who=settled.recipient))
    session.end({"mails": [dataclasses.asdict(settled)]})


def deliver_all(session: Session, wanted: Iterable[Entry], sending: outbox.Sending) -> list[outbox.Delivery]:
    """Every report to its readers, groups and owners; what went wrong is said."""
    found = outbox_all.deliver_all(session.home, list(wanted), sending)
    for each in found:
        if not each.ok:
            session.say(f"{each.shop} → {each.recipient}: {each.state} {each.detail}")
    return found


def name_uncertain(session: Session) -> None:
    """Mails of unknown fate are named until somebody decides."""
    for each in outbox.uncertain(session.home):
        session.say(
            tr(
                "Mail of unknown fate {id}: {report} to {who}",
                id=each.id,
                report=each.report,
                who=each.recipient,
            )
        )


def _unknown_reports(session: Session, resend: str) -> set[tuple[str, str]]:
    if not resend:
        return set()
    known = outbox.uncertain(session.home)
    if resend != outbox.ALL and resend not in {each.id for each in known}:
        ids = ", ".join(each.id for each in known) or "–"
        raise ParamsError(
            "There is no mail of unknown fate {found}; there are: {known}.", found=resend, known=ids
        )
    return {(each.shop, each.report) for each in known if resend in (outbox.ALL, each.id)}


def _report(entry: Entry) -> str:
    return "/".join(filter(None, (entry.date, entry.family, entry.campaign)))
