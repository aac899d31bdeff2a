"""竞店竞品 template: figures of rival shops and items, and the shop's own under 本店."""

from dataclasses import replace

from shopbook.read.exports.market import ranged
from shopbook.read.exports.wide import tidy
from shopbook.read.ids import ids
from shopbook.read.odd_cells import damaged
from shopbook.read.spec import Draft
from shopbook.read.values import ROW, Values, height, listed, without

_ENTITY_TYPES = {"店铺": "shop", "商品": "item", "shop": "shop", "item": "item"}
OWN = ("本店", "self")


def shape(draft: Draft) -> Values:
    """Tidy rows; of a table of shops a row is a shop, of a ranking of items an item."""
    if draft.layout.wide:
        draft = replace(draft, values=_entities(draft))
    values = _with_ids(ranged(draft), draft)
    return values | {
        "entity_type": [_ENTITY_TYPES.get(text, text) for text in values["entity_type"]],
        "entity": ["self" if text in OWN else text for text in values["entity"]],
    }


def _with_ids(values: Values, draft: Draft) -> Values:
    """Rival items by their whole ids; one a spreadsheet has rounded would be another item's."""
    entities = [str(text) for text in values["entity"]]
    is_item = [_ENTITY_TYPES.get(text) == "item" for text in values["entity_type"]]
    places = [at for at, mine in enumerate(is_item) if mine]
    found = ids([entities[at] for at in places])
    if found.damaged:
        bad = [places[at] for at in found.damaged]
        rows = [int(listed(values[ROW])[at]) for at in bad]
        draft.problems.append(damaged("对象", [entities[at] for at in bad], rows))
    for at, text in zip(places, found.texts, strict=True):
        entities[at] = text
    return values | {"entity": entities}


def _entities(draft: Draft) -> Values:
    is_items = draft.layout.report == "ranking"
    values = tidy(draft, "rivals", ("date", "item_id" if is_items else "entity"))
    if is_items:
        values = without(values, ("item_id",)) | {"entity": values["item_id"]}
    return values | {"entity_type": ["item" if is_items else "shop"] * height(values)}
