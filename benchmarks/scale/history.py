"""The history of the large shop: the demo's exports, taken in as usual, their item tables then widened."""

import datetime as dt
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.scale.world import World, build

from shopbook.columns import columns
from shopbook.demo.generator import NEWEST, generate_shop
from shopbook.history.inbox import ingest
from shopbook.history.store import Store
from shopbook.home import PROJECT, Home
from shopbook.read import ExportTable, Provenance

SHOP, DAY = "demo", NEWEST
DAYS, WEEKS = 90, 60
SOURCE_ITEMS, ADVERTISED = 50, 400
CHANNELS = {
    "手淘搜索": "search", "手淘推荐": "recommendation", "直通车": "paid_search",
    "引力魔方": "paid_display", "全站推广": "paid_site", "淘宝客": "affiliate", "我的淘宝": "returning",
    "购物车": "cart", "逛逛": "content", "淘宝直播": "live",
}  # fmt: skip
_SHARES = np.array([0.28, 0.24, 0.10, 0.08, 0.05, 0.05, 0.07, 0.06, 0.04, 0.03])
_ADDED = ("persons", "count", "CNY")
_CHUNK = 70


def write(root: Path, items: int, seed: int) -> Home:
    """Fill the data folder `root` with 90 days of one shop and 60 weeks of its `items` items."""
    home = Home(PROJECT, root)
    generate_shop(home.inbox, SHOP, days=DAYS, end=DAY, seed=seed)
    ingest(home, today=DAY + dt.timedelta(days=1))
    store = Store(home.history)
    demo = store.read(SHOP, "item_daily")
    first = demo.drop_duplicates("item_id", keep="last").sort_values("item_visitors", ascending=False)
    tags = store.read(SHOP, "item_tags").set_index("item_id")["category"]
    price = (first["pay_amount_ytd"] / 2000).clip(20, 200).fillna(60.0)
    first = first.assign(price=price.round(1), category=tags.reindex(first["item_id"]).to_numpy())
    days = pd.date_range(end=DAY, periods=7 * WEEKS)
    world = build(items, days, first[["item_id", "item_name", "price", "category"]].iloc[:items], seed)
    rng = np.random.default_rng(seed + 1)
    for start in range(0, len(days), _CHUNK):
        part = slice(start, start + _CHUNK)
        wide = start + _CHUNK > len(days) - DAYS
        _put(store, "item_daily", _item_daily(world, part, list(demo.columns) if wide else [], rng))
        _put(store, "stock", _stock(world, part))
    _put(store, "item_tags", _tags(world))
    _put(store, "item_flow_source", _sources(world, store.read(SHOP, "item_flow_source"), rng))
    _put(store, "ad_report", _ads(world, store.read(SHOP, "ad_report"), rng))
    _put(store, "audience_item", _audience(world, store.read(SHOP, "audience_item"), rng))
    _put(store, "market", _market(store.read(SHOP, "market"), days, rng))
    _put(store, "order_lines", _orders(world, rng))
    _put(store, "refunds", _copied(store.read(SHOP, "refunds"), world, rng, copies=8))
    _put(store, "search_terms", _copied(store.read(SHOP, "search_terms"), world, rng, copies=8))
    grown = float(world.visitors[-DAYS:].sum() / demo["item_visitors"].sum())
    for kind in ("shop_daily", "flow_source"):
        _put(store, kind, _scaled(store.read(SHOP, kind), grown))
    for kind in store.kinds(SHOP):
        store.copy_months(SHOP, kind)
    return home


def _put(store: Store, kind: str, frame: pd.DataFrame) -> None:
    sha256 = hashlib.sha256(f"{kind} {len(frame)}".encode()).hexdigest()
    told = Provenance(f"{kind}.xlsx", sha256, "xlsx", "", "", (), 1, len(frame))
    values = {
        name: column.tolist() if column.dtype == "str" else column.to_numpy()
        for name, column in frame.items()
    }
    store.write(SHOP, ExportTable(kind, values, (), told))


def _grid(world: World, part: slice) -> tuple[np.ndarray, np.ndarray]:
    """Positions of day and item of every row of the item report: items that are listed that day."""
    day, item = np.nonzero(world.listed[part])
    return day + (part.start or 0), item


def _item_daily(world: World, part: slice, columns_of: list[str], rng: np.random.Generator) -> pd.DataFrame:
    """The item report; with all of `columns_of` (an export of today), else what an old export holds."""
    day, item = _grid(world, part)
    visitors, buyers = world.visitors[day, item], world.buyers[day, item]
    amount, carts = world.amount[day, item], rng.binomial(visitors, 0.085)
    search = rng.binomial(visitors, 0.3)
    rows = pd.DataFrame(
        {
            "date": world.days[day].as_unit("ns"),
            "item_id": pd.Series(world.item_id[item], dtype="str"),
            "item_name": pd.Series(world.item_name[item], dtype="str"),
            "item_status": pd.Series(["当前在线"] * len(day), dtype="str"),
            "item_visitors": visitors,
            "item_bounce_rate": np.round(rng.normal(0.6, 0.05, len(day)).clip(0, 1), 4),
            "favorite_buyers": rng.binomial(visitors, 0.04),
            "cart_buyers": carts,
            "order_buyers": buyers + rng.binomial(buyers, 0.1),
            "pay_buyers": buyers,
            "pay_units": world.units[day, item],
            "pay_amount": amount,
            "refund_amount": np.where(rng.random(len(day)) < 0.06, amount, 0.0),
            "search_visitors": search,
        }
    )
    if not columns_of:
        return _floats(rows)
    texts = {"parent_item_id": "", "item_type": "主商品", "item_tags": ""}
    rows["item_code"] = pd.Series(np.char.add("SC", item.astype(str)), dtype="str")
    for name, text in texts.items():
        rows[name] = pd.Series([text] * len(day), dtype="str")
    rate = buyers / np.maximum(visitors, 1)
    more = {
        "item_pageviews": visitors * 1.6, "avg_stay_seconds": rng.normal(38, 6, len(day)),
        "cart_units": carts * 1.2, "order_units": rows["order_buyers"] * 1.1, "order_amount": amount * 1.08,
        "order_conversion_rate": rate * 1.1, "pay_conversion_rate": rate, "new_buyers": buyers * 0.8,
        "returning_buyers": buyers * 0.2, "returning_amount": amount * 0.2, "ju_pay_amount": 0.0 * amount,
        "visitor_value": amount / np.maximum(visitors, 1), "pay_amount_ytd": amount * 200,
        "competitiveness_score": rng.uniform(40, 90, len(day)), "pay_amount_mtd": amount * 15,
        "pay_units_mtd": rows["pay_units"] * 15,
        "search_pay_conversion_rate": rate, "search_pay_buyers": rng.binomial(search, 0.02),
    }  # fmt: skip
    for name, values in more.items():
        rows[name] = np.round(values, 4)
    return _floats(rows.reindex(columns=columns_of))


def _floats(rows: pd.DataFrame) -> pd.DataFrame:
    whole = {name: float for name, kind in rows.dtypes.items() if kind.kind in "iu"}
    return rows.astype(whole)


def _stock(world: World, part: slice) -> pd.DataFrame:
    day, item = _grid(world, part)
    season = np.where(np.arange(len(world.item_id)) % 40 == 0, "夏", "四季")
    return pd.DataFrame(
        {
            "date": world.days[day].as_unit("ns"),
            "item_id": pd.Series(world.item_id[item], dtype="str"),
            "stock_units": world.stock[day, item].astype(float),
            "unit_cost": world.cost[item],
            "listed_on": world.listed_on[item].as_unit("ns"),
            "season": pd.Series(season[item], dtype="str"),
        }
    )


def _tags(world: World) -> pd.DataFrame:
    texts = {"item_id": world.item_id, "category": world.category}
    rows = {name: pd.Series(values, dtype="str") for name, values in texts.items()}
    empty = pd.Series([""] * len(world.item_id), dtype="str")
    return pd.DataFrame({**rows, "role": empty, "stage_lock": empty})


def _sources(world: World, like: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Sources of the largest items, ten channels, each with one detail, over the days of the exports."""
    days, channels = world.days[-DAYS:], len(CHANNELS)
    visits = world.visitors[-DAYS:, :SOURCE_ITEMS]
    mix = _SHARES * np.exp(rng.normal(0, 0.2, (SOURCE_ITEMS, channels)))
    seen = rng.binomial(visits[:, :, None], np.minimum(mix / mix.sum(axis=1, keepdims=True), 1.0))
    day, item, channel = (each.ravel() for each in np.indices(seen.shape))
    labels, ids = np.array(list(CHANNELS)), np.array(list(CHANNELS.values()))
    visitors = seen.ravel().astype(float)
    buyers = rng.binomial(seen.ravel(), 0.025).astype(float)
    top = pd.DataFrame(
        {
            "date": days[day].as_unit("ns"), "item_id": world.item_id[item], "device": "wireless",
            "channel_label": labels[channel], "channel_detail": "", "visitors": visitors,
            "pageviews": visitors * 1.6, "pay_amount": buyers * 80, "stay_shop_visitors": visitors * 0.3,
            "leave_shop_visitors": visitors * 0.6, "favorite_buyers": 0.0, "cart_buyers": visitors * 0.08,
            "order_buyers": buyers, "order_conversion_rate": buyers / np.maximum(visitors, 1),
            "pay_units": buyers, "pay_buyers": buyers,
            "pay_conversion_rate": buyers / np.maximum(visitors, 1), "direct_pay_buyers": buyers,
            "level": 1, "channel": ids[channel],
        }
    )  # fmt: skip
    detail = top.assign(level=2, channel_detail=top["channel_label"] + "-全部")
    both = pd.concat([top, detail]).sort_values(["date", "item_id"], kind="stable")
    return both[like.columns].astype(like.dtypes.to_dict())


def _ads(world: World, like: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The ad report by item: a tenth of the visits of the advertised items; other levels stay the demo's."""
    visits = world.visitors[-DAYS:, :ADVERTISED]
    day, item = np.nonzero(visits > 0)
    clicks = rng.binomial(visits[day, item], 0.1).astype(float)
    spend, orders = clicks * 1.1, rng.binomial(clicks.astype(np.int64), 0.02).astype(float)
    revenue = orders * world.price[item]
    known = {
        "date": world.days[-DAYS:][day].as_unit("ns"), "level": "item", "item_id": world.item_id[item],
        "item_name": world.item_name[item], "ad_subject_type": "商品", "ad_impressions": clicks * 25,
        "ad_clicks": clicks, "ad_spend": spend, "ad_click_rate": 0.04, "ad_cost_per_click": 1.1,
        "ad_revenue": revenue, "ad_revenue_direct": revenue * 0.7, "ad_revenue_indirect": revenue * 0.3,
        "ad_orders": orders, "ad_direct_orders": orders, "ad_visitors": np.round(clicks * 0.9),
        "ad_carts": np.round(clicks * 0.08), "ad_roi": revenue / np.maximum(spend, 1),
    }  # fmt: skip
    rows = pd.DataFrame(known, index=range(len(day))).reindex(columns=like.columns)
    texts = [name for name, kind in like.dtypes.items() if kind == "str"]
    rows[texts] = rows[texts].fillna("")
    return rows.fillna({name: 0.0 for name in rows if name not in texts}).astype(like.dtypes.to_dict())


def _audience(world: World, like: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The audience report of every item over the days the demo has one: its rows, dealt to the items."""
    days = np.sort(like["date"].unique())
    dealt = rng.integers(0, len(like), (len(days), len(world.item_id)))
    rows = like.iloc[dealt.ravel()].assign(
        date=np.repeat(days, len(world.item_id)),
        item_id=np.tile(world.item_id, len(days)),
        item_name=np.tile(world.item_name, len(days)),
    )
    return rows.astype(like.dtypes.to_dict())


def _market(like: pd.DataFrame, days: pd.DatetimeIndex, rng: np.random.Generator) -> pd.DataFrame:
    """The market's visitors by category over all weeks before the demo's days, around their mean there."""
    known = like[(like["metric"] == "visitors") & (like["value_type"] == "value")]
    before = days[days < like["date"].min()]
    usual = known.groupby("category")["value"].mean()
    rows = pd.DataFrame(
        {
            "date": np.repeat(before.as_unit("ns"), len(usual)),
            "category": np.tile(usual.index, len(before)), "metric": "visitors", "value_type": "value",
            "value": np.tile(usual, len(before)) * np.exp(rng.normal(0, 0.04, len(usual) * len(before))),
        }
    ).reindex(columns=like.columns)  # fmt: skip
    return pd.concat([rows, like], ignore_index=True).astype(like.dtypes.to_dict())


def _orders(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Order lines of all sales of the exports' days; two lines in five belong to an order with another."""
    sold = world.buyers[-DAYS:]
    day, item = (np.repeat(each, sold[np.nonzero(sold)]) for each in np.nonzero(sold))
    order = np.arange(len(day)) - (rng.random(len(day)) < 0.2)
    return pd.DataFrame(
        {
            "date": world.days[-DAYS:][day].as_unit("ns"),
            "order_id": pd.Series((7_000_000_000 + order).astype(str), dtype="str"),
            "buyer": pd.Series(
                [f"{number:08x}" for number in rng.integers(0, 60_000, len(day))], dtype="str"
            ),
            "item_id": pd.Series(world.item_id[item], dtype="str"),
            "units": 1.0,
            "amount": world.price[item],
        }
    )


def _copied(rows: pd.DataFrame, world: World, rng: np.random.Generator, copies: int) -> pd.DataFrame:
    """Every row several times: refunds of other orders and items, terms with another ending."""
    many = pd.concat([rows.assign(copy=number) for number in range(copies)], ignore_index=True)
    ending = many["copy"].astype(str)
    if "refund_id" in rows:
        item = rng.integers(0, len(world.item_id), len(many))
        changed = {"refund_id": many["refund_id"] + ending, "order_id": many["order_id"] + ending,
                   "item_id": world.item_id[item], "item_name": world.item_name[item]}  # fmt: skip
    else:
        changed = {"search_term": many["search_term"] + " " + ending}
    made = many.assign(**changed).sort_values(["date", "copy"], kind="stable").drop(columns="copy")
    return made.astype(rows.dtypes.to_dict())


def _scaled(rows: pd.DataFrame, factor: float) -> pd.DataFrame:
    """Persons, counts and money of the whole shop, as many times larger as its items sell more."""
    known = columns()
    amounts = [
        name
        for name, kind in rows.dtypes.items()
        if kind.kind == "f"
        and name in known
        and known[name].unit in _ADDED
        and known[name].aggregate == "sum"
    ]
    return rows.assign(**{name: (rows[name] * factor).round(2) for name in amounts})
