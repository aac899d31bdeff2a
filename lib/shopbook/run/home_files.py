"""Laying out a home: params to edit, notebooks, data folders; a later version renews what nobody edited."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from shopbook.errors import ParamsError
from shopbook.home import PROJECT, Home
from shopbook.run.manifest import read_json, versions, write_json

STATE = ".shopbook.json"
# Tables of the package: columns, kinds, rules and calendar are read there whatever a home holds. The demo's
# shops and campaigns are nobody's own.
_NOT_TO_EDIT = ("columns.yaml", "kinds.yaml", "rules.yaml", "calendar.yaml", "shops", "campaigns", "exports")
_FOLDERS = ("params/shops", "params/campaigns", "notebooks/custom")


@dataclass
class Laid:
    """What became of the shipped files in a home, as paths under it."""

    version: str
    new: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Edited here and changed in this version: left as they are."""


def lay_out(home: Home) -> Laid:
    """Write what `home` lacks, renew what was not edited since it was laid out, keep and name the rest.

    A file its owner has removed stays removed: the shipped one is used in its place.
    """
    if home.root == PROJECT.resolve():
        raise ParamsError("{folder} is shopbook's own folder; make a home in another one.", folder=home.root)
    laid_before = read_json(home.root / STATE).get("files", {})
    laid, files = Laid(versions()["shopbook"]), {}
    for name, source in _shipped():
        target = home.root / name
        now, before = _hash(source), laid_before.get(name)
        files[name] = now
        if not target.exists():
            if before is None:
                laid.new.append(name)
                _copy(source, target)
        elif (here := _hash(target)) != now:
            if here == before:
                laid.renewed.append(name)
                _copy(source, target)
            elif now != before:
                laid.kept.append(name)
    for folder in (*(home.root / name for name in _FOLDERS), home.inbox, home.history, home.reports):
        folder.mkdir(parents=True, exist_ok=True)
    write_json(home.root / STATE, {"version": laid.version, "files": files})
    return laid


def _shipped() -> Iterator[tuple[str, Path]]:
    """The files a home begins with, by their path under it."""
    for folder in ("params", "notebooks"):
        for path in sorted((PROJECT / folder).rglob("*")):
            name = path.relative_to(PROJECT).as_posix()
            parts = name.split("/")
            own = parts[1] == "custom" and path.name != "README.md"
            left_out = folder == "params" and parts[1] in _NOT_TO_EDIT
            hidden = any(part.startswith((".", "scratch_", "__")) for part in parts)
            if path.is_file() and not (own or left_out or hidden):
                yield name, path


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _hash(path: Path) -> str:
    """What stands in a file; a notebook's saved outputs and the widths of its editor are no edit."""
    content = path.read_bytes()
    if path.suffix == ".ipynb":
        try:
            cells = [[cell["cell_type"], "".join(cell["source"])] for cell in json.loads(content)["cells"]]
            content = json.dumps(cells).encode()
        except (ValueError, KeyError, TypeError):
            pass  # not a notebook any more: compared by its bytes
    return hashlib.sha256(content).hexdigest()
