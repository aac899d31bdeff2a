"""商品流量来源: one row a channel of one product; item and day come from name or caller."""

from shopbook.read.exports.flow_source import channels
from shopbook.read.problems import blocking
from shopbook.read.spec import Draft, Spec
from shopbook.read.values import Values, height


def _shape(draft: Draft) -> Values:
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


SPECS = (
    Spec(
        "item_flow_source",
        "",
        keys=("channel", "visitors"),
        grain=("date", "item_id", "device", "channel_label", "channel_detail"),
        marks=(
            "浏览量占比",
            "店内跳转人数",
            "跳出本店人数",
            "直接支付买家数",
            "粉丝支付买家数",
            "商品ID",
            "宝贝ID",
        ),
        hints=(
            "商品流量来源",
            "商品一级流量",
            "商品二级流量",
            "商品三级流量",
            "流量来源详情",
            "item_flow_source",
        ),
        shape=_shape,
    ),
)
