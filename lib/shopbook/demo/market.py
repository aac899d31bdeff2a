"""The demo market: visitors by sub-category, readiness to buy, and the days on which all of it jumps."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from shopbook.days import calendar, same_weekdays, span
from shopbook.demo.catalogue import ShopPlan
from shopbook.demo.noise import Floats, wandering
from shopbook.demo.scenario import Planted, events

_WEEKDAY = np.array([0.0, -0.01, -0.01, 0.0, 0.03, 0.08, 0.06])
_JUMP = {
    "618-start": 0.55,
    "618": 0.70,
    "88": 0.18,
    "99": 0.25,
    "1111-start": 0.75,
    "1111": 0.95,
    "1212": 0.60,
    "38": 0.30,
    "nianhuo": 0.30,
}
"""What the platform's events do to the market's visitors (log)."""
_HOLIDAY = -0.07


@dataclass(frozen=True)
class Market:
    """Log levels by day: the market as a whole, each sub-category, and how willing people are to buy."""

    days: tuple[dt.date, ...]
    level: Floats
    categories: dict[str, Floats]
    conversion: Floats
    jumps: Floats

    @property
    def visitors(self) -> Floats:
        """Visitors of the whole category, about two million a day."""
        return np.round(2.1e6 * np.exp(self.level))


def market_of(plan: ShopPlan, end: dt.date, days: int, rng: np.random.Generator) -> Market:
    """The market of a shop's category over the last `days` days."""
    dates = span(end - dt.timedelta(days=days - 1), end)
    jumps = _jumps(dates)
    seasons = {name: _season(dates, height, peak) for name, (_, height, peak) in plan.categories.items()}
    mean_season = np.log(
        sum(share * np.exp(seasons[name]) for name, (share, _, _) in plan.categories.items())
    )
    level = (
        mean_season
        + _WEEKDAY[[day.weekday() for day in dates]]
        + jumps
        + wandering(rng, (days,), sd=0.05, memory=0.6)
    )
    for event in events(plan):
        if event.what == "market" and event.first < days:
            level[days - 1 - event.first : days - event.last] += np.log1p(event.size)
    level[-1] = _newest_level(plan, dates, level)
    categories = {
        name: level
        + (seasons[name] - mean_season)
        + np.log(share)
        + wandering(rng, (days,), sd=0.02, memory=0.5)
        for name, (share, _, _) in plan.categories.items()
    }
    conversion = 0.35 * np.clip(jumps, 0, None) + wandering(rng, (days,), sd=0.025, memory=0.6)
    return Market(tuple(dates), level, categories, conversion, jumps)


def usual_days(end: dt.date, days: int) -> list[int]:
    """Positions of the ordinary same weekdays of the four weeks before `end`."""
    special = calendar(end.year - 1, end.year).special_days(end - dt.timedelta(days=days), end)
    chosen = [day for day in same_weekdays(end) if day not in special]
    return [days - 1 - (end - day).days for day in chosen if (end - day).days < days]


def newest_shift(plan: ShopPlan) -> tuple[float, Planted | None]:
    """The planted change of the market on the newest day (log) and its event, if any."""
    today = [event for event in events(plan) if event.what == "market" and event.last == 0]
    return (float(np.log1p(today[0].size)), today[0]) if today else (0.01, None)


def _newest_level(plan: ShopPlan, dates: list[dt.date], level: Floats) -> float:
    """The newest day against the same weekdays is what the scenario says, whatever the noise."""
    usual = usual_days(dates[-1], len(dates))
    if not usual:
        return float(level[-1])
    return float(np.log(np.exp(level[usual]).mean())) + newest_shift(plan)[0]


def _season(dates: list[dt.date], height: float, peak: int) -> Floats:
    place = np.array([day.timetuple().tm_yday for day in dates])
    return height * np.cos(2 * np.pi * (place - peak) / 365)


def _jumps(dates: list[dt.date]) -> Floats:
    """Platform events lift the market, the two days before them lose a little, holidays are slow."""
    known = calendar(dates[0].year, dates[-1].year + 1)
    lift = np.zeros(len(dates))
    for place, day in enumerate(dates):
        here = known.on(day)
        lift[place] += sum(_JUMP.get(event.id, 0.2) for event in here if event.kind == "campaign")
        lift[place] += _HOLIDAY if any(event.kind == "holiday" for event in here) else 0.0
        ahead = [event for back in (1, 2) for event in known.on(day + dt.timedelta(days=back))]
        if not lift[place] and any(event.kind == "campaign" for event in ahead):
            lift[place] -= 0.05
    return lift
