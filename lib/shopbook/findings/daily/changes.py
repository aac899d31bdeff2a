"""Logged changes of items: click rate and conversion before and after, against the shop's other items."""

import datetime as dt
import re
from typing import Any

import pandas as pd

from shopbook import units
from shopbook.analysis.compare import Comparison, compare_rate
from shopbook.analysis.decompose import channel_causes
from shopbook.analysis.grid import gaps_of, on_grid
from shopbook.analysis.noise import QUIET, noise_of
from shopbook.columns import label
from shopbook.days import short_day
from shopbook.findings.daily.promotion_data import ad_rows, between
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding, Level
from shopbook.findings.verdict import causes, moved, routed
from shopbook.findings.warnings.data import item_names
from shopbook.findings.warnings.found import short
from shopbook.text import tr

WINDOW = 14
MIN_AFTER = 3
_SHOWN_DAYS = 42
# What the operator changes (price, title, coupon) goes back to the operator, pictures and pages to design.
_OFFER = re.compile(r"价|标题|券|折|赠|price|title|coupon", re.IGNORECASE)
# metric -> (buyers or clicks, visitors or impressions)
_RATES = {
    "pay_conversion_rate": ("pay_buyers", "item_visitors"),
    "ad_click_rate": ("ad_clicks", "ad_impressions"),
}


def change_findings(facts: Facts) -> list[Finding]:
    """The changes of the last two weeks that can be judged: worse ones each, otherwise the newest."""
    recent = [row for row in judged_changes(facts) if row["age"] <= WINDOW]
    worse = [row for row in recent if "worse" in (each.verdict for each in row["found"].values())]
    return [_finding(facts, row) for row in (worse or recent[:1])]


def change_table(facts: Facts) -> list[dict[str, Any]]:
    """A row a logged change of the last six weeks, newest first."""
    rows = []
    for row in judged_changes(facts):
        texts = {name: said(found.verdict) for name, found in row["found"].items()}
        rows.append(
            {
                "date": row["date"].isoformat(),
                "item_id": row["item_id"],
                "label": row["label"],
                "change_text": row["change"],
                "days_after": row["after"],
                "click_rate_change": _relative(row["found"].get("ad_click_rate")),
                "click_rate_said": texts.get("ad_click_rate", "–"),
                "conversion_change": _relative(row["found"].get("pay_conversion_rate")),
                "conversion_said": texts.get("pay_conversion_rate", "–"),
            }
        )
    return rows


def judged_changes(facts: Facts) -> list[dict[str, Any]]:
    """Logged changes with at least three days on both sides, each rate compared; newest first."""
    return facts.once("judged_changes", lambda: _judged_changes(facts))


def _judged_changes(facts: Facts) -> list[dict[str, Any]]:
    log = facts.frames.get("change_log", pd.DataFrame())
    if log.empty:
        return []
    names = item_names(facts)
    tables = {metric: _rate_rows(facts, metric) for metric in _RATES}
    found = []
    for row in between(log, facts.day, _SHOWN_DAYS).sort_values("date", ascending=False).itertuples():
        day, item_id = row.date.date(), str(row.item_id)
        first, last = _window(facts, log.loc[log["item_id"] == row.item_id, "date"], row.date)
        rates = {name: _compared(facts, rows, item_id, (first, day, last)) for name, rows in tables.items()}
        found.append(
            {
                "date": day,
                "age": (facts.day - day).days,
                "item_id": item_id,
                "label": names.get(item_id, item_id),
                "change": str(row.change),
                "after": (last - day).days + 1,
                "found": {name: each for name, each in rates.items() if each is not None},
            }
        )
    return [row for row in found if row["found"]]


def _window(facts: Facts, days: pd.Series, changed: pd.Timestamp) -> tuple[dt.date, dt.date]:
    """Two weeks before and after a change, cut where the item was changed before or again."""
    following, previous = days[days > changed].min(), days[days < changed].max()
    last = min(facts.stamp, changed + pd.Timedelta(days=WINDOW - 1))
    first = changed - pd.Timedelta(days=WINDOW)
    if not pd.isna(following):
        last = min(last, following - pd.Timedelta(days=1))
    if not pd.isna(previous):
        first = max(first, previous)
    return first.date(), last.date()


def _rate_rows(facts: Facts, metric: str) -> pd.DataFrame:
    """date, item_id, successes, trials of ordinary days."""
    rows = (
        facts.items
        if metric != "ad_click_rate"
        else ad_rows(facts, "item").rename(columns={"key": "item_id"})
    )
    names = ["date", "item_id", *_RATES[metric]]
    if rows.empty or not set(names) <= set(rows.columns):
        return pd.DataFrame(columns=names)
    return rows.loc[~rows["date"].isin([pd.Timestamp(day) for day in facts.special_days]), names].dropna()


def _compared(
    facts: Facts, rows: pd.DataFrame, item_id: str, window: tuple[dt.date, dt.date, dt.date]
) -> Comparison | None:
    """A rate of the item after the change against before, relative to the other items' rate."""
    mine = rows["item_id"] == item_id
    own = rows[mine].drop(columns="item_id").groupby("date").sum()
    rest = rows[~mine].drop(columns="item_id").groupby("date").sum()
    first, day, last = (pd.Timestamp(each) for each in window)
    after, before = own[day:last], own[first : day - pd.Timedelta(days=1)]
    rest_after, rest_before = rest[day:last], rest[first : day - pd.Timedelta(days=1)]
    if min(len(after), len(before), len(rest_after), len(rest_before)) < MIN_AFTER:
        return None
    now, then, others_now, others_then = (_sums(each) for each in (after, before, rest_after, rest_before))
    if any(top > bottom or bottom <= 0 for top, bottom in (now, then, others_now, others_then)):
        return None
    if not (then[0] > 0 and others_now[0] > 0 and others_then[0] > 0):
        return None
    rate = (rest.iloc[:, 0] / rest.iloc[:, 1].where(rest.iloc[:, 1] > 0)).dropna()
    past = own[own.index < day]
    noise = noise_of(gaps_of(on_grid(past, rate), kind="rate")) if len(past) > WINDOW else QUIET
    return compare_rate(
        now,
        then,
        market_ratio=(others_now[0] / others_now[1]) / (others_then[0] / others_then[1]),
        noise=noise if noise.df > 0 else QUIET,
        days=(len(after), len(before)),
    )


def _sums(frame: pd.DataFrame) -> tuple[float, float]:
    top, bottom = frame.sum()
    return float(top), float(bottom)


def _finding(facts: Facts, row: dict[str, Any]) -> Finding:
    """One change: its clearest rate carries the figures, the worst verdict the level."""
    rank = {"worse": 0, "better": 1, "same": 2, "unknown": 3}
    metric, found = min(row["found"].items(), key=lambda each: (rank[each[1].verdict], -abs(moved(each[1]))))
    rare = found.verdict == "worse" and found.chance <= facts.threshold("watch_p")
    level: Level = "watch" if rare else "ok"
    finding = Finding(
        id="design.change",
        question=tr("Did the logged change help?"),
        headline=tr(
            "{label} since {day} ({change}): {metric} {size} against the other items, {verdict}",
            label=row["label"],
            day=short_day(row["date"], facts.day),
            change=short(row["change"]),
            metric=label(metric),
            size=units.change(found.relative),
            verdict=said(found.verdict),
        ),
        level=level,
        verdict=found.verdict,
        scope={"item_id": row["item_id"]},
        metric=metric,
        value=found.value,
        baseline=found.baseline,
        change=found.change,
        comparator="peers",
        market_change=found.market_change,
        relative=found.relative,
        interval=found.interval,
        causes=_causes(found, row),
        caveats=(tr("went along with the change, other things may have happened on the same days"),),
    )
    route = "design.change.offer" if _OFFER.search(row["change"]) else "design.change"
    return routed(facts, finding, route, label=row["label"])


def _causes(found: Comparison, row: dict[str, Any]) -> tuple[Any, ...]:
    """What the other items' rate did, and what the item did beyond it."""
    now, before = (pd.Series({row["item_id"]: value}) for value in (found.value, found.baseline))
    names = {row["item_id"]: row["label"]}
    total = (found.value, found.baseline)
    return causes(
        channel_causes(now, before, total, market_change=found.market_change, key="item_id", labels=names)
    )


def said(verdict: str) -> str:
    """A before/after verdict in words."""
    words = {"better": tr("better"), "worse": tr("worse"), "same": tr("no change")}
    return words.get(verdict, tr("cannot tell"))


def _relative(found: Comparison | None) -> float | None:
    return None if found is None else found.relative
