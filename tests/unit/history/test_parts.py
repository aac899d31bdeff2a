"""Files that make up one day give the same history in any order and any repetition."""

import tempfile
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopbook.history.dayfile import SOURCE
from shopbook.history.store import Store
from shopbook.kinds import kinds
from shopbook.read import read_export

DAY = "2026-11-20"
PLAN = "日期,场景名字,计划ID,计划名字,展现量,点击量,花费"
FLOW = "来源,来源明细,访客数,支付买家数,支付金额"
ORDERS = "日期,订单编号,买家,商品ID,件数,实付"
AGENT = "旺旺昵称,询单人数,询单最终付款人数"
# Kind -> the files of one day: (name, lines). Each holds another part, or other rows or columns of one.
DAYS = {
    "order_lines": [
        ("订单明细_a.csv", ORDERS, f"{DAY},41,甲,600001,1,9", f"{DAY},41,甲,600001,1,9"),
        ("订单明细_b.csv", ORDERS, f"{DAY},42,乙,600001,1,9"),
        ("订单明细_c.csv", ORDERS, f"{DAY},42,乙,600001,1,9", f"{DAY},43,丙,600002,2,8"),
    ],
    "ad_report": [
        ("计划报表_a.csv", PLAN, f"{DAY},关键词推广,81000000001,甲,9,2,270.5"),
        ("计划报表_b.csv", PLAN, f"{DAY},人群推广,81000000001,甲,9,2,180",
         f"{DAY},人群推广,81000000002,乙,9,2,1"),
        ("计划报表_c.csv", PLAN.replace("场景名字,", ""), f"{DAY},81000000001,甲,18,4,450.5"),
        ("关键词报表.csv", f"{PLAN},词ID/词包ID,词名字/词包名字",
         f"{DAY},关键词推广,81000000001,甲,9,2,200,5,杯"),
        ("商品报表.csv", f"{PLAN},主体ID,主体类型", f"{DAY},关键词推广,81000000001,甲,9,2,7,600001,商品",
         f"{DAY},关键词推广,81000000001,甲,9,2,7,4001,短视频"),
        ("品销宝_账户.csv", "日期,搜索量,展现量,消耗,进店访客数", f"{DAY},100,90,50,8"),
    ],
    "flow_source": [
        (f"PC店铺流量来源_{DAY}.csv", FLOW, "手淘搜索,,10,1,9"),
        (f"无线店铺流量来源_{DAY}.csv", FLOW, "手淘搜索,,100,10,90", "购物车,,50,9,80"),
        (f"无线店铺流量来源_最后一次访问来源_{DAY}.csv", FLOW, "手淘搜索,,90,10,70"),
        (f"无线店铺流量来源_{DAY}_2.csv", "来源,来源明细,访客数,加购人数", "手淘搜索,,100,7"),
    ],
    "item_flow_source": [
        (f"商品流量来源_600000000001_{DAY}.csv", f"{FLOW},店内跳转人数", "手淘搜索,,10,1,9,1"),
        (f"商品流量来源_600000000002_{DAY}.csv", f"{FLOW},店内跳转人数", "手淘搜索,,20,2,9,1"),
        (f"PC商品流量来源_600000000001_{DAY}.csv", f"{FLOW},店内跳转人数", "手淘搜索,,3,0,0,1"),
    ],
    "service": [
        (f"客服绩效_{DAY}.csv", AGENT, "甲,50,10", "乙,30,6", "汇总值,80,16"),
        (f"业绩询单_{DAY}.csv", "日期,询单人数,最终付款人数", f"{DAY},80,16"),
        (f"商品询单_{DAY}.csv", "商品ID,商品名称,询单人数", "600000000001,杯,9"),
    ],
    "market": [
        ("市场_a.csv", "日期,类目,指标,数值,类型", f"{DAY},杯,访客数,100,数值"),
        ("市场_b.csv", "日期,类目,指标,数值,类型", f"{DAY},碗,访客数,200,数值", f"{DAY},杯,交易指数,9,指数"),
    ],
    "rivals": [
        ("竞店_a.csv", "日期,对象类型,对象,指标,数值,类型", f"{DAY},店铺,本店,交易指数,9,指数"),
        ("竞店_b.csv", "日期,对象类型,对象,指标,数值,类型", f"{DAY},店铺,乙,交易指数,8,指数"),
        (f"商品排行_{DAY}.csv", "排名,商品ID,商品名称,店铺名称,交易指数", "1,600000000009,杯,乙,99"),
    ],
    "peers": [
        ("同行_a.csv", "日期,指标,同行同层平均,同行同层优秀", f"{DAY},访客数,9,20"),
        ("同行_b.csv", "日期,指标,同行同层平均,同行同层优秀", f"{DAY},支付转化率,2%,4%"),
    ],
    "hand_filled": [
        ("手填_a.csv", "日期,对象,指标,数值", f"{DAY},本店,首页跳失率,42%"),
        ("手填_b.csv", "日期,对象,指标,数值", f"{DAY},本店,旺旺在线时长,9"),
    ],
    "campaign_items": [
        ("活动商品_a.csv", "活动名称,商品ID,活动价格", "双11,600000000001,99", "双11,600000000002,59"),
        ("活动商品_b.csv", "活动名称,商品ID,活动价格", "双12,600000000001,89"),
    ],
    "shop_daily": [
        ("店铺取数_a.csv", "统计日期,访客数,支付买家数", f"{DAY},100,9"),
        ("店铺取数_b.csv", "统计日期,访客数,支付金额", f"{DAY},100,900.5"),
    ],
    "item_daily": [
        ("商品_a.csv", "统计日期,商品ID,商品名称,商品访客数", f"{DAY},600000000001,杯,10"),
        ("商品_b.csv", "统计日期,商品ID,商品名称,支付金额", f"{DAY},600000000001,杯,5",
         f"{DAY},600000000002,碗,9"),
    ],
}  # fmt: skip


@cache
def tables(kind):
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for name, *lines in DAYS[kind]:
            path = Path(folder) / name
            path.write_text("\n".join(lines), encoding="utf-8")
            found.append(read_export(path))
    assert {table.kind for table in found} == {kind}
    return found


def after(kind, order):
    """The history after the files in this order, by value."""
    with tempfile.TemporaryDirectory() as folder:
        store, names = Store(Path(folder)), count()
        for at in order:
            store.write("a", tables(kind)[at], name=f"{next(names)}")
        frame = store.read("a", kind)
    frame = frame[sorted(set(frame.columns) - {SOURCE})]
    rows = frame.astype("object").fillna("").to_numpy().tolist()
    return list(frame.columns), sorted([str(value) for value in row] for row in rows)


def test_every_kind_that_has_parts_is_tried():
    assert {name for name, kind in kinds().items() if kind.parts} <= DAYS.keys()


@pytest.mark.parametrize("kind", DAYS)
@settings(max_examples=5, deadline=None, database=None)
@given(data=st.data())
def test_parts_of_a_day_give_the_same_history_in_any_order_and_repetition(kind, data):
    every = list(range(len(DAYS[kind])))
    again = data.draw(st.lists(st.sampled_from(every), max_size=3))
    order = data.draw(st.permutations(every + again))
    assert after(kind, order) == after(kind, every)
