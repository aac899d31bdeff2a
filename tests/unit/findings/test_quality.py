"""DSR, ratings, bad reviews and logistics: from which step on each is watched, and from which acted on."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from shopbook.days import Calendar
from shopbook.findings.daily.quality import (
    dsr,
    dsr_table,
    logistics_table,
    quality_findings,
    rating,
    rating_table,
    review_table,
    reviews,
    rise_chance,
)
from shopbook.findings.facts import Facts
from shopbook.params import ShopSettings, rules

DAY = dt.date(2026, 9, 25)
DAYS = pd.date_range(end=DAY, periods=60)
EMPTY = dict.fromkeys(
    ("item_daily", "market", "peers", "flow_source", "rivals", "stock", "restated"), pd.DataFrame()
)


pytestmark = pytest.mark.usefixtures("english")


def shop(frames: dict[str, pd.DataFrame] | None = None, **columns: Any) -> Facts:
    """A shop with these columns of its daily sheet."""
    daily = pd.DataFrame({"date": DAYS, "visitors": 1000.0, "pay_buyers": 30.0, "pay_amount": 3e3, **columns})
    return Facts(
        ShopSettings(id="t"), DAY, {**EMPTY, "shop_daily": daily, **(frames or {})}, Calendar(()), rules()
    )


def back(days: int) -> pd.Timestamp:
    return pd.Timestamp(DAY) - pd.Timedelta(days=days)


def scores(newest: float, peer: float | None = None, usual: float = 4.80) -> Facts:
    """A score that stood for weeks and is `newest` on the day."""
    rows = {
        "date": DAYS,
        "dsr_description": [usual] * 59 + [newest],
        "dsr_service": 4.9,
        "dsr_logistics": 4.9,
    }
    peers = {} if peer is None else {"dsr_description_peer": peer}
    return shop({"dsr": pd.DataFrame(rows | peers)})


@pytest.mark.parametrize(
    ("newest", "peer", "level", "verdict"),
    [
        (4.79, None, "ok", "same"),
        (4.78, None, "watch", "worse"),  # two hundredths
        (4.76, None, "watch", "worse"),  # four, and nobody to be below of
        (4.76, 4.77, "act", "worse"),
        (4.76, 4.76, "watch", "worse"),  # at the industry's mean is not below it
        (4.77, 4.78, "watch", "worse"),
        (4.80, 4.81, "watch", "unknown"),  # below the industry, and no fall
    ],
)
def test_a_score_is_watched_when_it_falls_or_is_below_its_industry(newest, peer, level, verdict):
    found = dsr(scores(newest, peer))
    assert (found.level, found.verdict, found.metric) == (level, verdict, "dsr_description")
    assert (found.value, found.baseline) == (newest, pytest.approx(4.80))
    assert ("industry" in found.headline) is (peer is not None)
    assert found.headline.startswith("DSR stands" if verdict != "worse" else "DSR description")


def test_of_scores_that_did_not_fall_the_one_that_moved_least_is_shown():
    found = dsr(scores(4.85))
    assert (found.level, found.verdict, found.metric) == ("ok", "same", "dsr_service")


def test_a_score_is_held_against_its_mean_of_the_four_weeks_before():
    old = scores(4.70)
    old.frames["dsr"].loc[:30, "dsr_description"] = 4.00  # up to 29 days before the day
    assert dsr_table(old)[0]["baseline"] == pytest.approx(4.80)
    old.frames["dsr"].loc[31, "dsr_description"] = 4.52
    again = shop({"dsr": old.frames["dsr"]})
    assert dsr_table(again)[0]["baseline"] == pytest.approx(4.79)


def test_a_score_may_be_of_an_earlier_day_and_of_the_shops_own_sheet():
    values = [4.8] * 57 + [4.7] + [np.nan] * 2
    [row] = dsr_table(shop(dsr_service=values))
    assert (row["date"], row["value"], row["effect"]) == ("2026-09-23", 4.7, pytest.approx(-0.1))
    alone = shop(dsr_service=[np.nan] * 59 + [4.7])
    assert (dsr_table(alone)[0]["baseline"], dsr(alone).verdict) == (None, "same")
    assert dsr_table(shop()) == []
    assert quality_findings(shop()) == []


def ratings(*rows: tuple[int, str, float]) -> Facts:
    """Hand-filled (days ago, item, rating)."""
    frame = pd.DataFrame(
        [(back(ago), item, value) for ago, item, value in rows], columns=["date", "entity", "value"]
    )
    return shop({"hand_filled": frame.assign(metric="item_rating")})


@pytest.mark.parametrize(
    ("rows", "level", "item"),
    [
        ([(7, "1", 4.80), (0, "1", 4.77)], "act", "1"),
        ([(7, "1", 4.80), (0, "1", 4.78)], "watch", "1"),  # fell under the goal, but by little
        ([(7, "1", 4.79), (0, "1", 4.70)], "watch", "1"),  # was under it before
        ([(0, "1", 4.70)], "watch", "1"),
        ([(0, "1", 4.70), (7, "2", 4.85), (0, "2", 4.75)], "act", "2"),  # the one that fell is the news
        ([(0, "1", 4.80)], None, ""),  # at the goal
        ([(14, "1", 4.70)], "watch", "1"),
        ([(15, "1", 4.70)], None, ""),  # nobody has looked for two weeks
        ([(-1, "1", 4.70)], None, ""),  # of a later day
    ],
)
def test_a_rating_that_falls_under_the_goal_is_acted_on_and_an_old_one_watched(rows, level, item):
    found = rating(ratings(*rows))
    assert (found.level if found else None) == level
    if found:
        assert found.scope == {"item_id": item}


def test_ratings_are_listed_lowest_first_with_the_one_before():
    rows = rating_table(ratings((0, "1", 4.9), (9, "2", 4.6), (3, "2", 4.7), (1, "2", 4.5), (0, "3", 4.8)))
    assert [(row["item_id"], row["value"], row["previous"], row["low"]) for row in rows] == [
        ("2", 4.5, 4.7, True), ("3", 4.8, None, False), ("1", 4.9, None, False),
    ]  # fmt: skip
    assert rows[0]["effect"] == pytest.approx(-0.2)


def bad(week: int, before: int = 28, of: float = 20.0) -> Facts:
    """Bad reviews of the last seven days and of the four weeks before, of so many reviews a day."""
    counts = [0.0] * 25 + [before / 28] * 28 + [week / 7] * 7
    return shop(reviews=of, negative_reviews=counts)


@pytest.mark.parametrize(
    ("week", "before", "level"),
    [
        (4, 0, "ok"),  # fewer than five are no pattern, whatever was before
        (5, 0, "act"),
        (5, 4, "watch"),
        (7, 28, "ok"),  # one in twenty, as before
        (12, 28, "ok"),  # by chance one time in ten
        (14, 28, "watch"),
        (22, 28, "act"),
    ],
)
def test_bad_reviews_are_watched_and_acted_on_as_chance_makes_them_seldom(week, before, level):
    found = reviews(bad(week, before))
    assert (found.level, found.verdict) == (level, "unknown" if level == "ok" else "worse")
    assert found.value == pytest.approx(week)
    assert found.baseline == pytest.approx(before / 4)


def test_the_chance_of_bad_reviews_is_that_of_their_part_of_all_reviews():
    def count(bad: float, total: float) -> pd.Series:
        return pd.Series({"negative_reviews": bad, "reviews": total})

    assert rise_chance(count(1, 100), count(0, 100)) == pytest.approx(0.5)
    assert rise_chance(count(2, 100), count(0, 300)) == pytest.approx(1 / 16)
    assert rise_chance(count(1, 100), count(1, 100)) == pytest.approx(0.75)
    assert rise_chance(count(0, 100), count(5, 100)) == 1.0


def test_without_reviews_on_either_side_nothing_is_said_of_them():
    assert reviews(shop()) is None
    assert reviews(shop(negative_reviews=1.0)) is None
    assert reviews(shop(negative_reviews=0.0, reviews=[5.0] * 53 + [0.0] * 7)) is None
    assert reviews(shop(negative_reviews=0.0, reviews=[0.0] * 53 + [5.0] * 7)) is None


def test_reviews_are_listed_by_day_newest_first():
    rows = review_table(shop(reviews=20.0, positive_reviews=np.arange(60) % 20))
    assert len(rows) == 14
    assert (rows[0]["date"], rows[-1]["date"]) == ("09-25", "09-12")
    assert rows[0]["positive_review_rate"] == pytest.approx(19 / 20)
    assert review_table(shop(reviews=20.0), days=3)[2] == {
        "date": "09-23", "reviews": 20.0, "positive_review_rate": None,
    }  # fmt: skip
    assert review_table(shop(positive_reviews=20.0)) == []


@pytest.mark.parametrize(
    ("seconds", "shown"), [(3 * 3600.0, "10,800 s"), (3 * 3600.0 + 36, "3.0 h"), (36 * 3600.0, "36.0 h")]
)
def test_a_time_of_more_than_three_hours_reads_in_hours(seconds, shown):
    [row] = logistics_table(shop(pay_to_sign_seconds=[seconds / 2] * 59 + [seconds]))
    assert row["shown"].replace("seconds", "s").replace("hours", "h") == shown
    assert row["change"] == pytest.approx(1.0)


def test_the_worst_score_is_the_one_that_fell_most_and_of_equal_falls_the_lowest():
    def worst(**values: list[float]) -> str:
        rows = {"date": DAYS, **{name: [4.8] * 58 + each for name, each in values.items()}}
        return dsr(shop({"dsr": pd.DataFrame(rows)})).metric

    assert worst(dsr_description=[4.8, 4.75], dsr_service=[4.8, 4.7]) == "dsr_service"
    even = {"dsr_description": [4.8, 4.8], "dsr_service": [4.8, 4.8]}
    assert worst(**even) == "dsr_description"
    rows = pd.DataFrame({"date": DAYS, "dsr_description": 4.8, "dsr_service": 4.7})
    assert dsr(shop({"dsr": rows})).metric == "dsr_service"
    new = pd.DataFrame(
        {"date": DAYS, "dsr_description": [np.nan] * 59 + [4.2], "dsr_service": [4.8] * 59 + [4.81]}
    )
    assert dsr(shop({"dsr": new})).metric == "dsr_description"  # without a past it neither fell nor rose


def test_a_score_that_fell_is_told_with_its_drop_and_the_industry():
    found = dsr(scores(4.76, 4.77))
    assert found.headline.endswith("4.76, 0.04 below its mean of four weeks; industry 4.77")
    assert found.change == pytest.approx(4.76 / 4.80 - 1)
    calm = dsr(scores(4.80))
    assert calm.headline.count("4.9") == 2


def test_the_industry_is_the_exports_own_column_else_the_peers_sheet_up_to_the_day():
    peers = pd.DataFrame({"date": [back(1), back(-1)], "metric": "dsr_description", "peer_avg": [4.6, 4.1]})
    rows = pd.DataFrame({"date": DAYS, "dsr_description": 4.8})
    sheet = shop({"dsr": rows, "peers": peers})
    assert dsr_table(sheet)[0]["peer_avg"] == 4.6
    own = shop({"dsr": rows.assign(dsr_description_peer=[4.5] * 59 + [np.nan]), "peers": peers})
    assert dsr_table(own)[0]["peer_avg"] == 4.5
    empty = shop({"dsr": rows.assign(dsr_description_peer=np.nan), "peers": peers})
    assert dsr_table(empty)[0]["peer_avg"] == 4.6
    assert dsr_table(shop({"dsr": rows}))[0]["peer_avg"] is None


def test_of_a_day_with_two_rows_and_of_later_days_the_last_row_up_to_the_day_counts():
    rows = pd.DataFrame({"date": [back(3), back(0), back(0), back(-1)], "dsr_service": [4.9, 4.1, 4.7, 4.0]})
    [row] = dsr_table(shop({"dsr": rows}))
    assert (row["value"], row["baseline"], row["effect"]) == (4.7, 4.9, pytest.approx(-0.2))


def test_a_rating_is_told_with_how_many_are_below_the_goal():
    found = rating(ratings((7, "1", 4.85), (0, "1", 4.70), (0, "2", 4.6), (0, "3", 4.9)))
    assert "1 is rated 4.70, goal 4.80; 2 item(s) below it" in found.headline
    assert (found.baseline, found.change) == (4.85, pytest.approx(4.70 / 4.85 - 1))
    at_goal_before = rating(ratings((7, "1", 4.80), (0, "1", 4.70)))
    assert at_goal_before.level == "act"


def test_bad_reviews_that_are_no_larger_share_than_before_are_calm():
    """Seven of 140 a week after 28 of 560: the very same share."""
    assert reviews(bad(7, 28)).level == "ok"
    found = reviews(bad(22, 28))
    assert found.headline.startswith("22 bad reviews of 140 in seven days (15.7%), 5.00% in the four weeks")
    assert found.change == pytest.approx(22 / 7 - 1)
    assert found.caveats


def test_the_week_and_the_four_weeks_of_reviews_meet_without_a_gap():
    """A bad review on each of the days 6, 7, 34 and 35 before the day, weighed 1, 10, 100 and 1000."""
    counts = np.zeros(60)
    for ago, weight in ((6, 1.0), (7, 10.0), (34, 100.0), (35, 1000.0)):
        counts[59 - ago] = weight
    found = reviews(shop(reviews=2000.0, negative_reviews=counts))
    assert (found.value, found.baseline) == (1.0, pytest.approx(110 / (28 * 2000) * 14_000))


def test_logistics_are_told_of_known_figures_with_their_usual_value():
    rows = logistics_table(shop(ship_hours=[10.0] * 59 + [12.0], dispute_rate=[np.nan] * 59 + [0.01]))
    by = {row["metric"]: row for row in rows}
    assert list(by) == ["ship_hours", "dispute_rate"]
    assert (by["ship_hours"]["change"], by["dispute_rate"]["change"]) == (pytest.approx(0.2), None)
    assert by["dispute_rate"]["usual"] == "–"
    assert "10" in by["ship_hours"]["usual"]
    one_known = [np.nan] * 52 + [20.0] + [np.nan] * 6 + [10.0]
    [row] = logistics_table(shop(ship_hours=one_known))
    assert row["change"] == pytest.approx(-0.5)
    assert logistics_table(shop()) == []


def test_bad_reviews_name_the_item_with_the_lowest_rating():
    given = bad(22, 28)
    filled = pd.DataFrame({"date": [back(0)], "entity": "7", "value": 4.5, "metric": "item_rating"})
    named = Facts(given.shop, DAY, {**given.frames, "hand_filled": filled}, Calendar(()), rules())
    assert "of 7 by cause" in reviews(named).next_step
    assert "of the shop by cause" in reviews(given).next_step
