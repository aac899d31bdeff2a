"""What is said of cells that are no number, no day, no id, and months as they are written."""

import re
from collections.abc import Sequence

from shopbook.read import cells as cell
from shopbook.read import dates
from shopbook.read.problems import Problem, blocking

_SHOWN = 3
_YEAR_AND_MONTH = re.compile(r"(20\d{2})-(0?[1-9]|1[0-2])")


def european(header: str, cells: Sequence[object]) -> Problem:
    return blocking(
        "european_numbers",
        "column {column} groups thousands with dots: 1.000 may be one or one thousand.\n  Found: {found}\n  "
        "What to do: save the file with commas for thousands and a dot for decimals.",
        column=header,
        found=[value for value in cells if type(value) is str and "." in value][:_SHOWN],
    )


def not_numbers(header: str, cells: Sequence[object], bad: list[int], rows: list[int]) -> Problem:
    return blocking(
        "not_a_number",
        "column {column} holds text where a number must stand (row {rows}).\n  Found: {found}\n  What to do: "
        "correct the cells, leave unknown ones empty.",
        column=header,
        rows=[rows[at] for at in bad[:_SHOWN]],
        found=[repr(cells[at]) for at in bad[:_SHOWN]],
    )


def months(column: Sequence[object], header: str, numbered: list[int], problems: list[Problem]) -> list[str]:
    """Months as 2026-11, whole years as 2026."""
    made = []
    for at, value in enumerate(column):
        text = cell.texts([value])[0].replace("年", "-").replace("月", "").replace("/", "-").rstrip("-")
        digits = text.replace("-", "")
        when = dates.day(value)
        if digits.isdecimal() and len(digits) == 4 and "-" not in text:
            made.append(digits)
        elif (parts := _YEAR_AND_MONTH.fullmatch(text)) is not None:
            made.append(f"{parts[1]}-{int(parts[2]):02d}")
        elif digits.isdecimal() and len(digits) == 6:
            made.append(f"{digits[:4]}-{digits[4:]}")
        elif when:
            made.append(f"{when:%Y-%m}")
        else:
            problems += bad_days(column, [at], header, numbered)
            made.append("")
    return made


def bad_days(column: Sequence[object], bad: list[int], header: str, numbered: list[int]) -> list[Problem]:
    periods = [str(column[at]) for at in bad if dates.is_period(column[at])]
    others = [at for at in bad if not dates.is_period(column[at])]
    found: list[Problem] = []
    if periods:
        found.append(period(periods[0]))
    if others:
        shown = others[:_SHOWN]
        rows, texts = [numbered[at] for at in shown], [repr(column[at]) for at in shown]
        if dates.is_ambiguous(column[others[0]]):
            found.append(
                blocking(
                    "ambiguous_date",
                    "column {column} holds days that can be read in two ways (row {rows}).\n  Found: "
                    "{found}\n  What to do: write days as 2026-11-20.",
                    column=header,
                    rows=rows,
                    found=texts,
                )
            )
        else:
            found.append(
                blocking(
                    "bad_date",
                    "column {column} holds cells that are no day (row {rows}).\n  Found: {found}\n  "
                    "What to do: write days as 2026-11-20.",
                    column=header,
                    rows=rows,
                    found=texts,
                )
            )
    return found


def period(text: str) -> Problem:
    """The refusal of a file about several days taken together."""
    return blocking(
        "period",
        "the rows cover the period {period} taken together, not single days.\n  Found: "
        "{period}\n  What to do: "
        "choose one day (or a table by day) when downloading.",
        period=text,
    )


def damaged(header: str, found: list[object], rows: list[int]) -> Problem:
    return blocking(
        "damaged_id",
        "column {column} holds ids a spreadsheet program has rounded (row {rows}).\n  "
        "Found: {found}\n  What to do: "
        "use the file as downloaded, or format the column as text before saving.",
        column=header,
        rows=rows[:_SHOWN],
        found=[str(value) for value in found[:_SHOWN]],
    )
