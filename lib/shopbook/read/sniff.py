"""Bytes to sheets of cells: the container is told by the bytes, because extensions of exports lie."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from python_calamine import CalamineWorkbook

from shopbook.read.problems import FileRefused, Problem, blocking
from shopbook.read.xlsx import large_sheets
from shopbook.text import tr

Cells = Sequence[Sequence[object]]
_DELIMITERS = ",\t;|"


@dataclass(frozen=True)
class Sheet:
    """One table of a file: its sheet name (empty for text files) and its rows of cells, top to bottom."""

    name: str
    rows: Cells


@dataclass(frozen=True)
class Contents:
    """The sheets of a file and how it was read."""

    sheets: list[Sheet]
    container: str
    encoding: str = ""
    delimiter: str = ""


def open_bytes(data: bytes, file: str) -> Contents:
    """The sheets in `data`; the bytes decide what it is, `file` only names it in errors."""
    if not data.strip(b"\x00\r\n\t "):
        raise FileRefused(file, [_unreadable(tr("the file is empty"))])
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data, "xlsx", file)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _workbook(data, "xls", file)
    text, encoding = _decoded(data, file)
    head = text[:2000].lstrip().lower()
    if head.startswith("<") and ("<html" in head or "<table" in head or "<!doctype html" in head):
        return Contents(_html_tables(text), "html", encoding)
    delimiter = _delimiter(text)
    rows: Cells = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    return Contents([Sheet("", rows)], "csv", encoding, delimiter)


def _workbook(data: bytes, container: str, file: str) -> Contents:
    try:
        sheets = _large(data) if container == "xlsx" else []
        if not sheets:
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            sheets = [Sheet(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]
    except Exception as error:  # the parser has no common base class; whatever it says, the file is damaged
        raise FileRefused(file, [_unreadable(str(error))]) from error
    return Contents(sheets, container)


def _large(data: bytes) -> list[Sheet]:
    """The sheets when all of them are large and plainly written; else none."""
    book = large_sheets(data)
    if book is None:
        return []
    found = [(name, book.rows(name)) for name in book.names if name in book.parts]
    sheets = [Sheet(name, rows) for name, rows in found if rows is not None]
    return sheets if len(sheets) == len(book.names) else []


def _decoded(data: bytes, file: str) -> tuple[str, str]:
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise FileRefused(file, [_unreadable(tr("neither a workbook nor text in UTF-8 or GB18030"))])


def _unreadable(detail: str) -> Problem:
    return blocking(
        "unreadable",
        "the file cannot be opened.\n  Found: {detail}\n  What to do: download the report again; if it was "
        "edited, save it as xlsx or as CSV in UTF-8.",
        detail=detail,
    )


def _delimiter(text: str) -> str:
    """The separator that splits the first lines most, outside quotes."""
    lines = text[:20_000].splitlines()[:15]
    counts = {mark: max((line.count(mark) for line in lines), default=0) for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: counts[mark])


class _Tables(HTMLParser):
    """Collects every table of a page as rows of cell texts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[object]]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table" or (tag == "tr" and not self.tables):
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("".join(self._cell).strip())
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


def _html_tables(text: str) -> list[Sheet]:
    parser = _Tables()
    parser.feed(text)
    return [Sheet("", rows) for rows in parser.tables]
