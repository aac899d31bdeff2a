"""One chain a day, told from the money; steps name their things."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from shopbook.days import Calendar
from shopbook.findings.daily.story import naming, steps, story, told
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Cause, Finding
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


def test_an_undecided_day_names_no_cause() -> None:
    said = told(facts(), [sales("unknown")])
    assert said == "今天没有异常：销售额 20,610 元，和平常周五分不出高低"


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
