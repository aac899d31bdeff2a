"""Headers of two rows: what a group's name says of the figures below it is heeded."""

import pytest

ROW = "2026-11-20,5200,15600,122,14500.5"


def read(read_text, *header):
    return read_text("店铺取数.csv", *header, ROW).frame


def test_figures_of_one_device_are_not_the_shops(read_text):
    frame = read(read_text, "统计日期,所有终端,PC端,所有终端,", ",访客数,浏览量,支付买家数,支付金额")
    assert frame["visitors"].tolist() == [5200]
    assert frame["pageviews_pc"].tolist() == [15600]
    assert "pageviews" not in frame


@pytest.mark.parametrize("group", ["同行同层平均", "较前一日", "去年同期"])
def test_figures_of_others_or_another_time_are_not_the_shops(read_text, group):
    frame = read(read_text, f",本店,{group},本店,", "统计日期,支付买家数,支付买家数,访客数,支付金额")
    assert frame["pay_buyers"].tolist() == [5200]


@pytest.mark.parametrize("change", ["较前一日", "环比", "变化"])
def test_a_figure_and_its_change_stand_under_the_figures_name(read_text, change):
    frame = read(read_text, "统计日期,访客数,,支付金额,", f",数值,{change},数值,{change}")
    assert frame[["visitors", "pay_amount"]].to_numpy().tolist() == [[5200, 122]]


def test_a_row_of_units_below_the_header_is_no_data(read_text):
    frame = read(read_text, "统计日期,访客数,浏览量,支付买家数,支付金额", ",人,次,(人),元")
    assert frame[["visitors", "pay_buyers", "pay_amount"]].to_numpy().tolist() == [[5200, 122, 14500.5]]
