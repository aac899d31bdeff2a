"""Which report a sheet holds and on which row its header stands."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from shopbook.read.cells import number, texts
from shopbook.read.dates import day
from shopbook.read.exports import SPECS
from shopbook.read.headers import names_of, normal
from shopbook.read.identity import Evidence, against, refusal, stranger
from shopbook.read.mapping import OwnLayout
from shopbook.read.names import banner_days, title_days
from shopbook.read.problems import Problem, blocking
from shopbook.read.sniff import Cells, Sheet
from shopbook.read.spec import Spec, canonical_set

HEADER_ROWS = 15
# Names of groups and of what stands below them in headers of two rows.
_DEVICE = re.compile("(pc端?|电脑端?)|(?:无线|手机|移动)端?")
_OF_OTHERS = re.compile(
    "(?:同行|同层|竞店|竞品|竞对|对手|行业|对比|上期|上周期|同期|去年|上年|较|环比|同比).*"
)
_CHANGE = re.compile("(?:较|环比|同比|变化|对比|增幅|涨跌|同期|上期|上周期|去年).*")
_FIGURE = ("数值", "值", "本期", "当期", "指标值")
_UNIT = re.compile(r"\(?[元人次件笔个秒天%]\)?")
_NOTE = re.compile("数据说明|收藏网址")
_REMARK = re.compile("[*※]|注|说明|备注|数据说明|收藏网址|温馨提示")


@dataclass(frozen=True)
class Found:
    """A sheet whose report is known: `row` is the 0-based header row, `depth` its height.

    `mapping` names the home's own layout that made its header known.
    """

    sheet: Sheet
    spec: Spec
    row: int
    header: tuple[str, ...]
    depth: int = 1
    mapping: str = ""

    @property
    def has_figures(self) -> bool:
        """Whether any of the first rows below the header holds a figure or a day."""
        rows = self.sheet.rows[self.row + self.depth : self.row + self.depth + HEADER_ROWS]
        return any(_is_figure(cell) for row in rows for cell in row if cell != "")

    @property
    def banner(self) -> list[str]:
        """The lines above the header."""
        return lines(self.sheet.rows[: self.row])

    @property
    def titles(self) -> list[str]:
        """What stands alone in a row above the header and is no note, and the name of the sheet."""
        alone = [row for row in self.sheet.rows[: self.row] if sum(cell != "" for cell in row) == 1]
        return [line for line in (self.sheet.name, *lines(alone)) if line and not _REMARK.match(line)]


@dataclass(frozen=True)
class Header:
    """A row that could be a header: where it stands, its texts, its height."""

    row: int
    cells: tuple[str, ...]
    depth: int = 1


@dataclass(frozen=True)
class Sought:
    """What is known before a sheet is looked at: its file's name, whether anything says its day, mappings."""

    file: str
    has_day: bool = False
    own_layouts: tuple[OwnLayout, ...] = ()


def find(sheet: Sheet, sought: Sought) -> Found | Problem | None:
    """The report in `sheet`: of several that fit, one the file name hints at, else the most particular.

    A sheet that fits and is something else all the same gives the reason why it is not read. A mapping of
    the home is taken when its headers are those of the sheet, or when nothing else fits.
    """
    headers = candidates(sheet.rows)
    for layout in sought.own_layouts:
        if (mapped := _mapped(headers, layout, whole=True)) and (
            found := _find(sheet, sought, mapped, layout)
        ):
            return found
    if (found := _find(sheet, sought, headers)) is not None:
        return found
    for layout in sought.own_layouts:
        if (mapped := _mapped(headers, layout, whole=False)) and (
            found := _find(sheet, sought, mapped, layout)
        ):
            return found
    return None


def _mapped(headers: list[Header], layout: OwnLayout, *, whole: bool) -> list[Header]:
    """The headers that are of a mapping, in names its kind knows."""
    renamed = [(each, layout.renamed(each.cells, whole=whole)) for each in headers]
    return [Header(each.row, cells, each.depth) for each, cells in renamed if cells is not None]


def _find(
    sheet: Sheet, sought: Sought, headers: list[Header], layout: OwnLayout | None = None
) -> Found | Problem | None:
    """The report that one of `headers` fits; for a mapping a report of its kind."""
    fitting = [
        (spec, each)
        for each in headers
        for spec in _fitting(each.cells, sought.has_day or _day_above(sheet, each))
        if (
            _is_dated(spec, each, sheet, sought.file)
            if layout is None
            else (spec.kind == layout.kind and spec.whole is None)
        )
    ]
    reasons: list[tuple[bool, int, Problem]] = []
    taken = []
    for spec, each in fitting:
        rows = sheet.rows[each.row + each.depth :]
        said = Evidence(_words(sheet, each, sought.file), is_hinted(spec, sought.file))
        reason = against(spec, each.cells, rows, said)
        if reason is None or (layout is not None and not reason.certain):
            taken.append((spec, each))
        else:
            reasons.append((said.is_hinted, len(reasons), refusal(reason, spec)))
    if not taken:
        return max(reasons)[2] if reasons else None  # of the kind the file name hints at, else the last
    hinted = [spec for spec, _ in taken if is_hinted(spec, sought.file)]
    spec = min(hinted or [spec for spec, _ in taken], key=SPECS.index)
    own = [each for other, each in taken if other is spec]
    best = max(own, key=lambda each: (spec.known(each.cells), -each.row, each.depth))
    return Found(sheet, spec, best.row, best.cells, best.depth, layout.name if layout else "")


def lines(rows: Cells) -> list[str]:
    """Each row as one text; empty ones are left out."""
    return [line for row in rows if (line := " ".join(text for text in texts(row) if text))]


def _words(sheet: Sheet, header: Header, file: str) -> str:
    """What says in words what a sheet is, in small letters; the platform's standing notes say nothing."""
    above = [line for line in lines(sheet.rows[: header.row]) if not _NOTE.search(line)]
    return " ".join((file, sheet.name, *above)).lower()


def _day_above(sheet: Sheet, header: Header) -> bool:
    return bool(banner_days(lines(sheet.rows[: header.row])) or title_days([sheet.name]))


def _is_dated(spec: Spec, header: Header, sheet: Sheet, file: str) -> bool:
    """A shop's day without a date column is one row under the report's own name."""
    if spec.kind != "shop_daily" or "date" in canonical_set(spec.kind, header.cells):
        return True
    rows = [row for row in sheet.rows[header.row + header.depth :] if any(cell != "" for cell in row)]
    return len(rows) == 1 and is_hinted(spec, file)


@lru_cache(maxsize=1024)
def _fitting(header: tuple[str, ...], has_day: bool) -> tuple[Spec, ...]:
    """The reports a header row could belong to; the same few headers come every day."""
    return tuple(spec for spec in SPECS if spec.fits(header, has_day=has_day))


def is_hinted(spec: Spec, file: str) -> bool:
    """Whether the file name speaks of this report."""
    return any(hint.lower() in file.lower() for hint in spec.layout.hints)


def not_found(sheets: Iterable[Sheet], sought: Sought) -> Problem:
    """Why no report was found: the nearest one with what it lacks, else what the file looks like."""
    headers = [each.cells for sheet in sheets for each in candidates(sheet.rows)]
    for header in headers:
        if (named := stranger(header, sought.file)) is not None:
            return named
    lacking = [
        (spec, header, spec.missing(header, has_day=sought.has_day))
        for spec in SPECS
        for header in headers
        if _is_near(spec, header, sought)
    ]
    if not lacking:
        return _unknown(headers)
    spec, header, keys = max(lacking, key=lambda each: _nearness(each[0], each[1], each[2], sought.file))
    missing = [key.split("|") for key in keys]
    names = [name for parts in missing for part in parts for name in names_of(spec.kind, part)]
    return blocking(
        "missing_column",
        "missing column 「{columns}」 of {kind} (accepted names: {names}).\n  Columns in the file: {found}\n"
        "  What to do: tick these columns when exporting; if they have new names: shopbook map FILE",
        columns=[names_of(spec.kind, parts[0])[0] for parts in missing],
        kind=spec.of,
        names=list(dict.fromkeys(names)),
        found=[text for text in header if text],
    )


def _is_near(spec: Spec, header: tuple[str, ...], sought: Sought) -> bool:
    """Whether a header is so much like a report that naming what it lacks helps.

    Half of the keys must be there, or one where the file name hints at it; of a template half of its few
    headers, or its name: an item id alone makes nothing the items of a campaign.
    """
    keys, missing = len(spec.layout.keys), len(spec.missing(header, has_day=sought.has_day))
    if not missing or spec.known(header) < 2:
        return False
    if is_hinted(spec, sought.file):
        return missing < max(keys, 2)
    if 2 * missing > max(keys, 2):
        return False
    if spec.of.place is not None:
        return spec.known(header) * 2 >= sum(map(bool, header))
    asked = {normal(name) for name in spec.of.template.header} if spec.of.template else set()
    return 2 * len(asked.intersection(map(normal, header))) > len(asked)


def _nearness(spec: Spec, header: tuple[str, ...], missing: tuple[str, ...], file: str) -> tuple[bool, int]:
    return is_hinted(spec, file), spec.known(header) - 2 * len(missing)


def _unknown(headers: list[tuple[str, ...]]) -> Problem:
    first = max(headers, key=lambda cells: sum(map(bool, cells)), default=())
    return blocking(
        "wrong_file",
        "not a report this suite knows.\n  Found: {found}\n  What to do: download one of the reports of "
        "docs/exports.md, or say what its columns are: shopbook map FILE",
        found=[text for text in first if text] or ["–"],
    )


def candidates(rows: Cells) -> list[Header]:
    """The rows near the top that could be a header: two texts or more, no figure; or two such as one."""
    found = []
    named: tuple[str, ...] = ()
    for at, cells in enumerate(rows[:HEADER_ROWS]):
        above, named = named, _names(cells)
        if not named:
            continue
        is_grouped = any(
            _OF_OTHERS.fullmatch(normal(cell)) or _DEVICE.fullmatch(normal(cell)) for cell in above
        )
        found.append(Header(at, _folded(above, named) if is_grouped else named))
        if above and above[0] and not named[0]:
            found.append(Header(at - 1, _folded(above, named), 2))
    return found


def _names(cells: Sequence[object]) -> tuple[str, ...]:
    """The cells of a row as texts when it could be a header, else nothing."""
    filled = [cell for cell in cells if cell != ""]
    if len(filled) < 2 or any(_is_figure(cell) for cell in filled):
        return ()
    return tuple(texts(cells))


def _is_figure(cell: object) -> bool:
    if not isinstance(cell, str):
        return True
    return cell[:1].isdigit() and (number(cell) is not None or day(cell) is not None)


def _folded(above: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    """Two header rows as one: the lower name where there is one, under a group name that spans columns."""
    made, group = [], ""
    for high, low in zip_longest(above, below, fillvalue=""):
        group = high or group
        made.append(_under(group, low) if low else high)
    return tuple(made)


def _under(group: str, low: str) -> str:
    """The name of a column under its group's: what is of one device, of others or a change says so."""
    name, plain = normal(group), normal(low)
    if not group or name == plain:
        return low
    if plain in _FIGURE:
        return group
    if _UNIT.fullmatch(plain):
        return f"{group}({plain.strip('()')})"
    if device := _DEVICE.fullmatch(name):
        return f"{'PC端' if device[1] else '无线端'}{low}"
    return f"{group}（{low}）" if _OF_OTHERS.fullmatch(name) or _CHANGE.fullmatch(plain) else low
