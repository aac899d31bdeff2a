"""Every worked example runs from a fresh clone, says "right" where it shows how, and keeps its own rules."""

import ast
import re
from pathlib import Path

import nbformat
import papermill
import pytest

from shopbook.home import PROJECT
from shopbook.learn.exercises import EXERCISES
from shopbook.run.page import render

FOLDER = PROJECT / "notebooks" / "onboarding"
EXAMPLES = sorted(path for path in FOLDER.glob("*.ipynb") if not path.name.startswith("scratch_"))
MOST_STATEMENTS = 3
WORDS = (60, 110)
_ASKED = re.compile(r'learn\.check\("([a-z.]+)", (.+)\)$')


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.stem)
def example(request) -> Path:
    return request.param


def sources(path: Path, kind: str) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def words(text: str) -> float:
    """Words of a mixed text: about 1.7 Chinese characters are one word."""
    plain = re.sub(r"[#`*]", " ", text)
    return len(re.findall(r"[\u4e00-\u9fff]", plain)) / 1.7 + len(re.findall(r"[A-Za-z0-9_.%-]+", plain))


def asked(path: Path) -> list[tuple[str, str]]:
    """(exercise, answer as written) of every check."""
    lines = [line for source in sources(path, "code") for line in source.splitlines()]
    return [found.groups() for line in lines if (found := _ASKED.search(line))]


def test_it_runs_on_the_committed_sample_alone(example, tmp_path, monkeypatch):
    """No history, an empty data folder; answers computed in the notebook are right, dots are unanswered."""
    monkeypatch.setenv("SHOPBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SHOPBOOK_HOME", str(PROJECT))
    done = papermill.execute_notebook(
        str(example), str(tmp_path / "out.ipynb"), engine_name="warm", progress_bar=False, cwd=str(FOLDER)
    )
    page = render(done, lang="zh")
    assert "Traceback" not in page
    # 09 shows one wrong answer on purpose, so that its reader meets the sentence.
    wrong = 1 if example.stem == "09_own_question" else 0
    given = [answer for _, answer in asked(example) if answer not in ("...", "guess")]
    assert page.count("sb-learn-right") == len(given) - wrong
    assert page.count("sb-learn-wrong") == wrong
    assert not any(path.name != ".learn" for path in (tmp_path / "data").iterdir())


def test_there_are_the_start_and_nine_examples():
    assert [path.stem[:2] for path in EXAMPLES] == [f"{number:02d}" for number in range(10)]


def test_every_exercise_is_asked():
    found = {exercise for path in EXAMPLES for exercise, _ in asked(path)}
    assert found == set(EXERCISES)


def test_cells_are_short_and_texts_of_a_readable_length(example):
    code, texts = sources(example, "code"), sources(example, "markdown")
    # ruff breaks long calls over lines: what a reader takes in at once are statements.
    work = [source for source in code if "import" not in source]
    assert [source for source in work if len(ast.parse(source).body) > MOST_STATEMENTS] == []
    assert [text[:30] for text in texts if not WORDS[0] <= words(text) <= WORDS[1]] == []


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
    assert sum(path.stat().st_size for path in tables) < 150_000
    codebook = (FOLDER / "data" / "README.md").read_text(encoding="utf-8")
    columns = {
        name for path in tables for name in path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    }
    assert [name for name in sorted(columns) if f"`{name}`" not in codebook] == []
