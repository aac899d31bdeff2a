"""Decides who gets which report, writes each mail to data/outbox, sends it: never twice for one version."""

import datetime as dt
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path

import tenacity
from filelock import FileLock

from shopbook.errors import ParamsError
from shopbook.home import Home
from shopbook.params import Recipient, ShopSettings
from shopbook.run.mail import outbox_ledger as book
from shopbook.run.mail.corrections import changes
from shopbook.run.mail.digest import Digest, digest
from shopbook.run.mail.outbox_ledger import Ledger, Step, record_of
from shopbook.run.mail.report_mail import Envelope, attachment_path, recipient_id, report_mail
from shopbook.run.mail.smtp import NotTaken, Server, Unknown, hand_over, server_from
from shopbook.run.site.files import write_if_changed
from shopbook.run.site.published import Entry, previous_of
from shopbook.text import speaking, tr

ATTEMPTS = 3
PREVIEW = "preview@shopbook.invalid"
# The sender of mails that are only written.
SUITE = "shopbook@shopbook.invalid"
ALL = "all"
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}|localhost)")


@dataclass(frozen=True)
class Sending:
    """How to send: what the command line and the environment say; `now` and `sleep` are set in tests."""

    dry_run: bool = False
    resend: str = ""  # the id of a mail of unknown fate, or ALL of them
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    sleep: Callable[[float], None] = time.sleep

    def again(self, step: Step) -> bool:
        """Whether somebody asked to send this mail of unknown fate again."""
        return self.resend in (ALL, step.id)


@dataclass(frozen=True)
class Delivery:
    """What became of one mail.

    `state`: sent, written (only the .eml: no server is set), uncertain, failed, refused (by the server or
    as no address), held, skipped, already (sent before), planned (dry run). `id` names one of unknown fate;
    `is_old` says that it belongs to an earlier run and is only named again.
    """

    shop: str
    recipient: str
    state: str
    detail: str = ""
    file: Path | None = None
    report: str = ""
    id: str = ""
    is_old: bool = False

    @property
    def ok(self) -> bool:
        return self.is_old or self.state not in ("failed", "refused", "uncertain")


@dataclass(frozen=True)
class _Job:
    """One report on its way to the readers of a shop."""

    home: Home
    entry: Entry
    settings: ShopSettings
    sending: Sending
    server: Server | None
    ledger: Ledger

    @property
    def name(self) -> str:
        return "/".join(filter(None, (self.entry.date, self.entry.family, self.entry.campaign)))


def deliver(
    home: Home, entry: Entry, settings: ShopSettings, sending: Sending | None = None
) -> list[Delivery]:
    """Send one report to the shop's readers; mails of unknown fate of earlier runs are named as well."""
    sending = sending or Sending()
    folder = home.outbox / entry.shop
    folder.mkdir(parents=True, exist_ok=True)
    with speaking(settings.lang), FileLock(folder / ".lock"):
        ledger = Ledger(record_of(home, entry.shop))
        job = _Job(home, entry, settings, sending, server_from(sending.environ), ledger)
        found = [_deliver_to(job, reader) for reader in _readers(settings)]
        return found + [replace(_unknown(entry.shop, step), is_old=True) for step in _left_unknown(job)]


def uncertain(home: Home) -> list[Delivery]:
    """Every mail of every shop of which nobody knows whether it arrived, for `doctor`."""
    books = sorted(record_of(home, "-").parent.glob("*.jsonl"))
    return [_unknown(path.stem, step) for path in books for step in Ledger(path).uncertain()]


def settle(home: Home, id: str, *, now: dt.datetime) -> Delivery:
    """Record a mail of unknown fate as arrived: the reader said so."""
    known = uncertain(home)
    mail = next((each for each in known if each.id == id), None)
    if mail is None:
        ids = ", ".join(each.id for each in known) or "–"
        raise ParamsError(
            "There is no mail of unknown fate {found}; there are: {known}.", found=id, known=ids
        )
    folder = home.outbox / mail.shop
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        ledger = Ledger(record_of(home, mail.shop))
        for step in ledger.uncertain():
            if step.id == id:
                ledger.add(replace(step, state=book.SENT, detail="confirmed by hand"), now.isoformat())
    return replace(mail, state="sent", detail="")


def send_once(
    message: EmailMessage, step: Step, ledger: Ledger, server: Server, sending: Sending
) -> tuple[str, str]:
    """Send one mail, trying again what may be tried again; (state, detail)."""
    text = message.as_bytes()

    def note(state: str, detail: str = "") -> None:
        ledger.add(replace(step, state=state, detail=detail), sending.now.isoformat())

    def attempt() -> None:
        note(book.OPEN)
        hand_over(server, text, step.recipient, before_dot=lambda: note(book.DOT))

    retry = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=tenacity.wait_exponential(multiplier=1, max=20),
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, NotTaken) and not error.lasting),
        sleep=sending.sleep,
        reraise=True,
    )
    try:
        retry(attempt)
    except NotTaken as error:
        state, detail = (book.REFUSED if error.lasting else book.FAILED), str(error)
    except Unknown as error:
        state, detail = book.UNCERTAIN, str(error)
    else:
        state, detail = book.SENT, ""
    note(state, detail)
    return state, detail


def is_address(text: str) -> bool:
    """Whether a text can be a mail address at all."""
    return bool(_ADDRESS.fullmatch(text)) and ".." not in text


def is_example(address: str) -> bool:
    """Whether nobody can have this address (RFC 2606): a shop file copied from the demo's mails nobody."""
    return address.rsplit("@", 1)[-1].lower() in ("example.com", "example.net", "example.org")


def only_written(address: str, server: Server | None) -> bool:
    """Whether a mail goes no further than its file; a server of this machine takes examples, to be tried."""
    return server is None or address == PREVIEW or (is_example(address) and not server.is_here)


def _readers(settings: ShopSettings) -> list[Recipient]:
    """Each address once; without recipients the owner, without an owner a preview that is only written."""
    found = {reader.address.strip().lower(): reader for reader in reversed(settings.recipients)}
    if found:
        return list(reversed(found.values()))
    return [Recipient(address=settings.owner_address or PREVIEW)]


def _deliver_to(job: _Job, reader: Recipient) -> Delivery:
    address = reader.address.strip()
    if not is_address(address):
        text = tr(
            "{found!r} is no mail address; correct it in params/shops/{shop}.yaml.",
            found=address,
            shop=job.entry.shop,
        )
        return _result(job, address, "refused", text)
    content = digest(job.entry, job.settings, reader.roles)
    if content is None:
        return _result(job, address, "skipped", tr("this report has no findings to send"))
    key = f"{job.name}/{recipient_id(address)}"
    if settled := _settled(job, key, reader, content):
        return settled
    if reason := _reason_not_to(job, content, reader):
        return _result(job, address, *reason)
    if job.sending.dry_run:
        return _result(job, address, "planned", content.subject_line)
    return _write_and_send(job, key, reader, content)


def _settled(job: _Job, key: str, reader: Recipient, content: Digest) -> Delivery | None:
    """The answer when this version was sent, or may have been, and nobody asked to send it again."""
    step, address = job.ledger.step(key, content.version), reader.address.strip()
    if step is None or (step.is_uncertain and job.sending.again(step)):
        return None
    if step.is_uncertain:
        return _unknown(job.entry.shop, step)
    if step.state == book.SENT:
        return _result(job, address, "already", tr("this version was sent before"))
    if step.state == book.WRITTEN and job.server is None and (file := _file(job, address)).is_file():
        return _result(job, address, "already", tr("this version was written before"), file)
    return None


def _reason_not_to(job: _Job, content: Digest, reader: Recipient) -> tuple[str, str] | None:
    """Why this reader gets nothing: the quality gate, then the send policy."""
    policy = job.settings.send_policy
    if content.blocking and job.settings.on_blocking == "hold" and not job.sending.resend:
        texts = "; ".join(w["text"] for w in content.warnings if w["level"] == "blocking")
        return "held", tr("data incomplete, held back: {reason} (send anyway: mail --resend)", reason=texts)
    if policy == "on_act" and not content.actions:
        return "skipped", tr("nothing to act on (send_policy on_act)")
    if policy == "on_change" and not _changed(job, content, reader):
        return "skipped", tr("nothing changed since the previous report (send_policy on_change)")
    return None


def _changed(job: _Job, content: Digest, reader: Recipient) -> bool:
    before = previous_of(job.home.reports, job.entry)
    old = digest(before, job.settings, reader.roles) if before else None
    return old is None or old.state != content.state


def _write_and_send(job: _Job, key: str, reader: Recipient, content: Digest) -> Delivery:
    address, entry = reader.address.strip(), job.entry
    earlier = job.ledger.sent_before(key, content.version)
    if earlier:
        content = replace(content, changed=changes(earlier.told, content.told))
    envelope = Envelope(
        sender=job.server.sender if job.server else SUITE,
        recipient=address,
        now=job.sending.now,
        corrects=earlier.message_id if earlier else "",
        attach_excel=reader.attach_excel,
    )
    message = report_mail(content, job.settings, envelope)
    file = _file(job, address)
    write_if_changed(file, message.as_bytes())
    step = Step(key, content.version, book.WRITTEN, address, message["Message-ID"], told=content.told)
    if job.server is None or only_written(address, job.server):
        job.ledger.add(step, job.sending.now.isoformat())
        text = tr("no recipient in params/shops/{shop}.yaml, so this is a preview", shop=entry.shop)
        if is_example(address):
            text = tr("an address of the demo, nobody reads it; the mail was only written")
        elif address != PREVIEW:
            text = tr("SHOPBOOK_SMTP_HOST is not set, so the mail was only written")
        return _result(job, address, "written", text, file)
    state, detail = send_once(message, step, job.ledger, job.server, job.sending)
    if state == book.UNCERTAIN:
        return replace(_unknown(entry.shop, replace(step, detail=detail)), file=file)
    return _result(job, address, state, detail, file)


def _left_unknown(job: _Job) -> Iterator[Step]:
    """Mails of other reports whose fate is unknown: every run names them until somebody decides."""
    return (step for step in job.ledger.uncertain() if not step.key.startswith(f"{job.name}/"))


def _unknown(shop: str, step: Step) -> Delivery:
    text = tr(
        "nobody knows whether it arrived ({reason}); ask the reader, then: shopbook mail --confirm {id} (it "
        "did) or --resend {id} (it did not)",
        reason=step.detail or tr("the run ended before the server answered"),
        id=step.id,
    )
    return Delivery(shop, step.recipient, "uncertain", text, report=step.key.rsplit("/", 1)[0], id=step.id)


def _file(job: _Job, address: str) -> Path:
    entry = job.entry
    return attachment_path(job.home.outbox / entry.shop, entry.date, entry.family, entry.campaign, address)


def _result(job: _Job, address: str, state: str, detail: str = "", file: Path | None = None) -> Delivery:
    return Delivery(job.entry.shop, address, state, detail, file, job.name)
