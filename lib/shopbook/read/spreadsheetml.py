"""SpreadsheetML 2003, the XML workbook that old ERP programs save as .xls."""

from xml.etree import ElementTree

_NS = "{urn:schemas-microsoft-com:office:spreadsheet}"
FURTHEST = 16_384  # columns a sheet can have; an index beyond them is no sheet


def is_spreadsheetml(head: str) -> bool:
    """Whether the beginning of a text is such a workbook."""
    return "<Workbook" in head and "urn:schemas-microsoft-com:office:spreadsheet" in head


def sheets(text: str) -> list[tuple[str, list[list[object]]]]:
    """Name and rows of each sheet; a document that defines entities of its own is an error."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("a workbook in XML with entities of its own")
    # The text is decoded: what its first line says of its encoding no longer holds.
    root = ElementTree.fromstring(text[text.index("<Workbook") :].encode("utf-8"))
    return [
        (sheet.get(f"{_NS}Name", ""), [_cells(row) for row in sheet.iter(f"{_NS}Row")])
        for sheet in root.iter(f"{_NS}Worksheet")
    ]


def _cells(row: ElementTree.Element) -> list[object]:
    found: list[object] = []
    for cell in row.iter(f"{_NS}Cell"):
        place = int(cell.get(f"{_NS}Index", len(found) + 1))
        if not len(found) < place <= FURTHEST:
            raise ValueError(f"a cell in column {place} after column {len(found)}")
        found += [""] * (place - 1 - len(found))
        data = cell.find(f"{_NS}Data")
        # A formula that nobody calculated stands for itself: it is no number, and that is told.
        found.append(_value(data) if data is not None else cell.get(f"{_NS}Formula", ""))
        found += [""] * min(int(cell.get(f"{_NS}MergeAcross", 0)), FURTHEST)
    return found


def _value(data: ElementTree.Element) -> object:
    text = "".join(data.itertext()).strip()
    kind = data.get(f"{_NS}Type", "String")
    if kind == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    if kind == "Boolean":
        return text == "1"
    return text[:10] if kind == "DateTime" else text
