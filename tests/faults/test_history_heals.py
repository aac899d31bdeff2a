"""A damaged day is never used in silence, named, and made anew from its raw files."""

import datetime as dt
import random

import pytest

from shopbook import state
from shopbook.errors import HistoryError
from shopbook.history import dayfile
from shopbook.history.inbox import ingest
from shopbook.history.repair import repair
from shopbook.history.store import Store
from shopbook.history.undo import imports, undo
from shopbook.home import Home

TODAY = dt.date(2026, 11, 22)
SHOP = "统计日期,访客数,支付买家数,支付金额\n2026-11-19,5,1,9\n2026-11-20,6,1,9\n"
PLANS = "日期,计划ID,计划名字,展现量,花费\n2026-11-20,1,甲,100,9\n"
FLIPS = 400
ITEMS = "日期,主体ID,主体类型,主体名称,展现量,花费\n2026-11-20,682000000001,商品,杯,90,8\n"


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path, tmp_path / "data")
    put(home, "店铺.csv", SHOP)
    put(home, "计划报表.csv", PLANS)
    put(home, "商品报表_1.csv", ITEMS)
    ingest(home, today=TODAY)
    return home


@pytest.fixture
def store(home):
    return Store(home.history)


def put(home, name, text):
    (home.inbox / "a").mkdir(parents=True, exist_ok=True)
    (home.inbox / "a" / name).write_text(text, encoding="utf-8")


def flipped(data, chance):
    made = bytearray(data)
    made[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(made)


def day_file(home, kind="ad_report", day="2026-11-20"):
    return home.history / "a" / kind / f"{day}.parquet"


def spent(store):
    return dict(zip(*(store.read("a", "ad_report")[name] for name in ("level", "ad_spend")), strict=True))


def test_no_flipped_bit_is_used_in_silence(home, store):
    path, chance = day_file(home, "shop_daily"), random.Random(7)
    data = path.read_bytes()
    used = 0
    for _ in range(FLIPS):
        path.write_bytes(flipped(data, chance))
        try:
            store.read("a", "shop_daily", dt.date(2026, 11, 20))
            used += 1
        except HistoryError:
            continue
    print(f"\nbits flipped: {FLIPS}, used in silence: {used}")
    assert used == 0


def test_a_day_of_an_earlier_version_is_checked_by_its_values(home, store):
    import json

    import pyarrow.parquet as pq

    path = day_file(home, "shop_daily")
    note, table = dayfile.read_noted(path)
    old = {
        "content": note.content,
        "origins": [{"file": "店铺.csv", "sha256": "0", "rows": 1, "parts": [""]}],
    }
    table = table.drop_columns(["source"])
    pq.write_table(table.replace_schema_metadata({b"shopbook": json.dumps(old).encode()}), path)
    assert store.read("a", "shop_daily")["visitors"].tolist() == [5, 6]
    other = table.set_column(table.column_names.index("visitors"), "visitors", [[7.0]])
    pq.write_table(other.replace_schema_metadata({b"shopbook": json.dumps(old).encode()}), path)
    with pytest.raises(HistoryError, match="repair"):
        store.read("a", "shop_daily")


def test_repair_makes_a_damaged_day_anew_and_names_it(home, store):
    before, path = spent(store), day_file(home)
    path.write_bytes(flipped(path.read_bytes(), random.Random(3)))
    (found,) = repair(home, today=TODAY).days
    assert (found.shop, found.kind, found.day, found.restored) == ("a", "ad_report", "2026-11-20", True)
    assert spent(store) == before == {"plan": 9, "item": 8}
    assert repair(home, today=TODAY).days == []
    assert list(path.parent.glob(".damaged/2026-11-20.*"))


def test_a_new_import_of_the_same_export_heals_the_day_and_keeps_its_other_parts(home, store):
    path = day_file(home)
    path.write_bytes(flipped(path.read_bytes(), random.Random(3)))
    put(home, "计划报表.csv", PLANS)
    (done,) = ingest(home, today=TODAY)
    assert "healed" in [problem.code for problem in done.problems]
    assert "2026-11-20" in done.problems[-1].text
    assert spent(store) == {"plan": 9, "item": 8}


def test_a_day_whose_raw_files_are_gone_is_named_with_what_is_missing(home, store):
    for path in (home.raw / "a").glob("*商品报表*"):
        path.unlink()
    day_file(home).write_bytes(b"broken")
    (found,) = repair(home, today=TODAY).days
    assert (found.restored, found.lost) == (False, ("商品报表_1.csv",))
    assert spent(store) == {"plan": 9}


def test_a_lost_ledger_is_written_again_from_the_raw_files(home, store):
    (home.raw / "a" / "ledger.jsonl").unlink()
    day_file(home).write_bytes(b"broken")
    found = repair(home, today=TODAY)
    assert sorted(found.found_again) == ["商品报表_1.csv", "店铺.csv", "计划报表.csv"]
    assert [each.restored for each in found.days] == [True]
    assert spent(store) == {"plan": 9, "item": 8}


@pytest.mark.parametrize("name", ["note.csv", "abc-店铺.csv", f"{'0' * 16}-店铺.yaml"])
def test_what_is_no_raw_file_by_its_name_is_not_found_again(home, name):
    (home.raw / "a" / name).write_text(SHOP.replace("11-", "10-"), encoding="utf-8")
    (home.raw / "a" / f"{'1' * 16}-folder").mkdir()
    assert repair(home, today=TODAY).found_again == []


def test_what_was_taken_back_does_not_return_with_a_repair(home, store):
    put(home, "店铺2.csv", SHOP.replace(",6,", ",8,"))
    ingest(home, today=TODAY)
    undo(home, imports(home)[-1].id, stamp="2026-11-22")
    day_file(home, "shop_daily").write_bytes(b"broken")
    assert repair(home, today=TODAY).found_again == []
    assert store.read("a", "shop_daily")["visitors"].tolist() == [5, 6]


def test_a_day_taken_in_while_the_clock_of_greenwich_showed_that_day_is_made_anew(home, store):
    put(home, "店铺2.csv", SHOP.replace("11-20", "11-21"))
    ingest(home, today=TODAY, now=dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC))
    day_file(home, "shop_daily", "2026-11-21").write_bytes(b"broken")
    assert repair(home, today=TODAY).is_whole
    assert store.read("a", "shop_daily")["visitors"].tolist() == [5, 6, 6]


def test_torn_lines_and_leftovers_of_killed_writes_are_put_away(home):
    ledger = home.raw / "a" / "ledger.jsonl"
    data = ledger.read_bytes()
    ledger.write_bytes(data[: len(data) // 2])
    leftover = day_file(home).with_name(".2026-11-20.parquet.1.tmp")
    leftover.write_bytes(b"half")
    found = repair(home, today=TODAY)
    assert found.removed == [leftover]
    assert list(found.lines.values()) == [1]
    assert state.damaged(ledger, lambda row: row) == 0


@pytest.mark.parametrize("name", ["raw/a/ledger.jsonl", "history/a/restated.jsonl"])
def test_no_damage_of_a_state_file_stops_an_import_or_a_report(home, store, name):
    put(home, "店铺.csv", SHOP.replace(",6,", ",8,"))
    ingest(home, today=TODAY)
    path, chance = home.data / name, random.Random(5)
    data = path.read_bytes()
    for _ in range(20):
        path.write_bytes(flipped(data, chance)[: chance.randrange(len(data))])
        store.restated("a")
        put(home, "店铺.csv", SHOP)
        assert [done.status for done in ingest(home, today=TODAY)] in (["accepted"], ["unchanged"])


def test_doctor_names_a_damaged_day_and_changes_nothing(home):
    from shopbook.run.command.checkup import examine

    path = day_file(home)
    path.write_bytes(data := flipped(path.read_bytes(), random.Random(3)))
    (found,) = [each for each in examine(home) if "2026-11-20" in each.said and each.ok is False]
    assert "repair" in found.said
    assert path.read_bytes() == data
