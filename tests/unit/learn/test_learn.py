"""Every exercise: the solution is right, every known mistake is recognised, odd answers get a kind word."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from shopbook import learn
from shopbook.errors import HistoryError, ParamsError
from shopbook.learn import answers, progress, samples
from shopbook.learn.exercise import LESSONS, lesson_of
from shopbook.learn.exercises import EXERCISES
from shopbook.learn.mistakes import MISTAKES
from shopbook.text import catalogue, speaking, tr

NUMBERS = [each for each in EXERCISES.values() if each.unit != "text"]
TEXTS = [each for each in EXERCISES.values() if each.unit == "text"]
MISTAKEN = [(each, code) for each in EXERCISES.values() for code in each.mistakes]


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOPBOOK_DATA", str(tmp_path / "data"))
    with speaking("zh"):
        yield


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda each: each.id)
def test_the_solution_is_right(exercise):
    found = learn.check(exercise.id, exercise.solve())
    assert found.right, found
    assert found.lines[0] == catalogue()[exercise.after]


@pytest.mark.parametrize(("exercise", "code"), MISTAKEN, ids=lambda each: getattr(each, "id", each))
def test_a_known_mistake_is_told_why(exercise, code):
    found = learn.check(exercise.id, exercise.mistakes[code]())
    assert (found.word, found.mistake) == ("wrong", code)
    assert found.lines[0] == catalogue()[MISTAKES[code]]


@pytest.mark.parametrize("exercise", NUMBERS, ids=lambda each: each.id)
def test_a_near_answer_is_called_near(exercise):
    for step in (2.0, -2.0):
        answer = float(exercise.solve()) + step * exercise.within
        known = any(abs(answer - float(make())) <= exercise.within for make in exercise.mistakes.values())
        assert known or learn.check(exercise.id, answer).word == "near"


@pytest.mark.parametrize("exercise", NUMBERS, ids=lambda each: each.id)
def test_rounding_inside_the_tolerance_is_right(exercise):
    assert learn.check(exercise.id, float(exercise.solve()) + 0.9 * exercise.within).right


def test_every_exercise_has_three_different_hints_and_translations():
    for exercise in EXERCISES.values():
        assert len(set(exercise.hints)) == 3
        for sentence in (exercise.question, exercise.after, *exercise.hints):
            assert sentence in catalogue(), sentence
    assert not [sentence for sentence in MISTAKES.values() if sentence not in catalogue()]


def test_every_known_mistake_occurs():
    assert {code for each in EXERCISES.values() for code in each.mistakes} == set(MISTAKES)


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        pytest.param(2.061013, "wan", id="ten thousands of yuan"),
        pytest.param(-20610.13, "sign", id="sign turned round"),
    ],
)
def test_another_unit_of_money_is_named(answer, mistake):
    assert learn.check("start.amount", answer).mistake == mistake


SHARES = [-0.1172, -0.12, -11.72, -12, "-12%", "-11.7%", "−11.72%", "－１１．７２％", "下降11.7%"]
SHARES += ["跌了 12 个百分点", "▼ −11.7%", "-0.1172", "约 -11.7%", "百分之-11.7"]


@pytest.mark.parametrize("answer", SHARES, ids=str)
def test_a_share_is_read_in_every_form_an_operator_writes(answer):
    assert learn.check("start.change", answer).right


MONEY = [20610.13, "2.06万", "2.1w", "¥20,610", "20,610元", "２０６１０", "20610.13", "约2.06万元"]


@pytest.mark.parametrize("answer", MONEY, ids=str)
def test_money_is_read_in_every_form_an_operator_writes(answer):
    assert learn.check("start.amount", answer).right


@pytest.mark.parametrize("answer", ["说不准", "看不出", "unknown", " Unknown ", "分不出。", "「说不准」"])
def test_a_verdict_is_read_in_the_words_of_the_report_and_of_the_trade(answer):
    assert learn.check("start.verdict", answer).right


@pytest.mark.parametrize("answer", ["-1%", "-10%", "-15%", -0.2, "1172", "2万", 0.1])
def test_a_coarse_or_other_number_is_not_right(answer):
    assert not learn.check("start.change", answer).right


def test_the_sign_turned_round_is_named():
    assert learn.check("start.change", 0.1172).mistake == "sign"
    assert learn.check("start.change", "11.7%").mistake == "sign"


def test_what_the_notebook_computed_counts_nothing():
    assert learn.compare("start.change", EXERCISES["start.change"].solve()).right
    assert progress.read() == {}


def test_the_certificate_says_time_mistakes_and_what_was_seen_before(tmp_path):
    day = 1_800_000_000
    progress.note("start.change", now=day, tries=1, mistakes=1, solved=0)
    progress.note("start.change", now=day + 240, tries=1, solved=1, aided=1)
    progress.note("start.owner", now=day + 360, tries=1, solved=1)
    progress.note("start.amount", now=day + 9_000, tries=1, solved=1)
    made = learn.certificate("小李")
    (lesson,) = [each for each in made.lessons if each.name == "start"]
    assert (lesson.solved, lesson.minutes, *lesson.counts) == (3, 6.0, 4, 1, 0, 1)
    assert not made.is_complete
    page = made.save(tmp_path).read_text(encoding="utf-8")
    assert "小李" in page
    assert "<td>从这里开始</td><td>3 / 5</td><td>6</td><td>4</td><td>1</td>" in page


def test_every_lesson_goes_by_its_name():
    assert set(LESSONS) == {lesson_of(name) for name in EXERCISES}
    assert [line.split(":")[0] for line in learn.done().lines] == [tr(name) for name in LESSONS.values()]


def test_a_certificate_is_complete_when_every_exercise_was_solved_unaided():
    for name in EXERCISES:
        progress.note(name, now=0, tries=1, solved=1)
    assert learn.certificate().is_complete


def test_a_solution_seen_before_the_first_right_answer_is_remembered():
    learn.solution("start.owner")
    learn.check("start.owner", "运营")
    assert progress.read()["start.owner"]["aided"] == 1
    learn.check("start.amount", 20610.13)
    assert progress.read()["start.amount"]["aided"] == 0


def test_the_first_week_looks_at_what_is_there(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOPBOOK_HOME", str(tmp_path))
    monkeypatch.setenv("SHOPBOOK_DATA", str(tmp_path / "data"))
    said = learn.first_week()
    assert "0 步" in said.title
    (tmp_path / "notebooks" / "custom").mkdir(parents=True)
    (tmp_path / "notebooks" / "custom" / "mine.ipynb").write_text("{}", encoding="utf-8")
    (tmp_path / "data" / "outbox" / "tea").mkdir(parents=True)
    (tmp_path / "data" / "outbox" / "tea" / "x.eml").write_text("", encoding="utf-8")
    assert [line[0] for line in learn.first_week("tea").lines] == ["○", "○", "○", "○", "○", "●", "●"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param("很多", "不是数字", id="text for a number"),
        pytest.param(True, "bool", id="yes for a number"),
        pytest.param(1 + 2j, "complex", id="a complex number"),
        pytest.param(math.nan, "NaN", id="not a number"),
        pytest.param(math.inf, "NaN", id="infinite"),
        pytest.param([1.0, 2.0], "共 2 个", id="a list"),
        pytest.param(pd.DataFrame({"a": [1, 2], "b": [3, 4]}), "共 4 个", id="a table"),
        pytest.param({}, "共 0 个", id="an empty dict"),
        pytest.param(pd.Series(dtype=float), "共 0 个", id="an empty column"),
        pytest.param(len, "函数", id="a function"),
        pytest.param(object(), "object", id="anything else"),
    ],
)
def test_an_answer_of_the_wrong_kind_gets_a_kind_word(answer, said):
    found = learn.check("start.change", answer)
    assert found.word == "wrong"
    assert said in found.lines[0]


WRAPPED = [
    -0.1172,
    np.float64(-0.1172),
    [-0.1172],
    pd.Series([-0.1172]),
    {"x": -0.1172},
    np.array([[-0.1172]]),
]


@pytest.mark.parametrize("answer", WRAPPED, ids=str)
def test_one_value_in_any_wrapping_is_that_value(answer):
    assert learn.check("start.change", answer).right


@pytest.mark.parametrize("answer", ["recommendation", "手淘推荐", " 推荐 ", "Recommendation", "「手淘推荐」"])
def test_names_are_read_in_both_languages(answer):
    assert learn.check("start.source", answer).right


def test_an_item_id_may_be_a_number():
    assert learn.check("hero.item", int(EXERCISES["hero.item"].solve())).right


@pytest.mark.parametrize("answer", [3.5, None, b"x", ["a", "b"]], ids=str)
def test_a_name_of_the_wrong_kind_is_not_right(answer):
    assert learn.check("start.source", answer).word in ("wrong", "unanswered")


def test_three_dots_are_not_an_answer_and_count_no_try():
    assert learn.check("start.change").word == "unanswered"
    assert learn.check("start.change", None).word == "unanswered"
    assert progress.read() == {}


def test_hints_come_in_order_and_the_last_stays():
    numbers = [learn.hint("start.change").title for _ in range(4)]
    assert [title.split()[1] for title in numbers] == ["1", "2", "3", "3"]


def test_progress_is_kept_and_counted():
    learn.check("start.change", 5.0)
    learn.check("start.change", EXERCISES["start.change"].solve())
    row = progress.read()["start.change"]
    assert (row["tries"], row["mistakes"], row["solved"]) == (2, 1, 1)
    assert f"1 / {len(EXERCISES)}" in learn.done().title


def test_an_unwritable_folder_is_no_error(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("SHOPBOOK_DATA", str(blocked))
    assert learn.check("start.change", EXERCISES["start.change"].solve()).right
    titles = [learn.hint("start.owner").title for _ in range(2)]
    assert titles[0] != titles[1]


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"start.change": 3}', '{"start.change": {"tries": "x"}}'])
def test_a_spoiled_progress_file_is_no_error(text):
    progress.path().parent.mkdir(parents=True, exist_ok=True)
    progress.path().write_text(text, encoding="utf-8")
    assert learn.check("start.change", 1.0).word == "wrong"
    assert json.loads(progress.path().read_text(encoding="utf-8"))["start.change"]["tries"] == 1


def test_feedback_reads_in_a_terminal_and_on_a_page():
    found = learn.check("start.change", "<b>\u202e")
    assert "<b>" not in found._repr_html_()
    assert found.title in repr(found)
    assert "\u202e" not in found._repr_html_()


def test_the_solution_and_the_question_are_shown():
    assert "手淘推荐" in str(learn.solution("sources.effect").lines) or learn.solution("sources.effect").lines
    assert learn.question("start.change").title == catalogue()[EXERCISES["start.change"].question]


@pytest.mark.parametrize("ask", [learn.check, learn.hint, learn.solution, learn.question])
def test_an_unknown_exercise_names_the_known_ones(ask):
    with pytest.raises(ParamsError, match=r"start\.change"):
        ask("start.chnage")


def test_a_missing_sample_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOPBOOK_HOME", str(tmp_path))
    monkeypatch.setattr("shopbook.home.PROJECT", tmp_path)
    samples._table.cache_clear()
    with pytest.raises(HistoryError, match="重新获取项目"):
        learn.table("days", "demo")
    with pytest.raises(ParamsError, match="demo-b"):
        learn.table("days", "nobody")
    with pytest.raises(HistoryError, match="没有文件"):
        learn.export("no such file")
    samples._table.cache_clear()


def test_a_table_handed_out_cannot_spoil_the_next():
    handed = learn.table("days")
    handed["visitors"] = 0
    assert learn.table("days")["visitors"].min() > 0


@pytest.mark.parametrize("shop", samples.SHOPS)
def test_the_sample_day_is_a_whole_report(shop):
    day = learn.day(shop)
    ids = {finding.id for finding in day.report.findings}
    assert {"market.visitors", "own.visitors", "own.conversion", "own.basket", "own.amount"} <= ids
    assert [row["metric"] for row in day.report.tables["kpis"]][:2] == ["pay_amount", "visitors"]
    assert day.report.to_json()["schema"] == 2


def test_every_judgement_speaks_english_too():
    with speaking("en"):
        assert answers.judge(EXERCISES["start.change"], "many").why.startswith("'many' is no number")


@pytest.mark.parametrize(
    ("lang", "source", "owner", "verdict"),
    [("zh", "猜你喜欢", "运营", "看不出"), ("en", "Recommendation", "operator", "unknown")],
)
def test_a_right_answer_is_said_in_the_learners_language(lang, source, owner, verdict):
    with speaking(lang):
        said = [answers.said(answer) for answer in ("recommendation", "operator", "unknown", "竞店甲")]
    assert said == [source, owner, verdict, "竞店甲"]
