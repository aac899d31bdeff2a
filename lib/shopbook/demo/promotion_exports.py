"""Exports of the ad tools: 万相台 reports by plan, item, crowd and keyword, and the 淘宝客 daily table."""

from pathlib import Path
from typing import Any

import numpy as np

from shopbook.demo.catalogue import AD_PLANS, CHANNELS
from shopbook.demo.containers import headers, rate, write_csv, write_xlsx
from shopbook.demo.noise import Floats
from shopbook.demo.promotion import CLICKS_PER_VISITOR, Ads, by_item, by_plan, by_share
from shopbook.demo.world import World

_CROWDS = {"店铺老客": 0.2, "相似宝贝人群": 0.35, "智能人群": 0.3, "收藏加购人群": 0.15}
_WORDS = ("杯子", "家用", "礼盒", "高颜值", "送礼", "办公室", "学生", "大容量", "复古", "简约")
_STAMP = "093000"
SHORT_DAYS = 90


def ad_reports(world: World, folder: Path, rng: np.random.Generator) -> dict[str, Floats]:
    """Write the four reports; return what each scene and the affiliates cost, for the shop's daily table."""
    plans = by_plan(world, rng)
    recent = range(max(0, world.size - SHORT_DAYS), world.size)
    keys = [
        [f"{world.plan.ad_plan_id(n)}.0", name, f"{110 + n}.0", scene, f"{210 + n}.0", scene]
        for n, (name, scene, *_) in enumerate(AD_PLANS)
    ]
    _write(world, folder, "计划报表", headers("ad_report")[1:7], keys, plans)
    keys = [[f"{item.id}.0", "商品", item.title] for item in world.plan.items]
    _write(world, folder, "商品报表", ["主体ID", "主体类型", "主体名称"], keys, by_item(world, plans))
    crowds = by_share(plans, "paid_display", np.array(list(_CROWDS.values())), rng)
    _write(world, folder, "人群报表", ["人群名字"], [[name] for name in _CROWDS], crowds, recent)
    words = by_share(plans, "paid_search", 1 / (np.arange(len(_WORDS)) + 2.0), rng)
    ids = [f"{world.plan.ad_plan_id(0)}.0", AD_PLANS[0][0]]
    keys = [[*ids, world.plan.category[:2] + word] for word in _WORDS]
    _write(world, folder, "关键词报表", ["计划ID", "计划名字", "关键词"], keys, words, recent)
    scenes = {
        "paid_search": "关键词推广花费",
        "paid_display": "精准人群推广花费",
        "paid_site": "全站推广花费",
    }
    spend = {
        name: plans.spend[:, [plan[2] == channel for plan in AD_PLANS]].sum(axis=1)
        for channel, name in scenes.items()
    }
    return {**spend, "淘宝客佣金": affiliate(world, folder, rng)}


def _write(
    world: World,
    folder: Path,
    name: str,
    keys: list[str],
    texts: list[list[str]],
    ads: Ads,
    days: range | None = None,
) -> None:
    columns = headers("ad_report")[7:]
    rows = []
    for day in days or range(world.size):
        for place, text in enumerate(texts):
            if ads.clicks[day, place] < 0.5:
                continue
            figures = _figures(*(column[day, place] for column in vars(ads).values()))
            rows.append(
                [f"{world.days[day]:%Y/%m/%d}", *text, *(figures.get(column, "0") for column in columns)]
            )
    path = folder / f"{name}_{world.end:%Y%m%d}_{_STAMP}.csv"
    write_csv(path, ["日期", *keys, *columns], rows, encoding="gbk")


def _figures(
    impressions: float, clicks: float, spend: float, revenue: float, orders: float
) -> dict[str, str]:
    shown, clicked, bought = round(impressions), round(clicks), round(orders)
    direct = round(revenue * 0.72, 2)
    carts, visitors = round(clicked * 0.09), round(clicked / CLICKS_PER_VISITOR)
    known = {
        "展现量": shown, "点击量": clicked, "总成交笔数": bought, "直接成交笔数": round(bought * 0.72),
        "间接成交笔数": bought - round(bought * 0.72), "总购物车数": carts,
        "直接购物车数": round(carts * 0.8),
        "间接购物车数": carts - round(carts * 0.8), "收藏宝贝数": round(clicked * 0.02),
        "总收藏数": round(clicked * 0.02),
        "总收藏加购数": carts + round(clicked * 0.02), "引导访问量": clicked, "引导访问人数": visitors,
        "成交新客数": round(bought * 0.6), "成交人数": round(bought * 0.93),
        "旺旺咨询量": round(clicked * 0.01),
    }  # fmt: skip
    ratios = {
        "点击率": rate(clicked, shown), "点击转化率": rate(bought, clicked), "加购率": rate(carts, clicked),
        "投入产出比": f"{revenue / spend:.2f}" if spend else "-",
        "含预售投产比": f"{revenue / spend:.2f}" if spend else "-",
    }  # fmt: skip
    return {name: str(number) for name, number in known.items()} | ratios | {
        "花费": f"￥{spend:,.2f}", "平均点击花费": f"￥{spend / max(clicked, 1):.2f}",
        "千次展现花费": f"￥{spend / max(shown, 1) * 1000:.2f}", "总成交金额": f"￥{revenue:,.2f}",
        "直接成交金额": f"￥{direct:,.2f}", "间接成交金额": f"￥{revenue - direct:,.2f}",
        "加购成本": f"￥{spend / carts:.2f}" if carts else "-",
    }  # fmt: skip


def affiliate(world: World, folder: Path, rng: np.random.Generator) -> Floats:
    """淘宝客: one .xlsx for the period, its date header ends in a TAB; returns the commission by day."""
    place = list(CHANNELS).index("affiliate")
    visitors = world.channels[:, place] + world.pc_channels[:, place]
    buyers = rng.binomial(visitors, np.clip(world.pay_buyers / world.visitors * 1.5, 0, 1))
    money = np.round(buyers * world.amounts.sum(axis=1) / world.pay_buyers, 2)
    commission = np.round(money * 0.08, 2)
    rows: list[list[Any]] = [headers("affiliate")]
    for day, date in enumerate(world.days):
        paid, fee = float(money[day]), round(float(money[day]) * 0.01, 2)
        cost = round(float(commission[day]) + fee, 2)
        rows.append([
            str(date), "效果数据", int(visitors[day] * 1.2), int(visitors[day]), rate(buyers[day],
            visitors[day]),
            int(buyers[day]), paid, int(buyers[day]), int(buyers[day]), float(commission[day]), fee,
            rate(float(commission[day]), paid), cost, round(paid * 0.9, 2), round(paid * 0.88, 2),
            round(cost / max(int(buyers[day]), 1), 2),
        ])  # fmt: skip
    write_xlsx(folder / f"淘宝客_店铺日报_{world.end:%Y%m%d}.xlsx", rows)
    result: Floats = commission
    return result
