"""One call of `due`: take in what is whole, make what is due, publish, mail; safe to repeat."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import filelock

from shopbook.errors import WorkbookError
from shopbook.home import Home
from shopbook.read.names import shown
from shopbook.run import cron, intake, schedule
from shopbook.run.answering import take_sheets
from shopbook.run.batch_result import BatchResult
from shopbook.run.mail.outbox import Delivery
from shopbook.run.morning.arrivals import Arrivals, Doorkeeper
from shopbook.run.morning.notes import Notes, notes_of
from shopbook.run.morning.told import Outcome
from shopbook.run.plan import Request
from shopbook.run.schedule import Slot
from shopbook.run.site.published import Entry, entry_at
from shopbook.text import tr

_LOCK = ".due.lock"


@dataclass(frozen=True)
class Hands:
    """What a morning does things with; a simulation gives its own."""

    run: Callable[[Sequence[Request]], BatchResult]
    publish: Callable[[], Sequence[str]]
    deliver: Callable[[Sequence[Entry]], Sequence[Delivery]]
    fetch: Callable[[], Mapping[str, str]] = dict
    overview: Callable[[], Sequence[Delivery]] = tuple
    warm_up: Callable[[], object] = tuple


def morning(home: Home, now: dt.datetime, hands: Hands) -> Outcome:
    """Everything that can be done at this moment, by one process at a time."""
    home.data.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(str(home.data / _LOCK), timeout=0):
            return _Morning(home, now, hands).through()
    except filelock.Timeout:
        return Outcome(notes=[tr("Another `shopbook due` is running; this one does nothing.")])


class _Morning:
    """The steps in their order. What a step begins is noted before it, so that the next call ends it."""

    def __init__(self, home: Home, now: dt.datetime, hands: Hands) -> None:
        self.home, self.now, self.hands = home, now, hands
        self.notes: Notes = notes_of(home)
        self.told = Outcome()
        self.arriving: set[str] = set()

    def through(self) -> Outcome:
        before = self.notes.content
        self._fetch()
        self._take_in()
        self._make(self._slots())
        self._publish()
        self._mail()
        self.told.refused = sorted(self.notes.refused)
        if self.notes.content != before:
            self.notes.save()
        return self.told

    def _fetch(self) -> None:
        for door, problem in self.hands.fetch().items():
            self._say_once(f"door/{door}", problem)

    def _take_in(self) -> None:
        keeper = Doorkeeper(self.home, self.now, self.notes)
        files: dict[str, list[Path]] = {}
        for each in keeper.arrivals():
            broken = each.broken if self._too_late(each) else ()
            self.told.settling += len(each.settling)
            if each.settling or len(broken) < len(each.broken):
                self.arriving.add(each.shop)
            if each.ready or broken:
                files[each.shop] = [*each.ready, *broken]
        for sheet in take_sheets(self.home, files, self.now):
            self.told.shop(sheet.shop).answers.append(sheet.line)
            self.told.shop(sheet.shop).problems += sheet.problems
        files = {shop: paths for shop, paths in files.items() if paths}
        for odd in keeper.odd:
            self._say_once(f"inbox/{odd.shop}/{odd.file}", odd.problem.text, odd.shop or odd.file)
        if not files:
            return
        self.hands.warm_up()
        self.notes.changed = sorted({*self.notes.changed, *files})
        self.notes.save()
        for shop, taken in intake.take_in(self.home, files, self.now).items():
            if isinstance(taken, str):
                self._say_once(f"inbox/{shop}", taken, shop)
                continue
            self.told.shop(shop).taken = taken
            self._say_once(f"inbox/{shop}", "")
            refused = {each.file for each in self.told.shop(shop).refused}
            # What a sheet for typing was made into lies in the inbox as well.
            lying = {*files[shop], *(self.home.inbox / shop / name for name in refused)}
            # What the machine refused is tried again by every call: nothing about the file need change.
            waiting = {each.file for each in self.told.shop(shop).refused if each.by_machine}
            keeper.refuse(path for path in lying if shown(path.name) in refused - waiting)
        keeper.forget()

    def _too_late(self, each: Arrivals) -> bool:
        """Whether the day's deadline is over: files that broke off are then handed in, and named."""
        if not each.broken:
            return False
        try:
            file = schedule.scheduled(self.home, "daily")
        except WorkbookError:
            return True
        if file is None or file.schedule is None:
            return True
        until = cron.deadline_of(file.schedule, self.now.astimezone(cron.zone(file.schedule)).date())
        return until is None or self.now >= until

    def _slots(self) -> list[Slot]:
        problems: list[str] = []
        view = schedule.View(self.home, self.now, self.notes.since, self.arriving)
        found = schedule.slots(view, problems)
        fresh = [s for s in found if f"{s.shop}/{s.family}" not in self.notes.since]
        if fresh:
            first = schedule.first_days(self.home, fresh)
            self.notes.since |= first
            found = [s for s in found if s.date >= self.notes.since[f"{s.shop}/{s.family}"]]
        self._say_once("schedule", "\n".join(problems))
        self.told.slots = found
        return found

    def _make(self, found: list[Slot]) -> None:
        """Run what is due, and again the newest report of shops whose history changed since."""
        due = [slot for slot in found if slot.state in ("ready", "late")]
        again = [slot for slot in self._newest(found) if slot.shop in self.notes.changed]
        for slot in found:
            self._tell_state(slot)
        todo = {slot.key: slot for slot in [*due, *again] if slot.shop not in self.arriving or slot in due}
        if todo:
            before = self.notes.owed, self.notes.unpublished
            self.notes.owed, self.notes.unpublished = sorted({*self.notes.owed, *todo}), True
            self.notes.save()
            if not self._run(list(todo.values()), {slot.key for slot in again}):
                self.notes.owed, self.notes.unpublished = before
        self.notes.changed = [shop for shop in self.notes.changed if shop in self.arriving]

    def _newest(self, found: list[Slot]) -> list[Slot]:
        """The reports made for today's slots: a later export corrects these and no older ones."""
        return [
            s
            for s in found
            if s.state == "done" and s.moment.date() == self.now.astimezone(s.moment.tzinfo).date()
        ]

    def _run(self, todo: list[Slot], again: set[str]) -> int:
        """Run the notebooks of these slots; how many had something new."""
        groups: dict[tuple[str, str, str], list[str]] = {}
        for slot in todo:
            groups.setdefault((slot.date, slot.family, slot.campaign), []).append(slot.shop)
        requests = [
            Request(family, tuple(shops), day, day, campaign=campaign)
            for (day, family, campaign), shops in groups.items()
        ]
        made = [result for result in self.hands.run(requests).results if result.status != "skipped"]
        for result in made:
            shop = self.told.shop(result.job.shop)
            shop.results.append(result)
            if result.job.key in again:
                shop.corrected.add(f"{result.job.date}/{result.job.family}")
        return len(made)

    def _tell_state(self, slot: Slot) -> None:
        """What a slot waits for or lacks, once."""
        if slot.state in ("waiting", "late"):
            if self.notes.news(f"slot/{slot.key}", slot.line):
                self.told.shop(slot.shop).waiting.append(slot.line)
        elif slot.state == "missing":
            self._say_once(f"slot/{slot.key}", slot.line, slot.shop)

    def _publish(self) -> None:
        if not self.notes.unpublished:
            return
        self._say_once("site", "\n".join(self.hands.publish()))
        self.notes.unpublished = False
        self.notes.save()

    def _mail(self) -> None:
        """The mails of what was made, and of today's reports that somebody made by hand and nobody mailed."""
        by_hand = {slot.key for slot in self._newest(self.told.slots)} - self.notes.mailed.keys()
        wanted = sorted({*self.notes.owed, *by_hand})
        for key in wanted:
            entry = entry_at(self.home.reports, *key.split("/"))
            mails = self.hands.deliver([entry]) if entry else ()
            new = [mail for mail in mails if not mail.is_old and mail.state not in ("already", "skipped")]
            self.told.shop(key.split("/")[0]).mails += new
            if all(mail.state != "failed" for mail in mails):
                self.notes.owed = [other for other in self.notes.owed if other != key]
                self.notes.mailed[key] = self.now.isoformat()
            self.notes.save()
        all_told = not any(slot.family == "daily" and slot.state == "waiting" for slot in self.told.slots)
        if wanted and all_told:
            for mail in self.hands.overview():
                if mail.state != "already":
                    self.told.shop(mail.shop).mails.append(mail)

    def _say_once(self, about: str, text: str, shop: str = "") -> None:
        """A problem is named when it is new, not every five minutes."""
        if not self.notes.news(about, text):
            return
        if shop:
            self.told.shop(shop).problems.append(text)
        else:
            self.told.notes.append(text)
            self.told.broken = True
