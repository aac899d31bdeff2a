"""New and growing items: who passes the test, what carries growth, what paid brings, how long stock lasts."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from shopbook import units
from shopbook.analysis.heroes import visitors_still_needed
from shopbook.days import short_day
from shopbook.findings.facts import AD_PAST
from shopbook.findings.finding import Finding
from shopbook.findings.product_lifecycle.facts import WEEK, LifecycleFacts
from shopbook.findings.product_lifecycle.overview import ahead_words, todo
from shopbook.findings.warnings.found import short
from shopbook.metrics.frame import channel_days, within
from shopbook.metrics.ratio import divide, ratio
from shopbook.text import tr

_FEWEST_WEEKS = 8
_PAIR_WEEKS = 16
_SOURCE_DAYS = 7


def trial_table(facts: LifecycleFacts) -> pd.DataFrame:
    """Each new item's test: click, cart and favourite rates, conversion, verdict, visitors needed."""
    new = facts.in_stage("new")
    columns = ["item_id", "name", "listed", "item_visitors", "fav_cart_rate", "ad_click_rate", "rate", "low",
               "high", "verdict", "needed", "stock_units"]  # fmt: skip
    sums = facts.window(0)
    if new.empty or not (sums["item_visitors"] > 0).any():  # a test is of visitors: without any there is none
        return pd.DataFrame(columns=columns)
    bounds = facts.conversion.reindex(new.index)
    verdict = np.select(
        [bounds["low"] > facts.goal, bounds["high"] < facts.goal], ["pass", "fail"], "unknown"
    )
    needed = visitors_still_needed(sums["pay_buyers"].fillna(0), sums["item_visitors"].fillna(0), facts.goal)
    first = facts.item_days.groupby("item_id")["date"].min().reindex(new.index)
    listed = pd.to_datetime(new["listed_on"], errors="coerce").fillna(first)
    return pd.DataFrame(
        {
            "item_id": new.index,
            "name": new["name"].to_numpy(),
            "listed": (pd.Timestamp(facts.base.day) - listed).dt.days.to_numpy(),
            "item_visitors": new["item_visitors"].to_numpy(),
            "fav_cart_rate": divide(
                new["cart_buyers"] + new["favorite_buyers"], new["item_visitors"]
            ).to_numpy(),
            "ad_click_rate": ratio(
                "ad_click_rate", new.astype({"ad_clicks": float, "ad_impressions": float})
            ).to_numpy(),
            "rate": bounds["rate"].to_numpy(),
            "low": bounds["low"].to_numpy(),
            "high": bounds["high"].to_numpy(),
            "verdict": verdict,
            "needed": needed.reindex(new.index).to_numpy(),
            "stock_units": new["stock_units"].to_numpy(),
        },
        columns=columns,
    )


def new_findings(facts: LifecycleFacts) -> list[Finding]:
    """One finding a new item: pass, fail, or how many visitors until we know."""
    return [_tested(facts, row) for row in trial_table(facts).to_dict("records")]


def _tested(facts: LifecycleFacts, row: dict[str, Any]) -> Finding:
    name = short(row["name"])
    words = {
        "item": name,
        "rate": units.percent(row["rate"], 2) if units.known(row["rate"]) else "–",
        "range": f"{units.percent(row['low'], 2)} ~ {units.percent(row['high'], 2)}",
        "goal": units.percent(facts.goal, 2),
        "needed": units.count(round(row["needed"], -1)) if np.isfinite(row["needed"]) else "–",
    }
    if row["verdict"] == "pass":
        headline = tr("{item} passes: converts {rate} ({range}), the shop {goal}", **words)
        route = "lifecycle.new.pass"
    elif row["verdict"] == "fail":
        headline = tr("{item} fails so far: converts {rate} ({range}), the shop {goal}", **words)
        route = "lifecycle.new.fail"
    elif row["needed"] > 0 and row["needed"] * facts.goal > row["stock_units"]:
        words["stock"] = units.count(row["stock_units"])
        headline = tr(
            "{item}: cannot tell yet, {rate} ({range}); {stock} pieces cannot carry a test", **words
        )
        route = "lifecycle.new.short"
    elif 0 < row["needed"] <= max(facts.base.threshold("test_visitors"), 5 * row["item_visitors"]):
        headline = tr(
            "{item}: cannot tell yet, {rate} ({range}); about {needed} more visitors needed", **words
        )
        route = "lifecycle.new"
    else:
        headline = tr("{item}: no difference from the shop shown, {rate} ({range})", **words)
        route = "lifecycle.new.like_shop"
    return Finding(
        id="lifecycle.new", question=tr("Does the new item pass the test?"), headline=headline,
        level="ok" if row["verdict"] == "pass" else "watch",
        verdict={"pass": "better", "fail": "worse"}.get(row["verdict"], "unknown"),  # type: ignore[arg-type]
        scope={"item_id": row["item_id"]}, metric="pay_conversion_rate", value=_number(row["rate"]),
        baseline=facts.goal, caveats=(tr("the range borrows from the shop's other items"),),
        **todo(facts, route, item=name, needed=words["needed"]),
    )  # fmt: skip


def growth_table(facts: LifecycleFacts) -> pd.DataFrame:
    """Each growing item: change over four weeks, its market's, main source, free per paid, stock end."""
    return facts.base.once("growth_table", lambda: _growth_table(facts))


def _growth_table(facts: LifecycleFacts) -> pd.DataFrame:
    items = facts.items
    growing = items[(items["stage"] == "growth") | items["growing"].astype(bool)] if len(items) else items
    columns = ["item_id", "name", "slope", "change", "market_change", "source", "source_share",
               "free_per_paid", "free_low", "free_high", "days", "stock_end"]  # fmt: skip
    asked = ["name", "slope", "days", "category", "item_visitors", "item_visitors_before"]
    records = growing.reindex(columns=asked).to_dict("records")
    rows = [_growth_row(facts, str(item), row) for item, row in zip(growing.index, records, strict=True)]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("slope", ascending=False, ignore_index=True)


def _growth_row(facts: LifecycleFacts, item: str, row: dict[str, Any]) -> dict[str, Any]:
    parts = source_changes(facts, item)
    gains = parts[parts > 0] if len(parts) else parts
    slope, low, high = free_per_paid(facts, item)
    lasts = pd.notna(row["days"]) and np.isfinite(row["days"])
    end = facts.base.day + dt.timedelta(days=int(row["days"])) if lasts else None
    return {
        "item_id": item,
        "name": row["name"],
        "slope": row["slope"],
        "change": _change(row["item_visitors"], row["item_visitors_before"]),
        "market_change": market_change(facts, str(row["category"])),
        "source": gains.index[0] if len(gains) else "",
        "source_share": float(gains.iloc[0] / gains.sum()) if len(gains) else np.nan,
        "free_per_paid": slope,
        "free_low": low,
        "free_high": high,
        "days": row["days"],
        "stock_end": end.isoformat() if end else "",
    }


def _stock_end(facts: LifecycleFacts, row: dict[str, Any]) -> str:
    return short_day(dt.date.fromisoformat(row["stock_end"]), facts.base.day)


def growth_findings(facts: LifecycleFacts) -> list[Finding]:
    """One finding a growing item: how fast, carried by which source, and until when its stock lasts."""
    return [_grows(facts, row) for row in growth_table(facts).to_dict("records")]


def _grows(facts: LifecycleFacts, row: dict[str, Any]) -> Finding:
    name = short(row["name"])
    pace = units.change(float(np.expm1(row["slope"])))
    headline = tr("{item} rose {slope} a week against its reference", item=name, slope=pace)
    if row["source"]:
        share = units.percent(row["source_share"], 0)
        headline += tr(", {share} of the gain from {source}", share=share, source=row["source"])
    soon = facts.base.threshold("growth_cover_act")
    scarce = units.known(row["days"]) and row["days"] < facts.base.threshold("growth_cover_days")
    if scarce:
        headline += tr("; its stock ends on {day}", day=_stock_end(facts, row))
    few = few_buy(facts, str(row["item_id"]))
    headline += few
    route = "lifecycle.growth.unsold" if few else "lifecycle.growth"
    if ahead := ahead_words(facts, str(row["item_id"])):
        headline += tr("; the next four weeks {ahead}", ahead=ahead)
    said = [tr("source shares compare the last two weeks with the two before")] if row["source"] else [
        tr("no traffic sources of this item: download them to see what carries it")
    ]  # fmt: skip
    return Finding(
        id="lifecycle.growth", question=tr("Is the growth real, and what carries it?"), headline=headline,
        level="act" if scarce and row["days"] < soon else "watch", verdict="better",
        scope={"item_id": row["item_id"]}, metric="item_visitors", change=_number(row["change"]),
        comparator="market" if units.known(row["market_change"]) else "none",
        market_change=_number(row["market_change"]), caveats=tuple(said),
        **todo(facts, "lifecycle.growth.stock" if scarce else route, item=name),
    )  # fmt: skip


def few_buy(facts: LifecycleFacts, item: str) -> str:
    """That nobody, or surely a good part less than in the shop, bought an item that is seen; else ""."""
    sums, range_ = facts.window(0), facts.conversion
    if item not in sums.index or not sums.at[item, "item_visitors"] > 0:
        return ""
    buyers, visitors = sums.loc[item, ["pay_buyers", "item_visitors"]]
    if buyers == 0:
        return tr("; none of {visitors} visitors of four weeks bought", visitors=units.count(visitors))
    low_enough = facts.goal * (1 - facts.base.threshold("conversion_fall"))
    if pd.isna(buyers) or not range_.at[item, "high"] < low_enough:
        return ""
    words = {"rate": units.percent(buyers / visitors, 2), "goal": units.percent(facts.goal, 2)}
    return tr("; it converts {rate}, surely less than the shop's {goal}", **words)


def source_changes(facts: LifecycleFacts, item: str) -> pd.Series:
    """Daily visitors by source, last two whole weeks less the two before, largest gain first."""
    return facts.base.once(("source_changes", item), lambda: _source_changes(facts, item))


def _source_changes(facts: LifecycleFacts, item: str) -> pd.Series:
    rows = facts.base.frames.get("item_flow_source")
    if rows is None or rows.empty:
        return pd.Series(dtype=float)
    places = facts.base.once("items_with_sources", lambda: rows.groupby("item_id").indices)
    if item not in places:
        return pd.Series(dtype=float)
    days = channel_days(rows.iloc[places[item]])
    end = facts.last_sunday
    means = []
    for back in (0, 2):
        part = days[(days["date"] <= end - back * WEEK) & (days["date"] > end - (back + 2) * WEEK)]
        if part["date"].nunique() < _SOURCE_DAYS:
            return pd.Series(dtype=float)
        means.append(part.groupby("label")["visitors"].sum() / part["date"].nunique())
    return means[0].sub(means[1], fill_value=0.0).sort_values(ascending=False)


def free_per_paid(facts: LifecycleFacts, item: str) -> tuple[float, float, float]:
    """Search visitors that went along with one more paid visitor, week against week, with a 90% range.

    NaN when fewer than 8 weeks have both. Theil-Sen on weekly differences: went along, not caused.
    """
    paid, free = facts.base.once("visitor_weeks", lambda: _visitor_weeks(facts))
    unknown = (np.nan, np.nan, np.nan)
    if item not in paid or item not in free:
        return unknown
    steps = np.diff(paid[item].to_numpy()), np.diff(free[item].to_numpy())
    known = np.flatnonzero(np.isfinite(steps[0]) & np.isfinite(steps[1]))[-_PAIR_WEEKS:]
    paid_steps, free_steps = steps[0][known], steps[1][known]
    if len(known) < _FEWEST_WEEKS or not paid_steps.any():
        return unknown
    slope, _, low, high = stats.theilslopes(free_steps, paid_steps, alpha=0.9)
    return float(slope), float(low), float(high)


def _visitor_weeks(facts: LifecycleFacts) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Paid and search visitors of every advertised item, a row a week; empty without ads or searches."""
    ads, days = facts.base.frames.get(AD_PAST), facts.item_days
    if ads is None or ads.empty or "item_id" not in ads or "search_visitors" not in days:
        return pd.DataFrame(), pd.DataFrame()
    paid = ads[ads["level"] == "item"]
    told = paid.reindex(columns=["ad_visitors", "ad_clicks"])
    seen = paid.loc[told["ad_visitors"].notna(), "item_id"].unique()
    reached = told["ad_visitors"].where(paid["item_id"].isin(seen), told["ad_clicks"])
    sums = _weekly(paid.assign(reached=reached), "reached", facts)
    first = paid["date"].min() - pd.Timedelta(days=7)  # a week before the first ad says nothing
    days = within(days, first, facts.last_sunday)
    free = _weekly(days[days["item_id"].isin(sums.columns)], "search_visitors", facts)
    known = sums.index.union(free.index)
    weeks = pd.date_range(known.min(), known.max(), freq=WEEK) if len(known) else known
    return sums.reindex(weeks), free.reindex(weeks)


def _weekly(rows: pd.DataFrame, name: str, facts: LifecycleFacts) -> pd.DataFrame:
    """Sums by Monday, a column an item; NaN where a week has none."""
    whole = rows[rows["date"] <= facts.last_sunday]
    monday = whole["date"] - pd.to_timedelta(whole["date"].dt.day_of_week, unit="D")
    item = whole["item_id"].astype(str)
    return whole.groupby([monday, item])[name].sum(min_count=1).unstack("item_id")


def market_change(facts: LifecycleFacts, category: str) -> float:
    """Change of the category's market over four whole weeks; NaN when it is not known."""
    return facts.base.once(("market_change", category), lambda: _market_change(facts, category))


def _market_change(facts: LifecycleFacts, category: str) -> float:
    market = facts.market
    column = category if category in market else "" if "" in market else None
    if column is None:
        return float("nan")
    end = facts.last_sunday
    now = market.loc[(market.index <= end) & (market.index > end - 4 * WEEK), column]
    before = market.loc[(market.index <= end - 4 * WEEK) & (market.index > end - 8 * WEEK), column]
    known = now.notna().sum() >= 20 and before.notna().sum() >= 20
    return float(now.mean() / before.mean() - 1) if known else float("nan")


def _change(now: float, before: float) -> float:
    """Relative change; NaN where one side is not known, infinity from nothing."""
    return float(np.divide(now, before)) - 1


def _number(value: float) -> float | None:
    return float(value) if units.known(value) else None
