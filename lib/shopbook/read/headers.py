"""Header cells to canonical columns: the only user of the Chinese names in the params."""

import re
import unicodedata
from functools import cache, lru_cache

from shopbook.columns import columns, columns_file
from shopbook.kinds import kinds

IGNORED = ""
_NARROWER = ("叶子", "三级", "子", "二级")
_UNIT = re.compile(r"[(\[【](元|秒|%|人|件|次|个|笔|天|小时)[)\]】]$")
_MEASURES = {"%": "fraction", "秒": "seconds", "小时": "hours", "天": "days"}  # no other unit is meant
DEVICES = {"pc端": "pc", "无线端": "wireless"}


@lru_cache(maxsize=4096)
def normal(header: str) -> str:
    """A header without noise: widths unified, blanks and BOM gone, lower case."""
    text = unicodedata.normalize("NFKC", header).replace("\ufeff", "")
    return re.sub(r"[\s\u200b\"'*]+", "", text).rstrip(":").lower()


@cache
def _general() -> dict[str, tuple[str, int]]:
    """The names of every column, whatever the kind."""
    found: dict[str, tuple[str, int]] = {}
    for column in columns().values():
        for rank, alias in enumerate((*column.aliases, column.zh)):
            found.setdefault(normal(alias), (column.name, rank))
    return found


@cache
def accepted(kind: str) -> dict[str, tuple[str, int]]:
    """Normalised header -> (canonical column, rank among the names of that column) for one kind."""
    rules = kinds()[kind].columns
    found = {} if rules.only else dict(_general())
    for name in rules.ignored:
        found[normal(name)] = (IGNORED, 0)
    for alias, name in rules.aliases.items():
        found[normal(alias)] = (name, found.get(normal(alias), (name, 0))[1])
    for name, entry in rules.fields.items():
        for rank, alias in enumerate(entry.aliases):
            found[normal(alias)] = (name, _narrow(name, alias, rank))
    return found


def _narrow(name: str, alias: str, rank: int) -> int:
    """The rank of a name; a row under a category and one of its parts is of the part."""
    starts = [at for at, start in enumerate(_NARROWER) if name == "category" and alias.startswith(start)]
    return starts[0] - len(_NARROWER) if starts else rank


@cache
def names_of(kind: str, column: str) -> tuple[str, ...]:
    """The names a kind accepts for a column, as an operator reads them."""
    rules = kinds()[kind].columns
    own = rules.fields[column].aliases if column in rules.fields else ()
    over = [alias for alias, name in rules.aliases.items() if name == column]
    general = columns()[column].aliases if column in columns() and not rules.only else ()
    names = dict.fromkeys(name.strip() for name in (*own, *over, *general))
    return tuple(name for name in names if accepted(kind)[normal(name)][0] == column) or (column,)


@cache
def unit_of(kind: str, column: str) -> str:
    """The unit of a column of a kind; a per-device variant has the unit of its base."""
    base = re.sub(r"_(pc|wireless)$", "", column)
    fields = kinds()[kind].columns.fields
    for name in (column, base):
        if name in fields:
            return fields[name].unit
        if name in columns():
            return columns()[name].unit
    return "text"


def unitless(name: str) -> str:
    """A normal header without the unit at its end."""
    return _UNIT.sub("", name)


def uncounted(name: str) -> str:
    """A normal name without what it counts: 支付金额(元); a share or a time keeps its unit."""
    said = _UNIT.search(name)
    return name if said is None or said[1] in _MEASURES else unitless(name)


def _is_measured(kind: str, column: str, name: str) -> bool:
    """Whether a column is counted in the unit its header says: hours are no seconds, a share is no amount."""
    said = _UNIT.search(name)
    asked = _MEASURES.get(said[1]) if said else None
    return asked is None or not column or unit_of(kind, column) == asked


@lru_cache(maxsize=8192)
def canonical(kind: str, header: str) -> tuple[str, int] | None:
    """(column, rank) of a header; ("", 0) when it is known and not used, None when nobody knows it."""
    names = accepted(kind)
    name = normal(header)
    if name in names:
        return names[name]
    if (plain := unitless(name)) in names and _is_measured(kind, names[plain][0], name):
        return names[plain]
    for prefix, device in DEVICES.items():
        if name.startswith(prefix) and name[len(prefix) :] in names:
            column, rank = names[name[len(prefix) :]]
            return (f"{column}_{device}", rank) if column else (IGNORED, 0)
    return None


@cache
def metric_names() -> dict[str, str]:
    """Normalised metric name (the 指标 cell of a template) -> canonical column."""
    found: dict[str, str] = {}
    for column in columns().values():
        for alias in (column.zh, *column.aliases, column.name):
            found.setdefault(normal(alias), column.name)
    over = {
        "旺旺平均响应时长": "avg_response_seconds",
        "评分": "item_rating",
        "活动点击率": "campaign_click_rate",
    }
    return found | {normal(alias): name for alias, name in over.items()}


@cache
def channel_names() -> dict[str, str]:
    """Normalised channel name -> canonical channel id."""
    rows = columns_file()["channels"]
    return {
        normal(alias): name
        for name, row in rows.items()
        for alias in (*row["aliases"], row["zh"], row["en"], name)
    }


@lru_cache(maxsize=4096)
def channel_of(*names: str) -> str:
    """The canonical channel of the first name that is known, whole or by its last step; "" when none is."""
    known = channel_names()
    for name in names:
        steps = [step for step in re.split(r"[>»]|-{2,}", name) if step.strip()]
        for text in (name, *reversed(steps)):
            if (found := known.get(normal(text))) is not None:
                return found
    for name in names:
        if "/" in name and (found := known.get(normal(name.rsplit("/", 1)[1]))) is not None:
            return found
    return ""
