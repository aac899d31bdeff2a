"""市场大盘 template: the category by day, one row a metric; and the shape that peers and rivals share."""

import re
from dataclasses import replace

import numpy as np

from shopbook.columns import columns, label
from shopbook.read.cells import bounds, numbers
from shopbook.read.exports.shop_daily import of_all_terminals
from shopbook.read.exports.wide import tidy
from shopbook.read.headers import metric_names, normal, uncounted
from shopbook.read.odd_cells import not_numbers
from shopbook.read.problems import blocking, info, warn
from shopbook.read.repairs import Repairs
from shopbook.read.spec import Draft
from shopbook.read.values import ROW, Values, height, listed

_CATEGORY = re.compile(r"(?:类目|行业)\s*[:：]\s*([^\s,，;；]+)")

_HEADERS = {"value": "数值", "target": "目标值", "peer_avg": "同行同层平均", "peer_top": "同行同层优秀"}
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
    metrics = [known.get(uncounted(normal(text)), text) for text in draft.values["metric"]]
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
    cells, rows_ = listed(values[column]), listed(values[ROW])
    found = numbers(cells)
    needed = {name for key in draft.layout.keys for name in key.split("|")}
    odd = [at for at in found.bad if draft.layout.wide and values["metric"][at] not in needed]
    if bad := [at for at in found.bad if at not in odd]:
        draft.problems.append(not_numbers(_HEADERS.get(column, column), cells, bad, rows_))
    _tell(draft, column, sorted({*found.told, *odd}))
    figures = np.where(np.isin(np.arange(len(cells)), odd), np.nan, found.values) if odd else found.values
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


def _tell(draft: Draft, column: str, odd: list[int]) -> None:
    """Cells that say no figure (100+, 暂无) are left empty, and told."""
    repairs, values = Repairs(), draft.values
    for at in odd:
        metric = label(values["metric"][at]) if draft.layout.wide else _HEADERS.get(column, column)
        repairs.add(metric, listed(values[ROW])[at], listed(values[column])[at], grave=True)
    draft.problems += repairs.told()


def shape(draft: Draft) -> Values:
    """value, value_low, value_high and value_type; a range keeps both ends and has no value in the middle."""
    if "terminal" in draft.values:
        draft = replace(draft, values=of_all_terminals(draft))
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
