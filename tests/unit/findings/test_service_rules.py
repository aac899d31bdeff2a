"""Customer service: weights, windows, whom it is held against, and from where on it is acted on."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta

from shopbook.analysis.alarm import Alarm
from shopbook.analysis.week import WeekComparison
from shopbook.findings.daily import service
from typed import DAY, ago, compared, daily, facts, last, table

NAN = float("nan")
NAMES = "date row report cs_agent inquiry_visitors inquiry_buyers avg_response_seconds cs_satisfaction_rate"


pytestmark = pytest.mark.usefixtures("english")


def agents(*rows: tuple) -> pd.DataFrame:
    """(days ago, agent, inquiries, paid, seconds, satisfied)"""
    return table(NAMES, *((day, "agent", "performance", *each) for day, *each in rows))


def test_the_shops_times_are_weighted_by_whom_each_agent_answered():
    rows = agents((0, "a", 300, 150, 20.0, 0.9), (0, "b", 100, 30, 60.0, NAN), (1, "a", 10, 5, 40.0, 0.5))
    found = service.service_days(rows)
    assert list(found.index) == [ago(1), ago(0)]
    day = found.loc[ago(0)]
    assert (day["inquiry_visitors"], day["inquiry_conversion_rate"]) == (400, pytest.approx(180 / 400))
    assert day["avg_response_seconds"] == pytest.approx((300 * 20 + 100 * 60) / 400)
    assert day["cs_satisfaction_rate"] == pytest.approx(0.9)  # b's is not known, and no weight of anybody
    assert "reply_rate" not in found


def test_other_rows_than_the_agents_performance_are_no_part_of_the_sums():
    rows = agents((0, "a", 300, 150, 20.0, 0.9), (0, "b", 100, 30, 60.0, 0.9), (0, "c", 50, 3, 9.0, 0.1))
    rows.loc[1, "row"] = "peer_avg"
    rows.loc[2, "report"] = "reception"
    assert service.service_days(rows)["inquiry_visitors"].tolist() == [300]
    assert service.service_days(pd.DataFrame()).empty


def test_an_agent_answered_the_inquiries_else_the_served_else_counts_once():
    rows = pd.DataFrame({"inquiry_visitors": [5.0, NAN, NAN], "served_visitors": [9.0, 8.0, NAN]})
    assert service._answered(rows).tolist() == [5.0, 8.0, 1.0]
    assert service._answered(rows[["served_visitors"]]).tolist() == [9.0, 8.0, 1.0]
    assert service._answered(rows[[]]).tolist() == [1.0, 1.0, 1.0]


def test_the_peers_are_the_exports_own_rows_else_the_peers_sheet():
    names = "date row inquiry_conversion_rate"
    rows = table(
        names, (1, "peer_avg", 0.3), (1, "peer_avg", 0.4), (0, "peer_avg", NAN), (0, "peer_top", 0.6)
    )
    sheet = pd.DataFrame(
        {"date": last(2), "metric": "inquiry_conversion_rate", "peer_avg": [0.1, NAN], "peer_top": 0.9}
    )
    both = facts(frames={"service": rows, "peers": sheet})
    metric = "inquiry_conversion_rate"
    assert service.benchmark(both, metric).to_dict() == {ago(1): 0.4}  # the newest row of a day
    assert service.benchmark(both, metric, "peer_top").to_dict() == {ago(0): 0.6}
    mine = facts(frames={"service": rows.assign(row="agent"), "peers": sheet})
    assert service.benchmark(mine, metric).to_dict() == {ago(1): 0.1}
    assert service.benchmark(mine, metric, "peer_top") is None
    assert service.benchmark(facts(frames={"service": rows.assign(row="agent")}), metric) is None
    assert service.benchmark(facts(frames={"service": rows}), "reply_rate") is None


def test_an_inquiry_is_settled_after_four_days():
    assert service.settled(facts()).day == DAY - dt.timedelta(days=4)
    waits = facts(shop={"thresholds": {"immature_inquiry_days": 6}})
    assert service.settled(waits).day == DAY - dt.timedelta(days=6)


def week_of(verdict: str, interval: tuple[float, float]) -> WeekComparison:
    return WeekComparison(DAY, DAY, (DAY,), compared(1.0, 2.0, verdict, market=0.0, interval=interval))


SURE, LIKELY = (-0.5, -0.3), (-0.5, -0.01)  # chance makes the first never, the second once in a dozen days


def alarm(p_value: float, level: str = "act") -> Alarm:
    return Alarm("x", DAY, "market", -5.0, -0.5, level, p_value)


@pytest.mark.parametrize(
    ("found", "week", "raised", "level"),
    [
        pytest.param({}, None, alarm(0.0009), "act", id="clear, and its alarm is rarer than chance allows"),
        pytest.param({}, None, alarm(0.001), "watch", id="an alarm no rarer than that"),
        pytest.param({}, None, alarm(0.0001, "watch"), "watch", id="an alarm that only watches"),
        pytest.param({}, None, None, "watch", id="no alarm"),
        pytest.param({"market": None}, None, alarm(0.0001), "watch", id="nobody to be held against"),
        pytest.param({"value": 89.9}, None, alarm(0.0001), "act", id="a tenth below"),
        pytest.param({"value": 90.5}, None, alarm(0.0001), "watch", id="less than a tenth below"),
        pytest.param({"interval": LIKELY}, None, alarm(0.01), "ok", id="chance makes it often"),
        pytest.param({"interval": LIKELY}, ("worse", SURE), None, "watch", id="the week is rare"),
        pytest.param({"verdict": "unknown"}, None, alarm(0.0001), "ok", id="not decided"),
        pytest.param({"verdict": "unknown"}, ("worse", SURE), alarm(0.0001), "watch", id="the week is"),
        pytest.param({"verdict": "unknown"}, ("worse", LIKELY), None, "ok", id="a week chance makes often"),
        pytest.param({"verdict": "same"}, ("better", SURE), None, "ok", id="a better week"),
    ],
)
def test_a_loss_is_acted_on_when_clear_and_rare_and_watched_when_chance_seldom_makes_it(
    found, week, raised, level
):
    given = {"value": 60.0, "baseline": 100.0, "verdict": "worse", "market": 0.0, "interval": SURE, **found}
    made = compared(**given)
    assert service._level(facts(), made, week_of(*week) if week else None, raised) == level


def test_the_size_of_a_loss_is_that_against_the_peers():
    """15% fewer where the peers lost 10%: the shop's own part is a twentieth."""
    made = compared(85.0, 100.0, "worse", market=-0.1, interval=SURE)
    assert service._level(facts(), made, None, alarm(0.0001)) == "watch"


def test_a_loss_of_exactly_the_size_asked_for_is_acted_on():
    quarter = facts(shop={"thresholds": {"act_change": 0.25}})
    made = compared(75.0, 100.0, "worse", market=0.0, interval=SURE)
    assert service._level(quarter, made, None, alarm(0.0001)) == "act"


def test_chance_that_makes_a_loss_exactly_as_seldom_as_asked_is_watched():
    made = compared(60.0, 100.0, "worse", market=0.0, interval=(-0.3, -0.01))
    exact = {"thresholds": {"watch_p": made.chance}}
    below = {"thresholds": {"watch_p": made.chance * 0.999}}
    assert service._level(facts(shop=exact), made, None, None) == "watch"
    assert service._level(facts(shop=below), made, None, None) == "ok"


def answers(seconds: float) -> pd.DataFrame:
    return agents((0, "a", 100, 50, seconds, 0.9))


@pytest.mark.parametrize(
    ("seconds", "targets", "level"),
    [
        (63.0, {}, "ok"),  # a twentieth over the minute that is asked for
        (63.1, {}, "watch"),
        (42.0, {"avg_response_seconds": 40.0}, "ok"),
        (42.1, {"avg_response_seconds": 40.0}, "watch"),
    ],
)
def test_answers_are_late_from_a_twentieth_above_the_target(seconds, targets, level):
    found = service.answer_time(facts(frames={"service": answers(seconds)}, shop={"targets": targets}))
    assert (found.level, found.verdict, found.value) == (level, "unknown", seconds)
    assert (found.owner != "") is (level == "watch")
    assert f"target {targets.get('avg_response_seconds', 60):.0f}" in found.headline


def test_without_a_figure_of_the_day_nothing_is_said_of_answers():
    assert service.answer_time(facts(frames={"service": agents((1, "a", 9, 5, 20.0, 0.9))})) is None
    assert service.answer_time(facts()) is None


def test_a_target_is_the_shops_else_the_months_else_the_common_one():
    sheet = pd.DataFrame(
        [("2026-09", "reply_rate", 0.8), ("2026-09", "reply_rate", 0.9), ("2026-10", "reply_rate", 0.7),
         ("2026-09", "visitors", 0.1)],
        columns=["month", "metric", "target"],
    )  # fmt: skip
    with_sheet = facts(frames={"targets": sheet})
    assert service.target_of(with_sheet, "reply_rate", 0.5) == 0.9
    assert service.target_of(with_sheet, "avg_response_seconds", 60.0) == 60.0
    assert service.target_of(facts(), "reply_rate", 0.5) == 0.5
    mine = facts(frames={"targets": sheet}, shop={"targets": {"reply_rate": 0.95}})
    assert service.target_of(mine, "reply_rate", 0.5) == 0.95


def settled_rows(paid: float = 50.0, back: tuple[int, ...] = (4, 11, 18, 25, 32)) -> pd.DataFrame:
    """Inquiries of the newest settled day and of its comparable days."""
    return agents(*((day, "a", 100.0, paid if day == 4 else 50.0, 20.0, 0.9) for day in back))


def test_inquiries_are_those_of_the_newest_settled_day():
    rows = settled_rows(paid=40.0)
    found = service.inquiry_conversion(facts(frames={"service": rows, "shop_daily": daily(60)}))
    assert (found.value, found.baseline) == (pytest.approx(0.4), pytest.approx(0.5))
    assert found.baseline_days[-1] == (DAY - dt.timedelta(days=11)).isoformat()
    assert found.headline.startswith("2026-09-21 (newest settled day)")
    assert "peers" not in found.headline.split(";")[-1]
    late = facts(frames={"service": settled_rows(back=(11, 18)), "shop_daily": daily(60)})
    assert service.inquiry_conversion(late) is None
    for name in ("inquiry_buyers", "inquiry_visitors"):
        part = facts(frames={"service": rows.drop(columns=name)})
        assert service.inquiry_conversion(part) is None


def test_the_peers_of_that_day_stand_beside_it():
    peers = table("date row inquiry_conversion_rate", *((day, "peer_avg", 0.47) for day in (4, 11, 18, 25)))
    rows = pd.concat([settled_rows(), peers])
    found = service.inquiry_conversion(facts(frames={"service": rows, "shop_daily": daily(60)}))
    assert found.headline.endswith("; peers 47.0%")
    assert found.comparator == "peers"


def test_fewer_than_thirty_expected_buyers_are_said_to_tell_little():
    def caveats(paid: float) -> int:
        rows = settled_rows().assign(inquiry_buyers=paid)
        given = facts(frames={"service": rows, "shop_daily": daily(60)})
        return len(service.inquiry_conversion(given).caveats)

    assert (caveats(29.0), caveats(30.0)) == (2, 1)


def test_the_table_holds_the_day_its_usual_value_the_peers_and_the_target():
    rows = agents(*((day, "a", 100.0, 40.0 if day else 30.0, 20.0 + day, 0.9) for day in (0, 7, 14, 1)))
    peers = table(
        "date row avg_response_seconds", (0, "peer_avg", 33.0), (0, "peer_top", 11.0), (7, "peer_avg", 1.0)
    )
    shop = {"targets": {"cs_satisfaction_rate": 0.95}}
    found = service.service_table(facts(frames={"service": pd.concat([rows, peers])}, shop=shop))
    assert [row["metric"] for row in found] == [
        "inquiry_visitors", "inquiry_conversion_rate", "avg_response_seconds", "cs_satisfaction_rate",
    ]  # fmt: skip
    by = {row["metric"]: row for row in found}
    asked = by["avg_response_seconds"]
    assert (asked["value"], asked["baseline"], asked["peer_avg"], asked["peer_top"]) == (
        20.0,
        30.5,
        33.0,
        11.0,
    )
    assert (by["cs_satisfaction_rate"]["target"], asked["target"]) == (0.95, None)
    assert [row["metric"] for row in found if row["name"].endswith("(still being paid)")] == [
        "inquiry_conversion_rate"
    ]
    alone = service.service_table(facts(frames={"service": rows[:1]}))
    assert alone[0]["baseline"] is None


def test_the_reception_report_and_the_hand_filled_sheet_add_what_only_they_know():
    reception = table(
        "date report three_min_reply_rate served_visitors",
        (0, "reception", 0.7, 80.0), (0, "reception", 0.8, NAN), (0, "other", 0.1, 1.0),
    )  # fmt: skip
    filled = table(
        "date metric value", (0, "cs_online_hours", 9.0), (0, "cs_online_hours", 12.0), (0, "else", 1.0)
    )
    rows = agents((0, "a", 100.0, 40.0, 20.0, 0.9))
    frames = {"service": pd.concat([rows, reception]), "hand_filled": filled}
    by = {row["metric"]: row["value"] for row in service.service_table(facts(frames=frames))}
    assert (by["three_min_reply_rate"], by["served_visitors"], by["cs_online_hours"]) == (0.8, 80.0, 12.0)
    assert "consult_visitors" not in by
    no_days = {"service": rows[:0], "hand_filled": filled}
    assert service.service_table(facts(frames=no_days)) == []


def agent(asked: float, paid: float, usual: float | None = None) -> dict:
    return service._agent(facts(), "a", agents((0, "a", asked, paid, 20.0, 0.9)), usual)


def test_an_agent_is_held_against_the_peers_by_its_range():
    """Of 100 inquiries 50 paid lie between 42% and 58%."""
    low, high = beta.ppf([0.05, 0.95], 50.5, 50.5)
    assert agent(100.0, 50.0, high + 0.001)["standing"] == "below the peers"
    assert agent(100.0, 50.0, low - 0.001)["standing"] == "above the peers"
    assert agent(100.0, 50.0, high - 0.001)["standing"] == "cannot tell"
    assert agent(100.0, 50.0, low + 0.001)["standing"] == "cannot tell"
    assert agent(100.0, 50.0)["standing"] == "cannot tell"
    assert agent(29.0, 29.0, 0.1)["standing"] == "few inquiries"
    assert agent(30.0, 29.0, 0.1)["standing"] == "above the peers"


def test_an_agents_times_are_weighted_by_the_inquiries_of_each_day():
    rows = agents((0, "a", 30.0, 10.0, 20.0, 1.0), (1, "a", 90.0, 20.0, 60.0, 0.6))
    found = service._agent(facts(), "a", rows, None)
    assert (found["inquiry_visitors"], found["inquiry_conversion_rate"]) == (120.0, 0.25)
    assert found["avg_response_seconds"] == pytest.approx(50.0)
    assert found["cs_satisfaction_rate"] == pytest.approx(0.7)
    nobody = agent(0.0, 0.0)
    assert (nobody["range"], "avg_response_seconds" in nobody) == ("–", False)
    assert np.isnan(nobody["inquiry_conversion_rate"])
    assert "cs_satisfaction_rate" not in service._agent(
        facts(), "a", rows.drop(columns="cs_satisfaction_rate"), None
    )


def test_agents_are_told_of_the_seven_days_up_to_the_newest_settled_one():
    inside, outside = (4, 10), (3, 11)
    rows = agents(*((day, "a", 10.0, 5.0, 20.0, 0.9) for day in inside),
                  *((day, "a", 1000.0, 5.0, 20.0, 0.9) for day in outside))  # fmt: skip
    rates = {3: 0.9, 4: 0.2, 10: 0.4, 11: 0.9}
    peers = table(
        "date row inquiry_conversion_rate", *((day, "peer_avg", each) for day, each in rates.items())
    )
    other = rows.assign(
        row=["peer_avg", "agent", "agent", "agent"], report=["performance", "reception", "x", "x"]
    )
    [found] = service.agent_table(
        facts(frames={"service": pd.concat([rows, peers, other]).sort_values("date")})
    )
    assert (found["label"], found["inquiry_visitors"]) == ("a", 20.0)
    assert found["peer_avg"] == pytest.approx(0.3)
    [alone] = service.agent_table(facts(frames={"service": rows}))
    assert alone["peer_avg"] is None
    for name in ("inquiry_buyers", "inquiry_visitors"):
        assert service.agent_table(facts(frames={"service": rows.drop(columns=name)})) == []


@pytest.mark.parametrize(("paid", "asked"), [(0, 10), (3, 10), (10, 10), (40, 100)])
def test_the_range_of_a_share_is_jeffreys(paid, asked):
    low, high = beta.ppf([0.05, 0.95], paid + 0.5, asked - paid + 0.5)
    assert service.share_interval(paid, asked) == pytest.approx((low, high))


def test_more_paid_than_asked_is_a_share_of_all():
    assert service.share_interval(12, 10) == pytest.approx(tuple(beta.ppf([0.05, 0.95], 12.5, 0.5)))


def test_a_time_is_slower_or_quicker_than_the_peers():
    def said(verdict: str, value: float, market: float | None = 0.0) -> str:
        return service._time_sentence("avg_response_seconds", compared(value, 40.0, verdict, market=market))

    assert said("worse", 60.0).endswith("50.0% slower than the peers' change")
    assert said("better", 30.0).endswith("25.0% quicker than the peers' change")
    assert said("worse", 60.0, None).endswith("no market figure to hold it against")
    assert "peers" in said("same", 40.0)
    assert said("unknown", 40.0).endswith("no difference can be told")


def test_what_the_peers_have_on_a_day_is_a_rate_or_a_time():
    peers = pd.Series({ago(0): 0.25, ago(1): 33.0})
    assert service._beside(peers, "reply_rate", DAY) == "; peers 25.0%"
    assert "33" in service._beside(peers, "avg_response_seconds", DAY - dt.timedelta(days=1))
    assert service._beside(peers, "reply_rate", DAY - dt.timedelta(days=2)) == ""
    assert service._beside(None, "reply_rate", DAY) == ""


def test_an_alarm_is_judged_of_a_day_that_is_known_and_beside_the_peers():
    """Answers of all shops wander together; on the day they take three times as long everywhere."""
    rng = np.random.default_rng(1)
    common = 30.0 * np.exp(rng.normal(0, 0.1, 91))
    common[-1] = 90.0
    peers = pd.Series(common, last(91))
    own = peers * np.exp(rng.normal(0, 0.01, 91))
    metric = "avg_response_seconds"
    assert service._alarm(facts(), metric, own[:-1], None) is None
    assert service._alarm(facts(), metric, own.where(own.index < ago(0)), None) is None
    alone, beside = (service._alarm(facts(), metric, own, each) for each in (None, peers))
    assert (alone.level, alone.source, alone.z > 0) == ("act", "own", True)
    assert beside.level == "ok"


def test_both_findings_are_told_where_both_are_known():
    rows = pd.concat([settled_rows(), answers(20.0)])
    found = service.service_findings(facts(frames={"service": rows, "shop_daily": daily(60)}))
    assert [each.id for each in found] == ["service.inquiry_conversion", "service.answer_time"]
    assert service.service_findings(facts()) == []
