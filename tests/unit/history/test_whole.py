"""A file that was cut off, or is still being written, is known by its end."""

import io

import pytest
import xlsxwriter
import xlwt

from shopbook.history.whole import cut

CSV = "统计日期,访客数,支付金额\n2026-11-19,5,9.50\n2026-11-20,6,12.25\n2026-11-21,16,1234.50\n"


def xlsx():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        book.add_worksheet().write_row(0, 0, ["统计日期", "访客数"])
    return data.getvalue()


def xls(rows):
    data, book = io.BytesIO(), xlwt.Workbook()
    sheet = book.add_sheet("1")
    for row in range(rows):
        sheet.write(row, 0, f"商品{row}")
    book.save(data)
    return data.getvalue()


WHOLE = {
    "csv": CSV.encode(),
    "csv in gbk": CSV.encode("gb18030"),
    "csv without a last line end": CSV.encode().rstrip(),
    "one line": "日期,访客数".encode(),
    "xlsx": xlsx(),
    "xls": xls(2000),
    "small xls": xls(1),
    "html": b"<html><table><tr><td>1</td></tr></table></html>\n",
    "html without an end": b"<table><tr><td>1<td>2<tr><td>1<td>2</table>",
    "json": b'{"error": "no"}',
    "empty": b"",
    "no text at all": bytes(range(256)) * 12,  # refused by the reader, which says what it is not
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_whole(tmp_path, name):
    path = tmp_path / "file"
    path.write_bytes(WHOLE[name])
    assert cut(path) is None


CUT = {
    "in a row": CSV.encode()[:-8],
    "in a number": CSV.encode()[:-2],
    "in a quote": b'a,b\n1,2\n3,"x',
    "in a row of gbk": CSV.encode("gb18030")[:-9],
    "xlsx": xlsx()[:-30],
    "xlsx early": xlsx()[:400],
    "xls": xls(2000)[:60_000],
    "xls late": xls(2000)[:-2000],
    "xls early": xls(1)[:300],
    "html": b"<html><table><tr><td>1</td></tr><tr><td>1</t",
}


@pytest.mark.parametrize("name", CUT)
def test_what_is_cut(tmp_path, name):
    path = tmp_path / "file"
    path.write_bytes(CUT[name])
    problem = cut(path)
    assert problem is not None
    assert problem.code == "not_whole"


@pytest.mark.parametrize(
    "shift", range(3)
)  # a chunk begins and ends at each place inside a Chinese character
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_of_a_long_file_that_is_cut_the_last_sixty_characters_are_shown_as_they_read(
    tmp_path, shift, encoding
):
    row = "2026-11-20,山茶马克杯家用礼盒装,5,9.50\n"
    long = "x" * shift + "日期,商品名称,访客数,支付金额\n" + row * 20_000
    path = tmp_path / "商品.csv"
    path.write_bytes((long + "2026-11-21,山茶马克杯" + "杯" * 80).encode(encoding))
    problem = cut(path)
    assert problem is not None
    shown = problem.values["found"].removeprefix("… ")
    assert set(shown) == {"杯"}
    assert len(shown) == 60
    path.write_bytes(long.encode(encoding))
    assert cut(path) is None


def test_a_page_in_utf_16_says_its_end_wherever_it_begins(tmp_path):
    path = tmp_path / "店铺.xls"
    page = "<table><tr><td>1</td></tr></table>"
    path.write_bytes(page.encode("utf-16"))
    assert cut(path) is None
    path.write_bytes((page.replace("1", "1" * 300_000)).encode("utf-16"))
    assert cut(path) is None
    path.write_bytes(page[:-10].encode("utf-16"))
    assert cut(path) is not None


@pytest.mark.parametrize("size", [513, 1001, 1500])
def test_an_old_workbook_cut_at_any_byte_or_with_an_impossible_sector_is_no_fault(tmp_path, size):
    path = tmp_path / "店铺.xls"
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000))
    path.write_bytes(head[:size])
    assert cut(path) is None
    head[30] = 9
    path.write_bytes(head[:size])
    assert cut(path) is not None
