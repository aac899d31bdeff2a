"""What is planted in the demo shops: events, campaigns, and when each of them happens."""

import datetime as dt
from dataclasses import asdict, dataclass

from shopbook.demo.catalogue import ShopPlan

ONE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Planted:
    """One planted event. `first` and `last` count days before the newest day; `size` is a relative change."""

    id: str
    first: int
    last: int
    what: str
    metric: str
    size: float
    owner: str
    finding: str
    channel: str = ""
    item: str = ""
    rival: str = ""
    plan: str = ""
    market_too: bool = False
    note: str = ""

    def truth(self, shop: str, end: dt.date) -> dict[str, object]:
        """The record of the truth file."""
        days = [end - ONE * back for back in range(self.first, self.last - 1, -1)]
        scope = {key: getattr(self, key) for key in ("channel", "item", "rival", "plan", "note")}
        return {
            "id": f"{shop}.{self.id}",
            "shop": shop,
            "days": [str(days[0]), str(days[-1])],
            "what": self.what,
            "metric": self.metric,
            "direction": "up" if self.size > 0 else "down",
            "size": self.size,
            **{key: text for key, text in scope.items() if text},
            "market_too": self.market_too,
            "expected_owner": self.owner,
            "expected_finding_id": self.finding,
        }


@dataclass(frozen=True)
class Campaign:
    """A campaign of the shop: its phases and what it does (log effects) to promoted and other items."""

    id: str
    name: str
    phases: dict[str, tuple[dt.date, dt.date]]
    items: tuple[str, ...]
    traffic: dict[str, float]
    promoted: dict[str, float]
    rest: dict[str, float]
    discount: float = 0.9

    def as_truth(self) -> dict[str, object]:
        """Phases and effects for the truth file."""
        row = asdict(self)
        row["phases"] = {name: [str(day) for day in days] for name, days in self.phases.items()}
        return row


def events(plan: ShopPlan) -> tuple[Planted, ...]:
    """The planted events of a shop, newest first."""
    if plan.id == "demo":
        return _demo(plan)
    if plan.id == "demo-b":
        return _demo_b(plan)
    return _later_shops(plan)


def campaigns(plan: ShopPlan, end: dt.date) -> tuple[Campaign, ...]:
    """The campaigns of a shop; they keep their distance to the newest day, like the events."""
    phases = {
        "build_up": (end - 45 * ONE, end - 41 * ONE),
        "warm_up": (end - 40 * ONE, end - 38 * ONE),
        "peak": (end - 37 * ONE, end - 35 * ONE),
        "cool_down": (end - 34 * ONE, end - 21 * ONE),
    }
    if plan.id == "demo":
        chosen = [plan.plot("hit", 0), plan.plot("hit", 1), plan.plot("traffic", 0), plan.plot("growing", 0)]
        chosen += [plan.plot("stable", nth) for nth in range(4)]
        return (
            Campaign(
                "demo-autumn",
                "秋日茶会",
                phases,
                tuple(item.id for item in chosen),
                {"build_up": 0.04, "warm_up": 0.05, "peak": 0.30},
                {"warm_up": -0.22, "peak": 0.62, "cool_down": -0.08},
                {"warm_up": -0.05, "peak": -0.06, "cool_down": -0.02},
            ),
        )
    if plan.id == "demo-b":
        chosen = [
            plan.plot("hit", 1),
            plan.plot("traffic", 1),
            plan.plot("stable", 0),
            plan.plot("stable", 2),
        ]
        del phases["build_up"]
        ids = tuple(item.id for item in chosen)
        return (Campaign("demo-null", "开学返场券", phases, ids, {}, {}, {}),)
    return ()


def _demo(plan: ShopPlan) -> tuple[Planted, ...]:
    return (
        Planted(
            "recommendation_fall", 0, 0, "channel", "visitors", -0.45, "operator", "own.visitors",
            channel="recommendation", note="market flat to slightly up on that day",
        ),
        Planted(
            "stock_out", 0, 0, "stock_out", "stock_units", -1.0, "supply", "checkup.stock",
            item=plan.plot("sold_out").id, note="stock 0 at the end of the day, no unit sold",
        ),
        Planted(
            "restocked", 16, 12, "stock_out", "stock_units", -1.0, "supply", "checkup.stock",
            item=plan.plot("restocked").id, note="out of stock on these days, back afterwards",
        ),
        Planted(
            "presale", 9, 0, "presale", "pay_buyers", -1.0, "operator", "own.item",
            item=plan.plot("presale").id, note="orders come in, none is paid: presale warning",
        ),
        Planted(
            "rival_surge", 20, 0, "rival", "pay_amount", 0.65, "promotion", "rivals.traffic", rival="竞店04",
            note="rises evenly over three weeks, by 42% in visitors and 16% in value per visitor: of ten "
            "rivals only the former can be told",
        ),
        Planted(
            "budget_cap", 18, 15, "budget_cap", "ad_spend", 0.0, "promotion", "promotion.budget_cap",
            channel="paid_search", plan=plan.ad_plan_id(0),
            note="spend equals the daily cap to the cent on four days; impressions fall by a third: "
            "out of budget from midday",
        ),
        *_demo_earlier(plan),
    )  # fmt: skip


def _demo_earlier(plan: ShopPlan) -> tuple[Planted, ...]:
    """The events of the first shop before its autumn campaign."""
    return (
        Planted(
            "quality_refunds", 60, 47, "quality_refunds", "refund_amount", 4.0, "quality", "quality.refunds",
            item=plan.plot("stable", 5).id,
            note="reason 质量问题; of the shop's refunds of a day one in twenty, which is within their noise",
        ),
        Planted(
            "item_conversion_up", 56, 47, "item_conversion", "pay_conversion_rate", 0.60, "operator",
            "own.item",
            item=plan.plot("hit", 2).id,
        ),
        Planted(
            "picture", 67, 58, "picture", "ad_click_rate", -0.35, "design", "promotion.click_rate",
            item=plan.plot("traffic", 0).id, note="follows a main picture change in the change log",
        ),
        Planted(
            "market_jump", 86, 86, "market", "visitors", 0.30, "operator", "market.visitors", market_too=True,
        ),
        Planted(
            "price_raise", 101, 88, "price_raise", "pay_conversion_rate", -0.28, "operator", "own.item",
            item=plan.plot("hit", 0).id, note="price +15% on these days, in the change log",
        ),
    )  # fmt: skip


def _demo_b(plan: ShopPlan) -> tuple[Planted, ...]:
    return (
        Planted(
            "market_fall", 0, 0, "market", "visitors", -0.15, "operator", "market.visitors", market_too=True,
            note="the shop falls with its market: own.visitors must not be worse",
        ),
        Planted(
            "slow_service", 0, 0, "slow_service", "pay_conversion_rate", -0.25, "service", "own.conversion",
            note="inquiry conversion halves (service.inquiry_conversion), answers take three times as long "
            "(service.answer_time); peers do not move",
        ),
        Planted(
            "restocked", 16, 12, "stock_out", "stock_units", -1.0, "supply", "checkup.stock",
            item=plan.plot("restocked").id, note="out of stock on these days, back afterwards",
        ),
        Planted(
            "presale", 9, 0, "presale", "pay_buyers", -1.0, "operator", "own.item",
            item=plan.plot("presale").id, note="orders come in, none is paid: presale warning",
        ),
        Planted(
            "search_up", 53, 50, "channel", "visitors", 0.60, "operator", "own.visitors", channel="search",
        ),
        Planted(
            "rival_surge", 80, 60, "rival", "pay_amount", 0.65, "promotion", "rivals.traffic", rival="竞店07",
            note="rises evenly over three weeks and falls back, as the one of the first shop",
        ),
        Planted(
            "market_jump", 87, 87, "market", "visitors", 0.25, "operator", "market.visitors", market_too=True,
        ),
    )  # fmt: skip


def _later_shops(plan: ShopPlan) -> tuple[Planted, ...]:
    """Shops past the second have a quiet newest day and two earlier events."""
    shift = sum(plan.id.encode()) % 7
    return (
        Planted("channel_fall", 50 + shift, 50 + shift, "channel", "visitors", -0.5, "promotion",
        "own.visitors",
                channel="search"),
        Planted("market_jump", 87, 87, "market", "visitors", 0.25, "operator", "market.visitors",
        market_too=True),
    )  # fmt: skip
