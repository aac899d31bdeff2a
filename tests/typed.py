"""Facts over rows typed in a test: whatever frames it names, all others empty."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from shopbook.analysis.alarm import Alarm
from shopbook.analysis.comparison import Comparison
from shopbook.analysis.week import WeekComparison
from shopbook.days import Calendar, Event
from shopbook.findings.facts import Facts
from shopbook.findings.finding import DataWarning, Verdict
from shopbook.params import ShopSettings, rules

DAY = dt.date(2026, 9, 25)  # a Friday
USUAL = [DAY - dt.timedelta(weeks=back) for back in (4, 3, 2, 1)]
KINDS = ("shop_daily", "market", "peers", "flow_source", "item_daily", "rivals", "stock", "restated")


def ago(days: int) -> pd.Timestamp:
    """A day so many days before the report day."""
    return pd.Timestamp(DAY) - pd.Timedelta(days=days)


def last(days: int) -> pd.DatetimeIndex:
    """So many days up to the report day."""
    return pd.date_range(end=DAY, periods=days)


def table(names: str, *rows: Sequence[Any]) -> pd.DataFrame:
    """A frame of typed rows; a `date` is written as the number of days before the report day."""
    frame = pd.DataFrame(list(rows), columns=names.split())
    return frame.assign(date=[ago(each) for each in frame["date"]]) if "date" in frame else frame


def daily(days: int = 29, **columns: Any) -> pd.DataFrame:
    """The shop's daily sheet: 1000 visitors, 50 buyers and 5000 yuan a day where nothing else is said."""
    return pd.DataFrame(
        {"date": last(days), "visitors": 1000.0, "pay_buyers": 50.0, "pay_amount": 5000.0, **columns}
    )


def holiday(*days_ago: int) -> Calendar:
    """A calendar with a holiday on each of some days before the report day."""
    days = [DAY - dt.timedelta(days=each) for each in days_ago]
    return Calendar(tuple(Event(f"h{day}", "假", "holiday", day, day, "holiday") for day in days))


def facts(
    *,
    frames: Mapping[str, pd.DataFrame] | None = None,
    shop: Mapping[str, Any] | None = None,
    calendar: Calendar | None = None,
    warned: Iterable[tuple[str, str]] = (),
    known: Mapping[Any, Any] | None = None,
    alarms: Mapping[str, Alarm] | None = None,
) -> Facts:
    """The facts of the day: `warned` holds (code, item id); `known`, `alarms` what need not be made."""
    held = {**dict.fromkeys(KINDS, pd.DataFrame()), "shop_daily": daily(), **(frames or {})}
    warnings = tuple(
        DataWarning("warn", code, "", {"item_id": item} if item else {}) for code, item in warned
    )
    made = Facts(ShopSettings(id="t", **(shop or {})), DAY, held, calendar or Calendar(()), rules(), warnings)
    for key, value in (known or {}).items():
        made.once(key, lambda value=value: value)
    if alarms is not None:
        vars(made)["alarms"] = dict(alarms)
    return made


def compared(
    value: float,
    baseline: float,
    verdict: Verdict = "unknown",
    *,
    market: float | None = None,
    interval: tuple[float, float] | None = (-0.5, 0.5),
    **values: Any,
) -> Comparison:
    """A comparison as it was judged: the shop's figure, its baseline, what the market did, the verdict."""
    change = value / baseline - 1
    relative = None if market is None else (1 + change) / (1 + market) - 1
    return Comparison(
        value, baseline, change, market, relative, interval, verdict,
        tuple(USUAL), comparator=market is not None, **values,
    )  # fmt: skip


def judged(
    days: Mapping[str, Comparison], weeks: Mapping[str, WeekComparison | None] | None = None
) -> dict[tuple[str, str, dt.date], Any]:
    """What `facts(known=...)` takes so that figures of the day, and weeks, need no history."""
    return {
        **{("compare", metric, DAY): each for metric, each in days.items()},
        **{("week", metric, DAY): each for metric, each in (weeks or {}).items()},
    }
