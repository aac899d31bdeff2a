"""Exports of traffic sources and search terms, one .xls a day."""

from pathlib import Path

import numpy as np

from shopbook.demo.catalogue import CHANNELS, PAID
from shopbook.demo.containers import amount, headers, rate, whole, write_xls
from shopbook.demo.item_exports import BANNER
from shopbook.demo.noise import split
from shopbook.demo.world import World

FLOW_METRICS, _PC_EXTRA = headers("flow_source")[2:11], headers("flow_source")[11:]
_PC_LABELS = {
    "search": "淘宝搜索",
    "recommendation": "猜你喜欢",
    "paid_search": "直通车",
    "paid_display": "钻石展位",
    "affiliate": "淘宝客",
    "returning": "我的淘宝",
    "cart": "购物车",
    "other": "其他",
}
_DETAILS: dict[str, tuple[tuple[str, float], ...]] = {
    "search": (("搜索结果页", 0.86), ("拍立淘", 0.14)),
    "recommendation": (("首页推荐位", 0.55), ("购后推荐位", 0.28), ("详情页推荐位", 0.17)),
    "paid_search": (("标准计划", 0.7), ("智能计划", 0.3)),
    "returning": (("已买到的宝贝", 0.6), ("收藏夹", 0.4)),
}
BUYS: dict[str, float] = {
    "search": 1.15,
    "recommendation": 0.75,
    "paid_search": 1.0,
    "paid_display": 0.7,
    "paid_site": 0.9,
    "affiliate": 1.5,
    "returning": 1.8,
    "cart": 2.6,
    "content": 0.6,
    "live": 1.3,
    "in_shop": 1.2,
    "offsite": 0.4,
    "other": 0.8,
    "": 0.5,
}
"""How readily visitors of a channel buy, against the shop."""


def flow_source(world: World, folder: Path, rng: np.random.Generator, last: int) -> None:
    """流量来源 of the `last` days: an .xls a day, two sheets, level rows that repeat their details' sums."""
    header = ["来源", "来源明细", *(name + tail for name in FLOW_METRICS for tail in ("", "变化"))]
    pc_labels = {key: _PC_LABELS[key] for key in CHANNELS if key in _PC_LABELS}
    labels = {key: label for key, (label, _) in CHANNELS.items()}
    for day, date in enumerate(world.days):
        banner = [[BANNER[0]], [], [f"统计日期：{date}"], [BANNER[1]], []]
        phone = [*banner, header, *_flow_rows(world, day, rng, labels, world.channels)]
        computer = [*banner, header + _PC_EXTRA]
        for row in _flow_rows(world, day, rng, pc_labels, world.pc_channels):
            computer.append(row + _pc_extra(row))
        if day < len(world.days) - last:  # drawn all the same: the other exports do not depend on `last`
            continue
        name = f"【生意参谋平台】无线店铺流量来源-{date}_{date}.xls"
        write_xls(folder / name, {"PC流量来源": computer, "无线流量来源": phone})


def _flow_rows(
    world: World, day: int, rng: np.random.Generator, labels: dict[str, str], counts: np.ndarray
) -> list[list[str]]:
    conversion = world.pay_buyers[day] / world.visitors[day]
    basket = world.amounts[day].sum() / world.pay_buyers[day]
    rows: list[list[str]] = []
    for column, key in enumerate(CHANNELS):
        if key not in labels or not counts[day, column]:
            continue
        visitors = counts[day, column]
        before = counts[day - 1, column] if day else 0
        buyers = rng.binomial(visitors, min(conversion * BUYS[key], 0.5))
        rows.append(_flow_row(labels[key], "", visitors, buyers, buyers * basket, before))
        if key not in _DETAILS:
            continue
        details = _DETAILS[key]
        shares = np.array([share for _, share in details])
        parts = zip(details, split(rng, visitors, shares), split(rng, buyers, shares), strict=True)
        for (name, _), seen, paid in parts:
            rows.append(_flow_row(labels[key], name, seen, paid, paid * basket, 0))
    return rows


def _flow_row(label: str, detail: str, visitors: int, buyers: int, money: float, before: int) -> list[str]:
    orders = round(buyers * 1.08)
    values = [
        whole(visitors), amount(money * 1.07), whole(orders), rate(orders, visitors), amount(money),
        whole(buyers),
        rate(buyers, visitors), amount(money / buyers) if buyers else "-",
        amount(money / visitors) if visitors else "-",
    ]  # fmt: skip
    changes = [f"{visitors / before - 1:+.2%}" if before else "-", *["-"] * (len(values) - 1)]
    return [label, detail, *(cell for pair in zip(values, changes, strict=True) for cell in pair)]


def _pc_extra(row: list[str]) -> list[str]:
    visitors = int(row[2].replace(",", ""))
    return [
        whole(visitors * 0.8), whole(visitors * 2.4), "2.40", whole(visitors * 0.02),
        whole(visitors * 0.05), "58.00%",
    ]  # fmt: skip


def search_terms(world: World, folder: Path, rng: np.random.Generator, days: int) -> None:
    """引流搜索词: one .xls a day for the last `days` days; "-" and "0" mean different things by column."""
    header = headers("search_terms")
    terms = sorted(
        {word for item in world.plan.items for word in (item.title[-6:-3] + "家用", item.title[:6])}
    )[:24]
    shares = np.array([1 / (place + 2) for place in range(len(terms))])
    search = list(CHANNELS).index("search")
    conversion = world.pay_buyers / world.visitors
    for day in range(max(0, world.size - days), world.size):
        date = world.days[day]
        rows: list[list[str]] = [[BANNER[0]], [BANNER[1]], [], [], [], header]
        for term, seen in zip(
            terms, split(rng, round(world.channels[day, search] * 0.5), shares), strict=True
        ):
            bought = rng.binomial(seen, conversion[day] * 1.1)
            money = bought * world.amounts[day].sum() / world.pay_buyers[day]
            rows.append([
                str(date), term, whole(seen), whole(rng.binomial(seen, 0.09)), whole(rng.binomial(seen,
                0.04)),
                whole(bought), rate(bought, seen), amount(money), amount(money / bought) if bought else "-",
                amount(money / seen) if seen and bought else "-",
            ])  # fmt: skip
        write_xls(
            folder / f"【生意参谋】选词助手-引流搜索词-店外-无线-{date:%Y%m%d}.xls",
            {"【生意参谋平台】1": rows},
        )


def item_flow_source(world: World, folder: Path, rng: np.random.Generator, days: int) -> None:
    """商品流量来源: for three items, one .xls a day each, item id and day only in the file name."""
    header = headers("item_flow_source")
    for item in (world.plan.plot("hit", 0), world.plan.plot("hit", 1), world.plan.plot("growing", 0)):
        place = world.place(item)
        for day in range(max(0, world.size - days), world.size):
            date = world.days[day]
            rows = [[BANNER[0]], [], [], [BANNER[1]], [], header, *_item_flow_rows(world, day, place, rng)]
            name = f"【生意参谋平台】无线商品二级流量来源详情-{item.id}-{date}_{date}.xls"
            write_xls(folder / name, {"Sheet1": rows})


def _item_flow_rows(world: World, day: int, place: int, rng: np.random.Generator) -> list[list[str]]:
    flows = world.flows[day, place]
    seen = split(rng, round(world.item_visitors[day, place] * 1.08), flows)
    chance = world.buyers[day, place] / max(world.item_visitors[day, place], 1)
    total_views = max(round(seen.sum() * 1.6), 1)
    rows = []
    for (key, (label, _)), visitors in zip(CHANNELS.items(), seen, strict=True):
        if not visitors:
            continue
        buyers = rng.binomial(visitors, min(chance * BUYS[key], 0.9))
        views, money = round(visitors * 1.6), buyers * world.prices[day, place]
        numbers = [
            whole(visitors), whole(views), amount(money), rate(views, total_views), whole(visitors * 0.3),
            whole(visitors * 0.6), whole(visitors * 0.03), whole(visitors * 0.08), whole(buyers * 1.05),
            rate(int(buyers * 1.05), visitors), whole(buyers * 1.15), whole(buyers), rate(buyers, visitors),
            whole(buyers * 0.7), whole(buyers * 0.1), whole(buyers * 0.1), whole(buyers * 0.3),
        ]  # fmt: skip
        rows.append([label, "", *numbers])
        rows.append([label, f"{label}-{'付费' if key in PAID else '免费'}", *numbers])
    return rows
