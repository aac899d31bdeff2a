"""What a home knows of a shop (mappings, category, codes) is used when its files are read, now and again."""

import datetime as dt

import pytest

from shopbook.history.inbox import ingest
from shopbook.history.repair import repair
from shopbook.read.mapping import OwnLayout, as_text, path_of

TODAY = dt.date(2026, 11, 22)
OWN = "记账日,来客,付款者,进账\n2026-11-20,1000,36,4210.30\n"
MARKET = "统计日期,搜索人气,访客数,交易指数\n2026-11-20,900,1250000,77\n"
ITEMS = "统计日期,商品ID,商品名称,货号,商品访客数,支付金额\n2026-11-20,600000000001,杯,K1,10,5\n"
STOCK = "款式编码,商品编码,实际库存数,订单占有数\nK1,K1-01,10,2\n"


@pytest.fixture
def known(home):
    """A home with a mapping and a shop of a category."""
    columns = {"记账日": "date", "来客": "visitors", "付款者": "pay_buyers", "进账": "pay_amount"}
    path = path_of(home, "台账")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        as_text(OwnLayout("台账", "shop_daily", tuple(columns.items())), "台账.csv"), encoding="utf-8"
    )
    shop = home.root / "params" / "shops" / "a.yaml"
    shop.parent.mkdir(parents=True, exist_ok=True)
    shop.write_text("version: 1\nname: 甲\ncategory: 杯子\n", encoding="utf-8")
    return home


FILES = [
    pytest.param(("台账.csv", OWN), ("shop_daily", "visitors", 1000), id="a mapped layout"),
    pytest.param(("市场大盘.csv", MARKET), ("market", "value", 1250977), id="a market without a category"),
    pytest.param(("聚水潭_库存_2026-11-21.csv", STOCK), ("stock", "stock_units", 8), id="stock under codes"),
]


@pytest.mark.parametrize(("file", "expected"), FILES)
def test_a_file_is_taken_in_and_its_damaged_day_made_anew(known, drop, take, store, file, expected):
    kind, column, total = expected
    drop("商品_全部.csv", ITEMS)
    take()
    drop(*file)
    (done,) = take()
    assert (done.status, done.kind) == ("accepted", kind)
    assert store.read("a", kind)[column].sum() == total
    (path,) = (known.history / "a" / kind).glob("2026-11-*.parquet")
    path.write_bytes(path.read_bytes()[:-20])
    healed = repair(known, today=TODAY)
    assert healed.is_whole
    assert store.read("a", kind)[column].sum() == total


def test_the_morning_takes_a_mapped_layout_in(known, drop, store):
    drop("台账.csv", OWN)
    assert [each.status for each in ingest(known, today=TODAY)] == ["accepted"]
    drop("台账.csv", OWN.replace("1000", "1100"))
    (done,) = ingest(known, today=TODAY)
    assert done.restated_days == (dt.date(2026, 11, 20),)
    assert store.read("a", "shop_daily")["visitors"].tolist() == [1100]


def test_without_its_mapping_the_layout_is_refused_with_the_command(known, drop):
    path_of(known, "台账").unlink()
    drop("台账.csv", OWN)
    (done,) = ingest(known, today=TODAY)
    assert done.status == "refused"
    assert "shopbook map" in done.problems[0].text
