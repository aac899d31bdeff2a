"""The generated pages for operators are those of the source."""

import re

import pytest

from shopbook.columns import columns
from shopbook.run.docs import operator_docs
from shopbook.text import catalogue

HAND_WRITTEN = ("first-hour.zh.md", "first-hour.en.md", "first-week.zh.md", "first-week.en.md")


@pytest.mark.parametrize(
    ("name", "make"),
    [("glossary.md", operator_docs.glossary), ("troubleshooting.md", operator_docs.troubleshooting)],
)
def test_the_page_is_the_one_the_source_makes(name, make):
    found = (operator_docs.FOLDER / name).read_text(encoding="utf-8")
    assert found == make(), "run: python -m shopbook.run.docs.operator_docs"


def test_every_measure_is_in_the_glossary():
    page = operator_docs.glossary()
    assert not [name for name in columns() if f"`{name}`" not in page]


def test_every_message_has_a_chinese_side():
    found = {sentence for _, sentence in operator_docs.messages()}
    assert len(found) > 50
    assert not [sentence for sentence in found if sentence not in catalogue()]


@pytest.mark.parametrize("name", HAND_WRITTEN)
def test_commands_in_the_guides_exist(name):
    from shopbook.run.command.cli import app

    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    text = (operator_docs.FOLDER / name).read_text(encoding="utf-8")
    used = set(re.findall(r"\bshopbook ([a-z-]+)", text))
    assert used
    assert used <= known


def test_the_guides_say_the_same_in_both_languages():
    for guide in ("first-hour", "first-week"):
        texts = [
            (operator_docs.FOLDER / f"{guide}.{lang}.md").read_text(encoding="utf-8") for lang in ("zh", "en")
        ]
        chinese, english = ([line for line in text.splitlines() if line.startswith("#")] for text in texts)
        assert len(chinese) == len(english)
        commands = [re.findall(r"shopbook [a-z-]+", text) for text in texts]
        assert commands[0] == commands[1]
