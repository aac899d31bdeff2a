"""自助取数 shop daily: one row a day, any choice of columns."""

import numpy as np

from shopbook.read.spec import Draft, Spec
from shopbook.read.values import Values

_AD_PARTS = ("ad_spend_keyword", "ad_spend_audience", "ad_spend_site", "ad_spend_smart")


def _shape(draft: Draft) -> Values:
    """Ad spend is stated per product of the platform; the shop's spend is their sum."""
    values = draft.values
    parts = [np.asarray(values[name]) for name in _AD_PARTS if name in values]
    if not parts or "ad_spend" in values:
        return values
    unknown = np.isnan(parts).all(axis=0)
    return values | {"ad_spend": np.where(unknown, np.nan, np.nansum(parts, axis=0))}


SPECS = (
    Spec(
        "shop_daily",
        "",
        keys=("date", "visitors|pay_amount|pay_buyers"),
        grain=("date",),
        without=("item_id", "item_name", "channel", "search_term", "cs_agent", "ad_plan_id", "ad_audience"),
        hints=("取数", "店铺日报", "店铺销售数据", "shop_daily"),
        shape=_shape,
    ),
)
