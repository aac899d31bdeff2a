"""市场大盘 template: the category by day, one row a metric; and the shape that peers and rivals share."""

import numpy as np
import pandas as pd

from shopbook.columns import columns
from shopbook.read.cells import bounds, numbers
from shopbook.read.headers import metric_names, normal
from shopbook.read.problems import blocking, info, warn
from shopbook.read.spec import Draft, Spec

_TYPES = {
    "数值": "value",
    "指数": "index",
    "区间": "range",
    "value": "value",
    "index": "index",
    "range": "range",
}


def canonical_metrics(draft: Draft) -> pd.DataFrame:
    """The 指标 texts as canonical columns; an unknown one keeps its text and is reported."""
    frame = draft.frame
    known = metric_names()
    metrics = frame["metric"].map(lambda text: known.get(normal(text), text))
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
    return frame.assign(metric=metrics)


def measured(frame: pd.DataFrame, column: str, draft: Draft) -> pd.Series:
    """A column of figures whose unit is the unit of each row's metric."""
    found = numbers(list(frame[column]))
    if found.bad:
        draft.problems.append(not_a_number(column, [frame[column].iloc[at] for at in found.bad]))
    values = pd.Series(found.values, index=frame.index)
    plain = ~found.percent if found.percent is not None else np.ones(len(frame), dtype=bool)
    for metric in set(frame["metric"]):
        known = columns().get(metric)
        rows = (frame["metric"] == metric).to_numpy() & plain
        # A share is never above one; a file that writes 3.2 for 3.2% does so for the whole metric.
        if known and known.unit == "fraction" and (values[rows] > 1).any():
            values = values.where(~rows, values / 100)
            draft.problems.append(
                info(
                    "percent_guessed",
                    "{column}: figures above 1 without a percent sign read as percent.",
                    column=known.zh,
                )
            )
    return values


def not_a_number(column: str, found: list[object]):
    """The refusal of text where a number must stand."""
    return blocking(
        "not_a_number",
        "column {column} holds text where a number must stand.\n  Found: {found}\n  What to do: correct the "
        "cells, leave unknown ones empty.",
        column=column,
        found=[repr(text) for text in found[:3]],
    )


def values_and_ranges(draft: Draft) -> pd.DataFrame:
    """value, value_low, value_high and value_type; a range keeps both ends and has no value in the middle."""
    frame = canonical_metrics(draft)
    raw = list(frame["value"])
    ends = [bounds(cell) for cell in raw]
    is_range = np.array([pair is not None for pair in ends], dtype=bool)
    plain = frame.assign(value=["" if pair else cell for pair, cell in zip(ends, raw, strict=True)])
    units = [columns()[name].unit if name in columns() else "" for name in frame["metric"]]
    guessed = [
        "range" if pair else "index" if unit == "index" else "value"
        for pair, unit in zip(ends, units, strict=True)
    ]
    stated = frame["value_type"] if "value_type" in frame else [""] * len(frame)
    types = [
        "range" if pair else _TYPES.get(text, guess)
        for pair, text, guess in zip(ends, stated, guessed, strict=True)
    ]
    return frame.assign(
        value=measured(plain, "value", draft),
        value_low=np.where(is_range, [pair[0] if pair else np.nan for pair in ends], np.nan),
        value_high=np.where(is_range, [pair[1] if pair else np.nan for pair in ends], np.nan),
        value_type=pd.Series(types, index=frame.index, dtype="str"),
    )


SPECS = (
    Spec(
        "market",
        "",
        keys=("date", "category", "metric", "value"),
        grain=("date", "category", "metric", "value_type"),
        without=("entity",),
        hints=("市场", "大盘", "market"),
        shape=values_and_ranges,
    ),
)
