"""Words, cells, days and ids as real folders hold them, for the faults that benchmarks.reading draws."""

import datetime as dt
from collections.abc import Callable

import numpy as np

TODAY = dt.date(2026, 11, 25)
DAY = dt.date(2026, 11, 24)
Rng = np.random.Generator


def _listed(text: str) -> list[str]:
    return text.split("|")


WORDS = _listed(
    "合计|合计：|小计|总和|平均|均值|汇总(4件)|本页合计|全部商品|全店|合 计|共4件|累计|"
    "TOTAL|Grand Total|Sum|当前页汇总|所有商品|整体|合计/平均|【合计】|*合计|数据汇总|"
    "前4名合计|同比|环比|较前一日|上周同期|去年同期|对比期|日均|同行平均"
)
PARTS = _listed(
    "省份=浙江|直播间名称=甲|会员等级=V1|叶子类目=杯|品牌=甲|商品分组=A组|渠道=直播|"
    "门店=一店|人群=新客|年龄=18-24|时段=08:00-09:00|小时=8|活动名称=双11|主播=甲|"
    "内容类型=短视频|页面名称=首页|竞店名称=乙|SKU ID=9|价格带=0-50|国家=中国|分销商=甲|"
    "粉丝等级=一|业务线=甲线|终端=无线端"
)
OTHERS = (
    "日期,浏览量,访客数,成交客户数,成交单量,成交商品件数,成交金额,客单价",
    "日期,访客数,成交金额,成交人数,成交转化率,成交单量",
    "统计时间,成交金额,较上周期,成交订单数,成交买家数,访客数",
    "日期,成交金额,成交订单数,成交人数,商品曝光人数,商品点击人数",
    "日期,消耗,整体支付ROI,成交金额,展示次数,点击次数",
    "日期,支付金额,子订单均价,IPVUV,支付用户数",
    "日期,直播间访客数,直播间浏览次数,引导支付金额,支付买家数,支付金额",
    "日期,场次,开播时长,观看人数,支付金额,访客数",
    "日期,会员访客数,会员支付金额,会员支付买家数,访客数,支付金额",
    "统计日期,粉丝访客数,粉丝支付金额,支付金额,访客数",
    "统计日期,内容浏览人数,内容引导进店人数,内容引导支付金额,支付金额,支付买家数",
    "日期,销售额,UV,销量,客户数,购买转化率",
    "统计日期,访客数,浏览量,被支付卖家数,卖家数,支付金额较父类目占比",
    "日期,交易指数,流量指数,搜索人气,访客数",
    "Day,Sessions,Total sales,Orders,online_store_visitors",
    "日期,展现量,点击量,支付金额,访客数",
)
CELLS = _listed(
    "1,234|1.2万|3亿|１２３４|￥1,234.50|1234元|1 234|<5|＜5|5+|约100|100-200|100~200|"
    "暂无数据|延迟统计|#DIV/0!|#VALUE!|#REF!|NaN|Infinity|N|/|*|***|无|未知|-|--|—|null|"
    "待更新|TRUE|=1+1|=SUM(D2:D5)|12:30|2026-11-24|3.2%|1/2|1.234|12,34|1,23,4|1.2.3|1e3|"
    "1e999|0x1F|(123)|-123|123-|一千|123↑|123(+3%)|数据\n延迟|加载中|Err:502|"
    "99999999999999999999|"
)
DAYS: tuple[Callable[[dt.date], str], ...] = (
    str,
    lambda d: f"{d:%Y/%m/%d}",
    lambda d: f"{d:%Y.%m.%d}",
    lambda d: f"{d:%Y%m%d}",
    lambda d: f"{d:%Y年%m月%d日}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d} 星期{'一二三四五六日'[d.weekday()]}",
    lambda d: f"{d}(周一)",
    lambda d: f"{d}~{d}",
    lambda d: f"{d} 至 {d}",
    lambda d: f"{d} 00:00:00",
    lambda d: f"{d}T00:00:00",
    lambda d: f"{d:%m/%d/%Y}",
    lambda d: f"{d:%d/%m/%Y}",
    lambda d: f"{d:%m-%d-%y}",
    lambda d: f"{d:%d %b %Y}",
    lambda d: f"{d:%y-%m-%d}",
    lambda d: f'="{d}"',
    lambda d: f"{d}\t",
    lambda d: f"'{d}",
    lambda d: str((d - dt.date(1899, 12, 30)).days),
    lambda d: f"{d:%m月%d日}",
    lambda d: str(d).translate(str.maketrans("0123456789-", "０１２３４５６７８９－")),
)
PERIODS = _listed(
    "2026-11-18~2026-11-24|2026-11-18 至 2026-11-24|2026-11-18至11-24|"
    "2026年11月18日-11月24日|近7天|最近30天|上周|本月|第47周|2026-W47|2026年11月|2026-11"
)
IDS: tuple[Callable[[str], str], ...] = (
    str,
    lambda i: f"{i}.0",
    lambda i: f'="{i}"',
    lambda i: f"{i}\t",
    lambda i: f"'{i}",
    lambda i: f"ID：{i}",
    lambda i: f"id {i}",
    lambda i: f"{int(i):,}",
    lambda i: f"{i[0]}.{i[1:]}E+11",
    lambda i: f"{float(i):.5E}",
    lambda i: f"{float(i):.0E}",
    lambda i: f"https://detail.tmall.com/item.htm?id={i}",
    lambda i: f"{i}(下架)",
    lambda i: "############",
    lambda i: i.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    lambda i: f'=HYPERLINK("http://a?id={i}","{i}")',
)
