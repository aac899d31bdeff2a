"""Definitions of customer service: inquiry conversion, its weight, refunds after talks."""

import pandas as pd

from shopbook.metrics.ratio import ratio, share


def inquiry_conversion(inquiry_buyers: pd.Series, inquiry_visitors: pd.Series) -> pd.Series:
    """Share of inquiring visitors who paid (询单转化率).

    Parameters
    ----------
    inquiry_buyers : Series of float, persons (询单支付人数)
    inquiry_visitors : Series of float, persons (询单人数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `inquiry_visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more inquiry buyers than inquirers: different scopes.

    Notes
    -----
    A payment within the following days counts: the last four days are immature.

    Examples
    --------
    >>> inquiry_conversion(pd.Series([24]), pd.Series([40])).tolist()
    [0.6]
    """
    return share(inquiry_buyers, inquiry_visitors, of="inquirers")


def silent_conversion(silent_buyers: pd.Series, silent_visitors: pd.Series) -> pd.Series:
    """Share of the visitors who did not ask and still paid (静默转化率).

    Parameters
    ----------
    silent_buyers : Series of float, persons (静默支付人数)
    silent_visitors : Series of float, persons (访客数 - 询单人数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `silent_visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more silent buyers than silent visitors: different scopes.

    Notes
    -----
    What the pages sell without a talk.

    Examples
    --------
    >>> silent_conversion(pd.Series([6]), pd.Series([1160])).round(5).tolist()
    [0.00517]
    """
    return share(silent_buyers, silent_visitors, of="silent visitors")


def inquiry_share(consult_visitors: pd.Series, visitors: pd.Series) -> pd.Series:
    """Share of visitors who asked (咨询率).

    Parameters
    ----------
    consult_visitors : Series of float, persons (咨询人数)
    visitors : Series of float, persons (访客数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `visitors` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more consult visitors than visitors: different scopes.

    Notes
    -----
    A jump of questions on one item often means its page leaves one open.

    Examples
    --------
    >>> inquiry_share(pd.Series([48]), pd.Series([1200])).tolist()
    [0.04]
    """
    return share(consult_visitors, visitors, of="visitors")


def service_amount_share(inquiry_amount: pd.Series, amount: pd.Series) -> pd.Series:
    """Share of the amount sold after a talk (客服销售占比).

    Parameters
    ----------
    inquiry_amount : Series of float, yuan (客服落实付款金额)
    amount : Series of float, yuan (支付金额)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `amount` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    Attribution is the platform's.

    Examples
    --------
    >>> service_amount_share(pd.Series([900.0]), pd.Series([3600.0])).tolist()
    [0.25]
    """
    return ratio(inquiry_amount, amount)
