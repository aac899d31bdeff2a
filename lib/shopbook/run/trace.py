"""From a printed figure to the rows of the history, and on to file, sheet and row of the exports."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopbook.errors import ParamsError
from shopbook.findings.finding import read_report
from shopbook.history.store import is_shop_id
from shopbook.home import Home
from shopbook.run.raw_rows import Cell, Followed

FINDINGS = ".findings.json"


@dataclass(frozen=True)
class Shown:
    """A figure as printed and, where its rows give it by plain arithmetic, the same from the raw rows."""

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
    told = read_report(found)
    if told is None or "shop" not in told:
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
    shown: list[Shown] = []
    known: Known = {}
    for each in figures:
        made_of = cells_of(follow, str(told["date"]), finding, each, known)
        again = None
        if each["value"] is not None and all(source["columns"] for source in each["sources"]):
            again = recomputed(float(each["value"]), made_of)
        equal = None if again is None else _near(again, each["value"])
        shown.append(Shown(each["name"], each["text"], each["value"], again, equal))
    used = [cells for (_, part), cells in known.items() if part is not _WHOLE]
    return Traced(finding["id"], tuple(shown), tuple(cell for cells in used for cell in cells))


def cells_of(
    follow: Followed,
    day: str,
    finding: Mapping[str, Any],
    figure: Mapping[str, Any],
    known: "Known | None" = None,
) -> list[list[Cell]]:
    """The cells of each source of a figure; `known` keeps what other figures of the finding share.

    A narrow source is of one key of its kind (one category of a market): the one that gives the number.
    """
    known = {} if known is None else known
    days = {*finding.get("baseline_days", ()), day}
    about = {**finding.get("scope", {}), "metric": str(finding.get("metric") or "")}
    expected = (
        [finding.get("value"), finding.get("baseline")] if len(figure["sources"]) == 2 else [figure["value"]]
    )
    found = []
    for place, source in enumerate(figure["sources"]):
        name = json.dumps(source)
        if (name, _WHOLE) not in known:
            known[name, _WHOLE] = list(follow.cells(source, days, about))
        number = expected[place] if place < len(expected) and source["columns"] else None
        if (name, number) not in known:
            known[name, number] = _narrowed(known[name, _WHOLE], source, number)
        found.append(known[name, number])
    return found


_WHOLE = math.inf
Known = dict[tuple[str, float | None], list[Cell]]
"""Cells by source and by the number they shall give; under `_WHOLE` all of the source."""


def _narrowed(cells: list[Cell], source: Mapping[str, Any], number: float | None) -> list[Cell]:
    keys = dict.fromkeys(each.key for each in cells)
    if number is None or len({(each.day, each.key, each.row) for each in cells}) <= source["rows"]:
        return cells
    by_key = ([each for each in cells if each.key == key] for key in keys)
    return next((each for each in by_key if any(_near(one, number) for one in _numbers(each))), cells)


def recomputed(value: float, sources: list[list[Cell]]) -> float | None:
    """A figure from the raw cells of its one or two sources: by the arithmetic that gives `value`, else any.

    One source gives its sum, mean, mean of a day or ratio; two give how far the first lies from the second.
    """
    numbers = [list(_numbers(cells)) for cells in sources]
    if len(numbers) == 2:
        found = [now / before - 1 for now in numbers[0] for before in numbers[1] if before]
    else:
        found = numbers[0] if len(numbers) == 1 else []
    return next((each for each in found if _near(each, value)), found[0] if found else None)


def _numbers(cells: list[Cell]) -> Iterator[float]:
    """What raw cells of one or two columns add up to: all of them, then those of each key of their kind."""
    keys = dict.fromkeys(each.key for each in cells)
    for chosen in [cells, *([each for each in cells if each.key == key] for key in keys if len(keys) > 1)]:
        rows: dict[tuple[str, str, int, str], dict[str, float]] = {}
        for each in chosen:
            if isinstance(each.raw, (int, float)):
                place = rows.setdefault((each.day, each.file, each.row, each.key), {})
                place[each.column] = float(each.raw)
        names = list(dict.fromkeys(each.column for each in chosen))
        whole = [row for row in rows.values() if len(row) == len(names)]
        sums = [sum(row[name] for row in whole) for name in names]
        if whole and len(names) == 2:
            yield sums[0] / sums[1] if sums[1] else math.nan
        elif whole and len(names) == 1:
            yield sums[0]
            yield sums[0] / len(whole)
            yield sums[0] / len({place[0] for place in rows})


def _near(found: float, value: float) -> bool:
    return math.isclose(found, value, rel_tol=1e-9, abs_tol=1e-12)
