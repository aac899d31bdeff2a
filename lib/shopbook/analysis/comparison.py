"""A comparison with market and baseline, and the verdict its interval allows."""

import dataclasses
import datetime as dt
import math
from dataclasses import dataclass
from typing import Literal

from scipy.special import stdtr, stdtrit

Good = Literal["up", "down", "none"]
Verdict = Literal["better", "worse", "same", "unknown"]

CONFIDENCE = 0.9
BAND = 0.05


@dataclass(frozen=True)
class Comparison:
    """One metric against its baseline and its market; `interval` is of `relative`, else of `change`.

    `beta` is the shop's coefficient to its market that `relative` was made with; `df` the degrees of freedom
    of the interval; `looks` how many comparisons this one was picked out of.
    """

    value: float
    baseline: float
    change: float | None
    market_change: float | None
    relative: float | None
    interval: tuple[float, float] | None
    verdict: Verdict
    days: tuple[dt.date, ...] = ()
    comparator: bool = False
    caveats: tuple[str, ...] = ()
    tau: float | None = None
    beta: float = 1.0
    df: float = 1e6
    looks: int = 1

    @property
    def shift(self) -> float | None:
        """What the market alone would have made of the baseline, as a fraction; None without a market."""
        return None if self.market_change is None else (1 + self.market_change) ** self.beta - 1

    @property
    def chance(self) -> float:
        """How often chance alone looks at least as different, on either side; 1 without an interval."""
        if self.interval is None or not self.interval[0] > -1:
            return 1.0 if self.interval is None else 0.0
        low, high = (math.log1p(end) for end in self.interval)
        away = abs(low + high) / max(high - low, 1e-12) * self._reach(self.looks)
        return min(1.0, float(2 * self.looks * stdtr(self.df, -away)))

    def best_of(self, count: int, good: Good = "up") -> "Comparison":
        """The same, picked out of `count` as the most extreme: the interval that all of them share."""
        if self.interval is None or count < 2 or not self.interval[0] > -1:
            return self
        low, high = (math.log1p(end) for end in self.interval)
        wider = self._reach(count) / self._reach(1)
        middle, half = (low + high) / 2, (high - low) / 2 * wider
        interval = math.expm1(middle - half), math.expm1(middle + half)
        return dataclasses.replace(
            self, interval=interval, verdict=verdict_of(interval, good=good), looks=count
        )

    def _reach(self, looks: int) -> float:
        """How many standard errors an interval reaches that holds over so many looks together."""
        return float(stdtrit(self.df, 1 - (1 - CONFIDENCE) / 2 / looks))


def verdict_of(interval: tuple[float, float] | None, *, good: Good = "up", band: float = BAND) -> Verdict:
    """What an interval of a relative change allows to say.

    Parameters
    ----------
    interval : (low, high) or None
        Relative change as a fraction: -0.05 is five percent down. None or NaN: nothing is known.
    good : {"up", "down", "none"}
        The metric's good direction; "none" is never better or worse.
    band : float
        Half width of "about the same".

    Returns
    -------
    {"better", "worse", "same", "unknown"}
        In this order: `same` if the interval lies inside the band, `better` or `worse` if it excludes 0,
        else `unknown`.

    Raises
    ------
    ValueError
        If low > high.

    Notes
    -----
    With much traffic an interval of [+1%, +3%] excludes 0 and is still nothing to act on.

    Examples
    --------
    >>> [verdict_of(each) for each in [(.01, .03), (.02, .2), (-.2, -.06), (-.2, .1), None]]
    ['same', 'better', 'worse', 'unknown', 'unknown']
    >>> verdict_of((.06, .2), good="down")
    'worse'
    """
    if interval is None or not all(math.isfinite(end) for end in interval):
        return "unknown"
    low, high = interval
    if low > high:
        raise ValueError(f"interval {interval} is upside down")
    if low >= -band and high <= band:
        return "same"
    if low <= 0 <= high or good == "none":
        return "unknown"
    return "better" if (low > 0) == (good == "up") else "worse"


def undecided(
    value: float, baseline: float, *, days: tuple[dt.date, ...] = (), caveats: tuple[str, ...] = ()
) -> Comparison:
    """The figures without a verdict: too little is known."""
    change = value / baseline - 1 if baseline > 0 and math.isfinite(value) else None
    return Comparison(value, baseline, change, None, None, None, "unknown", days, caveats=caveats)
