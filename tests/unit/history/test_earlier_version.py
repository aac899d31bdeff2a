"""A history written by the version before is read, taken up, restated and guarded like one of today.

That version put days down without a seal and without the place of each row, and its notes named no import.
"""

import datetime as dt
import json
import shutil

import pyarrow.parquet as pq
import pytest

from shopbook.errors import HistoryError
from shopbook.history.dayfile import SOURCE, read_note

HEAD = "统计日期,访客数,支付买家数,支付金额\n"
ROWS = HEAD + "2026-11-19,5,1,9.5\n2026-11-20,6,2,19\n"
DAY = dt.date(2026, 11, 20)


@pytest.fixture
def earlier(drop, take, store):
    """Two days as the version before wrote them."""
    drop("店铺.csv", ROWS)
    take()
    for _, path in store._files("a", "shop_daily"):
        table, note = pq.read_table(path).drop_columns([SOURCE]), read_note(path)
        origins = [{"file": each.file, "sha256": each.sha256, "rows": each.rows} for each in note.origins]
        said = json.dumps({"content": note.content, "origins": origins}).encode()
        pq.write_table(table.replace_schema_metadata({b"shopbook": said}), path)
    shutil.rmtree(store.root / "a" / "shop_daily" / ".months", ignore_errors=True)
    return store


def test_its_days_read_as_before(earlier):
    frame = earlier.read("a", "shop_daily")
    assert frame["visitors"].tolist() == [5, 6]
    assert frame["pay_amount"].tolist() == [9.5, 19.0]
    assert earlier.damaged() == []
    assert [each.file for each in earlier.sources("a", "shop_daily")] == ["店铺.csv"]


def test_the_same_file_changes_nothing(earlier, drop, take):
    before = [path.read_bytes() for _, path in earlier._files("a", "shop_daily")]
    drop("店铺.csv", ROWS)
    assert [each.status for each in take()] == ["unchanged"]
    assert [path.read_bytes() for _, path in earlier._files("a", "shop_daily")] == before


def test_another_figure_replaces_its_day_and_is_told(earlier, drop, take):
    drop("店铺2.csv", HEAD + "2026-11-20,8,2,19\n")
    (done,) = take()
    assert done.restated_days == (DAY,)
    assert earlier.read("a", "shop_daily")["visitors"].tolist() == [5, 8]
    (record,) = earlier.restated("a")
    assert record.figures == {"visitors": (6.0, 8.0)}


def test_a_day_of_it_whose_values_were_changed_is_damaged(earlier):
    (_, path), *_ = earlier._files("a", "shop_daily")
    table = pq.read_table(path)
    visitors = table.column_names.index("visitors")
    changed = table.set_column(visitors, "visitors", [[99.0]])
    pq.write_table(changed.replace_schema_metadata(table.schema.metadata), path)
    assert [each[3] for each in earlier.damaged()] == [path]
    with pytest.raises(HistoryError):
        earlier.read("a", "shop_daily")
