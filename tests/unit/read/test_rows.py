"""Which rows are data, what odd cells become, and where each row stands."""

import math

import pytest
import xlsxwriter

from shopbook.read import FileRefused, read_export
from shopbook.read.totals import is_total

SHOP = "统计日期,访客数,浏览量,支付买家数,支付金额"
ITEMS = "统计日期,商品ID,商品名称,商品访客数,支付买家数,支付件数,支付金额"


ROWS = (["2026-11-20", 5, 9, 1, 9], ["合计", 9, 9, 9, 9], ["2026-11-18", 4, 9, 1, 9])


def codes(table_or_error):
    return [problem.code for problem in table_or_error.problems]


@pytest.mark.parametrize(
    "word",
    ["合计", "合计：", "总计:", "小计", "本页合计", "平均", "均值", "日均", "总和", "环比",
     "较上周同期",
     "本周合计", "月累计", "同行平均", "汇总(3天)", "汇总（3件）", "全部商品", "全部来源",
     "Total", "Grand Total", "average"],
)  # fmt: skip
def test_words_of_totals(word):
    assert is_total(word)
    assert not is_total(f"{word}的杯子")


@pytest.mark.parametrize(
    "word", ["前3名合计", "付费推广汇总", "数据汇总", "*合计", "【合计】", "合计/平均", "上周同期"]
)
def test_words_that_end_like_a_total_are_none_for_a_free_text(word):
    assert is_total(word, loosely=True)
    assert not is_total("表格汇总")


@pytest.mark.parametrize("word", ["日均", "小计", "较上周同期", "汇总(3天)", "说不清的一行"])
def test_a_total_under_any_word_is_no_day(read_text, word):
    days = [f"2026-11-{day},{v},9,1,{v}" for day, v in ((18, 50), (19, 51), (20, 52))]
    table = read_text("店铺取数.csv", SHOP, *days, f"{word},153,27,3,153")
    assert table.frame["visitors"].tolist() == [50, 51, 52]
    assert "totals_left_out" in codes(table)


@pytest.mark.parametrize("key", [",小计", "合计：,-", ",", "-,全部商品"])
def test_a_total_is_no_item(read_text, key):
    items = [f"2026-11-20,60000000000{n},杯{n},{n}0,{n},{n},{n}9" for n in (1, 2)]
    table = read_text("商品_全部_2026-11-20.csv", ITEMS, *items, f"2026-11-20,{key},30,3,3,48")
    assert table.frame["item_id"].tolist() == ["600000000001", "600000000002"]


ADS = "日期,场景名字,计划ID,计划名字,展现量,点击量,花费,总成交金额"
PLANS = [f"2026-11-20,关键词推广,8100000000{n},计划{n},{n}00,{n}0,{n}1.50,{n}00" for n in (1, 2, 3)]


@pytest.mark.parametrize("key", [",,", ",,全部计划", "-,-,计划汇总", ",,说不清"])
def test_a_row_without_ids_that_adds_up_the_plans_is_no_plan(read_text, key):
    table = read_text("计划报表.csv", ADS, *PLANS, f"2026-11-20,{key},600,60,64.50,600")
    assert table.frame["ad_spend"].tolist() == [11.5, 21.5, 31.5]


def test_a_plan_with_an_id_may_be_called_the_whole_shop(read_text):
    table = read_text("计划报表.csv", ADS, *PLANS, "2026-11-20,关键词推广,81000000009,全店,1,1,9.00,1")
    assert table.frame["ad_spend"].sum() == 73.5


def test_words_in_the_column_of_ids_are_no_item(read_text):
    items = [f"2026-11-20,60000000000{n},杯{n},{n}0,{n},{n},{n}9" for n in (1, 2)]
    table = read_text("商品_全部.csv", ITEMS, *items, "2026-11-20,说不清的一行,,31,3,3,55")
    assert table.height == 2
    assert "rows_without_key" in codes(table)


@pytest.mark.parametrize(
    "note", ["数据来源：生意参谋,,,,", "下载时间,2026-11-21 09:00:12,,,", "注：未含退款,,,,"]
)
def test_a_note_below_the_table_is_no_row(read_text, note):
    assert read_text("店铺取数.csv", SHOP, "2026-11-19,5,9,1,9", "2026-11-20,6,9,1,9", note).height == 2


def test_a_day_without_any_figure_is_no_row(read_text):
    with pytest.raises(FileRefused) as refused:
        read_text("店铺取数.csv", SHOP, "2026-11-20,,,,")
    assert codes(refused.value) == ["no_rows"]


def test_a_header_cell_over_two_columns_shifts_a_page_and_refuses_it(read_text):
    head = "".join(f"<th>{name}" for name in ITEMS.split(",")).replace(
        "<th>商品名称", "<th colspan=2>商品名称"
    )
    row = "<tr><td>2026-11-20<td>600000000001<td>杯<td>100<td>5<td>6<td>500"
    with pytest.raises(FileRefused) as refused:
        read_text("商品_全部.xls", f"<table><tr>{head}{row}</table>")
    assert codes(refused.value) == ["shifted_rows"]


def test_two_columns_of_one_name_with_other_figures_are_refused(read_text):
    same = read_text("店铺取数.csv", f"{SHOP},访客数", "2026-11-20,5,9,1,9,5")
    assert same.frame["visitors"].tolist() == [5]
    with pytest.raises(FileRefused) as refused:
        read_text("店铺取数.csv", f"{SHOP},访客数", "2026-11-20,5,9,1,9,6")
    assert codes(refused.value) == ["contradicting_columns"]


def test_amounts_in_ten_thousands_are_refused(read_text):
    with pytest.raises(FileRefused) as refused:
        read_text("店铺取数.csv", "单位：万元,,,,", SHOP, "2026-11-20,5,9,1,9")
    assert codes(refused.value) == ["scaled_units"]


@pytest.mark.parametrize("amounts", [("5.890", "2.310"), ("1.234", "12.345")])
def test_amounts_that_group_thousands_with_dots_are_refused(read_text, amounts):
    rows = [f"2026-11-{19 + at},5,9,1,{amount}" for at, amount in enumerate(amounts)]
    with pytest.raises(FileRefused) as refused:
        read_text("店铺取数.csv", SHOP, *rows)
    assert codes(refused.value) == ["european_numbers"]


def test_a_share_in_a_column_of_counts_is_not_known(read_text):
    rows = [f"2026-11-{day},{day},9,1,9" for day in range(10, 20)]
    table = read_text("店铺取数.csv", SHOP, *rows, "2026-11-20,3.2%,9,1,9")
    assert math.isnan(table.frame["visitors"].iloc[-1])


@pytest.mark.parametrize(
    ("terminals", "kept"), [(("所有终端", "PC端", "无线端"), 1), (("PC端",), 0)], ids=["all", "pc alone"]
)
def test_rows_of_one_terminal_are_not_the_whole(read_text, terminals, kept):
    rows = [f"2026-11-20,60000000000{at},杯,{at}5,1,1,9,{name}" for at, name in enumerate(terminals, 1)]
    if kept:
        assert read_text("商品_全部.csv", f"{ITEMS},所属终端", *rows).height == kept
        return
    with pytest.raises(FileRefused) as refused:
        read_text("商品_全部.csv", f"{ITEMS},所属终端", *rows)
    assert codes(refused.value)[0] == "part_of_shop"


def test_a_sheet_that_explains_the_columns_is_left_out(read_book):
    words = [["访客数", "支付金额", "统计日期"], ["去重人数", "含退款", "自然日"]]
    table = read_book("店铺取数.xlsx", {"数据": [SHOP.split(","), ["2026-11-20", 5, 9, 1, 9]], "说明": words})
    assert table.frame["visitors"].tolist() == [5]


def test_a_hidden_sheet_is_not_read_and_told(tmp_path):
    path = tmp_path / "店铺取数.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for title, figures in (("日报", ["2026-11-20", 5, 9, 1, 9]), ("旧", ["2026-11-19", 7, 9, 1, 9])):
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, SHOP.split(","))
            sheet.write_row(1, 0, figures)
        sheet.hide()
    table = read_export(path)
    assert table.frame["visitors"].tolist() == [5]
    assert "hidden_sheets" in codes(table)


def test_a_longer_row_than_its_header_is_refused(read_text):
    with pytest.raises(FileRefused) as refused:
        read_text("店铺取数.csv", SHOP, "2026-11-20,1,200,9,1,9")
    assert codes(refused.value) == ["shifted_rows"]


def test_a_shorter_row_is_told_and_its_end_not_known(read_text):
    table = read_text("店铺取数.csv", SHOP, "2026-11-19,5,9,1,9", "2026-11-20,6,9,1")
    assert "short_rows" in codes(table)
    assert math.isnan(table.frame["pay_amount"].iloc[1])


def test_merged_cells_carry_labels_and_never_figures(read_text):
    head = "".join(f"<th>{name}" for name in ITEMS.split(","))
    first = "<tr><td rowspan=2>2026-11-20<td>600000000001<td rowspan=2>杯<td>100<td rowspan=2>5<td>6<td>500"
    second = "<tr><td>600000000002<td>200<td>9<td>800"
    table = read_text("商品_全部.xls", f"<table><tr>{head}{first}{second}</table>")
    frame = table.frame.set_index("item_id")
    assert frame["item_visitors"].to_dict() == {"600000000001": 100, "600000000002": 200}
    assert frame["pay_amount"].to_dict() == {"600000000001": 500, "600000000002": 800}
    assert math.isnan(frame.at["600000000002", "pay_buyers"])
    assert "cells_mended" in codes(table)


@pytest.mark.parametrize("text", ["暂无数据", "#DIV/0!", "<5", "＜0.01%", "N", "NaN"])
def test_an_odd_cell_nobody_needs_is_told_in_one_line_and_refuses_nothing(read_text, text):
    table = read_text("店铺取数.csv", f"{SHOP},客单价", f"2026-11-20,5,9,1,9,{text}")
    (told,) = [problem for problem in table.problems if problem.code == "cells_mended"]
    assert text[:20] in told.text
    assert "客单价" in told.text
    assert math.isnan(table.frame["avg_order_value"].iloc[0])


def test_a_needed_column_refuses_when_too_many_cells_are_no_numbers(read_text):
    rows = [f"2026-11-{day:02d},{'一千' if day == 3 else day},9,1,9" for day in range(1, 11)]
    assert math.isnan(read_text("店铺取数.csv", SHOP, *rows).frame["visitors"].iloc[2])
    with pytest.raises(FileRefused) as refused:
        read_text("店铺取数.csv", SHOP, "2026-11-20,一千,9,1,9")
    assert codes(refused.value) == ["not_a_number"]


@pytest.mark.parametrize(("visitors", "amount"), [("1.000", "3000"), ("1000", "3.000,50")])
def test_decimal_commas_and_grouping_dots_are_refused(read_text, visitors, amount):
    with pytest.raises(FileRefused) as refused:
        read_text("店铺取数.csv", "统计日期;访客数;支付金额", f"2026-11-20;{visitors};{amount}")
    assert codes(refused.value)[0] in ("european_numbers", "not_a_number")


def test_a_count_no_shop_can_have_is_not_taken(read_text):
    with pytest.raises(FileRefused):
        read_text("店铺取数.csv", SHOP, "2026-11-20,9223372036854775808,9,1,9")


def test_one_cut_character_is_replaced_and_named(tmp_path):
    data = f"{ITEMS}\n2026-11-20,600000000001,世唐杯,5,1,1,9\n".encode("gb18030")
    cut = data.replace("杯".encode("gb18030"), "杯".encode("gb18030")[:1])
    path = tmp_path / "商品_全部.csv"
    path.write_bytes(cut)
    table = read_export(path)
    assert table.frame["item_visitors"].tolist() == [5]
    assert "cut_characters" in codes(table)


def test_every_row_knows_its_row_in_the_sheet(read_book):
    table = read_book(
        "店铺取数.xlsx",
        {
            "一": [
                ["说明"],
                SHOP.split(","),
                ["2026-11-20", 5, 9, 1, 9],
                ["合计", 9, 9, 9, 9],
                ["2026-11-18", 4, 9, 1, 9],
            ]
        },
    )
    assert list(zip(table.frame["date"].dt.day, table.rows, table.sheets, strict=True)) == [
        (18, 5, "一"),
        (20, 3, "一"),
    ]
