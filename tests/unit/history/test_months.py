"""Month copies are faster to read and never change an answer."""

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pandas.testing as pdt
import pytest

from shopbook.history import dayfile, months
from shopbook.history.store import Store

FIRST, LAST = dt.date(2026, 9, 20), dt.date(2026, 11, 20)


@pytest.fixture
def store(demo_copy) -> Store:
    return Store(demo_copy / "history")


def from_days(store: Store, kind: str, monkeypatch, **asked) -> pd.DataFrame:
    """What the day files alone say."""
    with monkeypatch.context() as patch:
        patch.setattr(months, "FEWEST_DAYS", 99)
        return store.read("demo", kind, FIRST, LAST, **asked)


@pytest.mark.parametrize("kind", ["shop_daily", "item_daily", "flow_source", "market", "service", "refunds"])
def test_a_copy_says_what_the_day_files_say(store, monkeypatch, kind):
    assert list((store.root / "demo" / kind / months.FOLDER).glob("*.parquet"))
    slow = from_days(store, kind, monkeypatch)
    quick = store.read("demo", kind, FIRST, LAST)
    pdt.assert_frame_equal(quick[sorted(quick)], slow[sorted(slow)])


def test_columns_and_days_are_chosen_alike(store, monkeypatch):
    columns = ["item_id", "pay_amount", "not_there"]
    slow = from_days(store, "item_daily", monkeypatch, columns=columns)
    pdt.assert_frame_equal(store.read("demo", "item_daily", FIRST, LAST, columns=columns), slow)


def changed(day: Path, name: str, value: float, file: str = "") -> None:
    """Another figure, or another origin, in a day file."""
    note, table = dayfile.read_noted(day)
    table = table.set_column(table.column_names.index(name), name, [[value]])
    origins = tuple(replace(each, file=file or each.file) for each in note.origins)
    made = dayfile.DayNote(dayfile.content_of(table), origins)
    dayfile.write_temporary(day, table, made).replace(day)


def test_a_copy_that_is_behind_is_not_read(store):
    changed(store.root / "demo" / "shop_daily" / "2026-11-05.parquet", "visitors", 1.0)
    frame = store.read("demo", "shop_daily", FIRST, LAST).set_index("date")
    assert frame.at[pd.Timestamp("2026-11-05"), "visitors"] == 1.0


@pytest.mark.parametrize("damage", [b"", b"PAR1 no parquet"])
def test_a_damaged_copy_costs_nothing(store, monkeypatch, damage):
    for copy in (store.root / "demo" / "market" / months.FOLDER).glob("*.parquet"):
        copy.write_bytes(damage)
    pdt.assert_frame_equal(store.read("demo", "market", FIRST, LAST), from_days(store, "market", monkeypatch))


@pytest.mark.parametrize("kind", ["shop_daily", "item_daily", "flow_source", "service"])
def test_a_copy_names_the_sources_the_day_files_name(store, monkeypatch, kind):
    quick = store.sources("demo", kind, FIRST, LAST)
    with monkeypatch.context() as patch:
        patch.setattr(months, "FEWEST_DAYS", 99)
        assert quick == store.sources("demo", kind, FIRST, LAST)
    assert quick


def test_sources_come_from_the_copies(store, monkeypatch):
    monkeypatch.setattr(months.files, "read_note", lambda path: pytest.fail(f"{path} was opened"))
    assert store.sources("demo", "item_daily", dt.date(2026, 10, 1), dt.date(2026, 10, 31))


def test_a_day_changed_behind_a_copy_names_its_own_source(store):
    changed(store.root / "demo" / "shop_daily" / "2026-11-05.parquet", "visitors", 1.0, "new.csv")
    assert "new.csv" in {row.file for row in store.sources("demo", "shop_daily", FIRST, LAST)}


def test_a_flipped_bit_of_a_copy_is_known(store, monkeypatch):
    chance = random.Random(2)
    (copy,) = (store.root / "demo" / "shop_daily" / months.FOLDER).glob("2026-10.parquet")
    data, truth = copy.read_bytes(), from_days(store, "shop_daily", monkeypatch)
    for _ in range(20):
        flipped = bytearray(data)
        flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        copy.write_bytes(flipped)
        frame = store.read("demo", "shop_daily", FIRST, LAST)
        pdt.assert_frame_equal(frame[sorted(frame)], truth[sorted(truth)])
