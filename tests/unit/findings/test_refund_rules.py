"""Refunds: which days and reasons count, the chance of a rise by hand, which weeks are complete."""

import math

import pandas as pd
import pytest
from scipy.stats import binom

from shopbook.findings.daily import refunds
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from typed import ago, compared, daily, facts, judged, last, table

NAN = float("nan")
BAD, OTHER = "质量问题", "不喜欢"
NAMES = "date item_id refund_reason refund_amount"


pytestmark = pytest.mark.usefixtures("english")


def paid_back(*rows: tuple) -> pd.DataFrame:
    """(days ago, item, reason, yuan)"""
    return table(NAMES, *rows)


def sold(**units: float) -> pd.DataFrame:
    """Pieces a day of each item over 70 days."""
    return pd.concat(
        pd.DataFrame(
            {"date": last(70), "item_id": name[1:], "item_name": f"item {name[1:]}", "pay_units": each}
        )
        for name, each in units.items()
    )


def shop(*rows: tuple, items: pd.DataFrame | None = None, **given) -> Facts:
    frames = {"refunds": paid_back(*rows), "item_daily": sold(i1=10.0, i2=10.0) if items is None else items}
    return facts(frames=frames, **given)


def counted(*days: int, item: str = "1", reason: str = BAD) -> list[tuple]:
    return [(day, item, reason, 10.0) for day in days]


def test_recent_refunds_are_those_of_two_weeks_and_the_ones_before_of_five():
    given = shop(*counted(0, 13, 13), *counted(14, 48), *counted(49), *counted(2, reason=OTHER))
    row = refunds.rising_items(given).iloc[0]
    assert (row["item_id"], row["recent"], row["before"], row["all_recent"]) == ("1", 3, 2, 4)
    assert (row["units_recent"], row["units_before"], row["part"]) == (140, 350, pytest.approx(14 / 49))
    assert row["expected"] == pytest.approx(2 * 14 / 35)
    assert row["share"] == pytest.approx(3 / 4)
    assert row["p_all"] == pytest.approx(binom.sf(2, 5, 14 / 49))  # three or more of five


def test_the_sales_behind_refunds_are_a_week_older():
    """Pieces are counted of the days 20 to 7 for the recent window and 55 to 21 for the one before."""
    items = sold(i1=0.0)
    for day, units in ((6, 1000.0), (7, 1.0), (20, 2.0), (21, 4.0), (55, 8.0), (56, 1000.0)):
        items.loc[items["date"] == ago(day), "pay_units"] = units
    row = refunds.rising_items(shop(*counted(0, 20), items=items)).iloc[0]
    assert (row["units_recent"], row["units_before"]) == (3.0, 12.0)


def test_the_chance_is_taken_over_all_items_tested_and_the_rarest_comes_first():
    given = shop(*counted(0, 1, 2, 3), *counted(20), *counted(5, 20, item="2"))
    found = refunds.rising_items(given)
    assert list(found["item_id"]) == ["1", "2"]
    part = 14 / 49
    chances = [2 * binom.sf(3, 5, part), 2 * binom.sf(0, 2, part)]
    assert list(found["p_all"]) == pytest.approx(chances)


def test_an_item_is_tested_when_it_was_refunded_lately_and_sold_on_both_sides():
    given = shop(*counted(0), *counted(20, item="2"), *counted(0, item="gone"))
    assert list(refunds.rising_items(given)["item_id"]) == ["1"]
    new = sold(i1=10.0)
    new.loc[new["date"] < ago(20), "pay_units"] = 0.0
    assert refunds.rising_items(shop(*counted(0), items=new)).empty
    stopped = sold(i1=10.0)
    stopped.loc[stopped["date"] > ago(21), "pay_units"] = 0.0
    assert refunds.rising_items(shop(*counted(0), items=stopped)).empty


def test_without_refunds_items_or_pieces_nothing_is_tested():
    assert refunds.rising_items(facts()).empty
    assert refunds.rising_items(shop(*counted(0), items=pd.DataFrame())).empty
    assert refunds.rising_items(shop(*counted(0), items=sold(i1=1.0).drop(columns="pay_units"))).empty
    assert refunds.quality_item(facts()) is None


def item_with(recent: float = 5, p_all: float = 0.05, share: float = 0.3) -> Finding | None:
    row = {"item_id": "1", "recent": recent, "p_all": p_all, "share": share, "expected": 2.0}
    given = facts()
    given.once("refunds_done", pd.DataFrame)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(refunds, "rising_items", lambda _facts: pd.DataFrame([row]))
        return refunds.quality_item(given)


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ({}, "watch"),
        ({"recent": 4}, None),
        ({"p_all": 0.0501}, None),
        ({"share": 0.29}, None),
        ({"p_all": 0.005}, "act"),
        ({"p_all": 0.0051}, "watch"),
    ],
)
def test_a_rise_is_told_of_five_refunds_three_tenths_for_quality_that_chance_seldom_makes(given, level):
    found = item_with(**given)
    assert (found.level if found else None) == level
    if found:
        assert (found.value, found.baseline, found.change) == (5.0, 2.0, 1.5)


def test_reasons_are_told_by_yuan_against_the_five_weeks_before():
    rows = [*counted(0, 13), *counted(14, 20, 30, 40, 48), *counted(49)]
    rows += [(1, "2", OTHER, 500.0), (1, "2", "", 1.0)]
    first, second, third = refunds.reason_table(shop(*rows))
    assert (first["label"], first["refund_orders"], first["refund_amount"]) == (OTHER, 1, 500.0)
    assert (first["share"], first["baseline"], first["change"]) == (0.25, 0.0, None)
    assert (second["label"], second["refund_amount"], second["baseline"]) == (
        BAD,
        20.0,
        pytest.approx(5 / 35 * 14),
    )
    assert (second["change"], third["label"]) == (pytest.approx(0.0), "not stated")
    assert refunds.reason_table(facts()) == []


def test_items_are_told_by_refunded_yuan_of_two_weeks():
    rows = [
        (day, str(item), BAD if item == 3 else OTHER, 10.0 * item) for item in range(10) for day in (0, 13)
    ]
    rows += [(14, "1", OTHER, 9999.0)]
    found = refunds.item_table(shop(*rows))
    assert [row["item_id"] for row in found] == list("98765432")
    assert found[0] == {
        "item_id": "9",
        "label": "9",
        "refund_orders": 2.0,
        "refund_amount": 180.0,
        "quality": 0.0,
    }
    assert found[6]["quality"] == 2.0
    assert len(refunds.item_table(shop(*rows), top=3)) == 3
    assert refunds.item_table(facts()) == []


def test_finished_refunds_up_to_the_day_count():
    rows = paid_back((0, "1", BAD, 1.0), (-1, "1", BAD, 2.0), (0, "1", None, NAN), (0, "2", None, 3.0))
    states = rows.assign(refund_status=["退款成功", "退款成功", "退款成功", "退款关闭"])
    assert refunds._done(facts(frames={"refunds": states}))["refund_amount"].tolist() == [1.0]
    done = refunds._done(facts(frames={"refunds": rows}))
    assert done["refund_amount"].tolist() == [1.0, 3.0]
    assert (done["refund_reason"].tolist(), done["quality"].tolist()) == ([BAD, ""], [True, False])
    bare = refunds._done(facts(frames={"refunds": rows.drop(columns="refund_reason")}))
    assert bare["quality"].tolist() == [False, False]
    unknown = rows.assign(refund_status=[None, "拒绝", "撤销", "撤销"])
    assert refunds._done(facts(frames={"refunds": unknown}))["refund_amount"].tolist() == [1.0]


def cohorts(*rows: tuple[int, int, float], days: int = 70, **given) -> list[dict]:
    """Refunds of (days ago, paid days ago, yuan) against 5000 yuan a day."""
    frame = pd.DataFrame([(ago(day), "1", BAD, yuan, ago(paid)) for day, paid, yuan in rows],
                         columns=[*NAMES.split(), "pay_date"])  # fmt: skip
    return refunds.cohort_table(facts(frames={"refunds": frame, "shop_daily": daily(days)}, **given))


def test_refunds_belong_to_the_monday_to_sunday_they_were_paid_in():
    """The report day is a Friday: its week began four days ago, the last whole one eleven days ago."""
    found = cohorts((60, 69, 1.0), (1, 11, 700.0), (0, 5, 50.0), (1, 4, 9.0), (1, 12, 80.0))
    assert (found[0]["week"], found[0]["pay_amount"], found[0]["refund_amount"]) == (
        f"{ago(11):%m-%d}",
        35_000.0,
        750.0,
    )
    assert found[0]["refund_rate_amount"] == pytest.approx(750 / 35_000)
    assert (found[1]["refund_amount"], found[2]["refund_amount"]) == (80.0, 0.0)
    assert len(found) == 8  # the first refund on file came 60 days ago, on a Monday


def test_weeks_before_the_first_refund_on_file_are_left_out_and_eight_are_told():
    assert len(cohorts((53, 60, 1.0))) == 7  # 53 days ago was a Monday
    assert len(cohorts((54, 60, 1.0))) == 7
    assert len(cohorts((52, 60, 1.0))) == 6
    assert len(cohorts((118, 118, 1.0), days=120)) == 8


def test_a_week_is_complete_fifteen_days_after_its_sunday():
    """Sundays were 5, 12, 19 ... days ago."""
    states = [row["state"] for row in cohorts((60, 60, 1.0))]
    assert states[:3] == ["still counting", "still counting", "complete"]
    exact = [
        row["state"] for row in cohorts((60, 60, 1.0), shop={"thresholds": {"immature_refund_days": 12}})
    ]
    assert exact[:2] == ["still counting", "complete"]
    more = [row["state"] for row in cohorts((60, 60, 1.0), shop={"thresholds": {"immature_refund_days": 13}})]
    assert more[:2] == ["still counting", "still counting"]


def test_a_week_without_payments_or_payment_days_is_not_told():
    frame = paid_back((60, "1", BAD, 1.0)).assign(pay_date=ago(60))
    nothing = daily(70, pay_amount=0.0)
    assert refunds.cohort_table(facts(frames={"refunds": frame, "shop_daily": nothing})) == []
    unknown = frame.assign(pay_date=pd.NaT)
    for rows in (pd.DataFrame(), frame.drop(columns="pay_date"), unknown):
        assert refunds.cohort_table(facts(frames={"refunds": rows, "shop_daily": daily(70)})) == []
    bare = daily(70).drop(columns="pay_amount")
    assert refunds.cohort_table(facts(frames={"refunds": frame, "shop_daily": bare})) == []


def test_an_item_is_called_by_the_report_else_by_its_refund_else_by_its_id():
    rows = paid_back((1, "7", BAD, 1.0), (0, "7", BAD, 1.0)).assign(item_name=["old", "new"])
    given = facts(frames={"refunds": rows, "item_daily": sold(i1=1.0)})
    assert [refunds.item_label(given, name) for name in ("1", "7", "8")] == ["item 1", "new", "8"]
    assert refunds.item_label(facts(frames={"refunds": rows.drop(columns="item_name")}), "7") == "7"


def of_shop(item: Finding | None = None, **columns: float) -> Finding | None:
    sheet = daily(refund_amount=300.0, **columns)
    found = {"refund_amount": compared(300.0, 200.0, "worse", interval=(0.3, 0.7))}
    frames = {"shop_daily": sheet, "refunds": paid_back((0, "1", BAD, 30.0), (0, "1", OTHER, 10.0))}
    return refunds.shop_refunds(
        facts(frames=frames, known=judged(found, {"refund_amount": None}), alarms={}), item
    )


def test_the_shops_refunds_go_to_service_with_the_first_reason_or_to_quality_with_the_item():
    alone = of_shop()  # 300 of 5000 yuan
    assert (alone.level, alone.owner, "reason " + BAD in alone.next_step) == ("watch", "service", True)
    assert "same-day ratio 6.00%" in alone.headline
    assert "same-day" not in of_shop(pay_amount=NAN).headline
    item = Finding("quality.refunds", "?", "…", scope={"item_id": "1"})
    assert of_shop(item).owner == "quality"
    assert refunds.shop_refunds(facts()) is None


def test_the_chance_of_no_more_than_usual_is_no_news():
    """Ten a week against ten a week: the recent part of all is what sales made it."""
    rows = [*counted(*range(14)), *counted(*range(14, 49))]
    assert refunds.quality_item(shop(*rows)) is None
    assert math.isclose(refunds.rising_items(shop(*rows)).iloc[0]["expected"], 14.0)


@pytest.mark.parametrize(("largest", "told"), [(5001.0, True), (5000.0, False)])
def test_one_refund_above_a_usual_days_sales_is_watched_whatever_refunds_are_usual(largest, told):
    given = shop((0, "1", OTHER, 900.0), (0, "2", BAD, largest), (1, "1", BAD, 9e9))
    found = [each for each in refunds.refund_findings(given) if each.id == "service.large_refund"]
    assert len(found) == told
    if told:
        assert found[0].headline == "One refund of ¥5,001 on item 2: a usual day sells ¥5,000"
        assert (found[0].level, found[0].verdict, found[0].owner) == ("watch", "unknown", "service")
        assert found[0].next_step.startswith("Ask why ¥5,001 of item 2 came back")
