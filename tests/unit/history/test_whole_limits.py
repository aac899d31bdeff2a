"""Where a file ends before its end: the last row, the last cell, the last bytes, each on typed text."""

import io

import pytest
import xlwt

from shopbook.history import whole
from shopbook.history.whole import cut


def is_cut(tmp_path, text):
    path = tmp_path / "f.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return cut(path) is not None


ROWS = "a,b\n1,2\n"


@pytest.mark.parametrize(
    ("last", "broken"),
    [("3,4", False), ("3", True), ('3,"4', True), ('3,"4"', False), ("3,4,5", False), ("3,4\n", False),
     ("3\n", False), ("3\r", False)],
)  # fmt: skip
def test_a_last_row_without_a_line_end_is_as_long_as_the_one_above(tmp_path, last, broken):
    assert is_cut(tmp_path, ROWS + last) is broken


def test_a_line_alone_has_none_above_it(tmp_path):
    assert not is_cut(tmp_path, "a,b")
    assert not is_cut(tmp_path, '"a')
    assert is_cut(tmp_path, "a,b\n1")


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_cells_are_parted_by_the_mark_that_the_head_has_most_of(tmp_path, mark):
    rows = f"a{mark}b{mark}c,d\n1{mark}2{mark}3\n"
    assert not is_cut(tmp_path, rows + f"4{mark}5{mark}6")
    assert is_cut(tmp_path, rows + f"4{mark}5")


@pytest.mark.parametrize(
    ("above", "last", "broken"),
    [(["1.50", "2.25"], "3.1", True), (["1.50", "2.25"], "3.", True), (["1.50", "2.25"], "3", True),
     (["1.50", "2.25"], "3.10", False), (["1.5", "2.2"], "3", True), (["1.5", "2.25"], "3", False),
     (["1.50", "2"], "3.1", False), (["3%", "4%"], "5", True), (["3%", "4%"], "5%", False),
     (["3.1%", "4.2%"], "5.", True), (["1.50"], "3", True), (["1.5"], "3", False), (["3%"], "5", False),
     (["1", "2"], "3.1", False), ([], "3.1", False), (["1.50 ", " 2.25"], " 3.10 ", False)],
)  # fmt: skip
def test_a_last_cell_ends_as_all_those_above_it_do(above, last, broken):
    assert whole._is_broken(last, above) is broken


def test_the_first_row_names_columns_and_ends_no_cell(tmp_path):
    assert is_cut(tmp_path, "a,b.55\n1,1.50\n2,2.25\n3,3.1")
    assert is_cut(tmp_path, "a,b.5\n1,1.50\n2,2.1")  # of one row above two decimals tell enough
    assert not is_cut(tmp_path, "a,b.5\n1,1.5\n2,2")


@pytest.mark.parametrize(("odd", "text"), [(1, True), (2, False)])
def test_text_holds_at_most_one_control_sign_in_twenty(odd, text):
    assert whole._is_text(b"\x00" * odd + b"a" * (20 - odd)) is text
    assert whole._is_text(b"\t\r\n" * 30)
    assert whole._is_text(b"\xff\xfe" + b"a\x00" * 30)
    assert whole._is_text(b"\xfe\xff" + b"\x00a" * 30)
    assert whole._is_text(b"a" * 4000 + b"\x00" * 4000)  # the beginning tells
    assert not whole._is_text(b"a" * 3000 + b"\x00" * 1000)
    assert whole._is_text(b"\x20" * 20)
    assert not whole._is_text(b"\x1f" * 20)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("text", ["杯", "杯,1", "ab,杯", "统计日期,访客数"])
def test_a_text_is_read_in_the_encoding_that_it_is_in(text, encoding):
    assert whole._text(text.encode(encoding)) == text


def test_a_chunk_may_end_inside_a_character_and_begin_inside_one_of_a_file_that_began_before():
    cup = "杯".encode()
    assert whole._text(b"ab" + cup[:2]) == "ab"
    assert whole._text(cup[1:] + b"ab" + cup, is_begun=True) == "ab杯"
    assert whole._text("😀".encode()[1:] + b"ab", is_begun=True) == "ab"
    assert whole._text(cup[1:] + b"ab" + cup) != "ab杯"  # a file begins with a character


def test_of_a_file_in_gb18030_that_is_cut_the_text_is_shown_as_it_reads(tmp_path):
    (tmp_path / "f.csv").write_bytes("杯,数\n壶,1\n碗".encode("gb18030"))
    problem = cut(tmp_path / "f.csv")
    assert problem is not None
    assert problem.values["found"] == "… 碗"


@pytest.mark.parametrize(
    ("text", "broken"),
    [("<html><table><tr><td>1", True), ("  \n<TABLE><tr>", True), ("<table></TABLE>", False),
     ("<table></ html>", False), ("<table></workbook>", False), ("<table></body>", True),
     ("<html><p>no table", False), ("x<table><tr>", False), ("<a>" + " " * 1993 + "<table>", False),
     ("<a>" + " " * 1000 + "<table>", True)],
)  # fmt: skip
def test_a_page_with_a_table_ends_with_a_closing_tag(tmp_path, text, broken):
    assert is_cut(tmp_path, text) is broken


def test_of_a_page_that_is_cut_its_last_forty_characters_are_shown(tmp_path):
    (tmp_path / "f.xls").write_text("<table>" + "x" * 100)
    problem = cut(tmp_path / "f.xls")
    assert problem is not None
    assert problem.values["found"] == f"… {'x' * 40}"


def xls(rows):
    data, book = io.BytesIO(), xlwt.Workbook()
    sheet = book.add_sheet("1")
    for row in range(rows):
        sheet.write(row, 0, f"item {row}")
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize("rows", [1, 3000])
def test_an_xls_that_lacks_sectors_says_how_many_bytes_it_has_and_how_many_it_needs(tmp_path, rows):
    data, path = xls(rows), tmp_path / "f.xls"
    path.write_bytes(data)
    assert cut(path) is None
    # The sectors in use end with the file: without its last one it is short, with half of it it is whole.
    path.write_bytes(data[:-512])
    problem = cut(path)
    assert problem is not None
    assert problem.values["found"] == f"{len(data) - 512} < {len(data)} bytes"


@pytest.mark.parametrize(("length", "found"), [(511, "511 bytes"), (512, "512 bytes")])
def test_an_xls_without_its_table_of_sectors_says_how_many_bytes_it_has(tmp_path, length, found):
    path = tmp_path / "f.xls"
    path.write_bytes(xls(1)[:length])
    problem = cut(path)
    assert problem is not None
    assert problem.values["found"] == found


def test_a_file_that_is_not_there_is_not_told_here(tmp_path):
    assert cut(tmp_path / "none.csv") is None
