"""Whether a file is all there: an export that is still being written, or was cut off, is not read."""

import codecs
import csv
import io
import re
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np

from shopbook.read.problems import Problem, blocking

_LOOKED_AT = 256 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE = 0xFFFFFFFF
_SECTORS = (9, 12)  # powers of two
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CLOSED = re.compile(r"</\s*(?:table|html|workbook)\s*>", re.IGNORECASE)
_UTF8 = codecs.getincrementaldecoder("utf-8-sig")  # asks for no end of the last character
_INSIDE = bytes(range(0x80, 0xC0))  # what follows the first byte of a character in UTF-8
_ENDING = re.compile(r"\.\d+%?$|%$")


def cut(path: Path) -> Problem | None:
    """Why the file is not whole; None when it is, or when nothing tells."""
    with suppress(OSError):
        with path.open("rb") as file:
            head = file.read(_LOOKED_AT)
            size = file.seek(0, io.SEEK_END)
            file.seek(max(size - _LOOKED_AT, 0))
            tail = file.read()
        if found := _sign(path, head, tail, size):
            return blocking(
                "not_whole",
                "the file is not whole.\n  Found: {found}\n  What to do: wait until the download is over, or "
                "download it again.",
                found=found,
            )
    return None


def _sign(path: Path, head: bytes, tail: bytes, size: int) -> str:
    if head.startswith(b"PK"):
        return "" if zipfile.is_zipfile(path) else "PK … (no directory)"
    if head.startswith(_OLE):
        return _ole(head, path, size)
    is_begun = size > len(tail)
    if is_begun and head.startswith(_UTF16):
        tail = head[:2] + tail[size % 2 :]  # only the beginning says what the file is written in
    text, end = _text(head), _text(tail, is_begun=is_begun)
    low = text[:2000].lstrip().lower()
    if low.startswith("<"):
        is_open = "<table" in low and not _CLOSED.search(end)
        return f"… {end[-40:]}" if is_open else ""
    return _last_row(text, end) if _is_text(head) else ""  # what it is instead the reader says


def _ole(head: bytes, path: Path, size: int) -> str:
    """An .xls names the sectors in use; the last of them must be there."""
    if len(head) < 512:
        return f"{size} bytes"
    if (power := int.from_bytes(head[30:32], "little")) not in _SECTORS:
        return ""  # damaged in another way: the reader says in which
    sector = 1 << power
    tables = np.frombuffer(head[76:512], "<u4")
    tables = tables[tables < _FREE - 4]
    needed = 0
    with path.open("rb") as file:
        for at, table in enumerate(tables.tolist()):
            file.seek((table + 1) * sector)
            data = file.read(sector)
            if len(data) < sector:
                return f"{size} bytes"
            entries = np.frombuffer(data, "<u4")
            if len(used := np.flatnonzero(entries != _FREE)):
                needed = (at * (sector // 4) + int(used[-1]) + 1) * sector
    return f"{size} < {needed + sector} bytes" if size <= needed else ""


def _is_text(head: bytes) -> bool:
    """Whether hardly any byte is a control sign that no export writes; UTF-16 begins by saying so."""
    shown = head[:4000]
    odd = sum(byte < 0x20 and byte not in b"\t\r\n" for byte in shown)
    return head.startswith(_UTF16) or odd * 20 <= len(shown)


def _text(data: bytes, *, is_begun: bool = False) -> str:
    """The text of a chunk; it may end inside a character, and begin inside one when the file began before."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", "replace")
    with suppress(UnicodeDecodeError):
        return _UTF8().decode(data[:3].lstrip(_INSIDE) + data[3:] if is_begun else data)
    return data.decode("gb18030", "replace")


def _last_row(head: str, tail: str) -> str:
    """A last row without its line end that is shorter than the one above it, or breaks off inside a cell."""
    if tail.endswith(("\n", "\r")) or "\n" not in tail:
        return ""
    mark = max(",\t;|", key=head[:4000].count)
    with suppress(csv.Error):
        rows = list(csv.reader(io.StringIO(tail, newline=""), delimiter=mark))
        if len(rows) < 2:
            return ""
        last, above = rows[-1], rows[-2]
        if (
            tail.count('"') % 2
            or len(last) < len(above)
            or _is_broken(last[-1], [row[-1] for row in rows[1:-1] if row])
        ):
            return f"… {mark.join(last)[-60:]}"
    return ""


def _is_broken(cell: str, above: list[str]) -> bool:
    """Whether every cell above ends in decimals or a percent sign and this one otherwise."""
    endings = {len(match[0]) if (match := _ENDING.search(text.strip())) else 0 for text in above}
    match = _ENDING.search(cell.strip())
    return (
        len(endings) == 1
        and 0 not in endings
        and (len(above) > 1 or endings == {len(".00")})
        and (len(match[0]) if match else 0) not in endings
    )
