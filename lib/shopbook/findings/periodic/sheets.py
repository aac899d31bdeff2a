"""The weekly and monthly sheets: whole periods added up from days, their growth, the market's beside."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from shopbook import units
from shopbook.analysis.compare import Comparison, against
from shopbook.analysis.grid import NEWEST, WEEKS
from shopbook.columns import column, label
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from shopbook.findings.verdict import routed, standing
from shopbook.metrics.ads import account_days
from shopbook.metrics.frame import with_ratios
from shopbook.metrics.ratio import parts
from shopbook.text import tr

Period = Literal["week", "month"]
# What days add up to. Persons are not additive over days: their sums are named so wherever they are shown.
SUMS = (
    "visitors", "pageviews", "pay_amount", "pay_buyers", "pay_units", "order_buyers", "order_amount",
    "refund_amount", "ad_spend", "new_buyers", "returning_buyers", "cart_buyers", "favorite_buyers",
    "shop_favorite_buyers",
)  # fmt: skip
SHEET = (
    "visitors", "pageviews", "pay_buyers", "pay_conversion_rate", "avg_order_value", "pay_amount",
    "refund_amount", "ad_spend", "ad_cost_share", "new_buyers", "returning_buyers",
)  # fmt: skip
_WEEK_DAYS = 7


@dataclass(frozen=True)
class Judged:
    """A week's figure against the weeks before and against its comparator."""

    metric: str
    comparison: Comparison
    comparator: Literal["market", "peers", "none"]


def periods(days: pd.DataFrame, period: Period, last: dt.date) -> pd.DataFrame:
    """Days added up to whole weeks (Monday to Sunday) or to months, the running month included.

    Indexed by the first day; `days` counts the known days, `whole` says whether the period is over and
    complete. Ratios are made from the sums.
    """
    known = days.loc[: pd.Timestamp(last)]
    names = [name for name in SUMS if name in known]
    starts = _starts(pd.DatetimeIndex(known.index), period)
    sums = known[names].groupby(starts).sum(min_count=1)
    sums.insert(0, "days", known.groupby(starts).size())
    ends = _ends(pd.DatetimeIndex(sums.index), period)
    length = (ends - sums.index).days + 1
    sums["whole"] = (ends <= pd.Timestamp(last)) & (sums["days"] == length)
    if period == "week":
        sums = sums[ends <= pd.Timestamp(last)]
    return with_ratios(sums)


def sheet(facts: Facts, period: Period, count: int) -> list[dict[str, Any]]:
    """The newest `count` periods, newest first: figures, growth of the daily mean, the market's growth."""
    table = periods(shop_days(facts), period, facts.day)
    growth = _growth(table, period)
    market = periods(facts.market, period, facts.day) if "visitors" in facts.market else pd.DataFrame()
    market_growth = _growth(market, period)["visitors"] if len(market) else pd.Series(dtype=float)
    rows = []
    for start in table.index[::-1][:count]:
        row = {
            "period": period_name(start, period, bool(table.at[start, "whole"])),
            "days": int(table.at[start, "days"]),
        }
        row |= {name: _number(table.at[start, name]) for name in SHEET if name in table}
        row |= {
            f"{name}_growth": _number(growth.at[start, name]) if name in growth else None
            for name in ("visitors", "pageviews", "pay_amount")
        }
        row["market_growth"] = _number(market_growth.get(start))
        rows.append(row)
    return rows


def shop_days(facts: Facts) -> pd.DataFrame:
    """The shop's days; ad spend from the ad report where the shop's sheet does not state it."""
    if "ad_spend" in facts.own:
        return facts.own
    ads = facts.frames.get("ad_report", pd.DataFrame())
    if ads.empty or "ad_spend" not in ads:
        return facts.own
    return facts.own.assign(ad_spend=account_days(ads, ["ad_spend"])["ad_spend"].reindex(facts.own.index))


def week_findings(facts: Facts) -> list[Finding]:
    """The newest whole week: sales, visitors, conversion, basket against the weeks before and the market."""
    stamp = newest_week(facts)
    if stamp is None:
        return []
    return [_week_finding(facts, judged(facts, metric, stamp), stamp) for metric in _WEEK_FIGURES]


_WEEK_FIGURES = {
    "pay_amount": "own.amount",
    "visitors": "own.visitors",
    "pay_conversion_rate": "own.conversion",
    "avg_order_value": "own.basket",
}


def newest_week(facts: Facts) -> pd.Timestamp | None:
    """The Monday of the newest whole week up to the report day."""
    table = periods(facts.own, "week", facts.day)
    whole = table.index[table["whole"]] if len(table) else []
    return pd.Timestamp(whole[-1]) if len(whole) else None


def judged(facts: Facts, metric: str, stamp: pd.Timestamp) -> Judged:
    """A week's figure against the ordinary weeks before, the market on the same weeks."""
    table = periods(shop_days(facts), "week", facts.day)
    table = table[table["whole"]]
    made_of = parts(metric, table.columns)
    own = table[list(made_of)].dropna() if made_of else table[metric].dropna()
    comparator, reference = facts.comparator(metric)
    weekly = _weekly_reference(reference, metric, table)
    odd = _odd_weeks(facts, pd.DatetimeIndex(table.index))
    base = [week.date() for week in base_weeks(facts, stamp) if week in own.index]
    found = against(
        own,
        stamp.date(),
        kind=column(metric).varies,
        baseline_days=base,
        reference=weekly,
        good=column(metric).good,
        skip=odd,
    )
    return Judged(metric, found, comparator if found.comparator else "none")


def base_weeks(facts: Facts, stamp: pd.Timestamp) -> list[pd.Timestamp]:
    """The newest four ordinary ones of the twelve weeks before that of `stamp`, the oldest first."""
    before = pd.DatetimeIndex([stamp - pd.Timedelta(weeks=back) for back in range(WEEKS, 0, -1)])
    odd = _odd_weeks(facts, before)
    return [week for week in before if week.date() not in odd][-NEWEST:]


def _odd_weeks(facts: Facts, weeks: pd.DatetimeIndex) -> list[dt.date]:
    """The weeks that hold a campaign, a sale or a holiday."""
    special = {pd.Timestamp(day) for day in facts.special_days}
    return [week.date() for week in weeks if special & set(pd.date_range(week, periods=_WEEK_DAYS))]


def _week_finding(facts: Facts, found: Judged, stamp: pd.Timestamp) -> Finding:
    comparison, metric = found.comparison, found.metric
    persons = column(metric).varies == "count"
    name = tr("{label} (sum of days)", label=label(metric)) if persons else label(metric)
    headline = tr(
        "Week of {week}: {label} {value}, {change} against the weeks before",
        week=f"{stamp:%m-%d}",
        label=name,
        value=units.figure(comparison.value, column(metric).unit),
        change=units.change(comparison.change),
    )
    events = _events(facts, stamp)
    caveats = (
        [tr("the week holds {events}: the weeks before are ordinary ones", events=events)] if events else []
    )
    if comparison.days and (stamp.date() - comparison.days[0]).days > NEWEST * _WEEK_DAYS:
        caveats.append(
            tr(
                "comparable weeks reach back to {day}: those in between are not ordinary",
                day=comparison.days[0],
            )
        )
    finding = Finding(
        id=f"weekly.{_WEEK_FIGURES[metric].split('.')[1]}",
        question=tr("How did the week go against the market?"),
        headline=f"{headline}{tr(', ')}{standing(comparison, found.comparator)}",
        level="watch" if comparison.verdict == "worse" else "ok",
        verdict=comparison.verdict,
        metric=metric,
        value=comparison.value,
        baseline=comparison.baseline,
        baseline_days=tuple(day.isoformat() for day in comparison.days),
        change=comparison.change,
        comparator=found.comparator,
        market_change=comparison.market_change if found.comparator != "none" else None,
        relative=comparison.relative if found.comparator != "none" else None,
        interval=comparison.interval,
        caveats=tuple(caveats),
    )
    return routed(facts, finding, _WEEK_FIGURES[metric])


def period_name(start: pd.Timestamp, period: Period, whole: bool = True) -> str:
    """A week by its days, a month by its name; an unfinished one says so."""
    name = f"{start:%m-%d} – {start + pd.Timedelta(days=6):%m-%d}" if period == "week" else f"{start:%Y-%m}"
    return name if whole else tr("{period} (not complete)", period=name)


def _weekly_reference(reference: pd.Series | None, metric: str, table: pd.DataFrame) -> pd.Series | None:
    """The comparator by week: the mean of its days; whole weeks only."""
    if reference is None:
        return None
    starts = _starts(pd.DatetimeIndex(reference.index), "week")
    grouped = reference.groupby(starts)
    whole = grouped.mean()[grouped.size() == _WEEK_DAYS].reindex(table.index).dropna()
    return whole if len(whole) else None


def _growth(table: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Growth of the daily mean against the period just before; NaN after a gap."""
    names = [name for name in SUMS if name in table]
    means = table[names].div(table["days"], axis=0)
    gap = pd.Series(table.index, table.index).diff().dt.days
    return (means / means.shift(1) - 1).where(gap <= (_WEEK_DAYS if period == "week" else 31))


def _events(facts: Facts, stamp: pd.Timestamp) -> str:
    days = [day.date() for day in pd.date_range(stamp, periods=_WEEK_DAYS)]
    on = [event for day in days if day in facts.special_days for event in facts.calendar.on(day)]
    return tr(", ").join(dict.fromkeys(event.label for event in on))


def _starts(index: pd.DatetimeIndex, period: Period) -> pd.DatetimeIndex:
    back = index.day_of_week if period == "week" else index.day - 1
    return index - pd.to_timedelta(back, unit="D")


def _ends(starts: pd.DatetimeIndex, period: Period) -> pd.DatetimeIndex:
    return starts + pd.Timedelta(days=6) if period == "week" else starts + pd.offsets.MonthEnd(0)


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
