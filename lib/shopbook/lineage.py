"""Which exports an answer was made from: noted as they are read, and again whenever what was kept is used."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar, overload

Made = TypeVar("Made")
Value = TypeVar("Value")

_kinds: ContextVar[set[str] | None] = ContextVar("shopbook_kinds_read", default=None)


def read(*kinds: str) -> None:
    """Note kinds of exports as read."""
    found = _kinds.get()
    if found is not None:
        found.update(kinds)


@contextmanager
def noting() -> Iterator[set[str]]:
    """The kinds read inside the block; they count for a block around it too."""
    mine: set[str] = set()
    token = _kinds.set(mine)
    try:
        yield mine
    finally:
        _kinds.reset(token)
        read(*mine)


class Noted(Mapping[str, Value]):
    """A mapping by kind whose reading is noted."""

    def __init__(self, frames: Mapping[str, Value]) -> None:
        self._frames = frames

    def __getitem__(self, kind: str) -> Value:
        read(kind)
        return self._frames[kind]

    def __contains__(self, kind: object) -> bool:
        return kind in self._frames

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)


class kept(Generic[Made]):
    """`functools.cached_property` that remembers which kinds its value was made from."""

    def __init__(self, make: Callable[[Any], Made]) -> None:
        self.make, self.name, self.__doc__ = make, make.__name__, make.__doc__

    @overload
    def __get__(self, owner: None, kind: type) -> "kept[Made]": ...
    @overload
    def __get__(self, owner: object, kind: type) -> Made: ...
    def __get__(self, owner: object | None, kind: type) -> "kept[Made] | Made":
        if owner is None:
            return self
        place = vars(owner)
        if self.name not in place:
            with noting() as found:
                made = self.make(owner)
            place[self.name], place[f"{self.name} read"] = made, tuple(found)
        read(*place.get(f"{self.name} read", ()))
        answer: Made = place[self.name]
        return answer

    def __set__(self, owner: object, value: Made) -> None:
        raise AttributeError(f"{self.name} is made, not set")
