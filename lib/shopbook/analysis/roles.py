"""Roles of items: traffic, profit or image, from margin and visitor share in the shop; a hand tag wins."""

import numpy as np
import pandas as pd

ROLES = ("traffic", "profit", "image")
_FEWEST_ITEMS = 6

# What operators write in the tag file; the English names are accepted too.
TAGS = {"引流款": "traffic", "利润款": "profit", "推广款": "profit", "形象款": "image"} | {
    role: role for role in ROLES
}


def item_roles(items: pd.DataFrame) -> pd.Series:
    """Role of each item.

    Parameters
    ----------
    items : DataFrame
        One row an item: visitors (persons, same days for all), margin_share (share of the price, NaN: cost
        not known); optional conversion (share), stock_units (pieces), role_tag (hand tag, wins).

    Returns
    -------
    Series of str, indexed like `items`
        "traffic", "profit", "image" (only by hand: it cannot be inferred) or "" where neither fits or the
        margin is not known.

    Raises
    ------
    KeyError
        If visitors or margin_share is missing.

    Notes
    -----
    Terciles inside the shop: traffic item (引流款) = top third of visitors, bottom third of margin,
    conversion not below the median; profit item (利润款) = top third of margin and not out of stock. Fewer
    than 6 items with a known margin have no terciles.

    Examples
    --------
    >>> shop = pd.DataFrame({"visitors": [90, 50, 40, 30, 20, 10], "margin_share": [.1, .2, .3, .4, .5, .6],
    ...                      "conversion": [.04, .02, .03, .03, .03, .03]})
    >>> item_roles(shop).tolist()
    ['traffic', '', '', '', 'profit', 'profit']
    """
    margin, visitors = items["margin_share"], items["visitors"]
    role = np.full(len(items), "", object)
    if margin.notna().sum() >= _FEWEST_ITEMS:
        margin_rank, visitor_rank = margin.rank(pct=True), visitors.rank(pct=True)
        in_stock = (
            ~(items["stock_units"] <= 0) if "stock_units" in items else pd.Series(True, index=items.index)
        )
        role[(margin_rank > 2 / 3) & in_stock] = "profit"
        role[(visitor_rank > 2 / 3) & (margin_rank <= 1 / 3) & _sells(items)] = "traffic"
    if "role_tag" in items:
        tag = items["role_tag"].map(lambda text: TAGS.get(str(text).strip(), ""))
        role = np.where(tag != "", tag, role)
    return pd.Series(role, index=items.index, dtype="object")


def price_mix(items: pd.DataFrame) -> pd.DataFrame:
    """Share of items, units and amount in the shop's three price bands (低 / 中 / 高).

    Parameters
    ----------
    items : DataFrame
        One row an item: price (CNY a unit), pay_units (pieces), pay_amount (CNY).

    Returns
    -------
    DataFrame
        One row a band: band ("low", "middle", "high"), items, units_share, amount_share (shares 0 to 1; NaN
        when the shop sold nothing).

    Raises
    ------
    KeyError
        If a column is missing.

    Notes
    -----
    Bands are terciles of price over items. The common 1:2:7 rule is folk; the shop's own shares are shown.

    Examples
    --------
    >>> shop = pd.DataFrame({"price": [10.0, 20.0, 30.0], "pay_units": [7, 2, 1],
    ...                      "pay_amount": [70.0, 40.0, 30.0]})
    >>> price_mix(shop)["units_share"].tolist()
    [0.7, 0.2, 0.1]
    """
    priced = items[items["price"].notna()]
    rank = priced["price"].rank(pct=True, method="first")
    band = np.select([rank <= 1 / 3 + 1e-9, rank <= 2 / 3 + 1e-9], ["low", "middle"], "high")
    sums = priced.groupby(band)[["pay_units", "pay_amount"]].sum()
    sums = sums.reindex(["low", "middle", "high"], fill_value=0.0)
    counts = pd.Series(band).value_counts().reindex(sums.index, fill_value=0)
    shares = sums / sums.sum().where(sums.sum() > 0)
    return pd.DataFrame(
        {
            "band": sums.index,
            "items": counts.to_numpy(),
            "units_share": shares["pay_units"].to_numpy(),
            "amount_share": shares["pay_amount"].to_numpy(),
        }
    )


def _sells(items: pd.DataFrame) -> pd.Series:
    """Conversion not below the shop's median; true where it is not known."""
    if "conversion" not in items:
        return pd.Series(True, index=items.index)
    return ~(items["conversion"] < items["conversion"].median())
