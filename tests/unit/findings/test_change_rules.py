"""Logged changes and search terms at their edges: days, counts, the part of the other items."""

import numpy as np
import pandas as pd
import pytest

from shopbook.findings.daily import changes, terms
from shopbook.findings.facts import Facts
from typed import DAY, ago, compared, daily, facts, holiday, table

ITEMS = "date item_id item_name item_visitors pay_buyers"


pytestmark = pytest.mark.usefixtures("english")


def rates(
    own: dict[int, tuple[float, float]], rest: dict[int, tuple[float, float]], window: tuple[int, int, int]
):
    """(buyers, visitors) by days back of the item and of the others; window as days back."""
    rows = [(day, "1", *each) for day, each in own.items()] + [
        (day, "2", *each) for day, each in rest.items()
    ]
    frame = table("date item_id pay_buyers item_visitors", *rows).sort_values("date")
    first, day, until = (ago(each).date() for each in window)
    return changes._compared(facts(), frame, "1", (first, day, until))


EVEN = {day: (5.0, 100.0) for day in range(12)}


def test_a_rate_is_compared_from_the_day_of_the_change_on():
    own = {day: ((3.0, 100.0) if day <= 5 else (5.0, 100.0)) for day in range(12)}
    found = rates(own, EVEN, (11, 5, 0))
    assert (found.value, found.baseline, found.relative) == (0.03, 0.05, pytest.approx(-0.4))
    assert found.market_change == pytest.approx(0.0)
    later = rates(own, EVEN, (11, 6, 0))  # its first day is one of before
    assert later.value == pytest.approx((6 * 3 + 5) / 700)


def test_what_the_other_items_did_is_taken_off():
    rest = {day: ((4.0, 100.0) if day <= 5 else (5.0, 100.0)) for day in range(12)}
    found = rates(rest, rest, (11, 5, 0))
    assert (found.market_change, found.relative) == (pytest.approx(-0.2), pytest.approx(0.0))


@pytest.mark.parametrize(
    ("own", "rest", "judged"),
    [
        (range(6), range(6), True),
        (range(1, 6), range(6), False),  # two days after
        (range(5), range(6), False),  # two days before
        (range(6), range(1, 6), False),
        (range(6), range(5), False),
    ],
)
def test_three_days_on_both_sides_are_needed_of_the_item_and_of_the_others(own, rest, judged):
    found = rates({day: (5.0, 100.0) for day in own}, {day: (5.0, 100.0) for day in rest}, (5, 2, 0))
    assert (found is not None) is judged


@pytest.mark.parametrize(
    ("side", "days", "counts", "judged"),
    [
        ("own", range(3), (100.0, 100.0), True),
        ("own", range(3), (101.0, 100.0), False),  # more buyers than visitors
        ("own", range(3), (0.0, 100.0), True),  # nobody bought: that is known
        ("own", range(3, 6), (0.0, 100.0), False),
        ("rest", range(3), (0.0, 100.0), False),
        ("rest", range(3, 6), (0.0, 100.0), False),
        ("own", range(3), (0.0, 0.0), False),
        ("own", range(3, 6), (1 / 3, 1.0), True),  # one buyer of three
        ("rest", range(3), (1 / 3, 1.0), True),
        ("rest", range(3, 6), (1 / 3, 1.0), True),
        ("own", range(3), (1 / 3, 1 / 3), True),
    ],
)
def test_a_rate_needs_visitors_and_a_past_that_sold(side, days, counts, judged):
    both = {name: {day: (5.0, 100.0) for day in range(6)} for name in ("own", "rest")}
    both[side] |= dict.fromkeys(days, counts)
    assert (rates(both["own"], both["rest"], (5, 2, 0)) is not None) is judged


def test_a_noisy_past_of_more_than_two_weeks_widens_the_range():
    """Fifteen or more days before the change tell how much the item's rate wanders by itself."""
    rng = np.random.default_rng(6)
    calm = {day: (50.0, 1000.0) for day in range(80)}
    wild = {day: (round(50 * np.exp(rng.normal(0, 0.4))), 1000.0) for day in range(80)}
    widths = [
        np.diff(rates(own, calm, (16, 2, 0)).interval)[0]
        for own in (calm, {**wild, **{d: calm[d] for d in range(17)}})
    ]
    assert widths[1] > 1.5 * widths[0]
    short = [{day: each for day, each in own.items() if day < 17} for own in (calm, wild)]
    few = [rates(own, calm, (16, 2, 0)) for own in short]
    assert all(found is not None for found in few)


def change(verdict: str, relative: float, chance: bool = True, **found) -> dict:
    made = compared(0.03, 0.05, verdict, market=0.0, interval=(-0.5, -0.3) if chance else (-0.5, 0.4))
    row = {
        "item_id": "1",
        "label": "cup",
        "date": DAY,
        "change": "主图",
        "found": {"pay_conversion_rate": made, **found},
    }
    return row


def test_a_change_is_told_by_its_worst_rate_and_of_equals_by_the_larger():
    clicks = compared(0.05, 0.05, "better", market=0.0, interval=(0.1, 0.3))
    told = changes._finding(facts(), change("worse", -0.4, ad_click_rate=clicks))
    assert (told.metric, told.verdict, told.level) == ("pay_conversion_rate", "worse", "watch")
    small = compared(0.049, 0.05, "worse", market=0.0)
    told = changes._finding(facts(), change("worse", -0.4, ad_click_rate=small))
    assert told.metric == "pay_conversion_rate"
    large = compared(0.01, 0.05, "worse", market=0.0)
    told = changes._finding(facts(), change("worse", -0.4, ad_click_rate=large))
    assert (told.metric, told.value) == ("ad_click_rate", 0.01)
    same = compared(0.05, 0.05, "same", market=0.0)
    assert changes._finding(facts(), change("unknown", -0.4, ad_click_rate=same)).metric == "ad_click_rate"


def test_a_worse_rate_is_watched_only_where_chance_seldom_makes_it():
    assert changes._finding(facts(), change("worse", -0.4, chance=False)).level == "ok"
    assert changes._finding(facts(), change("better", -0.4)).level == "ok"
    rare = compared(0.03, 0.05, "worse", market=0.0, interval=(-0.5, -0.1)).chance
    row = change("worse", -0.4)
    row["found"]["pay_conversion_rate"] = compared(0.03, 0.05, "worse", market=0.0, interval=(-0.5, -0.1))
    assert changes._finding(facts(shop={"thresholds": {"watch_p": rare}}), row).level == "watch"
    assert changes._finding(facts(shop={"thresholds": {"watch_p": rare * 0.99}}), row).level == "ok"


def test_special_days_and_days_without_both_counts_are_no_evidence():
    rows = table(ITEMS, (0, "1", "x", 10.0, 1.0), (1, "1", "x", 10.0, 1.0), (2, "1", "x", 10.0, float("nan")))
    given = facts(frames={"item_daily": rows}, calendar=holiday(1))
    assert changes._rate_rows(given, "pay_conversion_rate")["date"].tolist() == [ago(0)]
    assert changes._rate_rows(given, "ad_click_rate").empty
    bare = facts(frames={"item_daily": rows.drop(columns="pay_buyers")})
    assert changes._rate_rows(bare, "pay_conversion_rate").empty


def test_a_change_of_pictures_is_judged_by_clicks_of_the_items_ads_too():
    ads = "date level item_id item_name ad_impressions ad_clicks ad_spend"
    rows = [
        (day, "item", item, f"item {item}", 2000.0, 60.0 if (item == "1" and day <= 8) else 100.0, 9.0)
        for day in range(40) for item in "12"
    ]  # fmt: skip
    log = table("date item_id change", (8, "1", "主图"))
    given = facts(frames={"ad_report": table(ads, *rows), "change_log": log, "shop_daily": daily(40)})
    [row] = changes.change_table(given)
    assert (row["click_rate_said"], row["conversion_said"], row["conversion_change"]) == ("worse", "–", None)
    assert row["click_rate_change"] == pytest.approx(-0.4)
    assert (row["days_after"], row["date"]) == (9, ago(8).date().isoformat())
    [found] = changes.change_findings(given)
    assert (found.metric, found.owner) == ("ad_click_rate", "design")


def shop(*words: tuple[str, float, float], titles: tuple[str, ...] = ("玻璃 保温杯",)) -> Facts:
    rows = table("date search_term visitors pay_buyers", *((0, *each) for each in words))
    items = table(ITEMS, *((0, str(n), title, 1.0, 1.0) for n, title in enumerate(titles)))
    return facts(frames={"search_terms": rows, "item_daily": items})


@pytest.mark.parametrize(("count", "hot"), [(1, 1), (4, 1), (7, 1), (8, 2), (12, 2), (13, 3)])
def test_a_fifth_of_the_terms_rounded_is_hot_and_one_at_least(count, hot):
    rows = terms.term_table(shop(*((str(n), 100.0 - n, 0.0) for n in range(count))))
    assert sum("hot" in row["kinds"] for row in rows) == hot


def test_one_visitor_makes_a_term_and_none_does_not():
    assert [row["search_term"] for row in terms.term_table(shop(("a", 1.0, 0.0), ("b", 0.0, 0.0)))] == ["a"]
    rows = table("date search_term visitors", (0, "a", 5.0))
    for frame in (pd.DataFrame(), rows):
        assert terms.term_table(facts(frames={"search_terms": frame})) == []


def test_terms_are_compared_with_titles_in_small_letters():
    [row] = terms.term_table(shop(("CUP", 9.0, 1.0), titles=("Big Cup",)))
    assert (row["where"], row["missing"]) == ("in a title", "")


@pytest.mark.parametrize(
    ("part", "titles", "pieces"),
    [("ab", "", ["ab"]), ("abc", "", ["abc"]), ("abcd", "ab\ncd", ["ab", "cd"]),
     ("abcd", "abc", ["abc", "d"]), ("xabc", "ab\nabc", ["x", "abc"]),
     ("abxcd", "ab\ncd", ["ab", "x", "cd"]), ("abc", "a\nb\nc", ["abc"])],
)  # fmt: skip
def test_a_part_is_cut_greedily_into_pieces_of_two_letters_or_more(part, titles, pieces):
    assert terms._pieces(part, titles) == pieces


def test_titles_are_those_of_the_day():
    items = table(ITEMS, (0, "1", "new", 1.0, 1.0), (1, "1", "old", 1.0, 1.0), (0, "2", None, 1.0, 1.0))
    assert terms._titles(facts(frames={"item_daily": items})) == ["new"]
    assert terms._titles(facts(frames={"item_daily": items.drop(columns="item_name")})) == []
    assert terms._titles(facts()) == []
