"""Accepted files move to raw with a ledger line; refused ones stay with their reason."""

import json

import pytest

from shopbook.errors import ParamsError
from shopbook.history import dayfile
from shopbook.history.inbox import ingest

SHOP_DAILY = "统计日期,访客数,支付买家数,支付金额\n"
GOOD = SHOP_DAILY + "2026-11-20,6,1,9\n"


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def test_an_accepted_file_moves_to_raw_and_into_the_ledger(home, drop, take):
    drop("店铺.csv", GOOD)
    (done,) = take()
    (line,) = (home.raw / "a" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    entry = json.loads(line)
    assert (done.status, done.kind, done.shop) == ("accepted", "shop_daily", "a")
    assert names(home.inbox / "a") == []
    assert names(home.raw / "a") == [f"{entry['sha256'][:16]}-店铺.csv", "ledger.jsonl"]
    assert (entry["kind"], entry["days"], entry["rows"]) == ("shop_daily", ["2026-11-20"], 1)


def test_a_refused_file_stays_with_its_reason_until_it_is_accepted(home, drop, take, store):
    drop("店铺.csv", "统计日期,浏览量\n2026-11-20,6\n")
    (done,) = take()
    assert done.status == "refused"
    assert "缺少列" in (home.inbox / "a" / "店铺.csv.reason.txt").read_text(encoding="utf-8")
    assert store.kinds("a") == []
    drop("店铺.csv", GOOD)
    assert [each.status for each in take()] == ["accepted"]
    assert names(home.inbox / "a") == []


def test_of_duplicate_downloads_the_newest_is_used_and_told(drop, take, store):
    drop("店铺.csv", GOOD, age=60)
    drop("店铺 (1).csv", GOOD.replace(",6,", ",8,"), age=0)
    done = {each.file: each for each in take()}
    assert store.read("a", "shop_daily")["visitors"].tolist() == [8]
    assert done["店铺.csv"].status == "unchanged"
    assert "店铺 (1).csv" in done["店铺.csv"].problems[0].text
    assert store.restated("a") == []


def test_a_copy_number_does_not_hide_other_days(drop, take, store):
    drop("店铺.csv", GOOD, age=60)
    drop("店铺 (1).csv", GOOD.replace("11-20", "11-19"))
    assert [each.status for each in take()] == ["accepted", "accepted"]
    assert len(store.days("a", "shop_daily")) == 2


def test_a_copy_number_does_not_hide_the_file_of_another_scene(drop, take, store):
    plan = "日期,计划ID,计划名字,展现量,花费\n2026-11-20,{},甲,100,{}\n"
    drop("计划报表.csv", plan.format(1, 9), age=60)
    drop("计划报表 (1).csv", plan.format(2, 8), age=30)
    drop("计划报表 (2).csv", plan.format(2, 7))
    done = {each.file: each.status for each in take()}
    assert done == {
        "计划报表.csv": "accepted",
        "计划报表 (1).csv": "unchanged",
        "计划报表 (2).csv": "accepted",
    }
    assert sorted(store.read("a", "ad_report")["ad_spend"]) == [7, 9]


def test_a_broken_newest_download_does_not_hide_the_older_one(drop, take, store):
    drop("店铺.csv", GOOD, age=60)
    drop("店铺(1).csv", b"PK\x03\x04 broken off")
    assert sorted(each.status for each in take()) == ["accepted", "refused"]
    assert len(store.days("a", "shop_daily")) == 1


def test_a_file_from_elsewhere_needs_a_shop_and_is_copied(home, tmp_path):
    import datetime as dt

    path = tmp_path / "店铺.csv"
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(ParamsError, match="--shop"):
        ingest(home, files=[path], today=dt.date(2026, 11, 22))
    (done,) = ingest(home, shop="b", files=[path], today=dt.date(2026, 11, 22))
    assert (done.status, path.exists()) == ("accepted", True)
    assert len(names(home.raw / "b")) == 2


def test_lock_files_and_unfinished_downloads_are_not_exports(drop, take):
    drop("~$店铺.xlsx", "x")
    drop("店铺.xlsx.crdownload", "x")
    drop("店铺.csv.yaml", "attribution_days: 15\n")
    assert take() == []


def test_a_note_beside_an_ad_report_gives_the_window_and_leaves_with_it(home, drop, take, store):
    drop("计划报表.csv.yaml", "attribution_days: 15\n")
    drop("计划报表.csv", "日期,计划ID,计划名字,展现量,花费\n2026-11-20,1,甲,100,9\n")
    take()
    assert store.read("a", "ad_report")["attribution_days"].tolist() == [15]
    assert names(home.inbox / "a") == []


def test_a_file_of_another_shop_is_refused_once_the_name_is_known(drop, take):
    shop = "统计日期,店铺,访客数,支付买家数\n"
    drop("a.csv", shop + "2026-11-19,甲店,6,1\n")
    take()
    drop("b.csv", shop + "2026-11-20,乙店,6,1\n")
    (done,) = take()
    assert [problem.code for problem in done.problems] == ["mixed_shops"]


def test_two_files_of_one_day_in_one_batch_restate_as_two_batches_would(drop, take, store):
    drop("早.csv", GOOD, age=60)
    drop("晚.csv", GOOD.replace(",6,", ",8,"))
    done = {each.file: each for each in take()}
    assert [each.status for each in done.values()] == ["accepted", "accepted"]
    assert [str(day) for day in done["晚.csv"].restated_days] == ["2026-11-20"]
    assert store.read("a", "shop_daily")["visitors"].tolist() == [8]
    assert [(row.file, row.figures["visitors"]) for row in store.restated("a")] == [("晚.csv", (6.0, 8.0))]


def test_parts_of_a_day_in_one_batch_are_one_file_and_restate_nothing(drop, take, store):
    plan, item = "日期,计划ID,计划名字,展现量,花费\n", "日期,主体ID,主体类型,主体名称,展现量,花费\n"
    drop("计划报表.csv", plan + "2026-11-20,1,甲,100,9\n", age=60)
    drop("商品报表_1.csv", item + "2026-11-20,682000000001,商品,杯,90,8\n")
    assert [each.status for each in take()] == ["accepted", "accepted"]
    frame = store.read("a", "ad_report")
    assert sorted(frame["level"]) == ["item", "plan"]
    assert [row.file for row in store.sources("a", "ad_report")] == ["计划报表.csv", "商品报表_1.csv"]
    assert store.restated("a") == []


def test_one_file_that_cannot_be_stored_does_not_refuse_those_beside_it(drop, take, store, monkeypatch):
    drop("店铺.csv", GOOD, age=60)
    drop("库存.csv", "日期,商品ID,可售库存,成本价\n2026-11-20,682000000001,5,9\n")
    original = dayfile.write_temporary

    def full(path, table, note):
        if path.parent.name == "stock":
            raise OSError(28, "No space left on device")
        return original(path, table, note)

    monkeypatch.setattr(dayfile, "write_temporary", full)
    done = {each.file: each for each in take()}
    assert (done["店铺.csv"].status, done["库存.csv"].status) == ("accepted", "refused")
    assert store.kinds("a") == ["shop_daily"]
    assert not list(store.root.rglob("*.tmp"))


def test_many_rows_are_stored_in_several_goes(drop, take, store, monkeypatch):
    monkeypatch.setattr("shopbook.history.shop_intake._ROWS_AT_ONCE", 1)
    for day in (18, 19, 20):
        drop(f"店铺{day}.csv", GOOD.replace("11-20", f"11-{day}"), age=30 - day)
    assert [each.file for each in take()] == ["店铺18.csv", "店铺19.csv", "店铺20.csv"]
    assert len(store.days("a", "shop_daily")) == 3
