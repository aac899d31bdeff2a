"""The mail to the owner when a run failed: what, with which values, where, and how to run it again."""

import hashlib
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from typing import Any

from filelock import FileLock
from nbformat import NotebookNode

from shopbook.home import Home
from shopbook.params import ShopSettings
from shopbook.run.mail import outbox_ledger as book
from shopbook.run.mail.mail_text import plain, redacted, without_ansi
from shopbook.run.mail.outbox import SUITE, Delivery, Sending, is_address, send_once
from shopbook.run.mail.outbox_ledger import Ledger, Step, record_of
from shopbook.run.mail.report_mail import Envelope, attachment_path, notice_mail
from shopbook.run.mail.smtp import server_from
from shopbook.run.site.files import write_if_changed
from shopbook.text import speaking, tr

_CELL_LINES = 12
_TRACE_LINES = 15
_LINE = 400


@dataclass(frozen=True)
class Failure:
    """A run that ended without a report; `cell` counts the notebook's cells from 1, None before the first."""

    shop: str
    date: str
    notebook: str
    error: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    cell: int | None = None
    source: str = ""
    traceback: str = ""
    campaign: str = ""
    kept: str = ""

    @property
    def rerun(self) -> str:
        """The command that runs this notebook again."""
        words = [
            "shopbook",
            "run",
            f"notebooks/{self.notebook}.ipynb",
            "--shop",
            self.shop,
            "--date",
            self.date,
        ]
        words += ["--campaign", self.campaign] if self.campaign else []
        return shlex.join([*words, "--force"])


def failure_of(executed: NotebookNode, failure: Failure) -> Failure:
    """`failure` completed from an executed notebook: its parameters, the cell that failed, the traceback."""
    parameters = executed.metadata.get("papermill", {}).get("parameters", {})
    failure = replace(failure, parameters=failure.parameters or dict(parameters))
    for number, cell in enumerate(executed.cells, start=1):
        for output in cell.get("outputs", []):
            if output.get("output_type") == "error":
                name = f"{output.get('ename', '')}: {output.get('evalue', '')}".strip(": ")
                return replace(
                    failure,
                    error=failure.error or name,
                    cell=number,
                    source=cell.source,
                    traceback="\n".join(output.get("traceback", [])),
                )
    return failure


def report_failure(
    home: Home, settings: ShopSettings, failure: Failure, sending: Sending | None = None
) -> Delivery:
    """Tell the shop's owner about a failed run: once for the same failure."""
    sending = sending or Sending()
    owner = settings.owner_address.strip()
    with speaking(settings.lang):
        if not is_address(owner):
            detail = tr(
                "owner_address of params/shops/{shop}.yaml is {found!r}: nobody is told about a failed run.",
                shop=failure.shop,
                found=owner,
            )
            return Delivery(failure.shop, owner, "skipped", detail, report=failure.notebook)
        if sending.dry_run:
            return Delivery(failure.shop, owner, "planned", failure.error, report=failure.notebook)
        folder = home.outbox / failure.shop
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            return _send(home, failure, owner, sending)


def failure_mail(failure: Failure, envelope: Envelope, environ: Mapping[str, str]) -> EmailMessage:
    """The mail itself: no terminal colours, no markup from outside, no secrets."""

    def clean(text: str) -> str:
        return redacted(without_ansi(text), environ)

    error = plain(clean(failure.error), 300)
    values = {
        "f": failure,
        "error": error,
        "parameters": {plain(k, 40): plain(clean(str(v)), 120) for k, v in failure.parameters.items()},
        "source": _first_lines(clean(failure.source), _CELL_LINES),
        "trace": _last_lines(clean(failure.traceback), _TRACE_LINES),
    }
    place = f"{failure.shop} {failure.notebook}"
    subject = tr("[Report failed {date}] {place}", date=failure.date[5:], place=place)
    return notice_mail(f"{subject}: {error[:60]}", "mail_error", values, envelope)


def _send(home: Home, failure: Failure, owner: str, sending: Sending) -> Delivery:
    server = server_from(sending.environ)
    envelope = Envelope(server.sender if server else SUITE, owner, sending.now)
    message = failure_mail(failure, envelope, sending.environ)
    name = re.sub(r"[^A-Za-z0-9_]+", "-", failure.notebook)
    file = attachment_path(home.outbox / failure.shop, failure.date, f"failed-{name}", "", owner)
    write_if_changed(file, message.as_bytes())

    def result(state: str, detail: str = "") -> Delivery:
        return Delivery(failure.shop, owner, state, detail, file, failure.notebook)

    if server is None:
        return result("written", tr("SHOPBOOK_SMTP_HOST is not set, so the mail was only written"))
    ledger = Ledger(record_of(home, failure.shop))
    version = hashlib.sha256(f"{failure.error}{failure.cell}{failure.source}".encode()).hexdigest()
    key = f"{failure.date}/failed-{name}/{owner}"
    step = ledger.step(key, version)
    if step and (step.state == book.SENT or (step.is_uncertain and not sending.again(step))):
        return result("already", tr("this version was sent before"))
    step = Step(key, version, book.OPEN, owner, message["Message-ID"])
    return result(*send_once(message, step, ledger, server, sending))


def _first_lines(text: str, count: int) -> str:
    lines = [line[:_LINE] for line in text.strip("\n").splitlines()]
    return "\n".join([*lines[:count], *(["…"] if len(lines) > count else [])])


def _last_lines(text: str, count: int) -> str:
    lines = [line[:_LINE] for line in text.strip("\n").splitlines()]
    return "\n".join([*(["…"] if len(lines) > count else []), *lines[-count:]])
