"""目标 template: a target per metric and month, or one for the year."""

from shopbook.read.exports.market import canonical_metrics, measured
from shopbook.read.spec import Draft, Spec
from shopbook.read.values import Values


def _shape(draft: Draft) -> Values:
    values = canonical_metrics(draft)
    return values | {"target": measured(values, "target", draft)}


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
