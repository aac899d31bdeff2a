"""Shops made of visits from source to item, with one thing gone wrong: another structure than the demo's.

Every source brings its people to every item by a random affinity; level of source and item and the quality of
an item walk on their own, with memory. Sums of the matrix are the shop, its sources and its items. Ads are
plans whose impressions jump from day to day and whose click rate wanders.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from benchmarks.accuracy.daily_worlds import WEEKDAY, counted, wandering

DAYS = pd.date_range(end="2026-06-05", periods=118)
"""Ends on an ordinary Friday: the next platform sale is two weeks away."""
SOURCES = ("search", "recommendation", "paid_search", "paid_display", "live", "content", "direct")
POOR = "content"
"""The source whose visitors hardly buy."""
_QUALITY = (1.3, 0.9, 1.2, 0.7, 1.0, 0.25, 1.6)
_PLANS = 5
KINDS = ("channel", "stock", "plan", "mix", "item")


@dataclass(frozen=True)
class Planted:
    """What was done, the frames it left, and what a finding must name."""

    kind: str
    frames: dict[str, pd.DataFrame]
    named: str
    lasted: int


def planted(rng: np.random.Generator, kind: str, late: bool = False) -> Planted:
    """A shop of 4,000 to 20,000 visitors and 15 to 40 items; `late`: no file of items and sources yet."""
    items, size = int(rng.integers(15, 41)), 4_000 * 5 ** float(rng.uniform())
    market = WEEKDAY[np.arange(len(DAYS)) % 7] * np.exp(wandering(rng, 0.05, (len(DAYS),), memory=0.6))
    mean = _visits(rng, market, items, size)
    rate = _rates(rng, items)
    lasted = int(rng.integers(1, 8))
    last = np.arange(len(DAYS)) >= len(DAYS) - lasted
    named, gone = "", -1
    best = np.argsort(-(mean * rate).sum(axis=(0, 1)))
    if kind == "channel":
        at = int(rng.choice([0, 1, 2]))
        mean[last, at] *= rng.uniform(0.4, 0.6)
        named = SOURCES[at]
    elif kind == "mix":
        at = SOURCES.index(POOR)
        share = mean[:, at].sum() / mean.sum()
        mean[last, at] *= 1 + rng.uniform(0.4, 0.8) / share
        named = "mix"
    elif kind == "stock":
        gone = int(rng.choice(best[:5]))
        named = str(gone)
    elif kind == "item":
        rate[last, :, best[0]] *= rng.uniform(0.2, 0.4)
        named = str(best[0])
    visits = counted(rng, mean)
    if gone >= 0:
        visits[-1, :, gone] *= 0.6
        rate[-1, :, gone] = 0.0
    buyers = rng.binomial(visits.astype(int), np.clip(rate, 0, 0.9)).astype(float)
    frames = _frames(rng, market, visits, buyers, gone)
    frames["ad_report"], plan = _ads(rng, kind == "plan", last)
    if late:
        for name in ("item_daily", "flow_source"):
            frames[name] = frames[name][frames[name]["date"] < DAYS[-1]]
    return Planted(kind, frames, plan or named, lasted)


def _visits(rng: np.random.Generator, market: np.ndarray, items: int, size: float) -> np.ndarray:
    """Mean visits, days x sources x items."""
    affinity = (
        rng.dirichlet(np.full(items, 0.8), len(SOURCES)) * rng.dirichlet(np.full(len(SOURCES), 4.0))[:, None]
    )
    by_source = np.exp(wandering(rng, 0.06, (len(DAYS), len(SOURCES))))
    by_item = np.exp(wandering(rng, 0.06, (len(DAYS), items)))
    habit = rng.uniform(0.8, 1.2)
    made: np.ndarray = (
        size * market[:, None, None] ** habit * affinity * by_source[:, :, None] * by_item[:, None]
    )
    return made


def _rates(rng: np.random.Generator, items: int) -> np.ndarray:
    """Share of visits that buy, days x sources x items."""
    level = 0.03 * rng.gamma(6, 1 / 6, items)
    moved = np.exp(wandering(rng, 0.05, (len(DAYS), items)) + wandering(rng, 0.04, (len(DAYS),))[:, None])
    made: np.ndarray = level * moved[:, None] * np.array(_QUALITY)[:, None]
    return made


def _frames(
    rng: np.random.Generator, market: np.ndarray, visits: np.ndarray, buyers: np.ndarray, gone: int
) -> dict[str, pd.DataFrame]:
    """What the shop exports: people are fewer than visits, since one may come by several ways."""
    people, paying = np.round(visits.sum(axis=(1, 2)) / 1.15), buyers.sum(axis=(1, 2))
    spent = 80 * np.exp(wandering(rng, 0.03, (len(DAYS),)))
    amount = np.round(paying * spent * np.exp(rng.normal(0, 0.5 / np.sqrt(np.maximum(paying, 1)))), 2)
    shop = pd.DataFrame({"date": DAYS, "visitors": people, "pay_buyers": paying, "pay_amount": amount})
    flow = _long(visits.sum(axis=2), "visitors", SOURCES, "channel").assign(
        pay_buyers=buyers.sum(axis=2).ravel(), level=1, device="wireless", channel_detail=""
    )
    flow["channel_label"] = flow["channel"]
    names = [str(at) for at in range(visits.shape[2])]
    items = _long(visits.sum(axis=1), "item_visitors", names, "item_id").assign(
        pay_buyers=buyers.sum(axis=1).ravel()
    )
    price = rng.uniform(40, 160, len(names))
    items["item_name"] = "item " + items["item_id"]
    items["pay_units"] = items["pay_buyers"]
    items["pay_amount"] = items["pay_buyers"] * np.tile(price, len(DAYS))
    stock = pd.DataFrame({"date": DAYS[-1], "item_id": names, "stock_units": 5_000.0})
    if gone >= 0:
        stock.loc[gone, "stock_units"] = 0.0
    blurred = [np.exp(wandering(rng, 0.015, (len(DAYS),))) for _ in range(4)]
    seen = pd.DataFrame(
        {"date": DAYS, "category": "x", "metric": "visitors", "value": 1e6 * market * blurred[0]}
    )
    peers = {"pay_conversion_rate": 0.03, "avg_order_value": 80.0, "pay_amount": 30_000 * market}
    rows = [
        pd.DataFrame({"date": DAYS, "metric": name, "peer_avg": level * noise, "peer_top": np.nan})
        for (name, level), noise in zip(peers.items(), blurred[1:], strict=True)
    ]
    return {"shop_daily": shop, "flow_source": flow, "item_daily": items, "stock": stock,
            "market": seen.assign(value_type="value"), "peers": pd.concat(rows)}  # fmt: skip


def _ads(rng: np.random.Generator, broken: bool, last: np.ndarray) -> tuple[pd.DataFrame, str]:
    """Five plans; with `broken` the click rate of one falls by 35-55%. The table and that plan."""
    tables, chosen = [], int(rng.integers(_PLANS))
    for at in range(_PLANS):
        shown = counted(rng, 12_000 * np.exp(wandering(rng, 0.25, (len(DAYS),))))
        rate = 0.03 * rng.gamma(10, 0.1) * np.exp(wandering(rng, 0.06, (len(DAYS),)))
        if broken and at == chosen:
            rate = np.where(last, rate * rng.uniform(0.45, 0.65), rate)
        clicks = rng.binomial(shown.astype(int), np.clip(rate, 0, 0.5)).astype(float)
        spend = clicks * 1.2
        figures = {
            "ad_impressions": shown,
            "ad_clicks": clicks,
            "ad_spend": spend,
            "ad_revenue": spend * 3,
            "ad_orders": np.round(clicks / 20),
            "ad_visitors": clicks,
        }
        keys = {"ad_plan_id": str(at), "ad_plan_name": f"plan {at}", "ad_scene": "s"}
        table = pd.DataFrame({"date": DAYS, **figures})
        tables.append(table.assign(level="plan", item_id="", item_name="", **keys))
    return pd.concat(tables), str(chosen) if broken else ""


def _long(values: np.ndarray, name: str, keys: tuple[str, ...] | list[str], key: str) -> pd.DataFrame:
    """A days x keys table as rows, day by day."""
    return pd.DataFrame(
        {
            "date": np.repeat(DAYS, len(keys)),
            key: np.tile(np.array(keys, object), len(DAYS)),
            name: values.ravel(),
        }
    )
