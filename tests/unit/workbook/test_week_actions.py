"""What the daily briefs of a week asked for, and what became of it."""

import datetime as dt
import json

from shopbook.findings.finding import Finding, Report
from shopbook.history.answers import Answer, answer
from shopbook.home import Home
from shopbook.text import speaking
from shopbook.workbook.week_actions import week_actions

MONDAY, TUESDAY, WEDNESDAY = (dt.date(2026, 11, day) for day in (16, 17, 18))


def asked(id_: str, level: str = "act", **scope: str) -> Finding:
    return Finding(
        id_,
        "?",
        f"{id_} fell",
        level=level,
        scope=scope,
        owner="supply",
        next_step="Restock.",
        due="2026-11-20",
    )


def brief(home: Home, day: dt.date, *findings: Finding) -> None:
    folder = home.reports / "t" / day.isoformat() / "daily"
    folder.mkdir(parents=True)
    report = Report("t", day.isoformat(), "daily/brief", "en", "…", findings=findings)
    (folder / "brief.findings.json").write_text(json.dumps(report.to_json()), encoding="utf-8")


def rows(home: Home) -> list[tuple[str, int, str]]:
    with speaking("en"):
        found = week_actions(home, "t", MONDAY, WEDNESDAY)
    return [(row["rule"], row["days"], row["outcome"]) for row in found]


def test_what_stands_longest_comes_first_and_what_is_gone_says_since_when(tmp_path):
    home = Home(tmp_path, tmp_path / "data")
    brief(home, MONDAY, asked("checkup.stock"), asked("own.item", "watch"))
    brief(home, TUESDAY, asked("checkup.stock"))
    brief(home, WEDNESDAY, asked("checkup.stock"), Finding("own.visitors", "?", "calm"))
    assert rows(home) == [("checkup.stock", 3, "still there"), ("own.item", 1, "not seen since 11-17")]


def test_things_of_one_rule_are_actions_of_their_own(tmp_path):
    home = Home(tmp_path, tmp_path / "data")
    brief(home, MONDAY, asked("own.item", item_id="1"), asked("own.item", item_id="2"))
    assert len(rows(home)) == 2


def test_the_answer_given_stands_beside_the_outcome(tmp_path):
    home = Home(tmp_path, tmp_path / "data")
    brief(home, MONDAY, asked("checkup.stock"))
    brief(home, TUESDAY)
    answer(
        home, "t", Answer("x", "done", "2026-11-16", "", rule="checkup.stock", headline="checkup.stock fell")
    )
    assert rows(home) == [("checkup.stock", 1, "done; not seen since 11-17")]


def test_a_torn_brief_is_passed_over(tmp_path):
    home = Home(tmp_path, tmp_path / "data")
    brief(home, MONDAY, asked("checkup.stock"))
    torn = home.reports / "t" / "2026-11-17" / "daily" / "brief.findings.json"
    torn.parent.mkdir(parents=True)
    torn.write_text('{"findings": [', encoding="utf-8")
    assert rows(home) == [("checkup.stock", 1, "still there")]
