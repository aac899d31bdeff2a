"""The answers of the examples: functions over the sample that call what the reports call."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from shopbook.analysis.compare import Comparison, against
from shopbook.analysis.decompose import Part, channel_causes
from shopbook.analysis.heroes import hero_ranking
from shopbook.analysis.review import base_days
from shopbook.analysis.stages import StageHints, latest_stages, weekly_stages
from shopbook.analysis.uplift import Uplift, uplift
from shopbook.days import span
from shopbook.findings.daily.own import channel_sides
from shopbook.learn import samples
from shopbook.metrics.ratio import pooled, ratio
from shopbook.read import check, read_export
from shopbook.workbook.day import Day


@cache
def loaded(shop: str) -> Day:
    """The sample day, loaded once for all answers about it."""
    return samples.day(shop)


# 01 conversion


def conversion_history(shop: str) -> tuple[pd.DataFrame, list[dt.date]]:
    """The table of the example indexed by day, and the comparable days of its last day."""
    rows = samples.table("conversion", shop).set_index("date")
    return rows, samples.comparable_days(shop, rows.index[-1].date())


@cache
def conversion(shop: str) -> Comparison:
    """The last day's conversion against its comparable days and the peers."""
    rows, days = conversion_history(shop)
    day = rows.index[-1].date()
    return against(
        rows[["pay_buyers", "visitors"]],
        day,
        kind="rate",
        baseline_days=days,
        reference=rows["peer_conversion"],
        skip=samples.special_days(shop, "conversion"),
    )


# 02 sources


def source_parts(shop: str, *, market: bool = True) -> list[Part]:
    """What each source did to the shop's visitors, the market's shift taken off first."""
    facts = loaded(shop).facts
    now, before, names = channel_sides(facts, "visitors")
    found = facts.compare("visitors")
    shift = found.shift if market else None
    return channel_causes(now, before, (found.value, found.baseline), market_change=shift, labels=names)


def source_effect(shop: str, channel: str, *, market: bool = True) -> float:
    """Visitors one source brought more or fewer than usual."""
    return next(
        part.effect for part in source_parts(shop, market=market) if part.scope.get("channel") == channel
    )


def main_cause(shop: str) -> str:
    """The largest cause by size: a source's id, or a factor such as market."""
    largest = max(source_parts(shop), key=lambda part: abs(part.effect))
    return largest.scope.get("channel") or largest.scope["factor"]


# 03 rival or market


def visitors(shop: str) -> Comparison:
    """The day's visitors against comparable days and the market."""
    return loaded(shop).facts.compare("visitors")


def fastest_rival(shop: str, figure: str = "amount_change") -> str:
    """The rival that grew most this week."""
    rivals = loaded(shop).table("rivals")
    return str(rivals[rivals["rival"] != "self"].sort_values(figure)["rival"].iloc[-1])


# 04 presale


@cache
def newest_items(shop: str) -> pd.DataFrame:
    """The newest item report of the sample, read from its messy file."""
    return read_export(samples.export("商品_全部_2026-11-20_2026-11-20.xls", shop), shop=shop).frame


def presale_item(shop: str) -> pd.Series:
    """The item with the most orders of which none is paid."""
    rows = newest_items(shop)
    waiting = rows[rows["pay_buyers"].fillna(0) == 0]
    return waiting.nlargest(1, "order_buyers").iloc[0]


def presale_rate(shop: str) -> float:
    """The presale item's order conversion."""
    return float(ratio("order_conversion_rate", presale_item(shop)))


# 05 hero


def item_sums(shop: str) -> pd.DataFrame:
    """Items over the four weeks, from sums, as the ranking asks for them."""
    weeks = samples.table("item_weeks", shop)
    sums = weeks.groupby("item_id", as_index=False)[["item_visitors", "pay_buyers"]].sum()
    sums = sums.rename(columns={"item_visitors": "visitors", "pay_buyers": "buyers"})
    return sums.assign(week_visitors=sums["visitors"] / weeks["week"].nunique())


def heroes(shop: str) -> pd.DataFrame:
    """Items by the conversion they almost surely have."""
    return hero_ranking(item_sums(shop))


# 06 campaign


def net_sales(shop: str, *, refunds: bool = False) -> float:
    """Sales of warm-up and peak less refunds (with `refunds`: not less them), yuan."""
    days = samples.table("days", shop).set_index("date").loc[_slice(samples.windows(shop).gross)]
    return float((days["pay_amount"] - (0.0 if refunds else days["refund_amount"])).sum())


def base_sales(shop: str, *, until: str = "base") -> float:
    """Mean sales of an ordinary day before the campaign; `until="end"` lets the campaign's days in."""
    windows = samples.windows(shop)
    last = windows.base_last if until == "base" else windows.gross[1]
    left_out = samples.special_days(shop) if until == "base" else []
    amounts = samples.table("days", shop).set_index("date")["pay_amount"]
    return float(amounts[pd.DatetimeIndex(base_days(last, left_out))].mean())


@cache
def campaign_effect(shop: str) -> Uplift:
    """What the campaign added, gross and net of what was only pulled forward."""
    days = samples.table("days", shop).set_index("date")
    series = days[["pay_amount", "peer_pay_amount"]].set_axis(["value", "control"], axis=1)
    windows = samples.windows(shop)
    left_out = [day for day in samples.special_days(shop) if day <= windows.base_last]
    return uplift(series, windows, left_out=left_out)


# 07 declining or out of stock


@cache
def life_stages(shop: str, *, stock: bool = True) -> pd.DataFrame:
    """The newest stage of the three items; without `stock` the days without goods count like any other."""
    rows = samples.table("life", shop)
    market = rows.pivot_table(index="date", columns="item_id", values="category_visitors")
    category = {item: item for item in market.columns}
    empty = rows.loc[rows["stock_units"] == 0, ["date", "item_id"]]
    hints = StageHints(category=category, stock_outs=empty if stock else None)
    return latest_stages(weekly_stages(rows, market, hints=hints)).set_index("item_id")


def weaker_item(shop: str, *, raw: bool = False) -> str:
    """The item that loses to its category; `raw`: the one whose visitors fell most, whatever the reason."""
    if not raw:
        stages = life_stages(shop)
        return str(stages["slope"].idxmin())
    wide = samples.table("life", shop).pivot_table(index="date", columns="item_id", values="item_visitors")
    return str((wide.iloc[-16:-11].mean() / wide.iloc[-23:-18].mean()).idxmin())


# 08 the wrong export


def missing_header(path: Path) -> str:
    """The first header a refused file lacks, as the message names it."""
    lacking = [each for each in check(path).problems if each.code == "missing_column"]
    columns: Any = lacking[0].values["columns"]
    return str(columns[0])


def broken_export(shop: str) -> Path:
    """The wrong file of the example: an item report, for the second shop a market sheet."""
    if shop == "demo":
        return samples.export("缺商品ID", shop)
    return samples.without_column("市场大盘", "日期", shop)


def repaired_rows(shop: str = "demo") -> int:
    """Rows of the right item report of that day."""
    return len(newest_items(shop))


# 09 a question of one's own


def basket_of(shop: str, *, weekend: bool, ordinary: bool = True) -> float:
    """Amount per buyer on weekends or working days, from sums; `ordinary` leaves special days out."""
    rows = own_days(shop) if ordinary else samples.table("days", shop)
    chosen = rows[(rows["date"].dt.day_of_week >= 5) == weekend]
    return pooled("avg_order_value", chosen)


def own_days(shop: str) -> pd.DataFrame:
    """The shop's ordinary days."""
    rows = samples.table("days", shop)
    return rows[~rows["date"].isin(pd.DatetimeIndex(samples.special_days(shop)))]


def _slice(ends: tuple[dt.date, dt.date]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(span(*ends))
