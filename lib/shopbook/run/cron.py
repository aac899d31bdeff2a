"""Cron lines in a time zone: the moments they mean, through summer time and year ends."""

import datetime as dt
import itertools
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from croniter import croniter
from croniter.croniter import CroniterError

from shopbook.errors import ParamsError
from shopbook.params import Schedule

_DAY = dt.timedelta(days=1)


def check(schedule: Schedule, file: str) -> None:
    """Refuse a schedule that cannot be followed, naming the file and what stands there."""
    zone(schedule, file)
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
    it. An hour that comes twice runs a fixed time once, the first time, and a line for every hour twice.
    """
    return list(itertools.takewhile(lambda moment: moment <= until, _after(schedule, after)))


def following(schedule: Schedule, now: dt.datetime, count: int = 3) -> list[dt.datetime]:
    """The next `count` moments after `now`."""
    return list(itertools.islice(_after(schedule, now), count))


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
    return dt.datetime.combine(day, time, zone(schedule, file))


def _after(schedule: Schedule, start: dt.datetime) -> Iterator[dt.datetime]:
    """Moments later than `start` in order, each once; a line that never comes (30 February) gives none."""
    place = zone(schedule)
    wall = croniter(schedule.cron, start.astimezone(place).replace(tzinfo=None) - _DAY)
    every_hour = schedule.cron.split()[1].startswith("*")
    last, second_time = start.astimezone(dt.UTC), list[dt.datetime]()
    while True:
        try:
            naive = wall.get_next(dt.datetime)
        except CroniterError:
            return
        first, again = (naive.replace(tzinfo=place, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
        if every_hour and again > first:
            second_time.append(again)
        passed = [moment for moment in second_time if moment < first]
        second_time = second_time[len(passed) :]
        # There and back through UTC: a wall time in the gap of a clock change becomes the real one after it.
        for moment in (*passed, first):
            if moment > last:
                last = moment
                yield moment.astimezone(place)


def zone(schedule: Schedule, file: str = "") -> ZoneInfo:
    """The time zone the line is read in."""
    try:
        return ZoneInfo(schedule.timezone)
    except (KeyError, ValueError, OSError) as error:
        raise ParamsError(
            "{file}: schedule.timezone {found!r} is not a time zone such as Asia/Shanghai.",
            file=file,
            found=schedule.timezone,
        ) from error
