"""客服 reports: performance per agent, inquiries per item, and the shop's days of the other four."""

import hashlib
from functools import partial

from shopbook.read.spec import Draft, Spec
from shopbook.read.values import Values, height

_SUMMARIES = {
    "汇总值": "total",
    "汇总": "total",
    "合计": "total",
    "总计": "total",
    "平均值": "mean",
    "全店汇总值": "shop",
    "全店平均值": "shop_mean",
    "同行同层优秀": "peer_top",
    "同行同层均值": "peer_avg",
    "同行同层平均": "peer_avg",
}


def pseudonym(name: str) -> str:
    """A stable stand-in for a person's name."""
    return f"客服-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _shape(draft: Draft, report: str, ordinary: str) -> Values:
    """Name what each row is; an agent's nickname never leaves this function."""
    values, height_ = draft.values, height(draft.values)
    names = next((values[name] for name in ("cs_agent", "item_id", "item_name") if name in values), None)
    reports = [report] * height_
    if names is None:
        return values | {"row": [ordinary] * height_, "report": reports}
    others = values.get("item_name", names)
    texts = [name or other for name, other in zip(names, others, strict=True)]
    rows = [_SUMMARIES.get(text, ordinary) for text in texts]
    if "cs_agent" in values:
        agents = [pseudonym(text) if row == ordinary else "" for text, row in zip(texts, rows, strict=True)]
        rows = ["agent" if row == ordinary else row for row in rows]
        return values | {"cs_agent": agents, "row": rows, "report": reports}
    items = ["" if text in _SUMMARIES else text for text in values["item_id"]]
    return values | {"item_id": items, "row": rows, "report": reports}


def _spec(report: str, keys: tuple[str, ...], marks: tuple[str, ...], hint: str, row: str = "shop") -> Spec:
    return Spec(
        "service",
        report,
        keys=keys,
        grain=("date", "report", "row", "cs_agent", "item_id"),
        marks=marks,
        hints=(hint,),
        totals="cs_agent" if row == "agent" else "item_name",
        shape=partial(_shape, report=report, ordinary=row),
    )


SPECS = (
    _spec("performance", ("cs_agent", "inquiry_visitors|served_visitors"), (), "客服绩效", "agent"),
    _spec("inquiry_item", ("item_id", "inquiry_visitors"), ("询单人数", "咨询人数"), "商品询单", "item"),
    _spec(
        "reviews",
        ("date", "review_answers|cs_satisfaction_rate"),
        ("邀评人数", "评价人数", "很满意"),
        "接待评价",
    ),
    _spec("reception", ("date", "served_visitors|consult_visitors"), ("接待人数", "咨询人数"), "咨询接待"),
    _spec("inquiry", ("date", "inquiry_visitors"), ("询单人数",), "业绩询单"),
    _spec("basket", ("date", "pay_buyers", "pay_amount"), ("销售人数", "客件数", "件均价"), "客单价客服"),
)
