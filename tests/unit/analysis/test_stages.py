"""The rules of the lifecycle stages, on a few typed items."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.item_panel import supply_gaps
from shopbook.analysis.stages import StageHints, StageRules, latest_stages, weekly_stages

MONDAY = pd.Timestamp("2026-01-05")


def item(item_id: str, weekly: list[float], *, start: int = 0, buyers: float = 0.03) -> pd.DataFrame:
    """An item with the given visitors a day in each week, from week `start`."""
    days = pd.date_range(MONDAY + pd.Timedelta(weeks=start), periods=7 * len(weekly))
    visitors = np.repeat(np.array(weekly, float), 7)
    return pd.DataFrame(
        {"date": days, "item_id": item_id, "item_visitors": visitors, "pay_buyers": visitors * buyers}
    )


def steady(weeks: int = 20, count: int = 5) -> list[pd.DataFrame]:
    """Other items of the shop, on a plateau from before the history."""
    return [item(f"steady-{number}", [100.0 + number] * weeks) for number in range(count)]


def stages_of(item_id: str, days: list[pd.DataFrame], **options) -> list[str]:
    weekly = weekly_stages(pd.concat(days), **options)
    return weekly.loc[weekly["item_id"] == item_id, "stage"].tolist()


def grown(start: float, slope: float, weeks: int) -> list[float]:
    return list(start * np.exp(slope * np.arange(weeks)))


def test_the_first_four_weeks_are_new():
    stages = stages_of("x", [*steady(), item("x", [50.0] * 8, start=6)])
    assert stages == ["new"] * 4 + ["stable"] * 4


def test_an_item_there_from_the_start_is_not_new():
    assert set(stages_of("steady-0", steady())) == {"stable"}


def test_a_listing_day_before_the_history_beats_the_first_visit():
    hints = StageHints(listed_on={"x": dt.date(2025, 1, 1)})
    assert "new" not in stages_of("x", [*steady(), item("x", [50.0] * 8, start=6)], hints=hints)


def test_growth_needs_two_weekly_votes_and_the_week_between_is_shown():
    days = [*steady(), item("x", [100.0] * 8 + grown(115.0, 0.15, 12))]
    weekly = weekly_stages(pd.concat(days)).query("item_id == 'x'").set_index("week")
    first = weekly.index[weekly["stage"] == "growth"][0]
    before = weekly.loc[first - pd.Timedelta(weeks=1)]
    assert (before["stage"], before["candidate"], before["candidate_weeks"]) == ("stable", "growth", 1)
    assert weekly.loc[first, "since"] == first


def test_one_loud_week_changes_nothing():
    assert set(stages_of("x", [*steady(), item("x", [100.0] * 10 + [160.0] + [100.0] * 9)])) == {"stable"}


def test_a_promotion_of_three_days_does_not_move_a_week():
    calm = item("x", [100.0] * 20)
    loud = calm.assign(item_visitors=calm["item_visitors"].where(~calm.index.isin([70, 71, 72]), 900.0))
    table = [weekly_stages(pd.concat([*steady(), days])).query("item_id == 'x'") for days in (calm, loud)]
    np.testing.assert_allclose(table[0]["relative"], table[1]["relative"], atol=0.02)


def test_decline_is_the_mirror_of_growth():
    days = [*steady(), item("x", [400.0] * 8 + grown(350.0, -0.15, 12))]
    assert stages_of("x", days)[-1] == "decline"


@pytest.mark.parametrize(("start", "drift"), [(300, -0.09), (100, 0.09)], ids=["falling", "rising"])
def test_weeks_that_jump_to_and_fro_are_no_trend_however_steep_their_slope(start, drift):
    weeks = np.arange(10)
    jumping = list(start * np.exp(drift * weeks + np.where(weeks % 2, 0.3, -0.3)))
    days = [*steady(), item("x", [float(start)] * 10 + jumping)]
    newest = weekly_stages(pd.concat(days)).query("item_id == 'x'").tail(2)
    assert (newest["slope"].abs() > 0.06).all()
    assert newest["stage"].tolist() == ["stable", "stable"]


def test_a_season_shared_by_the_category_is_no_growth():
    shared = np.exp(0.12 * np.arange(20))
    days = [item(f"i{number}", list((20.0 + number) * shared)) for number in range(5)]
    assert set(weekly_stages(pd.concat(days))["stage"]) == {"stable"}


def test_a_hit_does_not_hide_its_own_decline():
    days = [*steady(count=3), item("x", [5000.0] * 8 + grown(4300.0, -0.15, 12))]
    assert stages_of("x", days)[-1] == "decline"


def test_launches_beside_it_do_not_make_a_plateau_decline():
    launched = [item(f"young-{number}", grown(20.0, 0.2, 14), start=6) for number in range(3)]
    assert set(stages_of("steady-2", [*steady(), *launched])) == {"stable"}


@pytest.mark.parametrize(
    ("visitors_a_day", "buyers", "expected"),
    [
        pytest.param(500.0, 0.04, "hit", id="3500 a week and converting"),
        pytest.param(400.0, 0.04, "stable", id="2800 a week"),
        pytest.param(500.0, 0.005, "stable", id="many visitors, conversion under the shop's mean"),
    ],
)
def test_a_hit_needs_visitors_and_conversion(visitors_a_day, buyers, expected):
    assert stages_of("x", [*steady(), item("x", [visitors_a_day] * 20, buyers=buyers)])[-1] == expected


def test_a_hit_is_left_at_seventy_percent_of_the_level():
    slowly = item("x", grown(500.0, -0.03, 30), buyers=0.04)
    weekly = weekly_stages(pd.concat([*steady(30), slowly])).query("item_id == 'x'")
    levels = weekly.loc[weekly["stage"] == "hit", "level"]
    assert 2100 * 0.94 < levels.min() < 2100
    assert weekly["stage"].iloc[-1] == "stable"


def test_a_hit_that_grows_shows_both_flags():
    weekly = weekly_stages(pd.concat([*steady(), item("x", grown(300.0, 0.12, 20), buyers=0.04)]))
    last = weekly.query("item_id == 'x'").iloc[-1]
    assert (last["stage"], last["growing"]) == ("hit", True)


def test_a_hand_lock_wins_and_the_rule_stays_readable():
    days = [*steady(), item("x", [400.0] * 8 + grown(350.0, -0.15, 12))]
    weekly = weekly_stages(pd.concat(days), hints=StageHints(locks={"x": "stable"}))
    last = weekly.query("item_id == 'x'").iloc[-1]
    assert (last["stage"], last["locked"], last["rule_stage"]) == ("stable", True, "decline")


def test_an_unknown_lock_is_named():
    with pytest.raises(ValueError, match="'star' is not one of new, growth"):
        weekly_stages(pd.concat(steady()), hints=StageHints(locks={"steady-0": "star"}))


def test_a_replaced_item_hands_its_history_on():
    days = [*steady(), item("old", [100.0] * 10), item("fresh", [100.0] * 10, start=10)]
    weekly = weekly_stages(pd.concat(days), hints=StageHints(replaces={"fresh": "old"}))
    joined = weekly.query("item_id == 'fresh'")
    assert "old" not in set(weekly["item_id"])
    assert (len(joined), set(joined["stage"])) == (20, {"stable"})


def test_a_circle_of_replacements_joins_nothing():
    days = [*steady(), item("a", [100.0] * 10), item("b", [100.0] * 10)]
    weekly = weekly_stages(pd.concat(days), hints=StageHints(replaces={"a": "b", "b": "a"}))
    assert {"a", "b"} <= set(weekly["item_id"])


def test_weeks_without_stock_do_not_vote_but_only_three_running():
    x = item("x", [400.0] * 8 + [40.0] * 8)
    gone = x.loc[x["date"] >= MONDAY + pd.Timedelta(weeks=8), ["item_id", "date"]]
    weekly = weekly_stages(pd.concat([*steady(16), x]), hints=StageHints(stock_outs=gone))
    silent = weekly.query("item_id == 'x'")["silent"].tolist()
    assert silent == [False] * 8 + [True] * 3 + [False] + [True] * 3 + [False]


def test_campaign_weeks_do_not_vote():
    weekly = weekly_stages(pd.concat(steady()), hints=StageHints(event_days=[dt.date(2026, 3, 8)]))
    assert weekly.loc[weekly["silent"], "week"].unique().tolist() == [pd.Timestamp("2026-03-02")]


def test_a_week_the_shop_bursts_does_not_vote():
    burst = [
        days.assign(item_visitors=days["item_visitors"].where(days.index // 7 != 9, 300.0))
        for days in steady()
    ]
    weekly = weekly_stages(pd.concat(burst))
    assert weekly.loc[weekly["silent"], "week"].unique().tolist() == [MONDAY + pd.Timedelta(weeks=9)]


def test_only_whole_weeks_up_to_the_last_day_count():
    days = pd.concat(steady())
    weekly = weekly_stages(days, last_day=dt.date(2026, 3, 7))
    assert weekly["week"].max() == pd.Timestamp("2026-02-23")


def test_a_day_that_lists_others_but_not_this_item_is_no_visitor():
    x = item("x", [3.0] * 20)
    seldom = x[x["date"].dt.day_of_week == 0]
    relative = weekly_stages(pd.concat([*steady(), seldom])).query("item_id == 'x'")["relative"]
    assert relative.iloc[-1] == pytest.approx(np.log(0.5), abs=0.1)


def test_without_visitors_units_stand_in():
    days = pd.concat(steady()).rename(columns={"item_visitors": "pay_units"})
    assert set(weekly_stages(days)["basis"]) == {"units"}


def test_without_visitors_and_units_the_columns_are_named():
    with pytest.raises(ValueError, match="neither item_visitors nor pay_units; columns: date, item_id"):
        weekly_stages(pd.concat(steady())[["date", "item_id"]])


def test_last_years_week_is_an_index_from_sixty_weeks_on():
    days = [*steady(60), item("x", [100.0] * 30 + [50.0] * 30)]
    weekly = weekly_stages(pd.concat(days)).query("item_id == 'x'")
    assert weekly["year_index"].iloc[-1] == pytest.approx(0.5, abs=0.01)
    assert weekly_stages(pd.concat(steady(59)))["year_index"].isna().all()


def test_a_market_of_the_category_is_the_reference():
    market = pd.DataFrame({"tea": 1000.0}, index=pd.date_range(MONDAY, periods=140))
    hints = StageHints(category={"steady-0": "tea"})
    weekly = weekly_stages(pd.concat(steady()), market, hints=hints)
    assert set(weekly.query("item_id == 'steady-0'")["reference"]) == {"market"}
    assert set(weekly.query("item_id == 'steady-1'")["reference"]) == {"shop"}


def test_an_empty_history_has_no_stage():
    assert latest_stages(weekly_stages(pd.DataFrame({"date": [], "item_id": []}))).empty


def test_an_item_gone_for_four_weeks_has_no_stage_today():
    weekly = weekly_stages(pd.concat([*steady(), item("gone", [100.0] * 10)]))
    assert "gone" not in set(latest_stages(weekly)["item_id"])


def test_one_item_alone_is_judged_without_a_reference():
    weekly = weekly_stages(item("x", grown(10.0, 0.2, 20)), rules=StageRules(hit_level=1e9))
    assert (weekly["stage"].iloc[-1], weekly["reference"].iloc[-1]) == ("growth", "none")


def _sold(per_day, days=140, items=("a",)):
    dates = pd.date_range("2026-01-05", periods=days)
    return pd.concat(
        [
            pd.DataFrame({"date": dates, "item_id": item, "pay_units": np.asarray(per_day, float)})
            for item in items
        ]
    )


@pytest.mark.parametrize("gap", [10, 14, 21])
def test_a_restock_after_days_without_a_sale_is_no_decline(gap):
    steady = _sold(np.full(140, 5.0), items=("b", "c", "d", "e"))
    out = np.full(140, 5.0)
    out[84 : 84 + gap] = 0.0
    weekly = weekly_stages(pd.concat([_sold(out), steady]))
    mine = weekly[weekly["item_id"] == "a"]
    assert "decline" not in set(mine["stage"])


def test_an_item_that_seldom_sells_is_not_taken_for_sold_out():
    rare = np.zeros((1, 60))
    rare[0, ::6] = 1.0
    rare[0, 40:] = 0.0
    assert not supply_gaps(rare, StageRules()).any()


def test_a_supply_gap_does_not_change_the_answer_of_the_days_before_it_was_long():
    units = np.array([[3.0] * 40 + [0.0] * 15])
    later = supply_gaps(units, StageRules())
    assert (later[:, :52] == supply_gaps(units[:, :52], StageRules())).all()


def test_a_season_of_a_category_of_one_is_no_growth_and_no_decline():
    dates = pd.date_range("2026-01-05", periods=280)
    season = 200 * np.exp(0.8 * np.sin(np.arange(280) / 280 * 2 * np.pi))
    flat = [(item, np.full(280, 200.0)) for item in "bcdef"]
    days = pd.concat(
        [
            pd.DataFrame({"date": dates, "item_id": item, "item_visitors": line})
            for item, line in [("a", season), *flat]
        ]
    )
    hints = StageHints(category={"a": "seasonal", **dict.fromkeys("bcdef", "cups")})
    mine = weekly_stages(days, hints=hints).query("item_id == 'a'")
    assert set(mine["stage"]) <= {"stable", "hit", "new"}


def test_two_items_of_a_season_do_not_decline_with_it_but_one_that_loses_to_the_other_does():
    dates = pd.date_range("2026-01-05", periods=280)
    season = 200 * np.exp(0.8 * np.sin(np.arange(280) / 280 * 2 * np.pi))
    losing = season * np.exp(-0.015 * np.maximum(np.arange(280) - 140, 0))
    lines = [("a", season), ("b", losing), *((item, np.full(280, 200.0)) for item in "cdefg")]
    days = pd.concat([pd.DataFrame({"date": dates, "item_id": i, "item_visitors": y}) for i, y in lines])
    hints = StageHints(category={"a": "s", "b": "s", **dict.fromkeys("cdefg", "cups")})
    weekly = weekly_stages(days, hints=hints)
    assert "decline" not in set(weekly.query("item_id == 'a'")["stage"])
    assert "decline" in set(weekly.query("item_id == 'b'")["stage"])


def test_the_thresholds_given_are_the_ones_that_count():
    days = [*steady(), item("x", [100.0] * 20, buyers=0.04)]
    assert set(stages_of("x", days, rules=StageRules(hit_level=700.0))) == {"hit"}
    assert set(stages_of("x", days, rules=StageRules(hit_level=700.1))) == {"stable"}
    young = [*steady(), item("x", [50.0] * 8, start=6)]
    assert stages_of("x", young, rules=StageRules(new_weeks=2)) == ["new"] * 2 + ["stable"] * 6


def test_a_week_is_shown_from_the_first_whole_one_on():
    week = weekly_stages(item("x", [10.0]), last_day=dt.date(2026, 1, 11))
    assert week["week"].tolist() == [MONDAY]
    assert weekly_stages(item("x", [10.0]), last_day=dt.date(2026, 1, 10)).empty
    assert set(weekly_stages(item("x", [10.0]).iloc[:6]).columns) == set(week.columns)
