"""A large plain sheet reads like calamine reads it; any other is left to calamine."""

import datetime as dt
import io
import zipfile

import numpy as np
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from shopbook.read import sniff, xlsx

ROWS = [
    ["统计日期", "商品ID", "访客数", "支付转化率", "备注"],
    ["2026-11-20", "682000000001", 1234, 0.0321, "a & b <c>"],
    ["2026-11-20", "682000000002", -0.5, 1e-7, " 杯 "],
    ["", "682000000003", 12345678901234, None, "-"],
]


@pytest.fixture(autouse=True)
def every_sheet_is_large(monkeypatch):
    monkeypatch.setattr(xlsx, "LARGE", 0)


def book(rows=ROWS, *, at=(0, 0), write=None, sheets=("一",)) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as made:
        for name in sheets:
            page = made.add_worksheet(name)
            for down, row in enumerate(rows):
                for right, cell in enumerate(row):
                    if cell is not None:
                        kind = page.write_string if isinstance(cell, str) else page.write_number
                        kind(at[0] + down, at[1] + right, cell)
            if write:
                write(made, page)
    return data.getvalue()


def by_calamine(data: bytes, name: str = "一") -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name).to_python()


def by_arrays(data: bytes, name: str = "一") -> list[list[object]] | None:
    found = xlsx.large_sheets(data)
    rows = found.rows(name) if found else None
    return None if rows is None else [rows[at] for at in range(len(rows))]


def typed(rows):
    return [[(type(cell), cell) for cell in row] for row in rows]


@pytest.mark.parametrize("at", [(0, 0), (3, 2), (1200, 30)])
def test_a_plain_sheet_reads_cell_for_cell_like_calamine(at):
    data = book(at=at)
    assert typed(by_arrays(data)) == typed(by_calamine(data))


def test_random_sheets_with_gaps_read_alike():
    rng = np.random.default_rng(7)
    for _ in range(10):
        filled, texts = rng.random((60, 40)) < 0.7, rng.random((60, 40)) < 0.5
        rows = [
            [(f"文{at % 9}" if texts[down, at] else at / 7) if filled[down, at] else None for at in range(40)]
            for down in range(60)
        ]
        data = book(rows)
        assert typed(by_arrays(data)) == typed(by_calamine(data))


def test_number_formats_without_days_stay_numbers():
    data = book(
        write=lambda made, page: page.write_number(9, 0, 0.5, made.add_format({"num_format": "0.00%"}))
    )
    assert typed(by_arrays(data)) == typed(by_calamine(data))


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(
            lambda made, page: page.write_datetime(
                9, 0, dt.datetime(2026, 11, 20), made.add_format({"num_format": "yyyy-mm-dd"})
            ),
            id="a day",
        ),
        pytest.param(lambda made, page: page.write_formula(9, 0, "=1+1", None, 2), id="a formula"),
        pytest.param(lambda made, page: page.write_boolean(9, 0, True), id="a truth value"),
        pytest.param(
            lambda made, page: page.write_rich_string(9, 0, "a", made.add_format({"bold": True}), "b"),
            id="rich text",
        ),
        pytest.param(lambda made, page: page.write_string(9, 0, "a\x07b"), id="a control character"),
    ],
)
def test_what_is_not_plain_is_left_to_calamine(write):
    data = book(write=write)
    assert by_arrays(data) is None
    assert sniff.open_bytes(data, "a.xlsx").sheets[0].rows == by_calamine(data)


def test_cells_with_a_format_and_no_value_are_empty():
    data = book(write=lambda made, page: page.write_blank(0, 2, None, made.add_format({"bold": True})))
    assert typed(by_arrays(data)) == typed(by_calamine(data))


def test_all_sheets_come_in_their_order():
    contents = sniff.open_bytes(book(sheets=("乙", "甲 & 丙")), "a.xlsx")
    assert [sheet.name for sheet in contents.sheets] == ["乙", "甲 & 丙"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace(b"<v>1234</v>", b"<v>12x4</v>"), id="no number"),
        pytest.param(lambda text: text.replace(b'r="B2"', b'r="B9"'), id="a cell of another row"),
        pytest.param(lambda text: text.replace(b"</sheetData>", b""), id="cut off"),
        pytest.param(
            lambda text: text.replace(b'<c r="C2"><v>', b'<c r="C2" t="str"><v>'), id="another type"
        ),
        pytest.param(lambda text: text.replace(b"<v>1234</v>", b"<v>1234</v><!-- x -->"), id="a comment"),
        pytest.param(lambda text: text.replace(b'<row r="2"', b"<row"), id="rows without numbers"),
    ],
)
def test_a_sheet_written_in_another_way_is_left_to_calamine(change):
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as before, zipfile.ZipFile(data, "w") as after:
        for entry in before.infolist():
            text = before.read(entry)
            is_sheet = entry.filename.endswith("sheet1.xml")
            assert not is_sheet or change(text) != text
            after.writestr(entry.filename, change(text) if is_sheet else text)
    assert by_arrays(data.getvalue()) is None
