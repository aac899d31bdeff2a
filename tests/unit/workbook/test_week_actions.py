"""What the daily briefs of a week asked for, and what became of it."""

import datetime as dt
import json
from dataclasses import replace

from shopbook.findings.finding import Finding, Report
from shopbook.history.answers import Answer, answer
from shopbook.home import Home
from shopbook.text import speaking
from shopbook.workbook.week_actions import by_role, week_actions

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


def lost(value: float, metric: str = "pay_amount") -> Finding:
    return replace(asked("own.amount"), metric=metric, value=value, baseline=1000.0, owner="operator")


def test_each_role_has_what_it_was_asked_did_and_still_has_to_do_with_the_money_that_is_known(tmp_path):
    home = Home(tmp_path, tmp_path / "data")
    brief(home, MONDAY, asked("checkup.stock"), lost(700.0))
    brief(home, TUESDAY, asked("own.item.stock"), lost(800.0))
    given = Answer("x", "done", "2026-11-16", "", rule="checkup.stock", headline="checkup.stock fell")
    answer(home, "t", given)
    with speaking("en"):
        rows = {row["role"]: row for row in by_role(week_actions(home, "t", MONDAY, WEDNESDAY))}
    counts = ("raised", "done", "gone", "open", "gone_amount", "open_amount")
    assert [rows["supply"][name] for name in counts] == [2, 1, 1, 1, None, None]
    assert [rows["operator"][name] for name in counts] == [1, 0, 0, 1, None, 200.0]
    assert [rows["design"][name] for name in counts] == [0, 0, 0, 0, None, None]


def test_a_loss_that_is_no_longer_told_counts_as_the_gap_it_had_last(tmp_path):
    home = Home(tmp_path, tmp_path / "data")
    brief(home, MONDAY, lost(700.0))
    brief(home, TUESDAY)
    (row,) = [row for row in by_role(week_actions(home, "t", MONDAY, WEDNESDAY)) if row["raised"]]
    assert (row["gone_amount"], row["open_amount"]) == (300.0, None)


def test_a_loss_of_visitors_is_no_money(tmp_path):
    home = Home(tmp_path, tmp_path / "data")
    brief(home, MONDAY, lost(3.0, "visitors"))
    (row,) = [row for row in by_role(week_actions(home, "t", MONDAY, WEDNESDAY)) if row["raised"]]
    assert (row["open"], row["open_amount"]) == (1, None)


def test_without_a_brief_there_is_no_sheet_by_role(tmp_path):
    assert by_role(week_actions(Home(tmp_path, tmp_path / "data"), "t", MONDAY, WEDNESDAY)) == []
