"""The relative change of a count, a rate or an average, with its interval."""

import math

from scipy.special import betaincinv, ndtri, stdtrit

from shopbook.analysis.comparison import CONFIDENCE, Comparison, Good, undecided, verdict_of
from shopbook.analysis.noise import QUIET, Noise
from shopbook.analysis.response import FIXED, Response


def compare_rate(
    now: tuple[float, float],
    before: tuple[float, float],
    *,
    market_ratio: float | None = None,
    noise: Noise = QUIET,
    days: tuple[int, int] = (1, 4),
    good: Good = "up",
    response: Response = FIXED,
) -> Comparison:
    """A rate (successes of trials) against its baseline and its market.

    Parameters
    ----------
    now, before : (successes, trials), persons
        Sums over the days of the two windows.
    market_ratio : float, optional
        The market's value now / before; None when there is no comparator.
    noise : Noise
        Variance beyond sampling, from `tau2_by_moments`.
    days : (k1, k0)
        How many days each window has: tau2 counts (1/k1 + 1/k0) times.
    good : {"up", "down", "none"}
        The metric's good direction.
    response : Response
        The shop's coefficient to its market, with its variance.

    Returns
    -------
    Comparison
        Changes are fractions; the interval is that of `relative`, or of `change` without a market.

    Raises
    ------
    ValueError
        If there are more successes than trials.

    Notes
    -----
    `rel = ln(own1/own0) - beta ln(mkt1/mkt0)` with variance `1/x1 - 1/n1 + 1/x0 - 1/n0 + tau2/k1 + tau2/k0 +
    var(beta) ln(mkt1/mkt0)^2`. The sampling part uses Jeffreys limits of the conditional binomial (Brown, Cai
    and DasGupta 2001) instead of a normal one, which matters under about 30 buyers, and is joined to the
    tau part by squares (MOVER, Zou and Donner 2008). docs/methods.md 1b is this
    call; the peers' average rose by 15%:

    Examples
    --------
    >>> found = compare_rate((240, 20_000), (220, 20_000), market_ratio=1.15, days=(1, 1))
    >>> found.verdict, round(1 + found.relative, 2), [round(1 + end, 2) for end in found.interval]
    ('unknown', 0.95, [0.81, 1.11])
    """
    for successes, trials in (now, before):
        if successes > trials:
            raise ValueError(f"{successes} successes of {trials} trials; the two come from different scopes")
    if not (now[1] > 0 and before[1] > 0):
        return undecided(_ratio(*now), _ratio(*before))
    limits = _count_limits(now[0], before[0])
    if limits is not None:
        shrink = _binomial_share(now, before)
        limits = (limits[0] - math.log(now[1] / before[1]), limits[1] * shrink, limits[2] * shrink)
    return _decide(
        (_ratio(*now), _ratio(*before)),
        limits,
        market_ratio,
        noise=noise,
        days=days,
        good=good,
        response=response,
    )


def compare_count(
    now: float,
    before: float,
    *,
    market_ratio: float | None = None,
    noise: Noise = QUIET,
    days: tuple[int, int] = (1, 4),
    good: Good = "up",
    response: Response = FIXED,
) -> Comparison:
    """A count of persons or pieces against its baseline and its market.

    Parameters
    ----------
    now, before : float
        Sums over the days of the two windows; `value` and `baseline` of the result are means per day.
    market_ratio, noise, days, good, response
        As in `compare_rate`.

    Returns
    -------
    Comparison
        As in `compare_rate`.

    Raises
    ------
    ValueError
        If a count is negative.

    Notes
    -----
    Variance `1/V1 + 1/V0 + tau2/k1 + tau2/k0`, limits as in `compare_rate`.

    Examples
    --------
    >>> compare_count(8_000, 40_000, market_ratio=1.0, noise=Noise(.05**2, 60)).verdict
    'worse'
    """
    if min(now, before) < 0:
        raise ValueError(f"counts {now} and {before} must not be negative")
    limits = _count_limits(now, before)
    if limits is not None:
        limits = (limits[0] - math.log(days[0] / days[1]), *limits[1:])
    means = (now / days[0], before / days[1])
    return _decide(means, limits, market_ratio, noise=noise, days=days, good=good, response=response)


def compare_mean(
    now: float,
    before: float,
    *,
    market_ratio: float | None = None,
    noise: Noise = QUIET,
    days: tuple[int, int] = (1, 4),
    good: Good = "up",
    response: Response = FIXED,
) -> Comparison:
    """An average or amount (basket, seconds, score, yuan), whose noise only its own history tells.

    Parameters
    ----------
    now, before : float
        The value per day of the two windows, not sums.
    market_ratio, noise, days, good, response
        As in `compare_rate`; without noise (tau2 0, the default) nothing can be said.

    Returns
    -------
    Comparison
        As in `compare_rate`.

    Raises
    ------
    ValueError
        If a value is negative.

    Notes
    -----
    Variance `tau2/k1 + tau2/k0`, with tau2 from history, which holds the sampling part too.

    Examples
    --------
    >>> compare_mean(120., 100., market_ratio=1.02, noise=Noise(.05**2, 60)).verdict
    'better'
    """
    if min(now, before) < 0:
        raise ValueError(f"values {now} and {before} must not be negative")
    usable = now > 0 and before > 0 and noise.tau2 > 0
    limits = (math.log(now / before), 0.0, 0.0) if usable else None
    return _decide((now, before), limits, market_ratio, noise=noise, days=days, good=good, response=response)


def _ratio(top: float, bottom: float) -> float:
    return top / bottom if bottom > 0 else math.nan


def _count_limits(now: float, before: float) -> tuple[float, float, float] | None:
    """ln(now/before), and how far its sampling interval reaches down and up; None when both are 0."""
    if now + before <= 0:
        return None
    centre = math.log((now or 0.5) / (before or 0.5))
    tail = (1 - CONFIDENCE) / 2
    low, high = (betaincinv(now + 0.5, before + 0.5, share) for share in (tail, 1 - tail))
    return centre, centre - math.log(low / (1 - low)), math.log(high / (1 - high)) - centre


def _binomial_share(now: tuple[float, float], before: tuple[float, float]) -> float:
    """What is left of Poisson noise when the trials are counted: 1 for a small rate, little for 98%."""
    poisson = sum(1 / (x + 0.5) for x, _ in (now, before))
    binomial = sum(1 / (x + 0.5) - 1 / (n + 0.5) for x, n in (now, before))
    return math.sqrt(max(0.0, binomial) / poisson)


def _decide(
    levels: tuple[float, float],
    limits: tuple[float, float, float] | None,
    market_ratio: float | None,
    *,
    noise: Noise,
    days: tuple[int, int],
    good: Good,
    response: Response,
) -> Comparison:
    """The comparison from a log ratio with its sampling reach (down, up) and the noise beyond it."""
    value, baseline = levels
    if limits is None or not math.isfinite(noise.tau2) or (market_ratio is not None and not market_ratio > 0):
        return undecided(value, baseline)
    centre, down, up = limits
    moved = math.log(market_ratio or 1.0)
    share = (1 + CONFIDENCE) / 2
    wander = math.sqrt(noise.tau2 * (1 / days[0] + 1 / days[1])) * float(stdtrit(min(noise.df, 1e6), share))
    beta, variance = response.at(moved)
    doubt = math.sqrt(variance) * moved * float(ndtri(share))
    centre -= beta * moved
    # Welch and Satterthwaite: what was counted and the coefficient's doubt are known better than the noise.
    part = wander**2 / max(((down + up) / 2) ** 2 + wander**2 + doubt**2, 1e-300)
    interval = (
        math.expm1(centre - math.hypot(down, wander, doubt)),
        math.expm1(centre + math.hypot(up, wander, doubt)),
    )
    change = value / baseline - 1 if baseline > 0 else None
    return Comparison(
        value=value,
        baseline=baseline,
        change=change,
        market_change=None if market_ratio is None else market_ratio - 1,
        relative=None
        if change is None or market_ratio is None
        else (1 + change) / math.exp(beta * moved) - 1,
        interval=interval,
        verdict=verdict_of(interval, good=good),
        comparator=market_ratio is not None,
        caveats=() if market_ratio is not None else ("no_market",),
        tau=math.sqrt(noise.tau2),
        beta=beta if market_ratio is not None else 1.0,
        df=min(noise.df / max(part, 1e-3) ** 2, 1e6),
    )
