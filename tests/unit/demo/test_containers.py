import pytest
from python_calamine import CalamineWorkbook

from shopbook.demo.containers import amount, rate, whole, write_csv, write_xls, write_xlsx

ROWS = [["统计日期", "访客数"], ["2026-11-20", "1,234"], ["🍵" * 3, "-"]]


def test_an_xls_gives_back_its_texts(tmp_path):
    path = write_xls(tmp_path / "a.xls", {"一": ROWS, "二": [[], ["x"]]})
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["一", "二"]
    assert book.get_sheet_by_name("一").to_python() == ROWS


def test_an_xlsx_keeps_formula_like_titles_as_text(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", [["=1+1", 2, 0.5, None]], percent=frozenset({2}))
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[0][:3] == ["=1+1", 2, 0.5]


def test_a_gbk_csv_loses_only_what_gbk_lacks(tmp_path):
    path = write_csv(tmp_path / "a.csv", ["名"], [["杯🍵"]], encoding="gbk")
    assert path.read_bytes().decode("gbk").splitlines() == ["名", "杯?"]


@pytest.mark.parametrize(
    ("made", "text"),
    [(whole(1234.9), "1,234"), (amount(1234.5), "1,234.50"), (rate(321, 10_000), "3.21%"), (rate(1, 0), "-")],
)
def test_figures_look_as_the_platform_writes_them(made, text):
    assert made == text
