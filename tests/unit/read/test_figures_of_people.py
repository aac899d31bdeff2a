"""What people leave in cells and headers: units, summaries under other words, scores with a change behind."""

import datetime as dt

import numpy as np
import pytest
import xlsxwriter

from shopbook.read import FileRefused, read_export

CODE = dt.datetime(2026, 1, 2)

DSR = "日期,描述得分（较上日）,物流得分（较上日）,服务得分（较上日）"


@pytest.mark.parametrize(
    ("header", "column"),
    [("平均响应时长(小时)", "avg_response_seconds"), ("平均响应时长(%)", "avg_response_seconds")],
)
def test_a_header_in_another_unit_is_not_loaded_as_it_stands(read_text, header, column):
    table = read_text("咨询接待.csv", f"日期,咨询人数,接待人数,{header}", "2026-11-20,9,8,0.5")
    assert column not in table.frame
    assert any(header in problem.text for problem in table.problems)


def test_units_in_any_brackets_name_the_same_columns(read_text):
    header = "日期,咨询人数（人）,接待人数【人】,平均响应时长[秒],旺旺回复率（%）"
    frame = read_text("咨询接待.csv", header, "2026-11-20,9,8,30,99.1").frame
    assert (frame["avg_response_seconds"][0], frame["reply_rate"][0]) == (30, pytest.approx(0.991))


def test_what_a_figure_counts_may_stand_behind_it(read_text):
    rows = ('2026-11-20,600000000001,"1,020件",30元', "2026-11-20,600000000002,1.2万件,30")
    table = read_text("库存.csv", "日期,商品ID,可售库存,成本价", *rows)
    assert table.frame["stock_units"].tolist() == [1020, 12000]


@pytest.mark.parametrize(
    ("word", "row"),
    [("售前组汇总", "total"), ("本店均值", "mean"), ("同行平均值", "peer_avg"), ("同行优秀值", "peer_top")],
)
def test_summaries_of_agents_are_no_agents(read_text, word, row):
    table = read_text(
        "客服绩效_2026-11-20.csv", "旺旺昵称,询单人数", "店:小美,60", "店:小王,40", f"{word},100"
    )
    assert sorted(table.frame["row"]) == sorted(["agent", "agent", row])


def test_a_total_under_the_day_of_a_service_report_is_left_out(read_text):
    table = read_text("咨询接待.csv", "日期,咨询人数,接待人数", "2026-11-20,9,8", "汇总值,9,8")
    assert table.frame["served_visitors"].tolist() == [8]


def test_an_item_without_one_of_its_tags_keeps_the_others(read_text):
    rows = ("600000000001,裙,引流款,", "600000000002,裙,利润款,稳定期")
    assert len(read_text("商品标签.csv", "商品ID,类目,角色,阶段锁定", *rows).frame) == 2


@pytest.mark.parametrize("cell", ["4.86", "4.86分", "4.86（+0.01%）", "4.86 ↑0.01%", "4.86↓0.02%"])
def test_a_score_is_read_with_its_change_behind(read_text, cell):
    table = read_text("店铺DSR数据.csv", DSR.replace("日期", "统计日期"), f"2026-11-20,{cell},4.8,4.7")
    assert table.frame["dsr_description"].tolist() == [4.86]


def test_logistics_is_no_service_and_what_is_no_score_is_told(read_text):
    rows = ("描述相符,暂无,4.80", "服务态度,4.83,4.79", "物流服务,48.1,4.78")
    table = read_text("店铺DSR数据_2026-11-20.csv", "指标,得分,行业均值", *rows)
    row = table.frame.iloc[0]
    assert (row["dsr_service"], row["dsr_service_peer"], row["dsr_logistics_peer"]) == (4.83, 4.79, 4.78)
    assert np.isnan([row["dsr_description"], row["dsr_logistics"]]).all()
    assert all(text in table.problems[0].text for text in ("描述相符", "暂无", "物流服务", "48.1"))


@pytest.mark.parametrize(
    ("name", "lines", "said"),
    [
        ("店铺DSR数据_2026-11-14_2026-11-20.csv", ("指标,得分", "描述相符,4.86"), "2026-11-14"),
        ("店铺DSR数据.csv", (DSR, "昨天,4.8,4.8,4.8", "2026-11-20,4.8,4.8,4.8"), "昨天"),
        ("目标.csv", ("月份,指标,目标值", "11-26,支付金额,9"), "11-26"),
        (
            "竞品_2026-11-20.csv",
            ("日期,对象类型,对象,指标,数值", "2026-11-20,商品,6.1E+11,交易指数,9"),
            "6.1E+11",
        ),
        ("目标.csv", ("月份,支付金额,访客数", "2026-11,9,9"), "指标"),
    ],
)
def test_what_cannot_be_certain_is_refused_and_named(read_text, name, lines, said):
    with pytest.raises(FileRefused) as refused:
        read_text(name, *lines)
    assert said in refused.value.problems[0].text


def test_a_figure_of_a_template_that_says_none_is_told(read_text):
    rows = ("2026-11-20,裙,访客数,100万以上", "2026-11-20,裙,交易指数,9")
    table = read_text("市场大盘.csv", "日期,类目,指标,数值", *rows)
    assert any("100万以上" in problem.text for problem in table.problems)


def test_a_code_that_became_a_day_is_told_and_not_kept(tmp_path):
    path = tmp_path / "商家编码.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([("商品ID", "商家编码"), ("600000000001", "1-3"), ("600000000002", CODE)]):
            sheet.write_row(at, 0, row)
    table = read_export(path)
    assert table.frame["item_code"].tolist() == ["1-3", ""]
    assert "2026-01-02" in table.problems[0].text


def test_a_label_merged_over_rows_is_of_each_of_them_and_a_merged_figure_is_not(tmp_path):
    path = tmp_path / "库存.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("日期", "商品ID", "可售库存", "成本价"))
        sheet.write_row(1, 1, ("600000000001", 9, 30))
        sheet.write_row(2, 1, ("600000000002", 8))
        sheet.merge_range(1, 0, 2, 0, "2026-11-20")
        sheet.merge_range(1, 3, 2, 3, 30)
    frame = read_export(path).frame
    assert frame["stock_units"].tolist() == [9, 8]
    assert frame["unit_cost"].isna().tolist() == [False, True]


def test_a_percent_in_the_header_of_a_wide_table_is_heeded(read_text):
    header = "日期,类目,交易指数,支付转化率（%）"
    frame = read_text("市场大盘.csv", header, "2026-11-20,裙,9,0.8", "2026-11-19,裙,9,-").frame
    rates = frame.loc[frame["metric"] == "pay_conversion_rate", "value"]
    assert rates.tolist() == [pytest.approx(0.008)]


def test_a_metric_may_say_what_it_counts_and_keeps_another_time(read_text):
    rows = (
        "2026-11-20,支付金额（元）,9,30",
        "2026-11-20,访客数(人),4,12",
        "2026-11-20,平均响应时长(小时),1,2",
    )
    frame = read_text("同行同层.csv", "日期,指标,同行同层平均,同行同层优秀", *rows).frame
    assert set(frame["metric"]) == {"pay_amount", "visitors", "平均响应时长(小时)"}


def test_an_order_whose_buyer_is_hidden_counts(read_text):
    rows = ("2026-11-20,41,甲,600000000001,1,9", "2026-11-20,42,,600000000002,1,5")
    table = read_text("订单明细.csv", "日期,订单编号,买家,商品ID,件数,实付", *rows)
    assert sorted(table.frame["amount"]) == [5, 9]


def test_a_score_of_experience_is_no_dsr(read_text):
    with pytest.raises(FileRefused, match="体验分"):
        read_text("店铺体验分_2026-11-20.csv", "指标,得分,行业均值", "物流体验,4.6,4.5", "服务体验,4.7,4.6")
