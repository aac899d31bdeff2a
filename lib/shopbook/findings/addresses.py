"""Where a figure comes from: the very rows it is the sum, mean or ratio of, else every row its rule read."""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from shopbook.columns import columns
from shopbook.findings.finding import FigureSource, Finding
from shopbook.kinds import kinds as known_kinds

OF_THE_DAY = "value"
OF_BEFORE = "baseline"
_DAY = pd.Timedelta(days=1)
# Frames that hold a kind under another name, over a longer past.
_KIND_OF_FRAME = {"item_past": "item_daily", "ad_past": "ad_report"}


class Addresses:
    """The addresses of the figures of one finding whose rule read `kinds`.

    `value` and `baseline` lead to rows only if those rows give the very number; whatever else a rule made of
    its exports (a range, a forecast, a share) leads to all rows it read, and names no columns.
    """

    def __init__(
        self, finding: Finding, frames: Mapping[str, pd.DataFrame], day: dt.date, kinds: Iterable[str]
    ) -> None:
        self.finding, self.day = finding, pd.Timestamp(day)
        held = {kind: frames[kind] for kind in frames if kind in kinds} if kinds else dict(frames)
        self.frames = {kind: rows for kind, rows in held.items() if len(rows) and _is_kind(kind)}
        self.whole = tuple(self._source(kind, rows, ()) for kind, rows in sorted(self.frames.items()))

    @cached_property
    def value(self) -> tuple[FigureSource, ...]:
        """The rows that give the value."""
        week = [[self.day - (back + ago) * _DAY for back in range(7)] for ago in range(7)]
        newest = [[self.day - ago * _DAY] for ago in range(1, 15)]
        return self._found(self.finding.value, [[self.day], *week, *newest])

    @cached_property
    def baseline(self) -> tuple[FigureSource, ...]:
        """The rows that give the baseline."""
        before = [pd.Timestamp(each) for each in self.finding.baseline_days]
        return self._found(self.finding.baseline, [before] if before else [])

    def of(self, name: str) -> tuple[FigureSource, ...]:
        """The sources of a figure by its name: a field of the finding, or anything else."""
        if name in (OF_THE_DAY, OF_BEFORE):
            return (self.value if name == OF_THE_DAY else self.baseline) or self.whole
        if name == "change" and self.value and self.baseline:
            return tuple(dict.fromkeys((*self.value, *self.baseline)))
        return self.whole

    def _found(self, value: float | None, spans: list[list[pd.Timestamp]]) -> tuple[FigureSource, ...]:
        """The first rows whose sum, daily mean or ratio is `value`; none when there are no such rows."""
        if value is None or math.isnan(value):
            return ()
        asked = [np.array(days, "datetime64[ns]") for days in spans]
        for kind, rows in self._likely():
            dates = rows["date"].to_numpy("datetime64[ns]") if "date" in rows else None
            whole = [np.ones(len(rows), bool)]
            held = whole if dates is None else [_in(dates, days) for days in asked]
            for names in _made_of(self.finding.metric, rows):
                table = [pd.to_numeric(rows[name], errors="coerce").to_numpy(float) for name in names]
                for chosen in held:
                    if any(_near(each, value) for each in _numbers(table, dates, chosen)):
                        return (self._source(kind, rows[chosen], names),)
        return ()

    def _likely(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """The rows about what the finding is about, shortest tables first; of a market each category."""
        for kind, rows in sorted(self.frames.items(), key=lambda each: len(each[1])):
            chosen = about(rows, self.finding.scope, self.finding.metric)
            if chosen is None or not len(chosen):
                continue
            yield kind, chosen
            if "category" in chosen:
                yield from ((kind, each) for _, each in chosen.groupby("category"))

    def _source(self, kind: str, rows: pd.DataFrame, names: tuple[str, ...]) -> FigureSource:
        kind = _KIND_OF_FRAME.get(kind, kind)
        if "date" not in rows:
            day = self.day.date().isoformat()
            return FigureSource(kind, day, day, names, len(rows))
        first, last = pd.Timestamp(rows["date"].min()), pd.Timestamp(rows["date"].max())
        return FigureSource(kind, first.date().isoformat(), last.date().isoformat(), names, len(rows))


def about(rows: pd.DataFrame, scope: Mapping[str, str], metric: str) -> pd.DataFrame | None:
    """The rows of a thing and a metric; None where the table knows nothing of that thing."""
    wanted = {name: text for name, text in scope.items() if name in rows}
    if "metric" in rows and metric:
        wanted["metric"] = metric
        if "entity" in rows and "item_id" in scope:
            wanted["entity"] = scope["item_id"]
    if not wanted:
        return None if scope else rows
    held = np.ones(len(rows), bool)
    for name, text in wanted.items():
        held &= (rows[name] == text).to_numpy()
    return rows[held]


def _is_kind(frame: str) -> bool:
    return _KIND_OF_FRAME.get(frame, frame) in known_kinds()


def _made_of(metric: str, rows: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """The columns that may hold a metric: its own, a ratio's two parts, the value of a long table."""
    if "metric" in rows and "value" in rows:
        yield ("value",)
    known = columns().get(metric)
    if known and known.over in rows:
        yield from ((known.over, under) for under in known.under if under in rows)
    if metric in rows:
        yield (metric,)


def _in(dates: np.ndarray, days: np.ndarray) -> np.ndarray:
    return dates == days[0] if len(days) == 1 else np.isin(dates, days)


def _numbers(table: list[np.ndarray], dates: np.ndarray | None, chosen: np.ndarray) -> Iterator[float]:
    """What an arithmetic of a line gives: sum, mean of a day, mean of a row; of two columns their ratio."""
    known = chosen & ~np.isnan(table).any(axis=0)
    count = int(known.sum())
    if not count:
        return
    sums = [float(each[known].sum()) for each in table]
    if len(sums) == 2:
        yield sums[0] / sums[1] if sums[1] else math.nan
        return
    yield from (sums[0], sums[0] / count)
    if dates is not None:
        yield sums[0] / len(np.unique(dates[known]))


def _near(found: float, value: float) -> bool:
    return math.isclose(found, value, rel_tol=1e-9, abs_tol=1e-12)
