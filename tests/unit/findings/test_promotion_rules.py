"""Ads, caps and profit: which rows are money, which days are mature, from which figure each is told."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from shopbook.findings.daily import budget, click_rates, profit, promotion, promotion_data
from shopbook.findings.facts import Facts
from typed import DAY, ago, compared, daily, facts, holiday, table

NAN = float("nan")
NAMES = "date level ad_plan_id ad_plan_name ad_scene ad_impressions ad_clicks ad_spend ad_revenue"


pytestmark = pytest.mark.usefixtures("english")


def report(*rows: tuple, **columns: object) -> pd.DataFrame:
    """(days ago, plan, impressions, clicks, spend, revenue)"""
    made = [(day, "plan", plan, f"plan {plan}", "search", *figures) for day, plan, *figures in rows]
    return table(NAMES, *made).assign(**columns)


def ads(*rows: tuple, **given) -> Facts:
    return facts(frames={"ad_report": report(*rows), **given.pop("frames", {})}, **given)


def test_rows_of_a_plan_and_day_add_up_and_what_is_not_known_stays_so():
    rows = promotion_data.ad_rows(
        ads(
            (0, "1", 10, 1, 5.0, NAN),
            (0, "1", 20, 2, 6.0, NAN),
            (0, "2", 1, 1, 1.0, 9.0),
            (1, "1", 7, 7, 7.0, 7.0),
        ),
        "plan",
    )
    assert rows[["key", "ad_impressions", "ad_spend"]].values.tolist() == [
        ["1", 7, 7.0],
        ["1", 30, 11.0],
        ["2", 1, 1.0],
    ]
    assert rows["ad_revenue"].isna().tolist() == [False, True, False]
    assert rows["ad_orders"].isna().all()
    assert promotion_data.ad_rows(facts(), "plan").empty
    assert promotion_data.ad_rows(ads((0, "1", 1, 1, 1.0, 1.0)), "item").empty


def test_a_row_without_an_id_goes_by_its_name_and_without_a_name_by_its_id():
    rows = report(
        (0, "1", 1, 1, 1.0, 1.0), (0, "2", 1, 1, 1.0, 1.0), ad_plan_id=["", "2"], ad_plan_name=["one", ""]
    )
    found = promotion_data.ad_rows(facts(frames={"ad_report": rows}), "plan")
    assert found[["key", "label"]].values.tolist() == [["2", "2"], ["one", "one"]]
    bare = promotion_data.ad_rows(
        facts(frames={"ad_report": rows.drop(columns=["ad_plan_id", "ad_scene"])}), "plan"
    )
    assert bare[["key", "scene"]].values.tolist() == [["", ""], ["one", ""]]


@pytest.mark.parametrize(("known", "back"), [(None, 15), (3, 3), (30, 15), (15, 15)])
def test_a_day_is_mature_after_the_window_that_is_written_down_and_fifteen_days_at_most(known, back):
    rows = report((0, "1", 1, 1, 1.0, 1.0), (1, "1", 1, 1, 1.0, 1.0))
    rows = rows if known is None else rows.assign(attribution_days=[float(known), 1.0])
    given = facts(frames={"ad_report": rows})
    assert promotion_data.mature_until(given) == DAY - dt.timedelta(days=back)
    assert promotion_data.attribution_days(given) == known
    unknown = facts(frames={"ad_report": rows.assign(attribution_days=NAN)})
    assert promotion_data.attribution_days(unknown) is None


def test_four_weeks_are_the_twenty_eight_days_up_to_the_day():
    rows = table("date x", *((day, 1.0) for day in (-1, 0, 27, 28)))
    assert promotion_data.between(rows, DAY)["date"].tolist() == [ago(0), ago(27)]
    assert promotion_data.between(rows, DAY, 1)["date"].tolist() == [ago(0)]


def test_the_range_of_a_ratio_is_that_of_a_ratio_estimator():
    """Cochran 2.11 by hand: departures from the ratio, their mean square, t over the days less one."""
    top = np.array([3.0, 5.0, 2.0, 8.0, 4.0, 6.0, 7.0])
    bottom = np.array([1.0, 2.0, 1.0, 3.0, 2.0, 2.0, 3.0])
    value = 35 / 14
    spread = math.sqrt(7 / 6 * ((top - value * bottom) ** 2).sum()) / 14
    half = t.ppf(0.95, 6) * spread
    assert promotion_data.ratio_range(top, bottom) == pytest.approx((value, value - half, value + half))
    with_unknown = np.append(top, [NAN, 9.0]), np.append(bottom, [5.0, 0.0])
    assert promotion_data.ratio_range(*with_unknown) == pytest.approx((value, value - half, value + half))
    few = promotion_data.ratio_range(top[:6], bottom[:6])
    assert (few[0], math.isnan(few[1]), math.isnan(few[2])) == (pytest.approx(28 / 11), True, True)
    assert all(map(math.isnan, promotion_data.ratio_range(top[:0], bottom[:0])))
    wild = promotion_data.ratio_range(np.array([0.0] * 6 + [70.0]), np.ones(7))
    assert wild[1] == 0.0  # a ratio of money is never below nothing


STOCK = "date item_id unit_cost"


def test_the_newest_cost_above_nothing_up_to_the_day_counts():
    rows = table(
        STOCK, (0, "1", 0.0), (1, "1", 5.0), (2, "1", 9.0), (-1, "1", 7.0), (0, "2", NAN), (0, "3", 2.0)
    )
    assert promotion_data.unit_costs(facts(frames={"stock": rows})).to_dict() == {"1": 5.0, "3": 2.0}
    assert promotion_data.unit_costs(facts()).empty


def sales(*rows: tuple[int, str, float, float]) -> pd.DataFrame:
    """(days ago, item, pieces, yuan)"""
    made = table("date item_id pay_units pay_amount", *rows)
    return made.assign(item_name=[f"item {each}" for each in made["item_id"]])


def test_a_margin_is_known_when_costs_cover_half_of_the_sales():
    stock = table(STOCK, (0, "1", 6.0))

    def margin(other: float, **given) -> float | None:
        items = sales((0, "1", 10.0, 100.0), (28, "1", 10.0, 900.0), (0, "2", 1.0, other))
        return promotion_data.gross_margin(facts(frames={"stock": stock, "item_daily": items}, **given))

    assert margin(100.0) == pytest.approx(0.4)  # half of the sales; what was sold four weeks ago is past
    assert margin(100.1) is None
    assert margin(100.1, shop={"gross_margin": 0.3}) == 0.3
    nothing = sales((0, "1", 0.0, 0.0))
    assert promotion_data.gross_margin(facts(frames={"stock": stock, "item_daily": nothing})) is None
    assert promotion_data.item_margins(facts(frames={"stock": stock})).empty


@pytest.mark.parametrize(("margin", "roi"), [(0.5, 2.0), (0.0, None), (-0.1, None), (None, None)])
def test_what_is_left_of_a_sale_must_pay_for_its_ad(margin, roi):
    assert promotion_data.break_even(margin) == roi


def spent(*spend: float, impressions: tuple[float, ...] = (), **given) -> list[dict]:
    """The plan's spend of the last days, the newest last."""
    shown = impressions or (1000.0,) * len(spend)
    rows = [(len(spend) - 1 - at, "1", shown[at], 10, each, 1.0) for at, each in enumerate(spend)]
    return budget.ran_out(ads(*rows, **given))


def test_a_ceiling_met_on_three_days_is_a_cap():
    assert spent(100.0, 50.0, 100.0, 100.0)[0]["cap"] == 100.0
    assert spent(50.0, 100.0, 100.0) == []
    assert spent(0.0, 0.0, 0.0) == []
    assert spent(100.001, 100.0, 99.998)[0]["cap"] == 100.0  # to the cent
    [row] = spent(100.0, 100.0, 100.0)
    assert (row["stated"], row["days"], row["ad_spend"], row["impressions_change"]) == (False, 3, 100.0, None)


@pytest.mark.parametrize(("spend", "full"), [(98.0, True), (97.9, False), (102.0, True), (102.1, False)])
def test_a_plan_met_its_cap_within_two_percent(spend, full):
    shop = {"ad_day_cap": {"1": 100.0}}
    assert bool(spent(10.0, spend, shop=shop)) is full
    if full:
        [row] = spent(10.0, spend, shop=shop)
        assert (row["stated"], row["cap"], row["days"], row["label"]) == (True, 100.0, 1, "plan 1")


def test_days_in_a_row_end_at_the_first_that_did_not_meet_the_cap():
    shop = {"ad_day_cap": {"1": 100.0}}
    assert spent(100.0, 10.0, 100.0, 100.0, shop=shop)[0]["days"] == 2
    assert spent(100.0, 100.0, 10.0, shop=shop) == []
    gone = ads((1, "1", 10, 1, 100.0, 1.0), shop=shop)
    assert budget.ran_out(gone) == []


def test_impressions_are_held_against_ordinary_days_below_the_cap():
    given = {"shop": {"ad_day_cap": {"1": 100.0}}}
    impressions = (1000.0, 5000.0, 7000.0, 900.0)
    spend = (50.0, 60.0, 100.0, 100.0)  # the third met the cap too
    [row] = spent(*spend, impressions=impressions, **given)
    assert row["impressions_change"] == pytest.approx(900 / 3000 - 1)
    [row] = spent(*spend, impressions=impressions, calendar=holiday(2), **given)
    assert row["impressions_change"] == pytest.approx(900 / 1000 - 1)


@pytest.mark.parametrize(
    ("shown", "level", "verdict"), [(750.0, "act", "worse"), (751.0, "watch", "unknown")]
)
def test_a_plan_that_pays_is_acted_on_when_it_ran_out_by_so_many_impressions(shown, level, verdict):
    shop = {"ad_day_cap": {"1": 100.0}, "thresholds": {"budget_cap_fall": 0.25}}
    rows = [(1, "1", 1000.0, 10, 50.0, 1.0), (0, "1", shown, 10, 100.0, 1.0)]
    [found] = budget.budget_caps(ads(*rows, shop=shop))
    assert (found.level, found.verdict, found.scope, found.caveats) == (level, verdict, {"plan": "1"}, ())


def test_a_cap_read_off_the_spend_says_so():
    rows = [(day, "1", 1000.0, 10, 100.0, 1.0) for day in range(3)]
    [found] = budget.budget_caps(ads(*rows))
    assert (len(found.caveats), found.level) == (1, "watch")
    assert found.headline.endswith("day 3 in a row")  # no day below the cap: no change of impressions


def spending(now: float, usual: float = 100.0) -> Facts:
    """Two plans, the second's spend moves; 63 days that hardly wobble."""
    rng = np.random.default_rng(2).normal(0, 0.02, 63)
    rows = [(day, "1", 1000, 50, 100.0 * math.exp(rng[day]), 300.0) for day in range(63)]
    rows += [(day, "2", 1000, 50, (usual if day else now), 300.0) for day in range(63)]
    return ads(*rows, frames={"shop_daily": daily(63)})


@pytest.mark.parametrize("now", [100.0, 200.0, 40.0])
def test_the_spend_is_told_by_plan_and_never_judged(now):
    found = promotion.spend(spending(now))
    assert (found.level, found.verdict, found.metric, found.next_step) == ("ok", "unknown", "ad_spend", "")
    effects = {cause.scope.get("plan"): cause.effect for cause in found.causes}
    assert effects["2"] == pytest.approx(now - 100.0)
    assert sum(effects.values()) == pytest.approx(found.value - found.baseline)
    assert {cause.label for cause in found.causes} >= {"plan 1", "plan 2"}


def test_a_plans_usual_spend_is_a_mean_of_the_comparable_days_that_have_a_report():
    given = spending(100.0)
    rows = given.frames["ad_report"]
    kept = rows[(rows["ad_plan_id"] == "1") | ~rows["date"].isin([ago(7), ago(14)])]
    found = promotion.spend(facts(frames={**given.frames, "ad_report": kept}))
    assert {cause.scope.get("plan"): cause.effect for cause in found.causes}["2"] == pytest.approx(50.0)


def test_without_the_days_spend_nothing_is_said():
    assert promotion.spend(facts()) is None
    assert promotion.spend(ads((1, "1", 1, 1, 1.0, 1.0))) is None


def weeks(newest: float, usual: float = 300.0, **given) -> Facts:
    """Ten weeks of ads of 100 yuan a day; the newest mature week brings `newest` a day."""
    rows = [
        (day, plan, 1000, 50, 50.0, (newest if 15 <= day < 22 else usual) / 2 * (1 + 0.02 * (day % 3)))
        for day in range(75) for plan in "12"
    ]  # fmt: skip
    return ads(*rows, frames={"shop_daily": daily(75)}, **given)


@pytest.mark.parametrize(
    ("newest", "margin", "level", "pays"),
    [
        (300.0, None, "ok", "break-even not known"),
        (300.0, 0.5, "ok", "break-even 2.00"),
        (300.0, 0.25, "watch", "break-even 4.00"),
        (150.0, None, "watch", "break-even not known"),
        (600.0, None, "ok", "break-even not known"),
    ],
)
def test_the_newest_mature_week_is_watched_below_its_past_or_below_what_pays(newest, margin, level, pays):
    shop = {"gross_margin": margin} if margin else {}
    found = promotion.roi(weeks(newest, shop=shop))
    assert (found.level, found.headline.endswith(pays)) == (level, True)
    assert found.value == pytest.approx(newest / 100, rel=0.03)
    assert found.baseline == pytest.approx(3.0, rel=0.03)
    assert found.baseline_days[-1] == (DAY - dt.timedelta(days=22)).isoformat()
    assert f"{DAY - dt.timedelta(days=15):%m-%d}" in found.headline
    assert sum(cause.effect for cause in found.causes) == pytest.approx(found.value - found.baseline)


def test_without_mature_spend_there_is_no_roi():
    assert promotion.roi(ads((0, "1", 1, 1, 1.0, 1.0))) is None
    free = [(day, "1", 1000, 50, 0.0, 300.0) for day in range(75)]
    assert promotion.roi(ads(*free)) is None


def advice(monkeypatch, *rows: tuple[str, str, float, float], margin: float | None = None):
    made = [
        {"ad_plan_id": key, "label": key, "advice": word, "ad_spend": money, "ad_roi": roi, "reason": "why"}
        for key, word, money, roi in rows
    ]
    monkeypatch.setattr(promotion, "advice_table", lambda _facts, _level: made)
    return promotion.plan(facts(shop={"gross_margin": margin} if margin else {}))


def test_the_plan_that_costs_most_beyond_its_sales_is_named(monkeypatch):
    """Of 100 yuan at half of break-even 50 are lost, of 1000 at nine tenths 100."""
    rows = [("a", "stop", 100.0, 1.0), ("b", "less", 1000.0, 1.8), ("c", "feed", 9000.0, 1.0)]
    found = advice(monkeypatch, *rows, margin=0.5)
    assert (found.scope, found.level, found.verdict, found.baseline) == ({"plan": "b"}, "watch", "worse", 2.0)
    assert advice(monkeypatch, rows[0], ("b", "less", 400.0, 1.8), margin=0.5).scope == {"plan": "a"}
    unknown = advice(monkeypatch, ("a", "stop", 100.0, 0.0), ("b", "less", 140.0, 1.0))
    assert unknown.scope == {"plan": "a"}  # 100 x 1 against 140 x 2 / 3
    assert advice(monkeypatch, ("a", "stop", 100.0, 0.1), ("b", "less", 150.0, 1.0)).scope == {"plan": "b"}
    calm = advice(monkeypatch, rows[2])
    assert (calm.level, "1 plans judged" in calm.headline) == ("ok", True)
    assert advice(monkeypatch) is None


def test_the_step_of_a_losing_plan_names_where_its_money_goes_best_first(monkeypatch):
    rows = [
        ("a", "less", 280.0, 1.0),
        ("b", "more", 50.0, 3.0),
        ("c", "feed", 9.0, 4.0),
        ("d", "hold", 9.0, 9.0),
    ]
    found = advice(monkeypatch, *rows, margin=0.5)
    assert found.next_step.startswith("Move budget of a (¥280 a day) step by step to c, b:")
    alone = advice(monkeypatch, rows[0], rows[3], margin=0.5)
    assert alone.next_step.startswith("Lower the bids of a (¥280 a day)")


def test_which_days_still_grow_is_said_with_the_window():
    [said] = promotion.promotion_warnings(ads((0, "1", 1, 1, 1.0, 1.0)))
    assert "not written down" in said.text
    rows = report((0, "1", 1, 1, 1.0, 1.0), attribution_days=3.0)
    [said] = promotion.promotion_warnings(facts(frames={"ad_report": rows}))
    assert "attribution window 3 days" in said.text
    assert "2026-09-22" in said.text
    assert promotion.promotion_warnings(facts()) == []


def goods(
    *items: tuple[str, float, float, float], days: int = 63, ads_of_day: float | None = None, **given
) -> Facts:
    """(item, pieces a day, price, cost or NaN); the same every day, with noise on all days but Fridays."""
    noise = np.exp(np.random.default_rng(4).normal(0, 0.01, days))
    noise[::7] = 1.0
    rows = [
        (day, name, units * noise[day], units * noise[day] * price)
        for day in range(days) for name, units, price, _ in items
    ]  # fmt: skip
    stock = table(STOCK, *((0, name, cost) for name, _, _, cost in items))
    frames = {"item_daily": sales(*rows), "stock": stock, "shop_daily": daily(days)}
    if ads_of_day is not None:
        frames["ad_report"] = report((0, "1", 1, 1, ads_of_day, 1.0))
    return facts(frames={**frames, **given})


def test_profit_is_amount_less_pieces_at_cost_and_covered_is_the_share_that_is_known():
    day = profit.profit_days(goods(("1", 10.0, 20.0, 12.0), ("2", 5.0, 10.0, NAN), ads_of_day=30.0)).loc[
        ago(0)
    ]
    assert day.to_dict() == {"amount": 250.0, "covered": 0.8, "gross_profit": 80.0, "ads": 30.0, "left": 50.0}
    unsold = profit.profit_days(goods(("1", 10.0, 20.0, 12.0), ("2", 0.0, 10.0, NAN))).loc[ago(0)]
    assert (unsold["covered"], unsold["left"]) == (1.0, 80.0)
    assert math.isnan(unsold["ads"])
    assert profit.profit_days(facts()).empty
    nothing = profit.profit_days(goods(("1", 0.0, 20.0, 12.0))).loc[ago(0)]
    assert (nothing["gross_profit"], math.isnan(nothing["covered"])) == (0.0, True)


@pytest.mark.parametrize(("unknown", "told"), [(50.0, True), (51.0, False)])
def test_profit_is_told_from_four_fifths_of_known_costs(unknown, told):
    given = goods(("1", 10.0, 20.0, 12.0), ("2", unknown / 10.0, 10.0, NAN))
    assert (profit.profit(given) is not None) is told
    assert len(profit.profit_findings(given)) == told


@pytest.mark.parametrize(
    ("cost", "spend", "level"),
    [(12.0, 180.0, "ok"), (12.0, 181.0, "watch"), (20.5, 0.0, "watch"), (20.0, 0.0, "ok")],
)
def test_profit_is_watched_when_ads_eat_it_or_something_is_sold_below_cost(cost, spend, level):
    found = profit.profit(
        goods(("1", 10.0, 20.0, cost), ("2", 10.0, 20.0, 10.0), ads_of_day=spend + 8 * (cost - 12))
    )
    assert (found.level, found.verdict) == (level, "same")
    assert ("sold below cost: item 1" in found.caveats[-1]) is (cost > 20)


def test_a_loss_is_told_and_not_judged():
    found = profit.profit(goods(("1", 10.0, 20.0, 25.0)))
    assert (found.value, found.baseline, found.change, found.verdict) == (-50.0, -50.0, None, "unknown")
    assert "sold below cost: item 1" in found.caveats[-1]
    given = goods(("1", 10.0, 20.0, 12.0))
    rows = given.frames["item_daily"]
    rows.loc[rows["date"] == ago(0), "pay_amount"] = 100.0  # half of the price for a day
    fell = profit.profit(facts(frames=dict(given.frames)))
    assert (fell.value, fell.baseline, fell.change) == (-20.0, 80.0, pytest.approx(-1.25))
    assert (fell.verdict, fell.interval, fell.causes) == ("unknown", None, ())


def test_a_loss_among_the_days_before_leaves_the_day_without_a_verdict_and_an_older_one_does_not():
    def given(back):
        made = goods(("1", 10.0, 20.0, 12.0))
        rows = made.frames["item_daily"]
        rows.loc[rows["date"] == ago(back), "pay_amount"] = 100.0
        return profit.profit(facts(frames=dict(made.frames)))

    assert (given(7).verdict, given(7).interval, given(7).value) == ("unknown", None, 80.0)
    assert given(10).interval is not None


def test_a_clear_fall_of_profit_is_watched():
    given = goods(("1", 10.0, 20.0, 12.0), ("2", 10.0, 20.0, 12.0))
    rows = given.frames["item_daily"]
    wobble = np.tile([1.0, 1.02, 0.98], len(rows))[: len(rows)]
    rows = rows.assign(pay_units=rows["pay_units"] * wobble, pay_amount=rows["pay_amount"] * wobble)
    fallen = rows["item_id"].eq("2") & rows["date"].eq(ago(0))
    rows.loc[fallen, ["pay_units", "pay_amount"]] *= 0.3
    found = profit.profit(facts(frames={**given.frames, "item_daily": rows}))
    assert (found.level, found.verdict) == ("watch", "worse")
    effects = {cause.label: cause.effect for cause in found.causes}
    assert effects["item 2"] < -50 < -10 < effects["item 1"] < 10
    assert sum(effects.values()) == pytest.approx(found.value - found.baseline)


def test_the_table_begins_with_what_is_sold_below_cost_then_by_profit():
    given = goods(
        ("1", 10.0, 20.0, 12.0), ("2", 10.0, 20.0, 22.0), ("3", 10.0, 20.0, 10.0), ("4", 0.0, 9.0, 1.0),
        ("5", 1.0, 9.0, NAN), ("6", 10.0, 20.0, 21.0), ("7", 10.0, 20.0, 20.0),
    )  # fmt: skip
    rows = profit.profit_table(given)
    assert [row["item_id"] for row in rows] == ["6", "2", "3", "1", "7"]
    assert rows[2] == {"item_id": "3", "label": "item 3", "pay_amount": 200.0, "gross_profit": 100.0,
                       "margin": 0.5, "baseline": 100.0}  # fmt: skip
    assert profit.profit_table(facts()) == []


def test_the_usual_profit_is_a_mean_of_the_comparable_days_that_have_a_report():
    given = goods(("1", 10.0, 20.0, 12.0))
    rows = given.frames["item_daily"]
    kept = rows[rows["date"].isin([ago(0), ago(7), ago(14)])].copy()
    kept.loc[kept["date"] == ago(7), ["pay_units", "pay_amount"]] = 0.0
    [row] = profit.profit_table(facts(frames={**given.frames, "item_daily": kept}))
    assert row["baseline"] == 40.0
    [new] = profit.profit_table(facts(frames={**given.frames, "item_daily": kept[kept["date"] == ago(0)]}))
    assert new["baseline"] == 0.0


def test_affiliates_cost_is_taken_off_like_ads():
    affiliate = table("date affiliate_cost commission_amount", (0, 7.0, 1.0), (0, 3.0, 1.0), (1, 5.0, 1.0))
    given = goods(("1", 10.0, 20.0, 12.0), ads_of_day=30.0, affiliate=affiliate)
    assert profit.profit_days(given)["ads"].reindex([ago(0), ago(1), ago(2)]).tolist()[:2] == [40.0, 5.0]
    other = goods(("1", 10.0, 20.0, 12.0), affiliate=affiliate.drop(columns="affiliate_cost"))
    assert profit.profit_days(other).at[ago(0), "ads"] == 2.0


def clicks(*rows: tuple[int, float, float]) -> pd.DataFrame:
    frame = table("date ad_clicks ad_impressions", *rows)
    return frame.set_index("date")


def test_weeks_end_on_the_days_weekday_and_an_incomplete_first_one_is_left_out():
    days = clicks(*((day, 1.0, 10.0) for day in range(20, -1, -1)))
    found = click_rates.weekly(facts(), days, DAY)
    assert found.index.tolist() == [ago(7), ago(0)]
    assert found.to_numpy().tolist() == [[7.0, 70.0], [7.0, 70.0]]
    earlier = click_rates.weekly(facts(), days, DAY - dt.timedelta(days=3))
    assert (earlier.index.tolist(), earlier.to_numpy().tolist()) == ([ago(10), ago(3)], [[7.0, 70.0]] * 2)


def test_a_special_day_is_in_no_week_and_what_is_not_known_adds_nothing():
    days = clicks(*((day, NAN if day == 1 else 1.0, 10.0) for day in range(20, -1, -1)))
    found = click_rates.weekly(facts(calendar=holiday(2)), days, DAY)
    assert found.loc[ago(0)].tolist() == [5.0, 60.0]
    none = clicks(*((day, NAN if day < 7 else 1.0, 10.0) for day in range(20, -1, -1)))
    assert math.isnan(click_rates.weekly(facts(), none, DAY).loc[ago(0), "ad_clicks"])


ITEM_ADS = "date level item_id item_name ad_impressions ad_clicks ad_spend"


def pictures(
    fallen: float = 1.0,
    *,
    clicks: float = 100.0,
    week: int = 7,
    last_day: float = 1.0,
    count: int = 5,
    **frames,
) -> Facts:
    """Items with 2000 impressions a day and `clicks`; item 0's fall over the week (and on the day)."""
    rng = np.random.default_rng(5)
    rows = []
    for item in range(count):
        for day in range(62, -1, -1):
            mine = fallen if item == 0 and day < week else 1.0
            mine *= last_day if item == 0 and day == 0 else 1.0
            seen = round(clicks * mine * math.exp(rng.normal(0, 0.03)))
            rows.append((day, "item", str(item), f"item {item}", clicks * 20, seen, 10.0 + item))
    return facts(frames={"ad_report": table(ITEM_ADS, *rows), "shop_daily": daily(63), **frames})


def test_the_item_whose_clicks_fell_against_the_others_is_named_and_acted_on_with_its_alarm():
    found = click_rates.click_rate(pictures(0.6))
    assert (found.scope, found.verdict, found.comparator) == ({"item_id": "0"}, "worse", "peers")
    assert found.relative == pytest.approx(-0.4, abs=0.04)
    assert (found.level, found.owner) == ("act", "design")
    week_only = click_rates.click_rate(pictures(0.6, last_day=1 / 0.6))
    assert (week_only.level, week_only.scope) == ("watch", {"item_id": "0"})
    effects = [cause.effect for cause in found.causes]
    assert sum(effects) == pytest.approx(found.value - found.baseline)
    assert found.baseline_days[-1] == ago(7).date().isoformat()


def test_a_fall_of_less_than_a_tenth_names_no_item():
    for size in (1.0, 0.95):
        found = click_rates.click_rate(pictures(size))
        assert (found.level, found.scope, found.value, found.causes) == ("ok", {}, None, ())
        assert "5 judged" in found.headline
    assert click_rates.click_rate(facts()) is None


@pytest.mark.parametrize(("clicks", "judged"), [(40.0, 5), (25.0, 0)])
def test_items_with_two_hundred_clicks_in_the_week_are_judged(clicks, judged):
    assert len(click_rates.item_click_rates(pictures(clicks=clicks))) == judged


def test_a_logged_change_of_the_item_within_four_weeks_went_along():
    log = table(
        "date item_id change", (27, "0", "first"), (9, "0", "newest"), (2, "1", "other"), (28, "2", "old")
    )
    given = facts(frames={"change_log": log})
    assert [len(click_rates._logged(given, item)) for item in "012"] == [1, 1, 0]
    assert "newest" in click_rates._logged(given, "0")[0]
    assert "09-16" in click_rates._logged(given, "0")[0]
    assert click_rates._logged(facts(), "0") == ()


def plans(fallen: dict[str, float], *, clicks: float = 100.0, noise: float = 0.02) -> Facts:
    """Plans of 2000 impressions a day over nine weeks; some lost clicks over the last week."""
    rng = np.random.default_rng(11)
    rows = []
    for key in "123":
        for day in range(62, -1, -1):
            left = fallen.get(key, 1.0) if day < 7 else 1.0
            rows.append((day, key, 2000.0, clicks * left * math.exp(rng.normal(0, noise)), 9.0, 9.0))
    return ads(*rows, frames={"shop_daily": daily(63)})


def test_the_plan_whose_clicks_fell_most_surely_is_told():
    found = click_rates.plan_click_rate(plans({"1": 0.8, "2": 0.5}))
    assert (found.scope, found.verdict, found.level, found.owner) == (
        {"plan": "2"},
        "worse",
        "watch",
        "design",
    )
    assert found.comparator == "none"
    assert found.change == pytest.approx(-0.5, abs=0.05)
    assert found.value == pytest.approx(0.025, abs=0.002)
    assert found.baseline_days


def test_a_plan_that_lost_less_than_a_tenth_or_gained_is_not_told():
    assert click_rates.plan_click_rate(plans({"1": 0.93}, clicks=1000.0, noise=0.001)) is None
    assert click_rates.plan_click_rate(plans({"1": 1.5})) is None
    assert click_rates.plan_click_rate(facts()) is None


@pytest.mark.parametrize(("clicks", "told"), [(60.0, True), (50.0, False)])
def test_a_plan_needs_two_hundred_clicks_in_its_week(clicks, told):
    """Half of the clicks are left of the last week: 7 x 30 are enough, 7 x 25 are not."""
    assert (click_rates.plan_click_rate(plans({"1": 0.5}, clicks=clicks)) is not None) is told


def test_of_the_items_the_thirty_with_most_money_behind_them_are_judged():
    rows = [
        (day, "item", str(item), f"item {item}", 4000.0, 100.0 + day % 3, 10.0 + item)
        for item in range(31) for day in range(36)
    ]  # fmt: skip
    given = facts(frames={"ad_report": table(ITEM_ADS, *rows), "shop_daily": daily(36)})
    judged = {row["item_id"] for row in click_rates.item_click_rates(given)}
    assert (len(judged), "0" in judged) == (30, False)


def test_an_item_needs_two_hundred_clicks_in_the_four_weeks_before_too():
    given = pictures()
    rows = given.frames["ad_report"]
    new = rows[(rows["item_id"] != "1") | (rows["date"] > ago(8))]
    judged = {
        row["item_id"]
        for row in click_rates.item_click_rates(facts(frames={**given.frames, "ad_report": new}))
    }
    assert judged == {"0", "2", "3", "4"}


def test_a_return_has_causes_only_where_plans_are_known_on_both_sides():
    """Plans of the mature week alone, or of the weeks before alone, split no change."""
    given = weeks(150.0)
    whole = promotion_data.ad_rows(given, "plan")
    found = compared(1.5, 3.0, "worse", interval=(-0.6, -0.4))
    until = promotion_data.mature_until(given)
    for rows, told in (
        (whole, True),
        (whole[whole["date"] > ago(22)], False),
        (whole[whole["date"] < ago(21)], False),
    ):
        half = facts(frames=given.frames, known={("ad_rows", "plan"): rows})
        assert bool(promotion._roi_causes(half, found, until)) is told
    assert promotion._roi_causes(given, compared(1.5, 3.0, interval=None), until) == ()
    assert promotion._roi_causes(facts(), found, until) == ()
