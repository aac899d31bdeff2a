"""More than a day or less than one is said in many places: columns beside the day, titles, sheets, steps."""

import datetime as dt

import pytest

from shopbook.read import FileRefused
from shopbook.read.names import file_name

SHOP = "访客数,浏览量,支付买家数,支付金额"
ROW = "5200,15600,122,14500.5"
DAY = "店铺取数_2026-11-20.csv"


def refusal(read, name, *lines):
    with pytest.raises(FileRefused) as refused:
        read(name, *lines)
    return refused.value.problems[0]


@pytest.mark.parametrize(
    ("name", "header", "cells", "found"),
    [
        (DAY, "统计周期,{}", "近7天,{}", "近7天"),
        (DAY, "日期范围,{}", "2026-11-14 至 2026-11-20,{}", "2026-11-14"),
        (DAY, "统计日期,统计周期,{}", "2026-11-20,近7天,{}", "近7天"),
        (DAY, "开始时间,结束时间,{}", "2026-11-14,2026-11-20,{}", "2026-11-14"),
        (DAY, "统计起始日,统计截止日,{}", "2026-11-14,2026-11-20,{}", "2026-11-20"),
        ("店铺取数.csv", "统计日期,统计粒度,{}", "2026-11-16,周,{}", "周"),
    ],
)
def test_a_column_beside_the_day_says_more_than_a_day(read_text, name, header, cells, found):
    problem = refusal(read_text, name, header.format(SHOP), cells.format(ROW))
    assert problem.code == "period"
    assert found in problem.text


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("统计周期,{}", "2026-11-20,{}"), ("统计日期,统计粒度,{}", "2026-11-20,日,{}"),
        ("开始日期,结束日期,{}", "2026-11-20,2026-11-20,{}"),
        ("统计日期,更新时间,{}", "2026-11-20,2026-11,{}"),
    ],
)  # fmt: skip
def test_a_column_that_says_one_day_refuses_nothing(read_text, header, cells):
    table = read_text("店铺取数.csv", header.format(SHOP), cells.format(ROW))
    assert table.frame[["date", "visitors"]].to_numpy().tolist() == [[dt.datetime(2026, 11, 20), 5200]]


@pytest.mark.parametrize("title", ["2026年第47周 店铺数据", "2026年11月店铺汇总", "店铺近30天数据"])
def test_a_title_above_a_table_without_days_says_more_than_the_files_name(read_text, title):
    assert refusal(read_text, DAY, title, SHOP, ROW).code == "period"


def test_a_note_above_a_table_says_no_period(read_text):
    assert read_text(DAY, "注：较上周同期的变化见生意参谋", SHOP, ROW).frame["visitors"].tolist() == [5200]


def test_a_sheet_of_seven_days_is_no_day(read_book):
    lines = [SHOP.split(","), [5200, 15600, 122, 14500.5]]
    problem = refusal(
        lambda name, sheets: read_book(name, sheets), "店铺取数_2026-11-20.xlsx", {"近7天": lines}
    )
    assert problem.code == "period"


def test_sheets_called_by_other_days_than_the_file_are_not_taken_as_its_day(read_book):
    sheets = {day: [SHOP.split(","), [5200, 15600, 122, 14500.5]] for day in ("2026-11-19",)}
    assert refusal(read_book, "店铺取数_2026-11-20.xlsx", sheets).code == "contradicting_days"
    assert read_book("店铺取数.xlsx", sheets).frame["date"].dt.day.tolist() == [19]


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("店铺周报.csv", ("2026-11-02", "2026-11-09", "2026-11-16")),
        ("店铺月报_2026.csv", ("2026-09-01", "2026-10-01", "2026-11-01")),
    ],
)
def test_rows_a_week_apart_in_a_weekly_file_are_no_days(read_text, name, days):
    assert refusal(read_text, name, f"日期,{SHOP}", *(f"{day},{ROW}" for day in days)).code == "period"


def test_a_monthly_file_of_days_is_read(read_text):
    lines = (f"日期,{SHOP}", f"2026-11-19,{ROW}", f"2026-11-20,{ROW}")
    assert read_text("店铺月报_2026-11.csv", *lines).height == 2


@pytest.mark.parametrize("row", [ROW, "0,0,0,0"])
def test_hours_of_a_day_are_no_days(read_text, row):
    lines = (f"统计时间,{SHOP}", f"2026-11-20 09:00,{row}", f"2026-11-20 10:00,{row}")
    problem = refusal(read_text, "店铺取数.csv", *lines)
    assert (problem.code, "分时" in problem.text) == ("other_report", True)
    assert read_text("店铺取数.csv", f"统计时间,{SHOP}", f"2026-11-20 00:00:00,{ROW}").height == 1


def test_a_sum_of_a_month_among_days_is_left_out(read_text):
    lines = (f"日期,{SHOP}", f"2026-11-20,{ROW}", "11月合计,99999,99999,999,999999")
    assert read_text("店铺取数.csv", *lines).frame["visitors"].tolist() == [5200]


@pytest.mark.parametrize(
    "name",
    [
        "商品_2026-11-20_2026-11-20_2026-11-21-09-30-12.xlsx", "商品_2026-11-20_下载于2026-11-21.xlsx",
        "商品_2026-11-20 导出时间20261121.xlsx", "20261121093012_商品_20261120.xlsx",
    ],
)  # fmt: skip
def test_when_a_file_was_downloaded_is_no_day_of_its_figures(name):
    assert set(file_name(name).days) == {dt.date(2026, 11, 20)}
