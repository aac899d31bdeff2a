"""Logged changes: windows of two weeks that end at the next change, judged against the other items."""

import datetime as dt

import pandas as pd
import pytest

from shopbook.days import Calendar
from shopbook.findings.daily.changes import change_findings, change_table, judged_changes
from shopbook.findings.facts import Facts
from shopbook.params import ShopSettings, rules

DAY = dt.date(2026, 9, 25)
DAYS = pd.date_range(end=DAY, periods=60)


def back(days):
    return pd.Timestamp(DAY) - pd.Timedelta(days=days)


def shop(*log, rate=lambda day: 40.0, others=lambda day: 40.0, visitors=1000.0):
    """Items 1 and 2 with so many buyers a day, and a log of (days ago, item, change)."""
    rows = [
        (day, item, f"cup {item}", visitors, buyers(day), buyers(day) * 50)
        for day in DAYS
        for item, buyers in (("1", rate), ("2", others))
    ]
    names = ["date", "item_id", "item_name", "item_visitors", "pay_buyers", "pay_amount"]
    logged = [(back(ago), item, change) for ago, item, change in log]
    frames = {
        "item_daily": pd.DataFrame(rows, columns=names),
        "shop_daily": pd.DataFrame({"date": DAYS, "visitors": 2000.0, "pay_buyers": 80.0, "pay_amount": 4e3}),
        "change_log": pd.DataFrame(logged, columns=["date", "item_id", "change"]),
        **dict.fromkeys(("market", "peers", "flow_source", "rivals", "ad_report", "stock"), pd.DataFrame()),
    }
    return Facts(ShopSettings(id="t"), DAY, frames, Calendar(()), rules())


def falls(ago, level=20.0):
    """Buyers that fall from 40 to `level` so many days ago."""
    return lambda day: level if day >= back(ago) else 40.0


def test_a_changed_item_that_fell_alone_is_worse_and_one_that_fell_with_all_is_not():
    [found] = change_findings(shop((10, "1", "主图"), rate=falls(10)))
    assert (found.id, found.verdict, found.metric) == ("design.change", "worse", "pay_conversion_rate")
    assert (found.value, found.baseline) == pytest.approx((0.02, 0.04))
    assert found.relative == pytest.approx(-0.5)
    assert found.market_change == pytest.approx(0.0)
    [same] = change_findings(shop((10, "1", "主图"), rate=falls(10), others=falls(10)))
    assert same.verdict != "worse"
    assert same.market_change == pytest.approx(-0.5)


def test_the_causes_are_the_other_items_and_the_item():
    [found] = change_findings(shop((10, "1", "主图"), rate=falls(10, 10.0), others=falls(10)))
    effects = {next(iter(cause.scope.values())): cause.effect for cause in found.causes}
    assert effects["market"] == pytest.approx(-0.02)
    assert effects["1"] == pytest.approx(-0.01)


@pytest.mark.parametrize(
    ("change", "owner"), [("主图换成白底", "design"), ("降价 5 元", "operator"), ("New TITLE", "operator")]
)
def test_what_the_operator_changes_goes_back_to_the_operator(change, owner):
    [found] = change_findings(shop((10, "1", change), rate=falls(10)))
    assert (found.level, found.owner, found.due) == ("watch", owner, "2026-09-27")


def test_of_the_last_two_weeks_the_worse_ones_are_told_else_the_newest():
    calm = shop((5, "1", "主图"), (9, "2", "主图"))
    assert [one.scope for one in change_findings(calm)] == [{"item_id": "1"}]
    mixed = shop((5, "2", "主图"), (9, "1", "主图"), rate=falls(9))
    assert {"item_id": "1"} in [one.scope for one in change_findings(mixed) if one.verdict == "worse"]
    assert [one.verdict for one in change_findings(mixed)] == ["worse"]
    assert change_findings(shop((14, "1", "主图")))
    assert change_findings(shop((15, "1", "主图"))) == []


def test_changes_of_six_weeks_stand_in_the_table_newest_first():
    rows = change_table(shop((41, "1", "a"), (20, "2", "b"), (42, "2", "c")))
    assert [(row["change_text"], row["days_after"]) for row in rows] == [("b", 14), ("a", 14)]
    assert {row["click_rate_said"] for row in rows} == {"–"}
    assert rows[0]["conversion_said"] != "–"
    assert rows[0]["conversion_change"] == pytest.approx(0.0)
    assert rows[0]["label"] == "cup 2"


@pytest.mark.parametrize(("ago", "after"), [(1, None), (2, 3), (12, 13), (13, 14), (14, 14)])
def test_a_change_is_judged_from_its_own_third_day_to_its_fourteenth(ago, after):
    assert [row["after"] for row in judged_changes(shop((ago, "1", "a")))] == ([after] if after else [])


def test_a_later_change_of_the_item_ends_the_days_after_and_an_earlier_one_those_before():
    # 40 to 20 at the first change, 20 to 40 at the second: each is judged by its own days only.
    buyers = lambda day: 20.0 if back(20) <= day < back(8) else 40.0  # noqa: E731
    newer, older = judged_changes(shop((8, "1", "b"), (20, "1", "a"), rate=buyers))
    assert (newer["change"], older["change"]) == ("b", "a")
    assert older["after"] == 12
    assert older["found"]["pay_conversion_rate"].relative == pytest.approx(-0.5)
    assert newer["found"]["pay_conversion_rate"].relative == pytest.approx(1.0)
    [alone, _] = judged_changes(shop((8, "1", "b"), (20, "2", "a"), rate=buyers))
    assert alone["found"]["pay_conversion_rate"].baseline == pytest.approx((12 * 20 + 2 * 40) / 14000)


def test_two_days_between_two_changes_are_too_few():
    assert [row["change"] for row in judged_changes(shop((8, "1", "b"), (10, "1", "a")))] == []
    assert [row["change"] for row in judged_changes(shop((8, "1", "b"), (11, "1", "a")))] == ["b", "a"]


def test_nothing_is_compared_where_one_side_never_sold_or_counts_are_impossible():
    never = lambda day: 0.0  # noqa: E731
    assert judged_changes(shop((10, "1", "a"), rate=never)) == []
    assert judged_changes(shop((10, "1", "a"), others=never)) == []
    assert judged_changes(shop((10, "1", "a"), others=falls(10, 0.0))) == []
    assert judged_changes(shop((10, "1", "a"), visitors=0.0)) == []
    assert judged_changes(shop((10, "1", "a"), visitors=39.0)) == []
    assert len(judged_changes(shop((10, "1", "a"), rate=falls(10, 0.0)))) == 1


def test_without_a_log_there_is_nothing_to_judge():
    assert judged_changes(shop()) == []
    assert change_findings(shop()) == []
