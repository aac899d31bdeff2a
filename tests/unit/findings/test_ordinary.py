"""Which days of the past are ordinary: own campaigns, written or seen, events and empty shelves are not."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd

from shopbook.findings.daily import own
from shopbook.findings.ordinary import campaign_days, empty_shelves, unwritten_campaigns
from shopbook.findings.warnings.data import data_warnings
from shopbook.params import CampaignSettings
from unit.findings.test_own import DAY, shop

LAST = dt.date(2026, 11, 20)


def day(back: int) -> dt.date:
    return LAST - dt.timedelta(days=back)


def campaign() -> CampaignSettings:
    phases = {"build_up": (day(20), day(18)), "warm_up": (day(17), day(16)), "peak": (day(15), day(13))}
    return CampaignSettings(id="c", name="茶会", phases={**phases, "cool_down": (day(12), day(10))})


def boosted(factor: float, backs: list[int]) -> pd.Series:
    days = pd.date_range(end=LAST, periods=126)
    values = 5_000 * np.exp(np.random.default_rng(2).normal(0, 0.04, 126))
    values[[125 - back for back in backs]] *= factor
    return pd.Series(values, days)


def seen(series: pd.Series) -> tuple:
    return unwritten_campaigns({"visitors": series}, {}, LAST, events=frozenset(), skip=frozenset())


def test_a_campaigns_days_run_from_its_warm_up_to_its_cool_down():
    assert sorted(campaign_days([campaign()])) == [day(back) for back in range(17, 9, -1)]


def test_a_rise_that_came_and_went_is_a_campaign_nobody_wrote_down():
    ((first, last),) = seen(boosted(2.2, [14, 15, 16]))
    assert (first, last) == (day(16), day(14))


def test_a_rise_that_stays_a_single_day_and_a_fall_are_none():
    assert seen(boosted(1.6, list(range(17)))) == ()
    assert seen(boosted(2.2, [14])) == ()
    assert seen(boosted(0.4, [14, 15, 16])) == ()


def test_a_rise_that_has_not_ended_is_none():
    assert seen(boosted(2.2, [1, 2, 3])) == ()


def test_days_with_a_fifth_of_the_sales_out_of_stock_are_not_ordinary():
    items = pd.DataFrame({"item_id": ["1", "2"], "pay_amount": [300.0, 700.0]})
    dates = pd.to_datetime([day(3), day(2), day(1)])
    stock = pd.DataFrame({"date": dates, "item_id": ["1", "1", "2"], "stock_units": [0.0, 5.0, 0.0]})
    assert empty_shelves(stock, items, 0.2) == {day(3), day(1)}


def test_an_item_out_for_a_month_is_the_new_level():
    items = pd.DataFrame({"item_id": ["1"], "pay_amount": [300.0]})
    dates = pd.to_datetime([day(back) for back in range(30)])
    assert (
        empty_shelves(pd.DataFrame({"date": dates, "item_id": "1", "stock_units": 0.0}), items, 0.2) == set()
    )


def test_the_day_after_an_own_campaign_is_held_against_the_days_before_it():
    facts = shop()
    rows = facts.frames["shop_daily"]
    inside = rows["date"].isin([pd.Timestamp(each) for each in campaign_days([campaign()])])
    for name in ("visitors", "pay_buyers", "pay_amount"):
        rows.loc[inside, name] *= 2.5
    facts = replace(facts, campaigns=(campaign(),))
    assert not set(facts.baseline_days) & set(campaign_days([campaign()]))
    assert len(facts.baseline_days) == 4
    assert own.visitors(facts).verdict in ("same", "unknown")
    assert any("早" in text for text in own.visitors(facts).caveats)


def test_a_campaign_that_shows_is_named_with_the_command_that_writes_it_down():
    facts = shop()
    rows = facts.frames["shop_daily"]
    inside = rows["date"].between(
        pd.Timestamp(DAY) - pd.Timedelta(days=15), pd.Timestamp(DAY) - pd.Timedelta(days=13)
    )
    for name in ("visitors", "pay_buyers", "pay_amount"):
        rows.loc[inside, name] *= 2.5
    texts = [each.text for each in data_warnings(facts) if each.code == "overlapping_campaign"]
    assert any("shopbook new-campaign" in text and day(15).isoformat() in text for text in texts)
    assert own.visitors(facts).verdict in ("same", "unknown")
