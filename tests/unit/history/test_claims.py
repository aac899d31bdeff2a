"""What of a report is a claim: only what a later day can prove, with its bounds."""

import datetime as dt
import json

import pytest

from shopbook.history.claims import Claim, book_of, claim_from, claims, claims_of, record
from shopbook.home import Home

DAY = "2026-09-18"


def finding(**more):
    held = {"id": "own.visitors", "scope": {}, "metric": "visitors", "interval": None, "relative": -0.15,
            "change": -0.1, "market_change": 0.05, "baseline": 100.0, "baseline_days": ["2026-09-11"],
            "comparator": "market", "week": None, "verdict": "worse", "level": "ok", "next_step": "",
            "due": "", "figures": [], "value": 90.0}  # fmt: skip
    return held | more


def told(*findings, notebook="daily/own", **tables):
    report = {"date": DAY, "notebook": notebook, "findings": list(findings), "tables": tables}
    return list(claims_of(report))


RANGE = [-0.2, -0.1]


def test_a_daily_range_claims_where_the_figure_lies_against_its_baseline():
    [found] = told(finding(interval=RANGE, week={"verdict": "better"}, level="act"))
    assert (found.sort, found.day, found.rule, found.metric) == ("range", DAY, "own.visitors", "visitors")
    assert (found.value, found.low, found.high) == (-0.15, -0.2, -0.1)
    assert (found.verdict, found.level) == ("worse", "act")
    assert found.about == {"baseline": 100.0, "baseline_days": ["2026-09-11"], "change": -0.1,
                           "market_change": 0.05, "comparator": "market", "week": "better"}  # fmt: skip


def test_without_a_comparator_the_change_itself_is_claimed_and_a_missing_week_is_undecided():
    [found] = told(finding(interval=RANGE, relative=None))
    assert (found.value, found.about["week"]) == (-0.1, "")
    assert told(finding(interval=RANGE, relative=0.0))[0].value == 0.0


@pytest.mark.parametrize(
    ("notebook", "more"),
    [("weekly/week", {}), ("daily/own", {"interval": None}), ("daily/own", {"baseline_days": []})],
)
def test_a_range_of_another_page_or_without_days_to_compare_with_claims_nothing(notebook, more):
    assert told(finding(**{"interval": RANGE} | more), notebook=notebook) == []


@pytest.mark.parametrize(
    ("step", "level", "claimed"),
    [("call", "act", True), ("call", "watch", True), ("call", "ok", False), ("", "act", False)],
)
def test_an_open_step_claims_that_it_helps(step, level, claimed):
    found = told(finding(next_step=step, level=level, due="2026-09-20"))
    assert [(each.sort, dict(each.about)) for each in found] == [
        ("action", {"due": "2026-09-20", "step": step})
    ] * claimed
    assert all((each.value, each.low, each.high) == (None, None, None) for each in found)


def month(**more):
    figures = [{"name": name, "value": value} for name, value in (("target", 200.0), ("forecast", 190.0))]
    return finding(id="targets.month", interval=[-0.1, 0.05], figures=figures, baseline_days=[]) | more


def test_a_forecast_claims_the_months_sales_between_the_ends_of_its_range():
    [found] = told(month(), notebook="monthly/month")
    assert (found.sort, found.value, found.low, found.high) == ("forecast", 190.0, 180.0, 210.0)
    assert found.about == {"reached": 90.0}


@pytest.mark.parametrize(
    "more", [{"interval": None}, {"figures": []}, {"id": "targets.year"},
             {"figures": [{"name": "target", "value": 200.0}]},
             {"figures": [{"name": "forecast", "value": 200.0}]}]
)  # fmt: skip
def test_a_month_without_range_target_or_forecast_claims_nothing(more):
    assert told(month(**more), notebook="monthly/month") == []


def stage(**more):
    return {"item_id": "7", "basis": "visitors", "level": 80.0, "ahead_low": 60.0, "ahead_high": 90.0,
            "ahead_direction": "rises", "stage": "growth"} | more  # fmt: skip


def test_a_stage_claims_the_mean_week_of_the_weeks_ahead():
    [found] = told(stages=[stage()], ahead=[{"week": "2026-09-21"}, {"week": "2026-09-28"}])
    assert (found.sort, found.scope, found.verdict) == ("stage", {"item_id": "7"}, "rises")
    assert (found.value, found.low, found.high) == (80.0, 60.0, 90.0)
    assert found.about == {"stage": "growth", "weeks": ["2026-09-21", "2026-09-28"]}
    assert told(stages=[stage(ahead_low=0.0)])[0].low == 0.0


@pytest.mark.parametrize("more", [{"ahead_low": None}, {"basis": "units"}])
def test_a_stage_of_units_or_without_a_range_claims_nothing(more):
    assert told(stages=[stage(**more)]) == []


@pytest.mark.parametrize(
    ("days", "units", "claimed"), [(4.0, 9.0, True), (None, 9.0, False), (4.0, 0.0, False), (0.0, 9.0, False)]
)
def test_stock_claims_the_days_until_it_is_gone(days, units, claimed):
    found = told(stock=[{"item_id": "7", "stock_days": days, "stock_units": units}])
    assert [(each.sort, each.value, each.scope) for each in found] == [
        ("date", days, {"item_id": "7"})
    ] * claimed


def test_claims_up_to_a_day_are_the_newest_of_each_by_day_and_rule(tmp_path):
    home = Home(tmp_path, tmp_path / "data")

    def keep(day, rule, relative):
        found = finding(id=rule, interval=RANGE, relative=relative)
        report = {"date": day, "notebook": "daily/own", "findings": [found], "tables": {}}
        return record(home, "a", json.loads(json.dumps(report)))

    made = [
        keep("2026-09-18", "own.b", -0.1), keep("2026-09-17", "own.c", -0.2),
        keep("2026-09-18", "own.a", -0.3), keep("2026-09-18", "own.b", -0.4),
        keep("2026-09-18", "own.b", -0.4),
    ]  # fmt: skip
    assert made == [1, 1, 1, 1, 0]
    found = claims(home, "a", dt.date(2026, 9, 18))
    assert [(each.day, each.rule, each.value) for each in found] == [
        ("2026-09-17", "own.c", -0.2), ("2026-09-18", "own.a", -0.3), ("2026-09-18", "own.b", -0.4),
    ]  # fmt: skip
    assert len(claims(home, "a", dt.date(2026, 9, 17))) == 1
    assert claims(home, "b", dt.date(2026, 9, 18)) == []
    assert record(home, "b", {"date": DAY, "notebook": "daily/own", "findings": [], "tables": {}}) == 0
    assert not book_of(home, "b").exists()


def test_parts_of_a_shop_are_claims_of_their_own():
    one, other = (Claim("range", DAY, "own.source", "visitors", {"channel": name}) for name in "ab")
    assert one.key != other.key
    assert one.key == Claim("range", DAY, "own.source", "visitors", {"channel": "a"}, value=9.0).key


@pytest.mark.parametrize("wrong", [{"sort": "wish"}, {"scope": "a"}, {"day": "2026-13-01"}])
def test_a_line_of_another_schema_is_no_claim(wrong):
    line = vars(Claim("range", DAY, "own.visitors"))
    assert claim_from(line) == Claim("range", DAY, "own.visitors")
    with pytest.raises(ValueError, match=r"range|wish|month"):
        claim_from({**line, **wrong})
