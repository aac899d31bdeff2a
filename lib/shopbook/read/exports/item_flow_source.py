"""商品流量来源: one row a channel of one product; item and day come from name or caller."""

from shopbook.read.exports.flow_source import shape as channels
from shopbook.read.problems import blocking
from shopbook.read.spec import Draft
from shopbook.read.values import Values, height


def shape(draft: Draft) -> Values:
    values = channels(draft)
    asked = draft.asked
    item_id = asked.item_id or asked.name.item_id
    if "item_id" not in values and not item_id:
        draft.problems.append(
            blocking(
                "item_id_unknown",
                "a traffic source report of one item, and nothing says which item.\n  Found: no "
                "item id column, "
                "none in the file name\n  What to do: put the item id into the file name or give --item.",
            )
        )
    return values if "item_id" in values else values | {"item_id": [item_id] * height(values)}
