"""One language a page: a notebook's text cells hold both, in a form that tells them apart.

A heading reads `## 结论 · The answer`. Below it stand Chinese paragraphs, then English ones, each a quote
that begins with `> **EN**`. A cell without such a quote speaks to every reader and is left as it is.
"""

import re

_MARK = "> **EN**"
_HEADING = re.compile(r"^(#+) (?P<zh>.+?) · (?P<en>.+)$")


def in_language(source: str, lang: str) -> str:
    """The text of a markdown cell in one language.

    Examples
    --------
    >>> in_language("## 结论 · The answer\\n\\n先看结论。\\n\\n> **EN** The answer first.", "en")
    '## The answer\\n\\nThe answer first.'
    >>> in_language("## 我的问题\\n\\nBoth of us read this.", "en")
    '## 我的问题\\n\\nBoth of us read this.'
    """
    parts = re.split(r"\n\s*\n", source.strip())
    english = [part for part in parts if part.startswith(_MARK)]
    headings = [part for part in parts if part.startswith("#")]
    if not english:
        return "\n\n".join(_heading(part, lang) for part in parts)
    chosen = english if lang == "en" else [part for part in parts if part not in (*english, *headings)]
    return "\n\n".join([*(_heading(part, lang) for part in headings), *map(_plain, chosen)])


def _heading(part: str, lang: str) -> str:
    """A heading in one language; any other text as it is."""
    found = _HEADING.match(part)
    return f"{found[1]} {found['en' if lang == 'en' else 'zh']}" if found else part


def _plain(part: str) -> str:
    """A paragraph without the mark of its language."""
    return part.removeprefix(_MARK).replace("\n> ", "\n").strip() if part.startswith(_MARK) else part
