"""From a printed figure to the rows of the history, and on to file, sheet and row of the exports."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopbook.columns import columns
from shopbook.errors import ParamsError
from shopbook.history.store import is_shop_id
from shopbook.home import Home
from shopbook.run.raw_rows import Cell, Followed

FINDINGS = ".findings.json"


@dataclass(frozen=True)
class Shown:
    """A figure as printed and, where it is the day's own metric, the same computed from the raw rows."""

    name: str
    text: str
    value: float | None
    recomputed: float | None = None
    equal: bool | None = None


@dataclass(frozen=True)
class Traced:
    """Figures of one finding and the cells they come from."""

    finding: str
    figures: tuple[Shown, ...]
    cells: tuple[Cell, ...]

    @property
    def equal(self) -> bool:
        """Whether no cell and no recomputed figure differs."""
        return all(each.equal for each in self.cells) and all(
            each.equal is not False for each in self.figures
        )


def document(home: Home, report: str) -> dict[str, Any]:
    """The findings of a report named by findings.json, by its page or by shop/day/family/notebook."""
    stem = report.removesuffix(FINDINGS).removesuffix(".html")
    found = next(
        (p for p in (Path(f"{stem}{FINDINGS}"), home.reports / f"{stem}{FINDINGS}") if p.is_file()), None
    )
    if found is None:
        raise ParamsError("There is no published report {report}.", report=report)
    try:
        told = json.loads(found.read_text(encoding="utf-8"))
    except ValueError:
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("findings"), list) or "shop" not in told:
        raise ParamsError("{file} holds no findings of a report.", file=found.name)
    return told


def trace(home: Home, told: Mapping[str, Any], wanted: str) -> tuple[Traced, ...]:
    """Follow the figures of a finding (`id`), or one of them (`id:name`), to the raw files and compare."""
    name, _, figure = wanted.partition(":")
    chosen = [
        (finding, figures)
        for finding in told["findings"]
        if finding["id"] == name
        and (figures := [each for each in finding.get("figures", ()) if figure in ("", each["name"])])
    ]
    if not chosen or not is_shop_id(str(told["shop"])):
        known = ", ".join(dict.fromkeys(each["id"] for each in told["findings"] if each.get("figures")))
        raise ParamsError(
            "The report has no figure {found}; its findings: {known}.", found=wanted, known=known
        )
    follow = Followed(home, str(told["shop"]))
    return tuple(_traced(follow, told, finding, figures) for finding, figures in chosen)


def _traced(
    follow: Followed, told: Mapping[str, Any], finding: Mapping[str, Any], figures: list[Mapping[str, Any]]
) -> Traced:
    days = {*finding.get("baseline_days", ()), str(told["date"])}
    sources = {json.dumps(source): source for each in figures for source in each["sources"]}
    cells = tuple(cell for source in sources.values() for cell in follow.cells(source, days))
    is_day = str(told.get("notebook", "")).startswith("daily/") and finding.get("baseline_days")
    shown = []
    for each in figures:
        again = None
        if is_day and not finding.get("scope") and each["name"] == finding.get("metric"):
            again = _recomputed(each["name"], [one for one in cells if one.day == told["date"]])
        equal = None if again is None else math.isclose(again, each["value"], rel_tol=1e-9)
        shown.append(Shown(each["name"], each["text"], each["value"], again, equal))
    return Traced(finding["id"], tuple(shown), cells)


def _recomputed(metric: str, cells: list[Cell]) -> float | None:
    """A metric of the shop's day from the raw values of its row; a ratio from the two it is made of."""
    said = {each.column: each.raw for each in cells if each.kind == "shop_daily" and each.raw is not None}
    known = columns().get(metric)
    under = next((name for name in known.under if name in said), "") if known else ""
    if known and known.over in said and under:
        return float(said[known.over] / said[under]) if said[under] else None
    return float(said[metric]) if isinstance(said.get(metric), (int, float)) else None
