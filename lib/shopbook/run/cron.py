"""Cron lines in a time zone: the moments they mean, through summer time and year ends."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from croniter import croniter
from croniter.croniter import CroniterError

from shopbook.errors import ParamsError
from shopbook.params import Schedule

_DAY = dt.timedelta(days=1)


def check(schedule: Schedule, file: str) -> None:
    """Refuse a schedule that cannot be followed, naming the file and what stands there."""
    _zone(schedule, file)
    deadline_of(schedule, dt.date(2026, 1, 1), file)
    if len(schedule.cron.split()) != 5 or not croniter.is_valid(schedule.cron):
        raise ParamsError(
            "{file}: schedule.cron {found!r} is not a cron line; write minute hour day month weekday, "
            'such as "30 8 * * *".',
            file=file,
            found=schedule.cron,
        )


def moments(schedule: Schedule, after: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
    """Every moment of the schedule in (after, until], oldest first.

    The cron line is read on the wall clock: a time that summer time skips runs as soon as the clock is past
    it, one that comes twice runs the first time.
    """
    found: list[dt.datetime] = []
    for moment in _from(schedule, after):
        if moment > until:
            break
        if moment > after:
            found.append(moment)
    return sorted(set(found))


def following(schedule: Schedule, now: dt.datetime, count: int = 3) -> list[dt.datetime]:
    """The next `count` moments after `now`."""
    found: list[dt.datetime] = []
    for moment in _from(schedule, now):
        if moment > now:
            found.append(moment)
        if len(found) == count:
            break
    return found


def deadline_of(schedule: Schedule, day: dt.date, file: str = "") -> dt.datetime | None:
    """The moment of `day` after which a run waits no longer; None without a deadline."""
    if not schedule.deadline:
        return None
    try:
        time = dt.datetime.strptime(schedule.deadline, "%H:%M").time()
    except ValueError as error:
        raise ParamsError(
            "{file}: schedule.deadline {found!r} is not a time; write it as 10:30.",
            file=file,
            found=schedule.deadline,
        ) from error
    return dt.datetime.combine(day, time, _zone(schedule, file))


def _from(schedule: Schedule, start: dt.datetime) -> Iterator[dt.datetime]:
    """Moments from a day before `start` on; a line that never comes (30 February) gives none."""
    zone = _zone(schedule)
    wall = croniter(schedule.cron, start.astimezone(zone).replace(tzinfo=None) - _DAY)
    while True:
        try:
            naive = wall.get_next(dt.datetime)
        except CroniterError:
            return
        # There and back through UTC: a wall time in the gap of a clock change becomes the real one after it.
        yield naive.replace(tzinfo=zone).astimezone(dt.UTC).astimezone(zone)


def _zone(schedule: Schedule, file: str = "") -> ZoneInfo:
    try:
        return ZoneInfo(schedule.timezone)
    except (KeyError, ValueError, OSError) as error:
        raise ParamsError(
            "{file}: schedule.timezone {found!r} is not a time zone such as Asia/Shanghai.",
            file=file,
            found=schedule.timezone,
        ) from error
