"""Headings outside the tables of pages, from params/labels.yaml, else from columns.yaml."""

from functools import cache

from shopbook.columns import columns
from shopbook.home import PROJECT
from shopbook.text import language
from shopbook.yaml_file import load_yaml


def heading(name: str, *families: str) -> str:
    """The heading of one column; a name that nobody gave one stands for itself."""
    known = columns().get(name)
    return _of(families, language()).get(name) or (known.label if known else name)


@cache
def _of(families: tuple[str, ...], lang: str) -> dict[str, str]:
    entries = {name: str(texts[lang]) for name, texts in _entries().items()}
    found = {name: text for name, text in entries.items() if "." not in name}
    for family in families:
        own = {name: text for name, text in entries.items() if name.startswith(f"{family}.")}
        found |= {name.removeprefix(f"{family}."): text for name, text in own.items()}
    return found


@cache
def _entries() -> dict[str, dict[str, str]]:
    return load_yaml(PROJECT / "params" / "labels.yaml")
