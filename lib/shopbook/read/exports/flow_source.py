"""店铺流量来源: one row a channel; the day and the device stand in file and sheet names."""

import numpy as np

from shopbook.read.headers import channel_of
from shopbook.read.names import device
from shopbook.read.spec import Draft
from shopbook.read.values import Values, listed, without

_REPLACED = ("channel", "channel_detail", "terminal")
_NO_DETAIL = ("", "汇总", "合计", "全部", "总计", "-")


def shape(draft: Draft) -> Values:
    """Rows with level, canonical channel, raw texts and device.

    A row without 来源明细 is level 1 and repeats the sum of its details, which are level 2.
    """
    values = draft.values
    labels = listed(values["channel"])
    details = listed(values["channel_detail"]) if "channel_detail" in values else [""] * len(labels)
    with_level_row = {label for label, detail in zip(labels, details, strict=True) if detail in _NO_DETAIL}
    # A source whose only row names itself twice is a level row too; beside a level row it is the detail.
    is_top = [
        detail in _NO_DETAIL or (detail == label and label not in with_level_row)
        for label, detail in zip(labels, details, strict=True)
    ]
    details = ["" if top else detail for top, detail in zip(is_top, details, strict=True)]
    found = device(draft.sheet) or draft.asked.name.device or "all"
    terminals = values.get("terminal")
    return without(values, _REPLACED) | {
        "device": [found] * len(labels)
        if terminals is None
        else [device(text) or "all" for text in terminals],
        "level": np.where(is_top, 1, 2),
        "channel": [channel_of(*texts) for texts in zip(details, labels, strict=True)],
        "channel_label": labels,
        "channel_detail": details,
    }
