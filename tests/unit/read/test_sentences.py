"""Every sentence of the read and history packages has a Chinese translation with the same placeholders."""

import ast
from pathlib import Path
from string import Formatter

import shopbook
from shopbook.text import catalogue

_AT = {"blocking": 1, "warn": 1, "info": 1, "tr": 0}


def _sentences(package: str) -> list[str]:
    found = []
    for path in (Path(shopbook.__file__).parent / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            at = 0 if name.endswith("Error") and name != "ValueError" else _AT.get(name)
            if at is not None and len(node.args) > at and isinstance(node.args[at], ast.Constant):
                found.append(node.args[at].value)
    return found


def _fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_sentence_is_translated_with_the_same_placeholders():
    sentences = _sentences("read") + _sentences("history")
    missing = [text for text in sentences if text not in catalogue()]
    assert len(sentences) > 30
    assert missing == []
    assert [text for text in sentences if _fields(text) != _fields(catalogue()[text])] == []
