"""What the lifecycle rule is told: thresholds and what is known beside the daily figures."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pandas as pd

STAGES = ("new", "growth", "hit", "stable", "decline")


@dataclass(frozen=True)
class StageRules:
    """The thresholds of the rule; visitors are per week, slopes are ln per week."""

    hit_level: float = 3000.0
    hit_keep: float = 0.7
    enter_slope: float = 0.06
    enter_z: float = 1.3
    leave_slope: float = 0.04
    new_weeks: int = 4
    window: int = 6
    leave_window: int = 4
    votes: int = 2
    burst: float = 1.5
    most_silent: int = 3
    # A selling item that sells nothing for so many days lacked stock, for three weeks at most; seven pieces
    # were to be expected by then, so that chance does it once in a thousand times.
    supply_run: int = 10
    supply_last: int = 21
    supply_expected: float = 7.0


@dataclass(frozen=True)
class StageHints:
    """What is known beside the daily figures: tags, listing days, campaign days, days without stock."""

    category: Mapping[str, str] = field(default_factory=dict)
    listed_on: Mapping[str, dt.date] = field(default_factory=dict)
    locks: Mapping[str, str] = field(default_factory=dict)
    replaces: Mapping[str, str] = field(default_factory=dict)
    event_days: Collection[dt.date] = ()
    stock_outs: pd.DataFrame | None = None
