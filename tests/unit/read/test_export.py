"""Files to tables: which kind, which days, which rows, and every reason to refuse."""

import math

import pandas as pd
import pytest

from shopbook.read import FileRefused

SHOP = "统计日期,访客数,浏览量,支付买家数,支付金额,支付转化率"
ITEMS = "统计日期,商品ID,商品名称,商品类型,商品访客数,支付买家数,支付金额"


def codes(table_or_error):
    return [problem.code for problem in table_or_error.problems]


def test_shop_daily_reads_text_cells(read_text):
    table = read_text(
        "店铺日报.csv", SHOP, '2026-11-19,"1,200",3000,30,"￥3,000.5",2.50%', "2026-11-20,0,0,0,0.00,-"
    )
    assert table.kind == "shop_daily"
    assert table.frame["date"].tolist() == [pd.Timestamp("2026-11-19"), pd.Timestamp("2026-11-20")]
    assert table.frame["date"].dtype == "datetime64[ns]"
    assert table.frame["visitors"].tolist() == [1200, 0]
    assert table.frame["pay_amount"].tolist() == [3000.5, 0]
    assert table.frame["pay_conversion_rate"].tolist() == pytest.approx([0.025, math.nan], nan_ok=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_encoding_and_delimiter_are_found_and_recorded(read_text, encoding, mark):
    table = read_text(
        "a.csv",
        SHOP.replace(",", mark),
        mark.join(["2026-11-20", "10", "20", "1", "9.9", "10%"]),
        encoding=encoding,
    )
    assert table.frame["visitors"].tolist() == [10]
    assert table.provenance.delimiter == mark
    assert table.provenance.encoding == ("utf-8-sig" if encoding == "utf-8" else encoding)


def test_a_tab_file_with_commas_in_its_figures_is_split_at_tabs(read_text):
    rows = ["2026-11-20\t1,200\t3,000\t30\t3,000.50\t2.50%", "2026-11-19\t900\t2,000\t20\t1,000.00\t2.22%"]
    assert read_text("店铺.csv", SHOP.replace(",", "\t"), *rows).frame["visitors"].tolist() == [900, 1200]


def test_bytes_decide_and_not_the_extension(read_text):
    cells = "".join(f"<td>{text}</td>" for text in ("2026-11-20", "10", "1"))
    header = "<tr><th>统计日期</th><th>访客数</th><th>支付买家数</th></tr>"
    html = f"<html><table>{header}<tr>{cells}</tr></table></html>"
    table = read_text("店铺.xls", html)
    assert (table.kind, table.provenance.container, table.frame["visitors"].tolist()) == (
        "shop_daily",
        "html",
        [10],
    )


def test_header_is_found_below_banner_rows(read_text):
    table = read_text(
        "a.csv", "数据说明：以下数据为您所选时间周期,,,,,", ",,,,,", SHOP, "2026-11-20,10,20,1,9.9,10%"
    )
    assert table.provenance.header_row == 3
    assert len(table.frame) == 1


def test_column_order_and_extra_columns_do_not_matter(read_text):
    plain = read_text("a.csv", "日期,访客数,支付金额", "2026-11-20,10,9.9").frame
    other = read_text("b.csv", "新列,支付金额,访客数,\ufeff日期\t", "7,9.9,10,2026-11-20")
    pd.testing.assert_frame_equal(plain, other.frame, check_like=True)
    assert "layout_changed" in codes(other)


def test_devices_stay_apart(read_text):
    frame = read_text("a.csv", "日期,访客数,PC端访客数,无线端访客数", "2026-11-20,10,3,8").frame
    assert frame[["visitors", "visitors_pc", "visitors_wireless"]].to_numpy().tolist() == [[10, 3, 8]]


def test_ad_spend_of_a_shop_day_is_the_sum_of_its_products(read_text):
    frame = read_text(
        "a.csv", "日期,访客数,关键词推广花费,全站推广花费", "2026-11-19,10,30,-", "2026-11-20,10,30,12"
    ).frame
    assert frame["ad_spend"].tolist() == [30, 42]


def test_items_leave_out_sub_items_and_keep_ids_as_text(read_text):
    table = read_text(
        "【生意参谋平台】商品_全部_2026-11-20_2026-11-20.csv",
        ITEMS,
        "2026-11-20,600000000001.0,杯,主商品,10,1,9.9",
        "2026-11-20,600000000002,杯,子商品,10,1,9.9",
    )
    assert table.kind == "item_daily"
    assert table.frame["item_id"].tolist() == ["600000000001"]
    assert "sub_items" in codes(table)


def test_totals_rows_are_dropped(read_text):
    table = read_text(
        "a.csv", SHOP, "2026-11-20,10,20,1,9.9,10%", "合计,10,20,1,9.9,10%", "同行同层平均,1,1,1,1,1%"
    )
    assert table.frame["visitors"].tolist() == [10]
    assert "totals_left_out" in codes(table)


def test_flow_source_has_levels_devices_and_channels(read_book):
    header = ["来源", "来源明细", "访客数", "访客数变化", "支付买家数"]
    table = read_book(
        "【生意参谋平台】无线店铺流量来源-2026-11-20_2026-11-20.xls",
        {
            "PC流量来源": [["统计日期：2026-11-20"], header, ["淘宝客", "", "18", "-5%", "1"]],
            "无线流量来源": [
                header,
                ["手淘搜索", "", "1,200", "+3%", "9"],
                ["手淘搜索", "手淘搜索", "1,200", "-", "9"],
                ["超级互动城", "", "5", "-", "0"],
            ],
        },
    )
    frame = table.frame.set_index(["device", "channel_label", "level"])
    assert table.kind == "flow_source"
    assert frame["channel"].to_dict() == {
        ("pc", "淘宝客", 1): "affiliate",
        ("wireless", "手淘搜索", 1): "search",
        ("wireless", "手淘搜索", 2): "search",
        ("wireless", "超级互动城", 1): "",
    }
    assert set(table.frame["date"]) == {pd.Timestamp("2026-11-20")}
    assert table.frame["channel_detail"].tolist().count("手淘搜索") == 1


def test_item_flow_source_needs_an_item(read_text):
    rows = ("流量来源,来源明细,访客数,浏览量占比", "手淘搜索,,10,50%")
    with pytest.raises(FileRefused) as refused:
        read_text("无线商品二级流量来源详情_2026-11-20.csv", *rows)
    assert codes(refused.value) == ["item_id_unknown"]
    table = read_text("无线商品二级流量来源详情_2026-11-20.csv", *rows, item_id="600000000001")
    assert table.kind == "item_flow_source"
    assert table.frame["item_id"].tolist() == ["600000000001"]


def test_market_keeps_both_ends_of_a_range(read_text):
    frame = read_text(
        "市场大盘.csv",
        "日期,类目,指标,数值,类型",
        "2026-11-20,杯,访客数,1万~5万,区间",
        "2026-11-20,杯,交易指数,123,指数",
    ).frame
    rows = frame.set_index("metric")
    assert rows.loc["visitors", ["value_low", "value_high", "value_type"]].tolist() == [1e4, 5e4, "range"]
    assert math.isnan(rows.at["visitors", "value"])
    assert rows.loc["trade_index", ["value", "value_type"]].tolist() == [123, "index"]


def test_rivals_name_the_own_shop_self(read_text):
    frame = read_text(
        "竞店.csv", "日期,对象类型,对象,指标,数值,类型", "2026-11-20,店铺,本店,交易指数,9,指数"
    ).frame
    assert frame[["entity_type", "entity", "metric"]].to_numpy().tolist() == [["shop", "self", "trade_index"]]


def test_agents_are_pseudonymised_and_summaries_named(read_text):
    table = read_text(
        "自制报表-报表查看-客服绩效_20261120_20261120_全部.csv",
        "旺旺昵称,询单人数,首次响应时长（秒),客户满意率",
        "小店:小红,40,12,98.00%",
        "汇总值,40,12,98.00%",
        "全店汇总值,40,12,98.00%",
        "同行同层均值,35,20,95.00%",
    )
    frame = table.frame.set_index("row")
    assert sorted(frame.index) == ["agent", "peer_avg", "shop", "total"]
    assert frame.at["agent", "cs_agent"].startswith("客服-")
    assert "小红" not in frame.to_csv()
    assert frame.at["peer_avg", "first_response_seconds"] == 20


def test_two_header_rows_are_one(read_book):
    table = read_book(
        "客服_接待评价_20261120.xlsx",
        {
            "s": [
                ["日期", "接待", "", "评价分布", ""],
                ["", "接待人数", "邀评人数", "评价人数", "很满意"],
                ["2026-11-20", 421, 252, 83, 77],
            ]
        },
    )
    assert (table.kind, table.report) == ("service", "reviews")
    assert table.frame["served_visitors"].tolist() == [421]
    assert table.frame["reviews_very_good"].tolist() == [77]


def test_ad_report_names_its_level_and_window(read_text):
    rows = (
        "日期,主体ID,主体名称,展现量,点击量,花费,总成交金额",
        "2026/11/20,600000000001.0,杯,1000,50,￥60.5,￥200",
    )
    table = read_text("商品报表_20261121_093000.csv", *rows, encoding="gb18030")
    assert table.kind == "ad_report"
    assert table.frame[["level", "item_id", "ad_spend", "ad_revenue"]].to_numpy().tolist() == [
        ["item", "600000000001", 60.5, 200]
    ]
    assert math.isnan(table.frame.at[0, "attribution_days"])
    assert read_text("x.csv", *rows, attribution_days=15).frame["attribution_days"].tolist() == [15]


def test_dsr_block_gives_scores_and_peers(read_book):
    table = read_book(
        "店铺DSR数据_2026-11-20.xlsx",
        {
            "s": [
                ["指标", "得分", "趋势", "行业均值"],
                ["近180天宝贝与描述相符DSR", "4.86", "-", "4.80"],
                [],
                ["日期", "描述得分（较上日）", "物流得分（较上日）", "服务得分（较上日）"],
                ["2026-11-19", "4.85 (0.00%)", "4.80 (-)", "4.79 (0.1%)"],
            ]
        },
    )
    rows = table.frame.set_index("date")
    assert rows.at[pd.Timestamp("2026-11-20"), "dsr_description_peer"] == 4.80
    assert rows.at[pd.Timestamp("2026-11-19"), "dsr_service"] == 4.79


def test_personal_columns_of_refunds_are_never_loaded(read_text):
    table = read_text(
        "退款单.csv",
        "订单编号,退款编号,退款总额,退款完结时间,买家会员名,收货人手机",
        "1,2,30.5,2026-11-20 10:00:00,某人,13800000000",
        "3,4,9,,某人,13800000000",
    )
    assert table.kind == "refunds"
    assert set(table.frame) == {"date", "refund_id", "order_id", "refund_amount"}
    assert "open_refunds" in codes(table)
    assert "某人" not in str(table.problems)


def test_buyers_are_hashed(read_text):
    frame = read_text("订单明细.csv", "日期,订单编号,买家,商品ID,件数,实付", "2026-11-20,1,某人,6,1,9").frame
    assert frame.at[0, "buyer"] not in ("", "某人")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(("0.025", "0.1"), (0.025, 0.1), id="shares, as the parts say"),
        pytest.param(("2.5", "10"), (0.025, 0.1), id="percent, as the parts say"),
        pytest.param(("0.25%", "10%"), (0.0025, 0.1), id="the sign wins over the parts"),
    ],
)
def test_shares_are_read_as_their_parts_say(read_text, cells, expected):
    header = "日期,访客数,支付买家数,支付转化率"
    frame = read_text(
        "a.csv", header, f"2026-11-19,1000,25,{cells[0]}", f"2026-11-20,100,10,{cells[1]}"
    ).frame
    assert frame["pay_conversion_rate"].tolist() == pytest.approx(expected)


def test_a_guess_about_percent_is_told(read_text):
    table = read_text("a.csv", "日期,访客数,跳失率", "2026-11-20,1000,45.5")
    assert table.frame["bounce_rate"].tolist() == [0.455]
    assert "percent_guessed" in codes(table)
