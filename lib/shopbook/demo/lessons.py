"""The small tables of the worked examples, cut from the history of the demo shops."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from shopbook.demo.catalogue import Item, shop_plan
from shopbook.demo.generator import NEWEST
from shopbook.findings.daily.checkup_tables import stock_cover
from shopbook.findings.daily.promotion_data import ad_rows, between, unit_costs
from shopbook.findings.daily.service import service_days
from shopbook.findings.daily.terms import term_table
from shopbook.findings.facts import Facts
from shopbook.history.store import Store
from shopbook.home import find_home
from shopbook.learn.samples import comparable_days
from shopbook.metrics import frame as days_of
from shopbook.workbook.daily import facts_of

SHOPS = ("demo", "demo-b")
_WEEKS = {"days": 18, "channels": 10, "rivals": 4, "life": 13}
_OWN = ["visitors", "pageviews", "order_buyers", "pay_buyers", "pay_amount", "cart_buyers", "refund_amount"]
_PEERS = ["visitors", "pay_conversion_rate", "avg_order_value", "pay_amount"]
_ITEM = ["item_visitors", "cart_buyers", "order_buyers", "pay_buyers", "pay_units", "pay_amount"]
_LIFE = ("declining", "restocked", "stable")
# The first example is about a conversion near one percent: of the first shop's buyers, and of its peers'
# conversion, the same share is kept on every day, so that no comparison changes but its width.
_CONVERSION = {"demo": (dt.date(2026, 8, 21), 0.475), "demo-b": (NEWEST, 1.0)}


def write_lessons(store: Store, folder: Path) -> list[Path]:
    """Write every table of every shop from a history made by `shopbook demo`; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for shop in SHOPS:
        for name, table in _TABLES.items():
            path = folder / f"{name}-{shop}.csv"
            rows = table(store, shop)
            text = rows.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d", float_format="%.8g")
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    return written


def _days(store: Store, shop: str) -> pd.DataFrame:
    """The shop, its market and its peers, a row a day."""
    own = _read(store, shop, "shop_daily", "days").set_index("date")[_OWN]
    market = days_of.market_days(_main_category(_read(store, shop, "market", "days"), shop))
    peers = days_of.peer_days(_read(store, shop, "peers", "days"))[_PEERS].add_prefix("peer_")
    joined = own.join(market[["visitors"]].add_prefix("market_")).join(peers).reset_index()
    return _whole(joined, [*(name for name in _OWN if "amount" not in name), "market_visitors"])


def _channels(store: Store, shop: str) -> pd.DataFrame:
    """First-level sources, a row a source and day, as the report names them."""
    rows = days_of.channel_days(_read(store, shop, "flow_source", "channels"))
    names = rows.drop_duplicates("channel", keep="last").set_index("channel")["label"]
    rows = rows.assign(label=rows["channel"].map(names))
    return _whole(rows[["date", "channel", "label", "visitors", "pay_buyers"]], ["visitors", "pay_buyers"])


def _rivals(store: Store, shop: str) -> pd.DataFrame:
    """Rival shops' indices, a row a shop and day."""
    rows = days_of.rival_days(_read(store, shop, "rivals", "rivals"))
    figures = ["trade_index", "traffic_index", "pay_conversion_index", "rank"]
    return _whole(rows[["date", "entity", *figures]], figures)


def _items(store: Store, shop: str) -> pd.DataFrame:
    """What an item is: its name and sub-category."""
    rows = [(item.id, item.title, item.category) for item in shop_plan(shop).items]
    return pd.DataFrame(rows, columns=["item_id", "item_name", "category"])


def _item_days(store: Store, shop: str) -> pd.DataFrame:
    """Items on the newest day and its four comparable days."""
    rows = _read(store, shop, "item_daily", "life")
    wanted = [pd.Timestamp(day) for day in (NEWEST, *comparable_days(shop, NEWEST))]
    rows = rows[rows["date"].isin(wanted)]
    counts = [name for name in _ITEM if "amount" not in name]
    return _whole(rows[["date", "item_id", *_ITEM]], counts)


def _item_weeks(store: Store, shop: str) -> pd.DataFrame:
    """Items in the last four weeks, a row an item and week (stamped with its last day)."""
    rows = _read(store, shop, "item_daily", "life")
    back = (pd.Timestamp(NEWEST) - rows["date"]).dt.days // 7
    rows = rows.assign(week=pd.Timestamp(NEWEST) - pd.to_timedelta(back * 7, unit="D"))[back < 4]
    sums = rows.groupby(["week", "item_id"], as_index=False)[["item_visitors", "pay_buyers"]].sum()
    return _whole(sums, ["item_visitors", "pay_buyers"])


def _life(store: Store, shop: str) -> pd.DataFrame:
    """Three items over a quarter, with their stock and their sub-category's visitors."""
    plan = shop_plan(shop)
    items = [plan.plot(name) for name in _LIFE]
    rows = _read(store, shop, "item_daily", "life")
    rows = rows[rows["item_id"].isin([item.id for item in items])]
    stock = _read(store, shop, "stock", "life")[["date", "item_id", "stock_units"]]
    joined = rows[["date", "item_id", "item_visitors", "pay_buyers", "pay_units"]].merge(
        stock, how="left", on=["date", "item_id"], validate="one_to_one"
    )
    visitors = _category_visitors(_read(store, shop, "market", "life"), items)
    joined = joined.merge(visitors, how="left", on=["date", "item_id"], validate="one_to_one")
    counts = ["item_visitors", "pay_buyers", "pay_units", "stock_units", "category_visitors"]
    return _whole(joined.sort_values(["item_id", "date"]), counts)


def _conversion(store: Store, shop: str) -> pd.DataFrame:
    """Visitors, buyers and the peers' conversion up to the day of the first example."""
    day, kept = _CONVERSION[shop]
    first = day - dt.timedelta(weeks=12)
    own = store.read(shop, "shop_daily", first, day).set_index("date")[["visitors", "pay_buyers"]]
    peers = days_of.peer_days(store.read(shop, "peers", first, day))["pay_conversion_rate"]
    table = own.assign(
        pay_buyers=(own["pay_buyers"] * kept).round(), peer_conversion=(peers * kept).round(5)
    ).reset_index()
    return _whole(table, ["visitors", "pay_buyers"])


def _facts(store: Store, shop: str) -> Facts:
    home = find_home()
    return facts_of(home, store, shop, NEWEST)


def _ads(store: Store, shop: str) -> pd.DataFrame:
    """Ad plans, a row a plan and day."""
    rows = ad_rows(_facts(store, shop), "plan")
    rows = rows[rows["date"] > pd.Timestamp(NEWEST) - pd.Timedelta(days=43)]
    rows = rows.rename(columns={"label": "plan"})[["date", "plan", "ad_clicks", "ad_spend", "ad_revenue"]]
    return _whole(rows, ["ad_clicks"])


def _stock(store: Store, shop: str) -> pd.DataFrame:
    """Items with a stock: what is left, what sells a day, what four weeks brought and what a piece costs."""
    facts = _facts(store, shop)
    rows = stock_cover(facts)[["stock_units", "rate"]].rename(columns={"rate": "units_a_day"})
    sold = between(facts.items, NEWEST).groupby("item_id")[["pay_units", "pay_amount"]].sum()
    rows = rows.join(sold).join(unit_costs(facts)).rename_axis("item_id").reset_index()
    return _whole(rows, ["stock_units", "pay_units"])


def _service(store: Store, shop: str) -> pd.DataFrame:
    """Customer service, a row a day."""
    facts = _facts(store, shop)
    days = service_days(facts.frames["service"])
    own = days[["avg_response_seconds", "inquiry_visitors", "inquiry_buyers"]]
    rows = own.loc[pd.Timestamp(NEWEST) - pd.Timedelta(weeks=10) :].reset_index()
    return _whole(rows, ["inquiry_visitors", "inquiry_buyers"])


def _terms(store: Store, shop: str) -> pd.DataFrame:
    """Search terms over the four weeks of the page."""
    rows = pd.DataFrame(term_table(_facts(store, shop)))
    return _whole(rows[["search_term", "visitors", "pay_buyers"]], ["visitors", "pay_buyers"])


def _targets(store: Store, shop: str) -> pd.DataFrame:
    """The targets of the month of the report day."""
    rows = store.read(shop, "targets")
    return rows[rows["month"].astype(str).str[:7] == f"{NEWEST:%Y-%m}"][["month", "metric", "target"]]


_TABLES: dict[str, Callable[[Store, str], pd.DataFrame]] = {
    "days": _days,
    "channels": _channels,
    "rivals": _rivals,
    "items": _items,
    "item_days": _item_days,
    "item_weeks": _item_weeks,
    "life": _life,
    "conversion": _conversion,
    "ads": _ads,
    "stock": _stock,
    "service": _service,
    "terms": _terms,
    "targets": _targets,
}


def _read(store: Store, shop: str, kind: str, table: str) -> pd.DataFrame:
    return store.read(shop, kind, NEWEST - dt.timedelta(weeks=_WEEKS[table]), NEWEST)


def _main_category(market: pd.DataFrame, shop: str) -> pd.DataFrame:
    return market[market["category"] == shop_plan(shop).category]


def _category_visitors(market: pd.DataFrame, items: list[Item]) -> pd.DataFrame:
    """Visitors of each item's sub-category: a row an item and day."""
    rows = market[market["metric"].isin(["visitors", "market_visitors"])]
    parts = [
        rows.loc[rows["category"] == item.category, ["date", "value"]].assign(item_id=item.id)
        for item in items
    ]
    return pd.concat(parts).rename(columns={"value": "category_visitors"})


def _whole(table: pd.DataFrame, counts: list[str]) -> pd.DataFrame:
    """`table` with its counts as whole numbers; an unknown one stays empty."""
    return table.assign(**{name: table[name].round().astype("Int64") for name in counts})
