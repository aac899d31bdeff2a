"""The outcome of a write of the history."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from shopbook.history.befores import Before
from shopbook.history.restated import Restated


@dataclass(frozen=True)
class Imported:
    """The outcome of a write: days new or changed, days that stayed, days whose figures were replaced.

    `rows_of` counts the rows left on each day, `befores` holds what they replaced (for an undo), `healed` the
    days found damaged, `narrower` those where more was stored than the table holds ("": a kind without days).
    """

    days: tuple[dt.date, ...]
    unchanged: tuple[dt.date, ...]
    restated: tuple[Restated, ...]
    changed: bool
    rows_of: Mapping[str, int] = field(default_factory=dict)
    befores: tuple[Before, ...] = ()
    healed: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()

    @property
    def restated_days(self) -> tuple[dt.date, ...]:
        return tuple(row.day for row in self.restated if row.day)
