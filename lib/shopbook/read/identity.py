"""What speaks against a sheet being the report its header fits: another platform, a part, another subject."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from shopbook.columns import columns
from shopbook.kinds import Other, kinds, others
from shopbook.read.cells import MISSING, duration, is_unknown, number
from shopbook.read.dates import day
from shopbook.read.headers import canonical, normal
from shopbook.read.periods import by_hours
from shopbook.read.problems import Problem, blocking
from shopbook.read.spec import Spec

# Columns of an operator's own words beside the figures of a day.
_REMARKS = re.compile(
    r"备注|说明|星期|周几|天气|节|活动(?!名|ID|阶段)|店铺|负责人|更新|note|remark", re.IGNORECASE
)
# Words in the header of an unknown column that make a row a part of what its kind is about.
_PARTS = {
    "item_daily": re.compile(
        r"渠道|载体|场域|人群|客群|新老客|访客类型|达人|主播|账号|端口|设备|终端|地域|省份|城市|sku|规格|性别|年龄|时段|小时",
        re.IGNORECASE,
    ),
    "audience_item": re.compile(
        r"渠道|载体|场域|人群|客群|新老客|达人|终端|地域|省份|城市|sku|规格", re.IGNORECASE
    ),
    "stock": re.compile("仓|库区|库位|批次"),
    "market": re.compile(
        "端口|设备|品牌|价格带|价格区间|人群|客群|性别|年龄|地域|省份|城市|渠道|店铺类型"
    ),
    "ad_report": re.compile(r"创意|素材|资源位|广告位|版位|地域|省份|城市|性别|年龄|时段|小时"),
    "affiliate": re.compile(r"推广者|推广位|淘客|媒体|团长|计划|渠道|达人|商品|活动"),
    "service": re.compile(r"分组|组别|小组|团队|班次|渠道|时段|小时"),
}  # fmt: skip
_LETTERS = re.compile("[A-Za-z\u4e00-\u9fff]")
_RANGE = re.compile(r"[\d:.,]+\s*[-~～—至]\s*[\d:.,]+")
# Words of a change beside a figure: 上升3%, 较昨日+2
_CHANGE = re.compile(r"[\d.,%+\-\s()↑↓▲▼]|上|下|升|降|涨|跌|增|减|较|比|昨|前|周|日|名|持|平")
_LOOKED_AT = 50
_MANY = 8  # figures of the kind that make a header certain


@dataclass(frozen=True)
class Evidence:
    """What a sheet says beside its columns: the words of file name, sheet name and banner."""

    words: str
    is_hinted: bool


@dataclass(frozen=True)
class Against:
    """A reason not to read a sheet as a kind: another report, or columns that make its rows parts."""

    other: Other | None
    columns: tuple[str, ...]
    certain: bool = True


def against(
    spec: Spec, header: tuple[str, ...], rows: Sequence[Sequence[object]], said: Evidence
) -> Against | None:
    """The strongest reason why a sheet that fits `spec` is another report; None when nothing says so."""
    own = _figures(spec, header)
    if hours := by_hours(spec, header, rows):
        return Against(others()["hourly"], (hours,))
    asked = [other for other in others().values() if not other.against or spec.kind in other.against]
    found = [_is_other(other, spec, header, len(own), said) for other in asked]
    if reasons := [each for each in found if each is not None]:
        return max(reasons, key=lambda each: _is_named(each.other, said))  # the first where no name decides
    if texts := _text_columns(spec, header, rows):
        return Against(None, texts)
    strange = [cell for cell in header if cell and canonical(spec.kind, cell) is None]
    if spec.kind in ("shop_daily", "item_daily") and not said.is_hinted and len(strange) > len(own):
        return Against(None, tuple(strange), certain=False)
    return None


def _is_other(other: Other, spec: Spec, header: tuple[str, ...], own: int, said: Evidence) -> Against | None:
    """Whether a header is of `other`: a dimension, more of its figures than an accident, or its name."""
    own_names = _own_names(spec.kind)
    have = {normal(cell): cell for cell in header if cell and normal(cell) not in own_names}
    if dims := tuple(have[name] for name in _normal(other.dims) if name in have):
        return Against(other, dims)
    figures = tuple(have[name] for name in _normal(other.columns) if name in have)
    is_named = _is_named(other, said)
    own -= sum(bool(_known(spec, cell)) for cell in figures)
    is_ours = said.is_hinted and own > 3 * len(figures) and (other.platform == "taobao" or len(figures) < 2)
    if figures and (is_named or len(figures) > 1 or own < 3) and not is_ours:
        return Against(other, figures)
    if is_named and (other.platform != "taobao" or not (said.is_hinted or own >= _MANY)):
        return Against(other, ())
    return None


def _is_named(other: Other | None, said: Evidence) -> bool:
    return other is not None and any(_says(said.words, word) for word in other.words)


def stranger(header: tuple[str, ...], file: str) -> Problem | None:
    """What a header that fits no kind is known as, if anything."""
    have = {normal(cell): cell for cell in header if cell}
    for other in others().values():
        if other.against:
            continue
        found = tuple(have[name] for name in _normal(other.dims + other.columns) if name in have)
        is_named = any(_says(file.lower(), word) for word in other.words)
        if len(found) > 1 or (found and is_named):
            return _told(other, found, None)
    return None


def _says(text: str, word: str) -> bool:
    """Whether a text holds a word; one of digits is no part of a longer number."""
    if word.isdecimal():
        return bool(re.search(rf"(?<!\d){word}(?!\d)", text))
    return word.lower() in text


@cache
def _normal(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normal(name) for name in names))


@cache
def _own_names(name: str) -> frozenset[str]:
    """Names that are at home in a kind: its header rows, its columns, what it ignores."""
    kind = kinds()[name]
    names = [name for layout in kind.layouts for name in layout.header]
    names += [*kind.columns.aliases, *kind.columns.ignored]
    names += [alias for entry in kind.columns.fields.values() for alias in entry.aliases]
    names += kind.template.header if kind.template else ()
    return frozenset(map(normal, names))


def _figures(spec: Spec, header: tuple[str, ...]) -> list[str]:
    """The figures of a header that a kind knows."""
    names = {_known(spec, cell) for cell in header if cell} - {""}
    known = columns()
    return [name for name in names if name not in known or known[name].aggregate not in ("key", "text")]


def _known(spec: Spec, cell: str) -> str:
    """The column of a header; nothing when it is not loaded."""
    found = canonical(spec.kind, cell)
    return found[0] if found else ""


def _text_columns(spec: Spec, header: tuple[str, ...], rows: Sequence[Sequence[object]]) -> tuple[str, ...]:
    """Unknown columns whose cells are words: what they name makes each row a part of the shop.

    Beside other keys than the day many words are harmless: there the header must say that it names a part.
    """
    parts = _PARTS.get(spec.kind)
    if spec.layout.rows == "agent":  # there a group says whose team an agent is in
        return ()
    if parts is None and spec.kind != "shop_daily":
        return ()
    found = []
    for at, name in enumerate(header):
        if not name or canonical(spec.kind, name) is not None:
            continue
        if _REMARKS.search(name) if parts is None else not parts.search(name):
            continue
        cells = [row[at] for row in rows[:_LOOKED_AT] if at < len(row)]
        if any(_is_word(cell) for cell in cells):
            found.append(name)
    return tuple(found)


def _is_word(cell: object) -> bool:
    if not isinstance(cell, str) or cell.strip() in MISSING or is_unknown(cell):
        return False
    if number(cell) is not None or day(cell) is not None or duration(cell, "seconds") is not None:
        return False
    return bool(_RANGE.fullmatch(cell.strip()) or _LETTERS.search(_CHANGE.sub("", cell)))


def refusal(reason: Against, spec: Spec) -> Problem:
    """Why a sheet whose header fits `spec` is not taken as it."""
    found = reason.columns or (reason.other.words if reason.other else ())
    if reason.other is not None:
        return _told(reason.other, found, spec)
    if reason.certain:
        return blocking(
            "part_of_shop",
            "not the whole shop: column {columns} makes every row a part of it.\n  Found: a table that "
            "otherwise looks like {kind}\n  What to do: download {kind} of the whole shop; if the column "
            "only holds remarks, leave it out.",
            columns=found,
            kind=spec.of,
        )
    return blocking(
        "weak_evidence",
        "too little says that this is {kind}.\n  Found: columns nobody knows: {columns}\n  What to do: if it "
        "is, put {hint} into the file name; else download the report itself.",
        columns=found,
        kind=spec.of,
        hint=spec.layout.hints[0],
    )


def _told(other: Other, found: tuple[str, ...], spec: Spec | None) -> Problem:
    """What a report is that is not read, and what to do instead."""
    if other.platform != "taobao":
        return blocking(
            "other_platform",
            "{what}: a platform whose reports are not read, never mixed with this shop's figures.\n  Found: "
            "{columns}\n  What to do: keep it out of the inbox; what matters of it can be filled into "
            "templates.",
            what=other,
            columns=found,
        )
    if other.instead is not None or spec is None:
        return blocking(
            "other_report",
            "{what}: not a report this suite reads.\n  Found: {columns}\n  What to do: {instead}.",
            what=other,
            columns=found,
            instead=other.instead or "–",
        )
    return blocking(
        "other_report",
        "{what}, not {kind}.\n  Found: {columns}\n  What to do: download {kind}: {where}.",
        what=other,
        kind=spec.of,
        columns=found,
        where=spec.of.where,
    )
