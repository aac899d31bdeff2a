"""Rules of the campaign review on a simulated shop with a known campaign."""

import datetime as dt
import functools
import math

import numpy as np
import pandas as pd
import pytest

from shopbook.days import calendar
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.findings.campaign_review.review import campaign_findings, uplift_findings
from shopbook.findings.campaign_review.tables import (
    effect_rows,
    item_rows,
    phase_rows,
    presale_rows,
    target_rows,
)
from shopbook.findings.campaign_review.verdict import verdict_lines
from shopbook.findings.warnings.campaign import campaign_warnings
from shopbook.params import CampaignSettings, ShopSettings, rules
from shopbook.text import speaking

FIRST, SIZE, START = dt.date(2026, 3, 2), 170, 140
PHASES = {"warm_up": (140, 142), "peak": (143, 146), "cool_down": (147, 160)}


def _day(at):
    return FIRST + dt.timedelta(days=at)


def _campaign(**changes):
    values = {"id": "test", "name": "试", "phases": {n: (_day(a), _day(b)) for n, (a, b) in PHASES.items()}}
    return CampaignSettings.model_validate(
        values | {"items": ("1", "2"), "targets": {"pay_amount": 1e6}} | changes
    )


def _facts(*, lift=1.0, surge=0.0, market=True, through=SIZE - 1, others=(), campaign=None, base=0):
    rng = np.random.default_rng(8)
    days = pd.date_range(FIRST, periods=SIZE)
    level = rng.normal(0, 0.08, SIZE)
    level[143:147] += surge
    amounts = np.exp(9 + level[:, None] + rng.normal(0, 0.04, (SIZE, 3)))
    amounts[143:147, :2] *= 1 + lift
    items = pd.DataFrame(
        {
            "date": days.repeat(3),
            "item_id": ["1", "2", "3"] * SIZE,
            "item_name": "杯",
            "item_visitors": 100,
            "pay_buyers": 3,
            "pay_units": amounts.ravel() / 50,
            "pay_amount": amounts.ravel(),
        }
    )
    shop = pd.DataFrame(
        {"date": days, "visitors": 5000, "pay_buyers": 100, "order_buyers": 110, "pay_amount": amounts.sum(1),
         "refund_amount": 100.0, "ad_spend": 200.0}
    )  # fmt: skip
    sheet = pd.DataFrame(
        {"date": days, "category": "杯", "metric": "pay_amount", "value": np.exp(15 + level),
         "value_low": np.nan, "value_high": np.nan, "value_type": "value"}
    )  # fmt: skip
    stock = pd.DataFrame({"date": days[0], "item_id": ["1", "2", "3"], "stock_units": 9e4, "unit_cost": 20.0})
    frames = {
        "shop_daily": shop,
        "item_daily": items,
        "market": sheet if market else sheet.iloc[:0],
        "stock": stock,
    }
    known = {
        kind: rows[rows["date"].between(pd.Timestamp(_day(base)), pd.Timestamp(_day(through)))]
        for kind, rows in frames.items()
    } | {"stock": stock}
    return CampaignFacts(
        ShopSettings(id="demo"),
        campaign or _campaign(),
        _day(through),
        known,
        calendar(2025, 2027),
        rules(),
        others,
    )


@functools.cache
def _worked():
    """A campaign that doubled its items, judged once for all tests that only look."""
    return _facts()


@functools.cache
def _in_a_sale():
    """The same in a market that was in a sale itself."""
    return _facts(surge=1.8)


def _by_id(findings):
    return {each.id: each for each in findings}


def test_a_campaign_that_worked_is_better_gross_and_net_with_causes_that_add_up():
    found = _by_id(uplift_findings(_worked()))
    for name in ("campaign.uplift_gross", "campaign.uplift_net"):
        finding = found[name]
        assert finding.verdict == "better"
        assert math.fsum(cause.effect for cause in finding.causes) == pytest.approx(
            finding.value - finding.baseline, abs=1e-9 * finding.value
        )


def test_promoted_items_carry_the_effect_and_the_rest_does_not():
    rows = {row["scope"]: row for row in effect_rows(_worked())}
    assert list(rows) == ["shop", "promoted", "rest"]
    assert rows["promoted"]["net_lo"] > 0
    assert rows["rest"]["net_lo"] < 0 < rows["rest"]["net_hi"]


def test_a_campaign_that_did_nothing_is_not_called_a_success():
    found = _by_id(uplift_findings(_facts(lift=0.0)))
    assert found["campaign.uplift_gross"].verdict in ("same", "unknown")
    assert found["campaign.uplift_net"].level != "act"


def test_a_market_in_a_sale_is_said_in_the_stated_words():
    with speaking("en"):
        gross = _by_id(uplift_findings(_facts(surge=1.8)))["campaign.uplift_gross"]
    assert gross.verdict == "unknown"
    assert "against the market, not against no campaign" in gross.headline.lower()


def test_a_running_campaign_is_interim_without_a_verdict():
    facts = _facts(through=145)
    with speaking("en"):
        found = _by_id(campaign_findings(facts))
    assert found["campaign.uplift_gross"].verdict == "unknown"
    assert "Interim" in found["campaign.uplift_gross"].headline
    assert found["campaign.target"].level == "ok"
    assert "immature" in {warning.code for warning in campaign_warnings(facts)}


def test_before_the_selling_days_there_is_nothing_to_judge():
    phases = {"build_up": (_day(140), _day(144)), "peak": (_day(150), _day(152))}
    facts = _facts(through=142, campaign=_campaign(phases=phases))
    with speaking("en"):
        found = _by_id(campaign_findings(facts))
    assert _day(150).isoformat() in found["campaign.uplift_net"].headline
    assert "missing_days" not in {warning.code for warning in campaign_warnings(facts)}


def test_without_a_market_it_is_said_what_that_does():
    facts = _facts(market=False)
    assert {warning.code for warning in campaign_warnings(facts)} >= {"no_market"}
    assert uplift_findings(facts)[0].comparator == "none"
    assert uplift_findings(facts)[0].relative is None


def test_a_short_base_is_said():
    assert "short_base" in {warning.code for warning in campaign_warnings(_facts(base=110))}


def test_no_base_at_all_leaves_the_review_standing():
    found = _by_id(campaign_findings(_facts(base=135)))
    assert found["campaign.uplift_net"].verdict == "unknown"
    assert found["campaign.uplift_net"].value is None


def test_a_campaign_in_anothers_cool_down_is_said():
    other = _campaign(id="other", name="前一场", phases={"peak": (_day(130), _day(132))})
    codes = [warning.code for warning in campaign_warnings(_facts(others=(other,)))]
    assert "overlapping_campaign" in codes


def test_an_item_the_history_does_not_know_is_named():
    wrong = [str(404 + number) for number in range(6)]
    found = campaign_warnings(_facts(campaign=_campaign(items=("1", *wrong))))
    [told] = [warning for warning in found if warning.code == "missing_attribute"]
    assert told.text == "活动商品不在商品报表里，销售算在店铺其余部分：404, 405, 406, 407 等另外 2 个。"


def test_every_act_has_an_owner_a_step_and_a_day():
    for finding in campaign_findings(_facts(lift=-0.3)):
        if finding.level == "act":
            assert finding.owner
            assert finding.next_step
            assert finding.due > _day(SIZE - 1).isoformat()


def test_targets_phases_and_items_stand_in_their_tables():
    facts = _worked()
    assert target_rows(facts)[0]["metric"] == "pay_amount"
    assert [row["phase"] for row in phase_rows(facts)] == ["base", "warm_up", "peak", "cool_down"]
    assert {row["item_id"] for row in item_rows(facts)} == {"1", "2", "3"}


def test_deposits_and_balances_come_from_the_hand_filled_template():
    facts = _facts()
    filled = pd.DataFrame(
        {"date": [pd.Timestamp(_day(141)), pd.Timestamp(_day(144))], "entity": "店铺",
         "metric": ["deposit_buyers", "balance_buyers"], "value": [200.0, 150.0]}
    )  # fmt: skip
    facts = CampaignFacts(**{**vars_of(facts), "frames": {**facts.frames, "hand_filled": filled}})
    assert presale_rows(facts)[-1]["value"] == pytest.approx(0.75)


def test_days_of_another_campaign_leave_a_range_and_no_verdict():
    other = _campaign(id="other", name="前一场", phases={"peak": (_day(128), _day(130))})
    found = _by_id(campaign_findings(_facts(others=(other,))))
    for name in ("campaign.uplift_gross", "campaign.uplift_net", "campaign.profit"):
        assert found[name].verdict == "unknown"
        assert found[name].next_step == ""
    assert found["campaign.uplift_gross"].interval is not None


def test_a_campaign_soon_after_shortens_the_net_window_in_words():
    other = _campaign(id="other", name="下一场", phases={"peak": (_day(157), _day(158))})
    with speaking("en"):
        net = _by_id(uplift_findings(_facts(others=(other,))))["campaign.uplift_net"]
    assert "within 10 days after its end" in net.headline


def test_an_undecided_effect_asks_for_nothing():
    net = _by_id(uplift_findings(_in_a_sale()))["campaign.uplift_net"]
    assert (net.verdict, net.level, net.next_step) == ("unknown", "ok", "")


def test_an_overrun_budget_is_named_and_stands_in_the_first_line():
    facts = _facts(campaign=_campaign(budget=420.0))
    found = campaign_findings(facts)
    assert _by_id(found)["campaign.budget"].verdict == "worse"
    with speaking("en"):
        lines = verdict_lines(facts, found)
    assert "333% of budget" in lines[0].text


def test_the_certain_lines_of_the_verdict_come_first():
    facts = _in_a_sale()
    lines = verdict_lines(facts, campaign_findings(facts))
    assert [line.certain for line in lines] == [True, False, False]
    assert lines[0].id == "campaign.target"


def test_a_loss_at_both_ends_of_the_range_is_called_a_loss():
    costly = _facts(lift=0.3)
    stock = costly.frames["stock"].assign(unit_cost=49.0)
    shop = costly.frames["shop_daily"].copy()
    spent = shop["date"].between(pd.Timestamp(_day(140)), pd.Timestamp(_day(146)))
    shop["ad_spend"] = shop["ad_spend"].where(~spent, 200_000.0)
    frames = {**costly.frames, "stock": stock, "shop_daily": shop}
    profit = _by_id(campaign_findings(CampaignFacts(**{**vars_of(costly), "frames": frames})))[
        "campaign.profit"
    ]
    assert profit.verdict == "worse"
    assert profit.level == "act"


def test_more_sold_than_signed_up_is_sold_out_and_never_above_all_of_it():
    facts = _facts()
    stock = facts.frames["stock"].assign(stock_units=[100.0, 9e4, 9e4])
    facts = CampaignFacts(**{**vars_of(facts), "frames": {**facts.frames, "stock": stock}})
    with speaking("en"):
        sold = _by_id(campaign_findings(facts))["campaign.sell_through"]
    assert sold.value < 1
    assert "more than were signed up" in sold.caveats[0]
    assert max(row["sell_through"] for row in item_rows(facts) if row["promoted"]) == 1.0


def vars_of(facts):
    names = ("shop", "campaign", "day", "frames", "calendar", "rules", "others", "file_items")
    return {name: getattr(facts, name) for name in names}
