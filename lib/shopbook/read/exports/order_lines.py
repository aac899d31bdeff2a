"""订单明细 template: items and amounts per order; the buyer is hashed while reading."""

import hashlib

from shopbook.read.spec import Draft, Spec
from shopbook.read.values import Values


def _shape(draft: Draft) -> Values:
    buyers = draft.values["buyer"]
    return draft.values | {
        "buyer": [hashlib.sha256(name.encode()).hexdigest()[:16] if name else "" for name in buyers]
    }


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
