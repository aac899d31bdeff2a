"""Mornings of three shops on a simulated clock: files late, doubled, half, another shop's, damaged, restated
and a machine that stops between any two steps.

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


class PowerCut(BaseException):
    """The machine stops here."""


@dataclass
class Outcome:
    """What is wrong after one morning; nothing when all lists are empty."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Simulation:
    """One seeded morning."""

    def __init__(self, root: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        recipients = "recipients: [{address: li@shop.test}, {address: wang@shop.test}]\n"
        self.home = home_at(root, **dict.fromkeys(SHOPS, recipients))
        (self.home.root / "params" / "daily.yaml").write_text(FAMILY, encoding="utf-8")
        self.truth = {shop: self.dice.randint(500, 5_000) for shop in SHOPS}
        self.newest = at("00:00")
        self.events: list[tuple[dt.datetime, str, str, bytes]] = []
        for shop in SHOPS:
            self._downloads(shop, self.dice.choice(FAULTS))
        self.events.sort(key=lambda event: event[0])

    def run(self) -> Outcome:
        """Every five minutes from 8:00 to 12:30, with power cuts; then judge.

        Calls in which nothing can happen (no file in ten minutes, no hour of the schedule) are left out.
        """
        now = at("08:00") - dt.timedelta(minutes=5)
        while now < at("12:30"):
            now += dt.timedelta(minutes=5)
            if not self._write_until(now) and now not in map(at, ("08:30", "08:35", "10:30", "10:35")):
                continue
            cut = self.dice.choice(STEPS) if self.dice.random() < 0.15 else ""
            try:
                self._due(now, cut)
            except PowerCut:
                self._due(now + dt.timedelta(minutes=1), "")
        return self._judged()

    def _downloads(self, shop: str, fault: str) -> None:
        """What somebody saves into the drop folder of `shop`, and when."""
        start = at("08:00") + dt.timedelta(minutes=self.dice.randint(0, 60))
        if fault in ("late", "all at once"):
            start = at("10:30") + dt.timedelta(minutes=self.dice.randint(1, 60))
        name, whole = f"店铺日报_{DAY}.csv", sheet(self.truth[shop])
        later = start + dt.timedelta(minutes=self.dice.randint(6, 40))
        if fault == "half":
            self.events.append((start, shop, name, b""))
            self.events.append((later, shop, name, whole))
            return
        if fault == "damaged":
            self.events.append((start, shop, name, os.urandom(300)))
            self.events.append((later, shop, name, whole))
            return
        self.events.append((start, shop, name, whole))
        if fault in ("doubled", "all at once"):
            self.events.append((later, shop, f"店铺日报_{DAY} (1).csv", whole))
        if fault in ("restated", "all at once"):
            self.truth[shop] += self.dice.randint(1, 400)
            self.events.append((later, shop, f"店铺日报_{DAY}_新.csv", sheet(self.truth[shop])))
        if fault in ("other shop", "all at once"):
            self.events.append((start, shop, "别家.csv", "类目,竞品\n杯,5\n".encode()))

    def _write_until(self, now: dt.datetime) -> bool:
        """Save what was downloaded by `now`; whether anything was in the last ten minutes."""
        while self.events and self.events[0][0] <= now:
            moment, shop, name, content = self.events.pop(0)
            path = self.home.inbox / shop / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            os.utime(path, (moment.timestamp(), moment.timestamp()))
            self.newest = moment
        return now - self.newest <= dt.timedelta(minutes=10)

    def _due(self, now: dt.datetime, cut: str) -> None:
        sending = Sending(environ={}, now=now, sleep=lambda seconds: None)
        hands = Hands(
            run=lambda requests: self._notebooks(requests, now),
            publish=lambda: publish(self.home).problems,
            deliver=lambda entries: outbox_all.deliver_all(self.home, entries, sending),
        )
        with self._power_cut(cut) if cut else contextlib.nullcontext():
            morning(self.home, now, hands)

    @contextlib.contextmanager
    def _power_cut(self, step: str) -> Iterator[None]:
        """The machine stops before or after `step`."""
        whole, after = getattr(steps._Morning, step), self.dice.random() < 0.5

        def stop(*arguments: object) -> None:
            if after:
                whole(*arguments)
            raise PowerCut

        setattr(steps._Morning, step, stop)
        try:
            yield
        finally:
            setattr(steps._Morning, step, whole)

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
            steps_ = _written(record_of(self.home, shop))
            for reader in ("li@shop.test", "wang@shop.test"):
                mine = [step for step in steps_ if step["recipient"] == reader]
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


def _written(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["state"] == "written"]
