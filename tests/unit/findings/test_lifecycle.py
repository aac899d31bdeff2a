"""The rules of the lifecycle pages, on a small typed shop: four weeks decide, what is missing is named."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.stages import StageRules
from shopbook.days import Calendar
from shopbook.findings.facts import Facts
from shopbook.findings.product_lifecycle.decline import (
    decline_findings,
    decline_table,
    out_of_season,
    take_down_table,
)
from shopbook.findings.product_lifecycle.facts import LifecycleFacts, lock_stage
from shopbook.findings.product_lifecycle.mature import hit_findings, hit_table, stable_findings
from shopbook.findings.product_lifecycle.overview import (
    clear_findings,
    hero_findings,
    stage_findings,
    stage_table,
)
from shopbook.findings.product_lifecycle.rising import (
    free_per_paid,
    growth_table,
    new_findings,
    source_changes,
)
from shopbook.findings.warnings.lifecycle import changed_since, lifecycle_warnings
from shopbook.params import ShopSettings, rules

MONDAY = pd.Timestamp("2026-06-01")
WEEKS = 16
DAY = dt.date(2026, 9, 20)
PLACES = ("item_daily", "flow_source", "market", "peers", "rivals", "restated")


pytestmark = pytest.mark.usefixtures("english")


def item(
    item_id: str, weekly: list[float], *, start: int = 0, rate: float = 0.03, price: float = 50.0
) -> pd.DataFrame:
    """An item with the given visitors a day in each week."""
    days = pd.date_range(MONDAY + pd.Timedelta(weeks=start), periods=7 * len(weekly))
    visitors = np.repeat(np.array(weekly, float), 7)
    buyers = visitors * rate
    return pd.DataFrame(
        {
            "date": days, "item_id": item_id, "item_name": f"Cup {item_id}", "item_visitors": visitors,
            "pay_buyers": buyers, "pay_units": buyers, "pay_amount": buyers * 50.0,
            "cart_buyers": visitors * 0.1, "favorite_buyers": visitors * 0.05,
            "search_visitors": visitors * 0.3, "refund_amount": 0.0, "item_bounce_rate": 0.4,
        }
    )  # fmt: skip


def course(start: float, slope: float, flat: int = 8) -> list[float]:
    return [start] * flat + list(start * np.exp(slope * np.arange(1, WEEKS - flat + 1)))


def shop(**frames: pd.DataFrame) -> LifecycleFacts:
    """Five steady items, a hit, a growing, a falling and a new one, and whatever `frames` add or replace."""
    items = [
        *(item(f"s{number}", [100.0 + number] * WEEKS) for number in range(5)),
        item("hit", [600.0] * WEEKS, rate=0.04),
        item("up", course(60.0, 0.15)),
        item("down", course(400.0, -0.15)),
        item("fresh", [40.0] * 3, start=WEEKS - 3),
    ]
    days = pd.date_range(MONDAY, DAY)
    daily = pd.DataFrame({"date": days, "visitors": 5000.0, "pay_buyers": 100.0, "pay_amount": 5000.0})
    made = {
        **{name: pd.DataFrame() for name in PLACES},
        "shop_daily": daily,
        "item_daily": pd.concat(items, ignore_index=True),
        **frames,
    }
    base = Facts(ShopSettings(id="demo", name="demo"), DAY, made, Calendar(()), rules())
    return LifecycleFacts(base, StageRules())


def stock(**units: float) -> pd.DataFrame:
    rows = pd.DataFrame({"item_id": list(units), "stock_units": list(units.values())})
    return rows.assign(
        date=pd.Timestamp(DAY), unit_cost=20.0, listed_on=pd.Timestamp("2026-01-01"), season="四季"
    )


def tags(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["item_id", "category", "role", "stage_lock"])


def texts(facts: LifecycleFacts, kinds: tuple[str, ...] = ("item_daily",)) -> str:
    return "\n".join(one.text for one in lifecycle_warnings(facts, kinds))


def test_the_typed_shop_stands_where_it_was_typed():
    stages = shop().items["stage"].to_dict()
    assert (stages["hit"], stages["up"], stages["down"], stages["fresh"], stages["s0"]) == (
        "hit", "growth", "decline", "new", "stable",
    )  # fmt: skip


def test_the_days_known_of_the_last_four_weeks_are_those_any_item_has_a_row_of():
    assert shop().days_known == 28
    three = pd.concat([item("a", [50.0] * 3, start=WEEKS - 3), item("b", [50.0] * 2, start=WEEKS - 2)])
    assert shop(item_daily=three).days_known == 21


def test_a_week_without_a_change_says_so():
    found = stage_findings(shop())
    assert [one.id for one in found] == ["lifecycle.stage_change"]
    assert found[0].headline.startswith("No item changed its stage this week")


def test_an_item_that_began_this_week_is_a_change():
    items = pd.concat([shop().item_days, item("newest", [30.0], start=WEEKS - 1)])
    found = stage_findings(shop(item_daily=items))
    assert [(one.scope["item_id"], one.scope["stage"]) for one in found] == [("newest", "new")]


def test_a_fall_of_a_large_item_is_acted_on_with_owner_step_and_day():
    big = item("big", [3000.0] * (WEEKS - 3) + list(3000.0 * np.exp(-0.2 * np.arange(1, 4))))
    found = [
        one
        for one in stage_findings(shop(item_daily=pd.concat([shop().item_days, big])))
        if one.level == "act"
    ]
    assert [(one.scope["item_id"], one.verdict, one.owner, one.due) for one in found] == [
        ("big", "worse", "operator", "2026-09-27")
    ]


def with_a_fall() -> LifecycleFacts:
    big = item("big", [3000.0] * (WEEKS - 3) + list(3000.0 * np.exp(-0.2 * np.arange(1, 4))))
    return shop(item_daily=pd.concat([shop().item_days, big]))


def test_a_change_of_stage_speaks_of_a_level_and_of_the_weeks_to_come():
    facts = with_a_fall()
    facts.__dict__["outlook"] = pd.DataFrame({"low": 9_000.0, "high": 15_000.0}, index=["big"])
    (change,) = stage_findings(facts)
    assert "fell to" in change.headline
    assert "the next four weeks 9,000 ~ 15,000 visitors a week" in change.headline
    assert "falls" not in change.headline + change.next_step


def test_a_fall_such_as_the_shop_has_not_seen_before_gets_no_range():
    facts = with_a_fall()
    assert "big" not in facts.outlook.index
    (change,) = stage_findings(facts)
    assert "the next four weeks" not in change.headline


def test_a_fall_without_a_reason_is_not_to_be_repaired():
    facts = shop()
    (fall,) = [each for each in decline_findings(facts) if each.scope["item_id"] == "down"]
    assert "name no reason" in fall.next_step


def test_an_item_to_be_cleared_has_one_thing_to_do():
    facts = shop(stock=stock(down=4000))
    assert [each.next_step != "" for each in clear_findings(facts)] == [True]
    (fall,) = [each for each in decline_findings(facts) if each.scope["item_id"] == "down"]
    assert (fall.level, fall.next_step) == ("ok", "")


def test_nobody_is_told_to_cut_a_price_by_almost_nothing():
    rate = float(shop(stock=stock(down=10)).stock_cover.loc["down", "rate"])
    days = int(rules().thresholds["clear_days"].value)
    (finding,) = clear_findings(shop(stock=stock(down=round(rate * days * 1.03))))
    assert finding.level == "ok"
    assert "off" not in finding.headline


def test_a_test_that_the_stock_cannot_carry_is_not_asked_for():
    (finding,) = new_findings(shop(stock=stock(fresh=2).assign(listed_on=pd.Timestamp("2026-08-31"))))
    assert "cannot carry a test" in finding.headline
    assert finding.owner == "supply"


def test_heroes_are_no_hits_no_falling_items_and_in_stock():
    able = [item(name, [200.0] * WEEKS, rate=0.06) for name in ("able", "gone")]
    facts = shop(item_daily=pd.concat([shop().item_days, *able]), stock=stock(gone=0))
    found = [one.scope["item_id"] for one in hero_findings(facts)]
    assert found[0] == "able"
    assert not set(found) & {"hit", "down", "gone"}


def test_an_item_that_may_convert_worse_than_the_shop_is_sent_no_traffic():
    even = [item(f"even{place}", [200.0] * WEEKS, rate=0.03) for place in range(4)]
    assert hero_findings(shop(item_daily=pd.concat(even))) == []


@pytest.mark.parametrize(
    ("units", "level", "words"),
    [
        pytest.param(50.0, "ok", "are gone by", id="sells out in time"),
        pytest.param(400.0, "watch", "% off clears them", id="a markdown clears it"),
        pytest.param(90_000.0, "watch", "even at 70% off", id="no markdown does"),
    ],
)
def test_a_falling_item_with_stock_gets_a_clearance(units, level, words):
    found = clear_findings(shop(stock=stock(down=units)))
    assert [(one.scope["item_id"], one.level) for one in found] == [("down", level)]
    assert words in found[0].headline


def test_the_stage_table_has_the_columns_of_the_contract():
    row = stage_table(shop())[0]
    first = [
        "item_id",
        "stage",
        "since",
        "candidate",
        "candidate_weeks",
        "slope",
        "z",
        "level",
        "growing",
        "locked",
    ]
    assert list(row)[:11] == [*first, "role"]
    assert row["since"] == "2026-06-01"


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        pytest.param({}, "No item tags", id="no tags"),
        pytest.param({"stock": stock(s0=5)}, "No unit cost for 8 of 9 items", id="cost missing"),
        pytest.param({"stock": stock(s0=5)}, "No stock for 8 of 9 items", id="stock missing"),
        pytest.param(
            {"item_tags": tags(("s0", "tea", "", ""))}, "No category for 8 of 9", id="category missing"
        ),
        pytest.param(
            {"item_tags": tags(("ghost", "tea", "", ""))}, "no item report knows: ghost", id="unknown item"
        ),
        pytest.param(
            {"item_tags": tags(("s0", "", "", "超级期"))},
            "no stage or role, left out: s0 超级期",
            id="odd lock",
        ),
        pytest.param(
            {"item_tags": tags(("s0", "", "神款", ""))}, "no stage or role, left out: s0 神款", id="odd role"
        ),
    ],
)
def test_what_is_missing_is_named(frames, words):
    assert words in texts(shop(**frames))


def test_a_doubled_item_is_named_and_counted_once():
    days = shop().item_days
    facts = shop(item_daily=pd.concat([days, days[days["item_id"] == "s0"].tail(1)]))
    assert "twice in one day's report, the last row counts: s0" in texts(facts)
    assert facts.items.loc["s0", "item_visitors"] == 2800


def test_few_weeks_and_missing_visitors_are_said():
    days = shop().item_days
    short = days[days["date"] >= MONDAY + pd.Timedelta(weeks=WEEKS - 4)].drop(columns="item_visitors")
    said = texts(shop(item_daily=short))
    assert "Only 4 whole week(s)" in said
    assert "stages follow the units sold" in said


@pytest.mark.parametrize(("weeks", "verdict"), [(5, "unknown"), (6, "same")])
def test_before_a_trend_can_be_seen_nothing_is_called_unchanged(weeks, verdict):
    days = shop().item_days
    calm = days[
        days["item_id"].str.startswith("s") & (days["date"] >= MONDAY + pd.Timedelta(weeks=WEEKS - weeks))
    ]
    [told] = stage_findings(shop(item_daily=calm))
    assert told.verdict == verdict
    assert ("1 more whole week(s)" in told.headline) == (weeks == 5)


def test_no_item_report_at_all_leaves_empty_tables_and_a_warning():
    facts = shop(item_daily=pd.DataFrame())
    assert "No item report yet" in texts(facts)
    assert (stage_table(facts), stage_findings(facts), hero_findings(facts)) == ([], [], [])
    assert (new_findings(facts), hit_findings(facts), stable_findings(facts), clear_findings(facts)) == (
        [],
        [],
        [],
        [],
    )


@pytest.mark.parametrize(
    ("word", "stage"), [("爆款期", "hit"), ("新品", ""), ("hit", "hit"), ("", ""), ("衰退", "decline")]
)
def test_a_lock_is_a_stage_in_either_language(word, stage):
    assert lock_stage(word) == stage


def test_a_published_stage_that_restated_history_would_change_is_said():
    facts = shop()
    told = {"date": "2026-09-14", "tables": {"stages": [{"item_id": "s0", "stage": "hit", "locked": False}]}}
    facts = LifecycleFacts(facts.base, facts.rules, (told,))
    assert changed_since(facts) == [("2026-09-14", "s0", "hit", "stable")]
    assert "1 stage(s) published on 2026-09-14 would be others today" in texts(facts)


def test_a_published_stage_that_still_holds_is_not_mentioned():
    facts = shop()
    told = {
        "date": "2026-09-14",
        "tables": {"stages": [{"item_id": "s0", "stage": "stable", "locked": False}]},
    }
    assert changed_since(LifecycleFacts(facts.base, facts.rules, (told,))) == []


def test_a_new_item_is_told_how_many_visitors_are_missing():
    found = new_findings(shop())
    assert [one.scope["item_id"] for one in found] == ["fresh"]
    assert "of Cup fresh" in found[0].next_step or "Cup fresh" in found[0].next_step


def test_growth_names_the_source_that_gained_most():
    days = pd.date_range(MONDAY + pd.Timedelta(weeks=WEEKS - 4), periods=28)
    late = days >= MONDAY + pd.Timedelta(weeks=WEEKS - 2)
    rows = [
        {"date": day, "item_id": "up", "device": "all", "level": 1, "channel": name, "channel_label": name,
         "channel_detail": "", "visitors": 30.0 + (gain if is_late else 0.0)}
        for day, is_late in zip(days, late, strict=True)
        for name, gain in (("search", 20.0), ("recommendation", 5.0))
    ]  # fmt: skip
    facts = shop(item_flow_source=pd.DataFrame(rows))
    assert source_changes(facts, "up").to_dict() == {"search": 20.0, "recommendation": 5.0}
    row = growth_table(facts).set_index("item_id").loc["up"]
    assert (row["source"], row["source_share"]) == ("search", 0.8)


def test_what_paid_visitors_bring_is_not_known_without_ads():
    assert all(np.isnan(value) for value in free_per_paid(shop(), "up"))


def test_a_hit_has_its_share_and_a_successor_that_grows():
    row = hit_table(shop(stock=stock(hit=500, up=300))).iloc[0]
    assert (row["item_id"], row["successor"]) == ("hit", "Cup up")
    assert row["share"] == pytest.approx(0.45, abs=0.15)


def test_a_stable_items_ads_under_break_even_can_be_cut():
    ads = pd.DataFrame(
        {"date": [pd.Timestamp(DAY)], "level": ["item"], "item_id": ["s0"], "ad_spend": [500.0],
         "ad_revenue": [400.0], "ad_clicks": [100.0], "ad_impressions": [2000.0]}
    )  # fmt: skip
    found = stable_findings(shop(ad_report=ads, stock=stock(s0=50)))[0]
    assert (found.level, found.value, found.owner) == ("watch", 500.0, "promotion")


def test_a_price_rise_stands_beside_the_fall():
    days = shop().item_days
    late = (days["item_id"] == "down") & (days["date"] > pd.Timestamp("2026-08-23"))
    raised = days.assign(pay_amount=days["pay_amount"].where(~late, days["pay_amount"] * 1.2))
    assert "price ▲ +20.0%" in decline_table(shop(item_daily=raised)).loc[0, "reasons"]
    assert decline_table(shop()).loc[0, "reasons"] == "none found in the data"


def test_what_sold_nothing_though_seen_is_taken_down_and_what_nobody_saw_is_not_judged():
    dead = [item("dead", [100.0] * WEEKS, rate=0.0), item("unseen", [0.5] * WEEKS, rate=0.0)]
    facts = shop(item_daily=pd.concat([shop().item_days, *dead]), stock=stock(dead=9, unseen=9))
    reasons = take_down_table(facts).set_index("item_id")["reason"].to_dict()
    assert reasons == {
        "dead": "no sale in 30 days",
        "unseen": "no sale in 30 days, but too few visitors to judge",
    }


@pytest.mark.parametrize(
    ("season", "month", "late"), [("夏", 11, True), ("夏", 7, False), ("四季", 1, False), ("", 1, False)]
)
def test_out_of_season_follows_the_month(season, month, late):
    assert out_of_season(season, month) is late


@pytest.mark.parametrize(
    ("unknown", "has_stages"),
    [(["item_visitors", "pay_units"], False), (["item_visitors"], True), (["pay_units"], True)],
)
def test_an_item_report_of_neither_visitors_nor_units_has_no_stages_and_says_how_many_weeks_lack(
    unknown, has_stages
):
    blank = item("a", [100.0] * WEEKS).assign(**dict.fromkeys(unknown, np.nan))
    facts = shop(item_daily=blank)
    assert facts.weekly.empty is not has_stages
    warned = {one.code for one in lifecycle_warnings(facts, ("item_daily",))}
    assert ("short_base" in warned) is not has_stages
