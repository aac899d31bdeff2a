"""竞店竞品 template: figures of rival shops and items, and the shop's own under 本店."""

from shopbook.read.exports.market import shape as values_and_ranges
from shopbook.read.spec import Draft
from shopbook.read.values import Values

_ENTITY_TYPES = {"店铺": "shop", "商品": "item", "shop": "shop", "item": "item"}
OWN = ("本店", "self")


def shape(draft: Draft) -> Values:
    values = values_and_ranges(draft)
    return values | {
        "entity_type": [_ENTITY_TYPES.get(text, text) for text in values["entity_type"]],
        "entity": ["self" if text in OWN else text for text in values["entity"]],
    }
