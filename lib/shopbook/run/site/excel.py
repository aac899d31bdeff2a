"""The tables of a report as an Excel workbook beside its page: figures are numbers, texts are only text."""

import datetime as dt
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xlsxwriter

from shopbook.columns import columns
from shopbook.errors import DeliveryError
from shopbook.run.mail.mail_text import plain
from shopbook.run.site.files import write_if_changed
from shopbook.run.site.labels import column_label, level_label, owner_label, sheet_label, table_label
from shopbook.run.site.published import Entry, Memory, document
from shopbook.text import speaking, tr

FORMATS = {
    "fraction": "0.00%",
    "CNY": "#,##0.00",
    "persons": "#,##0",
    "count": "#,##0",
    "index": "#,##0",
    "rank": "0",
    "seconds": "#,##0",
    "days": "0",
    "hours": "0.0",
    "": "#,##0.00",
}
_SHARES = ("change", "market_change", "relative", "share", "prev_change")
_OF_METRIC = ("value", "prev_day", "baseline", "target")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
# Excel refuses longer text cells.
_CELL = 32_767
_ROWS = 1_048_575


def write_workbooks(found: Iterable[Entry], memory: Memory) -> tuple[list[Path], list[str]]:
    """The workbook of every report whose findings.json is newer than it: (files written, problems)."""
    written, problems = [], []
    for entry in found:
        for sheet in entry.sheets:
            if not sheet.findings_file or not sheet.essence:
                continue
            target = entry.folder / f"{sheet.name}.xlsx"
            key, version = f"excel:{target.as_posix()}", sheet.essence["version"]
            if memory.old.get(key) == version and target.exists():
                memory.new[key] = version
                continue
            try:
                if write_workbook(document(sheet.findings_file), target):
                    written.append(target)
                memory.new[key] = version
            except DeliveryError as error:
                problems.append(str(error))
    return written, problems


def write_workbook(report: dict[str, Any], target: Path) -> bool:
    """Write one report's findings and tables to `target`; False when it already has this content."""
    try:
        with speaking(report.get("lang", "")):
            return write_if_changed(target, workbook_bytes(report))
    except OSError as error:
        # Windows locks a file that is open in Excel.
        raise DeliveryError(
            "{file} cannot be written ({reason}); close it in Excel and publish again.",
            file=target.name,
            reason=error.strerror or error,
        ) from error


def workbook_bytes(report: dict[str, Any]) -> bytes:
    """An .xlsx of a findings.json: the findings, then a sheet per table; same report, same bytes."""
    buffer = io.BytesIO()
    # Item titles come from outside: a text that begins with = or http stays a text.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    book = xlsxwriter.Workbook(buffer, options)
    day = dt.date.fromisoformat(report["date"])
    book.set_properties(
        {"title": plain(report["headline"], 200), "created": dt.datetime(day.year, day.month, day.day)}
    )
    _findings_sheet(book, report)
    used = {tr("Findings").casefold()}
    for name, rows in report.get("tables", {}).items():
        if rows:
            _table_sheet(book, sheet_name(table_label(name), used), rows)
    book.close()
    return buffer.getvalue()


def sheet_name(wanted: str, used: set[str]) -> str:
    """A name Excel accepts: at most 31 characters, none of []:*?/\\', not used before (case ignored)."""
    base = _SHEET_NAME.sub(" ", plain(wanted)).strip()[:31] or "Sheet"
    name, number = base, 2
    while name.casefold() in used or name.casefold() == "history":
        name, number = f"{base[:27]} {number}", number + 1
    used.add(name.casefold())
    return name


def _findings_sheet(book: Any, report: dict[str, Any]) -> None:
    sheet = book.add_worksheet(tr("Findings"))
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 5, 16)
    title = f"{report['shop']} {report['date']} {sheet_label(report['notebook'].rsplit('/', 1)[-1])}"
    sheet.write_string(0, 0, plain(title), bold)
    sheet.write_string(1, 0, plain(report["headline"]))
    names = (tr("Level"), tr("Finding"), tr("Owner"), tr("Next step"), tr("Due"), tr("Against market"))
    for place, name in enumerate(names):
        sheet.write_string(3, place, name, bold)
    sheet.freeze_panes(4, 0)
    percent = book.add_format({"num_format": "+0.0%;-0.0%;0.0%", "valign": "top"})
    for row, finding in enumerate(report.get("findings", []), start=4):
        owner = owner_label(finding.get("owner", ""))
        texts = (
            level_label(finding["level"]),
            finding["headline"],
            owner,
            finding["next_step"],
            finding["due"],
        )
        for place, text in enumerate(texts):
            sheet.write_string(row, place, plain(text), wrap)
        if finding.get("relative") is not None:
            sheet.write_number(row, 5, finding["relative"], percent)
    start = 5 + len(report.get("findings", []))
    for row, warning in enumerate(report.get("warnings", []), start=start):
        sheet.write_string(row, 0, "⚠")
        sheet.write_string(row, 1, plain(warning["text"]), wrap)


def _table_sheet(book: Any, name: str, rows: list[dict[str, Any]]) -> None:
    sheet = book.add_worksheet(name)
    names = list(dict.fromkeys(key for row in rows for key in row if key != "spark"))
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for place, column in enumerate(names):
        sheet.write_string(0, place, plain(column_label(column), 200), head)
        sheet.set_column(place, place, _width([row.get(column) for row in rows[:200]], column_label(column)))
    formats = {unit: book.add_format({"num_format": shown}) for unit, shown in FORMATS.items()}
    # quote_prefix: the text stays a text even when somebody edits the cell.
    formats["text"] = book.add_format({"quote_prefix": True})
    units = {column: _unit(column) for column in names}
    for place, row in enumerate(rows[:_ROWS], start=1):
        of_metric = _unit(str(row.get("metric", "")))
        for at, column in enumerate(names):
            unit = of_metric if column in _OF_METRIC else units[column]
            _write_cell(sheet, (place, at), row.get(column), (formats[unit], formats["text"]))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, min(len(rows), _ROWS), len(names) - 1)


def _write_cell(sheet: Any, at: tuple[int, int], value: Any, formats: tuple[Any, Any]) -> None:
    """One cell: a figure in its unit's format, anything else as text; what is not known stays empty."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(*at, "✓" if value else "")
    elif isinstance(value, (int, float)):
        sheet.write_number(*at, value, formats[0])
    else:
        sheet.write_string(*at, _text(value)[:_CELL], formats[1])


def _text(value: Any) -> str:
    if isinstance(value, str):
        known = columns().get(value)
        return known.label if known else plain(value)
    return plain(", ".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else value)


def _unit(column: str) -> str:
    """The unit of a column that has a format; "" for the general one."""
    if column in _SHARES:
        return "fraction"
    known = columns().get(column)
    return known.unit if known and known.unit in FORMATS else ""


def _width(values: list[Any], head: str) -> float:
    longest = max(
        (len(str(v)) * (1.9 if not str(v).isascii() else 1) for v in values if v is not None), default=0
    )
    return min(44.0, max(longest, len(head) * (1 if head.isascii() else 2)) + 3)
