"""The day's alarms in two lists: what is the shop's own, and what jumped in the whole market."""

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from shopbook.analysis.alarm import Alarm, market_alarms
from shopbook.columns import label
from shopbook.findings.facts import WATCHED, Facts
from shopbook.text import tr

_MIN_MARKET_DAYS = 2


def market_wide(facts: Facts) -> list[Alarm]:
    """Departures of the market's and the peers' own figures."""
    series: dict[str, pd.Series] = {}
    for name in WATCHED:
        for table in (facts.market, facts.peers):
            if name in table and facts.stamp in (known := table[name].dropna()).index:
                series.setdefault(name, known)
    series = {name: known for name, known in series.items() if len(known) >= _MIN_MARKET_DAYS}
    return market_alarms(series, facts.day, special=sorted(facts.special_days)) if series else []


def alarm_table(facts: Facts) -> list[dict[str, Any]]:
    """A row an alarm, own ones first, strongest first; nothing on a quiet day."""
    names = dict(zip(facts.channels["channel"], facts.channels["label"], strict=True))
    own, market = tr("our own"), tr("whole market")
    rows = [
        *_rows(facts.alarms.values(), "own", own, names),
        *_rows(market_wide(facts), "market", market, {}),
    ]
    return sorted(rows, key=lambda row: (row["list"] != "own", row["level"] != "act", -abs(row["z"])))


def alarm_summary(facts: Facts) -> str:
    """How many series were judged, how many said something, and how many could not be judged."""
    found = [*facts.alarms.values(), *market_wide(facts)]
    counts = {
        "judged": sum(each.level in ("act", "watch", "ok") for each in found),
        "raised": sum(each.level in ("act", "watch") for each in found),
        "open": sum(each.level in ("masked", "unknown") for each in found),
    }
    return tr(
        "{judged} series judged, {raised} raised an alarm; {open} could not be judged"
        " (campaign days without a market, or under eight weeks of history)",
        **counts,
    )


def _rows(alarms: Iterable[Alarm], source: str, shown: str, names: dict[str, str]) -> list[dict[str, Any]]:
    rows = []
    for alarm in alarms:
        if alarm.level not in ("act", "watch"):
            continue
        channel = alarm.series.removeprefix("channel:")
        known = names.get(channel, channel) if channel != alarm.series else label(alarm.series)
        rows.append(
            {
                "series": alarm.series,
                "label": known,
                "list": source,
                "whose": shown,
                "departure": math.expm1(alarm.departure),
                "z": alarm.z,
                "level": alarm.level,
                "state": tr("clear") if alarm.level == "act" else tr("maybe"),
            }
        )
    return rows
