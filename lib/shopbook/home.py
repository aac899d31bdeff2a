"""Where things lie: the home folder (params/, notebooks/) and the data folder (inbox to outbox)."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Home:
    """A home folder and its data folder; params and notebooks that `root` lacks come from the project."""

    root: Path
    data: Path

    def params(self, name: str) -> Path:
        """`params/<name>` of this home, else the project's."""
        return self._own_or_project("params", name)

    def notebook(self, name: str) -> Path:
        """`notebooks/<name>` of this home, else the project's."""
        return self._own_or_project("notebooks", name)

    @property
    def inbox(self) -> Path:
        return self.data / "inbox"

    @property
    def raw(self) -> Path:
        return self.data / "raw"

    @property
    def history(self) -> Path:
        return self.data / "history"

    @property
    def reports(self) -> Path:
        return self.data / "reports"

    @property
    def outbox(self) -> Path:
        return self.data / "outbox"

    def _own_or_project(self, folder: str, name: str) -> Path:
        own = self.root / folder / name
        return own if own.exists() else PROJECT / folder / name


def find_home(home: str | Path = "", data: str | Path = "") -> Home:
    """The home folder: the argument, $SHOPBOOK_HOME, the nearest parent of here holding params/, the project.

    The data folder: the argument, $SHOPBOOK_DATA, else `data/` of the home folder.
    """
    root = _root(home)
    chosen = data or os.environ.get("SHOPBOOK_DATA", "")
    return Home(root, Path(chosen).expanduser().resolve() if chosen else root / "data")


def _root(home: str | Path) -> Path:
    if chosen := home or os.environ.get("SHOPBOOK_HOME", ""):
        return Path(chosen).expanduser().resolve()
    here = Path.cwd().resolve()
    return next((folder for folder in (here, *here.parents) if (folder / "params").is_dir()), PROJECT)
