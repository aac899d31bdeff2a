"""The rules of hero candidates."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from shopbook.analysis.heroes import beta_prior, conversion_interval, hero_ranking, visitors_still_needed


def shop(**columns) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "item_id": ["solid", "lucky", "weak", "plain"],
            "visitors": [14000.0, 20.0, 16000.0, 9000.0],
            "buyers": [700.0, 3.0, 160.0, 270.0],
            "week_visitors": [3500.0, 5.0, 4000.0, 2250.0],
        }
    )
    return rows.assign(**columns)


def test_three_buyers_of_twenty_do_not_beat_seven_hundred_of_fourteen_thousand():
    assert hero_ranking(shop())["item_id"].tolist()[0] == "solid"


@pytest.mark.parametrize(
    ("columns", "badges"),
    [
        pytest.param({}, {"solid"}, id="3000 visitors a week and 3%"),
        pytest.param({"bounce_rate": [0.8, 0.3, 0.3, 0.3]}, set(), id="high bounce"),
        pytest.param({"bounce_rate": [np.nan] * 4}, {"solid"}, id="bounce not known"),
    ],
)
def test_the_badge_is_the_handbooks_rule(columns, badges):
    ranked = hero_ranking(shop(**columns))
    assert set(ranked.loc[ranked["badge"], "item_id"]) == badges


def test_by_margin_a_cheap_seller_falls_behind_and_unknown_margin_is_last():
    ranked = hero_ranking(shop(unit_margin=[1.0, np.nan, 1.0, 40.0]), by_margin=True)
    assert (ranked["item_id"].iloc[0], ranked["item_id"].iloc[-1]) == ("plain", "lucky")


def test_a_category_of_eight_items_has_its_own_prior():
    rows = pd.DataFrame(
        {
            "item_id": [f"{name}{number:02d}" for name in "ab" for number in range(9)],
            "visitors": [1000.0] * 18,
            "buyers": [50.0] * 9 + [5.0] * 9,
            "week_visitors": [250.0] * 18,
        }
    )
    rows.loc[[0, 9], ["visitors", "buyers"]] = [10.0, 0.0]
    score = hero_ranking(rows.assign(category=["a"] * 9 + ["b"] * 9)).set_index("item_id")["score"]
    assert score["a00"] > 3 * score["b00"]


def test_an_even_shop_is_pooled_and_a_mixed_one_is_not():
    visitors = pd.Series([1000.0] * 4)
    even = sum(beta_prior(pd.Series([30.0] * 4), visitors))
    mixed = sum(beta_prior(pd.Series([5.0, 20.0, 60.0, 100.0]), visitors))
    assert even == 20_000
    assert mixed < 100


def test_a_shop_without_a_visitor_has_no_prior():
    with pytest.raises(ValueError, match="no item has a visitor"):
        beta_prior(pd.Series([0.0]), pd.Series([0.0]))


def test_no_visitor_is_no_rate_but_the_priors_interval():
    table = conversion_interval(pd.Series([30.0, 0.0]), pd.Series([1000.0, 0.0]))
    assert np.isnan(table.loc[1, "rate"])
    assert table.loc[1, "low"] < 0.03 < table.loc[1, "high"]


def test_more_visitors_narrow_the_interval():
    table = conversion_interval(pd.Series([3.0, 300.0, 10.0]), pd.Series([100.0, 10_000.0, 1000.0]))
    width = table["high"] - table["low"]
    assert width[1] < width[0]


def test_a_rate_at_the_goal_needs_endless_visitors_and_a_clear_one_none():
    needed = visitors_still_needed(pd.Series([90.0, 30.0]), pd.Series([1000.0, 1000.0]), 0.03)
    assert needed[0] == 0
    assert needed[1] > 2000


def test_a_goal_of_zero_is_refused():
    with pytest.raises(ValueError, match="goal 0"):
        visitors_still_needed(pd.Series([1.0]), pd.Series([10.0]), 0)


def test_the_prior_is_that_of_weighted_moments():
    visitors, buyers = pd.Series([100.0, 200.0, 0.0, 400.0, 1.0]), pd.Series([2.0, 30.0, 0.0, 20.0, 1.0])
    n, x = np.array([100.0, 200, 400, 1]), np.array([2.0, 30, 20, 1])
    mean = 53 / 701
    between = sum(n * (x / n - mean) ** 2) / 701
    sampling = sum(n * mean * (1 - mean) / n) / 701
    size = mean * (1 - mean) / (between - sampling) - 1
    assert 20 < size < 500
    assert beta_prior(buyers, visitors) == (pytest.approx(mean * size), pytest.approx((1 - mean) * size))


def test_a_prior_is_worth_twenty_to_twenty_thousand_visitors():
    visitors = pd.Series([100.0, 100.0])
    assert sum(beta_prior(pd.Series([0.0, 100.0]), visitors)) == pytest.approx(20)
    assert sum(beta_prior(pd.Series([10.0, 10.0]), visitors)) == pytest.approx(20_000)
    alpha, beta = beta_prior(pd.Series([100.0, 100.0]), visitors)
    assert alpha / (alpha + beta) == pytest.approx(0.9)


def test_an_interval_is_that_of_the_posterior():
    buyers, visitors = pd.Series([30.0, 5.0, np.nan, 9.0]), pd.Series([1000.0, 20.0, np.nan, 4.0])
    table = conversion_interval(buyers, visitors, confidence=0.8)
    alpha, beta = beta_prior(buyers, visitors)
    known = [(30, 1000), (5, 20), (0, 0), (4, 4)]  # more buyers than visitors are as many
    for row, (x, n) in enumerate(known):
        low, high = stats.beta(alpha + x, beta + n - x).ppf([0.1, 0.9])
        assert table.loc[row, ["low", "high"]].tolist() == pytest.approx([low, high])
    assert table["rate"].tolist() == pytest.approx([0.03, 0.25, np.nan, 1.0], nan_ok=True)
    wide = conversion_interval(buyers, visitors)
    assert wide.loc[0, "low"] == pytest.approx(stats.beta(alpha + 30, beta + 970).ppf(0.05))


def test_visitors_still_needed_are_those_of_a_normal_comparison():
    buyers, visitors = pd.Series([50.0, 45.0]), pd.Series([1000.0, 1010.0])
    alpha, beta = beta_prior(buyers, visitors)
    rate = (alpha + buyers) / (alpha + beta + visitors)
    for confidence in (0.9, 0.6):
        z = stats.norm.ppf((1 + confidence) / 2)
        wanted = z**2 * rate * (1 - rate) / (rate - 0.05) ** 2 - visitors
        assert (wanted > 0).all()
        found = visitors_still_needed(buyers, visitors, 0.05, confidence=confidence)
        np.testing.assert_allclose(found, wanted)
    np.testing.assert_allclose(
        visitors_still_needed(buyers, visitors, 0.05),
        visitors_still_needed(buyers, visitors, 0.05, confidence=0.9),
    )
    even = pd.Series([30.0, 30.0]), pd.Series([1000.0, 1000.0])
    assert np.isinf(visitors_still_needed(*even, 0.03)).all()


@pytest.mark.parametrize("goal", [0, 1, -0.1, 1.5])
def test_a_goal_is_a_share_between_none_and_all(goal):
    with pytest.raises(ValueError, match="not a conversion between 0 and 1"):
        visitors_still_needed(pd.Series([1.0]), pd.Series([10.0]), goal)


@pytest.mark.parametrize(
    ("columns", "badge"),
    [
        ({}, True),
        ({"week_visitors": 2999.0}, False),
        ({"buyers": 299.0}, False),
        ({"bounce_rate": 0.6}, True),
        ({"bounce_rate": 0.61}, False),
        ({"visitors": 0.0, "buyers": 0.0}, False),
        ({"visitors": 0.0, "buyers": 3.0}, False),
    ],
)
def test_the_badge_needs_three_thousand_visitors_and_three_percent(columns, badge):
    row = {"item_id": "a", "visitors": 10_000.0, "buyers": 300.0, "week_visitors": 3000.0} | columns
    other = {"item_id": "b", "visitors": 10.0, "buyers": 1.0, "week_visitors": 5.0, "bounce_rate": 0.1}
    ranked = hero_ranking(pd.DataFrame([row, other])).set_index("item_id")
    assert bool(ranked.loc["a", "badge"]) is badge
    assert not ranked.loc["b", "badge"]


def test_a_score_is_the_tenth_of_the_posterior_and_equal_ones_go_by_name():
    rows = pd.DataFrame({"item_id": ["z", "b", "a"], "visitors": [900.0, 50, 50], "buyers": [60.0, 70, 70]})
    ranked = hero_ranking(rows.assign(week_visitors=1.0)).set_index("item_id")
    alpha, beta = beta_prior(pd.Series([60.0, 50, 50]), rows["visitors"])
    assert ranked.loc["z", "score"] == pytest.approx(stats.beta(alpha + 60, beta + 840).ppf(0.1))
    assert ranked.loc["a", "score"] == pytest.approx(stats.beta(alpha + 50, beta).ppf(0.1))
    assert ranked["rank"].to_dict() == {"a": 1, "b": 2, "z": 3}
    assert ranked.loc["z", "conversion"] == pytest.approx(60 / 900)


def test_by_margin_the_score_is_money_a_visitor():
    plain = hero_ranking(shop()).set_index("item_id")["score"]
    money = hero_ranking(shop(unit_margin=[3.0, 4.0, 5.0, 6.0]), by_margin=True).set_index("item_id")["score"]
    assert (money / plain).round(6).to_dict() == {"solid": 3.0, "lucky": 4.0, "weak": 5.0, "plain": 6.0}


@pytest.mark.parametrize(("shown", "own"), [(8, True), (7, False)])
def test_a_category_has_its_own_prior_from_eight_visited_items_on(shown, own):
    rows = pd.DataFrame(
        {
            "item_id": [f"{at:02}" for at in range(18)],
            "visitors": 1000.0,
            "buyers": [50.0] * 9 + [5.0] * 9,
            "week_visitors": 1.0,
        }
    )
    rows.loc[range(shown, 9), ["visitors", "buyers"]] = [0.0, 0.0]
    rows["category"] = ["a"] * 9 + ["b"] * 9
    found = hero_ranking(rows).set_index("item_id")["score"]
    mine = rows[:9] if own else rows
    alpha, beta = beta_prior(mine["buyers"], mine["visitors"])
    assert found["00"] == pytest.approx(stats.beta(alpha + 50, beta + 950).ppf(0.1))


def test_an_item_of_unknown_visitors_has_the_score_of_the_prior():
    rows = pd.DataFrame(
        {"item_id": ["a", "b", "c"], "visitors": [900.0, 500, np.nan], "buyers": [60.0, 10, np.nan]}
    )
    ranked = hero_ranking(rows.assign(week_visitors=1.0)).set_index("item_id")
    alpha, beta = beta_prior(rows["buyers"].fillna(0.0), rows["visitors"].fillna(0.0))
    assert ranked.loc["c", "score"] == pytest.approx(stats.beta(alpha, beta).ppf(0.1))
    assert np.isnan(ranked.loc["c", "conversion"])
