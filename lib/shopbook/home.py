"""Where things lie: the home folder (params/, notebooks/) and the data folder (inbox to outbox)."""

import importlib.resources
import os
from dataclasses import dataclass
from pathlib import Path

from shopbook.errors import ParamsError


def _shipped() -> Path:
    """An installed package holds a copy of what is shipped; in a checkout it is the checkout."""
    package = Path(str(importlib.resources.files("shopbook")))
    inside = package / "shipped"
    return inside if inside.is_dir() else package.resolve().parents[1]


PROJECT = _shipped()
"""The folder of the params/, notebooks/ and data/sample/ that shopbook ships."""


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
    """The home folder: the argument, $SHOPBOOK_HOME, the nearest parent of here that holds params/.

    The data folder: the argument, $SHOPBOOK_DATA, else `data/` of the home folder. Whoever names a data
    folder needs no home; params and notebooks are then the shipped ones.
    """
    data = data or os.environ.get("SHOPBOOK_DATA", "")
    chosen = home or os.environ.get("SHOPBOOK_HOME", "")
    if chosen and not Path(chosen).expanduser().is_dir():
        raise ParamsError(
            "There is no folder {folder}. `shopbook init {folder}` makes a home there.", folder=chosen
        )
    if chosen:
        return home_at(chosen, data)
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "params").is_dir():
            return home_at(folder, data)
    if not data:
        raise ParamsError(
            "There is no home here: neither {folder} nor a folder above it holds params/. Go to your home, "
            "name it with --home, or make one with `shopbook init`.",
            folder=here,
        )
    return home_at(here, data)


def home_at(folder: str | Path, data: str | Path = "") -> Home:
    """The home at `folder`, which need not be there yet."""
    root = Path(folder).expanduser().resolve()
    return Home(root, Path(data).expanduser().resolve() if data else root / "data")
