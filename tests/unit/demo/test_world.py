import datetime as dt

import numpy as np
import pytest

from shopbook.demo.catalogue import CHANNELS
from shopbook.demo.generator import NEWEST
from shopbook.demo.world import World, build

USUAL = [-29, -22, -15, -8]


def against_usual(series: np.ndarray) -> float:
    """The newest day against the mean of the four same weekdays before it."""
    return float(series[-1] / series[USUAL].mean() - 1)


def planted(world: World, name: str) -> tuple[slice, object]:
    event = next(event for event in world.planted if event.id == name)
    return slice(world.size - 1 - event.first, world.size - event.last), event


def test_channels_overlap_so_their_sum_exceeds_the_shop(demo):
    assert ((demo.channels + demo.pc_channels).sum(axis=1) > 1.1 * demo.visitors).all()


def test_item_visitors_add_up_to_more_than_the_shop(demo):
    assert (demo.item_visitors.sum(axis=1) > demo.visitors).all()


def test_nobody_buys_who_did_not_visit(demo, demo_b):
    for world in (demo, demo_b):
        assert (world.buyers <= world.item_visitors).all()
        assert (world.units >= world.buyers).all()
        assert (world.pay_buyers <= world.buyers.sum(axis=1)).all()


def test_shops_have_eight_to_fifteen_thousand_visitors_on_ordinary_days(demo, demo_b):
    for world in (demo, demo_b):
        ordinary = world.visitors[np.abs(world.market.jumps) < 0.01]
        assert 8_000 < np.median(ordinary) < 15_000


def test_recommendation_falls_while_the_market_does_not(demo):
    recommendation = demo.channels[:, list(CHANNELS).index("recommendation")]
    assert against_usual(recommendation) == pytest.approx(-0.45, abs=0.06)
    assert 0 <= against_usual(demo.market.visitors) < 0.03
    assert against_usual(demo.visitors) < -0.12


def test_recommendation_loses_more_than_any_other_channel(demo):
    lost = (demo.channels + demo.pc_channels)[-1] - (demo.channels + demo.pc_channels)[USUAL].mean(axis=0)
    assert list(CHANNELS)[int(lost.argmin())] == "recommendation"
    assert lost.min() < 0.6 * lost.sum() < 0


def test_demo_b_falls_with_its_market(demo_b):
    assert against_usual(demo_b.market.visitors) == pytest.approx(-0.15, abs=0.01)
    assert against_usual(demo_b.visitors) == pytest.approx(against_usual(demo_b.market.visitors), abs=0.05)


def test_demo_b_converts_a_quarter_worse(demo_b):
    assert against_usual(demo_b.pay_buyers / demo_b.visitors) < -0.15


def test_a_sold_out_item_has_no_stock_and_no_sale(demo):
    when, event = planted(demo, "stock_out")
    place = demo.item_at(event.item)
    assert (demo.stock[when, place] == 0).all()
    assert (demo.units[when, place] == 0).all()
    assert (demo.stock[:-1, place] > 0).all()


def test_the_restocked_item_is_back(demo):
    when, event = planted(demo, "restocked")
    place = demo.item_at(event.item)
    assert (demo.stock[when, place] == 0).all()
    assert demo.stock[-1, place] > 0
    assert demo.units[-8:, place].sum() > 0


def test_presale_takes_orders_and_no_payment(demo):
    when, event = planted(demo, "presale")
    place = demo.item_at(event.item)
    assert (demo.buyers[when, place] == 0).all()
    assert (demo.orders[when, place] > 0).all()


def test_items_without_a_sale_had_visitors_enough_to_tell(demo):
    for item in (item for item in demo.plan.items if item.plot == "no_sale"):
        place = demo.place(item)
        assert demo.units[-30:, place].sum() == 0
        assert demo.item_visitors[-30:, place].sum() * demo.plan.conversion > 3


def test_the_market_jump_is_in_shop_and_market(demo):
    when, _ = planted(demo, "market_jump")
    around = [when.start - 14, when.start - 7, when.start + 7]
    for series in (demo.market.visitors, demo.visitors):
        assert series[when].mean() / series[around].mean() > 1.15


def test_the_lifted_item_converts_better_and_the_dearer_one_worse(demo):
    for name, sign in (("item_conversion_up", 1), ("price_raise", -1)):
        when, event = planted(demo, name)
        place = demo.item_at(event.item)
        before = slice(when.start - 28, when.start)
        rates = [
            demo.buyers[days, place].sum() / demo.item_visitors[days, place].sum() for days in (when, before)
        ]
        assert sign * (rates[0] / rates[1] - 1) > 0.15


def test_the_raised_price_is_paid(demo):
    when, event = planted(demo, "price_raise")
    place = demo.item_at(event.item)
    assert demo.prices[when, place].mean() / demo.prices[: when.start, place].mean() > 1.12


@pytest.mark.parametrize(("plot", "grows"), [("growing", True), ("declining", False)])
def test_growing_and_declining_items_move_against_the_market(demo, plot, grows):
    weeks = demo.item_visitors[-56:].reshape(8, 7, -1).sum(axis=1) / demo.market.visitors[-56:].reshape(
        8, 7
    ).sum(axis=1, keepdims=True)
    for item in (item for item in demo.plan.items if item.plot == plot):
        slope = np.polyfit(range(8), np.log(weeks[:, demo.place(item)]), 1)[0]
        assert (slope > 0.05) if grows else (slope < -0.05)


def test_no_row_before_an_item_is_listed(demo):
    for item in demo.plan.items:
        days = int(demo.listed[:, demo.place(item)].sum())
        assert days == min(item.listed + 1, demo.size)
        assert demo.item_visitors[~demo.listed[:, demo.place(item)], demo.place(item)].sum() == 0


def test_the_null_campaign_changes_nothing(demo_b):
    assert demo_b.campaigns
    assert demo_b.expected == pytest.approx(demo_b.expected_without)


def test_the_campaign_sells_more_in_its_peak_and_less_around_it(demo):
    extra = demo.expected - demo.expected_without
    phases = demo.campaigns[0].phases
    for phase, sign in (("warm_up", -1), ("peak", 1), ("cool_down", -1)):
        first, last = phases[phase]
        inside = [first <= day <= last for day in demo.days]
        assert (sign * extra[inside] > 0).all()


def test_the_cool_down_ends_before_the_next_platform_event(demo):
    first, last = demo.campaigns[0].phases["cool_down"]
    assert (last - first).days + 1 >= 14
    assert last < dt.date(2026, 10, 31)


def test_the_same_seed_draws_the_same_world_and_another_does_not(demo):
    again = build("demo", days=182, end=NEWEST, seed=7)
    other = build("demo", days=182, end=NEWEST, seed=8)
    assert (again.amounts == demo.amounts).all()
    assert (other.visitors != demo.visitors).any()


def test_a_third_shop_has_a_quiet_newest_day():
    world = build("demo-c", days=60, end=NEWEST, seed=7)
    assert not [event for event in world.planted if event.last == 0]
    assert abs(against_usual(world.visitors)) < 0.1


def test_a_shop_sells_on_every_day_of_a_history_of_any_length():
    world = build("demo", days=430, end=NEWEST, seed=7)
    assert (world.visitors > 0).all()
    assert (world.pay_buyers > 0).all()
