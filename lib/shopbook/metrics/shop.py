"""Definitions of the shop as a whole: conversion, basket, visitor value, depth, repurchase."""

import pandas as pd

from shopbook.metrics.ratio import ratio, share


def pay_conversion(buyers: pd.Series, visitors: pd.Series) -> pd.Series:
    """Share of visitors who paid in the same period (支付转化率).

    Parameters
    ----------
    buyers : Series of float, persons (支付买家数)
    visitors : Series of float, persons (访客数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more buyers than visitors: different scopes.

    Notes
    -----
    生意参谋: 支付买家数 / 访客数. Visitors are not additive over days, channels or items.

    Examples
    --------
    >>> pay_conversion(pd.Series([30, 0]), pd.Series([1200, 0])).tolist()
    [0.025, nan]
    """
    return share(buyers, visitors, of="visitors")


def order_conversion(order_buyers: pd.Series, visitors: pd.Series) -> pd.Series:
    """Share of visitors who placed an order, paid or not (下单转化率).

    Parameters
    ----------
    order_buyers : Series of float, persons (下单买家数)
    visitors : Series of float, persons (访客数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more order buyers than visitors: different scopes.

    Notes
    -----
    The figure for presale days, when payment follows later.

    Examples
    --------
    >>> order_conversion(pd.Series([36]), pd.Series([1200])).tolist()
    [0.03]
    """
    return share(order_buyers, visitors, of="visitors")


def basket(amount: pd.Series, buyers: pd.Series) -> pd.Series:
    """Amount per buyer (客单价).

    Parameters
    ----------
    amount : Series of float, yuan (支付金额)
    buyers : Series of float, persons (支付买家数)
        Same index and scope.

    Returns
    -------
    Series of float, yuan
        NaN where `buyers` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    Per buyer, not per order: 笔单价 divides by orders.

    Examples
    --------
    >>> basket(pd.Series([3600.0]), pd.Series([30])).tolist()
    [120.0]
    """
    return ratio(amount, buyers)


def visitor_value(amount: pd.Series, visitors: pd.Series) -> pd.Series:
    """Amount per visitor (UV价值).

    Parameters
    ----------
    amount : Series of float, yuan (支付金额)
    visitors : Series of float, persons (访客数)
        Same index and scope.

    Returns
    -------
    Series of float, yuan
        NaN where `visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    Conversion times basket; what the platform ranks shops by.

    Examples
    --------
    >>> visitor_value(pd.Series([3600.0]), pd.Series([1200])).tolist()
    [3.0]
    """
    return ratio(amount, visitors)


def pages_per_visitor(pageviews: pd.Series, visitors: pd.Series) -> pd.Series:
    """Pages seen per visitor (人均浏览量, 访问深度).

    Parameters
    ----------
    pageviews : Series of float, count (浏览量)
    visitors : Series of float, persons (访客数)
        Same index and scope.

    Returns
    -------
    Series of float, count
        NaN where `visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    生意参谋: 浏览量 / 访客数.

    Examples
    --------
    >>> pages_per_visitor(pd.Series([3000.0]), pd.Series([1200])).tolist()
    [2.5]
    """
    return ratio(pageviews, visitors)


def returning_share(returning_buyers: pd.Series, buyers: pd.Series) -> pd.Series:
    """Share of buyers who had bought before (老买家占比).

    Parameters
    ----------
    returning_buyers : Series of float, persons (支付老买家数)
    buyers : Series of float, persons (支付买家数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `buyers` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more returning buyers than buyers: different scopes.

    Notes
    -----
    Bought before within the platform's 365 days.

    Examples
    --------
    >>> returning_share(pd.Series([6]), pd.Series([30])).tolist()
    [0.2]
    """
    return share(returning_buyers, buyers, of="buyers")


def active_item_share(active_items: pd.Series, listed_items: pd.Series) -> pd.Series:
    """Share of listed items that sold (动销率).

    Parameters
    ----------
    active_items : Series of float, count (支付商品数)
    listed_items : Series of float, count (在架商品数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `listed_items` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more active items than listed items: different scopes.

    Notes
    -----
    Items with a sale in the period over listed items.

    Examples
    --------
    >>> active_item_share(pd.Series([45]), pd.Series([60])).tolist()
    [0.75]
    """
    return share(active_items, listed_items, of="listed items")


def refund_share(refund_amount: pd.Series, amount: pd.Series) -> pd.Series:
    """Refunded share of the amount (退款率, by amount).

    Parameters
    ----------
    refund_amount : Series of float, yuan (成功退款金额)
    amount : Series of float, yuan (支付金额)
        Same index and scope.

    Returns
    -------
    Series of float, share, above 1 when older payments are refunded
        NaN where `amount` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    Refunds count on the day they complete: a payment cohort needs 15 to 30 days to mature.

    Examples
    --------
    >>> refund_share(pd.Series([90.0]), pd.Series([3600.0])).tolist()
    [0.025]
    """
    return ratio(refund_amount, amount)
