"""Customer service, refunds and quality: what is judged, what is only shown, who gets the task."""

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopbook.days import Calendar
from shopbook.findings.daily import quality, refunds, service
from shopbook.findings.facts import Facts
from shopbook.params import ShopSettings, rules

DAY = dt.date(2026, 10, 16)
DAYS = pd.date_range(end=DAY, periods=91)


def desk(answer: float = 1.0, paid: float = 1.0, paid_back: int = 0, **frames: pd.DataFrame) -> Facts:
    """Two agents with 300 inquiries a day; the last answers, and inquiries `paid_back` days ago, change."""
    rng = np.random.default_rng(3)
    rows = []
    for place, day in enumerate(DAYS):
        last, chosen = place == 90, place == 90 - paid_back
        for agent, asked in (("a", 200), ("b", 100)):
            share = 0.42 * np.exp(rng.normal(0, 0.02)) * (paid if chosen else 1.0)
            seconds = 30.0 * np.exp(rng.normal(0, 0.04)) * (answer if last else 1.0)
            rows.append((day, "agent", agent, asked, round(asked * share), seconds, seconds / 2, np.nan))
        rows.append((day, "peer_avg", "", np.nan, np.nan, 31.0, 16.0, 0.40))
    names = "date row cs_agent inquiry_visitors inquiry_buyers avg_response_seconds first_response_seconds"
    table = pd.DataFrame(rows, columns=[*names.split(), "inquiry_conversion_rate"]).assign(
        report="performance"
    )
    shop = pd.DataFrame({"date": DAYS, "visitors": 9000.0, "pay_buyers": 200.0, "pay_amount": 16_000.0})
    empty = {kind: pd.DataFrame() for kind in ("market", "peers", "flow_source", "item_daily", "rivals")}
    held = {**empty, "shop_daily": shop, "service": table, **frames}
    return Facts(ShopSettings(id="t"), DAY, held, Calendar(()), rules())


def test_a_quiet_day_asks_for_nothing():
    assert [each.level for each in service.service_findings(desk())] == ["ok", "ok"]


def test_slow_answers_are_worse_and_service_acts():
    found = service.answer_time(desk(answer=3.0))
    assert (found.level, found.verdict, found.owner) == ("act", "worse", "service")
    assert found.due == "2026-10-17"


def test_young_inquiries_are_not_judged():
    assert service.inquiry_conversion(desk(paid=0.4)).level == "ok"


def test_a_loss_on_the_newest_settled_day_is_judged():
    found = service.inquiry_conversion(desk(paid=0.4, paid_back=4))
    assert (found.level, found.verdict, found.comparator) == ("act", "worse", "peers")
    assert "2026-10-12" in found.headline


def test_an_agent_with_few_inquiries_is_marked():
    facts = desk()
    few = facts.frames["service"].copy()
    few.loc[few["cs_agent"] == "b", ["inquiry_visitors", "inquiry_buyers"]] = [2.0, 0.0]
    rows = {row["label"]: row for row in service.agent_table(desk(service=few))}
    assert rows["b"]["standing"] != rows["a"]["standing"]
    assert rows["b"]["inquiry_visitors"] == 14


def test_the_interval_of_a_share_holds_it_and_nobody_tells_nothing():
    low, high = service.share_interval(42, 100)
    assert low < 0.42 < high
    assert service.share_interval(0, 0) == (0.0, 1.0)


def test_a_shop_that_counts_no_inquiries_has_its_answer_times_by_persons_served():
    facts = desk()
    table = facts.frames["service"].rename(columns={"inquiry_visitors": "served_visitors"})
    table = table.drop(columns=["inquiry_buyers", "inquiry_conversion_rate"])
    only_times = dataclasses.replace(facts, frames={**facts.frames, "service": table})
    (found,) = service.service_findings(only_times)
    assert found.id == "service.answer_time"
    assert found.value == pytest.approx(service.answer_time(facts).value)
    assert service.agent_table(only_times) == []


def without_service(kind: str) -> Facts:
    return desk(**{kind: pd.DataFrame()})


def test_without_its_export_the_page_is_empty_and_does_not_fail():
    facts = without_service("service")
    assert service.service_findings(facts) == []
    assert (service.service_table(facts), service.agent_table(facts)) == ([], [])
    assert refunds.refund_findings(facts) == []
    assert (quality.quality_findings(facts), refunds.reason_table(facts)) == ([], [])


def refunded(bad_item: int) -> dict[str, pd.DataFrame]:
    """Two items that sell 20 a day; a quality refund each other day, `bad_item` more of item 1."""
    items = pd.concat(
        pd.DataFrame({"date": DAYS[-63:], "item_id": item, "item_name": f"杯{item}", "pay_units": 20.0})
        for item in ("1", "2")
    )
    days = [(day, item) for item in ("1", "2") for day in DAYS[-60::2]]
    days += [(DAYS[-1 - nth % 14], "1") for nth in range(bad_item)]
    rows = pd.DataFrame(days, columns=["date", "item_id"]).assign(
        refund_reason="质量问题", refund_amount=50.0, refund_status="退款成功", pay_date=DAYS[-20]
    )
    return {"item_daily": items, "refunds": rows.assign(refund_id=range(len(rows)))}


def test_a_rise_of_quality_refunds_on_an_item_goes_to_quality():
    found = refunds.quality_item(desk(**refunded(25)))
    assert (found.id, found.level, found.owner, found.scope) == (
        "quality.refunds",
        "act",
        "quality",
        {"item_id": "1"},
    )


def test_ordinary_refunds_stay_quiet():
    assert refunds.quality_item(desk(**refunded(0))) is None


def dsr(last: float, peer: float = 4.8) -> pd.DataFrame:
    values = np.where(np.arange(91) == 90, last, 4.85)
    return pd.DataFrame({"date": DAYS, "dsr_description": values, "dsr_description_peer": peer})


@pytest.mark.parametrize(
    ("last", "peer", "level"),
    [(4.85, 4.8, "ok"), (4.82, 4.8, "watch"), (4.78, 4.8, "act"), (4.85, 4.9, "watch")],
)
def test_a_score_is_acted_on_when_it_fell_far_and_below_the_industry(last, peer, level):
    assert quality.dsr(desk(dsr=dsr(last, peer))).level == level


@pytest.mark.parametrize(("newest", "level"), [(4.85, None), (4.70, "act")])
def test_a_rating_that_newly_fell_under_the_goal_is_acted_on(newest, level):
    filled = pd.DataFrame(
        {"date": [DAYS[-8], DAYS[-1]], "entity": "1", "metric": "item_rating", "value": [4.85, newest]}
    )
    found = quality.rating(desk(hand_filled=filled))
    assert (found.level if found else None) == level


@pytest.mark.parametrize(("bad", "level"), [(1.0, "ok"), (2.0, "watch"), (6.0, "act")])
def test_bad_reviews_are_judged_by_their_share(bad, level):
    negative = np.where(np.arange(91) > 83, bad, 1.0)
    facts = desk()
    shop = facts.frames["shop_daily"].assign(reviews=100.0, negative_reviews=negative)
    assert quality.reviews(desk(shop_daily=shop)).level == level


def test_a_payment_week_is_complete_only_after_its_refunds_came_in():
    rows = refunds.cohort_table(dataclasses.replace(desk(**refunded(3))))
    assert rows
    assert rows[0]["state"] != rows[-1]["state"]
