"""What `units` and `tr` print while a rule speaks: each text with the number that it shows."""

import re
import string
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

_CONSTANT = re.compile(r"(?<![\d.])\d[\d,.]*%?(?![\d-])")
_NUMBER = re.compile(r"[+−-]?\d[\d,]*(\.\d+)?")


@dataclass
class Printed:
    """One printed number; `name` is what the sentence calls it, once it stands in one."""

    text: str
    value: float | None
    unit: str
    low: float | None = None
    high: float | None = None
    name: str = ""


_list: ContextVar[list[Printed] | None] = ContextVar("shopbook_printed", default=None)


@contextmanager
def recording(into: list[Printed]) -> Iterator[list[Printed]]:
    """Add to `into` what is printed inside the block."""
    token = _list.set(into)
    try:
        yield into
    finally:
        _list.reset(token)


def note(
    text: str, value: float | None, unit: str, *, low: float | None = None, high: float | None = None
) -> str:
    """`text`, remembered with its number where somebody listens."""
    found = _list.get()
    if found is not None:
        found.append(Printed(text, value, unit, low, high))
    return text


def named(msgid: str, values: Mapping[str, object]) -> None:
    """Remember what a sentence calls its figures, numbers it formats itself, and those its own words hold."""
    found = _list.get()
    if found is None:
        return
    for words, name, spec, _ in string.Formatter().parse(msgid):
        found += [Printed(text, None, "constant", name="constant") for text in _CONSTANT.findall(words)]
        value = values.get(name or "")
        if isinstance(value, bool) or value is None or name is None:
            continue
        if isinstance(value, int | float):
            found.append(Printed(format(value, spec or ""), float(value), "count", name=name))
        elif isinstance(value, str) and not _name_last(found, value, name) and _NUMBER.fullmatch(value):
            found.append(Printed(value, float(value.replace(",", "")), "count", name=name))


def _name_last(found: list[Printed], text: str, name: str) -> bool:
    """Name the newest figure printed as `text`; whether there is one."""
    one = next((each for each in reversed(found[-40:]) if each.text == text), None)
    if one is not None:
        one.name = one.name or name
    return one is not None


Formatter = TypeVar("Formatter", bound=Callable[..., str])


def remembered(unit: str = "") -> Callable[[Formatter], Formatter]:
    """A formatter whose texts are remembered; without `unit` its second argument says the unit."""

    def around(formatter: Formatter) -> Formatter:
        @wraps(formatter)
        def shown(value: float | None, *words: Any, **options: Any) -> str:
            text = formatter(value, *words, **options)
            return text if value is None else note(text, float(value), unit or str(words[0]))

        return shown  # type: ignore[return-value]  # the same arguments, told by `wraps`

    return around
