"""The market: one series of a category metric."""

import pandas as pd


def own_market(market: pd.DataFrame, category: str) -> pd.DataFrame:
    """The rows of the shop's own category, never those of another one.

    Parameters
    ----------
    market : DataFrame, kind `market`
        Rows of any number of categories.
    category : str
        The shop's `category`. Empty: the only category there is.

    Returns
    -------
    DataFrame
        The same columns. Empty when the category is not there, or when none is named and there are several.
        Rows that name no category belong to whoever put the file in.

    Raises
    ------
    KeyError
        If `market` has rows and no column `category`.

    Examples
    --------
    >>> rows = pd.DataFrame({"category": ["cups", "tea"], "value": [1.0, 2.0]})
    >>> own_market(rows, "tea")["value"].tolist(), own_market(rows, "")["value"].tolist()
    ([2.0], [])
    """
    if market.empty:
        return market
    names = market["category"].fillna("").str.strip()
    found = sorted(set(names))
    only = found[0] if len(found) == 1 and (not category or not found[0]) else None
    return market[names == (category.strip() if only is None else only)]


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
