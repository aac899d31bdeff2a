"""Writing export files in their real containers: BIFF8 .xls, .xlsx and .csv, the same bytes every time."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from struct import pack

import xlsxwriter
import xlwt
from xlwt.Cell import StrCell

from shopbook.columns import load_yaml

Rows = Iterable[Sequence[object]]
_MADE = dt.datetime(2026, 1, 1)  # a fixed stamp: the same call writes the same bytes
PERCENT = "0.00%"


@cache
def headers(export: str) -> list[str]:
    """The column names of an export, in their order."""
    return load_yaml(Path(__file__).parent / "exports.yaml")[export]


@dataclass(frozen=True)
class _Texts:
    """A run of text cells of one row, packed as BIFF8 LABEL records.

    xlwt keeps one object and one shared string per cell; a demo writes half a million
    cells, so the run is packed at once: a third of the time.
    """

    row: int
    cells: tuple[tuple[int, str], ...]
    style: int

    def get_biff_data(self) -> bytes:
        """The records of the run."""
        packed: list[bytes] = []
        for column, text in self.cells:
            body = _body(text)
            packed += (pack("<5H", 0x0204, 6 + len(body), self.row, column, self.style), body)
        return b"".join(packed)


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
            texts = tuple((column, str(cell)) for column, cell in enumerate(cells) if cell)
            if len(texts) > 1:
                sheet.row(place).insert_cell(texts[0][0], _Texts(place, texts[:-1], style))
            if texts:
                column, text = texts[-1]
                sheet.row(place).insert_cell(column, StrCell(place, column, style, book.add_str(text)))
    book.save(str(path))
    return path


def write_xlsx(path: Path, rows: Rows, *, percent: frozenset[int] = frozenset()) -> Path:
    """An .xlsx with numbers as numbers; columns in `percent` carry the 0.00% number format."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"created": _MADE})
    page, share = book.add_worksheet("Sheet1"), book.add_format({"num_format": PERCENT})
    for place, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write_string(place, column, cell)
            elif isinstance(cell, int | float):
                page.write_number(place, column, cell, share if column in percent else None)
    book.close()
    return path


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
