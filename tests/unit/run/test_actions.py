"""Answering back: what was answered is passed over, counted and followed; nothing else is silenced."""

import datetime as dt
import email
import email.policy

import pytest
from openpyxl import load_workbook

from published import finding, home_at, report, shelve
from shopbook.errors import ParamsError
from shopbook.findings.finding import Cause
from shopbook.history.answers import Answer, answer, answers, is_quiet, precision
from shopbook.params import ShopSettings
from shopbook.run.answering import known_actions, settle, take_sheets
from shopbook.run.mail.digest import digest
from shopbook.run.mail.report_mail import Envelope, report_mail
from shopbook.run.site.published import entry_at
from shopbook.text import speaking

NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
SHOP = ShopSettings(id="demo", name="山茶")


pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def home(tmp_path):
    return home_at(tmp_path)


def one(home):
    [action] = known_actions(home)
    return action


def told(home, day):
    content = digest(entry_at(home.reports, "demo", day, "daily"), SHOP)
    return [f["headline"] for f in content.actions], content


def test_an_action_counts_the_reports_it_stands_in(home):
    for day in ("2026-11-18", "2026-11-19", "2026-11-20"):
        shelve(home, report(date=day))
    assert (one(home).days, one(home).note) == (3, "day 3 in a row")


def test_a_day_without_it_starts_the_count_again(home):
    shelve(home, report(date="2026-11-18"))
    shelve(home, report(date="2026-11-19", findings=()))
    shelve(home, report(date="2026-11-20"))
    assert one(home).days == 1


@pytest.mark.parametrize("word", ["expected", "false"])
def test_what_was_expected_or_false_is_not_brought_up_again(home, word):
    shelve(home, report(date="2026-11-20"))
    settle(home, one(home).id, word, "", NOW)
    shelve(home, report(date="2026-11-21"))
    headlines, content = told(home, "2026-11-21")
    assert (headlines, content.quiet) == ([], 1)


def test_a_new_cause_is_never_silenced(home):
    shelve(home, report(date="2026-11-20"))
    settle(home, one(home).id, "false", "", NOW)
    other = finding(causes=(Cause({"channel": "search"}, -2000.0, 0.9, "手淘搜索"),))
    shelve(home, report(date="2026-11-21", findings=(other,)))
    assert len(told(home, "2026-11-21")[0]) == 1


def test_later_comes_back_on_its_day(home):
    shelve(home, report(date="2026-11-20"))
    settle(home, one(home).id, "later", "2026-11-22", NOW)
    for day in ("2026-11-21", "2026-11-22"):
        shelve(home, report(date=day))
    assert [len(told(home, day)[0]) for day in ("2026-11-21", "2026-11-22")] == [0, 1]
    assert one(home).note == "day 3 in a row; put off until 11-22"
    with speaking("zh"):
        assert one(home).note == "连续第 3 天；推迟到 11-22"


def test_what_still_stands_three_days_after_done_comes_back_with_its_figure(home):
    shelve(home, report(date="2026-11-20"))
    settle(home, one(home).id, "done", "", NOW)
    for day in ("2026-11-21", "2026-11-22", "2026-11-23"):
        shelve(home, report(date=day, findings=(finding(value=30000.0),)))
    assert [len(told(home, f"2026-11-{day}")[0]) for day in (21, 22, 23)] == [0, 0, 1]
    assert one(home).note == "day 4 in a row; marked as done on 11-20, since then 34,120 → 30,000"
    assert "34,120 → 30,000" in mail_of(home, "2026-11-23").get_body(("plain",)).get_content()


def mail_of(home, day):
    content = digest(entry_at(home.reports, "demo", day, "daily"), SHOP)
    message = report_mail(content, SHOP, Envelope("bot@shop.test", "li@shop.test", NOW))
    return email.message_from_bytes(message.as_bytes(), policy=email.policy.default)


def sheet_of(home, path):
    """The to-do list of the mail, saved in the inbox."""
    [part] = [p for p in mail_of(home, "2026-11-20").iter_attachments() if p.get_filename().endswith("xlsx")]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(part.get_content())
    assert part.get_filename() == "待办-山茶-2026-11-20.xlsx"
    return path


def fill(path, *answers):
    book = load_workbook(path)
    for row, cells in enumerate(answers, start=3):
        for column, value in zip("GH", cells, strict=False):
            book.active[f"{column}{row}"] = value
    book.save(path)


def test_the_sheet_of_the_mail_can_be_answered_and_dropped_again(home):
    many = (finding(), finding("own.amount", headline="销售额少"), finding("own.basket", headline="客单价低"))
    shelve(home, report(findings=many))
    path = sheet_of(home, home.inbox / "demo" / "待办-山茶-2026-11-20 (1).xlsx")
    fill(path, ("误报",), (), ("Later", dt.date(2026, 11, 25)))
    files = {"demo": [path]}
    [answered] = take_sheets(home, files, NOW)
    assert (answered.count, answered.problems, files) == (2, (), {"demo": []})
    found = {a.finding["id"]: (a.answer.word, a.answer.until) for a in known_actions(home) if a.answer}
    assert found == {"own.visitors": ("false", ""), "own.basket": ("later", "2026-11-25")}
    assert not path.exists()
    assert len(list((home.raw / "demo").glob("*待办*"))) == 1


def test_the_same_sheet_twice_answers_once_and_wrong_cells_are_named(home):
    shelve(home, report(findings=(finding(), finding("own.amount"), finding("own.basket"))))
    path = sheet_of(home, home.inbox / "demo" / "待办.xlsx")
    fill(path, ("done",), ("maybe",), ("later",))
    content = path.read_bytes()
    [first] = take_sheets(home, {"demo": [path]}, NOW)
    path.write_bytes(content)
    [again] = take_sheets(home, {"demo": [path]}, NOW)
    assert (first.count, again.count) == (1, 0)
    assert first.problems == (
        "待办.xlsx row 4: 'maybe' is no answer; choose one of done, expected, false alarm, later.",
        '待办.xlsx row 5: "later" needs a day, such as 2026-11-25.',
    )


def test_another_workbook_of_that_name_is_no_to_do_list(home, tmp_path):
    path = tmp_path / "待办.xlsx"
    load_workbook_empty(path)
    files = {"demo": [path]}
    assert take_sheets(home, files, NOW) == []
    assert files == {"demo": [path]}


def load_workbook_empty(path):
    from openpyxl import Workbook

    Workbook().save(path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("maybe", ""), "'maybe' is no answer", id="no such answer"),
        pytest.param(("later", ""), "Say until when", id="later without a day"),
        pytest.param(("later", "25.11."), "is not a day", id="no day"),
    ],
)
def test_a_wrong_answer_says_what_is_asked_for(home, arguments, message):
    shelve(home, report())
    with pytest.raises(ParamsError, match=message):
        settle(home, one(home).id, *arguments, NOW)


def test_an_unknown_action_is_said(home):
    shelve(home, report())
    with pytest.raises(ParamsError, match="no open action 12345678"):
        settle(home, "12345678", "done", "", NOW)


def given(action, word, rule="own.visitors"):
    return Answer(action, word, "2026-11-20", "", rule=rule)


def test_precision_counts_what_was_no_false_alarm_by_rule():
    told = [given("a", "done"), given("b", "false"), given("c", "expected"), given("d", "later")]
    assert precision([*told, given("e", "false", "own.item")]) == {"own.item": (0, 1), "own.visitors": (2, 3)}


def test_an_answer_says_nothing_about_earlier_days():
    assert not is_quiet(given("a", "expected"), dt.date(2026, 11, 19))


def test_a_torn_line_loses_no_other_answer(home):
    answer(home, "demo", given("a", "done"))
    book = home.data / "actions" / "demo.jsonl"
    book.write_text(book.read_text(encoding="utf-8") + '{"action": "b', encoding="utf-8")
    assert list(answers(home, "demo")) == ["a"]
