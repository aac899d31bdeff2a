"""Planted days in shops of another structure than the demo: is what was done named, by kind?"""

import argparse
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from benchmarks.accuracy.daily import missed_targets, report
from benchmarks.accuracy.planted_worlds import DAYS, KINDS, Planted, planted

from shopbook.days import Calendar
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Finding
from shopbook.findings.verdict import decided, factor_name, main_cause
from shopbook.findings.warnings.data import data_warnings
from shopbook.params import ShopSettings, rules
from shopbook.workbook import daily

RESULTS = Path(__file__).parents[1] / "results" / "accuracy_planted.md"
_LEAST = 0.75


def main(argv: list[str] | None = None) -> int:
    """Print the table; a full run also writes benchmarks/results and returns 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="planted", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke run; writes nothing")
    parser.add_argument("--seed", type=int, default=3)
    arguments = parser.parse_args(argv)
    started, few = time.perf_counter(), arguments.quick
    parts = {"Planted days in shops of another structure": planted_table(2 if few else 20, arguments.seed)}
    missed = [line for table in parts.values() for line in missed_targets(table)]
    text = report(parts, missed, seed=arguments.seed, few=few)
    sys.stdout.write(text + f"\n{time.perf_counter() - started:.0f} s\n")
    if not few:
        RESULTS.write_text(text, encoding="utf-8", newline="\n")
    return 1 if missed and not few else 0


class Answer(NamedTuple):
    """Whether the planted thing was named, and how many other sources or items were."""

    named: bool
    others: int


def planted_table(runs: int, seed: int) -> pd.DataFrame:
    """Share of days whose planted cause is named; beside it how often the files were too late to name it."""
    rows = []
    for place, kind in enumerate(KINDS):
        made = [planted(np.random.default_rng([seed, 120, place, at]), kind) for at in range(runs)]
        answers = [asked(each) for each in made]
        named = float(np.mean([each.named for each in answers]))
        rows.append(
            (
                kind,
                named,
                float(np.mean([each.others > 0 for each in answers])),
                f">= {_LEAST}",
                named >= _LEAST,
            )
        )
    for name, late in (
        ("nothing planted", False),
        ("nothing planted, files of items and sources late", True),
    ):
        made = [planted(np.random.default_rng([seed, 121, at]), "", late=late) for at in range(runs)]
        others = float(np.mean([asked(each).others > 0 for each in made]))
        rows.append((name, np.nan, others, "0" if late else "", not late or others == 0))
    table = pd.DataFrame(rows, columns=["planted", "named", "another source or item named", "target", "met"])
    return table.assign(days=runs, ours=table["target"] != "")[
        ["planted", "days", "named", "another source or item named", "target", "ours", "met"]
    ]


def asked(world: Planted) -> Answer:
    """The brief of the planted day, held against what was done."""
    found = brief(world)
    told = [name for one in found if decided(one) or one.level != "ok" for name in _names(one)]
    return Answer(
        any(name == (world.kind, world.named) for name in told),
        sum(kind in ("channel", "item") and name != world.named for kind, name in told),
    )


def brief(world: Planted) -> list[Finding]:
    """Everything the morning says of the last day."""
    empty = dict.fromkeys(
        ("rivals", "service", "refunds", "dsr", "change_log", "hand_filled"), pd.DataFrame()
    )
    facts = Facts(
        ShopSettings(category="x"), DAYS[-1].date(), {**empty, **world.frames}, Calendar(()), rules()
    )
    page = daily.PAGES["brief"]
    return page.findings(facts.warned(data_warnings(facts, page.kinds)))


def _names(finding: Finding) -> list[tuple[str, str]]:
    """What a finding names, as (kind, name)."""
    scope = finding.scope
    if finding.id == "checkup.stock":
        return [("stock", scope.get("item_id", ""))]
    if finding.id == "promotion.click_rate" and finding.verdict == "worse":
        return [("plan", scope.get("plan", ""))]
    if finding.id == "own.item" and finding.verdict == "worse" and finding.metric == "pay_amount":
        return [("stock", scope.get("item_id", ""))]
    if finding.id == "own.item" and finding.verdict == "worse":
        return [("item", scope["item_id"])]
    if finding.id == "own.source":
        return [("channel", scope["channel"])]
    main = main_cause(finding) if finding.id in ("own.visitors", "own.conversion") else None
    if finding.id == "own.conversion" and factor_name({"factor": "mix"}) in finding.headline:
        return [("mix", "mix")]
    if main is None or main.label not in finding.headline:
        return []
    return [
        (kind, main.scope[key])
        for kind, key in (("channel", "channel"), ("item", "item_id"))
        if key in main.scope
    ]


if __name__ == "__main__":
    sys.exit(main())
