"""Every worked example runs from a fresh clone, says "right" where it shows how, and keeps its own rules."""

import ast
import datetime as dt
import re
import sys
from pathlib import Path

import nbformat
import pandas as pd
import papermill
import pytest

from shopbook import learn
from shopbook.demo import lessons
from shopbook.demo.lessons import write_lessons
from shopbook.history.store import Store
from shopbook.home import PROJECT, find_home
from shopbook.learn import samples
from shopbook.learn.exercises import EXERCISES
from shopbook.learn.mistakes import MISTAKES
from shopbook.run import intake
from shopbook.run.lessons import in_one_language
from shopbook.run.page import render
from shopbook.run.page_language import in_language
from shopbook.text import LANGUAGES, speaking, tr
from shopbook.workbook import daily

sys.path.append(str(PROJECT / "scripts"))
from answer_lessons import nothing, play, rightly, wrongly

FOLDER = PROJECT / "notebooks" / "onboarding"
EXAMPLES = sorted(path for path in FOLDER.glob("*.ipynb") if not path.name.startswith("scratch_"))
MOST_STATEMENTS = 3
WORDS = (60, 110)
# Names that have no Chinese one; what is typed as it stands is written as code.
NAMES = {"ROI", "DSR", "ID", "Excel", "Shift", "Enter", "demo"}
# The columns by which a table of a lesson knows a row.
KEYS = ("date", "week", "item_id", "channel", "label", "entity", "plan", "search_term", "month", "metric")
_ASKED = re.compile(r'learn\.check\("([a-z_.]+)", (.+)\)$')


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.stem)
def example(request) -> Path:
    return request.param


def sources(path: Path, kind: str) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def foreign(text: str, lang: str) -> list[str]:
    """Words of the other language in a text; code is of both."""
    prose = re.sub(r"`[^`]*`", "", text)
    if lang == "en":
        return re.findall(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", prose)
    return [word for word in re.findall(r"[A-Za-z]{2,}", prose) if word not in NAMES]


def words(text: str) -> float:
    """Words of a mixed text: about 1.7 Chinese characters are one word."""
    plain = re.sub(r"[#`*]", " ", text)
    return len(re.findall(r"[\u4e00-\u9fff]", plain)) / 1.7 + len(re.findall(r"[A-Za-z0-9_.%-]+", plain))


def asked(path: Path) -> list[tuple[str, str]]:
    """(exercise, answer as written) of every check."""
    lines = [line for source in sources(path, "code") for line in source.splitlines()]
    return [found.groups() for line in lines if (found := _ASKED.search(line))]


def test_worked_figures_are_right_and_nothing_typed_ticks_nothing(example, tmp_path, monkeypatch):
    """From the committed sample alone: no history, an empty data folder."""
    monkeypatch.setenv("SHOPBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SHOPBOOK_HOME", str(PROJECT))
    found = list(play(example, nothing))
    assert {said.word for kind, said in found if kind == "check"} <= {"unanswered"}
    # 09 shows one wrong figure on purpose, so that its reader meets the sentence.
    wrong = [said for kind, said in found if kind == "compare" and not said.right]
    assert len(wrong) == (1 if example.stem == "09_own_question" else 0)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("answer", "word"), [(rightly, "right"), (wrongly, "wrong")])
def test_typed_answers_are_judged(example, answer, word, tmp_path, monkeypatch):
    monkeypatch.setenv("SHOPBOOK_DATA", str(tmp_path / "data"))
    checked = [said for kind, said in play(example, answer) if kind == "check"]
    assert {said.word for said in checked} <= {word}


def test_the_start_renders_as_a_page(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOPBOOK_DATA", str(tmp_path / "data"))
    done = papermill.execute_notebook(
        str(EXAMPLES[0]), str(tmp_path / "out.ipynb"), engine_name="warm", progress_bar=False, cwd=str(FOLDER)
    )
    page = render(done, lang="zh")
    assert "Traceback" not in page
    assert page.count("sb-learn-right") == 1


def test_there_are_the_start_and_fifteen_examples():
    assert [path.stem[:2] for path in EXAMPLES] == [f"{number:02d}" for number in range(16)]


@pytest.mark.parametrize("shop", samples.SHOPS)
def test_a_lesson_compares_and_names_as_the_report_does(shop, demo_data, monkeypatch):
    monkeypatch.setenv("SHOPBOOK_DATA", str(demo_data))
    lesson, report = learn.day(shop), daily.load(shop, "2026-11-20", notebook="own")
    assert lesson.facts.baseline_days == report.facts.baseline_days
    assert set(lesson.table("channels")["label"]) == set(report.table("channels")["label"])
    assert lesson.facts.special_days >= report.facts.special_days


def test_the_tables_of_the_lessons_are_cut_from_a_history_as_those_that_are_shipped(
    demo_data, tmp_path, monkeypatch
):
    """From a demo of 66 days, whose figures are others: the same columns, and no row that is not shipped."""
    monkeypatch.setenv("SHOPBOOK_DATA", str(demo_data))
    monkeypatch.delitem(lessons._TABLES, "conversion")  # its day lies before
    write_lessons(Store(demo_data / "history"), tmp_path)
    made = {path.name: pd.read_csv(path, dtype=str) for path in tmp_path.glob("*.csv")}
    assert {name.partition("-")[0] for name in made} == set(lessons._TABLES)
    for name, table in made.items():
        shipped = pd.read_csv(FOLDER / "data" / name, dtype=str)
        assert list(table) == list(shipped), name
        keys = [each for each in table if each in KEYS]
        assert len(table), name
        assert set(map(tuple, table[keys].values)) <= set(map(tuple, shipped[keys].values)), name


@pytest.mark.nightly
def test_a_lesson_shows_the_findings_of_the_demos_pages_to_the_letter(tmp_path, monkeypatch):
    """The sample is cut from the demo as `shopbook demo` makes it, which takes a minute to make."""
    home = find_home(data=tmp_path / "data")
    intake.demo_shops(home, shops=2, days=182, today=dt.date(2026, 11, 21))
    monkeypatch.setenv("SHOPBOOK_DATA", str(home.data))
    write_lessons(Store(home.history), tmp_path / "lessons")
    for file in (tmp_path / "lessons").glob("*.csv"):
        assert (FOLDER / "data" / file.name).read_bytes() == file.read_bytes(), file.name
    for shop in samples.SHOPS:
        lesson = {one.id: one.headline for one in learn.day(shop).report.findings}
        page = daily.load(shop, "2026-11-20", notebook="own").report.findings
        asked = ("own.visitors", "own.conversion", "own.basket", "own.amount")
        assert {one.id: one.headline for one in page if one.id in asked} == {
            name: lesson[name] for name in asked
        }


def test_every_exercise_is_asked():
    found = {exercise for path in EXAMPLES for exercise, _ in asked(path)}
    assert found == set(EXERCISES)


def test_cells_are_short_and_texts_of_a_readable_length(example):
    code, texts = sources(example, "code"), sources(example, "markdown")
    # ruff breaks long calls over lines: what a reader takes in at once are statements.
    work = [source for source in code if "import" not in source]
    assert [source for source in work if len(ast.parse(source).body) > MOST_STATEMENTS] == []
    for lang in LANGUAGES:
        shown = [in_language(text, lang) for text in texts]
        assert [text[:30] for text in shown if not WORDS[0] <= words(text) <= WORDS[1]] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_learner_reads_one_language(example, lang):
    copy = in_one_language(nbformat.read(example, as_version=4), lang)
    texts = [cell.source for cell in copy.cells if cell.cell_type == "markdown"]
    assert [found for text in texts if (found := foreign(text, lang))] == []
    comments = [line for cell in copy.cells if cell.cell_type == "code" for line in cell.source.splitlines()]
    assert not [line for line in comments if "#" in line]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_exercise_speaks_one_language(lang):
    """Questions, hints and what is said of answers."""
    with speaking(lang):
        said = [
            tr(sentence)
            for asked in EXERCISES.values()
            for sentence in (asked.question, *asked.hints, asked.after)
        ]
        said += [tr(sentence) for sentence in MISTAKES.values()]
    assert [found for text in said if (found := foreign(text, lang))] == []


def test_no_logic_is_hidden_in_an_example(example):
    for source in sources(example, "code"):
        forbidden = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try)
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, forbidden)]


def test_each_example_has_its_steps(example):
    titles = [text.splitlines()[0] for text in sources(example, "markdown")]
    assert titles[0].startswith("# ")
    assert [title for title in titles if "先猜" in title]
    assert [title for title in titles if "行动、反证、陷阱" in title]
    assert example.stem == "00_start" or "第二家店" in titles[-1]


def test_no_outputs_and_the_standard_kernel(example):
    notebook = nbformat.read(example, as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]
    assert notebook.metadata.kernelspec.name == "python3"


def test_the_tables_stay_small_and_are_described():
    tables = sorted((FOLDER / "data").glob("*.csv"))
    assert sum(path.stat().st_size for path in tables) < 220_000
    codebook = (FOLDER / "data" / "README.md").read_text(encoding="utf-8")
    columns = {
        name for path in tables for name in path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    }
    assert [name for name in sorted(columns) if f"`{name}`" not in codebook] == []
