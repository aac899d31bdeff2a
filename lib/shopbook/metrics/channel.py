"""Definitions of a traffic source: its weight, what its visitors do and are worth."""

import pandas as pd

from shopbook.metrics.ratio import ratio, share


def traffic_share(channel_visitors: pd.Series, visitors: pd.Series) -> pd.Series:
    """A channel's visitors over the shop's (流量占比).

    Parameters
    ----------
    channel_visitors : Series of float, persons (访客数 of the channel)
    visitors : Series of float, persons (访客数 of the shop)
        Same index and scope.

    Returns
    -------
    Series of float, share; channels sum to more than 1
        NaN where `visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    Visitors come by several channels: shares overlap and do not sum to 1.

    Examples
    --------
    >>> traffic_share(pd.Series([480]), pd.Series([1200])).tolist()
    [0.4]
    """
    return ratio(channel_visitors, visitors)


def channel_conversion(buyers: pd.Series, channel_visitors: pd.Series) -> pd.Series:
    """Share of a channel's visitors who paid (渠道支付转化率).

    Parameters
    ----------
    buyers : Series of float, persons (支付买家数)
    channel_visitors : Series of float, persons (访客数 of the channel)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `channel_visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more buyers than visitors: different scopes.

    Notes
    -----
    A buyer counts for every channel she came by.

    Examples
    --------
    >>> channel_conversion(pd.Series([12]), pd.Series([480])).tolist()
    [0.025]
    """
    return share(buyers, channel_visitors, of="visitors")


def channel_visitor_value(amount: pd.Series, channel_visitors: pd.Series) -> pd.Series:
    """Amount per visitor of a channel (渠道UV价值).

    Parameters
    ----------
    amount : Series of float, yuan (支付金额)
    channel_visitors : Series of float, persons (访客数 of the channel)
        Same index and scope.

    Returns
    -------
    Series of float, yuan
        NaN where `channel_visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    Compare with the channel's cost per visitor.

    Examples
    --------
    >>> channel_visitor_value(pd.Series([960.0]), pd.Series([480])).tolist()
    [2.0]
    """
    return ratio(amount, channel_visitors)
