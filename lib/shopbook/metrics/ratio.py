"""The one way a ratio is made: its parts stand in params/columns.yaml, and nothing is divided by nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, overload

import pandas as pd

from shopbook.columns import Varies, columns


@dataclass(frozen=True)
class Ratio:
    """One ratio of params/columns.yaml: the column above, the columns that may stand below, how it varies."""

    name: str
    over: str
    under: tuple[str, ...]
    varies: Varies

    def parts(self, known: Collection[str]) -> tuple[str, str] | None:
        """The two columns it is made of in a table of these columns; None where one is missing."""
        below = next((name for name in self.under if name in known), None)
        return (self.over, below) if below and self.over in known else None


@cache
def ratios() -> dict[str, Ratio]:
    """Every ratio by name."""
    return {
        each.name: Ratio(each.name, each.over, each.under, each.varies)
        for each in columns().values()
        if each.over
    }


def parts(name: str, known: Collection[str]) -> tuple[str, str] | None:
    """The two columns a metric is made of in a table; None for a plain metric or where one is missing."""
    return ratios()[name].parts(known) if name in ratios() else None


@overload
def divide(over: float | None, under: float | None) -> float: ...
@overload
def divide(over: pd.Series, under: pd.Series) -> pd.Series: ...
def divide(over: pd.Series | float | None, under: pd.Series | float | None) -> pd.Series | float:
    """`over / under`, row by row or of two figures.

    Parameters
    ----------
    over, under : Series of float with the same index, or two floats or None; any unit
        To get the ratio of a longer period sum both first.

    Returns
    -------
    Series of float, indexed like `under`, or float
        NaN where `under` is not above 0 or not known: "nothing to divide by" is not "zero".

    Raises
    ------
    ValueError
        If two Series do not have the same index.

    Notes
    -----
    Ratios come from sums, never from means of ratios.

    Examples
    --------
    >>> divide(pd.Series([6.0, 0.0, 1.0]), pd.Series([3.0, 5.0, 0.0])).tolist()
    [2.0, 0.0, nan]
    >>> divide(1.0, 0.0)
    nan
    """
    if isinstance(over, pd.Series) and isinstance(under, pd.Series):
        if not over.index.equals(under.index):
            raise ValueError(f"indices differ: {len(over)} rows against {len(under)}")
        return over / under.where(under > 0)
    if over is None or under is None or not under > 0:
        return float("nan")
    return float(over) / float(under)


@overload
def ratio(name: str, table: Mapping[str, Any]) -> float: ...
@overload
def ratio(name: str, table: pd.DataFrame) -> pd.Series: ...
def ratio(name: str, table: pd.DataFrame | Mapping[str, Any] | pd.Series) -> pd.Series | float:
    """A ratio of params/columns.yaml, row by row of a table or of one row.

    Parameters
    ----------
    name : str
        A column that has `over` and `under`.
    table : DataFrame, or one row as a mapping or Series
        Holds the two parts, in the units of params/columns.yaml.

    Returns
    -------
    Series of float, or float
        In the unit of `name`. NaN where the whole is 0 or not known.

    Raises
    ------
    KeyError
        If `name` is no ratio, or the table lacks one of its parts.

    Examples
    --------
    >>> ratio("pay_conversion_rate", pd.DataFrame({"pay_buyers": [30, 0], "visitors": [1200, 0]})).tolist()
    [0.025, nan]
    >>> ratio("ad_roi", {"ad_revenue": 540.0, "ad_spend": 180.0})
    3.0
    """
    known = table.columns if isinstance(table, pd.DataFrame) else table.keys()
    found = ratios()[name].parts(known)
    if found is None:
        raise KeyError(f"{name}: the table has no {ratios()[name].over} over {ratios()[name].under}")
    return divide(table[found[0]], table[found[1]])


def pooled(name: str, rows: pd.DataFrame) -> float:
    """One ratio for several rows, from their sums.

    Parameters
    ----------
    name : str
        A column that has `over` and `under`.
    rows : DataFrame
        Rows where one of the two parts is not known are left out of both.

    Returns
    -------
    float
        NaN when the whole sums to 0.

    Raises
    ------
    KeyError
        If `name` is no ratio, or the table lacks one of its parts.

    Notes
    -----
    Over days this is sum(buyers) / sum(daily visitors): what operators call weekly conversion, although
    visitors are counted once a day.

    Examples
    --------
    >>> pooled("pay_conversion_rate", pd.DataFrame({"pay_buyers": [10, 30], "visitors": [100, 900]}))
    0.04
    """
    over, under = parts(name, rows.columns) or (ratios()[name].over, ratios()[name].under[0])
    known = rows[[over, under]].dropna()
    result: float = divide(float(known[over].sum()), float(known[under].sum()))
    return result


def change(value: float | None, base: float | None) -> float | None:
    """How far a figure lies from its base, as a share of the base.

    Parameters
    ----------
    value, base : float or None, same unit

    Returns
    -------
    float or None
        0.1 for a tenth more. None where one is not known or the base is 0: no share of nothing.

    Examples
    --------
    >>> change(75.0, 100.0), change(90.0, 0.0)
    (-0.25, None)
    """
    if value is None or base is None or pd.isna(value) or pd.isna(base) or base == 0:
        return None
    return float(value) / float(base) - 1
