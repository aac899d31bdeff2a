"""商品标签 template: category, role and stage lock of each item, set by hand."""

from shopbook.read.spec import Spec

SPECS = (
    Spec(
        "item_tags",
        "",
        keys=("item_id", "category|role|stage_lock|replaces"),
        grain=("item_id",),
        without=("date", "visitors", "item_visitors", "pay_amount"),
        dated="never",
        hints=("商品标签", "item_tags"),
    ),
)
