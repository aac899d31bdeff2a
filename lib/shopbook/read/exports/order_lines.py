"""Order lines: the template, or 千牛 sub-orders; buyers are hashed, other personal data is never loaded."""

import hashlib

import numpy as np

from shopbook.read.problems import info
from shopbook.read.spec import Draft
from shopbook.read.values import Values, height, kept, listed


def shape(draft: Draft) -> Values:
    """Paid lines with a hash of the buyer; sub-orders name no buyer, and those not paid yet have no day."""
    values = draft.values
    if draft.layout.report == "sub_orders":
        unpaid = np.isnat(np.asarray(values["date"]))
        if unpaid.any():
            draft.problems.append(
                info("unpaid_orders", "{count} orders that are not paid left out.", count=int(unpaid.sum()))
            )
        values = kept(values, ~unpaid)
    buyers = listed(values["buyer"]) if "buyer" in values else [""] * height(values)
    return values | {
        "buyer": [hashlib.sha256(name.encode()).hexdigest()[:16] if name else "" for name in buyers]
    }
