"""What the shop's own figures name as their cause, and whose task it becomes: each rule on typed figures."""

import dataclasses
import datetime as dt

import pandas as pd
import pytest

from shopbook.analysis.decompose import Part
from shopbook.analysis.week import WeekComparison
from shopbook.findings.daily import own
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Cause, DataWarning, Finding
from typed import DAY, USUAL, ago, compared, daily, facts, judged, last, table

FLOW = "date channel channel_label channel_detail level device visitors pay_buyers"
BASE = 7  # days back: one comparable day is enough for a mean


pytestmark = pytest.mark.usefixtures("english")


def flow(*rows: tuple[int, str, float, float]) -> pd.DataFrame:
    """(days ago, source, visitors, buyers)."""
    return table(FLOW, *((ago, name, name.upper(), "", 1, "wireless", *each) for ago, name, *each in rows))


def peers(**levels: float) -> pd.DataFrame:
    """The peers' figures, level over the past weeks."""
    return pd.concat(
        pd.DataFrame({"date": last(29), "metric": name, "peer_avg": level, "peer_top": level})
        for name, level in levels.items()
    )


MARKET = pd.DataFrame(
    {"date": last(29), "category": "cups", "metric": "visitors", "value": 1e6, "value_type": "value"}
)


def fallen(loss: str = "search", by: float = 300.0, **frames: pd.DataFrame) -> Facts:
    """1000 visitors usually, 700 on the day, all of it lost in one source; clear against the market."""
    usual = {"search": 600.0, "paid_search": 400.0}
    now = {name: level - by * (name == loss) for name, level in usual.items()}
    rows = [(BASE, name, level, 1.0) for name, level in usual.items()]
    rows += [(0, name, level, 1.0) for name, level in now.items()]
    found = compared(700.0, 1000.0, "worse", market=0.0, interval=(-0.4, -0.2))
    held = {"flow_source": flow(*rows), "market": MARKET, **frames}
    return facts(frames=held, known=judged({"visitors": found}, {"visitors": None}))


@pytest.mark.parametrize(("loss", "owner"), [("paid_search", "promotion"), ("search", "operator")])
def test_what_a_paid_source_lost_is_promotions_task_and_what_a_free_one_lost_the_operators(loss, owner):
    found = own.visitors(fallen(loss))
    assert (found.verdict, found.owner, loss.upper() in found.next_step) == ("worse", owner, True)
    assert found.causes[1].scope == {"channel": loss}
    assert found.causes[1].effect == pytest.approx(-300.0)


def test_the_sources_are_held_against_the_mean_of_the_days_that_have_a_report():
    rows = flow((0, "a", 60, 1), (7, "a", 100, 1), (14, "a", 50, 1), (14, "b", 10, 1), (8, "a", 999, 1))
    now, before, names = own.channel_sides(facts(frames={"flow_source": rows}), "visitors")
    assert now.to_dict() == {"a": 60.0}
    assert before.to_dict() == {"a": 75.0, "b": 5.0}
    assert names == {"a": "A", "b": "B"}
    only_day, none, _ = own.channel_sides(facts(frames={"flow_source": rows[:1]}), "visitors")
    assert (only_day.to_dict(), none.to_dict()) == ({"a": 60.0}, {})


@pytest.mark.parametrize("late", [0, BASE])
def test_sources_known_on_one_side_only_are_not_told_of(late):
    given = fallen()
    rows = given.frames["flow_source"]
    one = facts(
        frames={"flow_source": rows[rows["date"] != ago(late)], "market": MARKET},
        known=judged({"visitors": given.compare("visitors")}, {"visitors": None}),
    )
    assert all("channel" not in each.scope for each in own.visitors(one).causes)


def test_a_gain_of_visitors_asks_for_no_source():
    given = fallen(by=-300.0)
    better = compared(1300.0, 1000.0, "better", market=0.0, interval=(0.2, 0.4))
    gain = facts(frames=given.frames, known=judged({"visitors": better}, {"visitors": None}))
    assert (own.visitors(gain).owner, own.visitors(gain).causes[1].effect) == ("", pytest.approx(300.0))


@pytest.mark.parametrize(("value", "baseline", "whole"), [
    (1.0, 2.0, True), (None, 2.0, False), (1.0, None, False), (float("nan"), 2.0, False),
    (1.0, float("nan"), False), (1.0, float("inf"), False),
])  # fmt: skip
def test_both_sides_of_a_change_must_be_figures(value, baseline, whole):
    assert own._known(Finding("own.visitors", "?", "…", value=value, baseline=baseline)) is whole


def finding(verdict: str = "worse", value: float = 90.0, baseline: float = 100.0) -> Finding:
    return Finding("own.amount", "?", "Said", verdict=verdict, value=value, baseline=baseline)


def part(effect: float, share: float | None, **scope: str) -> Part:
    return Part(scope, effect, share)


def test_a_main_cause_ends_the_headline_from_three_tenths_of_the_change():
    def said(share: float | None, verdict: str = "worse", factors: set[str] | None = None) -> str:
        parts = [part(-3.0, share, factor="visitors"), part(-2.0, 0.9, factor="basket")]
        return own._with_causes(facts(), finding(verdict), parts, "CNY", factors).headline

    assert said(0.3).startswith("Said; mostly visitors")
    assert said(0.29) == "Said"
    assert said(None) == "Said"
    assert said(0.3, "unknown") == "Said"
    assert said(0.3, "better").startswith("Said; mostly visitors")
    assert said(0.3, factors={"basket"}).startswith("Said; mostly basket")
    assert said(0.3, factors=set()) == "Said"


def test_a_cause_is_told_in_points_of_a_rate_and_in_the_unit_of_an_amount():
    assert own._named(Cause({}, -0.0123, 0.5, "mix"), "fraction").startswith("mostly mix −1.23")
    assert own._named(Cause({}, -1234.0, 0.5, "search"), "CNY").startswith("mostly search −¥1,234")


def test_the_means_of_some_days_make_a_funnel_where_all_of_them_are_known():
    held = daily(29)
    held.loc[held["date"] == ago(7), ["visitors", "pay_buyers", "pay_amount"]] = [2000.0, 80.0, 9000.0]
    given = facts(frames={"shop_daily": held})
    assert own._funnel(given, [DAY, USUAL[-1]]) == own.Funnel(1500.0, 65.0, 7000.0)
    assert own._funnel(given, []) is None
    assert own._funnel(given, [DAY, DAY - dt.timedelta(days=29)]) is None  # a day without a sheet
    held.loc[held["date"] == ago(7), "pay_buyers"] = float("nan")
    assert own._funnel(facts(frames={"shop_daily": held}), [USUAL[-1]]) is None
    assert own._funnel(facts(frames={"shop_daily": held.drop(columns="pay_amount")}), [DAY]) is None


def test_what_is_left_of_the_peers_sales_came_with_their_visitors():
    """1.21 = 1.1 (visitors) x 1.1 (conversion) x 1 (basket)."""

    def of(**shifts: float | None):
        figures = {name: compared(1.0, 1.0, market=shift) for name, shift in shifts.items()}
        return own._market_factors(facts(known=judged(figures)))

    found = of(pay_amount=0.21, pay_conversion_rate=0.1, avg_order_value=0.0)
    assert found == {"visitors": pytest.approx(0.1), "conversion": pytest.approx(0.1), "basket": 0.0}
    found = of(pay_amount=0.32, pay_conversion_rate=None, avg_order_value=0.2)
    assert found == {"visitors": pytest.approx(0.1), "conversion": 0.0, "basket": pytest.approx(0.2)}
    assert of(pay_amount=None, pay_conversion_rate=0.1, avg_order_value=0.1) is None


def amounts(conversion: str, basket: str) -> Finding:
    """Sales fell by two fifths: visitors stood, conversion and basket fell; which of them is decided?"""
    held = daily(29)
    held.loc[held["date"] == ago(0), ["pay_buyers", "pay_amount"]] = [35.0, 3000.0]
    figures = {
        "visitors": compared(1000.0, 1000.0, "same"),
        "pay_conversion_rate": compared(0.035, 0.05, conversion),
        "avg_order_value": compared(85.7, 100.0, basket),
        "pay_amount": compared(3000.0, 5000.0, "worse", interval=(-0.5, -0.3)),
    }
    return own.amount(
        facts(frames={"shop_daily": held}, known=judged(figures, dict.fromkeys(figures)), alarms={})
    )


def test_only_a_factor_that_is_decided_too_is_named_as_what_moved_sales():
    assert "mostly conversion" in amounts("worse", "worse").headline
    assert "mostly" not in amounts("unknown", "unknown").headline
    assert "mostly" not in amounts("better", "same").headline
    assert [each.scope["factor"] for each in amounts("worse", "worse").causes] == [
        "conversion", "basket", "visitors", "unexplained",
    ]  # fmt: skip


ITEMS = "date item_id item_name item_visitors pay_buyers"


def bought(*rows: tuple[int, str, float, float]) -> pd.DataFrame:
    return table(ITEMS, *((ago, name, f"item {name}", people, buyers) for ago, name, people, buyers in rows))


def test_an_item_without_visitors_has_no_rate_of_its_own():
    rows = bought((0, "1", 100, 5), (0, "2", 0, 0), (7, "1", 90, 9), (1, "3", 80, 8))
    given = facts(frames={"item_daily": rows})
    assert own._item_funnel(given, [DAY]).to_dict("index") == {"1": {"pay_buyers": 5, "item_visitors": 100}}
    assert own._item_funnel(given, [*USUAL, DAY]).loc["1"].to_dict() == {
        "pay_buyers": 14,
        "item_visitors": 190,
    }
    assert own._item_funnel(facts(), [DAY]).empty
    assert own._item_funnel(facts(frames={"item_daily": rows.drop(columns="pay_buyers")}), [DAY]).empty


def converted(*rows: tuple[int, str, float, float], value: float = 0.04, **frames: pd.DataFrame) -> Finding:
    """The finding of conversion that fell from 5% (decided), with these items of the day and before."""
    found = compared(value, 0.05, "worse", market=0.0, interval=(-0.3, -0.1))
    held = {"item_daily": bought(*rows), "peers": peers(pay_conversion_rate=0.05), **frames}
    known = judged({"pay_conversion_rate": found}, {"pay_conversion_rate": None})
    return own.conversion(facts(frames=held, known=known))


def test_an_item_that_made_three_tenths_of_the_fall_is_the_one_to_look_at():
    even = [(BASE, name, 250.0, 12.5) for name in "abcd"]
    one = converted(*even, (0, "a", 250.0, 2.5), *((0, name, 250.0, 12.5) for name in "bcd"))
    assert (one.owner, "item a" in one.next_step) == ("operator", True)
    many = [(BASE, str(place), 250.0, 12.5) for place in range(5)]
    all_fell = converted(*many, *((0, str(place), 250.0, 10.0) for place in range(5)))
    assert "items that carry the fall" in all_fell.next_step  # a fifth each


def test_a_shift_between_items_is_told_as_mix():
    """Each item converts as before, but the visitors went to the one that sells worse."""
    base = [(BASE, "good", 500.0, 40.0), (BASE, "poor", 500.0, 10.0)]
    found = converted(*base, (0, "good", 250.0, 20.0), (0, "poor", 750.0, 15.0), value=0.035)
    assert (found.owner, found.next_step.startswith("The crowd changed")) == ("promotion", True)


@pytest.mark.parametrize("late", [0, BASE])
def test_conversion_without_items_on_both_sides_has_no_cause(late):
    rows = [(BASE, "a", 500.0, 25.0), (0, "a", 500.0, 20.0)]
    assert converted(*rows).causes
    assert converted(*(row for row in rows if row[0] != late)).causes == ()


def desk(paid: float, seconds: float, *, day: int = 0) -> pd.DataFrame:
    """Inquiries of 1000 visitors a day, half of them paid and 40 seconds to wait; changed on the day."""
    names = "date row report cs_agent inquiry_visitors inquiry_buyers avg_response_seconds"
    usual = [(7 * week, "agent", "performance", "a", 1000.0, 500.0, 40.0) for week in (1, 2, 3, 4)]
    return table(names, *usual, (day, "agent", "performance", "a", 1000.0, paid, seconds))


@pytest.mark.parametrize(
    ("paid", "seconds", "day", "slowed"),
    [
        (370.0, 51.0, 0, True),
        (375.0, 51.0, 0, False),  # a quarter fewer is not more than a quarter
        (370.0, 50.0, 0, False),
        (370.0, 40.0, 0, False),
        (500.0, 51.0, 0, False),
        (630.0, 29.0, 0, False),
        (370.0, 51.0, 1, False),  # not of the day
    ],
)
def test_service_slowed_when_fewer_inquiries_are_paid_and_answers_take_longer(paid, seconds, day, slowed):
    given = facts(
        frames={"service": desk(paid, seconds, day=day)}, shop={"thresholds": {"service_slowed": 0.25}}
    )
    assert own._service_slowed(given) is slowed


def test_without_both_figures_service_did_not_slow():
    assert own._service_slowed(facts()) is False
    for name in ("inquiry_buyers", "avg_response_seconds"):
        assert own._service_slowed(facts(frames={"service": desk(100.0, 90.0).drop(columns=name)})) is False


def test_a_fall_with_slow_service_goes_to_service_whatever_the_items_did():
    rows = [(BASE, "a", 500.0, 25.0), (0, "a", 500.0, 20.0)]
    assert converted(*rows, service=desk(300.0, 90.0)).owner == "service"
    assert converted(*rows, service=desk(500.0, 90.0)).owner == "operator"


def rates(**sides: tuple[float, float]) -> pd.DataFrame:
    """Buyers and visitors by source."""
    return pd.DataFrame(sides, index=["pay_buyers", "visitors"]).T


GOOD_AND_POOR = rates(good=(40.0, 500.0), poor=(10.0, 500.0))


def test_a_shift_between_sources_is_told_where_it_is_the_main_cause():
    moved = rates(good=(20.0, 250.0), poor=(15.0, 750.0))
    empty = pd.DataFrame()

    def mixed(now: pd.DataFrame, before: pd.DataFrame, total: tuple[float, float] = (0.035, 0.05)) -> bool:
        return bool(own._mixed(facts(), (now, before, {}), total, None))

    assert mixed(moved, GOOD_AND_POOR)
    assert not mixed(empty, GOOD_AND_POOR)
    assert not mixed(moved, empty)
    own_rates = rates(good=(25.0, 500.0), poor=(10.0, 500.0))  # the good one sells worse: no shift
    assert not mixed(own_rates, GOOD_AND_POOR)
    assert not mixed(moved, GOOD_AND_POOR, (0.06, 0.05))  # the shift goes the other way than the change


def test_a_shift_between_sources_must_make_three_tenths_of_the_change():
    moved = rates(good=(20.0, 250.0), poor=(15.0, 750.0))  # the mix costs 0.015
    for fall, told in ((0.0499, True), (0.0501, False)):
        assert bool(own._mixed(facts(), (moved, GOOD_AND_POOR, {}), (0.1 - fall, 0.1), None)) is told


def week_of(verdict: str) -> WeekComparison:
    days = tuple(DAY - dt.timedelta(days=back) for back in reversed(range(7)))
    found = compared(0.035, 0.05, verdict, market=0.0, interval=(-0.4, -0.2))
    return WeekComparison(days[0], DAY, days, dataclasses.replace(found, days=tuple(USUAL)))


@pytest.mark.parametrize(
    ("day", "week", "told"),
    [
        ("unknown", "worse", True),
        ("worse", "worse", False),
        ("unknown", "unknown", False),
        ("unknown", None, False),
    ],
)
def test_the_shift_of_a_decided_week_is_told_where_its_day_is_not_decided(day, week, told):
    """Over the week visitors went to the poor source; its clean days before are the comparison's own."""
    rows = [(back, "good", 250.0, 20.0) for back in range(7)] + [
        (back, "poor", 750.0, 15.0) for back in range(7)
    ]
    rows += [(7 * week, "good", 500.0, 40.0) for week in (1, 2, 3, 4)]
    rows += [(7 * week, "poor", 500.0, 10.0) for week in (1, 2, 3, 4)]
    held = {"flow_source": flow(*rows), "peers": peers(pay_conversion_rate=0.05)}
    found = compared(0.049, 0.05, day, market=0.0, interval=(-0.4, 0.2))
    known = judged({"pay_conversion_rate": found}, {"pay_conversion_rate": week_of(week) if week else None})
    given = facts(frames=held, known=known)
    made = own._compared(given, "own.conversion", "pay_conversion_rate", "?")
    shift = own._mix_of_week(given, made)
    assert (shift is not None) is told
    if shift is not None:
        assert (shift.scope, shift.effect) == ({"factor": "mix"}, pytest.approx(-0.015))


def test_a_stopped_finding_asks_for_no_week():
    week = {"visitors": week_of("worse")}
    given = facts(known=judged({"visitors": compared(700.0, 1000.0, market=0.0)}, week))
    assert own._compared(given, "own.visitors", "visitors", "?").headline.count("last 7 days") == 1
    stopped = given.warned([DataWarning("blocking", "partial_day", "")])
    assert "last 7 days" not in own._compared(stopped, "own.visitors", "visitors", "?").headline


def test_a_source_named_by_the_visitors_is_not_told_twice(monkeypatch):
    def told(main: str, verdict: str) -> list[str]:
        named = finding(verdict)
        visitors = dataclasses.replace(named, id="own.visitors", causes=(Cause({"channel": main}, -5.0),))
        for name, made in {
            "amount": named,
            "visitors": visitors,
            "conversion": named,
            "basket": named,
        }.items():
            monkeypatch.setattr(own, name, lambda _facts, made=made: made)
        source = dataclasses.replace(named, id="own.source", scope={"channel": "search"})
        monkeypatch.setattr(own, "source_findings", lambda _facts: [source])
        monkeypatch.setattr(own, "item_findings", lambda _facts: [])
        return [each.id for each in own.own_findings(facts())[4:]]

    assert told("search", "worse") == []
    assert told("live", "worse") == ["own.source"]
    assert told("search", "unknown") == ["own.source"]


def test_a_cause_is_named_from_three_tenths_of_the_change_and_never_of_no_change():
    shares = (0.3, 0.2999, None, 1.2)
    assert [own.is_named(facts(), part(-1.0, share)) for share in shares] == [True, False, False, True]


def test_a_fall_that_no_item_shares_in_has_the_shops_own_step():
    same = [(day, name, 250.0, 12.5) for day in (0, BASE) for name in "ab"]
    assert "items that carry the fall" in converted(*same).next_step


def test_a_week_that_fell_alone_has_no_source_of_the_day_to_open():
    given = fallen()
    found = dataclasses.replace(given.compare("visitors"), verdict="unknown")
    rare = week_of("worse")
    before = {("week", "visitors", DAY - dt.timedelta(days=1)): None, "seldom": {("visitors", "week")}}
    known = {**judged({"visitors": found}, {"visitors": rare}), **before}
    said = own.visitors(facts(frames=given.frames, known=known, alarms={}))
    assert (said.level, said.verdict) == ("watch", "unknown")
    assert said.next_step.startswith("Open the source that lost most")


def test_one_visitor_is_enough_for_a_rate():
    given = facts(frames={"item_daily": bought((0, "1", 1, 1), (0, "2", 0, 0))})
    assert list(own._item_funnel(given, [DAY]).index) == ["1"]


def test_a_shift_between_sources_is_told_before_what_items_say():
    """Every item sells worse, because visitors went to the source that sells worse."""
    items = [(day, "a", 1000.0, 50.0 if day else 35.0) for day in (0, BASE)]
    sources = [
        (0, "good", 250.0, 20.0),
        (0, "poor", 750.0, 15.0),
        (BASE, "good", 500.0, 40.0),
        (BASE, "poor", 500.0, 10.0),
    ]
    found = converted(*items, value=0.035, flow_source=flow(*sources))
    assert (found.owner, found.next_step.startswith("The crowd changed")) == ("promotion", True)
    assert found.headline.endswith("mostly mix of traffic −1.50 pp")
    assert "Look at item a" in converted(*items, value=0.035).next_step
