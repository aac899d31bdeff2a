"""What reports claimed, kept until the truth arrives (data/claims/<shop>.jsonl): only ever added to."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from filelock import FileLock

from shopbook import state
from shopbook.home import Home

Sort = Literal["range", "forecast", "stage", "date", "action"]


@dataclass(frozen=True)
class Claim:
    """One claim of a report on `day`: what it says, between which bounds, of what.

    `about` holds what the truth is measured by: baseline and its days, the market's change, a due day.
    """

    sort: Sort
    day: str
    rule: str
    metric: str = ""
    scope: Mapping[str, str] = field(default_factory=dict)
    value: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: str = "unknown"
    level: str = "ok"
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """What a later version of the same report replaces."""
        return self.sort, self.day, self.rule, self.metric, *map(str, sorted(self.scope.items()))


def book_of(home: Home, shop: str) -> Path:
    """Where the claims made to a shop lie."""
    return home.data / "claims" / f"{shop}.jsonl"


def record(home: Home, shop: str, report: Mapping[str, Any]) -> int:
    """Keep what a published report claims, once; how many claims were new."""
    path, made = book_of(home, shop), list(claims_of(report))
    if not made:
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(path.with_name(f".{path.name}.lock"))):
        known = {each.key: each for each in state.read(path, claim_from)}
        new = [each for each in made if known.get(each.key) != each]
        state.append(path, [vars(each) for each in new])
    return len(new)


def claims(home: Home, shop: str, until: dt.date) -> list[Claim]:
    """The claims of reports up to `until`, the last version of each, oldest first."""
    newest = {each.key: each for each in state.read(book_of(home, shop), claim_from)}
    return sorted(
        (each for each in newest.values() if each.day <= until.isoformat()), key=lambda each: each.key[1:]
    )


def claims_of(report: Mapping[str, Any]) -> Iterator[Claim]:
    """Every claim of a findings.json that a later day can prove or disprove."""
    day, family = str(report["date"]), str(report["notebook"]).split("/", maxsplit=1)[0]
    for found in report["findings"]:
        if family == "daily" and found["interval"] and found["baseline_days"]:
            yield _range(day, found)
        if found["id"] == "targets.month" and found["interval"]:
            yield from _forecast(day, found)
        if found["next_step"] and found["level"] != "ok":
            about = {"due": found["due"], "step": found["next_step"]}
            yield _claim("action", day, found, about)
    weeks = [row["week"] for row in report["tables"].get("ahead", ())]
    for row in report["tables"].get("stages", ()):
        if row.get("ahead_low") is not None and row.get("basis") == "visitors":
            yield Claim(
                "stage", day, "lifecycle.stage_change", "item_visitors", {"item_id": row["item_id"]},
                row["level"], row["ahead_low"], row["ahead_high"], row["ahead_direction"],
                about={"stage": row["stage"], "weeks": weeks},
            )  # fmt: skip
    for row in report["tables"].get("stock", ()):
        if row.get("stock_days") and row.get("stock_units"):
            yield Claim(
                "date", day, "checkup.stock", "stock_units", {"item_id": row["item_id"]}, row["stock_days"],
                about={"stock_units": row["stock_units"]},
            )  # fmt: skip


def claim_from(row: Mapping[str, Any]) -> Claim:
    """A claim from its plain values; raises for a line of another schema."""
    made = Claim(**{each.name: row[each.name] for each in fields(Claim)})
    dt.date.fromisoformat(made.day)
    if made.sort not in get_args(Sort) or not isinstance(made.scope, dict):
        raise ValueError(made.sort)
    return made


def _range(day: str, found: Mapping[str, Any]) -> Claim:
    week = found["week"] or {}
    about = {
        name: found[name] for name in ("baseline", "baseline_days", "change", "market_change", "comparator")
    }
    value = found["change"] if found["relative"] is None else found["relative"]
    return _claim("range", day, found, about | {"week": week.get("verdict", "")}, value, found["interval"])


def _forecast(day: str, found: Mapping[str, Any]) -> Iterator[Claim]:
    told = {each["name"]: each["value"] for each in found["figures"]}
    goal, expected = told.get("target"), told.get("forecast")
    if goal and expected and found["interval"]:
        ends = [(1 + end) * goal for end in found["interval"]]
        yield _claim("forecast", day, found, {"reached": found["value"]}, expected, ends)


def _claim(
    sort: Sort,
    day: str,
    found: Mapping[str, Any],
    about: Mapping[str, Any],
    value: float | None = None,
    ends: Any = (None, None),
) -> Claim:
    return Claim(
        sort, day, found["id"], found["metric"], found["scope"], value, ends[0], ends[1], found["verdict"],
        found["level"], about,
    )  # fmt: skip
