"""Who the demo shops are: their goods, the life of every item, and the channels visitors come through."""

import hashlib
from dataclasses import dataclass, field

CHANNELS: dict[str, tuple[str, float]] = {
    "search": ("手淘搜索", 0.34),
    "recommendation": ("手淘推荐", 0.40),
    "paid_search": ("关键词推广", 0.09),
    "paid_display": ("人群推广", 0.06),
    "paid_site": ("全站推广", 0.05),
    "affiliate": ("淘宝客", 0.03),
    "returning": ("我的淘宝", 0.08),
    "cart": ("购物车", 0.06),
    "content": ("逛逛", 0.03),
    "live": ("淘宝直播", 0.02),
    "in_shop": ("店内流转", 0.015),
    "offsite": ("站外", 0.01),
    "other": ("其他", 0.01),
    "": ("超级互动城", 0.005),
}
AD_PLANS: tuple[tuple[str, str, str, float, float], ...] = (
    ("关键词_日常爆款", "关键词推广", "paid_search", 0.6, 700.0),
    ("关键词_测款", "关键词推广", "paid_search", 0.4, 450.0),
    ("人群_拉新", "人群推广", "paid_display", 0.6, 400.0),
    ("人群_收割", "人群推广", "paid_display", 0.4, 260.0),
    ("全站_主推", "全站推广", "paid_site", 1.0, 380.0),
)
"""Plans: name, scene, channel, share of the channel's clicks, daily cap in yuan."""
PAID = ("paid_search", "paid_display", "paid_site")
OVERLAP = sum(share for _, share in CHANNELS.values())
ITEMS_PER_VISITOR = 1.25
OLD = 400
HOSTILE_TITLE = '<b>福利</b> =HYPERLINK("#","点我") 🍵<script>alert(\'杯\')</script> 补差价专拍'


@dataclass(frozen=True)
class Item:
    """One listed item. `weight` is its share of item visits on an ordinary day near the end."""

    id: str
    title: str
    category: str
    price: float
    cost: float
    plot: str
    weight: float
    appeal: float
    listed: int = OLD
    season: str = "四季"

    @property
    def promoted(self) -> bool:
        """Whether the shop pays for visitors of this item."""
        return self.plot in ("hit", "traffic", "growing") or self.plot == "new"

    def age(self, days: int) -> int:
        """How long it has been listed, in a shop of `days`: an old one was there before the first of them."""
        return max(self.listed, days) if self.listed == OLD else self.listed


@dataclass(frozen=True)
class ShopPlan:
    """One shop: how big it is, what it sells, where its sub-categories have their season."""

    id: str
    name: str
    category: str
    visitors: float
    conversion: float
    categories: dict[str, tuple[float, float, int]]
    items: tuple[Item, ...] = field(repr=False, default=())

    def ad_plan_id(self, nth: int) -> str:
        """The id of the nth plan of AD_PLANS."""
        return f"71{self.items[0].id[3:9]}{nth + 1:02d}"

    def plot(self, name: str, nth: int = 0) -> Item:
        """The nth item with this plot."""
        return [item for item in self.items if item.plot == name][nth]


# plot, how many, weight, appeal (conversion against the shop's mean), listed this many days before the end
_CAST: tuple[tuple[str, int, tuple[float, ...], float, tuple[int, ...]], ...] = (
    ("hit", 3, (0.115, 0.095, 0.080), 1.25, (OLD,)),
    ("traffic", 4, (0.055, 0.050, 0.045, 0.040), 0.62, (OLD,)),
    ("stable", 8, (0.024, 0.022, 0.020, 0.018, 0.017, 0.016, 0.012, 0.010), 1.10, (OLD,)),
    ("growing", 4, (0.038, 0.034, 0.030, 0.026), 1.05, (200, 190, 180, 170)),
    ("declining", 5, (0.012, 0.011, 0.010, 0.009, 0.008), 0.95, (OLD,)),
    ("new", 3, (0.012, 0.010, 0.009), 1.00, (26, 19, 10)),
    ("no_sale", 3, (0.0035, 0.003, 0.003), 0.80, (OLD, OLD, 150)),
    ("off_season", 1, (0.005,), 0.70, (OLD,)),
    ("duplicate", 2, (0.008, 0.005), 0.90, (OLD, 160)),
    ("sold_out", 1, (0.032,), 1.15, (OLD,)),
    ("restocked", 1, (0.018,), 1.05, (OLD,)),
    ("presale", 1, (0.014,), 1.00, (60,)),
)

# product, sub-category, price; the styles are combined with them to 36 titles
_CUPS = (
    ("马克杯", "马克杯", 39.9),
    ("保温杯", "保温杯", 89.0),
    ("玻璃杯", "玻璃杯", 29.9),
    ("茶壶", "茶具", 129.0),
    ("咖啡杯", "马克杯", 59.0),
    ("焖烧杯", "保温杯", 109.0),
    ("双层杯", "玻璃杯", 45.0),
    ("盖碗", "茶具", 69.0),
    ("情侣对杯", "马克杯", 79.0),
    ("儿童水壶", "保温杯", 75.0),
    ("冷水壶", "玻璃杯", 65.0),
    ("公道杯", "茶具", 35.0),
)
_CUP_STYLES = ("手绘山茶", "日式粗陶", "北欧简约", "复古釉下彩", "磨砂哑光", "锤纹", "竹节", "窑变", "莫兰迪")
_PAPER = (
    ("手账本", "手账", 36.0),
    ("中性笔", "书写", 19.9),
    ("和纸胶带", "手账", 25.0),
    ("桌面收纳盒", "收纳", 49.0),
    ("钢笔", "书写", 98.0),
    ("活页夹", "手账", 28.0),
    ("荧光笔", "书写", 22.0),
    ("文件架", "收纳", 58.0),
    ("贴纸礼盒", "手账", 66.0),
    ("自动铅笔", "书写", 26.0),
    ("笔袋", "收纳", 39.0),
    ("日历", "手账", 32.0),
)
_PAPER_STYLES = ("星空", "森林", "复古牛皮", "奶油色", "极简", "猫咪", "水彩", "磁吸", "大容量")

# sub-category: share of the market, height of its season (log), day of the year of its peak
_CUP_MARKET = {
    "马克杯": (0.34, 0.05, 350),
    "保温杯": (0.28, 0.18, 350),
    "玻璃杯": (0.23, 0.12, 190),
    "茶具": (0.15, 0.05, 330),
}
_PAPER_MARKET = {"手账": (0.42, 0.10, 360), "书写": (0.36, 0.06, 240), "收纳": (0.22, 0.04, 250)}


def shop_plan(shop: str) -> ShopPlan:
    """The shop `shop`; ids past demo-b get a size and appeal of their own from the letters of the id."""
    first = shop == "demo"
    bend = 0.0 if shop in ("demo", "demo-b") else (hashlib.sha256(shop.encode()).digest()[0] / 255 - 0.5)
    plan = ShopPlan(
        id=shop,
        name="山茶杯壶（演示）" if first else f"纸间文具（演示 {shop}）",
        category="家居杯壶" if first else "文具手账",
        visitors=(12_500 if first else 10_500) * (1 + 0.4 * bend),
        conversion=(0.026 if first else 0.032) * (1 + 0.2 * bend),
        categories=_CUP_MARKET if first else _PAPER_MARKET,
    )
    goods, styles = (_CUPS, _CUP_STYLES) if first else (_PAPER, _PAPER_STYLES)
    return ShopPlan(**{**vars(plan), "items": _items(shop, goods, styles)})


def _items(shop: str, goods: tuple[tuple[str, str, float], ...], styles: tuple[str, ...]) -> tuple[Item, ...]:
    """The 36 items; ids do not depend on the seed, so that params/campaigns can name them."""
    first_id = 682_100_000_000 + int.from_bytes(hashlib.sha256(shop.encode()).digest()[:3]) * 1_000
    items: list[Item] = []
    for plot, count, weights, appeal, listed in _CAST:
        for nth in range(count):
            place = len(items)
            product, category, price = goods[place % len(goods)]
            title = f"{styles[place * 5 % len(styles)]}{product} 家用{'礼盒装' if place % 4 == 0 else '款'}"
            if plot == "duplicate" and nth:
                title, category, price = items[-1].title, items[-1].category, items[-1].price
            if (plot, nth) == ("stable", 7):
                title = HOSTILE_TITLE
            if plot == "off_season":
                title = "夏日清凉限定 " + title
            items.append(
                Item(
                    id=str(first_id + 37 * place + 11),
                    title=title,
                    category=category,
                    price=price,
                    cost=round(price * (0.34 + 0.04 * (place * 7 % 6)), 2),
                    plot=plot,
                    weight=weights[nth],
                    appeal=appeal,
                    listed=listed[nth % len(listed)],
                    season="夏" if plot == "off_season" else "四季",
                )
            )
    return tuple(items)
