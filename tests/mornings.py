"""Mornings of three shops on a simulated clock: files late, doubled, half, another shop's, damaged, restated,
brought by a person or by a door, and a machine that stops between any two steps or at any write.

The drop folder, history, site and outbox are real; a notebook is a line that reads the history, and mails are
written, not sent.
"""

import contextlib
import datetime as dt
import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from published import home_at, report, shelve
from shopbook.history.store import Store
from shopbook.run import manifest
from shopbook.run.batch_result import BatchResult
from shopbook.run.doors.fetch import through
from shopbook.run.doors.parcel import Memory, Parcel
from shopbook.run.doors.settings import Door
from shopbook.run.job import NotebookResult
from shopbook.run.mail import outbox_all
from shopbook.run.mail.outbox import Sending
from shopbook.run.mail.outbox_ledger import record_of
from shopbook.run.morning import morning as steps
from shopbook.run.morning.morning import Hands, morning
from shopbook.run.plan import plan
from shopbook.run.site.publish import publish

SHOPS = ("ash", "birch", "cedar")
CHINA = dt.timezone(dt.timedelta(hours=8))
DAY = dt.date(2026, 11, 20)
FAMILY = 'notebooks: [own]\nschedule: {cron: "30 8 * * *", deadline: "10:30", needs: [shop_daily]}\n'
FAULTS = ("none", "late", "doubled", "half", "other shop", "damaged", "restated", "all at once")
STEPS = ("_fetch", "_take_in", "_make", "_publish", "_mail")
READERS = ("li@shop.test", "wang@shop.test")
# What a call writes at most; a cut at a later write never comes.
_WRITES = 60


class PowerCut(BaseException):
    """The machine stops here."""


@dataclass
class Outcome:
    """What is wrong after one morning; nothing when all lists are empty."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Download:
    """A file that is there from a moment on: in the drop folder, or at the door of its shop."""

    moment: dt.datetime
    shop: str
    name: str
    content: bytes


class Simulation:
    """One seeded morning."""

    # How the record calls a mail that went out; without a mail server it is written to the outbox.
    STATE = "written"

    def __init__(self, root: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        recipients = f"recipients: [{', '.join(f'{{address: {reader}}}' for reader in READERS)}]\n"
        self.home = home_at(root, **dict.fromkeys(SHOPS, recipients))
        (self.home.root / "params" / "daily.yaml").write_text(FAMILY, encoding="utf-8")
        # No two shops have the same figures: the gate holds a file whose bytes another shop brought before.
        self.truth = {shop: 3 * self.dice.randint(200, 1_500) + at for at, shop in enumerate(SHOPS)}
        self.behind_a_door = [shop for shop in SHOPS if self.dice.random() < 0.3]
        self.coming = sorted(
            (each for shop in SHOPS for each in self._downloads(shop, self.dice.choice(FAULTS))),
            key=lambda each: each.moment,
        )
        self.newest = at("00:00")
        self.door_broke = False

    def run(self) -> Outcome:
        """Every five minutes from 8:00 to 12:30, with power cuts; then judge.

        Calls in which nothing can happen (no file in ten minutes, no hour of the schedule, no door that broke
        off the last time) are left out.
        """
        now = at("08:00") - dt.timedelta(minutes=5)
        while now < at("12:30"):
            now += dt.timedelta(minutes=5)
            quiet = not self._drop_until(now) and not self.door_broke
            if quiet and now not in map(at, ("08:30", "08:35", "10:30", "10:35")):
                continue
            try:
                with self._power():
                    self._due(now)
            except PowerCut:
                self._due(now + dt.timedelta(minutes=1))
        return self._judged()

    def _downloads(self, shop: str, fault: str) -> Iterator[Download]:
        """What somebody saves for `shop`, and when."""
        start = at("08:00") + dt.timedelta(minutes=self.dice.randint(0, 60))
        if fault in ("late", "all at once"):
            start = at("10:30") + dt.timedelta(minutes=self.dice.randint(1, 60))
        name, whole = f"店铺日报_{DAY}.csv", sheet(self.truth[shop])
        later = start + dt.timedelta(minutes=self.dice.randint(6, 40))
        if fault in ("half", "damaged"):
            yield Download(start, shop, name, b"" if fault == "half" else self.dice.randbytes(300))
            yield Download(later, shop, name, whole)
            return
        yield Download(start, shop, name, whole)
        if fault in ("doubled", "all at once"):
            yield Download(later, shop, f"店铺日报_{DAY} (1).csv", whole)
        if fault in ("restated", "all at once"):
            self.truth[shop] += 3 * self.dice.randint(1, 130)
            yield Download(later, shop, f"店铺日报_{DAY}_新.csv", sheet(self.truth[shop]))
        if fault in ("other shop", "all at once"):
            yield Download(start, shop, "别家.csv", "类目,竞品\n杯,5\n".encode())

    def _drop_until(self, now: dt.datetime) -> bool:
        """Save what was downloaded by `now`; whether anything came in the last ten minutes."""
        for each in [each for each in self.coming if self.newest < each.moment <= now]:
            self.newest = each.moment
            if each.shop not in self.behind_a_door:
                path = self.home.inbox / each.shop / each.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(each.content)
                os.utime(path, (each.moment.timestamp(), each.moment.timestamp()))
        return now - self.newest <= dt.timedelta(minutes=10)

    def _due(self, now: dt.datetime) -> None:
        sending = Sending(environ={}, now=now, sleep=lambda seconds: None)
        hands = Hands(
            fetch=lambda: self._fetched(now),
            run=lambda requests: self._notebooks(requests, now),
            publish=lambda: publish(self.home).problems,
            deliver=lambda entries: outbox_all.deliver_all(self.home, entries, sending),
        )
        morning(self.home, now, hands)

    def _fetched(self, now: dt.datetime) -> dict[str, str]:
        doors = [Door(name=shop, shop=shop) for shop in self.behind_a_door]
        said = {door.name: through(self.home, door, self._parcels, now, {}) for door in doors}
        self.door_broke = any(said.values())
        return said

    def _parcels(self, door, environ, memory: Memory, now, problems) -> Iterator[Parcel]:
        """What came to a door and was not handed in yet; one time in ten it breaks off on the way."""
        for number, each in enumerate(self.coming):
            if each.shop == door.shop and each.moment <= now and str(number) not in memory.seen:
                yield Parcel(str(number), each.name, each.content, each.moment)
                if self.dice.random() < 0.1 and now < at("12:20"):
                    raise ConnectionResetError("the line broke")
                memory.seen[str(number)] = now.isoformat()
                memory.save()

    @contextlib.contextmanager
    def _power(self) -> Iterator[None]:
        """In 25 of 100 calls the machine stops: before or after a step, or at some write of a file."""
        chance = self.dice.random()
        if chance < 0.10:
            with self._cut_at_step(self.dice.choice(STEPS), after=self.dice.random() < 0.5):
                yield
        elif chance < 0.25:
            with self._cut_at_write(self.dice.randint(1, _WRITES)):
                yield
        else:
            yield

    @contextlib.contextmanager
    def _cut_at_step(self, step: str, *, after: bool) -> Iterator[None]:
        whole = getattr(steps._Morning, step)

        def stop(*arguments: object) -> None:
            if after:
                whole(*arguments)
            raise PowerCut

        with _in_place_of(steps._Morning, step, stop):
            yield

    @contextlib.contextmanager
    def _cut_at_write(self, number: int) -> Iterator[None]:
        """The machine stops where a file would be flushed or renamed for the `number`th time."""
        left = [number]

        def counted(does):
            def write(*arguments, **more):
                left[0] -= 1
                if left[0] <= 0:
                    raise PowerCut
                return does(*arguments, **more)

            return write

        with contextlib.ExitStack() as stack:
            for name in ("replace", "rename", "fsync"):
                stack.enter_context(_in_place_of(os, name, counted(getattr(os, name))))
            yield

    def _notebooks(self, requests, now):
        jobs = [job for request in requests for job in plan(self.home, request, now=now).jobs]
        return BatchResult(tuple(map(self._notebook, jobs)))

    def _notebook(self, job):
        seal = manifest.fingerprint(manifest.inputs(self.home, job.shop, job.date))
        known = manifest.read_run(job.folder).get("notebooks", {}).get(job.name, {})
        if known.get("fingerprint") == seal:
            return NotebookResult(job, "skipped")
        day = dt.date.fromisoformat(job.date)
        frame = Store(self.home.history).read(job.shop, "shop_daily", first=day, last=day)
        amount = float(frame["pay_amount"].iloc[0])
        rows = [{"metric": "pay_amount", "value": amount, "change": 0.0, "relative": None}]
        told = report(job.shop, job.date, headline=f"{amount:.0f}", tables={"kpis": rows}, findings=())
        shelve(self.home, told)
        entry = {"status": "done", "error": "", "fingerprint": seal}
        manifest.Claim(job.folder, job.name).record({}, entry)
        return NotebookResult(job, "done")

    def _judged(self) -> Outcome:
        found = Outcome()
        for shop, amount in self.truth.items():
            told = _steps(record_of(self.home, shop), self.STATE)
            for reader in READERS:
                mine = [step for step in told if step["recipient"] == reader]
                if not mine:
                    found.lost.append(f"{shop} {reader}")
                    continue
                versions = [step["version"] for step in mine]
                if len(set(versions)) < len(versions):
                    found.doubled.append(f"{shop} {reader}")
                if json.loads(mine[-1]["told"])["figures"]["pay_amount"] != amount * 2.0:
                    found.wrong.append(f"{shop} {reader}")
        return found


def sheet(visitors: int) -> bytes:
    """The shop's own sheet of the day."""
    return f"日期,访客数,支付金额\n{DAY},{visitors},{visitors * 2.0}\n".encode()


def at(clock: str) -> dt.datetime:
    time = dt.datetime.strptime(clock, "%H:%M").time()
    return dt.datetime.combine(DAY + dt.timedelta(days=1), time, CHINA)


@contextlib.contextmanager
def _in_place_of(owner: object, name: str, other: object) -> Iterator[None]:
    whole = getattr(owner, name)
    setattr(owner, name, other)
    try:
        yield
    finally:
        setattr(owner, name, whole)


def _steps(path: Path, state: str) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["state"] == state]
