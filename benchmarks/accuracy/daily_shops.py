"""Whole shops with known truth that break what the daily estimators assume, one law at a time.

Every shop has visitors, buyers and sales, a market and peers. Visits scatter more than Poisson, own and
market noise remember yesterday and have heavy tails, baskets are skewed. Each world adds one thing: an own
campaign, a coefficient to the market other than one, a trend, a platform event.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from benchmarks.accuracy.daily_worlds import WEEKDAY, counted, wandering

HISTORY = 18 * 7
CONVERSION, BASKET, SCATTER = 0.025, 90.0, 0.8
METRICS = ("visitors", "conversion", "basket", "sales")


@dataclass(frozen=True)
class World:
    """What a world adds to a plain shop."""

    name: str
    elasticity: tuple[float, float] = (1.0, 1.0)
    drift: float = 0.0
    campaigns: tuple[int, ...] = ()
    event: int | None = None
    """Days before the judged day on which a platform event of three days began; 0: it is the event's peak."""
    known: bool = True
    """Whether the shop wrote its campaigns down."""


WORLDS = (
    World("plain"),
    World("follows its market .6 to 1.4", elasticity=(0.6, 1.4)),
    World("grows 1% a day", drift=0.01),
    World("falls 1% a day", drift=-0.01),
    World("own campaign of +50% to +150% two weeks ago", campaigns=(16,)),
    World("own campaigns one, four and seven weeks ago", campaigns=(9, 30, 51)),
    World("own campaign two weeks ago, not written down", campaigns=(16,), known=False),
    World("platform event two weeks ago, .6 to 1.4", elasticity=(0.6, 1.4), event=15),
    World("on the peak of a platform event, .6 to 1.4", elasticity=(0.6, 1.4), event=0),
    World("aftermath of a platform event, .6 to 1.4", elasticity=(0.6, 1.4), event=4),
)


@dataclass(frozen=True)
class Shop:
    """One shop up to the judged day: what it exports, what is known of its calendar, and the truth."""

    own: pd.DataFrame
    market: pd.DataFrame
    special: tuple[pd.Timestamp, ...]
    campaign_days: tuple[pd.Timestamp, ...]
    expected: pd.DataFrame = field(repr=False)
    expected_market: pd.DataFrame = field(repr=False)
    elasticity: float = 1.0


def shop(
    rng: np.random.Generator,
    world: World,
    size: float,
    *,
    metric: str = "",
    change: float = 0.0,
    last: int = 1,
) -> Shop:
    """A shop of `size` visitors a day whose `metric` changes by `change` (log) in its `last` days."""
    days = pd.date_range("2026-03-02", periods=HISTORY)
    at = np.arange(HISTORY)
    beta = float(rng.uniform(*world.elasticity))
    season = 0.15 * np.sin(2 * np.pi * (at / 365 + rng.uniform()))
    shared = np.log(WEEKDAY[at % 7]) + season + wandering(rng, 0.06, (HISTORY,), memory=0.6)
    special: list[pd.Timestamp] = []
    if world.event is not None:
        shared, special = _with_event(rng, shared, world.event, days)
    boost, campaign_days = _campaigns(rng, world, days)
    level = beta * shared + world.drift * (at - HISTORY + 1) + boost
    step = np.where(at >= HISTORY - last, change, 0.0)
    moves = {name: step if name == metric else np.zeros(HISTORY) for name in METRICS}
    spread = rng.uniform(0.03, 0.08)
    noise = {
        "visitors": wandering(rng, spread, (HISTORY,)),
        "conversion": wandering(rng, 0.7 * spread, (HISTORY,)),
        "basket": wandering(rng, 0.4 * spread, (HISTORY,)),
    }
    mild = 0.2 * (shared - shared.mean())
    moves["visitors"] = moves["visitors"] + moves["sales"]
    expected = pd.DataFrame(
        {
            "visitors": size * np.exp(level + moves["visitors"]),
            "conversion": CONVERSION * np.exp(beta * mild + 0.2 * boost + moves["conversion"]),
            "basket": BASKET * np.exp(moves["basket"]),
        },
        days,
    )
    expected_market = pd.DataFrame(
        {
            "visitors": 1e6 * np.exp(shared),
            "conversion": 0.022 * np.exp(mild),
            "basket": np.full(HISTORY, 80.0),
        },
        days,
    )
    for table in (expected, expected_market):
        table["sales"] = table["visitors"] * table["conversion"] * table["basket"]
    visitors = np.maximum(counted(rng, expected["visitors"].to_numpy() * np.exp(noise["visitors"])), 1)
    rates = np.minimum(expected["conversion"].to_numpy() * np.exp(noise["conversion"]), 0.9)
    buyers = rng.binomial(visitors.astype(int), rates).astype(float)
    level_of_baskets = expected["basket"].to_numpy() * np.exp(noise["basket"])
    shape = np.maximum(buyers / SCATTER**2, 1e-9)
    amount = np.where(buyers > 0, level_of_baskets * buyers * rng.gamma(shape) / shape, 0.0)
    own = pd.DataFrame({"visitors": visitors, "buyers": buyers, "amount": amount}, days)
    blurred = np.exp(np.stack([wandering(rng, 0.015, (HISTORY,)) for _ in range(4)], axis=1))
    return Shop(
        own, expected_market * blurred, tuple(special), campaign_days, expected, expected_market, beta
    )


def series_of(found: Shop, metric: str) -> tuple[pd.Series | pd.DataFrame, str]:
    """A metric's history as the estimators take it, and how it varies."""
    if metric == "visitors":
        return found.own["visitors"], "count"
    if metric == "conversion":
        return found.own[["buyers", "visitors"]], "rate"
    return found.own[["amount", "buyers"]], "mean" if metric == "basket" else "sales"


def truth(found: Shop, metric: str, now: list[pd.Timestamp], before: list[pd.Timestamp]) -> float:
    """The true relative change (log) of some days against others: what the shop did beyond its habit."""
    if metric == "conversion":
        weights = found.expected["visitors"]
        sums = (found.expected["conversion"] * weights, weights)
    elif metric == "basket":
        weights = found.expected["visitors"] * found.expected["conversion"]
        sums = (found.expected["basket"] * weights, weights)
    else:
        sums = (found.expected[metric], pd.Series(1.0, found.expected.index))
    own = np.log(sums[0][now].sum() / sums[1][now].sum()) - np.log(
        sums[0][before].sum() / sums[1][before].sum()
    )
    market = found.expected_market[metric]
    return float(own - habit(found, metric) * np.log(market[now].mean() / market[before].mean()))


def habit(found: Shop, metric: str) -> float:
    """How far a metric of the shop follows the same of its market."""
    return 1.0 if metric == "basket" else found.elasticity


def _with_event(
    rng: np.random.Generator, shared: np.ndarray, back: int, days: pd.DatetimeIndex
) -> tuple[np.ndarray, list[pd.Timestamp]]:
    """A platform event of three days, its peak on the first, and the slump of the week after it."""
    shape = np.zeros(HISTORY)
    first = HISTORY - 1 - back
    course = np.concatenate([rng.uniform(0.7, 1.2) * np.array([1.0, 0.5, 0.3]), np.linspace(-0.2, 0, 7)])
    until = min(HISTORY, first + len(course))
    shape[first:until] = course[: until - first]
    return shared + shape, list(days[first : first + 3])


def _campaigns(
    rng: np.random.Generator, world: World, days: pd.DatetimeIndex
) -> tuple[np.ndarray, tuple[pd.Timestamp, ...]]:
    """Own campaigns: a day of warm-up, three of peak, three of cool-down."""
    boost, mine = np.zeros(HISTORY), []
    for back in world.campaigns:
        first = HISTORY - 1 - back
        peak = np.log1p(rng.uniform(0.5, 1.5))
        boost[first : first + 7] += [0.2 * peak, peak, peak, peak, -0.15, -0.1, -0.05]
        mine += list(days[first : first + 7])
    return boost, tuple(mine) if world.known else ()
