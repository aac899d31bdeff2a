"""Days are replaced whole, told when restated, and the same content changes nothing."""

import datetime as dt

import pytest

from shopbook.errors import HistoryError
from shopbook.history.store import Store

DAY = dt.date(2026, 11, 20)
SHOP_DAILY = "统计日期,访客数,支付买家数,支付金额\n"


def test_days_read_back_between_two_days(drop, take, store):
    drop("店铺.csv", SHOP_DAILY + "".join(f"2026-11-{day},{day},1,9.5\n" for day in range(10, 21)))
    take()
    frame = store.read("a", "shop_daily", dt.date(2026, 11, 12), dt.date(2026, 11, 14), ["date", "visitors"])
    assert frame["visitors"].tolist() == [12, 13, 14]
    assert list(frame) == ["date", "visitors"]
    assert frame["date"].dtype == "datetime64[ns]"
    assert (len(store.days("a", "shop_daily")), store.shops(), store.kinds("a")) == (
        11,
        ["a"],
        ["shop_daily"],
    )


def test_hidden_folders_and_files_are_no_shops(drop, take, store):
    drop("店铺.csv", SHOP_DAILY + "2026-11-20,6,1,9\n")
    take()
    (store.root / ".trash").mkdir()
    (store.root / "notes.txt").touch()
    assert store.shops() == ["a"]


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [(None, None, [19, 20]), (19, None, [19, 20]), (20, None, [20]), (None, 19, [19]), (None, 20, [19, 20])],
)
def test_replaced_days_are_told_from_the_first_to_the_last_asked_for(drop, take, store, first, last, told):
    drop("店铺.csv", SHOP_DAILY + "2026-11-19,5,1,9\n2026-11-20,6,1,9\n")
    take()
    drop("店铺2.csv", SHOP_DAILY + "2026-11-19,7,1,9\n2026-11-20,8,1,9\n")
    take()
    ends = [DAY.replace(day=day) if day else None for day in (first, last)]
    assert [record.day.day for record in store.restated("a", *ends)] == told


def test_nothing_is_an_empty_frame(store):
    assert store.read("a", "market").empty
    assert store.days("a", "market") == []


def test_the_same_content_leaves_every_byte(drop, take, store):
    drop("店铺.csv", SHOP_DAILY + "2026-11-19,5,1,9\n2026-11-20,6,1,9\n")
    take()
    before = {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path, _ in store.inputs("a", "shop_daily")
    }
    drop("换个列序.csv", "支付金额,统计日期,访客数,支付买家数\n9,2026-11-20,6,1\n9,2026-11-19,5,1\n")
    (done,) = take()
    assert done.status == "unchanged"
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in before} == before


def test_another_figure_restates_only_its_day_and_says_old_and_new(drop, take, store):
    drop("店铺.csv", SHOP_DAILY + "2026-11-19,5,1,9\n2026-11-20,6,1,9\n")
    take()
    drop("店铺2.csv", SHOP_DAILY + "2026-11-19,5,1,9\n2026-11-20,8,1,9\n")
    (done,) = take()
    (record,) = store.restated("a")
    assert (done.days, done.restated_days) == ((DAY,), (DAY,))
    assert (record.columns, record.figures) == (("visitors",), {"visitors": (6.0, 8.0)})
    assert store.restated("a", last=dt.date(2026, 11, 19)) == []


def test_reports_of_one_day_stand_beside_each_other(drop, take, store):
    plan = "日期,计划ID,计划名字,展现量,花费\n2026-11-20,1,甲,100,9\n"
    item = "日期,主体ID,主体名称,展现量,花费\n2026-11-20,600000000001,杯,90,8\n"
    drop("计划报表.csv", plan)
    drop("商品报表_1.csv", item)
    take()
    assert sorted(store.read("a", "ad_report")["level"]) == ["item", "plan"]
    assert store.restated("a") == []
    drop("计划报表.csv", plan)
    drop("商品报表_1.csv", item.replace(",8\n", ",7\n"))
    done = {each.file: each.status for each in take()}
    assert done == {"计划报表.csv": "unchanged", "商品报表_1.csv": "accepted"}
    spend = store.read("a", "ad_report").set_index("level")["ad_spend"]
    assert (spend["plan"], spend["item"]) == (9, 7)
    assert len(store.sources("a", "ad_report")) == 2


def test_days_with_other_columns_read_as_one_frame(drop, take, store):
    drop("a.csv", "日期,访客数,支付买家数\n2026-11-19,5,1\n")
    drop("b.csv", "日期,访客数,支付金额\n2026-11-20,6,9\n")
    take()
    frame = store.read("a", "shop_daily")
    assert frame["pay_buyers"].isna().tolist() == [False, True]
    assert frame["pay_amount"].isna().tolist() == [True, False]


def test_a_kind_without_dates_keeps_the_latest(drop, take, store):
    drop("标签.csv", "商品ID,类目,角色\n600000000001,杯,引流款\n")
    take()
    drop("标签.csv", "商品ID,类目,角色\n600000000001,杯,利润款\n")
    take()
    assert store.read("a", "item_tags")["role"].tolist() == ["利润款"]


def test_sources_name_the_file_and_its_days(drop, take, store):
    drop("店铺.csv", SHOP_DAILY + "2026-11-19,5,1,9\n2026-11-20,6,1,9\n")
    take()
    (source,) = store.sources("a", "shop_daily")
    assert (source.file, source.rows, source.first_day, source.last_day) == (
        "店铺.csv",
        2,
        "2026-11-19",
        "2026-11-20",
    )


@pytest.mark.parametrize("shop", ["../b", "a/b", "", "a b", "."])
def test_a_shop_id_cannot_leave_the_folder(store, shop):
    with pytest.raises(HistoryError):
        store.days(shop, "market")


def test_the_order_of_files_does_not_matter(drop, take, store):
    reports = [
        ("计划报表.csv", "日期,计划ID,展现量,花费\n2026-11-20,1,100,9\n"),
        ("商品报表_.csv", "日期,主体ID,展现量,花费\n2026-11-20,2,9,8\n"),
    ]
    for name, text in reports:
        drop(name, text)
        take()
    ((path, before),) = store.inputs("a", "ad_report")
    for name, text in reversed(reports):
        drop(name, text)
        assert [done.status for done in take()] == ["unchanged"]
    assert store.inputs("a", "ad_report") == [(path, before)]


def test_prune_removes_old_days_only(drop, take, store):
    drop("店铺.csv", SHOP_DAILY + "2026-11-19,5,1,9\n2026-11-20,6,1,9\n")
    take()
    Store(store.root).prune(DAY)
    assert store.days("a", "shop_daily") == [DAY]
