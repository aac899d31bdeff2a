"""手填指标 template: figures the platform shows but does not export."""

from shopbook.read.exports.market import canonical_metrics, measured
from shopbook.read.exports.rivals import OWN
from shopbook.read.spec import Draft
from shopbook.read.values import Values


def shape(draft: Draft) -> Values:
    values = canonical_metrics(draft)
    return values | {
        "value": measured(values, "value", draft),
        "entity": ["self" if text in OWN else text for text in values["entity"]],
    }
