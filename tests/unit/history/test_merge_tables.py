"""Two tables of a day into one, typed: which figures are replaced, which are told, what stays."""

import pyarrow as pa
import pytest

from shopbook.history.dayfile import SOURCE
from shopbook.history.merge import Cell, keys_of, merged, parts_of

DAY = "2026-11-20"


def items(*rows, columns=("item_id", "item_name", "item_visitors", "pay_amount"), source="i:1:"):
    texts = ("item_id", "item_name", "level", "ad_plan_id")
    kinds = {name: pa.string() if name in texts else pa.float64() for name in columns}
    table = {name: pa.array([row[at] for row in rows], kinds[name]) for at, name in enumerate(columns)}
    return pa.table({"date": [DAY] * len(rows), **table, SOURCE: [source] * len(rows)})


def shown(merge):
    return [tuple(row.values()) for row in merge.table.drop_columns(["date", SOURCE]).to_pylist()]


OLD = items(("1", "cup", 10.0, 5.0), ("2", "bowl", 20.0, None))


def test_the_same_table_again_says_nothing_new():
    assert merged("item_daily", OLD, OLD) is None
    assert merged("item_daily", OLD, items(("2", "", None, None))) is None
    assert merged("item_daily", OLD, items(("1", "cup", 10.0, float("nan")))) is None


def test_a_replaced_figure_is_told_with_its_key_and_both_values():
    found = merged("item_daily", OLD, items(("1", "cup", 11.0, 5.0)))
    assert shown(found) == [("1", "cup", 11.0, 5.0), ("2", "bowl", 20.0, None)]
    assert (found.touched, found.restated, found.columns) == (1, 1, ("item_visitors",))
    assert found.cells == (Cell("1", "item_visitors", 10.0, 11.0),)
    assert found.before.num_rows == 1
    assert found.is_narrower


def test_a_figure_that_becomes_known_and_a_new_row_are_no_corrections():
    found = merged(
        "item_daily", OLD, items(("2", "bowl", 20.0, 6.0), ("1", "cup", 10.0, 5.0), ("3", "lid", 1.0, 2.0))
    )
    assert shown(found) == [("1", "cup", 10.0, 5.0), ("2", "bowl", 20.0, 6.0), ("3", "lid", 1.0, 2.0)]
    assert (found.touched, found.restated, found.cells, found.is_narrower) == (2, 0, (), False)
    assert found.before.column("item_id").to_pylist() == ["2"]


def test_new_rows_alone_leave_nothing_behind_them():
    found = merged("item_daily", OLD, items(("3", "lid", 1.0, 2.0)))
    assert (found.before, found.touched, found.is_narrower) == (None, 1, False)


@pytest.mark.parametrize(
    ("new", "narrower"),
    [(items(("1", "cup", 11.0, 5.0), ("2", "bowl", 20.0, None)), False),
     (items(("1", "cup", 11.0, 5.0)), True),
     (items(("1", 11.0, 5.0), ("2", 20.0, None), columns=("item_id", "item_visitors", "pay_amount")), True)],
)  # fmt: skip
def test_rows_or_columns_that_the_new_table_lacks_make_it_narrower(new, narrower):
    assert merged("item_daily", OLD, new).is_narrower is narrower


def test_three_cells_are_shown_and_all_are_counted():
    names = ("item_id", "item_name", "item_visitors", "pay_amount", "pay_units")
    old = items(*((str(n), "x", 1.0, 1.0, 1.0) for n in range(3)), columns=names)
    new = items(*((str(n), "y", 2.0, 2.0, 2.0) for n in range(3)), columns=names)
    found = merged("item_daily", old, new)
    assert (found.restated, len(found.cells)) == (12, 3)
    assert found.columns == ("item_name", "item_visitors", "pay_amount", "pay_units")


def test_a_row_that_keeps_figures_names_both_imports_and_one_that_does_not_only_the_new():
    part = items(("1", 11.0), ("2", 20.0), columns=("item_id", "item_visitors"), source="n:2:")
    sources = merged("item_daily", OLD, part).table.column(SOURCE).to_pylist()
    assert sources == ["n:2:\ni:1:", "i:1:"]
    whole = items(("1", "cup", 11.0, 5.0), source="n:2:")
    assert merged("item_daily", OLD, whole).table.column(SOURCE).to_pylist()[0] == "n:2:"


def test_a_text_said_as_nothing_keeps_the_old_one():
    assert shown(merged("item_daily", OLD, items(("1", "", 11.0, 5.0))))[0] == ("1", "cup", 11.0, 5.0)


def test_a_key_twice_replaces_its_part_as_a_whole():
    twice = items(("1", "cup", 1.0, 1.0), ("1", "cup", 2.0, 2.0))
    found = merged("item_daily", OLD, twice)
    assert [row[2] for row in shown(found)] == [1.0, 2.0]
    assert (found.touched, found.before.num_rows) == (2, 2)
    assert merged("item_daily", found.table, twice) is None


def test_a_list_without_days_is_replaced_and_says_which_columns_changed():
    old = pa.table({"item_id": ["1"], "role": ["a"], "category": ["c"], SOURCE: ["i:1:"]})
    new = pa.table({"item_id": ["1"], "role": ["b"], "category": ["c"], SOURCE: ["n:2:"]})
    found = merged("item_tags", old, new)
    assert (found.restated, found.columns, found.before.num_rows) == (1, ("role",), 1)
    assert found.table.column("role").to_pylist() == ["b"]


def test_unknown_and_absent_are_the_same_in_a_replaced_part():
    old = pa.table({"item_id": ["1"], "role": [""], SOURCE: ["i:1:"]})
    new = pa.table({"item_id": ["1"], "category": ["c"], SOURCE: ["n:2:"]})
    assert merged("item_tags", old, new).columns == ("category",)


def test_other_parts_of_a_day_stay():
    names = ("level", "ad_plan_id", "ad_spend")
    old = items(("account", "", 1.0), ("account", "", 2.0), ("plan", "7", 5.0), columns=names)
    found = merged("ad_report", old, items(("account", "", 9.0), ("account", "", 8.0), columns=names))
    assert sorted(found.table.column("ad_spend").to_pylist()) == [5.0, 8.0, 9.0]
    assert found.before.num_rows == 2


def test_keys_are_texts_of_the_grain_and_parts_of_the_part():
    assert keys_of("item_daily", OLD) == [("1",), ("2",)]
    assert keys_of("item_daily", OLD.drop_columns(["item_id"])) == [("",), ("",)]
    assert keys_of("shop_daily", OLD) == [(), ()]
    assert parts_of("item_daily", OLD) == [(), ()]
    assert (
        len(
            set(parts_of("ad_report", items(("plan", "7", 5.0), columns=("level", "ad_plan_id", "ad_spend"))))
        )
        == 1
    )
