"""What is wrong with a file: one record per problem, and the refusal that carries all of them at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from shopbook.errors import ExportError
from shopbook.text import language, tr

Level = Literal["blocking", "warn", "info"]
_SHOWN = 12  # entries of a list shown in a sentence; a file with 80 columns must stay readable


@dataclass(frozen=True)
class Problem:
    """One thing the reader of a file must know; its sentence is made when shown, in the language then set."""

    level: Level
    code: str
    msgid: str
    values: dict[str, object] = field(default_factory=dict)
    place: str = ""

    @property
    def text(self) -> str:
        """The sentence in the current language, lists joined."""
        return tr(self.msgid, **{name: _joined(value) for name, value in self.values.items()})


class FileRefused(ExportError):
    """Raised when a file cannot become a table; `problems` holds every reason, `file` the name."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        super().__init__("{file} refused", file=file)
        self.file = file
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(f"{self.file}: {problem.text}" for problem in self.problems)


def blocking(code: str, msgid: str, /, place: str = "", **values: object) -> Problem:
    """A problem that refuses the file."""
    return Problem("blocking", code, msgid, values, place)


def warn(code: str, msgid: str, /, place: str = "", **values: object) -> Problem:
    """A problem the report must mention."""
    return Problem("warn", code, msgid, values, place)


def info(code: str, msgid: str, /, place: str = "", **values: object) -> Problem:
    """Something done to the file that the reader may want to know."""
    return Problem("info", code, msgid, values, place)


def _joined(value: object) -> object:
    if not isinstance(value, (list, tuple)):
        return value
    shown = [str(entry) for entry in value[:_SHOWN]]
    rest = len(value) - len(shown)
    comma = "、" if language() == "zh" else ", "
    return comma.join(shown) + (f" … (+{rest})" if rest else "")
