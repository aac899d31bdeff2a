"""Large plain sheets of an .xlsx, cut at their tags by arrays instead of tag by tag.

Parsing a sheet of a million cells takes calamine more than a second. Exports write their sheets in one plain
way, and where the tags follow each other in just that way, a search for "<" finds every cell at once. A sheet
that is written in any other way (formulas, dates, rich text, other types) is left to calamine.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import overload
from zipfile import ZipFile

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

LARGE = 1_000_000  # bytes of a sheet; below this calamine is as fast
_LARGEST = 1_500_000_000  # positions are kept in four bytes
_OPENING, _CLOSING = b"<sheetData>", b"</sheetData>"
_STRING = re.compile(rb'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_FORMAT = re.compile(r'<numFmt\b[^>]*?numFmtId="(\d+)"[^>]*?formatCode="([^"]*)"')
_STYLE = re.compile(r'<xf\b[^>]*?numFmtId="(\d+)"')
_SHEET = re.compile(r'<sheet\b[^>]*?name="([^"]*)"[^>]*?r:id="([^"]*)"')
_HIDDEN = re.compile(r'<sheet\b[^>]*?state="\w*[hH]idden"')
_TARGET = re.compile(r"<Relationship\b[^>]*>")
_NO_DATE = frozenset((0, 1, 2, 3, 4, 9, 10, 11, 12, 13, 37, 38, 39, 40, 48, 49))
_IN_DATES = re.compile(r"[dmyhsDMYHSeEgG年月日时分秒\[]")
_TYPE = re.compile(rb'"(?: s="(\d+)")?(?: t="(\w+)")?')
_LESS, _C, _R, _SLASH = b"<cr/"
_SPARSEST = 50  # cells of the grid for each filled one
_MASKS = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)
_PLAIN_TAGS = np.isin(np.arange(256), list(b"crv/"))


class Grid(Sequence[list[object]]):
    """The cells of a large sheet as rows that are made when asked for; its columns come at once."""

    def __init__(self, cells: np.ndarray) -> None:
        self.cells = cells

    def __len__(self) -> int:
        return len(self.cells)

    @overload
    def __getitem__(self, at: int) -> list[object]: ...

    @overload
    def __getitem__(self, at: slice) -> "Grid": ...

    def __getitem__(self, at: int | slice) -> "list[object] | Grid":
        return Grid(self.cells[at]) if isinstance(at, slice) else self.cells[at].tolist()

    def columns(self) -> list[tuple[object, ...]]:
        """The cells by column."""
        return [tuple(column.tolist()) for column in self.cells.T]


class _NotPlain(Exception):
    """The sheet is written in another way."""


@dataclass(frozen=True)
class LargeSheets:
    """The large sheets of a workbook by name; `names` are those of all its sheets."""

    package: ZipFile
    parts: dict[str, str]
    names: tuple[str, ...]

    def rows(self, name: str) -> Grid | None:
        """The cells of a sheet from the first used to the last used one; None when calamine must read it."""
        if name not in self.parts:
            return None
        try:
            return _rows(self.package, self.parts[name])
        except Exception:  # also of a damaged file: calamine says what is wrong with it
            return None


def large_sheets(data: bytes) -> LargeSheets | None:
    """The sheets of the .xlsx `data` when some of them are large."""
    try:
        return _sheets(ZipFile(io.BytesIO(data)))
    except Exception:  # damaged in some way: calamine says in which
        return None


def _sheets(package: ZipFile) -> LargeSheets | None:
    sizes = {entry.filename: entry.file_size for entry in package.infolist()}
    if not any(LARGE < size < _LARGEST for part, size in sizes.items() if "worksheets/" in part):
        return None
    targets = {}
    for tag in _TARGET.findall(package.read("xl/_rels/workbook.xml.rels").decode("utf-8")):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        targets[said.get("Id", "")] = "xl/" + said.get("Target", "").removeprefix("/xl/")
    book = package.read("xl/workbook.xml").decode("utf-8")
    found = _SHEET.findall(book)
    if len(found) != book.count("<sheet ") or _HIDDEN.search(book):
        return None
    parts = {unescape(name): targets.get(key, "") for name, key in found}
    large = {name: part for name, part in parts.items() if sizes.get(part, 0) > LARGE}
    return LargeSheets(package, large, tuple(parts))


def _rows(package: ZipFile, part: str) -> Grid:
    data = package.read(part)
    start, end = data.find(_OPENING) + len(_OPENING), data.rfind(_CLOSING)
    if start < len(_OPENING) or end < 0 or len(data) > _LARGEST:
        raise _NotPlain
    data = data[start:end] + b"<//////>"  # so that the last tag has one after it, and eight bytes
    chars = np.frombuffer(data, np.uint8)
    tags = np.flatnonzero(chars == _LESS)
    kinds = chars[tags + 1]
    cells, rows = np.flatnonzero(kinds == _C), np.flatnonzero(kinds == _R)
    if not len(cells) or not len(rows) or rows[0] > cells[0] or not _PLAIN_TAGS[kinds].all():
        raise _NotPlain
    counts = np.diff(np.append(np.searchsorted(cells, rows), len(cells)))
    _expect(data, tags[rows], b'<row r="')
    row_names = tags[rows] + 8
    numbers, lengths = _numbers(data, row_names)
    row_of, row_names, lengths = (np.repeat(each, counts) for each in (numbers, row_names, lengths))
    starts, ends = tags[cells], tags[cells + 1]
    _expect(data, starts, b'<c r="')
    is_empty = chars[ends - 2] == _SLASH
    if is_empty.any():
        row_of, row_names, lengths = (each[~is_empty] for each in (row_of, row_names, lengths))
        starts, ends, cells = (each[~is_empty] for each in (starts, ends, cells))
    # A filled cell is <c ...><v>...</v></c> and nothing else.
    _expect(data, ends, b"<v>")
    _expect(data, tags[cells + 2], b"</v></c>")
    columns, quotes = _columns(data, starts + 6, row_names, lengths)
    attributes = _slices(data, quotes, ends - 1).dictionary_encode()
    values = _slices(data, ends + 3, tags[cells + 2])
    made = _values(package, values, attributes)
    top, left = int(row_of.min()), int(columns.min())
    height, width = int(row_of.max()) - top + 1, int(columns.max()) - left + 1
    if height * width > _SPARSEST * len(made):
        raise _NotPlain
    grid = np.full((height, width), "", dtype=object)
    grid[row_of - top, columns - left] = made
    return Grid(grid)


def _expect(data: bytes, places: np.ndarray, text: bytes) -> None:
    """All `places` must begin with `text`, of eight bytes at most: compared as one number."""
    found = _words(data)[places] & _MASKS[len(text)]
    if not (found == np.uint64(int.from_bytes(text, "little"))).all():
        raise _NotPlain


def _words(data: bytes) -> np.ndarray:
    """The eight bytes from each place on as one number."""
    return np.ndarray(len(data) - 7, np.dtype("<u8"), data, strides=(1,))


def _slices(data: bytes, starts: np.ndarray, ends: np.ndarray) -> pa.Array:
    """The texts between `starts` and `ends`: all of `data` as one list, every second entry of it."""
    offsets = np.empty(2 * len(starts), np.int32)
    offsets[::2], offsets[1::2] = starts, ends
    whole = pa.Array.from_buffers(
        pa.binary(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )
    return whole.take(pa.array(np.arange(0, len(offsets) - 1, 2)))


def _numbers(data: bytes, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The numbers that begin at `starts` and end at a quote, and their lengths."""
    tails = _slices(data, starts, np.minimum(starts + 8, len(data)))
    lengths = pc.find_substring(tails, b'"').to_numpy(zero_copy_only=False)
    if (lengths < 1).any():
        raise _NotPlain
    texts = _slices(data, starts, starts + lengths).cast(pa.string())
    return texts.cast(pa.int64()).to_numpy(), lengths


def _columns(
    data: bytes, starts: np.ndarray, row_names: np.ndarray, lengths: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The column number of each cell, and where its reference ends: letters, then the name of its row."""
    chars, words = np.frombuffer(data, np.uint8), _words(data)
    column = np.zeros(len(starts), np.int64)
    digits = starts.copy()
    going = np.ones(len(starts), bool)
    for at in range(3):
        char = chars[starts + at]
        going &= (char >= ord("A")) & (char <= ord("Z"))
        if not going.any():
            break
        column = np.where(going, column * 26 + (char.astype(np.int64) - ord("A") + 1), column)
        digits += going
    # The number and the quote after it, at most eight bytes, must be those of the row itself.
    unlike = (words[digits] ^ words[row_names]) & _MASKS[lengths + 1]
    if not column.all() or unlike.any():
        raise _NotPlain
    return column - 1, digits + lengths


def _values(package: ZipFile, values: pa.Array, attributes: pa.DictionaryArray) -> np.ndarray:
    """The value of each cell: numbers, and texts of the shared table."""
    kinds = [_TYPE.fullmatch(text) for text in attributes.dictionary.to_pylist()]
    found = [(match[1], match[2] or b"n") for match in kinds if match]
    if len(found) < len(kinds) or not {kind for _, kind in found} <= {b"n", b"s"}:
        raise _NotPlain
    if any(kind == b"n" and style for style, kind in found):
        plain = _plain_styles(package)
        if any(kind == b"n" and style and int(style) not in plain for style, kind in found):
            raise _NotPlain
    is_shared = np.array([kind == b"s" for _, kind in found])[attributes.indices.to_numpy()]
    texts = values.cast(pa.string())
    made = np.empty(len(values), dtype=object)
    if is_shared.any():
        places = texts.filter(pa.array(is_shared)).cast(pa.int32()).to_numpy()
        made[is_shared] = _strings(package)[places]
    if not is_shared.all():
        numbers = texts.filter(pa.array(~is_shared)).cast(pa.float64()).to_numpy()
        made[~is_shared] = numbers.astype(object)
    return made


def _plain_styles(package: ZipFile) -> set[int]:
    """The cell styles that show a number as a number, not as a day or a time."""
    text = package.read("xl/styles.xml").decode("utf-8")
    own = {int(key): not _IN_DATES.search(unescape(code)) for key, code in _FORMAT.findall(text)}
    inside = text.partition("<cellXfs")[2].partition("</cellXfs>")[0]
    keys = [int(key) for key in _STYLE.findall(inside)]
    return {at for at, key in enumerate(keys) if own.get(key, key in _NO_DATE)}


def _strings(package: ZipFile) -> np.ndarray:
    """The shared texts; rich ones are left to calamine."""
    data = package.read("xl/sharedStrings.xml")
    found = _STRING.findall(data)
    if len(found) != data.count(b"<si") or b"_x" in data:
        raise _NotPlain
    texts = b"\x00".join(found).decode("utf-8").split("\x00")
    return np.array([unescape(text) if "&" in text else text for text in texts], dtype=object)
