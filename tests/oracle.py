"""Slow and obvious versions of what `shopbook.analysis` does fast: plain loops, textbook formulas."""

import datetime as dt
import itertools
import math


def shapley(now: list[float], before: list[float]) -> list[float]:
    """Each factor's effect on the product, averaged over every order in which the factors can change."""
    effects = [0.0] * len(now)
    orders = list(itertools.permutations(range(len(now))))
    for order in orders:
        state = list(before)
        for factor in order:
            old = math.prod(state)
            state[factor] = now[factor]
            effects[factor] += (math.prod(state) - old) / len(orders)
    return effects


def rate_and_mix(
    now: dict[str, tuple[float, float]], before: dict[str, tuple[float, float]]
) -> tuple[float, float]:
    """Kitagawa's two terms, group by group, from (successes, trials)."""
    total_now = sum(trials for _, trials in now.values())
    total_before = sum(trials for _, trials in before.values())
    rate = mix = 0.0
    for group in now:
        rate_now, rate_before = now[group][0] / now[group][1], before[group][0] / before[group][1]
        weight_now, weight_before = now[group][1] / total_now, before[group][1] / total_before
        rate += (weight_now + weight_before) / 2 * (rate_now - rate_before)
        mix += (weight_now - weight_before) * (rate_now + rate_before) / 2
    return rate, mix


def tau2_and_mean_square(own: dict[dt.date, float], market: dict[dt.date, float], df: float) -> float:
    """tau2 of amounts by moments, day by day in a loop, without clipping, a steady drift taken off.

    `df` differences count as independent beside the one that the drift took.
    """
    gaps, lags, factors = [], [], 0.0
    for day in own:
        earlier = [day - dt.timedelta(days=lag) for lag in (7, 14, 21, 28)]
        earlier = [each for each in earlier if each in own]
        if not earlier:
            continue
        own_before = sum(own[each] for each in earlier) / len(earlier)
        market_before = sum(market[each] for each in earlier) / len(earlier)
        gaps.append(math.log(own[day] / own_before) - math.log(market[day] / market_before))
        lags.append(sum((day - each).days for each in earlier) / len(earlier))
        factors += 1 + 1 / len(earlier)
    drift = sum(gap * lag for gap, lag in zip(gaps, lags, strict=True)) / sum(lag**2 for lag in lags)
    squares = sum((gap - drift * lag) ** 2 for gap, lag in zip(gaps, lags, strict=True))
    return squares * (df + 1) / df / factors


def relative_change(
    own: dict[dt.date, float], market: dict[dt.date, float], day: dt.date, response: float
) -> float:
    """Own against what its coefficient to the market lets expect; four same weekdays before."""
    earlier = [day - dt.timedelta(days=lag) for lag in (7, 14, 21, 28)]
    own_before = sum(own[each] for each in earlier) / 4
    market_before = sum(market[each] for each in earlier) / 4
    return own[day] / own_before / (market[day] / market_before) ** response - 1
