"""A file is named for what it is: another platform's, a part of the shop, another subject; never mistaken."""

import pytest

from shopbook.read import FileRefused
from shopbook.read.spec import OfShop
from shopbook.text import speaking

PART = "统计日期,{dim},访客数,支付金额,支付买家数"


def refusal(read_text, name, *lines, **said):
    with pytest.raises(FileRefused) as refused:
        read_text(name, *lines, **said)
    (problem,) = refused.value.problems
    return problem


@pytest.mark.parametrize(
    ("dim", "value"),
    [
        ("省份", "浙江"), ("直播间名称", "甲的直播间"), ("会员等级", "V2"), ("年龄段", "25-29"),
        ("小时", "9"),
        ("类目", "杯子"), ("品牌", "甲"), ("渠道名称", "乙"), ("活动ID", "618"), ("视频标题", "开箱"),
        ("没人知道的分组", "一组"),
    ],
)  # fmt: skip
def test_a_column_that_makes_rows_parts_is_not_the_whole_shop(read_text, dim, value):
    row = f"2026-11-20,{value},600,2000,20"
    problem = refusal(read_text, "店铺取数.csv", PART.format(dim=dim), row)
    assert problem.code in ("other_report", "part_of_shop")
    assert dim in problem.text


def test_a_column_of_remarks_or_figures_is_no_part(read_text):
    lines = ("统计日期,访客数,支付金额,备注,新指标", "2026-11-20,5,9,换了主图,7")
    assert read_text("店铺取数.csv", *lines).kind == "shop_daily"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("竞店_甲.csv", "竞店"),
        ("市场大盘.csv", "市场"),
        ("会员.csv", "会员"),
        ("直播.csv", "直播"),
        ("京东.csv", "京东"),
    ],
)
def test_the_file_name_speaks_against_a_table_that_says_little(read_text, name, what):
    problem = refusal(read_text, name, "日期,访客数,支付金额", "2026-11-20,5,9")
    assert what in problem.text


def test_a_whole_shop_sheet_may_name_a_live_room_column(read_text):
    header = "统计日期,访客数,浏览量,平均停留时长,跳失率,加购人数,支付金额,支付买家数,下单买家数,直播间访客数"
    table = read_text("店铺取数.csv", header, "2026-11-20,5,9,1,10%,1,9,1,1,2")
    assert table.frame["visitors"].tolist() == [5]


@pytest.mark.parametrize(
    ("platform", "header", "row"),
    [
        ("京东", "日期,浏览量,访客数,成交客户数,成交单量,成交金额,客单价", "2026-11-20,9,5,1,1,9,9"),
        ("拼多多", "统计时间,成交金额,较上周期,成交订单数,成交买家数", "2026-11-20,9,1%,1,1"),
        ("抖音", "日期,商品ID,用户支付金额,讲解次数,成交件数", "2026-11-20,600000000001,9,1,1"),
        ("小红书", "商品ID,商品NAME,经营方式,载体,商品访客数,支付金额", "600000000001,杯,自营,笔记,5,9"),
        ("天猫超市", "日期,支付金额,子订单均价,IPVUV,支付用户数", "2026-11-20,9,9,5,1"),
    ],
)
def test_a_file_of_another_platform_is_named_as_such(read_text, platform, header, row):
    problem = refusal(read_text, "报表_2026-11-20.csv", header, row)
    assert problem.code == "other_platform"
    assert platform in problem.text


def test_a_taobao_file_in_the_folder_of_a_jd_shop_is_refused(read_text):
    lines = ("统计日期,访客数,支付金额", "2026-11-20,5,9")
    assert (
        refusal(read_text, "店铺取数.csv", *lines, shop=OfShop("a", platform="jd")).code == "other_platform"
    )
    assert read_text("店铺取数.csv", *lines, shop=OfShop("a", platform="tmall")).kind == "shop_daily"


def test_an_item_id_alone_is_not_asked_for_a_campaign(read_text):
    problem = refusal(read_text, "导出.csv", "商品ID,负责人", "600000000001,甲")
    assert problem.code == "wrong_file"
    assert "活动名称" not in problem.text


def test_a_refusal_names_no_column_in_the_other_language(read_text):
    lines = ("来源,来源明细,访客数", "手淘搜索,,10", "手淘搜索,,11")
    problem = refusal(read_text, "店铺流量来源_2026-11-20.csv", *lines)
    assert problem.code == "duplicate_day"
    assert not any(word in problem.text for word in ("device", "level", "channel", "attribution"))
    with speaking("en"):
        assert "Source" in problem.text


def test_a_shop_table_without_days_needs_its_name(read_text):
    lines = ("访客数,支付金额,支付买家数", "5,9,1")
    assert read_text("店铺取数_2026-11-20.csv", *lines).frame["date"].dt.day.tolist() == [20]
    assert refusal(read_text, "导出_2026-11-20.csv", *lines).code in ("wrong_file", "missing_column")


def test_the_banner_says_the_day_and_a_download_stamp_does_not(read_text):
    lines = ("商品ID,商品名称,商品访客数,支付金额,支付买家数,支付件数", "600000000001,杯,5,9,1,1")
    table = read_text("商品报表.csv", "统计日期：2026-11-20,,,,,", *lines)
    assert table.frame["date"].dt.day.tolist() == [20]
    stamped = refusal(read_text, "商品报表_20261121_093000.csv", *lines)
    assert stamped.code in ("missing_column", "day_unknown")


@pytest.mark.parametrize("cell", ["2026-11", "2026年11月", "近7天", "2026-11-01~2026-11-07"])
def test_a_month_or_a_week_is_named_as_a_period(read_text, cell):
    assert refusal(read_text, "店铺取数.csv", "统计日期,访客数,支付金额", f"{cell},5,9").code == "period"
