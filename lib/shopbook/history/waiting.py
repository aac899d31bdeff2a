"""Which files wait in the drop folder, whose they are, and which are downloads of one thing."""

from collections.abc import Sequence
from pathlib import Path

from shopbook.errors import ParamsError
from shopbook.home import Home
from shopbook.read.names import file_name

REASON = ".reason.txt"
_NOT_EXPORTS = (REASON, ".yaml", ".yml", ".tmp", ".part", ".crdownload", ".download")


def grouped(home: Home, shop: str, files: Sequence[Path]) -> dict[str, list[Path]]:
    """The files of each shop; a file outside the inbox belongs to the named shop."""
    if not files:
        return {name: _waiting(home.inbox / name) for name in ([shop] if shop else _shops(home.inbox))}
    groups: dict[str, list[Path]] = {}
    for path in files:
        owner = shop or _owner(home.inbox, path)
        if not owner:
            raise ParamsError("{file}: say which shop this file belongs to (--shop).", file=path.name)
        if not path.is_file():
            raise ParamsError("{file}: no such file.", file=str(path))
        groups.setdefault(owner, []).append(path)
    return groups


def _shops(inbox: Path) -> list[str]:
    if not inbox.is_dir():
        return []
    return sorted(path.name for path in inbox.iterdir() if path.is_dir() and not path.name.startswith("."))


def _owner(inbox: Path, path: Path) -> str:
    resolved, base = path.resolve(), inbox.resolve()
    return resolved.parent.name if resolved.parent.parent == base else ""


def _waiting(folder: Path) -> list[Path]:
    """The exports of a drop folder; lock files of spreadsheet programs and unfinished downloads are not."""
    if not folder.is_dir():
        return []
    return [
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith((".", "~$")) and not path.name.endswith(_NOT_EXPORTS)
    ]


def downloads(paths: Sequence[Path]) -> list[list[Path]]:
    """Files by download name without copy number, each group and the groups from oldest to newest."""
    ordered = sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name))
    groups: dict[tuple[Path, str], list[Path]] = {}
    for path in ordered:
        groups.setdefault((path.parent, file_name(path.name).stem), []).append(path)
    return list(groups.values())
