"""Writing export files in their real containers: BIFF8 .xls, .xlsx and .csv, the same bytes every time."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from struct import Struct, pack
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter
import xlwt
from xlsxwriter.utility import xl_col_to_name
from xlwt.Cell import StrCell

from shopbook.kinds import kinds

Rows = Iterable[Sequence[object]]
_MADE = dt.datetime(2026, 1, 1)  # a fixed stamp: the same call writes the same bytes
PERCENT = "0.00%"
_SHEET, _STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_ONE_STRING = 'count="1" uniqueCount="1"'
_CONTENT = {_SHEET: ("<sheetData>", "</sheetData>"), _STRINGS: (f"{_ONE_STRING}>", "</sst>")}


def headers(kind: str, report: str = "") -> list[str]:
    """The header row of a report, as params/kinds.yaml holds it."""
    return list(next(each.header for each in kinds()[kind].layouts if each.report == report))


@dataclass(frozen=True)
class _Texts:
    """A run of text cells of one row, packed as BIFF8 LABEL records.

    xlwt keeps one object and one shared string per cell; a demo writes half a million
    cells, so the run is packed at once: a third of the time.
    """

    records: bytes

    def get_biff_data(self) -> bytes:
        """The records of the run."""
        return self.records


_HEAD = Struct("<5H").pack


@lru_cache(maxsize=50_000)
def _body(text: str) -> bytes:
    """A BIFF8 unicode string: length, one or two bytes a character, characters (many repeat)."""
    if text.isascii():
        return pack("<HB", len(text), 0) + text.encode("ascii")
    data = text.encode("utf-16-le")
    return pack("<HB", len(data) // 2, 1) + data


def write_xls(path: Path, sheets: dict[str, Rows]) -> Path:
    """A BIFF8 workbook of text cells, as the platform writes them; empty cells are left out."""
    book = xlwt.Workbook(encoding="utf-8")
    style = book.add_style(xlwt.Style.default_style)
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for place, cells in enumerate(rows):
            texts = [(column, str(cell)) for column, cell in enumerate(cells) if cell]
            if not texts:
                continue
            column, last = texts.pop()
            row = sheet.row(place)
            if texts:
                packed: list[bytes] = []
                for at, text in texts:
                    body = _body(text)
                    packed += (_HEAD(0x0204, 6 + len(body), place, at, style), body)
                row.insert_cell(texts[0][0], _Texts(b"".join(packed)))
            row.insert_cell(column, StrCell(place, column, style, book.add_str(last)))
    book.save(str(path))
    return path


def write_xlsx(path: Path, rows: Rows, *, percent: frozenset[int] = frozenset()) -> Path:
    """An .xlsx with numbers as numbers; columns in `percent` carry the 0.00% number format.

    The package around the cells is xlsxwriter's, made once; the cells are written here, because
    xlsxwriter keeps an object per cell, which takes five times as long for the same bytes.
    """
    strings: dict[str, int] = {}
    lines: list[tuple[int, int, int, str]] = []
    texts = 0
    for place, cells in enumerate(rows):
        made: dict[int, str] = {}
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                texts += 1
                found = strings.setdefault(cell, len(strings))
                made[column] = f'<c r="{_letters(column)}{place + 1}" t="s"><v>{found}</v></c>'
            elif isinstance(cell, int | float):
                style = ' s="1"' if column in percent else ""
                made[column] = f'<c r="{_letters(column)}{place + 1}"{style}><v>{cell:.16G}</v></c>'
        if made:
            lines.append((place, min(made), max(made), "".join(made.values())))
    first, last = min(line[1] for line in lines), max(line[2] for line in lines)
    area = f"{_letters(first)}{lines[0][0] + 1}:{_letters(last)}{lines[-1][0] + 1}"
    count = f'count="{texts}" uniqueCount="{len(strings)}"'
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        for name, before, after in _package(bool(percent), bool(strings)):
            text = before + after
            if name == _SHEET:
                text = before.replace("A1:A2", area) + "".join(_row_elements(lines)) + after
            elif name == _STRINGS:
                text = before.replace(_ONE_STRING, count) + "".join(map(_string_element, strings)) + after
            package.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, ZIP_DEFLATED)
    return path


@cache
def _package(has_percent: bool, has_strings: bool) -> tuple[tuple[str, str, str], ...]:
    """The parts of a package as xlsxwriter writes them: name, what comes before the content, what after."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    book.set_properties({"created": _MADE})
    page, share = book.add_worksheet("Sheet1"), book.add_format({"num_format": PERCENT})
    page.write_number(0, 0, 1, share if has_percent else None)
    page.write_string(1, 0, "x") if has_strings else page.write_number(1, 0, 1)
    book.close()
    parts = []
    with ZipFile(data) as package:
        for entry in package.infolist():
            text = package.read(entry).decode("utf-8")
            opening, closing = _CONTENT.get(entry.filename, ("", ""))
            if opening:
                before, rest = text.split(opening, 1)
                parts.append((entry.filename, before + opening, closing + rest.split(closing, 1)[1]))
            else:
                parts.append((entry.filename, text, ""))
    return tuple(parts)


def _row_elements(lines: list[tuple[int, int, int, str]]) -> Iterator[str]:
    """The rows of a sheet; the spans of sixteen rows are one, as spreadsheet programs write them."""
    for _, group in groupby(lines, key=lambda line: line[0] // 16):
        block = list(group)
        spans = f"{min(line[1] for line in block) + 1}:{max(line[2] for line in block) + 1}"
        for place, _, _, cells in block:
            yield f'<row r="{place + 1}" spans="{spans}">{cells}</row>'


def _string_element(text: str) -> str:
    """A shared string; blanks at its ends are kept."""
    space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    return f"<si><t{space}>{escape(text)}</t></si>"


@cache
def _letters(column: int) -> str:
    """The name of a column: A, B, ..., AA."""
    return str(xl_col_to_name(column))


def write_csv(path: Path, header: Sequence[str], rows: Rows, *, encoding: str = "utf-8-sig") -> Path:
    """A csv file; the encoding of the real export is the caller's choice (characters it lacks become ?)."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(header)
    table.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding, errors="replace"))
    return path


def whole(number: float) -> str:
    """A count as the platform shows it: 1,234."""
    return f"{int(number):,}"


def amount(yuan: float) -> str:
    """Money as the platform shows it: 1,234.56."""
    return f"{yuan:,.2f}"


def rate(part: float, whole_: float) -> str:
    """A share as the platform shows it: 3.21%, "-" when there is nothing to divide by."""
    return f"{part / whole_:.2%}" if whole_ else "-"
