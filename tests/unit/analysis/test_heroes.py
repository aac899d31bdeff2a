"""The rules of hero candidates."""

import numpy as np
import pandas as pd
import pytest

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
