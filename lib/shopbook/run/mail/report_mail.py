"""Builds mail from a digest or a failed run: text and HTML parts, charts by content id, the page attached."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader

from shopbook import units
from shopbook.columns import columns, label
from shopbook.params import ShopSettings
from shopbook.run.mail.action_sheet import NAMES, sheet
from shopbook.run.mail.attached import attached
from shopbook.run.mail.digest import Digest
from shopbook.run.mail.mail_text import file_name, plain
from shopbook.run.site.labels import day_text, family_label, level_label, owner_label, sheet_label
from shopbook.text import catalogue, speaking, tr

DOMAIN = "shopbook.invalid"
SUBJECT = 60


class MailPolicy(EmailPolicy):
    """SMTP lines; Chinese header texts are encoded as a whole, ids stay on their line.

    Python's own folding encodes word by word and loses the blank between a Chinese and a Latin word.
    """

    def fold(self, name: str, value: Any) -> str:
        text = str(value)
        if name.lower() in ("message-id", "in-reply-to", "references", "list-id"):
            return f"{name}: {text}{self.linesep}"
        if name.lower() != "subject" or text.isascii():
            result: str = super().fold(name, value)
            return result
        encoded = Header(text, "utf-8", maxlinelen=76, header_name=name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


POLICY = MailPolicy(linesep="\r\n")


@dataclass(frozen=True)
class Envelope:
    """Who a mail is from and to, when it was made, and what it corrects."""

    sender: str
    recipient: str
    now: dt.datetime
    corrects: str = ""
    attach_excel: bool = False


def recipient_id(address: str) -> str:
    """8 hex digits that stand for an address in file names and ids."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:8]


def report_mail(digest: Digest, settings: ShopSettings, envelope: Envelope) -> EmailMessage:
    """The mail of one report to one reader."""
    with speaking(digest.lang):
        entry = digest.entry
        title = family_label(entry.family)
        message = _message(_subject(digest, title, envelope), envelope)
        message["From"] = formataddr((f"{digest.shop_name} {title}", envelope.sender))
        message["Message-ID"] = message_id(digest, envelope.recipient)
        message["List-Id"] = f"{entry.family} <{entry.family}.{_safe(entry.shop)}.{DOMAIN}>"
        if envelope.corrects:
            message["In-Reply-To"] = message["References"] = envelope.corrects
        pictures = [(f"chart{n}", alt, path) for n, (alt, path) in enumerate(digest.charts, start=1)]
        values = {"d": digest, "title": title, "pictures": pictures, "shop": settings}
        message.set_content(rendered("mail.txt.j2", values))
        message.add_alternative(rendered("mail.html.j2", values), subtype="html")
        html = message.get_body(("html",))
        assert isinstance(html, EmailMessage)
        for cid, _, path in pictures:
            html.add_related(
                path.read_bytes(), "image", "png", cid=f"<{cid}>", filename=f"{cid}.png", disposition="inline"
            )
        _attach(message, digest, title, envelope.attach_excel)
    return _with_stable_boundaries(message)


def message_id(digest: Digest, recipient: str) -> str:
    """The same report version to the same reader has the same id, on every machine and every try."""
    entry = digest.entry
    parts = [entry.date, entry.family, _safe(entry.shop), recipient_id(recipient), digest.version[:16]]
    return f"<{'.'.join(parts)}@{DOMAIN}>"


def notice_mail(subject: str, template: str, values: Mapping[str, Any], envelope: Envelope) -> EmailMessage:
    """A mail about the suite itself, such as a failed run, from a pair of templates."""
    message = _message(subject, envelope)
    message["From"] = formataddr(("shopbook", envelope.sender))
    text = rendered(f"{template}.txt.j2", values)
    digest = hashlib.sha256(f"{subject}{text}".encode()).hexdigest()[:16]
    message["Message-ID"] = f"<notice.{recipient_id(envelope.recipient)}.{digest}@{DOMAIN}>"
    message["List-Id"] = f"notices <notices.{DOMAIN}>"
    message.set_content(text)
    message.add_alternative(rendered(f"{template}.html.j2", values), subtype="html")
    return _with_stable_boundaries(message)


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """A template of this package; in HTML the styles stand on the elements, as mail programs need it."""
    is_html = template.endswith(".html.j2")
    text = _templates(is_html).get_template(template).render(**values)
    return _inliner().inline(text) if is_html else text


def get_ready() -> None:
    """Read the templates and sentences of a mail: a morning does it while its notebooks load."""
    columns()
    catalogue()
    for name in ("mail.txt.j2", "mail.html.j2"):
        _templates(name.endswith(".html.j2")).get_template(name)


def _message(subject: str, envelope: Envelope) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message["Subject"] = plain(subject, 120)
    message["To"] = envelope.recipient
    message["Date"] = format_datetime(envelope.now)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    return message


def _subject(digest: Digest, title: str, envelope: Envelope) -> str:
    """At most 60 characters: a daily one starts with money, any other with its name and day."""
    marks = [tr("data incomplete")] if digest.blocking else []
    marks += [tr("corrected")] if envelope.corrects else []
    mark = "".join(f"[{mark}]" for mark in marks)
    line = digest.subject_line
    if not digest.sales:
        return plain(f"[{title} {digest.entry.date[5:]}]{mark} {line}", SUBJECT)
    if mark and digest.lang == "en":
        mark = f" {mark}"
    if (place := line.find(digest.amount, 0, 24)) >= 0:
        end = place + len(digest.amount)
        return plain(line[:end] + mark + line[end:], SUBJECT)
    return plain(tr("{sales}{mark}: {line}", sales=digest.sales, mark=mark, line=line), SUBJECT)


def _attach(message: EmailMessage, digest: Digest, title: str, excel: bool) -> None:
    name = f"{title}-{digest.shop_name}-{digest.entry.date}"
    if digest.page:
        page = attached(digest.page.read_text(encoding="utf-8"), digest.link)
        message.add_attachment(page, subtype="html", charset="utf-8", filename=file_name(f"{name}.html"))
    acts = [action for action in digest.todo if action.level == "act"]
    if acts:
        kind = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        filename = (
            f"{NAMES[0] if digest.lang == 'zh' else NAMES[1]}-{digest.shop_name}-{digest.entry.date}.xlsx"
        )
        content = sheet(digest.entry.shop, digest.entry.date, acts)
        message.add_attachment(content, "application", kind, filename=file_name(filename))
    for book in digest.workbooks if excel else ():
        kind = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        filename = f"{name}-{sheet_label(book.stem)}.xlsx"
        message.add_attachment(book.read_bytes(), "application", kind, filename=file_name(filename))


def _with_stable_boundaries(message: EmailMessage) -> EmailMessage:
    """The same mail has the same bytes: a rewritten .eml that did not change stays as it is."""
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        seed = hashlib.sha256(f"{message['Message-ID']}{number}".encode()).hexdigest()[:24]
        part.set_boundary(f"=_{seed}_=")
    return message


def _safe(text: str) -> str:
    """`text` as a dot-atom: ids in headers are ASCII."""
    kept = "".join(char if (char.isascii() and char.isalnum()) or char in "-_" else "-" for char in text)
    return kept if kept == text else f"{kept}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"


def _figure(row: Mapping[str, Any], field: str = "value") -> str:
    known = columns().get(row["metric"])
    return units.figure(row.get(field), known.unit if known else "")


def _color(change: float | None, shop: ShopSettings) -> str:
    mark = units.change(change)[:1]
    return {units.UP: shop.up_color, units.DOWN: shop.down_color}.get(mark, "#5B6470")


def _badge(finding: Mapping[str, Any]) -> tuple[str, str]:
    """Class and word of a finding: what calls for nothing is normal only where something was decided."""
    if finding["level"] == "ok" and finding.get("verdict", "unknown") == "unknown":
        return "unknown", tr("not sure")
    return finding["level"], level_label(finding["level"])


def _routed(finding: Mapping[str, Any]) -> str:
    """Who acts, and until when."""
    owner, due = owner_label(finding["owner"]), finding.get("due") or ""
    if not due:
        return tr("Owner: {owner}", owner=owner)
    return tr("Owner: {owner} · due {day}", owner=owner, day=due[5:])


@cache
def _inliner() -> css_inline.CSSInliner:
    # The at-rule for dark screens stays a rule: it cannot live on an element.
    return css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


@cache
def _templates(autoescape: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("shopbook.run.mail", "templates"),
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(tr=tr, badge=_badge, routed=_routed, figure=_figure, color=_color)
    environment.globals.update(change=units.change, label=label)
    environment.globals.update(cny=lambda value: units.figure(value, "CNY"))
    environment.filters.update(p=plain, day=day_text)
    return environment


def attachment_path(folder: Path, date: str, family: str, campaign: str, recipient: str) -> Path:
    """Where the .eml of one reader lies."""
    parts = [date, family, *([_safe(campaign)] if campaign else []), recipient_id(recipient)]
    return folder / f"{'-'.join(parts)}.eml"
