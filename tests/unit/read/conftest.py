"""Files typed in a test, read back."""

import datetime as dt

import pytest
import xlsxwriter

from shopbook.read import read_export

TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def read_text(tmp_path):
    """Read rows of text as a file of that name."""

    def read(name, *lines, encoding="utf-8", **said):
        path = tmp_path / name
        path.write_bytes("\n".join(lines).encode(encoding))
        return read_export(path, today=TODAY, **said)

    return read


@pytest.fixture
def read_book(tmp_path):
    """Read sheets (name -> rows) as an xlsx file of that name."""

    def read(name, sheets, **said):
        path = tmp_path / name
        with xlsxwriter.Workbook(path) as book:
            for title, rows in sheets.items():
                sheet = book.add_worksheet(title)
                for at, row in enumerate(rows):
                    sheet.write_row(at, 0, row)
        return read_export(path, today=TODAY, **said)

    return read
