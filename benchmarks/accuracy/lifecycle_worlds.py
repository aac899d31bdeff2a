"""Simulated shops with a known truth: product lives, conversions of items, years of sales."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from shopbook.analysis.stages import DECLINE, GROWTH, HIT, NEW, STABLE, StageHints
from shopbook.days import calendar

HIT_LEVEL = 3000.0


class Shop(NamedTuple):
    """A simulated shop: daily items and, by item and week, the true stage (and whether a hit still grows)."""

    days: pd.DataFrame
    hints: StageHints
    stage: np.ndarray
    both: np.ndarray


def simulate_shop(rng: np.random.Generator, other: float, items: int = 60, weeks: int = 104) -> Shop:
    """Items that are new, grow, stay, decline, stay; with season, campaigns, promotions and stock-outs."""
    days = weeks * 7
    category = rng.integers(0, 4, items)
    lives = [_life(rng, weeks) for _ in range(items)]
    log_level = np.array([life[0] for life in lives])
    time_axis = np.arange(days)
    season = np.stack([0.3 * np.sin(2 * np.pi * (time_axis / 365 + shift)) for shift in rng.random(4)])[
        category
    ]
    if other:
        season = season * rng.uniform(1 - 0.3 * other, 1 + 0.3 * other, (items, 1))
    weekday = np.tile(rng.normal(0, 0.08, 7), weeks)
    campaign = _campaign(rng, items, weeks)
    expected = np.repeat(log_level, 7, axis=1) + season + weekday + campaign.effect
    noisy = expected + _noise(rng, (items, weeks), other)
    noisy, out = _disturb(rng, noisy, other)
    visitors = rng.poisson(np.exp(noisy)).astype(float)
    conversion = 0.03 * np.exp(rng.normal(0, 0.35, items))
    buyers = rng.binomial(visitors.astype(int), np.minimum(conversion[:, None], 0.5))
    started = np.repeat(np.array([life[1] for life in lives]) >= 0, 7, axis=1)
    weekly = np.exp(log_level + season.reshape(items, weeks, 7).mean(axis=2)) * 7
    truth, both = _truth(lives, weekly, conversion)
    return Shop(_frame(visitors, buyers, started), _hints(category, campaign.days, out), truth, both)


def _life(rng: np.random.Generator, weeks: int) -> tuple[np.ndarray, np.ndarray, int]:
    """ln daily visitors and phase by week; phase -1 before the launch."""
    level = np.empty(0)
    phase = np.empty(0, int)
    old = rng.random() < 0.4
    base = rng.normal(np.log(120 if not old else 220), 0.9)
    order = [(NEW, 4, rng.uniform(0, 0.1))] if not old else []
    for _ in range(4):
        order += [
            (GROWTH, int(rng.integers(8, 19)), rng.uniform(0.08, 0.2)),
            (STABLE, int(rng.integers(16, 50)), 0.0),
            (DECLINE, int(rng.integers(8, 19)), -rng.uniform(0.08, 0.2)),
            (STABLE, int(rng.integers(16, 50)), 0.0),
        ]
    if old:
        order = order[int(rng.integers(0, 4)) :]
        order[0] = (order[0][0], max(int(order[0][1] * rng.random()), 1), order[0][2])
    for kind, length, slope in order:
        level = np.r_[level, base + slope * np.arange(1, length + 1)]
        phase = np.r_[phase, np.full(length, kind)]
        base = level[-1]
    start = 0 if old else int(rng.integers(0, weeks - 12))
    level = np.r_[np.full(start, -20.0), level][:weeks]
    return level, np.r_[np.full(start, -1), phase][:weeks], start


class _Campaign(NamedTuple):
    effect: np.ndarray
    days: list[int]


def _campaign(rng: np.random.Generator, items: int, weeks: int) -> _Campaign:
    """Five platform events a year of 2 to 4 days; an item takes part more or less."""
    effect = np.zeros((items, weeks * 7))
    days: list[int] = []
    for start in np.sort(rng.choice(np.arange(10, weeks * 7 - 10), 10, replace=False)):
        length = int(rng.integers(2, 5))
        effect[:, start : start + length] += rng.uniform(0.2, 1.4, (items, 1))
        days += list(range(start, start + length))
    return _Campaign(effect, days)


def _noise(rng: np.random.Generator, shape: tuple[int, int], other: float) -> np.ndarray:
    """Assumed: independent normal days and weeks. Other: autocorrelated weeks and heavy-tailed days."""
    items, weeks = shape
    if not other:
        return np.repeat(rng.normal(0, 0.05, shape), 7, axis=1) + rng.normal(0, 0.12, (items, weeks * 7))
    shocks = rng.normal(0, 0.045 * other, shape)
    slow = np.zeros(shape)
    for week in range(1, weeks):
        slow[:, week] = 0.5 * slow[:, week - 1] + shocks[:, week]
    return np.repeat(slow, 7, axis=1) + 0.07 * other * rng.standard_t(3, (items, weeks * 7))


def _disturb(rng: np.random.Generator, level: np.ndarray, other: float) -> tuple[np.ndarray, np.ndarray]:
    """Promotions of 1 to 3 days, days without stock and, in the other world, pushes of a whole week."""
    level, out = level.copy(), np.zeros(level.shape, bool)
    items, days = level.shape
    for item in range(items):
        for start in np.flatnonzero(rng.random(days) < 0.01):
            level[item, start : start + int(rng.integers(1, 4))] += rng.uniform(0.5, 1.5)
        for start in np.flatnonzero(rng.random(days) < 0.0015):
            stop = start + int(rng.integers(4, 15))
            level[item, start:stop] -= 1.2
            out[item, start:stop] = True
        if other:
            for start in np.flatnonzero(rng.random(days // 7) < 0.01 * other) * 7:
                level[item, start : start + 7] += 0.5
    return level, out


def _truth(
    lives: list[tuple[np.ndarray, np.ndarray, int]], weekly: np.ndarray, conversion: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """True stage by item and week: the definition of a hit applied to what is expected, without noise."""
    phase = np.array([life[1] for life in lives])
    shop_mean = (weekly * conversion[:, None]).sum(axis=0) / weekly.sum(axis=0)
    ratio = conversion[:, None] / shop_mean
    hit = np.zeros(phase.shape, bool)
    now = np.zeros(len(phase), bool)
    for week in range(phase.shape[1]):
        level = weekly[:, max(week - 3, 0) : week + 1].mean(axis=1)
        enters = (level >= HIT_LEVEL) & (ratio[:, week] >= 1)
        keeps = now & (level >= 0.7 * HIT_LEVEL) & (ratio[:, week] >= 0.7)
        now = (enters | keeps) & np.isin(phase[:, week], (GROWTH, STABLE))
        hit[:, week] = now
    return np.where(hit & (phase == STABLE), HIT, phase), hit & (phase == GROWTH)


def _frame(visitors: np.ndarray, buyers: np.ndarray, started: np.ndarray) -> pd.DataFrame:
    item, day = np.nonzero(started)
    first = np.datetime64("2024-01-01", "D")
    return pd.DataFrame(
        {
            "date": (first + day).astype("datetime64[ns]"),
            "item_id": item.astype(str),
            "item_visitors": visitors[item, day],
            "pay_buyers": buyers[item, day].astype(float),
        }
    )


def _hints(category: np.ndarray, event_days: list[int], out: np.ndarray) -> StageHints:
    first = pd.Timestamp("2024-01-01")
    item, day = np.nonzero(out)
    return StageHints(
        category={str(row): f"c{code}" for row, code in enumerate(category)},
        event_days=[(first + pd.Timedelta(days=day)).date() for day in event_days],
        stock_outs=pd.DataFrame(
            {"item_id": item.astype(str), "date": first + pd.to_timedelta(day, unit="D")}
        ),
    )


def simulate_items(rng: np.random.Generator, other: bool, count: int = 80) -> tuple[pd.DataFrame, np.ndarray]:
    """Four weeks of items and the true conversion of extra visitors in the next four."""
    visitors = np.exp(rng.normal(np.log(5000), 1.6, count)).astype(int) + 1
    if other:
        group = rng.random(count) < 0.15
        logit = np.where(group, -3.1, -3.6) + 0.2 * rng.standard_t(4, count)
        logit -= 0.05 * (np.log(visitors) - np.log(5000))
        now, future = (logit + rng.normal(0, 0.12, count) for _ in range(2))
        conversion, future = 1 / (1 + np.exp(-now)), 1 / (1 + np.exp(-(future - 0.05)))
    else:
        conversion = stats.beta.rvs(10, 10 / 0.03 - 10, size=count, random_state=rng)
        future = conversion * np.exp(rng.normal(0, 0.1, count))
    items = pd.DataFrame(
        {
            "item_id": np.arange(count),
            "visitors": visitors.astype(float),
            "buyers": rng.binomial(visitors, np.minimum(conversion, 0.5)).astype(float),
            "week_visitors": visitors / 4,
            "bounce_rate": rng.uniform(0.4, 0.7, count),
        }
    )
    return items, np.minimum(future, 0.5)


def simulate_years(rng: np.random.Generator, days: pd.DatetimeIndex) -> pd.Series:
    """Daily amount: weekday, a season not made of harmonics, events, a drift, noise with memory."""
    weekday = rng.normal(0, 0.08, 7)[days.day_of_week]
    knots = rng.normal(0, 0.15, 12)
    season = np.interp(days.day_of_year, np.linspace(1, 367, 13), np.r_[knots, knots[0]])
    drift = rng.normal(0.05, 0.1) * (days - days[0]).days / 365
    noise = np.zeros(len(days))
    shocks = 0.045 * rng.standard_t(4, len(days))
    for day in range(1, len(days)):
        noise[day] = 0.6 * noise[day - 1] + shocks[day]
    level = weekday + season + np.asarray(drift) + noise
    return pd.Series(10_000 * np.exp(level + _event_effects(rng, days)), days)


def _event_effects(rng: np.random.Generator, days: pd.DatetimeIndex) -> np.ndarray:
    """Sales jump on campaign days, wait before them, stop around Spring Festival; years differ."""
    effect = np.zeros(len(days))
    strength = {}
    for event in calendar(days[0].year, days[-1].year).events:
        start = (pd.Timestamp(event.first) - days[0]).days
        length = (event.last - event.first).days + 1
        if event.id == "spring":
            shape = np.interp(
                np.arange(-20, 16), [-20, -12, -3, 0, 6, 15], [0.0, 0.45, -0.6, -1.3, -0.9, 0.0]
            )
            _add(effect, start - 20, shape * rng.normal(1, 0.08))
        elif event.kind == "campaign":
            base = strength.setdefault(event.id, rng.uniform(0.5, 1.6))
            _add(effect, start, np.full(length, base * rng.normal(1, 0.1)))
            _add(effect, start - 3, np.array([-0.1, -0.15, -0.25]))
            _add(effect, start + length, np.array([-0.2, -0.1]))
    return effect


def _add(effect: np.ndarray, start: int, values: np.ndarray) -> None:
    for step, value in enumerate(values):
        if 0 <= start + step < len(effect):
            effect[start + step] += value
