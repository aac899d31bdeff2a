"""The figures of demo days are those on record: a change of any of them is seen in a diff and said why.

`make golden` writes the record anew; sentences are not in it, numbers are with six digits.
"""

import json
import math
import os
import re
from pathlib import Path
from typing import Any

import pytest

from shopbook.text import speaking
from shopbook.workbook import campaign, daily, lifecycle, periodic

RECORD = Path(__file__).parent / "figures"
LAST, CAMPAIGN, EVE, CALM, SHORT = "2026-11-20", "2026-11-11", "2026-11-10", "2026-10-28", "2026-09-27"
FACADES = {
    "daily": (daily, daily.PAGES),
    "product_lifecycle": (lifecycle, lifecycle.PAGES),
    "periodic": (periodic, periodic.PAGES),
    "campaign_review": (campaign, campaign.KINDS),
}
PAGES = [("demo", LAST, f"{family}/{name}") for family, (_, pages) in FACADES.items() for name in pages]
# The brief asks every rule of its day; its table is that of the other pages.
PAGES += [("demo", day, "daily/brief") for day in (CAMPAIGN, EVE, CALM, SHORT)]
PAGES += [("demo-b", LAST, "daily/brief"), ("demo-b", LAST, "daily/service"), ("demo-b", LAST, "daily/own")]
# What a finding says in words, and where its figures come from: other tests read these.
WORDS = ("question", "headline", "next_step", "proof", "label", "text", "sources")


@pytest.mark.parametrize(("shop", "day", "page"), PAGES, ids=lambda each: each.replace("/", "-"))
def test_the_figures_of_a_demo_day_are_those_on_record(demo_data, monkeypatch, shop, day, page):
    monkeypatch.setenv("SHOPBOOK_DATA", str(demo_data))
    family, notebook = page.split("/")
    with speaking("en"):
        report = FACADES[family][0].load(shop, date=day, lang="en", notebook=notebook).report.to_json()
    found = figures(report)
    path = RECORD / f"{shop}-{day}-{family}-{notebook}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join([*found, ""]), encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8").splitlines()


def figures(report: dict[str, Any]) -> list[str]:
    """A line for the story, every finding, every warning, and what each table adds up to."""
    lines = [{"story": report["story"]}]
    lines += [{**plain(one), "caveats": len(one["caveats"])} for one in report["findings"]]
    lines += [{"warning": one["code"], "level": one["level"], **one["scope"]} for one in report["warnings"]]
    lines += [{"table": name, **summed(rows)} for name, rows in report["tables"].items()]
    return [json.dumps(line, ensure_ascii=False) for line in lines]


def plain(value: Any) -> Any:
    """Numbers with six digits, words left out, nothing that is empty."""
    if isinstance(value, float):
        return (float(f"{value:.6g}") if abs(value) > 1e-9 else 0.0) if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        kept = {key: plain(each) for key, each in value.items() if key not in WORDS}
        return {key: each for key, each in kept.items() if each not in (None, "", [], {})}
    return [plain(each) for each in value] if isinstance(value, list) else value


def summed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How many rows, and by column the sum of its numbers weighted by their place."""
    columns = dict.fromkeys(name for row in rows for name in row)
    cells = {name: [(place, number(row.get(name))) for place, row in enumerate(rows, 1)] for name in columns}
    sums = {name: math.fsum(place * each for place, each in column) for name, column in cells.items()}
    return {"rows": len(rows)} | {name: plain(total) for name, total in sums.items() if total}


def number(cell: Any) -> float:
    """A cell's number, of a text its first one: words change without a figure, figures do not."""
    if isinstance(cell, str):
        found = re.search(r"\d[\d,]*\.?\d*", cell)
        return float(found[0].replace(",", "")) if found else 0.0
    return float(cell) if isinstance(cell, int | float) else 0.0
