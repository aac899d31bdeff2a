"""万相台 and 直通车 reports: one row a plan, item, audience or keyword a day."""

import numpy as np

from shopbook.read.spec import Draft
from shopbook.read.values import Values, height

_LEVELS = (
    ("search_term", "keyword"),
    ("ad_audience", "audience"),
    ("item_id", "item"),
    ("ad_plan_id", "plan"),
    ("ad_plan_name", "plan"),
)


def shape(draft: Draft) -> Values:
    """Name the level the rows stand on and the days of attribution, when anyone said them."""
    values, rows = draft.values, height(draft.values)
    level = next((level for name, level in _LEVELS if name in values), "account")
    window = draft.asked.attribution_days
    days = np.full(rows, np.nan if window is None else float(window))
    return values | {"level": [level] * rows, "attribution_days": days}
