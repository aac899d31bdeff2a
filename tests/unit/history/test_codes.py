"""Stock under the merchant's codes becomes stock of items by the codes the shop's own files give."""

import datetime as dt
import math

import pytest

from shopbook.read import read_export
from shopbook.read.spec import OfShop

ITEMS = "统计日期,商品ID,商品名称,货号,商品访客数,支付金额\n"
STOCK = "款式编码,商品编码,商品名称,颜色及规格,实际库存数,订单占有数,采购在途数,成本价\n"
SKUS = STOCK + "K1,K1-01,杯,红,10,2,0,30\nK1,K1-02,杯,蓝,30,0,5,40\nK2,K2-01,碗,白,3,5,0,9\n"
NAME = "聚水潭_商品库存_2026-11-21.csv"


@pytest.fixture
def items(drop, take):
    drop("商品_全部.csv", ITEMS + "2026-11-20,600000000001,杯,K1,10,5\n2026-11-20,600000000002,碗,K2,9,5\n")
    assert [each.status for each in take()] == ["accepted"]


def test_skus_are_summed_by_the_item_of_their_code(items, drop, take, store):
    drop(NAME, SKUS)
    (done,) = take()
    frame = store.read("a", "stock").set_index("item_id")
    assert done.status == "accepted"
    assert frame["stock_units"].to_dict() == {"600000000001": 38, "600000000002": 0}
    assert frame.at["600000000001", "unit_cost"] == pytest.approx((8 * 30 + 30 * 40) / 38)
    assert frame.at["600000000002", "unit_cost"] == 9


def test_a_code_of_no_item_is_told_and_left_out(items, drop, take, store):
    drop(NAME, SKUS + "K9,K9-01,盘,白,3,0,0,9\n")
    (done,) = take()
    assert "K9" in next(problem.text for problem in done.problems if problem.code == "codes_unknown")
    assert len(store.read("a", "stock")) == 2


def test_without_any_known_code_the_file_waits_with_what_to_do(drop, take):
    drop(NAME, SKUS)
    (done,) = take()
    assert (done.status, done.problems[0].code) == ("refused", "codes_unknown")
    assert "item_codes" in done.problems[0].text


def test_the_list_of_codes_goes_before_the_item_report(items, drop, take, store):
    drop("出售中的宝贝.csv", "宝贝ID,淘宝类目,货号,商家编码\n600000000003,杯,A1,K1\n")
    take()
    drop(NAME, SKUS)
    take()
    assert set(store.read("a", "stock")["item_id"]) == {"600000000003", "600000000002"}


def test_a_code_of_two_items_says_nothing(drop, take, store):
    drop("商品_全部.csv", ITEMS + "2026-11-20,600000000001,杯,K1,10,5\n2026-11-20,600000000002,碗,K1,9,5\n")
    take()
    drop(NAME, SKUS)
    assert [each.status for each in take()] == ["refused"]


def test_what_orders_hold_is_no_stock_and_an_item_without_stock_has_the_mean_cost_of_its_skus(read_stock):
    cups = "K1,K1-01,杯,红,10,2,0,30\nK1,K1-02,杯,蓝,30,,0,5\n"
    rows = STOCK + cups + "K2,K2-01,碗,白,3,5,0,9\nK2,K2-02,碗,黑,0,0,0,11\n"
    table = read_stock(rows, {"K1": "600000000001", "K2": "600000000002"})
    assert table["stock_units"].to_dict() == {"600000000001": 8 + 30, "600000000002": 0}
    assert table["unit_cost"].to_dict() == pytest.approx(
        {"600000000001": (8 * 30 + 30 * 5) / 38, "600000000002": (9 + 11) / 2}
    )


def test_an_item_of_which_no_cost_is_known_has_none(read_stock):
    table = read_stock(STOCK + "K1,K1-01,杯,红,10,2,0,\nK1,K1-02,杯,蓝,30,0,0,\n", {"K1": "600000000001"})
    assert math.isnan(table.at["600000000001", "unit_cost"])


@pytest.fixture
def read_stock(tmp_path):
    """The rows of an ERP's stock file by item, read in this process."""

    def read(text, codes):
        path = tmp_path / NAME
        path.write_text(text, encoding="utf-8")
        shop = OfShop(id="a", codes=codes)
        return read_export(path, shop=shop, today=dt.date(2026, 11, 22)).frame.set_index("item_id")

    return read
