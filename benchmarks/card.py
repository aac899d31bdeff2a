"""The report card of a whole year, and the same counted once more by plain loops.

`python -m benchmarks.card --days 365` takes in a demo shop's exports, lets every day's report claim what it
claims (own shop each day, stock on Mondays, item outlook and month forecast on Sundays), scores the claims
on the last day and recounts them from the lines of the ledger (tests/recount.py, no pandas). A second ledger
holds what a biased estimator would have claimed (visitors a quarter too high). Writes results/card.md.
"""

import argparse
import datetime as dt
import json
import math
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from shopbook.findings.daily.own import own_findings
from shopbook.findings.figures import spoken
from shopbook.findings.finding import Report
from shopbook.findings.periodic import card
from shopbook.history import claims
from shopbook.history.store import Store
from shopbook.home import PROJECT, Home, find_home
from shopbook.run import intake
from shopbook.workbook import card as pages
from shopbook.workbook import daily, lifecycle, periodic

sys.path.insert(0, str(PROJECT / "tests"))
from recount import World, recount

RESULT = Path(__file__).parent / "results" / "card.md"
TODAY = dt.date(2026, 11, 21)
LAST = TODAY - dt.timedelta(days=1)
SHOP = "demo"
PLANTED = 60


def main() -> None:
    """Claim for so many days, score, recount, write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SHOPBOOK_DATA"] = folder
        home = find_home()
        intake.demo_shops(home, shops=1, days=given.days + 130, today=TODAY)
        for back in range(given.days, 0, -1):
            claimed(home, LAST - dt.timedelta(days=back - 1))
        RESULT.write_text(table(home, given.days), encoding="utf-8")


def claimed(home: Home, day: dt.date) -> None:
    """What the reports of a day claim, into the ledger."""
    facts = daily.facts_of(home, Store(home.history), SHOP, day)
    found = spoken(lambda: own_findings(facts), facts.frames, day, facts.once("printed", list))
    told = Report(SHOP, day.isoformat(), "daily/own", "zh", "", findings=found).to_json()
    claims.record(home, SHOP, told)
    pages_of_day: list[Any] = []
    if day.weekday() == 0:
        pages_of_day.append(daily.load(SHOP, day.isoformat(), lang="zh", notebook="checkup"))
    if day.weekday() == 6:
        pages_of_day.append(lifecycle.load(SHOP, day.isoformat(), lang="zh", notebook="overview"))
        pages_of_day.append(periodic.load(SHOP, day.isoformat(), lang="zh", notebook="monthly"))
    for page in pages_of_day:
        claims.record(home, SHOP, page.report.to_json())


def counted(home: Home, issued: list[claims.Claim]) -> tuple[list[dict[str, Any]], bool]:
    """The card's rows, and whether the recount agrees to the digit."""
    facts = pages.load(SHOP, LAST.isoformat(), lang="zh").facts
    rows = card.tables(facts, card.scores(facts, issued))["rules"]
    mine = {
        (row["question"], row["rule"]): (row["issued"], row["scored"], row["right"], row["error"])
        for row in rows
    }

    def plain(table: Any) -> dict[str, dict[str, float]]:
        return {
            name: {str(day.date()): float(each) for day, each in table[name].dropna().items()}
            for name in table
        }

    things: list[dict[str, dict[str, float]]] = []
    for kind, column in (("item_daily", "item_visitors"), ("stock", "stock_units")):
        found: dict[str, dict[str, float]] = {}
        for row in facts.frames[kind][["date", "item_id", column]].dropna().to_dict("records"):
            found.setdefault(row["item_id"], {})[str(row["date"].date())] = float(row[column])
        things.append(found)
    world = World(
        plain(facts.own), plain(facts.market), plain(facts.peers), things[0], things[1],
        {str(day) for day in facts.special_days}, LAST.isoformat(),
    )  # fmt: skip
    lines = [json.dumps(vars(each)) for each in issued]
    again = recount(lines, world)
    return rows, all(_agree(again[key], mine[key]) for key in again)


def _agree(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    if one[:3] != other[:3] or (one[3] is None) != (other[3] is None):
        return False
    return one[3] is None or math.isclose(one[3], other[3], rel_tol=1e-12)


def biased(each: claims.Claim) -> claims.Claim:
    """What an estimator that is off by a quarter would have said of visitors."""
    if each.sort != "range" or each.rule != "own.visitors" or each.value is None:
        return each
    value, low, high = ((1 + end) * 1.25 - 1 for end in (each.value, each.low or 0.0, each.high or 0.0))
    change = (1 + each.about["change"]) * 1.25 - 1
    return replace(each, value=value, low=low, high=high, about={**each.about, "change": change})


def exposed_after(issued: list[claims.Claim]) -> int | None:
    """On which day of its use the card says of the biased estimator that it breaks its promise."""
    first = LAST - dt.timedelta(days=PLANTED)
    for used in range(1, PLANTED + 1):
        day = first + dt.timedelta(days=used)
        said = [biased(each) for each in issued if first.isoformat() < each.day <= day.isoformat()]
        facts = pages.load(SHOP, day.isoformat(), lang="zh").facts
        rows = card.tables(facts, card.scores(facts, said))["rules"]
        if any(row["worse"] for row in rows if (row["question"], row["rule"]) == ("range", "own.visitors")):
            return used
    return None


def table(home: Home, days: int) -> str:
    """The card as a table, with the recount and the planted bias."""
    issued = claims.claims(home, SHOP, LAST)
    rows, agrees = counted(home, issued)
    lines = "\n".join(
        f"| {row['question']} | {row['rule']} | {row['issued']} | {row['scored']} | {row['right']} | "
        f"{_share(row['share'])} | {_share(row['promised'])} | {'yes' if row['worse'] else ''} | "
        f"{_number(row['error'])} | {_number(row['naive'])} |"
        for row in rows
        if row["scored"]
    )
    since = (LAST - dt.timedelta(days=PLANTED)).isoformat()
    sixty, exposed = [biased(each) for each in issued if each.day > since], exposed_after(issued)
    planted, same = counted(home, sixty)
    row = next(each for each in planted if (each["question"], each["rule"]) == ("range", "own.visitors"))
    return f"""# The report card of {days} days

Demo shop, {len(issued)} claims; what each question means stands on the page.
`python -m benchmarks.card --days {days}`

| question | rule | issued | scored | right | share | promised | worse | error | plain way |
|---|---|---|---|---|---|---|---|---|---|
{lines}

Recounted by plain loops from the ledger's lines: {"equal to the digit" if agrees else "DIFFERENT"}.
Planted: visitors claimed a quarter too high for {PLANTED} days: {row["right"]} of {row["scored"]} ranges
held, {"NOT exposed" if exposed is None else f"exposed on day {exposed}"};
recount {"equal" if same else "DIFFERENT"}.
"""


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
