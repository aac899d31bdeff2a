"""Click rates: the item whose picture lost its clicks against the others, the plan against its own past."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from shopbook import units
from shopbook.analysis.alarm import judge
from shopbook.analysis.compare import Comparison, against
from shopbook.analysis.decompose import channel_causes
from shopbook.analysis.grid import day_numbers
from shopbook.days import short_day
from shopbook.findings.compared import base_fields
from shopbook.findings.daily.promotion_data import ad_rows, between
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding, Level
from shopbook.findings.verdict import causes, routed
from shopbook.findings.warnings.data import item_names
from shopbook.metrics.ratio import ratio
from shopbook.text import tr

_WEEK = pd.Timedelta(days=7)
# Only items with money behind them are watched for their pictures.
_MOST_ITEMS = 30


def click_rate(facts: Facts) -> Finding | None:
    """The item whose click rate fell most over a week against the other items' click rate."""
    fallen = sorted(item_click_rates(facts), key=lambda row: row["relative"])
    if not fallen:
        return None
    worst = fallen[0]
    found: Comparison = worst["comparison"].best_of(len(fallen))
    item_id, label = worst["item_id"], worst["label"]
    clear = found.verdict == "worse" and -worst["relative"] >= facts.threshold("act_change")
    rare = clear and found.chance <= facts.threshold("watch_p")
    level: Level = "act" if clear and item_id in _alarmed_items(facts) else "watch" if rare else "ok"
    finding = Finding(
        id="promotion.click_rate",
        question=tr("Whose main picture lost its clicks?"),
        headline=tr(
            "{label}: click rate {value} this week, {relative} against the other items",
            label=label,
            value=units.percent(found.value, 2),
            relative=units.change(found.relative),
        )
        if clear
        else tr("No item's click rate fell clearly against the others; {count} judged", count=len(fallen)),
        level=level,
        verdict=found.verdict if clear else "unknown",
        scope={"item_id": item_id} if clear else {},
        causes=_one_item(found, item_id, label) if clear else (),
        caveats=_logged(facts, item_id) if clear else (),
        **(
            {**base_fields(facts, "ad_click_rate", found, "peers"), "baseline_days": _iso(found)}
            if clear
            else {}
        ),
    )
    return routed(facts, finding, label=label)


def item_click_rates(facts: Facts) -> list[dict[str, Any]]:
    """A row an advertised item with enough clicks: this week against four, held against the other items."""
    return facts.once("item_click_rates", lambda: _item_click_rates(facts))


def _item_click_rates(facts: Facts) -> list[dict[str, Any]]:
    rows = ad_rows(facts, "item")
    if rows.empty:
        return []
    names = item_names(facts)
    week = between(rows, facts.day, 7).groupby("key")[["ad_clicks", "ad_spend"]].sum()
    month = between(rows, facts.day - dt.timedelta(days=7)).groupby("key")["ad_clicks"].sum()
    least = facts.threshold("min_clicks")
    chosen = week[(week["ad_clicks"] >= least) & (month.reindex(week.index) >= least)]
    total = rows.groupby("date")[["ad_clicks", "ad_impressions"]].sum()
    found = []
    largest = list(chosen["ad_spend"].nlargest(_MOST_ITEMS).index)
    each = dict(list(rows[rows["key"].isin(largest)].groupby("key")))
    for key in largest:
        own = each[key].set_index("date")[["ad_clicks", "ad_impressions"]]
        rest = total.sub(own, fill_value=0).clip(lower=0)
        weeks, others = weekly(facts, own, facts.day), weekly(facts, rest, facts.day)
        shared = ratio("ad_click_rate", others).dropna()
        base = [stamp.date() for stamp in weeks.index[-5:-1]]
        comparison = against(weeks, facts.day, kind="rate", baseline_days=base, reference=shared)
        if comparison.interval is None or comparison.relative is None:
            continue
        label = names.get(key) or str(each[key]["label"].iloc[-1])
        found.append(
            {"item_id": key, "label": label, "relative": comparison.relative, "comparison": comparison}
        )
    return found


def plan_click_rate(facts: Facts) -> Finding | None:
    """The plan whose click rate, of the day or the week, fell most surely against its own past; else None."""
    looks = _plan_click_rates(facts)
    picked = [(*each[:3], each[3].best_of(len(looks))) for each in looks]
    least = facts.threshold("act_change")
    fallen = [each for each in picked if each[3].verdict == "worse" and -(each[3].change or 0.0) >= least]
    if not fallen:
        return None
    key, label, window, found = min(fallen, key=lambda each: each[3].chance)
    names = {"label": label, "value": units.percent(found.value, 2), "change": units.change(found.change)}
    finding = Finding(
        id="promotion.click_rate",
        question=tr("Which plan lost its clicks?"),
        headline=tr(
            "{label}: click rate {value} this week, {change} against its own four weeks before", **names
        )
        if window == "week"
        else tr("{label}: click rate {value} on the day, {change} against its own same weekdays", **names),
        level="watch" if found.chance <= facts.threshold("watch_p") else "ok",
        verdict=found.verdict,
        scope={"plan": key},
        caveats=(tr("there is no market figure for click rates: held against the plan's own past only"),),
        **{**base_fields(facts, "ad_click_rate", found, "none"), "baseline_days": _iso(found)},
    )
    return routed(facts, finding, label=label)


def _plan_click_rates(facts: Facts) -> list[tuple[str, str, str, Comparison]]:
    """Key, name, window and comparison of every plan with enough clicks: its week and its day."""
    rows = ad_rows(facts, "plan")
    if rows.empty:
        return []
    least = facts.threshold("min_clicks")
    week = between(rows, facts.day, 7).groupby("key")["ad_clicks"].sum()
    found = []
    for key in week.index[week >= least]:
        own = rows[rows["key"] == key]
        days = own.set_index("date")[["ad_clicks", "ad_impressions"]]
        weeks = weekly(facts, days, facts.day)
        base = [stamp.date() for stamp in weeks.index[-5:-1]]
        looks = {
            "week": against(weeks, facts.day, kind="rate", baseline_days=base),
            "day": facts.compare_series("ad_click_rate", days.dropna(), None),
        }
        label = str(own["label"].iloc[-1])
        found += [(str(key), label, name, each) for name, each in looks.items() if each.interval is not None]
    return found


def weekly(facts: Facts, days: pd.DataFrame, last: dt.date) -> pd.DataFrame:
    """Sums of whole weeks ending on `last`'s weekday, special days left out; an incomplete first week too."""
    stamps, end = day_numbers(days.index), int(day_numbers(pd.Index([pd.Timestamp(last)]))[0])
    special = facts.once("special_numbers", lambda: day_numbers(pd.Index(sorted(facts.special_days))))
    ordinary = ~np.isin(stamps, special) & (stamps <= end)
    weeks, back = np.unique((end - stamps[ordinary]) // 7, return_inverse=True)
    values = days.to_numpy(float)[ordinary]
    known = np.isfinite(values)
    sums, counts = np.zeros((len(weeks), days.shape[1])), np.zeros((len(weeks), days.shape[1]))
    np.add.at(sums, back, np.where(known, values, 0.0))
    np.add.at(counts, back, known)
    index = pd.DatetimeIndex([pd.Timestamp(last) - _WEEK * int(each) for each in weeks[::-1]], name="date")
    made = np.where(counts > 0, sums, np.nan)[::-1]
    return pd.DataFrame(made, index=index, columns=days.columns).iloc[1:]


def _one_item(found: Comparison, item_id: str, label: str) -> tuple[Any, ...]:
    """What the other items' click rate did, and what the item did beyond it."""
    return causes(
        channel_causes(
            pd.Series({item_id: found.value}),
            pd.Series({item_id: found.baseline}),
            (found.value, found.baseline),
            market_change=found.market_change,
            key="item_id",
            labels={item_id: label},
        )
    )


def _alarmed_items(facts: Facts) -> set[str]:
    """Items whose click rate of the day departed downward, judged as one set."""
    rows = ad_rows(facts, "item")
    total = rows.groupby("date")[["ad_clicks", "ad_impressions"]].sum()
    series, others = {}, {}
    for key in (row["item_id"] for row in item_click_rates(facts)):
        own = rows[rows["key"] == key].set_index("date")[["ad_clicks", "ad_impressions"]]
        rest = total.sub(own, fill_value=0).clip(lower=0)
        rate = ratio("ad_click_rate", own).dropna()
        if facts.stamp in rate.index:
            series[key] = rate
            others[key] = ratio("ad_click_rate", rest).dropna()
    found = judge(series, facts.day, market=others, special=sorted(facts.special_days)) if series else []
    return {alarm.series for alarm in found if alarm.level == "act" and alarm.z < 0}


def _logged(facts: Facts, item_id: str) -> tuple[str, ...]:
    """A logged change of the item in the last four weeks: it went along with the fall."""
    log = facts.frames.get("change_log", pd.DataFrame())
    if log.empty:
        return ()
    rows = between(log[log["item_id"] == item_id], facts.day)
    return tuple(
        tr(
            "went along with the logged change of {day}: {change}",
            day=short_day(row.date, facts.day),
            change=row.change,
        )
        for row in rows.tail(1).itertuples()
    )


def _iso(found: Comparison) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in found.days)
