"""Shares written as 3.2% , 0.032 or 3.2: one rule per column, told when it had to guess.

A % sign decides for its cell. Of numbers without one, a header with % says percent; else the parts of the
ratio (buyers and visitors) decide; else a spreadsheet number is a share, unless most of them lie above one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from shopbook.read.problems import Problem, info
from shopbook.read.values import Values

# ratio: (numerator, denominators in order of preference); the platform's definitions, see params/columns.yaml
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pay_conversion_rate": ("pay_buyers", ("visitors", "item_visitors")),
    "order_conversion_rate": ("order_buyers", ("visitors", "item_visitors")),
    "search_pay_conversion_rate": ("search_pay_buyers", ("search_visitors",)),
    "ad_click_rate": ("ad_clicks", ("ad_impressions",)),
    "ad_conversion_rate": ("ad_orders", ("ad_clicks",)),
    "inquiry_conversion_rate": ("inquiry_buyers", ("inquiry_visitors",)),
    "avg_order_value": ("pay_amount", ("pay_buyers",)),
    "visitor_value": ("pay_amount", ("visitors", "item_visitors")),
    "ad_roi": ("ad_revenue", ("ad_spend",)),
    "ad_cost_per_click": ("ad_spend", ("ad_clicks",)),
}


@dataclass(frozen=True)
class Share:
    """A column of shares: its label, its header, which of its cells had no % sign."""

    label: str
    header: str
    plain: np.ndarray


def settle(made: Values, shares: dict[str, Share], container: str) -> list[Problem]:
    """Bring the plain cells of every share column of `made` to shares; say where that was a guess."""
    problems = []
    for name, share in shares.items():
        values = made[name]
        assert isinstance(values, np.ndarray)
        plain = share.plain & (values != 0)
        if not plain.any():
            continue
        expected = stated_by_parts(name, made)
        if "%" in share.header or "％" in share.header:
            is_percent = True
        elif expected is not None and (usable := plain & np.isfinite(expected)).any():
            is_percent = _error(values / 100, expected, usable) < _error(values, expected, usable)
        else:
            is_percent = bool((np.abs(values[plain]) > 1).mean() > 0.5)
            if is_percent or container == "csv":
                problems.append(_guess(share, is_percent))
        if is_percent:
            made[name] = np.where(share.plain, values / 100, values)
    return problems


def stated_by_parts(name: str, made: Mapping[str, Any]) -> np.ndarray | None:
    """A ratio recomputed from its parts; None when a part is missing."""
    top, bottoms = PARTS.get(name, ("", ()))
    bottom = next((entry for entry in bottoms if entry in made), None)
    if top not in made or bottom is None:
        return None
    over, under = np.asarray(made[top], dtype=float), np.asarray(made[bottom], dtype=float)
    result: np.ndarray | None = np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0)
    return result


def _error(values: np.ndarray, expected: np.ndarray, usable: np.ndarray) -> float:
    return float(np.median(np.abs(values[usable] - expected[usable])))


def _guess(share: Share, is_percent: bool) -> Problem:
    if is_percent:
        return info(
            "percent_guessed",
            "{column}: figures above 1 without a percent sign read as percent.",
            column=share.header,
        )
    return info(
        "percent_guessed",
        "{column}: figures without a percent sign read as shares of 1.",
        column=share.header,
    )
