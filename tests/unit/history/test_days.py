"""Days of the history, written and read without an export: names, order, copies of months, hashes."""

import datetime as dt
import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from shopbook.errors import HistoryError
from shopbook.history import befores, dayfile, months, sealed
from shopbook.history.befores import Before, befores_of, day_of, keep_befores
from shopbook.history.dayfile import SOURCE, Origin, Rows, content_of, in_order, together
from shopbook.history.held import Held, by_day, sources_in
from shopbook.history.merge import is_said
from shopbook.read.export import ExportTable, Provenance


def table(days, visitors=10.0, *, kind="shop_daily", sha="0" * 64, file="f.csv", **columns):
    """An export of days of November 2026, a row each."""
    dates = np.array([f"2026-11-{day:02}" for day in days], "datetime64[ns]")
    values = {"date": dates, "visitors": np.full(len(days), visitors), **columns}
    return ExportTable(kind, values, (), Provenance(file, sha, "csv", "utf-8", ",", (), 1, len(days)))


def november(day):
    return dt.date(2026, 11, day)


# -- the store


def test_days_are_read_from_the_first_to_the_last_asked_for_and_nothing_else_is_a_day(store):
    store.write("a", table(range(1, 7)), name="one")
    folder = store.root / "a" / "shop_daily"
    (folder / "2026-11-03.copy.parquet").write_bytes(b"x")
    (folder / "notes.txt").write_bytes(b"x")
    assert [day.day for day in store.days("a", "shop_daily")] == [1, 2, 3, 4, 5, 6]

    def read(first, last):
        return store.read("a", "shop_daily", first, last)["date"].dt.day.tolist()

    assert read(november(2), november(4)) == [2, 3, 4]
    assert read(november(5), None) == [5, 6]
    assert read(None, november(2)) == [1, 2]
    assert read(None, None) == [1, 2, 3, 4, 5, 6]


def test_columns_come_in_the_order_asked_for_and_those_that_are_not_there_are_left_out(store):
    store.write("a", table([1, 2]), name="one")
    found = store.read("a", "shop_daily", columns=["visitors", "nothing", "date"])
    assert list(found) == ["visitors", "date"]
    assert list(store.read("a", "market", columns=["metric", "nothing"])) == ["metric"]
    assert "metric" in store.read("a", "market")


def test_a_write_names_its_import_by_its_hash_unless_it_has_a_name(store):
    store.write("a", table([1], sha="abcdef0123456789" * 4))
    store.write("a", table([2]), name="named")
    assert store.read("a", "shop_daily", columns=[SOURCE])[SOURCE].tolist() == ["abcdef01", "named"]


def test_an_import_says_which_days_it_changed_which_it_repeats_and_what_it_replaced(store):
    first = store.write("a", table([1, 2]), name="one")
    assert (first.days, first.unchanged, first.changed) == ((november(1), november(2)), (), True)
    second = store.write("a", table([2, 3]), name="two")
    assert (second.days, second.unchanged, second.changed) == ((november(3),), (november(2),), True)
    third = store.write("a", table([1, 3]), name="three")
    assert (third.days, third.unchanged, third.changed) == ((), (november(1), november(3)), False)
    assert store.restated("a") == []
    store.write("a", table([2], 11.0), now="now", name="four")
    [record] = store.restated("a")
    assert (record.day, record.figures, record.when, record.id) == (
        november(2), {"visitors": (10.0, 11.0)}, "now", "four",
    )  # fmt: skip


def test_an_export_has_the_rows_and_the_days_it_left(store):
    store.write("a", table([1, 2, 3, 4], file="one.csv"), name="one")
    store.write("a", table([4, 5], 11.0, sha="1" * 64, file="two.csv"), name="two")
    found = {row.file: (row.rows, row.first_day, row.last_day) for row in store.sources("a", "shop_daily")}
    assert found == {"one.csv": (3, "2026-11-01", "2026-11-03"), "two.csv": (2, "2026-11-04", "2026-11-05")}
    asked = store.sources("a", "shop_daily", november(2), november(3))
    assert [(row.file, row.rows) for row in asked] == [("one.csv", 2)]


def test_only_kinds_and_shops_have_day_files_and_a_damaged_one_is_found(store):
    store.write("a", table([1, 2]), name="one")
    for folder in ("a/unknown", "a b/shop_daily"):
        (store.root / folder).mkdir(parents=True)
        (store.root / folder / "2026-11-01.parquet").write_bytes(b"x")
    assert [(shop, kind, day.day) for shop, kind, day, _ in store.day_files()] == [
        ("a", "shop_daily", 1), ("a", "shop_daily", 2),
    ]  # fmt: skip
    assert store.damaged() == []
    path = store.root / "a" / "shop_daily" / "2026-11-02.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    assert [day.day for _, _, day, _ in store.damaged()] == [2]


def test_days_before_a_day_are_pruned_and_the_day_itself_stays(store):
    store.write("a", table([1, 2, 3]), name="one")
    assert [path.stem for path in store.prune(november(3))] == ["2026-11-01", "2026-11-02"]
    assert store.days("a", "shop_daily") == [november(3)]


def test_what_cannot_be_written_leaves_the_days_as_they_were(store, monkeypatch):
    store.write("a", table([1]), name="one")

    def full(paths):
        raise OSError("full")

    monkeypatch.setattr(dayfile, "flush", full)
    with pytest.raises(OSError, match="full"):
        store.write("a", table([1, 2], 99.0), name="two")
    assert store.read("a", "shop_daily")["visitors"].tolist() == [10.0]
    assert not list(store.root.rglob("*.tmp"))


def test_a_kind_of_another_name_is_refused(store):
    with pytest.raises(ValueError, match="unknown"):
        store.read("a", "unknown")
    with pytest.raises(HistoryError):
        store.kinds("a/b")


# -- copies of months


def copies(store):
    folder = store.root / "a" / "shop_daily" / months.FOLDER
    return sorted(path.stem for path in folder.glob("*.parquet"))


@pytest.mark.parametrize(("count", "copied"), [(3, []), (4, ["2026-11"])])
def test_a_month_of_four_days_has_a_copy(store, count, copied):
    store.write("a", table(range(1, count + 1)), name="one")
    store.copy_months("a", "shop_daily")
    assert copies(store) == copied


def test_some_days_of_a_month_come_from_its_copy_alone(store, monkeypatch):
    store.write("a", table(range(1, 7)), name="one")
    store.copy_months("a", "shop_daily")
    monkeypatch.setattr(months.files, "read_day", lambda *_: pytest.fail("a day file was opened"))
    found = store.read("a", "shop_daily", november(2), november(5), ["date", "visitors"])
    assert found["date"].dt.day.tolist() == [2, 3, 4, 5]
    assert list(found) == ["date", "visitors"]
    assert list(store.read("a", "shop_daily", columns=["visitors", "date"])) == ["visitors", "date"]
    only = store.read("a", "shop_daily", november(1), november(4), ["visitors"])
    assert (list(only), len(only)) == (["visitors"], 4)
    assert SOURCE not in store.read("a", "shop_daily")
    assert store.read("a", "shop_daily", columns=[SOURCE])[SOURCE].tolist() == ["one"] * 6


def test_a_day_that_was_written_again_is_read_as_it_is_and_its_copy_follows(store):
    store.write("a", table(range(1, 7)), name="one")
    store.copy_months("a", "shop_daily")
    store.write("a", table([3], 99.0), name="two")
    assert store.read("a", "shop_daily")["visitors"].tolist() == [10.0, 10.0, 99.0, 10.0, 10.0, 10.0]
    copy = store.root / "a" / "shop_daily" / months.FOLDER / "2026-11.parquet"
    before = copy.stat().st_ino
    store.copy_months("a", "shop_daily")
    assert copy.stat().st_ino != before
    after = copy.stat().st_ino
    store.copy_months("a", "shop_daily")
    assert copy.stat().st_ino == after  # nothing new: the copy stays
    assert store.read("a", "shop_daily")["visitors"].tolist()[2] == 99.0


def test_a_column_that_the_days_asked_for_lack_is_not_there(store):
    store.write("a", table([1, 2, 3, 4]), name="one")
    store.write("a", table([5], cart_buyers=np.array([7.0])), name="two")
    store.copy_months("a", "shop_daily")
    assert "cart_buyers" not in store.read("a", "shop_daily", november(1), november(4))
    assert store.read("a", "shop_daily")["cart_buyers"].tolist()[-1] == 7.0


def test_copies_are_made_of_day_files_alone_too(store):
    store.write("a", table([1, 2, 3, 4]), name="one")
    folder = store.root / "a" / "shop_daily"
    months.refresh([(november(day), folder / f"2026-11-{day:02}.parquet") for day in (1, 2, 3, 4)])
    assert copies(store) == ["2026-11"]
    assert len(store.read("a", "shop_daily")) == 4


def test_a_seal_is_size_and_time(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"abc")
    os.utime(path, ns=(1, 2_000_000_000))
    assert months.seal(path) == [3, 2_000_000_000]


# -- hashes and tables


def test_a_hash_is_of_the_values_whatever_their_order_their_file_or_their_kind_of_nothing():
    one = Rows({"a": np.array([1.0, np.nan, 0.0]), "b": ["x", "", "y"], SOURCE: ["1", "2", "3"]})
    other = Rows({"b": ["x", None, "y"], SOURCE: ["9", "9", "9"], "a": np.array([1.0, -np.nan, -0.0])})
    assert one.content() == other.content() == content_of(one.table)
    assert one.content(1) == other.content(1, 3) != one.content(0, 2)
    assert one.content() != Rows({"a": np.array([1.0, np.nan, 0.0]), "c": ["x", "", "y"]}).content()
    assert one.content() != Rows({"a": np.array([1.0, np.nan, 0.1]), "b": ["x", "", "y"]}).content()
    assert Rows({"b": ["x", "yz"]}).content() != Rows({"b": ["xy", "z"]}).content()


def test_series_and_dates_hash_as_they_are_stored():
    days = np.array(["2026-11-01", "2026-11-02"], "datetime64[ns]")
    as_series = Rows({"date": pd.Series(days), "t": pd.Series(["a", None], dtype="str")})
    plain = Rows({"date": days, "t": ["a", ""]})
    assert as_series.content() == plain.content() == content_of(plain.table)
    assert plain.content() != Rows({"date": days[::-1], "t": ["a", ""]}).content()
    assert Rows({"n": np.array([1, 2])}).content() == Rows({"n": np.array([1.0, 2.0])}).content()


def test_of_days_below_each_other_a_text_that_lacks_is_empty_and_a_figure_unknown():
    both = together([pa.table({"a": ["x"], "n": [1.0]}), pa.table({"m": [2.0]})])
    assert both.to_pylist() == [{"a": "x", "n": 1.0, "m": None}, {"a": "", "n": None, "m": 2.0}]


@pytest.mark.parametrize("count", [0, 1, 2, 40])
def test_every_file_of_a_write_is_brought_to_disk(monkeypatch, count):
    flushed = []
    monkeypatch.setattr(dayfile, "_flush", flushed.append)
    dayfile.flush(list(range(count)))
    assert sorted(flushed) == list(range(count))


def test_a_text_is_a_text_however_wide_it_is_stored():
    wide, plain = (
        pa.table({"a": pa.array(["x", None, ""], kind)}) for kind in (pa.large_string(), pa.string())
    )
    assert content_of(wide) == content_of(plain)
    assert together([wide, pa.table({"b": [1.0]})]).column("a").to_pylist() == ["x", "", "", ""]
    assert (
        is_said(wide.column("a")).to_pylist()
        == is_said(plain.column("a")).to_pylist()
        == [True, False, False]
    )


def test_rows_stand_by_their_keys_without_columns_that_say_nothing():
    rows = pa.table(
        {"k": ["b", "a"], "n": [1.0, 2.0], "none": pa.nulls(2, pa.float64()), "half": [None, 3.0]}
    )
    found = in_order(rows, [("b",), ("a",)])
    assert found.to_pylist() == [{"k": "a", "n": 2.0, "half": 3.0}, {"k": "b", "n": 1.0, "half": None}]


def test_one_flipped_bit_breaks_a_seal_and_bytes_without_one_have_none(tmp_path):
    data = sealed.packed(pa.table({"a": [1.0, 2.0]}), b"note", {"x": 1})
    assert sealed.holds(data)
    assert not sealed.holds(b"no seal")
    for place in (5, len(data) // 2, len(data) - 5):
        flipped = bytearray(data)
        flipped[place] ^= 1
        with pytest.raises(sealed.Broken):
            sealed.holds(bytes(flipped))
    (tmp_path / "f").write_bytes(data)
    assert sealed.file_holds(tmp_path / "f")


# -- a day while it is taken in


def days_of(table, name="one"):
    return {new.day.day: new for new in by_day(table, name)}


def test_rows_that_stand_together_are_a_day():
    parts = list(by_day(table([1, 1, 2, 1]), "one"))
    assert [(new.day.day, new.start, new.end, new.rows.num_rows) for new in parts] == [
        (1, 0, 2, 2), (2, 2, 3, 1), (1, 3, 4, 1),
    ]  # fmt: skip
    assert list(by_day(table([]), "one")) == []


def test_a_list_without_days_is_one_piece_with_the_hash_of_all_its_rows():
    told = Provenance("f.csv", "0" * 64, "csv", "utf-8", ",", (), 1, 2)
    [piece] = by_day(ExportTable("item_tags", {"item_id": ["1", "2"], "role": ["a", "b"]}, (), told), "one")
    assert (piece.day, piece.rows.num_rows) == (None, 2)
    assert piece.content == Rows({"item_id": ["1", "2"], "role": ["a", "b"]}).content()


def test_each_row_names_its_import_row_and_sheet_where_they_are_known():
    given = replace(table([1, 2]), rows=np.array([3, 0]), sheets=["Sheet", "x"])
    assert [new.rows.column(SOURCE).to_pylist() for new in by_day(given, "one")] == [["one:3:Sheet"], ["one"]]
    unknown = replace(given, rows=np.array([3]))
    assert [new.rows.column(SOURCE).to_pylist() for new in by_day(unknown, "one")] == [["one"], ["one"]]


def test_the_imports_of_a_day_are_those_its_rows_name():
    rows = pa.table({SOURCE: ["n:2:\ni:1:", "i:1:", None]})
    assert sources_in(rows) == {"n", "i", ""}
    assert sources_in(pa.table({"a": [1]})) == {""}


def test_a_day_taken_in_twice_says_nothing_new_and_keeps_one_origin(tmp_path):
    held = Held(tmp_path / "none.parquet", "shop_daily", november(1))
    assert held.take(days_of(table([1]))[1], Origin("f", "0", 1, "one")) is not None
    assert held.take(days_of(table([1]), "two")[1], Origin("f", "0", 1, "two")) is None
    held.joined()
    assert held.take(days_of(table([1]), "two")[1], Origin("f", "0", 1, "two")) is None
    assert [each.id for each in held.joined()[1].origins] == ["one"]
    replaced = held.take(days_of(table([1], 11.0), "three")[1], Origin("g", "1", 1, "three"))
    assert replaced is not None
    assert [each.id for each in held.joined()[1].origins] == ["three"]  # no row names the first any more


def test_parts_of_a_day_that_has_no_file_are_joined_in_the_order_of_their_keys(tmp_path):
    held = Held(tmp_path / "none.parquet", "ad_report", november(1))
    for name in ("plan", "item", "account"):
        part = days_of(table([1], kind="ad_report", level=[name]), name)[1]
        assert held.take(part, Origin(f"{name}.csv", "0", 1, name)) is not None
    rows, note = held.joined()
    assert rows is not None
    assert rows.column("level").to_pylist() == ["account", "item", "plan"]
    assert [each.id for each in note.origins] == ["plan", "item", "account"]


def test_a_day_taken_back_holds_what_stood_there_before(tmp_path):
    held = Held(tmp_path / "none.parquet", "shop_daily", november(1))
    held.take(days_of(table([1], 11.0), "two")[1], Origin("g", "1", 1, "two"))
    held.joined()
    before = days_of(table([1]), "one")[1].rows
    held.take_back(None, before, (Origin("f", "0", 1, "one"),))
    rows, note = held.joined()
    assert rows is not None
    assert (rows.column("visitors").to_pylist(), [each.id for each in note.origins]) == ([10.0], ["one"])
    held.take_back(before.slice(0, 0), None, ())
    assert (held.table, held.is_changed) == (None, True)


# -- what was replaced


def test_what_an_import_replaced_is_kept_by_day(tmp_path):
    rows = pa.table({"item_id": ["1"], "visitors": [5.0]})
    other = pa.table({"item_id": ["2", "3"], "sales": [1.0, 2.0]})
    origins = (Origin("f.csv", "0", 3, "one"),)
    keep_befores(
        tmp_path, {"two": [Before("2026-11-01", rows, origins), Before("current", other, ())], "none": []}
    )
    found = befores_of(tmp_path, "two")
    assert found["2026-11-01"].rows.to_pylist() == rows.to_pylist()
    assert found["current"].rows.to_pylist() == other.to_pylist()
    assert (found["2026-11-01"].origins, found["current"].origins) == (origins, ())
    assert befores_of(tmp_path, "none") == {}
    path = tmp_path / befores.FOLDER / "two.parquet"
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(HistoryError):
        befores_of(tmp_path, "two")


@pytest.mark.parametrize(
    ("name", "day"), [("2026-11-01", november(1)), ("current", None), ("2026-13-01", None)]
)
def test_a_day_is_named_by_its_date(name, day):
    assert day_of(name) == day
