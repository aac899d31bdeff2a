"""The item or source that stands out: which spot is told, from what chance on it is watched."""

import math

import pandas as pd
import pytest
from scipy.stats import norm, t

from shopbook.analysis.locate import Spot
from shopbook.findings.daily import anomalies
from shopbook.findings.daily.located import Found
from shopbook.findings.facts import Facts
from typed import ago, daily, facts, table

NOTHING = Found((), 0.0, 0)


pytestmark = pytest.mark.usefixtures("english")


def items(**units: tuple[float, float, float, float]) -> pd.DataFrame:
    """Per item: usual visitors and yuan, visitors and yuan of the day; five Fridays."""
    rows = []
    for name, (usual, paid, now, paid_now) in units.items():
        rows += [(7 * week, name[1:], usual, paid) for week in (1, 2, 3, 4)] + [(0, name[1:], now, paid_now)]
    made = table("date item_id item_visitors pay_amount", *rows)
    return made.assign(
        item_name=[f"item {each}" for each in made["item_id"]], pay_buyers=1.0, order_buyers=6.0
    )


ITEMS = items(i1=(100, 500, 60, 300), i2=(100, 500, 140, 700))


def spot(item: str, effect: float, ratio: float = 0.5, evidence: float = 50.0) -> Spot:
    return Spot({"item_id": item}, effect, ratio, evidence)


def shop(
    visitors: Found = NOTHING, conversion: Found = NOTHING, frame: pd.DataFrame = ITEMS, **given
) -> Facts:
    known = {"by_item": visitors, "by_conversion": conversion, **given.pop("known", {})}
    return facts(frames={"item_daily": frame, **given.pop("frames", {})}, known=known, **given)


def test_an_item_that_lost_visitors_is_told_with_its_own_figures():
    [found] = anomalies.item_findings(shop(Found((spot("1", -40.0), spot("2", 30.0)), 0.0, 9)))
    assert (found.scope, found.verdict, found.level) == ({"item_id": "1"}, "worse", "watch")
    assert (found.value, found.baseline, found.change) == (60.0, 100.0, pytest.approx(-0.4))
    assert found.headline == "item 1: −40 visitors against what the other items did"
    [rose] = anomalies.item_findings(shop(Found((spot("2", 40.0, 1.4),), 0.0, 9)))
    assert (rose.verdict, rose.level, rose.value) == ("better", "ok", 140.0)


@pytest.mark.parametrize(
    ("week", "level"), [(100.0, "watch"), (86.0, "watch"), (84.0, "ok"), (60.0, "ok"), (None, "watch")]
)
def test_a_fall_whose_larger_part_is_a_week_old_is_told_and_not_watched(week, level):
    """60 of 200 visitors now; at half of what the others did, 0.3 / 0.5 ** 0.5 = 0.424 = 84.9 of 200."""
    frame = ITEMS[ITEMS["date"] != ago(7)]
    if week is not None:
        before = [
            (day, item, seen) for day in range(1, 8) for item, seen in (("1", week), ("2", 200.0 - week))
        ]
        frame = pd.concat([table("date item_id item_visitors", *before), frame])
    [found] = anomalies.item_findings(shop(Found((spot("1", -40.0),), 0.0, 9), frame=frame))
    assert (found.level, found.verdict, bool(found.next_step)) == (level, "worse", level == "watch")
    assert bool(found.caveats) == (level == "ok")


def test_news_are_told_before_what_a_season_does():
    before = [(day, item, seen) for day in range(1, 8) for item, seen in (("1", 60.0), ("2", 190.0))]
    frame = pd.concat([table("date item_id item_visitors", *before), ITEMS[ITEMS["date"] != ago(7)]])
    spots = (spot("1", -40.0), spot("2", -30.0, 0.9))
    [found] = anomalies.item_findings(shop(Found(spots, 0.0, 9), frame=frame))
    assert found.scope == {"item_id": "2"}


def test_the_usual_visitors_of_an_item_are_a_mean_of_the_days_with_a_report():
    two = ITEMS[ITEMS["date"].isin([ago(0), ago(7), ago(14)])]
    [found] = anomalies.item_findings(shop(Found((spot("1", -40.0),), 0.0, 9), frame=two))
    assert found.baseline == 100.0
    [new] = anomalies.item_findings(
        shop(Found((spot("1", -40.0),), 0.0, 9), frame=two[two["date"] == ago(0)])
    )
    assert (new.value, new.baseline, new.change) == (60.0, 0.0, None)


def test_a_fall_is_watched_when_the_largest_of_so_many_seldom_falls_as_far():
    """Bonferroni over the parts, t with 8 degrees of freedom at unit variance: 1 in 100."""
    z = t.ppf(1 - 0.01 / 2 / 9, 8) / math.sqrt(8 / 6)
    for size, level in ((z * 1.001, "watch"), (z * 0.999, "ok")):
        found = Found((spot("1", -40.0, evidence=size**2 / 2),), 0.0, 9)
        assert anomalies._rare(facts(), found.spots[0], 9) is (level == "watch")
        assert anomalies.item_findings(shop(found))[0].level == level


def test_a_fall_of_conversion_is_watched_when_chance_seldom_gives_so_much_evidence():
    """Two sides of the normal curve, over the items and the looks of the window: 1 in 100."""
    for looks in (8, 24):
        z = norm.isf(0.01 / 2 / looks)
        assert anomalies._seldom(facts(), spot("1", -1.0, evidence=z**2 / 2 * 1.001), looks)
        assert not anomalies._seldom(facts(), spot("1", -1.0, evidence=z**2 / 2 * 0.999), looks)


def test_an_item_nobody_bought_fell_by_itself_not_with_the_others():
    """The scan counts half a buyer for none, so that there is a ratio: 0 / ratio says nothing of others."""
    rows = [("1", 0, 0.0, 1000.0), ("1", 8, 50.0, 1000.0)]
    known = {"item_conversions": pd.DataFrame(rows, columns=["item_id", "back", "buyers", "visitors"])}
    found = Found((spot("1", -39.6, 0.01, 50.0),), 0.0, 8, (1,))  # 40 were due: the others fell by a fifth
    [told] = anomalies.item_findings(shop(conversion=found, known=known))
    assert told.market_change == pytest.approx(-0.2)


def converted(days: int, ratio: float, evidence: float = 50.0, base: float = 0.05) -> list:
    """Item 1 with 5% before and what `ratio` makes of it now, told over some days."""
    rows = [("1", day, 1000 * base * ratio, 1000.0) for day in range(days)]
    rows += [("1", day, 1000 * base, 1000.0) for day in range(7, 35)] + [("1", 35, 999.0, 1000.0)]
    known = {"item_conversions": pd.DataFrame(rows, columns=["item_id", "back", "buyers", "visitors"])}
    found = Found((spot("1", -1.0, ratio, evidence),), 0.0, 8, (days,))
    return anomalies.item_findings(shop(conversion=found, known=known))


@pytest.mark.parametrize(("days", "said"), [(1, "on the day"), (3, "in three days"), (7, "this week")])
def test_a_fall_of_conversion_is_told_over_its_days(days, said):
    [found] = converted(days, 0.6)
    assert (found.value, found.baseline) == (pytest.approx(0.03), pytest.approx(0.05))
    assert (found.relative, found.market_change) == (pytest.approx(-0.4), pytest.approx(0.0))
    assert (found.verdict, found.level, found.comparator) == ("worse", "watch", "peers")
    assert f"conversion 3.00% {said}, ▼ −40.0% against" in found.headline
    assert found.caveats[0].startswith(f"{days} day(s) against the 28 ordinary days of the four weeks")
    effects = {next(iter(cause.scope.values())): cause.effect for cause in found.causes}
    assert effects["1"] == pytest.approx(-0.02)


def test_a_rise_of_conversion_is_better_and_a_fall_that_chance_makes_is_no_watch():
    [rose] = converted(7, 1.5)
    assert (rose.verdict, rose.level, rose.next_step.startswith("Send more traffic")) == (
        "better",
        "ok",
        True,
    )
    assert converted(7, 0.6, evidence=3.0)[0].level == "ok"


def test_the_shorter_window_counts_as_three_looks_at_each_item():
    between_ = norm.isf(0.01 / 2 / 16) ** 2 / 2  # enough for 8 looks, not for 24
    assert converted(7, 0.6, evidence=between_)[0].level == "watch"
    assert converted(1, 0.6, evidence=between_)[0].level == "ok"


def test_what_the_others_did_is_the_rest_of_the_change():
    """40% down against the others and 52% down in all: the others fell by a fifth."""
    rows = [("1", 0, 24.0, 1000.0), ("1", 8, 50.0, 1000.0)]
    known = {"item_conversions": pd.DataFrame(rows, columns=["item_id", "back", "buyers", "visitors"])}
    found = Found((spot("1", -1.0, 0.6, 50.0),), 0.0, 8, (1,))
    [told] = anomalies.item_findings(shop(conversion=found, known=known))
    assert told.market_change == pytest.approx(-0.2)
    assert (told.value, told.baseline) == (0.024, 0.05)
    assert sum(cause.effect for cause in told.causes) == pytest.approx(0.024 - 0.05)


def test_calm_items_are_counted_and_without_any_nothing_is_said():
    [calm] = anomalies.item_findings(shop(Found((), 0.0, 5), Found((), 0.0, 7)))
    assert calm.headline == "Nothing stands out among 7 items"
    [calm] = anomalies.item_findings(shop(Found((), 0.0, 5), NOTHING))
    assert calm.headline == "Nothing stands out among 5 items"
    assert (calm.scope, calm.level) == ({}, "ok")
    [calm] = anomalies.item_findings(shop(NOTHING, Found((), 0.0, 7)))
    assert "7 items" in calm.headline
    assert anomalies.item_findings(shop()) == []


def test_of_a_late_item_report_only_stock_is_told():
    late = ITEMS[ITEMS["date"] < ago(0)]
    found = shop(Found((spot("1", -40.0),), 0.0, 9), frame=late, warned=[("stock_out", "1")])
    [gone] = anomalies.item_findings(found)
    assert (gone.metric, gone.value, gone.baseline) == ("pay_amount", 0.0, 500.0)


def test_a_presale_item_is_told_beside_the_others():
    told = anomalies.item_findings(
        shop(Found((spot("1", -40.0),), 0.0, 9), warned=[("presale", "2"), ("presale", "1")])
    )
    assert [(each.metric, each.scope["item_id"]) for each in told] == [
        ("item_visitors", "1"), ("order_conversion_rate", "1"),
    ]  # fmt: skip
    assert told[1].value == pytest.approx(6 / 60)
    assert "6 ordered, none paid yet; order conversion 10.0%" in told[1].headline
    nobody = ITEMS.assign(item_visitors=0.0)
    [unknown] = anomalies.item_findings(shop(frame=nobody, warned=[("presale", "1")]))
    assert unknown.headline.endswith("order conversion –")


def gone(lost: float, *, code: str = "stock_out", frame: pd.DataFrame | None = None) -> list:
    frame = items(i1=(1, 100, 1, 100 - lost), i2=(1, 900, 1, 900)) if frame is None else frame
    return anomalies._sold_out(shop(frame=frame, warned=[(code, "1")]))


def test_an_item_out_of_stock_is_named_when_it_alone_lost_a_twentieth_of_the_usual_sales():
    [found] = gone(50.0)
    assert (found.scope, found.level, found.verdict, found.owner) == (
        {"item_id": "1"},
        "watch",
        "worse",
        "supply",
    )
    assert (found.value, found.baseline, found.change) == (50.0, 100.0, -0.5)
    assert "sold −¥50.00 against usual" in found.headline
    assert gone(49.9) == []
    [off] = gone(50.0, code="off_shelf")
    assert off.owner == "operator"


def test_of_several_the_one_that_cost_most_is_named_and_others_are_not_meant():
    frame = items(i1=(1, 100, 1, 20), i2=(1, 300, 1, 100), i3=(1, 900, 1, 0))
    [found] = anomalies._sold_out(shop(frame=frame, warned=[("stock_out", "1"), ("off_shelf", "2")]))
    assert found.scope == {"item_id": "2"}
    missing = frame[(frame["item_id"] != "1") | (frame["date"] < ago(0))]
    [no_row] = anomalies._sold_out(shop(frame=missing, warned=[("stock_out", "1")]))
    assert (no_row.value, no_row.baseline) == (0.0, 100.0)


def test_nothing_is_sold_out_without_a_warning_sales_or_a_past():
    assert anomalies._sold_out(shop()) == []
    assert anomalies._sold_out(facts(warned=[("stock_out", "1")])) == []
    assert gone(0.0, frame=items(i1=(1, 0, 1, 0))) == []
    assert gone(0.0, frame=items(i2=(1, 900, 1, 0))) == []
    two = items(i1=(1, 100, 1, 0))
    assert gone(0.0, frame=two[two["date"].isin([ago(0), ago(7)])])[0].baseline == 100.0


def sources(*spots: tuple[str, float], judged: int = 6, evidence: float = 50.0) -> list:
    days = pd.DatetimeIndex([*(ago(7 * week) for week in (4, 3, 2, 1)), ago(0)])
    flow = pd.concat(
        pd.DataFrame(
            {"date": days, "channel": name, "channel_label": name.upper(), "visitors": [100.0] * 4 + [60.0]}
        )
        for name in ("a", "paid_search")
    ).assign(level=1, device="x", channel_detail="")
    flow = flow[(flow["channel"] != "a") | (flow["date"] != ago(7))]
    found = Found(
        tuple(Spot({"channel": name}, effect, 0.5, evidence) for name, effect in spots), 0.0, judged
    )
    return anomalies.source_findings(facts(frames={"flow_source": flow}, known={"by_source": found}))


def test_the_source_that_fell_is_told_and_one_that_rose_is_not():
    [found] = sources(("x", 90.0), ("a", -40.0), ("paid_search", -30.0))
    assert (found.scope, found.verdict, found.level, found.owner) == (
        {"channel": "a"},
        "worse",
        "watch",
        "operator",
    )
    assert (found.value, found.baseline, found.change) == (
        60.0,
        75.0,
        pytest.approx(-0.2),
    )  # three of four days
    assert found.headline == "A: −40 visitors against what the other sources did"
    [paid] = sources(("paid_search", -30.0))
    assert (paid.owner, paid.baseline) == ("promotion", 100.0)
    assert sources(("a", 40.0)) == []
    assert sources(("a", 0.0)) == []
    assert sources(("a", -40.0), evidence=1.0)[0].level == "ok"


def own_sources(*rows: tuple) -> pd.DataFrame:
    made = table("date item_id channel channel_label visitors", *rows)
    return made.assign(level=1, device="x", channel_detail="")


def test_the_change_of_an_item_is_split_by_source_where_it_has_a_file_of_its_own():
    flow = own_sources((0, "1", "a", "A", 10.0), (0, "1", "", "other", 50.0), (7, "1", "a", "A", 60.0),
                       (14, "1", "a", "A", 40.0), (14, "1", "", "other", 80.0), (8, "1", "a", "A", 900.0),
                       (0, "2", "a", "A", 999.0))  # fmt: skip
    given = shop(frames={"item_flow_source": flow})
    causes = {cause.label: cause.effect for cause in anomalies._source_causes(given, "1", 60.0, 100.0)}
    assert (causes["A"], causes["other"]) == (10.0 - 50.0, 50.0 - 40.0)
    assert sum(causes.values()) == pytest.approx(-40.0)
    [found] = anomalies.item_findings(
        shop(Found((spot("1", -40.0),), 0.0, 9), frames={"item_flow_source": flow})
    )
    assert {cause.label for cause in found.causes} >= {"A", "other"}


@pytest.mark.parametrize("kept", [[0], [7], []])
def test_without_both_sides_of_its_file_an_item_has_no_sources(kept):
    flow = own_sources((0, "1", "a", "A", 10.0), (7, "1", "a", "A", 60.0))
    flow = flow[flow["date"].isin([ago(day) for day in kept])]
    assert anomalies._source_causes(shop(frames={"item_flow_source": flow}), "1", 60.0, 100.0) == ()
    assert anomalies._source_causes(shop(), "1", 60.0, 100.0) == ()


def test_the_days_behind_an_item_are_the_comparable_ones():
    [found] = anomalies.item_findings(
        shop(Found((spot("1", -40.0),), 0.0, 9), frames={"shop_daily": daily(15)})
    )
    assert found.baseline_days == tuple(ago(day).date().isoformat() for day in (14, 7))
