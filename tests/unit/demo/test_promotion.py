import numpy as np

from shopbook.demo.catalogue import AD_PLANS
from shopbook.demo.promotion import by_item, by_plan, maturity


def test_the_failed_picture_lowers_the_click_rate_of_its_item_only(demo):
    ads = by_item(demo, by_plan(demo, np.random.default_rng(1)))
    event = next(event for event in demo.planted if event.what == "picture")
    place, other = demo.item_at(event.item), demo.place(demo.plan.plot("hit", 0))
    when = slice(demo.size - 1 - event.first, demo.size - event.last)
    before = slice(when.start - 28, when.start)

    def click_rate(days: slice, item: int) -> float:
        return float(ads.clicks[days, item].sum() / ads.impressions[days, item].sum())

    assert click_rate(when, place) / click_rate(before, place) < 0.75
    assert 0.9 < click_rate(when, other) / click_rate(before, other) < 1.1


def test_a_plan_that_ran_out_shows_fewer_impressions_at_its_cap(demo):
    plans = by_plan(demo, np.random.default_rng(1))
    event = next(event for event in demo.planted if event.what == "budget_cap")
    when = slice(demo.size - 1 - event.first, demo.size - event.last)
    same_weekdays = slice(when.start - 7, when.stop - 7)
    assert (plans.spend[when, 0] == AD_PLANS[0][-1]).all()
    assert plans.impressions[when, 0].sum() < 0.85 * plans.impressions[same_weekdays, 0].sum()


def test_the_newest_revenue_is_immature():
    share = maturity(30)
    assert share[-1] < 0.6
    assert share[0] > 0.99


def test_items_share_out_the_clicks_of_the_plans(demo):
    plans = by_plan(demo, np.random.default_rng(1))
    items = by_item(demo, plans)
    assert np.allclose(items.clicks.sum(axis=1), plans.clicks.sum(axis=1))
    assert np.allclose(items.spend.sum(axis=1), plans.spend.sum(axis=1))
