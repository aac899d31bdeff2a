"""The rules of bought-together pairs and of buyers who come back."""

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.basket import pair_lift, repurchase_cohorts, repurchase_counts


def orders(*baskets: str) -> pd.DataFrame:
    """One order a text; each letter is an item."""
    rows = [(str(number), item) for number, basket in enumerate(baskets) for item in basket]
    return pd.DataFrame(rows, columns=["order_id", "item_id"])


def bought(*rows: tuple[str, str, str]) -> pd.DataFrame:
    lines = pd.DataFrame(rows, columns=["date", "buyer", "item_id"])
    return lines.assign(date=pd.to_datetime(lines["date"]), order_id=[str(n) for n in range(len(lines))])


def test_lift_is_the_ratio_to_chance():
    pairs = pair_lift(orders("ab", "ab", "a", "c"), floor=2)
    first = pairs[pairs["item_id"] == "a"].iloc[0]
    assert (first["partner"], first["orders"]) == ("b", 2)
    assert first["lift"] == pytest.approx((2 / 4) / ((3 / 4) * (2 / 4)))


def test_a_pair_under_the_floor_is_not_shown():
    assert pair_lift(orders("ab", "ac", "ac"), floor=2)["partner"].tolist() == ["c", "a"]


def test_two_lines_of_an_item_in_one_order_count_once():
    assert pair_lift(orders("aab", "aab"), floor=2)["orders"].tolist() == [2, 2]


def test_no_pair_is_an_empty_table():
    assert pair_lift(orders("a", "b"), floor=1).empty


def test_a_floor_under_one_order_is_refused():
    with pytest.raises(ValueError, match="floor 0"):
        pair_lift(orders("ab"), floor=0)


def test_cohorts_count_a_second_order_by_each_month_and_leave_the_future_open():
    lines = bought(
        ("2026-08-03", "x", "a"), ("2026-10-01", "x", "a"), ("2026-08-09", "y", "a"), ("2026-10-31", "z", "a")
    )
    table = repurchase_cohorts(lines)
    assert table.loc["2026-08"].tolist() == [2.0, 0.0, 0.0, 0.5]
    row = table.loc["2026-10"]
    assert (row["buyers"], row[0], row[[1, 2]].isna().all()) == (1.0, 0.0, True)


def test_a_month_that_is_not_over_has_no_cohort_share_yet():
    lines = bought(("2026-08-03", "x", "a"), ("2026-08-30", "x", "a"), ("2026-09-29", "y", "a"))
    table = repurchase_cohorts(lines)
    assert table.loc["2026-08"].tolist() == [1.0, 1.0]
    assert table.loc["2026-09", "buyers"] == 1.0
    assert np.isnan(table.loc["2026-09", 0])
    assert repurchase_cohorts(lines[:0]).empty


def test_only_buyers_whose_window_is_over_count():
    lines = bought(
        ("2026-01-01", "x", "a"), ("2026-02-01", "x", "a"), ("2026-01-01", "y", "a"), ("2026-07-01", "z", "a")
    )
    assert repurchase_counts(lines).loc["a"].tolist() == [2, 1]


def test_another_item_is_no_repurchase_of_this_one():
    lines = bought(("2026-01-01", "x", "a"), ("2026-02-01", "x", "b"), ("2026-07-01", "y", "b"))
    assert repurchase_counts(lines).loc["a"].tolist() == [1, 0]


def counted_one_by_one(lines: pd.DataFrame, item: str, days: int) -> tuple[int, int]:
    """The definition, buyer by buyer."""
    over = again = 0
    for _, own in lines[lines["item_id"] == item].groupby("buyer"):
        since = (own["date"] - own["date"].min()).dt.days
        if own["date"].min() <= lines["date"].max() - pd.Timedelta(days=days):
            over += 1
            again += bool(((since > 0) & (since <= days)).any())
    return over, again


def test_all_items_at_once_count_like_each_alone():
    rng = np.random.default_rng(5)
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 300, 800), unit="D")
    lines = bought(*zip(days, rng.choice(list("uvwxyz"), 800), rng.choice(list("abc"), 800), strict=True))
    counts = repurchase_counts(lines, days=60)
    assert {item: tuple(row) for item, row in zip(counts.index, counts.to_numpy(), strict=True)} == {
        item: counted_one_by_one(lines, item, 60) for item in "abc"
    }
