"""Texts that are no plain table: padded with tabs, with a quotation mark left open, a page in one file."""

import pytest

from shopbook.read import FileRefused

ITEM = ("统计日期,商品ID,商品名称,商品访客数,支付买家数,支付金额", "2026-11-20,600000000001,杯,5,1,9",
        "2026-11-20,600000000002,壶,6,1,8", "2026-11-20,600000000003,盖,7,1,7")  # fmt: skip


def detail(read_text, *lines):
    with pytest.raises(FileRefused) as refused:
        read_text("商品_全部.csv", *lines)
    return refused.value.problems[0].text


@pytest.mark.parametrize("mark", ["\t,", ",\t"])
def test_cells_padded_with_tabs_are_separated_by_commas(read_text, mark):
    table = read_text("商品_全部.csv", *(f"{line.replace(',', mark)}\t" for line in ITEM))
    assert (table.provenance.delimiter, table.frame["item_visitors"].tolist()) == (",", [5, 6, 7])


@pytest.mark.parametrize("closed", ["壶", '壶"'])
def test_a_quotation_mark_left_open_swallows_no_row_in_silence(read_text, closed):
    lines = [line.replace("杯", '"杯').replace("壶", closed) for line in ITEM]
    assert "引号" in detail(read_text, *lines)


def test_a_name_may_hold_line_ends_and_commas(read_text):
    table = read_text("商品_全部.csv", *(line.replace("杯", '"杯\n大, 红"') for line in ITEM))
    assert table.frame["item_visitors"].tolist() == [5, 6, 7]


def test_a_page_saved_in_one_file_is_named(read_text):
    assert "MHT" in detail(read_text, "MIME-Version: 1.0", "Content-Type: multipart/related", "", *ITEM)


@pytest.mark.parametrize(
    ("name", "part"), [("引流搜索词-店内-无线.csv", "店内"), ("引流搜索词-店外-PC.csv", "PC")]
)
def test_terms_of_another_part_never_take_the_place_of_the_days(read_text, name, part):
    lines = ("统计日期,搜索词,访客数,支付金额", "2026-11-20,杯,5,9")
    with pytest.raises(FileRefused) as refused:
        read_text(name, *lines)
    assert part in refused.value.problems[0].text
    assert read_text("引流搜索词-店外-无线.csv", *lines).frame["visitors"].tolist() == [5]
