"""The templates: stock, tags, hand-filled figures, targets, changes, order lines, campaign items."""

import datetime as dt
from pathlib import Path

import numpy as np

from shopbook.demo.containers import write_csv
from shopbook.demo.world import World

_ROLE = {"hit": "引流款", "traffic": "引流款", "stable": "利润款", "growing": "利润款"}


def templates(world: World, folder: Path, rng: np.random.Generator) -> None:
    """Write every template of the shop."""
    stock(world, folder)
    item_tags(world, folder)
    hand_filled(world, folder, rng)
    targets(world, folder)
    change_log(world, folder)
    campaign_items(world, folder)
    order_lines(world, folder, rng)


def stock(world: World, folder: Path) -> Path:
    """库存: units on hand at the end of the day, cost, listing day and season of every listed item."""
    rows = [
        [date, item.id, int(world.stock[day, place]), item.cost, listed_on(world, place), item.season]
        for day, date in enumerate(world.days)
        for place, item in enumerate(world.plan.items)
        if world.listed[day, place]
    ]
    return write_csv(folder / "库存.csv", ["日期", "商品ID", "可售库存", "成本价", "上架日期", "季节"], rows)


def listed_on(world: World, place: int) -> dt.date:
    """The day an item was listed."""
    return world.end - dt.timedelta(days=world.plan.items[place].age(world.size))


def item_tags(world: World, folder: Path) -> Path:
    """商品标签: category for all, a role for some, one locked stage."""
    rows = []
    for place, item in enumerate(world.plan.items):
        role = _ROLE.get(item.plot, "") if place % 3 == 0 else ""
        rows.append([item.id, item.category, "形象款" if item.plot == "presale" else role, ""])
    locked = world.place(world.plan.plot("stable", 6))
    rows[locked][3] = "稳定期"
    return write_csv(folder / "商品标签.csv", ["商品ID", "类目", "角色", "阶段锁定"], rows)


def hand_filled(world: World, folder: Path, rng: np.random.Generator) -> Path:
    """手填指标: what no export carries: home page bounce and hours online daily, ratings once a week."""
    home = np.clip(rng.normal(0.55, 0.015, world.size), 0, 1)
    hours = np.round(rng.normal(14.5, 0.5, world.size), 1)
    rows: list[list[object]] = []
    for day, date in enumerate(world.days):
        rows.append([date, "店铺", "首页跳失率", f"{home[day]:.2%}"])
        rows.append([date, "店铺", "旺旺在线时长", hours[day]])
        if date.weekday() == world.end.weekday():
            for nth, item in enumerate(world.plan.items[:12]):
                low = 0.12 if (item.plot, nth) == ("stable", 9) else 0.0
                rows.append([date, item.id, "宝贝评分", f"{4.87 - low + rng.normal(0, 0.01):.2f}"])
            rows.append([date, world.plan.ad_plan_id(0), "关键词质量得分", int(rng.integers(7, 10))])
    return write_csv(folder / "手填指标.csv", ["日期", "对象", "指标", "数值"], rows, encoding="gb18030")


def targets(world: World, folder: Path) -> Path:
    """目标: one row for the year, one per month, and what the month takes in service and ads."""
    usual = float(np.median(world.amounts.sum(axis=1)))
    year = world.end.year
    rows: list[list[object]] = [[year, "支付金额", round(usual * 1.1 * 380, -4)]]
    for month in range(1, 13):
        weight = {6: 1.2, 9: 1.02, 11: 1.45, 12: 1.1, 2: 0.7}.get(month, 0.97)
        name = f"{year}-{month:02d}"
        rows.append([name, "支付金额", round(usual * 30.4 * 1.08 * weight, -3)])
        rows.append([name, "推广花费", round(usual * 0.07 * 30.4 * weight, -2)])
        rows.append([name, "询单转化率", "42.00%"])
        rows.append([name, "平均响应时长", 35])
    return write_csv(folder / "目标.csv", ["月份", "指标", "目标值"], rows)


def change_log(world: World, folder: Path) -> Path | None:
    """改动: the changes behind planted events, and a few that did nothing."""
    said = {
        "picture": ("换主图：新场景图", "换回旧主图"),
        "price_raise": ("涨价15%", "恢复原价"),
        "item_conversion": ("详情页加入尺寸对比图和买家秀", ""),
    }
    rows: list[list[object]] = []
    for event in (event for event in world.planted if event.what in said):
        before, after = said[event.what]
        rows.append([world.end - dt.timedelta(days=event.first), event.item, before])
        if after:
            rows.append([world.end - dt.timedelta(days=event.last - 1), event.item, after])
    harmless = [
        (30, "stable", 1, "改标题：加入“送礼”"),
        (75, "traffic", 1, "换主图：白底图"),
        (110, "stable", 3, "改详情页"),
    ]
    for back, plot, nth, text in harmless:
        if back < world.size:
            rows.append([world.end - dt.timedelta(days=back), world.plan.plot(plot, nth).id, text])
    rows.sort(key=lambda row: str(row[0]))
    return write_csv(folder / "改动.csv", ["日期", "商品ID", "改动"], rows) if rows else None


def campaign_items(world: World, folder: Path) -> Path | None:
    """活动商品: the promoted items with price and stock signed up; none when there is no campaign."""
    rows: list[list[object]] = []
    for campaign in world.campaigns:
        first, last = campaign.phases["peak"]
        when = [first <= day <= last for day in world.days]
        for nth, item_id in enumerate(campaign.items):
            place = world.item_at(item_id)
            item = world.plan.items[place]
            sold = int(world.units[when, place].sum())
            price = round(item.price * (campaign.discount if campaign.promoted else 1.0), 2)
            rows.append(
                [campaign.name, item_id, price, item.price, round(sold / (0.95, 0.8, 0.6, 0.4)[nth % 4])]
            )
    header = ["活动名称", "商品ID", "活动价格", "一口价", "活动库存"]
    return write_csv(folder / "活动商品.csv", header, rows) if rows else None


def order_lines(world: World, folder: Path, rng: np.random.Generator) -> Path:
    """订单明细: the sales as lines of orders; some buyers take a second item, some come back."""
    known: list[int] = []
    rows: list[list[object]] = []
    fresh = 0
    ids = [item.id for item in world.plan.items]
    for day, date in enumerate(world.days):
        day_text = str(date)
        items = rng.permutation(np.repeat(np.arange(len(ids)), world.buyers[day]))
        orders = max(int(world.pay_buyers[day]), 1)
        owner = np.concatenate([np.arange(min(orders, len(items))), _seconds(items, orders, rng)])
        again = rng.random(orders) < (0.2 if len(known) > 500 else 0.0)
        buyers = np.arange(fresh, fresh + orders)
        if again.any():
            buyers[again] = rng.choice(known[-6000:], int(again.sum()))
        fresh += orders
        known.extend(buyers[~again].tolist())
        units, money = _shares_of(world, day, items)
        numbers = [f"70{date:%y%m%d}{order:07d}" for order in range(orders)]
        names = [f"tb_demo_{buyer:07d}" for buyer in buyers.tolist()]
        lines = zip(owner.tolist(), items.tolist(), units, money, strict=True)
        rows += [
            [day_text, numbers[order], names[order], ids[item], pieces, f"{paid:.2f}"]
            for order, item, pieces, paid in lines
        ]
    header = ["日期", "订单编号", "买家", "商品ID", "件数", "实付"]
    return write_csv(folder / "订单明细.csv", header, rows)


def _seconds(items: np.ndarray, orders: int, rng: np.random.Generator) -> np.ndarray:
    """Which order each second line joins: items 9 and 10 like to go with items 0 and 1."""
    first, extra = items[:orders], items[orders:]
    chosen = rng.integers(0, orders, len(extra)) if len(extra) else np.empty(0, dtype=int)
    for line, item in enumerate(extra):
        partners = np.flatnonzero(first == item - 9) if item in (9, 10) else np.empty(0, dtype=int)
        if len(partners):
            chosen[line] = partners[rng.integers(len(partners))]
    return chosen


def _shares_of(world: World, day: int, items: np.ndarray) -> tuple[list[int], list[float]]:
    """Units and yuan of each line; per item they add up to its day, the first line takes extra units."""
    units = np.ones(len(items), dtype=np.int64)
    sold, first = np.unique(items, return_index=True)
    units[first] += world.units[day, sold] - world.buyers[day, sold]
    return units.tolist(), (units * world.prices[day, items]).tolist()
