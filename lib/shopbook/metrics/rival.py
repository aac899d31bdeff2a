"""Definitions of rivals and rank: who gains on us."""

import pandas as pd

from shopbook.metrics.ratio import ratio


def strength(rival_value: pd.Series, own_value: pd.Series) -> pd.Series:
    """A rival's figure over our own (竞争力).

    Parameters
    ----------
    rival_value : Series of float, any unit, calibrated
    own_value : Series of float, same unit
        Same index and scope.

    Returns
    -------
    Series of float, times
        NaN where `own_value` is 0 or not known.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    Only for values. Of indices use direction and rank, or calibrate first.

    Examples
    --------
    >>> strength(pd.Series([1500.0]), pd.Series([1200.0])).tolist()
    [1.25]
    """
    return ratio(rival_value, own_value)


def rival_visitor_value(amount: pd.Series, visitors: pd.Series) -> pd.Series:
    """Amount per visitor of a rival.

    Parameters
    ----------
    amount : Series of float, yuan, calibrated
    visitors : Series of float, persons, calibrated
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
    What the platform shows first: who brings more per visitor.

    Examples
    --------
    >>> rival_visitor_value(pd.Series([4800.0]), pd.Series([1500])).tolist()
    [3.2]
    """
    return ratio(amount, visitors)
