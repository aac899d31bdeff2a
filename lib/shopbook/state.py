"""Small state on disk: lines of JSON that are only added to, and documents that are written whole.

A line ends with a check of its own bytes, so that a torn or flipped one is known for what it is. What a crash
left of a last line is put aside in `<file>.torn` before the next is added; the lines around it stay good.
"""

import json
import os
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

Record = TypeVar("Record")
TORN = ".torn"
_CHECK = re.compile(rb', "check": "([0-9a-f]{8})"\}$')


def append(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add a line for each row, all of them on disk or none; the caller holds the lock of the file."""
    text = b"".join(_line(row) for row in rows)
    if not text:
        return
    if path.is_symlink():  # the lines stay, what the link leads to is somebody else's
        _write(path, path.read_bytes() if path.exists() else b"")
    _cut_tail(path)
    before = path.stat().st_size if path.exists() else 0
    with path.open("ab") as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        except OSError:  # a full disk is not left with half a line
            os.truncate(path, before)
            raise


def read(path: Path, make: Callable[[dict[str, Any]], Record]) -> list[Record]:
    """Every whole line as a record; one that is torn, flipped or of another schema is left out."""
    return [record for _, record in _records(path, make) if record is not None]


def mend(path: Path, make: Callable[[dict[str, Any]], Record]) -> int:
    """Put aside every line that cannot be read; how many there were. The caller holds the lock."""
    found = _records(path, make)
    bad = [line for line, record in found if record is None]
    if bad:
        _set_aside(path, b"\n".join(bad))
        whole = b"".join(line + b"\n" for line, record in found if record is not None)
        _write(path, whole)
    return len(bad)


def damaged(path: Path, make: Callable[[dict[str, Any]], Record]) -> int:
    """How many lines cannot be read; changes nothing."""
    return sum(record is None for _, record in _records(path, make))


def read_document(path: Path) -> dict[str, Any]:
    """A JSON document; empty when there is none that can be read."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _line(row: Mapping[str, Any]) -> bytes:
    body = json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return body[:-1] + f', "check": "{zlib.crc32(body):08x}"}}\n'.encode()


def _records(path: Path, make: Callable[[dict[str, Any]], Record]) -> list[tuple[bytes, Record | None]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    return [(line, _record(line, make)) for line in lines if line.strip()]


def _record(line: bytes, make: Callable[[dict[str, Any]], Record]) -> Record | None:
    match = _CHECK.search(line)
    body = line[: match.start()] + b"}" if match else line  # lines of earlier versions carry no check
    if match and f"{zlib.crc32(body):08x}" != match[1].decode():
        return None
    try:
        row = json.loads(body)
        return make(row) if isinstance(row, dict) else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _cut_tail(path: Path) -> None:
    """Put aside what follows the last line end: a crash wrote it, and the next line must not join it."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    end = data.rfind(b"\n") + 1
    if end < len(data):
        _set_aside(path, data[end:])
        os.truncate(path, end)


def _set_aside(path: Path, data: bytes) -> None:
    with path.with_name(path.name + TORN).open("ab") as file:
        file.write(data + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
