"""A file read again is told what it was told the first time; what a ledger line lacks is not made up."""

import datetime as dt

from shopbook.history.ledger import Entry
from shopbook.history.rebuild import about
from shopbook.read.spec import OfShop


def entry(**said):
    return Entry(
        "0" * 64, "计划报表.csv", "ad_report", ("2026-11-20",), "2026-11-21 03:00", 1, "accepted", said=said
    )


def test_what_was_said_with_the_file_is_said_again():
    told = about(
        entry(today="2026-11-22", item_id="600000000001", day="2026-11-20", attribution_days="15"), OfShop()
    )
    assert told["name"] == "计划报表.csv"
    assert (told["today"], told["day"]) == (dt.date(2026, 11, 22), dt.date(2026, 11, 20))
    assert (told["item_id"], told["attribution_days"]) == ("600000000001", 15)


def test_a_line_that_says_nothing_was_written_on_the_day_before_the_shops_at_most():
    told = about(entry(), OfShop())
    assert told["today"] == dt.date(2026, 11, 22)
    assert (told["item_id"], told["day"], told["attribution_days"]) == ("", None, None)
