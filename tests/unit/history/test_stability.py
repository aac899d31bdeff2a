"""A file is taken without a person only when nobody writes it any more and it is all there."""

import datetime as dt
import io
import os

import pytest
import xlsxwriter
import xlwt

from shopbook.history.stability import stable
from shopbook.history.whole import cut

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
CSV = "统计日期,访客数,支付金额\n2026-11-19,5,9.50\n2026-11-20,6,12.25\n2026-11-21,16,1,234.50\n".replace(
    "1,234", "1234"
)


def aged(path, seconds):
    os.utime(path, (NOW.timestamp() - seconds,) * 2)


@pytest.mark.parametrize(("seconds", "is_stable"), [(0, False), (119, False), (120, True), (-3600, False)])
def test_a_file_is_stable_two_minutes_after_its_last_change(home, drop, seconds, is_stable):
    aged(drop("店铺.csv", CSV), seconds)
    (found,) = stable(home, NOW)
    assert (found.shop, found.is_stable, found.problem) == ("a", is_stable, None)


def test_a_fresh_file_is_stable_when_two_calls_a_minute_apart_saw_the_same(home, drop):
    aged(drop("店铺.csv", CSV), -3600)  # a clock that is ahead
    later = [NOW + dt.timedelta(seconds=after) for after in (0, 59, 60)]
    assert [stable(home, now)[0].is_stable for now in later] == [False, False, True]
    aged(drop("店铺.csv", CSV + "2026-11-22,1,1.00\n"), -3600)
    assert not stable(home, later[-1] + dt.timedelta(seconds=10))[0].is_stable


def test_a_damaged_record_of_what_was_seen_only_costs_a_minute(home, drop):
    aged(drop("店铺.csv", CSV), 0)
    stable(home, NOW)
    for damage in (b"{", b'{"a/\xe5\xba\x97\xe9\x93\xba.csv": [1, 2, 3]}', b"[]"):
        (home.data / ".seen.json").write_bytes(damage)
        assert not stable(home, NOW + dt.timedelta(seconds=70))[0].is_stable


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
