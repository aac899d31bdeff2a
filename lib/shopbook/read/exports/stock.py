"""库存 template: stock, unit cost, listing day and season of each item."""

from shopbook.read.spec import Spec

SPECS = (
    Spec(
        "stock",
        "",
        keys=("date", "item_id", "stock_units|unit_cost"),
        grain=("date", "item_id"),
        without=("item_visitors", "pay_amount", "ad_spend"),
        partial_day_ok=True,
        hints=("库存", "stock"),
    ),
)
