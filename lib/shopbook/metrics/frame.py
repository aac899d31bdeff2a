"""Tidy history frames as day-indexed tables: one row a day, ratios recomputed from their sums."""

import numpy as np
import pandas as pd

from shopbook.metrics.ratio import parts, ratio, ratios

CHANNEL_COUNTS = ("visitors", "order_buyers", "order_amount", "pay_buyers", "pay_amount")


def with_ratios(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with every ratio its columns allow, recomputed from the sums.

    A stated ratio is replaced: exports round it. A ratio whose parts are missing keeps the stated values.

    Parameters
    ----------
    frame : DataFrame
        Canonical columns, any grain; counts and CNY.

    Returns
    -------
    DataFrame
        A copy. NaN where the denominator is 0 or not known: "no traffic" is not "zero conversion".

    Examples
    --------
    >>> days = pd.DataFrame({"pay_buyers": [30, 0], "visitors": [1200, 0]})
    >>> with_ratios(days)["pay_conversion_rate"].tolist()
    [0.025, nan]
    """
    names = [name for name in ratios() if parts(name, frame.columns)]
    return frame.assign(**{name: ratio(name, frame) for name in names})


def shop_days(shop_daily: pd.DataFrame) -> pd.DataFrame:
    """The shop, one row a day, indexed by date, days that have no export left out."""
    if shop_daily.empty:
        return pd.DataFrame(index=pd.DatetimeIndex([], name="date"))
    return with_ratios(shop_daily.sort_values("date").set_index("date"))


def metric_days(frame: pd.DataFrame, value: str = "value") -> pd.DataFrame:
    """A long (date, metric, value) frame as one column a metric, indexed by date; the last row wins."""
    if frame.empty:
        return pd.DataFrame(index=pd.DatetimeIndex([], name="date"))
    return frame.pivot_table(index="date", columns="metric", values=value, aggfunc="last").rename_axis(
        columns=None
    )


def market_days(market: pd.DataFrame) -> pd.DataFrame:
    """Real values of the market, one column a metric (`visitors` ...); indices are left out."""
    values = market[market["value_type"] == "value"] if len(market) else market
    # Both spellings of the category's visitors occur in hand-filled files; they are the same figure.
    return metric_days(values).rename(columns={"market_visitors": "visitors"})


def peer_days(peers: pd.DataFrame) -> pd.DataFrame:
    """Average of shops of the same category and layer (同行同层平均), one column a metric."""
    return metric_days(peers, "peer_avg")


def channel_days(flow_source: pd.DataFrame, level: int = 1) -> pd.DataFrame:
    """Channels of one level, devices added up: date, channel, label, visitors, pay_buyers, pay_amount ...

    Levels repeat each other's sums, so only one is taken. `channel` is the canonical id, or the raw text
    where the export names a source the suite does not know. Channels overlap: one person may come twice.
    """
    if flow_source.empty:
        return pd.DataFrame(columns=["date", "channel", "label", "visitors", "pay_buyers", "pay_amount"])
    rows = channel_rows(flow_source) if level == 1 else flow_source[flow_source["level"] == level]
    label = (
        rows["channel_label"]
        if level == 1
        else rows["channel_detail"].where(rows["channel_detail"] != "", rows["channel_label"])
    )
    rows = rows.assign(channel=rows["channel"].where(rows["channel"] != "", label), label=label)
    counts = [name for name in CHANNEL_COUNTS if name in rows]
    grouped = rows.groupby(["date", "channel"], sort=True)
    return grouped.agg({"label": "first", **dict.fromkeys(counts, "sum")}).reset_index()


def channel_rows(flow_source: pd.DataFrame) -> pd.DataFrame:
    """The rows of the one level that shares are made of, by one meaning of "source" a day.

    An export of several levels marks that level; files before it marked the first. A buyer's every, first or
    last visit are other figures of the same people: of several a day has, the one most days have is used.
    """
    is_top = flow_source["level"] == 1
    marked = flow_source["is_channel"] if "is_channel" in flow_source else is_top.astype(float)
    rows = flow_source[marked.fillna(is_top.astype(float)) == 1]
    if "attribution" not in rows or rows["attribution"].nunique() < 2:
        return rows
    days = rows.groupby("attribution")["date"].nunique().sort_values(ascending=False, kind="stable")
    rank = rows["attribution"].map({name: place for place, name in enumerate(days.index)})
    return rows[rank == rank.groupby(rows["date"]).transform("min")]


def rival_days(rivals: pd.DataFrame, entity_type: str = "shop") -> pd.DataFrame:
    """Rivals of one type, a row an entity and day, a column a metric; ranges as *_low, *_high."""
    figures = ["value", "value_low", "value_high"]
    rows = rivals[rivals["entity_type"] == entity_type] if len(rivals) else rivals
    if rows.empty or rows.reindex(columns=figures).isna().all(axis=None):
        return pd.DataFrame(columns=["date", "entity"])
    tables = []
    for value, suffix in zip(figures, ("", "_low", "_high"), strict=True):
        known = rows.dropna(subset=[value])
        if len(known):
            wide = known.pivot_table(index=["date", "entity"], columns="metric", values=value, aggfunc="last")
            tables.append(wide.add_suffix(suffix))
    return pd.concat(tables, axis=1).rename_axis(columns=None).reset_index()


def finished_refunds(refunds: pd.DataFrame) -> pd.DataFrame:
    """Refund orders with an amount, without those that were closed, withdrawn or rejected."""
    rows = refunds[refunds["refund_amount"].notna()]
    if "refund_status" in rows:
        rows = rows[~rows["refund_status"].fillna("").str.contains("关闭|撤销|拒绝")]
    return rows


def within(frame: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """The rows from day `first` to day `last`, both included; a view where they stand together.

    Parameters
    ----------
    frame : DataFrame
        Any grain with a column `date` (datetime64 day), in any order; a row without a date is left out.
    first, last : Timestamp, day

    Returns
    -------
    DataFrame
        The same columns, rows in their order. History is kept by day: cutting it copies nothing.

    Examples
    --------
    >>> days = pd.DataFrame({"date": pd.date_range("2026-11-01", periods=5), "visitors": range(5)})
    >>> within(days, pd.Timestamp("2026-11-02"), pd.Timestamp("2026-11-03"))["visitors"].tolist()
    [1, 2]
    """
    places = np.flatnonzero(((frame["date"] >= first) & (frame["date"] <= last)).to_numpy())
    if len(places) and places[-1] - places[0] + 1 != len(places):
        return frame.iloc[places]
    return frame.iloc[slice(places[0], places[-1] + 1) if len(places) else slice(0, 0)]


def wide(frame: pd.DataFrame, key: str, value: str) -> pd.DataFrame:
    """A tidy frame as dates x keys of one value; absent pairs are NaN (not known), not 0."""
    return frame.pivot_table(index="date", columns=key, values=value, aggfunc="sum", min_count=1)
