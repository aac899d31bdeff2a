"""同行同层 template: average and best of the platform's peer group, one row a metric a day."""

import pandas as pd

from shopbook.read.exports.market import canonical_metrics, measured
from shopbook.read.spec import Draft, Spec


def _shape(draft: Draft) -> pd.DataFrame:
    frame = canonical_metrics(draft)
    figures = {name: measured(frame, name, draft) for name in ("peer_avg", "peer_top") if name in frame}
    missing = {name: float("nan") for name in ("peer_avg", "peer_top") if name not in frame}
    return frame.assign(**figures, **missing)


SPECS = (
    Spec(
        "peers",
        "",
        keys=("date", "metric", "peer_avg|peer_top"),
        grain=("date", "metric"),
        hints=("同行", "peers"),
        shape=_shape,
    ),
)
