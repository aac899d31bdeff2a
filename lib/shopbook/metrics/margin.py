"""What a sale leaves after the cost of goods, and what an ad yuan must return to pay."""

from typing import overload

import pandas as pd

from shopbook.metrics.ratio import divide


@overload
def margin_rate(amount: float, units: float, unit_cost: float) -> float: ...
@overload
def margin_rate(amount: pd.Series, units: pd.Series, unit_cost: pd.Series) -> pd.Series: ...
def margin_rate(
    amount: pd.Series | float, units: pd.Series | float, unit_cost: pd.Series | float
) -> pd.Series | float:
    """Gross margin per yuan sold (毛利率), before refunds and advertising.

    Parameters
    ----------
    amount : Series of float or float, yuan (支付金额)
    units : Series of float or float, pieces (支付件数)
    unit_cost : Series of float or float, yuan a piece
        Same index, or three floats.

    Returns
    -------
    Series of float or float, share
        Negative below cost. NaN where the amount is 0 or the cost is not known.

    Examples
    --------
    >>> margin_rate(2400.0, 30, 48.0)
    0.4
    """
    return 1 - divide(units * unit_cost, amount)


@overload
def break_even_roi(margin: float) -> float: ...
@overload
def break_even_roi(margin: pd.Series) -> pd.Series: ...
def break_even_roi(margin: pd.Series | float) -> pd.Series | float:
    """The ROI at which an ad yuan comes back as margin (保本投产比).

    Parameters
    ----------
    margin : Series of float or float, share up to 1
        Gross margin per yuan sold.

    Returns
    -------
    Series of float or float, yuan per yuan
        NaN where the margin is not known or not positive: no return pays for it.

    Raises
    ------
    ValueError
        If a margin is above 1: it is not a share.

    Notes
    -----
    1 / gross margin. Refunds come on top: with a refund share r divide by (1 - r).

    Examples
    --------
    >>> break_even_roi(0.4), break_even_roi(-0.1)
    (2.5, nan)
    """
    if isinstance(margin, pd.Series):
        highest = float(margin.max())
        if highest > 1:
            raise ValueError(f"margin rate {highest} is above 1; give a share, 0.4 for 40%")
        return 1 / margin.where(margin > 0)
    if margin > 1:
        raise ValueError(f"margin rate {margin} is above 1; give a share, 0.4 for 40%")
    return divide(1.0, margin)
