"""Containers as programs and people leave them: what they hold is read as it is shown, or named."""

import io
import zipfile

import pytest
import xlsxwriter
import xlwt

from shopbook.read import FileRefused, html, read_export
from shopbook.read.sniff import open_bytes

HEAD = ["统计日期", "访客数", "支付买家数", "支付金额"]
ROW = ["2026-11-18", "1000", "30", "3000.5"]


def page(cell: str) -> list[object]:
    return html.tables(f"<table><tr><td>{cell}</td></tr></table>")[0][0]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("1000<br>30", "1000\n30"),
        ("<div>1000</div> <div>30</div>", "1000\n30"),
        ("1000<sup>2</sup>", "1000\n2"),
        ("1000<br>.5", "1000\n.5"),
        ("<del>900</del>1000", "900\n1000"),
        ('<span style="display: none">9<span>8</span></span>1000', "1000"),
        ("<noscript>9</noscript>1000", "1000"),
        ("<b>1</b><span>000</span>", "1000"),
        ("支付<br>金额", "支付金额"),
        ("1000<br>", "1000"),
    ],
)
def test_a_cell_of_a_page_is_never_two_numbers_in_one(cell, text):
    assert page(cell) == [text]


def test_a_hidden_part_that_nobody_closes_ends_with_its_cell():
    rows = html.tables('<table><tr><td><i style="display:none">9<td>5</table>')
    assert rows == [[["", "5"]]]


def in_xml(cells: list[str], line: str = '<?xml version="1.0"?>') -> str:
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    rows = "".join(f"<Cell><Data ss:Type='String'>{text}</Data></Cell>" for text in HEAD)
    return (
        f'{line}<Workbook xmlns="{name}" xmlns:ss="{name}"><Worksheet ss:Name="S"><Table>'
        f"<Row>{rows}</Row><Row>{''.join(cells)}</Row></Table></Worksheet></Workbook>"
    )


def cell(text: str, kind: str = "Number", more: str = "") -> str:
    return f'<Cell {more}><Data ss:Type="{kind}">{text}</Data></Cell>'


@pytest.mark.parametrize("encoding", ["GB2312", "iso-8859-1", "UTF-16"])
def test_a_workbook_in_xml_is_read_whatever_its_first_line_says_of_its_encoding(encoding):
    text = in_xml([cell("5")], f'<?xml version="1.0" encoding="{encoding}"?>')
    sheet = open_bytes(text.encode("utf-16" if encoding == "UTF-16" else "utf-8"), "a.xls").sheets[0]
    assert sheet.rows == [HEAD, [5.0]]


def test_a_workbook_in_xml_with_cells_one_over_the_other_is_damaged():
    with pytest.raises(FileRefused):
        open_bytes(in_xml([cell("1"), cell("2"), cell("3", more='ss:Index="2"')]).encode(), "a.xls")


def test_a_formula_nobody_calculated_and_a_truth_value_are_no_numbers():
    cells = ['<Cell ss:Formula="=R1C1"/>', cell("1", "Boolean")]
    assert open_bytes(in_xml(cells).encode(), "a.xls").sheets[0].rows[1] == ["=R1C1", True]


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("content.xml", ".ods"),
        ("Index/Document.iwa", "Numbers"),
        ("ppt/slide.xml", "演示文稿"),
        ("a.csv", "压缩包"),
    ],
)
def test_a_package_that_is_no_workbook_is_called_what_it_is(part, what):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        package.writestr(part, "x")
    with pytest.raises(FileRefused, match=what):
        open_bytes(data.getvalue(), "a.xlsx")


def test_an_enciphered_old_workbook_is_said_to_have_a_password():
    data, made = io.BytesIO(), xlwt.Workbook()
    made.add_sheet("S").write(0, 0, "a")
    made.save(data)
    whole = data.getvalue()
    at = whole.index(b"\x09\x08\x10\x00") + 20
    with pytest.raises(FileRefused, match="密码"):
        open_bytes(whole[:at] + b"\x2f\x00\x08\x00" + b"\x01" * 8 + whole[at + 12 :], "a.xls")


def test_errors_of_formulas_are_told(tmp_path):
    path = tmp_path / "店铺.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, [ROW[0], 1000, 30])
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
    found = {problem.code: problem.text for problem in read_export(path).problems}
    assert "D2" in found["error_cells"]


def test_a_second_header_in_another_order_is_refused(tmp_path):
    path = tmp_path / "店铺.csv"
    rows = [HEAD, ROW, [HEAD[0], HEAD[2], HEAD[1], HEAD[3]], ["2026-11-19", "30", "1000", "3000.5"]]
    path.write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    with pytest.raises(FileRefused, match="第 3 行是另一个表头"):
        read_export(path)
    path.write_text("\n".join(map(",".join, [*rows[:2], HEAD, ["2026-11-19", *ROW[1:]]])), encoding="utf-8")
    assert read_export(path).height == 2
