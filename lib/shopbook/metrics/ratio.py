"""The one way a ratio is made: a part over a whole, nothing where there is no whole."""

import numpy as np
import pandas as pd


def ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """`part / whole` row by row.

    Parameters
    ----------
    part, whole : Series of float, any unit
        Same index. To get the ratio of a longer period sum both first.

    Returns
    -------
    Series of float, indexed like `whole`
        NaN where the whole is 0 or not known: "nothing to divide by" is not "zero".

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    Ratios come from sums, never from means of ratios.

    Examples
    --------
    >>> ratio(pd.Series([6.0, 0.0, 1.0]), pd.Series([3.0, 5.0, 0.0])).tolist()
    [2.0, 0.0, nan]
    """
    if not part.index.equals(whole.index):
        raise ValueError(f"indices differ: {len(part)} rows against {len(whole)}")
    return part / whole.where(whole > 0)


def share(part: pd.Series, whole: pd.Series, *, of: str = "whole") -> pd.Series:
    """`ratio` of a part that cannot exceed its whole.

    Parameters
    ----------
    part, whole : Series of float, persons or pieces
        Same index and scope.
    of : str
        What the whole is called in an error.

    Returns
    -------
    Series of float, share 0 to 1
        NaN where the whole is 0 or not known.

    Raises
    ------
    ValueError
        If a part exceeds its whole: the two columns come from different scopes.

    Notes
    -----
    Real-time exports can break this; the reader turns those into the warning `rate_above_one`.

    Examples
    --------
    >>> share(pd.Series([30, 0]), pd.Series([1200, 0])).tolist()
    [0.025, nan]
    """
    too_many = part > whole
    if too_many.any():
        where = whole.index[np.argmax(too_many.to_numpy())]
        raise ValueError(
            f"{where}: {part[where]} of {whole[where]} {of}; the columns are from different scopes"
        )
    return ratio(part, whole)


def pooled(part: pd.Series, whole: pd.Series) -> float:
    """One ratio for several rows, from their sums.

    Parameters
    ----------
    part, whole : Series of float, any unit
        Rows where one of the two is not known are left out of both.

    Returns
    -------
    float
        NaN when the whole sums to 0.

    Raises
    ------
    ValueError
        If the two do not have the same index.

    Notes
    -----
    Over days this is sum(buyers) / sum(daily visitors): what operators call weekly conversion, although
    visitors are counted once a day.

    Examples
    --------
    >>> pooled(pd.Series([10.0, 30.0]), pd.Series([100.0, 900.0]))
    0.04
    """
    if not part.index.equals(whole.index):
        raise ValueError(f"indices differ: {len(part)} rows against {len(whole)}")
    known = part.notna() & whole.notna()
    total = float(whole[known].sum())
    return float(part[known].sum()) / total if total > 0 else float("nan")
