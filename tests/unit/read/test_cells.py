"""Cells as exports write them."""

import datetime as dt
import math

import numpy as np
import pytest

from shopbook.read import cells, dates, ids


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param("1,234", 1234, id="thousands comma"),
        pytest.param("3.21%", 0.0321, id="percent sign"),
        pytest.param("3.21％", 0.0321, id="full-width percent sign"),
        pytest.param("0.00%", 0, id="a rate of zero is zero"),
        pytest.param("0", 0, id="zero stays zero"),
        pytest.param("￥1,265.51", 1265.51, id="full-width yuan sign"),
        pytest.param("¥88元", 88, id="yuan both ways"),
        pytest.param("1.2万", 12000, id="ten thousands"),
        pytest.param("3亿", 3e8, id="hundred millions"),
        pytest.param("-12.5", -12.5, id="a negative number is no missing mark"),
        pytest.param(0.0998, 0.0998, id="a spreadsheet number"),
        pytest.param("-", math.nan, id="dash is missing"),
        pytest.param("--", math.nan, id="two dashes are missing"),
        pytest.param("", math.nan, id="empty is missing"),
        pytest.param("abc", None, id="text is no number"),
        pytest.param(True, None, id="a truth value is no number"),
    ],
)
def test_number(cell, expected):
    assert cells.number(cell) == (expected if expected is None else pytest.approx(expected, nan_ok=True))


def test_a_long_column_reads_like_its_cells():
    mixed = ["1,234", "-", "3.5%", "￥7", "0", "", "12.25"] * 20
    found = cells.numbers(mixed)
    np.testing.assert_allclose(found.values, [cells.number(cell) for cell in mixed])
    assert found.percent.sum() == 20


TWO_OR_NONE = [
    "1000①", "1000²", "1000⑩", "1000 2000", "1000 30", "1000\xa030", "1000\u300030", "1234,567", "12345,6789",
    "1.5 000", "nan", "inf", "%5", "5%%", "%", "1_000", "0x1f", "1e999",
]  # fmt: skip


@pytest.mark.parametrize("text", TWO_OR_NONE)
def test_what_is_two_numbers_or_none_is_told_alone_and_in_a_long_column(text):
    assert cells.number(text) is None
    found = cells.numbers(["5"] * 100 + [text])
    assert found.bad + found.told == (100,)
    assert np.isnan(found.values[100])


@pytest.mark.parametrize(
    ("text", "value"), [("1 000", 1e3), ("1\u202f234\xa0567", 1234567), ("12,3456", 123456), ("5 %", 0.05)]
)
def test_groups_of_digits_are_one_number(text, value):
    assert cells.number(text) == pytest.approx(value)
    assert cells.numbers(["5"] * 100 + [text]).values[100] == pytest.approx(value)


def test_a_long_column_names_the_cells_that_are_no_numbers():
    assert cells.numbers(["1"] * 100 + ["oops"] + ["2.5万"]).bad == (100,)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param("684891249011", "684891249011", id="as exported"),
        pytest.param("684891249011.0", "684891249011", id="opened by a spreadsheet"),
        pytest.param(684891249011.0, "684891249011", id="as a number"),
        pytest.param('="684891249011"', "684891249011", id="as a formula"),
        pytest.param("684891249011\t", "684891249011", id="with a tab"),
        pytest.param("ID：684891249011", "684891249011", id="with a label"),
        pytest.param("007", "007", id="leading zeros stay"),
        pytest.param("684,891,249,011", "684891249011", id="grouped as a number"),
        pytest.param("６８４８９１２４９０１１", "684891249011", id="full-width digits"),
        pytest.param("id 684891249011", "684891249011", id="with a word before"),
        pytest.param("\u200e6848\u200b91249011\x07", "684891249011", id="unseen marks"),
        pytest.param("٦٨٤٨٩١٢٤٩٠١١", "684891249011", id="digits of another script"),
        pytest.param("684891249011①", "684891249011", id="the mark of a note"),
        pytest.param("款①", "款1", id="a code of the shop's own"),
        pytest.param("684891249011.00", "684891249011", id="with decimals"),
        pytest.param("‘684891249011", "684891249011", id="with a quote"),
        pytest.param("684891249011(下架)", "684891249011", id="with a remark"),
        pytest.param(
            "https://detail.tmall.com/item.htm?spm=a&id=684891249011", "684891249011", id="as a link"
        ),
        pytest.param('=HYPERLINK("http://x?a","684891249011")', "684891249011", id="as a link of a cell"),
    ],
)
def test_id(cell, expected):
    assert ids.ids([cell]) == ids.Ids([expected])


@pytest.mark.parametrize("cell", ["6.1E+11", "6.84891E+11", "7e11", "########"])
def test_an_id_rounded_by_a_spreadsheet_is_damaged(cell):
    assert ids.ids(["684891249011", cell]).damaged == (1,)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-20",
        "2026/11/20",
        "2026.11.20",
        "2026年11月20日",
        "20261120",
        20261120.0,
        "11-20-26",
        46346,
        46346.5,
        "46346",
        "2026-11-20 09:30:00",
        "2026-11-20T09:30:00",
        "2026-11-20T09:30:00+08:00",
        "2026-11-20 09:30:00 +0800",
        "2026-11-20 09:00-10:00",
        dt.datetime(2026, 11, 20, 9, 30),
        dt.date(2026, 11, 20),
    ],
)
def test_every_way_to_write_a_day(cell):
    assert dates.day(cell) == dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-13-01", "合计", "12345678", "", "2026-11-17T16:00:00Z", "2026-11-17 16:00:00+00:00",
        "2026-11-17T16:00:00.123-0500", "2026-11-17 16:00 UTC",
    ],
)  # fmt: skip
def test_what_is_no_day(cell):
    assert dates.day(cell) is None


@pytest.mark.parametrize("cell", ["2026-04-01~2026-04-07", "2026-04-01 至 2026-04-07", "20260401-20260407"])
def test_a_cell_with_two_days_is_a_period(cell):
    assert dates.is_period(cell)
    assert not dates.is_period("2026-04-01")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1万~5万", (1e4, 5e4)),
        ("1,000-2,000", (1000, 2000)),
        ("0.5～1.2万", (0.5, 12000)),
        ("120", None),
        ("-", None),
    ],
)
def test_a_range_keeps_both_ends(cell, expected):
    assert cells.bounds(cell) == expected


@pytest.mark.parametrize(
    ("column", "months"),
    [
        pytest.param(["11/11/2026", "11/12/2026", "11/13/2026"], [11, 11, 11], id="month first"),
        pytest.param(["11/11/2026", "12/11/2026", "13/11/2026"], [11, 11, 11], id="day first"),
    ],
)
def test_one_cell_says_for_its_column_whether_the_month_stands_first(column, months):
    found, bad = dates.days(column)
    assert bad == []
    assert [value.astype("datetime64[M]").astype(int) % 12 + 1 for value in found] == months


def test_days_that_nothing_decides_stay_open():
    assert dates.days(["11/08/2026", "11/09/2026"])[1] == [0, 1]


@pytest.mark.parametrize(
    "text", ["近7天", "最近30天", "上周", "2026-11-18至11-24", "11.18-11.24", "第47周", "店铺月报"]
)
def test_texts_that_mean_more_than_a_day(text):
    assert dates.span_in(text)


@pytest.mark.parametrize(
    "text", ["2026-11-24", "近1天", "商品_全部_2026-11-24_2026-11-24", "2026-11-24-1.csv"]
)
def test_texts_that_mean_one_day(text):
    assert dates.span_in(text) == ""
