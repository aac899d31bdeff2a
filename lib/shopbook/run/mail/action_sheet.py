"""The to-do list as an Excel sheet: attached to the mail, answered in it, dropped into the inbox again."""

import datetime as dt
import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from shopbook.history.answers import WORDS, Answer
from shopbook.run.site.actions import Action
from shopbook.run.site.labels import owner_label
from shopbook.text import speaking, tr

MARK = "shopbook actions"
# The first letters of the file's name, in each language; a copy number behind it does not matter.
NAMES = ("待办", "actions")
_FIRST_ROW = 2
_ID, _ANSWER, _UNTIL = 0, 6, 7


def sheet(shop: str, day: str, actions: Sequence[Action]) -> bytes:
    """The workbook: one action a row, a list to choose the answer from, a day for "later"."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": dt.datetime.fromisoformat(day)})
    page = book.add_worksheet(tr("To do"))
    bold, open_cell = book.add_format({"bold": True}), book.add_format({"bg_color": "#FFF6DD"})
    page.write_row(
        0, 0, (MARK, shop, day, tr("Choose an answer, save, drop this file into the inbox again."))
    )
    heads = (
        "No.",
        tr("What"),
        tr("Owner"),
        tr("Next step"),
        tr("Due"),
        tr("Days open"),
        tr("Answer"),
        tr("Until"),
    )
    page.write_row(1, 0, heads, bold)
    for row, action in enumerate(actions, start=_FIRST_ROW):
        told = action.finding
        texts = (action.id, told["headline"], owner_label(told["owner"]), told["next_step"], told["due"])
        page.write_row(row, 0, (*texts, action.days))
        page.write_blank(row, _ANSWER, None, open_cell)
        page.write_blank(row, _UNTIL, None, open_cell)
    last = _FIRST_ROW + max(len(actions), 1) - 1
    page.data_validation(
        _FIRST_ROW,
        _ANSWER,
        last,
        _ANSWER,
        {"validate": "list", "source": [word_label(word) for word in WORDS]},
    )
    for column, width in enumerate((10, 60, 14, 60, 12, 6, 12, 12)):
        page.set_column(column, column, width)
    page.freeze_panes(_FIRST_ROW, 0)
    book.close()
    return content.getvalue()


def word_label(word: str) -> str:
    """An answer as people read it."""
    names = {
        "done": tr("done"),
        "expected": tr("expected"),
        "false": tr("false alarm"),
        "later": tr("later"),
    }
    return names[word]


def is_action_sheet(path: Path) -> bool:
    """Whether a file of the inbox is an answered to-do list; only a file named like one is opened."""
    return path.suffix.lower() == ".xlsx" and path.name.lower().startswith(NAMES) and bool(_rows(path))


def read_answers(path: Path, at: dt.datetime) -> tuple[str, list[Answer], list[str]]:
    """(shop, answers, what could not be understood); rows without an answer are ignored."""
    rows = _rows(path)
    shop, day = str(rows[0][1]), str(rows[0][2])
    found, problems = [], []
    for number, row in enumerate(rows[_FIRST_ROW:], start=_FIRST_ROW + 1):
        cells = [*row, *[""] * 8]
        text = unicodedata.normalize("NFKC", str(cells[_ANSWER])).strip().lower()
        if not text:
            continue
        word = _words().get(text)
        until = _day(cells[_UNTIL])
        if word is None or (word == "later" and until is None):
            problems.append(_complaint(path.name, number, text, word))
            continue
        found.append(
            Answer(str(cells[_ID]), word, day, at.isoformat(), headline=str(cells[1]), until=str(until or ""))
        )
    return shop, found, problems


def _complaint(file: str, row: int, text: str, word: str | None) -> str:
    if word == "later":
        return tr('{file} row {row}: "later" needs a day, such as 2026-11-25.', file=file, row=row)
    known = ", ".join(word_label(each) for each in WORDS)
    return tr(
        "{file} row {row}: {found!r} is no answer; choose one of {known}.",
        file=file,
        row=row,
        found=text,
        known=known,
    )


def _words() -> dict[str, str]:
    """What may be written for an answer, in every language."""
    known: dict[str, str] = {word: word for word in WORDS}
    for lang in ("zh", "en"):
        with speaking(lang):
            known |= {word_label(word): word for word in WORDS}
    return known


def _day(cell: Any) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    try:
        return dt.date.fromisoformat(str(cell).strip().replace("/", "-"))
    except ValueError:
        return None


def _rows(path: Path) -> list[list[Any]]:
    """The cells of the sheet; [] when it is no to-do list of ours."""
    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError):
        return []
    return rows if len(rows) >= _FIRST_ROW and len(rows[0]) > 2 and rows[0][0] == MARK else []
