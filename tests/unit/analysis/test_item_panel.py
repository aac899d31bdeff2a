"""Items x days: which cell a row lands in, joined histories, listing days, gaps in supply."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.item_panel import (
    LONG_AGO,
    Panel,
    _basis,
    _join_replaced,
    _listing_days,
    _stock_out_days,
    daily_figures,
    item_panel,
    supply_gaps,
)
from shopbook.analysis.stage_rules import StageHints, StageRules

MONDAY = pd.Timestamp("2026-01-05")
NAN = float("nan")
RULES = StageRules()


def rows(*cells: tuple[str, int, float], column: str = "item_visitors", **more: object) -> pd.DataFrame:
    """(item, day after the Monday, figure)."""
    frame = pd.DataFrame(cells, columns=["item_id", "day", column])
    dates = MONDAY + pd.to_timedelta(frame.pop("day"), unit="D")
    return frame.assign(date=dates.astype("datetime64[ns]"), **more)


def test_every_row_lands_in_the_cell_of_its_item_and_day():
    days = rows(("b", 2, 5.0), ("a", 13, 7.0), ("b", 0, 3.0), ("a", 14, 9.0)).assign(
        pay_buyers=[1.0, 2.0, NAN, 4.0]
    )
    panel = item_panel(days, StageHints(), None, RULES)
    assert panel.items.tolist() == ["a", "b"]
    assert (panel.monday, panel.basis, panel.visitors.shape) == (MONDAY, "visitors", (2, 14))
    assert [tuple(each) for each in np.argwhere(~np.isnan(panel.visitors))] == [(0, 13), (1, 0), (1, 2)]
    assert panel.visitors[[0, 1, 1], [13, 0, 2]].tolist() == [7.0, 3.0, 5.0]
    assert [tuple(each) for each in np.argwhere(~np.isnan(panel.buyers))] == [(0, 13), (1, 2)]
    assert panel.buyers[[0, 1], [13, 2]].tolist() == [2.0, 1.0]
    assert not panel.out_of_stock.any()


def test_items_of_a_category_column_keep_their_own_rows():
    days = rows(("b", 0, 5.0), ("a", 1, 7.0), ("b", 6, 2.0))
    plain = item_panel(days, StageHints(), None, RULES)
    coded = item_panel(days.astype({"item_id": "category"}), StageHints(), None, RULES)
    assert coded.items.tolist() == plain.items.tolist() == ["a", "b"]
    np.testing.assert_array_equal(coded.visitors, plain.visitors)
    numbered = days.assign(item_id=[10, 9, 10])
    assert item_panel(numbered, StageHints(), None, RULES).items.tolist() == ["10", "9"]


def test_an_item_never_seen_in_the_whole_weeks_is_left_out_and_none_leaves_nothing():
    days = rows(("a", 0, 5.0), ("b", 7, 5.0), ("c", 6, NAN), ("a", 7, 1.0))
    assert item_panel(days, StageHints(), None, RULES).items.tolist() == ["a"]
    two = rows(("a", 0, 5.0), ("z", 8, 5.0), ("a", 13, 1.0), ("b", 13, 5.0)).assign(pay_units=1.0)
    kept = item_panel(two, StageHints(), dt.date(2026, 1, 11), RULES)
    assert (kept.items.tolist(), kept.visitors.shape, kept.buyers.shape) == (["a"], (1, 7), (1, 7))
    assert (kept.out_of_stock.shape, kept.first.tolist()) == ((1, 7), [LONG_AGO])
    for last in (dt.date(2026, 1, 10), dt.date(2025, 12, 1)):
        nothing = item_panel(two, StageHints(), last, RULES)
        assert nothing.visitors.shape[1] == 0
        assert len(nothing.items) == len(nothing.first) == 0


def test_units_stand_in_only_where_no_visitor_is_known():
    both = pd.DataFrame({"item_visitors": [NAN, 1.0], "pay_units": [2.0, 2.0]})
    assert _basis(both) == ("item_visitors", "visitors")
    assert _basis(both.assign(item_visitors=NAN)) == ("pay_units", "units")
    assert _basis(both[["pay_units"]]) == ("pay_units", "units")
    for frame in (
        both.assign(item_visitors=NAN, pay_units=NAN),
        both[[]],
        both[["item_visitors"]].assign(item_visitors=NAN),
    ):
        with pytest.raises(ValueError, match="neither"):
            _basis(frame)


def test_a_gap_in_supply_is_told_from_units_and_added_to_the_known_stock_outs():
    sold = [("a", day, 3.0 if day < 28 else 0.0) for day in range(42)]
    days = rows(*sold, column="pay_units").assign(item_visitors=9.0)
    outs = pd.DataFrame({"item_id": ["a"], "date": [MONDAY]})
    panel = item_panel(days, StageHints(stock_outs=outs), None, RULES)
    assert panel.out_of_stock[0].nonzero()[0].tolist() == [0, *range(37, 42)]
    assert not item_panel(days.drop(columns="pay_units"), StageHints(), None, RULES).out_of_stock.any()


def gaps_one_by_one(units: list[float], rules: StageRules) -> list[bool]:
    """The definition: days of the run without a sale, and the mean of the four weeks before it."""
    found = []
    for day in range(len(units)):
        begin = day + 1
        while begin > 0 and not units[begin - 1] > 0:
            begin -= 1
        run = day + 1 - begin
        before = [each for each in units[max(begin - 28, 0) : begin] if not np.isnan(each)]
        due = sum(before) / max(len(before), 1) * run
        found.append(rules.supply_run <= run <= rules.supply_last and due >= rules.supply_expected)
    return found


def test_gaps_in_supply_are_those_of_the_definition():
    rng = np.random.default_rng(2)
    units = np.where(rng.random((12, 120)) < 0.1, NAN, rng.integers(0, 3, (12, 120)).astype(float))
    for row, start in enumerate(range(5, 89, 7)):
        units[row, start : start + 8 + 2 * row] = np.where(rng.random(8 + 2 * row) < 0.2, NAN, 0.0)
    found = supply_gaps(units, RULES)
    assert found.any(axis=1).sum() >= 6
    assert found.tolist() == [gaps_one_by_one(row, RULES) for row in units.tolist()]


def test_a_stock_out_lands_on_the_day_of_its_item():
    outs = pd.DataFrame({"item_id": ["b", "a", "x"], "date": MONDAY + pd.to_timedelta([0, 6, 3], unit="D")})
    found = _stock_out_days(outs, pd.Index(["a", "b"]), MONDAY, 7)
    assert [tuple(each) for each in np.argwhere(found)] == [(0, 6), (1, 0)]
    one = outs.assign(date=MONDAY + pd.to_timedelta([1, 7, -1], unit="D"))
    assert [tuple(each) for each in np.argwhere(_stock_out_days(one, pd.Index(["a", "b"]), MONDAY, 7))] == [
        (1, 1)
    ]
    for none in (None, outs[:0]):
        assert not _stock_out_days(none, pd.Index(["a"]), MONDAY, 7).any()


def joined(replaces: dict[str, str], items: str = "abcd"):
    visitors = np.array([[1.0, NAN, 3.0, NAN], [10, 20, NAN, NAN], [100, 200, 300, NAN], [1, 1, 1, 1]])
    out = np.eye(4, dtype=bool)
    return _join_replaced(np.array(list(items), object), visitors.copy(), visitors / 10, out, replaces)


def test_the_days_of_a_replaced_item_are_added_to_its_newest_successor():
    items, visitors, buyers, out = joined({"b": "a", "c": "b"})
    assert items.tolist() == ["c", "d"]
    np.testing.assert_array_equal(visitors, [[111, 220, 303, NAN], [1, 1, 1, 1]])
    np.testing.assert_allclose(buyers, [[11.1, 22, 30.3, NAN], [0.1] * 4])
    assert out.tolist() == [[True, True, True, False], [False, False, False, True]]


@pytest.mark.parametrize(
    "replaces",
    [{}, {"a": "a"}, {"a": "gone"}, {"gone": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "a"}],
)
def test_what_replaces_itself_or_is_not_there_joins_nothing(replaces):
    items, visitors, _, _ = joined(replaces)
    assert items.tolist() == list("abcd")
    assert visitors[1, 1] == 20


def test_an_item_behind_a_circle_is_not_joined_into_it():
    items, _, _, _ = joined({"a": "b", "b": "a", "c": "d"})
    assert items.tolist() == ["a", "b", "c"]


def test_an_item_began_at_the_earlier_of_listing_and_first_row():
    items = np.array(["start", "six", "seven", "early", "late", "unknown"], object)
    first = np.array([3, 9, 10, 20, 20, 20])
    listed = {"early": dt.date(2026, 1, 8), "late": dt.date(2026, 2, 10), "unknown": pd.NaT}
    found = _listing_days(items, first, MONDAY, 3, listed)
    assert found.tolist() == [LONG_AGO, LONG_AGO, 10, 3, 20, 20]
    known = _listing_days(items, first, MONDAY, 3, {"start": dt.date(2026, 1, 1)})
    assert known[0] == -4


def test_the_first_day_is_counted_from_the_shops_first():
    days = rows(("a", 3, 5.0), ("b", 9, 5.0), ("c", 10, 5.0), ("a", 20, 1.0))
    panel = item_panel(days, StageHints(listed_on={"c": dt.date(2026, 1, 14)}), None, RULES)
    assert panel.first.tolist() == [LONG_AGO, LONG_AGO, 9]


def test_a_day_of_the_shop_without_the_item_is_none_in_the_weeks_it_is_seen_and_since_it_began():
    visitors = np.full((2, 21), NAN)
    visitors[0] = 5.0
    visitors[0, 20] = NAN  # no file of that day
    visitors[1, [4, 16]] = 2.0
    none = np.zeros((2, 21), bool)
    panel = Panel(
        np.array(["a", "b"], object), MONDAY, visitors, visitors, none, np.array([0, 3]), "visitors"
    )
    days, seen = daily_figures(panel)
    assert seen.tolist() == [[True] * 3, [True, False, True]]
    wanted = [NAN] * 3 + [0, 2, 0, 0] + [NAN] * 7 + [0, 0, 2, 0, 0, 0, NAN]
    np.testing.assert_array_equal(days[1], wanted)
    np.testing.assert_array_equal(days[0], visitors[0])
