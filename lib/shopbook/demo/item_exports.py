"""Exports of the items: 商品报表, one .xls a day, and 达摩盘, one .xlsx."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from shopbook.demo.catalogue import CHANNELS, HOSTILE_TITLE
from shopbook.demo.containers import amount, headers, rate, whole, write_xls, write_xlsx
from shopbook.demo.noise import drawn
from shopbook.demo.world import World

ITEM_COLUMNS = headers("item_daily")
BANNER = (
    "数据说明：以下数据为您所选时间周期的相关指标，如需查看其他时间周期的数据，请重新选择后下载",
    "收藏网址：d.alibaba.com，让数据帮您生意参谋！点此进入>>",
)


def item_daily(world: World, folder: Path, rng: np.random.Generator, refunds: np.ndarray) -> None:
    """商品报表: one .xls a day with four banner rows, the header in row 5, main items and sub-items."""
    totals = _running_totals(world)
    search = world.flows[:, :, list(CHANNELS).index("search")] / np.maximum(world.flows.sum(axis=2), 1e-9)
    from_search = drawn(rng, world.item_visitors, search)
    for day, date in enumerate(world.days):
        rows: list[list[str]] = [
            [BANNER[0]],
            [f"统计时间：{date} ~ {date}"],
            [BANNER[1]],
            [],
            list(ITEM_COLUMNS),
        ]
        for place in np.flatnonzero(world.listed[day]):
            cells = _item_row(world, day, int(place), rng, int(from_search[day, place]))
            tail = [amount(refunds[day, place]), f"{rng.uniform(50, 90):.1f}", *totals(day, int(place))]
            bought = rng.binomial(world.buyers[day, place], 0.35)
            bought = min(int(bought), int(from_search[day, place]))
            found = from_search[day, place]
            tail += [rate(bought, found), whole(found), whole(bought), "-", "-"]
            rows.append(cells + tail)
            if world.plan.items[place].plot == "hit":
                rows.append(_sub_item(rows[-1], world.amounts[day, place], world.units[day, place]))
        write_xls(folder / f"【生意参谋平台】商品_全部_{date}_{date}.xls", {"Sheet1": rows})


def _item_row(world: World, day: int, place: int, rng: np.random.Generator, found: int) -> list[str]:
    """The cells up to 访客平均价值."""
    item = world.plan.items[place]
    visitors, buyers = int(world.item_visitors[day, place]), int(world.buyers[day, place])
    units, money = int(world.units[day, place]), float(world.amounts[day, place])
    orders, carts = int(world.orders[day, place]), int(world.carts[day, place])
    ordered = orders + max(units - buyers, 0)
    old = int(rng.binomial(buyers, 0.28))
    stay = "-" if not visitors else f"{rng.normal(38, 4):.2f}"
    bounce = "-" if not visitors else f"{min(max(rng.normal(0.62, 0.03), 0.2), 0.95):.2%}"
    order_money = money + (ordered - units) * item.price
    return [
        str(world.days[day]), item.id, item.title, "-", "主商品", f"SC{place:03d}", "当前在线",
        "新品" if item.plot == "new" else "-", whole(visitors), whole(round(visitors * 1.55)), stay, bounce,
        whole(rng.binomial(visitors, 0.03)), whole(round(carts * 1.25)), whole(carts), whole(orders),
        whole(ordered),
        amount(order_money), rate(orders, visitors), whole(buyers), whole(units), amount(money),
        rate(buyers, visitors),
        whole(buyers - old), whole(old), amount(money * old / buyers if buyers else 0.0), "0.00",
        amount(money / visitors) if visitors else "-",
    ]  # fmt: skip


def _sub_item(row: list[str], money: float, units: int) -> list[str]:
    """A 子商品 row: its sales are inside the main item's, its title is hostile."""
    cells = list(row)
    cells[1], cells[2], cells[3], cells[4] = row[1][:-2] + "99", HOSTILE_TITLE, row[1], "子商品"
    cells[ITEM_COLUMNS.index("支付金额")] = amount(round(money * 0.4, 2))
    cells[ITEM_COLUMNS.index("支付件数")] = whole(units * 0.4)
    return cells


def _running_totals(world: World) -> Callable[[int, int], list[str]]:
    """年累计, 月累计 amounts and units: snapshots at the end of the day."""
    year, month_money, month_units = (np.zeros_like(world.amounts) for _ in range(3))
    for day, date in enumerate(world.days):
        carry = day > 0
        year[day] = world.amounts[day] + (year[day - 1] if carry and date.timetuple().tm_yday > 1 else 0)
        month_money[day] = world.amounts[day] + (month_money[day - 1] if carry and date.day > 1 else 0)
        month_units[day] = world.units[day] + (month_units[day - 1] if carry and date.day > 1 else 0)

    def at(day: int, place: int) -> list[str]:
        return [amount(year[day, place]), amount(month_money[day, place]), whole(month_units[day, place])]

    return at


def audience_item(world: World, folder: Path, rng: np.random.Generator, days: int) -> Path:
    """达摩盘 单品日度: the newest days in one .xlsx, days as YYYYMMDD numbers, a 总计 row at the end."""
    stages = {"new": "新品期", "growing": "成长期", "hit": "爆发期", "declining": "衰退期"}
    rows: list[list[Any]] = [headers("audience_item")]
    for day in range(max(0, world.size - days), world.size):
        for place in np.flatnonzero(world.listed[day]):
            item = world.plan.items[place]
            visits, money = int(world.item_visitors[day, place]), float(world.amounts[day, place])
            views, buyers = round(visits * 1.55), int(world.buyers[day, place])
            paid = round(views * 0.2) if item.promoted else 0
            rows.append([
                item.id, item.title, int(f"{world.days[day]:%Y%m%d}"), stages.get(item.plot, "成熟期"),
                money, views,
                paid, views - paid, round(views * 0.3), round(views * 0.35),
                "-" if not paid else round(paid * 0.7, 2),
                "-" if not paid else 2.4, rate(int(world.carts[day, place]), visits), rate(buyers, visits),
                f"{rng.uniform(0.02, 0.08):.2%}", "--", "--", f"{rng.uniform(0.03, 0.07):.2%}",
                round(money / buyers, 2) if buyers else "-", round(buyers * 0.1), "8.00%", 2,
                round(buyers * 0.05),
            ])  # fmt: skip
    rows.append(["总计", "-", "-", "-", round(sum(row[4] for row in rows[1:]), 2), *["-"] * 18])
    return write_xlsx(folder / f"达摩盘_全店单品日度_{world.end:%Y%m%d}.xlsx", rows)
