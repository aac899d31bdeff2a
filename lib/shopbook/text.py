"""The only place of translated sentences: English message ids, one Chinese catalogue in `locale/zh/`,
one gettext file per package folder.

A sentence is written once, in English, as the literal first argument of `tr`. A test walks the source and
fails on a sentence without a Chinese translation or with other placeholders.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import polib

from shopbook import printed

LANGUAGES = ("zh", "en")
_CATALOGUE = Path(__file__).parent / "locale" / "zh"
_language: ContextVar[str] = ContextVar("shopbook_language", default="zh")


def language() -> str:
    """The language of the sentences made now."""
    return _language.get()


def set_language(lang: str) -> None:
    """Make later sentences `lang` ("zh" or "en"); an empty text leaves it as it is."""
    if lang and lang not in LANGUAGES:
        raise ValueError(f"lang {lang!r} is not one of {', '.join(LANGUAGES)}")
    if lang:
        _language.set(lang)


@contextlib.contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Use `lang` inside the block only."""
    token = _language.set(lang or language())
    try:
        yield
    finally:
        _language.reset(token)


def tr(msgid: str, /, **values: object) -> str:
    """The sentence `msgid` in the current language, with `{placeholders}` filled from `values`."""
    sentence = catalogue().get(msgid, msgid) if language() == "zh" else msgid
    printed.named(msgid, values)
    return sentence.format(**values) if values else sentence


@cache
def catalogue() -> dict[str, str]:
    """Chinese sentence by English message id."""
    sentences: dict[str, str] = {}
    for path in sorted(_CATALOGUE.glob("*.po")):
        sentences |= {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.msgstr}
    return sentences
