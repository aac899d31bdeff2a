"""活动商品 template: the items of a campaign with price and stock."""

from shopbook.read.spec import Spec

SPECS = (
    Spec(
        "campaign_items",
        "",
        keys=("campaign", "item_id"),
        grain=("campaign", "item_id"),
        marks=("活动价格", "活动价", "活动库存"),
        dated="never",
        hints=("活动商品", "campaign_items"),
    ),
)
