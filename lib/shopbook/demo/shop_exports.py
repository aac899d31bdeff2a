"""Exports of the shop itself: the daily table, items, traffic sources and search terms."""

from pathlib import Path

import numpy as np

from shopbook.demo.catalogue import CHANNELS, HOSTILE_TITLE, PAID
from shopbook.demo.containers import amount, rate, whole, write_xls, write_xlsx
from shopbook.demo.noise import drawn, split
from shopbook.demo.world import World

SHOP_COLUMNS = (
    "统计日期 访客数 浏览量 商品访客数 商品浏览量 平均停留时长 跳失率 商品收藏买家数 商品收藏次数 加购人数 加购件数 支付金额 支付买家数 "
    "支付子订单数 支付件数 下单金额 下单买家数 下单件数 人均浏览量 下单转化率 支付转化率 客单价 UV价值 老访客数 新访客数 "
    "支付老买家数 老买家支付金额 关键词推广花费 精准人群推广花费 全站推广花费 智能场景花费 淘宝客佣金 成功退款金额 评价数 有图评价数 正面评价数 "
    "负面评价数 支付父订单数 揽收成功包裹数 发货成功包裹数 派送成功包裹数 签收成功包裹数 平均支付_签收时长(秒) 描述相符评分 "
    "物流服务评分 服务态度评分 下单-支付转化率 支付商品数 店铺收藏买家数 无线端访客数 支付新买家数 会员总数 新增会员数 活跃会员数 "
    "会员成交金额 会员成交人数"
).split()
_SHARES = ("下单转化率", "支付转化率", "下单-支付转化率")

ITEM_COLUMNS = (
    "统计日期 商品ID 商品名称 主商品ID 商品类型 货号 商品状态 商品标签 商品访客数 商品浏览量 平均停留时长 商品详情页跳出率 商品收藏人数 "
    "商品加购件数 商品加购人数 下单买家数 下单件数 下单金额 下单转化率 支付买家数 支付件数 支付金额 商品支付转化率 支付新买家数 "
    "支付老买家数 老买家支付金额 聚划算支付金额 访客平均价值 成功退款金额 竞争力评分 年累计支付金额 月累计支付金额 月累计支付件数 "
    "搜索引导支付转化率 搜索引导访客数 搜索引导支付买家数 结构化详情引导转化率 结构化详情引导成交占比"
).split()
_BANNER = (
    "数据说明：以下数据为您所选时间周期的相关指标，如需查看其他时间周期的数据，请重新选择后下载",
    "收藏网址：d.alibaba.com，让数据帮您生意参谋！点此进入>>",
)
FLOW_METRICS = "访客数 下单金额 下单买家数 下单转化率 支付金额 支付买家数 支付转化率 客单价 UV价值".split()
_PC_EXTRA = "新访客 浏览量 人均浏览量 收藏人数 加购人数 跳失率".split()
_PC_LABELS = {"search": "淘宝搜索", "recommendation": "淘宝首页", "paid_search": "直通车", "paid_display": "钻石展位",
              "affiliate": "淘宝客", "returning": "我的淘宝", "cart": "购物车", "other": "其他"}  # fmt: skip
_DETAILS: dict[str, tuple[tuple[str, float], ...]] = {
    "search": (("搜索结果页", 0.86), ("搜索拍立淘", 0.14)),
    "recommendation": (("首页猜你喜欢", 0.55), ("购后猜你喜欢", 0.28), ("详情页推荐", 0.17)),
}
BUYS: dict[str, float] = {
    "search": 1.15, "recommendation": 0.75, "paid_search": 1.0, "paid_display": 0.7, "paid_site": 0.9, "affiliate": 1.5,
    "returning": 1.8, "cart": 2.6, "content": 0.6, "live": 1.3, "in_shop": 1.2, "offsite": 0.4, "other": 0.8, "": 0.5,
}  # fmt: skip
"""How readily visitors of a channel buy, against the shop."""


def shop_daily(world: World, folder: Path, rng: np.random.Generator, spend: dict[str, np.ndarray]) -> Path:
    """店铺取数: one .xlsx for the whole period, numbers, true percents, percent texts and amounts mixed."""
    columns = _shop_columns(world, rng, spend)
    rows = [SHOP_COLUMNS]
    rows += [[columns[name][day] for name in SHOP_COLUMNS] for day in range(world.size)]
    percent = frozenset(SHOP_COLUMNS.index(name) for name in _SHARES)
    name = f"天猫_{world.end:%Y%m%d}_{world.plan.id}_生意参谋_店铺销售数据.xlsx"
    return write_xlsx(folder / name, rows, percent=percent)


def _shop_columns(world: World, rng: np.random.Generator, spend: dict[str, np.ndarray]) -> dict[str, list]:
    visitors, buyers = world.visitors, world.pay_buyers
    money = world.amounts.sum(axis=1)
    orders = np.maximum(np.round(world.orders.sum(axis=1) * 0.94).astype(int), buyers)
    units, carts = world.units.sum(axis=1), np.round(world.carts.sum(axis=1) * 0.9).astype(int)
    order_money = money * (1.06 + 0.03 * rng.random(world.size)) + (orders - buyers) * 5
    views = rng.poisson(visitors * rng.normal(2.9, 0.06, world.size))
    item_views = rng.poisson(world.item_visitors.sum(axis=1) * 1.55)
    old, old_buyers = drawn(rng, visitors, 0.23), drawn(rng, buyers, 0.28)
    favorites, reviews = drawn(rng, visitors, 0.035), rng.poisson(buyers * 0.35)
    bad = drawn(rng, reviews, 0.012)
    scores = 4.84 + np.cumsum(rng.normal(0, 0.002, (3, world.size)), axis=1)
    members = 41_000 + np.cumsum(rng.poisson(35, world.size))
    figures: dict[str, object] = {
        "访客数": visitors, "浏览量": views, "商品访客数": np.round(visitors * 0.93).astype(int), "商品浏览量": item_views,
        "平均停留时长": np.round(rng.normal(62, 3, world.size), 2), "商品收藏买家数": favorites,
        "商品收藏次数": np.round(favorites * 1.1).astype(int), "加购人数": carts, "加购件数": np.round(carts * 1.3).astype(int),
        "支付金额": np.round(money, 2), "支付买家数": buyers, "支付子订单数": world.buyers.sum(axis=1), "支付件数": units,
        "下单金额": np.round(order_money, 2), "下单买家数": orders, "下单件数": np.round(units * 1.08).astype(int),
        "人均浏览量": np.round(views / visitors, 2), "下单转化率": orders / visitors, "支付转化率": buyers / visitors,
        "客单价": np.round(money / buyers, 2), "UV价值": np.round(money / visitors, 2), "老访客数": old, "新访客数": visitors - old,
        "支付老买家数": old_buyers, "老买家支付金额": np.round(money * old_buyers / buyers, 2),
        **{name: np.round(spent, 2) for name, spent in spend.items()}, "智能场景花费": np.zeros(world.size, dtype=int),
        "成功退款金额": np.round(money * rng.uniform(0.03, 0.06, world.size), 2), "评价数": reviews,
        "有图评价数": drawn(rng, reviews, 0.2), "正面评价数": reviews - bad, "负面评价数": bad,
        "支付父订单数": np.round(buyers * 1.03).astype(int), "揽收成功包裹数": buyers, "发货成功包裹数": buyers,
        "派送成功包裹数": np.round(buyers * 0.98).astype(int), "签收成功包裹数": np.round(buyers * 0.97).astype(int),
        "平均支付_签收时长(秒)": rng.integers(170_000, 210_000, world.size),
        "描述相符评分": np.round(scores[0], 2), "物流服务评分": np.round(scores[1], 2), "服务态度评分": np.round(scores[2], 2),
        "下单-支付转化率": buyers / orders, "支付商品数": (world.units > 0).sum(axis=1),
        "店铺收藏买家数": drawn(rng, visitors, 0.008), "无线端访客数": np.round(world.visitors * 0.958).astype(int),
        "支付新买家数": buyers - old_buyers, "会员总数": members, "新增会员数": rng.poisson(35, world.size),
        "活跃会员数": drawn(rng, visitors, 0.05), "会员成交金额": np.round(money * 0.2, 2), "会员成交人数": drawn(rng, buyers, 0.2),
    }  # fmt: skip
    table = {name: np.asarray(values).tolist() for name, values in figures.items()}
    table["统计日期"] = [str(day) for day in world.days]
    table["跳失率"] = [f"{share:.2%}" for share in rng.normal(0.46, 0.012, world.size)]
    return table


def item_daily(world: World, folder: Path, rng: np.random.Generator, refunds: np.ndarray) -> None:
    """商品报表: one .xls a day with four banner rows, the header in row 5, main items and sub-items."""
    totals = _running_totals(world)
    search = world.flows[:, :, list(CHANNELS).index("search")] / np.maximum(world.flows.sum(axis=2), 1e-9)
    from_search = drawn(rng, world.item_visitors, search)
    for day, date in enumerate(world.days):
        rows: list[list[str]] = [[_BANNER[0]], [f"统计时间：{date} ~ {date}"], [_BANNER[1]], [], list(ITEM_COLUMNS)]
        for place in np.flatnonzero(world.listed[day]):
            cells = _item_row(world, day, place, rng, int(from_search[day, place]))
            tail = [amount(refunds[day, place]), f"{rng.uniform(50, 90):.1f}", *(totals(day, place))]
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
        whole(rng.binomial(visitors, 0.03)), whole(round(carts * 1.25)), whole(carts), whole(orders), whole(ordered),
        amount(order_money), rate(orders, visitors), whole(buyers), whole(units), amount(money), rate(buyers, visitors),
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


def _running_totals(world: World):
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


def flow_source(world: World, folder: Path, rng: np.random.Generator) -> None:
    """流量来源: one .xls a day, computer and phone sheets, level rows that repeat the sums of their details."""
    header = ["来源", "来源明细", *(name + tail for name in FLOW_METRICS for tail in ("", "变化"))]
    pc_labels = {key: _PC_LABELS[key] for key in CHANNELS if key in _PC_LABELS}
    labels = {key: label for key, (label, _) in CHANNELS.items()}
    for day, date in enumerate(world.days):
        banner = [[_BANNER[0]], [], [f"统计日期：{date}"], [_BANNER[1]], []]
        phone = [*banner, header, *_flow_rows(world, day, rng, labels, world.channels)]
        computer = [*banner, header + _PC_EXTRA]
        for row in _flow_rows(world, day, rng, pc_labels, world.pc_channels):
            computer.append(row + _pc_extra(row))
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
        details = _DETAILS.get(key, ((labels[key], 1.0),))
        shares = np.array([share for _, share in details])
        parts = zip(details, split(rng, visitors, shares), split(rng, buyers, shares), strict=True)
        rows.append(_flow_row(labels[key], "", visitors, buyers, buyers * basket, before))
        for (name, _), seen, paid in parts:
            rows.append(_flow_row(labels[key], name, seen, paid, paid * basket, 0))
    return rows


def _flow_row(label: str, detail: str, visitors: int, buyers: int, money: float, before: int) -> list[str]:
    orders = round(buyers * 1.08)
    values = [
        whole(visitors), amount(money * 1.07), whole(orders), rate(orders, visitors), amount(money), whole(buyers),
        rate(buyers, visitors), amount(money / buyers) if buyers else "-", amount(money / visitors) if visitors else "-",
    ]  # fmt: skip
    changes = [f"{visitors / before - 1:+.2%}" if before else "-", *["-"] * (len(values) - 1)]
    return [label, detail, *(cell for pair in zip(values, changes, strict=True) for cell in pair)]


def _pc_extra(row: list[str]) -> list[str]:
    visitors = int(row[2].replace(",", ""))
    return [
        whole(visitors * 0.8), whole(visitors * 2.4), "2.40", whole(visitors * 0.02), whole(visitors * 0.05), "58.00%",
    ]  # fmt: skip


def search_terms(world: World, folder: Path, rng: np.random.Generator, days: int) -> None:
    """引流搜索词: one .xls a day for the last `days` days; "-" and "0" mean different things by column."""
    header = "统计日期 搜索词 访客数 加购人数 商品收藏人数 支付买家数 支付转化率 支付金额 客单价 UV价值".split()
    terms = sorted({word for item in world.plan.items for word in (item.title[-6:-3] + "家用", item.title[:6])})[:24]
    shares = np.array([1 / (place + 2) for place in range(len(terms))])
    search = list(CHANNELS).index("search")
    conversion = world.pay_buyers / world.visitors
    for day in range(max(0, world.size - days), world.size):
        date = world.days[day]
        rows: list[list[str]] = [[_BANNER[0]], [_BANNER[1]], [], [], [], header]
        for term, seen in zip(terms, split(rng, round(world.channels[day, search] * 0.5), shares), strict=True):
            bought = rng.binomial(seen, conversion[day] * 1.1)
            money = bought * world.amounts[day].sum() / world.pay_buyers[day]
            rows.append([
                str(date), term, whole(seen), whole(rng.binomial(seen, 0.09)), whole(rng.binomial(seen, 0.04)),
                whole(bought), rate(bought, seen), amount(money), amount(money / bought) if bought else "-",
                amount(money / seen) if seen and bought else "-",
            ])  # fmt: skip
        write_xls(folder / f"【生意参谋】选词助手-引流搜索词-店外-无线-{date:%Y%m%d}.xls", {"【生意参谋平台】1": rows})


def item_flow_source(world: World, folder: Path, rng: np.random.Generator, days: int) -> None:
    """商品流量来源: for three items, one .xls a day each, item id and day only in the file name."""
    header = (
        "流量来源 来源明细 访客数 浏览量 支付金额 浏览量占比 店内跳转人数 跳出本店人数 收藏人数 加购人数 下单买家数 下单转化率 支付件数 "
        "支付买家数 支付转化率 直接支付买家数 收藏商品-支付买家数 粉丝支付买家数 加购商品-支付买家数"
    ).split()
    for item in (world.plan.plot("hit", 0), world.plan.plot("hit", 1), world.plan.plot("growing", 0)):
        place = world.place(item)
        for day in range(max(0, world.size - days), world.size):
            date = world.days[day]
            rows = [[_BANNER[0]], [], [], [_BANNER[1]], [], header, *_item_flow_rows(world, day, place, rng)]
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


