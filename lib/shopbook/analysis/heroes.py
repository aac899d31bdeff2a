"""Hero candidates: which items would sell most to the next thousand visitors, small numbers discounted."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

_PRIOR_ITEMS = 8


@dataclass(frozen=True)
class HeroRules:
    """The handbook's rule for the badge, and the share of the posterior left below the score."""

    week_visitors: float = 3000.0
    conversion: float = 0.03
    bounce_rate: float = 0.6
    lower: float = 0.10


def beta_prior(buyers: pd.Series, visitors: pd.Series) -> tuple[float, float]:
    """Beta distribution the conversions of the items come from, by weighted moments.

    Parameters
    ----------
    buyers : Series of float, persons
        Paying buyers by item.
    visitors : Series of float, persons
        Visitors by item, same index.

    Returns
    -------
    tuple of float
        (alpha, beta); alpha + beta is the number of visitors the prior is worth, between 20 and 20,000.

    Raises
    ------
    ValueError
        If no item has a visitor.

    Notes
    -----
    Kleinman (1973): the variance between items is the observed one less the binomial sampling part, floored
    at a nearly pooled shop. With no buyer at all the mean is taken as half a buyer.

    Examples
    --------
    >>> alpha, beta = beta_prior(pd.Series([30.0, 30.0]), pd.Series([1000.0, 1000.0]))
    >>> round(alpha / (alpha + beta), 3)
    0.03
    """
    shown = visitors > 0
    if not shown.any():
        raise ValueError("no item has a visitor")
    n, x = visitors[shown].to_numpy(float), buyers[shown].to_numpy(float)
    mean = float(np.clip(max(x.sum(), 0.5) / n.sum(), 1e-6, 0.9))
    weight = np.minimum(n, np.median(n) * 5)
    between = float((weight * (x / n - mean) ** 2).sum() / weight.sum())
    sampling = float((weight * mean * (1 - mean) / n).sum() / weight.sum())
    variance = max(between - sampling, 1e-12)
    size = float(np.clip(mean * (1 - mean) / variance - 1, 20.0, 20_000.0))
    return mean * size, (1 - mean) * size


def conversion_interval(buyers: pd.Series, visitors: pd.Series, *, confidence: float = 0.9) -> pd.DataFrame:
    """Conversion of each item with an interval that borrows from the other items.

    Parameters
    ----------
    buyers, visitors : Series of float, persons
        By item, same index. Buyers above visitors (other scopes) count as visitors.
    confidence : float, share 0 to 1
        Probability inside the interval.

    Returns
    -------
    DataFrame
        rate, low, high as shares; NaN rate where nobody visited (the interval is then the prior's).

    Raises
    ------
    ValueError
        If no item has a visitor.

    Notes
    -----
    Beta-binomial empirical Bayes: posterior Beta(alpha + buyers, beta + visitors - buyers).

    Examples
    --------
    >>> conversion_interval(pd.Series([3.0]), pd.Series([100.0])).loc[0, "rate"]
    np.float64(0.03)
    """
    alpha, beta = beta_prior(buyers, visitors)
    bought = np.minimum(buyers.fillna(0.0), visitors.fillna(0.0))
    tail = (1 - confidence) / 2
    posterior = stats.beta(alpha + bought, beta + visitors.fillna(0.0) - bought)
    rate = bought / visitors.where(visitors > 0)
    return pd.DataFrame({"rate": rate, "low": posterior.ppf(tail), "high": posterior.ppf(1 - tail)})


def visitors_still_needed(
    buyers: pd.Series, visitors: pd.Series, goal: float, *, confidence: float = 0.9
) -> pd.Series:
    """How many more visitors until it is known whether an item converts above or below `goal`.

    Parameters
    ----------
    buyers, visitors : Series of float, persons
        By item, same index.
    goal : float, share 0 to 1
        The conversion to pass, usually the shop's mean.
    confidence : float, share 0 to 1
        Wanted certainty of the two-sided comparison.

    Returns
    -------
    Series of float, persons
        0 where it is known already; infinity where the rate is the goal itself.

    Raises
    ------
    ValueError
        If `goal` is not between 0 and 1.

    Notes
    -----
    Normal approximation at the shrunk rate r: n = z^2 r (1 - r) / (r - goal)^2. A plan, not a promise: it
    holds if the rate stays what it is.

    Examples
    --------
    >>> visitors_still_needed(pd.Series([60.0]), pd.Series([1000.0]), 0.03).tolist()
    [0.0]
    """
    if not 0 < goal < 1:
        raise ValueError(f"goal {goal} is not a conversion between 0 and 1")
    alpha, beta = beta_prior(buyers, visitors)
    rate = (alpha + buyers) / (alpha + beta + visitors)
    z = stats.norm.ppf(0.5 + confidence / 2)
    with np.errstate(divide="ignore"):
        needed = z**2 * rate * (1 - rate) / (rate - goal) ** 2 - visitors
    return needed.clip(lower=0.0)


def hero_ranking(
    items: pd.DataFrame, *, rules: HeroRules | None = None, by_margin: bool = False
) -> pd.DataFrame:
    """Items by the conversion they almost surely have (10% lower bound), the handbook's badge beside it.

    Parameters
    ----------
    items : DataFrame
        One row an item: item_id (text), visitors and buyers (persons, sums of the last 4 weeks),
        week_visitors (persons a week); optional category (text), bounce_rate (share), unit_margin (CNY a
        buyer).
    rules : HeroRules, optional
        Thresholds of the badge and the quantile of the score.
    by_margin : bool
        Rank by lower bound x unit margin instead: profit of the next visitor. Items of unknown margin come
        last.

    Returns
    -------
    DataFrame
        item_id, rank (1 = first), score (share, or CNY a visitor with `by_margin`), conversion (share), badge
        (bool: the handbook's rule holds), best rank first.

    Raises
    ------
    ValueError
        If no item has a visitor.

    Notes
    -----
    The prior is the category's from 8 items on, else the shop's. The score is an estimate of
    the rate now; a stage or rank did not predict the coming weeks on real data.

    Examples
    --------
    >>> shop = pd.DataFrame({"item_id": ["a", "b"], "visitors": [9000.0, 10.0], "buyers": [360.0, 1.0],
    ...                      "week_visitors": [2250.0, 2.5]})
    >>> hero_ranking(shop)["item_id"].tolist()
    ['a', 'b']
    """
    rules = rules or HeroRules()
    rows = items.reset_index(drop=True)
    lower = _lower_bound(rows, rules.lower)
    score = lower * rows["unit_margin"] if by_margin else lower
    conversion = rows["buyers"] / rows["visitors"].where(rows["visitors"] > 0)
    badge = (rows["week_visitors"] >= rules.week_visitors) & (conversion >= rules.conversion)
    if "bounce_rate" in rows:
        badge &= ~(rows["bounce_rate"] > rules.bounce_rate)
    ranked = pd.DataFrame(
        {"item_id": rows["item_id"], "score": score, "conversion": conversion, "badge": badge}
    )
    ranked = ranked.sort_values(["score", "item_id"], ascending=[False, True], na_position="last")
    ranked.insert(1, "rank", np.arange(1, len(ranked) + 1))
    return ranked.reset_index(drop=True)


def _lower_bound(rows: pd.DataFrame, quantile: float) -> pd.Series:
    visitors = rows["visitors"].fillna(0.0)
    buyers = np.minimum(rows["buyers"].fillna(0.0), visitors)
    alpha, beta = (np.full(len(rows), part) for part in beta_prior(buyers, visitors))
    if "category" in rows:
        for _, members in rows.groupby("category").groups.items():
            shown = (visitors[members] > 0).sum()
            if shown >= _PRIOR_ITEMS:
                alpha[members], beta[members] = beta_prior(buyers[members], visitors[members])
    return pd.Series(special.betaincinv(alpha + buyers, beta + visitors - buyers, quantile), index=rows.index)
