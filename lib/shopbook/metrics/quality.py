"""Definitions of quality and logistics: reviews, refunds for quality, parcels in time."""

import pandas as pd

from shopbook.metrics.ratio import ratio, share


def negative_review_rate(negative_reviews: pd.Series, reviews: pd.Series) -> pd.Series:
    """Share of reviews that are bad (差评率).

    Parameters
    ----------
    negative_reviews : Series of float, count (差评数)
    reviews : Series of float, count (评价数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `reviews` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more negative reviews than reviews: different scopes.

    Notes
    -----
    Reviews follow payment by a week or two.

    Examples
    --------
    >>> negative_review_rate(pd.Series([2]), pd.Series([80])).tolist()
    [0.025]
    """
    return share(negative_reviews, reviews, of="reviews")


def positive_review_rate(positive_reviews: pd.Series, reviews: pd.Series) -> pd.Series:
    """Share of reviews that are good (好评率).

    Parameters
    ----------
    positive_reviews : Series of float, count (好评数)
    reviews : Series of float, count (评价数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `reviews` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more positive reviews than reviews: different scopes.

    Notes
    -----
    Unrated default reviews count as good on the platform.

    Examples
    --------
    >>> positive_review_rate(pd.Series([76]), pd.Series([80])).tolist()
    [0.95]
    """
    return share(positive_reviews, reviews, of="reviews")


def quality_refund_share(quality_refunds: pd.Series, refunds: pd.Series) -> pd.Series:
    """Share of refunds given for quality (品质退款占比).

    Parameters
    ----------
    quality_refunds : Series of float, count (品质退款笔数)
    refunds : Series of float, count (成功退款笔数)
        Same index and scope.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where `refunds` is 0 or not known.

    Raises
    ------
    ValueError
        If a row has more quality refunds than refunds: different scopes.

    Notes
    -----
    Reasons are the buyer's choice from a list.

    Examples
    --------
    >>> quality_refund_share(pd.Series([3]), pd.Series([12])).tolist()
    [0.25]
    """
    return share(quality_refunds, refunds, of="refunds")


def order_refund_rate(refunds: pd.Series, orders: pd.Series) -> pd.Series:
    """Share of orders refunded (退款率, by orders).

    Parameters
    ----------
    refunds : Series of float, count (成功退款笔数)
    orders : Series of float, count (支付子订单数)
        Same index and scope.

    Returns
    -------
    Series of float, share, above 1 when older orders are refunded
        NaN where `orders` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    By day of completion; a payment cohort needs 30 days.

    Examples
    --------
    >>> order_refund_rate(pd.Series([12]), pd.Series([240])).tolist()
    [0.05]
    """
    return ratio(refunds, orders)
