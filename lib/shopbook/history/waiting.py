"""Which files wait in the drop folder, whose they are, which are downloads of one thing, what is none."""

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shopbook.errors import ParamsError
from shopbook.history.store import is_shop_id
from shopbook.home import Home
from shopbook.read import Problem
from shopbook.read.names import file_name, shown
from shopbook.read.problems import blocking

REASON = ".reason.txt"
_LONGEST = 255  # bytes of a file name
_UNFINISHED = (
    ".tmp", ".part", ".partial", ".crdownload", ".opdownload", ".download", ".downloading", ".td", ".xltd",
    ".aria2",
)  # fmt: skip
_NOT_EXPORTS = (REASON, ".yaml", ".yml", ".ini", ".db", ".lnk", *_UNFINISHED)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".heic", ".svg", ".ico")


@dataclass(frozen=True)
class Odd:
    """Something in the drop folder that cannot be an export, and why."""

    shop: str
    file: str
    problem: Problem


@dataclass
class Waiting:
    """The files of each shop, and what is named instead of read."""

    shops: dict[str, list[Path]] = field(default_factory=dict)
    odd: list[Odd] = field(default_factory=list)


def waiting(home: Home, shop: str = "", files: Sequence[Path] = ()) -> Waiting:
    """What the drop folder holds (of `shop`, else of every shop), or the `files` given and whose they are."""
    found = Waiting()
    if files:
        for path in files:
            _given(home, shop, path, found)
        return found
    folders = [home.inbox / shop] if shop else list(_entries(home.inbox))
    for folder in folders:
        if folder.is_symlink():
            found.odd.append(Odd("", shown(folder.name), _link()))
        elif folder.is_dir():
            _folder(folder, found)
        elif not shop:
            nobodys = blocking("no_shop", _NO_SHOP, file=shown(folder.name))
            found.odd.append(Odd("", shown(folder.name), nobodys))
    return found


_NO_SHOP = (
    "the file lies in no shop's folder.\n  Found: data/inbox/{file}\n  What to do: move it into "
    "data/inbox/<shop>/."
)


def _given(home: Home, shop: str, path: Path, found: Waiting) -> None:
    """A file named on the command line."""
    owner = shop or _owner(home.inbox, path)
    if not owner:
        raise ParamsError(
            "{file}: say which shop this file belongs to (--shop).", file=shown(path.name or str(path))
        )
    if not os.path.lexists(path):
        raise ParamsError("{file}: no such file.", file=shown(str(path)))
    if problem := no_file(path, follow=not _owner(home.inbox, path)):
        found.odd.append(Odd(owner, shown(path.name), problem))
    else:
        found.shops.setdefault(owner, []).append(path)


def _folder(folder: Path, found: Waiting) -> None:
    """The exports of a shop's folder; what programs leave there is passed over, the rest is named."""
    if not is_shop_id(folder.name):
        bad = blocking(
            "bad_shop_id",
            "this folder cannot be a shop.\n  Found: {found}\n  What to do: rename it with letters, digits, "
            "Chinese characters, - and _ only.",
            found=f"data/inbox/{shown(folder.name)}",
        )
        found.odd.append(Odd("", shown(folder.name), bad))
        return
    exports = found.shops.setdefault(folder.name, [])
    for path in _entries(folder):
        if problem := no_file(path):
            found.odd.append(Odd(folder.name, shown(path.name), problem))
        else:
            exports.append(path)


def _entries(folder: Path) -> Iterator[Path]:
    """What lies in a folder, without the files that systems and unfinished downloads leave there."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        low = path.name.lower()
        if not low.startswith((".", "~$")) and not low.endswith((*_NOT_EXPORTS, *_PICTURES)):
            yield path


def no_file(path: Path, *, follow: bool = False) -> Problem | None:
    """Why this cannot be read as a file: a folder, a link out of the inbox, a pipe."""
    try:
        mode = path.stat().st_mode if follow else path.lstat().st_mode
    except OSError as error:
        return blocking(
            "unreadable",
            "the file cannot be opened.\n  Found: {detail}\n  What to do: download the report again; if it "
            "was edited, save it as xlsx or as CSV in UTF-8.",
            detail=error.strerror or str(error),
        )
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISLNK(mode):
        return _link()
    if stat.S_ISDIR(mode):
        return blocking(
            "folder",
            "this is a folder; folders inside a shop's folder are not read.\n  Found: {found}\n  What to do: "
            "move its files up into the shop's own folder.",
            found=shown(path.name),
        )
    return blocking(
        "no_file",
        "this is no file but a pipe or a device.\n  Found: {found}\n  What to do: remove it and put the "
        "downloaded file there.",
        found=shown(path.name),
    )


def _link() -> Problem:
    return blocking(
        "link",
        "this is a link to somewhere else; links are not followed.\n  Found: a link\n  What to do: put the "
        "file itself there.",
    )


def _owner(inbox: Path, path: Path) -> str:
    folder, base = path.parent.resolve(), inbox.resolve()
    return folder.name if folder.parent == base else ""


def beside(path: Path, ending: str) -> Path:
    """`<file><ending>`; shortened where the name would be too long for a file system."""
    room = _LONGEST - len(os.fsencode(ending))
    name = os.fsencode(path.name)
    if len(name) > room:
        mark = b"~" + hashlib.sha256(name).hexdigest()[:8].encode()
        name = name[: room - len(mark)].decode("utf-8", "ignore").encode() + mark
    return path.with_name(os.fsdecode(name) + ending)


def downloads(paths: Sequence[Path]) -> list[list[Path]]:
    """Files by download name without copy number, each group and the groups from oldest to newest.

    A file that another process took in meanwhile is left out.
    """
    times: dict[Path, int] = {}
    for path in paths:
        try:
            times[path] = path.stat().st_mtime_ns
        except OSError:
            continue
    groups: dict[tuple[Path, str], list[Path]] = {}
    for path in sorted(times, key=lambda path: (times[path], path.name)):
        groups.setdefault((path.parent, file_name(shown(path.name)).stem), []).append(path)
    return list(groups.values())
