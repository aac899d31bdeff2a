"""What the daily reports of a week or month asked for, what became of it, and the same by role."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from shopbook.columns import columns
from shopbook.findings.finding import Owner, read_report
from shopbook.history.answers import Answer, answers
from shopbook.home import Home
from shopbook.report.markup import owner_name
from shopbook.text import tr


def week_actions(home: Home, shop: str, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """A row an action of the daily briefs from `first` to `last`: since when, how often, who, what became.

    An action is a finding above ok with a next step. Those of the newest brief are still there, the others
    are gone since the brief that did not bring them up any more.
    """
    days = [first + dt.timedelta(days=back) for back in range((last - first).days + 1)]
    briefs = {day: brief for day in days if (brief := _brief(home, shop, day)) is not None}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for day, brief in briefs.items():
        for one in brief:
            key = (str(one["id"]), json.dumps(one["scope"], sort_keys=True))
            row = rows.setdefault(key, {"first_day": day.isoformat(), "days": 0, "rule": one["id"]})
            row |= {
                "days": row["days"] + 1, "last_day": day.isoformat(), "level": one["level"],
                "owner": owner_name(one["owner"]), "role": one["owner"], "amount": _gap(one),
                "headline": one["headline"], "next_step": one["next_step"],
            }  # fmt: skip
    given = list(answers(home, shop).values())
    newest = max(briefs, default=last).isoformat()
    found = [
        row | {
            "answer": (word := _answer(row, given)),
            "open": row["last_day"] == newest,
            "outcome": _outcome(row, list(briefs), word),
        }
        for row in rows.values()
    ]  # fmt: skip
    return sorted(found, key=lambda row: (row["level"] != "act", -row["days"], row["first_day"]))


def by_role(actions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A row a role: what was brought up, answered, is gone or still open, and the money of both a day.

    Money is known of findings about sales only: what they fell short of the usual when last told.
    """
    rows = []
    for role in get_args(Owner) if actions else ():
        mine = [one for one in actions if one["role"] == role]
        rows.append(
            {
                "role": role,
                "owner": owner_name(role),
                "raised": len(mine),
                "done": sum(one["answer"] == "done" for one in mine),
                "otherwise": sum(one["answer"] not in ("", "done") for one in mine),
                "gone": sum(not one["open"] for one in mine),
                "open": sum(one["open"] for one in mine),
                "gone_amount": _sum(one["amount"] for one in mine if not one["open"]),
                "open_amount": _sum(one["amount"] for one in mine if one["open"]),
            }
        )
    return rows


def _sum(amounts: Iterable[float | None]) -> float | None:
    known = [each for each in amounts if each is not None]
    return sum(known) if known else None


def _gap(found: Mapping[str, Any]) -> float | None:
    """What sales fell short of the usual, yuan a day; None of what is not told in money or is no loss."""
    metric, value, usual = found.get("metric"), found.get("value"), found.get("baseline")
    if metric not in columns() or columns()[metric].unit != "CNY" or columns()[metric].good != "up":
        return None
    return float(usual - value) if value is not None and usual is not None and usual > value else None


def _brief(home: Home, shop: str, day: dt.date) -> list[dict[str, Any]] | None:
    """The findings with a step of a day's brief; None where there is none that can be read."""
    path = Path(home.reports / shop / day.isoformat() / "daily" / "brief.findings.json")
    told = read_report(path)
    if told is None:
        return None
    return [one for one in told["findings"] if one["level"] in ("act", "watch") and one["next_step"]]


def _answer(row: Mapping[str, Any], given: Iterable[Answer]) -> str:
    """The word last answered to an action, "" for none."""
    said = [
        one.word
        for one in given
        if one.rule == row["rule"] and row["first_day"] <= one.day <= row["last_day"]
        and one.headline == row["headline"]
    ]  # fmt: skip
    return said[-1] if said else ""


def _outcome(row: Mapping[str, Any], days: Sequence[dt.date], word: str) -> str:
    words = {
        "done": tr("done"),
        "expected": tr("expected"),
        "false": tr("false alarm"),
        "later": tr("put off"),
    }
    after = [day for day in days if day.isoformat() > row["last_day"]]
    state = tr("not seen since {day}", day=f"{after[0]:%m-%d}") if after else tr("still there")
    return tr("{answer}; {state}", answer=words[word], state=state) if word else state
