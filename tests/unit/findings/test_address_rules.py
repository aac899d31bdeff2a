"""The rows behind a figure: which thing, days and arithmetic; and what the record of a report holds."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from shopbook.findings.addresses import Addresses, about
from shopbook.findings.finding import Cause, Finding, Report, read_report, worst_first
from typed import DAY, USUAL, ago, table

NAN = float("nan")


def of(finding: Finding, **frames: pd.DataFrame) -> Addresses:
    return Addresses(finding, frames, DAY, list(frames))


def finding(metric: str = "visitors", value: float | None = None, **values: object) -> Finding:
    return Finding("own.visitors", "?", "…", metric=metric, value=value, **values)


def where(found: Addresses, name: str = "value") -> list[tuple]:
    return [(each.kind, each.first_day, each.last_day, each.columns, each.rows) for each in found.of(name)]


def iso(days: int) -> str:
    return ago(days).date().isoformat()


SHOP = table("date visitors pay_buyers pay_amount", *((day, 100.0 + day, 10.0, 500.0) for day in range(60)))


@pytest.mark.parametrize(
    ("value", "first", "last", "rows"),
    [
        pytest.param(100.0, 0, 0, 1, id="the day"),
        pytest.param(103.0, 6, 0, 7, id="the mean of the week, asked before any single earlier day"),
        pytest.param(sum(range(100, 107)), 6, 0, 7, id="the sum of the week"),
        pytest.param(sum(range(106, 113)), 12, 6, 7, id="of the week that ended six days ago"),
        pytest.param(sum(range(107, 114)), 59, 0, 60, id="of one that ended earlier: not sought"),
        pytest.param(110.0, 10, 10, 1, id="a single day"),
    ],
)
def test_a_value_leads_to_the_first_days_that_give_it(value, first, last, rows):
    names = ("visitors",) if rows < 60 else ()
    assert where(of(finding(value=value), shop_daily=SHOP)) == [
        ("shop_daily", iso(first), iso(last), names, rows)
    ]


@pytest.mark.parametrize(("back", "found"), [(1, True), (14, True), (15, False)])
def test_a_value_of_a_late_report_is_sought_for_two_weeks(back, found):
    rows = SHOP.assign(visitors=[999.0 if day == back else 7.0 for day in range(60)])
    assert where(of(finding(value=999.0), shop_daily=rows)) == [
        ("shop_daily", iso(back), iso(back), ("visitors",), 1) if found
        else ("shop_daily", iso(59), iso(0), (), 60)
    ]  # fmt: skip


def test_a_number_no_rows_give_leads_to_all_that_was_read():
    assert where(of(finding(value=0.123), shop_daily=SHOP)) == [("shop_daily", iso(59), iso(0), (), 60)]
    for value in (None, NAN):
        assert of(finding(value=value), shop_daily=SHOP).value == ()


def test_a_baseline_leads_to_its_own_days():
    days = tuple(day.isoformat() for day in USUAL)
    given = finding(value=100.0, baseline=(107 + 114 + 121 + 128) / 4, baseline_days=days)
    found = of(given, shop_daily=SHOP)
    assert where(found, "baseline") == [("shop_daily", iso(28), iso(7), ("visitors",), 4)]
    assert [row[1] for row in where(found, "change")] == [iso(0), iso(28)]
    assert of(finding(baseline=117.5), shop_daily=SHOP).baseline == ()


def test_a_change_without_both_sides_and_any_other_figure_lead_to_all():
    found = of(finding(value=100.0, baseline=0.5, baseline_days=(iso(7),)), shop_daily=SHOP)
    whole = [("shop_daily", iso(59), iso(0), (), 60)]
    assert (where(found, "change"), where(found, "relative")) == (whole, whole)
    no_value = of(finding(value=0.5, baseline=107.0, baseline_days=(iso(7),)), shop_daily=SHOP)
    assert where(no_value, "change") == whole


def test_a_ratio_leads_to_its_two_parts_and_to_nothing_without_the_lower_one():
    found = where(of(finding("pay_conversion_rate", 10 / 100), shop_daily=SHOP))
    assert found == [("shop_daily", iso(0), iso(0), ("pay_buyers", "visitors"), 1)]
    nobody = SHOP.assign(visitors=0.0)
    assert of(finding("pay_conversion_rate", 0.1), shop_daily=nobody).value == ()


def test_a_ratio_is_of_the_rows_that_know_both_parts():
    rows = table(
        "date item_id pay_buyers visitors", (0, "1", 1.0, 10.0), (0, "1", NAN, 90.0), (0, "1", 2.0, 20.0)
    )
    found = where(of(finding("pay_conversion_rate", 3 / 30), item_daily=rows))
    assert found == [("item_daily", iso(0), iso(0), ("pay_buyers", "visitors"), 3)]


def test_the_mean_of_a_row_and_of_a_day_both_lead_to_the_rows():
    rows = table("date visitors", (0, 10.0), (0, 20.0), (7, 30.0), (7, 40.0))
    days = (iso(7), iso(0))
    for value in (100.0, 25.0, 50.0):  # all, by row, by day
        found = of(finding(baseline=value, baseline_days=days), flow_source=rows)
        assert where(found, "baseline") == [("flow_source", iso(7), iso(0), ("visitors",), 4)]


def test_the_shorter_table_is_looked_into_first():
    short = table("date visitors", (0, 100.0))
    assert where(of(finding(value=100.0), shop_daily=SHOP, item_daily=short))[0][0] == "item_daily"


def test_frames_of_a_longer_past_go_by_the_kind_they_hold_and_others_are_none():
    found = of(finding(value=100.0), item_past=SHOP, nonsense=SHOP, stock=SHOP[:0])
    assert where(found) == [("item_daily", iso(0), iso(0), ("visitors",), 1)]
    assert [each.kind for each in found.whole] == ["item_daily"]


def test_only_the_exports_a_rule_read_are_asked_and_all_where_that_is_not_known():
    frames = {"shop_daily": SHOP, "item_daily": SHOP[:1]}
    one = Addresses(finding(value=100.0), frames, DAY, ["shop_daily"])
    every = Addresses(finding(value=100.0), frames, DAY, [])
    assert ([each.kind for each in one.whole], len(every.whole)) == (["shop_daily"], 2)


def test_a_table_without_days_is_of_the_report_day():
    rows = pd.DataFrame({"metric": ["visitors"], "value": [7.0]})
    assert where(of(finding(value=7.0), targets=rows)) == [("targets", iso(0), iso(0), ("value",), 1)]


def test_of_a_market_each_category_is_asked():
    rows = table("date category metric value", (0, "a", "visitors", 5.0), (0, "b", "visitors", 6.0))
    assert where(of(finding(value=6.0), market=rows)) == [("market", iso(0), iso(0), ("value",), 1)]
    assert where(of(finding(value=11.0), market=rows))[0][4] == 2


def test_rows_are_about_the_thing_and_the_metric():
    rows = pd.DataFrame({"item_id": ["1", "1", "2"], "metric": ["a", "b", "a"], "value": [1.0, 2.0, 3.0]})
    assert about(rows, {"item_id": "1"}, "a")["value"].tolist() == [1.0]
    assert about(rows, {"item_id": "1"}, "")["value"].tolist() == [1.0, 2.0]
    assert about(rows, {}, "a")["value"].tolist() == [1.0, 3.0]
    assert about(rows, {}, "")["value"].tolist() == [1.0, 2.0, 3.0]
    assert about(rows[["value"]], {"item_id": "1"}, "a") is None
    assert about(rows[["value"]], {}, "a")["value"].tolist() == [1.0, 2.0, 3.0]


def test_a_long_table_of_entities_is_asked_for_the_item():
    rows = pd.DataFrame({"entity": ["1", "2"], "metric": "item_rating", "value": [4.5, 4.6]})
    assert about(rows, {"item_id": "2"}, "item_rating")["value"].tolist() == [4.6]
    assert about(rows, {"plan": "2"}, "item_rating")["value"].tolist() == [4.5, 4.6]


def ranked(*given: Finding) -> list[str]:
    return [each.question for each in worst_first(list(given))]


def one(name: str, **values: object) -> Finding:
    return Finding("x", name, "…", **{"level": "watch", "verdict": "worse", "comparator": "market", **values})


def test_findings_come_by_level_verdict_comparator_and_size():
    small, large = one("small", relative=-0.1), one("large", relative=-0.4)
    calm, alone = one("calm", level="ok", relative=-0.9), one("alone", comparator="none", change=-0.9)
    unsure, better, same = (one(name, verdict=name, relative=-0.9) for name in ("unknown", "better", "same"))
    assert ranked(same, better, unsure, alone, small, large, calm, one("act", level="act")) == [
        "act", "large", "small", "alone", "unknown", "better", "same", "calm",
    ]  # fmt: skip
    unlike = one("a", relative=None, change=0.1), one("b", relative=0.2), one("c", relative=0.0, change=0.3)
    assert ranked(*unlike) == ["c", "b", "a"]


@pytest.mark.parametrize("lacking", ["owner", "next_step", "due"])
def test_an_action_without_owner_step_or_day_is_no_report(lacking):
    whole = {"owner": "service", "next_step": "call", "due": "2026-09-26"}
    Report("t", "2026-09-25", "brief", "en", "…", findings=(one("x", level="act", **whole),))
    Report("t", "2026-09-25", "brief", "en", "…", findings=(one("x", **{**whole, lacking: ""}),))
    with pytest.raises(ValueError, match="act"):
        Report(
            "t", "2026-09-25", "brief", "en", "…", findings=(one("x", level="act", **{**whole, lacking: ""}),)
        )


def test_a_record_holds_plain_values_and_nothing_unknown_is_a_number():
    cause = Cause({"item_id": "1"}, np.float64("inf"), np.float32(0.5))
    tables = {
        "t": [{"a": np.int64(3), "b": NAN, "c": True, "d": ago(0).date(), "e": np.bool_(True), 7: (1, 2.5)}]
    }
    made = Report("t", "2026-09-25", "brief", "en", "…", findings=(one("x", causes=(cause,)),), tables=tables)
    body = made.to_json()
    assert body["tables"]["t"] == [
        {"a": 3, "b": None, "c": True, "d": "2026-09-25", "e": True, "7": [1, 2.5]}
    ]
    told = body["findings"][0]["causes"][0]
    assert (told["effect"], told["share"]) == (None, 0.5)
    assert type(told["share"]) is float
    assert body["version"] == Report(**vars(made)).to_json()["version"]
    assert math.isclose(body["schema"], 2)


def test_a_published_record_is_read_whole_or_not_at_all(tmp_path):
    made = Report("t", "2026-09-25", "brief", "en", "…", findings=(one("x"),)).to_json()
    path = tmp_path / "findings.json"

    def read(**changed: object) -> bool:
        path.write_text(json.dumps({**made, **changed}), encoding="utf-8")
        return read_report(path) is not None

    row = made["findings"][0]
    assert read()
    assert read(findings=[])
    assert read(findings=[{name: each for name, each in row.items() if name not in ("week", "figures")}])
    assert not read(findings=[row, {name: each for name, each in row.items() if name != "owner"}])
    assert not read(findings=[row, "x"])
    assert not read(findings={"a": row})
    assert not read(findings=None)
    assert not read(date=20260925)
    assert not read(date=None)
    assert read_report(tmp_path / "nothing.json") is None
