"""Tables of the self-check: which items and days each takes, from which count on, and in which order."""

import datetime as dt

import pandas as pd
import pytest

from shopbook.days import Calendar, Event
from shopbook.findings.daily import checkup, checkup_tables
from shopbook.findings.facts import Facts
from typed import DAY, ago, facts, holiday, last, table

NAN = float("nan")


pytestmark = pytest.mark.usefixtures("english")


def sold(item_id: str, units: list[float] | float, days: int = 30, **columns: object) -> pd.DataFrame:
    rows = {"date": last(days), "item_id": item_id, "item_name": f"item {item_id}", "pay_units": units}
    return pd.DataFrame({**rows, "item_visitors": 100.0, **columns})


def held(**units: float | list[float]) -> pd.DataFrame:
    """Stock counts of each item: today's, or the last ones up to today."""
    frames = []
    for item_id, counts in units.items():
        listed = counts if isinstance(counts, list) else [counts]
        frames.append(
            pd.DataFrame({"date": last(len(listed)), "item_id": item_id[1:], "stock_units": listed})
        )
    return pd.concat(frames)


def shop(*items: pd.DataFrame, stock: pd.DataFrame | None = None, **given) -> Facts:
    frames = {"item_daily": pd.concat(items)}
    return facts(frames=frames if stock is None else frames | {"stock": stock}, **given)


def test_items_whose_stock_ends_within_a_week_are_listed_sold_out_ones_first_then_by_sales():
    items = [sold("1", 10.0), sold("2", 20.0), sold("3", 5.0), sold("4", 2.0), sold("5", 1.0)]
    stock = held(i1=69.0, i2=140.0, i3=0.0, i4=0.0, i5=0.0)
    rows = checkup_tables.stock_table(shop(*items, stock=stock))
    assert [row["item_id"] for row in rows] == ["3", "4", "5", "1"]  # 140 of 20 a day last the week
    assert (rows[3]["label"], rows[3]["stock_units"], rows[3]["rate"], rows[3]["stock_days"]) == (
        "item 1", 69.0, 10.0, pytest.approx(6.9),
    )  # fmt: skip


def test_what_nobody_buys_does_not_run_out():
    assert checkup_tables.stock_table(shop(sold("1", 0.0), stock=held(i1=0.0))) == []


def test_the_rate_is_of_ordinary_days_where_an_item_has_one():
    festival, new = [10.0] * 28 + [90.0, 90.0], sold("2", 40.0, 2)
    given = shop(sold("1", festival), new, stock=held(i1=60.0, i2=80.0), calendar=holiday(0, 1))
    cover = checkup_tables.stock_cover(given)
    assert cover["rate"].to_dict() == {"1": 10.0, "2": 40.0}
    assert cover["days"].to_dict() == {"1": 6.0, "2": 2.0}


def test_the_rate_is_of_days_on_which_the_item_could_sell():
    """Sold out from the evening of day 6 to day 2: days 5 to 2 say nothing, the day it ran out does."""
    units = [10.0] * 24 + [0.0] * 4 + [6.0, 4.0]
    counts = [20.0] * 23 + [0.0] * 5 + [30.0, 40.0]
    cover = checkup_tables.stock_cover(shop(sold("1", units), stock=held(i1=counts)))
    assert cover.loc["1", "rate"] == pytest.approx((12 * 10 + 6 + 4) / 14)
    sales_though_empty = [10.0] * 29 + [8.0]  # a day that sold was no day without stock, whatever was counted
    cover = checkup_tables.stock_cover(shop(sold("1", sales_though_empty), stock=held(i1=[0.0] * 30)))
    assert cover.loc["1", "rate"] == pytest.approx((13 * 10 + 8) / 14)


@pytest.mark.parametrize(("back", "known"), [(27, True), (28, False)])
def test_the_rate_is_of_the_last_four_weeks(back, known):
    units = [9.0 if day == back else 0.0 for day in reversed(range(30))]  # sold out by that evening
    counts = [5.0 if day > back else 0.0 for day in reversed(range(30))]
    cover = checkup_tables.stock_cover(shop(sold("1", units), sold("2", 1.0), stock=held(i1=counts, i2=5.0)))
    assert cover["rate"].get("1") == (9.0 if known else None)


def test_a_day_whose_report_leaves_an_item_out_is_a_day_without_a_sale_and_an_empty_cell_is_not():
    every_day, other = sold("1", 6.0), sold("0", 1.0)
    days = [ago(back) for back in range(30)]
    left_out = every_day[~every_day["date"].isin(days[:14:2])]
    cover = checkup_tables.stock_cover(shop(left_out, other, stock=held(i1=5.0)))
    assert cover.loc["1", "rate"] == 7 * 6.0 / 14
    not_known = every_day.assign(pay_units=every_day["pay_units"].mask(every_day["date"].isin(days[:14:2])))
    cover = checkup_tables.stock_cover(shop(not_known, other, stock=held(i1=5.0)))
    assert cover.loc["1", "rate"] == 6.0


def test_days_before_an_item_was_first_reported_are_not_days_without_a_sale():
    new = sold("1", 6.0, 4)
    cover = checkup_tables.stock_cover(shop(new, sold("0", 1.0), stock=held(i1=5.0)))
    assert cover.loc["1", "rate"] == 6.0


@pytest.mark.parametrize("missing", ["items", "stock", "units"])
def test_without_sales_or_counts_there_is_no_cover(missing):
    items = sold("1", 10.0) if missing != "units" else sold("1", 10.0).drop(columns="pay_units")
    given = {} if missing == "items" else {"item_daily": items}
    given |= {} if missing == "stock" else {"stock": held(i1=0.0)}
    assert checkup_tables.stock_cover(facts(frames=given)).empty
    assert checkup_tables.stock_table(facts(frames=given)) == []


def test_an_order_is_due_when_what_is_held_lasts_just_until_the_goods_are_there():
    """Ten a day without any noise, 100 held, goods three days away: a week until the order, from tomorrow."""
    given = shop(
        sold("1", 10.0, 84), stock=held(i1=100.0),
        shop={"thresholds": {"supply_days": 3, "order_days": 14, "stock_cover_days": 30}},
    )  # fmt: skip
    [row] = checkup_tables.stock_table(given)
    low, high = (float(each.replace(",", "")) for each in row["demand"].split(" ~ "))
    assert low <= 140 <= high
    lasts = 100 / (high / 14) - 3
    assert row["order_by"] == f"{DAY + dt.timedelta(days=1 + int(lasts)):%m-%d}"
    assert 170 - 100 <= row["order_units"] <= 1.2 * 170 - 100
    assert row["order_units"] == round(row["order_units"])


def test_a_special_day_is_no_day_of_ordinary_demand():
    units = [10.0] * 83 + [10.0]
    units[40] = 4000.0
    given = {"stock": held(i1=10.0)}
    calm = shop(sold("1", units, 84), **given, calendar=holiday(43))
    wild = shop(sold("1", units, 84), **given)
    orders = [checkup_tables.stock_table(each)[0]["order_units"] for each in (calm, wild)]
    assert orders[0] < 1.2 * 210


def test_enough_stock_for_both_orders_asks_for_none():
    given = shop(sold("1", 10.0, 84), stock=held(i1=400.0), shop={"thresholds": {"stock_cover_days": 60}})
    [row] = checkup_tables.stock_table(given)
    assert row["order_units"] == 0.0
    assert "order" not in checkup.stock(given).headline


def unsold(*items: pd.DataFrame, stock: pd.DataFrame | None = None, **given) -> dict[str, str]:
    carries = sold("0", 6.0)  # six of a hundred visitors buy
    return {
        row["item_id"]: row["verdict"]
        for row in checkup_tables.no_sale_table(shop(carries, *items, stock=stock, **given))
    }


def test_thirty_days_without_a_sale_are_the_last_thirty():
    first_day_sold = [1.0] + [0.0] * 29
    assert unsold(sold("1", 0.0)) == {"1": "no_sale"}
    assert unsold(sold("1", first_day_sold)) == {}
    before = [1.0] + [0.0] * 30
    assert unsold(sold("1", before, 31), sold("9", 6.0, 31)) == {"1": "no_sale"}


def test_an_order_is_a_sale_of_an_item_in_presale():
    assert unsold(sold("1", 0.0, order_units=[0.0] * 29 + [1.0])) == {}
    assert unsold(sold("1", 0.0, order_units=NAN)) == {"1": "no_sale"}
    assert unsold(sold("1", NAN)) == {"1": "no_sale"}


def test_an_item_off_the_shelf_out_of_stock_or_new_is_not_unsold():
    assert unsold(sold("1", 0.0, item_status="已下架")) == {}
    assert unsold(sold("1", 0.0, item_status="off")) == {}
    assert unsold(sold("1", 0.0, item_status="在线")) == {"1": "no_sale"}
    assert unsold(sold("1", 0.0), stock=held(i1=0.0, i0=9.0)) == {}
    assert unsold(sold("1", 0.0), stock=held(i1=1.0, i0=9.0)) == {"1": "no_sale"}
    new = held(i1=1.0, i0=9.0).assign(listed_on=[ago(29), ago(500)])
    assert unsold(sold("1", 0.0), stock=new) == {}
    assert unsold(sold("1", 0.0), stock=new.assign(listed_on=[ago(30), ago(500)])) == {"1": "no_sale"}


def test_an_item_that_came_after_the_first_report_is_listed_since_then():
    long = [sold("0", 6.0, 60), sold("9", 6.0, 60)]
    old = checkup_tables._listed_days(shop(*long, sold("1", 0.0, 20)), pd.Index(["0", "1", "x"]))
    assert old["1"] == 19
    assert old[["0", "x"]].isna().all()  # there when the history begins: it may be much older
    stock = held(i0=1.0, i1=1.0).assign(listed_on=[ago(99), None])
    told = checkup_tables._listed_days(shop(*long, sold("1", 0.0, 20), stock=stock), pd.Index(["0", "1"]))
    assert told.to_dict() == {"0": 99, "1": 19}


@pytest.mark.parametrize(("days", "told"), [(28, True), (27, False)])
def test_a_month_without_a_month_of_reports_calls_nothing_unsold(days, told):
    given = shop(sold("0", 6.0, days), sold("1", 0.0, days))
    assert bool(checkup_tables.no_sale_table(given)) is told


def test_unsold_items_come_by_visitors_with_what_was_to_be_expected():
    rows = checkup_tables.no_sale_table(
        shop(sold("0", 6.0), sold("1", 0.0, item_visitors=1.0), sold("2", 0.0, item_visitors=50.0),
             stock=held(i2=7.0, i0=9.0))
    )  # fmt: skip
    goal = 180 / (3000 + 30 + 1500)
    assert [(row["item_id"], row["verdict"]) for row in rows] == [("2", "no_sale"), ("1", "too_few_visitors")]
    assert (rows[0]["item_visitors"], rows[0]["expected"]) == (1500.0, pytest.approx(1500 * goal))
    assert (rows[0]["stock_units"], rows[0]["state"]) == (7.0, "take down or rework")
    assert rows[1]["state"] == "too few visitors to judge"
    assert checkup_tables.no_sale_table(facts()) == []
    assert checkup_tables.no_sale_table(shop(sold("0", 6.0).drop(columns="pay_units"))) == []


def test_a_shop_nobody_visits_expects_nothing():
    assert checkup_tables._conversion(sold("1", 3.0, item_visitors=0.0)) == 0.0
    assert checkup_tables._conversion(sold("1", 3.0)) == pytest.approx(0.03)


def test_no_finding_of_unsold_items_without_any_and_a_calm_one_of_too_few_visitors():
    assert checkup.no_sale_items(shop(sold("0", 6.0))) is None
    few = checkup.no_sale_items(shop(sold("0", 6.0), sold("1", 0.0, item_visitors=1.0)))
    assert (few.level, few.value, few.verdict) == ("ok", 0.0, "unknown")
    one = checkup.no_sale_items(shop(sold("0", 6.0), sold("1", 0.0), sold("2", 0.0, item_visitors=1.0)))
    assert (one.level, one.value, one.scope, one.verdict) == ("watch", 1.0, {"item_id": "1"}, "worse")
    assert "1 item(s) without a sale for 30 days; 1 more" in one.headline
    assert few.headline == "1 item(s) without a sale for 30 days had too few visitors to judge"
    assert checkup.no_sale_items(shop(sold("0", 6.0), sold("1", 0.0))).headline.endswith("30 days")


def seasons(**given: tuple[str, float]) -> list[str]:
    """Season and stock of each item, in September, all of them listed."""
    names = [name[1:] for name in given]
    stock = pd.DataFrame({"date": ago(0), "item_id": names, "season": [each for each, _ in given.values()],
                          "stock_units": [units for _, units in given.values()]})  # fmt: skip
    return [
        row["item_id"]
        for row in checkup_tables.season_table(shop(*(sold(n, 1.0, 1) for n in names), stock=stock))
    ]


def test_listed_goods_in_stock_out_of_season_come_by_stock():
    assert seasons(i1=("夏", 5.0), i2=("春", 9.0), i3=("秋", 9.0), i4=("夏", 0.0), i5=(None, 3.0)) == [
        "2",
        "1",
    ]
    stock = pd.DataFrame({"date": ago(0), "item_id": ["1"], "season": ["夏"], "stock_units": [1.0]})
    assert checkup_tables.season_table(shop(sold("2", 1.0, 1), stock=stock)) == []  # not listed
    assert checkup_tables.season_table(shop(sold("1", 1.0, 1), stock=stock.drop(columns="season"))) == []
    assert checkup_tables.season_table(shop(sold("1", 1.0, 1))) == []


@pytest.mark.parametrize(
    ("season", "over"),
    [("春", [1, *range(6, 13)]), ("夏", [1, 2, 3, *range(9, 13)]), ("秋", [*range(1, 8), 12]),
     ("冬", range(3, 10)), ("春秋", [1, 6, 7, 12]), ("四季", []), ("通用", []), ("夏季全年", []),
     ("新款", [])],
)  # fmt: skip
def test_the_months_of_a_season_hold_one_before_and_one_after(season, over):
    months = [month for month in range(1, 13) if checkup_tables._over(season, dt.date(2026, month, 15))]
    assert months == list(over)


def test_pairs_are_sought_among_listed_items_by_their_newest_title_and_number():
    items = pd.concat([
        sold("1", 1.0, 2, item_code="A1"), sold("2", 1.0, 2, item_code="A1"),
        sold("3", 1.0, 2, item_code=None), sold("4", 1.0, 2, item_code="A1", item_status="下架"),
    ])  # fmt: skip
    items.loc[items["item_id"].eq("1") & items["date"].eq(ago(0)), "item_name"] = (
        "a title of more than eighteen letters"
    )
    assert checkup_tables.duplicate_table(shop(items)) == [
        {"item_id": "1", "other": "2", "label": "a title of more t…", "state": "same goods number"}
    ]
    bare = items.drop(columns="item_code").assign(item_name="蓝色保温杯大容量五百毫升")
    assert {row["state"] for row in checkup_tables.duplicate_table(shop(bare))} == {"nearly the same title"}
    assert checkup_tables.duplicate_table(facts()) == []


def test_sign_ups_that_close_soon_come_by_their_day():
    def event(name: str, closes: int | None) -> Event:
        first = DAY + dt.timedelta(days=30)
        until = None if closes is None else DAY + dt.timedelta(days=closes)
        return Event(name, name, name, first, first, "campaign", until)

    events = (event("late", 7), event("today", 0), event("over", -1), event("far", 8), event("none", None))
    rows = checkup_tables.signup_table(facts(calendar=Calendar(events)))
    assert [(row["label"], row["days_left"], row["date"]) for row in rows] == [
        ("today", 0, DAY.isoformat()), ("late", 7, (DAY + dt.timedelta(days=7)).isoformat()),
    ]  # fmt: skip


CASES = "date entity metric value"


def test_cases_of_thirty_days_come_by_their_count_each_with_its_newest_figure():
    filled = table(
        CASES, (1, "1", "违规", 2.0), (0, "1", "违规", 1.0), (29, "2", "投诉", 5.0), (30, "3", "投诉", 9.0),
        (-1, "4", "投诉", 9.0), (0, "5", "评分", 9.0), (0, "6", "举报", NAN), (2, "7", "价格检查", 3.0),
    )  # fmt: skip
    given = facts(frames={"hand_filled": filled, "item_daily": sold("1", 1.0, 1)})
    rows = [(row["date"], row["label"], row["value"]) for row in checkup_tables.case_table(given)]
    assert rows == [("08-27", "2", 5.0), ("09-23", "7", 3.0), ("09-25", "item 1", 1.0)]
    assert [row["label"] for row in checkup_tables.case_table(given, "价格")] == ["7"]
    assert checkup_tables.case_table(facts()) == []
    found = checkup.cases(given)
    assert (found.value, found.level) == (9.0, "watch")
    assert "3 entries" in found.headline
    calm = table(CASES, (0, "1", "违规", 0.0))
    assert checkup.cases(facts(frames={"hand_filled": calm})) is None


def test_exports_are_told_missing_ones_first_then_late_then_here():
    rows = table("date x", (0, 1.0))
    late = table("date x", (1, 1.0))
    given = facts(frames={"stock": rows, "service": late, "hand_filled": late, "targets": rows[["x"]]})
    found = checkup_tables.export_table(given, ("stock", "service", "hand_filled", "targets", "dsr"))
    assert [(row["state"], row["date"], bool(row["place"])) for row in found] == [
        ("missing", "–", True), ("late", "2026-09-24", True), ("here", "2026-09-25", False),
        ("here", "2026-09-24", False), ("here", "–", False),
    ]  # fmt: skip


def test_the_newest_known_count_up_to_the_day_is_the_stock():
    counts = table("date item_id stock_units", (1, "1", 5.0), (2, "1", 9.0), (0, "1", NAN), (-1, "1", 3.0))
    found = checkup_tables._stock(facts(frames={"stock": counts}))
    assert found["stock_units"].to_dict() == {"1": 5.0}
    assert list(checkup_tables._stock(facts()).columns) == ["stock_units"]


def test_items_of_the_newest_report_are_listed():
    given = shop(sold("1", 1.0, 2), sold("2", 1.0, 2)[:1])
    assert checkup_tables._listed(given) == {"1"}
    assert checkup_tables._listed(facts()) == set()


@pytest.mark.parametrize(
    ("rate", "left", "level"), [(0.5, 0.0, "act"), (0.4, 0.0, "watch"), (10.0, 1.0, "watch")]
)
def test_a_sold_out_item_is_acted_on_from_half_a_piece_a_day(rate, left, level):
    units = [rate * 2, 0.0] * 42
    found = checkup.stock(shop(sold("1", units, 84), stock=held(i1=left)))
    assert (found.level, found.value, found.scope) == (level, left, {"item_id": "1"})
    assert ("is sold out" in found.headline) is (left == 0)


def test_what_is_sold_out_and_what_runs_low_is_counted():
    items = [sold(name, 10.0) for name in "123"]
    found = checkup.stock(shop(*items, stock=held(i1=0.0, i2=5.0, i3=9.0)))
    assert "; 1 item(s) sold out, 2 running low" in found.headline


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ((0.0, 0.0), "; 2 items are sold out"),
        ((5.0, 9.0), "; 2 items are running low"),
        ((0.0,), ""),
        ((5.0,), ""),
    ],
)
def test_nothing_is_counted_that_is_not_there(left, said):
    items = [sold(str(place), 10.0) for place in range(len(left))]
    stock = held(**{f"i{place}": units for place, units in enumerate(left)})
    found = checkup.stock(shop(*items, stock=stock))
    assert ("item(s)" in found.headline, said in found.headline) == (False, True)
    assert ("; 2" in found.headline) is bool(said)


def test_goods_whose_season_is_over_may_sell_out_and_are_not_ordered_anew():
    stock = held(i1=0.0, i2=5.0).assign(season=["夏", "秋"])  # in September
    rows = checkup_tables.stock_table(shop(sold("1", 10.0), sold("2", 10.0), stock=stock))
    assert [row["item_id"] for row in rows] == ["2"]


def test_an_order_is_said_with_its_days():
    row = {"order_by": "09-27", "order_units": 5.0}
    assert checkup._order(facts(), row).startswith("; order 5 by 09-27: enough for 21 days")
    assert checkup._order(facts(), row | {"order_by": ""}) == ""
    assert checkup._order(facts(), row | {"order_units": 0.0}) == ""
    assert checkup._order(facts(), row | {"order_units": NAN}) == ""
