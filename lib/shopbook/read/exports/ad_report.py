"""万相台无界, 万相台 and 直通车 reports: a row a plan, item, audience, keyword or scene a day."""

import re

import numpy as np

from shopbook.read.problems import info
from shopbook.read.spec import Draft
from shopbook.read.values import Values, height, listed, without

_LEVELS = (
    ("search_term", "keyword"),
    ("ad_audience", "audience"),
    ("ad_subject_id", "item"),
    ("item_id", "item"),
    ("ad_unit_id", "unit"),
    ("ad_unit_name", "unit"),
    ("ad_plan_id", "plan"),
    ("ad_plan_name", "plan"),
)
_BRAND = ("brand", "品销宝")  # level and scene: bought apart, in no other report
_ITEMS = ("", "商品", "宝贝", "item")
_WINDOW = re.compile(
    r"(?<![\d近去])(\d{1,2})天(?:转化|归因|累计|成交)|(?:转化|归因|成交)(?:周期|窗口)\D{0,2}(\d{1,2})(?!\d)"
)


def shape(draft: Draft) -> Values:
    """Name the level the rows stand on and the days of attribution; only the id of an item is an item id."""
    values, rows = _subjects(draft.values), height(draft.values)
    level = next((level for name, level in _LEVELS if name in values), "account")
    kinds = values.get("ad_subject_type", [""] * rows)
    is_item = [str(kind) in _ITEMS for kind in kinds]
    window = draft.asked.attribution_days or _window_said(draft)
    if draft.layout.report == "brand_zone":
        level, scene = _BRAND
        values = values | {"ad_scene": [scene] * rows}
    windows = np.asarray(values.get("attribution_days", np.full(rows, np.nan)), dtype=float)
    return values | {
        "level": [level if mine or level != "item" else "subject" for mine in is_item],
        "attribution_days": windows if window is None else np.full(rows, float(window)),
    }


def _window_said(draft: Draft) -> int | None:
    """The days after a click whose sales a report counts, as file name, sheet name or banner say it."""
    found = _WINDOW.search(draft.words)
    if found is None:
        return None
    days = int(found[1] or found[2])
    draft.problems.append(
        info("attribution_said", "sales of {days} days after the click, as the file says.", days=days)
    )
    return days


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
