"""同行同层 template: average and best of the platform's peer group, one row a metric a day."""

import numpy as np

from shopbook.read.exports.market import canonical_metrics, measured
from shopbook.read.spec import Draft
from shopbook.read.values import Values, height


def shape(draft: Draft) -> Values:
    values = canonical_metrics(draft)
    figures = {name: measured(values, name, draft) for name in ("peer_avg", "peer_top") if name in values}
    missing = {
        name: np.full(height(values), np.nan) for name in ("peer_avg", "peer_top") if name not in values
    }
    return values | figures | missing
