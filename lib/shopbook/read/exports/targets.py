"""目标 template: a target per metric and month, or one for the year."""

from shopbook.read.exports.market import canonical_metrics, measured
from shopbook.read.spec import Draft
from shopbook.read.values import Values


def shape(draft: Draft) -> Values:
    values = canonical_metrics(draft)
    return values | {"target": measured(values, "target", draft)}
