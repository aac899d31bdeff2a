"""A figure as a small, byte-stable picture: SVG with text as shared glyph paths, PNG with few colours."""

import io
import re
from collections.abc import Callable

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

LIMIT = 33_000
"""Bytes of SVG that stay below 45 KB once written in base64."""

# matplotlib writes glyph outlines in 1/64 of a 100-unit em; 400 steps an em are finer than any screen shows.
_GLYPH_GRID = 16.0
_NUMBER = re.compile(r"scale\([^)]*\)|-?\d+\.\d+")
_GLYPH = re.compile(r'<path id="([^"]+)" d="([^"]*)" transform="scale\(0\.015625\)"\s*/>')
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
    """The figure on white as a PNG of at most `colors` colours; mail programs show no SVG."""
    buffer = io.BytesIO()
    canvas = FigureCanvasAgg(fig)
    canvas.print_png(buffer, pil_kwargs=None, metadata={"Software": None}) if dpi == fig.dpi else _at(
        fig, dpi, buffer
    )
    with Image.open(buffer) as picture:
        flat = Image.new("RGB", picture.size, "white")
        flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    small = io.BytesIO()
    flat.quantize(colors, dither=Image.Dither.NONE).save(small, "PNG", optimize=True, dpi=(dpi, dpi))
    return small.getvalue()


def _at(fig: Figure, dpi: int, buffer: io.BytesIO) -> None:
    fig.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None}, facecolor="white")


def compact(svg: str) -> str:
    """The same picture in fewer bytes."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = _GLYPH.sub(_small_glyph, body)
    body = _short_ids(body)
    body = _NUMBER.sub(_rounded(2), body)
    body = re.sub(r"\s*\n\s*", " ", body)
    body = re.sub(r"> <", "><", body)
    return re.sub(r"<g id=\"[a-z_]+\d*\">", "<g>", body).replace("; ", ";").replace(": ", ":").strip()


def _small_glyph(match: re.Match[str]) -> str:
    scale = _GLYPH_GRID / 64
    return f'<path id="{match[1]}" d="{_relative(match[2])}" transform="scale({scale:g})"/>'


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
    if command == "L" and any(numbers):
        if numbers[1] == 0:
            return "h", numbers[:1]
        if numbers[0] == 0:
            return "v", numbers[1:]
    return command.lower(), numbers


def _grid(number: str) -> int:
    return round(float(number) / _GLYPH_GRID)


def _joined(letter: str, numbers: list[int]) -> str:
    text = "".join(f"{number}" if number < 0 else f" {number}" for number in numbers)
    return letter + text.lstrip() if letter else text


def _short_ids(body: str) -> str:
    """Glyph ids such as NotoSansSC-Regular-5f3 as g1, g2, ...; other ids stay."""
    names = re.findall(r'<path id="([^"]+)" d="[^"]*" transform="scale', body)
    for place, name in enumerate(sorted(set(names), key=len, reverse=True)):
        body = body.replace(f'"{name}"', f'"g{place}"').replace(f'"#{name}"', f'"#g{place}"')
    return body


def _rounded(digits: int) -> Callable[[re.Match[str]], str]:
    def shorter(match: re.Match[str]) -> str:
        # Rounding a scale would change the size of a whole line of text.
        if match[0].startswith("scale"):
            return match[0]
        return f"{float(match[0]):.{digits}f}".rstrip("0").rstrip(".").replace("-0.", "-.") or "0"

    return shorter
