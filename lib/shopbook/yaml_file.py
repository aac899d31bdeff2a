"""YAML files as plain values, and the line of each; aliases that grow without end are refused."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from shopbook.text import tr

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Far above the largest file of the project; an alias counts with all that it stands for.
_MOST_VALUES = 200_000


def load_yaml(path: Path) -> dict[str, Any]:
    """A YAML file as a dict; an empty file is an empty dict. Raises YAMLError for what cannot be read."""
    if path.is_fifo() or path.is_socket() or path.is_char_device():  # reading one may never end
        raise yaml.YAMLError(tr("it is no file but a pipe or a device"))
    try:
        return _loaded(path.read_text(encoding="utf-8-sig"))
    except RecursionError as error:
        raise yaml.YAMLError(tr("its lists or names lie too deep in each other")) from error
    except UnicodeDecodeError:
        raise
    except ValueError as error:  # a number or a day that Python cannot hold
        raise yaml.YAMLError(str(error)) from error


def _loaded(text: str) -> dict[str, Any]:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return {}
        if _values(node, {}) > _MOST_VALUES:
            raise yaml.YAMLError(tr("its aliases (&, *) repeat themselves without end"))
        return loader.construct_document(node) or {}
    finally:
        loader.dispose()


def line_of(path: Path, place: Sequence[str | int]) -> int | None:
    """The line of the value at `place` (names and numbers, outside in), or of the nearest around it."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None
    line = None
    for part in place:
        found = _inside(node, part)
        if found is None:
            break
        line, node = found
    return line


def _inside(node: Any, part: str | int) -> tuple[int, Any] | None:
    """The line and the node of one name or number within a mapping or a list."""
    if isinstance(node, yaml.MappingNode):
        pairs = [(key, value) for key, value in node.value if key.value == str(part)]
        return (pairs[0][0].start_mark.line + 1, pairs[0][1]) if pairs else None
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line + 1, node.value[part]
    return None


def _doubled(node: yaml.MappingNode) -> yaml.ScalarNode | None:
    """The second of two equal names."""
    seen = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                return key
            seen.add(key.value)
    return None


def _values(node: Any, known: dict[int, float]) -> float:
    """How many values a node stands for, its aliases written out; endless for one that holds itself.

    A name that stands twice in one place is an error: the first of its values would be lost without a word.
    """
    if id(node) not in known:
        known[id(node)] = float("inf")
        if isinstance(node, yaml.MappingNode) and (key := _doubled(node)):
            raise yaml.YAMLError(
                tr("line {line}: the name {name} stands twice", line=key.start_mark.line + 1, name=key.value)
            )
        held = node.value if isinstance(node, yaml.SequenceNode | yaml.MappingNode) else []
        parts = [part for each in held for part in (each if isinstance(each, tuple) else (each,))]
        known[id(node)] = 1 + sum(_values(part, known) for part in parts)
    return known[id(node)]
