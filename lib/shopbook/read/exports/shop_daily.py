"""自助取数 shop daily: one row a day, any choice of columns."""

import pandas as pd

from shopbook.read.spec import Draft, Spec

_AD_PARTS = ("ad_spend_keyword", "ad_spend_audience", "ad_spend_site", "ad_spend_smart")


def _shape(draft: Draft) -> pd.DataFrame:
    """Ad spend is stated per product of the platform; the shop's spend is their sum."""
    frame = draft.frame
    parts = [name for name in _AD_PARTS if name in frame]
    if not parts or "ad_spend" in frame:
        return frame
    return frame.assign(ad_spend=frame[parts].sum(axis=1, min_count=1))


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
