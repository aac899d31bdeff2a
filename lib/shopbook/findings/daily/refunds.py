"""Refunds: the day, the reasons, the item whose quality refunds rise, and the share of each payment week."""

from typing import Any

import pandas as pd
from scipy.special import bdtrc

from shopbook import units
from shopbook.findings.compared import base_fields
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from shopbook.findings.verdict import level_of, routed, sentence
from shopbook.findings.warnings.data import item_names
from shopbook.findings.warnings.found import short
from shopbook.metrics.frame import finished_refunds, within
from shopbook.metrics.ratio import change, ratio
from shopbook.text import tr

# Reasons of the platform's list that speak of the product or the parcel, not of a change of mind.
QUALITY = "质量|破损|瑕疵|做工|不符|假货|变质|漏发|少件|错发|损坏|色差|开裂|异味"
_RECENT_DAYS = 14
_BEFORE_DAYS = 35
# A refund follows its payment by about a week: the sales it is held against are a week older.
_LAG_DAYS = 7


def refund_findings(facts: Facts) -> list[Finding]:
    """The shop's refunds of the day, and the item whose quality refunds rise."""
    item = quality_item(facts)
    found = (shop_refunds(facts, item), item, large_refund(facts))
    return [finding for finding in found if finding is not None]


def large_refund(facts: Facts) -> Finding | None:
    """One refund of the day that is more than the shop sells on a usual day: a fact, whatever is usual."""
    rows, paid = _done(facts), facts.own.get("pay_amount", pd.Series(dtype=float))
    usual = paid.reindex(facts.baseline_stamps).mean()
    today = rows[rows["date"] == facts.stamp] if len(rows) else rows
    if today.empty or not today["refund_amount"].max() > usual > 0:
        return None
    largest = today.loc[today["refund_amount"].idxmax()]
    item_id, value = str(largest["item_id"]), float(largest["refund_amount"])
    words = {"item": item_label(facts, item_id), "amount": units.money(value), "usual": units.money(usual)}
    finding = Finding(
        id="service.large_refund",
        question=tr("Is one refund larger than a day's sales?"),
        headline=tr("One refund of {amount} on {item}: a usual day sells {usual}", **words),
        level="watch",
        scope={"item_id": item_id},
        metric="refund_amount",
        value=value,
    )
    return routed(facts, finding, label=words["item"], amount=words["amount"])


def shop_refunds(facts: Facts, item: Finding | None = None) -> Finding | None:
    """Refunds finished on the day against the same weekdays; quality's task when one item drives them."""
    if facts.value("refund_amount") is None:
        return None
    found, week = facts.compare("refund_amount"), facts.week("refund_amount")
    headline = sentence("refund_amount", found, "none", week)
    share = facts.value("refund_rate_amount")
    if share is not None:
        headline += tr("; same-day ratio {share}", share=units.figure(share, "fraction"))
    finding = Finding(
        id="service.refunds",
        question=tr("Do refunds rise, and why?"),
        headline=headline,
        level=level_of(facts, found, metric="refund_amount", comparator="none", week=week),
        verdict=found.verdict,
        caveats=(
            tr("refunds of a day belong to payments of earlier days: the same-day ratio is no refund rate"),
        ),
        **base_fields(facts, "refund_amount", found, "none", week),
    )
    rows = reason_table(facts)
    label = tr("reason {reason}", reason=rows[0]["label"]) if rows else tr("the day")
    if item is None:
        return routed(facts, finding, label=label)
    return routed(facts, finding, "quality.refunds", label=item_label(facts, item.scope["item_id"]))


def quality_item(facts: Facts) -> Finding | None:
    """The item whose quality refunds rose most beyond its sales, tested over all items at once."""
    tested = rising_items(facts)
    if tested.empty:
        return None
    worst = tested.iloc[0]
    likely, sure = facts.threshold("refund_rise_p"), facts.threshold("refund_rise_p") / 10
    enough = worst["recent"] >= facts.threshold("refund_least")
    enough &= worst["share"] >= facts.threshold("refund_quality_share")
    if worst["p_all"] > likely or not enough:
        return None
    item_id = str(worst["item_id"])
    name = item_label(facts, item_id)
    expected = float(worst["expected"])
    finding = Finding(
        id="quality.refunds",
        question=tr("Do refunds for quality rise on an item?"),
        headline=tr(
            "{item}: {recent} quality refunds in {days} days, about {expected} were to be expected",
            item=name,
            recent=units.count(worst["recent"]),
            days=_RECENT_DAYS,
            expected=units.count(expected),
        ),
        level="act" if worst["p_all"] <= sure else "watch",
        verdict="worse",
        scope={"item_id": item_id},
        metric="refund_orders",
        value=float(worst["recent"]),
        baseline=expected,
        change=change(worst["recent"], expected),
        caveats=(tr("reasons are the buyer's choice from a list"),),
    )
    return routed(facts, finding, label=name)


def rising_items(facts: Facts) -> pd.DataFrame:
    """Quality refunds by item, recent against before, with the chance of such a rise over all items.

    Given the item's refunds of both windows, the recent ones are binomial with the share of sales behind
    them; `p_all` is that chance times the number of items tested.
    """
    refunds, items = _done(facts), facts.items
    if refunds.empty or items.empty or "pay_units" not in items:
        return pd.DataFrame()
    recent_from = facts.stamp - pd.Timedelta(days=_RECENT_DAYS - 1)
    before_from = recent_from - pd.Timedelta(days=_BEFORE_DAYS)
    bad = refunds[refunds["quality"]]
    counts = pd.DataFrame(
        {
            "recent": bad[bad["date"] >= recent_from].groupby("item_id").size(),
            "before": bad[bad["date"].between(before_from, recent_from - pd.Timedelta(days=1))]
            .groupby("item_id")
            .size(),
            "all_recent": refunds[refunds["date"] >= recent_from].groupby("item_id").size(),
        }
    ).fillna(0.0)
    sold = (
        _sold(items, recent_from, facts.stamp + pd.Timedelta(days=1)),
        _sold(items, before_from, recent_from),
    )
    counts["units_recent"], counts["units_before"] = (each.reindex(counts.index).fillna(0.0) for each in sold)
    share = counts["units_recent"] / (counts["units_recent"] + counts["units_before"])
    known = counts.assign(part=share).dropna()
    known = known[(known["recent"] > 0) & known["part"].between(0, 1, inclusive="neither")]
    total = known["recent"] + known["before"]
    p_value = bdtrc(known["recent"].to_numpy() - 1, total.to_numpy(int), known["part"].to_numpy())
    expected = known["before"] * known["part"] / (1 - known["part"])
    known = known.assign(
        p_all=p_value * max(len(known), 1), expected=expected, share=known["recent"] / known["all_recent"]
    )
    return known.sort_values("p_all").reset_index(names="item_id")


def reason_table(facts: Facts) -> list[dict[str, Any]]:
    """Refunds of the last two weeks by reason: orders, yuan, share, and the daily mean against before."""
    rows = _done(facts)
    if rows.empty:
        return []
    recent_from = facts.stamp - pd.Timedelta(days=_RECENT_DAYS - 1)
    before_from = recent_from - pd.Timedelta(days=_BEFORE_DAYS)
    recent = rows[rows["date"] >= recent_from]
    before = rows[rows["date"].between(before_from, recent_from - pd.Timedelta(days=1))]
    usual = before.groupby("refund_reason").size() / _BEFORE_DAYS * _RECENT_DAYS
    found = []
    for reason, each in recent.groupby("refund_reason"):
        base = float(usual.get(reason, 0.0))
        found.append(
            {
                "label": str(reason) or tr("not stated"),
                "refund_orders": len(each),
                "refund_amount": float(each["refund_amount"].sum()),
                "share": len(each) / len(recent),
                "baseline": base,
                "change": change(len(each), base),
            }
        )
    return sorted(found, key=lambda row: -row["refund_amount"])


def item_table(facts: Facts, top: int = 8) -> list[dict[str, Any]]:
    """The items with the most refunded yuan of the last two weeks and how many were for quality."""
    rows = _done(facts)
    if rows.empty:
        return []
    recent = rows[rows["date"] >= facts.stamp - pd.Timedelta(days=_RECENT_DAYS - 1)]
    grouped = recent.groupby("item_id").agg(
        refund_orders=("refund_amount", "size"),
        refund_amount=("refund_amount", "sum"),
        quality=("quality", "sum"),
    )
    chosen = grouped.sort_values("refund_amount", ascending=False).head(top)
    return [
        {
            "item_id": str(item_id),
            "label": item_label(facts, str(item_id)),
            **{k: float(v) for k, v in row.items()},
        }
        for item_id, row in chosen.iterrows()
    ]


def cohort_table(facts: Facts) -> list[dict[str, Any]]:
    """Refund share of each week of payment; a week younger than the maturity is still counting."""
    rows = _done(facts)
    if rows.empty or "pay_date" not in rows or rows["pay_date"].isna().all() or "pay_amount" not in facts.own:
        return []
    paid = facts.own["pay_amount"].groupby(_week(facts.own.index)).agg(["sum", "size"])
    refunded = rows.groupby(_week(pd.DatetimeIndex(rows["pay_date"])))["refund_amount"].sum()
    # Payments before the first refund on file lost refunds that are not on file any more.
    first = rows["date"].min()
    waiting = pd.Timedelta(days=int(facts.threshold("immature_refund_days")))
    found = []
    for week, row in paid[paid["size"] == 7].iterrows():
        if week < first or not row["sum"]:
            continue
        amount = float(refunded.get(week, 0.0))
        ripe = week + pd.Timedelta(days=6) + waiting <= facts.stamp
        found.append(
            {
                "week": f"{week:%m-%d}",
                "pay_amount": float(row["sum"]),
                "refund_amount": amount,
                "refund_rate_amount": ratio(
                    "refund_rate_amount", {"refund_amount": amount, "pay_amount": float(row["sum"])}
                ),
                "state": tr("complete") if ripe else tr("still counting"),
            }
        )
    return found[::-1][:8]


def item_label(facts: Facts, item_id: str) -> str:
    """An item's short title, from the item report or the refunds themselves; else its id."""
    if item_id in (known := item_names(facts)):
        return known[item_id]
    return facts.once("refunded_names", lambda: _refunded_names(facts)).get(item_id, item_id)


def _refunded_names(facts: Facts) -> dict[str, str]:
    rows = facts.frames.get("refunds", pd.DataFrame())
    if rows.empty or "item_name" not in rows:
        return {}
    newest = rows.drop_duplicates("item_id", keep="last")
    return dict(zip(newest["item_id"].tolist(), map(short, newest["item_name"].tolist()), strict=True))


def _done(facts: Facts) -> pd.DataFrame:
    """Finished refunds up to the day, with the text columns filled and `quality` told from the reason."""
    return facts.once("refunds_done", lambda: _finished(facts))


def _finished(facts: Facts) -> pd.DataFrame:
    rows = facts.frames.get("refunds", pd.DataFrame())
    if rows.empty:
        return rows
    rows = finished_refunds(rows[rows["date"] <= facts.stamp])
    reason = rows["refund_reason"].fillna("") if "refund_reason" in rows else pd.Series("", index=rows.index)
    return rows.assign(refund_reason=reason, quality=reason.str.contains(QUALITY))


def _sold(items: pd.DataFrame, first: pd.Timestamp, until: pd.Timestamp) -> pd.Series:
    """Units by item of the payment days behind the refunds of a window."""
    lag, day = pd.Timedelta(days=_LAG_DAYS), pd.Timedelta(days=1)
    return within(items, first - lag, until - lag - day).groupby("item_id")["pay_units"].sum()


def _week(days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    return days - pd.to_timedelta(days.day_of_week, unit="D")
