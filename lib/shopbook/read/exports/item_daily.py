"""商品报表 and 商品效果: one row a product a day; sub-items and single terminals are left out."""

from shopbook.read.exports.shop_daily import of_all_terminals
from shopbook.read.problems import info
from shopbook.read.spec import Draft
from shopbook.read.values import Values, kept


def shape(draft: Draft) -> Values:
    """Keep main items and all terminals: sub-items and per-terminal rows count the same sale twice."""
    values = of_all_terminals(draft)
    if "item_type" in values:
        is_main = [text != "子商品" for text in values["item_type"]]
        if not all(is_main):
            draft.problems.append(
                info(
                    "sub_items",
                    "{count} rows of sub-items left out; their main items count them.",
                    count=is_main.count(False),
                )
            )
            values = kept(values, is_main)
    return values
