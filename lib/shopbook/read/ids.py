"""Cells to ids: what spreadsheets, links and labels leave of them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from shopbook.read.cells import MISSING, plain

_LAST_QUOTED = re.compile(r'=HYPERLINK\(.*"([^"]*)"\s*\)', re.IGNORECASE)
_LINK = re.compile(r"https?://\S*[?&]id=(\d{6,})")
_LABEL = re.compile(r"^(?:(?:商品|宝贝)?id)\s*[:：]?\s*(?=\d)", re.IGNORECASE)
_DECIMALS = re.compile(r"^(\d+)\.0+$")
_GROUPED = re.compile(r"\d{1,4}(?:[,\s]\d{3,4})+")
_NOTE = re.compile(r"^(\d{9,})\s*[(\[][^)\]]*[)\]]$")
_FEWEST_DIGITS = 9  # of an id of the platform; a code of the shop's own may end in ①
_TOO_NARROW = re.compile("#+")  # what a spreadsheet shows of a number in a narrow column
_WORDS = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Ids:
    """A column of ids: `damaged` positions hold rounded ids, `exact` ones are whole, written as 6.1…E+11."""

    texts: list[str]
    damaged: tuple[int, ...] = ()
    exact: tuple[int, ...] = ()


def ids(cells: Sequence[object]) -> Ids:
    """Every cell as an id text; one with an exponent is an id only when all its digits are there."""
    cleaned = [
        cell
        if type(cell) is str and cell.isascii() and cell.isdecimal()
        else ""
        if cell in ("", "-")
        else _id(cell)
        for cell in cells
    ]
    odd = [at for at, text in enumerate(cleaned) if text is None]
    written = {at: _all_digits(plain(cells[at])) for at in odd}
    texts = [text if text is not None else written[at] for at, text in enumerate(cleaned)]
    return Ids(texts, tuple(at for at in odd if not written[at]), tuple(at for at in odd if written[at]))


def _id(cell: object) -> str | None:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else None
    text = plain(cell)
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFKC", _seen(text))
    if text.startswith("="):
        text = _LAST_QUOTED.sub(r"\1", text).lstrip("=").strip('"')
    if link := _LINK.search(text):
        return link[1]
    text = _LABEL.sub("", text.strip("'`‘’\" \t"))
    text = _DECIMALS.sub(r"\1", text)
    if _GROUPED.fullmatch(text):
        return re.sub(r"\D", "", text)
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text) or _TOO_NARROW.fullmatch(text):
        return None
    return "" if text in MISSING else _NOTE.sub(r"\1", text)


def _seen(text: str) -> str:
    """An id as a person sees it: no unseen marks, digits of any script as digits, no note behind it."""
    seen = [
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in text
        if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf")
    ]
    while len(seen) > _FEWEST_DIGITS and unicodedata.category(seen[-1]) == "No" and seen[0].isdecimal():
        seen.pop()
    return "".join(seen)


def is_no_id(text: str) -> bool:
    """Whether a text cannot be an id: words, without the digits or Latin letters of one."""
    if re.search(r"\d{6}", text):
        return False
    return bool(text) and (bool(_WORDS.search(text)) or not re.search(r"[0-9A-Za-z#]", text))


def _all_digits(text: str) -> str:
    """7.00000000101E11 as 700000000101; nothing when digits are lost."""
    match = re.fullmatch(r"(\d)\.(\d+)[eE]\+?(\d+)", text)
    if not match or len(match[2]) < int(match[3]):
        return ""
    digits, rest = match[2][: int(match[3])], match[2][int(match[3]) :]
    return "" if rest.strip("0") else match[1] + digits
