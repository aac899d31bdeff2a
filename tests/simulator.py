"""Mornings on a machine that fails between any two writes: power cut, torn write, full disk, a moody server.

The same mornings as `mornings.Simulation` (late, doubled, half, damaged, restated files, a simulated clock),
over the real code; the faults hit the very calls by which it makes things last. A seed decides everything:
the same seed gives the same morning.
"""

import contextlib
import datetime as dt
import errno
import os
import random
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from unittest import mock

from mornings import DAY, SHOPS, Outcome, PowerCut, Simulation, at
from shopbook.history.store import Store
from shopbook.run.mail import outbox, outbox_all
from shopbook.run.mail.outbox import Sending
from shopbook.run.mail.outbox_ledger import Ledger, record_of
from shopbook.run.mail.smtp import NotTaken, Unknown
from shopbook.run.morning.morning import Hands, morning
from shopbook.run.site.publish import publish

READERS = ("li@shop.test", "wang@shop.test")
SERVER = {
    "SHOPBOOK_SMTP_HOST": "mail.shop.test",
    "SHOPBOOK_SMTP_FROM": "a@shop.test",
    "SHOPBOOK_SMTP_TLS": "none",
}
# What may happen at one of the writes of a call, and how many writes a call has about.
DISK = ("cut before", "cut after", "torn", "full")
WRITES = 30


class MailServer:
    """Takes a mail, refuses it for now, dies before the dot, or takes it and dies before it says so."""

    def __init__(self, dice: random.Random) -> None:
        self.dice, self.taken = dice, list[tuple[str, str]]()

    def hand_over(self, server, message: bytes, recipient: str, *, before_dot) -> None:
        mood = self.dice.choices(("takes", "busy", "dies before", "dies after"), (80, 8, 6, 6))[0]
        if mood == "busy":
            raise NotTaken("451 later")
        if mood == "dies before":
            raise NotTaken("closed")
        before_dot()
        self.taken.append((recipient, message_from_bytes(message)["Message-ID"]))
        if mood == "dies after":
            raise Unknown("no answer")


def _tear(file: int) -> None:
    """Leave two thirds of the last line: what was on the disk before a write is not torn by it."""
    held = Path(f"/proc/self/fd/{file}").read_bytes()
    start = held.rstrip(b"\n").rfind(b"\n") + 1
    os.ftruncate(file, start + (len(held) - start) * 2 // 3)


class FailingMachine(Simulation):
    """One seeded morning on such a machine."""

    def __init__(self, root: Path, seed: int) -> None:
        super().__init__(root, seed)
        self.behind_a_door = set()  # every export is saved into the inbox
        self.hits = 0
        self.faults, self.server = random.Random(f"faults {seed}"), MailServer(random.Random(f"mail {seed}"))

    def _judged(self) -> Outcome:
        return self._told()

    def run(self) -> Outcome:
        super().run()
        for minute in (35, 40, 45):  # calls without a fault: what was owed is made up
            self._call(at(f"12:{minute}"))
        return self._told()

    def _power(self) -> contextlib.AbstractContextManager[None]:
        """Its power fails at the writes of `_fault`, not a second time beside them."""
        return contextlib.nullcontext()

    def _due(self, now: dt.datetime) -> None:
        """A call of `due`; half of them meet a fault at one of their writes, which ends the call."""
        if self.faults.random() < 0.5:
            with (
                self._fault(self.faults.choice(DISK), self.faults.randint(1, WRITES)),
                contextlib.suppress(OSError, PowerCut),
            ):
                self._call(now)
        else:
            self._call(now)

    def _call(self, now: dt.datetime) -> None:
        sending = Sending(environ=SERVER, now=now, sleep=lambda seconds: None)
        hands = Hands(
            run=lambda requests: self._notebooks(requests, now),
            publish=lambda: publish(self.home).problems,
            deliver=lambda entries: outbox_all.deliver_all(self.home, entries, sending),
        )
        with mock.patch.object(outbox, "hand_over", self.server.hand_over):
            morning(self.home, now, hands)

    @contextlib.contextmanager
    def _fault(self, kind: str, number: int) -> Iterator[None]:
        """Let the `number`-th write of the block fail: a flush to disk or a rename."""
        left = [number]

        def failing(whole):
            def write(target, *rest, **more):
                left[0] -= 1
                if left[0]:
                    return whole(target, *rest, **more)
                self.hits += 1
                if kind == "full":
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                if kind == "torn" and isinstance(target, int):
                    _tear(target)
                if kind == "cut after":
                    whole(target, *rest, **more)
                raise PowerCut

            return write

        with (
            mock.patch.object(os, "fsync", failing(os.fsync)),
            mock.patch.object(os, "replace", failing(os.replace)),
            contextlib.suppress(PowerCut),
        ):
            yield

    def _told(self) -> Outcome:
        """Against the truth: every reader has the last figures once, or is named as of unknown fate."""
        found = Outcome()
        for shop, amount in self.truth.items():
            stored = (
                Store(self.home.history).read(shop, "shop_daily", DAY, DAY, ["visitors"])["visitors"].tolist()
            )
            if stored != [float(amount)]:
                found.wrong.append(f"{shop}: the history says {stored}, the export {amount}")
            steps = list(Ledger(record_of(self.home, shop))._steps.values())
            sent = {step.message_id: step for step in steps}
            for reader in READERS:
                mine = [sent[id_] for to, id_ in self.server.taken if to == reader and id_ in sent]
                unknown = [step for step in steps if step.recipient == reader and step.is_uncertain]
                versions = [step.version for step in mine]
                if len(set(versions)) < len(versions):
                    found.doubled.append(f"{shop} {reader}")
                if not mine and not unknown:
                    found.lost.append(f"{shop} {reader}")
                newest = [step for step in steps if step.recipient == reader][-1:]
                if newest and f'"pay_amount": {amount * 2.0}' not in newest[0].told:
                    found.wrong.append(f"{shop} {reader}: {newest[0].told[:80]}")
        return found


__all__ = ["SHOPS", "FailingMachine"]
