"""What customer service and quality did in the demo: inquiries, answers, refunds and scores."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from shopbook.demo.noise import Floats, Ints, drawn, split, wandering
from shopbook.demo.world import World

AGENTS = ("演示客服-阿一", "演示客服-阿二", "演示客服-阿三", "演示客服-阿四")
_LOAD = np.array([0.35, 0.28, 0.22, 0.15])
REASONS = (
    ("7天无理由", 0.5),
    ("不想要了/拍错", 0.25),
    ("质量问题", 0.1),
    ("发货慢", 0.08),
    ("与描述不符", 0.07),
)


@dataclass(frozen=True)
class Service:
    """Service by day and agent."""

    inquiries: Ints
    paid: Ints
    money: Floats
    first_answer: Floats
    answer: Floats
    satisfied: Floats
    replied: Floats


def service(world: World, rng: np.random.Generator) -> Service:
    """Inquiries are about 2.6% of the visitors, four in ten of them are paid; slow days are planted."""
    inquiries = drawn(rng, world.visitors, 0.026 * np.exp(wandering(rng, (world.size,), sd=0.05, memory=0.5)))
    conversion = 0.42 * np.exp(
        wandering(rng, (world.size,), sd=0.03, memory=0.4) + 0.3 * world.market.conversion
    )
    pace = 31 * np.exp(wandering(rng, (world.size,), sd=0.06, memory=0.5) + 0.15 * world.market.jumps)
    for day in range(world.size):
        if world.active("slow_service", day):
            conversion[day] *= 0.5
            pace[day] *= 3
    by_agent = np.stack([split(rng, count, _LOAD) for count in inquiries])
    skill = np.array([1.08, 1.0, 0.97, 0.9])
    paid = drawn(rng, by_agent, np.clip(conversion[:, None] * skill, 0, 0.95))
    basket = world.amounts.sum(axis=1) / world.pay_buyers
    answer = np.round(pace[:, None] * (2 - skill) * np.exp(rng.normal(0, 0.06, by_agent.shape)), 1)
    slow = np.clip(pace / 31 - 1, 0, 3)[:, None]
    return Service(
        inquiries=by_agent,
        paid=paid,
        money=np.round(paid * basket[:, None] * 1.1, 2),
        first_answer=np.round(answer * 0.5, 1),
        answer=answer,
        satisfied=np.clip(rng.normal(0.95, 0.015, by_agent.shape) - 0.05 * slow, 0, 1),
        replied=np.clip(rng.normal(0.985, 0.008, by_agent.shape) - 0.03 * slow, 0, 1),
    )


@dataclass(frozen=True)
class Refund:
    """One finished refund."""

    paid_on: dt.date
    asked_on: dt.date
    done_on: dt.date
    item: int
    amount: float
    paid: float
    reason: str
    whole: bool


def refunds(world: World, rng: np.random.Generator) -> list[Refund]:
    """About one sale in twenty goes back within weeks; an item with planted quality trouble more often."""
    share = np.full(world.units.shape, 0.05)
    quality = np.full(world.units.shape, dict(REASONS)["质量问题"])
    for event in (event for event in world.planted if event.what == "quality_refunds"):
        when = slice(world.size - 1 - event.first, world.size - event.last)
        share[when, world.item_at(event.item)] *= 1 + event.size
        quality[when, world.item_at(event.item)] = 0.8
    counts = drawn(rng, world.buyers, share)
    names = [name for name, _ in REASONS if name != "质量问题"]
    weights = np.array([weight for name, weight in REASONS if name != "质量问题"])
    made: list[Refund] = []
    for day, item in zip(*np.nonzero(counts), strict=True):
        for _ in range(counts[day, item]):
            bad = rng.random() < quality[day, item]
            reason = "质量问题" if bad else names[rng.choice(len(names), p=weights / weights.sum())]
            asked = int(rng.gamma(2, 2.0))
            done = asked + 1 + int(rng.gamma(1.5, 2.0))
            if day + done >= world.size:
                continue  # still open on the newest day
            whole = bool(rng.random() < 0.9)
            paid = float(world.prices[day, item])
            money = paid if whole else round(paid * 0.3, 2)
            days = (world.days[day], world.days[day + asked], world.days[day + done])
            made.append(Refund(*days, int(item), money, paid, reason, whole))
    return made


def refund_amounts(world: World, made: list[Refund]) -> Floats:
    """Refunded yuan by the day the refund finished and item."""
    table = np.zeros_like(world.amounts)
    first = world.days[0]
    for refund in made:
        table[(refund.done_on - first).days, refund.item] += refund.amount
    return np.round(table, 2)


def scores(world: World, rng: np.random.Generator) -> Floats:
    """Description, service and logistics scores (0-5) by day: they wander slowly, as 180-day means do."""
    steps = wandering(rng, (world.size, 3), sd=0.006, memory=0.9)
    return np.clip(np.round(4.85 + steps, 3), 4, 5)
