"""How long an answer keeps an action off the report, and what answers say of a rule."""

import datetime as dt

import pytest

from shopbook.history.answers import Answer, answer, answers, is_quiet, made, precision
from shopbook.home import Home

DAY = dt.date(2026, 11, 20)


def given(word: str, action: str = "1", **values: str) -> Answer:
    return Answer(action, word, str(DAY), "2026-11-20 09:00", **values)


@pytest.mark.parametrize(
    ("word", "until", "days_later", "quiet"),
    [
        ("done", "", -1, False),  # a report of the day before knew nothing of it
        ("done", "", 0, True),
        ("done", "", 2, True),
        ("done", "", 3, False),  # what still stands then comes back
        ("later", "2026-11-23", 2, True),
        ("later", "2026-11-23", 3, False),
        ("expected", "", 300, True),
        ("false", "", 300, True),
        ("false", "", -1, False),
    ],
)
def test_an_answer_keeps_its_action_quiet_for_as_long_as_it_says(word, until, days_later, quiet):
    assert is_quiet(given(word, until=until), DAY + dt.timedelta(days=days_later)) is quiet


def test_without_an_answer_nothing_is_quiet():
    assert not is_quiet(None, DAY)


def test_a_rule_is_right_where_it_was_no_false_alarm_and_later_is_no_answer():
    said = [
        given(word, rule=rule)
        for word, rule in (("done", "a"), ("false", "a"), ("later", "a"), ("expected", "b"))
    ]
    assert precision(said) == {"a": (1, 2), "b": (1, 1)}


def test_an_answer_is_written_once_and_the_newest_counts(tmp_path):
    home = Home(tmp_path, tmp_path / "data")
    assert answers(home, "a") == {}
    assert answer(home, "a", given("done"), given("false", "2")) == 2
    assert answer(home, "a", given("done"), given("later", "2", until="2026-11-25")) == 1
    assert {name: each.word for name, each in answers(home, "a").items()} == {"1": "done", "2": "later"}


@pytest.mark.parametrize("wrong", [{"word": "perhaps"}, {"day": "gestern"}, {"until": "soon"}])
def test_a_line_of_another_schema_is_no_answer(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong.values()))):
        made({**vars(given("later", until="2026-11-25")), **wrong})
