"""What is warned about and what refuses a file."""

import datetime as dt

import pytest

from shopbook.read import FileRefused
from shopbook.text import speaking

SHOP = "统计日期,访客数,浏览量,支付买家数,支付金额"


def refusal(read_text, *lines, name="店铺日报_2026-11-11.csv", **said):
    with pytest.raises(FileRefused) as refused:
        read_text(name, *lines, **said)
    return refused.value


def test_a_missing_key_column_names_accepted_names_and_what_was_found(read_text):
    text = str(refusal(read_text, "日期,浏览量", "2026-11-11,5"))
    assert text.startswith("店铺日报_2026-11-11.csv: 缺少列「访客数」")
    assert "UV" in text
    assert "文件中的列：日期、浏览量" in text
    assert "处理：" in text


def test_a_refusal_speaks_the_language_of_the_run(read_text):
    error = refusal(read_text, "日期,浏览量", "2026-11-11,5")
    with speaking("en"):
        assert "missing column 「访客数」" in str(error)


def test_every_problem_of_a_file_is_told_at_once(read_text):
    error = refusal(read_text, SHOP, "昨天,1,1,1,1", "2026-11-10,x,1,1,1")
    assert [problem.code for problem in error.problems] == ["bad_date", "not_a_number"]


def test_a_damaged_date_column_is_not_called_missing(read_text):
    error = refusal(read_text, SHOP, "昨天,1,1,1,1", "2026-13-40,1,1,1,1", name="店铺日报.csv")
    assert [problem.code for problem in error.problems] == ["bad_date"]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        pytest.param((SHOP, "2026-11-30,1,1,1,1"), "future_day", id="a future day"),
        pytest.param((SHOP, "2026-11-22,1,1,1,1"), "partial_day", id="only the running day"),
        pytest.param((SHOP, "2026-11-20,-5,1,1,1"), "negative", id="a negative count"),
        pytest.param((SHOP, "2026-11-20,5,1,1,1", "2026-11-20,6,1,1,1"), "duplicate_day", id="one day twice"),
        pytest.param((SHOP, "2026-11-01~2026-11-07,5,1,1,1"), "period", id="a period in the date column"),
        pytest.param(
            (f"{SHOP},店铺", "2026-11-19,5,1,1,1,甲", "2026-11-20,5,1,1,1,乙"), "mixed_shops", id="two shops"
        ),
        pytest.param((SHOP,), "no_rows", id="no rows"),
        pytest.param(("甲,乙", "丙,丁"), "wrong_file", id="another file"),
        pytest.param(("日期,商品ID,支付金额", "2026-11-20,6.1E+11,1"), "damaged_id", id="a rounded id"),
    ],
)
def test_what_refuses_a_file(read_text, lines, code):
    assert [problem.code for problem in refusal(read_text, *lines).problems] == [code]


def test_a_name_that_spans_days_is_refused_naming_the_period(read_text):
    lines = ("来源,来源明细,访客数", "手淘搜索,,10")
    error = refusal(read_text, *lines, name="无线店铺流量来源-2026-11-14_2026-11-20.csv")
    assert "2026-11-14 ~ 2026-11-20" in str(error)


def test_a_table_by_day_may_span_days(read_text):
    table = read_text("店铺_2026-11-19_2026-11-20.csv", SHOP, "2026-11-19,5,1,1,1", "2026-11-20,5,1,1,1")
    assert len(table.frame) == 2


def test_the_argument_gives_the_day_a_file_lacks(read_text):
    table = read_text("流量.csv", "来源,来源明细,访客数", "手淘搜索,,10", day=dt.date(2026, 11, 20))
    assert [f"{day:%F}" for day in table.frame["date"]] == ["2026-11-20"]


def test_the_running_day_is_left_out(read_text):
    table = read_text("a.csv", SHOP, "2026-11-21,5,1,1,1", "2026-11-22,2,1,1,1")
    assert table.frame["visitors"].tolist() == [5]
    assert "partial_day" in [problem.code for problem in table.problems]


def test_the_shop_a_file_names_is_known(read_text):
    lines = (f"{SHOP},店铺", "2026-11-20,5,1,1,1,乙店")
    assert read_text("a.csv", *lines, shop="a").provenance.shop_name == "乙店"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param("2026-11-20,10,20,12,9,120%", "rate_above_one", id="more buyers than visitors"),
        pytest.param("2026-11-20,1000,20,25,9,5%", "ratio_mismatch", id="a rate that is not its parts"),
    ],
)
def test_what_is_warned_about(read_text, row, code):
    table = read_text("a.csv", f"{SHOP},支付转化率", row)
    assert [problem.code for problem in table.problems if problem.level == "warn" and problem.code == code]


def test_rounding_is_no_mismatch(read_text):
    table = read_text("a.csv", f"{SHOP},支付转化率", "2026-11-20,9999,20,33,9,0.33%")
    assert "ratio_mismatch" not in [problem.code for problem in table.problems]
