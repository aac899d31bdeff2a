"""A file that fits another shop better, or contradicts its day, is held until a person says yes."""

import datetime as dt
import os

import pytest

from shopbook.history.inbox import Said, ingest
from shopbook.history.store import Store
from shopbook.read import template

TODAY = dt.date(2026, 10, 22)  # an ordinary Thursday
DAY = dt.date(2026, 10, 21)
HEAD = "统计日期,访客数,支付买家数,支付金额\n"
ITEMS = "统计日期,商品ID,商品名称,商品访客数,支付金额\n"


def days(scale, count=40, last=DAY - dt.timedelta(days=1)):
    found = [last - dt.timedelta(days=back) for back in range(count)]
    return HEAD + "".join(f"{day},{1000 * scale + day.day},{30 * scale},{3000 * scale}\n" for day in found)


def items(first, count=5, day=DAY, amount=10):
    rows = [f"{day},{first + at},杯{at},{10 + at},{amount}\n" for at in range(count)]
    return ITEMS + "".join(rows)


@pytest.fixture
def put(home):
    def put(shop, name, text):
        folder = home.inbox / shop
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        os.utime(folder / name, (1_790_000_000,) * 2)

    return put


@pytest.fixture
def take(home):
    def take(**said):
        return {f"{each.shop}/{each.file}": each for each in ingest(home, today=TODAY, said=Said(**said))}

    return take


@pytest.fixture
def two_shops(put, take):
    """Shop a sells a tenth of what shop b sells."""
    put("a", "店铺.csv", days(1))
    put("b", "店铺.csv", days(10))
    put("a", "商品.csv", items(600000000001, day=dt.date(2026, 10, 20)))
    put("b", "商品.csv", items(700000000001, day=dt.date(2026, 10, 20), amount=100))
    assert {each.status for each in take().values()} == {"accepted"}


def one(scale, day=DAY):
    return HEAD + f"{day},{1000 * scale},{30 * scale},{3000 * scale}\n"


def test_a_day_of_the_other_shop_is_held_named_and_taken_by_hand(home, two_shops, put, take, store):
    put("a", "店铺日报.csv", one(10))
    done = take()["a/店铺日报.csv"]
    assert (done.status, done.problems[0].code, done.problems[0].values["shop"]) == (
        "held",
        "other_shop",
        "b",
    )
    assert "--yes" in (home.inbox / "a" / "店铺日报.csv.reason.txt").read_text(encoding="utf-8")
    assert DAY not in store.days("a", "shop_daily")
    assert take(yes=True)["a/店铺日报.csv"].status == "accepted"
    assert DAY in store.days("a", "shop_daily")


@pytest.mark.parametrize("scale", [0.7, 1, 1.8, 5, 40])
def test_a_day_that_is_no_other_shops_is_taken_whatever_its_size(two_shops, put, take, scale):
    put("a", "店铺日报.csv", one(scale))
    assert take()["a/店铺日报.csv"].status == "accepted"


def test_size_alone_never_stops_an_event_day(home, put):
    event, today = dt.date(2026, 11, 11), dt.date(2026, 11, 12)
    for shop, scale in (("a", 1), ("b", 10)):
        put(shop, "店铺.csv", days(scale, last=event - dt.timedelta(days=1)))
    ingest(home, today=today)
    put("a", "店铺日报.csv", one(10, event))
    assert [each.status for each in ingest(home, today=today)] == ["accepted"]


def test_ids_of_the_other_shop_hold_a_file_and_new_ids_do_not(two_shops, put, take):
    put("a", "商品.csv", items(700000000001))
    put("b", "商品.csv", items(800000000001))
    done = take()
    assert (done["a/商品.csv"].status, done["b/商品.csv"].status) == ("held", "accepted")
    assert "b" in done["a/商品.csv"].problems[0].text


def test_the_same_bytes_in_two_shops_hold_the_second(two_shops, put, take):
    put("b", "刷新.csv", "统计日期,搜索词,访客数\n2026-10-21,杯,5\n")
    put("a", "搜索.csv", "统计日期,搜索词,访客数\n2026-10-20,杯,7\n")
    assert take()["b/刷新.csv"].status == "accepted"
    put("a", "刷新.csv", "统计日期,搜索词,访客数\n2026-10-21,杯,5\n")
    assert take()["a/刷新.csv"].status == "held"


def test_new_shops_may_hold_the_same_file(put, take):
    put("a", "店铺.csv", one(1))
    put("b", "店铺.csv", one(1))
    assert {each.status for each in take().values()} == {"accepted"}


def test_items_that_sell_three_times_what_their_shop_sold_are_held(two_shops, put, take):
    put("a", "店铺日报.csv", one(1))
    take()
    put("a", "商品.csv", items(600000000001, amount=2000))
    put("a", "商品2.csv", items(600000000001, count=3, amount=500))
    done = take()
    assert (done["a/商品.csv"].status, done["a/商品2.csv"].status) == ("held", "accepted")


def test_a_correction_of_a_stored_day_by_twice_as_much_is_held(two_shops, put, take, store):
    put("a", "店铺日报.csv", one(1, dt.date(2026, 10, 20)))
    put("a", "店铺日报2.csv", one(3, dt.date(2026, 10, 19)))
    done = take()
    assert (done["a/店铺日报.csv"].status, done["a/店铺日报2.csv"].status) == ("accepted", "held")
    assert "3,000" in done["a/店铺日报2.csv"].problems[0].text


def test_a_text_file_with_a_third_of_the_usual_rows_is_held(put, take):
    for back in range(6):
        put("a", f"商品{back}.csv", items(600000000001, 30, DAY - dt.timedelta(days=back + 1)))
    take()
    put("a", "商品.csv", items(600000000001, 9))
    assert take()["a/商品.csv"].problems[0].code == "few_rows"
    put("a", "商品.csv", items(600000000001, 11))
    assert take()["a/商品.csv"].status == "accepted"


@pytest.mark.parametrize("kind", ["market", "peers", "stock", "targets", "change_log", "item_tags"])
def test_a_template_nobody_touched_is_refused(home, put, kind):
    put("a", f"{kind}.csv", template(kind))
    (done,) = ingest(home, today=dt.date(2026, 11, 25))
    assert (done.status, done.problems[0].code) == ("refused", "untouched_template")
    assert Store(home.history).kinds("a") == []


def test_a_market_of_another_category_is_told(home, put, take):
    (home.root / "params" / "shops").mkdir(parents=True)
    (home.root / "params" / "shops" / "a.yaml").write_text("category: 水杯\n", encoding="utf-8")
    market = "日期,类目,指标,数值,类型\n2026-10-21,{},访客数,1000,数值\n"
    put("a", "大盘.csv", market.format("连衣裙"))
    put("a", "大盘2.csv", market.format("水杯"))
    done = take()
    assert [problem.code for problem in done["a/大盘.csv"].problems] == ["other_category"]
    assert done["a/大盘2.csv"].problems == ()
    assert done["a/大盘.csv"].status == "accepted"
