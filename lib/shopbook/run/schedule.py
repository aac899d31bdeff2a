"""What is due: slots of the params files without a finished report, once their exports have arrived."""

import datetime as dt
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import filelock

from shopbook.errors import ParamsError, WorkbookError
from shopbook.history.store import Store
from shopbook.home import Home
from shopbook.params import FAMILIES, FamilyFile, family_file, shop_settings
from shopbook.run import cron, manifest
from shopbook.run.batch import BatchResult
from shopbook.run.plan import Request, plan
from shopbook.text import tr

CATCH_UP_DAYS = 7
_LOCK = ".due.lock"
_TIMELESS_DEADLINE = dt.timedelta(hours=12)  # how long a failed run is tried again without a deadline

State = Literal["ready", "late", "waiting", "missing"]


@dataclass(frozen=True)
class Slot:
    """One family of one shop at one moment of its schedule; `missing` names kinds without the report day."""

    family: str
    shop: str
    moment: dt.datetime
    date: str
    state: State
    missing: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The slot as a sentence."""
        report, kinds = f"{self.shop} {self.date} {self.family}", ", ".join(self.missing)
        if self.state == "waiting":
            return tr("{report} waits for exports: {kinds}", report=report, kinds=kinds)
        if self.state == "missing":
            return tr("{report} was not made, exports are missing: {kinds}", report=report, kinds=kinds)
        if self.state == "late":
            return tr("{report} runs without exports that are late: {kinds}", report=report, kinds=kinds)
        return tr("{report} is due", report=report)


@dataclass
class Outcome:
    """What one call of `due` did."""

    lines: list[str] = field(default_factory=list)
    failed: bool = False
    slots: list[Slot] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """One plain document."""
        slots = [
            {
                "family": slot.family,
                "shop": slot.shop,
                "date": slot.date,
                "moment": slot.moment.isoformat(),
                "state": slot.state,
                "missing": list(slot.missing),
            }
            for slot in self.slots
        ]
        return {"slots": slots, "notebooks": self.results, "lines": self.lines}


def due(home: Home, now: dt.datetime, problems: list[str] | None = None) -> list[Slot]:
    """Slots of the last days that are not done, oldest first.

    `now` must know its time zone. A family or shop whose file does not hold is named in `problems` (raised
    when no list is given); the others go on.
    """
    found: list[Slot] = []
    for family in FAMILIES:
        try:
            file = scheduled(home, family)
            if file is not None:
                found += _family_slots(home, family, file, now, problems)
        except ParamsError as error:
            if problems is None:
                raise
            problems.append(str(error))
    return sorted(found, key=lambda slot: (slot.date, slot.family, slot.shop))


def run_due(home: Home, now: dt.datetime, go: Callable[[Request], BatchResult]) -> Outcome:
    """Run what is due by `go`, never two schedulers at once. Waiting is no failure, a missed deadline is."""
    home.data.mkdir(parents=True, exist_ok=True)
    outcome = Outcome()
    try:
        with filelock.FileLock(str(home.data / _LOCK), timeout=0):
            _run_slots(home, now, go, outcome)
    except filelock.Timeout:
        outcome.lines.append(tr("Another `shopbook due` is running; this one does nothing."))
    return outcome


def scheduled(home: Home, family: str) -> FamilyFile | None:
    """The family's file when it has a schedule that can be followed; None when it has none."""
    if not home.params(f"{family}.yaml").exists():
        return None
    file = family_file(home, family)
    if file.schedule is None:
        return None
    cron.check(file.schedule, f"{family}.yaml")
    return file


def printed(home: Home, now: dt.datetime) -> str:
    """The lines for cron, systemd and Windows that call `shopbook due`, and the next times of each family."""
    command = str(Path(sys.executable).with_name("shopbook"))
    call = f'"{command}" --home "{home.root}" --data "{home.data}" due'
    parts = [
        tr("One line calls `shopbook due` every five minutes; what is due and when stands in params/."),
        f"crontab -e\n  */5 * * * * {call}",
        "~/.config/systemd/user/shopbook.service\n  [Service]\n  Type=oneshot\n"
        f"  ExecStart={call}\n"
        "~/.config/systemd/user/shopbook.timer\n  [Timer]\n  OnCalendar=*:0/5\n  Persistent=true\n"
        "  [Install]\n  WantedBy=timers.target\n  systemctl --user enable --now shopbook.timer",
        f"Windows\n  schtasks /Create /SC MINUTE /MO 5 /TN shopbook /TR '{call}'",
        tr("Next times"),
    ]
    for family in FAMILIES:
        try:
            file = scheduled(home, family)
        except ParamsError as error:
            parts.append(f"  {error}")
            continue
        if file is not None and file.schedule is not None:
            moments = [f"{moment:%Y-%m-%d %H:%M %Z}" for moment in cron.following(file.schedule, now)]
            parts.append(f"  {family} ({file.schedule.cron}): {', '.join(moments) or '–'}")
    return "\n".join(parts)


def _run_slots(home: Home, now: dt.datetime, go: Callable[[Request], BatchResult], outcome: Outcome) -> None:
    outcome.slots = due(home, now, outcome.lines)
    outcome.failed = bool(outcome.lines)
    groups: dict[tuple[str, str], list[str]] = {}
    for slot in outcome.slots:
        outcome.lines.append(slot.line)
        outcome.failed |= slot.state == "missing"
        if slot.state in ("ready", "late"):
            groups.setdefault((slot.date, slot.family), []).append(slot.shop)
    for (date, family), shops in groups.items():
        try:
            result = go(Request(family, tuple(shops), date, date))
        except WorkbookError as error:
            outcome.lines.append(str(error))
            outcome.failed = True
            continue
        outcome.results += result.to_json()
        outcome.failed |= result.exit_code != 0


def _family_slots(
    home: Home, family: str, file: FamilyFile, now: dt.datetime, problems: list[str] | None
) -> list[Slot]:
    assert file.schedule is not None
    moments = cron.moments(file.schedule, now - dt.timedelta(days=CATCH_UP_DAYS), now)
    store = Store(home.history)
    found: list[Slot] = []
    for shop in store.shops() if moments else []:
        try:
            days = {kind: set(store.days(shop, kind)) for kind in {*file.schedule.needs, "shop_daily"}}
            zone = shop_settings(home, shop).zone
            slots = {_report_day(moment, zone): moment for moment in moments}
            for day, moment in slots.items():
                slot = _slot(home, file, (family, shop, day, moment), days, now)
                if slot is not None and (slot.state != "missing" or moment == moments[-1]):
                    found.append(slot)
        except WorkbookError as error:
            if problems is None:
                raise
            problems.append(f"{shop}: {error}")
    return found


def _slot(
    home: Home,
    file: FamilyFile,
    about: tuple[str, str, dt.date, dt.datetime],
    days: dict[str, set[dt.date]],
    now: dt.datetime,
) -> Slot | None:
    """The state of one slot; None when its reports are made or cannot be made any more."""
    family, shop, day, moment = about
    assert file.schedule is not None
    missing = tuple(kind for kind in file.schedule.needs if day not in days[kind])
    until = cron.deadline_of(file.schedule, moment.date())
    late = until is not None and now >= until
    if not missing:
        again = now < (until or moment + _TIMELESS_DEADLINE)
        return Slot(family, shop, moment, str(day), "ready") if _open(home, about, now, again) else None
    if not late:
        return Slot(family, shop, moment, str(day), "waiting", missing)
    if day not in days["shop_daily"]:
        return Slot(family, shop, moment, str(day), "missing", missing)
    return Slot(family, shop, moment, str(day), "late", missing) if _open(home, about, now, False) else None


def _open(
    home: Home, about: tuple[str, str, dt.date, dt.datetime], now: dt.datetime, failed_again: bool
) -> bool:
    """Whether a report of the slot was never run, or failed and may be tried again."""
    family, shop, day, _moment = about
    jobs = plan(home, Request(family, (shop,), str(day), str(day)), now=now).jobs
    again = (None, "failed") if failed_again else (None,)
    states = [
        manifest.read_run(job.folder).get("notebooks", {}).get(job.name, {}).get("status") for job in jobs
    ]
    return any(state in again for state in states)


def _report_day(moment: dt.datetime, zone: dt.tzinfo) -> dt.date:
    """The day a slot reports: the last complete one at its moment on the shop's calendar."""
    return moment.astimezone(zone).date() - dt.timedelta(days=1)
