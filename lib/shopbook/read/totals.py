"""Rows that sum, average or compare others: told by what they say, where they stand, what they add up to."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

_SUFFIX = re.compile(r"[(\[【][^)\]】]*[)\]】]$|[:*\s—–_-]+$")
_AROUND = "[]【】()*—–_- \t"
_TOTAL_ENDS = re.compile(
    r"[\w\s/、,.:+-]{0,12}?(?:合计|总计|小计|汇总|总和|共计)(?:[行项值数]|数据)?", re.IGNORECASE
)
_TOTAL = re.compile(
    r"(?:本页|当页|当前页|本次|本周|上周|本月|上月|本日|当日|今日|昨日|全店|店铺|全部|所有|整体|期间|本期|上期|近?\d+[天日]|[年月周日])?"
    r"(?:合计|总计|汇总|小计|总和|总数|总值|求和|共计|累计|总体|平均|均值|日均|周均|月均|中位数|最大|最小|最高|最低)"
    r"(?:值|数|行|数据)?"
    r"|(?:全部|所有|整体|全店|总)(?:商品|宝贝|来源|渠道|流量|计划|推广计划|单元|场景|人群|关键词|词|终端|店铺|数据|客服|达人|类目)?"
    r"|(?:环比|同比|对比|变化|增长|涨跌)(?:值|率|幅|幅度|期)?|较(?:上|前|昨|去)(?:一?[日天周月年期]期?|年)?(?:同期)?"
    r"|(?:上|去|前|昨|同)(?:一?[日天周月年])?(?:同期|期)|(?:比较|对照|参照)期|求和项?"
    r"|同行(?:同层)?(?:平均|均值|优秀|中位数)?|行业(?:平均|均值|优秀)|共\s*\d+\s*[条行件个天](?:商品|宝贝|记录|数据)?"
    r"|(?:grand\s*)?total|subtotal|sub-total|sum|average|avg|mean|all|overall",
    re.IGNORECASE,
)
_TOLERANCE = 0.01


@lru_cache(maxsize=8192)
def is_total(text: str, *, loosely: bool = False) -> bool:
    """Whether a key says that its row is about all others: 合计：, 汇总(3件), 日均, 全部来源.

    `loosely` also takes what ends so (前3名合计), where no thing has such a name.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    while (shorter := _SUFFIX.sub("", plain)) and shorter != plain:
        plain = shorter
    for name in {plain, plain.strip(_AROUND), plain.replace(" ", "")}:
        if all(_TOTAL.fullmatch(part) for part in re.split("[/、]", name)):
            return True
        if loosely and _TOTAL_ENDS.fullmatch(name):
            return True
    return False


def adds_up(figures: Sequence[np.ndarray], at: int, *, certainly: bool = False) -> bool:
    """Whether row `at` is the sum or the mean of all others, in at least two columns that say something.

    `certainly`, where nothing else says so, asks for exact sums in three.
    """
    summed = averaged = said = 0
    tolerance = _TOLERANCE / 100 if certainly else _TOLERANCE
    for column in figures:
        others = np.delete(column, at)
        if len(others) < 2 or np.isnan(column[at]) or np.isnan(others).any() or not others.any():
            continue
        said += 1
        summed += _near(column[at], float(others.sum()), tolerance)
        averaged += _near(column[at], float(others.mean()), tolerance)
    return summed == said > 2 if certainly else said > 1 and said in (summed, averaged)


def _near(value: float, expected: float, tolerance: float) -> bool:
    return abs(value - expected) <= tolerance * max(abs(expected), 1.0)
