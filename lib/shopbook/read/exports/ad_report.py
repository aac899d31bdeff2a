"""万相台 and 直通车 reports: one row a plan, item, audience or keyword a day."""

import numpy as np

from shopbook.read.spec import Draft, Spec
from shopbook.read.values import Values, height

_LEVELS = (
    ("search_term", "keyword"),
    ("ad_audience", "audience"),
    ("item_id", "item"),
    ("ad_plan_id", "plan"),
    ("ad_plan_name", "plan"),
)


def _shape(draft: Draft) -> Values:
    """Name the level the rows stand on and the days of attribution, when anyone said them."""
    values, rows = draft.values, height(draft.values)
    level = next((level for name, level in _LEVELS if name in values), "account")
    window = draft.asked.attribution_days
    days = np.full(rows, np.nan if window is None else float(window))
    return values | {"level": [level] * rows, "attribution_days": days}


SPECS = (
    Spec(
        "ad_report",
        "",
        keys=("date", "ad_spend", "ad_impressions|ad_clicks"),
        grain=(
            "date",
            "level",
            "ad_plan_id",
            "ad_plan_name",
            "ad_scene",
            "item_id",
            "ad_audience",
            "search_term",
        ),
        without=("cs_agent", "affiliate_visitors"),
        hints=("计划报表", "商品报表_", "人群报表", "关键词报表", "直通车", "ad_report"),
        shape=_shape,
    ),
)
