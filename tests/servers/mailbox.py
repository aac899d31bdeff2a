"""A mailbox over IMAP on loopback, served by pymap in a process of its own."""

import email.message
import email.utils
import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

USER, PASSWORD = "reports@shop.test", "a secret of 24 letters.."


@contextmanager
def mailbox(patience: float = 60.0) -> Iterator[int]:
    """Start the server; gives its port once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-c", "from pymap.main import main; main()", "--host", "127.0.0.1"]
    whose = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    server = subprocess.Popen(
        [*program, "--port", str(port), *whose], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + patience
        while not _answers(port):
            assert server.poll() is None, "the server ended by itself"
            assert time.monotonic() < until, "the server did not start"
        yield port
    finally:
        server.kill()
        server.wait()


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as line:
        return bool(line.recv(1))
    time.sleep(0.05)
    return False


def put(port: int, sender: str, *files: tuple[str, bytes], sent: float) -> None:
    """Lay a mail with attachments into the mailbox."""
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, USER, "日报"
    mail["Date"] = email.utils.formatdate(sent)
    mail.set_content("见附件")
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    with imaplib.IMAP4("127.0.0.1", port) as box:
        box.login(USER, PASSWORD)
        box.append("INBOX", "", imaplib.Time2Internaldate(sent), mail.as_bytes())


def flags(port: int) -> list[bytes]:
    """What the mailbox notes of each mail."""
    with imaplib.IMAP4("127.0.0.1", port) as box:
        box.login(USER, PASSWORD)
        box.select("INBOX", readonly=True)
        return [each for each in box.fetch("1:*", "(FLAGS)")[1] if each]
