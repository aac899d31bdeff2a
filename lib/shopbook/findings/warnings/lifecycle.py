"""What the lifecycle pages lack: stock, cost, categories, weeks; doubled ids and tags of unknown items."""

from functools import partial

import pandas as pd

from shopbook.analysis.roles import TAGS
from shopbook.findings.finding import DataWarning
from shopbook.findings.product_lifecycle.facts import LifecycleFacts, lock_stage
from shopbook.findings.warnings.data import data_warnings
from shopbook.findings.warnings.found import Found, some
from shopbook.text import tr

_NAMED = 4
# Warnings of a single day that say nothing about weeks.
_DAY_ONLY = ("small_sample", "presale", "off_shelf", "channel_overlap")


def lifecycle_warnings(facts: LifecycleFacts, kinds: tuple[str, ...]) -> list[DataWarning]:
    """Every warning of a lifecycle page, blocking first."""
    levels = facts.base.rules.warnings
    dated = tuple(kind for kind in kinds if kind != "item_tags")  # tags have no day to be late
    made = [one for one in data_warnings(facts.base, dated) if one.code not in _DAY_ONLY]
    checks = (_no_tags, _weeks, _doubled, _unknown_tags, _odd_tags, _missing, _reference, _restated)
    for check in checks:
        found: list[tuple[str, str, dict[str, str]]] = facts.base.once(check, partial(list, check(facts)))
        made += [DataWarning(levels[code].level, code, text, scope) for code, text, scope in found]
    order = {"blocking": 0, "warn": 1, "info": 2}
    return sorted(made, key=lambda one: order[one.level])


def changed_since(facts: LifecycleFacts) -> list[tuple[str, str, str, str]]:
    """Published stages the history of today no longer gives: (day of the report, item, then, now)."""
    return facts.base.once("changed_since", lambda: _changed_since(facts))


def _changed_since(facts: LifecycleFacts) -> list[tuple[str, str, str, str]]:
    weekly = facts.weekly
    if weekly.empty or not facts.published:
        return []
    changed = []
    for report in facts.published:
        day = pd.Timestamp(report["date"])
        monday = day - pd.Timedelta(days=(day.day_of_week + 1) % 7 + 6)
        then = weekly[weekly["week"] == monday]
        now = dict(zip(then["item_id"].tolist(), then["stage"].tolist(), strict=True))
        for row in report.get("tables", {}).get("stages", []):
            today = now.get(row["item_id"])
            if today is not None and today != row["stage"] and not row.get("locked"):
                changed.append((report["date"], row["item_id"], row["stage"], today))
    return changed


def _no_tags(facts: LifecycleFacts) -> Found:
    if facts.tags.empty:
        text = tr(
            "No item tags: no categories, roles, locks or replaced items; fill in the template item_tags."
        )
        yield "missing_export", text, {"kind": "item_tags"}


def _weeks(facts: LifecycleFacts) -> Found:
    if facts.weeks_to_trend:
        text = tr(
            "Only {count} whole week(s) of the item report: a trend needs {needed}; "
            "until then stages follow the level.",
            count=facts.rules.window - facts.weeks_to_trend,
            needed=facts.rules.window,
        )
        yield "short_base", text, {"kind": "item_daily"}


def _doubled(facts: LifecycleFacts) -> Found:
    rows = facts.reported
    if len(rows) != len(facts.item_days):
        doubled = rows.loc[rows.duplicated(["date", "item_id"]), "item_id"].unique()
        text = tr(
            "Items that stand twice in one day's report, the last row counts: {items}.", items=some(doubled)
        )
        yield "duplicate_day", text, {"kind": "item_daily"}


def _unknown_tags(facts: LifecycleFacts) -> Found:
    known = set(facts.item_days["item_id"].unique())
    unknown = [item for item in facts.tags.index if item not in known]
    if unknown:
        text = tr("Item tags name items that no item report knows: {items}.", items=some(unknown))
        yield "missing_attribute", text, {"kind": "item_tags"}


def _odd_tags(facts: LifecycleFacts) -> Found:
    """Locks and roles that are no word of ours do nothing: say so instead of guessing."""
    for column, known in (("stage_lock", lock_stage), ("role", lambda word: TAGS.get(word.strip(), ""))):
        odd = [
            f"{item} {text}" for item, text in facts.tags[column].items() if text.strip() and not known(text)
        ]
        if odd:
            text = tr(
                "Item tags with a word that names no stage or role, left out: {items}.", items=some(odd)
            )
            yield "missing_attribute", text, {"kind": "item_tags"}


def _missing(facts: LifecycleFacts) -> Found:
    items = facts.items
    if items.empty:
        return
    by_units = tr("No item visitors: stages follow the units sold.")
    lacking = {
        "unit_cost": (
            items["unit_cost"].isna(),
            tr("No unit cost for {count} of {all} items: no margin and profit."),
        ),
        "stock_units": (
            items["stock_units"].isna(),
            tr("No stock for {count} of {all} items: no cover days."),
        ),
        "category": (
            items["category"] == "",
            tr("No category for {count} of {all} items: the whole shop is their reference."),
        ),
    }
    for name, (mask, sentence) in lacking.items():
        if mask.any():
            yield (
                "missing_attribute",
                sentence.format(count=int(mask.sum()), all=len(items)),
                {"column": name},
            )
    if (items["basis"] == "units").any():
        yield (
            "missing_attribute",
            by_units,
            {"column": "item_visitors"},
        )


def _reference(facts: LifecycleFacts) -> Found:
    names = facts.items["reference"] if len(facts.items) else pd.Series(dtype="str")
    if len(names) and not (names == "market").any():
        text = tr("No visitors of the market by category: stages are held against the shop's other items.")
        yield "no_market", text, {"kind": "market"}


def _restated(facts: LifecycleFacts) -> Found:
    changed = changed_since(facts)
    if changed:
        days = sorted({day for day, *_ in changed})
        text = tr(
            "Exports replaced earlier figures: {count} stage(s) published on {days} would be others today; "
            "the published reports stay as they are.",
            count=len(changed),
            days=", ".join(days[-_NAMED:]),
        )
        yield "restated", text, {"kind": "item_daily"}
