"""Hand-filled templates as CSV text: headers and one example row."""

from shopbook.errors import ParamsError

# Chinese headers and an example row, as an operator would fill it
_TEMPLATES: dict[str, tuple[str, str]] = {
    "market": ("日期,类目,指标,数值,类型", "2026-11-20,连衣裙,访客数,1250000,数值"),
    "peers": ("日期,指标,同行同层平均,同行同层优秀", "2026-11-20,支付转化率,2.15%,4.30%"),
    "rivals": ("日期,对象类型,对象,指标,数值,类型", "2026-11-20,店铺,本店,交易指数,12345,指数"),
    "campaign_items": ("活动名称,商品ID,活动价格,一口价,活动库存", "双11,612345678901,159,229,500"),
    "stock": (
        "日期,商品ID,可售库存,成本价,上架日期,季节",
        "2026-11-20,612345678901,320,68.5,2026-09-01,秋冬",
    ),
    "item_tags": ("商品ID,类目,角色,阶段锁定", "612345678901,连衣裙,利润款,"),
    "hand_filled": ("日期,对象,指标,数值", "2026-11-20,本店,首页跳失率,42.5%"),
    "targets": ("月份,指标,目标值", "2026-11,支付金额,1500000"),
    "change_log": ("日期,商品ID,改动", "2026-11-20,612345678901,更换主图"),
    "order_lines": (
        "日期,订单编号,买家,商品ID,件数,实付",
        "2026-11-20,3300000000000000001,买家昵称,612345678901,1,159.00",
    ),
    "item_flow_source": (
        "日期,商品ID,流量来源,来源明细,访客数,浏览量,收藏人数,加购人数,支付买家数,支付金额",
        "2026-11-20,612345678901,手淘搜索,,1200,2100,60,95,30,4770.00",
    ),
}
_DOWNLOADS = {
    "shop_daily": "生意参谋 > 自助取数 > 店铺日报",
    "item_daily": "生意参谋 > 品类 > 商品排行 > 下载",
    "flow_source": "生意参谋 > 流量 > 店铺来源 > 下载",
    "search_terms": "生意参谋 > 流量 > 选词助手 > 引流搜索词 > 下载",
    "ad_report": "万相台 > 报表 > 计划/商品/人群/关键词报表 > 下载",
    "affiliate": "淘宝联盟 > 效果报表 > 店铺日报 > 下载",
    "service": "生意参谋 > 服务 > 客服绩效 > 自制报表 > 下载",
    "dsr": "千牛 > 店铺 > 店铺DSR数据",
    "refunds": "千牛 > 交易 > 退款管理 > 批量导出",
    "audience_item": "达摩盘 > 货品 > 全店单品日度 > 下载",
}
TEMPLATE_KINDS = tuple(_TEMPLATES)


def template(kind: str) -> str:
    """The CSV text of a hand-filled kind; a platform kind is an error that says where to download it."""
    if kind in _TEMPLATES:
        return "\n".join(_TEMPLATES[kind]) + "\n"
    if kind in _DOWNLOADS:
        raise ParamsError(
            "{kind} is downloaded, not filled by hand: {where}.", kind=kind, where=_DOWNLOADS[kind]
        )
    raise ParamsError(
        "{found!r} is not a kind with a template; choose one of {kinds}.",
        found=kind,
        kinds=", ".join(TEMPLATE_KINDS),
    )
