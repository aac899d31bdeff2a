"""Definitions of one item: interest, conversion, what a visitor brings, its weight in the shop."""

import pandas as pd

from shopbook.metrics.ratio import ratio, share


def cart_rate(cart_buyers: pd.Series, item_visitors: pd.Series) -> pd.Series:
    """Share of item visitors who put it in the cart (加购率).

    Parameters
    ----------
    cart_buyers : Series of float, persons (商品加购人数)
    item_visitors : Series of float, persons (商品访客数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `item_visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more cart buyers than visitors: different scopes.

    Notes
    -----
    Persons over persons; pieces in the cart may be more.

    Examples
    --------
    >>> cart_rate(pd.Series([60]), pd.Series([800])).tolist()
    [0.075]
    """
    return share(cart_buyers, item_visitors, of="visitors")


def favorite_rate(favorite_buyers: pd.Series, item_visitors: pd.Series) -> pd.Series:
    """Share of item visitors who saved it (收藏率).

    Parameters
    ----------
    favorite_buyers : Series of float, persons (商品收藏人数)
    item_visitors : Series of float, persons (商品访客数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `item_visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more favorite buyers than visitors: different scopes.

    Notes
    -----
    Persons over persons.

    Examples
    --------
    >>> favorite_rate(pd.Series([40]), pd.Series([800])).tolist()
    [0.05]
    """
    return share(favorite_buyers, item_visitors, of="visitors")


def item_conversion(buyers: pd.Series, item_visitors: pd.Series) -> pd.Series:
    """Share of item visitors who paid (商品支付转化率).

    Parameters
    ----------
    buyers : Series of float, persons (支付买家数)
    item_visitors : Series of float, persons (商品访客数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `item_visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more buyers than visitors: different scopes.

    Notes
    -----
    Presale items show 0 until the balance is paid: use `item_order_conversion`.

    Examples
    --------
    >>> item_conversion(pd.Series([24]), pd.Series([800])).tolist()
    [0.03]
    """
    return share(buyers, item_visitors, of="visitors")


def item_order_conversion(order_buyers: pd.Series, item_visitors: pd.Series) -> pd.Series:
    """Share of item visitors who placed an order (下单转化率).

    Parameters
    ----------
    order_buyers : Series of float, persons (下单买家数)
    item_visitors : Series of float, persons (商品访客数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `item_visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more order buyers than visitors: different scopes.

    Notes
    -----
    The figure for presale items.

    Examples
    --------
    >>> item_order_conversion(pd.Series([32]), pd.Series([800])).tolist()
    [0.04]
    """
    return share(order_buyers, item_visitors, of="visitors")


def search_share(search_visitors: pd.Series, item_visitors: pd.Series) -> pd.Series:
    """Share of item visitors who came by search (搜索引导访客占比).

    Parameters
    ----------
    search_visitors : Series of float, persons (搜索引导访客数)
    item_visitors : Series of float, persons (商品访客数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `item_visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more search visitors than visitors: different scopes.

    Notes
    -----
    What the title earns without spend.

    Examples
    --------
    >>> search_share(pd.Series([200]), pd.Series([800])).tolist()
    [0.25]
    """
    return share(search_visitors, item_visitors, of="visitors")


def unit_price(amount: pd.Series, units: pd.Series) -> pd.Series:
    """Amount per piece sold (件单价).

    Parameters
    ----------
    amount : Series of float, yuan (支付金额)
    units : Series of float, pieces (支付件数)
        Same index and scope.

    Returns
    -------
    Series of float, yuan
        NaN where `units` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    After coupons; compare with the list price for the real discount.

    Examples
    --------
    >>> unit_price(pd.Series([2400.0]), pd.Series([30])).tolist()
    [80.0]
    """
    return ratio(amount, units)


def margin_rate(gross_profit: pd.Series, amount: pd.Series) -> pd.Series:
    """Gross margin per yuan sold (毛利率), before refunds and advertising.

    Parameters
    ----------
    gross_profit : Series of float, yuan (支付金额 - 成本)
    amount : Series of float, yuan (支付金额)
        Same index and scope.

    Returns
    -------
    Series of float, share, negative below cost
        NaN where `amount` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    Needs unit costs (stock template); break-even ROI is its inverse.

    Examples
    --------
    >>> margin_rate(pd.Series([960.0]), pd.Series([2400.0])).tolist()
    [0.4]
    """
    return ratio(gross_profit, amount)
