"""Templates the operator fills from the screen: market, peers and rivals."""

from pathlib import Path
from typing import Any

import numpy as np

from shopbook.demo.containers import write_csv
from shopbook.demo.noise import Floats, wandering
from shopbook.demo.world import World

RIVALS = tuple(f"竞店{number:02d}" for number in range(1, 11))
_RIVAL_SIZE = np.geomspace(2.6, 0.45, len(RIVALS))
_RIVAL_ITEMS = tuple(f"竞品{number:02d}" for number in range(1, 6))
KAPPA = {"交易指数": 0.62, "流量指数": 0.55, "搜索人气": 0.58, "客群指数": 0.6, "支付转化指数": 0.7}
_SCALE = {"交易指数": 310.0, "流量指数": 95.0, "搜索人气": 80.0, "客群指数": 120.0, "支付转化指数": 9_000.0}


def index(value: Floats, name: str, rng: np.random.Generator) -> Floats:
    """A platform index of a value: monotone, not linear, rounded."""
    noise = np.exp(rng.normal(0, 0.004, np.shape(value)))
    return np.round(_SCALE[name] * np.asarray(value, dtype=float) ** KAPPA[name] * noise)


def market(world: World, folder: Path, rng: np.random.Generator) -> Path:
    """市场大盘: visitors of the category and its parts as numbers, popularity as indices, carts as ranges."""
    board, plan = world.market, world.plan
    buyers = board.visitors * plan.conversion * np.exp(board.conversion)
    basket = 78 * np.exp(wandering(rng, (world.size,), sd=0.02, memory=0.5))
    popularity = board.visitors * np.exp(wandering(rng, (world.size,), sd=0.03, memory=0.5))
    whole = {
        "访客数": (board.visitors, "数值"),
        "搜索人气": (index(popularity, "搜索人气", rng), "指数"),
        "交易指数": (index(buyers * basket, "交易指数", rng), "指数"),
        "客群指数": (index(buyers, "客群指数", rng), "指数"),
        "支付转化指数": (index(buyers / board.visitors, "支付转化指数", rng), "指数"),
        "客单价": (np.round(basket, 2), "数值"),
    }
    carts = board.visitors * 0.07 * np.exp(0.8 * board.conversion)
    rows: list[list[object]] = []
    for day, date in enumerate(world.days):
        for metric, (values, kind) in whole.items():
            rows.append([date, plan.category, metric, f"{values[day]:.10g}", kind])
        rows.append([date, plan.category, "加购人数", _range(carts[day]), "区间"])
        for name, level in board.categories.items():
            rows.append([date, name, "访客数", f"{2.1e6 * np.exp(level[day]):.0f}", "数值"])
    return write_csv(folder / "市场大盘.csv", ["日期", "类目", "指标", "数值", "类型"], rows)


def _range(value: float) -> str:
    """A band in 万: 10万~20万."""
    steps = (0, 1, 5, 10, 15, 20, 30, 50, 100, 1000)
    upper = next(step for step in steps if step > value / 1e4)
    return f"{steps[steps.index(upper) - 1]}万~{upper}万"


def peers(world: World, folder: Path, rng: np.random.Generator) -> dict[str, Floats]:
    """同行同层: the average and the best of shops of the same size; returns the averages."""
    plan, board = world.plan, world.market
    usual = world.visitors.mean() / np.exp(board.level).mean()

    def near(level: Floats | float, sd: float) -> Floats:
        return np.asarray(level) * np.exp(wandering(rng, (world.size,), sd=sd, memory=0.5))

    conversion = near(plan.conversion * 0.97 * np.exp(board.conversion), 0.02)
    visitors = near(0.9 * usual * np.exp(board.level), 0.02)
    basket = near(82, 0.02)
    rows: list[list[object]] = []
    table: list[tuple[str, Floats, float, str]] = [
        ("访客数", visitors, 2.4, "{:.0f}"),
        ("支付转化率", conversion, 1.6, "{:.2%}"),
        ("下单转化率", conversion * 1.08, 1.6, "{:.2%}"),
        ("客单价", basket, 1.4, "{:.2f}"),
        ("支付金额", visitors * conversion * basket, 3.5, "{:.2f}"),
        ("支付买家数", visitors * conversion, 3.2, "{:.0f}"),
        ("加购率", near(0.075, 0.02), 1.4, "{:.2%}"),
        ("询单转化率", near(0.41, 0.02), 1.3, "{:.2%}"),
        ("首次响应时长", near(16, 0.05), 0.5, "{:.1f}"),
        ("平均响应时长", near(32, 0.04), 0.6, "{:.1f}"),
        ("跳失率", near(0.47, 0.01), 0.85, "{:.2%}"),
        ("退款率", near(0.052, 0.03), 0.6, "{:.2%}"),
        ("描述相符评分", near(4.82, 0.0005), 1.02, "{:.2f}"),
        ("服务态度评分", near(4.83, 0.0005), 1.02, "{:.2f}"),
        ("物流服务评分", near(4.82, 0.0005), 1.02, "{:.2f}"),
    ]
    for day, date in enumerate(world.days):
        for metric, values, best, form in table:
            rows.append([date, metric, form.format(values[day]), form.format(values[day] * best)])
    write_csv(folder / "同行同层.csv", ["日期", "指标", "同行同层平均", "同行同层优秀"], rows)
    return {metric: values for metric, values, *_ in table}


def rivals(world: World, folder: Path, rng: np.random.Generator) -> Path:
    """竞店竞品: indices of ten shops and five items, ours as 本店 (the calibration pairs), and ranks."""
    board = world.market
    own = world.amounts.sum(axis=1)
    level = np.exp(board.level) / np.exp(board.level).mean()
    shape = (world.size, len(RIVALS))
    visits = (
        world.visitors.mean()
        * _RIVAL_SIZE
        * level[:, None]
        * np.exp(wandering(rng, shape, sd=0.06, memory=0.6))
    )
    rates = world.plan.conversion * np.exp(
        board.conversion[:, None]
        + wandering(rng, shape, sd=0.06, memory=0.6)
        + rng.normal(0, 0.1, len(RIVALS))
    )
    for event in (event for event in world.planted if event.what == "rival"):
        when = slice(world.size - 1 - event.first, world.size - event.last)
        ramp = np.linspace(0, np.log1p(event.size), event.first - event.last + 1)
        visits[when, RIVALS.index(event.rival)] *= np.exp(0.7 * ramp)
        rates[when, RIVALS.index(event.rival)] *= np.exp(0.3 * ramp)
    money = visits * rates * 80
    shops = {
        "本店": (own, world.visitors, world.pay_buyers / world.visitors),
        **{name: (money[:, place], visits[:, place], rates[:, place]) for place, name in enumerate(RIVALS)},
    }
    beaten = 14 + (money > own[:, None]).sum(axis=1)  # fourteen larger shops nobody watches
    rows = _rival_rows(world, shops, rng)
    ranks = {name: 15 + (money > money[:, [place]]).sum(axis=1) for place, name in enumerate(RIVALS)}
    for place, name in enumerate(RIVALS):
        ranks[name] = ranks[name] + (own > money[:, place])
    for day, date in enumerate(world.days):
        rows.append([date, "店铺", "本店", "排名", int(beaten[day]) + 1, "数值"])
        rows += [[date, "店铺", name, "排名", int(rank[day]), "数值"] for name, rank in ranks.items()]
    rows += _rival_items(world, rng)
    rows.sort(key=lambda row: row[0])
    return write_csv(folder / "竞店竞品.csv", ["日期", "对象类型", "对象", "指标", "数值", "类型"], rows)


def _rival_rows(
    world: World, shops: dict[str, tuple[Floats, Floats, Floats]], rng: np.random.Generator
) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for name, (money, visits, rates) in shops.items():
        figures = {
            "交易指数": index(money, "交易指数", rng),
            "流量指数": index(visits, "流量指数", rng),
            "支付转化指数": index(rates, "支付转化指数", rng),
        }
        for metric, values in figures.items():
            rows += [
                [date, "店铺", name, metric, int(values[day]), "指数"] for day, date in enumerate(world.days)
            ]
    return rows


def _rival_items(world: World, rng: np.random.Generator) -> list[list[Any]]:
    level = np.exp(world.market.level)
    rows: list[list[Any]] = []
    for place, name in enumerate(_RIVAL_ITEMS):
        visits = 1500 / (place + 1) ** 0.4 * level * np.exp(wandering(rng, (world.size,), sd=0.1, memory=0.6))
        figures = {
            "交易指数": index(visits * 2.1, "交易指数", rng),
            "流量指数": index(visits, "流量指数", rng),
        }
        for metric, values in figures.items():
            rows += [
                [date, "商品", name, metric, int(values[day]), "指数"] for day, date in enumerate(world.days)
            ]
    return rows
