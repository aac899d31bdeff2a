"""One catalogue: every sentence of the source has its Chinese translation with the same placeholders."""

import ast
import functools
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

import shopbook
from shopbook.home import PROJECT
from shopbook.text import catalogue, set_language, speaking, tr
from shopbook.yaml_file import load_yaml

LIB = Path(shopbook.__file__).parent
WORDED = (".j2", ".yaml", ".yml", ".js", ".html")


def sentences() -> Iterator[tuple[str, str]]:
    """(place, English sentence) of every literal that is shown to an operator."""
    for path, call in nodes():
        if not (isinstance(call, ast.Call) and call.args and path.is_relative_to(LIB)):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        first = getattr(call.args[0], "value", None)
        if isinstance(first, str) and (name in ("tr", "_sentence") or name in errors()):
            yield f"{path.relative_to(LIB)}:{call.lineno}", first
    for rule, route in load_yaml(PROJECT / "params" / "rules.yaml")["routes"].items():
        yield f"rules.yaml {rule}", route["first_step"]
        yield f"rules.yaml {rule}", route["proof"]


@functools.cache
def nodes() -> list[tuple[Path, ast.AST]]:
    """Every node of every source, with its file."""
    paths = sorted((PROJECT / "lib").rglob("*.py"))
    return [(path, node) for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


@functools.cache
def errors() -> set[str]:
    """The names of our own errors, whose first argument an operator reads."""
    return {
        node.name
        for path, node in nodes()
        if isinstance(node, ast.ClassDef) and path.is_relative_to(LIB)
        if any("Error" in ast.unparse(base) for base in node.bases)
    } - {"ValueError"}


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_sentence_has_a_chinese_translation():
    missing = [f"{place}: {text!r}" for place, text in sentences() if text not in catalogue()]
    assert not missing, "\n".join(missing)


def test_no_sentence_is_translated_twice():
    once = [entry.msgid for path in LIB.glob("locale/zh/*.po") for entry in polib.pofile(str(path))]
    assert [text for text, times in Counter(once).items() if times > 1] == []


def test_every_translation_has_a_sentence_that_is_said():
    said = {
        each.value for _, each in nodes() if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }
    files = [path for top in (LIB, PROJECT / "params") for path in top.rglob("*.*") if path.suffix in WORDED]
    files += (PROJECT / "notebooks").rglob("*.ipynb")
    text = "\n".join(path.read_text(encoding="utf-8") for path in files).replace('\\"', '"')
    assert [each for each in catalogue() if each not in said and each not in text] == []


def test_translations_keep_the_placeholders():
    other = [text for text, chinese in catalogue().items() if fields(text) != fields(chinese)]
    assert not other


def test_language_is_chosen_and_given_back():
    with speaking("en"):
        assert tr("no new figure") == "no new figure"
        with speaking("zh"):
            assert tr("no new figure") != "no new figure"
        assert tr("no new figure") == "no new figure"


def test_unknown_language_is_named():
    with pytest.raises(ValueError, match="'fr'"):
        set_language("fr")
