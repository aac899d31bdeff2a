"""Hands one mail to an SMTP server and says which of three things happened: taken, not taken, or unknown."""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal

from shopbook.errors import DeliveryError
from shopbook.run.mail.mail_text import plain, redacted
from shopbook.text import tr

# How long a connection must stay silent before the final dot. A server that died while it received the text
# shows up in this time, so that the mail can be sent again instead of being recorded as uncertain.
GRACE_SECONDS = 0.25
# RFC 5321 asks for patience after the dot: giving up early is what makes mail arrive twice elsewhere.
REPLY_PATIENCE = 4


class NotTaken(Exception):
    """The server surely does not have the mail; `lasting` when trying again now is pointless."""

    def __init__(self, reason: str, lasting: bool = False) -> None:
        super().__init__(redacted(plain(reason, 300)))
        self.lasting = lasting


class Unknown(Exception):
    """The whole mail went out and no reply came back: the server may have it."""


@dataclass(frozen=True)
class Server:
    """Where and how to send; the password never shows in a text."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Literal["starttls", "ssl", "none"] = "starttls"
    sender: str = ""
    ca_file: str = ""
    timeout: float = 30.0

    @property
    def is_here(self) -> bool:
        """Whether it listens on this machine, as one set up to try mails does."""
        return self.host in ("localhost", "127.0.0.1", "::1")


def server_from(environ: Mapping[str, str]) -> Server | None:
    """The server of SHOPBOOK_SMTP_*; None without a host."""
    host = environ.get("SHOPBOOK_SMTP_HOST", "").strip()
    if not host:
        return None
    port = _number(environ, "SHOPBOOK_SMTP_PORT", "587")
    tls = environ.get("SHOPBOOK_SMTP_TLS", "").strip().lower() or ("ssl" if port == 465 else "starttls")
    if tls not in ("starttls", "ssl", "none"):
        raise DeliveryError("SHOPBOOK_SMTP_TLS is {found!r}; write starttls, ssl or none.", found=tls)
    user = environ.get("SHOPBOOK_SMTP_USER", "").strip()
    if tls == "none" and user and not is_here(host):
        raise DeliveryError(
            "SHOPBOOK_SMTP_TLS is none, so the password would travel in clear; use starttls or ssl."
        )
    sender = environ.get("SHOPBOOK_SMTP_FROM", "").strip() or user
    if "@" not in sender:
        raise DeliveryError("SHOPBOOK_SMTP_FROM is {found!r}; write the sender's mail address.", found=sender)
    return Server(
        host=host,
        port=int(port),
        user=user,
        password=environ.get("SHOPBOOK_SMTP_PASSWORD", ""),
        tls=tls,  # type: ignore[arg-type]
        sender=sender,
        ca_file=environ.get("SHOPBOOK_SMTP_CA", "").strip(),
        timeout=_number(environ, "SHOPBOOK_SMTP_TIMEOUT", "30"),
    )


def hand_over(
    server: Server,
    message: bytes,
    recipient: str,
    *,
    before_dot: Callable[[], None],
) -> None:
    """Send one mail to one recipient; `before_dot` is called just before the server may accept it.

    Raises NotTaken when the server surely does not have it, Unknown when nobody can tell.
    """
    connection = _connected(server)
    try:
        _announce(connection, server.sender, recipient)
        _send_text(connection, message)
        before_dot()
        _finish(connection, server)
    finally:
        connection.close()


def _connected(server: Server) -> smtplib.SMTP:
    try:
        if server.tls == "ssl":
            context = _context(server)
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
        if server.tls == "starttls":
            connection.starttls(context=_context(server))
        if server.user:
            connection.login(server.user, server.password)
        else:
            connection.ehlo_or_helo_if_needed()
    except smtplib.SMTPAuthenticationError as error:
        raise NotTaken(
            tr(
                "the server refused the login ({code}); check SHOPBOOK_SMTP_USER and SHOPBOOK_SMTP_PASSWORD",
                code=error.smtp_code,
            ),
            lasting=True,
        ) from None
    except smtplib.SMTPNotSupportedError:
        text = tr("the server offers no STARTTLS or login; set SHOPBOOK_SMTP_TLS to ssl or another port")
        raise NotTaken(text, lasting=True) from None
    except ssl.SSLCertVerificationError as error:
        raise NotTaken(
            tr(
                "the certificate of {host} does not hold: {reason}",
                host=server.host,
                reason=error.verify_message,
            ),
            lasting=True,
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        raise NotTaken(f"{server.host}:{server.port} {_reason(error)}") from None
    return connection


def _announce(connection: smtplib.SMTP, sender: str, recipient: str) -> None:
    """MAIL, RCPT and DATA; a 5xx reply to any of them lasts, a 4xx does not."""
    try:
        for code, reply in (
            connection.mail(sender),
            connection.rcpt(recipient),
        ):
            if code not in (250, 251):
                raise NotTaken(f"{code} {reply.decode(errors='replace')}", lasting=code >= 500)
        code, reply = connection.docmd("DATA")
        if code != 354:
            raise NotTaken(f"{code} {reply.decode(errors='replace')}", lasting=code >= 500)
    except (smtplib.SMTPException, OSError) as error:
        raise NotTaken(_reason(error)) from None


def _send_text(connection: smtplib.SMTP, message: bytes) -> None:
    """The mail without its final dot, then a moment of listening: a living server stays silent."""
    text = re.sub(rb"\r?\n|\r", b"\r\n", message)
    text = re.sub(rb"(?m)^\.", b"..", text)
    sock = connection.sock
    assert sock is not None
    try:
        sock.sendall(text if text.endswith(b"\r\n") else text + b"\r\n")
        patience = sock.gettimeout()
        sock.settimeout(GRACE_SECONDS)
        try:
            heard = sock.recv(512)
        except TimeoutError:
            sock.settimeout(patience)
            return
    except OSError as error:
        raise NotTaken(_reason(error)) from None
    raise NotTaken(heard.decode(errors="replace") or tr("the connection closed before the end of the mail"))


def _finish(connection: smtplib.SMTP, server: Server) -> None:
    """The final dot and the reply to it."""
    sock = connection.sock
    assert sock is not None
    try:
        sock.sendall(b".\r\n")
    except (BrokenPipeError, ConnectionResetError) as error:
        raise NotTaken(_reason(error)) from None
    except OSError as error:
        raise Unknown(_reason(error)) from None
    try:
        sock.settimeout(server.timeout * REPLY_PATIENCE)
        code, reply = connection.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise Unknown(_reason(error)) from None
    if code != 250:
        raise NotTaken(f"{code} {reply.decode(errors='replace')}", lasting=code >= 500)
    try:
        sock.settimeout(server.timeout)
        connection.quit()
    except (smtplib.SMTPException, OSError):
        return  # the mail is taken; how the server says goodbye does not matter


def _context(server: Server) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.ca_file or None)


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError | socket.timeout):
        return tr("no answer in time")
    return str(error) or type(error).__name__


def _number(environ: Mapping[str, str], name: str, default: str) -> float:
    found = environ.get(name, "").strip() or default
    if not re.fullmatch(r"\d{1,5}", found) or int(found) == 0:
        raise DeliveryError(
            "{name} is {found!r}; write a number such as {example}.", name=name, found=found, example=default
        )
    return int(found)


def is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
