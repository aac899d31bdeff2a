"""Writing the demo: the exports of every shop into the inbox, the planted truth beside it."""

import datetime as dt
import json
from pathlib import Path

import numpy as np

from shopbook.demo import market_exports, shop_exports
from shopbook.demo.world import World, build

NEWEST = dt.date(2026, 11, 20)


def shop_ids(count: int) -> list[str]:
    """demo, demo-b, demo-c, ..."""
    return ["demo", *(f"demo-{chr(ord('a') + place)}" for place in range(1, count))][:count]


def generate(inbox: Path, *, shops: int = 2, days: int = 182, end: dt.date = NEWEST, seed: int = 7) -> Path:
    """Write `days` days of exports of `shops` shops under `inbox`; return the folder of the planted truth."""
    if not (1 <= shops <= 26 and days >= 35):
        raise ValueError(f"shops={shops} must be 1 to 26 and days={days} at least 35")
    truth = inbox.parent / "demo_truth"
    truth.mkdir(parents=True, exist_ok=True)
    for shop in shop_ids(shops):
        folder = inbox / shop
        folder.mkdir(parents=True, exist_ok=True)
        world = build(shop, days=days, end=end, seed=seed)
        write_exports(world, folder, np.random.default_rng([seed + 1, *shop.encode()]))
        text = json.dumps([event.truth(shop, end) for event in world.planted], ensure_ascii=False, indent=1)
        (truth / f"{shop}.json").write_text(text + "\n", encoding="utf-8")
    return truth


def write_exports(world: World, folder: Path, rng: np.random.Generator) -> None:
    """Every export of one shop."""
    spend = {name: world.channels[:, 2] * 1.1 for name in ("关键词推广花费", "精准人群推广花费", "全站推广花费", "淘宝客佣金")}
    shop_exports.shop_daily(world, folder, rng, spend)
    shop_exports.item_daily(world, folder, rng, np.zeros_like(world.amounts))
    shop_exports.flow_source(world, folder, rng)
    market_exports.market(world, folder, rng)
    market_exports.peers(world, folder, rng)
    market_exports.rivals(world, folder, rng)
    shop_exports.search_terms(world, folder, rng, 60)
    shop_exports.item_flow_source(world, folder, rng, 35)
