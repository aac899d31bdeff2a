"""The item that stands out, profit, logged changes and alarms over typed days."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopbook.days import Calendar
from shopbook.findings.daily.alarms import alarm_summary, alarm_table
from shopbook.findings.daily.anomalies import item_findings, source_findings
from shopbook.findings.daily.changes import change_findings, judged_changes
from shopbook.findings.daily.located import by_conversion, by_item, located_table, rate_mix_table
from shopbook.findings.daily.profit import profit, profit_table
from shopbook.findings.daily.visitor_value import item_worth
from shopbook.findings.facts import Facts
from shopbook.findings.finding import DataWarning
from shopbook.params import ShopSettings, rules
from shopbook.text import speaking

DAY = dt.date(2026, 9, 25)
DAYS = pd.date_range(end=DAY, periods=63)


def shop(
    *, fallen: str = "", sold: str = "", days: int = 7, warned: str = "", **frames: pd.DataFrame
) -> Facts:
    """Eight even items; `fallen` lost half its visitors on the day, `sold` a third of its rate for `days`."""
    noise = np.random.default_rng(3).normal(0, 0.02, (8, len(DAYS)))
    tables = []
    for place in range(8):
        visitors = np.round(1000 * np.exp(noise[place]))
        buyers = np.round(visitors * 0.05)
        if str(place) == fallen:
            visitors[-1], buyers[-1] = visitors[-1] * 0.5, np.round(buyers[-1] * 0.5)
        if str(place) == sold:
            buyers[-days:] = np.round(buyers[-days:] * 0.65)
        rows = {"date": DAYS, "item_id": str(place), "item_name": f"item {place}", "item_visitors": visitors}
        tables.append(
            pd.DataFrame(rows | {"pay_buyers": buyers, "pay_units": buyers, "pay_amount": buyers * 50})
        )
    items = pd.concat(tables, ignore_index=True)
    sums = items.groupby("date")[["item_visitors", "pay_buyers", "pay_amount"]].sum().reset_index()
    empty = pd.DataFrame()
    base = {
        "shop_daily": sums.rename(columns={"item_visitors": "visitors"}),
        "item_daily": items,
        **dict.fromkeys(("market", "peers", "flow_source", "rivals"), empty),
    }
    found = [DataWarning("warn", warned, "", {"item_id": fallen})] if warned else []
    return Facts(ShopSettings(), DAY, {**base, **frames}, Calendar(()), rules(), found)


def test_a_quiet_day_says_that_nothing_stands_out():
    (found,) = item_findings(shop())
    assert (found.level, found.scope) == ("ok", {})
    assert by_item(shop()).spots == ()


def test_the_item_that_lost_visitors_is_named():
    (found,) = item_findings(shop(fallen="3"))
    assert (found.scope, found.verdict, found.owner) == ({"item_id": "3"}, "worse", "operator")


def test_a_stock_out_is_ruled_out_before_the_scan_and_goes_to_supply():
    facts = shop(fallen="3", warned="stock_out")
    frame = facts.frames["item_daily"]
    frame.loc[(frame["item_id"] == "3") & (frame["date"] == DAYS[-1]), ["pay_buyers", "pay_amount"]] = 0.0
    assert by_item(facts).spots == ()
    assert [(each.scope, each.owner) for each in item_findings(facts)] == [({"item_id": "3"}, "supply")]
    assert located_table(facts)[-1]["label"] == "item 3"


def test_a_week_of_worse_conversion_is_found_and_a_day_is_not():
    (spot,) = by_conversion(shop(sold="5")).spots
    assert spot.scope == {"item_id": "5"}
    assert by_conversion(shop(sold="5", days=1)).spots == ()


def test_a_day_on_which_hardly_anybody_bought_a_large_item_is_found():
    facts = shop()
    rows = facts.frames["item_daily"]
    rows.loc[(rows["item_id"] == "5") & (rows["date"] == DAYS[-1]), "pay_buyers"] = 15.0  # of 50
    found = by_conversion(facts)
    assert ([spot.scope for spot in found.spots], found.days) == ([{"item_id": "5"}], (1,))
    (said,) = [each for each in item_findings(facts) if each.metric == "pay_conversion_rate"]
    assert (said.verdict, said.level, said.value) == ("worse", "watch", pytest.approx(0.015, rel=0.1))


def sources(fallen: str = "", late: bool = False) -> Facts:
    """Six sources of 400 visitors a day; `fallen` loses half of its own on the day."""
    noise = np.random.default_rng(8).normal(0, 0.03, (6, len(DAYS)))
    tables = []
    for place, name in enumerate(("search", "recommendation", "live", "paid_search", "content", "direct")):
        visitors = np.round(400 * np.exp(noise[place]))
        visitors[-1] *= 0.5 if name == fallen else 1.0
        keys = {
            "channel": name,
            "channel_label": name,
            "channel_detail": "",
            "level": 1,
            "device": "wireless",
        }
        tables.append(pd.DataFrame({"date": DAYS, "visitors": visitors, **keys}))
    flow = pd.concat(tables)
    return shop(flow_source=flow[flow["date"] < DAYS[-1]] if late else flow)


@pytest.mark.parametrize(("fallen", "owner"), [("search", "operator"), ("paid_search", "promotion")])
def test_a_source_that_fell_alone_is_named_though_the_shop_stands(fallen, owner):
    (found,) = source_findings(sources(fallen))
    assert (found.scope, found.verdict, found.level) == ({"channel": fallen}, "worse", "watch")
    assert (found.owner, found.value) == (owner, pytest.approx(200, rel=0.1))


def test_a_quiet_or_late_report_of_the_sources_names_none():
    assert source_findings(sources()) == []
    assert source_findings(sources("search", late=True)) == []


def test_a_gain_of_conversion_is_no_watch_and_has_a_step_to_use_it():
    facts = shop()
    rows = facts.frames["item_daily"]
    risen = (rows["item_id"] == "5") & (rows["date"] > DAYS[-8])
    rows.loc[risen, "pay_buyers"] = np.round(rows.loc[risen, "pay_buyers"] * 1.5)
    (found,) = item_findings(facts)
    assert (found.verdict, found.level, found.scope) == ("better", "ok", {"item_id": "5"})
    assert (found.owner, found.next_step != "") == ("operator", True)


def test_a_presale_item_is_read_by_its_orders_and_asks_for_nothing():
    facts = shop(warned="presale", fallen="3")
    rows = facts.frames["item_daily"]
    rows["order_buyers"] = rows["pay_buyers"]
    rows.loc[rows["item_id"] == "3", "pay_buyers"] = 0.0
    (presale,) = [each for each in item_findings(facts) if each.metric == "order_conversion_rate"]
    assert presale.value == pytest.approx(0.05, rel=0.01)
    assert (presale.level, presale.verdict, presale.next_step) == ("ok", "unknown", "")


def test_rate_and_mix_totals_sum_to_the_change_of_conversion():
    table = rate_mix_table(shop(sold="5"))
    facts = shop(sold="5")
    now, before = ([DAYS[-1]], facts.baseline_stamps)
    sums = [
        facts.items[facts.items["date"].isin(days)][["pay_buyers", "item_visitors"]].sum()
        for days in (now, before)
    ]
    change = sums[0].iloc[0] / sums[0].iloc[1] - sums[1].iloc[0] / sums[1].iloc[1]
    assert table[0]["rate"] + table[0]["mix"] == pytest.approx(change, rel=1e-9)


def test_profit_is_known_only_where_costs_are():
    assert profit(shop()) is None
    cost = pd.DataFrame({"date": DAYS[-1:], "item_id": "0", "unit_cost": 20.0})
    assert profit(shop(stock=cost)) is None
    costs = pd.DataFrame(
        {"date": DAYS[-1], "item_id": [str(n) for n in range(8)], "unit_cost": [60.0] + [20.0] * 7}
    )
    found = profit(shop(stock=costs))
    assert found is not None
    assert found.level == "watch"
    assert sum(each.effect for each in found.causes) == pytest.approx(found.value - found.baseline, abs=1e-6)
    assert profit_table(shop(stock=costs))[0]["item_id"] == "0"


@pytest.mark.parametrize(("change", "owner"), [("换主图", "design"), ("涨价15%", "operator")])
def test_a_change_that_hurt_goes_back_to_who_made_it(change, owner):
    log = pd.DataFrame({"date": [DAYS[-10]], "item_id": ["5"], "change": [change]})
    (found,) = change_findings(shop(sold="5", days=10, change_log=log))
    assert (found.verdict, found.scope, found.owner) == ("worse", {"item_id": "5"}, owner)


def test_a_change_of_yesterday_is_not_judged():
    log = pd.DataFrame({"date": [DAYS[-2]], "item_id": ["5"], "change": ["换主图"]})
    assert judged_changes(shop(change_log=log)) == []


def test_a_quiet_day_has_no_alarm_and_says_over_how_many():
    assert alarm_table(shop()) == []
    with speaking("en"):
        # A basket that never moves has no noise to be judged by.
        assert alarm_summary(shop()).startswith("3 series judged, 0 raised an alarm; 1 could not")


def test_the_map_holds_price_and_conversion():
    row = item_worth(shop())[0]
    assert (row["price"], round(row["pay_conversion_rate"], 3)) == (50.0, 0.05)


def test_a_late_report_of_the_items_says_nothing_of_them():
    facts = shop(fallen="3")
    late = facts.frames["item_daily"].loc[lambda rows: rows["date"] < pd.Timestamp(DAY)]
    assert item_findings(shop(item_daily=late)) == []
