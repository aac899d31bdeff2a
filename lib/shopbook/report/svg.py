"""A figure as a small, byte-stable picture: SVG with text as shared glyph paths, PNG with few colours."""

import io
import math
import re
from collections.abc import Callable
from functools import lru_cache

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

LIMIT = 33_700
"""Bytes of SVG that stay below 45 KB once written in base64."""

# matplotlib writes glyph outlines in 1/64 of a 100-unit em; 250 steps an em are finer than a phone shows.
_GLYPH_GRID = 25.6
# A curve that bends less than this many steps is drawn as a line.
_FLAT = 0.9
_NUMBER = re.compile(r"scale\([^)]*\)|-?\d+\.\d+")
_GLYPH = re.compile(r'<path id="([^"]+)" d="([^"]*)" transform="scale\(0\.015625\)"\s*/>')
_GLYPH_PLACE = re.compile(r'<use xlink:href="#(g\d+)" transform="translate\((-?[\d.]+) (-?[\d.]+)\)"\s*/>')
_TEXT_SCALE = re.compile(r"scale\((0?\.\d+) -0?\.\d+\)")
_STEP = _GLYPH_GRID / 64
_TOKEN = re.compile(r"[MLQCz]|-?\d+(?:\.\d+)?(?:e-?\d+)?")
_PAIRS = {"M": 1, "L": 1, "Q": 2, "C": 3, "z": 0}


def figure_svg(fig: Figure) -> str:
    """The figure as SVG text: no date, no metadata, glyph outlines in short relative steps."""
    buffer = io.StringIO()
    FigureCanvasSVG(fig).print_svg(
        buffer, metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
    )
    return compact(buffer.getvalue())


def figure_png(fig: Figure, *, dpi: int = 200, colors: int = 48) -> bytes:
    """The figure on white as a PNG of at most `colors` colours; mail programs show no SVG.

    Drawn once, as the figure is laid out by then: `savefig` would lay it out again and draw it twice.
    """
    canvas = FigureCanvasAgg(fig)
    before = fig.dpi, fig.get_facecolor()
    try:
        fig.dpi = dpi
        fig.set_facecolor("white")
        canvas.draw()
        picture = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
        flat = picture.convert("RGB")
    finally:
        fig.dpi = before[0]
        fig.set_facecolor(before[1])
    small = io.BytesIO()
    _with_few_colors(flat, colors).save(small, "PNG", dpi=(dpi, dpi))
    return small.getvalue()


def _with_few_colors(picture: Image.Image, colors: int) -> Image.Image:
    """The picture in a palette found from every ninth dot: choosing it from all takes five times as long."""
    size = (max(picture.width // 3, 1), max(picture.height // 3, 1))
    few = picture.resize(size, Image.Resampling.NEAREST)
    palette = few.quantize(colors, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def compact(svg: str) -> str:
    """The same picture in fewer bytes."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = _GLYPH.sub(_small_glyph, body)
    body = _short_ids(body)
    body = _NUMBER.sub(_rounded(2), body)
    body = re.sub(r"\s*\n\s*", " ", body)
    body = re.sub(r"> <", "><", body)
    body = _coarse_text(body).replace("xlink:href", "href").replace("<defs></defs>", "")
    body = re.sub(r'(?<= d=")[^"]*', _dense, body)
    return re.sub(r"<g id=\"[a-z_]+\d*\">", "<g>", body).replace("; ", ";").replace(": ", ":").strip()


def _small_glyph(match: re.Match[str]) -> str:
    return f'<path id="{match[1]}" d="{_relative(match[2])}" class="glyph"/>'


def _coarse_text(body: str) -> str:
    """Move the scale of the glyphs into the group of their line, and write their places as x and y."""
    body = _TEXT_SCALE.sub(lambda m: f"scale({float(m[1]) * _STEP:g} -{float(m[1]) * _STEP:g})", body)

    def placed(match: re.Match[str]) -> str:
        high = float(match[3]) / _STEP
        return f'<use xlink:href="#{match[1]}" x="{float(match[2]) / _STEP:.0f}"' + (
            f' y="{high:.0f}"/>' if high else "/>"
        )

    return _GLYPH_PLACE.sub(placed, body).replace(' class="glyph"', "")


@lru_cache(4096)
def _relative(outline: str) -> str:
    """An outline in whole relative steps: `h4v-3` instead of `L 1434 1728 L 1434 1680`."""
    tokens = iter(_TOKEN.findall(outline))
    words: list[str] = []
    here = start = (0, 0)
    before = ""
    for command in tokens:
        if command == "z":
            words.append("z")
            here, before = start, ""
            continue
        ends = [(_grid(next(tokens)), _grid(next(tokens))) for _ in range(_PAIRS[command])]
        letter, numbers = _step(command, here, ends)
        here = ends[-1]
        start = here if command == "M" else start
        if letter == "l" and not any(numbers):
            continue
        words.append(_joined("" if letter == before else letter, numbers))
        before = letter
    return "".join(words)


def _step(command: str, here: tuple[int, int], ends: list[tuple[int, int]]) -> tuple[str, list[int]]:
    """The relative command and its numbers; upright and level lines need one number only."""
    numbers = [part - origin for end in ends for part, origin in zip(end, here, strict=True)]
    if command == "C" and _is_flat(numbers):
        command, numbers = "L", numbers[4:]
    if command == "L" and any(numbers):
        if numbers[1] == 0:
            return "h", numbers[:1]
        if numbers[0] == 0:
            return "v", numbers[1:]
    return command.lower(), numbers


def _is_flat(curve: list[int]) -> bool:
    """Whether both handles of a relative curve lie next to its chord, between the ends."""
    across, up = curve[4:]
    long = math.hypot(across, up)
    if not long:
        return max(map(abs, curve)) <= 1
    return all(
        abs(x * up - y * across) / long < _FLAT and -1 < (x * across + y * up) / long < long + 1
        for x, y in (curve[:2], curve[2:4])
    )


def _dense(match: re.Match[str]) -> str:
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", match[0])


def _grid(number: str) -> int:
    return round(float(number) / _GLYPH_GRID)


def _joined(letter: str, numbers: list[int]) -> str:
    text = "".join(f"{number}" if number < 0 else f" {number}" for number in numbers)
    return letter + text.lstrip() if letter else text


def _short_ids(body: str) -> str:
    """Glyph ids such as NotoSansSC-Regular-5f3 as g0, g1, ... in the order they appear; other ids stay."""
    names = re.findall(r'<path id="([^"]+)" d="[^"]*" class="glyph"', body)
    for place, name in enumerate(dict.fromkeys(names)):
        body = body.replace(f'"{name}"', f'"g{place}"').replace(f'"#{name}"', f'"#g{place}"')
    return body


def _rounded(digits: int) -> Callable[[re.Match[str]], str]:
    def shorter(match: re.Match[str]) -> str:
        # Rounding a scale would change the size of a whole line of text.
        if match[0].startswith("scale"):
            return match[0]
        return f"{float(match[0]):.{digits}f}".rstrip("0").rstrip(".").replace("-0.", "-.") or "0"

    return shorter
