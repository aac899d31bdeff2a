"""Rivals: who gains on us, in traffic or in value for the platform, and whether our rank fell.

Rivals come as indices. Their differences are not differences of the real figure, so growth is read by
direction, or, where the shop's own pairs of value and index calibrate the scale, in calibrated terms.
"""

from typing import Any

import numpy as np
import pandas as pd

from shopbook import units
from shopbook.analysis.calibrate import Calibration, deindex, fit_index
from shopbook.analysis.compare import Comparison, against
from shopbook.findings.facts import Facts
from shopbook.findings.finding import DataWarning, Finding, Level
from shopbook.findings.verdict import routed
from shopbook.metrics.ratio import ratio
from shopbook.text import tr

# own real figure -> the index the platform shows of it
PAIRS = {"pay_amount": "trade_index", "visitors": "traffic_index"}
SELF = "self"
_WEEKS = 8


def rival_findings(facts: Facts) -> list[Finding]:
    """Rank, the rival that gains most traffic on us, and the one that gains most value for each visitor."""
    weekly = weekly_growth(facts)
    found = [_rank(facts), _gain(facts, weekly, "rivals.traffic", "visitors"), _value(facts, weekly)]
    return [finding for finding in found if finding is not None]


def rival_table(facts: Facts) -> list[dict[str, Any]]:
    """A row a rival: this week's growth on the four before in amount, traffic, visitor value; its place."""
    weekly = weekly_growth(facts)
    ranks = _latest(facts, "rank")
    rows = []
    for entity in sorted(weekly, key=lambda name: -(weekly[name].get("pay_amount", np.nan) or -9)):
        growth = weekly[entity]
        rows.append(
            {
                "rival": entity,
                "label": own_name(entity),
                "amount_change": growth.get("pay_amount"),
                "visitors_change": growth.get("visitors"),
                "visitor_value_change": _value_growth(growth),
                "rank": ranks.get(entity),
            }
        )
    return rows


def rival_warnings(facts: Facts) -> list[DataWarning]:
    """Said when rivals' indices cannot be calibrated: then only directions are shown."""
    if facts.frames["rivals"].empty or all(calibration(facts, metric) for metric in PAIRS):
        return []
    text = tr("Rivals come as indices without enough days to calibrate them: directions only.")
    level = facts.rules.warnings["index_uncalibrated"].level
    return [DataWarning(level=level, code="index_uncalibrated", text=text, scope={"kind": "rivals"})]


def calibration(facts: Facts, metric: str) -> Calibration | None:
    """ln(index) = a + kappa ln(value) from the shop's own pairs; None with too few days."""
    own_rows = _shops(facts)
    own_rows = own_rows[own_rows["entity"] == SELF].set_index("date") if len(own_rows) else own_rows
    index = PAIRS[metric]
    if own_rows.empty or index not in own_rows or metric not in facts.own:
        return None
    pairs = pd.concat([facts.own[metric], own_rows[index]], axis=1, keys=["value", "index"]).dropna()
    return fit_index(pairs["value"], pairs["index"])


def weekly_growth(facts: Facts) -> dict[str, dict[str, float]]:
    """This week (7 days to the report day) against the four before, by rival: {metric: relative change}.

    The weeks the verdict is judged on too: a single week before is as noisy as this one.
    """
    grown: dict[str, dict[str, float]] = {}
    for metric in PAIRS:
        for entity, series in _weekly_series(facts, metric).items():
            now, before = series.iloc[-1], series.iloc[-5:-1].mean()
            if np.isfinite(now) and np.isfinite(before) and before > 0:
                grown.setdefault(str(entity), {})[metric] = float(now / before - 1)
    return grown


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


def _gain(facts: Facts, weekly: dict[str, dict[str, float]], finding_id: str, metric: str) -> Finding | None:
    """The rival that gained most on us over the week, judged on weekly history."""
    rivals = {name: growth[metric] for name, growth in weekly.items() if name != SELF and metric in growth}
    if not rivals or metric not in weekly.get(SELF, {}):
        return None
    leader = max(rivals, key=lambda name: rivals[name])
    series = _weekly_series(facts, metric)
    found = _weekly_against(facts, series[SELF], series[leader]).best_of(len(rivals))
    names = {"label": leader, "size": units.change(rivals[leader]), "own": units.change(weekly[SELF][metric])}
    headline = tr("{label} did best in traffic this week: {size} on its four weeks before, we {own}", **names)
    return _rival_finding(facts, finding_id, metric, found, headline=headline, leader=leader)


def _value(facts: Facts, weekly: dict[str, dict[str, float]]) -> Finding | None:
    """The rival whose visitors gained most in value: the platform shows such shops first."""
    growth = {name: each for name in weekly if (each := _value_growth(weekly[name])) is not None}
    rivals = {name: each for name, each in growth.items() if name != SELF}
    if not rivals or SELF not in growth:
        return None
    leader = max(rivals, key=lambda name: rivals[name])
    amount, visitors = _weekly_series(facts, "pay_amount"), _weekly_series(facts, "visitors")
    values = {
        name: ratio("visitor_value", pd.DataFrame({"pay_amount": amount[name], "visitors": visitors[name]}))
        for name in (SELF, leader)
    }
    found = _weekly_against(facts, values[SELF], values[leader]).best_of(len(rivals))
    names = {"label": leader, "size": units.change(rivals[leader]), "own": units.change(growth[SELF])}
    headline = tr(
        "{label} did best in value per visitor this week: {size} on its four weeks before, we {own}", **names
    )
    return _rival_finding(facts, "rivals.value", "visitor_value", found, headline=headline, leader=leader)


def _rival_finding(
    facts: Facts, finding_id: str, metric: str, found: Comparison, *, headline: str, leader: str
) -> Finding:
    # A rival's week is followed, not acted on in one morning.
    rare = found.verdict == "worse" and found.chance <= facts.threshold("watch_p")
    level: Level = "watch" if rare else "ok"
    questions = {
        "rivals.traffic": tr("Who gains traffic on us?"),
        "rivals.value": tr("Whose visitors gain in value?"),
    }
    finding = Finding(
        id=finding_id,
        question=questions[finding_id],
        headline=headline,
        level=level,
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


def _weekly_against(facts: Facts, own: pd.Series, rival: pd.Series) -> Comparison:
    weeks = [stamp.date() for stamp in own.index[-5:-1]]
    return against(own.dropna(), facts.day, kind="mean", baseline_days=weeks, reference=rival.dropna())


def _weekly_series(facts: Facts, metric: str) -> pd.DataFrame:
    """Means of whole weeks ending on the report day's weekday, calibrated where possible; a column a shop."""
    rows = _shops(facts)
    index = PAIRS[metric]
    if rows.empty or index not in rows:
        return pd.DataFrame()
    table = rows.pivot_table(index="date", columns="entity", values=index, aggfunc="last")
    scale = calibration(facts, metric)
    values = table.apply(deindex, calibration=scale) if scale else table
    # A week with a platform event in it is not comparable with one without.
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


def _value_growth(growth: dict[str, float]) -> float | None:
    if not {"pay_amount", "visitors"} <= set(growth):
        return None
    return (1 + growth["pay_amount"]) / (1 + growth["visitors"]) - 1
