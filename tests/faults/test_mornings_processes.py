"""A sample of the seeded mornings through real processes and servers: `shopbook due` killed at any moment,
mails over SMTP, exports of some shops over IMAP.
"""

import contextlib
import os
import socket
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from mornings import SHOPS, Outcome, PowerCut, Simulation
from servers.mailbox import PASSWORD, USER, mailbox, put
from shopbook.home import PROJECT


class Inboxes:
    """The readers' mail server: what it accepted."""

    def __init__(self) -> None:
        self.accepted: list[EmailMessage] = []

    async def handle_DATA(self, server, session, envelope):
        self.accepted.append(message_from_bytes(envelope.content))
        return "250 OK"


class RealMorning(Simulation):
    """The same morning; each call is a process, and the power goes out in the middle of one."""

    STATE = "sent"

    def __init__(self, root, seed, smtp_port, imap_port) -> None:
        super().__init__(root, seed)
        self.imap_port, self.delivered = imap_port, 0
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SHOPBOOK_")},
            "SHOPBOOK_SMTP_HOST": "127.0.0.1",
            "SHOPBOOK_SMTP_PORT": str(smtp_port),
            "SHOPBOOK_SMTP_TLS": "none",
            "SHOPBOOK_SMTP_FROM": "shopbook@shop.test",
            "DOOR_PASSWORD": PASSWORD,
        }
        doors = [
            f"{{name: {shop}, shop: {shop}, host: 127.0.0.1, port: {imap_port}, user: {USER}, "
            f"password_env: DOOR_PASSWORD, senders: [{shop}@shop.test]}}"
            for shop in self.behind_a_door
        ]
        text = f"mailboxes: [{', '.join(doors)}]\n"
        (self.home.root / "params" / "sources.yaml").write_text(text, encoding="utf-8")
        for family in ("periodic", "product_lifecycle", "campaign_review"):  # not due in these mornings
            path = self.home.root / "params" / f"{family}.yaml"
            path.write_text("notebooks: [weekly]\n", encoding="utf-8")

    @contextlib.contextmanager
    def _power(self):
        """One call in four is killed after a moment."""
        self.seconds = self.dice.uniform(0.3, 8) if self.dice.random() < 0.25 else None
        yield

    def _drop_until(self, now):
        for each in self.coming:
            if each.shop in self.behind_a_door and self.newest < each.moment <= now:
                sent = each.moment.timestamp()
                put(self.imap_port, f"{each.shop}@shop.test", (each.name, each.content), sent=sent)
        return super()._drop_until(now)

    def _due(self, now) -> None:
        program = [sys.executable, "-m", "shopbook", "--home", str(self.home.root), "due", "--now"]
        seconds, self.seconds = self.seconds, None
        call = subprocess.Popen(
            [*program, now.isoformat()], env=self.environ, cwd=PROJECT, start_new_session=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            call.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(call.pid, 9)
            call.wait()
            raise PowerCut from None


@pytest.fixture
def readers():
    inboxes = Inboxes()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(inboxes, hostname="127.0.0.1", port=port)
    server.start()
    yield inboxes, port
    server.stop()


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(1000, 1020))
def test_a_morning_of_real_processes_ends_with_the_right_mails(tmp_path, readers, seed):
    inboxes, smtp_port = readers
    with mailbox() as imap_port:
        found = RealMorning(tmp_path, seed, smtp_port, imap_port).run()
    assert found == Outcome()
    got = Counter((mail["To"], mail["Message-ID"]) for mail in inboxes.accepted)
    assert len({mail["To"] for mail in inboxes.accepted}) == 2
    assert len(inboxes.accepted) >= 2 * len(SHOPS)
    assert max(got.values()) == 1, "a mail came twice"
