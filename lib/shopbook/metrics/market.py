"""Definitions of the market: one series of a category metric, its share, and peers beside it."""

import pandas as pd

from shopbook.metrics.ratio import ratio


def market_series(market: pd.DataFrame, metric: str, *, category: str = "") -> pd.DataFrame:
    """One metric of one category as a daily frame.

    Parameters
    ----------
    market : DataFrame, kind `market`
        Columns date, category, metric, value, value_low, value_high, value_type.
    metric : str
        Canonical name, such as "visitors".
    category : str
        Empty for the category with most days.

    Returns
    -------
    DataFrame indexed by day; columns `value`, `low`, `high`, `value_type`
        Empty when there is none. Ranges have ends and no value; indices are not values.

    Raises
    ------
    ValueError
        If a day occurs twice for the same category and metric.

    Notes
    -----
    The middle of a range is not taken: it gives the wrong sign of a change in 16-32% of cases.

    Examples
    --------
    >>> rows = [("2026-11-01", "tea", "visitors", 9e5, None, None, "value")]
    >>> names = ["date", "category", "metric", "value", "value_low", "value_high", "value_type"]
    >>> market_series(pd.DataFrame(rows, columns=names), "visitors")["value"].tolist()
    [900000.0]
    """
    columns = {"value": "value", "value_low": "low", "value_high": "high", "value_type": "value_type"}
    if market.empty:
        return pd.DataFrame(columns=list(columns.values()), index=pd.DatetimeIndex([], name="date"))
    rows = market[market["metric"].eq(metric)]
    chosen = category or (rows["category"].mode().iloc[0] if len(rows) else "")
    rows = rows[rows["category"].eq(chosen)].sort_values("date")
    twice = rows["date"].duplicated()
    if twice.any():
        raise ValueError(f"{chosen} {metric}: day {rows.loc[twice, 'date'].iloc[0]} occurs twice")
    return rows.set_index("date").reindex(columns=list(columns)).rename(columns=columns)


def market_share(own: pd.Series, market: pd.Series) -> pd.Series:
    """The shop's figure over its category's (市场占有率).

    Parameters
    ----------
    own : Series of float, any unit
        The shop's figure by day.
    market : Series of float, same unit
        The category's value, not an index; days not known may be missing.

    Returns
    -------
    Series of float, share, indexed like `own`
        NaN where the market is not known.

    Raises
    ------
    ValueError
        If a day of the market occurs twice.

    Notes
    -----
    Its changes are what "against the market" means.

    Examples
    --------
    >>> market_share(pd.Series([1200.0]), pd.Series([240000.0])).tolist()
    [0.005]
    """
    if not market.index.is_unique:
        raise ValueError(f"day {market.index[market.index.duplicated()][0]} occurs twice")
    return ratio(own, market.reindex(own.index))


def peer_gap(own: pd.Series, peers: pd.Series) -> pd.Series:
    """How far the shop's rate lies from its peers' average (与同行均值差).

    Parameters
    ----------
    own, peers : Series of float, share 0 to 1
        The shop's figure and 同行同层平均, by day.

    Returns
    -------
    Series of float, percentage points, indexed like `own`
        Positive when the shop is above its peers.

    Raises
    ------
    ValueError
        If a day of the peers occurs twice.

    Notes
    -----
    A standing gap is a difference of level; whether the day moved is the question of `analysis.compare`.

    Examples
    --------
    >>> peer_gap(pd.Series([0.031]), pd.Series([0.028])).round(2).tolist()
    [0.3]
    """
    if not peers.index.is_unique:
        raise ValueError(f"day {peers.index[peers.index.duplicated()][0]} occurs twice")
    return (own - peers.reindex(own.index)) * 100
