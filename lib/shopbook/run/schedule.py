"""What is due: slots of the params files without a finished report, once their exports have arrived."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from shopbook.errors import ParamsError, WorkbookError
from shopbook.history.store import Store
from shopbook.home import Home
from shopbook.kinds import kind_name
from shopbook.params import FAMILIES, FamilyFile, Schedule, campaigns_of, family_file, shop_settings
from shopbook.run import cron, manifest
from shopbook.run.plan import Request, plan
from shopbook.run.site.labels import family_label
from shopbook.text import tr

CATCH_UP_DAYS = 7
_TIMELESS_DEADLINE = dt.timedelta(hours=12)  # how long a failed run is tried again without a deadline

State = Literal["ready", "late", "waiting", "missing", "done"]


@dataclass(frozen=True)
class Slot:
    """One family of one shop at one moment of its schedule; `missing` names kinds without the report day.

    A campaign review has a slot on one day, when the campaign's cool-down is over.
    """

    family: str
    shop: str
    moment: dt.datetime
    date: str
    state: State
    missing: tuple[str, ...] = ()
    campaign: str = ""

    @property
    def line(self) -> str:
        """The slot as a sentence."""
        report = " ".join(filter(None, (family_label(self.family), self.campaign, self.date)))
        kinds = tr(", ").join(kind_name(kind) for kind in self.missing)
        if self.state == "waiting" and not kinds:
            return tr("{report} waits for files that are still arriving", report=report)
        if self.state == "waiting":
            return tr("{report} waits for exports: {kinds}", report=report, kinds=kinds)
        if self.state == "missing":
            return tr("{report} was not made, exports are missing: {kinds}", report=report, kinds=kinds)
        if self.state == "late":
            return tr("{report} runs without exports that are late: {kinds}", report=report, kinds=kinds)
        return tr("{report} is due", report=report)

    @property
    def key(self) -> str:
        """The report as one text."""
        return "/".join(filter(None, (self.shop, self.date, self.family, self.campaign)))

    def to_json(self) -> dict[str, Any]:
        """One plain record."""
        return {
            "family": self.family,
            "shop": self.shop,
            "date": self.date,
            "moment": self.moment.isoformat(),
            "state": self.state,
            "missing": list(self.missing),
            "campaign": self.campaign,
        }


@dataclass(frozen=True)
class View:
    """From where the schedules are looked at: `since` names the first day to answer for by shop/family,
    `arriving` the shops with files that are not complete yet."""

    home: Home
    now: dt.datetime
    since: Mapping[str, str] = field(default_factory=dict)
    arriving: Collection[str] = ()


def due(home: Home, now: dt.datetime, problems: list[str] | None = None) -> list[Slot]:
    """Slots of the last days that are not done, oldest first; see `slots`."""
    return [slot for slot in slots(View(home, now), problems) if slot.state != "done"]


def slots(view: View, problems: list[str] | None = None) -> list[Slot]:
    """Every slot of the last days, oldest first.

    `view.now` must know its time zone. A family or shop whose file does not hold is named in `problems`
    (raised when no list is given); the others go on.
    """
    found: list[Slot] = []
    for family in FAMILIES:
        try:
            file = scheduled(view.home, family)
            if file is not None:
                found += _family_slots(view, family, file, problems)
        except ParamsError as error:
            if problems is None:
                raise
            problems.append(str(error))
    return sorted(found, key=lambda slot: (slot.date, slot.family, slot.shop))


def first_days(home: Home, found: Iterable[Slot]) -> dict[str, str]:
    """The first day to answer for, by shop/family: the newest report made so far, else the newest slot that
    has its exports, else the newest slot that can still get them.

    So a year of history brought in on one day is not reported day by day, and a week without power is.
    """
    first: dict[str, str] = {}
    with_data: dict[str, str] = {}
    for slot in sorted(found, key=lambda slot: slot.date):
        key = f"{slot.shop}/{slot.family}"
        made = sorted(
            path.relative_to(home.reports).parts[1]
            for path in home.reports.glob(f"{slot.shop}/*/{slot.family}/**/run.json")
        )
        lost = dt.date.fromisoformat(slot.date) + dt.timedelta(days=slot.state == "missing")
        first[key] = made[-1] if made else str(lost)
        if not made and slot.state in ("ready", "late"):
            with_data[key] = slot.date
    return first | with_data


def scheduled(home: Home, family: str) -> FamilyFile | None:
    """The family's file when it has a schedule that can be followed; None when it has none."""
    if not home.params(f"{family}.yaml").exists():
        return None
    file = family_file(home, family)
    if file.schedule is None:
        return None
    cron.check(file.schedule, f"{family}.yaml")
    return file


def _family_slots(view: View, family: str, file: FamilyFile, problems: list[str] | None) -> list[Slot]:
    assert file.schedule is not None
    moments = cron.moments(file.schedule, view.now - dt.timedelta(days=CATCH_UP_DAYS), view.now)
    store = Store(view.home.history)
    found: list[Slot] = []
    for shop in store.shops() if moments else []:
        try:
            days = {kind: set(store.days(shop, kind)) for kind in {*file.schedule.needs, "shop_daily"}}
            zone = shop_settings(view.home, shop).zone
            by_day = {_report_day(moment, zone): moment for moment in moments}
            for day, moment in by_day.items():
                if str(day) < view.since.get(f"{shop}/{family}", ""):
                    continue
                for campaign in _campaigns(view.home, family, shop, day):
                    slot = _slot(view, file.schedule, _About(family, shop, day, moment, campaign), days)
                    if slot.state != "missing" or moment == moments[-1]:
                        found.append(slot)
        except WorkbookError as error:
            if problems is None:
                raise
            problems.append(f"{shop}: {error}")
    return found


class _About(NamedTuple):
    """What a slot is about."""

    family: str
    shop: str
    day: dt.date
    moment: dt.datetime
    campaign: str


def _campaigns(home: Home, family: str, shop: str, day: dt.date) -> list[str]:
    """The campaigns to review on `day`; for any other family one slot without a campaign."""
    if family != "campaign_review":
        return [""]
    return [each.id for each in campaigns_of(home, shop) if each.review_day == day]


def _slot(view: View, schedule: Schedule, about: _About, days: Mapping[str, set[dt.date]]) -> Slot:
    """One slot and its state."""
    family, shop, day, moment, campaign = about
    missing = tuple(kind for kind in schedule.needs if day not in days[kind])
    until = cron.deadline_of(schedule, moment.date())
    late = until is not None and view.now >= until
    state: State
    if day not in days["shop_daily"]:
        state = "missing" if late else "waiting"
    elif not _is_open(view, about, view.now < (until or moment + _TIMELESS_DEADLINE)):
        state = "done"
    elif not late and (missing or shop in view.arriving):
        state = "waiting"
    else:
        state = "late" if missing else "ready"
    return Slot(family, shop, moment, str(day), state, missing, campaign)


def _is_open(view: View, about: _About, failed_again: bool) -> bool:
    """Whether a report of the slot was never run, or failed and may be tried again."""
    day = str(about.day)
    asked = Request(about.family, (about.shop,), day, day, campaign=about.campaign)
    jobs = plan(view.home, asked, now=view.now).jobs
    again = (None, "failed") if failed_again else (None,)
    states = [
        manifest.read_run(job.folder).get("notebooks", {}).get(job.name, {}).get("status") for job in jobs
    ]
    return any(state in again for state in states)


def _report_day(moment: dt.datetime, zone: dt.tzinfo) -> dt.date:
    """The day a slot reports: the last complete one at its moment on the shop's calendar."""
    return moment.astimezone(zone).date() - dt.timedelta(days=1)
