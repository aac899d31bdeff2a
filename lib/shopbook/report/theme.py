"""The look of every chart: fonts, colours, sizes, applied once; nothing here touches pyplot's state."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

FONTS = Path(__file__).parent / "fonts"
FAMILY = ["Noto Sans SC", "DejaVu Sans"]

INK, MUTED, RULE, CONTEXT, PAPER = "#222222", "#5B6470", "#D9DDE2", "#BFC5CC", "#FFFFFF"
ACCENT, SECOND, BAND = "#1F4E79", "#A35C00", "#E4E9EF"

# As wide as a phone shows without shrinking the letters much: 461 px on a page of 343.
FULL, SMALL = (4.8, 3.2), (1.6, 1.7)
TITLE, SUBTITLE, LABEL, NOTE = 14.0, 10.5, 10.0, 9.0
PLOT_WIDE = 225.0
"""Points a plot over days is wide, its labels beside it taken off: enough to see which names would meet."""


@dataclass(frozen=True)
class Direction:
    """The pair of colours that show direction, never good or bad."""

    up: str
    down: str


# The first is the convention in China: red is up. The second serves colour-blind readers best .
DIRECTIONS = {
    "red_up": Direction("#C8102E", "#0B6E6E"),
    "blue_down": Direction("#C8102E", "#1F6FB2"),
    "green_up": Direction("#0B6E6E", "#C8102E"),
}
_chosen = "red_up"


def apply(direction: str = "") -> None:
    """Load the fonts and set matplotlib's parameters; `direction` (a key of DIRECTIONS) sets the colours."""
    global _chosen
    if direction and direction not in DIRECTIONS:
        raise ValueError(f"direction {direction!r} is not one of {', '.join(DIRECTIONS)}")
    _chosen = direction or _chosen
    _load_fonts()
    mpl.rcParams.update(_parameters())


def direction_name() -> str:
    """The key of the pair of colours in use."""
    return _chosen


def direction() -> Direction:
    """The pair of colours in use."""
    return DIRECTIONS[_chosen]


def toward(value: float | None) -> str:
    """The colour of a change: up, down, or grey when there is none."""
    if not value:
        return MUTED
    return direction().up if value > 0 else direction().down


def new_figure(size: tuple[float, float] = FULL) -> Figure:
    """An empty figure outside pyplot, so nothing is shown twice and a forked process starts clean."""
    apply()
    return Figure(figsize=size, layout="constrained", facecolor="none")


def drawable(text: object, limit: int = 0) -> str:
    """`text` with what the fonts lack replaced by □, control marks dropped, shortened to `limit` widths.

    One width is one Chinese character; a Latin one counts half.
    """
    flat = " ".join(str(text).split())
    shown = "".join(_glyph(char) for char in unicodedata.normalize("NFC", flat))
    return shortened(shown, limit) if limit else shown


def shortened(text: str, limit: float) -> str:
    """`text` cut to `limit` Chinese widths, the cut shown by an ellipsis."""
    if width(text) <= limit:
        return text
    kept, used = [], 1.0
    for char in text:
        used += width(char)
        if used > limit:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


def width(text: str) -> float:
    """Width of a text in Chinese characters."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.56 for char in text)


def wrapped(text: str, limit: float, lines: int = 2) -> str:
    """`text` broken into at most `lines` lines of `limit` widths, the last one shortened."""
    rows: list[str] = []
    rest = text
    while rest and len(rows) < lines - 1 and width(rest) > limit:
        cut = _break_at(rest, limit)
        rows.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return "\n".join([*rows, shortened(rest, limit)])


def _break_at(text: str, limit: float) -> int:
    fits = next((end for end in range(len(text), 0, -1) if width(text[:end]) <= limit), 1)
    near = [end for end in range(max(fits - 8, 1), fits + 1) if _may_end(text, end)]
    whole = [end for end in range(max(fits - 8, 1), fits + 1) if not _torn(text[:end], text[end:])]
    return (near or whole or [fits])[-1]


def _may_end(text: str, end: int) -> bool:
    """Whether a line ends well before place `end`: after a mark, and tears nothing."""
    return text[end - 1] in "，。；：、,; ）)" and not _torn(text[:end], text[end:])


def _torn(before: str, after: str) -> bool:
    """Whether a break here tears a word, a figure, or a figure from its arrow, unit or other end."""
    left, right = before.rstrip(), after.lstrip()
    if left.endswith(("▲", "▼", "~")) or right[:1] in ("~", "▲", "▼"):
        return True
    if left[-1:].isdigit() and right[:1].isalnum() and not right[:1].isascii():
        return True
    return left == before and right == after and _is_narrow(left[-1:]) and _is_narrow(right[:1])


def _is_narrow(char: str) -> bool:
    return bool(char) and unicodedata.east_asian_width(char) not in "WFA"


def _glyph(char: str) -> str:
    if unicodedata.category(char) in ("Cc", "Cf", "Mn", "Cs", "Co"):
        return ""
    return char if ord(char) in _characters() else "□"


@cache
def _characters() -> frozenset[int]:
    """Code points that the chart fonts hold."""
    _load_fonts()
    found = (font_manager.findfont(name, fallback_to_default=False) for name in FAMILY)
    return frozenset().union(*(font_manager.get_font(path).get_charmap() for path in found))


@cache
def _load_fonts() -> None:
    """Register our own files: an installed font can be invisible to matplotlib's stale font cache."""
    for style in ("Regular", "Bold"):
        font_manager.fontManager.addfont(FONTS / f"NotoSansSC-{style}.otf")


def _parameters() -> dict[Any, Any]:
    return {
        "font.family": FAMILY,
        "font.size": LABEL,
        # Letters as wide in every resolution: what is laid out for the page holds for the mail's picture.
        "text.hinting": "no_hinting",
        "axes.unicode_minus": False,
        # Item titles hold dollar signs; they are not formulas.
        "text.parse_math": False,
        "svg.fonttype": "path",
        "svg.hashsalt": "shopbook",
        "figure.dpi": 100,
        "savefig.dpi": 200,
        # Clear, so the page can turn the picture dark.
        "axes.facecolor": "none",
        "axes.edgecolor": RULE,
        "axes.labelcolor": MUTED,
        "axes.titlesize": LABEL,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "grid.color": RULE,
        "grid.linewidth": 0.8,
        "text.color": INK,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelsize": LABEL,
        "ytick.labelsize": LABEL,
        "ytick.left": False,
        "lines.linewidth": 2.2,
        "lines.solid_capstyle": "round",
        "path.simplify": True,
        "path.simplify_threshold": 0.3,
    }
