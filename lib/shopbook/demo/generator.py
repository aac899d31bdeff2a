"""Writing the demo: the exports of every shop into the inbox, the planted truth beside it."""

import datetime as dt
import itertools
import string
from pathlib import Path

import numpy as np

from shopbook.demo import (
    item_exports,
    market_exports,
    promotion_exports,
    service,
    service_exports,
    source_exports,
)
from shopbook.demo.shop_table import shop_daily
from shopbook.demo.template_exports import templates
from shopbook.demo.today_exports import today
from shopbook.demo.truth import write_truth
from shopbook.demo.world import World, build

NEWEST = dt.date(2026, 11, 20)
SHORT_DAYS = 60
ITEM_SOURCE_DAYS = 28
# Downloaded day by day: nobody keeps more of them than the reports look back.
SOURCE_DAYS = 119
SERVICE_DAYS = 91
FEWEST_DAYS = 35
FIRST = "demo"  # downloads the older layouts throughout; the other shops today's for their newest days


def shop_ids(count: int) -> list[str]:
    """demo, demo-b, ... demo-z, demo-aa, demo-ab, ..."""
    letters = string.ascii_lowercase
    names = [*letters[1:], *map("".join, itertools.product(letters, repeat=2))]
    return [FIRST, *(f"demo-{name}" for name in names[: count - 1])]


def generate(inbox: Path, *, shops: int = 2, days: int = 182, end: dt.date = NEWEST, seed: int = 7) -> Path:
    """Write `days` days of exports of `shops` shops under `inbox`; return the folder of the planted truth."""
    if not (1 <= shops <= 26 and days >= FEWEST_DAYS):
        raise ValueError(f"shops={shops} must be 1 to 26, days={days} at least {FEWEST_DAYS}")
    for shop in shop_ids(shops):
        generate_shop(inbox, shop, days=days, end=end, seed=seed)
    return inbox.parent / "demo_truth"


def generate_shop(inbox: Path, shop: str, *, days: int = 182, end: dt.date = NEWEST, seed: int = 7) -> None:
    """The exports and the truth of one shop, which do not depend on the others."""
    truth = inbox.parent / "demo_truth"
    truth.mkdir(parents=True, exist_ok=True)
    world = build(shop, days=days, end=end, seed=seed)
    write_exports(world, inbox / shop, np.random.default_rng([seed + 1, *shop.encode()]))
    if shop != FIRST:
        today(inbox / shop, world.days)
    write_truth(world, truth)


def write_exports(world: World, folder: Path, rng: np.random.Generator) -> None:
    """Every export of one shop."""
    folder.mkdir(parents=True, exist_ok=True)
    spend = promotion_exports.ad_reports(world, folder, rng)
    refunds = service.refunds(world, rng)
    refunded = service.refund_amounts(world, refunds)
    scores = service.scores(world, rng)
    shop_daily(world, folder, rng, {**spend, "成功退款金额": refunded.sum(axis=1)}, scores)
    item_exports.item_daily(world, folder, rng, refunded)
    item_exports.audience_item(world, folder, rng, ITEM_SOURCE_DAYS)
    source_exports.flow_source(world, folder, rng, SOURCE_DAYS)
    source_exports.search_terms(world, folder, rng, SHORT_DAYS)
    source_exports.item_flow_source(world, folder, rng, ITEM_SOURCE_DAYS)
    market_exports.market(world, folder, rng)
    benchmarks = market_exports.peers(world, folder, rng)
    market_exports.rivals(world, folder, rng)
    served = service.service(world, rng)
    service_exports.performance(world, served, folder, benchmarks, SERVICE_DAYS)
    service_exports.four_tables(world, served, folder, rng)
    service_exports.dsr(world, folder, scores)
    service_exports.refunds(world, refunds, folder)
    templates(world, folder, rng)
