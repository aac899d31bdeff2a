"""Whole briefs of ordinary days on which nothing was planted: how often one asks for an action."""

import datetime as dt
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from shopbook.demo.generator import NEWEST, generate_shop, shop_ids
from shopbook.findings.finding import Finding
from shopbook.findings.verdict import decided, main_cause
from shopbook.findings.warnings.data import data_warnings
from shopbook.history.inbox import ingest
from shopbook.history.store import Store
from shopbook.home import PROJECT, Home
from shopbook.params import rules
from shopbook.text import tr
from shopbook.workbook import daily

# The made-up shops after the second have no event and no campaign of their own in these days.
QUIET_DAYS = 37
_MOST = 2.0
_MOST_WATCHED = 20.0


def brief_table(shops: int, days: int, seed: int) -> pd.DataFrame:
    """Days in 100 with an `act` or a watched loss in the brief, every role's rules together, and who said it.

    Standing states (stock, scores, duplicates ...) last whatever changes, and are no alarm. An item whose
    decline is part of its made-up life does fall; it is counted apart.
    """
    briefs = _briefs(shops, min(days, QUIET_DAYS), seed)
    states = rules().states
    acts = [{one.id for one in brief.findings if one.level == "act"} for brief in briefs]
    losses = [
        [one for one in brief.findings if one.level == "watch" and one.id not in states] for brief in briefs
    ]
    chance = [
        {one.id for one in found if one.scope.get("item_id") not in brief.moving}
        for found, brief in zip(losses, briefs, strict=True)
    ]
    undecided = [
        [one for one in brief.findings if not decided(one) and one.id not in states] for brief in briefs
    ]
    said = [any(one.next_step or _names_cause(one) for one in found) for found in undecided]
    share = {name: 100 * sum(map(bool, found)) / len(briefs) for name, found in
             (("act", acts), ("loss", losses), ("chance", chance), ("said", said))}  # fmt: skip
    rows = [("an act", share["act"], "<= 2", share["act"] <= _MOST)]
    rows += _by_rule("act", acts)
    rows += [
        ("a loss to watch, of what does not move", share["chance"], "<= 20", share["chance"] <= _MOST_WATCHED)
    ]
    rows += _by_rule("watch", chance)
    rows += [
        ("a loss to watch, with items that are made to decline", share["loss"], "", True),
        ("anything to watch, standing states included", 100 * _any_watch(briefs), "", True),
        (
            "an undecided finding with a cause in its headline or a step",
            share["said"],
            "0",
            not share["said"],
        ),
    ]
    named = pd.DataFrame(rows, columns=["the brief holds", "days in 100", "target", "met"])
    named = named.assign(days=len(briefs), ours=named["target"] != "")
    return named[["the brief holds", "days", "days in 100", "target", "ours", "met"]]


def _by_rule(level: str, days: list[set[str]]) -> list[tuple[str, float, str, bool]]:
    """A row a rule that said it."""
    said = Counter(rule for each in days for rule in each)
    return [(f"{level}: {rule}", 100 * count / len(days), "", True) for rule, count in said.most_common()]


def _any_watch(briefs: list["Brief"]) -> float:
    return sum(any(one.level == "watch" for one in brief.findings) for brief in briefs) / len(briefs)


def _names_cause(finding: Finding) -> bool:
    main = main_cause(finding)
    named = main is not None and main.scope != finding.scope and len(main.label) > 1
    return named and main.label in finding.headline.split(tr("; "))[-1]


class Brief(NamedTuple):
    """What one ordinary day said, and the items of the shop whose life moves."""

    findings: list[Finding]
    moving: set[str]


def _briefs(shops: int, days: int, seed: int) -> list[Brief]:
    """Every ordinary day; platform sales and holidays are left out."""
    with tempfile.TemporaryDirectory(prefix="quiet") as folder:
        home = Home(PROJECT, Path(folder))
        names = shop_ids(shops + 2)[2:]
        for name in names:
            generate_shop(home.inbox, name, seed=seed)
        ingest(home, today=NEWEST + dt.timedelta(days=1))
        found, brief = [], daily.PAGES["brief"]
        for name in names:
            moving = _moving_items(home, name)
            for back in range(days):
                day = NEWEST - dt.timedelta(days=back)
                facts = daily.facts_of(home, Store(home.history), name, day)
                if day not in facts.special_days:
                    warned = facts.warned(data_warnings(facts, brief.kinds))
                    found.append(Brief(brief.findings(warned), moving))
    return found


def _moving_items(home: Home, shop: str) -> set[str]:
    """Items that are made to grow, to decline or to sell nothing."""
    truth = json.loads((home.data / "demo_truth" / f"{shop}.json").read_text(encoding="utf-8"))
    return {
        row["item"] for row in truth if row["what"] == "item" and (row["since"] or row["plot"] == "no_sale")
    }
