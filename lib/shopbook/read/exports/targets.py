"""目标 template: a target per metric and month, or one for the year."""

import pandas as pd

from shopbook.read.exports.market import canonical_metrics, measured
from shopbook.read.spec import Draft, Spec


def _shape(draft: Draft) -> pd.DataFrame:
    frame = canonical_metrics(draft)
    return frame.assign(target=measured(frame, "target", draft))


SPECS = (
    Spec(
        "targets",
        "",
        keys=("month", "metric", "target"),
        grain=("month", "metric"),
        dated="never",
        hints=("目标", "targets"),
        shape=_shape,
    ),
)
