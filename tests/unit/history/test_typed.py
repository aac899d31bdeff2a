"""The sheet for typing, cell by cell: which rows are filled, where cells go, how figures are written."""

import datetime as dt
import os

import pytest
import xlsxwriter

from shopbook.history import typed
from shopbook.history.inbox import check
from shopbook.history.typed import MARK, is_typed, unfold, unfold_waiting

HEADS = ["报表", "日期", "对象类型", "对象", "指标", "类型", "上次", "数值", "优秀"]


def row(kind="市场大盘", metric="访客数", value="", top="", entity="杯"):
    return [kind, "2026-11-20", "类目", entity, metric, "数值", 7, value, top]


def sheet(path, *rows, mark=MARK, heads=True):
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for at, cells in enumerate([[mark, "a", "2026-11-20"], *([HEADS] if heads else []), *rows]):
            page.write_row(at, 0, cells)
    os.utime(path, ns=(5_000, 1_790_000_000_000_000_000))
    return path


@pytest.fixture
def told(tmp_path):
    """The lines of each template file that a sheet of some rows unfolds to."""

    def told(*rows):
        made = unfold(sheet(tmp_path / "手填.xlsx", *rows), tmp_path / "out")
        return {path.name: path.read_text(encoding="utf-8-sig").splitlines()[1:] for path in made}

    return told


def test_filled_rows_go_to_the_template_of_their_kind_and_open_ones_nowhere(told):
    found = told(row(value=900), row(metric="加购人数"), row("同行同层", "客单价", value=80, top=95.5))
    assert found == {
        "手填-市场大盘.csv": ["2026-11-20,杯,访客数,900,数值"],
        "手填-同行同层.csv": ["2026-11-20,客单价,80,95.5"],
    }
    assert told() == {}


def test_a_cell_that_is_true_or_false_is_no_figure(told):
    assert told(row(value=True))["手填-市场大盘.csv"] == ["2026-11-20,杯,访客数,True,数值"]


def test_a_row_with_one_of_both_figures_is_filled(told):
    assert told(row("同行同层", "客单价", top=95)) == {"手填-同行同层.csv": ["2026-11-20,客单价,,95"]}
    assert told(row("同行同层", "客单价", value=80)) == {"手填-同行同层.csv": ["2026-11-20,客单价,80,"]}


def test_a_zero_is_a_figure_and_spaces_are_none(told):
    assert told(row(value=0)) == {"手填-市场大盘.csv": ["2026-11-20,杯,访客数,0,数值"]}
    assert told(row(value="  ")) == {}


def test_a_share_has_its_percent_sign_and_every_other_figure_all_its_digits(told):
    rates = told(row("同行同层", "支付转化率", value=0.0256, top="4.1%"))
    assert rates["手填-同行同层.csv"] == ["2026-11-20,支付转化率,2.56%,4.1%"]
    assert told(row(value=123456789.25))["手填-市场大盘.csv"] == ["2026-11-20,杯,访客数,123456789.25,数值"]
    assert told(row(value="1万~2万"))["手填-市场大盘.csv"] == ["2026-11-20,杯,访客数,1万~2万,数值"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [(dt.date(2026, 11, 20), "2026-11-20"), (dt.datetime(2026, 11, 20, 9, 30), "2026-11-20"), (7.0, "7"),
     (0.1 + 0.2, "0.3"), (" 杯 ", "杯"), ("", ""), (123456789012345.0, "123456789012345")],
)  # fmt: skip
def test_a_cell_is_a_text_as_it_was_typed(cell, text):
    assert typed._text(cell) == text


def test_a_template_is_as_old_as_its_sheet(tmp_path):
    (made,) = unfold(sheet(tmp_path / "手填.xlsx", row(value=1)), tmp_path / "out")
    assert made.stat().st_mtime_ns == 1_790_000_000_000_000_000


@pytest.mark.parametrize(
    ("name", "mark", "heads", "ours"),
    [("手填-a.xlsx", MARK, True, True), ("To-Type-a.XLSX", MARK, True, True),
     ("a.xlsx", MARK, True, False), ("手填-a.xlsm", MARK, True, False),
     ("手填-a.xlsx", "x", True, False), ("手填-a.xlsx", MARK, False, False)],
)  # fmt: skip
def test_the_sheet_is_known_by_its_name_and_its_mark(tmp_path, name, mark, heads, ours):
    assert is_typed(sheet(tmp_path / name, mark=mark, heads=heads)) is ours


def test_what_is_no_workbook_is_no_sheet(tmp_path):
    path = tmp_path / "手填.xlsx"
    path.write_bytes(b"PK nothing")
    assert not is_typed(path)
    assert not is_typed(tmp_path / "手填-none.xlsx")


def test_a_sheet_of_more_than_five_million_bytes_is_not_opened(tmp_path, monkeypatch):
    path = sheet(tmp_path / "手填.xlsx", row(value=1))
    assert is_typed(path)
    monkeypatch.setattr(typed, "_LARGEST", 100)
    assert not is_typed(path)


def test_a_check_of_a_sheet_among_other_files_names_what_each_would_be(tmp_path):
    shop = tmp_path / "店铺.csv"
    shop.write_text("统计日期,访客数,支付买家数,支付金额\n2026-11-20,6,1,9\n", encoding="utf-8")
    asked = [shop, sheet(tmp_path / "手填-1.xlsx", row(value=1)), sheet(tmp_path / "手填-2.xlsx", row())]
    found = check(asked, today=dt.date(2026, 11, 21))
    assert [(each.file, each.kind, each.ok) for each in found] == [
        ("店铺.csv", "shop_daily", True), ("手填-1-市场大盘.csv", "market", True), ("手填-2.xlsx", "", False),
    ]  # fmt: skip


def test_a_sheet_of_the_inbox_moves_and_one_from_elsewhere_is_copied(home, tmp_path):
    (home.inbox / "a").mkdir(parents=True)
    inside = sheet(home.inbox / "a" / "手填-1.xlsx", row(value=1))
    outside = sheet(tmp_path / "手填-2.xlsx", row(value=2))
    empty = sheet(home.inbox / "a" / "手填-3.xlsx", row())
    other = tmp_path / "店铺.csv"
    found = {"a": [inside, outside, empty, other]}
    (odd,) = unfold_waiting(home, found, "2026-11-22T08:00")
    assert (odd.shop, odd.file, odd.problem.code) == ("a", "手填-3.xlsx", "untouched_template")
    assert [path.name for path in found["a"]] == ["店铺.csv", "手填-1-市场大盘.csv", "手填-2-市场大盘.csv"]
    assert (inside.exists(), outside.exists(), empty.exists()) == (False, True, True)
    kept = sorted(path.name for path in (home.raw / "a").iterdir())
    assert kept == ["20261122T0800-手填-1.xlsx", "20261122T0800-手填-2.xlsx"]
