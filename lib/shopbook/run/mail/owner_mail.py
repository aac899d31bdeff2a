"""One mail over all shops of an owner, once a morning: the worst first, what they share, what is missing."""

import hashlib
from collections.abc import Iterable

from filelock import FileLock

from shopbook.errors import WorkbookError
from shopbook.home import Home
from shopbook.params import shop_settings
from shopbook.run.mail import outbox_ledger as book
from shopbook.run.mail.mail_text import plain
from shopbook.run.mail.outbox import SUITE, Delivery, Sending, is_address, only_written, send_once
from shopbook.run.mail.outbox_ledger import Ledger, Step, record_of
from shopbook.run.mail.report_mail import Envelope, attachment_path, notice_mail
from shopbook.run.mail.smtp import server_from
from shopbook.run.site.files import write_if_changed
from shopbook.run.site.overview import overview
from shopbook.run.site.published import Entry
from shopbook.text import speaking, tr

OWNERS = "owners"


def deliver_overviews(home: Home, found: Iterable[Entry], sending: Sending) -> list[Delivery]:
    """To everybody who owns several shops one mail over these and no others; once for a day."""
    entries = list(found)
    owned, names, langs = _owned(home, entries)
    sent = []
    for address, shops in sorted(owned.items()):
        if len(shops) > 1:
            with speaking(langs[address]):
                mine = [entry for entry in entries if entry.shop in shops]
                sent += _deliver(home, address, mine, names, sending)
    return sent


def _owned(home: Home, found: Iterable[Entry]) -> tuple[dict[str, set[str]], dict[str, str], dict[str, str]]:
    """Shops by owner, names by shop, languages by owner; a shop whose file does not hold has none."""
    owned: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    langs: dict[str, str] = {}
    for shop in sorted({entry.shop for entry in found}):
        try:
            settings = shop_settings(home, shop)
        except WorkbookError:
            continue
        names[shop] = settings.name or shop
        address = settings.owner_address.strip()
        if is_address(address):
            owned.setdefault(address, set()).add(shop)
            langs.setdefault(address, settings.lang)
    return owned, names, langs


def _deliver(
    home: Home, address: str, mine: list[Entry], names: dict[str, str], sending: Sending
) -> list[Delivery]:
    over = overview(home, mine, names)
    folder = home.outbox / OWNERS
    folder.mkdir(parents=True, exist_ok=True)
    if over is None:
        return []
    with FileLock(folder / ".lock"):
        ledger, server = Ledger(record_of(home, OWNERS)), server_from(sending.environ)
        file = attachment_path(folder, over.day, "overview", "", address)
        key = f"{over.day}/overview/{hashlib.sha256(address.encode()).hexdigest()[:8]}"
        step = ledger.newest(key)
        if step and (step.state in (book.SENT, book.WRITTEN) or step.is_uncertain):
            return [Delivery(OWNERS, address, "already", tr("this version was sent before"), file, over.day)]
        envelope = Envelope(server.sender if server else SUITE, address, sending.now)
        message = notice_mail(plain(over.headline, 60), "mail_owner", {"o": over}, envelope)
        write_if_changed(file, message.as_bytes())
        step = Step(key, over.day, book.WRITTEN, address, message["Message-ID"])
        if server is None or only_written(address, server):
            ledger.add(step, sending.now.isoformat())
            return [Delivery(OWNERS, address, "written", "", file, over.day)]
        state, detail = send_once(message, step, ledger, server, sending)
        return [Delivery(OWNERS, address, state, detail, file, over.day)]
