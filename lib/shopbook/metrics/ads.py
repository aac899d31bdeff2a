"""Definitions of paid traffic: click rate, cost, return, and what it must return to pay."""

import pandas as pd

from shopbook.metrics.ratio import ratio, share


def click_rate(clicks: pd.Series, impressions: pd.Series) -> pd.Series:
    """Share of impressions that were clicked (点击率).

    Parameters
    ----------
    clicks : Series of float, count (点击量)
    impressions : Series of float, count (展现量)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `impressions` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more clicks than impressions: different scopes.

    Notes
    -----
    The main picture's figure.

    Examples
    --------
    >>> click_rate(pd.Series([90]), pd.Series([3000])).tolist()
    [0.03]
    """
    return share(clicks, impressions, of="impressions")


def cost_per_click(spend: pd.Series, clicks: pd.Series) -> pd.Series:
    """Spend per click (平均点击花费, PPC).

    Parameters
    ----------
    spend : Series of float, yuan (花费)
    clicks : Series of float, count (点击量)
        Same index and scope.

    Returns
    -------
    Series of float, yuan
        NaN where `clicks` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    From sums of spend and clicks, over plans and days.

    Examples
    --------
    >>> cost_per_click(pd.Series([180.0]), pd.Series([90])).tolist()
    [2.0]
    """
    return ratio(spend, clicks)


def cost_per_visitor(spend: pd.Series, ad_visitors: pd.Series) -> pd.Series:
    """Spend per visitor brought (引流成本).

    Parameters
    ----------
    spend : Series of float, yuan (花费)
    ad_visitors : Series of float, persons (引导访问人数)
        Same index and scope.

    Returns
    -------
    Series of float, yuan
        NaN where `ad_visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    Visitors are fewer than clicks: one person clicks twice.

    Examples
    --------
    >>> cost_per_visitor(pd.Series([180.0]), pd.Series([75])).tolist()
    [2.4]
    """
    return ratio(spend, ad_visitors)


def roi(ad_revenue: pd.Series, spend: pd.Series) -> pd.Series:
    """Attributed sales per yuan spent (投入产出比).

    Parameters
    ----------
    ad_revenue : Series of float, yuan (总成交金额)
    spend : Series of float, yuan (花费)
        Same index and scope.

    Returns
    -------
    Series of float, yuan per yuan
        NaN where `spend` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    Grows for 15 days after the click: young days are immature and never alarmed on.

    Examples
    --------
    >>> roi(pd.Series([540.0]), pd.Series([180.0])).tolist()
    [3.0]
    """
    return ratio(ad_revenue, spend)


def cost_share(spend: pd.Series, amount: pd.Series) -> pd.Series:
    """Spend over the shop's amount (推广费占比).

    Parameters
    ----------
    spend : Series of float, yuan (花费)
    amount : Series of float, yuan (支付金额 of the shop)
        Same index and scope.

    Returns
    -------
    Series of float, share
        NaN where `amount` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    Above the gross margin rate the shop pays for selling.

    Examples
    --------
    >>> cost_share(pd.Series([180.0]), pd.Series([3600.0])).tolist()
    [0.05]
    """
    return ratio(spend, amount)


def paid_traffic_share(ad_visitors: pd.Series, visitors: pd.Series) -> pd.Series:
    """Visitors brought by paid tools over all visitors (付费流量占比).

    Parameters
    ----------
    ad_visitors : Series of float, persons (引导访问人数)
    visitors : Series of float, persons (访客数 of the shop)
        Same index and scope.

    Returns
    -------
    Series of float, share
        NaN where `visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    The two come from different counters and may overlap with free channels.

    Examples
    --------
    >>> paid_traffic_share(pd.Series([300]), pd.Series([1200])).tolist()
    [0.25]
    """
    return ratio(ad_visitors, visitors)


def plan_conversion(ad_orders: pd.Series, clicks: pd.Series) -> pd.Series:
    """Orders per click of a plan (点击转化率).

    Parameters
    ----------
    ad_orders : Series of float, count (总成交笔数)
    clicks : Series of float, count (点击量)
        Same index and scope.

    Returns
    -------
    Series of float, share
        NaN where `clicks` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    May exceed 1 for few clicks: one click, several orders.

    Examples
    --------
    >>> plan_conversion(pd.Series([9]), pd.Series([90])).tolist()
    [0.1]
    """
    return ratio(ad_orders, clicks)


def break_even_roi(margin_rate: float) -> float:
    """The ROI at which an ad yuan comes back as margin (保本投产比).

    Parameters
    ----------
    margin_rate : float, share 0 to 1
        Gross margin per yuan sold.

    Returns
    -------
    float, yuan per yuan
        NaN where the margin is not known or not positive: no return pays for it.

    Raises
    ------
    ValueError
        If the margin is above 1: it is not a share.

    Notes
    -----
    1 / gross margin. Refunds come on top: with a refund share r divide by (1 - r).

    Examples
    --------
    >>> break_even_roi(0.4)
    2.5
    """
    if margin_rate > 1:
        raise ValueError(f"margin rate {margin_rate} is above 1; give a share, 0.4 for 40%")
    return 1 / margin_rate if margin_rate > 0 else float("nan")
