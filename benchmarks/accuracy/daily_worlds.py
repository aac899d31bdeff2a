"""Shops with known truth for the daily estimators, seeded, with noise the estimators do not assume."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

HISTORY = 150
WEEKDAY = np.array([1.0, 0.97, 0.95, 0.98, 1.05, 1.18, 1.15])


def wandering(
    rng: np.random.Generator, sd: float, size: tuple[int, ...], *, memory: float = 0.3
) -> np.ndarray:
    """Log noise of standard deviation `sd`: heavy tails (t, 8 degrees of freedom), memory along axis 0."""
    shocks = rng.standard_t(8, size) * np.sqrt(6 / 8) * np.sqrt(1 - memory**2)
    noise = np.empty(size)
    noise[0] = shocks[0]
    for at in range(1, size[0]):
        noise[at] = memory * noise[at - 1] + shocks[at]
    return sd * noise


def shared_course(rng: np.random.Generator, size: int, *, campaigns: bool = True) -> np.ndarray:
    """ln of what shop and market have in common: weekdays, season, shared shocks, a campaign now and then."""
    season = 0.2 * np.sin(2 * np.pi * (np.arange(size) / 365 + rng.uniform()))
    campaign = np.where(rng.random(size) < 0.02, rng.uniform(0.5, 1.2, size), 0.0)
    campaign *= campaigns
    campaign[-29:] = 0.0  # the calendar keeps campaign days out of baselines; here there are none to keep out
    return (
        np.log(WEEKDAY[np.arange(size) % 7]) + season + campaign + wandering(rng, 0.05, (size,), memory=0.6)
    )


@dataclass(frozen=True)
class Day:
    """One shop's metric up to the judged day, its market, and the true relative change of that day."""

    own: pd.Series | pd.DataFrame
    market: pd.Series
    kind: str
    truth: float


def judged_day(rng: np.random.Generator, metric: str, visits: float, truth: float) -> Day:
    """A shop of `visits` a day whose `metric` changes by `truth` (log) against the market on the last day."""
    days = pd.date_range("2026-04-01", periods=HISTORY)
    change = np.where(np.arange(HISTORY) == HISTORY - 1, truth, 0.0)
    shared = shared_course(rng, HISTORY)
    drift = np.cumsum(rng.normal(0, 0.004, HISTORY))
    own_noise = wandering(rng, rng.uniform(0.03, 0.08), (HISTORY,))
    peer_noise = wandering(rng, 0.02, (HISTORY,))
    own, peers = shared + drift + own_noise + change, shared + peer_noise
    if metric == "visitors":
        return Day(
            pd.Series(counted(rng, visits * np.exp(own)), days),
            pd.Series(1e6 * np.exp(peers), days),
            "count",
            truth,
        )
    visitors = np.maximum(counted(rng, visits * np.exp(shared)), 1)
    mild = 0.3 * (shared - shared.mean())
    if metric == "conversion":
        rate = np.minimum(0.03 * np.exp(mild + own_noise + change), 0.9)
        frame = pd.DataFrame(
            {"buyers": rng.binomial(visitors.astype(int), rate), "visitors": visitors}, days, dtype=float
        )
        return Day(frame, pd.Series(0.028 * np.exp(mild + peer_noise), days), "rate", truth)
    buyers = np.maximum(rng.poisson(visitors * 0.03), 1)
    level = 120 * np.exp(mild + 0.5 * own_noise + change)
    basket = level * rng.gamma(2.0 * buyers, 0.5 / buyers)  # the mean of that many skewed baskets
    frame = pd.DataFrame({"amount": basket * buyers, "buyers": buyers}, days, dtype=float)
    return Day(frame, pd.Series(110 * np.exp(mild + peer_noise), days), "mean", truth)


def counted(rng: np.random.Generator, mean: np.ndarray, *, dispersion: float = 2.0) -> np.ndarray:
    """Counts with variance `dispersion` times their mean (gamma-mixed Poisson)."""
    shape = np.maximum(mean / (dispersion - 1), 1e-9)
    return rng.poisson(rng.gamma(shape, dispersion - 1)).astype(float)


def shocked_series(
    rng: np.random.Generator, sd: float, *, size: int = 180, campaigns: bool = True
) -> tuple[pd.Series, pd.Series, np.ndarray]:
    """A shop's series and its market, with shocks of +-25-60% on known days (array of day positions)."""
    days = pd.date_range("2026-01-01", periods=size)
    shared = shared_course(rng, size, campaigns=campaigns)
    drift = np.cumsum(rng.normal(0, 0.005, size))
    places = np.arange(72, size - 8, 18) + rng.integers(-4, 5)
    sizes = rng.uniform(0.25, 0.60, len(places)) * rng.choice([-1, 1], len(places))
    shock = np.zeros(size)
    shock[places] = np.log1p(sizes)
    level = 6_000 * np.exp(shared + drift + wandering(rng, sd, (size,)) + shock)
    market = pd.Series(1e6 * np.exp(shared), days)
    return pd.Series(rng.poisson(level).astype(float), days), market, places


def quiet_set(rng: np.random.Generator, *, size: int = 180) -> tuple[dict[str, pd.Series], pd.Series]:
    """Everything a shop watches (25 series that share a part of their noise) on days without any event."""
    days = pd.date_range("2026-01-01", periods=size)
    shared = shared_course(rng, size)
    common = wandering(rng, 0.03, (size,))
    spreads = [*rng.uniform(0.03, 0.06, 5), *rng.uniform(0.06, 0.12, 8), *rng.uniform(0.10, 0.25, 12)]
    levels = [*rng.uniform(2_000, 9_000, 5), *rng.uniform(200, 3_000, 8), *rng.uniform(40, 800, 12)]
    series = {}
    for at, (spread, level) in enumerate(zip(spreads, levels, strict=True)):
        drift = np.cumsum(rng.normal(0, 0.006, size))
        course = shared + drift + common + wandering(rng, spread, (size,))
        series[f"s{at}"] = pd.Series(rng.poisson(level * np.exp(course)).astype(float), days)
    return series, pd.Series(1e6 * np.exp(shared), days)


def broken_channels(
    rng: np.random.Generator, *, quiet: bool = False
) -> tuple[pd.DataFrame, pd.Series, pd.Series, set[str]]:
    """One dimension: history (days x channels), the day, its baseline, and the channels that truly moved."""
    names = [f"c{at}" for at in range(10)]
    sizes = rng.dirichlet(np.full(10, 1.5)) * rng.uniform(3_000, 12_000)
    spread = rng.uniform(0.04, 0.12, 10)
    shared = shared_course(rng, 120)
    course = shared[:, None] + np.stack([wandering(rng, each, (120,)) for each in spread], axis=1)
    course[-1] += rng.uniform(-0.2, 0.2)
    truth: set[str] = set()
    if not quiet:
        able = [at for at in range(10) if sizes[at] >= 0.04 * sizes.sum()]
        for at in rng.choice(able, min(len(able), int(rng.integers(1, 3))), replace=False):
            course[-1, at] += np.log1p(rng.uniform(0.35, 0.7) * rng.choice([-1, 1]))
            truth.add(names[at])
    counts = counted(rng, sizes * np.exp(course), dispersion=1.5)
    frame = pd.DataFrame(counts, pd.date_range("2026-06-01", periods=120), names)
    return frame.iloc[:-1], frame.iloc[-1], frame.iloc[[-8, -15, -22, -29]].mean(), truth


def broken_cells(
    rng: np.random.Generator, dims: dict[str, int], *, roots: int, visits: float = 6_000
) -> tuple[pd.DataFrame, pd.DataFrame, list[dict[str, str]]]:
    """Two or three dimensions: cells of the day, of a quiet day before, and the sets that truly moved."""
    shares = [rng.dirichlet(np.full(size, 1.2)) for size in dims.values()]
    cube = shares[0]
    for share in shares[1:]:
        cube = cube[..., None] * share
    mean = cube.ravel() * rng.gamma(4, 0.25, cube.size)
    mean *= visits / mean.sum()
    keys = np.stack(np.unravel_index(np.arange(cube.size), cube.shape), axis=1)
    cells = pd.DataFrame({name: [f"{name}{at}" for at in keys[:, place]] for place, name in enumerate(dims)})
    factor, truth = np.ones(len(cells)), []
    while len(truth) < roots:
        scope, rows = _random_set(rng, cells, list(dims))
        clash = any(_overlap(cells, scope, other) for other in truth)
        if not 0.015 * visits <= mean[rows].sum() <= 0.35 * visits or clash:
            continue
        factor[rows] *= rng.uniform(0.2, 0.5) if rng.random() < 0.6 else rng.uniform(1.6, 2.4)
        truth.append(scope)
    past = np.stack([counted(rng, mean, dispersion=1.4) for _ in range(5)])
    global_shift = np.exp(rng.uniform(-0.25, 0.25))
    cells["before"] = past[:4].mean(axis=0)
    quiet = cells.assign(now=past[4])
    return cells.assign(now=counted(rng, mean * factor * global_shift, dispersion=1.4)), quiet, truth


def _random_set(
    rng: np.random.Generator, cells: pd.DataFrame, dims: list[str]
) -> tuple[dict[str, str], np.ndarray]:
    used = rng.choice(dims, int(rng.integers(1, len(dims) + 1)), replace=False)
    scope = {name: str(rng.choice(cells[name].unique())) for name in sorted(used, key=dims.index)}
    return scope, _rows(cells, scope)


def _rows(cells: pd.DataFrame, scope: dict[str, str]) -> np.ndarray:
    return np.all([cells[name].eq(value) for name, value in scope.items()], axis=0)


def _overlap(cells: pd.DataFrame, one: dict[str, str], other: dict[str, str]) -> bool:
    return bool((_rows(cells, one) & _rows(cells, other)).any())


def mix_shift(rng: np.random.Generator, *, visits: float = 10_000) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A day and its baseline (buyers, visitors by channel): only the mix changed, for 12% of conversion."""
    rates = np.exp(rng.normal(np.log(0.03), 0.6, 8))
    weights = rng.dirichlet(np.full(8, 2.0))
    while True:
        moved = weights * np.exp(rng.normal(0, 0.5, 8))
        moved /= moved.sum()
        if abs(np.log((moved @ rates) / (weights @ rates))) >= 0.12:
            break
    sides = []
    for share, days in ((moved, 1), (weights, 4)):
        visitors = rng.poisson(share * visits * days)
        wobble = np.exp(wandering(rng, 0.06, (8,), memory=0.0))
        sides.append(
            pd.DataFrame(
                {"buyers": rng.binomial(visitors, rates * wobble), "visitors": visitors}, dtype=float
            )
        )
    return sides[0], sides[1]
