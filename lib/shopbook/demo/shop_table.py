"""店铺取数: the shop's daily table, a free list of columns in one .xlsx for the whole period."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopbook.demo.containers import headers, write_xlsx
from shopbook.demo.noise import Floats, Ints, drawn
from shopbook.demo.world import World

COLUMNS = headers("shop_daily")
_SHARES = ("下单转化率", "支付转化率", "下单-支付转化率")
Figures = dict[str, NDArray[Any]]


def shop_daily(
    world: World, folder: Path, rng: np.random.Generator, money: dict[str, Floats], scores: Floats
) -> Path:
    """Write the table: numbers, numbers with a percent format, 跳失率 as text, mixed as in real files.

    `money` holds the columns made elsewhere (ad costs, refunds), `scores` the three DSR scores by day.
    """
    figures = {
        **_visits(world, rng),
        **_sales(world, rng),
        **_after_sales(world, rng, scores),
        **{name: np.round(spent, 2) for name, spent in money.items()},
        "智能场景花费": np.zeros(world.size, dtype=int),
    }
    table = {name: values.tolist() for name, values in figures.items()}
    table["统计日期"] = [str(day) for day in world.days]
    table["跳失率"] = [f"{share:.2%}" for share in rng.normal(0.46, 0.012, world.size)]
    rows = [COLUMNS, *([table[name][day] for name in COLUMNS] for day in range(world.size))]
    percent = frozenset(COLUMNS.index(name) for name in _SHARES)
    name = f"天猫_{world.end:%Y%m%d}_{world.plan.id}_生意参谋_店铺销售数据.xlsx"
    return write_xlsx(folder / name, rows, percent=percent)


def _visits(world: World, rng: np.random.Generator) -> Figures:
    visitors = world.visitors
    views = rng.poisson(visitors * rng.normal(2.9, 0.06, world.size))
    old, favorites = drawn(rng, visitors, 0.23), drawn(rng, visitors, 0.035)
    carts = _near(world.carts.sum(axis=1), 0.9)
    return {
        "访客数": visitors,
        "浏览量": views,
        "商品访客数": _near(visitors, 0.93),
        "商品浏览量": rng.poisson(world.item_visitors.sum(axis=1) * 1.55),
        "平均停留时长": np.round(rng.normal(62, 3, world.size), 2),
        "人均浏览量": np.round(views / visitors, 2),
        "老访客数": old,
        "新访客数": visitors - old,
        "无线端访客数": _near(visitors, 0.958),
        "商品收藏买家数": favorites,
        "商品收藏次数": _near(favorites, 1.1),
        "加购人数": carts,
        "加购件数": _near(carts, 1.3),
        "店铺收藏买家数": drawn(rng, visitors, 0.008),
        "新增会员数": rng.poisson(35, world.size),
        "活跃会员数": drawn(rng, visitors, 0.05),
        "会员总数": 41_000 + np.cumsum(rng.poisson(35, world.size)),
    }


def _sales(world: World, rng: np.random.Generator) -> Figures:
    visitors, buyers, money = world.visitors, world.pay_buyers, np.round(world.amounts.sum(axis=1), 2)
    orders = np.maximum(_near(world.orders.sum(axis=1), 0.94), buyers)
    units, old = world.units.sum(axis=1), drawn(rng, buyers, 0.28)
    return {
        "支付金额": money,
        "支付买家数": buyers,
        "支付子订单数": world.buyers.sum(axis=1),
        "支付父订单数": _near(buyers, 1.03),
        "支付件数": units,
        "支付商品数": (world.units > 0).sum(axis=1),
        "下单金额": np.round(money * (1.06 + 0.03 * rng.random(world.size)), 2),
        "下单买家数": orders,
        "下单件数": _near(units, 1.08),
        "下单转化率": orders / visitors,
        "支付转化率": buyers / visitors,
        "下单-支付转化率": buyers / orders,
        "客单价": np.round(money / buyers, 2),
        "UV价值": np.round(money / visitors, 2),
        "支付老买家数": old,
        "支付新买家数": buyers - old,
        "老买家支付金额": np.round(money * old / buyers, 2),
        "会员成交金额": np.round(money * 0.2, 2),
        "会员成交人数": drawn(rng, buyers, 0.2),
    }


def _after_sales(world: World, rng: np.random.Generator, scores: Floats) -> Figures:
    buyers = world.pay_buyers
    reviews = rng.poisson(buyers * 0.35)
    bad = drawn(rng, reviews, 0.012)
    return {
        "评价数": reviews,
        "有图评价数": drawn(rng, reviews, 0.2),
        "正面评价数": reviews - bad,
        "负面评价数": bad,
        "揽收成功包裹数": buyers,
        "发货成功包裹数": buyers,
        "派送成功包裹数": _near(buyers, 0.98),
        "签收成功包裹数": _near(buyers, 0.97),
        "平均支付_签收时长(秒)": rng.integers(170_000, 210_000, world.size),
        "描述相符评分": np.round(scores[:, 0], 2),
        "服务态度评分": np.round(scores[:, 1], 2),
        "物流服务评分": np.round(scores[:, 2], 2),
    }


def _near(counts: Ints, share: float) -> Ints:
    return np.asarray(np.round(counts * share), dtype=np.int64)
