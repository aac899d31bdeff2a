"""One exercise: its question, its solution, its hints and the mistakes it knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Unit = Literal["share", "CNY", "persons", "count", "ratio", "text"]


@dataclass(frozen=True)
class Exercise:
    """`within` is how far a number may be off, in its unit; sentences are English ids of the catalogue."""

    id: str
    question: str
    unit: Unit
    solve: Callable[[], float | str]
    hints: tuple[str, str, str]
    after: str
    within: float = 0.0
    mistakes: Mapping[str, Callable[[], float | str]] = field(default_factory=dict)
