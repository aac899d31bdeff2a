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


LESSONS = {
    "start": "Start here",
    "conversion": "Conversion against peers",
    "sources": "Which source",
    "market": "Rival or market",
    "presale": "Presale items",
    "hero": "Potential hits",
    "campaign": "A campaign's effect",
    "decline": "Decline or stock-out",
    "export": "A wrong export",
    "own": "A question of one's own",
    "promotion": "Where ads break even",
    "service": "Slow service",
    "checkup": "The morning's self-check",
    "terms": "Search terms and titles",
    "targets": "The month's target",
}
"""The name of each lesson by the first part of the ids of its exercises."""


def lesson_of(exercise: str) -> str:
    """The lesson an exercise belongs to."""
    return exercise.split(".")[0]
