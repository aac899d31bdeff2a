"""Which column a header's words name: the platform's name, beside prefix, unit or language, or nearly so."""

import re
from difflib import SequenceMatcher
from functools import cache

from shopbook.columns import columns
from shopbook.kinds import kinds
from shopbook.read.headers import accepted, canonical, normal, unit_of
from shopbook.read.mapping import mappable
from shopbook.text import tr

# Words around a name that change nothing of what it means.
_BEFORE = (
    "店铺",
    "全店",
    "本店",
    "我的",
    "自营",
    "每日",
    "当日",
    "日",
    "数据",
    "统计",
    "业务",
    "the",
    "daily",
    "total",
    "shop",
)
_UNITS = {
    "CNY": ("元", "rmb", "cny", "yuan", "¥"),
    "persons": ("人", "位", "名", "人数", "persons", "people"),
    "count": ("次", "个", "件", "笔", "times", "pcs", "units"),
    "fraction": ("%", "百分比"),
    "seconds": ("秒", "s", "seconds"),
    "hours": ("小时", "h", "hours"),
    "days": ("天", "days"),
}
_TAIL = re.compile(r"[(\[【{<_/:-]*(?:单位[:：]?)?([^\d\W]+|%|¥)[)\]】}>]*$")
# How a name ends -> what is counted; "" may count anything.
_ENDS = {
    "人数": "persons", "次数": "times", "件数": "pieces", "笔数": "orders", "天数": "days",
    "金额": "CNY", "额": "CNY", "数量": "", "数": "", "量": "",
    "编号": "id", "id号": "id", "id": "id", "名称": "name", "名字": "name", "名": "name",
}  # fmt: skip
_ENDS_IN = {
    "persons": "persons", "times": "count", "pieces": "count", "orders": "count", "CNY": "CNY",
    "days": "days", "id": "id text", "name": "text",
}  # fmt: skip
_CLOSE, _GAP = 0.86, 0.06


def by_name(kind: str, header: str) -> tuple[float, str, str]:
    """(score, column, reason) of the column a header's words name; "" when nothing is certain."""
    exact = canonical(kind, header)
    if exact is not None:
        column = exact[0] if exact[0] in mappable(kind) else ""
        return 1.0, column, tr("the platform's name") if column else tr("known, not loaded")
    if (near := _near().get(normal(header))) is not None:
        return 0.0, "", tr("like {column}, not the same", column=near)
    for text, unit in _bare(header):
        column = _named(kind, text)
        if column and (not unit or unit in _UNITS.get(unit_of(kind, column), ())):
            return 0.95, column, tr("the same name beside prefix, unit or language")
    for text, unit in _bare(header):
        column = "" if unit else _by_stem(kind, text)
        column = column or _twice(kind, text)
        if column:
            return 0.9, column, tr("the same words, counted alike")
    return _like(kind, header)


def _bare(header: str) -> list[tuple[str, str]]:
    """A header without a neutral word before it and without a unit after it: (text, unit taken off)."""
    text = normal(header)
    found = [(text, "")]
    if (tail := _TAIL.search(text)) is not None:
        found += [
            (text[: -len(tail[0])] if tail[0] != tail[1] else text.removesuffix(unit), unit)
            for units in _UNITS.values()
            for unit in units
            if tail[1] == unit or (tail[0] == tail[1] and text.endswith(unit))
        ]
    for before in _BEFORE:
        found += [
            (each.removeprefix(before).lstrip("_-:·. "), unit)
            for each, unit in tuple(found)
            if each.startswith(before) and len(each) > len(before) + 1
        ]
    return found


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", normal(text))


@cache
def _names(kind: str) -> dict[str, str]:
    """Every name of a kind's columns without marks, in both languages; what two columns share is left out."""
    own = accepted(kind)
    found: dict[str, set[str]] = {}
    for name, (column, _) in own.items():
        if column in mappable(kind):
            found.setdefault(_plain(name), set()).add(column)
    for each in columns().values():
        column = own.get(normal(each.zh), ("", 0))[0]
        for name in (each.en, each.name) if column else ():
            if column in mappable(kind):
                found.setdefault(_plain(name), set()).add(column)
    for column in kinds()[kind].columns.fields:
        found.setdefault(_plain(column), set()).add(column)
    return {name: next(iter(each)) for name, each in found.items() if len(each) == 1 and name}


def _named(kind: str, text: str) -> str:
    return _names(kind).get(_plain(text), "")


def _stem(name: str) -> tuple[str, str]:
    """A Chinese name without fillers and without its end, and what its end counts."""
    text = _plain(name).replace("的", "").replace("总", "")
    end = next((end for end in _ENDS if text.endswith(end) and len(text) > len(end)), "")
    return text.removesuffix(end).removesuffix("总"), _ENDS.get(end, "")


@cache
def _stems(kind: str) -> dict[str, set[tuple[str, str]]]:
    """Stem -> (what its end counts, column) of every name of a kind."""
    found: dict[str, set[tuple[str, str]]] = {}
    for name, column in _names(kind).items():
        if not name.isascii():
            stem, end = _stem(name)
            found.setdefault(stem, set()).add((end, column))
    return found


def _by_stem(kind: str, text: str) -> str:
    """The one column of the same stem that counts the same: 访客人数 is 访客数, 支付数 is not 支付件数."""
    stem, end = _stem(text)
    found = {
        column
        for other, column in _stems(kind).get(stem, ())
        if end == other or (end and not other and unit_of(kind, column) == _ENDS_IN[end])
    }
    return next(iter(found)) if len(found) == 1 else ""


def _twice(kind: str, text: str) -> str:
    """The column that two of its names written together say: 来源渠道."""
    plain, names = _plain(text), _names(kind)
    halves = ((names.get(plain[:at]), names.get(plain[at:])) for at in range(2, len(plain) - 1))
    return next((first for first, second in halves if first and first == second), "")


@cache
def _near() -> dict[str, str]:
    """Names that are alike and not the same -> the column they are not."""
    return {normal(name): each.label for each in columns().values() for name in each.near}


def _like(kind: str, header: str) -> tuple[float, str, str]:
    """A Latin name with a slip of the pen; one Chinese letter more or less is another figure."""
    text = _plain(header)
    if not text.isascii() or len(text) < 6:
        return 0.0, "", tr("no name like it")
    ranked: dict[str, float] = {}
    for name, column in _names(kind).items():
        if name.isascii():
            ranked[column] = max(SequenceMatcher(None, text, name).ratio(), ranked.get(column, 0.0))
    best, second, *_ = [
        *sorted(((score, name) for name, score in ranked.items()), reverse=True),
        (0.0, ""),
        (0.0, ""),
    ]
    if best[0] < _CLOSE or best[0] - second[0] < _GAP:
        return 0.0, "", tr("no name like it")
    return 0.9 * best[0], best[1], tr("nearly the same name")
