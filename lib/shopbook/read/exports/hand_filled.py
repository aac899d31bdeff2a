"""手填指标 template: figures the platform shows but does not export."""

import pandas as pd

from shopbook.read.exports.market import canonical_metrics, measured
from shopbook.read.exports.rivals import OWN
from shopbook.read.spec import Draft, Spec


def _shape(draft: Draft) -> pd.DataFrame:
    frame = canonical_metrics(draft)
    entity = frame["entity"].where(~frame["entity"].isin(OWN), "self")
    return frame.assign(value=measured(frame, "value", draft), entity=entity)


SPECS = (
    Spec(
        "hand_filled",
        "",
        keys=("date", "entity", "metric", "value"),
        grain=("date", "entity", "metric"),
        without=("entity_type", "category"),
        partial_day_ok=True,
        hints=("手填", "hand_filled"),
        shape=_shape,
    ),
)
