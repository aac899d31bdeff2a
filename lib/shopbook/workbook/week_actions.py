"""What the daily reports of the week asked for, and what became of it."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from shopbook.findings.finding import read_report
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
                "owner": owner_name(one["owner"]), "headline": one["headline"], "next_step": one["next_step"],
            }  # fmt: skip
    given = list(answers(home, shop).values())
    found = [{**row, "outcome": _outcome(row, list(briefs), given)} for row in rows.values()]
    return sorted(found, key=lambda row: (row["level"] != "act", -row["days"], row["first_day"]))


def _brief(home: Home, shop: str, day: dt.date) -> list[dict[str, Any]] | None:
    """The findings with a step of a day's brief; None where there is none that can be read."""
    path = Path(home.reports / shop / day.isoformat() / "daily" / "brief.findings.json")
    told = read_report(path)
    if told is None:
        return None
    return [one for one in told["findings"] if one["level"] in ("act", "watch") and one["next_step"]]


def _outcome(row: dict[str, Any], days: list[dt.date], given: list[Answer]) -> str:
    words = {
        "done": tr("done"),
        "expected": tr("expected"),
        "false": tr("false alarm"),
        "later": tr("put off"),
    }
    said = [
        words.get(one.word, one.word)
        for one in given
        if one.rule == row["rule"] and row["first_day"] <= one.day <= row["last_day"]
        and one.headline == row["headline"]
    ]  # fmt: skip
    after = [day for day in days if day.isoformat() > row["last_day"]]
    state = tr("not seen since {day}", day=f"{after[0]:%m-%d}") if after else tr("still there")
    return tr("{answer}; {state}", answer=said[-1], state=state) if said else state
