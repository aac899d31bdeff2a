"""The self-check: what counts as sold out, unsold, out of season, double, due."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from shopbook.days import Calendar, Event
from shopbook.findings.daily import checkup, checkup_tables
from shopbook.findings.daily.duplicates import same_listings
from shopbook.findings.facts import Facts
from shopbook.params import ShopSettings, rules

DAY = dt.date(2026, 11, 20)
DAYS = pd.date_range(end=DAY, periods=60)


def item(item_id: str, title: str, visitors: float, sold: float, code: str = "") -> pd.DataFrame:
    rows = {"item_id": item_id, "item_name": title, "item_code": code, "item_status": "当前在线"}
    return pd.DataFrame(
        {"date": DAYS, **rows, "item_visitors": visitors, "pay_units": sold, "pay_buyers": sold}
    )


def shop(*items: pd.DataFrame, left: dict[str, tuple[float, str]], events: tuple[Event, ...] = ()) -> Facts:
    stock = pd.concat(
        pd.DataFrame(
            {"date": DAYS[-2:], "item_id": name, "stock_units": [30.0, units], "season": season,
             "listed_on": pd.Timestamp("2026-01-01")}
        )
        for name, (units, season) in left.items()
    )  # fmt: skip
    frames = {kind: pd.DataFrame() for kind in ("shop_daily", "market", "peers", "flow_source", "rivals")}
    held = {**frames, "item_daily": pd.concat(items), "stock": stock}
    return Facts(ShopSettings(id="t"), DAY, held, Calendar(events), rules())


def test_a_sold_out_item_that_sells_goes_to_supply():
    facts = shop(item("1", "保温杯", 500, 10), left={"1": (0.0, "四季")})
    found = checkup.stock(facts)
    assert (found.level, found.owner, found.scope) == ("act", "supply", {"item_id": "1"})


@pytest.mark.parametrize(("left", "supply_days", "order_by"), [(0.0, 7, "11-21"), (60.0, 3, "11-23")])
def test_how_much_to_order_and_by_when_stands_beside_the_stock(left, supply_days, order_by):
    facts = shop(item("1", "保温杯", 500, 10), left={"1": (left, "四季")})
    facts = replace(facts, shop=ShopSettings(id="t", thresholds={"supply_days": supply_days}))
    (row,) = checkup_tables.stock_table(facts)
    expected = 10 * (supply_days + 14) - left
    assert expected < row["order_units"] < 1.25 * expected  # nine cases of ten, not every second one
    assert row["order_by"] == order_by
    assert f"{order_by} 前订 {row['order_units']:,.0f} 件" in checkup.stock(facts).headline


def test_enough_stock_is_no_finding():
    assert checkup.stock(shop(item("1", "保温杯", 500, 1), left={"1": (300.0, "四季")})) is None


def test_no_sale_needs_enough_visitors_to_judge():
    facts = shop(
        item("1", "保温杯大号", 500, 10), item("2", "茶壶", 100, 0), item("3", "碗", 1, 0),
        left={"1": (300.0, ""), "2": (5.0, ""), "3": (5.0, "")},
    )  # fmt: skip
    verdicts = {row["item_id"]: row["verdict"] for row in checkup_tables.no_sale_table(facts)}
    assert verdicts == {"2": "no_sale", "3": "too_few_visitors"}
    assert checkup.no_sale_items(facts).level == "watch"


@pytest.mark.parametrize(("days", "listed"), [(30, {"2"}), (40, set())])
def test_the_shop_says_after_how_many_days_without_a_sale_an_item_is_listed(days, listed):
    asleep = item("2", "茶壶", 100, 0).assign(pay_units=[0] * 23 + [2] + [0] * 36)
    facts = shop(item("1", "保温杯", 500, 10), asleep, left={"1": (300.0, ""), "2": (5.0, "")})
    facts = replace(facts, shop=ShopSettings(id="t", thresholds={"no_sale_days": days}))
    assert {row["item_id"] for row in checkup_tables.no_sale_table(facts)} == listed
    if listed:
        assert f"{days}" in checkup.no_sale_items(facts).headline


@pytest.mark.parametrize(
    ("season", "late"),
    [("夏", True), ("冬", False), ("四季", False), ("春夏", True), ("秋冬", False), ("", False)],
)
def test_a_season_is_over_outside_its_months(season, late):
    facts = shop(item("1", "保温杯", 500, 10), left={"1": (20.0, season)})
    assert (checkup.out_of_season(facts) is not None) == late


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("北欧简约盖碗 家用款", "北欧简约盖碗 家用款", True),
        ("北欧简约大容量玻璃盖碗 家用款", "【新款】北欧简约大容量玻璃盖碗 家用款", True),
        ("不锈钢保温杯大容量 500ml", "不锈钢保温杯大容量 300ml", False),
        ("手绘山茶双层杯 家用款", "手绘山茶儿童水壶 家用款", False),
    ],
)
def test_listings_are_double_by_nearly_equal_titles(one, other, same):
    assert bool(same_listings({"1": one, "2": other}, {}, 0.8)) == same


def test_listings_are_double_by_goods_number_but_not_by_an_empty_one():
    titles = {"1": "茶壶", "2": "碗", "3": "盘"}
    assert same_listings(titles, {"1": "A1", "2": "A1", "3": ""}, 0.85) == [("1", "2", "code")]
    assert same_listings(titles, {"1": "", "2": "", "3": ""}, 0.85) == []


@pytest.mark.parametrize(("days", "told"), [(0, True), (7, True), (8, False), (-1, False)])
def test_a_sign_up_is_told_within_the_notice(days, told):
    first, until = dt.date(2026, 12, 11), DAY + dt.timedelta(days=days)
    event = Event("1212", "双12", "Double 12", first, first, "campaign", until)
    facts = shop(item("1", "保温杯", 500, 10), left={"1": (300.0, "")}, events=(event,))
    assert (checkup.signup(facts) is not None) == told


def test_a_shop_without_any_export_has_an_empty_round():
    empty = {kind: pd.DataFrame() for kind in ("shop_daily", "item_daily", "stock", "hand_filled")}
    facts = Facts(ShopSettings(id="t"), DAY, empty, Calendar(()), rules())
    assert checkup.checkup_findings(facts) == []
    states = {row["state"] for row in checkup_tables.export_table(facts, ("stock", "hand_filled"))}
    assert len(states) == 1
