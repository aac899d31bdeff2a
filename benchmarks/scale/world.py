"""A shop of thousands of items: visits and sales of every item and day, drawn once per seed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

CATEGORIES = ("马克杯", "保温杯", "玻璃杯", "茶具")
# Share of the items and how their visits move over the last twelve weeks, in ln a week.
LIVES = {
    "stable": (0.62, 0.0),
    "growing": (0.10, 0.10),
    "falling": (0.15, -0.10),
    "new": (0.08, 0.06),
    "unsold": (0.05, 0.0),
}
VISITS_A_DAY = 90_000
_PLOT_WEEKS = 12


@dataclass(frozen=True)
class World:
    """Arrays over items (`first` items carry given ids and names) and over days x items."""

    days: pd.DatetimeIndex
    item_id: np.ndarray
    item_name: np.ndarray
    category: np.ndarray
    life: np.ndarray
    price: np.ndarray
    cost: np.ndarray
    listed_on: pd.DatetimeIndex
    listed: np.ndarray
    visitors: np.ndarray
    buyers: np.ndarray
    units: np.ndarray
    amount: np.ndarray
    stock: np.ndarray


def build(items: int, days: pd.DatetimeIndex, first: pd.DataFrame, seed: int) -> World:
    """Draw the shop; `first` holds item_id, item_name, price and category of the largest items."""
    rng = np.random.default_rng(seed)
    count = len(first)
    ids = np.array(
        [*first["item_id"], *(str(690_000_000_000 + 37 * place) for place in range(items - count))]
    )
    category = np.array([*first["category"], *rng.choice(CATEGORIES, items - count)])
    names = [f"{kind} {place:04d} 家用款" for place, kind in enumerate(category[count:], 1)]
    price = np.r_[first["price"].to_numpy(float), np.round(np.exp(rng.normal(4.1, 0.5, items - count)), 1)]
    life = rng.choice(list(LIVES), items, p=[share for share, _ in LIVES.values()])
    age = np.where(life == "new", rng.integers(10, 56, items), rng.integers(100, 900, items))
    listed_on = pd.DatetimeIndex(days[-1] - pd.to_timedelta(age, unit="D"))
    listed = days.to_numpy()[:, None] >= listed_on.to_numpy()[None, :]
    visitors = rng.poisson(_expected(life, days, rng)) * listed
    appeal = 0.025 * np.exp(rng.normal(0, 0.35, items)) * (life != "unsold")
    buyers = rng.binomial(visitors, np.minimum(appeal, 0.5))
    units = buyers + rng.poisson(0.15 * buyers)
    amount = np.round(units * price * rng.uniform(0.94, 1.0, units.shape), 2)
    return World(
        days=days, item_id=ids, item_name=np.array([*first["item_name"], *names]), category=category,
        life=life, price=price, cost=np.round(price * rng.uniform(0.35, 0.6, items), 2), listed_on=listed_on,
        listed=listed, visitors=visitors, buyers=buyers, units=units, amount=amount,
        stock=_stock(units, rng),
    )  # fmt: skip


def _expected(life: np.ndarray, days: pd.DatetimeIndex, rng: np.random.Generator) -> np.ndarray:
    """Expected visits by day and item: few large items and many small ones, each on its own course."""
    items, weeks = len(life), len(days) // 7 + 1
    weight = np.sort(np.exp(rng.normal(0, 1.3, items)))[::-1]
    pace = np.array([LIVES[name][1] for name in life])
    back = np.arange(len(days))[::-1] / 7
    course = -pace * np.minimum(back, _PLOT_WEEKS)[:, None]
    weekly = np.repeat(rng.normal(0, 0.08, (weeks, items)), 7, axis=0)[-len(days) :]
    shared = 0.05 * np.sin(2 * np.pi * days.dayofyear.to_numpy() / 365) + rng.normal(0, 0.04, len(days))
    weekday = np.array([0.02, 0.01, 0.0, 0.0, -0.01, 0.02, 0.0])[days.weekday]
    level = np.exp(course + weekly + (shared + weekday)[:, None]) * weight
    return VISITS_A_DAY * level / weight.sum()


def _stock(units: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Units on hand: refilled every 30 days or so; one item in 60 has run out by the end."""
    usual = np.maximum(units.mean(axis=0), 0.3)
    phase = rng.integers(0, 30, units.shape[1])
    day = np.arange(len(units))[:, None]
    stock = np.round(usual * (45 - (day + phase) % 30)).astype(np.int64)
    stock[-3:, rng.random(units.shape[1]) < 1 / 60] = 0
    return stock
