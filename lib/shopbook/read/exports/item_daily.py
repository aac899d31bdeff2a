"""商品报表 and 商品效果: one row a product a day; sub-items and single terminals are left out."""

import pandas as pd

from shopbook.read.problems import info
from shopbook.read.spec import Draft, Spec


def _shape(draft: Draft) -> pd.DataFrame:
    """Keep main items and all terminals: sub-items and per-terminal rows count the same sale twice."""
    frame = draft.frame
    if "terminal" in frame and frame["terminal"].isin(["所有终端", "全部终端"]).any():
        frame = frame[frame["terminal"].isin(["所有终端", "全部终端"])]
    if "item_type" in frame:
        is_sub = frame["item_type"] == "子商品"
        if is_sub.any():
            draft.problems.append(
                info(
                    "sub_items",
                    "{count} rows of sub-items left out; their main items count them.",
                    count=int(is_sub.sum()),
                )
            )
            frame = frame[~is_sub]
    return frame


SPECS = (
    Spec(
        "item_daily",
        "",
        keys=("date", "item_id", "item_visitors|pay_amount|pay_buyers|pay_units"),
        grain=("date", "item_id"),
        without=("channel", "search_term", "ad_spend", "lifecycle_stage"),
        hints=("商品_全部", "商品效果", "item_daily"),
        shape=_shape,
    ),
)
