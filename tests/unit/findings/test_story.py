"""One chain a day, told from the money; steps name their things."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from shopbook.days import Calendar
from shopbook.findings.daily.story import naming, steps, story, told
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Cause, Finding, Week
from shopbook.params import ShopSettings, rules

FRIDAY = dt.date(2026, 11, 20)
ACT = {"level": "act", "owner": "operator", "next_step": "查商品。", "due": "2026-11-21"}


def sales(verdict: str = "worse", factor: str = "visitors", **values: object) -> Finding:
    base = {"value": 20610.0, "baseline": 24763.0, "metric": "pay_amount", "verdict": verdict}
    causes = (Cause({"factor": "market"}, 100.0), Cause({"factor": factor}, -4253.0, label="访客数"))
    return Finding("own.amount", "?", "…", causes=causes, **{**base, **values})


def visitors(verdict: str = "worse") -> Finding:
    causes = (Cause({"channel": "recommendation"}, -2495.0, label="猜你喜欢"),)
    return Finding(
        "own.visitors", "?", "访客少了", verdict=verdict, metric="visitors", value=11612.0, baseline=13367.0,
        causes=causes, **ACT,
    )  # fmt: skip


def facts(**frames: pd.DataFrame) -> Facts:
    kinds = ("shop_daily", "item_daily", "flow_source", "market", "peers", "rivals", "stock", "restated")
    empty = dict.fromkeys(kinds, pd.DataFrame({"date": pd.Series(dtype="datetime64[ns]")}))
    return Facts(ShopSettings(id="t"), FRIDAY, empty | frames, Calendar(()), rules())


def shop_days(items: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"date": items["date"].unique(), "visitors": 1000.0})


def test_a_fall_of_sales_leads_to_the_figure_behind_it_and_what_is_behind_that() -> None:
    slow = Finding("service.answer_time", "?", "慢", level="watch", verdict="worse")
    asked = Finding("service.inquiry_conversion", "?", "询单", level="watch", verdict="worse")
    conversion = Finding("own.conversion", "?", "转化", verdict="worse", level="watch")
    chain = story([visitors("unknown"), slow, asked, conversion, sales(factor="conversion")])
    assert chain == ("own.amount", "own.conversion", "service.inquiry_conversion", "service.answer_time")


def test_an_undecided_fall_of_sales_begins_no_chain() -> None:
    assert story([sales("unknown"), visitors()]) == ("own.visitors",)
    assert story([sales("unknown")]) == ()


def test_the_sentence_starts_with_money_and_names_the_source() -> None:
    said = told(facts(), [visitors(), sales()])
    assert said == "销售额 20,610 元，比平常周五少 4,153 元：猜你喜欢 −2,495 访客"


def test_a_factor_within_its_own_noise_is_not_named_however_large_its_part() -> None:
    parts = (Cause({"factor": "conversion"}, -3000.0), Cause({"factor": "visitors"}, -1153.0))
    noisy = Finding("own.conversion", "?", "…", verdict="unknown", metric="pay_conversion_rate")
    found = [visitors(), noisy, replace(sales(), causes=parts)]
    assert told(facts(), found).endswith("：猜你喜欢 −2,495 访客")
    assert story(found) == ("own.amount", "own.visitors")
    assert told(facts(), [noisy, replace(sales(), causes=parts)]).endswith("少 4,153 元")


def test_a_fall_of_conversion_that_goes_to_service_says_so() -> None:
    fell = Finding(
        "own.conversion", "?", "…", verdict="worse", metric="pay_conversion_rate", change=-0.24,
        level="watch", value=0.023, baseline=0.031, owner="service",
        causes=(Cause({"item_id": "1"}, -0.004, label="杯"),),
    )  # fmt: skip
    assert told(facts(), [fell, sales(factor="conversion")]).endswith("：转化率 ▼ −24.0%，客服响应变慢")
    elsewhere = replace(fell, owner="operator")
    assert told(facts(), [elsewhere, sales(factor="conversion")]).endswith("：「杯」的转化率")


def test_an_undecided_day_names_no_cause() -> None:
    said = told(facts(), [sales("unknown", interval=(-0.3, 0.2))])
    assert said == "今天没有异常：销售额 20,610 元，和平常周五分不出高低"


def test_a_day_is_not_called_calm_while_a_decided_loss_of_the_week_stands() -> None:
    """A week's loss is watched on the day it shows alone; on the days after it stands, at level ok."""
    week = Week("2026-11-14", "2026-11-20", 73.0, 145.0, -0.5, None, None, (-0.6, -0.4), "worse")
    lost = replace(
        visitors("unknown"),
        headline="访客数 155；近 7 天 ▼ −50%；没有大盘可比",
        level="ok",
        next_step="",
        week=week,
    )
    said = told(facts(), [sales("unknown", interval=(-0.3, 0.2)), lost])
    assert said == "销售额 20,610 元，和平常周五分不出高低；访客数：近 7 天 ▼ −50%"


def test_one_comparable_day_is_no_calm_day() -> None:
    said = told(facts(), [sales("unknown", interval=None)])
    assert said == "销售额 20,610 元，还不能判断：再过 15 天可以"


def test_without_a_baseline_nothing_is_compared() -> None:
    assert told(facts(), [sales("unknown", baseline=None)]) == "销售额 20,610 元，还不能判断：再过 15 天可以"


def test_a_rise_is_told_as_one() -> None:
    said = told(facts(), [sales("better", value=24763.0, baseline=20610.0)])
    assert "比平常周五多 4,153 元" in said


@pytest.fixture
def items() -> pd.DataFrame:
    """Two items on the day and on three comparable Fridays."""
    goods = [("1", "锤纹杯", (400.0, 1012.0), (10.0, 20.0)), ("2", "茶壶", (50.0, 40.0), (9.0, 5.0))]
    rows = [
        (pd.Timestamp(FRIDAY - dt.timedelta(weeks=back)), item, name, seen[back > 0], paid[back > 0])
        for back in range(4)
        for item, name, seen, paid in goods
    ]
    return pd.DataFrame(rows, columns=["date", "item_id", "item_name", "item_visitors", "pay_amount"])


def test_a_step_names_the_items_that_lost_most(items) -> None:
    known = facts(item_daily=items, shop_daily=shop_days(items))
    things = steps(known, [visitors()])
    assert [(row["label"], row["amount"], row["unit"]) for row in things] == [("锤纹杯", -612.0, "persons")]
    step = naming([visitors()], things)[0].next_step
    assert step == "查商品。先看：锤纹杯 −612"


def test_no_items_are_named_without_a_verdict(items) -> None:
    known = facts(
        item_daily=items, shop_daily=pd.DataFrame({"date": items["date"].unique(), "visitors": 1.0})
    )
    assert steps(known, [replace(visitors("unknown"), level="ok")]) == []


def test_a_late_item_report_names_no_item(items) -> None:
    late = items[items["date"] < pd.Timestamp(FRIDAY)]
    known = facts(item_daily=late, shop_daily=shop_days(items))
    assert steps(known, [visitors()]) == []


@pytest.mark.parametrize(
    ("factor", "chain"),
    [("visitors", ("own.amount", "own.visitors", "promotion.plan")),
     ("conversion", ("own.amount", "own.conversion")),
     ("basket", ("own.amount",)),
     ("market", ("own.amount",))],
)  # fmt: skip
def test_the_chain_follows_the_largest_factor_and_only_what_tells(factor, chain) -> None:
    plan = Finding("promotion.plan", "?", "计划", level="watch")
    conversion = Finding("own.conversion", "?", "转化", verdict="worse")
    calm = Finding("own.item", "?", "单品", verdict="better")
    assert story([sales(factor=factor), plan, visitors(), conversion, calm]) == chain


def test_without_a_fall_of_sales_the_first_action_alone_tells_the_story() -> None:
    second = Finding("checkup.stock", "?", "缺货", **ACT)
    assert story([second, visitors(), sales("better")]) == ("checkup.stock",)
    assert story([]) == ()


def test_a_week_decides_where_the_day_does_not() -> None:
    week = Week("2026-11-14", "2026-11-20", 20.0, 25.0, -0.2, None, None, None, "worse")
    fell = sales("unknown", week=week)
    assert told(facts(), [fell]).startswith("销售额 20,610 元；")
    assert story([fell, visitors()])[0] == "own.amount"
    # A day without a verdict of its own names no cause: the week's is another one.
    assert "猜你喜欢" not in told(facts(), [fell, visitors()])


def test_conversion_is_named_by_the_item_behind_it_where_it_fell_too() -> None:
    cause = (Cause({"item_id": "1"}, -0.01, label="锤纹杯"),)
    conversion = Finding(
        "own.conversion", "?", "转化", verdict="worse", metric="pay_conversion_rate",
        value=0.02, baseline=0.03, change=-1 / 3, causes=cause,
    )  # fmt: skip
    assert told(facts(), [conversion, sales(factor="conversion")]).endswith("：「锤纹杯」的转化率")
    bare = replace(conversion, causes=())
    assert told(facts(), [bare, sales(factor="conversion")]).endswith("：支付转化率 ▼ −33.3%")
    other_way = replace(conversion, verdict="better")
    assert told(facts(), [other_way, sales(factor="conversion")]).endswith("少 4,153 元")


def test_money_that_is_not_known_is_not_told() -> None:
    assert told(facts(), [visitors()]) == ""
    assert told(facts(), [sales(value=None)]) == ""
    assert "还不能判断" in told(facts(), [sales("unknown", baseline=float("nan"))])


def test_an_undecided_day_names_its_first_action() -> None:
    assert told(facts(), [sales("unknown"), visitors()]).endswith("；访客少了")


def test_at_most_twelve_things_are_listed_and_three_named() -> None:
    days = [pd.Timestamp(FRIDAY - dt.timedelta(weeks=back)) for back in range(4)]
    rows = [
        (day, str(item), f"杯{item}", 100.0 - (item if back == 0 else 0), 1.0)
        for back, day in enumerate(days)
        for item in range(20)
    ]
    items = pd.DataFrame(rows, columns=["date", "item_id", "item_name", "item_visitors", "pay_amount"])
    things = steps(facts(item_daily=items, shop_daily=shop_days(items)), [visitors()])
    assert [row["item_id"] for row in things] == [str(item) for item in range(19, 7, -1)]
    step = naming([visitors()], things)[0].next_step
    assert step == "查商品。先看：杯19 −19，杯18 −18，杯17 −17"


def test_lost_sales_are_named_in_money_against_the_mean_of_the_comparable_days(items) -> None:
    fell = replace(sales(), **ACT)
    things = steps(facts(item_daily=items, shop_daily=shop_days(items)), [fell])
    assert [(row["label"], row["amount"], row["unit"]) for row in things] == [("锤纹杯", -10.0, "CNY")]


def sources(*rows) -> pd.DataFrame:
    """(weeks back, item, source, level, visitors)"""
    made = [
        (pd.Timestamp(FRIDAY - dt.timedelta(weeks=back)), item, channel, level, seen)
        for back, item, channel, level, seen in rows
    ]
    return pd.DataFrame(made, columns=["date", "item_id", "channel", "level", "visitors"])


def test_the_items_of_the_source_that_fell_are_named_where_three_report_it(items) -> None:
    now = [(0, str(n), "recommendation", 1, 10.0) for n in range(1, 4)]
    usual = [(back, str(n), "recommendation", 1, 10.0 + 5 * n) for back in (1, 2) for n in range(1, 4)]
    other = [(0, "1", "search", 1, 0.0), (1, "1", "search", 1, 900.0), (0, "1", "recommendation", 2, 500.0)]
    known = {"item_daily": items, "shop_daily": shop_days(items)}
    things = steps(facts(item_flow_source=sources(*now, *usual, *other), **known), [visitors()])
    assert [(row["item_id"], row["amount"]) for row in things] == [("3", -15.0), ("2", -10.0), ("1", -5.0)]
    few = facts(item_flow_source=sources(*now[:2], *usual), **known)
    assert [(row["item_id"], row["amount"]) for row in steps(few, [visitors()])] == [("1", -612.0)]
