"""Days and the calendar: which days can be compared, which are campaigns, holidays or festivals."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from shopbook.errors import ParamsError
from shopbook.home import PROJECT
from shopbook.text import language
from shopbook.yaml_file import load_yaml

ONE_DAY = dt.timedelta(days=1)
BASELINE_WEEKS = 4


def short_day(day: dt.date, beside: dt.date) -> str:
    """A day as a sentence holds it: MM-DD, with its year where that is another one than that of `beside`."""
    return f"{day:%m-%d}" if day.year == beside.year else f"{day:%Y-%m-%d}"


def parse_day(text: str, name: str = "date") -> dt.date:
    """A day written YYYY-MM-DD; anything else is an error that says what was found."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ParamsError("{name}: {found!r} is not a day; write it as 2026-11-20.", name=name, found=text)
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ParamsError(
            "{name}: {found!r} is not a day; write it as 2026-11-20.", name=name, found=text
        ) from error


def parse_time(text: str, name: str) -> dt.time:
    """A time of day written HH:MM."""
    try:
        return dt.datetime.strptime(text, "%H:%M").time()
    except ValueError as error:
        raise ParamsError(
            "{name}: {found!r} is not a time; write it as 08:30.", name=name, found=text
        ) from error


def today(timezone: str = "Asia/Shanghai", now: dt.datetime | None = None) -> dt.date:
    """The calendar day in the shop's time zone; `now` moves the clock in tests."""
    return (now or dt.datetime.now(dt.UTC)).astimezone(ZoneInfo(timezone)).date()


def newest_complete_day(days: Iterable[dt.date], before: dt.date) -> dt.date | None:
    """The newest of `days` before the running day `before` (exports of a running day are partial)."""
    return max((day for day in days if day < before), default=None)


def same_weekdays(day: dt.date, weeks: int = BASELINE_WEEKS) -> list[dt.date]:
    """The same weekday in the previous `weeks` weeks, oldest first."""
    return [day - dt.timedelta(weeks=back) for back in range(weeks, 0, -1)]


def span(first: dt.date, last: dt.date) -> list[dt.date]:
    """Every day from `first` to `last`, both included."""
    return [first + dt.timedelta(days=step) for step in range((last - first).days + 1)]


@dataclass(frozen=True)
class Event:
    """A dated entry of the calendar: a platform campaign, a holiday, a festival."""

    id: str
    zh: str
    en: str
    first: dt.date
    last: dt.date
    kind: Literal["campaign", "holiday", "festival"]
    signup_until: dt.date | None = None

    @property
    def label(self) -> str:
        """Its name in the current language."""
        return self.zh if language() == "zh" else self.en


@dataclass(frozen=True)
class Calendar:
    """Events of some years; `unpublished` names the years whose holiday list does not exist yet."""

    events: tuple[Event, ...]
    unpublished: tuple[int, ...] = ()
    _by_day: dict[dt.date, tuple[Event, ...]] = field(default_factory=dict, repr=False)

    def on(self, day: dt.date) -> tuple[Event, ...]:
        """The events `day` lies in."""
        if not self._by_day:
            for event in self.events:
                for each in span(event.first, event.last):
                    self._by_day[each] = (*self._by_day.get(each, ()), event)
        return self._by_day.get(day, ())

    def is_special(self, day: dt.date) -> bool:
        """Whether `day` is a campaign day or public holiday, so not comparable with ordinary days."""
        return any(event.kind in ("campaign", "holiday") for event in self.on(day))

    def special_days(self, first: dt.date, last: dt.date) -> set[dt.date]:
        """The campaign days and holidays from `first` to `last`."""
        return {day for day in span(first, last) if self.is_special(day)}


def calendar(first_year: int, last_year: int) -> Calendar:
    """The calendar of some years: platform events, Chinese holidays, lunar festivals."""
    years = range(first_year, last_year + 1)
    found = [_year(year) for year in years]
    kinds = ("campaign", "holiday", "festival")
    return Calendar(
        tuple(event for kind in kinds for each in found for event in each if event.kind == kind),
        tuple(year for year, each in zip(years, found, strict=True) if not _is_published(each)),
    )


@cache
def _year(year: int) -> tuple[Event, ...]:
    """The events of one year; a year's lunar days are looked up together, which is ten times as fast."""
    rules = _rules()
    return (
        *_platform_events(rules["events"], year),
        *_public_holidays(year),
        *_festivals(rules["festivals"], year),
    )


@cache
def _rules() -> dict[str, Any]:
    return load_yaml(PROJECT / "params" / "calendar.yaml")


def _platform_events(rows: list[dict[str, Any]], year: int) -> list[Event]:
    """Yearly events; `first` and `last` are MM-DD, `lunar: true` counts them from lunar new year's day."""
    events = []
    for row in rows:
        if row.get("lunar"):
            new_year = lunar_day(year, 1, 1)
            first, last = (new_year + dt.timedelta(days=row[end]) for end in ("first", "last"))
        else:
            first, last = (dt.date.fromisoformat(f"{year}-{row[end]}") for end in ("first", "last"))
        signup = row.get("signup_days_before")
        until = first - dt.timedelta(days=signup) if signup else None
        events.append(Event(row["id"], row["zh"], row["en"], first, last, "campaign", until))
    return events


def _public_holidays(year: int) -> list[Event]:
    """China's public holidays of `year`, with the weekends inside them."""
    import holidays as holiday_lists  # 0.1 s to import: only who asks for a calendar pays

    named = dict(holiday_lists.country_holidays("CN", years=year, language="zh_CN"))
    for day in sorted(named):
        for gap in (1, 2):
            inside = [day + dt.timedelta(days=step) for step in range(1, gap + 1)]
            if inside[-1] + ONE_DAY in named and all(d.weekday() >= 5 for d in inside):
                named |= {each: named[day] for each in inside if each not in named}
    return [
        Event(f"holiday-{day:%m%d}", name.partition("（")[0], "Public holiday", day, day, "holiday")
        for day, name in sorted(named.items())
        if day.year == year
    ]


def _is_published(events: Iterable[Event]) -> bool:
    """The State Council's arrangement names extra days off; before it only the statutory days are known."""
    return any("休息日" in event.zh for event in events)


def _festivals(rows: list[dict[str, Any]], year: int) -> list[Event]:
    events = []
    for row in rows:
        day = (
            lunar_day(year, *row["lunar"])
            if "lunar" in row
            else dt.date.fromisoformat(f"{year}-{row['solar']}")
        )
        events.append(Event(row["id"], row["zh"], row["en"], day, day, "festival"))
    return events


@cache
def lunar_day(year: int, month: int, day: int) -> dt.date:
    """The solar date of a day of the lunar year that begins in solar `year`."""
    from lunar_python import Lunar

    solar = Lunar.fromYmd(year, month, day).getSolar()
    return dt.date(solar.getYear(), solar.getMonth(), solar.getDay())
