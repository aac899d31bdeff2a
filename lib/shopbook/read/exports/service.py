"""客服 reports: performance per agent, inquiries per item, and the shop's days of the other four."""

import hashlib
from functools import partial

import pandas as pd

from shopbook.read.spec import Draft, Spec

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


def _shape(draft: Draft, report: str, ordinary: str) -> pd.DataFrame:
    """Name what each row is; an agent's nickname never leaves this function."""
    frame = draft.frame
    names = next((frame[name] for name in ("cs_agent", "item_id", "item_name") if name in frame), None)
    if names is None:
        return frame.assign(row=ordinary, report=report)
    texts = frame["item_name"].where(names == "", names) if "item_name" in frame else names
    rows = texts.map(lambda text: _SUMMARIES.get(text, ordinary))
    if "cs_agent" in frame:
        is_person = rows == ordinary
        frame = frame.assign(
            cs_agent=[
                pseudonym(text) if person else "" for text, person in zip(texts, is_person, strict=True)
            ]
        )
        rows = rows.where(~is_person, "agent")
    else:
        frame = frame.assign(item_id=frame["item_id"].where(~frame["item_id"].isin(list(_SUMMARIES)), ""))
    return frame.assign(row=rows, report=report)


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
