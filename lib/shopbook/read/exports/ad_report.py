"""万相台无界, 万相台 and 直通车 reports: a row a plan, item, audience, keyword or scene a day."""

import numpy as np

from shopbook.read.spec import Draft
from shopbook.read.values import Values, height, listed, without

_LEVELS = (
    ("search_term", "keyword"),
    ("ad_audience", "audience"),
    ("ad_subject_id", "item"),
    ("item_id", "item"),
    ("ad_plan_id", "plan"),
    ("ad_plan_name", "plan"),
)
_BRAND = ("brand", "品销宝")  # level and scene: bought apart, in no other report
_ITEMS = ("", "商品", "宝贝", "item")


def shape(draft: Draft) -> Values:
    """Name the level the rows stand on and the days of attribution; only the id of an item is an item id."""
    values, rows = _subjects(draft.values), height(draft.values)
    level = next((level for name, level in _LEVELS if name in values), "account")
    kinds = values.get("ad_subject_type", [""] * rows)
    is_item = [str(kind) in _ITEMS for kind in kinds]
    window = draft.asked.attribution_days
    if draft.layout.report == "brand_zone":
        level, scene = _BRAND
        values = values | {"ad_scene": [scene] * rows}
    return values | {
        "level": [level if mine or level != "item" else "subject" for mine in is_item],
        "attribution_days": np.full(rows, np.nan if window is None else float(window)),
    }


def _subjects(values: Values) -> Values:
    """The subject of a row as item id where it is one; a video, live room or shop keeps its own id."""
    if "ad_subject_id" not in values:
        return values
    subjects = [str(text) for text in listed(values["ad_subject_id"])]
    kinds = [str(text) for text in values.get("ad_subject_type", [""] * len(subjects))]
    items = [subject if kind in _ITEMS else "" for subject, kind in zip(subjects, kinds, strict=True)]
    if any(kind not in _ITEMS for kind in kinds):
        return values | {"item_id": items}
    return without(values, ("ad_subject_id",)) | {"item_id": items}
