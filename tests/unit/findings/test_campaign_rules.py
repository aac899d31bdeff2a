"""What the rules of the campaign review say of figures typed here: levels, verdicts, sentences."""

import datetime as dt
import math
from types import SimpleNamespace

import pandas as pd
import pytest

from shopbook.analysis.campaign_windows import Windows
from shopbook.analysis.review_money import Profit
from shopbook.analysis.uplift_effect import Effect
from shopbook.findings.campaign_review import reached, review
from shopbook.params import CampaignSettings, ShopSettings, rules

DAY = dt.date(2026, 11, 30)
BASE = [dt.date(2026, 10, 1), dt.date(2026, 10, 2)]
NAN = math.nan


pytestmark = pytest.mark.usefixtures("english")


def windows(**changed):
    held = {
        "base_last": dt.date(2026, 10, 31), "gross": (dt.date(2026, 11, 1), dt.date(2026, 11, 11)),
        "net": (dt.date(2026, 11, 1), dt.date(2026, 11, 25)), "gross_open": False, "net_open": False,
        "missing_days": 0, "main_last": dt.date(2026, 11, 11),
    }  # fmt: skip
    return Windows(**(held | changed))


def effect(low, middle, high, verdict="unknown", **more):
    """An effect on 1,200 of sales; the counterfactual of ln 1.2 is 1,000."""
    return Effect(math.log(middle), math.log(low), math.log(high), 1200.0, verdict, **more)


UNKNOWN = Effect()


def facts(
    *, gross=UNKNOWN, net=UNKNOWN, control="pay_amount", known=1.0, spend=0.0, parts=(), held=None, **changed
):
    """What the rules ask of a campaign's facts."""
    settings, shop = rules(), ShopSettings(id="demo")
    plan = {"id": "d11", "name": "11.11", "phases": {"peak": (BASE[0], BASE[1])}}
    made = SimpleNamespace(
        rules=settings, day=DAY, windows=held or windows(**changed), control=control, base=BASE, held=BASE,
        campaign=CampaignSettings.model_validate(plan),
        threshold=lambda name: settings.threshold(name, shop),
        item_names=pd.Series({"1": "Blue cup of a long name"}),
        effects={"shop": SimpleNamespace(gross=gross, net=net), **dict(parts)},
        profit=lambda days: Profit(0.0, 0.0, spend, 0.0, 0.0, known),
    )  # fmt: skip
    return made


def target(metric, share, unit="CNY"):
    return {"metric": metric, "label": metric, "unit": unit, "value": share * 1000.0, "target": 1000.0,
            "reached": share}  # fmt: skip


def told(monkeypatch, *rows, **changed):
    monkeypatch.setattr(reached, "target_rows", lambda facts: list(rows))
    return reached.target_finding(facts(**changed))


# -- targets


def test_other_targets_that_were_not_reached_are_named_beside_the_sales(monkeypatch):
    found = told(monkeypatch, target("pay_amount", 1.4), target("visitors", 0.83, "persons"))
    assert found.headline.endswith("140% of the target ¥1,000; not reached: visitors 83%")
    assert (found.verdict, found.level) == ("better", "ok")
    assert "not reached" not in told(monkeypatch, target("pay_amount", 0.5)).headline


@pytest.mark.parametrize(
    ("share", "level", "verdict"),
    [(1.0, "ok", "better"), (0.99, "ok", "worse"), (0.95, "ok", "worse"), (0.94, "watch", "worse"),
     (0.85, "watch", "worse"), (0.84, "act", "worse")],
)  # fmt: skip
def test_a_target_is_watched_under_95_and_acted_on_under_85_percent(monkeypatch, share, level, verdict):
    found = told(monkeypatch, target("pay_amount", share))
    assert (found.level, found.verdict, found.value) == (level, verdict, share * 1000.0)


@pytest.mark.parametrize(("share", "verdict"), [(1.0, "better"), (0.5, "unknown")])
def test_a_running_campaign_has_no_alarm_of_its_target(monkeypatch, share, verdict):
    found = told(monkeypatch, target("pay_amount", share), gross_open=True, net_open=True)
    assert (found.level, found.verdict, found.next_step) == ("ok", verdict, "")
    assert found.caveats == ("the campaign is still running",)
    assert told(monkeypatch, target("pay_amount", share)).caveats == ()


def test_the_step_names_every_target_that_fell_short_but_not_the_budget(monkeypatch):
    rows = (target("visitors", 0.949), target("pay_amount", 0.8), target("net_amount", 0.95))
    found = told(monkeypatch, *rows, target("ad_spend", 0.2))
    assert "pay_amount 80%" in found.next_step
    assert "visitors 95%" in found.next_step
    assert "net_amount" not in found.next_step
    assert "ad_spend" not in found.next_step
    assert found.due == "2026-12-03"


def test_the_target_of_net_sales_speaks_where_there_is_none_of_sales(monkeypatch):
    found = told(monkeypatch, target("visitors", 1.2, "persons"), target("net_amount", 0.9))
    assert (found.metric, found.value, found.headline) == (
        "pay_amount", 900.0, "net_amount ¥900: 90% of the target ¥1,000",
    )  # fmt: skip
    assert told(monkeypatch, target("visitors", 1.2, "persons")).metric == "visitors"


def test_without_a_known_target_nothing_is_said(monkeypatch):
    assert told(monkeypatch) is None
    assert told(monkeypatch, target("ad_spend", 0.5)) is None
    assert told(monkeypatch, target("pay_amount", NAN)) is None


@pytest.mark.parametrize(("share", "said"), [(1.05, False), (1.06, True), (NAN, False)])
def test_a_budget_is_overrun_beyond_the_band(monkeypatch, share, said):
    monkeypatch.setattr(reached, "target_rows", lambda facts: [target("ad_spend", share)])
    found = reached.budget_finding(facts())
    assert (found is not None) is said
    if said:
        assert (found.level, found.verdict, found.baseline) == ("watch", "worse", 1000.0)
        assert found.headline == "Ad spend ¥1,060: 106% of the budget ¥1,000"
        assert "¥1,060" in found.next_step


# -- stock


def sold(monkeypatch, *rows, **changed):
    names = ["item_id", "sold", "stock", "sell_through", "goal"]
    monkeypatch.setattr(reached, "sell_through_frame", lambda facts: pd.DataFrame(rows, columns=names))
    return reached.sell_through_finding(facts(**changed))


def test_stock_under_its_goal_is_watched_and_the_rest_of_it_counted(monkeypatch):
    found = sold(monkeypatch, ("1", 60.0, 100.0, 0.6, 0.8), ("2", 90.0, 100.0, 0.9, 0.9))
    assert (found.level, found.verdict, found.value) == ("watch", "unknown", 0.75)
    assert found.headline == "Sell-through 75%; 1 of 2 promoted items stay under their goal"
    assert "Blue cup of  (40 left)" in found.next_step
    assert len(found.caveats) == 1


def test_at_most_three_items_are_named_and_those_without_a_name_by_their_id(monkeypatch):
    found = sold(monkeypatch, *((str(n), 10.0, 100.0, 0.1, 0.8) for n in range(5, 10)))
    assert [name in found.next_step for name in ("5 (90", "6 (90", "7 (90", "8 (90")] == [
        True,
        True,
        True,
        False,
    ]


def test_stock_at_its_goal_or_still_selling_asks_for_nothing(monkeypatch):
    assert sold(monkeypatch, ("1", 80.0, 100.0, 0.8, 0.8)).level == "ok"
    assert sold(monkeypatch, ("1", 10.0, 100.0, 0.1, 0.8), gross_open=True, net_open=True).level == "ok"


def test_pieces_beyond_the_stock_are_said_and_not_counted(monkeypatch):
    found = sold(monkeypatch, ("1", 130.0, 100.0, 1.0, 0.8), ("2", 100.0, 100.0, 1.0, 0.9))
    assert found.value == 1.0
    assert found.caveats[0] == "1 item(s) sold 30 pieces more than were signed up: counted as sold out"


def test_items_without_known_stock_say_nothing(monkeypatch):
    assert sold(monkeypatch) is None
    assert sold(monkeypatch, ("1", 5.0, NAN, NAN, 0.8)) is None
    assert sold(monkeypatch, ("1", 5.0, 0.0, 0.0, 0.8)) is None


# -- effect


def test_a_decided_effect_carries_its_range_share_and_comparator():
    gross, net = review.uplift_findings(facts(gross=effect(1.1, 1.2, 1.3, "better"), net=UNKNOWN))
    assert (gross.verdict, gross.level, gross.value) == ("better", "ok", 1200.0)
    assert gross.baseline == pytest.approx(1000.0)
    assert gross.change == gross.relative == pytest.approx(0.2)
    assert gross.interval == pytest.approx((0.1, 0.3))
    assert gross.comparator == "market"
    assert gross.baseline_days == ("2026-10-01", "2026-10-02")
    assert gross.headline == "The campaign added +¥200 gross (90% range +¥109 to +¥277)"
    assert (net.value, net.baseline, net.change, net.relative, net.interval) == (None,) * 5
    assert net.causes == ()
    assert net.headline.startswith("Cannot tell what the campaign added: too few ordinary days")


@pytest.mark.parametrize(
    ("control", "comparator", "said"),
    [("", "none", "no market series: held against the shop's own past only"),
     ("peers", "peers", "held against the mean sales of the peers"),
     ("visitors", "market", "held against the visitors of the market"),
     ("trade_index", "market", "held against the sales of the market")],
)  # fmt: skip
def test_the_comparator_is_the_control_and_said(control, comparator, said):
    found, _ = review.uplift_findings(facts(gross=effect(1.1, 1.2, 1.3, "better"), control=control))
    assert found.comparator == comparator
    assert found.caveats[-1] == said
    assert (found.relative is None) == (control == "")


@pytest.mark.parametrize(
    ("verdict", "level", "step", "said"),
    [("worse", "act", "Do not repeat", "The campaign cost sales net within 14 days after its end: −¥"),
     ("same", "watch", "Decide whether", "The campaign moved nothing net within 14 days"),
     ("unknown", "ok", "", "Cannot tell what the campaign added net within"),
     ("better", "ok", "", "The campaign added")],
)  # fmt: skip
def test_only_a_decided_net_effect_that_is_no_gain_asks_for_something(verdict, level, step, said):
    shown = effect(0.7, 0.8, 0.9, verdict)
    gross, net = review.uplift_findings(facts(gross=shown, net=shown))
    assert (net.verdict, net.level, net.next_step[: len(step)]) == (verdict, level, step)
    assert bool(net.next_step) == bool(step)
    assert net.headline.startswith(said)
    assert (gross.level, gross.next_step) == ("ok", "")


def test_a_range_wider_than_all_that_was_sold_is_no_answer_and_not_shown():
    """1,200 sold, of which the campaign may have cost twice as much or made half."""
    for shown, told in ((effect(0.4, 0.8, 1.5, "unknown"), True), (effect(0.8, 1.0, 1.3, "unknown"), False)):
        assert shown.says_nothing is told
        _gross, net = review.uplift_findings(facts(gross=shown, net=shown))
        assert net.headline.endswith("the range is wider than all its sales") is told
        assert net.interval is not None
    assert not effect(0.2, 0.3, 0.4, "worse").says_nothing


def test_an_open_window_is_interim_without_verdict_or_step():
    shown = effect(0.7, 0.8, 0.9, "worse")
    gross, net = review.uplift_findings(facts(gross=shown, net=shown, net_open=True, missing_days=3))
    assert (net.verdict, net.level, net.next_step) == ("unknown", "ok", "")
    assert net.headline.startswith("Interim: −¥")
    assert net.caveats[0] == "3 day(s) of the net window are still to come."
    assert gross.verdict == "worse"  # its own window is over
    assert "Interim" not in gross.headline
    assert not any("still to come" in each for each in gross.caveats)


def test_nothing_is_judged_before_the_selling_days():
    held = windows(gross=(dt.date(2026, 12, 1), dt.date(2026, 12, 2)), gross_open=True, net_open=True)
    found, _ = review.uplift_findings(facts(held=held))
    assert found.headline == "The selling days begin on 2026-12-01: nothing to judge yet"


def test_a_market_out_of_its_range_is_said_before_any_verdict():
    shown = effect(1.1, 1.2, 1.3, "unknown", reasons=("control_range", "few_placebos"))
    found, _ = review.uplift_findings(facts(gross=shown))
    assert found.headline.startswith("Against the market, not against no campaign: +¥200")
    assert sum("usual range" in each for each in found.caveats) == 1
    assert sum("fewer than eight" in each for each in found.caveats) == 1


def test_a_payback_beyond_the_window_and_the_placebos_error_are_said():
    shown = effect(1.1, 1.2, 1.3, "better", placebos=9, placebo_rms=math.log(1.08))
    gross, net = review.uplift_findings(facts(gross=shown, net=shown))
    assert gross.caveats[0] == net.caveats[0] == "9 placebo campaigns in the base were off by 8.0%"
    assert net.caveats[1] == "a payback that takes longer than 14 days is not in it"
    assert len(gross.caveats) == 2


def test_causes_are_the_parts_by_size_and_a_rest_that_closes_the_sum():
    parts = {
        "promoted": SimpleNamespace(gross=Effect(math.log(1.5), 0, 0, 450.0)),  # 150 of 300
        "rest": SimpleNamespace(gross=Effect(math.log(0.75), 0, 0, 750.0)),  # -250 of 1,000
    }
    found, _ = review.uplift_findings(facts(gross=effect(1.1, 1.2, 1.3, "better"), parts=parts.items()))
    assert [cause.effect for cause in found.causes] == pytest.approx([-250.0, 150.0, 300.0])
    assert [cause.share for cause in found.causes] == pytest.approx([-1.25, 0.75, 1.5])
    assert found.causes[-1].scope == {"factor": "unexplained"}


def test_a_part_that_is_not_known_is_left_to_the_rest():
    parts = {"promoted": SimpleNamespace(gross=Effect(math.log(1.5), 0, 0, 450.0)),
             "rest": SimpleNamespace(gross=Effect())}  # fmt: skip
    found, _ = review.uplift_findings(facts(gross=effect(1.1, 1.2, 1.3, "better"), parts=parts.items()))
    assert [cause.effect for cause in found.causes] == pytest.approx([150.0, 50.0])


# -- profit


def profit(monkeypatch, ends, *, reasons=(), **changed):
    monkeypatch.setattr(review, "profit_range", lambda facts: ends)
    return review.profit_finding(facts(net=Effect(reasons=reasons), **changed))


@pytest.mark.parametrize(
    ("ends", "verdict", "level", "said"),
    [((1.0, 2.0, 3.0), "better", "ok", "After all costs the campaign made +¥2.00"),
     ((0.0, 2.0, 3.0), "unknown", "ok", "Cannot tell whether it paid: 0"),
     ((-3.0, -1.0, 0.0), "unknown", "ok", "Cannot tell whether it paid: −¥3.00"),
     ((-3.0, -2.0, -1.0), "worse", "act", "The campaign lost money after all costs: −¥2.00")],
)  # fmt: skip
def test_profit_is_judged_by_both_ends_of_its_range(monkeypatch, ends, verdict, level, said):
    found = profit(monkeypatch, ends)
    assert (found.verdict, found.level, found.value) == (verdict, level, ends[1])
    assert found.headline.startswith(said.replace(": 0", ": "))
    assert bool(found.next_step) == (level == "act")


@pytest.mark.parametrize("ends", [(1.0, 2.0, 3.0), (-3.0, -2.0, -1.0)])
def test_without_the_ad_spend_neither_a_profit_nor_a_loss_is_judged(monkeypatch, ends):
    found = profit(monkeypatch, ends, spend=math.nan)
    assert (found.verdict, found.level, found.value) == ("unknown", "ok", None)
    assert "before Ad spend, which nobody knows" in found.headline


@pytest.mark.parametrize(
    "reason", ["control_range", "missing_days", "few_placebos", "overlapping_campaign", "short_base"]
)
def test_what_stops_the_effects_verdict_stops_that_of_the_profit(monkeypatch, reason):
    found = profit(monkeypatch, (-3.0, -2.0, -1.0), reasons=(reason,))
    assert (found.verdict, found.level) == ("unknown", "ok")
    assert "a loss at both ends" in found.headline
    assert profit(monkeypatch, (1.0, 2.0, 3.0), reasons=(reason,)).headline.startswith(
        "Cannot tell whether it paid"
    )


def test_the_placebos_error_alone_does_not_stop_the_profit(monkeypatch):
    assert profit(monkeypatch, (1.0, 2.0, 3.0), reasons=("placebo_error",)).verdict == "better"


def test_an_open_net_window_leaves_profit_without_a_verdict(monkeypatch):
    assert profit(monkeypatch, (1.0, 2.0, 3.0), net_open=True).verdict == "unknown"
    assert profit(monkeypatch, (NAN, NAN, NAN)) is None


@pytest.mark.parametrize(("known", "said"), [(0.94, True), (0.95, False), (1.0, False)])
def test_unit_costs_known_of_less_than_95_percent_are_said(monkeypatch, known, said):
    found = profit(monkeypatch, (1.0, 2.0, 3.0), known=known)
    assert any(f"unit costs are known for {known:.0%}" in each for each in found.caveats) is said
