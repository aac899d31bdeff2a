"""What one call of `due` tells the next: files seen, sentences said, mails owed (data/.due.json)."""

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shopbook.home import Home
from shopbook.run import manifest


@dataclass
class Notes:
    """Losing them costs a sentence said twice, never a mail sent twice: what was sent has its own record."""

    path: Path
    # file -> size, time of change, moment it was first seen so
    seen: dict[str, list[Any]] = field(default_factory=dict)
    # file -> size, time of change, hash of the rules it was refused under
    refused: dict[str, list[Any]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    # shop/family -> the first report day `due` answers for
    since: dict[str, str] = field(default_factory=dict)
    # report -> the moment its mails were settled
    mailed: dict[str, str] = field(default_factory=dict)
    owed: list[str] = field(default_factory=list)
    # shops whose history may have changed since their reports were made
    changed: list[str] = field(default_factory=list)
    unpublished: bool = False

    def save(self) -> None:
        """Write them down before the next step is taken."""
        manifest.write_json(self.path, self.content)

    @property
    def content(self) -> dict[str, Any]:
        """A copy of everything but where it lies."""
        return {name: value for name, value in dataclasses.asdict(self).items() if name != "path"}

    def news(self, about: str, text: str) -> bool:
        """Whether `text` is not what was said last about this; it is from now on. An empty text forgets."""
        if self.said.get(about, "") == text:
            return False
        self.said[about] = text
        if not text:
            del self.said[about]
        return bool(text)


def notes_of(home: Home) -> Notes:
    """The notes of this data folder; fresh ones when there are none or they cannot be read."""
    path = home.data / ".due.json"
    fresh, kept = Notes(path), manifest.read_json(path)
    fits: dict[str, Any] = {}
    for name in fresh.content:
        if type(kept.get(name)) is type(getattr(fresh, name)):
            fits[name] = kept[name]
    return dataclasses.replace(fresh, **fits)
