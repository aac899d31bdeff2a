"""Two tables of a day into one, typed: which figures are replaced, which are told, what stays."""

import pyarrow as pa
import pytest

from shopbook.history.dayfile import SOURCE
from shopbook.history.merge import Cell, keys_of, merged, parts_of

DAY = "2026-11-20"


def items(*rows, columns=("item_id", "item_name", "item_visitors", "pay_amount"), source="i:1:"):
    texts = ("item_id", "item_name", "level", "ad_plan_id", "order_id")
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


def ads(*rows):
    names = ("level", "ad_plan_id", "ad_plan_name", "ad_scene_detail")
    table = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    spend = pa.array([row[4] for row in rows], pa.float64())
    return pa.table({"date": [DAY] * len(rows), **table, "ad_spend": spend, SOURCE: ["i:1:"] * len(rows)})


@pytest.mark.parametrize(("name", "detail"), [("new name", ""), ("a", "standard")])
def test_a_plan_under_another_name_or_with_one_label_more_is_the_same_plan(name, detail):
    found = merged("ad_report", ads(("plan", "81", "a", "", 9.0)), ads(("plan", "81", name, detail, 9.0)))
    assert [row[-1] for row in shown(found)] == [9.0]


def test_plans_without_ids_and_one_plan_in_two_scenes_stay_apart():
    old = ads(("plan", "", "a", "", 9.0), ("plan", "82", "c", "x", 1.0))
    found = merged("ad_report", old, ads(("plan", "", "b", "", 7.0)))
    assert [row[-1] for row in shown(found)] == [9.0, 7.0, 1.0]
    both = ads(("plan", "82", "c", "x", 1.0), ("plan", "82", "c", "y", 2.0))
    assert merged("ad_report", old, both).table.num_rows == 3


def sources(*rows):
    texts = {name: [row[at] for row in rows] for at, name in enumerate(("channel_group", "channel_label"))}
    numbers = {name: [row[at] for row in rows] for at, name in ((2, "level"), (3, "visitors"))}
    return pa.table({"date": [DAY] * len(rows), **texts, **numbers, SOURCE: ["i:1:"] * len(rows)})


def test_sources_under_other_names_replace_those_of_their_part():
    old = sources(("", "手淘搜索", 1, 9.0), ("", "购物车", 1, 5.0))
    new = sources(("", "经营优势", 1, 9.0), ("经营优势", "搜索", 2, 9.0), ("", "主动回访", 1, 5.0))
    assert merged("flow_source", old, new).table.num_rows == 3
    assert merged("flow_source", new, old).table.num_rows == 2


def test_sources_of_one_level_each_or_some_of_them_are_joined():
    old = sources(("", "经营优势", 1, 9.0), ("", "主动回访", 1, 5.0))
    below = sources(("经营优势", "搜索", 2, 9.0), ("经营优势", "推荐", 2, 5.0))
    assert merged("flow_source", old, below).table.num_rows == 4
    assert merged("flow_source", old, sources(("", "付费推广", 1, 1.0))).table.num_rows == 3


def test_later_orders_of_a_day_leave_the_earlier_ones():
    names = ("order_id", "item_id", "amount")
    old = items(("41", "1", 9.0), ("42", "1", 8.0), columns=names)
    assert shown(merged("order_lines", old, items(("43", "2", 7.0), columns=names)))[-1][-1] == 7.0
    again = merged("order_lines", old, items(("42", "1", 6.0), columns=names))
    assert sorted(row[-1] for row in shown(again)) == [6.0, 9.0]
