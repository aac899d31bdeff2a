"""The layouts of today: levels of sources, 万相台无界, sub-orders, wide tables of the screen."""

import math

import pytest

from shopbook.read import FileRefused
from shopbook.read.spec import OfShop

DEEP = "一级来源,二级来源,三级来源,访客数,支付买家数,支付金额"
ADS = "日期,场景ID,场景名字,计划ID,计划名字"
FIGURES = "展现量,点击量,花费,总成交金额"


def merged(frame, *names):
    return [tuple(row) for row in frame[list(names)].to_numpy().tolist()]


@pytest.mark.parametrize("is_merged", [False, True], ids=["labels in every row", "labels in the first row"])
def test_levels_of_sources_are_kept_and_one_is_used_for_shares(read_text, is_merged):
    rows = [
        ("经营优势", "汇总", "汇总", 5200), ("经营优势", "搜索", "汇总", 3000),
        ("经营优势", "搜索", "手淘搜索", 2900),
        ("经营优势", "推荐", "汇总", 2100), ("付费推广", "汇总", "汇总", 1500),
        ("付费推广", "关键词推广", "汇总", 1500),
    ]  # fmt: skip
    lines, above = [], ("", "", "")
    for first, second, third, visitors in rows:
        shown = (
            ("" if is_merged and first == above[0] else first),
            ("" if is_merged and (first, second) == above[:2] else second),
            third,
        )
        lines.append(f"{','.join(shown)},{visitors},1,9")
        above = (first, second, third)
    frame = read_text("无线店铺流量来源_2026-11-20.csv", DEEP, *lines).frame
    assert frame.groupby("level")["visitors"].sum().to_dict() == {1: 6700, 2: 6600, 3: 2900}
    used = frame[frame["is_channel"] == 1]
    assert dict(zip(used["channel"], used["visitors"], strict=True)) == {
        "search": 3000, "recommendation": 2100, "paid_search": 1500,
    }  # fmt: skip


def test_which_visit_counts_is_kept_apart(read_text):
    lines = ("来源,来源明细,访客数", "手淘搜索,手淘搜索,10")
    for words, name in (("每一次访问来源", "every"), ("最后一次访问来源", "last"), ("", "")):
        table = read_text(f"店铺流量来源_{words}_2026-11-20.csv", *lines)
        assert table.frame["attribution"].tolist() == [name]


def test_keywords_stand_under_their_unit_and_item(read_text):
    header = f"{ADS},单元ID,单元名字,宝贝ID,宝贝名称,词类型,词ID/词包ID,词名字/词包名字,{FIGURES}"
    row = "2026-11-20,371,关键词推广,81,甲,{unit},单元,{item},杯,关键词,5001,保温杯,9,2,{spend},5"
    table = read_text(
        "关键词报表_20261121_093012.csv",
        header,
        row.format(unit=1, item=600000000001, spend=120.5),
        row.format(unit=2, item=600000000002, spend=33.3),
    )
    assert set(table.frame["level"]) == {"keyword"}
    assert merged(table.frame, "item_id", "ad_unit_id", "ad_spend") == [
        ("600000000001", "1", 120.5),
        ("600000000002", "2", 33.3),
    ]


def test_the_id_of_a_shop_or_a_video_is_no_item_id(read_text):
    header = f"{ADS},主体ID,主体类型,主体名称,{FIGURES}"
    kinds = (
        ("600000000001", "商品"),
        ("2000000000001", "店铺"),
        ("3000000000001", "短视频"),
        ("77", "直播间"),
    )
    rows = [f"2026-11-20,371,甲场景,81,甲,{id_},{kind},名,9,2,10,5" for id_, kind in kinds]
    frame = read_text("商品报表_20261121_093012.csv", header, *rows).frame
    assert sorted(frame.loc[frame["level"] == "item", "item_id"]) == ["600000000001"]
    assert set(frame.loc[frame["level"] == "subject", "item_id"]) == {""}
    assert frame["ad_spend"].sum() == 40


def test_scenes_of_two_steps_are_rows_of_the_account(read_text):
    header = f"日期,场景ID,场景名字,原二级场景ID,原二级场景名字,{FIGURES}"
    rows = ("2026-11-20,371,关键词推广,1,趋势明星,9,2,90,5", "2026-11-20,371,关键词推广,2,流量金卡,9,2,70,5")
    frame = read_text("营销场景报表_20261121_093012.csv", header, *rows).frame
    assert (set(frame["level"]), frame["ad_spend"].sum()) == ({"account"}, 160)


def test_sub_orders_become_order_lines_without_persons(read_text):
    header = (
        "子订单编号,主订单编号,商品标题,购买数量,买家实付金额,退款金额,订单付款时间,商品ID,主订单买家留言"
    )
    table = read_text(
        "已卖出的宝贝_子订单.csv",
        header,
        '="4001",="400",杯,2,119.80,无退款申请,2026-11-20 10:01:30,600000000001,张三留言',
        '="4002",="401",杯,1,59.90,无退款申请,,600000000001,',
    )
    assert table.kind == "order_lines"
    assert merged(table.frame, "order_id", "item_id", "units", "amount", "buyer") == [
        ("400", "600000000001", 2.0, 119.8, "")
    ]
    assert "unpaid_orders" in [problem.code for problem in table.problems]
    assert not table.frame.astype(str).apply(lambda column: column.str.contains("张三")).any().any()


def test_a_wide_market_table_becomes_tidy_and_an_index_stays_one(read_text):
    lines = ("统计日期,搜索人气,访客数,交易指数,卖家数", '2026-11-20,"88,000","1万~5万",1230,5000')
    frame = read_text("市场大盘.csv", *lines, shop=OfShop("a", category="杯子")).frame.set_index("metric")
    assert set(frame["category"]) == {"杯子"}
    assert frame.loc["search_popularity", ["value", "value_type"]].tolist() == [88000, "index"]
    assert frame.loc["visitors", ["value_low", "value_high"]].tolist() == [1e4, 5e4]
    assert math.isnan(frame.at["visitors", "value"])


def test_a_market_table_of_no_known_category_is_refused(read_text):
    with pytest.raises(FileRefused, match="类目"):
        read_text("市场大盘.csv", "统计日期,搜索人气,访客数,交易指数", "2026-11-20,88,9,12")


def test_a_comparison_of_shops_becomes_rivals(read_text):
    lines = ("店铺名称,交易指数,流量指数,支付转化指数", "本店,9,8,7", "甲店,99,88,77")
    table = read_text("竞店对比_2026-11-20.csv", *lines)
    assert table.kind == "rivals"
    rows = table.frame.set_index(["entity", "metric"])["value"]
    assert rows["self", "trade_index"] == 9
    assert rows["甲店", "traffic_index"] == 88
    assert set(table.frame["value_type"]) == {"index"}


def test_agents_of_chitu_are_service(read_text):
    table = read_text(
        "赤兔_绩效明细_2026-11-20.csv",
        "客服昵称,接待人数,平均响应(秒),首次响应(秒),回复率,询单->最终付款转化率,上班天数,客户满意率",
        "小甲,110,28.5秒,00:00:09,99%,41%,1,98%",
        "小乙,78,1分5秒,12,98%,延迟统计,1,95%",
        "汇总,188,45,10,98%,41%,2,97%",
        "均值,94,45,10,98%,41%,1,97%",
    )
    agents = table.frame[table.frame["row"] == "agent"]
    assert sorted(agents["avg_response_seconds"]) == [28.5, 65]
    assert sorted(table.frame["row"]) == ["agent", "agent", "mean", "total"]
    assert not table.frame["cs_agent"].str.contains("小").any()
