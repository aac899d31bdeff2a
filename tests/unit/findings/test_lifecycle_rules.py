"""Hits, stable and falling items on typed rows: where each rule begins, which days and items it looks at."""

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from shopbook.analysis.stages import StageHints, StageRules
from shopbook.days import Calendar
from shopbook.findings.facts import Facts
from shopbook.findings.product_lifecycle import decline, mature, overview, rising
from shopbook.findings.product_lifecycle.facts import LifecycleFacts
from shopbook.params import ShopSettings, rules

DAY = dt.date(2026, 9, 23)  # a Wednesday
SUNDAY = pd.Timestamp("2026-09-20")
NAN = math.nan


pytestmark = pytest.mark.usefixtures("english")


def life(*items: dict[str, Any], weekly: pd.DataFrame | None = None, hints=None, **frames) -> LifecycleFacts:
    """A shop of these items as the rules see them, and these frames; everything else is empty."""
    names = ("shop_daily", "item_daily", "market", "peers", "rivals", "flow_source", "restated")
    held = {**dict.fromkeys(names, pd.DataFrame()), **frames}
    facts = LifecycleFacts(Facts(ShopSettings(id="t"), DAY, held, Calendar(()), rules()), StageRules())
    facts.__dict__.update(
        items=pd.DataFrame([item("") | each for each in items], columns=list(item(""))).set_index("item_id"),
        outlook=pd.DataFrame(columns=["low", "high", "direction"]),
        weekly=pd.DataFrame({"item_id": [], "week": [], "stage": [], "basis": []})
        if weekly is None
        else weekly,
        hints=hints or StageHints(),
        goal=0.02,
    )
    return facts


def item(name: str, stage: str = "stable", **more: Any) -> dict[str, Any]:
    """One row of the items: nothing special, what a test changes it says."""
    sums = ("item_visitors", "pay_buyers", "pay_units", "pay_amount")
    row = {
        "item_id": name, "name": f"Cup {name}", "stage": stage, "since": pd.Timestamp("2026-06-01"),
        "candidate": "", "candidate_weeks": 0, "slope": NAN, "z": NAN, "level": 100.0, "growing": False,
        "locked": False, "role": "", "category": "", "conversion": 0.03, "share": 0.1, "year_index": NAN,
        "reference": "shop", "basis": "visitors", "rank": NAN, "score": NAN, "badge": False,
        "stock_units": NAN, "unit_cost": NAN, "margin_share": NAN, "profit": NAN, "price": 50.0,
        "price_before": 50.0, "rate": NAN, "days": NAN, "ad_spend": NAN, "ad_revenue": NAN, "season": "",
        "listed_on": pd.NaT, **dict.fromkeys(sums, 100.0), **{f"{each}_before": 100.0 for each in sums},
    }  # fmt: skip
    return row | more


def preset(facts: LifecycleFacts, key: Any, value: Any) -> None:
    """What a rule would make once of raw rows, given as it is."""
    facts.base.once(key, lambda: value)


# -- hits


def test_a_hit_carries_its_share_of_the_four_weeks_before():
    facts = life(item("a", "hit", share=0.4), item("b", "hit", pay_amount=50.0), item("c"))
    preset(facts, ("window", 4), pd.DataFrame({"pay_amount": {"a": 30.0, "c": 90.0}}))
    table = mature.hit_table(facts)
    assert table[["item_id", "share"]].to_dict("list") == {"item_id": ["a", "b"], "share": [0.4, 0.1]}
    assert table["share_before"].tolist() == pytest.approx([0.25, NAN], nan_ok=True)


@pytest.mark.parametrize(("sold", "share"), [(1.0, 1.0), (0.0, 0.0)])
def test_of_a_shop_that_sold_nothing_before_the_share_is_none(sold, share):
    facts = life(item("a", "hit"))
    preset(facts, ("window", 4), pd.DataFrame({"pay_amount": {"a": sold}}))
    assert mature.hit_table(facts)["share_before"].tolist() == [share]


HEIRS = {
    "rank": [item("a", rank=2.0), item("b", rank=1.0)],
    "growing first": [item("a", rank=1.0), item("b", "growth", growing=True, rank=3.0)],
    "ranked only": [item("a"), item("b", rank=9.0)],
    "in stock": [item("a", rank=1.0, stock_units=0.0), item("b", rank=2.0, stock_units=1.0)],
    "stock not known": [item("a", rank=1.0, stock_units=0.0), item("b", rank=2.0)],
    "no hit": [item("a", "hit", rank=1.0), item("b", "new", rank=2.0)],
    "no falling one": [item("a", "decline", rank=1.0), item("b", "stable", rank=2.0)],
    "category": [item("a", rank=1.0), item("b", rank=2.0, category="cups")],
}


@pytest.mark.parametrize("able", HEIRS.values(), ids=HEIRS)
def test_the_successor_of_a_hit_is_the_best_ranked_able_item_of_its_category(able):
    assert mature.successor(life(*able), pd.Series({"category": "cups"})) == "Cup b"


def test_without_a_category_or_an_item_of_it_the_whole_shop_is_asked_for_a_successor():
    able = [item("a", rank=1.0, category="pots"), item("b", rank=2.0)]
    assert mature.successor(life(*able), pd.Series({"category": "cups"})) == "Cup a"
    assert mature.successor(life(*able), pd.Series({"category": ""})) == "Cup a"
    assert mature.successor(life(item("a")), pd.Series({"category": ""})) == ""


def index_rows(*rows: tuple[int, float], entity="rival", **more: str) -> pd.DataFrame:
    """Traffic indices of one rival item: (days before Sunday, value)."""
    made = pd.DataFrame(
        [(SUNDAY - pd.Timedelta(days=back), value) for back, value in rows], columns=["date", "value"]
    )
    return made.assign(**{"entity": entity, "entity_type": "item", "metric": "traffic_index"} | more)


def test_an_index_changes_by_the_mean_of_four_weeks_against_the_four_before():
    rows = index_rows((-1, 9e9), (0, 130.0), (27, 110.0), (28, 90.0), (55, 110.0), (56, 9e9))
    own = index_rows((0, 50.0), (28, 100.0), entity="self", entity_type="shop")
    other = index_rows((0, 50.0), (28, 1.0), metric="rank")
    facts = life(rivals=pd.concat([rows, own, other]))
    assert mature.rival_table(facts).to_dict("records") == [{"entity": "rival", "change": pytest.approx(0.2)}]
    assert mature.own_index_change(facts) == -0.5
    assert math.isnan(mature.own_index_change(life(rivals=rows)))
    assert math.isnan(mature.own_index_change(life()))


@pytest.mark.parametrize(
    ("change", "own", "closes"),
    [(0.1, NAN, False), (0.11, NAN, True), (0.3, 0.19, True), (0.3, 0.21, False), (0.0, -0.11, True)],
)
def test_a_rival_closes_in_when_it_gains_more_than_a_tenth_on_us(change, own, closes):
    facts = life(item("a", "hit"), item_daily=pd.DataFrame())
    preset(facts, "hit_table", pd.DataFrame([hit()]))
    rows = [("first", change), ("second", -0.9)]
    preset(facts, "rival_items", pd.DataFrame(rows, columns=["entity", "change"]))
    facts.base.frames["rivals"] = (
        pd.DataFrame()
        if math.isnan(own)
        else index_rows((0, 100.0 * (1 + own)), (28, 100.0), entity="self", entity_type="shop")
    )
    found = [each for each in mature.hit_findings(facts) if each.id == "lifecycle.rival"]
    assert [(each.scope, each.change) for each in found] == [({"rival": "first"}, change)] * closes
    assert all("Cup a" in each.next_step for each in found)


def test_without_a_hit_no_rival_closes_in():
    facts = life()
    preset(facts, "rival_items", pd.DataFrame({"entity": ["first"], "change": [9.0]}))
    assert mature.hit_findings(facts) == []


def ranks(*rows: tuple[int, float]) -> pd.DataFrame:
    return index_rows(*rows, entity="self", metric="rank")


@pytest.mark.parametrize(
    ("now", "before", "level", "verdict"),
    [(13.0, 10.0, "watch", "worse"), (12.9, 10.0, "ok", "unknown"), (10.0, 13.0, "ok", "unknown")],
)
def test_a_rank_is_lost_from_three_places_on(now, before, level, verdict):
    [found] = mature._rank(life(rivals=ranks((0, now), (28, before))))
    assert (found.level, found.verdict, found.value, found.baseline) == (level, verdict, now, before)
    assert (found.owner == "operator") == (level == "watch")


def test_a_rank_is_the_median_of_a_week_and_of_the_week_four_before():
    rows = [
        (-1, 99.0),
        (0, 5.0),
        (3, 7.0),
        (6, 30.0),
        (7, 99.0),
        (27, 99.0),
        (28, 2.0),
        (34, 4.0),
        (35, 99.0),
    ]
    [found] = mature._rank(life(rivals=pd.concat([ranks(*rows), index_rows((0, 400.0), entity="self")])))
    assert (found.value, found.baseline) == (7.0, 3.0)
    assert mature._rank(life(rivals=ranks((0, 5.0)))) == mature._rank(life(rivals=ranks((28, 5.0)))) == []
    assert mature._rank(life()) == []


def hit(**more: Any) -> dict[str, Any]:
    return {"item_id": "a", "name": "Cup a", "share": 0.2, "share_before": 0.1, "rating": NAN,
            "stock_units": NAN, "successor": ""} | more  # fmt: skip


@pytest.mark.parametrize(
    ("more", "level", "owner"),
    [({}, "ok", ""), ({"share": 0.3}, "ok", ""), ({"share": 0.301}, "watch", "operator"),
     ({"rating": 4.8}, "ok", ""), ({"rating": 4.79}, "watch", "quality")],
)  # fmt: skip
def test_a_shop_depends_on_an_item_of_three_tenths_and_minds_its_rating(more, level, owner):
    found = mature._depends(life(), hit(**more))
    assert (found.level, found.owner) == (level, owner)
    assert bool(found.next_step) == (level != "ok")  # nothing decided, nothing to do
    assert ("rated 4.79, goal 4.8" in found.headline) == (owner == "quality")
    assert bool(found.caveats) == (more == {"share": 0.301})


def test_a_hit_that_is_sold_out_is_restocked_before_anything_else():
    found = mature._depends(life(), hit(stock_units=0.0, rating=4.1, successor="Cup b"))
    assert (found.owner, found.level) == ("supply", "watch")
    assert "; it is sold out" in found.headline
    assert found.next_step.startswith("Restock Cup a first:")


def test_a_hit_without_a_successor_has_nobody_yet():
    assert "successor: nobody yet" in mature._depends(life(), hit()).headline
    assert "successor: Cup b" in mature._depends(life(), hit(successor="Cup b")).headline
    alone, followed = (
        mature._depends(life(), hit(share=0.5, successor=name)).next_step for name in ("", "Cup b")
    )
    assert "name its successor" in alone
    assert "sell Cup b beside it" in followed


def test_the_newest_rating_of_an_item_counts():
    days = pd.to_datetime(["2026-09-02", "2026-09-01", "2026-09-03"])
    rows = pd.DataFrame({"date": days, "entity": "a", "value": [4.6, 4.9, 1.0],
                         "metric": ["item_rating", "item_rating", "other"]})  # fmt: skip
    assert mature.item_ratings(life(hand_filled=rows)).to_dict() == {"a": 4.6}
    assert mature.item_ratings(life()).empty


# -- stable items


@pytest.mark.parametrize(
    ("revenue", "spend", "cut"),
    [(250.0, 100.0, 0.0), (249.0, 100.0, 100.0), (0.0, 0.0, 0.0), (NAN, NAN, 0.0), (900.0, 100.0, 0.0)],
)
def test_ads_under_break_even_can_be_cut(revenue, spend, cut):
    # A margin of 40% comes back at an ROI of 2.5.
    facts = life(item("a", margin_share=0.4, ad_revenue=revenue, ad_spend=spend), item("b", "hit"))
    table = mature.stable_table(facts)
    assert table[["item_id", "cut"]].to_dict("list") == {"item_id": ["a"], "cut": [cut]}


def orders(date: pd.Timestamp, *baskets: str) -> pd.DataFrame:
    """One order a basket, a letter an item, each of a buyer of its own."""
    rows = [
        (date, f"{date:%m%d}{place}", f"buyer {place}", name)
        for place, names in enumerate(baskets)
        for name in names
    ]
    return pd.DataFrame(rows, columns=["date", "order_id", "buyer", "item_id"])


def test_a_partner_was_bought_along_eight_times_in_twelve_weeks_and_more_often_than_by_chance():
    first = SUNDAY - pd.Timedelta(days=83)
    lines = orders(first, *["ab"] * 8, *["c"] * 8)
    table = mature.stable_table(life(item("a"), item("b", "hit"), order_lines=lines))
    # Each was in half of the orders, and always with the other.
    assert table[["partner", "lift"]].to_dict("records") == [{"partner": "Cup b", "lift": 2.0}]

    def partner(lines: pd.DataFrame) -> Any:
        return mature.stable_table(life(item("a"), order_lines=lines))["partner"].tolist()

    assert partner(lines) == ["b"]
    assert partner(orders(first - pd.Timedelta(days=1), *["ab"] * 8, *["c"] * 8)) == [""]
    assert partner(orders(first, *["ab"] * 7, *["c"] * 8)) == [""]
    assert partner(orders(first, *["ab"] * 8)) == [""]  # every order holds both: a lift of one
    assert partner(pd.DataFrame()) == [""]


@pytest.mark.parametrize(("buyers", "share"), [(30, 0.1), (29, NAN)])
def test_how_many_buy_an_item_again_is_known_from_thirty_buyers_on(buyers, share):
    # Ninety days after the first purchase are over for all of them; three came back in time.
    first = orders(SUNDAY - pd.Timedelta(days=100), *["a"] * buyers)
    again = pd.concat([orders(SUNDAY - pd.Timedelta(days=80), *["a"] * 3), orders(SUNDAY, "b")])
    facts = life(item("a"), order_lines=pd.concat([first, again]))
    assert mature.stable_table(facts)["repurchase"].tolist() == pytest.approx([share], nan_ok=True)


def stable(*rows: dict[str, Any], days: int = 28, ads: int = 1) -> list:
    held = {"item_id": "a", "name": "Cup a", "pay_amount": 100.0, "profit": NAN, "partner": "", "lift": NAN,
            "roi": 1.0, "break_even": 2.5, "cut": 0.0}  # fmt: skip
    facts = life()
    preset(facts, "stable_table", pd.DataFrame([held | row for row in rows], columns=list(held)))
    facts.__dict__.update(days_known=days, ads=pd.DataFrame(index=range(ads)))
    return mature.stable_findings(facts)


def test_the_ads_to_cut_are_added_up_and_the_largest_is_named():
    [found] = stable({"cut": 10.0}, {"name": "Cup b", "cut": 30.0, "roi": 1.5}, {"name": "Cup c"})
    assert found.headline == (
        "¥40.00 of ads on 2 stable item(s) stay under break-even; most on Cup b (ROI 1.50, needs 2.50)"
    )
    assert (found.value, found.level, found.metric) == (40.0, "watch", "ad_spend")


def test_without_ads_to_cut_stable_items_say_what_they_earn_or_else_what_they_sold():
    [sold] = stable({}, {"pay_amount": 50.0})
    assert sold.headline == "2 stable item(s) sold ¥150 in 4 weeks; no ads to cut"
    assert (sold.value, sold.level) == (150.0, "ok")
    [earned] = stable({"profit": 20.0}, {"pay_amount": 50.0})
    assert earned.headline == "2 stable item(s) made ¥20.00 in 4 weeks of ¥150; no ads to cut"
    [young] = stable({}, days=20)
    assert young.headline == "1 stable item(s) sold ¥100 in 20 day(s); no ads to cut"
    assert stable() == []
    [unknown] = stable({}, ads=0)  # no ad report: what could be cut is not known
    assert unknown.headline == "2 stable item(s) sold ¥100 in 4 weeks".replace("2", "1", 1)


def test_an_ad_report_of_plans_alone_leaves_the_ads_of_items_unknown():
    plans = pd.DataFrame({"date": [pd.Timestamp(DAY)], "level": "plan", "ad_plan_id": "7", "ad_spend": 9.0})
    assert life(item("a"), ad_report=plans).ads.empty
    searched = pd.DataFrame({"date": [pd.Timestamp(DAY)], "item_id": "a", "search_visitors": 5.0})
    facts = life(item("a"), ad_past=plans)
    facts.__dict__["item_days"] = searched
    assert np.isnan(rising.free_per_paid(facts, "a")).all()


def test_the_pair_of_the_highest_lift_is_a_bundle_and_chance_is_none():
    found = stable({"lift": 1.5, "partner": "Cup x"}, {"item_id": "b", "lift": 2.0, "partner": "Cup y"})
    assert [(each.id, each.scope) for each in found[1:]] == [("lifecycle.bundle", {"item_id": "b"})]
    assert "Cup y are bought together 2.0 times" in found[1].headline
    assert len(stable({"lift": 1.0, "partner": "Cup x"})) == 1


# -- changes of stage


def weeks(*rows: tuple[str, int, str], basis="visitors") -> pd.DataFrame:
    """Stages by item and week: (item, weeks before the newest, stage)."""
    monday = pd.Timestamp("2026-09-14")
    made = [(name, monday - pd.Timedelta(weeks=back), stage, basis) for name, back, stage in rows]
    return pd.DataFrame(made, columns=["item_id", "week", "stage", "basis"])


def test_a_stage_changes_against_the_week_before_and_a_new_item_begins():
    rows = [("a", 0, "growth"), ("a", 1, "stable"), ("a", 2, "growth"), ("b", 0, "stable"),
            ("b", 1, "stable"), ("c", 0, "new"), ("d", 0, "stable"), ("e", 0, "decline"),
            ("e", 1, "hit")]  # fmt: skip
    items = [item("a", "growth", pay_amount=1.0), item("b"), item("c", "new", pay_amount=2.0), item("d"),
             item("e", "decline", pay_amount=3.0)]  # fmt: skip
    found = overview.changed_items(life(*items, weekly=weeks(*rows)))
    assert found["previous"].to_dict() == {"e": "hit", "c": "", "a": "stable"}
    assert list(found.index) == ["e", "c", "a"]


def test_the_five_largest_changes_are_told():
    names = "abcdefg"
    rows = [(name, back, stage) for name in names for back, stage in ((0, "growth"), (1, "new"))]
    items = [item(name, "growth", pay_amount=float(place)) for place, name in enumerate(names)]
    found = overview.stage_findings(life(*items, weekly=weeks(*rows)))
    assert [each.scope["item_id"] for each in found] == list("gfedc")


def test_stages_are_counted_in_the_order_of_a_life():
    facts = life(item("a", "decline"), item("b", "hit"), item("c", "new"), item("d", "hit"))
    assert overview.stage_counts(facts) == "new stage 1, hit stage 2, decline stage 1"


def change_of(stage: str, **more: Any):
    facts = life(item("a", stage, **more))
    row = facts.items.loc["a"].copy()
    row["previous"] = more.get("previous", "stable")
    return overview._stage_change(facts, "a", row, "?")


@pytest.mark.parametrize(
    ("stage", "share", "level", "verdict", "said"),
    [("decline", 0.05, "act", "worse", "fell to 100"), ("decline", 0.049, "watch", "worse", "fell to 100"),
     ("growth", 0.9, "watch", "better", "rose to 100"), ("hit", 0.9, "watch", "better", "rose to 100"),
     ("stable", 0.9, "ok", "unknown", "stands at 100"), ("new", 0.9, "ok", "unknown", "stands at 100")],
)  # fmt: skip
def test_the_fall_of_an_item_of_a_twentieth_of_the_sales_is_acted_on(stage, share, level, verdict, said):
    found = change_of(stage, share=share)
    assert (found.level, found.verdict) == (level, verdict)
    assert said in found.headline


def test_a_change_speaks_in_the_unit_of_its_stage():
    more = {"item_visitors": 60.0, "item_visitors_before": 50.0, "pay_units": 9.0, "pay_units_before": 10.0}
    visitors, units = change_of("growth", **more), change_of("growth", basis="units", **more)
    assert (visitors.metric, visitors.value, visitors.baseline) == ("item_visitors", 60.0, 50.0)
    assert visitors.change == pytest.approx(0.2)
    assert (units.metric, units.value, units.baseline) == ("pay_units", 9.0, 10.0)
    assert units.change == pytest.approx(-0.1)
    assert "units sold a week: from stable stage" in units.headline
    assert change_of("new", item_visitors_before=NAN).baseline is None


def test_a_change_says_what_it_was_held_against_and_its_slope_where_one_is_known():
    plain, sloped = change_of("new"), change_of("growth", slope=0.12, z=2.34, reference="market")
    assert plain.caveats[0] == "held against the shop's other items"
    assert len(plain.caveats) == 2
    assert sloped.caveats[:2] == (
        "slope +0.12, z 2.3, level 100 a week",
        "held against the market of its category",
    )
    assert "from not listed to new stage" in change_of("new", previous="").headline


@pytest.mark.parametrize(
    ("basis", "event", "said"),
    [("visitors", None, "90 ~ 200 visitors a week"), ("units", None, "90 ~ 200 units sold a week"),
     # The four weeks ahead begin with Monday the 21st and end with 18 October.
     ("visitors", "2026-09-20", "90 ~ 200 visitors a week"),
     ("visitors", "2026-09-21", "90 ~ 200 visitors a week, campaign weeks aside"),
     ("visitors", "2026-10-18", "90 ~ 200 visitors a week, campaign weeks aside"),
     ("visitors", "2026-10-19", "90 ~ 200 visitors a week")],
)  # fmt: skip
def test_the_weeks_to_come_are_said_with_their_unit_and_without_campaign_weeks(basis, event, said):
    hints = StageHints(event_days=[dt.date.fromisoformat(event)] if event else [])
    facts = life(item("a"), weekly=weeks(("a", 0, "stable"), basis=basis), hints=hints)
    facts.__dict__["outlook"] = pd.DataFrame({"low": 90.0, "high": 200.0, "direction": "stays"}, index=["a"])
    assert overview.ahead_words(facts, "a") == said
    assert overview.ahead_words(facts, "b") == ""
    held = [each["week"] for each in overview.weeks_ahead_table(facts)]
    assert len(held) == (3 if "aside" in said else 4)
    assert {"2026-09-28", "2026-10-05"} <= set(held)


def test_the_pages_table_holds_the_stage_asked_for_largest_sales_first():
    facts = life(item("a", pay_amount=1.0), item("b", "hit"), item("c", pay_amount=2.0))
    facts.__dict__["outlook"] = pd.DataFrame(
        {"low": [5.0], "high": [9.0], "direction": ["rises"]}, index=["c"]
    )
    assert [row["item_id"] for row in overview.stage_table(facts)] == ["b", "c", "a"]
    [first, second] = overview.stage_table(facts, "stable")
    assert (first["item_id"], first["ahead_low"], first["ahead_direction"]) == ("c", 5.0, "rises")
    assert (second["item_id"], first["since"]) == ("a", "2026-06-01")
    assert math.isnan(second["ahead_low"])


# -- heroes


def heroes(*rows: dict[str, Any]) -> list:
    return overview.hero_findings(life(*rows))


@pytest.mark.parametrize(("score", "named"), [(0.0201, True), (0.02, False)])
def test_a_hero_converts_surely_better_than_the_shop(score, named):
    assert bool(heroes(item("a", rank=1.0, score=score))) is named


def test_the_three_best_ranked_are_heroes_when_they_can_be_bought_and_are_no_hits():
    able = {"score": 0.05, "badge": True}
    found = heroes(
        item("hit", "hit", rank=1.0, **able), item("gone", rank=2.0, stock_units=0.0, **able),
        item("down", "decline", rank=3.0, **able), item("d", rank=7.0, **able), item("c", rank=6.0, **able),
        item("b", rank=5.0, stock_units=1.0, **able), item("a", "new", rank=4.0, **able),
    )  # fmt: skip
    assert [each.scope["item_id"] for each in found] == ["a", "b", "c"]
    assert (
        found[0].headline == "Cup a: surely converts 5.00% or more, the shop 2.00%; rank 4 for more visitors"
    )
    assert (found[0].value, found[0].baseline, found[0].change) == (0.03, 0.02, pytest.approx(0.5))
    assert heroes(item("a")) == heroes() == []


def test_a_hero_without_the_handbooks_badge_says_so():
    [badged, bare] = heroes(
        item("a", rank=1.0, score=0.05, badge=True), item("b", rank=2.0, score=0.05, conversion=NAN)
    )
    assert (len(badged.caveats), len(bare.caveats)) == (1, 2)
    assert bare.value is None


# -- clearance


def clearance(*rows: dict[str, Any], rising: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    facts = life(*rows)
    facts.__dict__["outlook"] = pd.DataFrame(
        {"low": 1.0, "high": 2.0, "direction": "rises"}, index=pd.Index(rising, dtype=object)
    )
    return overview.clearance_table(facts).to_dict("records")


def test_falling_items_with_stock_are_cleared_the_dearest_first_unless_they_rise_again():
    rows = clearance(
        item("a", "decline", stock_units=450.0, rate=10.0, unit_cost=2.0),
        item("b", "decline", stock_units=450.0, rate=10.0, unit_cost=3.0),
        item("none", "decline", stock_units=0.0, rate=10.0), item("unknown", "decline", rate=10.0),
        item("c", stock_units=450.0, rate=10.0), item("again", "decline", stock_units=9.0, rate=1.0),
        rising=("again",),
    )  # fmt: skip
    assert [(row["item_id"], row["tied"]) for row in rows] == [("b", 1350.0), ("a", 900.0)]
    assert rows[0]["by"] == "2026-11-07"  # 45 days
    assert (rows[0]["needed_rate"], rows[0]["markdown"]) == (10.0, 0.0)


def test_an_item_that_more_people_come_to_is_no_leftover_however_others_grew():
    assert clearance(item("a", "decline", stock_units=9.0, rate=1.0, item_visitors=120.0)) == []


def test_beside_one_that_a_markdown_clears_an_unsold_item_is_given_away_not_cut_by_nan():
    plan = item("a", "decline", stock_units=450.0, rate=8.0), item("b", "decline", stock_units=450.0)
    rows = clearance(*plan)
    assert [row["item_id"] for row in rows if pd.isna(row["markdown"])] == ["b"]
    said = " ".join(clear(**row).headline + clear(**row).next_step for row in rows)
    assert "nan" not in said
    assert "Bundle Cup b with a hit or give it as a gift" in said


@pytest.mark.parametrize(
    ("off", "named"), [(0.049, 0.0), (0.051, 0.051), (0.699, 0.699), (0.701, None)]
)  # fmt: skip
def test_a_markdown_of_five_percent_is_the_least_and_of_seventy_the_most(off, named):
    # 1% off sells 1.5% more: the rate times (1 - off) to the power of -1.5 is what is needed.
    rate = 10.0 * (1 - off) ** 1.5
    [row] = clearance(item("a", "decline", stock_units=450.0, rate=rate))
    assert row["markdown"] == (None if named is None else pytest.approx(named))


def test_an_item_of_unknown_rate_sells_nothing():
    [row] = clearance(item("a", "decline", stock_units=450.0))
    assert (row["rate"], row["markdown"], row["sell_out"]) == (0.0, None, None)


def clear(**more: Any):
    row = {"item_id": "a", "name": "Cup a", "stock_units": 45.0, "by": "2026-11-07", "markdown": 0.0,
           "sell_out": dt.date(2026, 10, 1)} | more  # fmt: skip
    return overview._clear(life(), row)


@pytest.mark.parametrize(
    ("more", "level", "said"),
    [({}, "ok", "Cup a: 45 pieces are gone by 10-01 at today's rate"),
     ({"markdown": None}, "watch", "Cup a: 45 pieces will not be gone by 11-07 even at 70% off"),
     ({"markdown": 0.25}, "watch", "Cup a: 45 pieces last to 10-01; about 25% off clears them by 11-07"),
     ({"markdown": 0.25, "sell_out": None}, "watch",
      "Cup a: 45 pieces last to no date in sight; about 25% off clears them by 11-07")],
)  # fmt: skip
def test_a_clearance_says_by_when_and_at_what_price(more, level, said):
    found = clear(**more)
    assert (found.level, found.headline, found.value) == (level, said, 45.0)


def test_a_day_of_another_year_has_its_year():
    found = clear(by="2027-01-06", sell_out=dt.date(2027, 2, 23), markdown=0.25)
    assert found.headline == "Cup a: 45 pieces last to 2027-02-23; about 25% off clears them by 2027-01-06"


# -- why items fall


def reasons(market: float = NAN, day: dt.date = DAY, **more: Any) -> list[str]:
    facts = life()
    preset(facts, ("market_change", "cups"), market)
    row = {"category": "cups", "season": "", "rating": NAN, "days_out": 0, "rise": NAN, "conversion": 0.02,
           "before": NAN} | more  # fmt: skip
    return decline._reasons(facts, row)


@pytest.mark.parametrize(
    ("given", "found"),
    [({}, []), ({"market": -0.1}, ["season: its market ▼ −10.0%"]), ({"market": -0.09}, []),
     ({"season": "夏季"}, ["out of season (夏季)"]), ({"season": "秋季"}, []),
     ({"rating": 4.79}, ["rating 4.79"]), ({"rating": 4.8}, []),
     ({"days_out": 2}, ["2 days without stock"]), ({"days_out": 1}, []),
     ({"rise": 0.031}, ["price ▲ +3.1%"]), ({"rise": 0.03}, []),
     ({"conversion": 0.0179, "before": 0.02}, ["conversion ▼ −10.5%"]),
     ({"conversion": 0.0181, "before": 0.02}, []), ({"conversion": 0.01, "before": 0.0}, [])],
    ids=str,
)  # fmt: skip
def test_what_goes_along_with_a_fall_is_named_from_its_threshold_on(given, found):
    assert reasons(**given) == found


def test_a_falling_item_stands_beside_its_own_figures_and_the_rival_that_gains():
    out = pd.DataFrame(
        {"item_id": "a", "date": SUNDAY - pd.to_timedelta([0, 27, 28], unit="D")}
    )  # of four weeks
    more = {"item_visitors": 50.0, "item_visitors_before": 100.0, "price": 55.0, "price_before": 50.0,
            "conversion": 0.04, "pay_buyers_before": 5.0}  # fmt: skip
    facts = life(item("a", "decline", **more), item("b", "hit"), hints=StageHints(stock_outs=out))
    rows = [("first", 0.11), ("second", 0.11), ("third", 0.1)]
    preset(facts, "rival_items", pd.DataFrame(rows, columns=["entity", "change"]))
    [row] = decline.decline_table(facts).to_dict("records")
    assert (row["item_id"], row["change"], row["explained"]) == ("a", -0.5, True)
    assert row["reasons"] == ("2 days without stock; price ▲ +10.0%; conversion ▼ −20.0%; rival first gains")


def test_a_rival_that_gained_no_more_than_we_did_is_no_reason():
    own = index_rows((0, 110.0), (28, 100.0), entity="self", entity_type="shop")
    facts = life(item("a", "decline", conversion=1.0), rivals=own)
    preset(facts, "rival_items", pd.DataFrame({"entity": ["first"], "change": [0.19]}))
    [row] = decline.decline_table(facts).to_dict("records")
    assert (row["reasons"], row["explained"]) == ("none found in the data", False)


def test_five_falls_are_told_and_one_that_is_cleared_has_nothing_more_to_do():
    rows = [item(name, "decline", pay_amount=float(9 - place)) for place, name in enumerate("abcdef")]
    rows[1] |= {"stock_units": 5.0, "rate": 1.0}
    rows[2] |= {"item_visitors": NAN}
    found = decline.decline_findings(life(*rows))
    assert [each.scope["item_id"] for each in found] == list("abcde")
    assert [each.level for each in found] == ["watch", "ok", "watch", "watch", "watch"]
    assert [each.change for each in found[:3]] == [0.0, 0.0, None]


def test_a_fall_against_others_of_an_item_with_more_visitors_says_so():
    [found] = decline.decline_findings(life(item("a", "decline", item_visitors=150.0)))
    assert "▲ +50.0% over four weeks, less than what it is held against;" in found.headline


# -- what to take down


def month_of(*rows: tuple[str, int, float, float]) -> pd.DataFrame:
    """Days of items: (item, days before the report's, units, visitors)."""
    made = [(name, pd.Timestamp(DAY) - pd.Timedelta(days=back), units, visitors)
            for name, back, units, visitors in rows]  # fmt: skip
    return pd.DataFrame(made, columns=["item_id", "date", "pay_units", "item_visitors"])


@pytest.mark.parametrize(
    ("sold", "more", "reason"),
    [((29, 1.0, 0.0), {}, ""), ((30, 1.0, 0.0), {}, "no sale in 30 days"), ((0, 1.0, 0.0), {}, ""),
     ((30, 1.0, 0.0), {"stock_units": 0.0}, ""),
     ((30, 1.0, 0.0), {"listed_on": "2026-08-24"}, "no sale in 30 days"),
     ((30, 1.0, 0.0), {"listed_on": "2026-08-25"}, ""),
     ((0, 1.0, 0.0), {"season": "夏"}, "out of season"), ((0, 1.0, 0.0), {"season": None}, ""),
     ((0, 1.0, 0.0), {"stage": "decline", "stock_units": 0.0}, "declining and sold out"),
     ((0, 1.0, 0.0), {"stage": "decline", "stock_units": 1.0}, ""),
     ((0, 1.0, 0.0), {"stage": "hit", "stock_units": 0.0}, "")],
)  # fmt: skip
def test_an_item_is_taken_down_after_thirty_days_without_a_sale_out_of_season_or_sold_out(sold, more, reason):
    # 150 visitors at the shop's 2% were to bring three pieces.
    facts = life(item("a", **more), item_daily=month_of(("a", 3, 0.0, 150.0), ("a", *sold)))
    assert [row["reason"] for row in decline.take_down_table(facts).to_dict("records")] == (
        [reason] if reason else []
    )


def test_too_few_visitors_to_sell_three_say_nothing_and_the_most_visited_stands_first():
    rows = month_of(("a", 0, 0.0, 149.0), ("b", 0, 0.0, 150.0))
    items = [item("a", item_visitors=5.0), item("b", item_visitors=6.0)]
    found = decline.take_down_table(life(*items, item_daily=rows)).to_dict("records")
    assert [(row["item_id"], row["reason"]) for row in found] == [
        ("b", "no sale in 30 days"), ("a", "no sale in 30 days, but too few visitors to judge"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("season", "first"), [("春", 3), ("夏季", 6), ("秋", 9), ("冬", 12), ("春夏", 3)]
)  # fmt: skip
def test_a_season_is_of_three_months(season, first):
    months = [
        (first + ahead - 1) % 12 + 1 for ahead in range(6 if len(season) == 2 and season != "夏季" else 3)
    ]
    assert [month for month in range(1, 13) if not decline.out_of_season(season, month)] == sorted(months)
    assert not decline.out_of_season("四季", 1)
    assert not decline.out_of_season("", 1)
