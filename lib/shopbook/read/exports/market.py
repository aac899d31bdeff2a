"""市场大盘 template: the category by day, one row a metric; and the shape that peers and rivals share."""

import re
from dataclasses import replace

import numpy as np

from shopbook.columns import columns
from shopbook.read.cells import bounds, numbers
from shopbook.read.exports.wide import tidy
from shopbook.read.headers import metric_names, normal
from shopbook.read.problems import Problem, blocking, info, warn
from shopbook.read.spec import Draft
from shopbook.read.values import Values, height, listed

_CATEGORY = re.compile(r"(?:类目|行业)\s*[:：]\s*([^\s,，;；]+)")

_TYPES = {
    "数值": "value",
    "指数": "index",
    "区间": "range",
    "value": "value",
    "index": "index",
    "range": "range",
}


def _with_category(values: Values, draft: Draft) -> Values:
    """A market table is of one category: of its column, its banner, or the shop it was put down for."""
    if "category" in values:
        return values
    said = [match[1].strip() for line in draft.banner if (match := _CATEGORY.search(line))]
    category = said[0] if said else draft.asked.shop.category
    if not category:
        draft.problems.append(
            blocking(
                "category_unknown",
                "a market table (市场大盘), and nothing says of which category.\n  Found: no column 类目, no "
                "line above the table\n  What to do: put the shop's category into params/shops/, or add a "
                "column 类目.",
            )
        )
    return values | {"category": [category] * height(values)}


def canonical_metrics(draft: Draft) -> Values:
    """The 指标 texts as canonical columns; an unknown one keeps its text and is reported."""
    known = metric_names()
    metrics = [known.get(normal(text), text) for text in draft.values["metric"]]
    strange = sorted(set(metrics) - set(known.values()))
    if strange:
        draft.problems.append(
            warn(
                "unknown_metric",
                "metrics nobody knows: {metrics}; kept under their own names.\n  What to do: use "
                "the names of "
                "params/columns.yaml.",
                metrics=strange,
            )
        )
    return draft.values | {"metric": metrics}


def measured(values: Values, column: str, draft: Draft) -> np.ndarray:
    """A column of figures whose unit is the unit of each row's metric."""
    found = numbers(listed(values[column]))
    if found.bad:
        draft.problems.append(not_a_number(column, [values[column][at] for at in found.bad]))
    figures = found.values
    metrics = values["metric"]
    for metric in set(metrics):
        known = columns().get(metric)
        if known is None or known.unit != "fraction":
            continue
        rows = np.array([text == metric for text in metrics], dtype=bool)
        if found.percent is not None:
            rows &= ~found.percent
        # A share is never above one; a file that writes 3.2 for 3.2% does so for the whole metric.
        if (figures[rows] > 1).any():
            figures = np.where(rows, figures / 100, figures)
            draft.problems.append(
                info(
                    "percent_guessed",
                    "{column}: figures above 1 without a percent sign read as percent.",
                    column=known.zh,
                )
            )
    return figures


def not_a_number(column: str, found: list[object]) -> Problem:
    """The refusal of text where a number must stand."""
    return blocking(
        "not_a_number",
        "column {column} holds text where a number must stand.\n  Found: {found}\n  What to do: correct the "
        "cells, leave unknown ones empty.",
        column=column,
        found=[repr(text) for text in found[:3]],
    )


def shape(draft: Draft) -> Values:
    """value, value_low, value_high and value_type; a range keeps both ends and has no value in the middle."""
    if draft.layout.wide:
        draft = replace(draft, values=_with_category(tidy(draft, "market", ("date", "category")), draft))
    return ranged(draft)


def ranged(draft: Draft) -> Values:
    """Tidy rows with value, value_low, value_high and value_type."""
    values = canonical_metrics(draft)
    raw = listed(values["value"])
    ends = [bounds(cell) for cell in raw]
    plain = values | {"value": ["" if pair else cell for pair, cell in zip(ends, raw, strict=True)]}
    units = [columns()[name].unit if name in columns() else "" for name in values["metric"]]
    guessed = [
        "range" if pair else "index" if unit == "index" else "value"
        for pair, unit in zip(ends, units, strict=True)
    ]
    stated = values.get("value_type", [""] * len(raw))
    types = [
        "range" if pair else _TYPES.get(text, guess)
        for pair, text, guess in zip(ends, stated, guessed, strict=True)
    ]
    return values | {
        "value": measured(plain, "value", draft),
        "value_low": np.array([pair[0] if pair else np.nan for pair in ends], dtype=float),
        "value_high": np.array([pair[1] if pair else np.nan for pair in ends], dtype=float),
        "value_type": types,
    }
