"""客服 reports: performance per agent, inquiries per item, and the shop's days of the other four."""

import hashlib

from shopbook.read.spec import Draft
from shopbook.read.totals import is_total
from shopbook.read.values import Values, height

_SUMMARIES = {
    "全店汇总": "shop",
    "全店合计": "shop",
    "全店均值": "shop_mean",
    "同行平均": "peer_avg",
    "同行均值": "peer_avg",
    "同行优秀": "peer_top",
    "汇总值": "total",
    "汇总": "total",
    "合计": "total",
    "总计": "total",
    "平均值": "mean",
    "均值": "mean",
    "全店汇总值": "shop",
    "全店平均值": "shop_mean",
    "同行同层优秀": "peer_top",
    "同行同层均值": "peer_avg",
    "同行同层平均": "peer_avg",
}
_OF_PEERS = ("同行", "行业")


def _summary(text: str) -> str:
    """What a row under a word of totals is; nothing for a name."""
    if text in _SUMMARIES:
        return _SUMMARIES[text]
    if text.startswith(_OF_PEERS):
        return "peer_top" if "优秀" in text else "peer_avg"
    if not is_total(text.removeprefix("本店"), loosely=True):
        return ""
    return "mean" if "均" in text else "total"


def pseudonym(name: str) -> str:
    """A stable stand-in for a person's name."""
    return f"客服-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def shape(draft: Draft) -> Values:
    """Name what each row is; an agent's nickname never leaves this function."""
    values, height_ = draft.values, height(draft.values)
    report, ordinary = draft.layout.report, draft.layout.rows or "shop"
    names = next((values[name] for name in ("cs_agent", "item_id", "item_name") if name in values), None)
    reports = [report] * height_
    if names is None:
        return values | {"row": [ordinary] * height_, "report": reports}
    others = values.get("item_name", names)
    texts = [name or other for name, other in zip(names, others, strict=True)]
    rows = [_summary(text) or ordinary for text in texts]
    if "cs_agent" in values:
        agents = [pseudonym(text) if row == ordinary else "" for text, row in zip(texts, rows, strict=True)]
        rows = ["agent" if row == ordinary else row for row in rows]
        return values | {"cs_agent": agents, "row": rows, "report": reports}
    items = ["" if _summary(text) else text for text in values["item_id"]]
    return values | {"item_id": items, "row": rows, "report": reports}
