"""Days that a report over months repeats: found in one step, answered as if each were compared alone."""

import datetime as dt

import numpy as np
import pytest

from shopbook.history import store as store_module
from shopbook.history.held import by_day
from shopbook.history.repeated import repeated_days
from shopbook.read.export import ExportTable, Provenance

FIRST = dt.date(2026, 11, 1)
PLACE = Provenance("f.csv", "0" * 64, "csv", "utf-8", ",", (), 1, 9)


def report(kind, rows, columns):
    """Rows of (day of November, values...) as a table that was read."""
    values = {"date": np.array([f"2026-11-{row[0]:02}" for row in rows], "datetime64[ns]")}
    for at, name in enumerate(columns, 1):
        cells = [row[at] for row in rows]
        values[name] = np.array(cells, float) if isinstance(cells[0], float) else cells
    return ExportTable(kind, values, (), PLACE)


def items(*rows):
    return report("item_daily", rows, ("item_id", "item_visitors", "pay_amount"))


def six_days(visitors=10.0):
    return [(day, item, visitors * day, float("nan")) for day in range(1, 7) for item in ("1", "2")]


@pytest.fixture
def kept(store):
    store.write("a", items(*six_days()), name="first")
    store.copy_months("a", "item_daily")
    return store


def asked(store, table, held=()):
    folder = store.root / "a" / table.kind
    return sorted(day.day for day in repeated_days(table.kind, list(by_day(table, "n")), folder, held))


def test_days_with_the_same_figures_in_any_order_are_repeated(kept):
    assert asked(kept, items(*six_days())) == [1, 2, 3, 4, 5, 6]
    assert asked(kept, items(*six_days()[::-1])) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("other", [
    (3, "2", 31.0, float("nan")),  # another figure
    (3, "3", 30.0, float("nan")),  # another item
    (3, "2", 30.0, 1.0),  # a figure that becomes known
    (3, "1", 30.0, float("nan")),  # an item twice
])  # fmt: skip
def test_a_day_with_anything_else_is_not(kept, other):
    rows = six_days()
    rows[5] = other
    assert asked(kept, items(*rows)) == [1, 2, 4, 5, 6]


def test_fewer_rows_of_a_day_are_repeated_and_a_new_day_is_not(kept):
    rows = [*six_days()[:-1], (7, "1", 1.0, 1.0)]
    assert asked(kept, items(*rows)) == [1, 2, 3, 4, 5, 6]


def test_a_column_that_was_never_there_counts_where_it_says_something(kept):
    rows = [(*row, "cup" if row[0] == 2 else "") for row in six_days()]
    wider = report("item_daily", rows, ("item_id", "item_visitors", "pay_amount", "item_name"))
    assert asked(kept, wider) == [1, 3, 4, 5, 6]


def test_a_day_that_is_about_to_change_is_not_decided(kept):
    about = {kept.root / "a" / "item_daily" / "2026-11-02.parquet"}
    assert asked(kept, items(*six_days()), about) == [1, 3, 4, 5, 6]


def test_a_damaged_day_leaves_every_day_to_be_compared_alone(kept):
    damaged = kept.root / "a" / "item_daily" / "2026-11-02.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-9])
    assert asked(kept, items(*six_days())) == []


def test_days_of_other_types_leave_every_day_to_be_compared_alone(kept):
    rows = [(7, item, "ten", 1.0) for item in ("1", "2")]
    kept.write("a", report("item_daily", rows, ("item_id", "item_visitors", "pay_amount")), name="odd")
    assert asked(kept, items(*six_days(), (7, "1", 1.0, 1.0))) == []


@pytest.mark.parametrize("seed", range(20))
def test_the_answer_is_that_of_each_day_compared_alone(tmp_path, monkeypatch, seed):
    dice = np.random.default_rng(seed)

    def some():
        rows = [
            (int(day), str(item), float(dice.integers(2)), float("nan") if dice.random() < 0.3 else 1.0)
            for day in range(1, 9)
            for item in dice.choice(3, dice.integers(1, 4))
        ]
        return items(*rows)

    first, second = some(), some()
    told = []
    for place in ("together", "alone"):
        if place == "alone":
            monkeypatch.setattr(store_module, "repeated_days", lambda *_: frozenset())
        store = store_module.Store(tmp_path / place)
        store.write("a", first, name="first")
        store.copy_months("a", "item_daily")
        done = store.write("a", second, name="second")
        files = {path.name: path.read_bytes() for path in sorted((store.root / "a").glob("*/*.parquet"))}
        told.append((done.days, done.unchanged, done.restated_days, done.rows_of, files))
    assert told[0] == told[1]
