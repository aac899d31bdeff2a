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


def test_pairs_are_counted_as_two_loops_would():
    rng = np.random.default_rng(0)
    lines = pd.DataFrame(
        {"order_id": rng.integers(0, 60, 260).astype(str), "item_id": rng.choice(list("abcdefgh"), 260)}
    )
    lines.loc[[5, 9], "order_id"] = None
    lines.loc[[7, 30], "item_id"] = None
    baskets = [set(each) for _, each in lines.dropna().groupby("order_id")["item_id"]]
    wanted = []
    for one in "abcdefgh":
        for two in "abcdefgh":
            both = sum(one in each and two in each for each in baskets)
            if one != two and both >= 12:
                holds, other = (sum(item in each for each in baskets) for item in (one, two))
                wanted.append((one, two, both, both / holds, both / holds / (other / len(baskets))))
    wanted.sort(key=lambda row: (-round(row[4], 9), -row[2], row[0], row[1]))
    found = pair_lift(lines, floor=12)
    assert 4 < len(wanted) < 56
    assert [tuple(row)[:3] for row in found.to_numpy()] == [row[:3] for row in wanted]
    np.testing.assert_allclose(found[["confidence", "lift"]].astype(float), [row[3:] for row in wanted])


def test_pairs_of_the_same_lift_come_by_orders_and_then_by_name():
    pairs = pair_lift(orders("ab", "ab", "cd", "cd", "cd", "x", "y", "z", "v", "w"), floor=2)
    assert pairs["item_id"].tolist() == ["a", "b", "c", "d"]
    assert pairs["lift"].tolist() == [5.0, 5.0, 10 / 3, 10 / 3]
    even = pair_lift(orders("ba", "ba", "dc", "dc"), floor=2)
    assert even["item_id"].tolist() == ["a", "b", "c", "d"]
    assert pair_lift(orders()).empty


def cohorts_one_by_one(lines: pd.DataFrame) -> dict[tuple[str, int], float]:
    """(month of the first order, months since): share with a second order by then; months that are over."""
    over = (lines["date"].max() + pd.Timedelta(days=1)).to_period("M") - 1
    found: dict[tuple[str, int], list[bool]] = {}
    for _, own in lines[lines["buyer"] != ""].sort_values("date", kind="stable").groupby("buyer"):
        months = own.drop_duplicates("order_id")["date"].dt.to_period("M").tolist()
        for since in range((over - months[0]).n + 1):
            again = len(months) > 1 and (months[1] - months[0]).n <= since
            found.setdefault((str(months[0]), since), []).append(again)
    return {key: float(np.mean(each)) for key, each in found.items()}


@pytest.mark.parametrize("last", ["2026-06-30", "2026-06-29"])
def test_cohorts_are_those_of_each_buyer_alone(last):
    rng = np.random.default_rng(3)
    days = pd.Timestamp("2026-01-10") + pd.to_timedelta(rng.integers(0, 160, 90), unit="D")
    lines = pd.DataFrame({"date": days, "buyer": rng.choice(list("abcdefghijklmnopqrstuvwxyz"), 90)})
    lines["order_id"] = (
        rng.integers(0, 40, 90).astype(str) + lines["buyer"] + lines["date"].dt.month.astype(str)
    )
    lines["date"] = lines.groupby("order_id")["date"].transform("min")
    more = pd.DataFrame(
        {"date": pd.to_datetime(["2026-03-01", last]), "buyer": ["", ""], "order_id": ["s1", "s2"]}
    )
    lines = pd.concat([lines, more], ignore_index=True)
    table = repurchase_cohorts(lines)
    found = {
        (str(month), since): table.loc[month, since]
        for month in table.index
        for since in table.columns[1:]
        if not np.isnan(table.loc[month, since])
    }
    wanted = cohorts_one_by_one(lines)
    assert found.keys() == wanted.keys()
    assert all(found[key] == pytest.approx(wanted[key]) for key in wanted)
    firsts = lines[lines["buyer"] != ""].groupby("buyer")["date"].min().dt.to_period("M")
    assert table["buyers"].to_dict() == firsts.value_counts().to_dict()


def test_a_buyer_of_one_order_does_not_take_the_next_buyers_for_a_second():
    table = repurchase_cohorts(
        bought(("2026-08-03", "x", "a"), ("2026-08-09", "y", "a"), ("2026-09-30", "z", "a"))
    )
    assert table.loc["2026-08"].tolist() == [2.0, 0.0, 0.0]
    assert table.loc["2026-09", [0]].tolist() == [0.0]


@pytest.mark.parametrize(
    ("second", "newest", "counted"),
    [
        ("2026-04-01", "2026-06-01", [1, 1]),  # 90 days later
        ("2026-04-02", "2026-06-01", [1, 0]),
        ("2026-01-01", "2026-06-01", [1, 0]),  # the same day is one purchase
        ("2026-02-01", "2026-04-01", [1, 1]),  # the window is over on its last day
        ("2026-02-01", "2026-03-31", [0, 0]),
    ],
)
def test_the_window_of_a_repurchase_is_the_ninety_days_after_the_first_day(second, newest, counted):
    lines = bought(("2026-01-01", "x", "a"), (second, "x", "a"), (newest, "", "b"))
    found = repurchase_counts(lines)
    assert found.loc["a"].tolist() == counted
    assert found.loc["b"].tolist() == [0, 0]


def test_buyers_and_items_without_a_name_and_no_line_at_all_count_nothing():
    lines = bought(("2026-01-01", "x", "a"), ("2026-01-05", "", "a"), ("2026-07-01", "x", "b"))
    lines.loc[3] = [pd.Timestamp("2026-01-02"), "y", None, "9"]
    assert repurchase_counts(lines).loc["a"].tolist() == [1, 0]
    assert repurchase_counts(lines[:0]).empty


def test_a_month_without_a_first_order_has_no_row():
    table = repurchase_cohorts(
        bought(("2026-06-03", "x", "a"), ("2026-08-09", "y", "a"), ("2026-08-31", "x", "a"))
    )
    assert [str(month) for month in table.index] == ["2026-06", "2026-08"]
    assert table.loc["2026-06"].tolist() == [1.0, 0.0, 0.0, 1.0]


def test_orders_of_one_item_have_no_pair_and_the_next_order_keeps_its_own():
    found = pair_lift(orders("a", "bcd", "e", "bc"), floor=1)
    pairs = [("b", "c", 2), ("c", "b", 2), ("b", "d", 1), ("c", "d", 1), ("d", "b", 1), ("d", "c", 1)]
    assert list(found[["item_id", "partner", "orders"]].itertuples(index=False, name=None)) == pairs
    assert set(found["lift"]) == {2.0}
