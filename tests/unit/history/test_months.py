"""Month copies are faster to read and never change an answer."""

import datetime as dt

import pandas as pd
import pandas.testing as pdt
import pyarrow.parquet as pq
import pytest

from shopbook.history import months
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


def test_a_copy_that_is_behind_is_not_read(store):
    day = store.root / "demo" / "shop_daily" / "2026-11-05.parquet"
    table = pq.read_table(day)
    changed = table.set_column(table.column_names.index("visitors"), "visitors", [[1.0]])
    pq.write_table(changed.replace_schema_metadata(table.schema.metadata), day)
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
    day = store.root / "demo" / "shop_daily" / "2026-11-05.parquet"
    table = pq.read_table(day)
    told = table.schema.metadata[b"shopbook"].replace(b'"file": "', b'"file": "new-')
    pq.write_table(table.replace_schema_metadata({b"shopbook": told}), day)
    named = {row.file for row in store.sources("demo", "shop_daily", FIRST, LAST)}
    assert any(name.startswith("new-") for name in named)
