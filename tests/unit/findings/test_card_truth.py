"""What a claim is held against, and where right ends: typed days, outcomes reckoned by hand."""

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from shopbook.analysis.scoring import Truth
from shopbook.days import Calendar
from shopbook.findings.facts import Facts
from shopbook.findings.periodic import card
from shopbook.findings.periodic.card import Scored
from shopbook.history.answers import Answer
from shopbook.history.claims import Claim
from shopbook.params import ShopSettings, rules

TODAY = dt.date(2026, 9, 30)
THURSDAY = dt.date(2026, 8, 6)
NAN = math.nan


pytestmark = pytest.mark.usefixtures("english")


def facts(day: dt.date = TODAY, special: Sequence[dt.date] = (), **frames: pd.DataFrame) -> Facts:
    """A shop with these frames and these days that are no evidence."""
    names = ("shop_daily", "market", "peers", "item_daily", "stock")
    settings = ShopSettings(id="t", category="cups")
    made = Facts(settings, day, {**dict.fromkeys(names, pd.DataFrame()), **frames}, Calendar(()), rules())
    made.__dict__["special_days"] = set(special)
    return made


def days(first: str, values: Sequence[float], **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"date": pd.date_range(first, periods=len(values)), **columns, "value": values})


# -- the range, the direction, the alarm


def ranged(value: float | None = -0.2, low: float | None = -0.3, high: float | None = -0.1, **more) -> Claim:
    about = {"baseline": 100.0, "baseline_days": ["2026-07-30"], "change": None, "market_change": None,
             "comparator": "none", "week": ""}  # fmt: skip
    held = {"verdict": "worse", "level": "act", "day": str(THURSDAY), "rule": "own.visitors",
            "scope": {}} | more  # fmt: skip
    about |= held.pop("about", {})
    return Claim("range", held["day"], held["rule"], "visitors", held["scope"], value, low, high,
                 held["verdict"], held["level"], about)  # fmt: skip


def questions(claim: Claim, truth: Truth | None = None) -> dict[str, bool | None]:
    return {each.question: each.right for each in card._ranges(claim, truth, {})}


@pytest.mark.parametrize(
    ("more", "asked"),
    [({}, ["range", "sign", "alarm"]), ({"level": "watch"}, ["range", "sign"]),
     ({"verdict": "better"}, ["range", "sign", "alarm"]), ({"verdict": "unknown"}, ["range"]),
     ({"value": None}, []), ({"low": None}, []), ({"high": None}, []), ({"value": -1.0}, []),
     ({"value": -0.99, "low": -1.0}, ["range", "sign", "alarm"]),
     ({"value": 0.5}, ["range", "sign", "alarm"])],
)  # fmt: skip
def test_a_decided_range_is_asked_for_its_direction_and_an_alarm_for_its_week(more, asked):
    assert questions(ranged(**more)) == dict.fromkeys(asked)


def test_a_range_holds_when_the_later_level_lies_in_it_and_a_direction_when_it_is_not_turned():
    fell, rose = Truth(math.log(0.8), 4), Truth(math.log(1.5), 4)
    assert questions(ranged(), fell) == {"range": True, "sign": True, "alarm": None}
    assert questions(ranged(), rose) == {"range": False, "sign": False, "alarm": None}


@pytest.mark.parametrize(("back", "seen"), [(5, None), (6, True), (7, True), (8, True), (9, None)])
def test_an_alarm_is_held_against_the_week_of_a_report_six_to_eight_days_later(back, seen):
    later = ranged(day=str(THURSDAY + dt.timedelta(days=back)), about={"week": "worse"})
    assert card._confirmed(ranged(), {("own.visitors", later.day): later}) is seen


def test_one_week_of_the_same_direction_confirms_and_an_undecided_report_says_nothing():
    reports = {
        ("own.visitors", str(THURSDAY + dt.timedelta(days=back))): ranged(about={"week": word})
        for back, word in ((6, "better"), (7, ""), (8, "worse"))
    }
    assert card._confirmed(ranged(), reports) is True
    assert card._confirmed(ranged(verdict="better"), reports) is True
    only = {("own.visitors", str(THURSDAY + dt.timedelta(days=7))): ranged(about={"week": ""})}
    assert card._confirmed(ranged(), only) is None


# -- the level that followed


def visits(**by_weekday: float) -> pd.DataFrame:
    """Eight weeks around the claim: 100 visitors a day up to it, after it what a weekday is given."""
    table = days("2026-07-06", [100.0] * 70)
    after = table["date"] > pd.Timestamp(THURSDAY)
    values = table["date"].dt.day_name().map(by_weekday).where(after).fillna(100.0)
    return pd.DataFrame({"date": table["date"], "visitors": values})


def test_a_claim_is_held_against_the_weekday_that_its_baseline_has():
    shop = facts(shop_daily=visits(Thursday=200.0, Wednesday=400.0, Friday=50.0))
    assert card._truth(shop, ranged()) == Truth(pytest.approx(math.log(2)), 4)
    assert card._truth(
        facts(shop_daily=shop.frames["shop_daily"], special=[dt.date(2026, 8, 13)]), ranged()
    ) == Truth(pytest.approx(math.log(2)), 3)
    # What ripens a day later is of Wednesday: its Wednesdays after are looked at, the first a week on.
    ripe = ranged(about={"baseline_days": ["2026-07-22", "2026-07-29"]})
    assert card._truth(shop, ripe) == Truth(pytest.approx(math.log(4)), 4)


def test_of_a_part_of_the_shop_of_no_baseline_and_of_an_unknown_figure_nothing_is_known():
    shop = facts(shop_daily=visits(Thursday=200.0))
    assert card._truth(shop, ranged(scope={"item_id": "1"})) is None
    assert card._truth(shop, ranged(about={"baseline": None})) is None
    assert card._truth(shop, ranged(about={"baseline": 0.0})) is None
    assert card._truth(facts(shop_daily=visits()[["date"]]), ranged()) is None


def market_rows(after: float) -> pd.DataFrame:
    rows = visits(**dict.fromkeys(("Thursday", "Wednesday"), after)).rename(columns={"visitors": "value"})
    return rows.assign(category="cups", metric="visitors", value_type="value")


def peer_rows(after: float) -> pd.DataFrame:
    return market_rows(after).rename(columns={"value": "peer_avg"})


@pytest.mark.parametrize(
    ("comparator", "level"),
    # The shop made three times as much; its market twice, its peers four times.
    [("none", math.log(3)), ("market", math.log(3 / 2)), ("peers", math.log(3 / 4)), ("nobody", math.log(3))],
)
def test_what_followed_is_less_what_the_comparator_of_the_claim_made(comparator, level):
    shop = facts(shop_daily=visits(Thursday=300.0), market=market_rows(200.0), peers=peer_rows(400.0))
    found = card._truth(shop, ranged(about={"comparator": comparator}))
    assert found == Truth(pytest.approx(level), 4)


def test_the_market_counts_with_the_coefficient_that_the_claim_was_made_with():
    # The market rose by a half, the shop's own 20% were 20% less half of the market's step (log).
    about = {"comparator": "market", "change": 0.2, "market_change": 0.5}
    claim = ranged(1.2 / 1.5**0.5 - 1, about=about)
    shop = facts(shop_daily=visits(Thursday=300.0), market=market_rows(200.0))
    assert card._truth(shop, claim) == Truth(pytest.approx(math.log(3) - math.log(2) / 2), 4)


def test_a_claim_about_the_market_is_held_against_the_market():
    shop = facts(shop_daily=visits(Thursday=300.0), market=market_rows(200.0))
    assert card._truth(shop, ranged(rule="market.visitors")) == Truth(pytest.approx(math.log(2)), 4)


# -- the forecast of a month


def forecast(value: float | None = 3300.0, low=3000.0, high=3600.0, reached=1200.0) -> Claim:
    return Claim("forecast", "2026-09-10", "targets.month", "pay_amount", {}, value, low, high,
                 about={"reached": reached})  # fmt: skip


def sales(september: Sequence[float] = (100.0,) * 30) -> pd.DataFrame:
    """September's sales, with other months on both sides."""
    values = [999.0] * 31 + list(september) + [999.0] * 5
    return pd.DataFrame({"date": pd.date_range("2026-08-01", periods=len(values)), "pay_amount": values})


def test_a_forecast_is_off_by_its_log_distance_and_the_plain_one_draws_todays_pace_on():
    found = card._forecast(facts(shop_daily=sales()), forecast())
    # 3,000 were sold; 1,200 in ten days would have made 3,600 in thirty.
    assert (found.right, found.error, found.naive) == (
        True, pytest.approx(math.log(1.1)), pytest.approx(math.log(1.2)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "right"),
    [(3000.0, 3600.0, True), (3000.1, 3600.0, False), (2000.0, 3000.0, True), (2000.0, 2999.9, False),
     (None, 3600.0, False), (2000.0, None, False)],
)  # fmt: skip
def test_a_forecast_holds_when_the_month_ends_within_its_range(low, high, right):
    assert card._forecast(facts(shop_daily=sales()), forecast(low=low, high=high)).right is right


@pytest.mark.parametrize(
    ("day", "september", "more"),
    [(TODAY - dt.timedelta(days=1), [100.0] * 30, {}), (TODAY, [100.0] * 29 + [NAN], {}),
     (TODAY, [0.0] * 30, {}), (TODAY, [100.0] * 30, {"value": None}), (TODAY, [100.0] * 30, {"value": 0.0}),
     (TODAY, [100.0] * 30, {"reached": None}), (TODAY, [100.0] * 30, {"reached": 0.0})],
    ids=["not over", "a day not known", "no sales", "no value", "none", "nothing said", "nothing reached"],
)  # fmt: skip
def test_a_month_that_is_not_known_whole_scores_no_forecast(day, september, more):
    found = card._forecast(facts(day, shop_daily=sales(september)), forecast(**more))
    assert (found.right, found.error) == (None, None)


# -- the next weeks of an item


def stage(low: float | None = 60.0, high: float | None = 100.0, value: float | None = 34.0, **more) -> Claim:
    weeks = more.get("weeks", ["2026-09-14", "2026-09-21"])
    return Claim("stage", "2026-09-10", "lifecycle.stage_change", "item_visitors", {"item_id": "7"}, value,
                 low, high, about={"weeks": weeks})  # fmt: skip


def seen(values: Sequence[float] = (10.0,) * 14) -> pd.DataFrame:
    """Visitors of item 7 in the two weeks, more of them around, and another item."""
    rows = days("2026-09-12", [99.0, 99.0, *values, 99.0], item_id="7")
    return pd.concat([rows, rows.assign(item_id="8", value=50.0)]).rename(columns={"value": "item_visitors"})


def test_a_stage_is_held_against_the_mean_of_its_weeks():
    found = card._stage(facts(item_daily=seen()), stage())
    assert found.right is True
    assert found.error == pytest.approx(math.log(81 / 71))  # the middle of 60 and 100, each of them one more
    assert found.naive == pytest.approx(math.log(71 / 35))
    without = card._stage(facts(item_daily=seen()), stage(value=None))
    assert without.naive == pytest.approx(math.log(71))


@pytest.mark.parametrize(
    ("low", "high", "right"),
    [(70.0, 90.0, True), (70.1, 90.0, False), (50.0, 70.0, True), (50.0, 69.9, False), (None, 90.0, None),
     (50.0, None, None)],
)  # fmt: skip
def test_a_stage_holds_when_its_mean_week_lies_in_the_range(low, high, right):
    assert card._stage(facts(item_daily=seen()), stage(low, high)).right is right


def test_a_stage_waits_for_the_sunday_of_its_last_week():
    sunday = dt.date(2026, 9, 27)
    shop = facts(item_daily=seen())
    assert card._stage(facts(sunday, item_daily=seen()), stage()).right is True
    assert card._stage(facts(sunday - dt.timedelta(days=1), item_daily=seen()), stage()).right is None
    assert card._stage(shop, stage(weeks=[])).right is None
    assert card._stage(facts(item_daily=seen([NAN] * 14)), stage()).right is None
    assert card._stage(facts(item_daily=seen().drop(columns="item_visitors")), stage()).right is None


def test_a_day_an_item_report_lacks_is_a_day_without_visitors():
    assert card._stage(facts(item_daily=seen([10.0] * 7 + [NAN] * 7)), stage(34.9, 35.1)).right is True


# -- the day stock ends


def left(units: Sequence[float], first: str = "2026-09-01") -> pd.DataFrame:
    return days(first, units, item_id="7").rename(columns={"value": "stock_units"})


def ends_in(count: int) -> pd.DataFrame:
    """Stock of item 7 that is gone `count` days after 1 September, another item's that never is."""
    rows = left([float(count - n) for n in range(count + 1)])
    return pd.concat([rows, rows.assign(item_id="8", stock_units=5.0)])


def dated(value: float | None) -> Claim:
    return Claim("date", "2026-09-01", "checkup.stock", "stock_units", {"item_id": "7"}, value)


@pytest.mark.parametrize(
    ("said", "ended", "right"),
    # Within 30% of the days that were left, and never less than one day.
    [(10.0, 7, True), (10.0, 6, False), (10.0, 13, True), (10.0, 14, False), (2.0, 1, True), (2.0, 3, True),
     (2.0, 4, False), (2.5, 4, False), (1.5, 2, True)],
)  # fmt: skip
def test_a_sell_out_day_is_right_within_a_third_of_the_days_left_or_one_day(said, ended, right):
    found = card._date(facts(stock=ends_in(ended)), dated(said))
    assert (found.right, found.error) == (right, abs(said - ended))


@pytest.mark.parametrize(("days_later", "right"), [(13, None), (14, False)])
def test_stock_that_stands_is_wrong_only_when_its_day_is_past_by_the_reach(days_later, right):
    day = dt.date(2026, 9, 1) + dt.timedelta(days=days_later)
    found = card._date(facts(day, stock=left([5.0] * (days_later + 1))), dated(10.0))
    assert (found.right, found.error) == (right, None)


def test_stock_that_ended_early_is_wrong_on_that_day():
    found = card._date(facts(dt.date(2026, 9, 4), stock=ends_in(3)), dated(10.0))
    assert (found.right, found.error) == (False, 7.0)


def test_stock_that_was_filled_up_or_is_not_known_scores_no_day():
    assert card._date(facts(stock=left([5.0, 4.0, 9.0, 0.0])), dated(3.0)).right is None
    assert card._date(facts(stock=ends_in(3)), dated(None)).right is None
    assert card._date(facts(stock=ends_in(3)[["date", "item_id"]]), dated(3.0)).right is None


def test_a_day_without_a_count_is_no_day_without_stock_and_the_last_row_of_a_day_counts():
    rows = left([5.0, NAN, 1.0, 0.0])
    assert card._date(facts(stock=rows), dated(3.0)).right is True
    twice = pd.concat([left([5.0, 0.0]), left([4.0], "2026-09-02"), left([0.0], "2026-09-04")])
    assert card._date(facts(stock=twice), dated(3.0)).error == 0.0


# -- what acting did


@pytest.mark.parametrize(
    ("value", "part", "right"),
    [(-0.5, 0.49, True), (-0.5, 0.5, False), (-0.5, -0.2, True), (0.5, 0.49, True), (0.5, 0.5, False),
     (-0.999, 0.1, True)],
)  # fmt: skip
def test_an_action_helped_when_less_than_half_of_the_gap_is_left(value, part, right):
    truth = Truth(part * math.log1p(value), 4)
    found = card._action(facts(), ranged(), ranged(value), truth, True)
    assert (found.question, found.right, found.is_done) == ("action", right, True)


@pytest.mark.parametrize("shown", [None, ranged(None), ranged(-1.0)])
def test_without_the_figure_that_called_for_it_an_action_is_not_scored(shown):
    truth = Truth(-0.1, 4)
    assert card._action(facts(), ranged(), shown, truth, True) == Scored(
        ranged(), "action", None, is_done=True
    )
    assert card._action(facts(), ranged(), ranged(), None, False).right is None


def test_every_claim_is_asked_for_what_it_is_and_only_done_answers_are_done():
    shop = facts(shop_daily=visits(Thursday=80.0))
    act = Claim("action", str(THURSDAY), "own.visitors", "visitors", {})
    issued = [
        ranged(),
        ranged(scope={"item_id": "7"}, verdict="unknown"),
        act,
        forecast(),
        stage(),
        dated(3.0),
    ]
    found = card.scores(shop, issued, [Answer("1", "done", str(THURSDAY), "", rule="own.visitors")])
    assert [(each.question, each.right) for each in found] == [
        ("range", True), ("sign", True), ("alarm", None), ("range", None), ("action", False),
        ("forecast", None), ("stage", None), ("date", None),
    ]  # fmt: skip
    assert [each.is_done for each in found if each.question == "action"] == [True]
    again = card.scores(shop, [ranged(), act], [Answer("1", "false", str(THURSDAY), "", rule="own.visitors")])
    assert not again[-1].is_done
    part = Claim("action", str(THURSDAY), "own.visitors", "visitors", {"item_id": "7"})
    assert card.scores(shop, [ranged(), part])[-1].right is None


# -- the rows of the card


def scored(
    question: str, *rights: bool | None, rule="own.visitors", day="2026-08-06", **more
) -> list[Scored]:
    claim = Claim("range", day, rule, "visitors")
    return [Scored(claim, question, right, **more) for right in rights]


def test_a_row_counts_what_was_issued_scored_right_done_and_made_good():
    each = [
        *scored("action", True, False, None, is_done=True), *scored("action", True, error=0.2, naive=0.5),
        *scored("action", False, error=0.4, naive=0.1), *scored("action", None, error=9.0, naive=9.0),
    ]  # fmt: skip
    row = card._row(facts(), ("action", "own.visitors"), each)
    counts = ("issued", "scored", "right", "share", "done", "recovered")
    assert [row[name] for name in counts] == [6, 4, 2, 0.5, 3, 1]
    assert (row["error"], row["naive"]) == (pytest.approx(0.3), pytest.approx(0.3))
    assert (row["promised"], row["worse"], row["state"]) == (None, False, "")


@pytest.mark.parametrize(
    ("question", "rights", "promised", "state"),
    [("range", [True] * 9 + [False], 0.9, "as promised"), ("sign", [True] * 4, 0.95, "as promised"),
     # Four neighbours count as one: none of one comes once in ten, none of three once in a thousand.
     ("stage", [False] * 7, 0.9, "as promised"), ("stage", [False] * 12, 0.9, "worse than promised"),
     ("forecast", [], 0.9, ""), ("alarm", [False] * 40, None, ""), ("forecast", [None], 0.9, "")],
)  # fmt: skip
def test_a_rule_is_worse_than_promised_when_chance_makes_so_few_right_ones_once_in_a_hundred(
    question, rights, promised, state
):
    row = card._row(facts(), (question, "own.visitors"), scored(question, *rights) or scored(question, None))
    assert (row["promised"], row["state"]) == (promised, state)
    assert row["worse"] == (state == "worse than promised")


def test_rows_stand_by_question_and_rule_and_once_more_by_quarter():
    each = [
        *scored("sign", True), *scored("range", True, day="2026-10-01"),
        *scored("range", False, rule="market.visitors"),
        *scored("range", False, None, day="2026-09-30"), *scored("range", True, day="2026-07-01"),
    ]  # fmt: skip
    found = card.tables(facts(), each)
    assert [(row["question"], row["rule"], row["issued"], row["right"]) for row in found["rules"]] == [
        ("range", "market.visitors", 1, 0), ("range", "own.visitors", 4, 2), ("sign", "own.visitors", 1, 1),
    ]  # fmt: skip
    assert [(row["quarter"], row["question"], row["rule"], row["issued"]) for row in found["quarters"]] == [
        ("2026-Q3", "range", "market.visitors", 1), ("2026-Q3", "range", "own.visitors", 3),
        ("2026-Q4", "range", "own.visitors", 1), ("2026-Q3", "sign", "own.visitors", 1),
    ]  # fmt: skip


def row(label: str = "a", **more: Any) -> dict[str, Any]:
    held = {"question": "range", "label": label, "scored": 10, "right": 9, "share": 0.9, "promised": 0.9,
            "worse": False, "error": None, "naive": None}  # fmt: skip
    return held | more


def test_the_card_says_what_share_held_of_what_was_promised():
    rows = [row(), row(scored=30, right=21, share=0.7), row(promised=None, scored=99, right=0),
            row(scored=0, right=0, share=None)]  # fmt: skip
    [found] = card.card_findings(facts(), rows)
    assert found.headline == "30 of 40 claims whose outcome is known held (75%)"
    assert (found.value, found.level, found.verdict) == (0.75, "ok", "unknown")
    assert card.card_findings(facts(), rows[2:]) == []


def test_of_rules_that_break_their_promise_the_one_farthest_from_it_is_named():
    rows = [row("a", share=0.5, right=5, worse=True), row("c", share=0.1),
            row("b", share=0.52, promised=0.95, right=6, worse=True)]  # fmt: skip
    [found] = card.card_findings(facts(), rows)
    assert found.headline == "b breaks its promise: the range held 6 of 10 times (52% of 95%)"
    assert (found.level, found.verdict) == ("watch", "worse")


@pytest.mark.parametrize(
    ("error", "naive", "count", "level"),
    [(0.2, 0.1, 4, "watch"), (0.2, 0.1, 3, "ok"), (0.1, 0.1, 4, "ok"), (0.1, 0.2, 9, "ok")],
)
def test_a_forecast_is_worse_than_none_from_four_on_that_miss_by_more_than_the_plain_one(
    error, naive, count, level
):
    forecasts = row(question="forecast", promised=None, scored=count, error=error, naive=naive)
    [found] = card.card_findings(facts(), [row(promised=None), forecasts])
    assert (found.id, found.level, found.value, found.baseline) == ("card.forecast", level, error, naive)
    assert found.verdict == ("worse" if level == "watch" else "unknown")


@pytest.mark.parametrize(
    "more", [{"scored": 0}, {"error": None}, {"naive": None}, {"question": "stage"}], ids=str
)
def test_without_a_scored_forecast_nothing_is_said_of_it(more):
    asked = {"question": "forecast", "promised": None, "error": 0.2, "naive": 0.1} | more
    assert card.card_findings(facts(), [row(**asked)]) == []


@pytest.mark.parametrize(
    ("rule", "metric", "label"),
    [("own.visitors", "", "visitors of the shop"),
     ("own.item.stock", "", "stock of one item, source or plan"),
     ("own.nothing", "pay_amount", "Sales (GMV)"), ("own.visit", "", "own.visit"),
     ("lifecycle.stage_change", "", "Item visitors a week of one item")],
)  # fmt: skip
def test_a_rule_is_called_by_the_figure_that_proves_its_step(rule, metric, label):
    assert card._label(facts(), Claim("action", "2026-08-06", rule, metric)) == label
