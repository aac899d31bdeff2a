"""引流搜索词: a row a term a day; terms searched inside the shop, or on PC, are another report of the day."""

import re

from shopbook.read.names import device
from shopbook.read.problems import blocking
from shopbook.read.spec import Draft
from shopbook.read.values import Values

_INSIDE = re.compile("店内|站内")


def shape(draft: Draft) -> Values:
    """The terms that brought visitors; a report of another part of the day would take their place."""
    words = " ".join((draft.asked.file, draft.sheet))
    inside = _INSIDE.search(words)
    part = inside[0] if inside else "PC" if device(words) == "pc" else ""
    if part:
        draft.problems.append(
            blocking(
                "part_of_shop",
                "search terms of {part} alone would take the place of those of the day.\n  Found: {part}\n  "
                "What to do: keep to one report a day, off the shop (店外) and wireless (无线); leave this "
                "one out.",
                part=part,
            )
        )
    return draft.values
