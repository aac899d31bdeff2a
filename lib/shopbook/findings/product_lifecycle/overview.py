"""Lifecycle findings: who changed stage, which item would sell most to more visitors, what to clear."""

import datetime as dt
from typing import Any, Literal

import numpy as np
import pandas as pd

from shopbook import units
from shopbook.analysis.stage_outlook import AHEAD
from shopbook.analysis.stages import STAGES
from shopbook.analysis.stock import clearance
from shopbook.days import short_day
from shopbook.findings.finding import Finding, Level, Verdict
from shopbook.findings.product_lifecycle.facts import LifecycleFacts
from shopbook.findings.rule import Action, action
from shopbook.findings.warnings.found import short
from shopbook.metrics.ratio import change
from shopbook.text import tr

_MOST = 5
# A falling item that made this share of the shop's sales is acted on, a smaller one watched.
_HEROES = 3


def stage_name(stage: str) -> str:
    """A stage in the run's language."""
    names = {
        "new": tr("new stage"),
        "growth": tr("growth stage"),
        "hit": tr("hit stage"),
        "stable": tr("stable stage"),
        "decline": tr("decline stage"),
    }
    return names.get(stage, tr("no stage"))


def todo(facts: LifecycleFacts, route: str, **names: str) -> Action:
    """Who does what by when, and which figure will show it, from a route of the rules."""
    return action(facts.base.rules, facts.base.day, route, **names)


def changed_items(facts: LifecycleFacts) -> pd.DataFrame:
    """Items whose stage began in the newest week, with the stage before, largest sales first."""
    items = facts.items
    if items.empty:
        return items.assign(previous=pd.Series(dtype="str"))
    weekly = facts.weekly
    before = weekly[weekly["week"] == weekly["week"].max() - pd.Timedelta(weeks=1)]
    previous = before.set_index("item_id")["stage"].reindex(items.index).fillna("")
    moved = (previous != "") & (previous != items["stage"])
    began = (previous == "") & (items["stage"] == "new")
    return items.assign(previous=previous)[moved | began].sort_values("pay_amount", ascending=False)


def stage_counts(facts: LifecycleFacts) -> str:
    """How many items stand in each stage, in the order of a life."""
    counts = facts.items["stage"].value_counts()
    return tr(", ").join(
        f"{stage_name(stage)} {units.count(counts[stage])}" for stage in STAGES if stage in counts
    )


def too_early(facts: LifecycleFacts) -> str:
    """What stages mean before a trend can be seen: size, and neither growth nor decline."""
    return tr(
        "No trend can be seen yet, {weeks} more whole week(s) until then: stages tell size alone ({spread})",
        weeks=facts.weeks_to_trend,
        spread=stage_counts(facts),
    )


def stage_findings(facts: LifecycleFacts) -> list[Finding]:
    """One finding per item that changed its stage this week; one that says so when none did."""
    changed = changed_items(facts)
    question = tr("Which items changed their stage this week?")
    if changed.empty:
        if facts.items.empty:
            return []
        if facts.weeks_to_trend:
            return [Finding("lifecycle.stage_change", question, too_early(facts))]
        headline = tr("No item changed its stage this week: {spread}", spread=stage_counts(facts))
        return [Finding("lifecycle.stage_change", question, headline, verdict="same")]
    return [_stage_change(facts, str(item), row, question) for item, row in changed.head(_MOST).iterrows()]


def _stage_change(facts: LifecycleFacts, item: str, row: pd.Series, question: str) -> Finding:
    stage = str(row["stage"])
    before = stage_name(str(row["previous"])) if row["previous"] else tr("not listed")
    name = short(row["name"])
    measure = tr("units sold") if row["basis"] == "units" else tr("visitors")
    metric = "pay_units" if row["basis"] == "units" else "item_visitors"
    words = {"item": name, "before": before, "stage": stage_name(stage), "measure": measure}
    words["level"] = units.count(row["level"])
    headline = {
        "growth": tr("{item} rose to {level} {measure} a week: from {before} to {stage}", **words),
        "hit": tr("{item} rose to {level} {measure} a week: from {before} to {stage}", **words),
        "decline": tr("{item} fell to {level} {measure} a week: from {before} to {stage}", **words),
    }.get(stage) or tr("{item} stands at {level} {measure} a week: from {before} to {stage}", **words)
    if ahead := ahead_words(facts, item):
        headline += tr("; the next four weeks {ahead}", ahead=ahead)
    verdicts: dict[str, Verdict] = {"decline": "worse", "growth": "better", "hit": "better"}
    level: Level = "watch"
    if stage == "decline" and row["share"] >= facts.base.threshold("stage_share"):
        level = "act"
    if stage in ("new", "stable"):
        level = "ok"
    return Finding(
        id="lifecycle.stage_change", question=question, headline=headline, level=level,
        verdict=verdicts.get(stage, "unknown"),
        scope={"item_id": item, "stage": stage}, metric=metric, value=_known(row[metric]),
        baseline=_known(row[f"{metric}_before"]), change=change(row[metric], row[f"{metric}_before"]),
        caveats=_stage_caveats(facts, item, row),
        **todo(facts, f"lifecycle.stage_change.{stage}", item=name, measure=measure),
    )  # fmt: skip


def ahead_words(facts: LifecycleFacts, item: str) -> str:
    """The range of an item's next four weeks, a week each; "" where the past is too short to tell."""
    if item not in facts.outlook.index:
        return ""
    row = facts.outlook.loc[item]
    low, high = units.count(row["low"]), units.count(row["high"])
    units_sold = (facts.weekly["basis"] == "units").any()
    measure = tr("units sold") if units_sold else tr("visitors")
    if len(facts.weeks_ahead) < AHEAD:
        return tr(
            "{low} ~ {high} {measure} a week, campaign weeks aside", low=low, high=high, measure=measure
        )
    return tr("{low} ~ {high} {measure} a week", low=low, high=high, measure=measure)


def _stage_caveats(facts: LifecycleFacts, item: str, row: pd.Series) -> tuple[str, ...]:
    names = {
        "market": tr("held against the market of its category"),
        "category": tr("held against the other items of its category"),
        "shop": tr("held against the shop's other items"),
        "none": tr("held against nothing: the only item"),
    }
    said = [names[str(row["reference"])]]
    if pd.notna(row["slope"]):
        numbers = {
            "slope": f"{row['slope']:+.2f}",
            "z": f"{row['z']:.1f}",
            "level": units.count(row["level"]),
        }
        said = [tr("slope {slope}, z {z}, level {level} a week", **numbers), *said]
    if item in facts.outlook.index:
        said.append(tr("the range of the next weeks is that of past weeks of items as large, nine in ten"))
    return (*said, tr("a stage describes; it does not predict the next weeks"))


def hero_findings(facts: LifecycleFacts) -> list[Finding]:
    """The best candidates for more visitors that are no hit yet."""
    ranked = facts.items
    if ranked.empty or ranked["rank"].isna().all():
        return []
    in_stock = ~(ranked["stock_units"] <= 0)
    able = ranked[~ranked["stage"].isin(("hit", "decline")) & in_stock].sort_values("rank").head(_HEROES)
    able = able[able["score"] > facts.goal * facts.base.threshold("hero_conversion")]
    return [_hero(facts, str(item), row) for item, row in able.iterrows()]


def _hero(facts: LifecycleFacts, item: str, row: pd.Series) -> Finding:
    name = short(row["name"])
    headline = tr(
        "{item}: surely converts {low} or more, the shop {goal}; rank {rank} for more visitors",
        item=name, low=units.percent(row["score"], 2), goal=units.percent(facts.goal, 2),
        rank=int(row["rank"]),
    )  # fmt: skip
    said = (
        ()
        if row["badge"]
        else (tr("the handbook's rule (visitors a week, conversion, bounce) does not hold yet"),)
    )
    return Finding(
        id="lifecycle.hero", question=tr("Which item would sell most to more visitors?"), headline=headline,
        level="watch", verdict="better", scope={"item_id": item}, metric="pay_conversion_rate",
        value=_known(row["conversion"]), baseline=facts.goal, change=change(row["conversion"], facts.goal),
        caveats=(*said, tr("the 10% lower bound of what its figures allow, not a forecast")),
        **todo(facts, "lifecycle.hero", item=name),
    )  # fmt: skip


def clear_findings(facts: LifecycleFacts, by: dt.date | None = None) -> list[Finding]:
    """Declining items with stock: gone by when at today's rate, and the markdown to be gone in time."""
    return [_clear(facts, row) for row in clearance_table(facts, by).head(_MOST).to_dict("records")]


def clearance_table(facts: LifecycleFacts, by: dt.date | None = None) -> pd.DataFrame:
    """Declining items with known stock: days of cover, sell-out day, needed rate, markdown, stock at cost."""
    by = by or facts.base.day + dt.timedelta(days=facts.base.threshold("clear_days"))
    return facts.base.once(("clearance", by), lambda: _clearance_table(facts, by))


def _clearance_table(facts: LifecycleFacts, by: dt.date) -> pd.DataFrame:
    falling = facts.in_stage("decline")
    falling = falling[falling["stock_units"] > 0] if len(falling) else falling
    rising = facts.outlook.index[facts.outlook["direction"] == "rises"]
    falling = falling[~falling.index.isin(rising)]
    # An item that others outgrew, while more people came to it than a month ago, is no leftover.
    more = falling["item_visitors"] > falling["item_visitors_before"] if len(falling) else []
    falling = falling[~np.asarray(more, dtype=bool)]
    rows = []
    known = falling.reindex(columns=["name", "stock_units", "rate", "days", "unit_cost"]).to_dict("records")
    for item, row in zip(falling.index, known, strict=True):
        rate = 0.0 if pd.isna(row["rate"]) else float(row["rate"])
        plan = clearance(row["stock_units"], rate, today=facts.base.day, by=by)
        if plan["markdown"] is not None and plan["markdown"] < facts.base.threshold("least_markdown"):
            plan["markdown"] = 0.0
        tied = row["stock_units"] * row["unit_cost"]
        rows.append(
            {"item_id": item, "name": row["name"], "stock_units": row["stock_units"], "rate": rate,
             "days": row["days"], "tied": tied, "by": by.isoformat(), **plan}
        )  # fmt: skip
    columns = [
        "item_id",
        "name",
        "stock_units",
        "rate",
        "days",
        "tied",
        "by",
        "sell_out",
        "needed_rate",
        "markdown",
    ]
    return pd.DataFrame(rows, columns=columns).sort_values("tied", ascending=False, ignore_index=True)


def _clear(facts: LifecycleFacts, row: dict[str, Any]) -> Finding:
    name = short(row["name"])
    words = {"item": name, "stock": units.count(row["stock_units"]), "by": row["by"]}
    words["by"] = short_day(dt.date.fromisoformat(row["by"]), facts.base.day)
    gone = short_day(row["sell_out"], facts.base.day) if row["sell_out"] else ""
    level: Literal["ok", "watch"] = "watch"
    if row["markdown"] == 0:
        level = "ok"
        headline = tr("{item}: {stock} pieces are gone by {gone} at today's rate", gone=gone, **words)
        route, cut = "lifecycle.clear.sells_out", ""
    elif not units.known(row["markdown"]):
        headline = tr("{item}: {stock} pieces will not be gone by {by} even at 70% off", **words)
        route, cut = "lifecycle.clear.gift", ""
    else:
        route, cut = "lifecycle.clear", units.percent(row["markdown"], 0)
        when = gone or tr("no date in sight")
        headline = tr(
            "{item}: {stock} pieces last to {gone}; about {cut} off clears them by {by}",
            gone=when,
            cut=cut,
            **words,
        )
    return Finding(
        id="lifecycle.clear", question=tr("What must be cleared, by when?"), headline=headline, level=level,
        scope={"item_id": row["item_id"]}, metric="stock_units", value=row["stock_units"],
        caveats=(tr("the markdown assumes that 1% off sells 1.5% more: measure your own"),),
        **todo(facts, route, item=name, cut=cut),
    )  # fmt: skip


def stage_table(facts: LifecycleFacts, stage: str = "") -> list[dict[str, Any]]:
    """The published table `stages`: one row an item, of one stage or of all, largest sales first."""
    if facts.items.empty:
        return []
    rows = facts.items.sort_values("pay_amount", ascending=False)
    rows = (rows[rows["stage"] == stage] if stage else rows).reset_index()
    rows["since"] = rows["since"].dt.strftime("%Y-%m-%d")
    rows = rows.join(facts.outlook[["low", "high", "direction"]].add_prefix("ahead_"), on="item_id")
    first = [
        "item_id",
        "stage",
        "since",
        "candidate",
        "candidate_weeks",
        "slope",
        "z",
        "level",
        "growing",
        "locked",
    ]
    more = [
        "role",
        "name",
        "category",
        "conversion",
        "pay_amount",
        "share",
        "days",
        "year_index",
        "reference",
        "basis",
        "ahead_low",
        "ahead_high",
        "ahead_direction",
    ]
    return _records(rows[[*first, *more]])


def weeks_ahead_table(facts: LifecycleFacts) -> list[dict[str, Any]]:
    """The published table `ahead`: the weeks that the ranges of `stages` are of."""
    return [{"week": week.date().isoformat()} for week in facts.weeks_ahead] if len(facts.outlook) else []


def hero_table(facts: LifecycleFacts) -> list[dict[str, Any]]:
    """The published table `heroes`: rank, score (10% lower bound of conversion), the handbook's badge."""
    names = facts.items["name"] if len(facts.items) else pd.Series(dtype="str")
    rows = facts.heroes[names.index.get_indexer(facts.heroes["item_id"]) >= 0]
    return _records(rows.assign(name=names.reindex(rows["item_id"]).to_numpy()))


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts of plain values: `to_dict` asks every cell of thousands of items for its type."""
    columns = [rows[name].to_numpy().tolist() for name in rows]  # whole columns: cell by cell, texts are slow
    return [dict(zip(rows.columns, values, strict=True)) for values in zip(*columns, strict=True)]


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
