"""What the XML of an .xlsx tells and its parser does not: formulas nobody calculated, a cell far out."""

import io
import re
from dataclasses import dataclass
from zipfile import ZipFile

_CELL = re.compile(rb'<c r="([A-Z]{1,3}\d+)"[^>]*>(.*?)</c>', re.DOTALL)
_ERROR = re.compile(rb'<c r="([A-Z]{1,3}\d+)"(?:[^>]* t="e"[^>]*|[^>]*><v>NaN</v)>')
_FAR = re.compile(rb'<c r="([A-Z]{3}\d+)"')  # beyond column ZZ, where no export has anything
_FORMULAS = (b"<f>", b"<f ", b"<f/>")
_LARGEST = 20_000_000  # bytes of a sheet that is searched; a larger one is read by other means


@dataclass(frozen=True)
class Oddities:
    """Places of cells, as E2: formulas without a value, errors instead of one, and the first cell far out."""

    without_value: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    far: str = ""


def oddities(data: bytes) -> Oddities:
    """What is odd in the sheets of a workbook."""
    found: list[str] = []
    errors: list[str] = []
    with ZipFile(io.BytesIO(data)) as package:
        for entry in package.infolist():
            if not entry.filename.startswith("xl/worksheets/") or entry.file_size > _LARGEST:
                continue
            sheet = package.read(entry)
            if far := _FAR.search(sheet):
                return Oddities(far=far[1].decode("ascii"))
            errors += [place.decode("ascii") for place in _ERROR.findall(sheet)]
            if any(mark in sheet for mark in _FORMULAS):
                found += [
                    place.decode("ascii")
                    for place, cell in _CELL.findall(sheet)
                    if any(mark in cell for mark in _FORMULAS) and not _has_value(cell)
                ]
    return Oddities(tuple(found), tuple(errors))


def _has_value(cell: bytes) -> bool:
    value = re.search(rb"<v>(.*?)</v>", cell, re.DOTALL)
    return (value is not None and bool(value[1].strip())) or b"<is>" in cell
