"""A column nobody knows that makes rows parts: of an item, a plan, the service, the affiliates' whole."""

import numpy as np
import pytest

from shopbook.read import FileRefused

ITEM = (
    "统计日期,商品ID,商品名称,{dim},商品访客数,支付买家数,支付件数,支付金额",
    "2026-11-20,600000000001,杯,{value},5,1,1,9",
)
PLAN = (
    "日期,场景名字,计划ID,计划名字,{dim},展现量,点击量,花费",
    "2026-11-20,关键词推广,81000000001,甲,{value},90,5,9",
)
SERVED = ("日期,{dim},咨询人数,接待人数,平均响应时长", "2026-11-20,{value},9,8,30")
AFFILIATE = ("日期,{dim},点击人数(即进店人数),付款金额,付款佣金支出", "2026-11-20,{value},9,30,3")


def refusal(read_text, name, *lines):
    with pytest.raises(FileRefused) as refused:
        read_text(name, *lines)
    (problem,) = refused.value.problems
    return problem


@pytest.mark.parametrize(
    ("name", "table", "dim", "value"),
    [
        ("商品_全部.csv", ITEM, "流量载体", "短视频"), ("商品_全部.csv", ITEM, "成交渠道", "直播"),
        ("商品_全部.csv", ITEM, "客群类型", "新客"), ("商品_全部.csv", ITEM, "达人昵称", "甲"),
        ("商品_全部.csv", ITEM, "SKU属性", "红"), ("商品_全部.csv", ITEM, "设备类型", "无线端"),
        ("创意报表.csv", PLAN, "创意名字", "图一"),
        ("计划报表.csv", PLAN, "资源位名称", "首页"), ("计划报表.csv", PLAN, "投放省份", "浙江"),
        ("咨询接待.csv", SERVED, "客服分组", "售前"), ("咨询接待.csv", SERVED, "时段", "09:00-10:00"),
        ("淘宝客.csv", AFFILIATE, "推广者昵称", "甲"), ("淘宝客.csv", AFFILIATE, "计划名称", "通用计划"),
    ],
)  # fmt: skip
def test_a_part_is_named_by_its_column_and_never_taken_for_the_whole(read_text, name, table, dim, value):
    problem = refusal(read_text, name, *(line.format(dim=dim, value=value) for line in table))
    assert problem.code in ("other_report", "part_of_shop")
    assert dim in problem.text


@pytest.mark.parametrize("dim", ["商品分组", "负责人", "品牌", "商品简称"])
def test_words_that_describe_an_item_make_no_part_of_it(read_text, dim):
    table = read_text("商品_全部.csv", *(line.format(dim=dim, value="甲") for line in ITEM))
    assert table.frame["item_visitors"].tolist() == [5]


def test_the_shops_own_ranking_of_items_keeps_its_figures(read_text):
    lines = [f"{rank},{line}" for rank, line in zip(("排名", "1"), ITEM, strict=True)]
    table = read_text("商品排行.csv", *(line.format(dim="货号", value="K1") for line in lines))
    assert (table.kind, table.frame["pay_amount"].tolist()) == ("item_daily", [9])


@pytest.mark.parametrize("name", ["子账号", "客服名称", "客服账号", "旺旺"])
def test_reception_by_account_is_of_agents_not_of_the_shop(read_text, name):
    table = read_text("咨询接待.csv", *(line.format(dim=name, value="店:小美") for line in SERVED))
    assert table.frame["row"].tolist() == ["agent"]


def test_the_team_of_an_agent_is_no_part(read_text):
    lines = ("客服昵称,所属分组,询单人数,接待人数", "小美,售前,9,20")
    assert read_text("客服绩效_2026-11-20.csv", *lines).frame["inquiry_visitors"].tolist() == [9]


@pytest.mark.parametrize(
    ("name", "title"),
    [("店铺取数_PC端.csv", ""), ("店铺取数.csv", "终端：无线端"), ("店铺取数_手机端.csv", "")],
)
def test_a_shop_table_of_one_terminal_by_name_or_title_is_a_part(read_text, name, title):
    lines = ("统计日期,访客数,支付金额,支付买家数", "2026-11-20,5,9,1")
    problem = refusal(read_text, name, *([title] if title else []), *lines)
    assert (problem.code, "端" in problem.text) == ("part_of_shop", True)


def test_levels_of_sources_are_known_by_their_longer_names(read_text):
    lines = ("一级流量来源,二级流量来源,访客数,支付金额", "经营优势,汇总,9,90", "经营优势,手淘搜索,9,90")
    frame = read_text("店铺流量来源_2026-11-20.csv", *lines).frame
    assert frame["level"].tolist() == [1, 2]


def test_a_plan_under_an_older_name_is_a_plan(read_text):
    lines = ("日期,推广计划名称,展现量,点击量,花费", "2026-11-20,甲,90,5,9")
    frame = read_text("直通车报表.csv", *lines).frame
    assert frame[["level", "ad_plan_name"]].to_numpy().tolist() == [["plan", "甲"]]


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("计划报表_15天转化.csv", 15), ("计划报表_转化周期3天.csv", 3), ("计划报表_11月20日成交.csv", None),
        ("计划报表.csv", None),
    ],
)  # fmt: skip
def test_the_window_of_attribution_is_read_where_the_name_says_it(read_text, name, days):
    table = read_text(name, "日期,计划名字,展现量,点击量,花费", "2026-11-20,甲,90,5,9")
    (found,) = table.frame["attribution_days"]
    assert np.isnan(found) if days is None else found == days
    assert (days is not None) == ("attribution_said" in {problem.code for problem in table.problems})


def test_a_column_says_the_window_of_attribution(read_text):
    lines = ("日期,计划名字,转化周期,展现量,点击量,花费", "2026-11-20,甲,15天,90,5,9")
    assert read_text("计划报表.csv", *lines).frame["attribution_days"].tolist() == [15]


def test_an_ad_report_of_jd_is_named_as_such(read_text):
    lines = ("日期,推广计划,展现数,点击数,花费,总订单行,总订单金额", "2026-11-20,甲,90,5,9,1,9")
    assert refusal(read_text, "推广报表.csv", *lines).code == "other_platform"


@pytest.mark.parametrize(
    ("name", "lines", "dim"),
    [
        ("达摩盘.csv", ("日期,宝贝ID,人群名称,支付金额,IPV", "2026-11-20,600000000001,新客,9,5"), "人群名称"),
        ("达摩盘.csv", ("日期,宝贝ID,渠道,支付金额,IPV", "2026-11-20,600000000001,搜索,9,5"), "渠道"),
        ("库存.csv", ("日期,商品ID,所属仓库,可售库存", "2026-11-20,600000000001,杭州仓,9"), "所属仓库"),
        ("市场大盘.csv", ("日期,类目,价格带,交易指数", "2026-11-20,裙,0-50,9"), "价格带"),
        ("市场大盘.csv", ("日期,类目,省份,交易指数", "2026-11-20,裙,浙江,9"), "省份"),
        ("市场大盘.csv", ("日期,类目,品牌,交易指数", "2026-11-20,裙,甲牌,9"), "品牌"),
        ("市场大盘.csv", ("日期,类目,终端,交易指数", "2026-11-20,裙,无线端,9"), "无线端"),
    ],
)
def test_a_part_of_an_item_its_stock_or_the_market_is_refused_by_its_name(read_text, name, lines, dim):
    problem = refusal(read_text, name, *lines)
    assert problem.code in ("other_report", "part_of_shop")
    assert dim in problem.text


def test_a_market_row_under_two_categories_is_of_the_narrower(read_text):
    table = read_text("市场大盘.csv", "日期,类目,子类目,交易指数", "2026-11-20,家居,保温杯,9")
    assert table.frame["category"].tolist() == ["保温杯"]


def test_rows_of_all_terminals_are_the_markets(read_text):
    lines = ("2026-11-20,裙,所有终端,9", "2026-11-20,裙,无线端,7")
    assert read_text("市场大盘.csv", "日期,类目,终端,交易指数", *lines).frame["value"].tolist() == [9]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "退款单.csv",
            (
                "退款编号,退款总额,退款完结时间,店铺名称",
                "3001,9,2026-11-20 09:00,甲店",
                "3002,9,2026-11-20 10:00,乙店",
            ),
        ),
        (
            "子订单.csv",
            (
                "子订单编号,主订单编号,商品ID,买家实付金额,订单付款时间,店铺名称",
                "51,41,600000000001,9,2026-11-20 09:00,甲店",
                "52,42,600000000001,9,2026-11-20 10:00,乙店",
            ),
        ),
    ],
)
def test_orders_and_refunds_of_two_shops_are_refused(read_text, name, lines):
    assert refusal(read_text, name, *lines).code == "mixed_shops"


@pytest.mark.parametrize(
    ("name", "header", "row", "lacks"),
    [
        ("退款单_20261121.csv", "退款编号,退款总额,退款申请时间", "3001,9,2026-11-20", "退款完结时间"),
        (
            "子订单_20261121.csv",
            "子订单编号,主订单编号,商品ID,买家实付金额,订单创建时间",
            "51,41,600000000001,9,2026-11-20",
            "订单付款时间",
        ),
    ],
)
def test_the_day_of_a_download_is_no_day_of_its_refunds_and_orders(read_text, name, header, row, lacks):
    assert lacks in refusal(read_text, name, header, row).text
