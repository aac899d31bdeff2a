"""Exact splits of a change: a product into its factors, a rate into groups' rates and their mix."""

from typing import NamedTuple

import numpy as np
import pandas as pd

_NOTHING = 1e-20
"""Stands for 0 under a logarithm (Ang and Liu 2007): the factor that vanished carries the effect."""


class Funnel(NamedTuple):
    """Visitors, buyers and amount (yuan) of one period and one scope."""

    visitors: float
    buyers: float
    amount: float


def lmdi(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Additive shares of the factors in the change of their product (log-mean Divisia).

    Parameters
    ----------
    now, before : array of float, shape (..., factors)
        Factors whose product is the figure, all >= 0; NaN: not known.

    Returns
    -------
    array of float, shape (..., factors)
        In the unit of the product; along the last axis they sum to `prod(now) - prod(before)`.

    Raises
    ------
    ValueError
        If a factor is negative.

    Notes
    -----
    LMDI-I, additive (Ang 2004, equation 10): `L(V1, V0) ln(x1 / x0)` with the logarithmic mean
    `L(a, b) = (a - b) / ln(a / b)`. A factor of 0 counts as 1e-20, so it takes nearly all of the effect; the
    sum stays exact. A factor that is 0 on both sides has no effect.

    Examples
    --------
    >>> lmdi(np.array([110., .05, 80.]), np.array([100., .05, 80.])).round(6).tolist()
    [40.0, 0.0, 0.0]
    """
    now, before = np.asarray(now, float), np.asarray(before, float)
    if (now < 0).any() or (before < 0).any():
        raise ValueError(f"factors {now.tolist()} and {before.tolist()} must not be negative")
    change = now.prod(axis=-1) - before.prod(axis=-1)
    one, zero = np.where(now == 0, _NOTHING, now), np.where(before == 0, _NOTHING, before)
    logs = np.log(one) - np.log(zero)
    total = logs.sum(axis=-1)
    level = np.sqrt(np.abs(one.prod(axis=-1) * zero.prod(axis=-1)))
    still = np.abs(total) < 1e-9  # the factors cancel: the logarithmic mean tends to the level itself
    mean = np.where(still, level, change / np.where(still, 1.0, total))
    result: np.ndarray = mean[..., None] * logs
    return result


def gmv_factors(now: Funnel, before: Funnel) -> dict[str, float]:
    """What visitors, conversion and basket did to the amount.

    Parameters
    ----------
    now, before : Funnel
        Persons, persons, yuan; the baseline may be a mean over days, taken from sums.

    Returns
    -------
    dict
        Effects in yuan by factor ("visitors", "conversion", "basket"); they sum to the change of the amount.

    Raises
    ------
    ValueError
        If there are buyers without visitors, or an amount without buyers.

    Notes
    -----
    `amount = visitors x (buyers / visitors) x (amount / buyers)`, split by `lmdi`. Without buyers on one side
    the basket is taken from the other side and conversion carries the effect; without visitors on one side
    visitors carry it; without both on both sides every effect is 0.

    Examples
    --------
    >>> effects = gmv_factors(Funnel(1000, 20, 2400.), Funnel(1000, 20, 2000.))
    >>> {name: round(effect) for name, effect in effects.items()}
    {'visitors': 0, 'conversion': 0, 'basket': 400}
    """
    one, zero = _factors(now), _factors(before)
    for one_way, other in ((one, zero), (zero, one)):
        for place in (1, 2):
            if np.isnan(one_way[place]):
                one_way[place] = 0.0 if np.isnan(other[place]) else other[place]
    known = np.isfinite([*now, *before]).all()
    effects = lmdi(np.array(one), np.array(zero)) if known else np.full(3, np.nan)
    return dict(zip(("visitors", "conversion", "basket"), effects.tolist(), strict=True))


def rate_mix(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """The change of an overall rate as each group's own rate and its share of the traffic.

    Parameters
    ----------
    now, before : DataFrame of float, persons; columns (successes, trials) in this order, indexed by group
        Sums over each window. A group missing on one side had no trials there.

    Returns
    -------
    DataFrame, share 0 to 1, columns `rate`, `mix`, indexed by group
        All of it sums to the change of the overall rate. NaN everywhere when one side had no trials at all.

    Raises
    ------
    ValueError
        If a group occurs twice.

    Notes
    -----
    Kitagawa (1955), Das Gupta (1993): `rate = mean weight x change of the group's rate`, `mix = change of
    weight x (mean rate of the group - mean overall rate)`. Centring leaves the total unchanged (weights sum
    to 1) and makes a group's own mix effect readable: gaining share helps only where the rate is above
    average. A group without trials on one side is given its rate of the other side: its coming or going is
    mix.

    Examples
    --------
    >>> one = pd.DataFrame({"buyers": [30, 5], "visitors": [1000, 1000]}, index=["search", "video"])
    >>> two = pd.DataFrame({"buyers": [15, 7.5], "visitors": [500, 1500]}, index=["search", "video"])
    >>> rate_mix(two, one).sum().round(6).tolist()
    [0.0, -0.00625]
    """
    for side in (now, before):
        if not side.index.is_unique:
            raise ValueError(f"group {side.index[side.index.duplicated()][0]!r} occurs twice")
    groups = now.index.union(before.index, sort=False)
    (x1, n1), (x0, n0) = (side.reindex(groups).fillna(0.0).to_numpy(float).T for side in (now, before))
    if not (n1.sum() > 0 and n0.sum() > 0):
        return pd.DataFrame(np.nan, index=groups, columns=["rate", "mix"])
    with np.errstate(divide="ignore", invalid="ignore"):
        r1, r0 = np.where(n1 > 0, x1 / n1, np.nan), np.where(n0 > 0, x0 / n0, np.nan)
    r1, r0 = np.where(np.isnan(r1), r0, r1), np.where(np.isnan(r0), r1, r0)
    r1, r0 = np.nan_to_num(r1), np.nan_to_num(r0)
    w1, w0 = n1 / n1.sum(), n0 / n0.sum()
    overall = (x1.sum() / n1.sum() + x0.sum() / n0.sum()) / 2
    rate, mix = (w1 + w0) / 2 * (r1 - r0), (w1 - w0) * ((r1 + r0) / 2 - overall)
    return pd.DataFrame({"rate": rate, "mix": mix}, index=groups)


def _factors(funnel: Funnel) -> list[float]:
    """Visitors, conversion and basket; NaN where there is nothing to divide by."""
    visitors, buyers, amount = funnel
    if (buyers > 0 and visitors == 0) or (amount > 0 and buyers == 0):
        raise ValueError(f"{funnel}: buyers without visitors, or an amount without buyers")
    conversion = buyers / visitors if visitors else np.nan
    return [visitors, conversion, amount / buyers if buyers else np.nan]
