"""达摩盘 item daily: traffic by source and the platform's own growth stage of each product."""

from shopbook.read.spec import Spec

SPECS = (
    Spec(
        "audience_item",
        "",
        keys=("date", "item_id", "lifecycle_stage|item_pageviews"),
        grain=("date", "item_id"),
        marks=("货品成长阶段", "IPV", "营销推广IPV"),
        hints=("单品日度", "达摩盘", "audience_item"),
    ),
)
