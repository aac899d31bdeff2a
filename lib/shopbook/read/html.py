"""Tables of an HTML page as rows of cells, with merged cells and cells that nobody closed."""

import re
from html.parser import HTMLParser

_LARGEST_SPAN = 2_000  # rows or columns a merged cell may claim; hostile pages ask for millions
_OUTSIDE = ("script", "style", "title", "noscript")
# Tags that divide no text; what any other tag divides inside a cell is not one number.
_INLINE = (
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "big",
    "em",
    "font",
    "i",
    "img",
    "nobr",
    "small",
    "span",
    "strong",
    "u",
    "wbr",
)
_EMPTY = ("br", "hr", "img", "input", "wbr")
_BREAK = "\x1e"
_DIVIDED = re.compile(rf"(?<=[\d.])\s*{_BREAK}[\s{_BREAK}]*(?=[\d.])")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


class Carried(str):
    """The text of a merged cell in a row below its first: a label there, never a second figure."""

    __slots__ = ()


def tables(text: str) -> list[list[list[object]]]:
    """Every table of a page, top to bottom."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    parser.end_row()
    return [rows for rows in parser.tables if any(any(row) for row in rows)]


class _Tables(HTMLParser):
    """Collects rows; a new cell, row or table closes what is open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[object]]] = []
        self._row: list[object] | None = None
        self._cell: list[str] | None = None
        self._spans = (1, 1)
        self._below: dict[int, tuple[int, str]] = {}  # column -> rows still to fill, text
        self._next: dict[int, tuple[int, str]] = {}  # the same for the row after this one
        self._outside = 0
        self._hidden: list[str] = []  # tags open inside a part of a cell that is not shown

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _OUTSIDE:
            self._outside += 1
        elif tag == "table" or (tag == "tr" and not self.tables):
            self.end_row()
            self.tables.append([])
            self._below, self._next = {}, {}
        if tag == "tr":
            self.end_row()
            self._row = []
        elif tag in ("td", "th"):
            self._end_cell()
            if self._row is None:
                self._row = []
            said = dict(attrs)
            self._cell, self._spans = [], (_span(said.get("rowspan")), _span(said.get("colspan")))
        elif self._cell is not None:
            self._inside(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag in _OUTSIDE:
            self._outside = max(self._outside - 1, 0)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self.end_row()

        elif self._cell is not None:
            if self._hidden and self._hidden[-1] == tag:
                self._hidden.pop()
            elif tag not in _INLINE:
                self._cell.append(_BREAK)

    def _inside(self, tag: str, said: dict[str, str | None]) -> None:
        """A tag within a cell: it divides, hides or does nothing."""
        if self._hidden:
            self._hidden += [tag] if tag == self._hidden[0] else []
        elif _HIDDEN.search(said.get("style") or "") and tag not in _EMPTY:
            self._hidden = [tag]
        if tag not in _INLINE and self._cell is not None:
            self._cell.append(_BREAK)

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._outside and not self._hidden:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        text, (rows, columns) = _joined(self._cell), self._spans
        self._hidden = []
        self._fill()
        at = len(self._row)
        self._row += [text] + [Carried(text)] * (columns - 1)
        if rows > 1:
            self._next |= {at + step: (rows - 1, text) for step in range(columns)}
        self._cell = None

    def _fill(self) -> None:
        """Cells that reach down from rows above, up to the next free place."""
        assert self._row is not None
        while (at := len(self._row)) in self._below:
            left, text = self._below.pop(at)
            self._row.append(Carried(text))
            if left > 1:
                self._next[at] = (left - 1, text)

    def end_row(self) -> None:
        """Close the open cell and the open row."""
        self._end_cell()
        if self._row is None:
            return
        self._fill()
        if not self.tables:
            self.tables.append([])
        self.tables[-1].append(self._row)
        self._row = None
        self._below, self._next = self._below | self._next, {}


def _joined(parts: list[str]) -> str:
    """The text of a cell; where a tag divides two numbers, a line end keeps them apart."""
    text = "".join(parts)
    return (_DIVIDED.sub("\n", text).replace(_BREAK, "") if _BREAK in text else text).strip()


def _span(text: str | None) -> int:
    digits = (text or "").strip()
    return min(max(int(digits), 1), _LARGEST_SPAN) if digits.isdecimal() and len(digits) < 7 else 1
