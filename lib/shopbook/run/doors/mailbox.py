"""A mailbox over IMAP: attachments of known senders. Nothing is deleted, moved or marked as read."""

import datetime as dt
import ssl
from collections.abc import Iterator, Mapping
from typing import Any

from shopbook.run.doors.parcel import DoorError, Memory, Parcel
from shopbook.run.doors.settings import Mailbox
from shopbook.run.mail.smtp import is_here
from shopbook.text import tr

ENDINGS = (".xls", ".xlsx", ".csv", ".txt", ".tsv", ".htm", ".html")
_PATIENCE = 30.0


def parcels(
    door: Mailbox, environ: Mapping[str, str], memory: Memory, now: dt.datetime, problems: list[str]
) -> Iterator[Parcel]:
    """The attachments of new mails, oldest first; a mail is new until its id was seen.

    Only the head of a mail is read before its sender and size are known.
    """
    with _opened(door, environ) as box:
        from imap_tools import AND

        validity = box.folder.status(door.folder, ["UIDVALIDITY"])["UIDVALIDITY"]
        since = (now - dt.timedelta(days=door.days)).date()
        for uid in box.uids(AND(date_gte=since)):
            id = f"{validity}:{uid}"
            if id in memory.seen:
                continue
            (head,) = list(box.fetch(AND(uid=uid), mark_seen=False, headers_only=True)) or [None]
            if head is not None and _is_welcome(door, head, problems):
                (mail,) = box.fetch(AND(uid=uid), mark_seen=False)
                yield from _attachments(door, mail, id, now)
            memory.seen[id] = now.isoformat()
            memory.save()


def _opened(door: Mailbox, environ: Mapping[str, str]) -> Any:
    try:
        from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted
    except ImportError as error:
        raise DoorError(
            "The mailbox {name} needs the extra remote: pip install shopbook[remote]", name=door.name
        ) from error
    password = environ.get(door.password_env, "")
    if not password:
        raise DoorError(
            "The mailbox {name}: the environment variable {variable} is not set.",
            name=door.name,
            variable=door.password_env,
        )
    context = ssl.create_default_context()
    box: Any
    if door.port != 993 and is_here(door.host):  # elsewhere the password never travels in clear
        box = MailBoxUnencrypted(door.host, door.port, _PATIENCE)
    elif door.port == 143:
        box = MailBoxStartTls(door.host, door.port, _PATIENCE, ssl_context=context)
    else:
        box = MailBox(door.host, door.port, _PATIENCE, ssl_context=context)
    box.login(door.user, password, initial_folder=None)
    if "ID" in box.client.capabilities:  # NetEase opens no folder to a program that does not say its name
        box.client.xatom("ID", '("name" "shopbook")')
    box.folder.set(door.folder)
    return box


def _is_welcome(door: Mailbox, mail: Any, problems: list[str]) -> bool:
    """Whether a mail comes from a sender on the list and is not too large; strangers are passed over."""
    if mail.from_.lower() not in {sender.lower() for sender in door.senders}:
        return False
    if mail.size_rfc822 > door.most_mb * 1.4 * 1024 * 1024:  # base64 makes a third more of it
        problems.append(
            tr(
                "the mail of {sender} of {day} is larger than {most} MB and was not read",
                sender=mail.from_,
                day=str(mail.date)[:10],
                most=f"{door.most_mb:g}",
            )
        )
        return False
    return True


def _attachments(door: Mailbox, mail: Any, id: str, now: dt.datetime) -> Iterator[Parcel]:
    sent = mail.date if mail.date.tzinfo else mail.date.replace(tzinfo=dt.UTC)
    for number, part in enumerate(mail.attachments):
        name = str(part.filename or "")
        is_small = len(part.payload) <= door.most_mb * 1024 * 1024
        if name.lower().endswith(ENDINGS) and part.payload and is_small:
            yield Parcel(f"{id}/{number}", name, part.payload, min(sent, now))
