"""竞店竞品 template: figures of rival shops and items, and the shop's own under 本店."""

import pandas as pd

from shopbook.read.exports.market import values_and_ranges
from shopbook.read.spec import Draft, Spec

_ENTITY_TYPES = {"店铺": "shop", "商品": "item", "shop": "shop", "item": "item"}
OWN = ("本店", "self")


def _shape(draft: Draft) -> pd.DataFrame:
    frame = values_and_ranges(draft)
    return frame.assign(
        entity_type=frame["entity_type"].map(lambda text: _ENTITY_TYPES.get(text, text)),
        entity=frame["entity"].where(~frame["entity"].isin(OWN), "self"),
    )


SPECS = (
    Spec(
        "rivals",
        "",
        keys=("date", "entity_type", "entity", "metric", "value"),
        grain=("date", "entity_type", "entity", "metric", "value_type"),
        hints=("竞店", "竞品", "rivals"),
        shape=_shape,
    ),
)
