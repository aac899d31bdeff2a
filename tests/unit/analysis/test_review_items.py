"""Items of a campaign, by hand."""

import math

import pandas as pd
import pytest

from shopbook.analysis.review_items import item_table, next_stock, sell_through

DAYS = pd.date_range("2026-10-01", periods=2)
BASE, PEAK = (day.date() for day in DAYS)
ROWS = pd.DataFrame(
    [
        (DAYS[0], "old", 100, 2, 10, 1000.0),
        (DAYS[1], "old", 300, 9, 30, 2400.0),
        (DAYS[1], "fresh", 50, 1, 10, 600.0),
    ],
    columns=["date", "item_id", "item_visitors", "pay_buyers", "pay_units", "pay_amount"],
)


@pytest.fixture
def items() -> pd.DataFrame:
    return item_table(ROWS, ["old", "missing"], (PEAK, PEAK), [BASE])


def test_burst_and_real_discount_of_an_item(items):
    """30 pieces at 80 against 10 pieces at 100 a day."""
    old = items.set_index("item_id").loc["old"]
    assert (old["burst"], old["discount"], old["share"]) == pytest.approx((3.0, 0.2, 0.8))


def test_an_item_that_never_sold_before_has_no_burst_and_no_discount(items):
    fresh = items.set_index("item_id").loc["fresh"]
    assert math.isnan(fresh["burst"])
    assert math.isnan(fresh["discount"])


def test_a_promoted_item_without_a_sale_is_listed(items):
    missing = items.set_index("item_id").loc["missing"]
    assert missing["promoted"]
    assert missing["pay_units"] == 0


def test_sell_through_takes_the_signed_up_stock_before_the_opening_stock(items):
    signed = pd.DataFrame({"item_id": ["old"], "campaign_stock": [40.0]})
    opening = pd.Series({"old": 500.0, "missing": 20.0})
    table = sell_through(items, signed, opening, pd.Series(dtype="datetime64[ns]"), PEAK).set_index("item_id")
    assert table.loc["old", ["stock", "sell_through"]].tolist() == [40.0, 0.75]
    assert table.loc["missing", ["stock", "sell_through"]].tolist() == [20.0, 0.0]


def test_a_campaign_without_promoted_items_has_no_sell_through(items):
    none = pd.DataFrame(columns=["item_id", "campaign_stock"])
    empty = pd.Series(dtype=float)
    assert sell_through(items.assign(promoted=False), none, empty, empty, PEAK).empty


def test_a_young_item_has_the_goal_of_new_items(items):
    listed = pd.Series({"old": pd.Timestamp("2026-09-20")})
    none = pd.DataFrame(columns=["item_id", "campaign_stock"])
    table = sell_through(items, none, pd.Series({"old": 60.0}), listed, PEAK).set_index("item_id")
    assert table.loc["old", ["kind", "goal"]].tolist() == ["new", 0.8]


def test_next_stock_follows_the_lift(items):
    """10 a day x 3 x 4 days x 1.2 = 144; the folk rule says 120 to 200."""
    row = next_stock(items, 4).set_index("item_id").loc["old"]
    assert row[["stock", "folk_low", "folk_high"]].tolist() == [144, 120, 200]


def test_a_campaign_without_days_needs_no_stock(items):
    with pytest.raises(ValueError, match="0 days"):
        next_stock(items, 0)
