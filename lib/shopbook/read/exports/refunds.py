"""退款单: one row a refund; of its 53 columns only those without personal data are loaded."""

import numpy as np

from shopbook.read.problems import info
from shopbook.read.spec import Draft
from shopbook.read.values import Values, kept


def shape(draft: Draft) -> Values:
    """A refund belongs to the day it was completed; open ones come with a later download."""
    is_open = np.isnat(draft.values["date"])
    if is_open.any():
        draft.problems.append(
            info(
                "open_refunds",
                "{count} refunds that are not completed yet left out.",
                count=int(is_open.sum()),
            )
        )
    return kept(draft.values, ~is_open)
