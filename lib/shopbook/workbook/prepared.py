"""Facts made before a notebook asks for them, in the process its fork comes from; each is taken once."""

from collections.abc import Hashable
from typing import Any

_kept: dict[Hashable, Any] = {}


def keep(key: Hashable, facts: Any) -> None:
    """Keep `facts` for the forks of this process."""
    _kept[key] = facts


def take(key: Hashable) -> Any | None:
    """The facts kept under `key`, or None. A second load reads what may have come in since."""
    return _kept.pop(key, None)
