"""Warnings about the data itself, said before any number: what is missing, late, odd or not comparable."""

import datetime as dt
from collections.abc import Callable
from functools import partial

import pandas as pd

from shopbook import units
from shopbook.days import span
from shopbook.findings.facts import Facts, lookup
from shopbook.findings.finding import DataWarning
from shopbook.findings.warnings.comparable import no_market, short_base, unwritten_campaigns
from shopbook.findings.warnings.found import Found, short
from shopbook.findings.warnings.history import history_warnings
from shopbook.kinds import is_irregular, kind_name, kind_place
from shopbook.metrics.ratio import ratio
from shopbook.text import tr

EVERY_DAY = ("shop_daily", "item_daily", "flow_source", "market", "peers", "rivals")
_WINDOW = 28
_PRESALE_DAYS = 7


def data_warnings(facts: Facts, kinds: tuple[str, ...] = EVERY_DAY) -> list[DataWarning]:
    """Every warning of the day, blocking first; `kinds` are the exports the page lives on."""
    checks: tuple[Callable[[Facts], Found], ...] = (
        _partial_day,
        _unsourced_jump,
        _missing_days,
        short_base,
        unwritten_campaigns,
        no_market,
        _ratio_checks,
        _presale,
        _stock_out,
        _off_shelf,
        _small_sample,
        _overlap,
        _restated,
        _holidays,
    )
    found = [*_missing_exports(facts, kinds), *history_warnings(facts, kinds)]
    for check in checks:
        found += facts.once(check, partial(list, check(facts)))
    order = {"blocking": 0, "warn": 1, "info": 2}
    made = [
        DataWarning(level=facts.rules.warnings[code].level, code=code, text=text, scope=scope)
        for code, text, scope in found
    ]
    return sorted(made, key=lambda warning: order[warning.level])


def _missing_exports(facts: Facts, kinds: tuple[str, ...]) -> Found:
    for kind in kinds:
        frame = facts.frames.get(kind)
        if frame is None or frame.empty:
            newest = facts.newest(kind)
        elif is_irregular(kind) or "date" not in frame:
            continue
        else:
            newest = frame["date"].max().date()
        if newest is None:
            text = tr(
                "No {kind} yet: its sections stay empty. Get it: {place}; put the file into the inbox.",
                kind=kind_name(kind),
                place=kind_place(kind),
            )
            yield "missing_export", text, {"kind": kind}
        elif newest < facts.day:
            text = tr(
                "{kind} ends on {day}: figures of the report day are missing.",
                kind=kind_name(kind),
                day=newest,
            )
            yield "stale_source", text, {"kind": kind}


def _missing_days(facts: Facts) -> Found:
    known = {stamp.date() for stamp in facts.own.index}
    first = max(min(known, default=facts.day), facts.day - dt.timedelta(days=_WINDOW - 1))
    missing = [day.isoformat() for day in span(first, facts.day) if day not in known]
    if missing:
        text = tr(
            "The shop daily sheet lacks {count} day(s): {days}.", count=len(missing), days=", ".join(missing)
        )
        yield "missing_days", text, {"kind": "shop_daily"}


def _partial_day(facts: Facts) -> Found:
    """Every source down by two fifths while the market stands looks like an export made before midnight."""
    today, usual = _channels(facts)
    market, base = lookup(facts.market, "visitors", facts.day), _mean(facts.market, "visitors", facts)
    if len(today) < 3 or not market or not base or market / base < facts.threshold("partial_day_market"):
        return
    if ((today / usual.reindex(today.index)) < facts.threshold("partial_day_sources")).all():
        yield (
            "partial_day",
            tr("Every source is far below usual: the export looks like a part of the day."),
            {},
        )


def _unsourced_jump(facts: Facts) -> Found:
    value, base = facts.value("visitors"), _mean(facts.own, "visitors", facts)
    today, usual = _channels(facts)
    if not value or not base or today.empty:
        return
    jump, sourced = value - base, float((today - usual.reindex(today.index).fillna(0)).clip(lower=0).sum())
    if jump / base > facts.threshold("unsourced_jump") and sourced < jump * facts.threshold("unsourced_part"):
        text = tr("Visitors jumped by {jump} but no source shows them.", jump=units.count(jump))
        yield "unsourced_jump", text, {}


def _ratio_checks(facts: Facts) -> Found:
    buyers, visitors = facts.value("pay_buyers"), facts.value("visitors")
    if buyers and visitors and buyers > visitors:
        text = tr(
            "More buyers ({buyers:,.0f}) than visitors ({visitors:,.0f}): real-time figures?",
            buyers=buyers,
            visitors=visitors,
        )
        yield "rate_above_one", text, {"metric": "pay_conversion_rate"}
    stated = lookup(facts.frames["shop_daily"].set_index("date"), "pay_conversion_rate", facts.day)
    if stated and buyers and visitors:
        found = ratio("pay_conversion_rate", {"pay_buyers": buyers, "visitors": visitors})
        gap = abs(stated / found - 1)
        # Exports round a rate to two digits of a percent; only what rounding cannot make is a mismatch.
        if gap > facts.threshold("ratio_tolerance") + 0.00005 / stated:
            text = tr(
                "Stated conversion {stated} differs from buyers / visitors {found}.",
                stated=units.percent(stated, 2),
                found=units.percent(found, 2),
            )
            yield "ratio_mismatch", text, {"metric": "pay_conversion_rate"}


def _presale(facts: Facts) -> Found:
    items = facts.items_today
    if not {"order_buyers", "pay_buyers"} <= set(items.columns):
        return
    # Orders since the last payment, over a week: five a day are many for a small shop.
    week = facts.items[facts.items["date"] > facts.stamp - pd.Timedelta(days=_PRESALE_DAYS)]
    paid = week[week["pay_buyers"] > 0].groupby("item_id")["date"].max()
    since = week[~(week["date"].to_numpy() <= paid.reindex(week["item_id"]).to_numpy())]
    orders = items["item_id"].map(since.groupby("item_id")["order_buyers"].sum())
    waiting = items[~(items["pay_buyers"] > 0) & (orders >= facts.threshold("presale_orders"))]
    for item_id, name in zip(waiting["item_id"], waiting["item_name"], strict=True):
        text = tr(
            "{item}: orders but no payments (presale). Read its order conversion, not its pay conversion.",
            item=short(name),
        )
        yield "presale", text, {"item_id": item_id}


def _stock_out(facts: Facts) -> Found:
    stock = facts.frames.get("stock")
    if stock is None or stock.empty:
        return
    known = stock[(stock["date"] <= facts.stamp) & stock["stock_units"].notna()]
    newest = known.sort_values("date", kind="stable").drop_duplicates("item_id", keep="last")
    gone = sorted(newest.loc[newest["stock_units"] == 0, "item_id"])
    if not gone:
        return
    names = item_names(facts)
    rows = facts.sales
    sold = set(rows.loc[(rows["pay_units"] > 0) & rows["item_id"].isin(gone), "item_id"]) if len(rows) else ()
    for item_id in gone:
        if item_id in sold:
            text = tr(
                "{item} is out of stock: its fall is not a fall in demand.", item=names.get(item_id, item_id)
            )
            yield "stock_out", text, {"item_id": item_id}


def _off_shelf(facts: Facts) -> Found:
    items = facts.items_today
    if "item_status" not in items:
        return
    gone = items[items["item_status"].fillna("").str.contains("下架|off", regex=True)]
    for item_id, name in zip(gone["item_id"], gone["item_name"], strict=True):
        yield "off_shelf", tr("{item} is off the shelf.", item=short(name)), {"item_id": item_id}


def _small_sample(facts: Facts) -> Found:
    buyers = facts.value("pay_buyers")
    if buyers is not None and buyers < facts.threshold("min_buyers"):
        text = tr("Only {buyers:.0f} buyers: read the ranges, not the figures.", buyers=buyers)
        yield "small_sample", text, {}


def _overlap(facts: Facts) -> Found:
    today, _ = _channels(facts)
    visitors = facts.value("visitors")
    if visitors and len(today) and (factor := today.sum() / visitors) > facts.threshold("overlap_info"):
        text = tr(
            "Sources add up to {factor:.2f} times the shop's visitors: one person may use several.",
            factor=factor,
        )
        yield "channel_overlap", text, {}


def _restated(facts: Facts) -> Found:
    changes = facts.frames.get("restated")
    if changes is None or changes.empty:
        return
    for kind, rows in changes.groupby("kind"):
        name, days = (
            kind_name(str(kind)),
            ", ".join(sorted({str(day)[:10] for day in rows["day"].dropna()})[-5:]),
        )
        text = (
            tr("{kind}: newer exports replaced figures of {days}.", kind=name, days=days)
            if days
            else tr("{kind}: a newer sheet replaced figures.", kind=name)
        )
        yield "restated", text, {"kind": str(kind)}


def _holidays(facts: Facts) -> Found:
    if facts.day.year in facts.calendar.unpublished:
        text = tr(
            "The holiday arrangement of {year} is not published: only statutory days are known.",
            year=facts.day.year,
        )
        yield "holiday_unpublished", text, {}


def _channels(facts: Facts) -> tuple[pd.Series, pd.Series]:
    """Visitors by channel on the day, and their mean over the comparable days."""
    rows = facts.channels
    today = rows[rows["date"] == facts.stamp].set_index("channel")["visitors"]
    base = rows[rows["date"].isin(facts.baseline_stamps)]
    return today, base.groupby("channel")["visitors"].sum() / base["date"].nunique()


def item_names(facts: Facts) -> dict[str, str]:
    """Short titles by item id, the newest title of each."""
    return facts.once("item_names", lambda: _item_names(facts.items))


def _item_names(items: pd.DataFrame) -> dict[str, str]:
    if items.empty:
        return {}
    newest = items.drop_duplicates("item_id", keep="last")
    return dict(zip(newest["item_id"].tolist(), map(short, newest["item_name"].tolist()), strict=True))


def _mean(table: pd.DataFrame, metric: str, facts: Facts) -> float | None:
    values = [value for day in facts.baseline_days if (value := lookup(table, metric, day)) is not None]
    return sum(values) / len(values) if values else None
