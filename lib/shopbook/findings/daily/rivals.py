"""Rivals: who gains on us, in traffic or in value for the platform, and whether our rank fell.

Rivals come as indices. Their differences are not differences of the real figure, so growth is read by
direction, or, where the shop's own pairs of value and index calibrate the scale, in calibrated terms.
"""

import math
from typing import Any

import pandas as pd

from shopbook import units
from shopbook.analysis.calibrate import Calibration, deindex, fit_index
from shopbook.analysis.compare import Comparison, against
from shopbook.analysis.week import week_against, week_against_each
from shopbook.findings.facts import Facts
from shopbook.findings.finding import DataWarning, Finding
from shopbook.findings.verdict import routed
from shopbook.metrics.ratio import ratio
from shopbook.text import tr

# own real figure -> the index the platform shows of it
PAIRS = {"pay_amount": "trade_index", "visitors": "traffic_index"}
SELF = "self"
_WEEKS = 8


def rival_findings(facts: Facts) -> list[Finding]:
    """Rank, the rival that gains most traffic on us, and the one that gains most value for each visitor."""
    found = [
        _rank(facts),
        _gain(facts, "rivals.traffic", "visitors"),
        _gain(facts, "rivals.value", "visitor_value"),
    ]
    return [finding for finding in found if finding is not None]


def rival_table(facts: Facts) -> list[dict[str, Any]]:
    """A row a rival: this week's growth on the four before in amount, traffic, visitor value; its place."""
    weekly = weekly_growth(facts)
    ranks = _latest(facts, "rank")
    rows = []
    for entity in sorted(weekly, key=lambda name: -weekly[name].get("pay_amount", -math.inf)):
        growth = weekly[entity]
        rows.append(
            {
                "rival": entity,
                "label": own_name(entity),
                "amount_change": growth.get("pay_amount"),
                "visitors_change": growth.get("visitors"),
                "visitor_value_change": growth.get("visitor_value"),
                "rank": ranks.get(entity),
            }
        )
    return rows


def rival_warnings(facts: Facts) -> list[DataWarning]:
    """Said when rivals' indices cannot be calibrated: then only directions are shown."""
    if facts.frames["rivals"].empty or all(calibration(facts, metric) for metric in PAIRS):
        return []
    text = tr("Rivals come as indices without enough days to calibrate them: directions only.")
    if SELF not in set(_shops(facts)["entity"]):
        text = tr("The rivals sheet has no rows of our own shop: add it, then we can be held against rivals.")
    level = facts.rules.warnings["index_uncalibrated"].level
    return [DataWarning(level=level, code="index_uncalibrated", text=text, scope={"kind": "rivals"})]


def calibration(facts: Facts, metric: str) -> Calibration | None:
    """ln(index) = a + kappa ln(value) from the shop's own pairs; None where they carry no scale."""
    own_rows = _shops(facts)
    own_rows = own_rows[own_rows["entity"] == SELF].set_index("date") if len(own_rows) else own_rows
    index = PAIRS[metric]
    if own_rows.empty or index not in own_rows or metric not in facts.own:
        return None
    pairs = pd.concat([facts.own[metric], own_rows[index]], axis=1, keys=["value", "index"]).dropna()
    try:
        return fit_index(pairs["value"], pairs["index"])
    except ValueError:  # falls while the value rises, or does not move: of another thing, so no scale
        return None


def weekly_growth(facts: Facts) -> dict[str, dict[str, float]]:
    """This week (7 days to the report day) against clean ones before, by rival: {metric: relative change}.

    The comparisons the verdict is made from: what is shown is what was judged.
    """
    grown: dict[str, dict[str, float]] = {}
    for metric in (*PAIRS, "visitor_value"):
        for entity, found in rival_weeks(facts, metric).items():
            for name, change in ((entity, found.market_change), (SELF, found.change)):
                if change is not None:
                    grown.setdefault(name, {})[metric] = change
    for metric in PAIRS:
        for entity, change in _by_themselves(facts, metric).items():
            grown.setdefault(entity, {})[metric] = change
    return grown


def _by_themselves(facts: Facts, metric: str) -> dict[str, float]:
    """How each rival's week moved where the sheet has no row of our own shop to hold against them."""
    days = _series(facts, metric)
    if SELF in days:
        return {}
    skip = facts.special_days
    weeks = {str(name): week_against(days[name].dropna(), facts.day, kind="mean", skip=skip) for name in days}
    return {
        name: week.found.change
        for name, week in weeks.items()
        if week is not None and week.found.change is not None
    }


def rival_weeks(facts: Facts, metric: str) -> dict[str, Comparison]:
    """Our last seven days of a metric against each rival's; "visitor_value" is sales over visitors."""
    return facts.once(("rival_weeks", metric), lambda: _rival_weeks(facts, metric))


def _rival_weeks(facts: Facts, metric: str) -> dict[str, Comparison]:
    """By days; by weekly means where a week has too few of them."""
    days = _series(facts, metric)
    if SELF not in days:
        return {}
    own, rivals = days[SELF].dropna(), days.drop(columns=SELF)
    weeks = week_against_each(own, facts.day, rivals, skip=facts.special_days)
    means = _weekly_means(facts, days)
    base = [stamp.date() for stamp in means.index[-5:-1]]
    found = {
        str(name): weeks[name].found
        if name in weeks
        else against(
            means[SELF].dropna(), facts.day, kind="mean", baseline_days=base, reference=means[name].dropna()
        )
        for name in rivals
    }
    return {name: each for name, each in found.items() if each.market_change is not None}


def own_name(entity: str) -> str:
    return tr("our shop") if entity == SELF else entity


def _rank(facts: Facts) -> Finding | None:
    ranks = _shops(facts)
    if "rank" not in ranks:
        return None
    own = ranks[ranks["entity"] == SELF].set_index("date")["rank"].dropna()
    week_ago = own[own.index <= facts.stamp - pd.Timedelta(days=7)].tail(1)
    if facts.stamp not in own.index or week_ago.empty:
        return None
    now, before = float(own[facts.stamp]), float(week_ago.iloc[0])
    fell = now - before
    finding = Finding(
        id="rivals.rank",
        question=tr("Did our rank fall?"),
        headline=tr("Rank {now:.0f}, {move} in a week", now=now, move=_moved(fell)),
        level="watch" if fell >= facts.threshold("rank_places") else "ok",
        verdict="unknown",
        metric="rank",
        value=now,
        baseline=before,
        baseline_days=(week_ago.index[0].date().isoformat(),),
        change=now / before - 1,
    )
    return routed(facts, finding)


def _moved(fell: float) -> str:
    if fell == 0:
        return tr("unchanged")
    return (
        tr("{places:.0f} place(s) down", places=fell)
        if fell > 0
        else tr("{places:.0f} place(s) up", places=-fell)
    )


def _gain(facts: Facts, finding_id: str, metric: str) -> Finding | None:
    """The rival that gained most over the week, in traffic or in value, by which the platform ranks shops."""
    weeks = rival_weeks(facts, metric)
    if not weeks:
        return _moved_most(facts) if metric == "visitors" else None
    leader = max(weeks, key=lambda name: weeks[name].market_change or 0.0)
    found = weeks[leader].best_of(len(weeks))
    # A rival's week is followed, not acted on in one morning.
    rare = found.verdict == "worse" and found.chance <= facts.threshold("watch_p")
    question, headline = _said(metric, leader, found)
    finding = Finding(
        id=finding_id,
        question=question,
        headline=headline,
        level="watch" if rare else "ok",
        verdict=found.verdict,
        scope={"rival": leader},
        metric=metric,
        change=found.change,
        comparator="peers",
        market_change=found.market_change,
        relative=found.relative,
        interval=found.interval,
        caveats=()
        if calibration(facts, "visitors")
        else (tr("from indices: the direction holds, the size does not"),),
    )
    return routed(facts, finding, label=leader)


def _moved_most(facts: Facts) -> Finding | None:
    """The rival that did best by its own index; without ours beside it there is nothing to judge."""
    moved = _by_themselves(facts, "visitors")
    if not moved:
        return None
    leader = max(moved, key=lambda name: moved[name])
    finding = Finding(
        id="rivals.traffic",
        question=tr("Who gains traffic on us?"),
        headline=tr(
            "{label} did best in traffic this week: {size} on its four weeks before, by its index; "
            "our own shop is not in the sheet",
            label=leader,
            size=units.change(moved[leader]),
        ),
        level="ok",
        verdict="unknown",
        scope={"rival": leader},
        metric="visitors",
        comparator="peers",
        market_change=moved[leader],
        caveats=(tr("from indices: the direction holds, the size does not"),),
    )
    return routed(facts, finding, label=leader)


def _said(metric: str, leader: str, found: Comparison) -> tuple[str, str]:
    """Question and headline."""
    names = {
        "label": leader,
        "size": units.change(found.market_change),
        "own": units.change(found.change),
    }
    if metric == "visitors":
        return tr("Who gains traffic on us?"), tr(
            "{label} did best in traffic this week: {size} on its four weeks before, we {own}", **names
        )
    return tr("Whose visitors gain in value?"), tr(
        "{label} did best in value per visitor this week: {size} on its four weeks before, we {own}", **names
    )


def _series(facts: Facts, metric: str) -> pd.DataFrame:
    """Days x shops of a metric, calibrated where possible."""
    if metric == "visitor_value":
        amount, visitors = _series(facts, "pay_amount"), _series(facts, "visitors")
        both = amount.columns.intersection(visitors.columns)
        parts = ({"pay_amount": amount[name], "visitors": visitors[name]} for name in both)
        values = (ratio("visitor_value", pd.DataFrame(each)) for each in parts)
        return pd.DataFrame(dict(zip(both, values, strict=True)))
    rows, index = _shops(facts), PAIRS[metric]
    if rows.empty or index not in rows:
        return pd.DataFrame()
    table = rows.pivot_table(index="date", columns="entity", values=index, aggfunc="last")
    scale = calibration(facts, metric)
    return table.apply(deindex, calibration=scale) if scale else table


def _weekly_means(facts: Facts, values: pd.DataFrame) -> pd.DataFrame:
    """Means of whole weeks ending on the report day's weekday, without special days."""
    ordinary = values[~values.index.isin([pd.Timestamp(day) for day in facts.special_days])]
    recent = ordinary[ordinary.index > facts.stamp - pd.Timedelta(days=7 * _WEEKS)]
    age = (facts.stamp - recent.index).days // 7
    means = recent.groupby(age).mean().sort_index(ascending=False)
    means.index = pd.DatetimeIndex([facts.stamp - pd.Timedelta(days=7 * int(weeks)) for weeks in means.index])
    return means


def _shops(facts: Facts) -> pd.DataFrame:
    return facts.rival_shops


def _latest(facts: Facts, metric: str) -> dict[str, float]:
    rows = _shops(facts)
    if metric not in rows:
        return {}
    newest = rows[rows["date"] <= facts.stamp].dropna(subset=[metric]).drop_duplicates("entity", keep="last")
    return dict(zip(newest["entity"], newest[metric].astype(float), strict=True))
