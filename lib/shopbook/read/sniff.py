"""Bytes to sheets of cells: the container is told by the bytes, because extensions of exports lie."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from shopbook.read import html, spreadsheetml
from shopbook.read.problems import FileRefused, Problem, blocking, info, warn
from shopbook.read.sheetxml import oddities
from shopbook.read.xlsx import large_sheets
from shopbook.text import tr

Cells = Sequence[Sequence[object]]
_DELIMITERS = ",\t;|"
_OLE = b"\xd0\xcf\x11\xe0"
_OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00")
_NARROW = 4  # columns; a remark of a narrower table may hold as many commas
_BOOK = b"\x09\x08\x10\x00\x00\x06\x05\x00"  # the first record of a workbook of Excel 97 or newer
_ENCIPHERED = b"\x2f\x00"
_MOST_CUT = 20  # cut characters a text may hold; more of them is another encoding or damage


@dataclass(frozen=True)
class Sheet:
    """One table of a file: its sheet name (empty for text files) and its rows of cells, top to bottom.

    `merged` are cells that span rows: the first and the last row of each, and its column.
    """

    name: str
    rows: Cells
    merged: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Contents:
    """The sheets of a file and how it was read; `notes` is what had to be mended."""

    sheets: list[Sheet]
    container: str
    encoding: str = ""
    delimiter: str = ""
    notes: list[Problem] = field(default_factory=list)


def open_bytes(data: bytes, file: str) -> Contents:
    """The sheets in `data`; the bytes decide what it is, `file` only names it in errors."""
    if not data.strip(b"\x00\r\n\t ") or not data.lstrip(b"\xef\xbb\xbf\xff\xfe").strip():
        raise FileRefused(file, [_unreadable(tr("the file is empty"))])
    if data.startswith(b"PK\x03\x04"):
        return _package(data, file)
    if data.startswith(_OLE):
        return _compound(data, file)
    if data.startswith(_OLD_EXCEL):
        raise FileRefused(file, [_no_table(tr("a workbook of Excel 5 or older"))])
    if what := _stranger(data):
        raise FileRefused(file, [_no_table(what)])
    return _text(data, file)


def _stranger(data: bytes) -> str:
    """What an operator calls a file that is no table, by its beginning."""
    if data.startswith(b"%PDF"):
        return tr("a PDF document")
    if data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return tr("a picture")
    if data[:200].lstrip().lower().startswith(b"mime-version:"):
        return tr("a web page saved in one file (MHT)")
    if data.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return tr("an archive")
    return ""


def _package(data: bytes, file: str) -> Contents:
    """A zip package: an .xlsx, or something else that is one."""
    try:
        with ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise FileRefused(file, [_unreadable(tr("its end is missing: the download was cut off"))]) from error
    if what := _kept_as_zip(names):
        raise FileRefused(file, [_no_table(what)])
    if len(set(names)) < len(names):
        raise FileRefused(file, [_unreadable(tr("parts of the workbook that stand in it twice"))])
    if not any(name.startswith("xl/") for name in names):
        raise FileRefused(file, [_archive()])
    return _workbook(data, "xlsx", file)


def _kept_as_zip(names: list[str]) -> str:
    """What an operator calls a package that is neither an .xlsx nor an archive, by its parts."""
    if any(name.startswith("word/") for name in names):
        return tr("a Word document")
    if any(name.startswith("ppt/") for name in names):
        return tr("a presentation")
    if "content.xml" in names:
        return tr("a file of LibreOffice (.ods)")
    return tr("a file of Apple Numbers") if any(name.endswith(".iwa") for name in names) else ""


def _compound(data: bytes, file: str) -> Contents:
    """An OLE file: an .xls, or a workbook locked with a password."""
    if "EncryptedPackage".encode("utf-16-le") in data or _is_enciphered(data):
        raise FileRefused(file, [_locked()])
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book", "WORKBOOK")):
        raise FileRefused(file, [_no_table(tr("a document of another program"))])
    return _workbook(data, "xls", file)


def _is_enciphered(data: bytes) -> bool:
    """Whether an .xls says among its first records that what follows is enciphered."""
    at = data.find(_BOOK)
    for _ in range(4):
        if at < 0 or data[at : at + 2] == _ENCIPHERED:
            return at >= 0
        at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
    return False


def _workbook(data: bytes, container: str, file: str) -> Contents:
    try:
        sheets = _large(data) if container == "xlsx" else []
        notes = [] if sheets or container != "xlsx" else _odd(data, file)
        if not sheets:
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            names, hidden = _visible(book)
            sheets = [_sheet(name, book.get_sheet_by_name(name)) for name in names]
            notes += (
                [info("hidden_sheets", "hidden sheets not read: {sheets}.", sheets=hidden)] if hidden else []
            )
    except FileRefused:
        raise
    except Exception as error:  # the parser has no common base class; whatever it says, the file is damaged
        if "password" in str(error).lower():
            raise FileRefused(file, [_locked()]) from error
        raise FileRefused(file, [_unreadable(tr("a damaged workbook ({detail})", detail=error))]) from error
    return Contents(sheets, container, notes=notes)


def _sheet(name: str, sheet: CalamineSheet) -> Sheet:
    """The cells of a sheet from the first used one, and those that span rows, counted from there."""
    top, left = sheet.start or (0, 0)
    spans = [
        (first[0] - top, last[0] - top, first[1] - left)
        for first, last in sheet.merged_cell_ranges or ()
        if last[0] > first[0] >= top and first[1] >= left
    ]
    return Sheet(name, sheet.to_python(), tuple(spans))


def _visible(book: CalamineWorkbook) -> tuple[list[str], list[str]]:
    """The sheets an operator sees, and the others; all of them where none is seen."""
    shown = [
        each.name
        for each in book.sheets_metadata
        if each.typ == SheetTypeEnum.WorkSheet and each.visible == SheetVisibleEnum.Visible
    ]
    if not shown:
        return book.sheet_names, []
    return shown, [name for name in book.sheet_names if name not in shown]


def _odd(data: bytes, file: str) -> list[Problem]:
    """Formulas that a program wrote and nobody calculated look empty; a cell far out takes all memory."""
    odd = oddities(data)
    if odd.far:
        raise FileRefused(file, [_unreadable(tr("a cell far out, at {place}", place=odd.far))])
    found = []
    if odd.errors:
        found.append(
            warn(
                "error_cells",
                "cells {cells} hold an error such as #DIV/0! or #REF!: not known.\n  What to do: use the "
                "file as downloaded, or write the figures themselves.",
                cells=odd.errors,
            )
        )
    if odd.without_value:
        found.append(
            warn(
                "formula_without_value",
                "cells {cells} hold formulas that were never calculated: not known.\n  What to do: open the "
                "file in a spreadsheet program, save it, import it again.",
                cells=odd.without_value,
            )
        )
    return found


def _large(data: bytes) -> list[Sheet]:
    """The sheets when all of them are large and plainly written; else none."""
    book = large_sheets(data)
    if book is None:
        return []
    found = [(name, book.rows(name)) for name in book.names if name in book.parts]
    sheets = [Sheet(name, rows) for name, rows in found if rows is not None]
    return sheets if len(sheets) == len(book.names) else []


def _text(data: bytes, file: str) -> Contents:
    """A text: an HTML page, a workbook in XML, or separated values."""
    text, encoding, notes = _decoded(data, file)
    head = text[:2000].lstrip("\ufeff \r\n\t")
    if spreadsheetml.is_spreadsheetml(head):
        try:
            found = spreadsheetml.sheets(text)
        except Exception as error:  # hostile or damaged XML
            raise FileRefused(
                file, [_unreadable(tr("a damaged XML workbook ({detail})", detail=error))]
            ) from error
        return Contents([Sheet(name, rows) for name, rows in found], "spreadsheetml", encoding, notes=notes)
    lower = head.lower()
    if head.startswith("<") and ("<html" in lower or "<table" in lower or "<!doctype html" in lower):
        return Contents([Sheet("", rows) for rows in html.tables(text)], "html", encoding, notes=notes)
    if head.startswith(("{", "[{")):
        raise FileRefused(file, [_no_table(tr("an answer of the platform in JSON, often an error message"))])
    delimiter = _delimiter(text)
    rows: Cells = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    if at := _swallowing(rows, delimiter):
        raise FileRefused(file, [_unreadable(tr("a quotation mark nobody closed, in row {row}", row=at))])
    widest = max(map(len, rows), default=0)
    if widest > spreadsheetml.FURTHEST:
        raise FileRefused(file, [_unreadable(tr("a row of {count} columns", count=widest))])
    return Contents([Sheet("", rows)], "csv", encoding, delimiter, notes)


def _swallowing(rows: Cells, delimiter: str) -> int:
    """The row with a cell that holds the cells of whole lines, because its quotation mark stayed open."""
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    if width < _NARROW:
        return 0
    for at, row in enumerate(rows, 1):
        for cell in row:
            if "\n" in str(cell) and str(cell).count(delimiter) >= width - 1:
                return at
    return 0


def _decoded(data: bytes, file: str) -> tuple[str, str, list[Problem]]:
    """The text of `data`; a few cut characters are replaced and told, as platforms cut titles by bytes."""
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if is_utf16 else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding, []
    tried = [(data.decode(encoding, "replace"), encoding) for encoding in encodings]
    text, encoding = min(tried, key=lambda pair: pair[0].count("\ufffd"))
    if "\x00" in text or text.count("\ufffd") > min(_MOST_CUT, max(len(text) // 100, 1)):
        raise FileRefused(file, [_unreadable(tr("neither a workbook nor text in UTF-8 or GB18030"))])
    lines = [str(at) for at, line in enumerate(text.splitlines(), 1) if "\ufffd" in line]
    told = warn(
        "cut_characters",
        "characters cut in half by the platform (line {lines}): replaced by \ufffd, the figures are whole.",
        lines=lines,
    )
    return text, encoding, [told]


def _unreadable(detail: str) -> Problem:
    return blocking(
        "unreadable",
        "the file cannot be opened.\n  Found: {detail}\n  What to do: download the report again; if it was "
        "edited, save it as xlsx or as CSV in UTF-8.",
        detail=detail,
    )


def _no_table(what: str) -> Problem:
    return blocking(
        "no_table",
        "not a table.\n  Found: {what}, whatever its name says\n  What to do: download the report as Excel "
        "or CSV; open an old workbook in a spreadsheet program and save it as xlsx.",
        what=what,
    )


def _archive() -> Problem:
    return blocking(
        "archive",
        "a zip archive.\n  Found: files packed together\n  What to do: unpack it and put the files inside "
        "into the inbox.",
    )


def _locked() -> Problem:
    return blocking(
        "password",
        "the workbook is protected with a password.\n  Found: encrypted contents\n  What to do: open it, "
        "save it without a password, import it again.",
    )


def _unpadded(line: str) -> str:
    """A line without the tabs that keep spreadsheets from rounding ids."""
    return line.replace("\t,", ",").replace(",\t", ",").rstrip("\t") if "," in line else line


def _delimiter(text: str) -> str:
    """The separator that splits most of the first lines into the same number of cells, and into most."""
    lines = [_unpadded(line) for line in text[:20_000].splitlines()[:15]]

    def score(mark: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if len(row) > 1)
        width, count = widths.most_common(1)[0] if widths else (0, 0)
        return count, width

    return max(_DELIMITERS, key=score)
