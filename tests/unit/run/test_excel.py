"""The workbook beside a page: figures are numbers in their unit, text from exports stays text."""

import openpyxl
import pytest

from published import HOSTILE, blocking, finding, home_at, report, shelve
from shopbook.run.site.excel import sheet_name, workbook_bytes, write_workbook
from shopbook.run.site.publish import publish
from shopbook.text import speaking


@pytest.fixture
def opened(tmp_path):
    """Writes a report's workbook and opens it again."""

    def write(made):
        target = tmp_path / "own.xlsx"
        write_workbook(made.to_json(), target)
        return openpyxl.load_workbook(target)

    return write


def tables(**rows):
    return {**report().tables, **rows}


def test_every_table_has_a_sheet_with_a_chinese_name(opened):
    book = opened(report(tables=tables(items=[{"item_id": "1"}], made_up=[{"x": 1}])))
    assert book.sheetnames == ["结论", "核心指标", "商品", "made_up"]


def test_an_empty_table_has_no_sheet(opened):
    assert opened(report(tables={"items": []})).sheetnames == ["结论"]


def test_figures_are_numbers_in_the_unit_of_their_metric(opened):
    sheet = opened(report())["核心指标"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    assert (rows["支付金额"][1].value, rows["支付金额"][1].number_format) == (123456.0, "#,##0.00")
    assert (rows["支付转化率"][1].value, rows["支付转化率"][1].number_format) == (0.0312, "0.00%")
    assert rows["访客数"][1].number_format == "#,##0"


def test_not_known_is_an_empty_cell_and_none_is_zero(opened):
    sheet = opened(
        report(tables=tables(items=[{"item_id": "1", "pay_amount": float("nan"), "visitors": 0}]))
    )["商品"]
    assert [cell.value for cell in sheet[2]] == ["1", None, 0]


@pytest.mark.parametrize(
    "title", ["=1+1", "+1", "-1", "@SUM(A1)", "http://x.test", "\t=1", HOSTILE, "007", "1e5"]
)
def test_text_is_never_a_formula_a_link_or_a_number(opened, title):
    sheet = opened(report(tables=tables(items=[{"item_id": "007", "item_name": title}])))["商品"]
    cell = sheet["B2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert cell.quotePrefix
    assert sheet["A2"].value == "007"


def test_headers_are_frozen_and_named_as_the_reader_knows_them(opened):
    sheet = opened(report(tables=tables(items=[{"item_id": "1", "pay_amount": 1.0}])))["商品"]
    assert sheet.freeze_panes == "B2"
    assert [cell.value for cell in sheet[1]] == ["商品ID", "支付金额"]


def test_the_first_sheet_holds_the_findings_and_warnings(opened):
    book = opened(report(warnings=(blocking(),)))
    text = " ".join(str(cell.value) for row in book["结论"].iter_rows() for cell in row if cell.value)
    for told in ("处理", "手淘推荐访客少", "推广", "2026-11-21", "只到 18 点"):
        assert told in text


def test_the_same_report_gives_the_same_bytes():
    assert workbook_bytes(report().to_json()) == workbook_bytes(report().to_json())


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param("渠道/商品:[A]*?", "渠道 商品  A", id="forbidden marks"),
        pytest.param("长" * 40, "长" * 31, id="31 characters at most"),
        pytest.param("结论", "结论 2", id="a name used before"),
        pytest.param("", "Sheet", id="no name"),
        pytest.param("History", "History 2", id="a name Excel keeps for itself"),
    ],
)
def test_sheet_names_are_such_as_excel_takes(wanted, expected):
    with speaking("zh"):
        assert sheet_name(wanted, {"结论"}) == expected


def test_publish_puts_a_workbook_beside_each_page_and_only_writes_news(tmp_path):
    home = home_at(tmp_path)
    folder = shelve(home, report(), report(notebook="daily/brief"))
    assert len(publish(home).workbooks) == 2
    assert publish(home).workbooks == ()
    shelve(home, report(findings=(finding(headline="新"),)))
    assert [path.name for path in publish(home).workbooks] == ["own.xlsx"]
    (folder / "brief.xlsx").unlink()
    assert [path.name for path in publish(home).workbooks] == ["brief.xlsx"]
