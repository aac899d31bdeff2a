"""店铺流量来源: one row a channel; the day and the device stand in file and sheet names."""

import pandas as pd

from shopbook.read.headers import channel_of
from shopbook.read.names import device
from shopbook.read.spec import Draft, Spec

_NO_DETAIL = ("", "汇总", "合计", "全部", "总计", "-")


def channels(draft: Draft) -> pd.DataFrame:
    """Rows with level, canonical channel, raw texts and device.

    A row without 来源明细 is level 1 and repeats the sum of its details, which are level 2.
    """
    frame = draft.frame
    label = frame["channel"]
    detail = frame["channel_detail"] if "channel_detail" in frame else pd.Series("", index=frame.index)
    is_top = detail.isin(_NO_DETAIL)
    # A source whose only row names itself twice is a level row too; beside a level row it is the detail.
    is_top |= (detail == label) & ~label.isin(set(label[is_top]))
    detail = detail.where(~is_top, "")
    found = device(draft.sheet) or draft.asked.name.device or "all"
    stated = frame["terminal"].map(lambda text: device(text) or "all") if "terminal" in frame else found
    kept = frame.drop(columns=[name for name in ("channel", "channel_detail", "terminal") if name in frame])
    return kept.assign(
        device=stated,
        level=is_top.map({True: 1, False: 2}).astype("int64"),
        channel=[channel_of(*texts) for texts in zip(detail, label, strict=True)],
        channel_label=label,
        channel_detail=detail,
    )


SPECS = (
    Spec(
        "flow_source",
        "",
        keys=("channel", "visitors"),
        grain=("date", "device", "channel_label", "channel_detail"),
        without=("item_id", "search_term"),
        hints=("店铺流量来源", "flow_source"),
        shape=channels,
    ),
)
