"""Bid more, less or stop: only what the ranges decide; which days, plans and lines they are held against."""

import math

import numpy as np
import pandas as pd
import pytest

from shopbook.findings.daily import promotion_advice, promotion_tables
from shopbook.findings.daily.promotion_advice import Lines, Range, advice_table, advised
from shopbook.findings.facts import Facts
from typed import ago, daily, facts, last, table

CLICKS = Range(0.04, 0.038, 0.042)
LINES = Lines(need=2.0, usual=0.04, mean=2.5, stop=1.0)
NAN = float("nan")


pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("roi", "clicks", "lines", "advice"),
    [
        (Range(3.0, 2.5, 3.5), CLICKS, LINES, "more"),
        (Range(3.0, 2.5, 3.5), Range(0.05, 0.048, 0.052), LINES, "feed"),
        (Range(3.0, 2.5, 3.5), Range(0.03, 0.028, 0.032), LINES, "hold"),
        (Range(2.2, 1.8, 2.6), CLICKS, LINES, "hold"),
        (Range(1.5, 1.2, 1.8), CLICKS, LINES, "less"),
        (Range(0.6, 0.4, 0.8), CLICKS, LINES, "stop"),
        (Range(0.6, 0.4, 0.8), CLICKS, Lines(None, 0.04, 2.5, None), "less"),
        (Range(3.0, 2.8, 3.5), CLICKS, Lines(None, None, 2.5, None), "more"),
        (Range(1.5, 1.2, 2.0), CLICKS, LINES, "hold"),  # a range that ends at the line holds it
        (Range(3.0, 2.0, 3.5), CLICKS, LINES, "hold"),
        (Range(0.6, 0.4, 1.0), CLICKS, LINES, "less"),
    ],
)
def test_advice_follows_the_ranges(roi, clicks, lines, advice):
    assert advised(roi, clicks, lines) == advice


def test_the_reason_names_the_line_and_a_low_click_rate():
    low = Range(0.03, 0.028, 0.032)
    high, open_ = Range(3.0, 2.5, 3.5), Range(2.2, 1.8, 2.6)
    assert promotion_advice._reason("hold", high, LINES).startswith(
        "ROI above break-even 2.00, but the click rate"
    )
    assert promotion_advice._reason("hold", open_, LINES) == "the range of ROI holds break-even 2.00"
    assert promotion_advice._reason("less", low, Lines(None, None, 2.5, None)) == "ROI below the mean 2.50"
    assert promotion_advice._range_text(Range(2.0, NAN, NAN)) == "–"
    assert promotion_advice._range_text(Range(2.0, 1.5, 2.5)) == "1.50 ~ 2.50"


NAMES = "date level ad_plan_id ad_plan_name ad_scene ad_impressions ad_clicks ad_spend ad_revenue ad_visitors"


def plan(
    key: str, roi: float, *, scene: str = "s", clicks: float = 50.0, spend: float = 100.0, days=range(60)
):
    rng = np.random.default_rng(int(key))
    return [
        (
            day,
            "plan",
            key,
            f"plan {key}",
            scene,
            1000.0,
            clicks,
            spend,
            spend * roi * math.exp(rng.normal(0, 0.1)),
            40.0,
        )
        for day in days
    ]


def shop(*plans: list[tuple], **given) -> Facts:
    rows = table(NAMES, *(row for each in plans for row in each))
    return facts(frames={"ad_report": rows, "shop_daily": daily(60)}, **given)


def test_rows_are_of_four_mature_weeks_worst_advice_first_then_by_spend():
    margin = {"shop": {"gross_margin": 0.5}}
    given = shop(plan("1", 4.0), plan("2", 0.3), plan("3", 1.5), plan("4", 1.5, spend=300.0),
                 plan("5", 4.0, clicks=2.0), plan("6", 9.0, days=range(15)), **margin)  # fmt: skip
    rows = advice_table(given, "plan")
    assert [row["ad_plan_id"] for row in rows] == ["2", "4", "3", "1", "5"]
    assert [row["advice"] for row in rows] == ["stop", "less", "less", "feed", "few"]
    first = rows[0]
    assert (first["ad_spend"], first["ad_clicks"], first["break_even"]) == (2800.0, 1400.0, 2.0)
    assert (first["ad_click_rate"], first["ad_cost_per_click"], first["ad_cost_per_visitor"]) == (
        0.05,
        2.0,
        2.5,
    )
    assert first["roi_low"] < first["ad_roi"] < first["roi_high"]
    assert advice_table(facts(), "plan") == []


@pytest.mark.parametrize(("days", "advice"), [(range(15, 22), "less"), (range(15, 21), "few")])
def test_advice_needs_a_week_of_days_and_two_hundred_clicks(days, advice):
    given = {"shop": {"gross_margin": 0.5}}
    assert advice_table(shop(plan("1", 1.2, days=days), **given), "plan")[0]["advice"] == advice
    exact = shop(plan("1", 1.2, clicks=200 / 28), **given)
    assert advice_table(shop(plan("1", 1.2, clicks=8.0), **given), "plan")[0]["advice"] == "less"
    assert advice_table(shop(plan("1", 1.2, clicks=7.0), **given), "plan")[0]["advice"] == "few"
    assert advice_table(exact, "plan")[0]["ad_clicks"] == pytest.approx(200)


def test_a_row_is_held_against_the_click_rate_of_its_scene_when_it_is_not_alone_there():
    rows = pd.DataFrame({"key": ["1", "2", "3"], "scene": ["s", "s", "alone"], "ad_clicks": [10.0, 50.0, 9.0],
                         "ad_impressions": [1000.0] * 3, "ad_spend": [1.0, 2.0, 1.0],
                         "ad_revenue": [3.0, 3.0, 6.0]})  # fmt: skip
    lines = promotion_advice._lines(facts(shop={"gross_margin": 0.25}), rows, "plan")
    assert lines["1"] == Lines(4.0, pytest.approx(0.03), pytest.approx(3.0), 2.0)
    assert lines["3"].usual is None
    unknown = promotion_advice._lines(facts(), rows, "plan")["1"]
    assert (unknown.need, unknown.stop, unknown.roi, unknown.named) == (
        None,
        None,
        unknown.mean,
        "the mean 3.00",
    )


def test_an_item_has_the_line_of_its_own_margin_where_that_is_known():
    items = pd.DataFrame(
        {"date": ago(0), "item_id": ["1"], "item_name": "x", "pay_units": 1.0, "pay_amount": 10.0}
    )
    stock = pd.DataFrame({"date": ago(0), "item_id": ["1"], "unit_cost": 2.0})
    given = facts(frames={"item_daily": items, "stock": stock}, shop={"gross_margin": 0.5})
    figures = dict.fromkeys(("ad_clicks", "ad_impressions", "ad_spend", "ad_revenue"), 1.0)
    rows = pd.DataFrame({"key": ["1", "2"], "scene": "", **figures})
    needs = {key: each.need for key, each in promotion_advice._lines(given, rows, "item").items()}
    assert needs == {
        "1": pytest.approx(1.25),
        "2": pytest.approx(1.25),
    }  # costs cover all sales: the shop's is 0.8
    stock["item_id"] = "9"
    other = facts(frames={"item_daily": items, "stock": stock}, shop={"gross_margin": 0.5})
    assert {each.need for each in promotion_advice._lines(other, rows, "item").values()} == {2.0}


def test_of_thousands_of_rows_the_two_hundred_with_most_spend_are_judged():
    rows = [(20, "plan", str(n), "", "s", 1000.0, 9.0, 10.0 + n, 9.0, 1.0) for n in range(201)]
    shown = advice_table(shop(rows), "plan")
    assert (len(shown), min(row["ad_spend"] for row in shown)) == (200, 11.0)


def test_the_figures_of_the_ads_are_of_the_day_and_their_return_of_the_newest_mature_one():
    rows = {row["metric"]: row for row in promotion_tables.promotion_kpis(shop(plan("1", 3.0)))}
    assert list(rows) == [
        "ad_spend",
        "ad_clicks",
        "ad_click_rate",
        "ad_cost_per_click",
        "ad_cost_per_visitor",
        "ad_roi",
    ]
    spend, roi = rows["ad_spend"], rows["ad_roi"]
    assert (spend["value"], spend["prev_day"], spend["baseline"], spend["label"]) == (100.0, 100.0, 100.0, "")
    assert roi["label"] == f"ROI of {ago(15):%m-%d} (mature)"
    report = table(NAMES, *plan("1", 3.0)).set_index("date")
    expected = report["ad_revenue"] / report["ad_spend"]
    assert roi["value"] == pytest.approx(expected[ago(15)])
    assert roi["prev_day"] == pytest.approx(expected[ago(16)])
    assert roi["baseline"] == pytest.approx(expected[[ago(22), ago(29), ago(36), ago(43)]].mean())
    assert roi["spark"] == pytest.approx([expected[ago(15 + back)] for back in range(27, -1, -1)])
    late = shop(plan("1", 3.0, days=range(1, 60)))
    assert [row["metric"] for row in promotion_tables.promotion_kpis(late)] == ["ad_roi"]


def test_ads_are_told_day_by_day_over_four_weeks_newest_first():
    rows = promotion_tables.ad_day_table(shop(plan("1", 3.0)))
    assert [row["date"] for row in rows] == [ago(day).date().isoformat() for day in range(28)]
    assert [row["mature"] for row in rows].index(True) == 15
    assert (rows[0]["ad_click_rate"], rows[0]["ad_cost_per_click"], rows[0]["state"]) == (
        0.05,
        2.0,
        "still growing",
    )
    assert rows[0]["paid_share"] == pytest.approx(
        40 / 1000
    )  # the ads' own visitors: no report of the sources


def test_the_paid_share_is_that_of_the_paid_sources():
    flow = pd.DataFrame({"date": last(1), "channel": ["paid_search"], "visitors": [300.0]})
    more = pd.DataFrame(
        {"date": last(1).repeat(2), "channel": ["affiliate", "search"], "visitors": [100.0, 900.0]}
    )
    frame = pd.concat([flow, more]).assign(level=1, device="x", channel_detail="", channel_label="x")
    share = promotion_tables.paid_share(facts(frames={"flow_source": frame}))
    assert share.to_dict() == {ago(0): pytest.approx(0.4)}
    assert promotion_tables.paid_share(facts(frames={"shop_daily": daily().drop(columns="visitors")})).empty


def test_a_plan_shows_its_cap_and_how_long_it_has_run_out():
    given = shop(plan("1", 3.0), plan("2", 3.0), shop={"ad_day_cap": {"1": 100.0, "2": 500.0}})
    rows = {row["ad_plan_id"]: row for row in promotion_tables.promotion_tables(given)["plans"]}
    assert (rows["1"]["cap"], rows["1"]["capped_days"]) == (100.0, 60)
    assert (rows["2"]["cap"], rows["2"]["capped_days"]) == (500.0, 0)


def test_an_advertised_item_has_its_weeks_click_rate_against_the_others_where_it_was_judged():
    ads = "date level item_id item_name ad_impressions ad_clicks ad_spend ad_revenue ad_visitors"
    clicks = {"1": 60.0, "2": 100.0, "3": 3.0}  # of the last week; before it each item but the third had 100
    rows = [
        (day, "item", item, f"item {item}", 2000.0, seen if day < 7 or item == "3" else 100.0, 9.0, 9.0, 9.0)
        for day in range(60) for item, seen in clicks.items()
    ]  # fmt: skip
    given = facts(frames={"ad_report": table(ads, *rows), "shop_daily": daily(60)})
    found = {row["item_id"]: row for row in promotion_tables.promotion_tables(given)["ad_items"]}
    assert found["1"]["click_rate_week"] == pytest.approx(0.03)
    assert found["1"]["click_rate_verdict"] == "worse"
    assert found["1"]["click_rate_change"] < -0.35
    unjudged = [found["3"][f"click_rate_{name}"] for name in ("week", "change", "verdict")]
    assert unjudged == [None, None, "unknown"]
    assert found["3"]["label"] == "item 3"
