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
        ("没人知道的分组", "一组"), ("价格带", "0-50"), ("时段", "08:00-09:00"), ("活动名称", "双11"),
        ("客群", "新客"), ("渠道", "直播"), ("排名", "1"),
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
        ("粉丝分析.csv", "粉丝"),
        ("预售分析.csv", "预售"),
        ("唯品会_店铺.csv", "其他平台"),
        ("1688店铺.csv", "其他平台"),
    ],
)
def test_the_file_name_speaks_against_a_table_that_says_little(read_text, name, what):
    problem = refusal(read_text, name, "日期,访客数,支付金额", "2026-11-20,5,9")
    assert what in problem.text


def test_digits_inside_a_longer_number_name_no_platform(read_text):
    lines = ("日期,访客数,支付金额", "2026-11-20,5,9")
    assert read_text("导出_61688901.csv", *lines).kind == "shop_daily"


@pytest.mark.parametrize(
    "header", ["展示次数,点击次数,消耗", "成交人数,成交件数,销售额", "场次,观看人数,开播时长"]
)
def test_a_shop_name_does_not_outweigh_the_columns_of_another_report(read_text, header):
    lines = (f"日期,访客数,成交金额,{header}", "2026-11-20,5,9,1,1,1")
    assert refusal(read_text, "店铺日报.csv", *lines).code in ("other_report", "other_platform")


@pytest.mark.parametrize(
    ("header", "row"),
    [("规格", "红色"), ("颜色分类", "红色"), ("推广渠道", "直播"), ("活动名称", "双11"), ("省份", "浙江")],
)
def test_a_part_of_an_item_is_not_the_item(read_text, header, row):
    lines = (
        f"统计日期,商品ID,商品名称,商品访客数,支付金额,{header}",
        f"2026-11-20,600000000001,杯,5,9,{row}",
    )
    assert refusal(read_text, "商品_全部.csv", *lines).code == "other_report"


@pytest.mark.parametrize("column", ["来源", "商品ID"])
def test_the_terms_of_one_source_or_item_are_not_those_of_the_shop(read_text, column):
    lines = (f"统计日期,{column},搜索词,访客数,支付金额", "2026-11-20,600000000001,杯,5,9")
    assert refusal(read_text, "搜索词.csv", *lines).code in ("other_report", "wrong_file", "missing_column")


def test_of_two_reports_it_could_be_the_one_its_name_says_is_told(read_text):
    lines = ("统计日期,类目,访客数,支付买家数,支付金额", "2026-11-20,保温杯,90000,1500,99000")
    assert "类目报表" in refusal(read_text, "下载_2026-11-20.csv", *lines).text
    assert "shopbook template market" in refusal(read_text, "市场大盘_2026-11-20.csv", *lines).text


def test_stock_of_one_warehouse_is_not_all_of_it(read_text):
    lines = ("日期,商品ID,仓库,可售库存", "2026-11-20,600000000001,杭州,5")
    assert refusal(read_text, "库存.csv", *lines).code == "other_report"


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


ITEM_LINES = ("商品ID,商品名称,商品访客数,支付金额", "600000000001,杯,5,9")


@pytest.mark.parametrize(
    "name",
    [
        "商品_全部_最近7天_2026-11-20.csv",
        "商品_全部_2026-11-14至11-20.csv",
        "商品_全部_20261114-20261120.csv",
    ],
)
def test_a_period_in_the_file_name_is_no_day(read_text, name):
    assert refusal(read_text, name, *ITEM_LINES).code == "period"


@pytest.mark.parametrize(
    "line",
    ["统计周期：近7天", "最近30天", "统计周期：2026年11月14日-11月20日", "统计时间,2026-11-14 ~ 2026-11-20"],
)
def test_a_period_above_the_table_is_no_day(read_text, line):
    assert refusal(read_text, "商品_全部_2026-11-20.csv", line, *ITEM_LINES).code == "period"


def test_a_day_beside_its_name_above_the_table_is_the_day(read_text):
    table = read_text("商品_全部.csv", "统计日期,2026-11-20,,", "下载时间,2026-11-21 08:00,,", *ITEM_LINES)
    assert table.frame["date"].dt.day.tolist() == [20]


def test_first_and_last_day_make_a_day_only_where_they_are_the_same(read_text):
    header = "开始日期,结束日期,访客数,支付金额,支付买家数"
    assert read_text("店铺取数.csv", header, "2026-11-20,2026-11-20,5,9,1").frame["date"].dt.day.tolist() == [
        20
    ]
    assert refusal(read_text, "店铺取数.csv", header, "2026-11-14,2026-11-20,5,9,1").code == "period"


@pytest.mark.parametrize("cell", ["2026-11", "2026年11月", "近7天", "2026-11-01~2026-11-07"])
def test_a_month_or_a_week_is_named_as_a_period(read_text, cell):
    assert refusal(read_text, "店铺取数.csv", "统计日期,访客数,支付金额", f"{cell},5,9").code == "period"
