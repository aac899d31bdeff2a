"""Search terms against titles: hot, converting, of several words, in a title, spread, in none."""

import datetime as dt

import pandas as pd
import pytest

from shopbook.days import Calendar
from shopbook.findings.daily.terms import plain, rate_range, split_term, term_table, title_gap
from shopbook.findings.facts import Facts
from shopbook.params import ShopSettings, rules

DAY = dt.date(2026, 9, 25)


pytestmark = pytest.mark.usefixtures("english")


def shop(*terms, titles=("玻璃 保温杯", "吸管杯"), day=DAY):
    """A shop with search terms of (words, visitors, buyers) and items of these titles on the day."""
    rows = [(pd.Timestamp(day), *each) for each in terms]
    items = [(pd.Timestamp(DAY), str(n), title, 9.0, 1.0, 1.0, 9.0) for n, title in enumerate(titles)]
    names = ["date", "item_id", "item_name", "item_visitors", "pay_buyers", "pay_units", "pay_amount"]
    frames = {
        "search_terms": pd.DataFrame(rows, columns=["date", "search_term", "visitors", "pay_buyers"]),
        "item_daily": pd.DataFrame(items, columns=names),
    }
    return Facts(ShopSettings(id="t"), DAY, frames, Calendar(()), rules())


def test_a_term_is_where_its_words_are():
    rows = term_table(shop(("玻璃保温杯", 50, 1), ("保温杯 吸管", 40, 1), ("保温杯 粉色", 30, 1)))
    assert [(row["where"], row["missing"]) for row in rows] == [
        ("in a title", ""), ("spread over titles", ""), ("in no title", "粉色"),
    ]  # fmt: skip


def test_without_titles_nothing_is_missing():
    facts = shop(("保温杯 粉色", 30, 20), titles=())
    assert [(row["where"], row["missing"]) for row in term_table(facts)] == [("–", "")]
    assert title_gap(facts) is None


def test_terms_come_by_visitors_without_those_nobody_came_by():
    rows = term_table(shop(("b", 10, 1), ("a", 30, 3), ("c", 0, 0)))
    assert [(row["search_term"], row["visitors"], row["pay_buyers"]) for row in rows] == [
        ("a", 30.0, 3.0), ("b", 10.0, 1.0),
    ]  # fmt: skip
    assert rows[0]["pay_conversion_rate"] == pytest.approx(0.1)


def test_days_of_a_term_add_up_over_four_weeks_and_no_further_back():
    facts = shop(("a", 10, 1), ("a", 20, 2))
    old = shop(("a", 99, 9), day=DAY - dt.timedelta(days=28)).frames["search_terms"]
    last = shop(("a", 5, 0), day=DAY - dt.timedelta(days=27)).frames["search_terms"]
    facts.frames["search_terms"] = pd.concat([facts.frames["search_terms"], old, last])
    assert [row["visitors"] for row in term_table(facts)] == [35.0]


def test_the_fifth_of_the_terms_with_most_visitors_is_hot_and_at_least_one():
    ten = shop(*((str(n), 100 - n, 0) for n in range(10)))
    assert [row["kinds"] for row in term_table(ten)] == ["hot"] * 2 + [""] * 8
    assert [row["kinds"] for row in term_table(shop(("a", 2, 0), ("b", 1, 0)))] == ["hot", ""]


def test_a_term_of_several_words_narrows_by_attribute():
    rows = term_table(shop(("玻璃保温杯", 50, 1), ("保温杯 吸管", 40, 1)))
    assert [row["kinds"] for row in rows] == ["hot", "attribute"]


def test_a_term_converts_when_its_whole_range_lies_above_the_mean():
    rows = term_table(shop(("a", 1000, 30), ("b", 100, 20), ("c", 100, 5)))
    assert [row["converting"] for row in rows] == [False, True, False]
    assert rows[1]["low"] > 55 / 1200 > rows[2]["low"]
    assert "converting" in rows[1]["kinds"]


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, -1, 0.0, 1.0), (0, 10, 0.0, 0.170), (10, 10, 0.830, 1.0), (12, 10, 0.855, 1.0),
     (5, 10, 0.262, 0.738)],
)  # fmt: skip
def test_the_range_of_a_share_is_jeffreys_and_closed_at_its_ends(successes, trials, low, high):
    assert rate_range(successes, trials) == pytest.approx((low, high), abs=2e-3)


def test_a_gap_is_the_converting_term_with_most_buyers_that_no_title_holds():
    facts = shop(("玻璃", 3000, 30), ("粉色 吸管", 100, 20), ("粉色 大号", 100, 25), ("黑色", 500, 1))
    found = title_gap(facts)
    assert (found.scope, found.metric, found.value) == ({"term": "粉色 大号"}, "pay_conversion_rate", 0.25)
    assert (found.level, found.owner, found.due) == ("watch", "operator", "2026-09-28")
    assert (
        found.headline
        == "“粉色 大号” converts at 25.0% of 100 visitors in 1 day(s); no title holds 粉色、大号"
    )


def test_without_a_gap_it_is_said_how_many_terms_were_judged():
    found = title_gap(shop(("玻璃", 3000, 30), ("黑色", 500, 1)))
    assert (found.level, found.next_step) == ("ok", "")
    assert "2 terms judged" in found.headline
    assert title_gap(shop()) is None


def test_a_title_is_compared_without_what_separates_its_words():
    assert plain("【新】玻璃 保温杯 500ML (大)") == "新玻璃保温杯500ml大"


@pytest.mark.parametrize(
    ("term", "pieces"),
    [("玻璃保温杯", ["玻璃", "保温杯"]), ("粉玻璃", ["粉", "玻璃"]), ("玻璃粉色", ["玻璃", "粉色"]),
     ("保温杯粉色玻璃", ["保温杯", "粉色", "玻璃"]), ("粉色", ["粉色"]), ("大号 杯", ["大号", "杯"])],
)  # fmt: skip
def test_a_term_is_cut_into_the_longest_pieces_that_titles_hold(term, pieces):
    assert split_term(term, "保温杯\n玻璃") == pieces
