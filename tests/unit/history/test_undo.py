"""An import is taken back by value; one that a later import built on stays until that is taken back."""

import pandas.testing as pdt
import pytest

from shopbook.errors import HistoryError, ParamsError
from shopbook.history.undo import imports, undo

ITEMS = "统计日期,商品ID,商品名称,商品访客数,支付金额\n"
FIRST = ITEMS + "2026-11-20,600000000001,杯,10,5\n2026-11-20,600000000002,碗,20,6\n"
SECOND = (
    ITEMS
    + "2026-11-20,600000000002,碗,21,6\n2026-11-20,600000000003,盘,30,7\n2026-11-19,600000000001,杯,9,4\n"
)


def state_of(store):
    frame = store.read("a", "item_daily")
    return frame[sorted(frame)]


def take_back(home, name):
    return undo(home, name, stamp="2026-11-22")


def ids(home):
    return [each.id for each in imports(home)]


def test_the_list_names_what_was_imported(home, drop, take):
    drop("商品.csv", FIRST)
    take()
    (found,) = imports(home)
    assert (found.shop, found.files, found.kind, found.days, found.at, found.rows) == (
        "a", ("商品.csv",), "item_daily", ("2026-11-20",), "2026-11-22", 2,
    )  # fmt: skip
    drop("商品.csv", FIRST)
    take()
    assert ids(home) == [found.id]


def test_what_an_import_replaced_and_added_is_as_before(home, drop, take, store):
    drop("商品.csv", FIRST)
    take()
    before = state_of(store)
    drop("商品2.csv", SECOND)
    take()
    assert len(state_of(store)) == 4
    assert take_back(home, ids(home)[-1]).files == ("商品2.csv",)
    pdt.assert_frame_equal(state_of(store), before)
    assert store.restated("a") == []
    assert [row.file for row in store.sources("a", "item_daily")] == ["商品.csv"]
    assert len(list((home.raw / "a").glob("*.csv"))) == 2


def test_the_last_import_taken_back_leaves_nothing(home, drop, take, store):
    drop("商品.csv", FIRST)
    take()
    take_back(home, ids(home)[0])
    assert (store.kinds("a"), ids(home)) == ([], [])
    drop("商品.csv", FIRST)
    assert [done.status for done in take()] == ["accepted"]


def test_a_later_import_that_built_on_it_goes_first(home, drop, take, store):
    drop("商品.csv", FIRST)
    take()
    before = state_of(store)
    drop("商品2.csv", SECOND)
    take()
    first, second = ids(home)
    with pytest.raises(HistoryError, match=rf"商品.csv[\s\S]*{second} \(商品2.csv\)[\s\S]*undo {second}"):
        take_back(home, first)
    take_back(home, second)
    pdt.assert_frame_equal(state_of(store), before)
    take_back(home, first)
    assert store.kinds("a") == []


def test_an_import_beside_it_on_the_same_day_is_not_in_the_way(home, drop, take, store):
    drop("商品.csv", FIRST)
    take()
    drop("商品2.csv", ITEMS + "2026-11-20,600000000009,壶,1,1\n")
    take()
    take_back(home, ids(home)[0])
    assert state_of(store)["item_id"].tolist() == ["600000000009"]


def test_files_of_one_batch_are_taken_back_one_by_one(home, drop, take, store):
    drop("计划报表.csv", "日期,计划ID,计划名字,展现量,花费\n2026-11-20,1,甲,100,9\n", age=60)
    drop(
        "商品报表_1.csv", "日期,主体ID,主体类型,主体名称,展现量,花费\n2026-11-20,682000000001,商品,杯,90,8\n"
    )
    take()
    take_back(home, ids(home)[0])
    assert store.read("a", "ad_report")["level"].tolist() == ["item"]


def test_a_list_without_days_is_as_before(home, drop, take, store):
    tags = "商品ID,类目,角色\n600000000001,杯,{}\n"
    drop("标签.csv", tags.format("引流款") + "600000000002,碗,利润款\n")
    take()
    drop("标签.csv", tags.format("利润款"))
    take()
    first, second = ids(home)
    with pytest.raises(HistoryError, match=second):
        take_back(home, first)
    take_back(home, second)
    assert store.read("a", "item_tags")["role"].tolist() == ["引流款", "利润款"]


def test_lists_of_other_kinds_are_not_in_the_way_of_a_list_without_days(home, drop, take, store):
    drop("标签.csv", "商品ID,类目,角色\n600000000001,杯,引流款\n")
    take()
    drop("编码.csv", "商家编码,商品ID\nA-1,600000000001\n")
    take()
    first, second = imports(home)
    assert (first.kind, second.kind) == ("item_tags", "item_codes")
    take_back(home, first.id)
    assert store.kinds("a") == ["item_codes"]


def test_an_undo_that_was_cut_off_is_finished_by_the_next(home, drop, take, store, monkeypatch):
    drop("商品.csv", FIRST)
    take()
    before = state_of(store)
    drop("商品2.csv", SECOND)
    take()
    name = ids(home)[-1]

    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("shopbook.history.ledger.Ledger.take_back", dies)
        with pytest.raises(KeyboardInterrupt):
            take_back(home, name)
    take_back(home, name)
    pdt.assert_frame_equal(state_of(store), before)
    assert len(ids(home)) == 1


def test_an_unknown_id_says_where_they_are_listed(home):
    with pytest.raises(ParamsError, match="nowhere"):
        take_back(home, "nowhere")
