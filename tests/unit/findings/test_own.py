"""The own shop against its market: verdict, causes, owner."""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shopbook.days import Calendar
from shopbook.findings.daily import own
from shopbook.findings.facts import Facts
from shopbook.findings.finding import DataWarning
from shopbook.findings.verdict import main_cause
from shopbook.findings.warnings.data import data_warnings
from shopbook.params import ShopSettings, rules

DAY = dt.date(2026, 11, 20)
KINDS = ("shop_daily", "market", "peers", "flow_source", "item_daily", "rivals")


def shop(
    visitors: float = 1.0, buyers: float = 1.0, market: float = 1.0, recommendation: float = 1.0
) -> Facts:
    """91 quiet days of a shop with 10,000 visitors; the last day is multiplied as asked."""
    days = pd.date_range(end=DAY, periods=91)
    wobble = np.exp(np.random.default_rng(7).normal(0, 0.02, (91, 2)))
    last = np.ones(91)
    last[-1] = 0

    def factor(size: float) -> np.ndarray:
        return np.where(last, 1.0, size)

    people = np.round(10_000 * wobble[:, 0] * factor(visitors))
    paying = np.round(0.02 * people * wobble[:, 1] * factor(buyers))
    daily = pd.DataFrame(
        {"date": days, "visitors": people, "pay_buyers": paying, "pay_amount": paying * 80.0}
    )
    channel = [
        pd.DataFrame(
            {"date": days, "channel": name, "channel_label": name, "visitors": people * share * size}
        )
        for name, share, size in (("search", 0.6, 1.0), ("recommendation", 0.5, factor(recommendation)))
    ]
    flow = pd.concat(channel).assign(level=1, device="wireless", channel_detail="")
    sold = {"item_id": "1", "item_name": "保温杯", "item_visitors": people, "pay_buyers": paying}
    items = pd.DataFrame({"date": days, **sold, "pay_units": paying, "pay_amount": paying * 80.0})
    frames = {
        "shop_daily": daily,
        "market": pd.DataFrame(
            {
                "date": days,
                "category": "cups",
                "metric": "visitors",
                "value": 1e6 * factor(market),
                "value_type": "value",
            }
        ),
        "peers": pd.concat(
            pd.DataFrame({"date": days, "metric": metric, "peer_avg": level, "peer_top": level * 2})
            for metric, level in (
                ("pay_conversion_rate", 0.02),
                ("avg_order_value", 80.0),
                ("pay_amount", 16_000.0),
            )
        ),
        "flow_source": flow,
        "item_daily": items,
        "rivals": pd.DataFrame(),
    }
    return Facts(ShopSettings(id="t"), DAY, frames, Calendar(()), rules())


def test_a_quiet_day_asks_for_nothing():
    found = own.own_findings(shop())
    assert {each.id for each in found} >= {"own.amount", "own.visitors", "own.conversion", "own.basket"}
    assert all(each.level != "act" for each in found)
    assert own.visitors(shop()).verdict in ("same", "unknown")


def test_a_loss_in_one_source_names_it_and_its_owner():
    found = own.visitors(shop(visitors=0.75, recommendation=0.55))
    assert (found.level, found.verdict, found.comparator) == ("act", "worse", "market")
    assert main_cause(found).scope == {"channel": "recommendation"}
    assert (found.owner, found.due) == ("operator", "2026-11-21")
    assert "recommendation" in found.next_step


def test_falling_with_the_market_is_not_worse():
    found = own.visitors(shop(visitors=0.8, market=0.8))
    assert found.verdict in ("same", "unknown")
    assert found.change == pytest.approx(-0.2, abs=0.05)
    assert found.market_change == pytest.approx(-0.2, abs=0.01)
    assert found.level != "act"


@pytest.mark.parametrize(
    "finding", [own.visitors, own.conversion, own.amount], ids=lambda each: each.__name__
)
def test_causes_sum_to_the_change(finding):
    found = finding(shop(visitors=0.8, buyers=0.7, market=1.1, recommendation=0.6))
    total = math.fsum(cause.effect for cause in found.causes)
    assert total == pytest.approx(found.value - found.baseline, rel=1e-9, abs=1e-9)
    assert found.causes[0].scope == {"factor": "market"}
    assert found.causes[-1].scope == {"factor": "unexplained"}


def test_only_the_shops_own_category_is_its_market():
    facts = shop(visitors=0.8, market=0.8)
    rows = facts.frames["market"]
    other = rows.assign(category="zz other", value=5e5)  # sorts last, and stood still
    facts.frames["market"] = pd.concat([rows, other])
    mine = replace(facts, shop=ShopSettings(id="t", category="cups"))
    assert own.visitors(mine).market_change == pytest.approx(-0.2, abs=0.01)


@pytest.mark.parametrize("category", ["", "tea"], ids=["several and none named", "one that is not there"])
def test_another_category_is_never_taken_for_the_market(category):
    facts = shop()
    rows = facts.frames["market"]
    facts.frames["market"] = pd.concat([rows, rows.assign(category="mugs")])
    facts = replace(facts, shop=ShopSettings(id="t", category=category))
    assert own.visitors(facts).comparator == "none"
    texts = [each.text for each in data_warnings(facts) if each.code == "no_market"]
    assert any("cups" in text and "params/shops/t.yaml" in text for text in texts)


def test_without_a_market_nothing_is_acted_on():
    facts = shop(visitors=0.6)
    facts.frames["market"] = pd.DataFrame()
    found = own.visitors(facts)
    assert (found.comparator, found.relative, found.market_change) == ("none", None, None)
    assert found.level == "watch"
    assert found.caveats
    assert "no_market" in {warning.code for warning in data_warnings(facts)}


def test_a_blocking_warning_stops_the_verdict_not_the_report():
    facts = shop(visitors=0.75, recommendation=0.55)
    stopped = facts.warned([DataWarning("blocking", "partial_day", "half a day")])
    found = own.visitors(stopped)
    assert (found.verdict, found.level, found.week, found.next_step) == ("unknown", "ok", None, "")
    assert found.value is not None


def test_fewer_than_two_comparable_days_give_no_verdict():
    facts = shop(visitors=0.5)
    recent = facts.frames["shop_daily"]["date"] > pd.Timestamp(DAY) - pd.Timedelta(days=10)
    facts.frames["shop_daily"] = facts.frames["shop_daily"][recent]
    assert own.visitors(facts).verdict == "unknown"


def test_presale_items_are_named_and_stock_outs_ruled_out():
    facts = shop()
    last = facts.frames["item_daily"]["date"] == pd.Timestamp(DAY)
    waiting = facts.frames["item_daily"][last].assign(
        item_id="9", item_name="预售", order_buyers=40, pay_buyers=0
    )
    facts.frames["item_daily"] = pd.concat([facts.frames["item_daily"].assign(order_buyers=50), waiting])
    facts.frames["stock"] = pd.DataFrame({"date": [pd.Timestamp(DAY)], "item_id": ["1"], "stock_units": [0]})
    found = {(warning.code, warning.scope.get("item_id")) for warning in data_warnings(facts)}
    assert {("presale", "9"), ("stock_out", "1")} <= found


def test_what_is_not_decided_has_a_bound_and_neither_cause_level_nor_step():
    facts = shop(buyers=0.9)
    recent = facts.frames["shop_daily"]["date"] > pd.Timestamp(DAY) - pd.Timedelta(days=40)
    facts.frames["shop_daily"] = facts.frames["shop_daily"][recent]
    found = own.conversion(facts)
    assert (found.verdict, found.level, found.next_step) == ("unknown", "ok", "")
    assert "~" in found.headline
    assert "主因" not in found.headline
    assert math.fsum(each.effect for each in found.causes) == pytest.approx(found.value - found.baseline)


def test_a_late_report_of_the_sources_is_not_known_and_not_zero():
    facts = shop(visitors=0.75)
    flow = facts.frames["flow_source"]
    facts.frames["flow_source"] = flow[flow["date"] < pd.Timestamp(DAY)]
    found = own.visitors(facts)
    assert {tuple(each.scope) for each in found.causes} == {("factor",)}
    assert math.fsum(each.effect for each in found.causes) == pytest.approx(found.value - found.baseline)


def test_a_gain_is_news_and_asks_for_nothing():
    found = own.visitors(shop(visitors=1.5))
    assert (found.verdict, found.level, found.next_step) == ("better", "ok", "")


def test_a_week_is_judged_beside_the_day():
    found = own.visitors(shop())
    assert (found.week.first_day, found.week.last_day) == ("2026-11-14", "2026-11-20")
    assert found.week.verdict in ("same", "unknown")


def test_a_week_of_visitors_who_hardly_buy_is_told_as_mix():
    facts = shop()
    daily = facts.frames["shop_daily"]
    buyers = daily["pay_buyers"].to_numpy(copy=True)
    week = daily["date"].between(
        pd.Timestamp(DAY) - pd.Timedelta(days=6), pd.Timestamp(DAY) - pd.Timedelta(days=1)
    )
    daily.loc[week, ["visitors", "pay_buyers"]] += [5_000, 10]  # the day itself is ordinary
    sources = {
        "search": (daily["visitors"] - 5_000 * week, buyers),
        "content": (500 + 5_000 * week, 1 + 10 * week),
    }
    facts.frames["flow_source"] = pd.concat(
        pd.DataFrame({"date": daily["date"], "channel": name, "channel_label": name, "visitors": visitors,
                      "pay_buyers": paying, "level": 1, "device": "wireless", "channel_detail": ""})
        for name, (visitors, paying) in sources.items()
    )  # fmt: skip
    found = own.conversion(facts)
    assert (found.verdict, found.week.verdict) == ("unknown", "worse")
    assert "流量结构" in found.headline
    assert math.fsum(each.effect for each in found.causes) == pytest.approx(found.value - found.baseline)


def test_before_there_is_a_verdict_the_page_says_when():
    facts = shop()
    recent = facts.frames["shop_daily"]["date"] > pd.Timestamp(DAY) - pd.Timedelta(days=6)
    facts.frames["shop_daily"] = facts.frames["shop_daily"][recent]
    texts = [each.text for each in data_warnings(facts) if each.code == "short_base"]
    assert facts.days_to_verdict == 9
    assert any("9 天" in text for text in texts)
