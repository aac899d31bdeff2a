"""订单明细 template: items and amounts per order; the buyer is hashed while reading."""

import hashlib

import pandas as pd

from shopbook.read.spec import Draft, Spec


def _shape(draft: Draft) -> pd.DataFrame:
    frame = draft.frame
    hashed = [hashlib.sha256(name.encode()).hexdigest()[:16] if name else "" for name in frame["buyer"]]
    return frame.assign(buyer=hashed)


SPECS = (
    Spec(
        "order_lines",
        "",
        keys=("date", "order_id", "buyer", "item_id"),
        grain=(),
        hints=("订单明细", "order_lines"),
        shape=_shape,
    ),
)
