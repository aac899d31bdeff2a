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


def test_every_column_of_an_item_is_its_sum_or_its_day(items):
    old = items.set_index("item_id").loc["old"]
    told = old[["promoted", "item_visitors", "pay_units", "pay_amount", "price", "price_base", "units_base"]]
    assert told.tolist() == [True, 300, 30, 2400.0, 80.0, 100.0, 10.0]
    assert items["item_id"].tolist() == ["old", "fresh", "missing"]
    assert not items.set_index("item_id").loc["fresh", "promoted"]


def test_means_are_over_the_days_that_have_an_export():
    more = pd.concat([ROWS, ROWS[1:].assign(date=pd.Timestamp("2026-10-05"))])
    days = [BASE, PEAK, pd.Timestamp("2026-10-03").date()]  # no export of the third
    old = item_table(more, [], (pd.Timestamp("2026-10-04").date(), pd.Timestamp("2026-10-06").date()), days)
    row = old.set_index("item_id").loc["old"]
    assert (row["units_base"], row["burst"], row["price_base"]) == (20.0, 1.5, 85.0)
    nothing = item_table(ROWS, ["old"], (PEAK, PEAK), [])
    assert nothing.set_index("item_id").loc["old", ["units_base", "burst"]].isna().all()
    assert item_table(ROWS, [], (days[2], days[2]), [BASE]).empty


@pytest.mark.parametrize(
    ("listed", "kind", "goal"), [("2026-08-04", "new", 0.8), ("2026-08-03", "evergreen", 0.9)]
)
def test_an_item_is_new_for_under_sixty_days(items, listed, kind, goal):
    start = pd.Timestamp("2026-10-02").date()
    table = sell_through(
        items, pd.DataFrame({"item_id": ["old"], "campaign_stock": [30.0]}), pd.Series(dtype=float),
        pd.Series({"old": pd.Timestamp(listed)}), start,
    ).set_index("item_id")  # fmt: skip
    assert table.loc["old", ["kind", "goal"]].tolist() == [kind, goal]
    assert (table.loc["old", "sell_through"], table.loc["old", "sold_out"]) == (1.0, True)


def test_the_worst_against_its_goal_comes_first_and_the_last_sign_up_counts():
    items = pd.DataFrame({"item_id": list("abcd"), "pay_units": [85.0, 85, 99, 5], "promoted": [True] * 4})
    signed = pd.DataFrame({"item_id": ["a", "b", "c", "a"], "campaign_stock": [10.0, 100.0, 100.0, 100.0]})
    listed = pd.Series({"b": pd.Timestamp("2026-09-20")})
    table = sell_through(items, signed, pd.Series(dtype=float), listed, PEAK)
    assert table["item_id"].tolist() == ["a", "b", "c", "d"]
    assert table["sold_out"].tolist() == [False] * 4
    assert table["sell_through"].iloc[:3].tolist() == [0.85, 0.85, 0.99]
    assert math.isnan(table["stock"].iloc[3])


def test_a_next_stock_is_rounded_up_and_only_of_promoted_items_with_a_burst():
    rows = pd.DataFrame(
        {
            "item_id": list("abc"),
            "promoted": [True, True, False],
            "units_base": [1.1, 2.0, 3.0],
            "burst": [2.0, math.nan, 2.0],
        }
    )
    table = next_stock(rows, 1, spare=0.5)
    assert table[["item_id", "stock", "folk_low", "folk_high"]].to_numpy().tolist() == [["a", 4.0, 4.0, 6.0]]
    assert next_stock(rows, 1)["stock"].tolist() == [3.0]
