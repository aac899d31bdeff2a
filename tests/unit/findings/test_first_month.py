"""A new shop's page says what it can say, what to get next, when it can judge; an old one's says nothing."""

import datetime as dt

import pandas as pd
import pytest

from shopbook.days import Calendar
from shopbook.findings.daily.first_month import first_month
from shopbook.findings.facts import Facts
from shopbook.kinds import kind_name
from shopbook.params import ShopSettings, rules
from shopbook.read.exports import KINDS

DAY = dt.date(2026, 11, 20)


def shop(days, *more):
    """A shop of so many days up to DAY, with a row of each kind of `more`."""
    dates = pd.date_range(end=DAY, periods=days)
    sheet = pd.DataFrame({"date": dates, "visitors": 900.0, "pay_buyers": 20.0, "pay_amount": 1800.0})
    frames = dict.fromkeys(KINDS, pd.DataFrame()) | {"shop_daily": sheet}
    frames |= {kind: pd.DataFrame({"date": dates[-1:], "visitors": 1.0}) for kind in more}
    return Facts(ShopSettings(id="t"), DAY, frames, Calendar(()), rules())


def names(rows, part):
    return [row["name"] for row in rows if row["part"] == part]


def test_after_the_first_file_the_page_says_what_it_holds_and_what_to_get_first():
    rows = first_month(shop(1))
    assert names(rows, "now") == [kind_name("shop_daily")]
    assert names(rows, "next") == list(map(kind_name, ("market", "peers", "flow_source", "item_daily")))


def test_an_export_that_came_moves_from_next_to_now():
    rows = first_month(shop(1, "flow_source"))
    assert names(rows, "now") == list(map(kind_name, ("shop_daily", "flow_source")))
    assert kind_name("flow_source") not in names(rows, "next")


@pytest.mark.parametrize("days", [1, 6, 8, 20])
def test_it_counts_the_days_to_the_first_verdict_as_the_verdict_does(days):
    facts = shop(days)
    (row,) = [row for row in first_month(facts) if row["part"] == "until"]
    left = facts.days_to_verdict
    assert (f"还差 {left} 天" in row["text"]) is (left > 0)
    assert (str(DAY + dt.timedelta(days=left)) in row["text"]) is (left > 0)


def test_the_weeks_it_asks_for_are_enough():
    assert shop(4 * 7).days_to_verdict == 0


def test_after_four_weeks_it_is_silent():
    assert first_month(shop(27)) != []
    assert first_month(shop(28)) == []
