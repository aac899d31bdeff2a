"""A learner's copies of the lessons: one language, kept once worked in, renewed while untouched."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from shopbook.home import Home
from shopbook.run.lessons import own_copies


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with one lesson."""
    _write(tmp_path, "先看结论。", "The answer first.")
    return Home(tmp_path, tmp_path / "data")


def test_a_copy_has_the_texts_of_its_language_and_answers_in_it(home):
    texts = {lang: _sources(own_copies(home, lang)) for lang in ("zh", "en")}
    assert texts == {
        "zh": ["## 看\n\n先看结论。", 'from shopbook import learn\n\nlearn.speak("zh")'],
        "en": ["## See\n\nThe answer first.", 'from shopbook import learn\n\nlearn.speak("en")'],
    }


def test_a_copy_that_was_worked_in_is_kept_and_another_renewed(home):
    worked, untouched = own_copies(home, "zh"), own_copies(home, "en")
    notebook = nbformat.read(worked, as_version=4)
    notebook.cells.append(new_code_cell('learn.check("start.owner", "运营")'))
    nbformat.write(notebook, worked)
    _write(home.root, "先看数据。", "The data first.")
    own_copies(home, "zh"), own_copies(home, "en")
    assert "先看结论。" in _sources(worked)[0]
    assert "The data first." in _sources(untouched)[0]


def test_running_a_copy_is_no_work_in_it(home):
    own = own_copies(home, "en")
    notebook = nbformat.read(own, as_version=4)
    notebook.cells[1].execution_count = 3
    nbformat.write(notebook, own)
    _write(home.root, "先看数据。", "The data first.")
    assert "The data first." in _sources(own_copies(home, "en"))[0]


def _write(root: Path, chinese: str, english: str) -> None:
    folder = root / "notebooks" / "onboarding"
    folder.mkdir(parents=True, exist_ok=True)
    text = new_markdown_cell(f"## 看 · See\n\n{chinese}\n\n> **EN** {english}")
    code = new_code_cell("from shopbook import learn")
    nbformat.write(new_notebook(cells=[text, code]), folder / "00_start.ipynb")


def _sources(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]
