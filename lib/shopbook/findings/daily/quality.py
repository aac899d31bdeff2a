"""Quality and logistics: DSR against the industry, item ratings under the goal, bad reviews."""

from typing import Any

import pandas as pd
from scipy.special import bdtrc

from shopbook import units
from shopbook.columns import column, label
from shopbook.findings.daily.refunds import item_label
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding, Level
from shopbook.findings.verdict import routed
from shopbook.metrics.ratio import change, divide, ratio
from shopbook.text import tr

SCORES = ("dsr_description", "dsr_service", "dsr_logistics")
LOGISTICS = ("ship_hours", "pay_to_sign_seconds", "pickup_ontime_rate", "quality_refund_rate", "dispute_rate")
_WEEK, _MONTH = 7, 28
_FRESH_DAYS = 14


def quality_findings(facts: Facts) -> list[Finding]:
    """The score that fell, the lowest rating, the bad reviews."""
    found = [dsr(facts), rating(facts), reviews(facts)]
    return [finding for finding in found if finding is not None]


def dsr(facts: Facts) -> Finding | None:
    """The score furthest below its own past month, and where it stands in the industry."""
    rows = dsr_table(facts)
    if not rows:
        return None
    worst = min(rows, key=lambda row: (row["effect"] if row["effect"] is not None else 0.0, row["value"]))
    fell = worst["effect"] is not None and worst["effect"] <= -facts.threshold("dsr_drop") + 1e-9
    below = worst["peer_avg"] is not None and worst["value"] < worst["peer_avg"]
    drop = -(worst["effect"] or 0.0)
    if fell:
        said = tr(
            "{label} {value}, {drop} below its mean of four weeks", label=worst["name"],
            value=units.figure(worst["value"], "score"), drop=units.figure(drop, "score"),
        )  # fmt: skip
    else:
        shown = tr(", ").join(f"{row['name']} {units.figure(row['value'], 'score')}" for row in rows)
        said = tr("DSR stands: {scores}", scores=shown)
    if worst["peer_avg"] is not None:
        said += tr("; industry {peer}", peer=units.figure(worst["peer_avg"], "score"))
    far = drop >= facts.threshold("dsr_drop_act") - 1e-9
    level: Level = "act" if far and below else "watch" if fell or below else "ok"
    finding = Finding(
        id="quality.dsr",
        question=tr("Did a DSR score fall?"),
        headline=said,
        level=level,
        verdict="worse" if fell else "unknown" if below else "same",
        metric=worst["metric"],
        value=worst["value"],
        baseline=worst["baseline"],
        change=change(worst["value"], worst["baseline"]),
        caveats=(tr("a score is a mean of 180 days: a small step is many bad reviews"),),
    )
    return routed(facts, finding)


def dsr_table(facts: Facts) -> list[dict[str, Any]]:
    """Each score: the newest, its mean of four weeks, the industry, the differences."""
    frame = facts.frames.get("dsr", pd.DataFrame())
    days = frame.drop_duplicates("date", keep="last").set_index("date") if len(frame) else facts.own
    rows = []
    for metric in SCORES:
        known = days[metric].dropna().loc[: facts.stamp] if metric in days else pd.Series(dtype=float)
        if known.empty:
            continue
        newest, day = float(known.iloc[-1]), known.index[-1]
        past = known[day - pd.Timedelta(days=_MONTH) : day - pd.Timedelta(days=1)]
        base = float(past.mean()) if len(past) else None
        rows.append(
            {
                "metric": metric,
                "name": label(metric),
                "date": f"{day:%Y-%m-%d}",
                "value": newest,
                "baseline": base,
                "effect": newest - base if base is not None else None,
                "peer_avg": _industry(facts, days, metric),
            }
        )
    return rows


def rating(facts: Facts) -> Finding | None:
    """The item with the lowest rating under the goal; newly fallen ones are acted on, old ones watched."""
    rows = [row for row in rating_table(facts) if row["low"]]
    if not rows:
        return None
    goal = facts.threshold("rating_goal")
    fell = next((row for row in rows if row["previous"] is not None and row["previous"] >= goal), None)
    worst = fell or rows[0]
    said = tr(
        "{item} is rated {value}, goal {goal}; {count} item(s) below it",
        item=worst["label"],
        value=units.figure(worst["value"], "score"),
        goal=units.figure(goal, "score"),
        count=len(rows),
    )
    finding = Finding(
        id="quality.rating",
        question=tr("Which items are rated under the goal?"),
        headline=said,
        level="act" if fell and fell["effect"] <= -facts.threshold("rating_drop") else "watch",
        verdict="worse",
        scope={"item_id": worst["item_id"]},
        metric="item_rating",
        value=worst["value"],
        baseline=worst["previous"],
        change=change(worst["value"], worst["previous"]),
    )
    return routed(facts, finding, label=worst["label"])


def rating_table(facts: Facts) -> list[dict[str, Any]]:
    """The newest hand-filled rating of each item and the one before, lowest first; stale ones left out."""
    return facts.once("rating_table", lambda: _rating_rows(facts))


def _rating_rows(facts: Facts) -> list[dict[str, Any]]:
    frame = facts.frames.get("hand_filled", pd.DataFrame())
    if frame.empty:
        return []
    rows = frame[(frame["metric"] == "item_rating") & (frame["date"] <= facts.stamp) & frame["value"].notna()]
    goal, found = facts.threshold("rating_goal"), []
    for item_id, each in rows.sort_values("date").groupby("entity"):
        newest = each.iloc[-1]
        if newest["date"] < facts.stamp - pd.Timedelta(days=_FRESH_DAYS):
            continue
        before = float(each["value"].iloc[-2]) if len(each) > 1 else None
        value = float(newest["value"])
        found.append(
            {
                "item_id": str(item_id),
                "label": item_label(facts, str(item_id)),
                "value": value,
                "previous": before,
                "effect": value - before if before is not None else None,
                "date": f"{newest['date']:%Y-%m-%d}",
                "low": value < goal,
            }
        )
    return sorted(found, key=lambda row: row["value"])


def reviews(facts: Facts) -> Finding | None:
    """Bad reviews of the last week against the four weeks before, by the share of all reviews."""
    if not {"negative_reviews", "reviews"} <= set(facts.own.columns):
        return None
    rows = facts.own[["negative_reviews", "reviews"]].dropna()
    week = rows[facts.stamp - pd.Timedelta(days=_WEEK - 1) : facts.stamp].sum()
    past = rows[
        facts.stamp - pd.Timedelta(days=_WEEK + _MONTH - 1) : facts.stamp - pd.Timedelta(days=_WEEK)
    ].sum()
    if not week["reviews"] or not past["reviews"]:
        return None
    bad, total = float(week["negative_reviews"]), float(week["reviews"])
    base = divide(past["negative_reviews"], past["reviews"])
    risen = rise_chance(week, past)
    level: Level = "ok"
    if bad >= facts.threshold("review_least") and bad / total > base:
        likely, sure = facts.threshold("refund_rise_p"), facts.threshold("review_act_p")
        level = "act" if risen <= sure else "watch" if risen <= likely else "ok"
    finding = Finding(
        id="quality.reviews",
        question=tr("Do bad reviews rise?"),
        headline=tr(
            "{bad} bad reviews of {total} in seven days ({share}), {base} in the four weeks before",
            bad=units.count(bad),
            total=units.count(total),
            share=units.figure(bad / total, "fraction"),
            base=units.figure(base, "fraction"),
        ),
        level=level,
        verdict="worse" if level != "ok" else "unknown",
        metric="negative_reviews",
        value=bad,
        baseline=base * total,
        change=change(bad, base * total),
        caveats=(tr("reviews follow a payment by a week or two"),),
    )
    return routed(facts, finding, label=_worst_item(facts))


def rise_chance(now: pd.Series, before: pd.Series) -> float:
    """The chance of so many bad reviews if their share had not changed (conditional binomial)."""
    total = float(now["negative_reviews"] + before["negative_reviews"])
    part = float(now["reviews"] / (now["reviews"] + before["reviews"]))
    return (
        float(bdtrc(int(now["negative_reviews"]) - 1, round(total), part)) if now["negative_reviews"] else 1.0
    )


def review_table(facts: Facts, days: int = 14) -> list[dict[str, Any]]:
    """Reviews by day: all, good, bad, the share of good ones; newest first."""
    names = [name for name in ("reviews", "positive_reviews", "negative_reviews") if name in facts.own]
    if "reviews" not in names:
        return []
    rows = facts.own.loc[: facts.stamp, names].tail(days)[::-1]
    return [
        {
            "date": f"{day:%m-%d}",
            **{name: float(row[name]) for name in names},
            "positive_review_rate": ratio("positive_review_rate", row)
            if "positive_reviews" in names
            else None,
        }
        for day, row in rows.iterrows()
    ]


def logistics_table(facts: Facts) -> list[dict[str, Any]]:
    """How long parcels take and how many are picked up in time, the day and its usual value."""
    rows = []
    for metric in LOGISTICS:
        value = facts.value(metric)
        if value is None:
            continue
        known = [each for day in facts.baseline_days if (each := facts.value(metric, day)) is not None]
        usual = sum(known) / len(known) if known else None
        in_hours = column(metric).unit == "seconds" and value > 3 * 3600
        scale = 3600 if in_hours else 1
        rows.append(
            {
                "metric": metric,
                "name": label(metric),
                "shown": units.figure(value / scale, "hours" if in_hours else column(metric).unit),
                "usual": units.figure(
                    usual / scale if usual is not None else None, "hours" if in_hours else column(metric).unit
                ),
                "change": change(value, usual),
            }
        )
    return rows


def _worst_item(facts: Facts) -> str:
    low = [row for row in rating_table(facts) if row["low"]]
    return low[0]["label"] if low else tr("the shop")


def _industry(facts: Facts, days: pd.DataFrame, metric: str) -> float | None:
    peer = f"{metric}_peer"
    known = days[peer].dropna().loc[: facts.stamp] if peer in days else pd.Series(dtype=float)
    if known.empty and metric in facts.peers:
        known = facts.peers[metric].dropna().loc[: facts.stamp]
    return float(known.iloc[-1]) if len(known) else None
