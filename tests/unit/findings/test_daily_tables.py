"""Tables of the daily page: figures, market, alarms, worth of a visitor, the first month, rivals."""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.alarm import Alarm
from shopbook.findings.daily import alarms, first_month, kpis, market, reads, rivals, visitor_value
from shopbook.findings.facts import Facts
from shopbook.findings.finding import DataWarning
from typed import DAY, ago, compared, daily, facts, holiday, judged, last, table

NAN = float("nan")


pytestmark = pytest.mark.usefixtures("english")


def test_a_figure_stands_beside_the_day_before_its_baseline_target_and_last_four_weeks():
    sheet = daily(29, visitors=[100.0 + each for each in range(29)])
    sheet = sheet[sheet["date"] != ago(3)]
    given = facts(frames={"shop_daily": sheet}, shop={"targets": {"visitors": 40.0}})
    rows = {row["metric"]: row for row in kpis.kpi_rows(given)}
    row = rows["visitors"]
    assert (row["value"], row["prev_day"], row["target"]) == (128.0, 127.0, 40.0)
    assert row["baseline"] == pytest.approx((100 + 107 + 114 + 121) / 4)
    assert row["spark"] == [100.0 + each if each != 25 else None for each in range(1, 29)]
    assert (row["market_change"], row["relative"], rows["pay_amount"]["target"]) == (None, None, None)
    assert "cart_rate" not in rows


def test_a_figure_that_is_stopped_has_no_verdict():
    found = {metric: compared(1.0, 2.0, "worse") for metric in kpis.DAILY}
    given = facts(known=judged(found))
    assert {row["verdict"] for row in kpis.kpi_rows(given)} == {"worse"}
    stopped = given.warned([DataWarning("blocking", "unsourced_jump", "")])
    verdicts = {row["metric"]: row["verdict"] for row in kpis.kpi_rows(stopped)}
    assert (verdicts["visitors"], verdicts["pay_amount"]) == ("unknown", "worse")


def test_what_a_handful_of_buyers_spent_has_no_verdict():
    def verdicts(*caveats):
        found = {metric: compared(1.0, 2.0, "worse") for metric in kpis.DAILY}
        found["pay_conversion_rate"] = replace(found["pay_conversion_rate"], caveats=caveats)
        return {row["metric"]: row["verdict"] for row in kpis.kpi_rows(facts(known=judged(found)))}

    assert set(verdicts().values()) == {"worse"}
    few = verdicts("small_sample")
    assert {name for name, verdict in few.items() if verdict == "unknown"} == {
        "avg_order_value",
        "visitor_value",
    }


def test_with_a_market_its_change_is_shown():
    rows = pd.DataFrame(
        {"date": last(29), "category": "a", "metric": "visitors", "value": 1.0, "value_type": "value"}
    )
    found = {metric: compared(1.0, 2.0, "worse", market=0.25) for metric in kpis.DAILY}
    shown = {row["metric"]: row for row in kpis.kpi_rows(facts(frames={"market": rows}, known=judged(found)))}
    assert (shown["visitors"]["market_change"], shown["visitors"]["relative"]) == (0.25, pytest.approx(-0.6))
    assert shown["pay_amount"]["market_change"] is None


def test_the_classic_sheet_is_of_two_weeks_newest_first_with_what_was_filled_in():
    filled = table(
        "date metric value", (0, "home_bounce_rate", 0.3), (0, "home_bounce_rate", 0.4), (1, "x", 9.0)
    )
    scores = table("date dsr_description", (0, 4.7), (0, 4.8))
    rows = kpis.daily_sheet(facts(frames={"hand_filled": filled, "dsr": scores}))
    assert [row["date"] for row in rows] == [f"{ago(day):%Y-%m-%d}" for day in range(14)]
    assert (rows[0]["visitors"], rows[0]["home_bounce_rate"], rows[0]["dsr_description"]) == (
        1000.0,
        0.4,
        4.8,
    )
    assert (rows[1]["home_bounce_rate"], rows[1]["dsr_description"]) == (None, None)
    own = facts(frames={"shop_daily": daily(dsr_description=4.5), "dsr": scores})
    assert kpis.daily_sheet(own, 2)[0]["dsr_description"] == 4.5
    assert kpis.daily_sheet(facts(), 1)[0]["home_bounce_rate"] is None


def market_of(now: float, *, days: int = 91, noise: float = 0.02) -> pd.DataFrame:
    values = 1e6 * np.exp(np.random.default_rng(3).normal(0, noise, days))
    values[-1] = now
    rows = pd.DataFrame({"date": last(days), "category": "a", "metric": "visitors", "value": values})
    return rows.assign(value_type="value")


@pytest.mark.parametrize(
    ("now", "word"),
    [(1.3e6, "rose"), (0.7e6, "fell"), (1e6, "is about the same"), (1.03e6, "is not clearly")],
)
def test_the_market_is_told_against_its_own_comparable_days(now, word):
    [found] = market.market_findings(facts(frames={"shop_daily": daily(91), "market": market_of(now)}))
    assert (found.value, found.level) == (now, "ok")
    assert word in found.headline
    assert found.baseline == pytest.approx(1e6, rel=0.02)


def test_a_market_without_a_figure_of_the_day_is_not_told():
    rows = market_of(1e6)
    for frame in (pd.DataFrame(), rows[:-1], rows.assign(metric="cart_buyers")):
        assert market.market_findings(facts(frames={"market": frame})) == []


def test_a_market_figure_needs_the_day_and_one_comparable_day():
    rows = market_of(1e6)
    both = pd.concat([rows, rows.assign(metric="cart_buyers")])
    table_ = market.market_table(facts(frames={"market": both}))
    assert {row["metric"]: row["decide"] for row in table_} == {
        "visitors": "yes",
        "cart_buyers": "only shown",
    }
    one = rows[rows["date"].isin([ago(0), ago(14)])]
    assert len(market.market_table(facts(frames={"market": one}))) == 1
    for days in ([ago(0), ago(1)], [ago(7), ago(14)]):
        assert market.market_table(facts(frames={"market": rows[rows["date"].isin(days)]})) == []


def alarm(series: str, level: str, z: float = -5.0, departure: float = -0.5) -> Alarm:
    return Alarm(series, DAY, "own", z, departure, level, 0.001)


def test_alarms_are_listed_own_first_clear_first_strongest_first():
    channels = pd.DataFrame({"channel": ["a"], "label": ["Search"], "date": [ago(0)], "visitors": [1.0]})
    raised = [
        alarm("visitors", "watch", -9.0), alarm("pay_amount", "act", 4.0), alarm("channel:a", "act", -6.0),
        alarm("channel:b", "watch", 2.0), alarm("avg_order_value", "ok"),
        alarm("pay_conversion_rate", "masked"),
    ]  # fmt: skip
    given = facts(alarms={each.series: each for each in raised})
    vars(given)["channels"] = channels
    rows = alarms.alarm_table(given)
    assert [(row["label"], row["level"]) for row in rows] == [
        ("Search", "act"), ("Sales (GMV)", "act"), ("Visitors", "watch"), ("b", "watch"),
    ]  # fmt: skip
    assert rows[0]["departure"] == pytest.approx(math.expm1(-0.5))
    assert (rows[0]["state"], rows[3]["state"], rows[0]["whose"]) == ("clear", "maybe", "our own")
    assert alarms.alarm_summary(given).startswith("5 series judged, 4 raised an alarm; 1 could not")


def test_a_jump_of_the_whole_market_is_listed_after_the_shops_own():
    frames = {"shop_daily": daily(91), "market": market_of(3e6)}
    given = facts(frames=frames, alarms={"visitors": alarm("visitors", "watch", 1.0)})
    assert [(row["list"], row["level"]) for row in alarms.alarm_table(given)] == [
        ("own", "watch"),
        ("market", "act"),
    ]
    late = facts(frames={**frames, "market": market_of(3e6)[:-1]}, alarms={})
    assert alarms.market_wide(late) == []
    alone = market_of(3e6)[-1:]
    assert alarms.market_wide(facts(frames={**frames, "market": alone}, alarms={})) == []
    two = market_of(3e6)[-2:]
    assert [each.level for each in alarms.market_wide(facts(frames={**frames, "market": two}))] == ["unknown"]


FLOW = "date channel channel_label visitors pay_amount"


def worth(*rows: tuple) -> list[dict]:
    flow = table(FLOW, *rows).assign(channel_detail="", level=1, device="wireless")
    return visitor_value.source_worth(facts(frames={"flow_source": flow}))


def test_sources_of_two_hundred_visitors_in_four_weeks_come_by_what_one_brought():
    rows = worth((0, "a", "A", 100, 300.0), (27, "a", "A", 100, 100.0), (28, "a", "A", 900, 0.0),
                 (0, "b", "B", 200, 1000.0), (0, "c", "C", 199, 9999.0))  # fmt: skip
    assert [(row["label"], row["visitors"], row["visitor_value"]) for row in rows] == [
        ("B", 200.0, 5.0),
        ("A", 200.0, 2.0),
    ]
    assert visitor_value.source_worth(facts()) == []
    flow = table("date channel channel_label visitors", (0, "a", "A", 900)).assign(
        level=1, device="x", channel_detail=""
    )
    assert visitor_value.source_worth(facts(frames={"flow_source": flow})) == []


def sold(*rows: tuple) -> pd.DataFrame:
    made = table("date item_id item_visitors pay_buyers pay_units pay_amount", *rows)
    return made.assign(item_name=[f"a cup of number {each}" for each in made["item_id"]])


def test_items_that_sold_and_had_two_hundred_visitors_come_by_what_one_brought():
    items = sold((0, "1", 100, 5, 10, 400.0), (27, "1", 100, 5, 10, 400.0), (28, "1", 100, 5, 10, 4000.0),
                 (0, "2", 200, 20, 20, 2000.0), (0, "3", 199, 9, 9, 9000.0), (0, "4", 500, 0, 0, 0.0),
                 (0, "5", 300, 1, 1, 10.0))  # fmt: skip
    rows = visitor_value.item_worth(facts(frames={"item_daily": items}))
    assert [row["item_id"] for row in rows] == ["2", "1", "5"]
    assert rows[1] == {"item_id": "1", "label": "a cup of nu…", "price": 40.0, "pay_conversion_rate": 0.05,
                       "visitors": 200.0, "visitor_value": 4.0}  # fmt: skip
    many = sold(*((0, str(n), 1000 + n, 1, 1, 10.0) for n in range(61)))
    shown = visitor_value.item_worth(facts(frames={"item_daily": many}))
    assert (len(shown), "0" in {row["item_id"] for row in shown}) == (60, False)
    assert visitor_value.item_worth(facts()) == []
    assert visitor_value.item_worth(facts(frames={"item_daily": items.drop(columns="pay_units")})) == []
    frame = visitor_value.map_frame(rows)
    assert frame.loc[0].to_dict() == {"name": "a cup of nu…", "x": 100.0, "y": 0.1, "size": 200.0}


@pytest.mark.parametrize(("days", "young"), [(27, True), (28, False), (0, True)])
def test_a_shop_is_young_until_four_weeks_are_known(days, young):
    sheet = daily(days) if days else pd.DataFrame()
    assert bool(first_month.first_month(facts(frames={"shop_daily": sheet}))) is young


def test_a_young_shop_is_told_what_it_has_when_it_can_be_judged_and_four_things_to_get():
    items = sold((0, "1", 1, 1, 1, 1.0))
    rows = first_month.first_month(facts(frames={"shop_daily": daily(5), "item_daily": items}))
    assert [row["part"] for row in rows] == ["now", "now", "until", *["next"] * 4]
    assert "5 day(s) known" in rows[2]["text"]
    assert f"{DAY + dt.timedelta(days=10)}, in 10 more days" in rows[2]["text"]
    assert "last 4 weeks" in rows[2]["text"]
    assert all(row["place"] for row in rows[3:])
    near = first_month.first_month(facts(frames={"shop_daily": daily(15)}))
    assert "can be judged now" in next(row["text"] for row in near if row["part"] == "until")


def shops(**series: dict[int, float] | float) -> pd.DataFrame:
    """Rivals' traffic index by days back (one value: every day of nine weeks)."""
    rows = [
        (day, "自己" if name == "own" else name, value)
        for name, each in series.items()
        for day, value in (each.items() if isinstance(each, dict) else [(day, each) for day in range(63)])
    ]
    frame = table("date entity value", *rows)
    frame["entity"] = frame["entity"].replace("自己", rivals.SELF)
    return frame.assign(entity_type="shop", metric="traffic_index", value_low=NAN, value_high=NAN)


def ranked(*rows: tuple[int, str, float]) -> pd.DataFrame:
    frame = table("date entity value", *rows).assign(entity_type="shop", metric="rank")
    return frame.assign(value_low=NAN, value_high=NAN)


@pytest.mark.parametrize(
    ("now", "before", "moved"),
    [(5.0, 5.0, "unchanged"), (8.0, 5.0, "3 place(s) down"), (2.0, 5.0, "3 place(s) up")],
)
def test_a_rank_is_told_against_a_week_ago(now, before, moved):
    rows = ranked(
        (0, rivals.SELF, now), (7, rivals.SELF, before), (6, rivals.SELF, 99.0), (8, rivals.SELF, 77.0)
    )
    found = rivals._rank(facts(frames={"rivals": rows}))
    assert (found.value, found.baseline, found.change) == (now, before, pytest.approx(now / before - 1))
    assert found.baseline_days == (ago(7).date().isoformat(),)
    assert f"Rank {now:.0f}, {moved} in a week" == found.headline
    assert found.level == "ok"  # a rank has no noise of its own: no verdict


def test_a_rank_needs_the_day_and_one_a_week_old():
    assert (
        rivals._rank(facts(frames={"rivals": ranked((0, rivals.SELF, 5.0), (6, rivals.SELF, 5.0))})) is None
    )
    assert (
        rivals._rank(facts(frames={"rivals": ranked((1, rivals.SELF, 5.0), (9, rivals.SELF, 5.0))})) is None
    )
    older = rivals._rank(facts(frames={"rivals": ranked((0, rivals.SELF, 5.0), (9, rivals.SELF, 4.0))}))
    assert older.baseline == 4.0
    assert rivals._rank(facts(frames={"rivals": shops(own=5.0)})) is None
    assert rivals._rank(facts()) is None


def test_weekly_means_are_of_eight_weeks_of_ordinary_days_that_end_on_the_day():
    days = pd.DataFrame({"a": [float(day) for day in range(69, -1, -1)]}, index=last(70))
    found = rivals._weekly_means(facts(calendar=holiday(3), frames={"shop_daily": daily(70)}), days)
    assert found.index.tolist() == [ago(7 * week) for week in range(7, -1, -1)]
    assert found.loc[ago(7), "a"] == sum(range(7, 14)) / 7
    assert found.loc[ago(0), "a"] == (0 + 1 + 2 + 4 + 5 + 6) / 6
    assert found.loc[ago(49), "a"] == sum(range(49, 56)) / 7


def growing(**factors: float) -> Facts:
    """Our index level, each rival's multiplied over the last seven days; a little noise on all."""
    rng = np.random.default_rng(9)
    series = {
        name: {day: 100.0 * (factor if day < 7 else 1.0) * math.exp(rng.normal(0, 0.02)) for day in range(63)}
        for name, factor in factors.items()
    }
    return facts(frames={"rivals": shops(**series), "shop_daily": daily(63)})


def test_the_rival_that_gained_most_is_named_and_watched_when_it_is_rare():
    given = growing(own=1.0, x=1.1, y=1.6, z=0.7)
    found = rivals._gain(given, "rivals.traffic", "visitors")
    assert (found.scope, found.verdict, found.level) == ({"rival": "y"}, "worse", "watch")
    assert found.market_change == pytest.approx(0.6, abs=0.06)
    assert found.headline.startswith("y did best in traffic this week")
    assert len(found.caveats) == 1  # indices nobody could calibrate
    calm = rivals._gain(growing(own=1.0, x=1.0, y=1.01), "rivals.traffic", "visitors")
    assert calm.level == "ok"
    ahead = rivals._gain(growing(own=2.0, x=1.0), "rivals.traffic", "visitors")
    assert (ahead.verdict, ahead.level) == ("better", "ok")
    assert rivals._gain(facts(), "rivals.traffic", "visitors") is None
    alone = rivals._gain(growing(x=2.0), "rivals.traffic", "visitors")  # nothing of ours to hold it against
    assert (alone.scope, alone.verdict, alone.level) == ({"rival": "x"}, "unknown", "ok")
    assert rivals._gain(growing(x=2.0), "rivals.value", "visitor_value") is None


def test_value_per_visitor_is_told_in_its_own_words():
    found = compared(1.0, 1.0, market=0.5)
    assert rivals._said("visitor_value", "y", found)[1].startswith(
        "y did best in value per visitor this week: ▲ +50.0%"
    )
    assert rivals._said("visitors", "y", found)[0] == "Who gains traffic on us?"


def test_weeks_of_few_days_are_compared_by_their_means():
    """Figures of every Friday only: no week of days, but weekly means."""
    series = {name: {7 * week: 100.0 + week % 2 for week in range(9)} for name in ("own", "x")}
    series["x"][0] = 150.0
    found = rivals.rival_weeks(facts(frames={"rivals": shops(**series), "shop_daily": daily(63)}), "visitors")
    assert found["x"].market_change == pytest.approx(150 / ((100.0 * 2 + 101.0 * 2) / 4) - 1)


def test_rivals_are_listed_by_growth_of_sales_and_unknown_ones_last():
    weekly = {
        "a": {"visitors": 0.1}, "b": {"pay_amount": 0.2, "visitors": 0.3}, rivals.SELF: {"pay_amount": 0.5},
        "c": {"pay_amount": -0.4}, "d": {"pay_amount": 0.0},
    }  # fmt: skip
    given = facts(frames={"rivals": ranked((0, "b", 3.0), (1, "b", 9.0), (-1, "b", 1.0), (2, "c", 7.0))})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rivals, "weekly_growth", lambda _facts: weekly)
        rows = rivals.rival_table(given)
    assert [(row["label"], row["amount_change"], row["rank"]) for row in rows] == [
        ("our shop", 0.5, None), ("b", 0.2, 3.0), ("d", 0.0, None), ("c", -0.4, 7.0), ("a", None, None),
    ]  # fmt: skip
    assert rows[1]["visitors_change"] == 0.3


def test_an_index_is_calibrated_by_the_shops_own_pairs():
    assert rivals.calibration(facts(), "visitors") is None
    assert rivals.calibration(facts(frames={"rivals": shops(x=5.0)}), "visitors") is None
    assert rivals.calibration(facts(frames={"rivals": shops(own=5.0)}), "pay_amount") is None
    values = {day: 100.0 + 10 * (day % 9) for day in range(63)}
    sheet = daily(63, visitors=[values[day] ** 2 for day in range(62, -1, -1)])
    found = rivals.calibration(facts(frames={"rivals": shops(own=values), "shop_daily": sheet}), "visitors")
    assert found.kappa == pytest.approx(0.5)
    bare = replace(facts(), frames={**facts().frames, "shop_daily": daily(63).drop(columns="visitors"),
                                    "rivals": shops(own=values)})  # fmt: skip
    assert rivals.calibration(bare, "visitors") is None


def test_a_page_reads_the_kinds_it_names_and_a_page_with_rules_of_its_own_all(monkeypatch):
    name, kinds = next(iter(reads.READS.items()))
    other = next(
        kind
        for kind in ("dsr", "targets", "refunds", "rivals", "search_terms", "orders")
        if kind not in kinds
    )
    assert reads.is_read(name, next(iter(kinds)))
    assert not reads.is_read(name, other)
    assert reads.is_read("a page of nobody", other)
    monkeypatch.setattr(reads.plugins, "rules_of", lambda _name: [object()])
    assert reads.is_read(name, other)
