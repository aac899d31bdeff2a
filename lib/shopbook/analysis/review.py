"""The tables of a campaign review: targets, phases and sources against the days before the campaign."""

import datetime as dt
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from shopbook.analysis.campaign_windows import PHASES, Span
from shopbook.days import ONE_DAY, span
from shopbook.metrics.ratio import divide, ratio

# Folk bands of attainment, best first.
BANDS = (1.0, 0.95, 0.85, 0.70)
BASE_DAYS = 28
COUNTS = ("visitors", "pay_buyers", "pay_amount", "order_buyers", "new_buyers", "refund_amount", "ad_spend")


def base_days(last: dt.date, left_out: Collection[dt.date] = (), days: int = BASE_DAYS) -> list[dt.date]:
    """The ordinary days before a campaign its daily means are held against.

    Parameters
    ----------
    last : date
        The last day before the campaign.
    left_out : collection of date
        Days of other campaigns.
    days : int
        How far back.

    Returns
    -------
    list of date, oldest first

    Raises
    ------
    Nothing.

    Notes
    -----
    Four whole weeks, so every weekday counts alike.

    Examples
    --------
    >>> len(base_days(dt.date(2026, 10, 5), {dt.date(2026, 9, 9)}))
    27
    """
    return [day for day in span(last - (days - 1) * ONE_DAY, last) if day not in set(left_out)]


def totals(shop_days: pd.DataFrame, days: Collection[dt.date]) -> dict[str, float]:
    """Sums of some days and the ratios made of them.

    Parameters
    ----------
    shop_days : DataFrame indexed by day
        Canonical columns of the shop; persons, CNY.
    days : collection of date
        Which days; those without an export are not counted.

    Returns
    -------
    dict of float
        `days` known, sums of COUNTS, `net_amount` (CNY, pay_amount - refund_amount), `pay_conversion_rate`
        (sum of buyers / sum of daily visitors), `avg_order_value`. NaN: not known.

    Raises
    ------
    Nothing.

    Notes
    -----
    Visitors of several days are the sum of daily visitors, as operators use it: one person may count twice.

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", periods=2)
    >>> table = pd.DataFrame({"visitors": [100, 300], "pay_buyers": [1, 7]}, index=days)
    >>> totals(table, [dt.date(2026, 1, 1), dt.date(2026, 1, 2)])["pay_conversion_rate"]
    0.02
    """
    rows = shop_days[shop_days.index.isin(pd.DatetimeIndex(sorted(days)))]
    sums = {name: float(rows[name].sum(min_count=1)) if name in rows else np.nan for name in COUNTS}
    return {
        "days": float(len(rows)),
        **sums,
        "net_amount": sums["pay_amount"] - sums["refund_amount"],
        "pay_conversion_rate": ratio("pay_conversion_rate", sums),
        "avg_order_value": ratio("avg_order_value", sums),
    }


def attainment(actual: Mapping[str, float], targets: Mapping[str, float]) -> pd.DataFrame:
    """Targets against what was reached.

    Parameters
    ----------
    actual : mapping of metric to value
        Any unit; NaN: not known.
    targets : mapping of metric to target

    Returns
    -------
    DataFrame
        metric, value, target, reached (share), band (the highest of 1, .95, .85, .70 that is reached, 0 below
        all, NaN: not known), in the order of the targets.

    Raises
    ------
    Nothing.

    Notes
    -----
    Bands >= 100 / 95 / 85 / 70% are trade lore.

    Examples
    --------
    >>> attainment({"pay_amount": 96.0}, {"pay_amount": 100.0})[["reached", "band"]].values.tolist()
    [[0.96, 0.95]]
    """
    rows = []
    for metric, target in targets.items():
        value = float(actual.get(metric, np.nan))
        reached = value / target if target else np.nan
        band = next((edge for edge in BANDS if reached >= edge), 0.0) if np.isfinite(reached) else np.nan
        rows.append((metric, value, float(target), reached, band))
    return pd.DataFrame(rows, columns=["metric", "value", "target", "reached", "band"])


def phase_table(
    shop_days: pd.DataFrame, phases: Mapping[str, Span], base: Collection[dt.date]
) -> pd.DataFrame:
    """The campaign by phase beside an ordinary day.

    Parameters
    ----------
    shop_days : DataFrame indexed by day
        Canonical columns of the shop.
    phases : mapping of phase name to (first, last) day
        A day in two phases counts for the later one.
    base : collection of date
        The ordinary days.

    Returns
    -------
    DataFrame
        phase ("base" first), first, last, days, the sums and ratios of `totals`, day_amount (CNY a day) and
        burst (times the base's day_amount, NaN: not known).

    Raises
    ------
    Nothing.

    Notes
    -----
    Burst factor = daily mean of the phase / daily mean of the base.

    Examples
    --------
    >>> days = pd.DataFrame({"pay_amount": [10.0, 30.0]}, index=pd.date_range("2026-01-01", periods=2))
    >>> day = dt.date(2026, 1, 2)
    >>> phase_table(days, {"peak": (day, day)}, [dt.date(2026, 1, 1)])["burst"].tolist()
    [1.0, 3.0]
    """
    owner = {day: name for name in PHASES if name in phases for day in span(*sorted(phases[name]))}
    groups = {"base": sorted(base)} | {
        name: [day for day, held in owner.items() if held == name] for name in PHASES if name in phases
    }
    rows = [
        {"phase": name, "first": min(days), "last": max(days), **totals(shop_days, days)}
        for name, days in groups.items()
        if days
    ]
    table = pd.DataFrame(rows)
    table["day_amount"] = divide(table["pay_amount"], table["days"])
    return table.assign(burst=table["day_amount"] / table["day_amount"].iloc[0])


def source_table(
    channel_days: pd.DataFrame, window: Span, base: Collection[dt.date], previous: Span | None = None
) -> pd.DataFrame:
    """Sources of the campaign against the base and the campaign before it, a day's mean each.

    Parameters
    ----------
    channel_days : DataFrame
        date, channel, label, visitors (persons), pay_buyers (persons), pay_amount (CNY).
    window : (date, date)
        First and last day.
    base : collection of date
        The ordinary days.
    previous : (date, date), optional
        The window of the previous campaign; NaN columns without one or when its days have no export.

    Returns
    -------
    DataFrame
        channel, label, visitors, visitors_base, change (share), visitors_previous, pay_conversion_rate,
        conversion_base, pay_amount (CNY a day), by visitors gained.

    Raises
    ------
    Nothing.

    Notes
    -----
    Means over the days there are. Sources overlap: they do not add up to the shop's visitors.

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", periods=2)
    >>> rows = pd.DataFrame({"date": days, "channel": "search", "label": "s",
    ...                      "visitors": [100, 150], "pay_buyers": [1, 3], "pay_amount": [50.0, 150.0]})
    >>> day = dt.date(2026, 1, 2)
    >>> source_table(rows, (day, day), [dt.date(2026, 1, 1)])["change"].tolist()
    [0.5]
    """
    now, before = _channel_means(channel_days, span(*window)), _channel_means(channel_days, base)
    earlier = _channel_means(channel_days, span(*previous)) if previous else before.iloc[:0]
    table = now.join(before.add_suffix("_base"), how="outer").join(
        earlier.add_suffix("_previous"), how="left"
    )
    names = channel_days.drop_duplicates("channel").set_index("channel")["label"]
    counts = ["visitors", "visitors_base", "pay_buyers", "pay_buyers_base", "pay_amount"]
    table = table.assign(**{name: table[name].fillna(0.0) for name in counts})
    table = table.assign(
        label=names.reindex(table.index),
        change=divide(table["visitors"], table["visitors_base"]) - 1,
        pay_conversion_rate=ratio("pay_conversion_rate", table),
        conversion_base=divide(table["pay_buyers_base"], table["visitors_base"]),
    )
    gained = (table["visitors"] - table["visitors_base"]).sort_values(ascending=False, kind="stable")
    chosen = ["label", "visitors", "visitors_base", "change", "visitors_previous"]
    chosen += ["pay_conversion_rate", "conversion_base", "pay_amount"]
    return table.loc[gained.index, chosen].rename_axis("channel").reset_index()


def _channel_means(channel_days: pd.DataFrame, days: Collection[dt.date]) -> pd.DataFrame:
    """Daily means by channel over the days that have an export."""
    rows = channel_days[channel_days["date"].isin(pd.DatetimeIndex(sorted(days)))]
    sums = rows.groupby("channel")[["visitors", "pay_buyers", "pay_amount"]].sum()
    return sums / max(rows["date"].nunique(), 1)
