"""Every page for every shop: exports that hold no column but those they are told by, and nothing else."""

import csv
import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from notebooks.in_process import Lack, history_without, reports, run
from shopbook.errors import HistoryError
from shopbook.history.inbox import ingest
from shopbook.history.store import Store
from shopbook.home import home_at
from shopbook.kinds import kinds
from shopbook.read.shape import columns_of

DAYS = [dt.date(2026, 11, 20) - dt.timedelta(days=back) for back in reversed(range(40))]
CELLS = {
    "访客数": "300", "商品访客数": "50", "支付金额": "810.50", "支付买家数": "9", "支付件数": "3",
    "花费": "30.5", "展现量": "2000", "点击量": "40", "退款总额": "59.00", "可售库存": "100", "成本价": "40",
    "付款金额": "99.00", "付款佣金支出": "5", "点击人数(即进店人数)": "12", "询单人数": "20",
    "货品成长阶段": "成长期", "IPV": "60",
    "交易指数": "5000", "描述得分(较上日)": "4.8", "物流得分(较上日)": "4.8", "指标": "支付转化率",
    "同行同层平均": "3.0%", "同行同层优秀": "5.0%",
}  # fmt: skip
# What each shop downloads: the fewest columns with which a file is taken for what it is.
SHOPS = {
    "visits": [
        "店铺日报 统计日期 访客数", "商品报表 统计日期 商品ID 商品访客数", "计划报表 日期 花费 点击量",
        "退款单 退款完结时间 退款编号 退款总额", "库存 日期 商品ID 成本价",
        "淘宝客 日期 付款金额 付款佣金支出",
        "达摩盘 日期 商品ID IPV", "peers 日期 指标 同行同层平均",
    ],
    "money": [
        "店铺日报 统计日期 支付金额", "商品报表 统计日期 商品ID 支付金额", "计划报表 日期 花费 展现量",
        "库存 日期 商品ID 可售库存", "业绩询单 日期 询单人数", "竞店 日期 对象 交易指数",
        "店铺流量来源 来源 访客数", "peers 日期 指标 同行同层优秀",
    ],
    "buyers": [
        "店铺日报 统计日期 支付买家数", "商品报表 统计日期 商品ID 支付买家数",
        "淘宝客 日期 点击人数(即进店人数)", "达摩盘 日期 商品ID 货品成长阶段", "DSR 日期 描述得分(较上日)",
        "订单明细 日期 订单编号 买家 商品ID",
    ],
    "units": ["商品报表 统计日期 商品ID 支付件数", "DSR 日期 物流得分(较上日)"],
    "plain": [
        "店铺日报 统计日期 访客数 支付金额 支付买家数",
        "商品报表 统计日期 商品ID 商品访客数 支付金额 支付买家数 支付件数",
    ],
}  # fmt: skip
CAMPAIGN = """
name: 会员日
kind: own_theme
phases: {peak: ["2026-11-08", "2026-11-09"], cool_down: ["2026-11-10", "2026-11-18"]}
"""


def cell(header: str, day: dt.date, row: int) -> str:
    """What an export holds under a header: 日期 is the day, 编号 its own, things differ by row."""
    if header in ("日期", "统计日期", "退款完结时间"):
        return str(day)
    if header.endswith("编号"):
        return f"33{day:%m%d}{row:04d}"
    named = {"商品ID": f"68000000000{row}", "对象": ["本店", "甲店", "乙店"][row], "买家": f"b{row}"}
    named["来源"] = ["手淘搜索", "手淘推荐", "直通车"][row]
    return named.get(header) or CELLS[header]


def write(path: Path, headers: list[str], days: list[dt.date]) -> None:
    own = any(name in headers for name in ("商品ID", "对象", "来源", "退款编号"))
    rows = [[cell(name, day, row) for name in headers] for day in days for row in range(3 if own else 1)]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headers, *rows])


@pytest.fixture(scope="module")
def thin(tmp_path_factory) -> Path:
    """A home whose shops download next to nothing."""
    root = tmp_path_factory.mktemp("thin")
    (root / "params/campaigns").mkdir(parents=True)
    (root / "params/campaigns/member-day.yaml").write_text(CAMPAIGN, encoding="utf-8")
    for shop, files in SHOPS.items():
        inbox = root / "data/inbox" / shop
        inbox.mkdir(parents=True)
        for name, *headers in map(str.split, files):
            if name == "店铺流量来源":
                for day in DAYS[-7:]:
                    write(inbox / f"{name}-{day}_{day}.csv", headers, [day])
            else:
                write(inbox / f"{name}.csv", headers, DAYS)
    taken = ingest(home_at(root), today=dt.date(2026, 11, 21))
    assert [(each.shop, each.file, each.problems) for each in taken if each.status != "accepted"] == []
    return root


def said(report: dict[str, Any]) -> list[str]:
    """The sentences of a report."""
    findings = [each[key] for each in report["findings"] for key in ("headline", "next_step", "proof")]
    caveats = [caveat for each in report["findings"] for caveat in each["caveats"]]
    return [report["headline"], *findings, *caveats, *(each["text"] for each in report["warnings"])]


@pytest.mark.parametrize("shop", SHOPS)
def test_every_page_of_a_shop_whose_files_hold_next_to_nothing_comes_to_its_end(thin, shop):
    made = {}
    with history_without(Lack()):
        for name in reports():
            try:
                made[name] = run(name, shop=shop, home=str(thin), date="2026-11-20", campaign="member-day")
            except Exception as error:
                error.add_note(f"in {name} of {shop}")
                raise
    assert [name for name, report in made.items() if not report["headline"]] == []
    strange = {name: re.findall(r"\b(?:nan|NaN|NaT|None|inf)\b", str(said(made[name]))) for name in made}
    assert {name: words for name, words in strange.items() if words} == {}
    nameless = {name: re.findall(r"[，：、「] *[，：、」]", str(said(made[name]))) for name in made}
    assert {name: words for name, words in nameless.items() if words} == {}


def test_what_a_kind_always_has_is_not_known_where_no_export_held_it(thin):
    store = Store(thin / "data/history")
    stock, refunds = store.read("visits", "stock"), store.read("visits", "refunds")
    assert stock["unit_cost"].eq(40).all()
    assert stock["stock_units"].isna().all()
    assert refunds["item_id"].eq("").all()
    assert refunds["pay_date"].isna().all()
    assert list(store.read("visits", "stock", columns=["date", "unit_cost"])) == ["date", "unit_cost"]


def test_a_kind_always_has_columns_of_its_own_only():
    strange = {kind.name: set(kind.columns.always) - set(columns_of(kind.name)) for kind in kinds().values()}
    assert {kind: names for kind, names in strange.items() if names} == {}


@pytest.mark.parametrize("name", ["daily/own", "campaign_review/review", "product_lifecycle/overview",
                                  "periodic/weekly", "periodic/report_card"])  # fmt: skip
def test_run_all_needs_no_parameter_in_a_home_without_the_demo(thin, name, monkeypatch):
    monkeypatch.setenv("SHOPBOOK_HOME", str(thin))
    assert run(name)["shop"] == min(SHOPS)


def test_another_shop_without_data_is_still_an_error(thin):
    with pytest.raises(HistoryError, match="nobody"):
        run("daily/own", shop="nobody", home=str(thin))
