"""The demo world of one shop: a log-linear model of visitors, buyers and money, drawn once per seed."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from shopbook.demo.catalogue import CHANNELS, ITEMS_PER_VISITOR, OVERLAP, PAID, Item, ShopPlan, shop_plan
from shopbook.demo.market import Market, market_of, usual_days
from shopbook.demo.noise import Floats, Ints, counted, drawn, wandering
from shopbook.demo.scenario import Campaign, Planted, campaigns, events

_OWN_WEEKDAY = np.array([0.02, 0.01, 0.0, 0.0, -0.01, 0.0, -0.02])
_UNITS_PER_BUYER = 1.15
PC_SHARE = 0.045


@dataclass(frozen=True)
class World:
    """Everything that happened in one shop; arrays run over days, then items or channels."""

    plan: ShopPlan
    days: tuple[dt.date, ...]
    market: Market
    planted: tuple[Planted, ...]
    campaigns: tuple[Campaign, ...]
    flows: Floats
    """Expected item visits by day, item, channel."""
    listed: np.ndarray
    stock: Ints
    item_visitors: Ints
    buyers: Ints
    units: Ints
    prices: Floats
    amounts: Floats
    """Yuan with whole cents; the shop's amount is exactly their sum."""
    orders: Ints
    channels: Ints
    pc_channels: Ints
    visitors: Ints
    pay_buyers: Ints
    carts: Ints
    expected: Floats
    """Expected amount by day with the campaigns."""
    expected_without: Floats
    """Expected amount by day had there been no campaign."""

    @property
    def size(self) -> int:
        return len(self.days)

    @property
    def end(self) -> dt.date:
        return self.days[-1]

    def place(self, item: Item) -> int:
        """The column of an item."""
        return self.plan.items.index(item)

    def active(self, what: str, day: int) -> list[Planted]:
        """The planted events of one sort that are on at position `day`."""
        back = self.size - 1 - day
        return [event for event in self.planted if event.what == what and event.last <= back <= event.first]

    def item_at(self, item_id: str) -> int:
        """The column of an item id."""
        return [item.id for item in self.plan.items].index(item_id)


def build(shop: str, *, days: int, end: dt.date, seed: int) -> World:
    """Draw the world of a shop."""
    plan = shop_plan(shop)
    rng = np.random.default_rng([seed, *shop.encode()])
    market = market_of(plan, end, days, rng)
    planted = tuple(event for event in events(plan) if event.first < days)
    held = tuple(c for c in campaigns(plan, end) if min(c.phases.values())[0] > market.days[0])
    listed = np.array([[item.age(days) >= days - 1 - day for item in plan.items] for day in range(days)])
    lift_visits, lift_conversion = _campaign_lifts(plan, market.days, held)
    flows = _flows(plan, market, planted, rng) * np.exp(lift_visits)[:, :, None] * listed[:, :, None]
    item_visitors = counted(rng, flows.sum(axis=2), spread=0.05)
    chance = _chance(plan, market, planted, rng) * np.exp(lift_conversion) * listed
    wanted = _no_sale(plan, days, drawn(rng, item_visitors, chance))
    prices = _prices(plan, market.days, planted, held, rng)
    buyers, orders, presale = _presale(plan, planted, wanted, rng)
    units = buyers + rng.poisson((_UNITS_PER_BUYER - 1) * buyers)
    units += (
        np.where(buyers > 3, 1, 0) * (rng.random(units.shape) < 0.002) * rng.integers(15, 40, units.shape)
    )
    stock, sold_out = _stock(plan, planted, units, rng)
    buyers, units, orders = (np.where(sold_out, 0, each) for each in (buyers, units, orders))
    visits, pc_visits = _channels(flows, rng)
    visitors = np.round((visits + pc_visits).sum(axis=1) / OVERLAP * (1 + rng.normal(0, 0.004, days)))
    worth = flows.sum(axis=2) * chance * prices * _UNITS_PER_BUYER * ~presale * ~sold_out
    return World(
        plan=plan, days=market.days, market=market, planted=planted, campaigns=held, flows=flows,
        listed=listed,
        stock=stock, item_visitors=item_visitors, buyers=buyers, units=units, prices=prices,
        amounts=np.round(units * prices, 2), orders=orders, channels=visits, pc_channels=pc_visits,
        visitors=visitors.astype(np.int64), pay_buyers=np.round(buyers.sum(axis=1) * 0.94).astype(np.int64),
        carts=drawn(rng, item_visitors, _cart_share(plan, market.days, held)),
        expected=worth.sum(axis=1),
        expected_without=_without(plan, market.days, held, worth, lift_visits + lift_conversion),
    )  # fmt: skip


def _flows(plan: ShopPlan, market: Market, planted: tuple[Planted, ...], rng: np.random.Generator) -> Floats:
    """Expected item visits by day, item and channel, without campaigns."""
    days, items = len(market.days), plan.items
    own = wandering(rng, (days,), sd=0.04, memory=0.5)
    channel_noise = wandering(rng, (days, len(CHANNELS)), sd=0.05, memory=0.5)
    usual = usual_days(market.days[-1], days)
    if usual:  # the newest day carries its planted change and no luck
        own[-1] = own[usual].mean()
        channel_noise[-1] = channel_noise[usual].mean(axis=0)
    log_level = own + _OWN_WEEKDAY[[day.weekday() for day in market.days]]
    relative = np.stack([market.categories[item.category] for item in items], axis=1)
    relative -= np.log([plan.categories[item.category][0] for item in items])
    weights = np.stack([_life(item, days) for item in items], axis=1)
    weights /= weights[-1].sum()
    by_item = weights * np.exp(
        log_level[:, None] + relative + wandering(rng, (days, len(items)), sd=0.07, memory=0.6)
    )
    mix = _mix(items, rng)
    flows = plan.visitors * ITEMS_PER_VISITOR * by_item[:, :, None] * mix * np.exp(channel_noise)[:, None, :]
    names = list(CHANNELS)
    for event in planted:
        when = slice(days - 1 - event.first, days - event.last)
        column = names.index(event.channel) if event.channel else -1
        which = [item.id for item in items].index(event.item) if event.item else -1
        if event.what == "channel":
            flows[when, :, column] *= 1 + event.size
        elif event.what == "picture":
            flows[when, which, [names.index(name) for name in PAID]] *= 1 + event.size
        elif event.what == "stock_out":
            flows[when, which] *= 0.5
        elif event.what == "budget_cap":
            flows[when, :, column] *= 0.8
    result: Floats = flows
    return result


def _life(item: Item, days: int) -> Floats:
    """The share of visits over time: growth and decline of about 10% a week over the last twelve weeks."""
    age = np.arange(days - 1, -1, -1) / 7  # weeks before the newest day
    weeks = np.clip(age, 0, 12)
    if item.plot == "growing":
        return item.weight * np.exp(-0.11 * weeks)
    if item.plot == "declining":
        return item.weight * np.exp(0.11 * weeks)
    if item.plot == "new":
        return item.weight * np.clip(1 - age * 7 / (item.listed + 1), 0.05, 1) ** 0.4
    return np.full(days, item.weight)


def _mix(items: tuple[Item, ...], rng: np.random.Generator) -> Floats:
    """How the visits of each item divide over the channels; only promoted items have paid ones."""
    shares = np.array([share for _, share in CHANNELS.values()])
    mix = shares * np.exp(rng.normal(0, 0.3, (len(items), len(shares))))
    paid = [list(CHANNELS).index(name) for name in PAID]
    weight = np.array([item.weight for item in items])
    promoted = np.array([item.promoted for item in items])
    mix[~promoted[:, None] & np.isin(np.arange(len(shares)), paid)] = 0
    mix[:, paid] *= weight.sum() / weight[promoted].sum()
    result: Floats = mix / mix.sum(axis=1, keepdims=True)
    return result


def _chance(plan: ShopPlan, market: Market, planted: tuple[Planted, ...], rng: np.random.Generator) -> Floats:
    """The chance that a visitor of an item buys it."""
    days, items = len(market.days), plan.items
    own = wandering(rng, (days,), sd=0.03, memory=0.4)
    usual = usual_days(market.days[-1], days)
    if usual:
        own[-1] = own[usual].mean()
    log_chance = (
        own[:, None] + market.conversion[:, None] + wandering(rng, (days, len(items)), sd=0.08, memory=0.5)
    )
    weight = np.array([item.weight for item in items])
    appeal = np.array([item.appeal for item in items])
    base = plan.conversion / ITEMS_PER_VISITOR / 0.94 / ((weight * appeal).sum() / weight.sum()) * appeal
    chance = base * np.exp(log_chance)
    for event in planted:
        when = slice(days - 1 - event.first, days - event.last)
        which = [item.id for item in items].index(event.item) if event.item else slice(None)
        if event.what in ("slow_service", "item_conversion", "price_raise"):
            chance[when, which] *= 1 + event.size
    result: Floats = chance
    return result


def _no_sale(plan: ShopPlan, days: int, wanted: Ints) -> Ints:
    """Items without a sale have had none for 40 days."""
    out = wanted.copy()
    out[-min(40, days) :, [item.plot == "no_sale" for item in plan.items]] = 0
    return out


def _presale(
    plan: ShopPlan, planted: tuple[Planted, ...], wanted: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints, np.ndarray]:
    """Paying buyers, ordering buyers, and where presale lets orders come in without a payment."""
    presale = np.zeros(wanted.shape, dtype=bool)
    for event in (event for event in planted if event.what == "presale"):
        presale[len(wanted) - 1 - event.first : len(wanted) - event.last, _place(plan, event.item)] = True
    orders = wanted + rng.binomial(wanted, 0.1) + 3 * presale
    return np.where(presale, 0, wanted), orders, presale


def _prices(
    plan: ShopPlan,
    days: tuple[dt.date, ...],
    planted: tuple[Planted, ...],
    held: tuple[Campaign, ...],
    rng: np.random.Generator,
) -> Floats:
    """What a unit really brings that day: list price, less coupons, times what was planted."""
    factor = 0.95 + 0.04 * rng.random((len(days), len(plan.items)))
    for event in (event for event in planted if event.what == "price_raise"):
        factor[len(days) - 1 - event.first : len(days) - event.last, _place(plan, event.item)] *= 1.15
    for campaign in (campaign for campaign in held if campaign.promoted):
        first, last = campaign.phases["peak"]
        when = np.array([first <= day <= last for day in days])
        factor[np.ix_(when, np.array([item.id in campaign.items for item in plan.items]))] *= (
            campaign.discount
        )
    return np.round(np.array([item.price for item in plan.items]) * factor, 2)


def _stock(
    plan: ShopPlan, planted: tuple[Planted, ...], units: Ints, rng: np.random.Generator
) -> tuple[Ints, np.ndarray]:
    """Units on hand at the end of each day (refilled in time, unless an event says otherwise)."""
    sold_out = np.zeros(units.shape, dtype=bool)
    for event in (event for event in planted if event.what == "stock_out"):
        sold_out[len(units) - 1 - event.first : len(units) - event.last, _place(plan, event.item)] = True
    sold = np.where(sold_out, 0, units)
    usual = np.maximum(units.mean(axis=0), 1.0)
    hand = np.round(usual * rng.uniform(20, 45, len(usual))).astype(np.int64)
    stock = np.zeros(units.shape, dtype=np.int64)
    for day in range(len(units)):
        hand = hand - sold[day]
        low = hand < usual * 9
        hand = np.where(low, hand + np.round(usual * 35).astype(np.int64), hand)
        stock[day] = hand
    return np.where(sold_out, 0, np.maximum(stock, 1)), sold_out


def _channels(flows: Floats, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Shop visitors by channel, phone and computer; one visitor comes through several channels."""
    mean = flows.sum(axis=1) * OVERLAP / ITEMS_PER_VISITOR
    return counted(rng, mean * (1 - PC_SHARE), spread=0.02), counted(rng, mean * PC_SHARE, spread=0.06)


def _cart_share(plan: ShopPlan, days: tuple[dt.date, ...], held: tuple[Campaign, ...]) -> Floats:
    share = np.full((len(days), len(plan.items)), 0.085)
    for campaign in (campaign for campaign in held if campaign.promoted):
        first, last = campaign.phases["warm_up"]
        when = np.array([first <= day <= last for day in days])
        share[np.ix_(when, np.array([item.id in campaign.items for item in plan.items]))] *= 1.5
    return share


def _campaign_lifts(
    plan: ShopPlan, days: tuple[dt.date, ...], held: tuple[Campaign, ...]
) -> tuple[Floats, Floats]:
    """Log effects of the campaigns on item visits and on the chance to buy."""
    visits = np.zeros((len(days), len(plan.items)))
    conversion = np.zeros_like(visits)
    for campaign in held:
        chosen = np.array([item.id in campaign.items for item in plan.items])
        for phase, (first, last) in campaign.phases.items():
            when = np.array([first <= day <= last for day in days])
            visits[np.ix_(when, chosen)] += campaign.traffic.get(phase, 0.0)
            conversion[np.ix_(when, chosen)] += campaign.promoted.get(phase, 0.0)
            conversion[np.ix_(when, ~chosen)] += campaign.rest.get(phase, 0.0)
    return visits, conversion


def _without(
    plan: ShopPlan, days: tuple[dt.date, ...], held: tuple[Campaign, ...], worth: Floats, lift: Floats
) -> Floats:
    """Expected amount by day without the campaigns: their lifts and their discount taken out again."""
    plain = worth / np.exp(lift)
    for campaign in (campaign for campaign in held if campaign.promoted):
        first, last = campaign.phases["peak"]
        when = np.array([first <= day <= last for day in days])
        plain[np.ix_(when, np.array([item.id in campaign.items for item in plan.items]))] /= campaign.discount
    result: Floats = plain.sum(axis=1)
    return result


def _place(plan: ShopPlan, item_id: str) -> int:
    return [item.id for item in plan.items].index(item_id)
