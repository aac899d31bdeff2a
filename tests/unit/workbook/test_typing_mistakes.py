"""What an analyst mistypes is answered: the table of docs/notebooks.md, typed row by row."""

import ast
import re

import nbformat
import pytest

from shopbook import learn
from shopbook.errors import NameUnknown
from shopbook.home import PROJECT
from shopbook.text import speaking

ROWS = re.findall(
    r"^\| `(day.*?)` \| .*? \| (.*?) \|$",
    (PROJECT / "docs" / "notebooks.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
MOST_CHARACTERS = 1_000


@pytest.fixture(scope="module")
def day():
    with speaking("en"):
        yield learn.day("demo")


def answer(typed: str, day: object, lang: str = "en") -> str:
    with speaking(lang):
        try:
            return repr(eval(typed, {"day": day}))
        except NameUnknown as error:
            return str(error)


def test_the_table_holds_the_mistakes():
    assert len(ROWS) == 12


@pytest.mark.parametrize(("typed", "expected"), ROWS)
def test_a_mistake_is_answered_on_one_screen(typed, expected, day):
    said = answer(typed, day)
    assert expected in said
    assert len(said) < MOST_CHARACTERS


@pytest.mark.parametrize(("typed", "_expected"), ROWS[:4])
def test_the_answer_is_in_the_notebooks_language_and_ends_with_what_to_do(typed, _expected, day):
    last = {lang: answer(typed, day, lang).splitlines()[-1].strip() for lang in ("zh", "en")}
    assert last["zh"].startswith("处理：写成")
    assert last["en"].startswith("What to do: write")


def test_the_day_in_a_cell_tells_no_address_and_no_path(day):
    assert not re.search(r"@|/home|/tmp|/root", repr(day))


def test_a_property_that_fails_says_its_own_error(day, monkeypatch):
    """Not that there is no such name."""
    monkeypatch.setattr(type(day), "ad_lines", property(lambda self: self.facts.nothing))
    with pytest.raises(AttributeError, match="nothing"):
        _ = day.ad_lines


def test_what_tools_probe_for_is_simply_not_there(day):
    assert not hasattr(day, "_ipython_display_")
    assert not hasattr(day, "to_dict")


@pytest.mark.parametrize(
    "notebook", sorted((PROJECT / "notebooks").glob("[!c]*/*.ipynb")), ids=lambda path: path.stem
)
def test_no_shipped_cell_computes_what_it_does_not_show(notebook):
    """A cell shows its last expression only."""
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code":
            lost = [node for node in ast.parse(cell.source).body[:-1] if isinstance(node, ast.Expr)]
            assert [ast.unparse(node) for node in lost if not ast.unparse(node).startswith("display(")] == []


def test_units_are_said_in_the_readers_language(day):
    said = {}
    for lang in ("zh", "en"):
        with speaking(lang):
            said[lang] = set(day.columns("channels").iloc[:, 1])
    assert said["zh"] == {"页面不显示", "文字", "人", "变化", "变化，人"}
    assert said["en"] == {"not shown on the page", "text", "persons", "change", "change in persons"}
