"""One sheet holds every figure that is typed: filled rows come in as their templates, others are nothing."""

import datetime as dt

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from published import home_at
from shopbook.history.inbox import check, ingest
from shopbook.history.store import Store
from shopbook.history.typed import KIND, LAST, METRIC, TOP, VALUE
from shopbook.run import typing_sheet

DAY, TODAY = dt.date(2026, 11, 20), dt.date(2026, 11, 21)
MARKET = "日期,类目,指标,数值,类型\n2026-11-19,杯,访客数,2000,数值\n2026-11-19,杯,加购人数,1万~2万,区间\n"
PEERS = "日期,指标,同行同层平均,同行同层优秀\n2026-11-19,支付转化率,2.50%,4.01%\n"
RIVALS = "日期,对象类型,对象,指标,数值,类型\n2026-11-19,店铺,本店,排名,22,数值\n"


@pytest.fixture
def home(tmp_path):
    home = home_at(tmp_path, ash="category: 杯\n")
    (home.inbox / "ash").mkdir(parents=True)
    return home


def history(home):
    for name, text in (("市场", MARKET), ("同行", PEERS), ("竞店", RIVALS)):
        (home.inbox / "ash" / f"{name}.csv").write_text(text, encoding="utf-8")
    assert {each.status for each in ingest(home, today=TODAY)} == {"accepted"}


def filled(home, figures, name="手填-ash-2026-11-20.xlsx"):
    """The sheet of the day as somebody saves it: `figures` by (sheet, figure)."""
    path = home.inbox / "ash" / name
    path.write_bytes(typing_sheet.sheet(home, "ash", DAY))
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            value, top = figures.pop((row[KIND], row[METRIC]), (row[VALUE], "")) if at > 1 else ("", "")
            page.write_row(at, 0, [*row[:VALUE], value or row[VALUE], top] if at > 1 else row)
    assert figures == {}
    return path


def value(home, kind, metric, column="value"):
    frame = Store(home.history).read("ash", kind, DAY, DAY)
    return frame.set_index("metric").at[metric, column]


def test_every_figure_typed_before_has_a_row_with_its_last_value(home):
    history(home)
    known = {(row.kind, row.name, row.entity): row.last for row in typing_sheet.rows(home, "ash", DAY)}
    assert (
        known.items()
        >= {
            ("market", "访客数", "杯"): 2000.0,
            ("market", "加购人数", "杯"): "10000~20000",
            ("peers", "支付转化率", ""): 0.025,
            ("rivals", "排名", "本店"): 22.0,
            ("hand_filled", "首页跳失率", "本店"): None,
        }.items()
    )


def test_filled_rows_are_taken_in_and_the_others_ignored(home):
    history(home)
    path = filled(home, {("市场大盘", "访客数"): (2100, ""), ("同行同层", "支付转化率"): (0.026, 0.041)})
    taken = ingest(home, today=TODAY)
    assert {(each.kind, each.status) for each in taken} == {("market", "accepted"), ("peers", "accepted")}
    assert value(home, "market", "visitors") == 2100
    assert value(home, "peers", "pay_conversion_rate", "peer_avg") == pytest.approx(0.026)
    assert value(home, "peers", "pay_conversion_rate", "peer_top") == pytest.approx(0.041)
    assert Store(home.history).days("ash", "rivals") == [dt.date(2026, 11, 19)]
    assert not path.exists()
    assert not list((home.inbox / "ash").iterdir())
    assert list((home.raw / "ash").glob("*手填-ash-2026-11-20.xlsx"))


def test_a_new_shop_is_offered_what_every_shop_should_know(home):
    filled(home, {("市场大盘", "访客数"): (900, ""), ("手填指标", "首页跳失率"): (0.4, "")})
    assert {each.status for each in ingest(home, today=TODAY)} == {"accepted"}
    assert value(home, "hand_filled", "home_bounce_rate") == pytest.approx(0.4)


def test_a_sheet_that_comes_back_empty_stays_and_says_so(home):
    path = filled(home, {})
    (told,) = ingest(home, today=TODAY)
    assert (told.file, told.status, told.problems[0].code) == (path.name, "refused", "untouched_template")
    assert path.exists()


def test_the_check_names_each_sheet_it_would_make(home):
    path = filled(home, {("市场大盘", "访客数"): (900, "")})
    assert [(each.kind, each.ok) for each in check([path], today=TODAY)] == [("market", True)]
    assert path.exists()


def test_open_cells_take_figures_of_their_unit_only(home):
    history(home)
    (row,) = [row for row in typing_sheet.rows(home, "ash", DAY) if row.name == "支付转化率"]
    assert typing_sheet._allowed(row) | {"error_title": "", "error_message": ""} == {
        "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1,
        "error_title": "", "error_message": "",
    }  # fmt: skip
    assert (LAST, TOP - VALUE) == (6, 1)
