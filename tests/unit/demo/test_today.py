"""The second shop of the demo downloads its newest days in the layouts of today; the figures stay."""

import datetime as dt

import pytest

from shopbook.demo.today_exports import DAYS, agent_rows, three_levels
from shopbook.read import read_export

DAY = dt.date(2026, 11, 20)


@pytest.fixture(scope="session")
def newest(inbox):
    return inbox / "demo-b"


@pytest.mark.parametrize(
    ("name", "kind", "report"),
    [
        (f"【生意参谋平台】无线店铺流量来源-{DAY}_{DAY}.xls", "flow_source", ""),
        (f"赤兔_客服绩效_{DAY:%Y%m%d}.xlsx", "service", "performance"),
        (f"计划报表_关键词推广_{DAY:%Y%m%d}_093000.csv", "ad_report", ""),
        (f"营销场景报表_{DAY:%Y%m%d}_093000.csv", "ad_report", ""),
        (f"ExportOrderDetailList_{DAY:%Y%m%d}.csv", "order_lines", "sub_orders"),
    ],
)
def test_each_layout_is_there_and_read(newest, name, kind, report):
    table = read_export(newest / name)
    assert (table.kind, table.report) == (kind, report)
    assert table.height > 0


def test_groups_hold_the_sum_of_their_sources(newest):
    frame = read_export(newest / f"【生意参谋平台】无线店铺流量来源-{DAY}_{DAY}.xls").frame
    phone = frame[frame["device"] == "wireless"]
    sums = phone.groupby("level")["visitors"].sum()
    assert set(sums.index) == {1, 2, 3}
    assert sums[1] == sums[2] == phone[phone["is_channel"] == 1]["visitors"].sum()


def test_the_scenes_of_the_account_hold_the_spend_of_their_plans(newest):
    account = read_export(newest / f"营销场景报表_{DAY:%Y%m%d}_093000.csv").frame
    plans = [
        read_export(path).frame["ad_spend"].sum()
        for path in newest.glob(f"计划报表_*推广_{DAY:%Y%m%d}_*.csv")
        if path.name.count("_") == 3
    ]
    assert account["ad_spend"].sum() == pytest.approx(sum(plans))
    assert account["date"].nunique() == DAYS


def test_nobody_in_the_sub_orders_is_read(newest):
    path = newest / f"ExportOrderDetailList_{DAY:%Y%m%d}.csv"
    assert "测试用户" in path.read_bytes().decode("gbk")
    frame = read_export(path).frame
    assert not frame.astype("str").apply(lambda column: column.str.contains("测试用户")).any(axis=None)


def test_the_first_shop_keeps_the_older_layouts(inbox):
    assert not list((inbox / "demo").glob("赤兔_*"))
    assert not list((inbox / "demo").glob("ExportOrderDetailList_*"))


def test_a_source_without_a_known_name_stands_under_other_traffic():
    rows = [[], [], [], [], [], ["来源", "来源明细", "访客数", "支付转化率"],
            ["手淘搜索", "", "1,000", "2.00%"], ["手淘搜索", "拍立淘", "400", "1.00%"],
            ["没人知道的来源", "", "30", "-"]]  # fmt: skip
    assert three_levels(rows)[6:] == [
        ["经营优势", "汇总", "汇总", "1,000", "-"], ["经营优势", "手淘搜索", "汇总", "1,000", "2.00%"],
        ["经营优势", "手淘搜索", "拍立淘", "400", "1.00%"], ["平台流量", "汇总", "汇总", "30", "-"],
        ["平台流量", "没人知道的来源", "汇总", "30", "-"],
    ]  # fmt: skip


def test_answer_times_are_written_in_words():
    header = ["旺旺昵称", "询单人数", "询单最终付款转化率", "首次响应时长（秒)", "平均响应时长（秒)",
              "客户满意率", "旺旺回复率"]  # fmt: skip
    rows = [
        header,
        ["甲", 20, "30%", 5.5, 28.5, "99%", "98%"],
        ["汇总值", 20, "30%", 5.5, 28.5, "99%", "98%"],
    ]
    assert agent_rows(rows)[1:] == [
        ["甲", 27, "28.5秒", "5.5秒", "98%", "30%", "99%"],
        ["汇总", 27, "28.5秒", "5.5秒", "98%", "30%", "99%"],
    ]  # fmt: skip
