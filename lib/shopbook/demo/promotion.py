"""What the shop's ads did: clicks, impressions, spend and revenue by plan, item, crowd and keyword."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopbook.demo.catalogue import AD_PLANS, CHANNELS
from shopbook.demo.noise import Floats, wandering
from shopbook.demo.world import World

_CLICK_RATE = {"paid_search": 0.055, "paid_display": 0.028, "paid_site": 0.040}
_BUYS = {"paid_search": 1.0, "paid_display": 0.7, "paid_site": 0.9}
CLICKS_PER_VISITOR = 1.12
ATTRIBUTED = 1.5
"""Revenue in the attribution window against that of the day: some buy later, some buy other items."""


@dataclass(frozen=True)
class Ads:
    """Daily figures along a second axis of plans, items, crowds or keywords."""

    impressions: Floats
    clicks: Floats
    spend: Floats
    revenue: Floats
    orders: Floats

    def part(self, shares: Floats) -> "Ads":
        """These figures (one column) divided by `shares` along the second axis."""
        return Ads(**{name: column * shares for name, column in vars(self).items()})

    def plus(self, other: "Ads") -> "Ads":
        """The sum of two."""
        return Ads(**{name: column + getattr(other, name) for name, column in vars(self).items()})


def by_plan(world: World, rng: np.random.Generator) -> Ads:
    """The plans of AD_PLANS; spend stays under the daily cap, except where it is planted to run out."""
    names = list(CHANNELS)
    columns = [_one_plan(world, place, names, rng) for place in range(len(AD_PLANS))]
    return Ads(*(np.stack(figures, axis=1) for figures in zip(*columns, strict=True)))


def _one_plan(
    world: World, place: int, names: list[str], rng: np.random.Generator
) -> tuple[NDArray[Any], ...]:
    _, _, channel, share, cap = AD_PLANS[place]
    visitors = world.channels[:, names.index(channel)] + world.pc_channels[:, names.index(channel)]
    out_of_budget = np.array([
        any(event.plan == world.plan.ad_plan_id(place) for event in world.active("budget_cap", day))
        for day in range(world.size)
    ])  # fmt: skip
    shares = share * np.exp(wandering(rng, (world.size,), sd=0.05, memory=0.4))
    clicks = np.round(visitors * np.where(out_of_budget, share - 0.1, shares) * CLICKS_PER_VISITOR)
    sale = world.market.jumps > 0.1
    cost = 0.72 * cap / clicks[~sale & ~out_of_budget].mean()
    price = cost * np.exp(wandering(rng, (world.size,), sd=0.06, memory=0.6) + 0.3 * world.market.jumps)
    ceiling = np.where(sale, 4.0, 0.95) * cap  # caps are raised for platform sales
    spend = np.where(out_of_budget, cap, np.round(np.minimum(clicks * price, ceiling), 2))
    impressions = np.round(clicks / _click_rates(world, channel, rng))
    conversion = world.pay_buyers / world.visitors * _BUYS[channel]
    orders = rng.poisson(clicks / CLICKS_PER_VISITOR * conversion * ATTRIBUTED * maturity(world.size))
    basket = world.amounts.sum(axis=1) / world.pay_buyers
    revenue = np.round(orders * basket * rng.lognormal(0, 0.08, world.size), 2)
    return impressions, clicks, spend, revenue, orders


def _click_rates(world: World, channel: str, rng: np.random.Generator) -> Floats:
    """Click rate of a channel: items whose picture was planted to fail drag it down by their share."""
    usual = _CLICK_RATE[channel] * np.exp(wandering(rng, (world.size,), sd=0.05, memory=0.5))
    flows = world.flows[:, :, list(CHANNELS).index(channel)]
    seen = flows / item_click_factor(world)
    result: Floats = usual * flows.sum(axis=1) / seen.sum(axis=1)
    return result


def item_click_factor(world: World) -> Floats:
    """The planted factor on the click rate by day and item."""
    factor = np.ones((world.size, len(world.plan.items)))
    for event in (event for event in world.planted if event.what == "picture"):
        when = slice(world.size - 1 - event.first, world.size - event.last)
        factor[when, world.item_at(event.item)] = 1 + event.size
    return factor


def maturity(days: int) -> Floats:
    """How much of the revenue in the attribution window has arrived by the newest day."""
    age = np.arange(days - 1, -1, -1)
    return 0.55 + 0.45 * (1 - np.exp(-age / 4))


def by_item(world: World, plans: Ads) -> Ads:
    """The same money by promoted item: clicks by its visits, impressions by its click rate."""
    total: Ads | None = None
    for place, (_, _, channel, _, _) in enumerate(AD_PLANS):
        flows = world.flows[:, :, list(CHANNELS).index(channel)]
        clicks = flows / flows.sum(axis=1, keepdims=True)
        seen = flows / item_click_factor(world)
        one = _column(plans, place)
        split = one.part(clicks)
        shown = one.impressions * seen / seen.sum(axis=1, keepdims=True)
        split = Ads(**{**vars(split), "impressions": shown})
        total = split if total is None else total.plus(split)
    assert total is not None
    return total


def by_share(plans: Ads, channel: str, shares: Floats, rng: np.random.Generator) -> Ads:
    """The plans of one channel divided over crowds or keywords."""
    places = [place for place, plan in enumerate(AD_PLANS) if plan[2] == channel]
    total = _column(plans, places[0])
    for place in places[1:]:
        total = total.plus(_column(plans, place))
    parts = shares * np.exp(rng.normal(0, 0.15, (len(total.clicks), len(shares))))
    return total.part(parts / parts.sum(axis=1, keepdims=True))


def _column(ads: Ads, place: int) -> Ads:
    return Ads(**{name: column[:, [place]] for name, column in vars(ads).items()})
