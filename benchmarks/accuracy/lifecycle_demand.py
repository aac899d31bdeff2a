"""Units of an item in the two weeks ahead against a known truth, beside the last two weeks as they were."""

import numpy as np
import pandas as pd
from benchmarks.accuracy.daily_worlds import wandering
from scipy import stats

from shopbook.analysis.demand import demand_ahead

WORLDS = ("independent", "memory .6", "drift 3% a day", "out of stock")
AHEAD, HISTORY, ITEMS = 14, 84, 30
WEEKDAYS = np.array([0.0, 0.0, 0.0, 0.0, 0.1, 0.2, 0.15])
NOTE = (
    "Units of 30 items a shop (.3 to 60 a day) in the 14 days after twelve weeks of history: share "
    "inside the 90% range, its median width over the forecast, and how often the quantity said to be "
    "enough in nine cases of ten is enough. Daily log noise of .2 with heavy tails: independent, with "
    "memory, with a level that walks 3% a day, and with memory where three items of five were out of "
    "stock for 3-11 days, which are told. *Last two weeks*: their sum with the range of a count, days "
    "out of stock sold nothing. Target for ours: .86-.94."
)


def demand_table(shops: int, seed: int) -> pd.DataFrame:
    """Coverage, width and service of the next two weeks' units, by world and method."""
    rows = []
    for place, world in enumerate(WORLDS):
        parts: dict[str, list[pd.DataFrame]] = {"past forecasts (ours)": [], "last two weeks": []}
        for at in range(shops):
            seen, later = _sold(np.random.default_rng([seed, 5, place, at]), world)
            found = {"past forecasts (ours)": demand_ahead(seen, AHEAD), "last two weeks": _as_it_was(seen)}
            for name, told in found.items():
                parts[name].append(told.assign(later=later))
        rows += [(world, name, *_held(pd.concat(told))) for name, told in parts.items()]
    return pd.DataFrame(rows, columns=["world", "method", "coverage", "median width", "enough, of .90"])


def _held(told: pd.DataFrame) -> tuple[float, float, float]:
    known = told[told["middle"] > 0]
    inside = (known["low"] <= known["later"]) & (known["later"] <= known["high"])
    width = (known["high"] - known["low"]) / known["middle"]
    return float(inside.mean()), float(width.median()), float((known["later"] <= known["served"]).mean())


def _as_it_was(seen: pd.DataFrame) -> pd.DataFrame:
    """The sum of the last two weeks again, with the range of a Poisson count."""
    middle = seen.tail(AHEAD).fillna(0.0).sum()
    ends = {
        name: stats.poisson.ppf(at, middle) for name, at in (("low", 0.05), ("high", 0.95), ("served", 0.9))
    }
    return pd.DataFrame({"middle": middle, **ends}, index=seen.columns)


def _sold(rng: np.random.Generator, world: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Units by day and item up to now, and the sum of the days ahead, when all are in stock."""
    days = HISTORY + AHEAD
    noise = wandering(rng, 0.2, (days, ITEMS), memory=0.0 if world == "independent" else 0.6)
    if world == "drift 3% a day":
        noise += rng.normal(0, 0.03, (days, ITEMS)).cumsum(axis=0)
    rate = np.exp(rng.uniform(np.log(0.3), np.log(60), ITEMS))
    sold = rng.poisson(rate * np.exp(noise + WEEKDAYS[np.arange(days) % 7][:, None])).astype(float)
    seen = pd.DataFrame(sold[:HISTORY], columns=[f"item {at}" for at in range(ITEMS)])
    if world == "out of stock":
        for name in seen.columns[rng.uniform(size=ITEMS) < 0.6]:
            first = int(rng.integers(20, HISTORY - 8))
            seen.loc[first : first + int(rng.integers(2, 11)), name] = np.nan
    return seen, sold[HISTORY:].sum(axis=0)
